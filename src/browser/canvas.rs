//! A figure on a canvas, as sharp as the screen allows.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use js_sys::Array;
use plotters_canvas::CanvasBackend;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{
    Blob, CanvasRenderingContext2d, Element, HtmlCanvasElement, MouseEvent, ResizeObserver, ResizeObserverEntry,
};

use super::download;
use crate::chart::{Mark, Palette, adopt_fonts, draw, preferred_height};
use crate::report::figure::Figure;

/// Device pixels to each CSS pixel of a saved picture.
const PNG_SCALE: f64 = 2.0;

/// Draws `figure` on a canvas that is so wide on the page. Says where its parts can be pointed at.
pub fn draw_on(
    canvas: &HtmlCanvasElement,
    figure: &Figure,
    palette: &Palette,
    width: u32,
) -> Result<Vec<Mark>, String> {
    measure_fonts_once(canvas);
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

/// The reader's fonts may be wider than those that figures are laid out for.
fn measure_fonts_once(canvas: &HtmlCanvasElement) {
    thread_local! {
        static IS_DONE: Cell<bool> = const { Cell::new(false) };
    }
    if IS_DONE.replace(true) {
        return;
    }
    let context = canvas.get_context("2d").ok().flatten();
    let Some(context) = context.and_then(|context| context.dyn_into::<CanvasRenderingContext2d>().ok()) else { return };
    adopt_fonts(|font, text| {
        context.set_font(font);
        context.measure_text(text).ok().map(|found| found.width())
    });
}

/// Saves `figure` as a PNG of twice `width` pixels, drawn on a canvas of its own. The browser packs it later, so
/// that a failure may only be known after this call; it goes to `fail` either way.
pub fn save_png(name: &str, figure: &Figure, palette: &Palette, width: u32, fail: impl Fn(String) + 'static) {
    let canvas = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.create_element("canvas").ok())
        .and_then(|element| element.dyn_into::<HtmlCanvasElement>().ok());
    let Some(canvas) = canvas else { return fail("there is no page to save from".to_owned()) };
    measure_fonts_once(&canvas);
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

/// Tells `handle` the element's width as soon as it is laid out, before it is painted, and whenever it changes. Ends when
/// the guard is dropped.
pub fn watch_width(element: &Element, handle: impl Fn(u32) + 'static) -> Option<WidthGuard> {
    let last = Cell::new(0);
    let tell: Rc<dyn Fn(u32)> = Rc::new(move |width| {
        if width > 0 && last.replace(width) != width {
            handle(width);
        }
    });
    tell_first_width(element, Rc::downgrade(&tell));
    let watcher = tell.clone();
    let closure = Closure::<dyn FnMut(Array)>::new(move |entries: Array| {
        let entry = entries.pop().dyn_into::<ResizeObserverEntry>();
        entry.iter().for_each(|entry| watcher(entry.content_rect().width() as u32));
    });
    let observer = ResizeObserver::new(closure.as_ref().unchecked_ref()).ok()?;
    observer.observe(element);
    Some(WidthGuard { observer, _tell: tell, _closure: closure })
}

type Tell = dyn Fn(u32);

thread_local! {
    /// Elements that are new on the page.
    static NEW: RefCell<Vec<(Element, Weak<Tell>)>> = const { RefCell::new(Vec::new()) };
}

/// All widths are read before anything is drawn: a drawing changes its canvas, and the next reading would make the browser
/// lay the page out anew.
fn tell_first_width(element: &Element, tell: Weak<Tell>) {
    let is_first = NEW.with_borrow_mut(|new| {
        new.push((element.clone(), tell));
        new.len() == 1
    });
    let Some(window) = web_sys::window().filter(|_| is_first) else { return };
    let flush = Closure::once_into_js(|| {
        let new = NEW.take().into_iter();
        let read: Vec<_> = new.map(|(element, tell)| (element.client_width().max(0) as u32, tell)).collect();
        for (width, tell) in read {
            tell.upgrade().iter().for_each(|tell| tell(width));
        }
    });
    // Without frames nothing is seen; the observer tells when there are some.
    let _ = window.request_animation_frame(flush.unchecked_ref());
}

pub struct WidthGuard {
    observer: ResizeObserver,
    _tell: Rc<Tell>,
    _closure: Closure<dyn FnMut(Array)>,
}

impl Drop for WidthGuard {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
