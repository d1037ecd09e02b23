//! A lane made of code: vehicles are sent over its loops, and its wires can be broken.

use std::collections::VecDeque;

use protocol::bridge::lanes::Direction;
use serde::{Deserialize, Serialize};

use super::Geometry;
use super::traffic::{Conduct, Kind, Traffic};
use crate::lines::{Order, Receiver, Record as _, Seen};
use crate::{Millis, VirtualDevice};

/// A loop by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Name {
    /// Towards the street.
    A,
    /// Towards the car park.
    B,
}

/// What is plugged in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Plugs {
    /// Whether anything gets through.
    pub line: bool,
    /// A loop that is always busy.
    pub stuck: Option<Name>,
    /// A loop that is never busy.
    pub dead: Option<Name>,
    /// Whether loop B is the contrary for 20 ms, five times a second.
    pub glitches: bool,
}

impl Default for Plugs {
    fn default() -> Self {
        Self { line: true, stuck: None, dead: None, glitches: false }
    }
}

/// Most edges that are still to come: some dozens of vehicles.
const MOST: usize = 2_000;
/// A glitch, and the time until the next one.
const GLITCH: (u64, u64) = (20, 200);

/// See the module.
#[derive(Debug, Clone)]
pub struct VirtualLane {
    geometry: Geometry,
    plugs: Plugs,
    receiver: Receiver,
    now: Millis,
    /// Milliseconds, loop, busy; in order.
    coming: VecDeque<(Millis, usize, bool)>,
    /// What vehicles make of the loops.
    busy: [bool; 2],
    /// What was last told of them.
    told: [bool; 2],
    glitch: bool,
    glitch_at: Millis,
    answer: Vec<u8>,
    seed: u64,
}

impl VirtualLane {
    /// An empty lane.
    pub fn new(geometry: Geometry, seed: u64) -> Self {
        Self {
            geometry,
            plugs: Plugs::default(),
            receiver: Receiver::default(),
            now: Millis(0),
            coming: VecDeque::new(),
            busy: [false; 2],
            told: [false; 2],
            glitch: false,
            glitch_at: Millis(0),
            answer: Vec::new(),
            seed,
        }
    }

    /// What is plugged in.
    pub fn plugs(&self) -> Plugs {
        self.plugs
    }

    /// Pulls and puts back plugs.
    pub fn plug(&mut self, now: Millis, plugs: Plugs) {
        self.plugs = plugs;
        (self.now, self.glitch, self.glitch_at) = (self.now.max(now), false, now);
    }

    /// Sends a vehicle, after those that are still to come. False when too many are.
    pub fn send(&mut self, now: Millis, direction: Direction, kind: Kind, conduct: Conduct) -> bool {
        if self.coming.len() >= MOST {
            return false;
        }
        self.seed = self.seed.wrapping_add(1);
        let begins = self.coming.back().map_or(now, |last| last.0 + 2_000).max(now);
        for edge in Traffic::one(self.geometry, self.seed, direction, kind, conduct) {
            self.coming.push_back((begins + edge.ns / 1_000_000, usize::from(edge.b), edge.busy));
        }
        true
    }

    /// How many edges are still to come.
    pub fn coming(&self) -> usize {
        self.coming.len()
    }

    fn wire(&self, of: usize) -> bool {
        let name = [Name::A, Name::B][of];
        let busy = self.plugs.stuck == Some(name) || (self.busy[of] && self.plugs.dead != Some(name));
        busy != (self.glitch && of == 1)
    }

    fn tell(&mut self, at: Millis) {
        for of in 0..2 {
            let active = self.wire(of);
            if active != self.told[of] {
                self.told[of] = active;
                self.say(Seen::Edge { line: of as u8, active, ns: at.0 * 1_000_000 });
            }
        }
    }

    fn say(&mut self, seen: Seen) {
        if self.plugs.line {
            self.answer.extend(seen.encode());
        }
    }
}

impl VirtualDevice for VirtualLane {
    fn receive(&mut self, now: Millis, bytes: &[u8]) {
        self.now = now;
        while let Some(&(at, of, busy)) = self.coming.front().filter(|next| next.0 <= now) {
            self.coming.pop_front();
            self.busy[of] = busy;
            self.tell(at);
        }
        if self.plugs.glitches && self.glitch_at <= now {
            self.glitch = !self.glitch;
            self.glitch_at = now + if self.glitch { GLITCH.0 } else { GLITCH.1 - GLITCH.0 };
        }
        self.tell(now);
        for order in self.receiver.receive::<Order>(bytes) {
            if order == Order::Ask {
                let ns = now.0 * 1_000_000;
                for line in 0..2 {
                    self.say(Seen::Level { line, active: self.told[usize::from(line)], ns });
                }
                self.say(Seen::Alive { ns });
            }
        }
    }

    fn answer(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.answer)
    }

    fn wake_at(&self) -> Option<Millis> {
        let glitch = self.plugs.glitches.then_some(self.glitch_at);
        self.coming.front().map(|next| next.0).into_iter().chain(glitch).min()
    }
}
