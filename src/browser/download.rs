//! Saving: the only way anything leaves the page, and only to the user's own disk.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// Offers `text` to the user as a file.
pub fn save(name: &str, media_type: &str, text: &str) -> Result<(), String> {
    let parts = Array::of1(&Uint8Array::from(text.as_bytes()));
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).map_err(words)?;
    save_blob(name, &blob)
}

pub(super) fn save_blob(name: &str, blob: &Blob) -> Result<(), String> {
    let url = Url::create_object_url_with_blob(blob).map_err(words)?;
    let clicked = click(name, &url);
    let _ = Url::revoke_object_url(&url);
    clicked
}

fn click(name: &str, url: &str) -> Result<(), String> {
    let document = web_sys::window().and_then(|window| window.document()).ok_or("there is no page to save from")?;
    let anchor: HtmlAnchorElement =
        document.create_element("a").map_err(words)?.dyn_into().map_err(|_| "no link could be made".to_owned())?;
    anchor.set_href(url);
    anchor.set_download(name);
    anchor.click();
    Ok(())
}

pub(super) fn words(error: JsValue) -> String {
    format!("The browser did not save the file: {error:?}")
}
