//! The host of a line: hears keys, says them back, keeps displays at what they are to show.
//!
//! - A frame is told once. Until the pad has been quiet on an open and clean line, the same frame is a repeat: its echo was
//!   lost. Repeats are echoed and mean nothing.
//! - An echo goes out 20 ms after the frame, and not at all when it cannot go within 50 ms: the pad says it again. Everything
//!   else waits for a gap. One frame at a time.
//! - Displays do not answer. So the newest content is sent at once, after every opening, and again every few seconds.
//! - A line on which nothing was pressed is as silent as a dead one. Three things are seen: a closed port; a pad that repeats
//!   although it was answered (it does not hear); and silence for longer than the settings allow, where they name a time.

mod press;

use std::collections::{BTreeMap, VecDeque};

use protocol::bridge::{PadScreen, Trouble};

use super::frame::{Broken, FROM_PADS, Frame, Receiver, Shown};
use super::key::{Key, Said};
use crate::{Driver, Health, Input, Millis, Output};
use press::Presses;

/// From the end of a pad's frame until its echo.
const TURN: u64 = 20;
/// An echo that is later than this is not sent.
const LATE: u64 = 50;
/// A gap: nothing was heard or said for so long.
const GAP: u64 = 60;
/// Longest silence inside a frame: a byte takes one millisecond, adapters and networks deliver in lumps.
const INSIDE: u64 = 100;
/// A byte on the line at 9600 bits a second, in microseconds.
const BYTE_US: u64 = 1_042;
/// Displays are sent again after so long, or so much for each pad of the line, whichever is longer.
const AGAIN: u64 = 5_000;
const AGAIN_EACH: u64 = 500;
/// What an adapter hears of what is said through it comes within so long of its end.
const OWN: u64 = 15;
/// A beep or a question that has waited so long is pointless.
const POINTLESS: u64 = 3_000;
/// So many spoilt pieces within [`NOISY`] are noise; after as long without any it is over.
const SPOILT: usize = 5;
const NOISY: u64 = 10_000;
/// A pad that says the same so often, although it was answered, does not hear.
const DEAF: u32 = 6;

/// What a line is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The addresses of its pads.
    pub pads: Vec<u8>,
    /// What the keys 0 to 3 of a rating pad mean: 1 (very dissatisfied) to 5.
    pub ratings: [u8; 4],
    /// A line that says nothing for so many milliseconds is gone; none: silence is all right.
    pub silent: Option<u64>,
}

impl Settings {
    /// 非常满意, 满意, 基本满意, 不满意: a pad of four keys has no fifth level.
    pub const RATINGS: [u8; 4] = [5, 4, 3, 2];
}

/// What a line can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// What a pad shows.
    Show {
        /// The pad.
        address: u8,
        /// Its new content; that before it is forgotten.
        screen: PadScreen,
    },
    /// Lets a rating pad ask for a rating.
    Ask {
        /// The pad.
        address: u8,
    },
}

/// What a line tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// How the line is.
    Health(Health),
    /// A key was pressed.
    Key {
        /// The pad.
        address: u8,
        /// The key.
        key: Key,
    },
    /// A visitor rated.
    Rated {
        /// The rating pad.
        address: u8,
        /// 1 (very dissatisfied) to 5.
        level: u8,
    },
    /// A pad that the settings do not name, or a key that nobody knows. It was answered, so that it leaves the line free.
    Strange(Frame),
}

/// What a pad is to show and do.
#[derive(Debug, Default)]
struct Wanted {
    screen: PadScreen,
    /// When its display is sent again; none: as soon as can be.
    due: Option<Millis>,
    /// When the content was asked for last; none: nobody ever said what it is to show.
    asked: Option<Millis>,
    beep: Option<Millis>,
    question: Option<Millis>,
}

/// A line with its pads.
#[derive(Debug)]
pub struct Line {
    settings: Settings,
    now: Millis,
    out: VecDeque<Output<Event>>,
    told: Option<Health>,
    receiver: Receiver,
    open: bool,
    /// When a byte was heard last.
    heard: Millis,
    /// When a frame was heard last.
    spoke: Millis,
    /// When the line is free of what was said last, and what that was.
    free: Millis,
    said: Option<Frame>,
    presses: Presses,
    /// The echo that is owed, and the end of the frame.
    echo: Option<(Frame, Millis)>,
    pads: BTreeMap<u8, Wanted>,
    /// The pad that was served last, so that each has its turn.
    turn: u8,
    spoilt: VecDeque<Millis>,
}

impl Line {
    /// A line whose port is not open yet. What its pads show is not touched until somebody says what they are to show.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            now: Millis::default(),
            out: VecDeque::new(),
            told: None,
            receiver: Receiver::new(FROM_PADS),
            open: false,
            heard: Millis::default(),
            spoke: Millis::default(),
            free: Millis::default(),
            said: None,
            presses: Presses::default(),
            echo: None,
            pads: BTreeMap::new(),
            turn: 0,
            spoilt: VecDeque::new(),
        }
    }

    fn tell(&mut self, event: Event) {
        self.out.push_back(Output::Event(event));
    }

    fn judge(&mut self) {
        while self.spoilt.front().is_some_and(|at| self.now.since(*at) >= NOISY) {
            self.spoilt.pop_front();
        }
        let noisy = self.told == Some(Health::degraded(Trouble::Garbled));
        let health = if !self.open || self.is_silent() {
            Health::GONE
        } else if self.spoilt.len() >= if noisy { 1 } else { SPOILT } {
            Health::degraded(Trouble::Garbled)
        } else if self.presses.deaf(DEAF) {
            Health::degraded(Trouble::NoAnswer)
        } else {
            Health::READY
        };
        if self.told != Some(health) {
            self.told = Some(health);
            self.tell(Event::Health(health));
        }
    }

    fn is_silent(&self) -> bool {
        self.settings.silent.is_some_and(|silent| self.now.since(self.spoke) >= silent)
    }

    fn opened(&mut self) {
        self.open = true;
        self.receiver.clear();
        self.echo = None;
        self.said = None;
        self.spoilt.clear();
        (self.heard, self.spoke, self.free) = (self.now, self.now, self.now);
        self.presses.reopened(self.now);
        for pad in self.pads.values_mut() {
            pad.due = None;
        }
    }

    fn bytes(&mut self, mut rest: &[u8]) {
        self.heard = self.now;
        while let Some(found) = self.receiver.take(&mut rest) {
            self.found(found);
        }
        self.count_noise();
    }

    /// One spoilt frame is one, however many of its bytes look like another beginning.
    fn count_noise(&mut self) {
        if self.receiver.noise() > 0 {
            self.presses.disturbed(self.now);
            self.spoilt.push_back(self.now);
            if self.spoilt.len() > SPOILT {
                self.spoilt.pop_front();
            }
        }
    }

    fn found(&mut self, found: Result<Frame, Broken>) {
        let Ok(frame) = found else { return };
        if self.said.as_ref() == Some(&frame) && self.now < self.free + OWN {
            // Some adapters hear what is said through them. A pad's repeat cannot come so soon, and if it did it would come again.
            self.said = None;
            return;
        }
        self.spoke = self.now;
        let first = self.presses.heard(self.now, &frame);
        self.echo = Some((frame.echo(), self.now));
        if first {
            self.pressed(frame);
        }
    }

    fn pressed(&mut self, frame: Frame) {
        let address = frame.address;
        let event = match Said::of(&frame) {
            _ if !self.settings.pads.contains(&address) => Event::Strange(frame),
            Said::Key(key) => Event::Key { address, key },
            Said::Rating(key) => Event::Rated { address, level: self.settings.ratings[usize::from(key & 3)] },
            Said::Unknown => Event::Strange(frame),
        };
        self.tell(event);
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Show { address, screen } => {
                let pad = self.pads.entry(address).or_default();
                if shown(&pad.screen) != shown(&screen) {
                    pad.due = None;
                }
                if screen.beep != 0 && screen.beep != pad.screen.beep {
                    pad.beep = Some(self.now);
                }
                (pad.screen, pad.asked) = (screen, Some(self.now));
            }
            Command::Ask { address } => self.pads.entry(address).or_default().question = Some(self.now),
        }
    }

    fn clock(&mut self) {
        let now = self.now;
        if self.receiver.begun() && now.since(self.heard) >= INSIDE {
            while let Some(found) = self.receiver.give_up() {
                self.found(found);
            }
            self.count_noise();
        }
        for pad in self.pads.values_mut() {
            if expires(pad).is_some_and(|at| at <= now) {
                (pad.screen.ticket, pad.screen.waiting, pad.screen.timeout_s) = (None, None, 0);
                pad.due = None;
            }
            pad.beep = pad.beep.filter(|at| now.since(*at) < POINTLESS);
            pad.question = pad.question.filter(|at| now.since(*at) < POINTLESS);
        }
        self.presses.settle(now);
        self.judge();
        self.speak();
    }

    /// Says what may be said now: an echo, or else one frame for one pad.
    fn speak(&mut self) {
        if !self.open {
            return;
        }
        if let Some((frame, ended)) = self.echo.take() {
            if self.now >= self.echo_at(ended) {
                if self.now.since(ended) <= LATE {
                    self.say(frame);
                }
            } else {
                self.echo = Some((frame, ended));
            }
            return;
        }
        if self.now < self.gap_at() || self.receiver.begun() {
            return;
        }
        let later = |after: u8| move |(address, _): &(&u8, &mut Wanted)| **address > after;
        let now = self.now;
        let again = AGAIN.max(AGAIN_EACH * self.pads.len() as u64);
        let turn = self.turn;
        let next = self
            .pads
            .iter_mut()
            .filter(later(turn))
            .find_map(|(address, pad)| wish(pad, *address, now, again).map(|frame| (*address, frame)));
        let next = next.or_else(|| {
            self.pads
                .iter_mut()
                .find_map(|(address, pad)| wish(pad, *address, now, again).map(|frame| (*address, frame)))
        });
        if let Some((address, frame)) = next {
            self.turn = address;
            self.say(frame);
        }
    }

    fn say(&mut self, frame: Frame) {
        let bytes = frame.encode();
        self.free = self.now + (bytes.len() as u64 * BYTE_US).div_ceil(1_000);
        self.said = Some(frame);
        self.out.push_back(Output::Send(bytes));
    }

    fn echo_at(&self, ended: Millis) -> Millis {
        // Whoever speaks meanwhile is let finish.
        (ended + TURN).max(self.free).max(if self.receiver.begun() { self.heard + TURN } else { ended })
    }

    fn gap_at(&self) -> Millis {
        (self.heard + GAP).max(self.free + GAP)
    }
}

/// The next frame that a pad wants, which counts as sent.
fn wish(pad: &mut Wanted, address: u8, now: Millis, again: u64) -> Option<Frame> {
    if pad.due.is_none_or(|due| due <= now) && pad.asked.is_some() {
        pad.due = Some(now + again);
        return Some(Frame::show(address, shown(&pad.screen)));
    }
    if pad.beep.take().is_some() {
        return Some(Frame::beep(address));
    }
    pad.question.take().map(|_| Frame::ask(address))
}

impl Wanted {
    fn wants_at(&self) -> Option<Millis> {
        if self.beep.is_some() || self.question.is_some() {
            return Some(Millis::default());
        }
        self.asked.map(|_| self.due.unwrap_or_default())
    }
}

fn shown(screen: &PadScreen) -> Shown {
    match (screen.ticket, screen.waiting) {
        (Some(ticket), _) => Shown::Ticket(ticket),
        (None, Some(waiting)) => Shown::Waiting(waiting),
        (None, None) => Shown::Blank,
    }
}

fn expires(pad: &Wanted) -> Option<Millis> {
    pad.asked.filter(|_| pad.screen.timeout_s > 0).map(|asked| asked + u64::from(pad.screen.timeout_s) * 1_000)
}

impl Driver for Line {
    type Command = Command;
    type Event = Event;

    fn input(&mut self, now: Millis, input: Input<'_, Command>) {
        self.now = self.now.max(now);
        match input {
            Input::Opened => self.opened(),
            Input::Closed => {
                self.open = false;
                self.echo = None;
                self.receiver.clear();
                self.presses.closed();
            }
            Input::Bytes(bytes) => self.bytes(bytes),
            Input::Command(command) => self.command(command),
            Input::Clock | Input::Sent(_) => {}
        }
        self.clock();
    }

    fn output(&mut self) -> Option<Output<Event>> {
        self.out.pop_front()
    }

    fn wake_at(&self) -> Option<Millis> {
        let expiries = self.pads.values().filter_map(expires);
        if !self.open {
            return expiries.min();
        }
        let gap = self.gap_at().max(if self.receiver.begun() { self.heard + INSIDE } else { Millis::default() });
        let wishes = self.pads.values().filter_map(Wanted::wants_at).map(|at| at.max(gap));
        let others = [
            self.echo.as_ref().map(|(_, ended)| self.echo_at(*ended)),
            self.receiver.begun().then(|| self.heard + INSIDE),
            self.presses.settles_at(),
            self.spoilt.front().map(|at| *at + NOISY),
            self.settings.silent.filter(|_| !self.is_silent()).map(|silent| self.spoke + silent),
        ];
        expiries.chain(wishes).chain(others.into_iter().flatten()).min()
    }
}

#[cfg(test)]
mod tests;
