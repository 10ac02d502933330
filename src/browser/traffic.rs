//! How many requests the page has made since it finished loading: the privacy claim as a live count.

use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{PerformanceEntry, PerformanceObserver, PerformanceObserverEntryList, PerformanceObserverInit};

/// Calls `handle` with the count of resources fetched after this call, whenever it grows. `blob:` and `data:` are the
/// page's own memory and not counted.
pub fn watch(handle: impl Fn(usize) + 'static) {
    let since = web_sys::window().and_then(|window| window.performance()).map_or(0.0, |clock| clock.now());
    let count = std::cell::Cell::new(0);
    let closure = Closure::<dyn FnMut(PerformanceObserverEntryList)>::new(move |list: PerformanceObserverEntryList| {
        let entries: Array = list.get_entries();
        let fetched = entries
            .iter()
            .filter_map(|entry| entry.dyn_into::<PerformanceEntry>().ok())
            .filter(|entry| entry.start_time() > since)
            .filter(|entry| !entry.name().starts_with("blob:") && !entry.name().starts_with("data:"))
            .count();
        if fetched > 0 {
            count.set(count.get() + fetched);
            handle(count.get());
        }
    });
    let Ok(observer) = PerformanceObserver::new(closure.as_ref().unchecked_ref()) else { return };
    let kinds = Array::of1(&JsValue::from_str("resource"));
    observer.observe(&PerformanceObserverInit::new(&kinds));
    closure.forget();
}
