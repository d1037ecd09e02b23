//! A lane with two loops: which way vehicles pass.
//!
//! Loop A, towards the street, is input 0 and loop B input 1 of [`crate::lines`]. What the edges mean is [`crossing`]'s affair;
//! this is what lies between it and the port. Times are the kernel's; between edges they go on with the shell's clock.

pub mod crossing;
pub mod explain;
pub mod judge;
pub mod traffic;
pub mod virtual_lane;

use std::collections::VecDeque;
use std::convert::Infallible;

use protocol::bridge::Trouble;
use serde::{Deserialize, Serialize};

use crate::lines::{Heard, Order, Record as _, Seen, Wires};
use crate::{Driver, Health, Input, Millis, Output};
use crossing::{Crossing, Fault, Loop, Times};

/// Where the loops lie.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Geometry {
    /// Metres of a loop in the direction of travel.
    pub loop_m: f64,
    /// Metres from the end of one loop to the beginning of the other.
    pub clear_m: f64,
}

impl Default for Geometry {
    fn default() -> Self {
        Self { loop_m: 1.0, clear_m: 1.2 }
    }
}

/// What a lane tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// How its loops and its port are.
    Health(Health),
    /// What happens on it.
    Crossing(crossing::Event),
    /// The time of the wires: `ns` is `at` of the shell.
    Time {
        /// Nanoseconds of the wires' clock.
        ns: u64,
        /// The shell's.
        at: Millis,
    },
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Lane {
    crossing: Crossing,
    wires: Wires,
    /// The wires' time and the shell's at the same moment.
    time: Option<(u64, Millis)>,
    /// What the wires were last said to be.
    levels: [Option<bool>; 2],
    looking: bool,
    health: Option<Health>,
    outputs: VecDeque<Output<Event>>,
}

impl Lane {
    /// A lane with loops that lie so.
    pub fn new(geometry: Geometry, times: Times) -> Self {
        Self {
            crossing: Crossing::new(geometry, times),
            wires: Wires::default(),
            time: None,
            levels: [None; 2],
            looking: false,
            health: None,
            outputs: VecDeque::new(),
        }
    }

    fn health(&mut self, health: Health) {
        if self.health != Some(health) {
            self.health = Some(health);
            self.outputs.push_back(Output::Event(Event::Health(health)));
        }
    }

    fn seen(&mut self, now: Millis, seen: Seen) {
        let (line, active, ns, asked) = match seen {
            Seen::Edge { line, active, ns } => (line, active, ns, false),
            Seen::Level { line, active, ns } => (line, active, ns, true),
            Seen::Alive { ns } => return self.alive(now, ns),
        };
        let Some(of) = [Loop::A, Loop::B].get(usize::from(line)).copied() else { return };
        let known = self.levels[usize::from(line)].replace(active);
        if !self.looking || (asked && known == Some(active)) {
            return;
        }
        if asked {
            self.crossing.missed();
        }
        self.crossing.edge(of, active, ns);
    }

    /// All inputs have been told.
    fn alive(&mut self, now: Millis, ns: u64) {
        if self.time.is_none() {
            self.outputs.push_back(Output::Event(Event::Time { ns, at: now }));
        }
        self.time = Some((ns, now));
        if let ([Some(a), Some(b)], false) = (self.levels, self.looking) {
            self.looking = true;
            self.health = None;
            self.health(Health::READY);
            self.crossing.begin(a, b, ns);
        }
        self.crossing.tick(ns);
    }

    fn away(&mut self) {
        (self.looking, self.levels, self.time) = (false, [None; 2], None);
        self.health(Health::GONE);
    }

    fn tell(&mut self) {
        while let Some(event) = self.crossing.event() {
            if let crossing::Event::Fault(fault) = event {
                self.health(match fault {
                    None => Health::READY,
                    Some(Fault::Stuck(_) | Fault::Dead(_)) => Health::degraded(Trouble::LoopStuck),
                    Some(Fault::Noisy(_)) => Health::degraded(Trouble::Garbled),
                });
            }
            self.outputs.push_back(Output::Event(Event::Crossing(event)));
        }
    }
}

impl Driver for Lane {
    type Command = Infallible;
    type Event = Event;

    fn input(&mut self, now: Millis, input: Input<'_, Infallible>) {
        let Heard { seen, away, asks } = self.wires.input(now, &input);
        for seen in seen {
            self.seen(now, seen);
        }
        if away {
            self.away();
        }
        if asks {
            self.outputs.push_back(Output::Send(Order::Ask.encode()));
        }
        if let (Some((ns, at)), true) = (self.time, self.looking) {
            self.crossing.tick(ns + now.since(at) * 1_000_000);
        }
        self.tell();
    }

    fn output(&mut self) -> Option<Output<Event>> {
        self.outputs.pop_front()
    }

    fn wake_at(&self) -> Option<Millis> {
        let crossing = self.time.filter(|_| self.looking).and_then(|(ns, at)| {
            let wake = self.crossing.wake_at()?;
            Some(at + wake.saturating_sub(ns).div_ceil(1_000_000))
        });
        crossing.into_iter().chain(self.wires.wake_at()).min()
    }
}

#[cfg(test)]
mod tests;
