//! Our store alone: the engine decides beforehand what its batches would be, and only their appends are timed.

use std::path::Path;
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use anyhow::bail;
use hall::command::{Fingerprint, Issue};
use hall::ids::{ActorId, CommandId, TicketId};
use hall::role::{Actor, Role};
use hall::settings::ServiceCode;
use hall::{AtWindow, Class, Command, Moment, Settings, State};
use server::engine::{Engine, Published, Step, Submission};
use store::{Append, EventRow, Store as _};
use store_sqlite::SqliteStore;
use uuid::Uuid;

use crate::bench::stage::{WINDOWS, service_of, settings};

/// 09:00 on Monday, 23 November 2026, in Shanghai.
pub const NINE: i64 = 1_795_395_600_000;
/// Tickets before each window at the start.
const LINE: usize = 10;

/// A hall whose every append succeeds at once.
pub struct Hall {
    engine: Engine,
    published: Arc<RwLock<Published>>,
    settings: Settings,
    now: Moment,
    requests: u64,
}

impl Hall {
    /// A hall with nobody in it yet.
    pub fn new() -> anyhow::Result<(Self, Append)> {
        Self::of(settings(false)?)
    }

    /// The same, of other settings.
    pub fn of(settings: Settings) -> anyhow::Result<(Self, Append)> {
        let published = Arc::new(RwLock::new(Published::new(State::default())));
        let engine = Engine::new(published.clone());
        let mut hall = Self { engine, published, settings, now: Moment(NINE), requests: 0 };
        let append = hall.batch([Command::Configure(Box::new(hall.settings.clone()))])?;
        Ok((hall, append))
    }

    /// What is durable.
    pub fn published(&self) -> &RwLock<Published> {
        &self.published
    }

    /// One batch, decided and taken as durable.
    pub fn batch(&mut self, commands: impl IntoIterator<Item = Command>) -> anyhow::Result<Append> {
        self.now = self.now.plus_ms(10);
        for command in commands {
            self.requests += 1;
            self.engine.submit(Submission {
                request: self.requests,
                command_id: CommandId(Uuid::new_v4()),
                actor: Actor { id: ActorId(Uuid::nil()), role: Role::Manager, window: None },
                key: Some(Fingerprint(Uuid::new_v4())),
                command,
            });
        }
        let Step::Append(append) = self.engine.next_step(self.now)? else {
            bail!("nothing to append: {:?}", self.engine.take_replies().first())
        };
        self.engine.appended(Ok(()))?;
        self.engine.take_replies();
        Ok(append)
    }

    /// A ticket that this window may call.
    pub fn issue(&self, window: u16, nth: usize) -> Command {
        Command::Issue(Issue {
            ticket: TicketId(Uuid::now_v7()),
            service: ServiceCode(service_of(&self.settings, window, nth)),
            class: Class::Normal,
            reason: None,
            person: None,
            source: None,
            vehicle: None,
            printer: None,
            estimate: None,
        })
    }
}

/// Finish and call the next.
pub fn finish_and_call(window: u16) -> Command {
    Command::At(window, AtWindow::Finish { outcome: None, call: true, ready: false, seen: None })
}

/// Call the first.
pub fn call(window: u16) -> Command {
    Command::At(window, AtWindow::Call { ticket: None, ready: false })
}

/// Open a window.
pub fn open(window: u16) -> Command {
    Command::At(window, AtWindow::Open { services: None, clerk: Some("bench".to_owned()) })
}

/// A hall with a line before each window and a ticket at it, and the appends that led there.
fn busy() -> anyhow::Result<(Hall, Vec<Append>)> {
    let (mut hall, first) = Hall::new()?;
    let mut appends = vec![first, hall.batch((1..=WINDOWS).map(open))?];
    for nth in 0..=LINE {
        let issues: Vec<_> = (1..=WINDOWS).map(|window| hall.issue(window, nth)).collect();
        appends.push(hall.batch(issues)?);
    }
    appends.push(hall.batch((1..=WINDOWS).map(call))?);
    Ok((hall, appends))
}

/// Pairs a second when so many clients' issues go into one append and their calls into the next; only the appends are
/// timed.
pub async fn pairs(directory: &Path, clients: u16, turn: Duration) -> anyhow::Result<f64> {
    let store = SqliteStore::open(directory.join("batches.db")).await?;
    let (mut hall, appends) = busy()?;
    for append in &appends {
        store.append(append).await?;
    }
    let (mut spent, mut pairs) = (Duration::ZERO, 0_u32);
    let mut window = 0;
    for nth in 0.. {
        if spent >= turn {
            break;
        }
        // A batch holds at most one command for a window, as it is when every clerk waits for his answer.
        let here: Vec<u16> = (0..clients).map(|client| (window + client) % WINDOWS + 1).collect();
        window = (window + clients) % WINDOWS;
        let issues: Vec<_> = here.iter().map(|window| hall.issue(*window, nth)).collect();
        let both = [hall.batch(issues)?, hall.batch(here.iter().map(|window| finish_and_call(*window)))?];
        let began = Instant::now();
        for append in &both {
            store.append(append).await?;
        }
        spent += began.elapsed();
        pairs += u32::from(clients);
    }
    store.close().await;
    Ok(f64::from(pairs) / spent.as_secs_f64())
}

/// The bytes of an issue's event and of those of a call.
pub fn bytes_of_a_pair() -> anyhow::Result<[usize; 2]> {
    let (mut hall, _) = busy()?;
    let issue = hall.issue(1, 0);
    Ok([bytes_of(&hall.batch([issue])?), bytes_of(&hall.batch([finish_and_call(1)])?)])
}

/// The bytes of what is appended.
pub fn bytes_of(append: &Append) -> usize {
    append.streams.iter().flat_map(|stream| &stream.events).map(bytes).sum()
}

/// What a row is without its encoding: its numbers at full width, its ids, its hash, its texts.
fn bytes(row: &EventRow) -> usize {
    let ids = 16 * (2 + usize::from(row.key.is_some()));
    8 + 8 + 4 + 4 + ids + row.prev_hash.len() + row.kind.len() + row.body.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn batches_are_what_the_engine_makes_of_pairs() {
        let directory = tempfile::tempdir().unwrap();
        assert!(pairs(directory.path(), 16, Duration::from_millis(20)).await.unwrap() > 0.0);
        let [issue, call] = bytes_of_a_pair().unwrap();
        assert!((200..2_000).contains(&issue) && (300..2_000).contains(&call), "{issue} and {call} bytes");
    }
}
