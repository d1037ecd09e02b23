//! A lamp made of code.

use serde::{Deserialize, Serialize};

use crate::lines::{Order, Receiver, Record as _, Seen};
use crate::{Millis, VirtualDevice};

/// What is plugged in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Plugs {
    /// Whether its wire is connected; without it, it is dark.
    pub line: bool,
}

impl Default for Plugs {
    fn default() -> Self {
        Self { line: true }
    }
}

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct VirtualLamp {
    plugs: Plugs,
    receiver: Receiver,
    lit: bool,
    /// How often it was lit or went dark.
    pub changes: u64,
    answer: Vec<u8>,
}

impl VirtualLamp {
    /// What is plugged in.
    pub fn plugs(&self) -> Plugs {
        self.plugs
    }

    /// Pulls and puts back plugs.
    pub fn plug(&mut self, plugs: Plugs) {
        self.plugs = plugs;
        self.light(self.lit && plugs.line);
    }

    /// Whether it is lit.
    pub fn lit(&self) -> bool {
        self.lit
    }

    fn light(&mut self, lit: bool) {
        self.changes += u64::from(self.lit != lit);
        self.lit = lit;
    }
}

impl VirtualDevice for VirtualLamp {
    fn receive(&mut self, now: Millis, bytes: &[u8]) {
        for order in self.receiver.receive::<Order>(bytes) {
            match order {
                _ if !self.plugs.line => {}
                Order::On { line: 0 } => self.light(true),
                Order::Off { line: 0 } => self.light(false),
                Order::Ask => self.answer.extend(Seen::Alive { ns: now.0 * 1_000_000 }.encode()),
                _ => {}
            }
        }
    }

    fn answer(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.answer)
    }

    fn wake_at(&self) -> Option<Millis> {
        None
    }
}
