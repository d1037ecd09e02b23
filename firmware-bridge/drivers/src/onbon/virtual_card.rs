//! A sign made of code: a BX-5K card that checks every frame as strictly as the maker's text allows, and the dots behind it.

mod picture;

use std::collections::{BTreeMap, VecDeque};

use protocol::bridge::SignEffect;

use super::answer::{Answer, Error};
use super::area::{Area, LEFT, Place};
use super::frame::{Fault, Frame, HOST, MAX_DATA, Receiver, TO_ALL, TO_ANY, encode};
use super::generation::Generation;
use super::request::{CardTime, Delete, Request};
use super::text::{self, Colour, Lit};
use crate::dice::Dice;
use crate::sign::virtual_sign::{Diary, View, VirtualSign};
pub use crate::sign::virtual_sign::{Plugs, Rejected, ShownArea};
use crate::{Millis, VirtualDevice};

/// From power-on until the card listens.
const BOOTS: u64 = 3_000;
/// Until an answer.
const THINKS: u64 = 20;
/// Refreshes faster than this it does not take: once a second, and the clocks of two machines.
const REFRESH: u64 = 950;
/// Its own address, as it leaves the factory.
const ADDRESS: u16 = 1;

struct Held {
    place: Place,
    lines: Vec<Vec<Lit>>,
    effect: u8,
    /// How long a page stays, in half seconds.
    stay: u8,
    since: Millis,
    until: Option<Millis>,
}

/// A virtual card with its sign.
pub struct VirtualCard {
    width: u16,
    height: u16,
    generation: Generation,
    /// Its address, where others hang on the line too.
    address: Option<u16>,
    now: Millis,
    dice: Dice,
    receiver: Receiver,
    areas: BTreeMap<u8, Held>,
    screen: bool,
    brightness: u8,
    clock: Option<CardTime>,
    plugs: Plugs,
    deaf_until: Millis,
    refreshed: Option<Millis>,
    diary: Diary,
    answers: VecDeque<(Millis, Vec<u8>)>,
    due: Vec<u8>,
}

impl VirtualCard {
    /// A sign of so many dots, which shows nothing. The seed places its faults.
    pub fn new(width: u16, height: u16, seed: u64) -> Self {
        Self {
            width,
            height,
            generation: Generation::Fifth,
            address: None,
            now: Millis::default(),
            dice: Dice::new(seed),
            receiver: Receiver::default(),
            areas: BTreeMap::new(),
            screen: true,
            brightness: 15,
            clock: None,
            plugs: Plugs::default(),
            deaf_until: Millis::default(),
            refreshed: None,
            diary: Diary::default(),
            answers: VecDeque::new(),
            due: Vec::new(),
        }
    }

    /// The same of another generation.
    pub fn of(self, generation: Generation) -> Self {
        Self { generation, ..self }
    }

    /// The same on a line that it shares: it hears what is for its own address and says nothing to what it cannot read.
    pub fn at(self, address: u16) -> Self {
        Self { address: Some(address), ..self }
    }

    /// What it shows now, area by area; nothing while it is switched off.
    pub fn areas(&self) -> Vec<ShownArea> {
        let lit = self.lit().map(|(id, held)| ShownArea {
            area: *id,
            place: held.place,
            text: text::plain(&held.lines),
            colour: held.lines.iter().flatten().next().map_or_else(Colour::default, |lit| lit.colour),
            effect: if held.effect == LEFT { SignEffect::Left } else { SignEffect::Still },
            left_ms: held.until.map(|until| until.since(self.now)),
        });
        lit.collect()
    }

    /// The areas whose dots are lit.
    fn lit(&self) -> impl Iterator<Item = (&u8, &Held)> {
        self.areas.iter().filter(|_| self.screen && self.plugs.power && self.now >= self.deaf_until)
    }

    /// Width and height in dots.
    pub fn size(&self) -> (u16, u16) {
        (self.width, self.height)
    }

    /// How bright, 0 to 15.
    pub fn brightness(&self) -> u8 {
        self.brightness
    }

    /// The time it was set to, if it was.
    pub fn clock(&self) -> Option<CardTime> {
        self.clock
    }

    /// The last frames it did not take, the newest last.
    pub fn rejected(&self) -> impl ExactSizeIterator<Item = &Rejected> {
        self.diary.rejected()
    }

    /// How many requests it has taken.
    pub fn taken(&self) -> u64 {
        self.diary.taken
    }

    /// How it is plugged in.
    pub fn plugs(&self) -> Plugs {
        self.plugs
    }

    /// Pulls or puts in plugs.
    pub fn plug(&mut self, plugs: Plugs) {
        if plugs.power && !self.plugs.power {
            self.deaf_until = self.now + BOOTS;
        }
        if !plugs.power {
            self.areas.clear();
            self.screen = true;
            self.refreshed = None;
        }
        if !plugs.line || !plugs.power {
            self.receiver.clear();
            self.answers.clear();
            self.due.clear();
        }
        self.plugs = plugs;
    }

    /// Switches it off and on.
    pub fn power_cycle(&mut self) {
        let plugs = self.plugs;
        self.plug(Plugs { power: false, ..plugs });
        self.plug(Plugs { power: true, ..plugs });
    }

    fn listens(&self) -> bool {
        self.plugs.line && self.plugs.power && self.now >= self.deaf_until
    }

    fn reject(&mut self, why: impl Into<String>) {
        self.diary.reject(self.now, why);
    }

    fn frame(&mut self, found: Result<Frame, Fault>) {
        let frame = match found {
            Ok(frame) => frame,
            Err(fault) => {
                self.reject(format!("{fault:?}"));
                // Whom it was for cannot be read; a card on a line of its own says that it heard something.
                if fault == Fault::Checksum && self.address.is_none() {
                    self.send(Answer::Nack(Error::Checksum), HOST);
                }
                return;
            }
        };
        let own = self.address.unwrap_or(ADDRESS);
        let for_us = frame.to == own || matches!(frame.to, TO_ALL | TO_ANY | HOST..=0xDFFF);
        if !for_us && self.address.is_some() {
            // Another card's, or its answer.
            return;
        }
        if !for_us || !self.generation.is(frame.device) {
            return self.reject(format!("for {:04X}, device {:02X}", frame.to, frame.device));
        }
        let outcome = if self.plugs.busy {
            Err((Error::Busy, "busy".to_owned()))
        } else if frame.data.len() > MAX_DATA {
            Err((Error::Memory, "longer than the receive buffer".to_owned()))
        } else {
            Request::decode(&frame.data).map_err(|error| (error, format!("{error:?}"))).and_then(|(request, answer)| {
                self.carry_out(request)?;
                Ok(answer)
            })
        };
        let answer = match outcome {
            Ok(false) => {
                self.diary.taken += 1;
                return;
            }
            Ok(true) => {
                self.diary.taken += 1;
                Answer::Ack
            }
            Err((error, why)) => {
                self.reject(why);
                Answer::Nack(error)
            }
        };
        if frame.to != TO_ALL {
            self.send(answer, frame.from);
        }
    }

    fn send(&mut self, answer: Answer, to: u16) {
        let mut bytes = encode(to, TO_ANY, &answer.encode());
        if self.plugs.garbled && self.dice.below(2) == 0 {
            self.spoil(&mut bytes);
        }
        self.answers.push_back((self.now + THINKS, bytes));
    }

    fn spoil(&mut self, bytes: &mut [u8]) {
        let at = self.dice.below(bytes.len());
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= 1 << self.dice.below(8);
        }
    }

    fn carry_out(&mut self, request: Request) -> Result<(), (Error, String)> {
        match request {
            Request::Ping => {}
            Request::Screen(on) => self.screen = on,
            Request::Brightness(level) => self.brightness = level,
            Request::Clock(time) => self.clock = Some(time),
            Request::Clear => self.areas.clear(),
            Request::Areas { delete, show } => self.refresh(&delete, show)?,
        }
        Ok(())
    }

    /// All of it or nothing.
    fn refresh(&mut self, delete: &Delete, show: Vec<Area>) -> Result<(), (Error, String)> {
        if self.refreshed.is_some_and(|at| self.now.since(at) < REFRESH) {
            return Err((Error::Busy, "refreshed more than once a second".to_owned()));
        }
        let kept = |id: &u8| match delete {
            Delete::All => false,
            Delete::Some(ids) => !ids.contains(id),
        };
        let mut places: BTreeMap<u8, Place> =
            self.areas.iter().filter(|(id, _)| kept(id)).map(|(id, held)| (*id, held.place)).collect();
        let mut fresh = Vec::new();
        for area in show {
            let no = |why: &str| (Error::Memory, format!("area {}: {why}", area.id));
            if area.id >= self.generation.areas() {
                return Err(no("no such area"));
            }
            if area.encode().len() > self.generation.area_bytes() {
                return Err(no("longer than an area"));
            }
            if !area.place.fits(self.width, self.height) {
                return Err(no("beyond the edge"));
            }
            places.remove(&area.id);
            if places.values().any(|place| place.overlaps(area.place)) {
                return Err(no("over another"));
            }
            places.insert(area.id, area.place);
            let lines =
                text::decode(&area.text).map_err(|fault| (Error::Font, format!("area {}: {fault:?}", area.id)))?;
            let until = (area.timeout_s > 0).then(|| self.now + u64::from(area.timeout_s) * 1_000);
            let (place, effect, stay) = (area.place, area.effect, area.stay);
            fresh.push((area.id, Held { place, lines, effect, stay, since: self.now, until }));
        }
        self.areas.retain(|id, _| kept(id));
        self.areas.extend(fresh);
        self.refreshed = Some(self.now);
        Ok(())
    }
}

impl VirtualDevice for VirtualCard {
    fn receive(&mut self, now: Millis, bytes: &[u8]) {
        self.now = self.now.max(now);
        let now = self.now;
        self.areas.retain(|_, held| held.until.is_none_or(|until| until > now));
        let mut bytes = bytes.to_vec();
        if !self.listens() {
            self.receiver.clear();
            bytes.clear();
        }
        if self.plugs.garbled && self.dice.below(2) == 0 {
            self.spoil(&mut bytes);
        }
        let mut rest = &bytes[..];
        while let Some(found) = self.receiver.take(&mut rest) {
            self.frame(found);
        }
        while self.answers.front().is_some_and(|(at, _)| *at <= now) {
            let (_, answer) = self.answers.pop_front().unwrap_or_default();
            self.due.extend(answer);
        }
    }

    fn answer(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.due)
    }

    fn wake_at(&self) -> Option<Millis> {
        let timeouts = self.areas.values().filter_map(|held| held.until);
        let boot = (self.deaf_until > self.now).then_some(self.deaf_until);
        self.answers.front().map(|(at, _)| *at).into_iter().chain(timeouts).chain(boot).min()
    }
}

impl VirtualSign for VirtualCard {
    fn view(&self) -> View {
        View {
            width: self.width,
            height: self.height,
            plugs: self.plugs,
            areas: self.areas(),
            brightness: self.brightness,
            test: false,
            said: Vec::new(),
            taken: self.diary.taken,
            rejected: self.diary.rejected().cloned().collect(),
        }
    }

    fn plug(&mut self, plugs: Plugs) {
        self.plug(plugs);
    }

    fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
        self.png()
    }
}

#[cfg(test)]
mod tests;
