//! The worker, from both ends: the page's [`WorkerLink`] and the worker's [`serve`].
//!
//! What crosses: worker → page `{hello}`; page → worker `{module}`; worker → page `{ready: build}`; then page →
//! worker `{message: Uint8Array, buffers: [ArrayBuffer]}`, all of it transferred, and worker → page a bare `Uint8Array`.
//! A panic or an uncaught exception in the worker reaches the page as the worker's `error` event.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, ErrorEvent, Event, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::boot;

/// What the page hears of its worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkerEvent {
    /// The worker runs, and it is of the page's build. What was posted before is on its way.
    Ready,
    /// Bytes that the worker's code posted back.
    Message(Vec<u8>),
    /// The worker is gone, and with it what it held. Nothing more will come from this link.
    Died { message: String },
    /// The worker is of another build, and has been ended. Nothing more will come from this link.
    WrongBuild { page: String, worker: String },
}

/// The page's end of one worker. Dropping it ends the worker.
pub struct WorkerLink {
    shared: Rc<Shared>,
}

struct Shared {
    worker: Worker,
    on_event: Box<dyn Fn(WorkerEvent)>,
    /// What was posted before the worker was ready; `None` from then on.
    waiting: RefCell<Option<Vec<Parcel>>>,
    is_over: Cell<bool>,
    handlers: RefCell<Option<Handlers>>,
}

struct Handlers {
    on_message: Closure<dyn Fn(MessageEvent)>,
    on_error: Closure<dyn Fn(Event)>,
}

impl WorkerLink {
    /// Starts a worker. `on_event` is called from the browser's event loop, never from inside `spawn` or `post`.
    pub fn spawn(on_event: impl Fn(WorkerEvent) + 'static) -> Result<WorkerLink, String> {
        let start = boot::start()?;
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name("second-look");
        let worker = Worker::new_with_options(&start.worker_url, &options).map_err(describe)?;
        let shared = Rc::new(Shared {
            worker,
            on_event: Box::new(on_event),
            waiting: RefCell::new(Some(Vec::new())),
            is_over: Cell::new(false),
            handlers: RefCell::new(None),
        });
        let handlers = Handlers {
            on_message: Closure::new({
                let shared = Rc::downgrade(&shared);
                move |event: MessageEvent| with(&shared, |shared| shared.hear(&event.data()))
            }),
            on_error: Closure::new({
                let shared = Rc::downgrade(&shared);
                move |event: Event| with(&shared, |shared| shared.die(cause(&event)))
            }),
        };
        let on_error = handlers.on_error.as_ref().unchecked_ref();
        shared.worker.set_onmessage(Some(handlers.on_message.as_ref().unchecked_ref()));
        shared.worker.set_onerror(Some(on_error));
        shared.worker.set_onmessageerror(Some(on_error));
        shared.handlers.replace(Some(handlers));
        Ok(WorkerLink { shared })
    }

    /// Posts a message and hands over `buffers`: they are empty on the page afterwards. Before the worker is ready it
    /// waits in line; after the worker's end it is dropped.
    pub fn post(&self, message: &[u8], buffers: Vec<ArrayBuffer>) {
        if self.shared.is_over.get() {
            return;
        }
        let parcel = Parcel::new(message, &buffers);
        match self.shared.waiting.borrow_mut().as_mut() {
            Some(waiting) => waiting.push(parcel),
            None => self.shared.send(&parcel),
        }
    }

    /// Ends the worker at once, whatever it is doing. No event follows.
    pub fn terminate(&self) {
        self.shared.end();
    }
}

impl Drop for WorkerLink {
    fn drop(&mut self) {
        self.terminate();
    }
}

/// Runs a handler while the link still exists; the event may have been under way when it was dropped.
fn with(shared: &Weak<Shared>, handle: impl FnOnce(&Shared)) {
    if let Some(shared) = shared.upgrade()
        && !shared.is_over.get()
    {
        handle(&shared);
    }
}

impl Shared {
    fn hear(&self, data: &JsValue) {
        if let Some(bytes) = data.dyn_ref::<Uint8Array>() {
            (self.on_event)(WorkerEvent::Message(bytes.to_vec()));
        } else if let Some(build) = boot::read(data, "ready").and_then(|build| build.as_string()) {
            self.greet(build);
        } else if boot::read(data, "hello").is_some() {
            self.introduce();
        } else {
            self.die("the worker said something that is not in the protocol".to_owned());
        }
    }

    fn introduce(&self) {
        let introduced = boot::start().and_then(|start| {
            let welcome = object(&[("module", &start.module)]);
            self.worker.post_message(&welcome).map_err(describe)
        });
        if let Err(message) = introduced {
            self.die(message);
        }
    }

    fn greet(&self, worker_build: String) {
        if worker_build != crate::BUILD {
            self.end();
            (self.on_event)(WorkerEvent::WrongBuild { page: crate::BUILD.to_owned(), worker: worker_build });
            return;
        }
        for parcel in self.waiting.take().unwrap_or_default() {
            self.send(&parcel);
        }
        (self.on_event)(WorkerEvent::Ready);
    }

    fn send(&self, parcel: &Parcel) {
        if let Err(error) = self.worker.post_message_with_transfer(&parcel.message, &parcel.transfer) {
            // A buffer that was handed over before, say: the caller's fault, and the worker is no longer to be trusted
            // with half of a conversation.
            self.die(describe(error));
        }
    }

    fn die(&self, message: String) {
        if !self.is_over.get() {
            self.end();
            (self.on_event)(WorkerEvent::Died { message });
        }
    }

    fn end(&self) {
        self.is_over.set(true);
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.set_onmessageerror(None);
        self.worker.terminate();
        self.waiting.take();
    }
}

struct Parcel {
    message: JsValue,
    transfer: JsValue,
}

impl Parcel {
    fn new(message: &[u8], buffers: &[ArrayBuffer]) -> Parcel {
        let bytes = Uint8Array::from(message);
        let transfer = Array::of1(&bytes.buffer());
        let list = Array::new();
        for buffer in buffers {
            list.push(buffer);
            transfer.push(buffer);
        }
        Parcel { message: object(&[("message", &bytes), ("buffers", &list)]), transfer: transfer.into() }
    }
}

fn object(fields: &[(&str, &JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        // Setting a property of a plain, new object cannot fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object.into()
}

/// The words of an `error` or `messageerror` event.
fn cause(event: &Event) -> String {
    event.prevent_default(); // it is heard here; it need not be an uncaught error of the page as well
    match event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message) {
        Some(message) if !message.is_empty() => message.trim_start_matches("Uncaught Error: ").to_owned(),
        _ if event.type_() == "messageerror" => "a message of the worker could not be read".to_owned(),
        _ => "the worker could not be loaded".to_owned(),
    }
}

fn describe(error: JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.to_string()),
        None => error.as_string().unwrap_or_else(|| "an unknown error of the browser".to_owned()),
    }
}

/// The worker's end: `handle` gets each message with its buffers, in order, and may post back any number of times while
/// it works. Call it once, from `main`, in a worker.
///
/// A panic ends the worker; its words reach the page in [`WorkerEvent::Died`].
pub fn serve(mut handle: impl FnMut(Vec<u8>, Vec<Vec<u8>>, &dyn Fn(&[u8])) + 'static) {
    std::panic::set_hook(Box::new(|info| wasm_bindgen::throw_str(&info.to_string())));
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new({
        let scope = scope.clone();
        move |event: MessageEvent| {
            let Some((message, buffers)) = unpack(&event.data()) else {
                wasm_bindgen::throw_str("the page sent something that is not in the protocol");
            };
            handle(message, buffers, &|bytes| post_back(&scope, bytes));
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget(); // lives as long as the worker
    if let Err(error) = scope.post_message(&object(&[("ready", &JsValue::from_str(crate::BUILD))])) {
        wasm_bindgen::throw_val(error);
    }
}

fn unpack(data: &JsValue) -> Option<(Vec<u8>, Vec<Vec<u8>>)> {
    let message = boot::read(data, "message")?.dyn_into::<Uint8Array>().ok()?;
    let buffers = boot::read(data, "buffers")?.dyn_into::<Array>().ok()?;
    let buffers = buffers.iter().map(|buffer| {
        let buffer = buffer.dyn_into::<ArrayBuffer>().ok()?;
        Some(Uint8Array::new(&buffer).to_vec())
    });
    Some((message.to_vec(), buffers.collect::<Option<_>>()?))
}

fn post_back(scope: &DedicatedWorkerGlobalScope, bytes: &[u8]) {
    let bytes = Uint8Array::from(bytes);
    if let Err(error) = scope.post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer())) {
        wasm_bindgen::throw_val(error);
    }
}
