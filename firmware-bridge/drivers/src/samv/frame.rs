//! Frames on the line, in both directions: `AA AA AA 96 69 | LEN hi lo | body … | CHK`.
//!
//! LEN counts the body and CHK. CHK is the XOR of LEN and the body. There is no escape and no end mark.

use std::fmt;
use std::ops::RangeInclusive;

use zeroize::Zeroizing;

pub use crate::frames::hunt::decode;
use crate::frames::hunt::{self, Framing};

/// How every frame begins. One more AA before it is common.
pub const PREAMBLE: [u8; 5] = [0xAA, 0xAA, 0xAA, 0x96, 0x69];

/// The LEN that frames may tell.
#[derive(Debug, Clone)]
pub struct Lengths(RangeInclusive<u16>);

/// Answers of a module: three status bytes and CHK at least.
pub const ANSWERS: Lengths = Lengths(4..=2330);

/// Requests: command, parameter and CHK at least.
pub const REQUESTS: Lengths = Lengths(3..=2330);

/// Preamble and LEN.
const HEAD: usize = PREAMBLE.len() + 2;

/// What a module is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// Starts the module anew.
    Reset,
    /// How is the module?
    Status,
    /// Which module is it?
    ModuleId,
    /// Is there a card that has not been selected yet?
    Find,
    /// Speak to the card that was found.
    Select,
    /// Text and photo of the selected card. Fingerprints are never asked for.
    Read,
}

impl Request {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Reset, Self::Status, Self::ModuleId, Self::Find, Self::Select, Self::Read];

    /// Command and parameter.
    pub const fn code(self) -> [u8; 2] {
        match self {
            Self::Reset => [0x10, 0xFF],
            Self::Status => [0x11, 0xFF],
            Self::ModuleId => [0x12, 0xFF],
            Self::Find => [0x20, 0x01],
            Self::Select => [0x20, 0x02],
            Self::Read => [0x30, 0x01],
        }
    }

    /// The whole frame.
    pub fn frame(self) -> Vec<u8> {
        encode(&self.code())
    }
}

/// Frames a body. Bodies are far shorter than 64 KiB.
pub fn encode(body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u16 + 1).to_be_bytes();
    let mut frame = Vec::with_capacity(HEAD + body.len() + 1);
    frame.extend_from_slice(&PREAMBLE);
    frame.extend_from_slice(&length);
    frame.extend_from_slice(body);
    frame.push(xor(&length) ^ xor(body));
    frame
}

fn xor(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum, byte| sum ^ byte)
}

/// A whole frame whose checksum is right. It is wiped when it is dropped, and prints nothing of what it holds.
pub struct Frame(Zeroizing<Vec<u8>>);

impl Frame {
    /// What stands between length and checksum.
    pub fn body(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Frame({} bytes)", self.0.len())
    }
}

/// What is wrong with something that began like a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No frame has this length.
    Length(u16),
    /// The checksum is wrong.
    Checksum,
}

/// Finds frames: [`ANSWERS`] or [`REQUESTS`].
pub type Receiver = hunt::Receiver<Lengths>;

impl Framing for Lengths {
    type Frame = Frame;
    type Fault = Fault;

    const PREAMBLE: &'static [u8] = &PREAMBLE;
    const IDLE: Option<u8> = Some(PREAMBLE[0]);

    fn longest(&self) -> usize {
        HEAD + usize::from(*self.0.end())
    }

    fn judge(&self, bytes: &[u8]) -> Option<Result<(Frame, usize), Fault>> {
        let head = bytes.get(..HEAD)?;
        let length = u16::from_be_bytes([head[HEAD - 2], head[HEAD - 1]]);
        if !self.0.contains(&length) {
            return Some(Err(Fault::Length(length)));
        }
        let end = HEAD + usize::from(length);
        let frame = bytes.get(..end)?;
        // The checksum is the XOR of all the rest, so all of it together is 0.
        if xor(&frame[PREAMBLE.len()..]) != 0 {
            return Some(Err(Fault::Checksum));
        }
        Some(Ok((Frame(Zeroizing::new(frame[HEAD..end - 1].to_vec())), end)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rig::vectors;

    fn bodies(bytes: &[u8], lengths: Lengths) -> Vec<Vec<u8>> {
        decode(bytes, lengths).into_iter().flatten().map(|frame| frame.body().to_vec()).collect()
    }

    #[test]
    fn vectors_of_the_reference() {
        let vectors = vectors::read(include_str!("../../vectors/samv.txt"));
        assert_eq!(vectors.len(), 29);
        for vector in &vectors {
            let bytes = &vector.bytes;
            let found = decode(bytes, REQUESTS);
            if vector.good {
                assert!(matches!(found[..], [Ok(_)]), "{}: {found:?}", vector.says);
                assert_eq!(encode(&bodies(bytes, REQUESTS)[0]), *bytes, "{}", vector.says);
            } else {
                assert!(bodies(bytes, REQUESTS).is_empty(), "{}", vector.says);
            }
        }
        for request in Request::ALL {
            assert!(vectors.iter().any(|vector| vector.good && vector.bytes == request.frame()), "{request:?}");
        }
    }

    #[test]
    fn what_precedes_is_dropped_and_one_more_aa_is_none() {
        let frame = Request::Find.frame();
        let mut receiver = Receiver::new(REQUESTS);
        let bytes = [&[0xAA, 0xAA][..], &frame].concat();
        assert!(matches!(receiver.take(&mut &bytes[..]), Some(Ok(_))));
        assert_eq!(receiver.noise(), 0);
        let bytes = [&[0x12, 0xAA, 0x96, 0x34][..], &frame, &[0xAA]].concat();
        let mut rest = &bytes[..];
        assert!(matches!(receiver.take(&mut rest), Some(Ok(_))));
        assert_eq!((receiver.noise(), rest), (3, &[0xAA][..]));
    }

    #[test]
    fn lengths_that_cannot_be_are_refused_at_once() {
        for length in [0_u16, 3, 2331, 0xFFFF] {
            let head = [&PREAMBLE[..], &length.to_be_bytes()].concat();
            assert!(matches!(decode(&head, ANSWERS)[..], [Err(Fault::Length(told))] if told == length));
        }
        let longest = encode(&vec![7; 2329]);
        assert_eq!(bodies(&longest, ANSWERS)[0].len(), 2329);
    }

    #[test]
    fn a_frame_behind_a_false_beginning_is_found() {
        let frame = encode(&[0, 0, 0x9F, 0, 0, 0, 0]);
        // The false beginning claims 40 bytes: more than will ever come.
        let bytes = [&PREAMBLE[..], &[0, 40, 1, 2, 3], &frame].concat();
        let mut receiver = Receiver::new(ANSWERS);
        assert!(receiver.take(&mut &bytes[..]).is_none());
        assert!(receiver.begun());
        assert!(matches!(receiver.give_up(), Some(Ok(_))));
    }

    #[test]
    fn frames_print_nothing() {
        let frame = encode(&[0, 0, 0x90, 0x33, 0x33]);
        assert_eq!(format!("{:?}", decode(&frame, ANSWERS)), "[Ok(Frame(5 bytes))]");
    }

    proptest! {
        #[test]
        fn any_body_comes_back_through_any_split(
            body in proptest::collection::vec(any::<u8>(), 3..400),
            cuts in proptest::collection::vec(1_usize..60, 1..40),
        ) {
            let frame = encode(&body);
            let mut receiver = Receiver::new(ANSWERS);
            let mut found = Vec::new();
            let mut rest = &frame[..];
            for cut in cuts.iter().cycle() {
                let (piece, later) = rest.split_at((*cut).min(rest.len()));
                let mut piece = piece;
                while let Some(one) = receiver.take(&mut piece) {
                    found.push(one);
                }
                rest = later;
                if rest.is_empty() {
                    break;
                }
            }
            prop_assert!(matches!(&found[..], [Ok(frame)] if frame.body() == body));
            prop_assert_eq!(receiver.noise(), 0);
        }

        #[test]
        fn garbage_never_panics_and_the_frame_behind_it_is_found(
            garbage in proptest::collection::vec(prop_oneof![Just(0xAA_u8), Just(0x96), Just(0x69), any::<u8>()], 0..600),
            body in proptest::collection::vec(any::<u8>(), 3..60),
        ) {
            let bytes = [&garbage[..], &encode(&body)].concat();
            prop_assert!(bodies(&bytes, ANSWERS).contains(&body) || !bodies(&bytes, ANSWERS).is_empty());
        }

        #[test]
        fn one_wrong_byte_is_never_a_frame_of_the_same_length(
            body in proptest::collection::vec(any::<u8>(), 3..60),
            at in any::<prop::sample::Index>(),
            flip in 1_u8..,
        ) {
            let mut frame = encode(&body);
            let at = HEAD + at.index(frame.len() - HEAD);
            frame[at] ^= flip;
            prop_assert!(bodies(&frame, ANSWERS).iter().all(|other| other.len() < body.len()));
        }
    }
}
