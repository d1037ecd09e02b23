//! What the keys of a call pad mean. The key is the last byte of the data; digits that were typed before it stand before it.
//!
//! FUNC of a key's frame is not relied on: the source texts disagree, and the host says back whatever it was.

use protocol::bridge::PadKey;

use super::frame::{Frame, RATED};

/// Codes of keys.
const EVALUATE: u8 = 0x0B;
const CALL: u8 = 0x0C;
const RECALL: u8 = 0x0D;
const CANCEL: u8 = 0x0E;
const OK: u8 = 0x0F;
const ONE_METRE: u8 = 0x11;
const PAUSE: u8 = 0x12;
const TRANSFER: u8 = 0x13;
/// What a digit before OK means.
const OK_PARK: u16 = 0;
const OK_RESUME: u16 = 3;
const OK_GIVE_UP: u16 = 6;
/// FUNC of the frames that [`Key::frame`] makes.
const PRESSED: u8 = 0x01;

/// A key, with the number that was typed before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Which.
    pub key: PadKey,
    /// One or two digits.
    pub number: Option<u16>,
}

/// What a frame of a pad says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// A key of a call pad was pressed.
    Key(Key),
    /// A key of a rating pad was pressed: 0 to 3.
    Rating(u8),
    /// Nobody knows.
    Unknown,
}

impl Said {
    /// Of a frame of a pad.
    pub fn of(frame: &Frame) -> Self {
        let Some((key, digits)) = frame.data.split_last() else { return Self::Unknown };
        if frame.function == RATED {
            return if digits.is_empty() && *key <= 3 { Self::Rating(*key) } else { Self::Unknown };
        }
        if digits.iter().any(|digit| *digit > 9) {
            return Self::Unknown;
        }
        let typed = digits.iter().fold(0, |number, digit| number * 10 + u16::from(*digit));
        let number = (!digits.is_empty()).then_some(typed);
        let plain = |key| Self::Key(Key { key, number: None });
        match (*key, number) {
            (EVALUATE, _) => plain(PadKey::Evaluate),
            (CALL, _) => Self::Key(Key { key: PadKey::Call, number }),
            (RECALL, _) => plain(PadKey::Recall),
            (CANCEL, _) => plain(PadKey::Cancel),
            (OK, Some(OK_PARK)) => plain(PadKey::Park),
            (OK, Some(OK_RESUME)) => plain(PadKey::Resume),
            (OK, Some(OK_GIVE_UP)) => plain(PadKey::GiveUp),
            (OK, _) => Self::Key(Key { key: PadKey::Ok, number }),
            (ONE_METRE, _) => plain(PadKey::OneMetre),
            (PAUSE, _) => plain(PadKey::Pause),
            (TRANSFER, _) => Self::Key(Key { key: PadKey::Transfer, number }),
            _ => Self::Unknown,
        }
    }
}

impl Key {
    /// The frame by which a pad says that it was pressed; none for a number of more than two digits.
    pub fn frame(self, address: u8) -> Option<Frame> {
        let (code, typed) = match self.key {
            PadKey::Evaluate => (EVALUATE, None),
            PadKey::Call => (CALL, self.number),
            PadKey::Recall => (RECALL, None),
            PadKey::Cancel => (CANCEL, None),
            PadKey::Park => (OK, Some(OK_PARK)),
            PadKey::Resume => (OK, Some(OK_RESUME)),
            PadKey::GiveUp => (OK, Some(OK_GIVE_UP)),
            PadKey::Ok => (OK, self.number),
            PadKey::OneMetre => (ONE_METRE, None),
            PadKey::Pause => (PAUSE, None),
            PadKey::Transfer => (TRANSFER, self.number),
        };
        let mut data = match typed {
            None => Vec::new(),
            Some(digit @ 0..=9) => vec![digit as u8],
            Some(number @ 10..=99) => vec![(number / 10) as u8, (number % 10) as u8],
            Some(_) => return None,
        };
        data.push(code);
        Some(Frame { address, function: PRESSED, data })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(function: u8, data: &[u8]) -> Said {
        Said::of(&Frame { address: 5, function, data: data.to_vec() })
    }

    #[test]
    fn every_key_says_what_it_is() {
        for key in PadKey::ALL {
            for number in [None, Some(7), Some(42)] {
                let pressed = Key { key, number };
                let frame = pressed.frame(5).unwrap();
                let Said::Key(read) = Said::of(&frame) else { panic!("{key:?}") };
                assert_eq!(read.key, key);
                let typed = matches!(key, PadKey::Call | PadKey::Ok | PadKey::Transfer);
                assert_eq!(read.number, number.filter(|_| typed), "{key:?}");
            }
        }
        assert_eq!(Key { key: PadKey::Ok, number: Some(100) }.frame(5), None);
    }

    #[test]
    fn what_nobody_knows_is_told_apart() {
        assert_eq!(said(0x01, &[6, 0x0F]), Said::Key(Key { key: PadKey::GiveUp, number: None }));
        assert_eq!(said(0x77, &[0x0C]), Said::Key(Key { key: PadKey::Call, number: None }), "whatever FUNC is");
        assert_eq!(said(RATED, &[3]), Said::Rating(3));
        for (function, data) in [(RATED, &[4][..]), (RATED, &[0, 1]), (1, &[0x10]), (1, &[0x0A, 0x0F]), (1, &[])] {
            assert_eq!(said(function, data), Said::Unknown, "{function} {data:?}");
        }
    }
}
