//! Frames on the line, in both directions: `AA AA AA 96 69 | LEN hi lo | body … | CHK`.
//!
//! LEN counts the body and CHK. CHK is the XOR of LEN and the body. There is no escape and no end mark: a receiver hunts for the
//! preamble byte by byte, believes no length that cannot be, and gives up a frame that does not go on.

use std::fmt;
use std::ops::RangeInclusive;

use zeroize::{Zeroize, Zeroizing};

/// How every frame begins. One more AA before it is common.
pub const PREAMBLE: [u8; 5] = [0xAA, 0xAA, 0xAA, 0x96, 0x69];

/// Lengths that an answer of a module may tell: three status bytes and CHK at least.
pub const ANSWERS: RangeInclusive<u16> = 4..=2330;

/// Lengths that a request may tell: command, parameter and CHK at least.
pub const REQUESTS: RangeInclusive<u16> = 3..=2330;

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

/// What a receiver found.
#[derive(Debug)]
pub enum Found {
    /// A frame.
    Frame(Frame),
    /// Something that began like one.
    Broken(Fault),
}

/// Finds frames in a stream of bytes. It never holds more than one frame, and wipes what it lets go.
pub struct Receiver {
    lengths: RangeInclusive<u16>,
    /// Never grows beyond its first capacity, so that no copy is left behind in memory.
    buffer: Zeroizing<Vec<u8>>,
    noise: usize,
}

impl Receiver {
    /// A receiver of frames with such lengths: [`ANSWERS`] or [`REQUESTS`].
    pub fn new(lengths: RangeInclusive<u16>) -> Self {
        let longest = HEAD + usize::from(*lengths.end());
        Self { lengths, buffer: Zeroizing::new(Vec::with_capacity(longest)), noise: 0 }
    }

    /// Takes bytes until something is found; what is left of `bytes` is for the next call. None when all of them are taken.
    pub fn take(&mut self, bytes: &mut &[u8]) -> Option<Found> {
        loop {
            if let Some(found) = self.scan() {
                return Some(found);
            }
            let (first, rest) = bytes.split_first()?;
            self.buffer.push(*first);
            *bytes = rest;
        }
    }

    /// The frame that has begun does not go on: looks for another one in what came behind its beginning.
    pub fn give_up(&mut self) -> Option<Found> {
        while !self.buffer.is_empty() {
            self.drop_front(1);
            if let Some(found) = self.scan() {
                return Some(found);
            }
        }
        None
    }

    /// Whether a frame has begun.
    pub fn begun(&self) -> bool {
        !self.buffer.is_empty()
    }

    /// How many bytes belonged to no frame since the last [`Receiver::clear`]. An AA too many does not count.
    pub fn noise(&self) -> usize {
        self.noise
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.buffer.zeroize();
        self.noise = 0;
    }

    fn scan(&mut self) -> Option<Found> {
        let skip = self.candidate();
        if skip > 0 {
            self.drop_front(skip);
        }
        let head = self.buffer.get(..HEAD)?;
        let length = u16::from_be_bytes([head[HEAD - 2], head[HEAD - 1]]);
        if !self.lengths.contains(&length) {
            self.drop_front(1);
            return Some(Found::Broken(Fault::Length(length)));
        }
        let end = HEAD + usize::from(length);
        let frame = self.buffer.get(..end)?;
        // The checksum is the XOR of all the rest, so all of it together is 0.
        if xor(&frame[PREAMBLE.len()..]) != 0 {
            self.drop_front(1);
            return Some(Found::Broken(Fault::Checksum));
        }
        let body = Zeroizing::new(frame[HEAD..end - 1].to_vec());
        self.forget(end);
        Some(Found::Frame(Frame(body)))
    }

    /// Where in the buffer a preamble begins, or may begin once more bytes have come.
    fn candidate(&self) -> usize {
        let begins = |at: &usize| {
            let rest = &self.buffer[*at..];
            let known = rest.len().min(PREAMBLE.len());
            rest[..known] == PREAMBLE[..known]
        };
        (0..self.buffer.len()).find(begins).unwrap_or(self.buffer.len())
    }

    fn drop_front(&mut self, count: usize) {
        self.noise += self.buffer[..count].iter().filter(|byte| **byte != PREAMBLE[0]).count();
        self.forget(count);
    }

    fn forget(&mut self, count: usize) {
        let left = self.buffer.len() - count;
        self.buffer.copy_within(count.., 0);
        self.buffer[left..].zeroize();
        self.buffer.truncate(left);
    }
}

/// Every frame and every fault in some bytes.
pub fn decode(bytes: &[u8], lengths: RangeInclusive<u16>) -> Vec<Found> {
    let mut receiver = Receiver::new(lengths);
    let mut rest = bytes;
    let mut found: Vec<Found> = std::iter::from_fn(|| receiver.take(&mut rest)).collect();
    while let Some(more) = receiver.give_up() {
        found.push(more);
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rig::vectors;

    fn bodies(bytes: &[u8], lengths: RangeInclusive<u16>) -> Vec<Vec<u8>> {
        let frames = decode(bytes, lengths).into_iter().filter_map(|found| match found {
            Found::Frame(frame) => Some(frame.body().to_vec()),
            Found::Broken(_) => None,
        });
        frames.collect()
    }

    #[test]
    fn vectors_of_the_reference() {
        let vectors = vectors::read(include_str!("../../vectors/samv.txt"));
        assert_eq!(vectors.len(), 29);
        for vector in &vectors {
            let bytes = &vector.bytes;
            let found = decode(bytes, REQUESTS);
            if vector.good {
                assert!(matches!(found[..], [Found::Frame(_)]), "{}: {found:?}", vector.says);
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
        assert!(matches!(receiver.take(&mut &bytes[..]), Some(Found::Frame(_))));
        assert_eq!(receiver.noise(), 0);
        let bytes = [&[0x12, 0xAA, 0x96, 0x34][..], &frame, &[0xAA]].concat();
        let mut rest = &bytes[..];
        assert!(matches!(receiver.take(&mut rest), Some(Found::Frame(_))));
        assert_eq!((receiver.noise(), rest), (3, &[0xAA][..]));
    }

    #[test]
    fn lengths_that_cannot_be_are_refused_at_once() {
        for length in [0_u16, 3, 2331, 0xFFFF] {
            let head = [&PREAMBLE[..], &length.to_be_bytes()].concat();
            assert!(matches!(decode(&head, ANSWERS)[..], [Found::Broken(Fault::Length(told))] if told == length));
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
        assert!(matches!(receiver.give_up(), Some(Found::Frame(_))));
    }

    #[test]
    fn frames_print_nothing_and_buffers_are_wiped() {
        let frame = encode(&[0, 0, 0x90, 0x33, 0x33]);
        let found = decode(&frame, ANSWERS);
        assert_eq!(format!("{found:?}"), "[Frame(Frame(5 bytes))]");
        let mut receiver = Receiver::new(ANSWERS);
        receiver.take(&mut &frame[..]);
        let room = receiver.buffer.capacity();
        assert!(receiver.take(&mut &frame[..frame.len() - 1]).is_none());
        receiver.clear();
        assert!(!receiver.begun());
        assert_eq!(receiver.buffer.capacity(), room);
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
            prop_assert!(matches!(&found[..], [Found::Frame(frame)] if frame.body() == body));
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
