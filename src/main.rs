//! The page. The same wasm file is its worker.

use second_look::browser::{boot, worker};
use second_look::ui;

fn main() {
    if boot::is_page() {
        ui::mount();
    } else {
        let mut session = ui::WorkerSession::start();
        worker::serve(move |message, buffers, post_back| session.receive(&message, buffers, post_back));
    }
}
