//! The pure core of a hall. It never reads a clock, draws a random number, waits, or touches a file or a socket.
//!
//! [`decide`] says what a command leads to, [`State::apply`] takes the events in. Time, ids and random seeds are
//! arguments, so every day can be replayed exactly. The shell that drives it is `server/src/engine`.
//!
//! 1. [`decide`] a [`Command`] on a [`State`]: events, or a [`Refusal`].
//! 2. Make them durable ([`records`] puts them at their place in the stream).
//! 3. [`State::apply`] each. Only now may anybody be told.
//!
//! # How to add a command
//!
//! A variant in `command.rs`; its events in `event.rs`; what it decides in `decide/`; what its events do in
//! `state/apply.rs`; what it is answered in `state/answer.rs`; its invariants in `invariant.rs`; a script in
//! `tests/scripts/`; its place in the reference model in `tests/model/`.

pub mod class;
pub mod command;
mod decide;
pub mod estimate;
pub mod event;
pub mod ids;
pub mod invariant;
pub mod number;
pub mod parking;
pub mod print;
pub mod refusal;
pub mod role;
pub mod routing;
pub mod settings;
pub mod simulate;
pub mod state;
pub mod ticket;
pub mod time;
pub mod window;

pub use class::Class;
pub use command::{AtWindow, Command, Context};
pub use decide::{choose, decide, records, unchanged};
pub use estimate::foresight;
pub use event::{Event, Record};
pub use print::{Print, PrintState};
pub use refusal::Refusal;
pub use settings::Settings;
pub use state::{Answer, State};
pub use ticket::Ticket;
pub use time::Moment;
pub use window::Window;
