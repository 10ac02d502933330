//! The only door to the browser: no other layer names `web_sys`, `js_sys` or `wasm_bindgen`.

pub mod address;
pub mod boot;
pub mod canvas;
pub mod dialog;
pub mod download;
pub mod files;
mod folder;
pub mod text;
pub mod theme;
pub mod traffic;
pub mod worker;

pub use wasm_bindgen_futures::spawn_local;

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

/// How many workers can run at once without waiting for each other; 1 where the browser does not say.
pub fn processors() -> usize {
    web_sys::window().map_or(1.0, |window| window.navigator().hardware_concurrency()) as usize
}

/// Listens to a window event for as long as the page lives.
fn on_window(event: &str, handle: impl FnMut() + 'static) {
    let Some(window) = web_sys::window() else { return };
    let closure = Closure::<dyn FnMut()>::new(handle);
    if window.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref()).is_ok() {
        closure.forget();
    }
}
