//! Ticket printers that speak ESC/POS.
//!
//! | part | what it does |
//! |---|---|
//! | [`mod@encode`] | a [`protocol::bridge::Paper`] to the bytes of a model, cut into pieces that may be sent one by one |
//! | [`logo`] | the picture at the head of every ticket |
//! | [`status`] | what a printer says, told apart byte by byte |
//! | [`Printer`] | the driver: checks, prints once, waits for the confirmation, clears up after a fault |
//! | [`virtual_printer`] | the other end: reads those bytes, answers, and draws the paper |
//!
//! Bytes of commands are made by the crate `escpos` where it makes the right ones. It has no Chinese mode, its partial cut
//! is a full one, and its status request carries a byte too many: these three are ours.

pub mod encode;
pub mod layout;
pub mod logo;
pub mod model;
pub mod printer;
pub mod raster;
pub mod status;
pub mod virtual_printer;

#[cfg(test)]
mod bench;
#[cfg(test)]
mod faults;

pub use encode::{EncodeError, Encoded, encode, encode_below};
pub use model::Model;
pub use printer::{Command, Event, Printer};
pub use virtual_printer::VirtualPrinter;

/// What a strip that is not valid is struck out with. No words: it must be read in every hall.
pub const VOID_MARK: &str = "× × × × × × × ×";

/// Bytes that are said in more than one place.
pub(crate) mod bytes {
    /// Data link escape: begins a command that is carried out on arrival.
    pub const DLE: u8 = 0x10;
    /// DLE EOT n: say your status.
    pub const EOT: u8 = 0x04;
    /// DLE ENQ n: recover.
    pub const ENQ: u8 = 0x05;
    /// DLE DC4: other commands that are carried out on arrival.
    pub const DC4: u8 = 0x14;
    /// Escape.
    pub const ESC: u8 = 0x1B;
    /// Group separator.
    pub const GS: u8 = 0x1D;
    /// Field separator: commands of Chinese mode.
    pub const FS: u8 = 0x1C;
    /// Line feed.
    pub const LF: u8 = 0x0A;
}
