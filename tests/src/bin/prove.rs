//! `make prove`: the long suites, one table of what they found. Anything that does not hold ends it with 1.

use std::process::{Command, ExitCode};
use std::time::Instant;

use clap::{Parser, ValueEnum};
use tests::figures::Row;
use tests::{kills, live_cases, races, recorded, sim};

#[derive(Parser)]
#[command(about = "Runs the long suites and prints what they found")]
struct Args {
    /// Which suites.
    #[arg(value_enum, default_values_t = [Suite::Day, Suite::Races, Suite::Kills, Suite::Live, Suite::Sim])]
    suites: Vec<Suite>,
    /// Seeds of the simulator.
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Suite {
    /// The recorded day, simulated and replayed.
    Day,
    /// Races over HTTP.
    Races,
    /// The server is killed in a storm.
    Kills,
    /// The live stream: cuts, a stalled reader, restarts.
    Live,
    /// Seeds of the simulated hall.
    Sim,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let commit = Command::new("git").args(["describe", "--always", "--dirty"]).output();
    let commit = commit.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default();
    println!("commit {commit}\n\n| suite | claim | found |\n|---|---|---|");
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("no runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut failed = 0;
    for suite in &args.suites {
        let began = Instant::now();
        let rows = match suite {
            Suite::Day => recorded::prove(),
            Suite::Races => runtime.block_on(races::prove()),
            Suite::Kills => runtime.block_on(kills::prove()),
            Suite::Live => runtime.block_on(live_cases::prove()),
            Suite::Sim => seeds(args.seeds),
        };
        match rows {
            Ok(rows) => rows.iter().for_each(|row| println!("| {suite:?} {row}")),
            Err(error) => {
                failed += 1;
                println!("| {suite:?} | FAILED | {error:#} |");
            }
        }
        eprintln!("{suite:?}: {:.0} s", began.elapsed().as_secs_f64());
    }
    println!("\nprove: {} passed, {failed} failed", args.suites.len() - failed);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn seeds(count: u64) -> anyhow::Result<Vec<Row>> {
    let (mut events, mut deaths) = (0, 0);
    for seed in 0..count {
        let report = sim::run(seed).map_err(anyhow::Error::msg)?;
        events += report.events;
        deaths += report.deaths;
    }
    Ok(vec![Row::new(format!("{count} seeds of the simulator hold"), format!("{events} events, {deaths} kills"))])
}
