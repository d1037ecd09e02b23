//! `make prove`: the long suites, and a table of what they found.

use std::process::{Command, ExitCode};
use std::time::Instant;

use clap::{Parser, ValueEnum};
use tests::figures::Row;
use tests::{faults, kills, live_cases, races, recorded, visits};

/// Runs the long suites on real programs and prints a row of a table for each claim.
#[derive(Debug, Parser)]
#[command(name = "prove")]
struct Prove {
    /// Which suites.
    #[arg(value_enum, default_value = "all")]
    suites: Vec<Suite>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Suite {
    /// Who presses at the same moment.
    Races,
    /// kill -9 in a storm.
    Kills,
    /// The live stream.
    Live,
    /// The recorded day; the one by the clock takes nine minutes.
    Day,
    /// Faults of printers and readers, twenty times each.
    Faults,
    /// A hundred cables of devices in use are pulled and put back.
    Cables,
    /// Traffic over lanes, from many seeds.
    Lanes,
    /// Plate cameras at the pace of a large car park.
    Cameras,
    /// Made-up days of a car park through a real server.
    Cars,
    /// Every program dies at every step of a visit, five times each.
    Visits,
    /// The Debian packages; only as root, with `PAIHAO_DEBS`: `make test-deb`.
    Deb,
    /// Everything.
    All,
}

fn main() -> ExitCode {
    let prove = Prove::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("prove: no runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    println!("Commit {}.\n\n| claim | found |\n|---|---|", commit());
    let mut failed = false;
    for suite in [
        Suite::Races,
        Suite::Kills,
        Suite::Live,
        Suite::Faults,
        Suite::Cables,
        Suite::Lanes,
        Suite::Cameras,
        Suite::Cars,
        Suite::Visits,
        Suite::Day,
        Suite::Deb,
    ] {
        if !prove.suites.contains(&suite) && !prove.suites.contains(&Suite::All) {
            continue;
        }
        let began = Instant::now();
        let rows = match suite {
            Suite::Races => runtime.block_on(races::prove()),
            Suite::Kills => runtime.block_on(kills::prove()),
            Suite::Live => runtime.block_on(live_cases::prove()),
            Suite::Faults => runtime.block_on(faults::prove()),
            Suite::Cables => runtime.block_on(faults::cables::prove()),
            Suite::Lanes => faults::traffic::prove(),
            Suite::Cameras => runtime.block_on(faults::cameras::prove()),
            Suite::Cars => recorded::cars::prove(),
            Suite::Visits => runtime.block_on(visits::prove()),
            Suite::Day if recorded::recorded().is_none() => {
                eprintln!("prove: there is no recorded day; PAIHAO_DAY and PAIHAO_DAY_HALL may name one: skipped");
                continue;
            }
            Suite::Day | Suite::All => recorded::prove(),
            Suite::Deb if std::env::var_os("PAIHAO_DEBS").is_none() => {
                eprintln!("prove: PAIHAO_DEBS names no packages: `make test-deb`: skipped");
                continue;
            }
            Suite::Deb => runtime.block_on(visits::packages::prove()),
        };
        for row in rows {
            match row {
                Ok(row) => println!("{row}"),
                Err(error) => {
                    failed = true;
                    println!("{}", Row::new(format!("{suite:?}"), format!("**failed**: {error:#}").replace('\n', " ")));
                }
            }
        }
        eprintln!("prove: {suite:?} took {:.0?}", began.elapsed());
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// What is being proved, with a mark when the tree has changes.
fn commit() -> String {
    let git =
        Command::new("git").args(["describe", "--always", "--dirty"]).current_dir(env!("CARGO_MANIFEST_DIR")).output();
    match git {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        _ => "unknown".to_owned(),
    }
}
