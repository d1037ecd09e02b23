//! Keeps a sign showing what it should.
//!
//! An area is a row of 16 dots, as many rows high as its text has lines: area 0 begins at the top, area 1 one row below. An area
//! that is shown over others takes their place.
//!
//! The card forgets everything at power-off and cannot be asked what it shows. So after the port was opened, and whenever it did
//! not answer, all areas are deleted and sent again. It takes one change a second: what was wanted in between is not sent, the
//! newest wins, and areas that changed together go together. A timeout runs from the moment somebody asked for the text: what is
//! sent again carries what is left of it, and what has run out is not sent, so a dead sender leaves no old number even on a
//! card that has just come back.
//!
//! Several cards on one line have addresses, and each is asked by its own. Answers carry no name: after one that was lost the line
//! is kept until a late one can come no more. Nothing is sent to all cards: none of them would answer.

use std::collections::{BTreeMap, VecDeque};

use protocol::bridge::{SignArea, SignColour, SignEffect};

use super::answer::{Answer, Error};
use super::area::{Area, HEAD, LEFT, Place, STILL};
use super::frame::{HOST, Receiver, TO_ANY, encode};
use super::generation::Generation;
use super::request::{CardTime, Delete, Request};
use super::text;
use crate::sign::{Command, Deed, Event, Refusal, TEST};
use crate::{Driver, Health, Input, Millis, Output};

/// Dots of a row: the height of the font.
const ROW: u16 = 16;
/// Bytes of a request for areas around the areas themselves, without the ids of those it deletes.
const AREAS_HEAD: usize = 7;
/// Between two refreshes.
const REFRESH: u64 = 1_000;
/// After one that only told the card to go on showing what it shows: whoever is called meanwhile does not wait for it.
const AGAIN: u64 = 100;
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

/// A sign with a BX-5K or BX-6K card.
#[expect(clippy::struct_excessive_bools, reason = "each is true for a reason of its own")]
pub struct Sign {
    width: u16,
    height: u16,
    generation: Generation,
    /// Whom the requests are for.
    to: u16,
    /// Whether the line is free for it.
    may: bool,
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
    /// Nobody else on the line is asked before: a late answer may come.
    late_until: Millis,
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
    clearing: bool,
    test: Test,
    version: u64,
}

/// How far the self-test is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Test {
    No,
    Wanted,
    /// The card shows it until then.
    Shown(Millis),
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
    /// Whether the card shows just this, and has only to go on.
    same: bool,
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
    /// Whether it is the clearing that was told, and whether it is the self-test.
    clears: bool,
    tests: bool,
    at: Millis,
}

impl Sign {
    /// A sign of so many dots whose port is not open yet.
    pub fn new(width: u16, height: u16) -> Self {
        Self {
            width,
            height,
            generation: Generation::Fifth,
            to: TO_ANY,
            may: true,
            now: Millis::default(),
            out: VecDeque::new(),
            told: None,
            receiver: Receiver::default(),
            open: false,
            heard: false,
            lost: 0,
            asked: None,
            quiet_until: Millis::default(),
            late_until: Millis::default(),
            ping_at: Millis::default(),
            refresh_at: Millis::default(),
            areas: BTreeMap::new(),
            delete: Delete::All,
            one_by_one: false,
            screen: Setting { wanted: None, sent: true },
            brightness: Setting { wanted: None, sent: true },
            clock: None,
            clearing: false,
            test: Test::No,
            version: 0,
        }
    }

    /// The same with a card of another generation.
    pub fn of(self, generation: Generation) -> Self {
        Self { generation, ..self }
    }

    /// The same with a card that has an address, 1 to 7FFF: others may hang on its line.
    pub fn at(self, address: u16) -> Self {
        Self { to: address, ..self }
    }

    /// How many areas it has.
    pub fn areas(&self) -> u8 {
        (self.height / ROW).clamp(1, u16::from(self.generation.areas())) as u8
    }

    /// Switches the dots on or off; what they show is kept.
    pub fn screen(&mut self, on: bool) {
        self.screen = Setting { wanted: Some(on), sent: false };
    }

    /// Sets the card's clock.
    pub fn set_clock(&mut self, time: CardTime) {
        self.clock = Some(time);
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
                self.clearing = true;
            }
            Command::Brightness(level) => self.brightness = Setting { wanted: Some(level.min(15)), sent: false },
            Command::SelfTest => self.test = Test::Wanted,
            // Cards with a speech module take text with sound; none is known here.
            Command::Say(_) => self.tell(Event::NotDone(Deed::Say, Refusal::Cannot)),
        }
    }

    fn show(&mut self, area: u8, content: SignArea) {
        if area >= self.areas() {
            return self.refuse(area, Refusal::NoSuchArea);
        }
        let expires = (content.timeout_s > 0).then(|| self.now + u64::from(content.timeout_s) * 1_000);
        let (text, place) = self.lay_out(area, &content);
        if AREAS_HEAD + 2 + HEAD + text.len() > self.generation.data_bytes() {
            return self.refuse(area, Refusal::TooLong);
        }
        if self.areas.get(&area).is_some_and(|known| known.shown && known.content == content && expires.is_none()) {
            return self.tell(Event::Shown { area });
        }
        let covered = self.areas.extract_if(.., |id, other| *id != area && other.place.overlaps(place));
        let covered: Vec<u8> = covered.filter_map(|(id, other)| other.sent.then_some(id)).collect();
        self.delete(Delete::Some(covered));
        self.version += 1;
        let known = self.areas.get(&area);
        let sent = known.is_some_and(|known| known.sent);
        let same = known.is_some_and(|known| (known.shown || known.same) && known.content == content);
        let wanted = Wanted { content, text, place, expires, version: self.version, sent, shown: false, same };
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
        self.show_all_again();
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
        self.expire();
        self.end_test();
        if !self.open || !self.may || self.asked.is_some() || self.now < self.quiet_until {
            return;
        }
        if let Some((request, areas)) = self.next() {
            let clears = self.clearing && matches!(request, Request::Areas { delete: Delete::All, .. });
            let tests = self.test == Test::Wanted && matches!(request, Request::Areas { .. });
            if matches!(request, Request::Areas { .. }) {
                let same = |(id, _): &(u8, u64)| self.areas.get(id).is_some_and(|wanted| wanted.same);
                let goes_on = self.delete == Delete::Some(vec![]) && !tests && areas.iter().all(same);
                self.refresh_at = self.now + if goes_on { AGAIN } else { REFRESH };
                self.delete = Delete::Some(vec![]);
            }
            for (id, _) in &areas {
                if let Some(wanted) = self.areas.get_mut(id) {
                    wanted.sent = true;
                }
            }
            self.ping_at = self.now + PING;
            self.receiver.clear();
            self.out.push_back(Output::Send(encode(self.to, HOST, &request.encode())));
            self.asked = Some(Asked { request, areas, clears, tests, at: self.now });
        }
    }

    /// What has run out is blanked by the card itself, and never sent again.
    fn expire(&mut self) {
        let now = self.now;
        self.areas.retain(|_, wanted| wanted.expires.is_none_or(|at| at > now));
    }

    /// The test picture has been seen long enough: everything else comes back.
    fn end_test(&mut self) {
        if matches!(self.test, Test::Shown(until) if until <= self.now) {
            self.test = Test::No;
            self.show_all_again();
        }
    }

    fn show_all_again(&mut self) {
        self.delete = Delete::All;
        for wanted in self.areas.values_mut() {
            (wanted.sent, wanted.shown, wanted.same) = (false, false, false);
        }
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
        match self.test {
            Test::No => {}
            Test::Wanted => return true,
            Test::Shown(_) => return false,
        }
        self.delete != Delete::Some(vec![]) || self.areas.values().any(|wanted| !wanted.shown)
    }

    /// The areas that go next, as many as one frame holds.
    fn refresh(&self) -> (Request, Vec<(u8, u64)>) {
        if self.test == Test::Wanted {
            return (Request::Areas { delete: Delete::All, show: vec![self.all_lit()] }, vec![]);
        }
        let mut size = AREAS_HEAD
            + match &self.delete {
                Delete::All => 0,
                Delete::Some(ids) => ids.len(),
            };
        let (mut show, mut areas) = (vec![], vec![]);
        for (id, wanted) in self.areas.iter().filter(|(_, wanted)| !wanted.shown) {
            size += 2 + HEAD + wanted.text.len();
            if !show.is_empty() && (size > self.generation.data_bytes() || self.one_by_one) {
                break;
            }
            show.push(self.area(*id, wanted));
            areas.push((*id, wanted.version));
        }
        (Request::Areas { delete: self.delete.clone(), show }, areas)
    }

    /// Every dot that letters reach.
    fn all_lit(&self) -> Area {
        let across = usize::from(self.width / ROW).min(32);
        let lines = vec!["■".repeat(across); usize::from(self.areas())];
        let most = self.generation.data_bytes() - AREAS_HEAD - 2 - HEAD;
        let mut text = text::encode(&lines.join("\n"), SignColour::Red);
        // Characters and line breaks have two bytes each.
        text.truncate(most & !1);
        let place = Place { x: 0, y: 0, width: self.width, height: self.height };
        let timeout_s = (TEST / 1_000) as u16;
        Area { id: 0, place, timeout_s, single_line: false, effect: STILL, speed: 0, stay: 0, text }
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
        self.late_until = self.quiet_until;
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
            (Answer::Ack, Request::Areas { .. }) => self.areas_taken(asked),
            (Answer::Ack, Request::Brightness(_)) => self.tell(Event::Done(Deed::Brightness)),
            (Answer::Nack(Error::Busy), request) => {
                self.quiet_until = self.now + BUSY;
                self.again(request);
            }
            (Answer::Nack(Error::Checksum), request) => self.again(request),
            (Answer::Nack(error), Request::Areas { .. }) => self.not_taken(error, asked),
            (Answer::Nack(error), Request::Brightness(_)) => {
                self.tell(Event::NotDone(Deed::Brightness, Refusal::Device(error.code())));
            }
            // Whatever else it does not take, it cannot do: a sign without a clock shows texts as well.
            (Answer::Ack | Answer::Nack(_), _) => {}
        }
    }

    fn areas_taken(&mut self, asked: &Asked) {
        if asked.clears {
            self.clearing = false;
            self.tell(Event::Done(Deed::Clear));
        }
        if asked.tests {
            self.test = Test::Shown(self.now + TEST);
            self.tell(Event::Done(Deed::SelfTest));
        }
        self.shown(&asked.areas);
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
        let why = Refusal::Device(error.code());
        if asked.tests {
            self.test = Test::No;
            self.show_all_again();
            return self.tell(Event::NotDone(Deed::SelfTest, why));
        }
        match asked.areas[..] {
            // It cannot even delete: asking for ever would show nothing.
            [] => {}
            [(id, version)] => {
                self.again(&asked.request);
                if self.areas.get(&id).is_some_and(|wanted| wanted.version == version) {
                    self.areas.remove(&id);
                    // What it showed there before is out of date.
                    self.delete(Delete::Some(vec![id]));
                    self.refuse(id, why);
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
            // The silence after a lost answer is over, and the line free again.
            None if self.now < self.late_until => self.late_until,
            None if !self.heard => self.now,
            None if self.behind() => self.refresh_at.min(self.ping_at),
            None => self.ping_at,
        };
        let next = next.max(self.quiet_until);
        Some(if let Test::Shown(until) = self.test { next.min(until.max(self.now)) } else { next })
    }
}

impl crate::sign::Sign for Sign {
    fn may_send(&mut self, may: bool) {
        self.may = may;
    }

    fn holds_line(&self) -> bool {
        self.open && (self.asked.is_some() || self.now < self.late_until)
    }
}
