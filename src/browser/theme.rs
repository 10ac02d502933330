//! Light or dark: what the system says, unless the user chose otherwise for this visit.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

const QUERY: &str = "(prefers-color-scheme: dark)";

pub fn system_is_dark() -> bool {
    query().is_some_and(|query| query.matches())
}

pub fn on_system_change(mut handle: impl FnMut(bool) + 'static) {
    let Some(query) = query() else { return };
    let closure = Closure::<dyn FnMut()>::new(move || handle(system_is_dark()));
    if query.add_event_listener_with_callback("change", closure.as_ref().unchecked_ref()).is_ok() {
        closure.forget();
    }
}

/// Sets `data-theme` on the root element, which style/tokens.css obeys before the system.
pub fn choose(is_dark: bool) {
    let root = web_sys::window().and_then(|window| window.document()).and_then(|document| document.document_element());
    if let Some(root) = root {
        let _ = root.set_attribute("data-theme", if is_dark { "dark" } else { "light" });
    }
}

fn query() -> Option<web_sys::MediaQueryList> {
    web_sys::window()?.match_media(QUERY).ok().flatten()
}
