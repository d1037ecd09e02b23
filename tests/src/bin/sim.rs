//! `make sim`: many seeds of the simulated hall. A failure names its seed, and the seed shows it again.

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use tests::sim;

#[derive(Parser)]
#[command(about = "Runs the simulated hall, one seed after the other")]
struct Args {
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// How many.
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    /// Print what each seed came to.
    #[arg(long)]
    verbose: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let began = Instant::now();
    let (mut failed, mut events, mut deaths) = (0, 0, 0);
    for seed in args.first..args.first + args.seeds {
        match sim::run(seed) {
            Ok(report) => {
                events += report.events;
                deaths += u64::from(report.deaths);
                if args.verbose {
                    println!("seed {seed}: {report:?}");
                }
            }
            Err(fault) => {
                failed += 1;
                eprintln!("{fault}");
            }
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    println!("{} seeds, {events} events, {deaths} kills in {seconds:.1} s", args.seeds);
    println!("sim: {} passed, {failed} failed", args.seeds - failed);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
