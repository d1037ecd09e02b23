//! A lamp on one output: off, on or blinking, and dark by itself when its sender is silent.

pub mod virtual_lamp;

use std::collections::VecDeque;

use protocol::bridge::lanes::LampState;

use crate::lines::{Heard, Order, Record as _, Seen, Wires};
use crate::{Driver, Health, Input, Millis, Output};

/// How long a blinking lamp is lit, and how long it is dark.
const BLINKS: u64 = 500;
/// How often a state that stays is said again.
const AGAIN: u64 = 5_000;

/// What it can be told: what to do, and after how many milliseconds to go dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Command {
    /// What to do.
    pub state: LampState,
    /// For how long.
    pub for_ms: u64,
}

/// How it is, whenever that changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event(pub Health);

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct Lamp {
    wires: Wires,
    alive: bool,
    state: LampState,
    until: Option<Millis>,
    /// When it was last told to blink.
    began: Millis,
    /// What it was last sent, and when that is sent again.
    sent: Option<(bool, Millis)>,
    health: Option<Health>,
    outputs: VecDeque<Output<Event>>,
}

impl Lamp {
    fn lit(&self, now: Millis) -> bool {
        match self.state {
            LampState::Off => false,
            LampState::On => true,
            LampState::Blink => (now.since(self.began) / BLINKS).is_multiple_of(2),
        }
    }

    fn health(&mut self, health: Health) {
        if self.health != Some(health) {
            self.health = Some(health);
            self.outputs.push_back(Output::Event(Event(health)));
        }
    }

    fn away(&mut self) {
        (self.alive, self.sent) = (false, None);
        self.health(Health::GONE);
    }
}

impl Driver for Lamp {
    type Command = Command;
    type Event = Event;

    fn input(&mut self, now: Millis, input: Input<'_, Command>) {
        let Heard { seen, away, asks } = self.wires.input(now, &input);
        if let Input::Command(Command { state, for_ms }) = input {
            if self.state != state {
                (self.state, self.began) = (state, now);
            }
            self.until = (state != LampState::Off).then_some(now + for_ms);
        }
        if seen.iter().any(|seen| matches!(seen, Seen::Alive { .. })) {
            self.alive = true;
            self.health(Health::READY);
        }
        if away {
            self.away();
        }
        if asks {
            self.outputs.push_back(Output::Send(Order::Ask.encode()));
        }
        if self.until.is_some_and(|until| until <= now) {
            (self.state, self.until) = (LampState::Off, None);
        }
        let lit = self.lit(now);
        if self.alive && self.sent.is_none_or(|(sent, again)| sent != lit || again <= now) {
            self.sent = Some((lit, now + AGAIN));
            let order = if lit { Order::On { line: 0 } } else { Order::Off { line: 0 } };
            self.outputs.push_back(Output::Send(order.encode()));
        }
    }

    fn output(&mut self) -> Option<Output<Event>> {
        self.outputs.pop_front()
    }

    fn wake_at(&self) -> Option<Millis> {
        let (lit, again) = self.sent.unzip();
        let blinks = lit.filter(|_| self.state == LampState::Blink).map(|_| {
            // The next half second of its own.
            self.began + (again.map_or(0, |again| again.0 - AGAIN).saturating_sub(self.began.0) / BLINKS + 1) * BLINKS
        });
        [self.wires.wake_at(), self.until, again, blinks].into_iter().flatten().min()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::virtual_lamp::{Plugs, VirtualLamp};
    use super::*;
    use crate::rig::Rig;

    fn rig() -> Rig<Lamp, VirtualLamp> {
        let mut rig = Rig::new(Lamp::default(), VirtualLamp::default());
        rig.run(100);
        rig
    }

    #[test]
    fn it_lights_blinks_and_goes_dark_by_itself() {
        let mut rig = rig();
        rig.input(Input::Command(Command { state: LampState::On, for_ms: 10_000 }));
        assert!(rig.device.lit());
        rig.run(10_001);
        assert!(!rig.device.lit());
        let before = rig.device.changes;
        rig.input(Input::Command(Command { state: LampState::Blink, for_ms: 10_100 }));
        rig.run(20_000);
        assert_eq!((rig.device.changes - before, rig.device.lit()), (22, false), "lit and dark eleven times");
    }

    #[test]
    fn a_lamp_that_was_away_gets_its_state_again() {
        let mut rig = rig();
        rig.input(Input::Command(Command { state: LampState::On, for_ms: 600_000 }));
        rig.device.plug(Plugs { line: false });
        rig.until(20_000, |event| event.0 == Health::GONE);
        rig.device.plug(Plugs { line: true });
        rig.until(20_000, |event| event.0 == Health::READY);
        assert!(rig.device.lit());
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut lamp = Lamp::default();
            lamp.input(Millis(0), Input::Opened);
            lamp.input(Millis(1), Input::Bytes(&bytes));
            while lamp.output().is_some() {}
        }
    }
}
