//! The first and the last thing a page does: leave the loading state of `index.html`, and say so when the program fails.

use wasm_bindgen::{JsCast, JsValue};

/// What `start.js` leaves for the program: the compiled module and what workers are made from.
pub(super) struct Start {
    pub module: JsValue,
    pub worker_url: String,
}

/// True on the page, false in a worker, which runs the same wasm file.
pub fn is_page() -> bool {
    web_sys::window().is_some()
}

/// Reads what `start.js` left in `globalThis.secondLook`.
pub(super) fn start() -> Result<Start, String> {
    let missing = || "start.js has not run: globalThis.secondLook is not there".to_owned();
    let start = read(&js_sys::global(), "secondLook").ok_or_else(missing)?;
    Ok(Start {
        module: read(&start, "module").ok_or_else(missing)?,
        worker_url: read(&start, "workerUrl").and_then(|url| url.as_string()).ok_or_else(missing)?,
    })
}

/// A property of a JavaScript object; `None` also when it is undefined or null.
pub(super) fn read(object: &JsValue, name: &str) -> Option<JsValue> {
    let value = js_sys::Reflect::get(object, &JsValue::from_str(name)).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

/// Removes the loading state. Call it when the page has something to show instead.
pub fn leave_loading_state() {
    if let Some(boot) = document().and_then(|document| document.get_element_by_id("boot")) {
        boot.remove();
    }
}

/// From now on a panic of the page also shows a line to the user: what happened, that nothing was sent, the build.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        // Nothing may panic inside a panic: each step that does not work is passed over.
        let _ = show_stopped(&info.to_string());
    }));
}

fn show_stopped(panic: &str) -> Option<()> {
    let document = document()?;
    let body = document.body()?;
    let bar = document.create_element("div").ok()?;
    bar.set_id("stopped");
    bar.set_class_name("boot boot-stopped");
    bar.set_attribute("role", "alert").ok()?;
    for (class, text) in [
        (
            "boot-message",
            "Second Look has stopped because of a fault of its own. Load the page again and drop the files again."
                .to_owned(),
        ),
        ("boot-detail", format!("Nothing was sent anywhere. If you report this: build {}, {panic}", crate::BUILD)),
    ] {
        let line = document.create_element("p").ok()?;
        line.set_class_name(class);
        line.set_text_content(Some(&text));
        bar.append_child(&line).ok()?;
    }
    body.append_child(bar.unchecked_ref()).ok()?;
    Some(())
}

fn document() -> Option<web_sys::Document> {
    web_sys::window().and_then(|window| window.document())
}
