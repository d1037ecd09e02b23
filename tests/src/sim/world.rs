//! The simulated world: time, network, disk, and one server process at a time.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::future::Future;
use std::sync::{Arc, RwLock};

use futures_util::FutureExt as _;
use hall::command::Context;
use hall::estimate::Random;
use hall::ids::{ActorId, CommandId};
use hall::role::{Actor, Role};
use hall::settings::HallFile;
use hall::{Command, Moment, Settings, decide, records};
use server::engine::{Engine, Outcome, Published, STREAM, Step, Submission, event_rows, read, rows_of_batch, shell};
use store::{Append, Fault, MemoryStore, Store as _, StoreError, StreamAppend};
use uuid::Uuid;

use super::check::Ledger;
use super::clients::{CLIENTS, Client};
use super::viewers::{VIEWERS, Viewers};

/// How long the world is disturbed, in simulated milliseconds.
const DISTURBED_MS: i64 = 90_000;
/// How long it may take to come to rest afterwards.
const REST_MS: i64 = 60_000;
/// A client that hears nothing for so long sends again.
const PATIENCE_MS: i64 = 400;

/// What a run came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Events in the log.
    pub events: u64,
    /// Acknowledged commands that had an effect.
    pub acknowledged: usize,
    /// Times the process was killed or killed itself.
    pub deaths: u32,
    /// Appends that another writer came before.
    pub conflicts: u32,
    /// Appends that found the disk full or busy.
    pub refused: u32,
    /// Requests that were sent again.
    pub retries: u32,
    /// Business days that ended.
    pub days_closed: u32,
    /// Live readers that were dropped because they were slow.
    pub dropped: u32,
    /// Hash of the last event.
    pub hash: [u8; 32],
}

/// What happens at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Next {
    /// A client decides what to do.
    Think(usize),
    /// A request arrives at the server.
    Request(usize, u64),
    /// An answer arrives at a client.
    Reply(usize, u64),
    /// A client has waited long enough for the answer to this try.
    Patience(usize, u64, u32),
    /// The disk is done with the append of this process.
    Disk(u32),
    /// The process of this number is killed.
    Kill(u32),
    /// A new process starts.
    Start,
    /// The server looks at the clock and the store.
    Poll(u32),
    /// Another process appends.
    Import,
    /// A viewer reads, or comes back.
    View(usize),
    /// A viewer's connection is cut.
    Cut(usize),
}

/// A running server.
struct Process {
    number: u32,
    engine: Engine,
    published: Arc<RwLock<Published>>,
    store: MemoryStore,
    appending: Option<Append>,
    /// Who sent each request.
    senders: HashMap<u64, (usize, u64)>,
}

pub(super) struct World {
    pub random: Random,
    pub now: i64,
    agenda: BinaryHeap<Reverse<(i64, u64, Next)>>,
    order: u64,
    clock_offset: i64,
    disk: MemoryStore,
    process: Option<Process>,
    processes: u32,
    clients: Vec<Client>,
    viewers: Viewers,
    pub ledger: Ledger,
    report: Report,
    settings: [Settings; 2],
    /// Answers under way: client, request, outcome.
    replies: HashMap<(usize, u64), Outcome>,
    /// Every request that was ever sent: a copy may arrive long after its answer.
    sent: HashMap<(usize, u64), Submission>,
}

/// Runs one seed; an `Err` says what does not hold.
pub fn run(seed: u64) -> Result<Report, String> {
    let mut world = World::new(seed)?;
    world.live().map_err(|fault| format!("seed {seed} at {} ms: {fault}", world.now))
}

/// Futures of the in-memory store are ready at once.
pub(super) fn now<T>(future: impl Future<Output = T>) -> Result<T, String> {
    future.now_or_never().ok_or_else(|| "the in-memory store made somebody wait".to_owned())
}

fn settings(windows: &[(u16, &[&str])]) -> Result<Settings, String> {
    let services = ["PERMIT", "TAX", "CARD"];
    let file: Result<HallFile, _> = serde_json::from_value(serde_json::json!({
        "hall": { "name": "H", "time_zone": "Asia/Shanghai", "open": "08:30", "close": "17:00" },
        "zones": [{ "code": "A", "name": "A" }],
        "services": services.map(|code| serde_json::json!({
            "code": code, "name": code, "series": &code[..1], "expected_service_s": 5,
        })),
        "windows": windows.iter().map(|(number, services)| serde_json::json!({
            "number": number, "zone": "A", "services": services,
        })).collect::<Vec<_>>(),
    }));
    Settings::try_from(file.map_err(|error| error.to_string())?).map_err(|error| error.to_string())
}

impl World {
    fn new(seed: u64) -> Result<Self, String> {
        // Two days in which the hall has five windows, and four of which one serves other matters.
        let all = settings(&[
            (1, &["PERMIT", "TAX"]),
            (2, &["PERMIT"]),
            (3, &["TAX", "CARD"]),
            (4, &["CARD"]),
            (5, &["PERMIT", "TAX", "CARD"]),
        ])?;
        let fewer =
            settings(&[(1, &["PERMIT", "TAX"]), (2, &["TAX"]), (3, &["TAX", "CARD"]), (5, &["PERMIT", "CARD"])])?;
        let mut world = Self {
            random: Random::new(seed),
            now: 0,
            agenda: BinaryHeap::new(),
            order: 0,
            clock_offset: 0,
            disk: MemoryStore::new(),
            process: None,
            processes: 0,
            clients: (0..CLIENTS).map(|index| Client::new(index, seed)).collect(),
            viewers: Viewers::default(),
            ledger: Ledger::default(),
            report: Report::default(),
            settings: [all, fewer],
            replies: HashMap::new(),
            sent: HashMap::new(),
        };
        // Shortly before four in the morning, so that a business day ends in the run: 19:59 UTC.
        world.clock_offset = 1_795_377_600_000 - 60_000 + world.random.below(40_000) as i64;
        world.import(0)?;
        Ok(world)
    }

    /// The hall's time.
    fn clock(&self) -> Moment {
        Moment(self.clock_offset + self.now)
    }

    pub fn add(&mut self, after_ms: i64, next: Next) {
        self.order += 1;
        self.agenda.push(Reverse((self.now + after_ms.max(0), self.order, next)));
    }

    /// A random delay of the network.
    pub fn delay(&mut self) -> i64 {
        1 + self.random.exponential(8.0) as i64
    }

    pub fn chance(&mut self, percent: u64) -> bool {
        self.random.below(100) < percent
    }

    fn disturbed(&self) -> bool {
        self.now < DISTURBED_MS
    }

    fn live(&mut self) -> Result<Report, String> {
        self.add(0, Next::Start);
        for client in 0..CLIENTS {
            self.add(50 + client as i64, Next::Think(client));
        }
        for viewer in 0..VIEWERS {
            self.add(100, Next::View(viewer));
        }
        self.add(5_000, Next::Import);
        while let Some(Reverse((at, _, next))) = self.agenda.pop() {
            if at > DISTURBED_MS + REST_MS {
                break;
            }
            self.now = at;
            self.happen(next)?;
        }
        self.finish()
    }

    fn happen(&mut self, next: Next) -> Result<(), String> {
        match next {
            Next::Think(client) => {
                self.think(client);
                Ok(())
            }
            Next::Request(client, request) => self.request(client, request),
            Next::Reply(client, request) => {
                self.reply(client, request);
                Ok(())
            }
            Next::Patience(client, request, tries) => {
                self.patience(client, request, tries);
                Ok(())
            }
            Next::Disk(process) => self.disk_done(process),
            Next::Kill(process) => {
                if self.process.as_ref().is_some_and(|running| running.number == process) {
                    self.die();
                }
                Ok(())
            }
            Next::Start => self.start(),
            Next::Poll(process) => self.poll(process),
            Next::Import => {
                if self.disturbed() {
                    let which = self.random.below(2) as usize;
                    self.import(which)?;
                    let after = 8_000 + self.random.below(20_000) as i64;
                    self.add(after, Next::Import);
                }
                Ok(())
            }
            Next::View(viewer) => self.view(viewer),
            Next::Cut(viewer) => {
                self.viewers.cut(viewer);
                Ok(())
            }
        }
    }

    // --- clients ---

    fn think(&mut self, index: usize) {
        if !self.disturbed() {
            return;
        }
        let state = self.process.as_ref().map(|process| process.published.clone());
        let command = {
            let published = state.as_ref().map(|published| read(published));
            self.clients[index].wish(&mut self.random, published.as_deref())
        };
        let (request, submission) = self.clients[index].begin(command);
        self.sent.insert((index, request), submission);
        self.send(index, request);
    }

    fn send(&mut self, client: usize, request: u64) {
        if !self.chance(4) {
            let delay = self.delay();
            self.add(delay, Next::Request(client, request));
        }
        if self.chance(4) {
            // A copy that wanders about for a while.
            let delay = self.delay() + self.random.below(5_000) as i64;
            self.add(delay, Next::Request(client, request));
        }
        let tries = self.clients[client].tries;
        self.add(PATIENCE_MS, Next::Patience(client, request, tries));
    }

    fn patience(&mut self, client: usize, request: u64, tries: u32) {
        let waiting = &mut self.clients[client];
        if waiting.awaits(request) && waiting.tries == tries {
            waiting.tries += 1;
            self.report.retries += 1;
            self.send(client, request);
        }
    }

    fn request(&mut self, client: usize, request: u64) -> Result<(), String> {
        let Some(submission) = self.sent.get(&(client, request)).cloned() else { return Ok(()) };
        let Some(process) = &mut self.process else { return Ok(()) };
        self.order += 1;
        let id = self.order;
        process.senders.insert(id, (client, request));
        process.engine.submit(Submission { request: id, ..submission });
        self.work()
    }

    fn reply(&mut self, client: usize, request: u64) {
        let Some(outcome) = self.replies.get(&(client, request)).cloned() else { return };
        if !self.clients[client].awaits(request) {
            return;
        }
        if matches!(outcome, Outcome::Unavailable | Outcome::StorageFull) {
            // Nothing was done: the same again, later, when patience ends.
            return;
        }
        self.clients[client].heard(&outcome);
        let pause = 20 + self.random.exponential(250.0) as i64;
        self.add(pause, Next::Think(client));
    }

    // --- the server ---

    fn start(&mut self) -> Result<(), String> {
        if self.process.is_some() {
            return Ok(());
        }
        let store = self.disk.another();
        let published = now(shell::load(&store))?.map_err(|error| format!("a restart failed: {error}"))?;
        let published = Arc::new(RwLock::new(published));
        self.processes += 1;
        let number = self.processes;
        self.process = Some(Process {
            number,
            engine: Engine::new(published.clone()),
            published,
            store,
            appending: None,
            senders: HashMap::new(),
        });
        self.add(200, Next::Poll(number));
        if self.disturbed() {
            let life = 2_000 + self.random.exponential(12_000.0) as i64;
            self.add(life, Next::Kill(number));
        }
        Ok(())
    }

    fn die(&mut self) {
        if let Some(process) = self.process.take() {
            // What the handle had written is durable; the process and its queue are gone.
            let _ = process.store.crash();
            self.report.deaths += 1;
            self.viewers.cut_all();
            let pause = 50 + self.random.below(500) as i64;
            self.add(pause, Next::Start);
        }
    }

    fn work(&mut self) -> Result<(), String> {
        loop {
            let clock = self.clock();
            let Some(process) = &mut self.process else { return Ok(()) };
            let step = process.engine.next_step(clock).map_err(|fatal| fatal.to_string())?;
            match step {
                Step::Wait => {
                    self.answer()?;
                    return Ok(());
                }
                Step::Append(append) => {
                    process.appending = Some(append);
                    let number = process.number;
                    self.answer()?;
                    let delay = 1 + self.random.exponential(6.0) as i64;
                    self.add(delay, Next::Disk(number));
                    return Ok(());
                }
                Step::Reload { after } => {
                    let rows = now(process.store.read(STREAM, after, 64))?.map_err(|error| error.to_string())?;
                    process.engine.reloaded(&rows, rows.len() < 64).map_err(|fatal| fatal.to_string())?;
                    self.viewers.pump(&mut self.report.dropped);
                }
            }
        }
    }

    fn disk_done(&mut self, number: u32) -> Result<(), String> {
        let fault = if self.disturbed() { self.fault() } else { None };
        let Some(process) = self.process.as_mut().filter(|process| process.number == number) else { return Ok(()) };
        let Some(append) = process.appending.take() else { return Ok(()) };
        if let Some(fault) = fault {
            process.store.fail_next(fault);
        }
        let result = now(process.store.append(&append))?;
        match &result {
            Ok(()) => self.ledger.committed(&append),
            Err(StoreError::Conflict { .. }) => self.report.conflicts += 1,
            Err(StoreError::Full(_) | StoreError::Unavailable(_)) => self.report.refused += 1,
            Err(StoreError::Fatal(_)) => {
                // Written or not, the process ends; the log will tell.
                self.die();
                return Ok(());
            }
            Err(error) => return Err(format!("an append failed: {error}")),
        }
        process.engine.appended(result).map_err(|fatal| fatal.to_string())?;
        let violations = hall::invariant::check(&read(&process.published).state);
        if let Some(violation) = violations.first() {
            return Err(violation.to_string());
        }
        self.viewers.pump(&mut self.report.dropped);
        self.answer()?;
        self.work()
    }

    fn fault(&mut self) -> Option<Fault> {
        match self.random.below(200) {
            0..=2 => Some(Fault::Full),
            3..=5 => Some(Fault::Unavailable),
            6 => Some(Fault::FatalBefore),
            7 => Some(Fault::FatalAfter),
            _ => None,
        }
    }

    fn answer(&mut self) -> Result<(), String> {
        let Some(process) = &mut self.process else { return Ok(()) };
        for (id, outcome) in process.engine.take_replies() {
            let Some((client, request)) = process.senders.remove(&id) else { continue };
            let Some(submission) = self.sent.get(&(client, request)) else { continue };
            self.ledger.answered(submission, &outcome, &read(&process.published).state)?;
            self.replies.insert((client, request), outcome);
            if self.random.below(100) >= 4 {
                let delay = 1 + self.random.exponential(8.0) as i64;
                self.order += 1;
                self.agenda.push(Reverse((self.now + delay, self.order, Next::Reply(client, request))));
            }
        }
        Ok(())
    }

    fn poll(&mut self, number: u32) -> Result<(), String> {
        let Some(process) = self.process.as_mut().filter(|process| process.number == number) else { return Ok(()) };
        let head = now(process.store.head(STREAM))?.map_err(|error| error.to_string())?;
        if head.seq > process.engine.seq() && process.appending.is_none() {
            process.engine.look_again();
        }
        if self.random.below(40) == 0 {
            // Somebody sets the clock, or the network does.
            self.clock_offset += self.random.below(4_000) as i64 - 2_000;
        }
        self.work()?;
        if let Some(process) = &self.process {
            let published = read(&process.published);
            let clock = Moment(self.clock_offset + self.now);
            published.send(server::live::tick(&published, clock));
        }
        self.viewers.pump(&mut self.report.dropped);
        self.add(500, Next::Poll(number));
        Ok(())
    }

    /// Another process puts settings in force.
    fn import(&mut self, which: usize) -> Result<(), String> {
        let store = self.disk.another();
        let state = now(shell::load(&store))?.map_err(|error| error.to_string())?.state;
        let actor = Actor { id: ActorId(Uuid::nil()), role: Role::Admin, window: None };
        let command = CommandId(Uuid::from_u128(0x1111_0000 + u128::from(self.order) * 16));
        let at = if state.seq() == 0 { self.clock() } else { state.at() };
        let context = Context { at, command, actor, key: None };
        let settings = Command::Configure(Box::new(self.settings[which].clone()));
        let events = decide(&state, &context, &settings).map_err(|refusal| refusal.to_string())?;
        if events.is_empty() {
            return Ok(());
        }
        let records = records(&state, &context, events);
        let mut after = state.clone();
        for record in &records {
            after.apply(record).map_err(|contradiction| contradiction.to_string())?;
        }
        let events = event_rows(&records).map_err(|error| error.to_string())?;
        let stream = StreamAppend { stream: STREAM.into(), expected_seq: state.seq(), events };
        let append = Append { streams: vec![stream], tickets: rows_of_batch(&state, &after, &records) };
        now(store.append(&append))?.map_err(|error| error.to_string())?;
        self.ledger.committed(&append);
        Ok(())
    }

    // --- viewers ---

    fn view(&mut self, viewer: usize) -> Result<(), String> {
        let clock = self.clock();
        let published = self.process.as_ref().map(|process| process.published.clone());
        let resting = !self.disturbed();
        self.viewers.view(viewer, published.as_ref(), clock, self.now, resting)?;
        let pause = Viewers::pause(viewer, resting, &mut self.random);
        self.add(pause, Next::View(viewer));
        if !resting && self.chance(2) {
            let delay = self.delay();
            self.add(delay, Next::Cut(viewer));
        }
        Ok(())
    }

    // --- the end ---

    fn finish(&mut self) -> Result<Report, String> {
        if self.process.is_none() {
            self.start()?;
        }
        let unanswered: Vec<usize> = (0..CLIENTS).filter(|client| self.clients[*client].is_waiting()).collect();
        if !unanswered.is_empty() {
            return Err(format!("clients {unanswered:?} were never answered"));
        }
        let Some(process) = &self.process else { return Err("there is no server at the end".into()) };
        if !process.engine.is_idle() {
            return Err("the engine has not come to rest".into());
        }
        let published = read(&process.published);
        self.viewers.compare(&published)?;
        drop(published);
        let store = self.disk.another();
        let (head, days) = self.ledger.audit(&store, &read(&process.published).state)?;
        self.report.events = head.seq;
        self.report.hash = head.hash;
        self.report.days_closed = days;
        self.report.acknowledged = self.ledger.acknowledged();
        let dated: HashSet<_> = self.ledger.effects().collect();
        if dated.len() != self.report.acknowledged {
            return Err("one effect was acknowledged under two keys".into());
        }
        Ok(self.report.clone())
    }
}
