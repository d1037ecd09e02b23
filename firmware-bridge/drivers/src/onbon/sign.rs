//! Keeps a sign showing what it should.
//!
//! An area is a row of 16 dots, as many rows high as its text has lines: area 0 begins at the top, area 1 one row below. An area
//! that is shown over others takes their place.
//!
//! The card forgets everything at power-off and cannot be asked what it shows. So after the port was opened, and whenever it did
//! not answer, all areas are deleted and sent again. It takes one refresh a second: what was wanted in between is not sent, the
//! newest wins, and areas that changed together go together. A timeout runs from the moment somebody asked for the text: what is
//! sent again carries what is left of it, and what has run out is not sent, so a dead sender leaves no old number even on a
//! card that has just come back.

use std::collections::{BTreeMap, VecDeque};

use protocol::bridge::{SignArea, SignEffect};

use super::answer::{Answer, Error};
use super::area::{Area, HEAD, LEFT, MAX_AREAS, Place, STILL};
use super::frame::{HOST, Receiver, TO_ANY, encode};
use super::request::{CardTime, Delete, Request};
use super::text;
use crate::{Driver, Health, Input, Millis, Output};

/// Dots of a row: the height of the font.
const ROW: u16 = 16;
/// Most bytes of data in a frame. The maker says 1024 in one place and, for the fifth generation, 512 in another.
const MAX_DATA: usize = 512;
/// Bytes of a request for areas around the areas themselves, without the ids of those it deletes.
const AREAS_HEAD: usize = 7;
/// Between two refreshes.
const REFRESH: u64 = 1_000;
/// Longest time until an answer.
const ANSWERS: u64 = 1_000;
/// After a lost answer nothing is asked for so long: answers carry no name, and a late one must not be taken for another's.
const QUIET: u64 = 300;
/// Between two signs of life.
const PING: u64 = 2_000;
/// When a busy card is asked again.
const BUSY: u64 = 500;
/// Lost answers in a row after which the port is opened anew.
const LOST: u8 = 3;
/// How long a page of several stays, in half seconds.
const PAGE: u8 = 6;
/// How fast a text runs.
const SPEED: u8 = 4;

/// What a sign can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Shows a text in an area, until another is shown there.
    Show {
        /// Which area: the row it begins at, from 0.
        area: u8,
        /// What to show.
        content: SignArea,
    },
    /// Clears the sign.
    Clear,
    /// Switches the dots on or off.
    Screen(bool),
    /// How bright, 0 to 15.
    Brightness(u8),
    /// Sets its clock.
    Clock(CardTime),
}

/// What a sign tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// How it is.
    Health(Health),
    /// The card has taken the newest text of an area.
    Shown {
        /// Which area.
        area: u8,
    },
    /// A text is not shown and will not be.
    Refused {
        /// Which area.
        area: u8,
        /// Why.
        why: Refusal,
    },
}

/// Why a text is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The sign has no such area.
    NoSuchArea,
    /// The text is longer than an area holds.
    TooLong,
    /// The card says so.
    Card(Error),
}

/// A sign with a BX-5K card.
pub struct Sign {
    width: u16,
    height: u16,
    now: Millis,
    out: VecDeque<Output<Event>>,
    told: Option<Health>,
    receiver: Receiver,
    open: bool,
    /// Whether the card has answered since the port was opened or an answer was lost.
    heard: bool,
    lost: u8,
    asked: Option<Asked>,
    /// Nothing is asked before.
    quiet_until: Millis,
    ping_at: Millis,
    refresh_at: Millis,
    areas: BTreeMap<u8, Wanted>,
    /// What the card may still show and must not.
    delete: Delete,
    /// One area at a time, since the card refused several without saying which.
    one_by_one: bool,
    screen: Setting<bool>,
    brightness: Setting<u8>,
    clock: Option<CardTime>,
    version: u64,
}

struct Wanted {
    content: SignArea,
    text: Vec<u8>,
    place: Place,
    expires: Option<Millis>,
    version: u64,
    /// Whether the card may hold some version of it.
    sent: bool,
    shown: bool,
}

/// A setting that the card may have forgotten.
struct Setting<T> {
    wanted: Option<T>,
    sent: bool,
}

struct Asked {
    request: Request,
    /// The areas in it, and which version of them.
    areas: Vec<(u8, u64)>,
    at: Millis,
}

impl Sign {
    /// A sign of so many dots whose port is not open yet.
    pub fn new(width: u16, height: u16) -> Self {
        Self {
            width,
            height,
            now: Millis::default(),
            out: VecDeque::new(),
            told: None,
            receiver: Receiver::default(),
            open: false,
            heard: false,
            lost: 0,
            asked: None,
            quiet_until: Millis::default(),
            ping_at: Millis::default(),
            refresh_at: Millis::default(),
            areas: BTreeMap::new(),
            delete: Delete::All,
            one_by_one: false,
            screen: Setting { wanted: None, sent: true },
            brightness: Setting { wanted: None, sent: true },
            clock: None,
            version: 0,
        }
    }

    /// How many areas it has.
    pub fn areas(&self) -> u8 {
        (self.height / ROW).clamp(1, MAX_AREAS as u16) as u8
    }

    fn tell(&mut self, event: Event) {
        self.out.push_back(Output::Event(event));
    }

    fn health(&mut self, health: Health) {
        if self.told != Some(health) {
            self.told = Some(health);
            self.tell(Event::Health(health));
        }
    }

    fn refuse(&mut self, area: u8, why: Refusal) {
        self.tell(Event::Refused { area, why });
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Show { area, content } => self.show(area, content),
            Command::Clear => {
                self.areas.clear();
                self.delete = Delete::All;
            }
            Command::Screen(on) => self.screen = Setting { wanted: Some(on), sent: false },
            Command::Brightness(level) => self.brightness = Setting { wanted: Some(level.min(15)), sent: false },
            Command::Clock(time) => self.clock = Some(time),
        }
    }

    fn show(&mut self, area: u8, content: SignArea) {
        if area >= self.areas() {
            return self.refuse(area, Refusal::NoSuchArea);
        }
        let expires = (content.timeout_s > 0).then(|| self.now + u64::from(content.timeout_s) * 1_000);
        let (text, place) = self.lay_out(area, &content);
        if AREAS_HEAD + 2 + HEAD + text.len() > MAX_DATA {
            return self.refuse(area, Refusal::TooLong);
        }
        if self.areas.get(&area).is_some_and(|known| known.shown && known.content == content && expires.is_none()) {
            return self.tell(Event::Shown { area });
        }
        let covered = self.areas.extract_if(.., |id, other| *id != area && other.place.overlaps(place));
        let covered: Vec<u8> = covered.filter_map(|(id, other)| other.sent.then_some(id)).collect();
        self.delete(Delete::Some(covered));
        self.version += 1;
        let sent = self.areas.get(&area).is_some_and(|known| known.sent);
        let wanted = Wanted { content, text, place, expires, version: self.version, sent, shown: false };
        self.areas.insert(area, wanted);
    }

    /// What the card gets, and where it stands.
    fn lay_out(&self, area: u8, content: &SignArea) -> (Vec<u8>, Place) {
        let y = u16::from(area) * ROW;
        let rows = match content.effect {
            // A running text is one line.
            SignEffect::Left => 1,
            SignEffect::Still => content.text.split('\n').count().min(usize::from(self.areas() - area)) as u16,
        };
        let place = Place { x: 0, y, width: self.width, height: (rows * ROW).min(self.height - y.min(self.height)) };
        let text = match content.effect {
            SignEffect::Left => text::encode(&content.text.replace('\n', " "), content.colour),
            SignEffect::Still => text::encode(&content.text, content.colour),
        };
        (text, place)
    }

    /// The card must not show these any more.
    fn delete(&mut self, more: Delete) {
        match (&mut self.delete, more) {
            (Delete::All, _) => {}
            (Delete::Some(ids), Delete::Some(more)) => {
                ids.extend(more);
                ids.sort_unstable();
                ids.dedup();
            }
            (_, Delete::All) => self.delete = Delete::All,
        }
    }

    /// The card may have forgotten everything, or show something old.
    fn start_anew(&mut self) {
        self.heard = false;
        self.asked = None;
        self.receiver.clear();
        self.delete = Delete::All;
        for wanted in self.areas.values_mut() {
            (wanted.sent, wanted.shown) = (false, false);
        }
        self.screen.sent = self.screen.wanted.is_none();
        self.brightness.sent = self.brightness.wanted.is_none();
    }

    fn work(&mut self) {
        if !self.open {
            return;
        }
        if self.asked.as_ref().is_some_and(|asked| self.now >= asked.at + ANSWERS) {
            self.unanswered();
        }
        if !self.open || self.asked.is_some() || self.now < self.quiet_until {
            return;
        }
        self.expire();
        if let Some((request, areas)) = self.next() {
            if matches!(request, Request::Areas { .. }) {
                self.refresh_at = self.now + REFRESH;
                self.delete = Delete::Some(vec![]);
            }
            for (id, _) in &areas {
                if let Some(wanted) = self.areas.get_mut(id) {
                    wanted.sent = true;
                }
            }
            self.ping_at = self.now + PING;
            self.receiver.clear();
            self.out.push_back(Output::Send(encode(TO_ANY, HOST, &request.encode())));
            self.asked = Some(Asked { request, areas, at: self.now });
        }
    }

    /// What has run out is blanked by the card itself, and never sent again.
    fn expire(&mut self) {
        let now = self.now;
        self.areas.retain(|_, wanted| wanted.expires.is_none_or(|at| at > now));
    }

    fn next(&mut self) -> Option<(Request, Vec<(u8, u64)>)> {
        if !self.heard {
            return Some((Request::Ping, vec![]));
        }
        if self.now >= self.refresh_at && self.behind() {
            return Some(self.refresh());
        }
        if let Some(on) = self.screen.wanted.filter(|_| !self.screen.sent) {
            self.screen.sent = true;
            return Some((Request::Screen(on), vec![]));
        }
        if let Some(level) = self.brightness.wanted.filter(|_| !self.brightness.sent) {
            self.brightness.sent = true;
            return Some((Request::Brightness(level), vec![]));
        }
        if let Some(time) = self.clock.take() {
            return Some((Request::Clock(time), vec![]));
        }
        (self.now >= self.ping_at).then_some((Request::Ping, vec![]))
    }

    /// Whether the card does not show what it should.
    fn behind(&self) -> bool {
        self.delete != Delete::Some(vec![]) || self.areas.values().any(|wanted| !wanted.shown)
    }

    /// The areas that go next, as many as one frame holds.
    fn refresh(&self) -> (Request, Vec<(u8, u64)>) {
        let mut size = AREAS_HEAD
            + match &self.delete {
                Delete::All => 0,
                Delete::Some(ids) => ids.len(),
            };
        let (mut show, mut areas) = (vec![], vec![]);
        for (id, wanted) in self.areas.iter().filter(|(_, wanted)| !wanted.shown) {
            size += 2 + HEAD + wanted.text.len();
            if !show.is_empty() && (size > MAX_DATA || self.one_by_one) {
                break;
            }
            show.push(self.area(*id, wanted));
            areas.push((*id, wanted.version));
        }
        (Request::Areas { delete: self.delete.clone(), show }, areas)
    }

    fn area(&self, id: u8, wanted: &Wanted) -> Area {
        let left = wanted.expires.map_or(0, |at| at.since(self.now).div_ceil(1_000).clamp(1, u64::from(u16::MAX)));
        let runs = wanted.content.effect == SignEffect::Left;
        let pages = wanted.content.text.split('\n').count() > usize::from(wanted.place.height / ROW);
        Area {
            id,
            place: wanted.place,
            timeout_s: left as u16,
            single_line: runs,
            effect: if runs { LEFT } else { STILL },
            speed: if runs { SPEED } else { 0 },
            stay: if pages && !runs { PAGE } else { 0 },
            text: wanted.text.clone(),
        }
    }

    fn unanswered(&mut self) {
        self.lost += 1;
        self.start_anew();
        self.quiet_until = self.now + QUIET;
        if self.lost >= LOST {
            self.open = false;
            self.health(Health::GONE);
            self.out.push_back(Output::Reopen);
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some(found) = self.receiver.take(&mut rest) {
            // What is broken is as good as lost; the same request goes again when its time is over.
            let Ok(frame) = found else { continue };
            let Some(answer) = Answer::decode(&frame.data) else { continue };
            if let Some(asked) = self.asked.take() {
                self.answered(answer, &asked);
            }
        }
    }

    fn answered(&mut self, answer: Answer, asked: &Asked) {
        self.lost = 0;
        self.heard = true;
        self.health(Health::READY);
        match (answer, &asked.request) {
            (Answer::Ack, Request::Areas { .. }) => self.shown(&asked.areas),
            (Answer::Nack(Error::Busy), request) => {
                self.quiet_until = self.now + BUSY;
                self.again(request);
            }
            (Answer::Nack(Error::Checksum), request) => self.again(request),
            (Answer::Nack(error), Request::Areas { .. }) => self.not_taken(error, asked),
            // Whatever else it does not take, it cannot do: a sign without a clock shows texts as well.
            (Answer::Ack | Answer::Nack(_), _) => {}
        }
    }

    fn shown(&mut self, areas: &[(u8, u64)]) {
        for (id, version) in areas {
            // Another version may be wanted by now, and goes next.
            if let Some(wanted) = self.areas.get_mut(id).filter(|wanted| wanted.version == *version) {
                wanted.shown = true;
                self.tell(Event::Shown { area: *id });
            }
        }
        self.one_by_one &= self.behind();
    }

    /// What was asked is to be asked again. Areas are, as long as they are not shown.
    fn again(&mut self, request: &Request) {
        match request {
            Request::Screen(_) => self.screen.sent = false,
            Request::Brightness(_) => self.brightness.sent = false,
            Request::Clock(time) if self.clock.is_none() => self.clock = Some(*time),
            Request::Areas { delete, .. } => self.delete(delete.clone()),
            Request::Clock(_) | Request::Ping | Request::Clear => {}
        }
    }

    fn not_taken(&mut self, error: Error, asked: &Asked) {
        match asked.areas[..] {
            // It cannot even delete: asking for ever would show nothing.
            [] => {}
            [(id, version)] => {
                self.again(&asked.request);
                if self.areas.get(&id).is_some_and(|wanted| wanted.version == version) {
                    self.areas.remove(&id);
                    // What it showed there before is out of date.
                    self.delete(Delete::Some(vec![id]));
                    self.refuse(id, Refusal::Card(error));
                }
            }
            // It does not say which of them.
            _ => {
                self.again(&asked.request);
                self.one_by_one = true;
            }
        }
    }
}

impl Driver for Sign {
    type Command = Command;
    type Event = Event;

    fn input(&mut self, now: Millis, input: Input<'_, Command>) {
        self.now = self.now.max(now);
        match input {
            Input::Opened => {
                self.start_anew();
                self.open = true;
                self.lost = 0;
                self.quiet_until = self.now;
            }
            Input::Closed => {
                self.start_anew();
                self.open = false;
                self.health(Health::GONE);
            }
            Input::Bytes(bytes) => self.bytes(bytes),
            Input::Command(command) => self.command(command),
            Input::Clock | Input::Sent(_) => {}
        }
        self.work();
    }

    fn output(&mut self) -> Option<Output<Event>> {
        self.out.pop_front()
    }

    fn wake_at(&self) -> Option<Millis> {
        if !self.open {
            return None;
        }
        let next = match &self.asked {
            Some(asked) => asked.at + ANSWERS,
            None if !self.heard => self.now,
            None if self.behind() => self.refresh_at.min(self.ping_at),
            None => self.ping_at,
        };
        Some(next.max(self.quiet_until))
    }
}
