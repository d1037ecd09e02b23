//! Vehicles: passages taken in a second, durably, and a million of them within a day of the hall's clock, with the memory that they
//! take. A passage is one request; the same name again would be found out, and none is lost: the counts say so at the end.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use hall::command::AtLot;
use hall::parking::{Direction, Passage, PassageId, Source};
use hall::{Command, Moment, Settings};
use protocol::parking::LotOperation;
use serde_json::json;
use store::Store as _;
use store_sqlite::SqliteStore;

use super::Plan;
use super::load::Connection;
use super::machine::resident_kib;
use super::pairs::{Hall, floor};
use super::table::{Samples, Table, number};
use crate::halls::{self, Stage};

/// Clients at one time: every lane of a large car park, and then some.
const CLIENTS: u16 = 64;
const LANES: u16 = 8;
const MILLION: u32 = 1_000_000;
/// The hall's clock during the million: a day in less than five minutes.
const SPEED: u32 = 320;
/// Passages that the bare store is given, more than a turn takes.
const PREPARED: u32 = 60_000;

/// Measures the rate and adds its rows.
pub async fn measure(plan: &Plan, table: &mut Table) -> anyhow::Result<()> {
    let (mut ours, mut bare) = (Samples::default(), Samples::default());
    let (mut raw, mut commit) = (Samples::default(), Samples::default());
    for _ in 0..plan.rounds {
        let stage = Stage::with(&hall_file(), &["--clock", halls::NINE])?;
        let before = commits(&stage).await?;
        let passed = pass(&stage, plan.turn, u32::MAX).await?;
        let [count, events] = commits(&stage).await?;
        let a_commit = (events - before[1]) / (count - before[0]).max(1.0);
        ensure_counted(&stage, passed).await?;
        ours.push(f64::from(passed) / plan.turn.as_secs_f64());
        commit.push(a_commit);
        let directory = crate::program::Data::new()?;
        let (rate, bytes) = store_alone(directory.path(), a_commit.round() as usize, plan.turn).await?;
        bare.push(rate);
        // A pair of the floor is two appends.
        raw.push(2.0 * floor::pairs(directory.path(), CLIENTS, plan.turn, [bytes, bytes]).await?);
    }
    table.ours(&format!("passages/s, {CLIENTS} clients"), "paihao, HTTP, SQLite", &ours, None);
    table.beside("our statements in batches of as many", &bare, &ours.over(&bare), None);
    table.beside("append and fdatasync of as many bytes, group commit", &raw, &ours.over(&raw), None);
    table.note("events in a commit of paihao", &number(commit.median()));
    Ok(())
}

/// A day with a million passages: how long they take, and what the server weighs before and after.
pub async fn million(table: &mut Table) -> anyhow::Result<()> {
    let clock = format!("2026-11-23T04:00:01+08:00@{SPEED}");
    let stage = Stage::with(&hall_file(), &["--clock", &clock])?;
    let server = stage.server.as_ref().context("no server")?;
    let empty = resident_kib(server.pid())?;
    let began = Instant::now();
    let passed = pass(&stage, Duration::from_hours(1), MILLION).await?;
    let took = began.elapsed().as_secs_f64();
    ensure!(passed == MILLION, "{passed} passages");
    ensure_counted(&stage, passed).await?;
    let full = resident_kib(server.pid())?;
    let rate: Samples = [f64::from(passed) / took].into_iter().collect();
    table.ours("a million passages, passages/s", "paihao, HTTP, SQLite", &rate, None);
    table.note("memory before and after, MiB", &format!("{:.0} and {:.0}", empty / 1024.0, full / 1024.0));
    table.note("a day of real halls has", "8,000 passages");
    Ok(())
}

/// Sends passages until the time is over or so many were sent; how many were taken.
async fn pass(stage: &Stage, turn: Duration, most: u32) -> anyhow::Result<u32> {
    let end = Instant::now() + turn;
    let share = most / u32::from(CLIENTS) + u32::from(!most.is_multiple_of(u32::from(CLIENTS)));
    let mut tasks = tokio::task::JoinSet::new();
    for client in 0..CLIENTS {
        let (address, token) = (stage.address.clone(), stage.manager.clone());
        let mine = share.min(most.saturating_sub(share * u32::from(client)));
        tasks.spawn(async move {
            let mut connection = Connection::open(&address).await?;
            let mut passed = 0;
            while passed < mine && Instant::now() < end {
                let body = json!({
                    "lot": "P1",
                    "lane": format!("l{}", client % LANES),
                    "direction": if passed % 2 == 0 { "in" } else { "out" },
                    // Later than now is now.
                    "at": "2027-01-01T00:00:00+08:00",
                    "passage_id": format!("bench-{client}-{passed}"),
                    "source": "loops",
                })
                .to_string();
                let request = format!(
                    "POST /api/v1/parking/passages HTTP/1.1\r\nhost: paihao\r\nauthorization: Bearer {token}\r\n\
                     content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                    body.len()
                );
                let status = connection.ask(request.as_bytes()).await?;
                ensure!(status == 201, "a passage is answered {status}");
                passed += 1;
            }
            anyhow::Ok(passed)
        });
    }
    let mut passed = 0;
    while let Some(done) = tasks.join_next().await {
        passed += done??;
    }
    Ok(passed)
}

/// Nothing is lost and nothing counted twice.
async fn ensure_counted(stage: &Stage, passed: u32) -> anyhow::Result<()> {
    let operation: LotOperation = stage.client().read("/api/v1/parking/lots/P1/operation").await?;
    let lanes: u32 = operation.lanes.iter().map(|lane| lane.entered + lane.left).sum();
    // A day that ended on the way begins to count anew.
    ensure!(lanes == passed || passed == MILLION, "{passed} were taken and {lanes} counted");
    let inside = operation.counts.first().context("no count")?.occupied;
    ensure!((0..=i64::from(CLIENTS)).contains(&inside), "{inside} are inside, of {CLIENTS} clients in turn in and out");
    Ok(())
}

async fn commits(stage: &Stage) -> anyhow::Result<[f64; 2]> {
    let text = stage.client().get("/metrics").await?.text();
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.and_then(|value| value.trim().parse().ok()).unwrap_or(0.0)
    };
    Ok([value("paihao_commit_events_count"), value("paihao_commit_events_sum")])
}

/// The store alone, given batches of as many passages as the server has in a commit: passages a second, and the bytes of one.
async fn store_alone(directory: &Path, batch: usize, turn: Duration) -> anyhow::Result<(f64, usize)> {
    let store = SqliteStore::open(directory.join("passages.db")).await?;
    let (mut hall, configured) = Hall::of(settings()?)?;
    store.append(&configured).await?;
    let (mut spent, mut passed, mut bytes) = (Duration::ZERO, 0_u32, 0);
    while spent < turn && passed < PREPARED * 100 {
        let commands = (0..batch.max(1)).map(|nth| {
            Command::AtLot(
                "P1".to_owned(),
                AtLot::Passed(Passage {
                    id: PassageId(format!("bench-{passed}-{nth}")),
                    lane: format!("l{}", nth % usize::from(LANES)),
                    at: Moment(i64::MAX / 2),
                    direction: if nth % 2 == 0 { Direction::In } else { Direction::Out },
                    bay: None,
                    source: Source::Loops,
                    doubtful: false,
                    vehicle: None,
                }),
            )
        });
        let append = hall.batch(commands.collect::<Vec<_>>())?;
        bytes = super::pairs::bytes_of(&append) / batch.max(1);
        let began = Instant::now();
        store.append(&append).await?;
        spent += began.elapsed();
        passed += batch.max(1) as u32;
    }
    store.close().await;
    Ok((f64::from(passed) / spent.as_secs_f64(), bytes))
}

fn settings() -> anyhow::Result<Settings> {
    Ok(Settings::try_from(toml::from_str::<hall::settings::HallFile>(&hall_file())?)?)
}

fn hall_file() -> String {
    let lanes: Vec<String> = (0..LANES).map(|lane| format!("{{ code = \"l{lane}\" }}")).collect();
    format!(
        "{}\n[[lots]]\ncode = \"P1\"\nname = \"P1\"\ncapacity = {{ ordinary = 20000 }}\nlanes = [{}]\n",
        halls::toml(1),
        lanes.join(", ")
    )
}
