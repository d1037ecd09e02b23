//! Numbers of up to eight digits, one a chip. The first register is the digit at the right.

use super::{DIGIT, NO_OP, SHUTDOWN, set, transfer};
use crate::sign::Refusal;
use crate::sign::board::{Face, Look, Wire};
use crate::sign::figure::Figure;

/// The segments of a letter: from the highest bit the point, then a to g.
pub const fn segments(letter: char) -> Option<u8> {
    Some(match letter {
        '0' => 0x7E,
        '1' => 0x30,
        '2' => 0x6D,
        '3' => 0x79,
        '4' => 0x33,
        '5' => 0x5B,
        '6' => 0x5F,
        '7' => 0x70,
        '8' => 0x7F,
        '9' => 0x7B,
        '-' => 0x01,
        'F' => 0x47,
        'U' => 0x3E,
        'L' => 0x0E,
        ' ' => 0,
        _ => return None,
    })
}

/// Numbers on a chain: area 0 is the chip nearest to the machine.
pub struct Digits {
    chain: usize,
    digits: usize,
}

impl Digits {
    /// So many chips with so many digits each.
    pub const fn new(chain: usize, digits: usize) -> Self {
        Self { chain, digits }
    }
}

impl Wire for Digits {
    fn areas(&self) -> u8 {
        self.chain.min(255) as u8
    }

    fn show(&self, area: u8, face: Face<'_>) -> Result<Vec<Vec<u8>>, Refusal> {
        let figure = match face {
            Face::Blank => Figure::Blank,
            Face::Stale => Figure::Dashes,
            // The chip's own test lights everything.
            Face::Test => Figure::Number(10_i32.pow(self.digits.min(8) as u32) / 9 * 8),
            Face::Content(content) => Figure::of(content),
        };
        let letters = figure.letters(self.digits).ok_or(Refusal::TooLong)?;
        let own = |word: (u8, u8)| {
            transfer(self.chain, move |chip| if chip == usize::from(area) { word } else { (NO_OP, 0) })
        };
        let digits = letters.chars().rev().zip(DIGIT..);
        let mut telegrams: Vec<_> = digits.map(|(c, register)| own((register, segments(c).unwrap_or(0)))).collect();
        telegrams.push(own((SHUTDOWN, 1)));
        Ok(telegrams)
    }

    fn set(&self, look: Look) -> Vec<Vec<u8>> {
        set(self.chain, self.digits, look)
    }

    fn dims(&self) -> bool {
        true
    }

    fn gap(&self, _: &[u8]) -> u64 {
        0
    }
}
