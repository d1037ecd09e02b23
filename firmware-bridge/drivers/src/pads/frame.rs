//! Frames, the same in both directions: `FF 68 | L | L | 68 | ADDR | FUNC | DATA … | SUM | 16`.
//!
//! L counts ADDR, FUNC and DATA and is sent twice; SUM is the low byte of their sum. There is no escape.

use std::ops::RangeInclusive;

pub use crate::frames::hunt::decode;
use crate::frames::hunt::{self, Framing};

/// How every frame begins.
const PREAMBLE: [u8; 2] = [0xFF, 0x68];
/// What follows the two lengths.
const SECOND: u8 = 0x68;
/// How every frame ends.
const END: u8 = 0x16;
/// Before ADDR: the preamble, L twice, 68.
const HEAD: usize = 5;
/// SUM and the end.
const TAIL: usize = 2;

/// The lengths L that frames may tell.
#[derive(Debug, Clone)]
pub struct Lengths(RangeInclusive<u8>);

/// Frames of pads.
pub const FROM_PADS: Lengths = Lengths(3..=5);
/// Frames of the host: a beep has no data, a display six digits.
pub const FROM_HOST: Lengths = Lengths(2..=8);

/// FUNC of a key of a rating pad.
pub const RATED: u8 = 0x11;
/// FUNC of what is said to a rating pad.
pub const TO_RATING: u8 = 0x01;
/// FUNC of a display.
pub const SHOW: u8 = 0x02;
/// FUNC of a beep.
pub const BEEP: u8 = 0x03;
/// Asks a rating pad to ask for a rating.
pub const ASK: u8 = 0x0B;
/// A place of the display that shows nothing.
pub const BLANK: u8 = 0x0A;

/// A frame.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Frame {
    /// The pad: from it or to it.
    pub address: u8,
    /// What it is about.
    pub function: u8,
    /// At most six bytes.
    pub data: Vec<u8>,
}

impl Frame {
    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        // No frame of either side is longer than six bytes of data.
        let length = self.data.len() as u8 + 2;
        let mut bytes = vec![PREAMBLE[0], PREAMBLE[1], length, length, SECOND, self.address, self.function];
        bytes.extend_from_slice(&self.data);
        bytes.push(sum(&bytes[HEAD..]));
        bytes.push(END);
        bytes
    }

    /// The host's answer to it, by which the pad knows that it was heard: the same frame; to a rating pad, with FUNC 01.
    pub fn echo(&self) -> Self {
        let function = if self.function == RATED { TO_RATING } else { self.function };
        Self { function, ..self.clone() }
    }

    /// Shows something on a pad.
    pub fn show(address: u8, shown: Shown) -> Self {
        Self { address, function: SHOW, data: shown.digits().to_vec() }
    }

    /// Lets a pad beep.
    pub fn beep(address: u8) -> Self {
        Self { address, function: BEEP, data: Vec::new() }
    }

    /// Lets a rating pad ask for a rating.
    pub fn ask(address: u8) -> Self {
        Self { address, function: TO_RATING, data: vec![ASK] }
    }
}

/// What a pad shows: the ticket at the right, or how many wait at the left.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Shown {
    /// Nothing.
    #[default]
    Blank,
    /// The last three digits of a ticket, 0 to 999.
    Ticket(u16),
    /// So many people wait; 999 stands for more.
    Waiting(u16),
}

impl Shown {
    /// The six places.
    pub fn digits(self) -> [u8; 6] {
        let three = |number: u16| [(number / 100 % 10) as u8, (number / 10 % 10) as u8, (number % 10) as u8];
        let mut places = [BLANK; 6];
        match self {
            Self::Blank => {}
            Self::Ticket(number) => places[3..].copy_from_slice(&three(number)),
            Self::Waiting(number) => places[..3].copy_from_slice(&three(number.min(999))),
        }
        places
    }
}

fn sum(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum, byte| sum.wrapping_add(*byte))
}

/// Something that began like a frame and is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken;

/// Finds frames: [`FROM_PADS`] or [`FROM_HOST`].
pub type Receiver = hunt::Receiver<Lengths>;

impl Framing for Lengths {
    type Frame = Frame;
    type Fault = Broken;

    const PREAMBLE: &'static [u8] = &PREAMBLE;
    const IDLE: Option<u8> = None;

    fn longest(&self) -> usize {
        HEAD + usize::from(*self.0.end()) + TAIL
    }

    fn judge(&self, bytes: &[u8]) -> Option<Result<(Frame, usize), Broken>> {
        let length = *bytes.get(2)?;
        if !self.0.contains(&length) || *bytes.get(3)? != length || *bytes.get(4)? != SECOND {
            return Some(Err(Broken));
        }
        let end = HEAD + usize::from(length);
        let frame = bytes.get(..end + TAIL)?;
        let body = &frame[HEAD..end];
        if frame[end] != sum(body) || frame[end + 1] != END {
            return Some(Err(Broken));
        }
        Some(Ok((Frame { address: body[0], function: body[1], data: body[2..].to_vec() }, end + TAIL)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rig::vectors;

    fn frames(bytes: &[u8]) -> Vec<Frame> {
        decode(bytes, FROM_HOST).into_iter().flatten().collect()
    }

    #[test]
    fn vectors_of_the_reference() {
        let vectors = vectors::read(include_str!("../../vectors/pads.txt"));
        assert_eq!(vectors.len(), 14);
        for vector in &vectors {
            let found = frames(&vector.bytes);
            if vector.good {
                assert_eq!(found.len(), 1, "{}", vector.says);
                assert_eq!(found[0].encode(), vector.bytes, "{}", vector.says);
            } else {
                assert!(found.is_empty(), "{}: {found:?}", vector.says);
            }
        }
        let bytes = |n: usize| vectors[n].bytes.clone();
        let rated = &frames(&bytes(2))[0];
        assert_eq!(rated.echo().encode(), bytes(3));
        let pressed = &frames(&bytes(0))[0];
        assert_eq!(pressed.echo(), *pressed);
        assert_eq!(Frame::show(5, Shown::Ticket(42)).encode(), bytes(4));
        assert_eq!(Frame::show(5, Shown::Waiting(17)).encode(), bytes(5));
        assert_eq!(Shown::Waiting(1_000).digits(), [9, 9, 9, 10, 10, 10]);
    }

    #[test]
    fn a_frame_behind_a_false_beginning_is_found() {
        let frame = Frame::show(7, Shown::Ticket(1));
        let bytes = [&[0xFF, 0xFF, 0x68, 5, 5, 0x68, 1][..], &frame.encode()].concat();
        assert!(frames(&bytes).contains(&frame));
        let mut receiver = Receiver::new(FROM_PADS);
        assert_eq!(receiver.take(&mut &[0xFF, 0x68, 3, 3][..]), None);
        assert!(receiver.begun());
        assert_eq!(receiver.give_up(), None);
        assert_eq!((receiver.noise(), receiver.begun()), (4, false));
    }

    proptest! {
        #[test]
        fn any_frame_comes_back_through_any_split(
            address in any::<u8>(),
            function in any::<u8>(),
            data in proptest::collection::vec(any::<u8>(), 0..=6),
            cuts in proptest::collection::vec(1_usize..6, 1..12),
        ) {
            let frame = Frame { address, function, data };
            let bytes = frame.encode();
            let mut receiver = Receiver::new(FROM_HOST);
            let (mut found, mut rest) = (Vec::new(), &bytes[..]);
            for cut in cuts.iter().cycle() {
                let (mut piece, later) = rest.split_at((*cut).min(rest.len()));
                while let Some(one) = receiver.take(&mut piece) {
                    found.push(one);
                }
                rest = later;
                if rest.is_empty() {
                    break;
                }
            }
            prop_assert_eq!(found, vec![Ok(frame)]);
            prop_assert_eq!(receiver.noise(), 0);
        }

        #[test]
        fn garbage_never_panics_and_the_frame_behind_it_is_found(
            garbage in proptest::collection::vec(prop_oneof![Just(0xFF_u8), Just(0x68), Just(3), any::<u8>()], 0..200),
        ) {
            let frame = Frame { address: 5, function: 1, data: vec![0x0C] };
            // Long enough for anything that the garbage may have begun.
            let bytes = [&garbage[..], &[0; 15], &frame.encode()].concat();
            prop_assert!(frames(&bytes).contains(&frame));
        }

        #[test]
        fn one_wrong_byte_is_no_frame(key in 0_u8..0x14, at in 0_usize..10, flip in 1_u8..) {
            let mut bytes = Frame { address: 5, function: 1, data: vec![key] }.encode();
            bytes[at] ^= flip;
            prop_assert!(frames(&bytes).is_empty());
        }
    }
}
