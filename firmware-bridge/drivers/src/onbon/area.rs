//! An area of a sign: where it stands, how its text comes, how long it stays.

use serde::Serialize;

/// Most bytes of an area, with its text: what a card of the fifth generation holds.
pub const MAX_AREA: usize = 512;
/// Most areas on a card of the fifth generation.
pub const MAX_AREAS: usize = 8;
/// Bytes of an area before its text, when it has neither sound nor extensions.
pub const HEAD: usize = 27;

/// A rectangle of the sign, in dots from the upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Place {
    /// From the left.
    pub x: u16,
    /// From above.
    pub y: u16,
    /// How wide.
    pub width: u16,
    /// How high.
    pub height: u16,
}

impl Place {
    /// Whether two places share a dot.
    pub const fn overlaps(self, other: Self) -> bool {
        let across = self.x < other.x.saturating_add(other.width) && other.x < self.x.saturating_add(self.width);
        let down = self.y < other.y.saturating_add(other.height) && other.y < self.y.saturating_add(self.height);
        across && down
    }

    /// Whether it lies on a sign of this size and is not empty.
    pub fn fits(self, width: u16, height: u16) -> bool {
        let right = u32::from(self.x) + u32::from(self.width);
        let bottom = u32::from(self.y) + u32::from(self.height);
        self.width > 0 && self.height > 0 && right <= u32::from(width) && bottom <= u32::from(height)
    }
}

/// An area as it goes to the card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// Its number, from 0.
    pub id: u8,
    /// Where it stands. Always in dots: the maker's own programs disagree about the other unit.
    pub place: Place,
    /// Seconds after which the card deletes it unless it comes again; 0 for never.
    pub timeout_s: u16,
    /// All in one line, for texts that run.
    pub single_line: bool,
    /// How it comes: 1 still, 2 quickly, 3 to the left, 4 to the right, 5 up, 6 down.
    pub effect: u8,
    /// 0, the fastest, to 0x18.
    pub speed: u8,
    /// How long a page stays, in half seconds.
    pub stay: u8,
    /// Its text in GBK with escapes.
    pub text: Vec<u8>,
}

/// Stands still.
pub const STILL: u8 = 1;
/// Runs to the left.
pub const LEFT: u8 = 3;

/// The bit that says "in dots".
const DOTS: u16 = 0x8000;
/// Shown in turn for ever; 2 is the same until the timeout.
const RUN_ON: u8 = 0;
const RUN_UNTIL_TIMEOUT: u8 = 2;

/// What is wrong with an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AreaFault {
    /// It ends before it should, or goes on after it.
    Size,
    /// A value that the card does not know.
    Value,
}

impl Area {
    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD + self.text.len());
        let mut word = |value: u16| bytes.extend_from_slice(&value.to_le_bytes());
        // The type of the area, 0, makes everything odd; it is put in front at the end.
        word(self.place.x | DOTS);
        word(self.place.y);
        word(self.place.width | DOTS);
        word(self.place.height);
        bytes.insert(0, 0);
        let run = if self.timeout_s == 0 { RUN_ON } else { RUN_UNTIL_TIMEOUT };
        bytes.extend_from_slice(&[self.id, 0, run]);
        bytes.extend_from_slice(&self.timeout_s.to_le_bytes());
        // No sound, no extensions, to the left and up, lines broken where the text says so.
        let lines = if self.single_line { 1 } else { 2 };
        bytes.extend_from_slice(&[0, 0, 0, lines, 1, self.effect, 0, self.speed, self.stay]);
        bytes.extend_from_slice(&(self.text.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&self.text);
        bytes
    }

    /// Reads its bytes, as strictly as they are documented. Sound and extensions are skipped. With run mode 0 a card ignores the
    /// timeout, and so does this.
    pub fn decode(bytes: &[u8]) -> Result<Self, AreaFault> {
        let mut rest = Rest(bytes);
        let kind = rest.byte()?;
        let x = rest.across()?;
        let y = rest.word()?;
        let width = rest.across()?;
        let height = rest.word()?;
        let id = rest.byte()?;
        let _line_spacing = rest.byte()?;
        let run = rest.byte()?;
        let timeout = rest.word()?;
        match rest.byte()? {
            0 => {}
            1 => rest.skip(3)?,
            2 => {
                rest.skip(3)?;
                let sound = rest.long()?;
                rest.skip(sound)?;
            }
            _ => return Err(AreaFault::Value),
        }
        let extensions = rest.byte()?;
        rest.skip(usize::from(extensions))?;
        let align = rest.byte()?;
        let single_line = rest.byte()?;
        let new_line = rest.byte()?;
        let effect = rest.byte()?;
        let _exit = rest.byte()?;
        let speed = rest.byte()?;
        let stay = rest.byte()?;
        let length = rest.long()?;
        if rest.0.len() != length {
            return Err(AreaFault::Size);
        }
        let known = kind == 0
            && run <= 5
            && align < 16
            && (1..=2).contains(&single_line)
            && (1..=2).contains(&new_line)
            && (1..=6).contains(&effect)
            && speed <= 0x18;
        if !known {
            return Err(AreaFault::Value);
        }
        Ok(Self {
            id,
            place: Place { x, y, width, height },
            timeout_s: if run == RUN_UNTIL_TIMEOUT { timeout } else { 0 },
            single_line: single_line == 1,
            effect,
            speed,
            stay,
            text: rest.0.to_vec(),
        })
    }
}

/// What has not been read yet.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], AreaFault> {
        let (first, rest) = self.0.split_first_chunk::<N>().ok_or(AreaFault::Size)?;
        self.0 = rest;
        Ok(*first)
    }

    fn byte(&mut self) -> Result<u8, AreaFault> {
        Ok(self.take::<1>()?[0])
    }

    fn word(&mut self) -> Result<u16, AreaFault> {
        Ok(u16::from_le_bytes(self.take()?))
    }

    fn long(&mut self) -> Result<usize, AreaFault> {
        Ok(u32::from_le_bytes(self.take()?) as usize)
    }

    /// A measure across: in dots with the bit, in eights without.
    fn across(&mut self) -> Result<u16, AreaFault> {
        let value = self.word()?;
        if value & DOTS != 0 { Ok(value & !DOTS) } else { value.checked_mul(8).ok_or(AreaFault::Value) }
    }

    fn skip(&mut self, count: usize) -> Result<(), AreaFault> {
        self.0 = self.0.get(count..).ok_or(AreaFault::Size)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        text.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
    }

    #[test]
    fn the_published_area() {
        let bytes = hex(
            "00 00 80 00 00 80 80 20 00 00 00 00 0A 00 00 00 00 02 01 01 00 02 0A 08 00 00 00 BB B6 D3 AD B9 E2 C1 D9",
        );
        let area = Area::decode(&bytes).unwrap();
        assert_eq!(area.place, Place { x: 0, y: 0, width: 128, height: 32 });
        assert_eq!((area.id, area.effect, area.speed, area.stay, area.single_line), (0, STILL, 2, 10, false));
        assert_eq!(area.text.len(), 8);
        // Run mode 0: the ten seconds mean nothing to the card.
        assert_eq!(area.timeout_s, 0);
        let mut same = bytes;
        same[12..14].fill(0);
        assert_eq!(area.encode(), same);
    }

    #[test]
    fn sound_extensions_and_eights_are_understood() {
        let plain = Area {
            id: 3,
            place: Place { x: 8, y: 16, width: 64, height: 16 },
            timeout_s: 30,
            single_line: true,
            effect: LEFT,
            speed: 4,
            stay: 0,
            text: b"A001".to_vec(),
        };
        let bytes = plain.encode();
        assert_eq!(bytes.len(), HEAD + 4);
        let mut eights = bytes.clone();
        eights[1..3].copy_from_slice(&1_u16.to_le_bytes());
        eights[5..7].copy_from_slice(&8_u16.to_le_bytes());
        assert_eq!(Area::decode(&eights).as_ref(), Ok(&plain));
        let mut sound = bytes.clone();
        sound.splice(14..15, [2, 0, 5, 5, 2, 0, 0, 0, b'h', b'i']);
        assert_eq!(Area::decode(&sound).as_ref(), Ok(&plain));
        let mut extended = bytes;
        extended.splice(15..16, [2, 0, 1]);
        assert_eq!(Area::decode(&extended).as_ref(), Ok(&plain));
    }

    #[test]
    fn places_meet_and_fit() {
        let place = |x, y, width, height| Place { x, y, width, height };
        assert!(place(0, 0, 16, 16).overlaps(place(15, 15, 1, 1)));
        assert!(!place(0, 0, 16, 16).overlaps(place(16, 0, 16, 16)));
        assert!(place(112, 16, 16, 16).fits(128, 32));
        assert!(!place(113, 16, 16, 16).fits(128, 32));
        assert!(!place(0, 0, 0, 16).fits(128, 32));
        assert!(!place(0x7FFF, 0, 0x7FFF, 1).fits(128, 32));
    }

    proptest! {
        #[test]
        fn any_area_comes_back(
            numbers in any::<(u8, u16, u16, u16, u16, u16, bool, u8)>(),
            effect in 1_u8..7,
            speed in 0_u8..0x19,
            text in proptest::collection::vec(any::<u8>(), 0..300),
        ) {
            let (id, x, y, width, height, timeout_s, single_line, stay) = numbers;
            let place = Place { x: x & !DOTS, y, width: width & !DOTS, height };
            let area = Area { id, place, timeout_s, single_line, effect, speed, stay, text };
            prop_assert_eq!(Area::decode(&area.encode()), Ok(area));
        }

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = Area::decode(&bytes);
        }
    }
}
