//! The only door to the browser: no other layer names `web_sys`, `js_sys` or `wasm_bindgen`.

pub mod boot;
pub mod worker;
