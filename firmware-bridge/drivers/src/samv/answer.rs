//! What a module answers: `SW1 SW2 SW3 | data`. SW1 and SW2 are 0; SW3 is the result.

use std::fmt;
use std::ops::Range;

use super::frame::Frame;

/// An answer of a module.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    /// The result, SW3.
    pub code: u8,
    /// What belongs to it.
    pub data: &'a [u8],
}

impl<'a> Answer<'a> {
    /// Reads a frame; none when it is not an answer of the card module.
    pub fn of(frame: &'a Frame) -> Option<Self> {
        match frame.body() {
            [0, 0, code, data @ ..] => Some(Self { code: *code, data }),
            _ => None,
        }
    }

    /// What it means.
    pub const fn meaning(&self) -> Meaning {
        Meaning::of(self.code)
    }
}

/// What a result means to whoever asked. Makers use codes of their own: one that nobody knows is a failure like others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// Done; the data is what was asked for.
    Done,
    /// There is a card that can be selected.
    Found,
    /// No card can be found or selected.
    NoCard,
    /// The card has no such item.
    NotOnCard,
    /// The module got a request with a wrong checksum or length.
    Misheard,
    /// The module needs a reset.
    Confused,
    /// The module cannot work: its self-test failed, or it is not authorised.
    OutOfService,
    /// Card and module do not trust each other.
    NotTrusted,
    /// It is no identity card.
    UnknownCard,
    /// The card moved while it was read.
    Moved,
    /// Anything else.
    Failed,
}

impl Meaning {
    /// What a result means.
    pub const fn of(code: u8) -> Self {
        match code {
            0x90 => Self::Done,
            0x9F => Self::Found,
            0x80 | 0x81 => Self::NoCard,
            0x91 => Self::NotOnCard,
            0x10 | 0x11 => Self::Misheard,
            0x24 => Self::Confused,
            0x23 | 0x60 | 0x66 => Self::OutOfService,
            0x31 | 0x32 | 0x33 | 0x37 | 0x3F | 0x47 => Self::NotTrusted,
            0x40 => Self::UnknownCard,
            0x41 => Self::Moved,
            _ => Self::Failed,
        }
    }
}

/// Where the parts of a card stand in the data of a read answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// The text.
    pub text: Range<usize>,
    /// The photo, as the licensed decoder wants it.
    pub photo: Range<usize>,
    /// Fingerprints; none were asked for.
    pub fingerprints: Range<usize>,
}

/// Finds the parts by the sizes that the answer itself tells, two or (with fingerprints) three. None when they do not add up to
/// what came.
pub fn parts(data: &[u8]) -> Option<Parts> {
    let size = |at: usize| Some(usize::from(u16::from_be_bytes([*data.get(at)?, *data.get(at + 1)?])));
    let (text, photo) = (size(0)?, size(2)?);
    let (start, fingerprints) = if data.len() == 4 + text + photo { (4, 0) } else { (6, size(4)?) };
    let found = Parts {
        text: start..start + text,
        photo: start + text..start + text + photo,
        fingerprints: start + text + photo..start + text + photo + fingerprints,
    };
    (found.fingerprints.end == data.len()).then_some(found)
}

/// How the photo of a genuine card begins. An answer in which it does not stand where it belongs has perhaps been shifted.
pub const PHOTO_BEGINS: [u8; 8] = [0x57, 0x4C, 0x66, 0x00, 0x7E, 0x00, 0x32, 0x00];

/// Which module it is, as its label says: `05.03-20200101-0000000001-0000000001`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleId(String);

impl ModuleId {
    /// Reads the 16 bytes of a module's id.
    pub fn of(data: &[u8]) -> Option<Self> {
        let [first, _, second, _, rest @ ..] = data else { return None };
        let numbers: Vec<u32> =
            rest.chunks(4).map_while(|four| Some(u32::from_le_bytes(four.try_into().ok()?))).collect();
        let [made, serial, more] = numbers[..] else { return None };
        (data.len() == 16).then(|| Self(format!("{first:02}.{second:02}-{made:08}-{serial:010}-{more:010}")))
    }
}

impl fmt::Display for ModuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::frame::{ANSWERS, decode, encode};
    use super::*;

    fn frame(body: &[u8]) -> Frame {
        match decode(&encode(body), ANSWERS).pop() {
            Some(Ok(frame)) => frame,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_known_result_leads_somewhere() {
        let known = [
            (0x90, Meaning::Done),
            (0x9F, Meaning::Found),
            (0x80, Meaning::NoCard),
            (0x81, Meaning::NoCard),
            (0x91, Meaning::NotOnCard),
            (0x10, Meaning::Misheard),
            (0x11, Meaning::Misheard),
            (0x21, Meaning::Failed),
            (0x23, Meaning::OutOfService),
            (0x24, Meaning::Confused),
            (0x31, Meaning::NotTrusted),
            (0x32, Meaning::NotTrusted),
            (0x33, Meaning::NotTrusted),
            (0x37, Meaning::NotTrusted),
            (0x3F, Meaning::NotTrusted),
            (0x47, Meaning::NotTrusted),
            (0x40, Meaning::UnknownCard),
            (0x41, Meaning::Moved),
            (0x60, Meaning::OutOfService),
            (0x66, Meaning::OutOfService),
            (0x92, Meaning::Failed),
            (0x4E, Meaning::Failed),
        ];
        for (code, meaning) in known {
            let frame = frame(&[0, 0, code]);
            assert_eq!(Answer::of(&frame).unwrap().meaning(), meaning, "{code:02X}");
        }
        assert!(Answer::of(&frame(&[0, 1, 0x90])).is_none());
    }

    #[test]
    fn the_name_of_a_module() {
        let data = [5, 0, 3, 0, 0xA5, 0x3A, 0x34, 1, 1, 0, 0, 0, 1, 0, 0, 0];
        assert_eq!(ModuleId::of(&data).unwrap().to_string(), "05.03-20200101-0000000001-0000000001");
        assert_eq!(ModuleId::of(&data[..15]), None);
    }

    #[test]
    fn sizes_are_those_the_answer_tells() {
        let with = |head: &[u8], rest: usize| [head, &vec![0; rest]].concat();
        let plain = parts(&with(&[1, 0, 4, 0], 1280)).unwrap();
        assert_eq!((plain.text, plain.photo, plain.fingerprints), (4..260, 260..1284, 1284..1284));
        for fingers in [0_u16, 512, 1024] {
            let size = fingers.to_be_bytes();
            let data = with(&[1, 0, 4, 0, size[0], size[1]], 1280 + usize::from(fingers));
            assert_eq!(parts(&data).unwrap().fingerprints.len(), usize::from(fingers));
        }
        assert_eq!(parts(&with(&[1, 0, 4, 0], 1279)), None);
        assert_eq!(parts(&[1, 0]), None);
    }

    proptest! {
        #[test]
        fn nothing_panics(data in proptest::collection::vec(any::<u8>(), 0..1400)) {
            if let Some(parts) = parts(&data) {
                prop_assert!(data.get(parts.text).is_some() && data.get(parts.photo).is_some());
            }
            let _ = ModuleId::of(&data);
        }
    }
}
