//! Chains of MAX7219 or MAX7221 at SPI (hardware reference, C3): digits of seven segments, and modules of 8 by 8 dots.
//!
//! A word is a register and its data. Words are shifted through the chain, the first ends in the chip that is farthest away, and
//! when select rises all of them are taken in; register 0 changes nothing. The chips begin switched off with anything in their
//! registers, and noise on a long chain changes them, so every register is written again every two seconds. They never answer: an
//! open port is all that is known.
//!
//! The crate `max7219` writes one chip at a time and drives eight at most; here one transfer writes a register of the whole
//! chain. It stands at the other end of the tests.

pub mod digits;
pub mod matrix;
pub mod virtual_chain;

pub use digits::Digits;
pub use matrix::Matrix;
pub use virtual_chain::VirtualChain;

use crate::sign::board::Look;

/// Nothing.
pub const NO_OP: u8 = 0x00;
/// The first of eight digits, or rows of dots.
pub const DIGIT: u8 = 0x01;
/// Which digits are decoded from numbers; none here.
pub const DECODE: u8 = 0x09;
/// How bright, 0 to 15.
pub const INTENSITY: u8 = 0x0A;
/// How many digits are driven, less one.
pub const SCAN: u8 = 0x0B;
/// 1 is on, 0 off.
pub const SHUTDOWN: u8 = 0x0C;
/// 1 lights everything.
pub const TEST: u8 = 0x0F;

/// A transfer: a word for each chip, by its place in the chain, 0 being the nearest.
pub fn transfer(chain: usize, word: impl Fn(usize) -> (u8, u8)) -> Vec<u8> {
    (0..chain).rev().flat_map(|chip| <[u8; 2]>::from(word(chip))).collect()
}

/// The transfers that set all chips alike, but for switching them on: that comes behind what they show.
fn set(chain: usize, digits: usize, look: Look) -> Vec<Vec<u8>> {
    let registers = [
        (TEST, u8::from(look.test)),
        (DECODE, 0),
        (SCAN, (digits as u8).clamp(1, 8) - 1),
        (INTENSITY, look.brightness.min(15)),
    ];
    registers.iter().map(|word| transfer(chain, |_| *word)).collect()
}
