//! The board of four bytes: `id | high | low | sum`, the sum being the low byte of the three before it. It never answers, and has
//! nothing but numbers: nothing to be seen, full and unknown are all 0, which for a count of free places is the safe side.

use crate::sign::Refusal;
use crate::sign::board::{Face, Wire};
use crate::sign::figure::Figure;

/// Largest number on its four digits.
pub const MOST: u16 = 9_999;
/// Bytes of a frame.
pub const FRAME: usize = 4;

/// A frame.
pub const fn encode(id: u8, number: u16) -> [u8; FRAME] {
    let [high, low] = number.to_be_bytes();
    [id, high, low, id.wrapping_add(high).wrapping_add(low)]
}

/// The board and the number of a frame; none when its sum is wrong or the number has more than four digits.
pub fn decode(frame: [u8; FRAME]) -> Option<(u8, u16)> {
    let [id, high, low, _] = frame;
    let number = u16::from_be_bytes([high, low]);
    (encode(id, number) == frame && number <= MOST).then_some((id, number))
}

/// The language of such a board.
pub struct Sum {
    id: u8,
    baud: u32,
}

impl Sum {
    /// The board of an id on a line of so many bits a second.
    pub const fn new(id: u8, baud: u32) -> Self {
        Self { id, baud }
    }
}

impl Wire for Sum {
    fn areas(&self) -> u8 {
        1
    }

    fn show(&self, _: u8, face: Face<'_>) -> Result<Vec<Vec<u8>>, Refusal> {
        let number = match face {
            Face::Blank | Face::Stale => 0,
            Face::Test => 8_888,
            Face::Content(content) => match Figure::of(content) {
                Figure::Number(number) => u16::try_from(number).ok().filter(|number| *number <= MOST),
                Figure::Blank | Figure::Full | Figure::Dashes => Some(0),
            }
            .ok_or(Refusal::TooLong)?,
        };
        Ok(vec![encode(self.id, number).to_vec()])
    }

    fn gap(&self, telegram: &[u8]) -> u64 {
        // Ten bits a byte, and a silence that tells one frame from the next.
        (telegram.len() as u64 * 10_000).div_ceil(u64::from(self.baud)) + 20
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_frame_of_the_reference() {
        assert_eq!(encode(5, 999), [0x05, 0x03, 0xE7, 0xEF]);
        assert_eq!(decode([0x05, 0x03, 0xE7, 0xEF]), Some((5, 999)));
        assert_eq!(decode([0x05, 0x03, 0xE7, 0xEE]), None);
        assert_eq!(decode(encode(5, 10_000)), None);
    }

    proptest! {
        #[test]
        fn frames_come_back_and_no_bytes_panic(id in any::<u8>(), number in 0..=MOST, bytes in any::<[u8; FRAME]>()) {
            prop_assert_eq!(decode(encode(id, number)), Some((id, number)));
            let _ = decode(bytes);
        }
    }
}
