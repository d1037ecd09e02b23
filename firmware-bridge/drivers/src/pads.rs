//! Call pads and rating pads on one RS-485 line (hardware reference, F): the frames, the keys, and the host of a line with
//! several pads.
//!
//! Two wires carry both directions, and nobody is asked before he speaks: a pad sends its frame again and again until the host
//! has said the same frame back, and two that speak at once spoil each other's. So a frame means "this key was pressed", and
//! the same frame again means nothing until the pad has been quiet.

pub mod frame;
pub mod key;
pub mod line;
pub mod virtual_line;

pub use key::Key;
pub use line::{Command, Event, Line};
pub use virtual_line::VirtualLine;
