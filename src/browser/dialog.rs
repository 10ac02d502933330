//! Dialogues: the browser keeps the keyboard inside them, closes them at Escape and gives the keyboard back.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlDialogElement};

fn find(id: &str) -> Option<HtmlDialogElement> {
    web_sys::window()?.document()?.get_element_by_id(id)?.dyn_into().ok()
}

pub fn open(id: &str) {
    if let Some(dialog) = find(id).filter(|dialog| !dialog.open()) {
        let _ = dialog.show_modal();
    }
}

/// Its `close` event follows, as after Escape.
pub fn close(id: &str) {
    if let Some(dialog) = find(id) {
        dialog.close();
    }
}

/// Whether the `<details>` that tells of its toggling is open now.
pub fn is_details_open(event: &Event) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    element.is_some_and(|element| element.has_attribute("open"))
}
