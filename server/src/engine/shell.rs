//! Drives the [`Engine`] with a store, a clock and channels: one owner task for the hall's stream.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use hall::command::Fingerprint;
use hall::estimate::foresight::Foresight;
use hall::ids::CommandId;
use hall::role::Actor;
use hall::state::SAVED_FORMAT;
use hall::{Command, State};
use store::{EventRow, Snapshot, Store};
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

use super::{Engine, Fatal, Outcome, Published, RING, STREAM, Step, Submission, read, write_published};
use crate::clock::Clock;
use crate::failpoint;

/// Commands that may wait for the engine before clients are told to come again.
const QUEUE: usize = 8_192;
/// How many rows are read at a time.
const PAGE: u32 = 4_096;
/// How many pages may be read before those before them are taken in.
const PAGES_AHEAD: usize = 2;
/// How often the engine looks at the clock and at what another process may have appended.
const POLL: Duration = Duration::from_millis(500);
/// Events after which a snapshot is made.
const SNAPSHOT_EVERY: u64 = 10_000;

struct Job {
    submission: Submission,
    reply: oneshot::Sender<Outcome>,
}

/// Gives commands to the engine and reads what it has published.
#[derive(Debug, Clone)]
pub struct Handle {
    jobs: mpsc::Sender<Job>,
    /// What is durable.
    pub published: Arc<RwLock<Published>>,
    turns: watch::Receiver<()>,
}

/// Sees the engine at work.
#[derive(Debug, Clone)]
pub struct Turns(watch::Receiver<()>);

impl Turns {
    /// Waits until the engine has done its next round, which it does at least every half second; `false` when it has ended.
    pub async fn next(mut self) -> bool {
        self.0.mark_unchanged();
        self.0.changed().await.is_ok()
    }
}

impl std::fmt::Debug for Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.submission.fmt(f)
    }
}

impl Handle {
    /// Sees the engine at work, without keeping it there.
    pub fn turns(&self) -> Turns {
        Turns(self.turns.clone())
    }

    /// Runs a command and waits until it is durable.
    pub async fn run(
        &self,
        command_id: CommandId,
        actor: Actor,
        key: Option<Fingerprint>,
        command: Command,
    ) -> Outcome {
        let (reply, answer) = oneshot::channel();
        let submission = Submission { request: 0, command_id, actor, key, command };
        if self.jobs.try_send(Job { submission, reply }).is_err() {
            return Outcome::Unavailable;
        }
        answer.await.unwrap_or(Outcome::Unavailable)
    }
}

/// Why a hall did not start.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// The log contradicts itself.
    #[error("the log cannot be replayed, run `paihao verify`: {0}")]
    Contradiction(#[from] hall::state::Contradiction),
    /// This program has a fault.
    #[error("the log was not taken in; the log of this program says why")]
    Broken,
}

/// Reads the newest snapshot and what came after it.
pub async fn load(store: &dyn Store) -> Result<Published, LoadError> {
    let head = store.head(STREAM).await?;
    let mut state = State::default();
    if let Some(snapshot) = store.snapshot(STREAM, SAVED_FORMAT).await? {
        match serde_json::from_str::<hall::state::Saved>(&snapshot.body) {
            Ok(saved) => state = saved.into(),
            Err(error) => tracing::warn!(%error, seq = snapshot.seq, "a snapshot cannot be read; the log is replayed"),
        }
    }
    let published = Published::new(state);
    let mut after = published.state.seq();
    // Reading costs as much as taking in what was read: both at once. A thread and no task, since nothing else happens yet
    // and a simulator has no runtime.
    let (pages, fetched) = std::sync::mpsc::sync_channel(PAGES_AHEAD);
    let taking_in = std::thread::spawn(move || {
        fetched.into_iter().try_fold(published, |published, rows| restore(published, rows, head.seq))
    });
    loop {
        let rows = store.read(STREAM, after, PAGE).await?;
        let Some(last) = rows.last() else { break };
        after = last.seq;
        if pages.send(rows).is_err() {
            // It has found a contradiction, and says so below.
            break;
        }
    }
    drop(pages);
    taking_in.join().map_err(|_| LoadError::Broken)?
}

fn restore(mut published: Published, rows: Vec<EventRow>, head: u64) -> Result<Published, LoadError> {
    for row in rows {
        let keep = row.seq + RING as u64 > head;
        published.restore(&row.record()?, keep)?;
    }
    Ok(published)
}

/// Starts the owner task. It ends when `stop` is cancelled and all that was queued is answered, or with the reason why it
/// cannot go on.
pub fn start(
    published: Published,
    store: Arc<dyn Store>,
    clock: Arc<Clock>,
    stop: CancellationToken,
) -> (Handle, tokio::task::JoinHandle<Result<(), Fatal>>) {
    let published = Arc::new(RwLock::new(published));
    let (sender, jobs) = mpsc::channel(QUEUE);
    let (turns, seen) = watch::channel(());
    let handle = Handle { jobs: sender, published: published.clone(), turns: seen };
    let owner = Owner {
        engine: Engine::new(published.clone()),
        published,
        store,
        clock,
        waiting: HashMap::new(),
        next_request: 1,
        snapshot_at: 0,
        turns,
    };
    (handle, tokio::spawn(owner.run(jobs, stop)))
}

struct Owner {
    engine: Engine,
    published: Arc<RwLock<Published>>,
    store: Arc<dyn Store>,
    clock: Arc<Clock>,
    waiting: HashMap<u64, oneshot::Sender<Outcome>>,
    next_request: u64,
    /// Position of the last snapshot.
    snapshot_at: u64,
    /// Changes with every round.
    turns: watch::Sender<()>,
}

impl Owner {
    async fn run(mut self, mut jobs: mpsc::Receiver<Job>, stop: CancellationToken) -> Result<(), Fatal> {
        self.snapshot_at = self.engine.seq();
        let mut poll = tokio::time::interval(POLL);
        poll.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut arrived = Vec::with_capacity(super::MAX_BATCH);
        loop {
            tokio::select! {
                biased;
                count = jobs.recv_many(&mut arrived, super::MAX_BATCH) => {
                    if count == 0 {
                        return Ok(());
                    }
                }
                () = stop.cancelled() => jobs.close(),
                _ = poll.tick() => self.look_at_store().await,
            }
            for Job { submission, reply } in arrived.drain(..) {
                let request = self.next_request;
                self.next_request += 1;
                self.waiting.insert(request, reply);
                self.engine.submit(Submission { request, ..submission });
            }
            self.work().await?;
            self.snapshot_if_due();
            self.turns.send_replace(());
        }
    }

    /// Runs the engine until nothing is left to do.
    async fn work(&mut self) -> Result<(), Fatal> {
        loop {
            let step = self.engine.next_step(self.clock.now())?;
            self.answer();
            match step {
                Step::Wait => return Ok(()),
                Step::Append(append) => {
                    let events: usize = append.streams.iter().map(|stream| stream.events.len()).sum();
                    failpoint::hit_by(self.engine.under_way(), "decided");
                    let began = Instant::now();
                    let result = self.store.append(&append).await;
                    if result.is_ok() {
                        failpoint::hit_by(self.engine.under_way(), "committed");
                    }
                    metrics::histogram!("paihao_commit_seconds").record(began.elapsed());
                    metrics::histogram!("paihao_commit_events").record(events as f64);
                    if let Err(error) = &result {
                        tracing::error!(%error, events, "a batch was not written");
                        metrics::counter!("paihao_commit_failures_total").increment(1);
                    }
                    self.engine.appended(result)?;
                    self.answer();
                }
                Step::Reload { after } => match self.store.read(STREAM, after, PAGE).await {
                    Ok(rows) => self.engine.reloaded(&rows, rows.len() < PAGE as usize)?,
                    Err(store::StoreError::Unavailable(_) | store::StoreError::Full(_)) => return Ok(()),
                    Err(error) => return Err(Fatal(error.to_string())),
                },
            }
        }
    }

    fn answer(&mut self) {
        for (request, outcome) in self.engine.take_replies() {
            if let Some(reply) = self.waiting.remove(&request) {
                // A client that went away meanwhile will ask again with its key.
                let _ = reply.send(outcome);
            }
        }
    }

    /// Another process (`paihao hall import`) may have appended.
    async fn look_at_store(&mut self) {
        match self.store.head(STREAM).await {
            Ok(head) if head.seq > self.engine.seq() => self.engine.look_again(),
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the head of the stream cannot be read"),
        }
    }

    fn snapshot_if_due(&mut self) {
        let (seq, day_closed) = {
            let published = read(&self.published);
            (published.state.seq(), published.state.day().is_none())
        };
        let due = seq >= self.snapshot_at + SNAPSHOT_EVERY || (day_closed && seq > self.snapshot_at);
        if !due {
            return;
        }
        self.snapshot_at = seq;
        let state = read(&self.published).state.clone();
        let store = self.store.clone();
        tokio::spawn(async move {
            let body = tokio::task::spawn_blocking(move || serde_json::to_string(&hall::state::Saved::from(&state)));
            let Ok(Ok(body)) = body.await else { return };
            let snapshot = Snapshot { stream: STREAM.into(), seq, format: SAVED_FORMAT, body };
            if let Err(error) = store.save_snapshot(&snapshot).await {
                tracing::warn!(%error, seq, "a snapshot was not kept");
            }
        });
    }
}

/// Refreshes the estimates about once a second, away from the path of any answer.
pub async fn refresh_estimates(published: Arc<RwLock<Published>>, clock: Arc<Clock>, stop: CancellationToken) {
    let mut tick = tokio::time::interval(Duration::from_secs(1));
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut refreshed_at = None;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = tick.tick() => {}
        }
        let now = clock.now();
        let (state, learned) = {
            let published = read(&published);
            // Nobody waits and nothing has happened: the table still holds.
            if refreshed_at == Some(published.state.seq()) && published.state.counts().waiting == 0 {
                continue;
            }
            refreshed_at = Some(published.state.seq());
            (published.state.clone(), published.learned().clone())
        };
        // One seed for all tables: the estimates change with the hall, not with the dice.
        let table = tokio::task::spawn_blocking(move || learned.refresh(&state, now, 1)).await;
        if let Ok(table) = table {
            write_published(&published).estimates = Arc::new(table);
        }
    }
}

/// How often what is expected of the next hour is worked out anew …
const FORESIGHT_EVERY: Duration = Duration::from_secs(5);
/// … and told to visitors' pages, which are many: every third time.
const TELL_VISITORS: usize = 3;

/// Looks ahead every few seconds, away from the path of any answer, and tells everybody what may be said of car parks when only time
/// has changed that.
pub async fn refresh_foresight(published: Arc<RwLock<Published>>, clock: Arc<Clock>, stop: CancellationToken) {
    let mut tick = tokio::time::interval(FORESIGHT_EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut told = crate::live::ParkingWatch::default();
    for round in 0_usize.. {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = tick.tick() => {}
        }
        let now = clock.now();
        let (state, learned) = {
            let published = read(&published);
            (published.state.clone(), published.learned().clone())
        };
        let looked = tokio::task::spawn_blocking(move || Foresight::of(&state, &learned, now)).await;
        let Ok(foresight) = looked else { continue };
        // Worked out under the lock that lets others read; what is written takes a moment.
        write_published(&published).foresight = Arc::new(foresight);
        if round % TELL_VISITORS == 0 {
            let lots = read(&published).viewer().lots_for_visits(clock.now());
            write_published(&published).visit_lots = Arc::new(lots);
        }
        let published = read(&published);
        for frame in told.changed(&published, clock.now()) {
            published.send(frame);
        }
    }
}
