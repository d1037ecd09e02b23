//! Tickets issued and called in a second, durably: a pair is one ticket issued and one called, in two requests. The second
//! finishes the visit before, so that the window is free.

mod batches;
pub mod floor;
mod postgres;

use std::collections::HashSet;
use std::time::Instant;

use anyhow::{bail, ensure};
use store::Store as _;
use store_sqlite::SqliteStore;

use super::Plan;
use super::load::{Connection, Id, id_of};
use super::stage::{Stage, WINDOWS, settings};
use super::table::{Bar, Samples, Table, number};
use crate::program::Data;
use postgres::Postgres;

pub use batches::{Hall, NINE, bytes_of, call, finish_and_call, open};

/// Clients at one time.
const CLIENTS: [u16; 3] = [1, 16, 210];
/// Tickets before each window at the start, so that nobody calls in vain.
const LINE: usize = 10;
/// Share of a turn that is not counted.
const WARM_UP: f64 = 0.15;

#[derive(Default)]
struct Cell {
    ours: Samples,
    batch: Samples,
    floor: Samples,
    store: Samples,
    postgres: Samples,
}

/// Measures and adds the rows.
pub async fn measure(plan: &Plan, table: &mut Table) -> anyhow::Result<()> {
    let postgres = Postgres::start();
    let bytes = batches::bytes_of_a_pair()?;
    let mut cells: [Cell; CLIENTS.len()] = Default::default();
    let mut named = Samples::default();
    let mut in_vain = 0;
    for round in 0..plan.rounds {
        for (cell, clients) in cells.iter_mut().zip(CLIENTS) {
            let ours = over_http(plan, clients, false).await?;
            cell.ours.push(ours.pairs);
            cell.batch.push(ours.events_a_commit);
            in_vain += ours.in_vain;
            let data = Data::new()?;
            cell.floor.push(floor::pairs(data.path(), clients, plan.turn, bytes).await?);
            cell.store.push(batches::pairs(data.path(), clients, plan.turn).await?);
            if let Ok(postgres) = &postgres {
                cell.postgres.push(postgres.pairs(clients, plan.turn)?);
            }
            eprintln!("bench: round {round}, {clients} clients: {:.0} pairs/s", ours.pairs);
        }
        named.push(over_http(plan, WINDOWS, true).await?.pairs);
    }
    for (cell, clients) in cells.iter().zip(CLIENTS) {
        let what = format!("pairs/s, {clients} client{}", if clients == 1 { "" } else { "s" });
        let bar = (clients == WINDOWS).then_some(Bar::AtLeast(5_000.0));
        table.ours(&what, "paihao, HTTP, SQLite", &cell.ours, bar);
        let [issue, call] = bytes;
        let floor = format!("append and fdatasync of {issue} + {call} bytes, group commit");
        table.beside(&floor, &cell.floor, &cell.ours.over(&cell.floor), None);
        table.beside("our statements in batches of as many", &cell.store, &cell.ours.over(&cell.store), None);
        match &postgres {
            Ok(_) => {
                table.beside("PostgreSQL SKIP LOCKED, pgbench", &cell.postgres, &cell.ours.over(&cell.postgres), None);
            }
            Err(reason) => table.note("PostgreSQL SKIP LOCKED", &format!("skipped: {reason}")),
        }
        table.note("events in a commit of paihao", &number(cell.batch.median()));
    }
    let anonymous = &cells[CLIENTS.len() - 1].ours;
    table.ours(&format!("pairs/s, {WINDOWS} clients"), "paihao, each ticket under a new real name", &named, None);
    table.beside("paihao without names", anonymous, &named.over(anonymous), None);
    table.note("tickets called twice, or acknowledged and lost", &format!("0; windows that called in vain: {in_vain}"));
    Ok(())
}

struct Outcome {
    pairs: f64,
    events_a_commit: f64,
    in_vain: usize,
}

/// Pairs a second over HTTP, on a server of its own. The server is killed then and its log read: what was called twice,
/// or was acknowledged and is not there, is an error.
async fn over_http(plan: &Plan, clients: u16, real_names: bool) -> anyhow::Result<Outcome> {
    let stage = Stage::open_with(LINE, settings(real_names)?).await?;
    let address = stage.server.address().to_owned();
    let before = commits(&stage).await?;
    let began = Instant::now();
    let counted = began + plan.turn.mul_f64(WARM_UP);
    let end = counted + plan.turn;
    let mut tasks = tokio::task::JoinSet::new();
    // Windows all over the hall, not those of one department alone.
    for window in (1..=WINDOWS).step_by(usize::from(WINDOWS / clients)).take(usize::from(clients)) {
        let mut clerk = Clerk::at(&stage, window).await?;
        tasks.spawn(async move {
            while Instant::now() < end {
                clerk.pair(counted, end).await?;
            }
            anyhow::Ok(clerk)
        });
    }
    let mut called = stage.called.clone();
    let (mut pairs, mut in_vain) = (0, 0);
    while let Some(clerk) = tasks.join_next().await {
        let mut clerk = clerk??;
        called.append(&mut clerk.called);
        pairs += clerk.pairs;
        in_vain += clerk.in_vain;
    }
    let [count, events] = commits(&stage).await?;
    let events_a_commit = (events - before[1]) / (count - before[0]).max(1.0);
    let Stage { data, server, .. } = stage;
    ensure!(server.address() == address, "the server moved");
    server.kill()?;
    check(&data, &called).await?;
    Ok(Outcome { pairs: f64::from(pairs) / plan.turn.as_secs_f64(), events_a_commit, in_vain })
}

async fn commits(stage: &Stage) -> anyhow::Result<[f64; 2]> {
    Ok([stage.metric("paihao_commit_events_count").await?, stage.metric("paihao_commit_events_sum").await?])
}

/// Issues and calls at one window, without a pause.
struct Clerk {
    connection: Connection,
    issue: Vec<super::load::Request>,
    call: super::load::Request,
    finish_and_call: super::load::Request,
    busy: bool,
    turn: usize,
    called: Vec<Id>,
    pairs: u32,
    in_vain: usize,
}

impl Clerk {
    async fn at(stage: &Stage, window: u16) -> anyhow::Result<Self> {
        Ok(Self {
            connection: Connection::open(stage.server.address()).await?,
            issue: (0..16).map(|nth| stage.issue(window, nth)).collect(),
            call: stage.at(window, "call", "{}"),
            finish_and_call: stage.at(window, "finish", r#"{"call":true}"#),
            busy: true,
            turn: 0,
            called: Vec::new(),
            pairs: 0,
            in_vain: 0,
        })
    }

    async fn pair(&mut self, counted: Instant, end: Instant) -> anyhow::Result<()> {
        self.turn = (self.turn + 1) % self.issue.len();
        let status = self.connection.ask(self.issue[self.turn].fresh()).await?;
        ensure!(status == 201, self.connection.unexpected(status));
        let request = if self.busy { &mut self.finish_and_call } else { &mut self.call };
        match self.connection.ask(request.fresh()).await? {
            200 => {
                let Some(id) = id_of(self.connection.body()) else { bail!("a call without a ticket") };
                self.called.push(id);
                self.busy = true;
                let now = Instant::now();
                self.pairs += u32::from(counted < now && now <= end);
            }
            204 => {
                self.busy = false;
                self.in_vain += 1;
            }
            status => return Err(self.connection.unexpected(status)),
        }
        Ok(())
    }
}

/// Every ticket was called once, as was told and as is written.
async fn check(data: &Data, told: &[Id]) -> anyhow::Result<()> {
    let distinct: HashSet<&Id> = told.iter().collect();
    ensure!(
        distinct.len() == told.len(),
        "{} of {} calls were of a ticket called before",
        told.len() - distinct.len(),
        told.len()
    );
    let store = SqliteStore::open(server::serve::database(data.path())).await?;
    let mut written = HashSet::with_capacity(told.len());
    let mut after = 0;
    loop {
        let rows = store.read(server::engine::STREAM, after, 4_096).await?;
        let Some(last) = rows.last() else { break };
        after = last.seq;
        for row in rows.iter().filter(|row| row.kind == "ticket.called") {
            if let hall::Event::TicketCalled { ticket, .. } = row.record()?.event {
                let text = ticket.to_string();
                let id: Id = text.as_bytes().try_into()?;
                ensure!(written.insert(id), "event {}: ticket {text} is called a second time", row.seq);
            }
        }
    }
    store.close().await;
    let lost = told.iter().filter(|id| !written.contains(*id)).count();
    ensure!(lost == 0, "{lost} calls were acknowledged and are not in the log");
    Ok(())
}
