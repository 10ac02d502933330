//! What page and worker say to each other, the worker's memory and the page's order of business: pure, tested without
//! a browser. The command line calls the same functions.

mod crew;
mod desk;
mod message;
mod session;

pub use crew::{Crew, PermutationOrder};
pub use desk::{Command, Desk, DeskEvent};
pub use message::{FileName, Request, Response, decode, encode};
pub use session::{Session, run, run_with};
