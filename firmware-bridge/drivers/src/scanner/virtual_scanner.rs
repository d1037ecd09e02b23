//! A scanner made of code: it is shown a text, and sends what a real one would.

use std::collections::VecDeque;

use encoding_rs::GBK;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Model, keys};
use crate::dice::Dice;
use crate::{Millis, VirtualDevice};

/// What ends a code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Terminator {
    /// CR and LF; a keyboard's Enter.
    #[default]
    Crlf,
    /// CR.
    Cr,
    /// LF.
    Lf,
    /// Nothing.
    None,
}

/// How a scanner is set and what is wrong with it.
#[expect(clippy::struct_excessive_bools, reason = "each is a plug of its own")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Plugs {
    /// Whether bytes get through. A host cannot see that they do not.
    pub line: bool,
    /// Noise on the line before each code; of a keyboard, keys that the kernel lost.
    pub garbage: bool,
    /// A code comes in pieces, with pauses.
    pub split: bool,
    /// What ends a code.
    pub terminator: Terminator,
    /// A serial one sends Chinese as GBK, and not as UTF-8.
    pub gbk: bool,
}

impl Default for Plugs {
    fn default() -> Self {
        Self { line: true, garbage: false, split: false, terminator: Terminator::default(), gbk: false }
    }
}

/// A virtual scanner.
pub struct VirtualScanner {
    now: Millis,
    model: Model,
    dice: Dice,
    plugs: Plugs,
    scans: u64,
    pieces: VecDeque<(Millis, Zeroizing<Vec<u8>>)>,
    due: Vec<u8>,
}

impl VirtualScanner {
    /// A scanner before which nothing is held. The seed places its faults.
    pub fn new(model: Model, seed: u64) -> Self {
        Self {
            now: Millis::default(),
            model,
            dice: Dice::new(seed),
            plugs: Plugs::default(),
            scans: 0,
            pieces: VecDeque::new(),
            due: Vec::new(),
        }
    }

    /// How it speaks.
    pub fn model(&self) -> Model {
        self.model
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
            self.due.clear();
        }
    }

    /// How many codes it has been shown.
    pub fn scans(&self) -> u64 {
        self.scans
    }

    /// Scans a text, whatever it is; false when a scanner of this model has no way to send it.
    pub fn scan(&mut self, text: &str) -> bool {
        let Some(mut bytes) = self.bytes(text) else { return false };
        self.scans += 1;
        if !self.plugs.line {
            return true;
        }
        if self.plugs.garbage {
            let garbage = match self.model {
                Model::Hid => keys::dropped().to_vec(),
                // Some of them are no text in any encoding.
                Model::Serial => (0..=self.dice.below(20)).map(|_| self.dice.byte() % 8).collect(),
            };
            bytes.splice(0..0, garbage);
        }
        let mut at = self.pieces.back().map_or(self.now, |(at, _)| self.now.max(*at));
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let size = if self.plugs.split { 1 + self.dice.below(40) } else { 64 };
            let (piece, later) = rest.split_at(size.min(rest.len()));
            self.pieces.push_back((at, Zeroizing::new(piece.to_vec())));
            at += if self.plugs.split { self.dice.below(80) as u64 } else { 1 };
            rest = later;
        }
        // What comes next must not be joined to what has no end.
        if self.plugs.terminator == Terminator::None {
            self.pieces.push_back((at + 2 * super::reader::GAP, Zeroizing::default()));
        }
        true
    }

    fn bytes(&self, text: &str) -> Option<Zeroizing<Vec<u8>>> {
        if self.model == Model::Hid {
            return keys::typed(text, self.plugs.terminator != Terminator::None).map(Zeroizing::new);
        }
        let mut bytes = Zeroizing::new(if self.plugs.gbk { GBK.encode(text).0.into_owned() } else { text.into() });
        bytes.extend_from_slice(match self.plugs.terminator {
            Terminator::Crlf => b"\r\n",
            Terminator::Cr => b"\r",
            Terminator::Lf => b"\n",
            Terminator::None => b"",
        });
        Some(bytes)
    }
}

impl VirtualDevice for VirtualScanner {
    /// Nothing is ever said to it.
    fn receive(&mut self, now: Millis, _: &[u8]) {
        self.now = self.now.max(now);
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
        self.pieces.front().map(|(at, _)| *at)
    }
}

#[cfg(test)]
mod tests;
