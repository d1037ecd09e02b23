//! Boards of digits on a serial line (hardware reference, C3): modules that speak Modbus RTU, and boards that take four bytes.
//!
//! They show the number in a text and nothing else of it ([`crate::sign::figure`]).

pub mod modbus;
pub mod sum;
pub mod virtual_modbus;
pub mod virtual_sum;

pub use modbus::Modbus;
pub use sum::Sum;
pub use virtual_modbus::VirtualModbus;
pub use virtual_sum::VirtualSum;

use crate::Millis;
use crate::dice::Dice;
use crate::onbon::area::Place;
use crate::sign::picture::{Dots, dimmed};
use crate::sign::virtual_sign::Plugs;

/// Dots of a digit in pictures and places.
const DIGIT: (u16, u16) = (8, 16);

/// A piece of a frame that does not go on within so many milliseconds is none. Modbus says 3.5 characters; lines over the network
/// and adapters hold back bytes for longer.
const SILENCE: u64 = 50;

/// Where a number stands.
fn place(digits: usize) -> Place {
    Place { x: 0, y: 0, width: digits as u16 * DIGIT.0, height: DIGIT.1 }
}

fn picture(text: &str, digits: usize) -> Result<Vec<u8>, png::EncodingError> {
    let place = place(digits);
    let mut dots = Dots::new(place.width, place.height);
    dots.write(0, 0, text, dimmed([255, 40, 24], 15));
    dots.png()
}

/// The bytes that a board has heard and not understood yet, with its plugs before them.
struct Ear {
    plugs: Plugs,
    dice: Dice,
    heard: Vec<u8>,
    heard_at: Millis,
}

impl Ear {
    fn new(seed: u64) -> Self {
        Self { plugs: Plugs::default(), dice: Dice::new(seed), heard: Vec::new(), heard_at: Millis::default() }
    }

    /// Takes in bytes; gives back what was heard before a silence, and leads nowhere.
    fn hear(&mut self, now: Millis, bytes: &[u8]) -> Option<Vec<u8>> {
        if !self.plugs.line || !self.plugs.power {
            self.heard.clear();
            return None;
        }
        let old = !self.heard.is_empty() && now.since(self.heard_at) >= SILENCE;
        let left = old.then(|| std::mem::take(&mut self.heard));
        if !bytes.is_empty() {
            self.heard_at = now;
            let begins = self.heard.len();
            self.heard.extend_from_slice(bytes);
            if self.plugs.garbled && self.dice.below(2) == 0 {
                let at = begins + self.dice.below(bytes.len());
                self.heard[at] ^= 1 << self.dice.below(8);
            }
        }
        left
    }

    /// When a silence ends what was heard.
    fn wake_at(&self) -> Option<Millis> {
        (!self.heard.is_empty()).then(|| self.heard_at + SILENCE)
    }
}
