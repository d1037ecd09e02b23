//! Finds frames in a stream of bytes where nothing is escaped: by how they begin, their length and their sum.
//!
//! A receiver hunts for the preamble byte by byte, believes no length that cannot be, and gives up a frame that does not go on.

use std::fmt;

use zeroize::{Zeroize as _, Zeroizing};

/// One kind of frames.
pub trait Framing {
    /// A frame.
    type Frame;
    /// What is wrong with something that began like one.
    type Fault;

    /// How every frame begins.
    const PREAMBLE: &'static [u8];
    /// A byte that may stand between frames and is no noise.
    const IDLE: Option<u8>;

    /// How many bytes the longest frame has.
    fn longest(&self) -> usize;

    /// The frame that some bytes begin with, and its length in them; none while more have to come. They begin with the preamble,
    /// or with as much of it as has come.
    fn judge(&self, bytes: &[u8]) -> Option<Judged<Self>>;
}

/// A frame and how many bytes it has, or what is wrong.
pub type Judged<F> = Result<(<F as Framing>::Frame, usize), <F as Framing>::Fault>;

/// Finds frames in a stream of bytes. It never holds more than one, and wipes what it lets go.
pub struct Receiver<F> {
    framing: F,
    /// Never grows beyond its first capacity, so that no copy is left behind in memory.
    buffer: Zeroizing<Vec<u8>>,
    noise: usize,
}

impl<F> fmt::Debug for Receiver<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Never what it holds: that may be of a card.
        write!(f, "Receiver({} bytes)", self.buffer.len())
    }
}

impl<F: Framing> Receiver<F> {
    /// A receiver of such frames.
    pub fn new(framing: F) -> Self {
        let buffer = Zeroizing::new(Vec::with_capacity(framing.longest()));
        Self { framing, buffer, noise: 0 }
    }

    /// Takes bytes until something is found; what is left of `bytes` is for the next call. None when all of them are taken.
    pub fn take(&mut self, bytes: &mut &[u8]) -> Option<Result<F::Frame, F::Fault>> {
        loop {
            if let Some(found) = self.scan() {
                return Some(found);
            }
            let (first, rest) = bytes.split_first()?;
            self.buffer.push(*first);
            *bytes = rest;
        }
    }

    /// What has begun does not go on: looks for a frame in what came behind its beginning.
    pub fn give_up(&mut self) -> Option<Result<F::Frame, F::Fault>> {
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

    /// How many bytes belonged to no frame since this was asked last.
    pub fn noise(&mut self) -> usize {
        std::mem::take(&mut self.noise)
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.buffer.zeroize();
        self.noise = 0;
    }

    fn scan(&mut self) -> Option<Result<F::Frame, F::Fault>> {
        let skip = (0..self.buffer.len()).find(|at| self.may_begin(*at)).unwrap_or(self.buffer.len());
        if skip > 0 {
            self.drop_front(skip);
        }
        Some(match self.framing.judge(&self.buffer)? {
            Ok((frame, length)) => {
                self.forget(length);
                Ok(frame)
            }
            Err(fault) => {
                self.drop_front(1);
                Err(fault)
            }
        })
    }

    /// Whether a preamble begins there, or may once more bytes have come.
    fn may_begin(&self, at: usize) -> bool {
        let rest = &self.buffer[at..];
        let known = rest.len().min(F::PREAMBLE.len());
        rest[..known] == F::PREAMBLE[..known]
    }

    fn drop_front(&mut self, count: usize) {
        self.noise += self.buffer[..count].iter().filter(|byte| Some(**byte) != F::IDLE).count();
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
pub fn decode<F: Framing>(bytes: &[u8], framing: F) -> Vec<Result<F::Frame, F::Fault>> {
    let mut receiver = Receiver::new(framing);
    let mut rest = bytes;
    let mut found: Vec<_> = std::iter::from_fn(|| receiver.take(&mut rest)).collect();
    found.extend(std::iter::from_fn(|| receiver.give_up()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samv::frame::{ANSWERS, encode};

    #[test]
    fn buffers_are_wiped_and_never_grow() {
        let frame = encode(&[0, 0, 0x90, 0x33, 0x33]);
        let mut receiver = Receiver::new(ANSWERS);
        let room = receiver.buffer.capacity();
        receiver.take(&mut &frame[..]);
        assert!(receiver.take(&mut &frame[..frame.len() - 1]).is_none());
        receiver.clear();
        assert!(!receiver.begun());
        assert_eq!(receiver.buffer.capacity(), room);
    }
}
