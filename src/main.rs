//! The page. The same wasm file is its worker.

use second_look::browser::{boot, worker};
use second_look::ui;

fn main() {
    if boot::is_page() {
        ui::mount();
    } else {
        worker::serve(ui::worker_session());
    }
}
