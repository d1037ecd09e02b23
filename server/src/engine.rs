//! The engine of one hall's stream: queue, decide, commit, publish. A state machine without I/O; [`shell`] drives it with
//! a real store and a real clock, the simulator with simulated ones. The core it drives is the crate `hall`.
//!
//! 1. [`Engine::submit`] queues a command.
//! 2. [`Engine::next_step`] decides what is queued on a scratch copy of the state and says what is to be done: append
//!    this batch, or nothing.
//! 3. [`Engine::appended`] takes the store's answer in. Only after a success are the events published and the commands
//!    answered; after a failure the scratch copy is dropped and the whole batch refused.
//!
//! One batch is under way at a time; what arrives meanwhile makes up the next one, so that one sync of the disk serves
//! many.

mod published;
mod rows;
pub mod shell;

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

use hall::command::Fingerprint;
use hall::event::Record;
use hall::ids::{ActorId, CommandId};
use hall::role::{Actor, Role};
use hall::{Answer, Command, Context, Moment, Refusal, State, decide, records, unchanged};
use store::{Append, EventRow, StoreError, StreamAppend, TicketRow};
use uuid::Uuid;

pub use published::{Delivery, Frame, Published, RING, wire};
pub use rows::{Rebuilt, of_batch as rows_of_batch};

/// The stream of the hall. One data directory is one hall.
pub const STREAM: &str = "hall:main";

/// Commands that one batch takes at the most.
pub const MAX_BATCH: usize = 512;

/// A command on its way.
#[derive(Debug, Clone)]
pub struct Submission {
    /// Names it to whoever submitted it.
    pub request: u64,
    /// Made by the client's key, or afresh.
    pub command_id: CommandId,
    /// Who asks.
    pub actor: Actor,
    /// What the request was, when it came with a key.
    pub key: Option<Fingerprint>,
    /// What is asked.
    pub command: Command,
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It is done and on the disk (or there was nothing to do).
    Done(Answer),
    /// It was refused.
    Refused(Refusal),
    /// Nothing was done: there is no room on the disk.
    StorageFull,
    /// Nothing was done: the store is not available.
    Unavailable,
}

/// What the shell is to do.
#[derive(Debug)]
pub enum Step {
    /// Append this and report to [`Engine::appended`].
    Append(Append),
    /// Read the stream after this position and report to [`Engine::reloaded`].
    Reload {
        /// The last position the engine knows.
        after: u64,
    },
    /// Nothing until something is submitted or a batch is answered.
    Wait,
}

/// Answers that may be given now.
pub type Replies = Vec<(u64, Outcome)>;

/// A batch under way.
#[derive(Debug)]
struct Batch {
    submissions: Vec<Submission>,
    records: Vec<Record>,
    replies: Replies,
}

/// The engine must not go on; the process ends and starts again from the log.
#[derive(Debug, thiserror::Error)]
#[error("the engine stops: {0}")]
pub struct Fatal(pub String);

/// See the module.
#[derive(Debug)]
pub struct Engine {
    published: Arc<RwLock<Published>>,
    scratch: State,
    queue: VecDeque<Submission>,
    batch: Option<Batch>,
    reload: bool,
    /// Answers that need no commit.
    replies: Replies,
}

impl Engine {
    /// An engine that goes on where `published` stands.
    pub fn new(published: Arc<RwLock<Published>>) -> Self {
        let scratch = read(&published).state.clone();
        Self { published, scratch, queue: VecDeque::new(), batch: None, reload: false, replies: Vec::new() }
    }

    /// Queues a command.
    pub fn submit(&mut self, submission: Submission) {
        self.queue.push_back(submission);
    }

    /// Whether nothing is queued and nothing is under way.
    pub fn is_idle(&self) -> bool {
        self.queue.is_empty() && self.batch.is_none() && !self.reload
    }

    /// The events that are being appended.
    pub fn under_way(&self) -> impl Iterator<Item = &hall::Event> {
        self.batch.iter().flat_map(|batch| &batch.records).map(|record| &record.event)
    }

    /// Asks the engine to read what another writer may have appended.
    pub fn look_again(&mut self) {
        self.reload = true;
    }

    /// Position of the last event that is durable.
    pub fn seq(&self) -> u64 {
        read(&self.published).state.seq()
    }

    /// Answers that may be given now.
    pub fn take_replies(&mut self) -> Replies {
        std::mem::take(&mut self.replies)
    }

    /// Decides what is queued and says what is to be done.
    pub fn next_step(&mut self, now: Moment) -> Result<Step, Fatal> {
        if self.batch.is_some() {
            return Ok(Step::Wait);
        }
        if self.reload {
            return Ok(Step::Reload { after: self.scratch.seq() });
        }
        let mut batch = Batch { submissions: Vec::new(), records: Vec::new(), replies: Vec::new() };
        if self.scratch.day_is_over(now) {
            self.close_day(now, &mut batch)?;
        }
        while let Some(submission) = self.queue.pop_front() {
            let outcome = self.decide(now, &submission, &mut batch.records)?;
            batch.replies.push((submission.request, outcome));
            batch.submissions.push(submission);
            if batch.submissions.len() >= MAX_BATCH {
                break;
            }
        }
        if batch.records.is_empty() {
            self.replies.append(&mut batch.replies);
            return Ok(Step::Wait);
        }
        let append = self.append_of(&batch)?;
        self.batch = Some(batch);
        Ok(Step::Append(append))
    }

    fn close_day(&mut self, now: Moment, batch: &mut Batch) -> Result<(), Fatal> {
        // The command of a day's close is named by the day, so that two servers close it once.
        let ends_at = self.scratch.day().map_or(0, |day| day.ends_at.0);
        let command = CommandId(Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{STREAM} day {ends_at}").as_bytes()));
        let actor = Actor { id: ActorId(Uuid::nil()), role: Role::Manager, window: None };
        let context = Context { at: now, command, actor, key: None };
        if let Ok(events) = decide(&self.scratch, &context, &Command::CloseDay) {
            self.advance(&context, events, &mut batch.records)?;
        }
        Ok(())
    }

    fn decide(&mut self, now: Moment, submission: &Submission, into: &mut Vec<Record>) -> Result<Outcome, Fatal> {
        let mut command = submission.command_id;
        if let Some(key) = submission.key {
            let [today, yesterday] = self.dated(now, submission.command_id);
            let remembered = self.scratch.remembered(today).or_else(|| self.scratch.remembered(yesterday));
            if let Some(remembered) = remembered {
                return Ok(if remembered.key == key {
                    Outcome::Done(remembered.answer.clone())
                } else {
                    Outcome::Refused(Refusal::KeyReused)
                });
            }
            command = today;
        }
        let context = Context { at: now, command, actor: submission.actor, key: submission.key };
        match decide(&self.scratch, &context, &submission.command) {
            Err(refusal) => Ok(Outcome::Refused(refusal)),
            Ok(events) if events.is_empty() => Ok(Outcome::Done(unchanged(&self.scratch, &submission.command))),
            Ok(events) => {
                let answer = self.advance(&context, events, into)?;
                Ok(Outcome::Done(answer.unwrap_or(Answer::Nobody)))
            }
        }
    }

    /// A key lives for its business day and one more, while a command's id is for ever: the id is made of the key and
    /// the day of its first use, so that a key used again much later is a new command. Today's id and yesterday's.
    fn dated(&self, now: Moment, command: CommandId) -> [CommandId; 2] {
        let Some(settings) = self.scratch.settings() else { return [command; 2] };
        let today = match self.scratch.day() {
            Some(day) => day.date,
            None => settings.hours().business_date(now.max(self.scratch.at())),
        };
        let yesterday = today.yesterday().unwrap_or(today);
        [today, yesterday].map(|date| CommandId(Uuid::new_v5(&command.0, date.to_string().as_bytes())))
    }

    /// Takes events into the scratch copy and works out the answer.
    fn advance(
        &mut self,
        context: &Context,
        events: Vec<hall::Event>,
        into: &mut Vec<Record>,
    ) -> Result<Option<Answer>, Fatal> {
        let mut answer = None;
        for record in records(&self.scratch, context, events) {
            self.scratch.apply(&record).map_err(|contradiction| Fatal(contradiction.to_string()))?;
            answer = Some(Answer::after(answer, &self.scratch, &record.event));
            into.push(record);
        }
        Ok(answer)
    }

    fn append_of(&self, batch: &Batch) -> Result<Append, Fatal> {
        let events = event_rows(&batch.records).map_err(|error| Fatal(error.to_string()))?;
        let published = read(&self.published);
        let tickets: Vec<TicketRow> = rows_of_batch(&published.state, &self.scratch, &batch.records);
        let expected_seq = published.state.seq();
        Ok(Append { streams: vec![StreamAppend { stream: STREAM.into(), expected_seq, events }], tickets })
    }

    /// Takes the store's answer in.
    pub fn appended(&mut self, result: Result<(), StoreError>) -> Result<(), Fatal> {
        let Some(mut batch) = self.batch.take() else { return Ok(()) };
        match result {
            Ok(()) => {
                let mut published = write(&self.published);
                for record in &batch.records {
                    published.publish(record).map_err(|contradiction| Fatal(contradiction.to_string()))?;
                }
                drop(published);
                self.replies.append(&mut batch.replies);
                Ok(())
            }
            Err(StoreError::Conflict { .. }) => {
                self.drop_scratch();
                for submission in batch.submissions.into_iter().rev() {
                    self.queue.push_front(submission);
                }
                self.reload = true;
                Ok(())
            }
            Err(StoreError::Full(_)) => {
                self.refuse(&batch, &Outcome::StorageFull);
                Ok(())
            }
            Err(StoreError::Unavailable(_)) => {
                self.refuse(&batch, &Outcome::Unavailable);
                Ok(())
            }
            Err(error @ (StoreError::Fatal(_) | StoreError::Damaged(_) | StoreError::Invalid(_))) => {
                Err(Fatal(error.to_string()))
            }
        }
    }

    fn refuse(&mut self, batch: &Batch, outcome: &Outcome) {
        self.drop_scratch();
        self.replies.extend(batch.submissions.iter().map(|submission| (submission.request, outcome.clone())));
    }

    fn drop_scratch(&mut self) {
        self.scratch = read(&self.published).state.clone();
    }

    /// Takes in what stood in the stream after the position asked for; `last` when there is no more to read.
    pub fn reloaded(&mut self, rows: &[EventRow], last: bool) -> Result<(), Fatal> {
        let mut published = write(&self.published);
        for row in rows {
            let record = row.record().map_err(|error| Fatal(error.to_string()))?;
            self.scratch.apply(&record).map_err(|contradiction| Fatal(contradiction.to_string()))?;
            published.publish(&record).map_err(|contradiction| Fatal(contradiction.to_string()))?;
        }
        self.reload = !last;
        Ok(())
    }
}

/// The rows of records, in order; the parts of a command that was split by nothing are counted from 0.
pub fn event_rows(records: &[Record]) -> Result<Vec<EventRow>, StoreError> {
    let mut part = 0;
    let mut rows = Vec::with_capacity(records.len());
    for (index, record) in records.iter().enumerate() {
        part = if index > 0 && records[index - 1].command == record.command { part + 1 } else { 0 };
        rows.push(EventRow::of(record, part)?);
    }
    Ok(rows)
}

/// Reads what is published.
pub fn read(published: &RwLock<Published>) -> std::sync::RwLockReadGuard<'_, Published> {
    published.read().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn write(published: &RwLock<Published>) -> std::sync::RwLockWriteGuard<'_, Published> {
    published.write().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) use write as write_published;
