//! The driver of a ticket printer: a ticket is printed at most once, and "printed" is said only when the printer has said so.
//!
//! A ticket goes through these phases:
//!
//! 1. **Checking**: a fresh round of `DLE EOT 1` to `4`. A printer that cannot print now gets nothing of the ticket: it failed.
//! 2. **Printing**: pieces of about [`CHUNK`] bytes, each with a request behind it that the printer answers when it has worked
//!    through the piece. At most [`WINDOW`] of them are unanswered, so what stands in the printer's buffer stays small, its
//!    status requests are never stuck behind data, and a slow printer is seen to go on. The answer to the last one, behind
//!    the cut, is the confirmation.
//! 3. **Clearing**, after whatever went wrong once a byte of the ticket was sent: the ticket is *unknown*, since half of it
//!    may hang in the printer and the rest stand in its buffer. The buffers are emptied, at once and again when the printer
//!    works again; what hangs there is struck out and cut off. A last request shows that nothing older can be answered
//!    any more, and only then comes the next ticket.
//!
//! After the port was opened the printer's past is unknown, so it is cleared in the same way, without striking out anything.

mod journey;
mod polls;

use std::collections::VecDeque;

use font::Canvas;
use protocol::bridge::{JobReport, JobState, Paper, Trouble};

use self::journey::{Markers, Phase};
use self::polls::Polls;
use super::encode::{Encoded, encode_below};
use super::model::Model;
use super::status::{Answer, Demultiplexer, Status};
use crate::{Driver, Health, Input, Millis, Output};

pub use self::journey::{CHUNK, WINDOW};

/// What a printer can be told to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Print a page and cut it off. The same job again is not printed again: how it ended is told once more.
    Print {
        /// Its name.
        job: String,
        /// The page.
        paper: Paper,
    },
}

/// What a printer has to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// How it is now.
    Health(Health),
    /// How a job ended: [`JobState::Printing`] is never said.
    Job {
        /// Its name.
        job: String,
        /// How.
        report: JobReport,
    },
}

/// Most jobs that wait. One more fails at once.
pub const MAX_WAITING: usize = 8;
/// Jobs whose end is remembered, so that they are not printed again.
const REMEMBERED: usize = 256;
/// How long a job waits until the printer is known to be well.
const PATIENCE_MS: u64 = 20_000;

/// A job that waits.
#[derive(Debug)]
struct Waiting {
    job: String,
    encoded: Encoded,
    since: Millis,
}

/// The driver of one printer.
#[derive(Debug)]
pub struct Printer {
    model: Model,
    /// What stands above every ticket.
    logo: Option<Canvas>,
    now: Millis,
    open: bool,
    outputs: VecDeque<Output<Event>>,
    demultiplexer: Demultiplexer,
    status: Status,
    /// The automatic status that came last on this line.
    automatic: Option<[u8; 4]>,
    health: Option<Health>,
    polls: Polls,
    flow: Flow,
    phase: Phase,
    /// Something unfinished may hang in the printer.
    remnant: bool,
    markers: Markers,
    waiting: VecDeque<Waiting>,
    ended: VecDeque<(String, JobReport)>,
}

/// How far the port is with what it was given.
#[derive(Debug, Default)]
struct Flow {
    given: usize,
    accepted: usize,
    /// When it accepted something last, or was given something after a rest.
    moved: Millis,
}

impl Flow {
    const fn is_clear(&self) -> bool {
        self.accepted >= self.given
    }
}

impl Printer {
    /// A driver whose port is still closed.
    pub fn new(model: Model) -> Self {
        Self {
            model,
            logo: None,
            now: Millis::default(),
            open: false,
            outputs: VecDeque::new(),
            demultiplexer: Demultiplexer::default(),
            status: Status::default(),
            automatic: None,
            health: None,
            polls: Polls::default(),
            flow: Flow::default(),
            phase: Phase::Closed,
            remnant: false,
            markers: Markers::default(),
            waiting: VecDeque::new(),
            ended: VecDeque::new(),
        }
    }

    /// Puts a picture at the head of every ticket from now on.
    pub fn set_logo(&mut self, logo: Option<Canvas>) {
        self.logo = logo;
    }

    /// Says that an unfinished ticket may hang in the printer: a job was under way when the program ended. It is struck out
    /// and cut off before anything else is printed. To be said before the port is opened.
    pub const fn expect_remnant(&mut self) {
        self.remnant = true;
    }

    /// Its model.
    pub const fn model(&self) -> &Model {
        &self.model
    }

    fn send(&mut self, bytes: Vec<u8>) {
        if self.flow.is_clear() {
            self.flow.moved = self.now;
        }
        self.flow.given += bytes.len();
        self.outputs.push_back(Output::Send(bytes));
    }

    fn tell(&mut self, health: Health) {
        if self.health != Some(health) {
            self.health = Some(health);
            self.outputs.push_back(Output::Event(Event::Health(health)));
        }
    }

    fn end(&mut self, job: String, state: JobState, why: Option<Trouble>) {
        let report = JobReport { state, why };
        if self.ended.len() == REMEMBERED {
            self.ended.pop_front();
        }
        self.ended.push_back((job.clone(), report));
        self.outputs.push_back(Output::Event(Event::Job { job, report }));
    }

    fn print(&mut self, job: String, paper: &Paper) {
        if let Some((_, report)) = self.ended.iter().find(|(other, _)| *other == job) {
            let report = *report;
            self.outputs.push_back(Output::Event(Event::Job { job, report }));
            return;
        }
        if self.phase.job() == Some(&job) || self.waiting.iter().any(|waiting| waiting.job == job) {
            return;
        }
        let Ok(encoded) = encode_below(self.logo.as_ref(), &self.model, paper) else {
            self.end(job, JobState::Failed, Some(Trouble::Refused));
            return;
        };
        if self.waiting.len() == MAX_WAITING {
            self.end(job, JobState::Failed, Some(Trouble::OffLine));
            return;
        }
        self.waiting.push_back(Waiting { job, encoded, since: self.now });
    }

    /// Fails what waits, for it will not be printed soon.
    fn fail_waiting(&mut self, why: Trouble) {
        while let Some(waiting) = self.waiting.pop_front() {
            self.end(waiting.job, JobState::Failed, Some(why));
        }
    }

    fn opened(&mut self) {
        self.open = true;
        self.status = Status::default();
        self.forget_line();
        self.polls.begin(self.now);
        self.phase = Phase::troubled(self.now);
    }

    fn closed(&mut self) {
        self.open = false;
        self.forget_line();
        self.give_up(Trouble::NoAnswer);
        self.phase = Phase::Closed;
        self.fail_waiting(Trouble::NoAnswer);
        self.tell(Health::GONE);
    }

    fn forget_line(&mut self) {
        self.demultiplexer.reset();
        self.automatic = None;
        self.flow = Flow { moved: self.now, ..Flow::default() };
        self.markers.forget();
        self.polls.stop();
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let Some(answer) = self.demultiplexer.byte(*byte) else { continue };
            match answer {
                Answer::RealTime(byte) => {
                    if let Some(n) = self.polls.answered() {
                        self.status.real_time(n, byte);
                        if n == polls::LAST {
                            // It was switched off meanwhile, and says nothing by itself any more.
                            if self.automatic.is_some_and(|bytes| !self.status.agrees(bytes)) && self.markers.is_empty()
                            {
                                self.automatic = None;
                            }
                            self.looked();
                        }
                    }
                }
                Answer::Automatic(bytes) => {
                    self.polls.alive();
                    self.status.automatic(bytes);
                    self.automatic = Some(bytes);
                    // In the middle of a round only the round's end says the whole truth.
                    if self.polls.is_at_rest() {
                        self.looked();
                    }
                }
                Answer::Paper(_) => self.confirmed(None),
                Answer::Confirmed(name) => self.confirmed(Some(name)),
            }
        }
    }
}

impl Driver for Printer {
    type Command = Command;
    type Event = Event;

    fn input(&mut self, now: Millis, input: Input<'_, Command>) {
        self.now = self.now.max(now);
        match input {
            Input::Opened => self.opened(),
            Input::Closed => self.closed(),
            Input::Bytes(bytes) if self.open => self.bytes(bytes),
            Input::Sent(accepted) if self.open && accepted > self.flow.accepted => {
                // Status requests go on whatever has become of the ticket: that they are taken says nothing about it.
                if accepted - self.flow.accepted > polls::REQUEST {
                    self.phase.moved(self.now);
                }
                self.flow.accepted = accepted;
                self.flow.moved = self.now;
            }
            Input::Command(Command::Print { job, paper }) => self.print(job, &paper),
            Input::Bytes(_) | Input::Sent(_) | Input::Clock => {}
        }
        self.go_on();
    }

    fn output(&mut self) -> Option<Output<Event>> {
        self.outputs.pop_front()
    }

    fn wake_at(&self) -> Option<Millis> {
        self.next_wake()
    }
}
