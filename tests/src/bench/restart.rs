//! How soon a server is ready again after a full day of 72,000 events, beside a program that only reads the rows.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, ensure};
use hall::state::{SAVED_FORMAT, Saved};
use server::engine::{STREAM, read};
use store::{Append, Snapshot, Store as _};
use store_sqlite::SqliteStore;

use super::Plan;
use super::load::{Connection, Request};
use super::pairs::{Hall, call, finish_and_call, open};
use super::stage::{CLOCK, WINDOWS};
use super::table::{Bar, Samples, Table};
use crate::program::{Data, Server};

/// Events of the day.
const EVENTS: u64 = 72_000;
/// Where the last snapshot would be.
const SNAPSHOT: u64 = 70_000;

/// Measures and adds the rows.
pub async fn measure(plan: &Plan, table: &mut Table) -> anyhow::Result<()> {
    let days = [day(false).await?, day(true).await?];
    let [mut listening, mut ready]: [[Samples; 2]; 2] = Default::default();
    let mut rows = Samples::default();
    for _ in 0..plan.rounds {
        for (index, data) in days.iter().enumerate() {
            let began = Instant::now();
            let server = Server::start(data, None, &["--clock", CLOCK])?;
            listening[index].push(began.elapsed().as_secs_f64());
            let mut connection = Connection::open(server.address()).await?;
            let status = connection.ask(Request::get("/readyz", "").fresh()).await?;
            ready[index].push(began.elapsed().as_secs_f64());
            ensure!(status == 200, connection.unexpected(status));
            server.kill()?;
        }
        rows.push(bare(days[0].path())?);
    }
    let names = ["paihao, the whole log", "paihao, from the snapshot at 70,000"];
    for (index, name) in names.into_iter().enumerate() {
        let what = if index == 0 { "s from the start to ready, 72,000 events" } else { "" };
        table.ours(what, name, &ready[index], Some(Bar::AtMost(0.5)));
        table.note("until it listens", &listening[index].to_string());
        table.beside("start and read of all rows through our store", &rows, &ready[index].over(&rows), None);
    }
    Ok(())
}

/// A data directory with a full day: tickets issued, called, started and finished at 210 windows.
async fn day(snapshot: bool) -> anyhow::Result<Data> {
    let data = Data::new()?;
    let store = SqliteStore::open(server::serve::database(data.path())).await?;
    let (mut hall, first) = Hall::new()?;
    let mut seq = 0;
    write(&store, &mut seq, first).await?;
    write(&store, &mut seq, hall.batch((1..=WINDOWS).map(open))?).await?;
    let mut kept = !snapshot;
    for nth in 0.. {
        let windows = || 1..=WINDOWS;
        let issues: Vec<_> = windows().map(|window| hall.issue(window, nth)).collect();
        let calls: Vec<_> = windows().map(if nth == 0 { call } else { finish_and_call }).collect();
        let starts = windows().map(|window| hall::Command::At(window, hall::AtWindow::Start { seen: None })).collect();
        for mut commands in [issues, calls, starts] {
            let left = EVENTS - seq;
            if left < 2 * u64::from(WINDOWS) {
                // The last ones to make up the number: each of these is one event.
                commands = (0..left).map(|index| hall.issue(1, index as usize)).collect();
            }
            let append = hall.batch(commands)?;
            write(&store, &mut seq, append).await?;
            if seq >= SNAPSHOT && !kept {
                kept = true;
                let body = serde_json::to_string(&Saved::from(&read(hall.published()).state))?;
                store.save_snapshot(&Snapshot { stream: STREAM.into(), seq, format: SAVED_FORMAT, body }).await?;
            }
            if seq == EVENTS {
                store.close().await;
                return Ok(data);
            }
        }
    }
    anyhow::bail!("a day without an end")
}

async fn write(store: &SqliteStore, seq: &mut u64, append: Append) -> anyhow::Result<()> {
    store.append(&append).await?;
    *seq = append.streams.first().and_then(|stream| stream.events.last()).map_or(*seq, |event| event.seq);
    Ok(())
}

/// The time of a process that opens the store and reads all rows.
fn bare(data: &Path) -> anyhow::Result<f64> {
    let began = Instant::now();
    let output = Command::new(std::env::current_exe()?).arg("read-rows").arg(data).stderr(Stdio::inherit()).output()?;
    let took = began.elapsed().as_secs_f64();
    ensure!(output.status.success(), "reading the rows failed");
    let rows: u64 = String::from_utf8(output.stdout)?.trim().parse().context("no number of rows")?;
    ensure!(rows == EVENTS, "{rows} rows were read");
    Ok(took)
}

/// Reads all rows of a data directory and prints how many there are.
pub fn read_rows(data: &Path) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let store = SqliteStore::open(server::serve::database(data)).await?;
        let (mut after, mut rows) = (0, 0);
        loop {
            let page = store.read(STREAM, after, 4_096).await?;
            let Some(last) = page.last() else { break };
            after = last.seq;
            rows += page.len();
        }
        println!("{rows}");
        Ok(())
    })
}
