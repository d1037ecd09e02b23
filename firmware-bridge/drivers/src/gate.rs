//! A barrier gate on volt-free contacts: open, close and stop are pulses, limit contacts and a safety loop are inputs.
//!
//! It is never told to close while its safety input is active or unknown, and a gate without one is never told to close at all:
//! its own controller does that. Anti-crush logic stays in that controller. Held open means told again and again.

pub mod virtual_gate;

use std::collections::VecDeque;

use protocol::bridge::Trouble;
use protocol::bridge::lanes::{GateMove, GateState};

use crate::lines::{Heard, MAX_PULSE_MS, Order, Record as _, Seen, Wires};
use crate::{Driver, Health, Input, Millis, Output};

/// Outputs, in this order.
pub const OPEN: u8 = 0;
/// See [`OPEN`].
pub const CLOSE: u8 = 1;
/// See [`OPEN`].
pub const STOP: u8 = 2;
/// Inputs, in this order.
pub const SAFETY: u8 = 0;
/// See [`SAFETY`].
pub const LIMIT_OPEN: u8 = 1;
/// See [`SAFETY`].
pub const LIMIT_CLOSED: u8 = 2;

/// How often a gate that is held open is told to open.
const AGAIN: u64 = 10_000;
/// The slowest sliding gate has arrived by then.
const ARRIVES: u64 = 30_000;
/// Between a pulse on one contact and one on another: relays take a moment to let go.
const APART: u64 = 100;

/// Which contacts a gate has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a contact that is there or not")]
pub struct Contacts {
    /// It can be told to stop.
    pub stop: bool,
    /// A safety loop or light curtain is connected.
    pub safety: bool,
    /// It tells that it is open.
    pub limit_open: bool,
    /// It tells that it is closed.
    pub limit_closed: bool,
    /// Length of a pulse, at most [`MAX_PULSE_MS`].
    pub pulse_ms: u16,
}

/// What it can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// A pulse.
    Move(GateMove),
    /// Holds it open for so many milliseconds; 0 lets it go.
    Hold(u64),
}

/// Why it does not do what it was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The safety input is active or unknown.
    Blocked,
    /// It is held open.
    Held,
    /// The wires' side does not answer.
    Away,
    /// It has no such contact.
    NoContact,
}

/// What it tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// How it is.
    Health(Health),
    /// What its contacts say, and whether it is held open.
    State(GateState, Option<bool>, bool),
    /// What became of a command: an answer to each, in order.
    Answer(Result<(), Refusal>),
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Gate {
    contacts: Contacts,
    wires: Wires,
    levels: [Option<bool>; 3],
    alive: bool,
    held_until: Option<Millis>,
    again_at: Option<Millis>,
    /// What is pulsed, and until when nothing else is.
    pulsed: Option<(u8, Millis)>,
    /// Waits until another contact has let go.
    next: Option<u8>,
    /// The limit where it is to arrive, and when at the latest.
    arrives: Option<(u8, Millis)>,
    /// The limit where it did not arrive.
    jammed: Option<u8>,
    told: Option<(GateState, Option<bool>, bool)>,
    health: Option<Health>,
    outputs: VecDeque<Output<Event>>,
}

impl Gate {
    /// A gate with these contacts.
    pub fn new(mut contacts: Contacts) -> Self {
        contacts.pulse_ms = contacts.pulse_ms.clamp(1, MAX_PULSE_MS);
        Self {
            contacts,
            wires: Wires::default(),
            levels: [None; 3],
            alive: false,
            held_until: None,
            again_at: None,
            pulsed: None,
            next: None,
            arrives: None,
            jammed: None,
            told: None,
            health: None,
            outputs: VecDeque::new(),
        }
    }

    fn level(&self, line: u8) -> Option<bool> {
        let has = [self.contacts.safety, self.contacts.limit_open, self.contacts.limit_closed];
        if has[usize::from(line)] && self.alive { self.levels[usize::from(line)] } else { None }
    }

    fn send(&mut self, order: Order) {
        self.outputs.push_back(Output::Send(order.encode()));
    }

    /// Pulses a contact; one that was pulsed lets go first.
    fn pulse(&mut self, now: Millis, line: u8) {
        if let Some((other, until)) = self.pulsed
            && other != line
            && until > now
        {
            if self.next.is_none() {
                self.send(Order::Off { line: other });
                self.pulsed = Some((other, now + APART));
            }
            self.next = Some(line);
            return;
        }
        self.next = None;
        self.send(Order::Pulse { line, ms: self.contacts.pulse_ms });
        self.pulsed = Some((line, now + u64::from(self.contacts.pulse_ms) + APART));
        let limit = match line {
            OPEN => self.contacts.limit_open.then_some(LIMIT_OPEN),
            CLOSE => self.contacts.limit_closed.then_some(LIMIT_CLOSED),
            _ => None,
        };
        // To be told again gives it no more time.
        if limit.is_none() || self.arrives.is_none_or(|(other, _)| Some(other) != limit) {
            self.arrives = limit.map(|limit| (limit, now + ARRIVES));
        }
    }

    /// Whether it arrived where it was told to, in time.
    fn judge_way(&mut self, now: Millis) {
        let there = [SAFETY, LIMIT_OPEN, LIMIT_CLOSED].map(|line| self.level(line) == Some(true));
        self.jammed = self.jammed.filter(|limit| !there[usize::from(*limit)]);
        match self.arrives {
            Some((limit, _)) if there[usize::from(limit)] => (self.arrives, self.jammed) = (None, None),
            Some((limit, by)) if by <= now => (self.arrives, self.jammed) = (None, Some(limit)),
            _ => {}
        }
    }

    fn refused(&self, command: Command) -> Option<Refusal> {
        if !self.alive {
            return Some(Refusal::Away);
        }
        match command {
            Command::Move(GateMove::Stop) if !self.contacts.stop => Some(Refusal::NoContact),
            Command::Move(GateMove::Close) if self.level(SAFETY) != Some(false) => Some(Refusal::Blocked),
            Command::Move(GateMove::Close) if self.held_until.is_some() => Some(Refusal::Held),
            _ => None,
        }
    }

    fn command(&mut self, now: Millis, command: Command) {
        // To let go is always possible.
        if command == Command::Hold(0) {
            (self.held_until, self.again_at) = (None, None);
            self.outputs.push_back(Output::Event(Event::Answer(Ok(()))));
            return;
        }
        let refused = self.refused(command);
        if refused.is_none() {
            match command {
                Command::Move(GateMove::Open) => self.pulse(now, OPEN),
                Command::Move(GateMove::Close) => self.pulse(now, CLOSE),
                Command::Move(GateMove::Stop) => self.pulse(now, STOP),
                Command::Hold(ms) => {
                    if self.held_until.is_none() {
                        self.again_at = Some(now);
                    }
                    self.held_until = Some(now + ms);
                }
            }
        }
        self.outputs.push_back(Output::Event(Event::Answer(refused.map_or(Ok(()), Err))));
    }

    fn seen(&mut self, seen: Seen) {
        let (line, active) = match seen {
            Seen::Edge { line, active, .. } | Seen::Level { line, active, .. } => (line, active),
            Seen::Alive { .. } => {
                self.alive = true;
                return;
            }
        };
        if let Some(level) = self.levels.get_mut(usize::from(line)) {
            *level = Some(active);
        }
    }

    /// Lets go of the closing contact as soon as something stands below the gate.
    fn watch(&mut self, now: Millis) {
        if self.level(SAFETY) == Some(false) {
            return;
        }
        if self.next == Some(CLOSE) {
            self.next = None;
        }
        // Its own controller stops or opens it, wherever it is.
        self.arrives = self.arrives.filter(|(limit, _)| *limit != LIMIT_CLOSED);
        if let Some((CLOSE, until)) = self.pulsed
            && until > now
        {
            self.send(Order::Off { line: CLOSE });
            self.pulsed = None;
        }
    }

    fn away(&mut self) {
        (self.alive, self.levels, self.pulsed, self.next) = (false, [None; 3], None, None);
        (self.arrives, self.jammed) = (None, None);
        if self.held_until.is_some() {
            self.again_at = Some(Millis(0));
        }
    }

    fn tell(&mut self) {
        let (open, closed) = (self.level(LIMIT_OPEN) == Some(true), self.level(LIMIT_CLOSED) == Some(true));
        let state = match (open, closed) {
            (true, false) => GateState::Open,
            (false, true) => GateState::Closed,
            _ => GateState::Unknown,
        };
        let now = (state, self.level(SAFETY), self.held_until.is_some());
        if self.told != Some(now) {
            self.told = Some(now);
            self.outputs.push_back(Output::Event(Event::State(now.0, now.1, now.2)));
        }
        let health = match (self.alive, open && closed) {
            (false, _) => Health::GONE,
            (true, true) => Health::degraded(Trouble::Fault),
            (true, false) if self.jammed.is_some() => Health::degraded(Trouble::Jammed),
            (true, false) if self.level(SAFETY) == Some(true) => {
                Health { why: Some(Trouble::Blocked), ..Health::READY }
            }
            (true, false) => Health::READY,
        };
        if self.health != Some(health) {
            self.health = Some(health);
            self.outputs.push_back(Output::Event(Event::Health(health)));
        }
    }
}

impl Driver for Gate {
    type Command = Command;
    type Event = Event;

    fn input(&mut self, now: Millis, input: Input<'_, Command>) {
        let Heard { seen, away, asks } = self.wires.input(now, &input);
        match input {
            Input::Opened => (self.told, self.health) = (None, None),
            Input::Command(command) => self.command(now, command),
            Input::Closed | Input::Bytes(_) | Input::Clock | Input::Sent(_) => {}
        }
        for seen in seen {
            self.seen(seen);
            self.watch(now);
        }
        if away {
            self.away();
        }
        if asks {
            self.send(Order::Ask);
        }
        if self.held_until.is_some_and(|until| until <= now) {
            (self.held_until, self.again_at) = (None, None);
        }
        if self.alive && self.again_at.is_some_and(|at| at <= now) {
            self.again_at = Some(now + AGAIN);
            if self.level(LIMIT_OPEN) != Some(true) {
                self.pulse(now, OPEN);
            }
        }
        if let (Some((_, until)), Some(next)) = (self.pulsed, self.next)
            && until <= now
        {
            self.pulse(now, next);
        }
        self.judge_way(now);
        self.tell();
    }

    fn output(&mut self) -> Option<Output<Event>> {
        self.outputs.pop_front()
    }

    fn wake_at(&self) -> Option<Millis> {
        let next = self.next.and(self.pulsed).map(|(_, until)| until);
        let again = self.again_at.filter(|_| self.alive);
        let arrives = self.arrives.map(|(_, by)| by);
        [self.wires.wake_at(), self.held_until, again, next, arrives].into_iter().flatten().min()
    }
}

#[cfg(test)]
mod tests;
