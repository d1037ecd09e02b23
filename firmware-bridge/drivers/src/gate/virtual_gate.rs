//! A gate made of code: it moves when a contact is pulsed, and remembers whether anybody ever did what must not be done.

use serde::{Deserialize, Serialize};

use super::{CLOSE, LIMIT_CLOSED, LIMIT_OPEN, OPEN, SAFETY, STOP};
use crate::lines::{Order, Receiver, Record as _, Seen};
use crate::{Millis, VirtualDevice};

/// From one end to the other.
const TRAVELS: u64 = 3_000;

/// What is plugged in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Plugs {
    /// Whether anything gets through.
    pub line: bool,
    /// Whether something stands below it.
    pub safety: bool,
    /// Whether the arm is stuck where it is.
    pub jammed: bool,
}

impl Default for Plugs {
    fn default() -> Self {
        Self { line: true, safety: false, jammed: false }
    }
}

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct VirtualGate {
    plugs: Plugs,
    receiver: Receiver,
    /// Milliseconds of its way up.
    up: u64,
    /// Up, down, or nowhere.
    moves: i8,
    moved_at: Millis,
    /// When each contact lets go.
    pulses: [Option<Millis>; 3],
    told: [bool; 3],
    /// How often each contact was pulsed.
    pub pulsed: [u64; 3],
    /// How often it was told to close while something stood below it, or up and down at the same time.
    pub wrong: u64,
    answer: Vec<u8>,
}

impl VirtualGate {
    /// What is plugged in.
    pub fn plugs(&self) -> Plugs {
        self.plugs
    }

    /// Pulls and puts back plugs.
    pub fn plug(&mut self, plugs: Plugs) {
        self.plugs = plugs;
    }

    /// How far it is open, from 0 to 1.
    pub fn opened(&self) -> f64 {
        self.up as f64 / TRAVELS as f64
    }

    fn advance(&mut self, now: Millis) {
        let went = if self.plugs.jammed { 0 } else { now.since(self.moved_at) };
        self.moved_at = now;
        match self.moves {
            1 => self.up = (self.up + went).min(TRAVELS),
            -1 => self.up = self.up.saturating_sub(went),
            _ => {}
        }
        for pulse in &mut self.pulses {
            *pulse = pulse.filter(|until| *until > now);
        }
    }

    fn order(&mut self, now: Millis, order: Order) {
        match order {
            Order::Pulse { line, ms } if usize::from(line) < 3 => {
                let both = |other: u8| self.pulses[usize::from(other)].is_some();
                let wrong = (line == CLOSE && (self.plugs.safety || both(OPEN))) || (line == OPEN && both(CLOSE));
                self.wrong += u64::from(wrong);
                self.pulses[usize::from(line)] = Some(now + u64::from(ms));
                self.pulsed[usize::from(line)] += 1;
                self.moves = match line {
                    OPEN => 1,
                    CLOSE => -1,
                    _ => 0,
                };
            }
            Order::Off { line } if usize::from(line) < 3 => self.pulses[usize::from(line)] = None,
            // Nobody holds a contact of a gate.
            Order::On { .. } => self.wrong += 1,
            Order::Ask => {
                let ns = now.0 * 1_000_000;
                for line in [SAFETY, LIMIT_OPEN, LIMIT_CLOSED] {
                    let active = self.input(line);
                    self.told[usize::from(line)] = active;
                    self.say(Seen::Level { line, active, ns });
                }
                self.say(Seen::Alive { ns });
            }
            _ => {}
        }
    }

    fn input(&self, line: u8) -> bool {
        match line {
            SAFETY => self.plugs.safety,
            LIMIT_OPEN => self.up == TRAVELS,
            _ => self.up == 0,
        }
    }

    fn say(&mut self, seen: Seen) {
        if self.plugs.line {
            self.answer.extend(seen.encode());
        }
    }
}

impl VirtualDevice for VirtualGate {
    fn receive(&mut self, now: Millis, bytes: &[u8]) {
        self.advance(now);
        if self.plugs.line {
            for order in self.receiver.receive::<Order>(bytes) {
                self.order(now, order);
            }
        }
        for line in [SAFETY, LIMIT_OPEN, LIMIT_CLOSED] {
            let active = self.input(line);
            if self.told[usize::from(line)] != active {
                self.told[usize::from(line)] = active;
                self.say(Seen::Edge { line, active, ns: now.0 * 1_000_000 });
            }
        }
    }

    fn answer(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.answer)
    }

    fn wake_at(&self) -> Option<Millis> {
        let left = match self.moves {
            1 if self.up < TRAVELS => Some(TRAVELS - self.up),
            -1 if self.up > 0 => Some(self.up),
            _ => None,
        };
        left.filter(|_| !self.plugs.jammed).map(|left| self.moved_at + left)
    }
}

const _: () = assert!(STOP == 2, "three contacts");
