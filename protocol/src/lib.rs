//! What the programs of Paihao say to each other: requests, answers, problems and the live stream. Decides nothing and
//! does no I/O. The names are those of the public contract; the pages' TypeScript types are made from these.

pub mod board;
pub mod bridge;
pub mod kiosk;
pub mod live;
pub mod parking;
pub mod pii;
pub mod problem;
pub mod requests;
pub mod ticket;
#[cfg(feature = "typescript")]
pub mod typescript;
pub mod views;

pub use pii::Pii;
pub use problem::Problem;
pub use views::{Eta, HallDevice, Health, Print, Queue, Reason, Seat, Session, Text, Ticket, Visit, Window};
