//! A line made of code: several pads that press, repeat and collide as real ones do, and displays that can be read.
//!
//! Bytes take their time on the line. Whoever speaks while somebody else does spoils both.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::frame::{ASK, BEEP, BLANK, FROM_HOST, Frame, RATED, Receiver, SHOW, TO_RATING};
use super::key::Key;
use crate::dice::Dice;
use crate::{Millis, VirtualDevice};

/// A byte on the line at 9600 bits a second, in microseconds.
const BYTE_US: u64 = 1_042;
/// A pad that was not answered says it again after so long, and each a little later than the one before it.
const REPEAT: u64 = 200;
const REPEAT_STEP: u64 = 17;
/// A pad that nobody ever answers gives up after so many times: about two minutes.
const MOST: u32 = 600;
/// A pad waits until the line has been free for so long.
const FREE: u64 = 15;
/// Once in so many frames, noise spoils one.
const SPOILT_OF: usize = 2;

/// What is plugged in and what goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a plug of its own")]
pub struct Plugs {
    /// Whether bytes get through, in both directions.
    pub line: bool,
    /// Whether pads hear the host: echoes and displays are lost otherwise.
    pub hears: bool,
    /// Noise: stray bytes before frames, and every other frame spoilt.
    pub noise: bool,
    /// Pads speak without listening first: what is pressed at the same time collides.
    pub collide: bool,
    /// Pads say everything twice more although they were answered.
    pub repeats: bool,
}

impl Default for Plugs {
    fn default() -> Self {
        Self { line: true, hears: true, noise: false, collide: false, repeats: false }
    }
}

/// What a pad looks like.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Face {
    /// The six places of its display, `-` for an empty one.
    pub display: String,
    /// How often it has beeped.
    pub beeps: u32,
    /// How often it has asked for a rating.
    pub asked: u32,
    /// Whether something was pressed that the host has not answered yet.
    pub pressing: bool,
}

#[derive(Debug, Default)]
struct Pad {
    places: [u8; 6],
    beeps: u32,
    asked: u32,
    presses: VecDeque<Press>,
}

#[derive(Debug)]
struct Press {
    frame: Frame,
    due: Millis,
    tries: u32,
    /// How often it is said again after its echo.
    more: u32,
}

/// Something on the air.
#[derive(Debug)]
struct Speech {
    /// The pad; the host is none.
    from: Option<u8>,
    begin: Millis,
    end: Millis,
    bytes: Vec<u8>,
    begun: bool,
}

/// A virtual line.
#[derive(Debug)]
pub struct VirtualLine {
    now: Millis,
    dice: Dice,
    pads: BTreeMap<u8, Pad>,
    plugs: Plugs,
    receiver: Receiver,
    speech: Vec<Speech>,
    due: Vec<u8>,
    clashes: u32,
    frames: u32,
}

impl VirtualLine {
    /// A line with pads at these addresses, all blank. The seed places its faults.
    pub fn new(addresses: &[u8], seed: u64) -> Self {
        let blank = || Pad { places: [BLANK; 6], ..Pad::default() };
        Self {
            now: Millis::default(),
            dice: Dice::new(seed),
            pads: addresses.iter().map(|address| (*address, blank())).collect(),
            plugs: Plugs::default(),
            receiver: Receiver::new(FROM_HOST),
            speech: Vec::new(),
            due: Vec::new(),
            clashes: 0,
            frames: 0,
        }
    }

    /// Presses a key, with what was typed before it; false when there is no such pad or number.
    pub fn press(&mut self, address: u8, key: Key) -> bool {
        key.frame(address).is_some_and(|frame| self.say(frame))
    }

    /// Presses a key of a rating pad, 0 to 3; false when there is none.
    pub fn rate(&mut self, address: u8, key: u8) -> bool {
        key <= 3 && self.say(Frame { address, function: RATED, data: vec![key] })
    }

    fn say(&mut self, frame: Frame) -> bool {
        let more = if self.plugs.repeats { 2 } else { 0 };
        let Some(pad) = self.pads.get_mut(&frame.address) else { return false };
        pad.presses.push_back(Press { frame, due: self.now, tries: 0, more });
        true
    }

    /// What every pad looks like, by its address.
    pub fn faces(&self) -> BTreeMap<u8, Face> {
        let face = |pad: &Pad| Face {
            display: pad.places.iter().map(|place| char::from_digit(u32::from(*place), 10).unwrap_or('-')).collect(),
            beeps: pad.beeps,
            asked: pad.asked,
            pressing: !pad.presses.is_empty(),
        };
        self.pads.iter().map(|(address, pad)| (*address, face(pad))).collect()
    }

    /// How often two spoke at the same time.
    pub fn clashes(&self) -> u32 {
        self.clashes
    }

    /// How it is plugged in.
    pub fn plugs(&self) -> Plugs {
        self.plugs
    }

    /// Pulls or puts in plugs.
    pub fn plug(&mut self, plugs: Plugs) {
        self.plugs = plugs;
        if !plugs.line {
            self.speech.clear();
            self.due.clear();
            self.receiver.clear();
        }
    }

    /// Switches the pads off and on: their displays are blank, and what was pressed is forgotten.
    pub fn restart(&mut self) {
        for pad in self.pads.values_mut() {
            pad.places = [BLANK; 6];
            pad.presses.clear();
        }
    }

    fn put(&mut self, from: Option<u8>, bytes: Vec<u8>) {
        let end = self.now + (bytes.len() as u64 * BYTE_US).div_ceil(1_000);
        self.speech.push(Speech { from, begin: self.now, end, bytes, begun: false });
    }

    /// Pads that have something to say say it.
    fn pads_speak(&mut self) {
        if self.plugs.noise && self.dice.below(4) == 0 && self.wants() {
            let stray = (0..=self.dice.below(3)).map(|_| self.dice.byte()).collect::<Vec<_>>();
            self.due.extend(stray);
        }
        let addresses: Vec<u8> = self.pads.keys().copied().collect();
        for address in addresses {
            let busy = self.speech.iter().any(|speech| speech.end + FREE > self.now);
            if busy && !self.plugs.collide {
                break;
            }
            let now = self.now;
            let Some(pad) = self.pads.get_mut(&address) else { continue };
            let Some(press) = pad.presses.front_mut().filter(|press| press.due <= now) else { continue };
            press.tries += 1;
            // Pads that collided once must not do so for ever.
            press.due = now + REPEAT + REPEAT_STEP * u64::from(address % 16) * u64::from(press.tries.min(4));
            let mut bytes = press.frame.encode();
            if press.tries >= MOST {
                pad.presses.pop_front();
            }
            self.frames += 1;
            if self.plugs.noise && self.frames as usize % SPOILT_OF == 1 {
                let at = self.dice.below(bytes.len());
                bytes[at] ^= 1 << self.dice.below(8);
            }
            self.put(Some(address), bytes);
        }
    }

    fn wants(&self) -> bool {
        self.pads.values().any(|pad| pad.presses.front().is_some_and(|press| press.due <= self.now))
    }

    /// What has been said arrives, whole or spoilt.
    fn deliver(&mut self) {
        let now = self.now;
        while let Some(at) = self.speech.iter().position(|speech| speech.end <= now) {
            let speech = self.speech.remove(at);
            let over = |other: &&mut Speech| other.begin < speech.end && speech.begin < other.end;
            let mut bytes = speech.bytes.clone();
            let mut spoilt = false;
            for other in self.speech.iter_mut().filter(over) {
                spoilt = true;
                // Both drive the same two wires.
                let shift = other.begin.since(speech.begin) / 2;
                for (byte, with) in bytes.iter_mut().skip(shift as usize).zip(other.bytes.iter_mut()) {
                    let both = *byte & *with;
                    (*byte, *with) = (both, both);
                }
            }
            self.clashes += u32::from(spoilt);
            match speech.from {
                Some(_) if speech.begun => self.due.extend(&bytes[1..]),
                Some(_) => self.due.extend(&bytes),
                None if self.plugs.hears => self.hear(&bytes),
                None => {}
            }
        }
        // The first byte tells the host at once that somebody speaks.
        for speech in self.speech.iter_mut().filter(|speech| speech.from.is_some() && !speech.begun) {
            if speech.begin < now {
                speech.begun = true;
                self.due.extend(&speech.bytes[..1]);
            }
        }
    }

    fn hear(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        let found: Vec<_> = std::iter::from_fn(|| self.receiver.take(&mut rest)).collect();
        // A pause ends a frame.
        self.receiver.clear();
        for frame in found.into_iter().flatten() {
            self.obey(&frame);
        }
    }

    fn obey(&mut self, frame: &Frame) {
        let now = self.now;
        let Some(pad) = self.pads.get_mut(&frame.address) else { return };
        if let Some(press) = pad.presses.front_mut().filter(|press| press.tries > 0 && press.frame.echo() == *frame) {
            if press.more == 0 {
                pad.presses.pop_front();
            } else {
                press.more -= 1;
                press.due = now + REPEAT;
            }
            return;
        }
        match (frame.function, &frame.data[..]) {
            (SHOW, data) => {
                if let Ok(places) = data.try_into() {
                    pad.places = places;
                }
            }
            (BEEP, []) => pad.beeps += 1,
            (TO_RATING, [ASK]) => pad.asked += 1,
            _ => {}
        }
    }
}

impl VirtualDevice for VirtualLine {
    fn receive(&mut self, now: Millis, bytes: &[u8]) {
        self.now = self.now.max(now);
        if !self.plugs.line {
            // Pads go on saying what nobody hears.
            for press in self.pads.values_mut().filter_map(|pad| pad.presses.front_mut()) {
                press.due = press.due.max(self.now + REPEAT);
            }
            return;
        }
        if !bytes.is_empty() {
            match self.speech.iter_mut().find(|speech| speech.from.is_none() && speech.end > self.now) {
                // The host goes on.
                Some(speech) => {
                    speech.bytes.extend_from_slice(bytes);
                    speech.end = speech.begin + (speech.bytes.len() as u64 * BYTE_US).div_ceil(1_000);
                }
                None => self.put(None, bytes.to_vec()),
            }
        }
        self.deliver();
        self.pads_speak();
    }

    fn answer(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.due)
    }

    fn wake_at(&self) -> Option<Millis> {
        if !self.plugs.line {
            return None;
        }
        let soon = self
            .speech
            .iter()
            .map(|speech| if speech.from.is_some() && !speech.begun { speech.begin + 1 } else { speech.end });
        let free = self.speech.iter().map(|speech| speech.end + FREE).max().unwrap_or_default();
        let free = if self.plugs.collide { Millis::default() } else { free };
        let presses =
            self.pads.values().filter_map(|pad| pad.presses.front()).map(|press| press.due.max(free).max(self.now + 1));
        soon.chain(presses).min()
    }
}

#[cfg(test)]
mod tests;
