//! A figure on a canvas, as sharp as the screen allows.

use plotters_canvas::CanvasBackend;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, Element, HtmlCanvasElement, MouseEvent, ResizeObserver};

use super::download;
use crate::chart::{Mark, Palette, draw, preferred_height};
use crate::report::figure::Figure;

/// Device pixels to each CSS pixel of a saved picture.
const PNG_SCALE: f64 = 2.0;

/// Draws `figure` as wide as the canvas's place on the page. Says where its parts can be pointed at.
pub fn draw_on(canvas: &HtmlCanvasElement, figure: &Figure, palette: &Palette) -> Result<Vec<Mark>, String> {
    let width = canvas.client_width().max(1) as u32;
    let height = preferred_height(figure, width);
    // Never below 2: backends place strokes on whole device pixels, and slanted dashes waver at 1.
    let scale = web_sys::window().map_or(2.0, |window| window.device_pixel_ratio()).max(2.0);
    let _ = canvas.unchecked_ref::<web_sys::HtmlElement>().style().set_property("height", &format!("{height}px"));
    draw_sized(canvas, figure, palette, (width, height), scale)
}

fn draw_sized(
    canvas: &HtmlCanvasElement,
    figure: &Figure,
    palette: &Palette,
    size: (u32, u32),
    scale: f64,
) -> Result<Vec<Mark>, String> {
    canvas.set_width((f64::from(size.0) * scale) as u32);
    canvas.set_height((f64::from(size.1) * scale) as u32);
    let backend = CanvasBackend::with_canvas_object(canvas.clone()).ok_or("this browser cannot draw on a canvas")?;
    draw(backend, figure, palette, size, scale).map_err(|error| error.to_string())
}

/// Saves `figure` as a PNG of twice `width` pixels, drawn on a canvas of its own. The browser packs it later, so
/// that a failure may only be known after this call; it goes to `fail` either way.
pub fn save_png(name: &str, figure: &Figure, palette: &Palette, width: u32, fail: impl Fn(String) + 'static) {
    let canvas = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.create_element("canvas").ok())
        .and_then(|element| element.dyn_into::<HtmlCanvasElement>().ok());
    let Some(canvas) = canvas else { return fail("there is no page to save from".to_owned()) };
    if let Err(message) = draw_sized(&canvas, figure, palette, (width, preferred_height(figure, width)), PNG_SCALE) {
        return fail(message);
    }
    let name = name.to_owned();
    let fail = std::rc::Rc::new(fail);
    let later = fail.clone();
    let packed = Closure::once_into_js(move |blob: Option<Blob>| {
        // No blob: the canvas is larger than the browser can pack.
        let saved = match blob {
            Some(blob) => download::save_blob(&name, &blob),
            None => Err("The browser could not make a picture of this size; an SVG has no such limit.".to_owned()),
        };
        if let Err(message) = saved {
            later(message);
        }
    });
    // Without a type the picture is a PNG.
    if let Err(error) = canvas.to_blob(packed.unchecked_ref()) {
        fail(download::words(error));
    }
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
