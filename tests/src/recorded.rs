//! Recorded days through real programs: `replay` against `serve`, beside `simulate`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};
use hall::Settings;
use hall::estimate::Random;
use hall::simulate::Summary;

use crate::figures::Row;
use crate::program::{Data, Server, paihao, yinzhou};

/// A day over the project's own hall, written from a seed: for machines without a recorded one.
pub fn synthetic_day(path: &Path, visitors: usize, seed: u64) -> anyhow::Result<()> {
    let settings: Settings = server::hall_file::load(&yinzhou())?;
    let services = &settings.file().services;
    let mut random = Random::new(seed);
    let mut at = 8.5 * 3600.0;
    let mut text = String::from("arrived_at,service,class,service_s,patience_s\n");
    for _ in 0..visitors {
        // Far more than the windows of a few services can take, so that people wait and some give up.
        at += random.exponential(4.0);
        let service = &services[random.below(6) as usize];
        let class = ["normal", "normal", "normal", "green", "elder", ""][random.below(6) as usize];
        let service_s = 30.0 + random.exponential(f64::from(service.expected_service_s)).round();
        let patience = if random.below(3) == 0 { format!("{}", 20 + random.below(900)) } else { String::new() };
        writeln!(text, "{},{},{class},{service_s},{patience}", at.round(), service.code.as_str())?;
    }
    std::fs::write(path, text)?;
    Ok(())
}

/// The recorded day and its hall: `PAIHAO_DAY` and `PAIHAO_DAY_HALL`, or those beside the project.
pub fn recorded() -> Option<(PathBuf, PathBuf)> {
    let from = |name: &str, file: &str| {
        let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(file);
        std::env::var_os(name).map_or(beside, PathBuf::from)
    };
    let files = (from("PAIHAO_DAY", "hall-day.csv"), from("PAIHAO_DAY_HALL", "hall-day.toml"));
    (files.0.is_file() && files.1.is_file()).then_some(files)
}

/// `paihao simulate`.
pub fn simulate(day: &Path, hall: &Path, profile: Option<&str>) -> anyhow::Result<Summary> {
    let mut command = Command::new(paihao()?);
    command.arg("simulate").arg(day).arg("--hall").arg(hall).arg("--json");
    if let Some(profile) = profile {
        command.args(["--profile", profile]);
    }
    summary(&mut command)
}

/// `paihao replay` against a fresh `paihao serve`; `verify` must pass afterwards. With a speed, the server's clock starts at
/// `start` (local time, with offset).
pub fn replay(day: &Path, hall: &Path, speed: Option<(&str, &str)>) -> anyhow::Result<Summary> {
    let data = Data::new()?;
    let token = data.token("manager")?;
    let clock = speed.map(|(start, speed)| format!("{start}@{speed}"));
    let args: Vec<&str> = clock.iter().flat_map(|clock| ["--clock", clock]).collect();
    let server = Server::start(&data, Some(hall), &args)?;
    let mut command = Command::new(paihao()?);
    command.arg("replay").arg(day).args(["--server", &server.url, "--json", "--token", &token]);
    if let Some((_, speed)) = speed {
        command.args(["--speed", speed]);
    }
    let summary = summary(&mut command)?;
    data.run(&["verify"])?;
    ensure!(server.terminate()?.success(), "the server did not stop in order");
    data.run(&["verify"])?;
    Ok(summary)
}

fn summary(command: &mut Command) -> anyhow::Result<Summary> {
    let output = command.output()?;
    ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).context("a summary that cannot be read")
}

/// What holds for every replay, whatever the day.
pub fn whole(summary: &Summary, tickets: usize) -> anyhow::Result<()> {
    ensure!(summary.tickets == tickets, "{} tickets of {tickets}", summary.tickets);
    ensure!(summary.served + summary.left == tickets, "{} served, {} left", summary.served, summary.left);
    ensure!(summary.distinct_numbers == tickets, "{} distinct numbers", summary.distinct_numbers);
    ensure!(summary.double_calls == 0, "{} double calls", summary.double_calls);
    Ok(())
}

/// Whether `found` is within `seconds` or `share` of `expected`.
pub fn near(found: f64, expected: f64, seconds: f64, share: f64) -> bool {
    (found - expected).abs() <= seconds.max(expected * share)
}

/// The recorded day: simulated under each profile, replayed at full speed and at sixty times.
pub fn prove() -> anyhow::Result<Vec<Row>> {
    let Some((day, hall)) = recorded() else {
        return Ok(vec![Row::new("the recorded day", "skipped: there is none (PAIHAO_DAY, PAIHAO_DAY_HALL)")]);
    };
    let mut rows = Vec::new();
    let referee = [("green-first", 6670, 384, 26.9, 180.0), ("first-come", 6678, 376, 27.0, 194.0)];
    for (profile, served, left, mean, p95) in referee {
        let found = simulate(&day, &hall, Some(profile))?;
        let within = |found: f64, expected: f64| near(found, expected, 0.0, 0.01);
        ensure!(within(found.served as f64, f64::from(served)), "{profile}: {} served", found.served);
        ensure!(within(found.left as f64, f64::from(left)), "{profile}: {} left", found.left);
        ensure!(within(found.wait_s.mean, mean), "{profile}: mean {}", found.wait_s.mean);
        ensure!(within(found.wait_s.p95, p95), "{profile}: p95 {}", found.wait_s.p95);
        rows.push(Row::new(format!("simulate, {profile}"), figures(&found)));
    }
    let default = simulate(&day, &hall, Some("default"))?;
    let first_come = simulate(&day, &hall, Some("first-come"))?;
    ensure!(default.wait_s.mean <= 1.06 * first_come.wait_s.mean, "default: mean {}", default.wait_s.mean);
    ensure!(default.left as f64 <= 1.05 * first_come.left as f64 + 5.0, "default: {} left", default.left);
    ensure!(default.wait_s.p95 <= 1.1 * first_come.wait_s.p95, "default: p95 {}", default.wait_s.p95);
    let class = |name: &str| default.by_class.get(name).map_or(f64::NAN, |group| group.wait_s.p95);
    ensure!(class("green") <= class("normal"), "default: green waits longer than normal");
    ensure!(default.wall_s < 1.0, "a simulated day takes {} s", default.wall_s);
    let classes = format!("; p95 green {} s, normal {} s; {:.3} s", class("green"), class("normal"), default.wall_s);
    rows.push(Row::new("simulate, default", figures(&default) + &classes));

    let fast = replay(&day, &hall, None)?;
    whole(&fast, 7054)?;
    ensure!(fast.windows_used == 210, "{} windows used", fast.windows_used);
    rows.push(Row::new("replay --speed max against serve on SQLite", figures(&fast) + &counted(&fast)));

    let simulated = simulate(&day, &hall, None)?;
    let paced = replay(&day, &hall, Some(("2026-11-23T08:28:00+08:00", "60")))?;
    whole(&paced, 7054)?;
    for (what, found, expected) in [
        ("mean", paced.wait_s.mean, simulated.wait_s.mean),
        ("p95", paced.wait_s.p95, simulated.wait_s.p95),
    ] {
        ensure!(near(found, expected, 10.0, 0.05), "at 60 times: {what} {found}, simulated {expected}");
    }
    let eta = paced.eta.map_or(String::new(), |eta| {
        format!("; estimates {:.1} s off, {:.1} % in their interval", eta.mae_s, eta.coverage_80 * 100.0)
    });
    rows.push(Row::new("replay --speed 60 against --clock …@60", figures(&paced) + &counted(&paced) + &eta));
    Ok(rows)
}

fn figures(summary: &Summary) -> String {
    let wait = &summary.wait_s;
    format!("{} served, {} left, mean {:.1} s, p95 {:.0} s", summary.served, summary.left, wait.mean, wait.p95)
}

fn counted(summary: &Summary) -> String {
    format!(
        "; {} tickets, {} numbers, {} double calls, {} windows; {:.1} s",
        summary.tickets, summary.distinct_numbers, summary.double_calls, summary.windows_used, summary.wall_s
    )
}
