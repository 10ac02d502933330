//! A figure on a canvas, as sharp as the screen allows.

use plotters_canvas::CanvasBackend;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlCanvasElement, MouseEvent, ResizeObserver};

use crate::chart::{Mark, Palette, draw, preferred_height};
use crate::report::figure::Figure;

/// Draws `figure` as wide as the canvas's place on the page. Says where its parts can be pointed at.
pub fn draw_on(canvas: &HtmlCanvasElement, figure: &Figure, palette: &Palette) -> Result<Vec<Mark>, String> {
    let width = canvas.client_width().max(1) as u32;
    let height = preferred_height(figure, width);
    // Never below 2: backends place strokes on whole device pixels, and slanted dashes waver at 1.
    let scale = web_sys::window().map_or(2.0, |window| window.device_pixel_ratio()).max(2.0);
    canvas.set_width((f64::from(width) * scale) as u32);
    canvas.set_height((f64::from(height) * scale) as u32);
    let _ = canvas.unchecked_ref::<web_sys::HtmlElement>().style().set_property("height", &format!("{height}px"));
    let backend = CanvasBackend::with_canvas_object(canvas.clone()).ok_or("this browser cannot draw on a canvas")?;
    draw(backend, figure, palette, (width, height), scale).map_err(|error| error.to_string())
}

/// Where in the canvas the mouse is, in CSS pixels.
pub fn place_in(event: &MouseEvent) -> (f64, f64) {
    (f64::from(event.offset_x()), f64::from(event.offset_y()))
}

/// Calls `handle` when the element's width changes, and once at the start. Ends when the guard is dropped.
pub fn watch_width(element: &Element, mut handle: impl FnMut() + 'static) -> Option<WidthGuard> {
    let watched = element.clone();
    let mut last = -1;
    let closure = Closure::<dyn FnMut()>::new(move || {
        let width = watched.client_width();
        if width != last && width > 0 {
            last = width;
            handle();
        }
    });
    let observer = ResizeObserver::new(closure.as_ref().unchecked_ref()).ok()?;
    observer.observe(element);
    Some(WidthGuard { observer, _closure: closure })
}

pub struct WidthGuard {
    observer: ResizeObserver,
    _closure: Closure<dyn FnMut()>,
}

impl Drop for WidthGuard {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
