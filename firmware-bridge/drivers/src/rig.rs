//! A driver, a virtual device and a line between them, in a time of their own.

pub mod vectors;

use std::fmt::Debug;

use crate::{Driver, Input, Millis, Output, VirtualDevice};

/// The port opens again so many milliseconds after it was lost.
const REOPENS: u64 = 1_000;

/// Both ends and what was told.
pub struct Rig<D: Driver, V> {
    /// The driver.
    pub driver: D,
    /// The other end.
    pub device: V,
    /// The time.
    pub now: Millis,
    /// Everything the driver told, and when.
    pub events: Vec<(Millis, D::Event)>,
    /// Everything the driver sent, a piece each, and when.
    pub sent: Vec<(Millis, Vec<u8>)>,
    opens: Option<Millis>,
}

impl<D, V> Rig<D, V>
where
    D: Driver,
    D::Event: Clone + Debug + PartialEq,
    V: VirtualDevice,
{
    /// Opens the port.
    pub fn new(driver: D, device: V) -> Self {
        let mut rig = Self { driver, device, now: Millis(0), events: vec![], sent: vec![], opens: None };
        rig.input(Input::Opened);
        rig
    }

    /// Tells the driver something, and lets both ends talk as far as they can without time passing.
    pub fn input(&mut self, input: Input<'_, D::Command>) {
        self.driver.input(self.now, input);
        self.settle();
    }

    fn settle(&mut self) {
        for _ in 0..1_000 {
            let mut idle = true;
            while let Some(output) = self.driver.output() {
                match output {
                    Output::Send(bytes) => {
                        idle = false;
                        self.sent.push((self.now, bytes.clone()));
                        self.device.receive(self.now, &bytes);
                    }
                    Output::Reopen => {
                        self.driver.input(self.now, Input::Closed);
                        self.opens = Some(self.now + REOPENS);
                    }
                    Output::Event(event) => self.events.push((self.now, event)),
                }
            }
            self.device.receive(self.now, &[]);
            let answer = self.device.answer();
            if !answer.is_empty() && self.opens.is_none() {
                idle = false;
                self.driver.input(self.now, Input::Bytes(&answer));
            }
            if idle {
                return;
            }
        }
        panic!("driver and device talk without end at {:?}", self.now);
    }

    /// Lets time pass.
    pub fn run(&mut self, milliseconds: u64) {
        let end = self.now + milliseconds;
        while self.step(end) {}
    }

    /// Lets time pass until something is told that had not been told before this call.
    #[track_caller]
    pub fn until(&mut self, limit: u64, mut is: impl FnMut(&D::Event) -> bool) -> D::Event {
        let known = self.events.len();
        let end = self.now + limit;
        loop {
            if let Some((_, event)) = self.events[known..].iter().find(|(_, event)| is(event)) {
                return event.clone();
            }
            assert!(self.step(end), "not told within {limit} ms: {:?}", &self.events[known..]);
        }
    }

    fn step(&mut self, end: Millis) -> bool {
        let wakes = [self.driver.wake_at(), self.device.wake_at(), self.opens];
        let next = wakes.into_iter().flatten().min().unwrap_or(end).max(self.now);
        if next >= end {
            self.now = end;
            self.device.receive(end, &[]);
            return false;
        }
        self.now = next;
        if self.opens.is_some_and(|at| at <= self.now) {
            self.opens = None;
            self.input(Input::Opened);
        }
        self.input(Input::Clock);
        true
    }

    /// The events so far, without their times.
    pub fn told(&self) -> Vec<D::Event> {
        self.events.iter().map(|(_, event)| event.clone()).collect()
    }
}
