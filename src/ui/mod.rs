#![allow(clippy::panic)]
//! Stands in for the page: enough to prove the shell it runs in.

use std::rc::Rc;

use leptos::prelude::*;

use crate::browser::boot;
use crate::browser::worker::{WorkerEvent, WorkerLink};

pub fn mount() {
    boot::report_panics();
    leptos::mount::mount_to_body(Page);
    boot::leave_loading_state();
}

#[component]
fn Page() -> impl IntoView {
    let state = RwSignal::new("starting".to_owned());
    let answer = RwSignal::new(String::new());
    let link = WorkerLink::spawn(move |event| match event {
        WorkerEvent::Ready => state.set("ready".to_owned()),
        WorkerEvent::Message(bytes) => {
            answer.update(|answer| answer.push_str(&format!("{} ", String::from_utf8_lossy(&bytes))));
        }
        WorkerEvent::Died { message } => state.set(format!("died: {message}")),
        WorkerEvent::WrongBuild { page, worker } => state.set(format!("wrong build: {page} {worker}")),
    });
    match link {
        Ok(link) => {
            link.post(b"ping", vec![js_sys::Uint8Array::from(&[1_u8, 2, 3][..]).buffer()]);
            let link = StoredValue::new_local(Rc::new(link));
            on_cleanup(move || link.with_value(|link| link.terminate()));
            let panic = move |_| link.with_value(|link| link.post(b"panic", Vec::new()));
            view! {
                <main>
                    <h1>"Second Look"</h1>
                    <p id="worker-state">{state}</p>
                    <p id="worker-answer">{answer}</p>
                    <input type="file" id="files" multiple/>
                    <button id="worker-panic" on:click=panic>"Panic"</button>
                    <button id="page-panic" on:click=|_| panic!("as asked")>"Panic here"</button>
                </main>
            }
            .into_any()
        }
        Err(message) => view! { <p>{message}</p> }.into_any(),
    }
}

/// The worker's side of it.
pub fn answer(message: Vec<u8>, buffers: Vec<Vec<u8>>, post_back: &dyn Fn(&[u8])) {
    if message == b"panic" {
        panic!("as asked");
    }
    post_back(b"working");
    let sum: u32 = buffers.iter().flatten().map(|byte| u32::from(*byte)).sum();
    post_back(format!("{} {sum}", if message == b"ping" { "pong" } else { "?" }).as_bytes());
}
