//! Keeps a simple board showing what it should: digits, dots or lines of text that know neither areas with time-outs nor states.
//!
//! What a board shows is sent again every two seconds, changed or not: it may have lost power meanwhile, and noise may have
//! changed it. A text that has run out is replaced by what the board shows when nobody knows ([`Face::Stale`]), and that is what
//! is sent from then on. So is one that cannot be shown: the one before it is out of date all the same. A board whose port has
//! just opened shows nothing of before.

use std::collections::VecDeque;

use protocol::bridge::{SignArea, Trouble};

use super::{Command, Deed, Event, Refusal, Sign, TEST};
use crate::{Driver, Health, Input, Millis, Output};

/// Between two times that the same is sent.
const AGAIN: u64 = 2_000;
/// Longest time until an answer.
const ANSWERS: u64 = 500;
/// After a lost answer nobody asks for so long: a late one must not be taken for another's.
const QUIET: u64 = 100;
/// When a busy board is asked again.
const BUSY: u64 = 500;
/// Lost answers in a row after which the board is given up, and the port opened anew.
const LOST: u8 = 3;
/// Most texts that wait to be spoken.
const WAITING: usize = 4;

/// What an area of a board is to show.
#[derive(Debug, Clone, Copy)]
pub enum Face<'a> {
    /// Nothing.
    Blank,
    /// That nobody knows: what it showed has run out.
    Stale,
    /// Everything it has, for a self-test.
    Test,
    /// This.
    Content(&'a SignArea),
}

/// How a board is set besides what its areas show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// How bright, 0 to 15.
    pub brightness: u8,
    /// Whether it is being tested.
    pub test: bool,
}

/// What an answer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Taken.
    Taken,
    /// Not now.
    Busy,
    /// Not, with the maker's code.
    Refused(u8),
}

/// The language of a board: pure functions from what is wanted to telegrams, and how its answers are read.
pub trait Wire: Send {
    /// How many areas it has.
    fn areas(&self) -> u8;

    /// The telegrams that make an area look so.
    ///
    /// # Errors
    ///
    /// Why it cannot look so. Blank, stale and test it can.
    fn show(&self, area: u8, face: Face<'_>) -> Result<Vec<Vec<u8>>, Refusal>;

    /// The telegrams that set the board itself, sent before its areas; often none.
    fn set(&self, look: Look) -> Vec<Vec<u8>> {
        let _ = look;
        Vec::new()
    }

    /// Whether it can be dimmed.
    fn dims(&self) -> bool {
        false
    }

    /// The telegrams that make it speak.
    ///
    /// # Errors
    ///
    /// Why it cannot say that.
    fn say(&self, text: &str) -> Result<Vec<Vec<u8>>, Refusal> {
        let _ = text;
        Err(Refusal::Cannot)
    }

    /// Whether it answers every telegram. Of one that does not nothing is known but that its port is open.
    fn answers(&self) -> bool {
        false
    }

    /// Takes bytes of the answer to a telegram, split anywhere; what it says once it is whole. `received` is everything since the
    /// telegram was sent.
    fn read(&self, telegram: &[u8], received: &[u8]) -> Option<Verdict> {
        let _ = (telegram, received);
        None
    }

    /// Milliseconds from a telegram to the next: how long it is on the line, and the silence behind it.
    fn gap(&self, telegram: &[u8]) -> u64;
}

/// Something that is sent again and again.
struct Item {
    due: Millis,
    /// Which version is wanted, and which was sent last.
    wanted: u64,
    sent: u64,
}

#[derive(Default)]
struct Wish {
    content: Option<SignArea>,
    expires: Option<Millis>,
    /// What was there has run out.
    stale: bool,
    /// Somebody waits to hear that it is shown.
    asked_for: bool,
}

/// What is being sent.
struct Sending {
    what: What,
    telegrams: VecDeque<Vec<u8>>,
    version: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// The item of this place: 0 the board itself, then its areas.
    Item(usize),
    Speech,
}

/// A telegram that is to be answered.
struct Asked {
    telegram: Vec<u8>,
    received: Vec<u8>,
    at: Millis,
}

/// A board that speaks some language.
pub struct Board<W> {
    wire: W,
    may: bool,
    now: Millis,
    out: VecDeque<Output<Event>>,
    told: Option<Health>,
    open: bool,
    items: Vec<Item>,
    wishes: Vec<Wish>,
    look: Look,
    test_until: Option<Millis>,
    /// Done when everything has been sent as it is wanted.
    deeds: Vec<Deed>,
    speech: VecDeque<Vec<Vec<u8>>>,
    sending: Option<Sending>,
    asked: Option<Asked>,
    lost: u8,
    /// The line is its own until then.
    gap_until: Millis,
    /// Nothing is asked before.
    quiet_until: Millis,
}

impl<W: Wire> Board<W> {
    /// A board whose port is not open yet, as bright as it can be.
    pub fn new(wire: W) -> Self {
        let areas = usize::from(wire.areas());
        let item = || Item { due: Millis::default(), wanted: 1, sent: 0 };
        Self {
            wire,
            may: true,
            now: Millis::default(),
            out: VecDeque::new(),
            told: None,
            open: false,
            items: (0..=areas).map(|_| item()).collect(),
            wishes: (0..areas).map(|_| Wish::default()).collect(),
            look: Look { brightness: 15, test: false },
            test_until: None,
            deeds: Vec::new(),
            speech: VecDeque::new(),
            sending: None,
            asked: None,
            lost: 0,
            gap_until: Millis::default(),
            quiet_until: Millis::default(),
        }
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

    fn command(&mut self, command: Command) {
        match command {
            Command::Show { area, content } => self.show(area, content),
            Command::Clear => {
                for area in 0..self.wishes.len() {
                    self.wishes[area] = Wish::default();
                    self.touch(area + 1);
                }
                self.deeds.push(Deed::Clear);
            }
            Command::Brightness(_) if !self.wire.dims() => {
                self.tell(Event::NotDone(Deed::Brightness, Refusal::Cannot));
            }
            Command::Brightness(level) => {
                self.look.brightness = level.min(15);
                self.touch(0);
                self.deeds.push(Deed::Brightness);
            }
            Command::SelfTest => {
                self.test(Some(self.now + TEST));
                self.deeds.push(Deed::SelfTest);
            }
            Command::Say(text) => self.say(&text),
        }
    }

    fn show(&mut self, area: u8, content: SignArea) {
        let at = usize::from(area);
        if at >= self.wishes.len() {
            return self.tell(Event::Refused { area, why: Refusal::NoSuchArea });
        }
        if let Err(why) = self.wire.show(area, Face::Content(&content)) {
            return self.refuse(at, why);
        }
        let expires = (content.timeout_s > 0).then(|| self.now + u64::from(content.timeout_s) * 1_000);
        let wish = &mut self.wishes[at];
        let item = &self.items[at + 1];
        if wish.content.as_ref() == Some(&content) && item.wanted == item.sent {
            // It stands there already, and for longer now.
            wish.expires = expires;
            return self.tell(Event::Shown { area });
        }
        *wish = Wish { content: Some(content), expires, stale: false, asked_for: true };
        self.touch(at + 1);
    }

    /// A text cannot be shown; the one before it is out of date.
    fn refuse(&mut self, at: usize, why: Refusal) {
        self.wishes[at] = Wish { stale: true, ..Wish::default() };
        self.touch(at + 1);
        self.tell(Event::Refused { area: at as u8, why });
    }

    fn say(&mut self, text: &str) {
        let why = match self.wire.say(text) {
            Err(why) => why,
            Ok(_) if !self.open => Refusal::Away,
            // Who comes fifth would be heard long after the call.
            Ok(_) if self.speech.len() >= WAITING => Refusal::TooLong,
            Ok(telegrams) => return self.speech.push_back(telegrams),
        };
        self.tell(Event::NotDone(Deed::Say, why));
    }

    fn test(&mut self, until: Option<Millis>) {
        self.test_until = until;
        self.look.test = until.is_some();
        for item in 0..self.items.len() {
            self.touch(item);
        }
    }

    /// It is wanted otherwise than before.
    fn touch(&mut self, item: usize) {
        let item = &mut self.items[item];
        item.wanted += 1;
        item.due = self.now;
    }

    fn work(&mut self) {
        self.expire();
        if !self.open {
            return;
        }
        if self.asked.as_ref().is_some_and(|asked| self.now >= asked.at + ANSWERS) {
            self.unanswered();
        }
        while self.open && self.may && self.asked.is_none() && self.now >= self.gap_until.max(self.quiet_until) {
            let Some(telegram) = self.next() else { return };
            self.gap_until = self.now + self.wire.gap(&telegram);
            self.out.push_back(Output::Send(telegram.clone()));
            if self.wire.answers() {
                self.asked = Some(Asked { telegram, received: Vec::new(), at: self.now });
            } else {
                self.telegram_done();
            }
        }
    }

    fn expire(&mut self) {
        if self.test_until.is_some_and(|until| until <= self.now) {
            self.test(None);
        }
        for area in 0..self.wishes.len() {
            if self.wishes[area].expires.is_some_and(|at| at <= self.now) {
                self.wishes[area] = Wish { stale: true, ..Wish::default() };
                self.touch(area + 1);
            }
        }
    }

    /// The next telegram, left where it is until it is done.
    fn next(&mut self) -> Option<Vec<u8>> {
        loop {
            if let Some(telegram) = self.sending.as_ref().and_then(|sending| sending.telegrams.front()) {
                return Some(telegram.clone());
            }
            if let Some(sending) = self.sending.take() {
                self.all_sent(&sending);
            }
            let (what, telegrams, version) = if let Some(telegrams) = self.speech.pop_front() {
                (What::Speech, telegrams, 0)
            } else {
                let due = self.items.iter().enumerate().filter(|(_, item)| item.due <= self.now);
                let (at, _) = due.min_by_key(|(at, item)| (item.due, *at))?;
                self.items[at].due = self.now + AGAIN;
                (What::Item(at), self.telegrams(at), self.items[at].wanted)
            };
            self.sending = Some(Sending { what, telegrams: telegrams.into(), version });
        }
    }

    fn telegrams(&self, item: usize) -> Vec<Vec<u8>> {
        let Some(area) = item.checked_sub(1) else { return self.wire.set(self.look) };
        let wish = &self.wishes[area];
        let face = match &wish.content {
            _ if self.look.test => Face::Test,
            Some(content) => Face::Content(content),
            None if wish.stale => Face::Stale,
            None => Face::Blank,
        };
        self.wire.show(area as u8, face).unwrap_or_default()
    }

    fn telegram_done(&mut self) {
        let Some(sending) = &mut self.sending else { return };
        sending.telegrams.pop_front();
        if sending.telegrams.is_empty()
            && let Some(sending) = self.sending.take()
        {
            self.all_sent(&sending);
        }
    }

    fn all_sent(&mut self, sending: &Sending) {
        let What::Item(at) = sending.what else { return self.tell(Event::Done(Deed::Say)) };
        self.items[at].sent = sending.version;
        let area = at
            .checked_sub(1)
            .filter(|area| !self.look.test && sending.version == self.items[at].wanted && self.wishes[*area].asked_for);
        if let Some(area) = area {
            self.wishes[area].asked_for = false;
            self.tell(Event::Shown { area: area as u8 });
        }
        if self.items.iter().all(|item| item.sent == item.wanted) {
            for deed in std::mem::take(&mut self.deeds) {
                self.tell(Event::Done(deed));
            }
        }
    }

    fn unanswered(&mut self) {
        let noise = self.asked.take().is_some_and(|asked| !asked.received.is_empty());
        self.quiet_until = self.now + QUIET;
        self.gap_until = self.quiet_until;
        self.lost += 1;
        self.forget_sent();
        if self.lost < LOST {
            return;
        }
        self.lost = 0;
        self.drop_speech();
        if noise {
            // Something is there, and it cannot be understood. A new start of the port would not change the line.
            return self.health(Health::degraded(Trouble::Garbled));
        }
        self.open = false;
        self.health(Health::GONE);
        self.out.push_back(Output::Reopen);
    }

    /// It may have forgotten everything.
    fn forget_sent(&mut self) {
        self.asked = None;
        // A speech that was begun is not begun again.
        if self.sending.take().is_some_and(|sending| sending.what == What::Speech) {
            self.tell(Event::NotDone(Deed::Say, Refusal::Away));
        }
        for item in &mut self.items {
            item.sent = 0;
            item.due = self.now;
        }
    }

    fn drop_speech(&mut self) {
        for _ in std::mem::take(&mut self.speech) {
            self.tell(Event::NotDone(Deed::Say, Refusal::Away));
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        // A board that never answers has nothing to say, and what comes unasked is noise.
        let Some(asked) = &mut self.asked else { return };
        asked.received.extend_from_slice(bytes);
        if let Some(verdict) = self.wire.read(&asked.telegram, &asked.received) {
            self.asked = None;
            self.gap_until = self.now + self.wire.gap(&[]);
            self.lost = 0;
            self.answered(verdict);
        } else if asked.received.len() > 1_024 {
            // Noise without end.
            asked.received.drain(..512);
        }
    }

    fn answered(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Taken => {
                self.health(Health::READY);
                self.telegram_done();
            }
            Verdict::Busy => {
                self.health(Health::READY);
                self.quiet_until = self.now + BUSY;
            }
            Verdict::Refused(code) => {
                let why = Refusal::Device(code);
                match self.sending.take() {
                    Some(Sending { what: What::Speech, .. }) => self.tell(Event::NotDone(Deed::Say, why)),
                    // Something else is wanted there by now, and may be taken.
                    Some(Sending { what: What::Item(at), version, .. }) if version == self.items[at].wanted => {
                        self.item_refused(at, why);
                    }
                    Some(_) | None => {}
                }
                self.health(Health::degraded(Trouble::Refused));
            }
        }
    }

    fn item_refused(&mut self, at: usize, why: Refusal) {
        match at.checked_sub(1).filter(|area| self.wishes[*area].content.is_some()) {
            Some(area) if !self.look.test => self.refuse(area, why),
            // Not even that: it is no board of this kind, or wrongly set.
            _ => self.items[at].sent = self.items[at].wanted,
        }
        for deed in std::mem::take(&mut self.deeds) {
            self.tell(Event::NotDone(deed, why));
        }
    }
}

impl<W: Wire> Driver for Board<W> {
    type Command = Command;
    type Event = Event;

    fn input(&mut self, now: Millis, input: Input<'_, Command>) {
        self.now = self.now.max(now);
        match input {
            Input::Opened => {
                self.forget_sent();
                (self.open, self.lost) = (true, 0);
                (self.gap_until, self.quiet_until) = (self.now, self.now);
                if !self.wire.answers() {
                    self.health(Health::READY);
                }
            }
            Input::Closed => {
                self.forget_sent();
                self.drop_speech();
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
        if let Some(asked) = &self.asked {
            return Some(asked.at + ANSWERS);
        }
        let free = self.gap_until.max(self.quiet_until);
        if self.now < self.gap_until || self.sending.is_some() || !self.speech.is_empty() {
            return Some(free);
        }
        let due = self.items.iter().map(|item| item.due.max(free));
        let expires = self.wishes.iter().filter_map(|wish| wish.expires);
        due.chain(expires).chain(self.test_until).min()
    }
}

impl<W: Wire> Sign for Board<W> {
    fn may_send(&mut self, may: bool) {
        self.may = may;
    }

    fn holds_line(&self) -> bool {
        self.open && (self.asked.is_some() || self.now < self.gap_until)
    }
}
