//! Several signs on one line, of which one speaks at a time.
//!
//! The line is half duplex: whoever has asked something keeps it until the answer has come or can come no more. Then the next
//! one with something to say gets it, in turn, so that no sign waits for more than one exchange of each other. A sign that does
//! not answer is tried again every five seconds and holds up the others no longer than it takes to find that out; the port is
//! opened anew only when none of them answers.

use std::collections::VecDeque;

use protocol::bridge::DeviceState;

use super::{Command, Event, Sign};
use crate::{Driver, Input, Millis, Output};

/// Between the exchanges of two signs: the last of them lets go of the line.
const BETWEEN: u64 = 5;
/// When a sign that does not answer is tried again.
const AGAIN: u64 = 5_000;

/// The signs of a line. Commands and events carry the place of their sign among them, from 0.
pub struct Line {
    places: Vec<Place>,
    /// Who speaks, or spoke last.
    turn: usize,
    /// It has not let go of the line yet.
    taken: bool,
    free_at: Millis,
    open: bool,
    now: Millis,
    out: VecDeque<Output<(usize, Event)>>,
}

struct Place {
    sign: Box<dyn Sign>,
    gone: bool,
    /// Left alone until then.
    again_at: Option<Millis>,
}

impl Line {
    /// A line whose port is not open yet.
    pub fn new(signs: Vec<Box<dyn Sign>>) -> Self {
        let places = signs.into_iter().map(|mut sign| {
            sign.may_send(false);
            Place { sign, gone: true, again_at: None }
        });
        Self {
            places: places.collect(),
            turn: 0,
            taken: false,
            free_at: Millis::default(),
            open: false,
            now: Millis::default(),
            out: VecDeque::new(),
        }
    }

    /// Tells one of them something, and passes on what it has to say.
    fn give(&mut self, at: usize, input: Input<'_, Command>) {
        let Some(place) = self.places.get_mut(at) else { return };
        place.sign.input(self.now, input);
        let mut reopen = false;
        while let Some(output) = place.sign.output() {
            match output {
                Output::Send(bytes) => self.out.push_back(Output::Send(bytes)),
                Output::Reopen => reopen = true,
                Output::Event(event) => {
                    if let Event::Health(health) = event {
                        place.gone = health.state == DeviceState::Gone;
                    }
                    self.out.push_back(Output::Event((at, event)));
                }
            }
        }
        if reopen {
            self.reopen(at);
        }
    }

    fn reopen(&mut self, at: usize) {
        if self.places.iter().all(|place| place.gone) {
            self.out.push_back(Output::Reopen);
            return;
        }
        self.places[at].again_at = Some(self.now + AGAIN);
        self.give(at, Input::Closed);
    }

    /// Lets go of the line, and gives it to whoever has something to say.
    fn pass(&mut self) {
        if !self.open {
            return;
        }
        for at in 0..self.places.len() {
            if self.places[at].again_at.is_some_and(|again| again <= self.now) {
                self.places[at].again_at = None;
                self.give(at, Input::Opened);
            }
        }
        if self.taken {
            // It may have more to say at once, but in its turn.
            if self.holds(self.turn) {
                return;
            }
            self.taken = false;
            if self.places.len() > 1 {
                self.free_at = self.now + BETWEEN;
            }
        }
        if self.now < self.free_at {
            return;
        }
        for step in 1..=self.places.len() {
            let at = (self.turn + step) % self.places.len();
            if self.places[at].again_at.is_some() {
                continue;
            }
            self.allow(at, true);
            self.give(at, Input::Clock);
            self.allow(at, false);
            if self.holds(at) {
                (self.turn, self.taken) = (at, true);
                return;
            }
        }
    }

    fn holds(&self, at: usize) -> bool {
        self.places.get(at).is_some_and(|place| place.sign.holds_line())
    }

    fn allow(&mut self, at: usize, may: bool) {
        if let Some(place) = self.places.get_mut(at) {
            place.sign.may_send(may);
        }
    }
}

impl Driver for Line {
    type Command = (usize, Command);
    type Event = (usize, Event);

    fn input(&mut self, now: Millis, input: Input<'_, Self::Command>) {
        self.now = self.now.max(now);
        match input {
            Input::Opened => {
                (self.open, self.taken, self.free_at) = (true, false, self.now);
                for at in 0..self.places.len() {
                    self.places[at].again_at = None;
                    self.allow(at, false);
                    self.give(at, Input::Opened);
                }
            }
            Input::Closed => {
                (self.open, self.taken) = (false, false);
                for at in 0..self.places.len() {
                    self.places[at].again_at = None;
                    self.allow(at, false);
                    self.give(at, Input::Closed);
                }
            }
            // Whoever has asked is answered; what comes unasked is noise to whoever spoke last.
            Input::Bytes(bytes) => self.give(self.turn, Input::Bytes(bytes)),
            Input::Command((at, command)) => self.give(at, Input::Command(command)),
            Input::Clock | Input::Sent(_) => {
                if self.taken {
                    self.give(self.turn, Input::Clock);
                }
            }
        }
        self.pass();
    }

    fn output(&mut self) -> Option<Output<Self::Event>> {
        self.out.pop_front()
    }

    fn wake_at(&self) -> Option<Millis> {
        if !self.open {
            return None;
        }
        let again = self.places.iter().filter_map(|place| place.again_at);
        if self.taken {
            return self.places.get(self.turn)?.sign.wake_at().into_iter().chain(again).min();
        }
        let wants =
            self.places.iter().filter(|place| place.again_at.is_none()).filter_map(|place| place.sign.wake_at());
        wants.map(|at| at.max(self.free_at)).chain(again).min()
    }
}

#[cfg(test)]
mod tests;
