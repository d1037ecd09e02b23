//! The errands under way as a state machine without I/O, driven by [`crate::run`]: what is written before what is sent, what
//! is sent again, and when an errand is over.
//!
//! An errand goes `spooled → issued → printing → printed → gone`, and each step is on the disk before the next one is taken.
//! So whenever the program ends, what it had begun can be finished:
//!
//! | on the disk | after a restart |
//! |---|---|
//! | `spooled` | the server is asked again under the same key, and answers as it did or would have done |
//! | `issued`, `printing` | the bridge is given the same job again, and prints it at most once |
//! | `printed` | the server is told again |
//!
//! A ticket is given back (`leave`) when the visitor was told that there is none before its number came.

pub mod disk;
mod seal;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use protocol::bridge::{JobReport, JobState, Trouble};
use protocol::{Problem, Ticket};
use uuid::Uuid;

use crate::Millis;
use crate::errand::{Copy, Errand, Step, What};

/// First pause before something is sent again; it doubles up to [`LONGEST_MS`].
const FIRST_MS: u64 = 300;
const LONGEST_MS: u64 = 5_000;
/// How long a copy is sent to a bridge that does not answer.
pub const PRINT_LIMIT_MS: u64 = 30_000;
/// A number that nobody has seen is given back rather than printed when the kiosk was off for so long, in the hall's time.
const STALE_S: i64 = 30 * 60;
/// How long a recovered errand waits for the hall's time, to know how old it is.
const RECOVERY_MS: u64 = 10_000;
/// Jobs of others that are remembered, so that none is taken up twice.
const REMEMBERED: usize = 500;

/// What came in.
#[derive(Debug)]
pub enum Input {
    /// Something new to do. An order for a copy that is known already is dropped.
    Begin(Errand),
    /// The visitor waits no longer. Too late once there is a number.
    GiveUp(Uuid),
    /// What was on the disk at the start.
    Recovered(Vec<Errand>),
    /// The hall's time, RFC 3339.
    HallTime(String),
    /// [`Output::Save`] is on the disk.
    Saved(Uuid),
    /// [`Output::Save`] failed.
    NotSaved(Uuid),
    /// The answer to [`Output::Ask`].
    Answer(Uuid, Answer),
    /// The answer to [`Output::Print`].
    Job(Uuid, Job),
    /// The answer to [`Output::Report`] or [`Output::Leave`].
    Told(Uuid, Told),
    /// Time has passed.
    Clock,
}

/// What the server said to a request for a ticket.
#[derive(Debug)]
pub enum Answer {
    /// Here it is.
    Ticket(Box<Ticket>),
    /// No.
    Refused(Box<Problem>),
    /// There was no connection: the server knows nothing of it.
    NotSent,
    /// Sent, and no answer came.
    Lost,
}

/// What the bridge said to a job.
#[derive(Debug, Clone, Copy)]
pub enum Job {
    /// How it ended.
    Report(JobReport),
    /// There was no connection: the bridge knows nothing of it.
    NotSent,
    /// Sent, and no answer came.
    Lost,
}

/// What the server said to a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// It has taken note.
    Yes,
    /// It does not want to know: nothing is gained by telling it again.
    No,
    /// No answer.
    Lost,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Write the errand; answer [`Input::Saved`] or [`Input::NotSaved`].
    Save(Box<Errand>),
    /// Take it off the disk. Nothing is answered: at worst it is found again, and over at once.
    Erase(Uuid),
    /// Ask the server; answer [`Input::Answer`].
    Ask(Box<Errand>),
    /// Give the bridge the job; answer [`Input::Job`].
    Print(Uuid, Copy),
    /// Tell the server what became of a copy; answer [`Input::Told`].
    Report(Uuid, Copy, JobReport),
    /// Give the ticket back; answer [`Input::Told`].
    Leave(Uuid, Box<Ticket>),
    /// News for the visit.
    Tell(Uuid, Progress),
}

/// News of an errand.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// An errand of before the restart, of which the visitor may still be there.
    Recovered(Box<Errand>),
    /// There is a number.
    Issued(Copy),
    /// The server refused.
    Refused(Box<Problem>),
    /// The request could not be kept safe, so nobody was asked.
    Unsafe,
    /// It is known what became of the copy.
    Ended(Copy, JobReport),
}

/// What is under way for an errand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Busy {
    No,
    Saving,
    Asking,
    Printing,
    Telling,
    Leaving,
    /// Recovered, and its age is not known yet.
    Waiting,
}

#[derive(Debug)]
struct Held {
    errand: Errand,
    busy: Busy,
    /// When it is tried again.
    due: Millis,
    tries: u32,
    /// The server may know of it.
    sent: bool,
    /// A given-up errand's ticket, to be given back.
    back: Option<Box<Ticket>>,
    /// Since when the bridge is asked.
    print_since: Option<Millis>,
    /// The bridge may know of the job.
    job_sent: bool,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Spool {
    held: Vec<Held>,
    out: VecDeque<Output>,
    hall_time: Option<String>,
    /// Jobs of others that are done with.
    done: VecDeque<String>,
}

impl Spool {
    /// Takes in what happened.
    pub fn input(&mut self, now: Millis, input: Input) {
        match input {
            Input::Begin(errand) => self.begin(now, errand),
            Input::GiveUp(id) => self.give_up(now, id),
            Input::Recovered(errands) => errands.into_iter().for_each(|errand| self.recover(now, errand)),
            Input::HallTime(at) => self.hall_time = Some(at),
            Input::Saved(id) | Input::NotSaved(id) if self.position(id).is_none() => {}
            Input::Saved(id) => self.saved(id),
            Input::NotSaved(id) => self.not_saved(id),
            Input::Answer(id, answer) => self.answer(now, id, answer),
            Input::Job(id, job) => self.job(now, id, job),
            Input::Told(id, told) => self.told(now, id, told),
            Input::Clock => {}
        }
        self.advance(now);
    }

    /// What is to be done next; asked until `None`.
    pub fn output(&mut self) -> Option<Output> {
        self.out.pop_front()
    }

    /// When it wants [`Input::Clock`] at the latest.
    pub fn wake_at(&self) -> Option<Millis> {
        let waits = |held: &&Held| matches!(held.busy, Busy::No | Busy::Waiting);
        self.held.iter().filter(waits).map(|held| held.due).min()
    }

    /// Whether nothing is left to do.
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// Whether a copy is under way or done with.
    pub fn knows(&self, copy: &Copy) -> bool {
        let job = copy.job();
        self.done.contains(&job) || self.held.iter().any(|held| held.errand.copy().is_some_and(|own| own.job() == job))
    }

    fn position(&self, id: Uuid) -> Option<usize> {
        self.held.iter().position(|held| held.errand.id == id)
    }

    fn find(&mut self, id: Uuid, busy: Busy) -> Option<&mut Held> {
        self.held.iter_mut().find(|held| held.errand.id == id && held.busy == busy)
    }

    fn begin(&mut self, now: Millis, errand: Errand) {
        let reports = matches!(errand.step, Step::Printed { .. });
        if !reports && errand.copy().is_some_and(|copy| self.knows(copy)) || self.position(errand.id).is_some() {
            return;
        }
        self.held.push(Held::new(errand, now));
        let held = self.held.len() - 1;
        self.save(held);
    }

    fn recover(&mut self, now: Millis, errand: Errand) {
        if self.position(errand.id).is_some() {
            return;
        }
        let mut held = Held::new(errand, now);
        (held.sent, held.job_sent) = (true, matches!(held.errand.step, Step::Printing(_)));
        if !matches!(held.errand.step, Step::Printed { .. }) {
            held.busy = Busy::Waiting;
            held.due = now.plus(RECOVERY_MS);
        }
        if held.errand.is_visitors() && !matches!(held.errand.step, Step::Spooled { given_up: true }) {
            let news = Progress::Recovered(Box::new(held.errand.clone()));
            self.out.push_back(Output::Tell(held.errand.id, news));
        }
        self.held.push(held);
    }

    fn give_up(&mut self, now: Millis, id: Uuid) {
        let Some(at) = self.position(id) else { return };
        let held = &mut self.held[at];
        let Step::Spooled { given_up } = &mut held.errand.step else { return };
        *given_up = true;
        match held.busy {
            Busy::No | Busy::Waiting if !held.sent => self.erase(at),
            Busy::No | Busy::Waiting => {
                held.due = now;
                self.save(at);
            }
            // The answer, or the disk, will meet the errand as it is now.
            _ => {}
        }
    }

    fn saved(&mut self, id: Uuid) {
        let Some(held) = self.find(id, Busy::Saving) else { return };
        held.busy = Busy::No;
        let errand = &held.errand;
        if !held.sent && errand.step == (Step::Spooled { given_up: true }) {
            self.over(id);
            return;
        }
        let news = match &errand.step {
            Step::Issued(copy) if errand.is_visitors() => Some(Progress::Issued(copy.clone())),
            Step::Printed { copy, report } if errand.is_visitors() => Some(Progress::Ended(copy.clone(), *report)),
            _ => None,
        };
        if let Some(news) = news {
            self.out.push_back(Output::Tell(id, news));
        }
    }

    /// Only the first step has to be on the disk before anything is sent: from it, all that follows can be found again.
    fn not_saved(&mut self, id: Uuid) {
        let Some(held) = self.find(id, Busy::Saving) else { return };
        if held.sent || !matches!(held.errand.step, Step::Spooled { .. }) {
            self.saved(id);
            return;
        }
        let visitors = held.errand.is_visitors();
        self.held.retain(|held| held.errand.id != id);
        // A part of it may be there nevertheless.
        self.out.push_back(Output::Erase(id));
        if visitors {
            self.out.push_back(Output::Tell(id, Progress::Unsafe));
        }
    }

    fn answer(&mut self, now: Millis, id: Uuid, answer: Answer) {
        let Some(held) = self.find(id, Busy::Asking) else { return };
        let Step::Spooled { given_up } = held.errand.step else { return };
        held.busy = Busy::No;
        match answer {
            Answer::Ticket(ticket) if given_up && matches!(held.errand.what, What::Issue(_)) => {
                held.back = Some(ticket);
                held.due = now;
            }
            Answer::Ticket(ticket) => {
                let copy = match held.errand.what {
                    What::Issue(_) => 0,
                    _ => ticket.print.copies,
                };
                if let What::Issue(wish) = &mut held.errand.what {
                    wish.person = None;
                }
                let copy = Copy { ticket, copy };
                held.errand.step = if given_up {
                    // Nobody waits for this copy of a number that is known.
                    Step::Printed { copy, report: JobReport { state: JobState::Failed, why: None } }
                } else {
                    Step::Issued(copy)
                };
                (held.tries, held.due) = (0, now);
                if let Some(at) = self.position(id) {
                    self.save(at);
                }
            }
            Answer::Refused(problem) if !passes(&problem) => {
                if !given_up {
                    self.out.push_back(Output::Tell(id, Progress::Refused(problem)));
                }
                self.over(id);
            }
            Answer::NotSent if given_up && !held.sent => self.over(id),
            Answer::NotSent => held.again(now),
            Answer::Lost | Answer::Refused(_) => {
                held.sent = true;
                held.again(now);
            }
        }
    }

    fn job(&mut self, now: Millis, id: Uuid, job: Job) {
        let Some(held) = self.find(id, Busy::Printing) else { return };
        let Step::Printing(copy) = &held.errand.step else { return };
        held.busy = Busy::No;
        let late = held.print_since.is_some_and(|since| now >= since.plus(PRINT_LIMIT_MS));
        let report = match job {
            Job::Report(report) if report.state != JobState::Printing => report,
            Job::NotSent if late && !held.job_sent => {
                JobReport { state: JobState::Failed, why: Some(Trouble::NoAnswer) }
            }
            _ if late => JobReport { state: JobState::Unknown, why: Some(Trouble::NoAnswer) },
            job => {
                held.job_sent |= !matches!(job, Job::NotSent);
                held.again(now);
                return;
            }
        };
        held.errand.step = Step::Printed { copy: copy.clone(), report };
        (held.tries, held.due) = (0, now);
        if let Some(at) = self.position(id) {
            self.save(at);
        }
    }

    fn told(&mut self, now: Millis, id: Uuid, told: Told) {
        let Some(held) = self.held.iter_mut().find(|held| held.errand.id == id) else { return };
        if !matches!(held.busy, Busy::Telling | Busy::Leaving) {
            return;
        }
        held.busy = Busy::No;
        match told {
            Told::Yes | Told::No => self.over(id),
            Told::Lost => held.again(now),
        }
    }

    fn over(&mut self, id: Uuid) {
        if let Some(at) = self.position(id) {
            self.erase(at);
        }
    }

    fn erase(&mut self, at: usize) {
        let errand = self.held.swap_remove(at).errand;
        if let Some(copy) = errand.copy() {
            self.done.push_back(copy.job());
            if self.done.len() > REMEMBERED {
                self.done.pop_front();
            }
        }
        self.out.push_back(Output::Erase(errand.id));
    }

    fn save(&mut self, at: usize) {
        let held = &mut self.held[at];
        held.busy = Busy::Saving;
        self.out.push_back(Output::Save(Box::new(held.errand.clone())));
    }

    /// Takes every next step that can be taken.
    fn advance(&mut self, now: Millis) {
        let mut to_save = Vec::new();
        for (at, held) in self.held.iter_mut().enumerate() {
            if held.busy == Busy::Waiting && (self.hall_time.is_some() || now >= held.due) {
                held.busy = Busy::No;
                held.due = now;
                if held.is_stale(self.hall_time.as_deref()) && held.grow_old() {
                    to_save.push(at);
                    continue;
                }
            }
            if held.busy != Busy::No || now < held.due {
                continue;
            }
            let id = held.errand.id;
            let output = match (&held.errand.step, &held.back) {
                (_, Some(ticket)) => {
                    held.busy = Busy::Leaving;
                    Output::Leave(id, ticket.clone())
                }
                (Step::Spooled { .. }, None) => {
                    held.busy = Busy::Asking;
                    Output::Ask(Box::new(held.errand.clone()))
                }
                (Step::Issued(copy), None) => {
                    held.errand.step = Step::Printing(copy.clone());
                    to_save.push(at);
                    continue;
                }
                (Step::Printing(copy), None) => {
                    held.busy = Busy::Printing;
                    held.print_since.get_or_insert(now);
                    Output::Print(id, copy.clone())
                }
                (Step::Printed { copy, report }, None) => {
                    held.busy = Busy::Telling;
                    Output::Report(id, copy.clone(), *report)
                }
            };
            self.out.push_back(output);
        }
        for at in to_save {
            self.save(at);
        }
    }
}

impl Held {
    fn new(errand: Errand, now: Millis) -> Self {
        Self { errand, busy: Busy::No, due: now, tries: 0, sent: false, back: None, print_since: None, job_sent: false }
    }

    fn again(&mut self, now: Millis) {
        self.due = now.plus((FIRST_MS << self.tries.min(10)).min(LONGEST_MS));
        self.tries += 1;
    }

    /// Whether it is of another time: the visitor has gone.
    fn is_stale(&self, hall_time: Option<&str>) -> bool {
        let at = |text: &str| text.parse::<jiff::Timestamp>().ok();
        let (Some(now), Some(began)) = (hall_time.and_then(at), self.errand.at.as_deref().and_then(at)) else {
            return false;
        };
        now.as_second() - began.as_second() > STALE_S
    }

    /// Nobody waits for it any more: a number nobody saw is given back, a paper nobody takes is not printed. Says whether
    /// that changed anything.
    fn grow_old(&mut self) -> bool {
        let ended = |state| JobReport { state, why: None };
        self.errand.step = match &self.errand.step {
            Step::Spooled { given_up: false } => Step::Spooled { given_up: true },
            Step::Issued(copy) => Step::Printed { copy: copy.clone(), report: ended(JobState::Failed) },
            Step::Printing(copy) => Step::Printed { copy: copy.clone(), report: ended(JobState::Unknown) },
            Step::Spooled { .. } | Step::Printed { .. } => return false,
        };
        true
    }
}

/// Whether a refusal is of the moment: the same request may be granted later.
fn passes(problem: &Problem) -> bool {
    matches!(problem.status, 401 | 408 | 429 | 500..)
}
