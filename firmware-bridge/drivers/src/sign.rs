//! What all LED signs have in common, whoever made them: what they are told, what they tell, and how their virtual counterparts
//! are handled.
//!
//! None of these boards can be asked what it shows, and each forgets it when the power goes. So a driver keeps what is wanted and
//! says it again whenever the board may have forgotten: the same command twice changes nothing. A text with a time-out is blanked
//! when nobody has asked for it again, by the board itself where it can and by the driver where it cannot.
//!
//! Several signs may hang on one line (RS-485). [`line::Line`] lets one of them speak at a time.

pub mod board;
pub mod figure;
pub mod line;
pub mod picture;
pub mod virtual_sign;

use protocol::bridge::SignArea;

use crate::{Driver, Health};

/// What a sign can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Shows something in an area, until something else is shown there.
    Show {
        /// Which area, from 0 at the top.
        area: u8,
        /// What to show.
        content: SignArea,
    },
    /// Clears the sign.
    Clear,
    /// How bright, 0 to 15.
    Brightness(u8),
    /// Lights everything it has for three seconds; then it shows again what it showed.
    SelfTest,
    /// Speaks a text, once. What cannot be spoken now is never spoken later.
    Say(String),
}

/// What a sign tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// How it is.
    Health(Health),
    /// The sign has taken the newest text of an area. A board that never answers is believed to have taken what was sent.
    Shown {
        /// Which area.
        area: u8,
    },
    /// A text is not shown and will not be.
    Refused {
        /// Which area.
        area: u8,
        /// Why.
        why: Refusal,
    },
    /// It has done something else that it was told.
    Done(Deed),
    /// It has not, and will not.
    NotDone(Deed, Refusal),
}

/// What a sign does besides showing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Deed {
    /// [`Command::Clear`].
    Clear,
    /// [`Command::Brightness`].
    Brightness,
    /// [`Command::SelfTest`].
    SelfTest,
    /// [`Command::Say`].
    Say,
}

/// Why something is not shown, said or done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The sign has no such area.
    NoSuchArea,
    /// It is more than the sign can show or say.
    TooLong,
    /// This kind of sign cannot do that at all.
    Cannot,
    /// It does not answer now.
    Away,
    /// The board does not take it, and gives this code of its maker's.
    Device(u8),
}

/// The driver of a sign, on a line that it may share.
pub trait Sign: Driver<Command = Command, Event = Event> + Send {
    /// Whether it may send. A sign that may not goes on keeping time, and sends what is due when it may; it is told the time
    /// then.
    fn may_send(&mut self, may: bool);

    /// Whether the line is its own for now: it waits for an answer, or for the silence after what it sent.
    fn holds_line(&self) -> bool;
}

/// How long a self-test is to be seen, in milliseconds.
pub const TEST: u64 = 3_000;
