//! A reader made of code: a deck of synthetic cards, and everything that can go wrong with a real one.

pub mod deck;

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::answer::PHOTO_BEGINS;
use super::frame::{Fault as FrameFault, PREAMBLE, REQUESTS, Receiver, encode};
use crate::dice::Dice;
use crate::{Millis, VirtualDevice};
use deck::SyntheticCard;

/// What is plugged in and how the module is.
#[expect(clippy::struct_excessive_bools, reason = "each is a plug of its own")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Plugs {
    /// Whether bytes get through, in both directions.
    pub line: bool,
    /// Whether the module's self-test was passed; it answers everything with 60 when it was not.
    pub self_test: bool,
    /// A module that takes its time, on a line of 9600 bits a second.
    pub slow: bool,
    /// An old module: it answers 21 to everything but finding, selecting and reading.
    pub old: bool,
    /// The reader's other parts speak on the same line, with the preamble AA AA AA 69 96.
    pub chatter: bool,
    /// Every read is answered with this result instead.
    pub read_code: Option<u8>,
}

impl Default for Plugs {
    fn default() -> Self {
        Self { line: true, self_test: true, slow: false, old: false, chatter: false, read_code: None }
    }
}

/// What goes wrong while a card is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// The card is taken away in mid-read, and the module says so.
    TakenAway,
    /// The card is taken away in mid-read, and the module says nothing.
    TakenAwaySilent,
    /// The card is taken away in mid-read, and the answer ends in the middle.
    TakenAwayCut,
    /// One bit of the first answer is wrong.
    BadChecksum,
    /// One bit of every answer is wrong.
    BadChecksumAlways,
    /// The answer comes in pieces of any size, with pauses.
    Split,
    /// Noise before the answer, some of it like the beginning of a frame.
    Garbage,
    /// Noise inside the first answer.
    GarbageInside,
    /// The card takes two seconds to be read.
    Slow,
    /// Card and module do not trust each other.
    NotTrusted,
    /// It is no identity card.
    UnknownCard,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::TakenAway,
        Self::TakenAwaySilent,
        Self::TakenAwayCut,
        Self::BadChecksum,
        Self::BadChecksumAlways,
        Self::Split,
        Self::Garbage,
        Self::GarbageInside,
        Self::Slow,
        Self::NotTrusted,
        Self::UnknownCard,
    ];

    /// Whether it is so at every read, and not at the first alone.
    const fn stays(self) -> bool {
        matches!(self, Self::BadChecksumAlways | Self::NotTrusted | Self::UnknownCard)
    }
}

struct Lying {
    card: usize,
    found: bool,
    selected: bool,
    /// Whether it has lain there since the read began.
    still: bool,
    fault: Option<Fault>,
}

/// A virtual SAM-V reader.
pub struct VirtualReader {
    now: Millis,
    dice: Dice,
    receiver: Receiver,
    deck: Vec<SyntheticCard>,
    lying: Option<Lying>,
    /// When the card will have been read: it must lie there until then.
    reading: Option<Millis>,
    plugs: Plugs,
    pieces: VecDeque<(Millis, Zeroizing<Vec<u8>>)>,
    due: Vec<u8>,
}

impl VirtualReader {
    /// A reader without a card on it. The seed places its faults.
    pub fn new(seed: u64) -> Self {
        Self {
            now: Millis::default(),
            dice: Dice::new(seed),
            receiver: Receiver::new(REQUESTS),
            deck: deck::cards(),
            lying: None,
            reading: None,
            plugs: Plugs::default(),
            pieces: VecDeque::new(),
            due: Vec::new(),
        }
    }

    /// The cards that can be laid on it.
    pub fn deck(&self) -> &[SyntheticCard] {
        &self.deck
    }

    /// Which card lies on it.
    pub fn lying(&self) -> Option<usize> {
        self.lying.as_ref().map(|lying| lying.card)
    }

    /// Lays a card of the deck on it, in place of any that lies there; false when the deck has no such card.
    pub fn lay(&mut self, card: usize) -> bool {
        self.lay_with(card, None)
    }

    /// Lays a card, and something goes wrong while it is read.
    pub fn lay_with(&mut self, card: usize, fault: Option<Fault>) -> bool {
        let known = card < self.deck.len();
        if known {
            self.lying = Some(Lying { card, found: false, selected: false, still: false, fault });
        }
        known
    }

    /// Takes the card away.
    pub fn take_away(&mut self) {
        self.lying = None;
    }

    /// How it is plugged in.
    pub fn plugs(&self) -> Plugs {
        self.plugs
    }

    /// Pulls or puts in plugs.
    pub fn plug(&mut self, plugs: Plugs) {
        self.plugs = plugs;
        if !plugs.line {
            self.pieces.clear();
            self.reading = None;
            self.due.clear();
            self.receiver.clear();
        }
    }

    fn answer_to(&mut self, body: &[u8]) {
        // Whoever asks again does not wait any more.
        self.reading = None;
        if !self.plugs.self_test {
            return self.code(10, 0x60);
        }
        if self.plugs.chatter {
            self.send(5, &[0xAA, 0xAA, 0xAA, 0x69, 0x96, 0, 4, 0, 0, 0x90, 0x94]);
        }
        match body {
            [0x10..=0x12 | 0x60 | 0x61, ..] if self.plugs.old => self.code(10, 0x21),
            [0x10, 0xFF] => {
                if let Some(lying) = &mut self.lying {
                    (lying.found, lying.selected) = (false, false);
                }
                self.code(100, 0x90);
            }
            [0x11, 0xFF] | [0x60, _] | [0x61, 0xFF, _] => self.code(10, 0x90),
            [0x12, 0xFF] => {
                let id = [0, 0, 0x90, 5, 0, 3, 0, 0xA5, 0x3A, 0x34, 1, 1, 0, 0, 0, 1, 0, 0, 0];
                self.send(10, &encode(&id));
            }
            [0x20, 0x01] => match &mut self.lying {
                // A selected card keeps silent.
                Some(lying) if !lying.selected => {
                    lying.found = true;
                    self.send(60, &encode(&[0, 0, 0x9F, 0, 0, 0, 0]));
                }
                _ => self.code(60, 0x80),
            },
            [0x20, 0x02] => match &mut self.lying {
                Some(lying) if lying.found => {
                    lying.selected = true;
                    self.send(60, &encode(&[0, 0, 0x90, 0, 0, 0, 0, 0, 0, 0, 0]));
                }
                _ => self.code(60, 0x81),
            },
            [0x30, 0x01] => match self.plugs.read_code {
                Some(code) => self.code(100, code),
                None => self.begin_read(),
            },
            [0x30, 0x03] => self.code(100, if self.lying.is_some() { 0x91 } else { 0x41 }),
            _ => self.code(10, 0x21),
        }
    }

    fn begin_read(&mut self) {
        let Some(lying) = self.lying.as_mut().filter(|lying| lying.selected) else { return self.code(120, 0x41) };
        lying.still = true;
        let takes = if lying.fault == Some(Fault::Slow) { 2_000 } else { 350 };
        self.reading = Some(self.now + if self.plugs.slow { 4 * takes } else { takes });
    }

    /// The card has been read, unless it was taken away meanwhile.
    fn end_read(&mut self) {
        let Some(lying) = self.lying.as_mut().filter(|lying| lying.still) else { return self.code(0, 0x41) };
        let fault = lying.fault.filter(|fault| fault.stays()).or_else(|| lying.fault.take());
        let mut whole = Zeroizing::new(self.deck.get(lying.card).map(read_answer).unwrap_or_default());
        let frame: &mut Vec<u8> = &mut whole;
        match fault {
            None | Some(Fault::Slow) => self.send(0, frame),
            Some(Fault::TakenAway) => {
                self.take_away();
                self.code(0, 0x41);
            }
            Some(Fault::TakenAwaySilent) => self.take_away(),
            Some(Fault::TakenAwayCut) => {
                self.take_away();
                frame.truncate(1 + self.dice.below(frame.len() - 1));
                self.send(0, frame);
            }
            Some(Fault::BadChecksum | Fault::BadChecksumAlways) => {
                let at = PREAMBLE.len() + self.dice.below(frame.len() - PREAMBLE.len());
                frame[at] ^= 1 << self.dice.below(8);
                self.send(0, frame);
            }
            Some(Fault::Split) => self.send_split(frame),
            Some(Fault::Garbage) => {
                let mut noisy = Zeroizing::new(self.garbage(40));
                noisy.extend_from_slice(frame);
                self.send(0, &noisy);
            }
            Some(Fault::GarbageInside) => {
                let at = PREAMBLE.len() + self.dice.below(frame.len() - PREAMBLE.len());
                let noise = self.garbage(12);
                // In between, or in place of what belongs there.
                let end = if self.dice.below(2) == 0 { at } else { (at + noise.len()).min(frame.len()) };
                frame.splice(at..end, noise);
                self.send(0, frame);
            }
            Some(Fault::NotTrusted) => self.code(0, 0x31),
            Some(Fault::UnknownCard) => self.code(0, 0x40),
        }
    }

    fn garbage(&mut self, most: usize) -> Vec<u8> {
        let count = 1 + self.dice.below(most);
        let mut garbage: Vec<u8> = (0..count).map(|_| self.dice.byte()).collect();
        if self.dice.below(3) == 0 {
            garbage.extend_from_slice(&PREAMBLE[..=self.dice.below(PREAMBLE.len())]);
        }
        garbage
    }

    fn code(&mut self, delay: u64, code: u8) {
        self.send(delay, &encode(&[0, 0, code]));
    }

    /// Sends at the rate of the line.
    fn send(&mut self, delay: u64, bytes: &[u8]) {
        let (delay, rate) = if self.plugs.slow { (delay * 4, 1) } else { (delay, 11) };
        let begin = self.begin() + delay;
        for (piece, number) in bytes.chunks(64).zip(1..) {
            self.pieces.push_back((begin + number * 64 / rate, Zeroizing::new(piece.to_vec())));
        }
    }

    fn send_split(&mut self, bytes: &[u8]) {
        let mut at = self.begin();
        let mut rest = bytes;
        while !rest.is_empty() {
            let (piece, later) = rest.split_at((1 + self.dice.below(90)).min(rest.len()));
            self.pieces.push_back((at, Zeroizing::new(piece.to_vec())));
            at += self.dice.below(60) as u64;
            rest = later;
        }
    }

    /// What is under way comes first.
    fn begin(&self) -> Millis {
        self.pieces.back().map_or(self.now, |(at, _)| self.now.max(*at))
    }
}

/// The answer to a read: text, and a photo that shows nobody.
pub(crate) fn read_answer(card: &SyntheticCard) -> Vec<u8> {
    let mut body = vec![0, 0, 0x90, 1, 0, 4, 0];
    body.extend_from_slice(&card.block());
    body.extend_from_slice(&PHOTO_BEGINS);
    let mut dice = Dice::new(card.number.bytes().map(u64::from).sum());
    body.extend((PHOTO_BEGINS.len()..1024).map(|_| dice.byte()));
    encode(&body)
}

impl VirtualDevice for VirtualReader {
    fn receive(&mut self, now: Millis, bytes: &[u8]) {
        self.now = self.now.max(now);
        let mut rest = bytes;
        while let Some(found) = self.receiver.take(&mut rest) {
            if !self.plugs.line {
                continue;
            }
            match found {
                Ok(frame) => self.answer_to(frame.body()),
                Err(FrameFault::Checksum) => self.code(10, 0x10),
                Err(FrameFault::Length(_)) => self.code(10, 0x11),
            }
        }
        if self.reading.is_some_and(|at| at <= self.now) {
            self.reading = None;
            self.end_read();
        }
        while self.pieces.front().is_some_and(|(at, _)| *at <= self.now) {
            if let Some((_, piece)) = self.pieces.pop_front() {
                self.due.extend_from_slice(&piece);
            }
        }
    }

    fn answer(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.due)
    }

    fn wake_at(&self) -> Option<Millis> {
        self.pieces.front().map(|(at, _)| *at).into_iter().chain(self.reading).min()
    }
}

#[cfg(test)]
mod tests;
