//! The page: thin components over signals. What they show is made in `report`, what they do is decided in `engine`.

mod arrival;
mod control;
mod data;
mod demo;
mod figure;
mod forms;
mod frame;
mod header;
mod pages;
mod result;
mod route;
mod rows;
mod table;
mod workbench;

use leptos::prelude::*;

use crate::browser::{boot, theme};
use crate::engine::{Response, Session, decode, encode};
use workbench::Workbench;

/// Shows the page.
pub fn mount() {
    boot::report_panics();
    leptos::mount::mount_to_body(App);
    boot::leave_loading_state();
}

/// The worker's side: one session for the worker's life.
#[derive(Default)]
pub struct WorkerSession {
    session: Session,
}

impl WorkerSession {
    pub fn start() -> Self {
        crate::import::lend_cp949(crate::browser::text::decode_cp949);
        Self::default()
    }

    /// Answers one message of the page, as often as `post_back` is called.
    pub fn receive(&mut self, message: &[u8], buffers: Vec<Vec<u8>>, post_back: &dyn Fn(&[u8])) {
        let mut respond = |response: Response| {
            let generation = response.generation();
            let failed = |message| encode(&Response::Failed { generation, message });
            if let Ok(bytes) = encode(&response).or_else(failed) {
                post_back(&bytes);
            }
        };
        match decode(message) {
            Ok(request) => self.session.handle(request, buffers, &mut respond),
            Err(message) => respond(Response::Failed { generation: 0, message }),
        }
    }
}

#[component]
fn App() -> impl IntoView {
    let bench = Workbench::new(theme::system_is_dark());
    provide_context(bench);
    theme::on_system_change(move |is_dark| bench.is_dark.set(is_dark));
    bench.start();
    view! { <frame::Frame/> }
}

/// The state that every component shares.
fn bench() -> Workbench {
    expect_context::<Workbench>()
}
