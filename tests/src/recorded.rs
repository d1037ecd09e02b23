//! Recorded days through a real server, beside the same days through the core alone.

pub mod cars;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};
use hall::simulate::Summary;

use crate::figures::Row;
use crate::program::{Data, Server, paihao};
use crate::rng::Rng;

/// What `paihao` prints with `--json` at the end of a day.
fn summary(args: &[&str]) -> anyhow::Result<Summary> {
    let output = Command::new(paihao()?).args(args).arg("--json").output()?;
    ensure!(output.status.success(), "paihao {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// A hall that is served for a day.
struct Hall {
    data: Data,
    server: Server,
    manager: String,
}

impl Hall {
    fn open(hall: &Path, clock: &str) -> anyhow::Result<Self> {
        let data = Data::new()?;
        let manager = data.token("manager")?;
        let server = Server::start(&data, Some(hall), &["--clock", clock])?;
        Ok(Self { data, server, manager })
    }

    fn replay(&self, day: &Path, speed: &str) -> anyhow::Result<Summary> {
        let day = day.to_str().context("a path that is no text")?;
        summary(&["replay", day, "--server", &self.server.url, "--token", &self.manager, "--speed", speed])
    }
}

/// The same day through the core alone.
pub fn simulate(day: &Path, hall: &Path) -> anyhow::Result<Summary> {
    let day = day.to_str().context("a path that is no text")?;
    summary(&["simulate", day, "--hall", hall.to_str().context("a path that is no text")?])
}

/// As fast as it goes; fails when a number was given twice, somebody called twice, or anybody lost.
pub fn at_full_speed(day: &Path, hall: &Path) -> anyhow::Result<Summary> {
    // An hour before the hall opens: the manager's tickets do not mind.
    let open = Hall::open(hall, "2026-11-23T08:00:00+08:00")?;
    let played = open.replay(day, "max")?;
    ensure!(played.served + played.left == played.tickets, "{} + {} of {}", played.served, played.left, played.tickets);
    ensure!(played.distinct_numbers == played.tickets, "{} numbers of {}", played.distinct_numbers, played.tickets);
    ensure!(played.double_calls == 0, "{} visitors were called twice", played.double_calls);
    open.data.run(&["verify"])?;
    Ok(played)
}

/// A made-up day at a hall's services: people come one after another, quickly at first, and some give up.
pub fn synthetic(services: &[&str], visitors: usize, seed: u64) -> String {
    let mut rng = Rng::new(seed);
    let mut day = String::from("arrived_at,service,class,service_s,patience_s,note\n");
    let mut at = 8.5 * 3_600.0;
    for _ in 0..visitors {
        at += -(1.0 - rng.unit()).ln() * 4.0;
        let service = services[rng.below(services.len() as u64) as usize];
        let class = match rng.below(20) {
            0 => "green",
            1 => "elder",
            2 => "normal",
            _ => "",
        };
        let seconds = 30.0 - (1.0 - rng.unit()).ln() * 300.0;
        let patience = if rng.below(3) == 0 { format!("{}", 60 + rng.below(900)) } else { String::new() };
        // Writing to a string cannot fail.
        let _ = writeln!(day, "{at:.0},{service},{class},{seconds:.0},{patience},x");
    }
    day
}

/// The recorded day of 7,054 tickets and its hall, where they are: named by `PAIHAO_DAY` and `PAIHAO_DAY_HALL`, or beside the
/// repository.
pub fn recorded() -> Option<(PathBuf, PathBuf)> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let file = |variable: &str, name: &str| std::env::var_os(variable).map_or_else(|| beside.join(name), PathBuf::from);
    let (day, hall) = (file("PAIHAO_DAY", "hall-day.csv"), file("PAIHAO_DAY_HALL", "hall-day.toml"));
    (day.is_file() && hall.is_file()).then_some((day, hall))
}

/// The recorded day at full speed: the exact figures of the contract.
pub fn recorded_at_full_speed() -> anyhow::Result<Row> {
    let (day, hall) = recorded().context("there is no recorded day: name it in PAIHAO_DAY and PAIHAO_DAY_HALL")?;
    let played = at_full_speed(&day, &hall)?;
    ensure!(played.tickets == 7_054, "{} tickets", played.tickets);
    ensure!(played.windows_used == 210, "{} windows used", played.windows_used);
    let simulated = simulate(&day, &hall)?;
    Ok(Row::new(
        "the recorded day through `serve` on SQLite, `--speed max`",
        format!(
            "{} tickets, {} served + {} left, {} distinct numbers, {} double calls, {} windows used, in {:.1} s; mean wait \
             {:.1} s, p95 {:.0} s (`simulate`: {} served, {:.1} s, {:.0} s)",
            played.tickets,
            played.served,
            played.left,
            played.distinct_numbers,
            played.double_calls,
            played.windows_used,
            played.wall_s,
            played.wait_s.mean,
            played.wait_s.p95,
            simulated.served,
            simulated.wait_s.mean,
            simulated.wait_s.p95
        ),
    ))
}

/// Whether two waits agree within 10 s or 5 %.
fn agree(one: f64, other: f64) -> bool {
    (one - other).abs() <= 10.0_f64.max(0.05 * other)
}

/// The recorded day with the clock running sixty times as fast: waits as the server recorded them.
pub fn recorded_by_the_clock() -> anyhow::Result<Row> {
    let (day, hall) = recorded().context("there is no recorded day: name it in PAIHAO_DAY and PAIHAO_DAY_HALL")?;
    let open = Hall::open(&hall, "2026-11-23T08:28:00+08:00@60")?;
    let played = open.replay(&day, "60")?;
    open.data.run(&["verify"])?;
    let simulated = simulate(&day, &hall)?;
    let (waits, expected) = (played.wait_s, simulated.wait_s);
    let found = format!(
        "{} served, {} left, mean wait {:.1} s, p95 {:.0} s; `simulate`: {}, {}, {:.1} s, {:.0} s; {:.0} s of real time",
        played.served,
        played.left,
        waits.mean,
        waits.p95,
        simulated.served,
        simulated.left,
        expected.mean,
        expected.p95,
        played.wall_s
    );
    ensure!(played.tickets == 7_054 && played.distinct_numbers == 7_054 && played.double_calls == 0, "{found}");
    ensure!(played.served + played.left == 7_054, "{found}");
    ensure!(agree(waits.mean, expected.mean) && agree(waits.p95, expected.p95), "{found}");
    Ok(Row::new("the recorded day by the clock, `--speed 60` against `--clock …@60`", found))
}

/// The long forms.
pub fn prove() -> Vec<anyhow::Result<Row>> {
    vec![recorded_at_full_speed(), recorded_by_the_clock()]
}
