//! The way of a ticket through a printer, and back to order after a fault.

use std::collections::VecDeque;

use protocol::bridge::{JobState, Trouble};

use super::Printer;
use crate::escpos::bytes::{DC4, DLE, ENQ, GS};
use crate::escpos::encode::{INITIALISE, void};
use crate::escpos::model::{Clear, Confirm};
use crate::{Health, Millis, Output};

/// About how many bytes of a ticket are sent at a time. A single command may be longer.
pub const CHUNK: usize = 128;
/// How many chunks may be with the printer unconfirmed.
pub const WINDOW: usize = 2;

/// Rounds of status: at rest, and while something is under way.
const ROUND_AT_REST_MS: u64 = 3_000;
const ROUND_AT_WORK_MS: u64 = 700;
/// A ticket that neither moves on nor is confirmed for so long, while the printer is well, was forgotten by it.
const STALL_MS: u64 = 15_000;
/// No ticket takes longer.
const TICKET_MS: u64 = 180_000;
/// A port that takes nothing for so long is stuck.
const STUCK_MS: u64 = 5_000;
/// How long a printer may be off line for no reason, as when somebody holds the feed button, or hot, in mid-ticket.
const PAUSE_MS: u64 = 5_000;
const HOT_MS: u64 = 60_000;
/// After the answer to the last request of a clearing: older answers would have come by then.
const SETTLE_MS: u64 = 400;
/// How long that answer is waited for; each time in a row twice as long, so that a printer that never answers wastes no roll.
const BARRIER_MS: u64 = 10_000;
const BARRIER_DOUBLINGS: u8 = 5;
/// A printer that waits to be told to recover is told so again after this.
const RECOVER_MS: u64 = 5_000;
/// A silent port is opened anew after this.
const REOPEN_MS: u64 = 10_000;

/// `GS a`: the printer says by itself when it goes on line or off, and of errors and paper.
const AUTOMATIC_STATUS: [u8; 3] = [GS, b'a', 0x0E];

/// How long a confirmation without a name is doubted. The last bytes of an automatic status whose first byte was lost look
/// like such answers; they come in threes, so one too many comes with them.
const DOUBT_MS: u64 = 150;

/// Where the driver is.
#[derive(Debug)]
pub(super) enum Phase {
    /// The port is closed.
    Closed,
    /// Nothing to do.
    Idle,
    /// A round of status before a ticket.
    Checking(Ticket),
    /// The ticket is being sent or waited for.
    Printing(Ticket),
    /// Something went wrong, or nothing is known yet: waits until the printer is well.
    Troubled {
        /// When it was told to recover last.
        recovered: Millis,
        /// When the port was opened, or opened anew for silence.
        since: Millis,
    },
    /// It was cleared: waits for the answer to the last request.
    Clearing {
        /// Until when the answer is waited for.
        until: Millis,
        /// When it came.
        answered: Option<Millis>,
        /// How often it did not.
        tries: u8,
    },
}

/// A ticket under way.
#[derive(Debug)]
pub(super) struct Ticket {
    job: String,
    pieces: VecDeque<Vec<u8>>,
    begun: Millis,
    /// When something moved last.
    moved: Millis,
    /// Since when it stands still for a reason that may pass.
    paused: Option<Millis>,
    /// When the last answer came.
    confirmed: Option<Millis>,
}

impl Phase {
    pub(super) const fn troubled(now: Millis) -> Self {
        Self::Troubled { recovered: now, since: now }
    }

    /// The job under way.
    pub(super) const fn job(&self) -> Option<&String> {
        match self {
            Self::Checking(ticket) | Self::Printing(ticket) => Some(&ticket.job),
            _ => None,
        }
    }

    /// The port has taken something.
    pub(super) const fn moved(&mut self, now: Millis) {
        if let Self::Printing(ticket) = self {
            ticket.moved = now;
        }
    }
}

/// Requests behind chunks that are not answered yet.
#[derive(Debug, Default)]
pub(super) struct Markers {
    out: VecDeque<[u8; 4]>,
    count: u32,
}

impl Markers {
    /// A new one: the bytes that ask.
    fn ask(&mut self, confirm: Confirm) -> Vec<u8> {
        self.count = self.count.wrapping_add(1);
        // Letters, so that no byte of a name is taken for something else.
        let name = [18, 12, 6, 0].map(|shift| 0x40 + (self.count >> shift & 0x3F) as u8);
        self.out.push_back(name);
        match confirm {
            Confirm::PaperStatus => vec![GS, b'r', 1],
            Confirm::ProcessId => [&[GS, b'(', b'H', 6, 0, 0x30, 0x30], &name[..]].concat(),
        }
    }

    /// An answer: true when it is one to what was asked.
    fn answered(&mut self, name: Option<[u8; 4]>) -> bool {
        match name {
            None => self.out.pop_front().is_some(),
            // A printer keeps the latest name alone: what stands before it is done too.
            Some(name) => match self.out.iter().position(|other| *other == name) {
                Some(at) => {
                    self.out.drain(..=at);
                    true
                }
                None => false,
            },
        }
    }

    /// None is out.
    pub(super) fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    /// None of them counts any more.
    pub(super) fn forget(&mut self) {
        self.out.clear();
    }
}

impl Printer {
    /// Does what is due, whatever has happened.
    pub(super) fn go_on(&mut self) {
        if !self.open {
            if self.health.is_some() {
                self.fail_waiting(Trouble::NoAnswer);
            }
            return;
        }
        if self.polls.missed(self.now) {
            self.silent();
        }
        if !self.flow.is_clear() && self.now.since(self.flow.moved) >= STUCK_MS {
            self.stuck();
            return;
        }
        match &self.phase {
            Phase::Idle => self.take_next(),
            Phase::Printing(_) => self.printing(),
            Phase::Troubled { since, .. } if self.polls.is_silent() && self.now.since(*since) >= REOPEN_MS => {
                self.phase = Phase::troubled(self.now);
                self.outputs.push_back(Output::Reopen);
            }
            Phase::Clearing { until, answered, tries } => self.clearing(*until, *answered, *tries),
            Phase::Troubled { .. } => {
                if let Some(why) = self.status.stopped() {
                    self.fail_waiting(why);
                }
            }
            Phase::Closed | Phase::Checking(_) => {}
        }
        self.expire_waiting();
        if let Some(request) = self.polls.request(self.now, self.flow.is_clear()) {
            self.send(request);
        }
    }

    /// The next time at which something is due without anything happening.
    pub(super) fn next_wake(&self) -> Option<Millis> {
        let mut wake = self.polls.wake_at();
        let mut by = |at: Millis| wake = Some(wake.map_or(at, |wake| wake.min(at)));
        if !self.open {
            return None;
        }
        if !self.flow.is_clear() {
            by(self.flow.moved + STUCK_MS);
        }
        match &self.phase {
            Phase::Printing(Ticket { confirmed: Some(at), .. }) => by(*at + DOUBT_MS),
            Phase::Printing(ticket) => by(ticket.moved + STALL_MS),
            Phase::Troubled { since, .. } if self.polls.is_silent() => by(*since + REOPEN_MS),
            Phase::Clearing { answered: Some(at), .. } => by(*at + SETTLE_MS),
            Phase::Clearing { until, .. } => by(*until),
            _ => {}
        }
        if let Some(waiting) = self.waiting.front() {
            by(waiting.since + super::PATIENCE_MS);
        }
        // A request that waits for the port is not due by the clock.
        wake.map(|wake| wake.max(self.now + 1))
    }

    /// A round of status is complete, or the printer has said by itself how it is.
    pub(super) fn looked(&mut self) {
        let stopped = self.status.stopped();
        let at_work = !matches!(self.phase, Phase::Idle);
        self.polls.rest_until(self.now + if at_work { ROUND_AT_WORK_MS } else { ROUND_AT_REST_MS });
        if let Some(why) = stopped {
            self.tell(Health::degraded(why));
        } else if !matches!(self.phase, Phase::Troubled { .. } | Phase::Clearing { .. }) {
            // In these two, well is said when it is cleared.
            self.tell_well();
        }
        match std::mem::replace(&mut self.phase, Phase::Idle) {
            Phase::Checking(ticket) => match stopped {
                Some(why) => self.end(ticket.job, JobState::Failed, Some(why)),
                None => self.phase = Phase::Printing(Ticket { moved: self.now, ..ticket }),
            },
            Phase::Printing(mut ticket) => {
                let limit = match stopped {
                    None => None,
                    Some(Trouble::Overheated) => Some(HOT_MS),
                    Some(Trouble::OffLine) => Some(PAUSE_MS),
                    Some(_) => Some(0),
                };
                ticket.paused = limit.map(|_| ticket.paused.unwrap_or(self.now));
                let over = |limit| ticket.paused.is_some_and(|since| self.now.since(since) >= limit);
                let over = limit.is_some_and(over);
                if ticket.paused.is_some() {
                    ticket.moved = self.now;
                }
                self.phase = Phase::Printing(ticket);
                if let (Some(why), true) = (stopped, over) {
                    self.give_up(why);
                }
            }
            Phase::Troubled { recovered, since } => {
                self.phase = Phase::Troubled { recovered, since };
                match stopped {
                    None => self.clear(0),
                    Some(why) => {
                        self.fail_waiting(why);
                        if self.status.wants_recovery() && self.now.since(recovered) >= RECOVER_MS {
                            self.send(vec![DLE, ENQ, 2]);
                            self.phase = Phase::Troubled { recovered: self.now, since };
                        }
                    }
                }
            }
            Phase::Clearing { .. } if stopped.is_some() => self.phase = Phase::troubled(self.now),
            other => self.phase = other,
        }
    }

    /// A request behind a chunk was answered.
    pub(super) fn confirmed(&mut self, name: Option<[u8; 4]>) {
        self.polls.alive();
        if (name.is_some()) != (self.model.confirm == Confirm::ProcessId) || !self.markers.answered(name) {
            // Nobody asked.
            match &mut self.phase {
                // Older answers are still on their way.
                Phase::Clearing { answered: Some(at), .. } => *at = self.now,
                // Then what was taken for answers may have been none either.
                Phase::Printing(ticket) if name.is_none() && self.model.confirm != Confirm::ProcessId => {
                    ticket.confirmed = None;
                    self.give_up(Trouble::OffLine);
                }
                _ => {}
            }
            return;
        }
        match &mut self.phase {
            Phase::Printing(ticket) => {
                ticket.moved = self.now;
                if ticket.pieces.is_empty() && self.markers.out.is_empty() {
                    ticket.confirmed = Some(self.now);
                }
            }
            Phase::Clearing { answered, .. } => *answered = Some(self.now),
            _ => {}
        }
    }

    /// Whatever is under way will not be confirmed any more.
    pub(super) fn give_up(&mut self, why: Trouble) {
        match std::mem::replace(&mut self.phase, Phase::troubled(self.now)) {
            Phase::Checking(ticket) => self.end(ticket.job, JobState::Failed, Some(why)),
            Phase::Printing(ticket) if ticket.confirmed.is_some() => self.end(ticket.job, JobState::Printed, None),
            Phase::Printing(ticket) => {
                self.remnant = true;
                self.markers.forget();
                self.end(ticket.job, JobState::Unknown, Some(why));
                if !self.open {
                    return;
                }
                if self.flow.is_clear() {
                    // At once, so that it does not go on printing by itself when the paper is changed.
                    let empty = self.empty_buffers();
                    self.send(empty);
                } else {
                    self.outputs.push_back(Output::Reopen);
                }
            }
            Phase::Troubled { recovered, since } => self.phase = Phase::Troubled { recovered, since },
            Phase::Closed | Phase::Idle | Phase::Clearing { .. } => {}
        }
    }

    fn tell_well(&mut self) {
        let why = self.status.is_near_end().then_some(Trouble::PaperNearEnd);
        self.tell(Health { why, ..Health::READY });
    }

    fn take_next(&mut self) {
        let Some(waiting) = self.waiting.pop_front() else { return };
        let mut pieces = VecDeque::from(waiting.encoded.pieces);
        // Behind the first piece, which may have turned it off.
        pieces.insert(pieces.len().min(1), AUTOMATIC_STATUS.to_vec());
        let (begun, moved) = (self.now, self.now);
        let ticket = Ticket { job: waiting.job, pieces, begun, moved, paused: None, confirmed: None };
        self.phase = Phase::Checking(ticket);
        self.polls.hurry(self.now);
    }

    /// Sends more of the ticket, or gives it up.
    fn printing(&mut self) {
        let Phase::Printing(ticket) = &mut self.phase else { return };
        if let Some(at) = ticket.confirmed {
            if self.model.confirm == Confirm::ProcessId || self.now.since(at) >= DOUBT_MS {
                let job = std::mem::take(&mut ticket.job);
                self.phase = Phase::Idle;
                self.end(job, JobState::Printed, None);
                self.take_next();
            }
            return;
        }
        if self.now.since(ticket.moved) >= STALL_MS || self.now.since(ticket.begun) >= TICKET_MS {
            self.give_up(Trouble::Restarted);
            return;
        }
        if ticket.paused.is_some() {
            return;
        }
        let mut chunks = Vec::new();
        while self.markers.out.len() < WINDOW && !ticket.pieces.is_empty() {
            let mut chunk = Vec::new();
            while chunk.len() < CHUNK
                && let Some(piece) = ticket.pieces.pop_front()
            {
                chunk.extend(piece);
            }
            chunk.extend(self.markers.ask(self.model.confirm));
            chunks.push(chunk);
        }
        for chunk in chunks {
            self.send(chunk);
        }
    }

    /// The bytes that empty the printer's buffers.
    fn empty_buffers(&self) -> Vec<u8> {
        let mut bytes = vec![DLE, ENQ, 2];
        if self.model.clear == Clear::RecoverAndClear {
            bytes.extend([DLE, DC4, 8, 1, 3, 20, 1, 6, 2, 8]);
        }
        bytes
    }

    /// Empties the printer, turns automatic status on, and asks for the last answer.
    fn clear(&mut self, tries: u8) {
        let mut bytes = self.empty_buffers();
        bytes.extend(INITIALISE);
        bytes.extend(AUTOMATIC_STATUS);
        if self.remnant {
            // It renders the same few bytes every time; a model that cannot is one that prints nothing at all.
            bytes.extend(void(&self.model).unwrap_or_default());
        }
        self.markers.forget();
        bytes.extend(self.markers.ask(self.model.confirm));
        let until = self.now + (BARRIER_MS << tries.min(BARRIER_DOUBLINGS));
        self.phase = Phase::Clearing { until, answered: None, tries };
        self.send(bytes);
    }

    fn clearing(&mut self, until: Millis, answered: Option<Millis>, tries: u8) {
        match answered {
            Some(at) if self.now.since(at) >= SETTLE_MS => {
                self.phase = Phase::Idle;
                self.remnant = false;
                self.tell_well();
                self.take_next();
            }
            None if self.now >= until => {
                // It says that it is well and works off nothing: the same again.
                self.tell(Health::degraded(Trouble::OffLine));
                self.fail_waiting(Trouble::OffLine);
                self.clear(tries.saturating_add(1));
            }
            _ => {}
        }
    }

    /// Nothing has answered for some seconds.
    fn silent(&mut self) {
        self.give_up(Trouble::NoAnswer);
        self.phase = Phase::troubled(self.now);
        self.fail_waiting(Trouble::NoAnswer);
        self.tell(Health::GONE);
    }

    /// The port takes nothing any more.
    fn stuck(&mut self) {
        let why = self.status.stopped().unwrap_or(Trouble::NoAnswer);
        let reopens = matches!(self.phase, Phase::Printing(_));
        self.give_up(why);
        self.phase = Phase::troubled(self.now);
        self.fail_waiting(why);
        if why == Trouble::NoAnswer {
            self.tell(Health::GONE);
        }
        self.flow.moved = self.now;
        if !reopens {
            self.outputs.push_back(Output::Reopen);
        }
    }

    fn expire_waiting(&mut self) {
        while self.waiting.front().is_some_and(|waiting| self.now.since(waiting.since) >= super::PATIENCE_MS)
            && matches!(self.phase, Phase::Troubled { .. } | Phase::Clearing { .. })
        {
            let why = self.health.and_then(|health| health.why).unwrap_or(Trouble::NoAnswer);
            if let Some(waiting) = self.waiting.pop_front() {
                self.end(waiting.job, JobState::Failed, Some(why));
            }
        }
    }
}
