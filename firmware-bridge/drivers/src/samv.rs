//! Readers of identity cards with a SAM-V module (hardware reference, A): the frames, what stands on a card, and the loop that
//! finds, reads and lets go of one.
//!
//! What a card says is in memory for as long as it takes to check it: every buffer of this module is wiped after use, the photo
//! is dropped with the frame it came in, and nothing here can print a byte of either. Shells should wipe what they read from
//! the port, too. A card that contradicts itself, be it only the check digit of its number, is refused.

pub mod answer;
pub mod frame;
pub mod nation;
pub mod number;
pub mod reader;
pub mod text;
pub mod virtual_reader;

pub use reader::{Event, Reader};
