//! `make bench`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};
use tests::bench::{self, Part, Plan, Screens};

#[derive(Debug, Parser)]
#[command(name = "bench", about = "The table of benchmarks.")]
struct Cli {
    /// How often each contender has its turn.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,
    /// How long a turn takes, in seconds.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
    /// Only these.
    #[arg(long, value_delimiter = ',')]
    only: Vec<Part>,
    #[command(subcommand)]
    role: Option<Role>,
}

/// What this program is when it starts itself.
#[derive(Debug, Subcommand)]
enum Role {
    /// Many screens on a live stream.
    #[command(hide = true)]
    Screens(Screens),
    /// A reader of a log.
    #[command(hide = true)]
    ReadRows {
        /// A data directory.
        data: PathBuf,
    },
}

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    match cli.role {
        Some(Role::Screens(screens)) => bench::screens(&screens),
        Some(Role::ReadRows { data }) => bench::read_rows(&data),
        None => {
            bench::with_many_files()?;
            let parts = if cli.only.is_empty() { Part::value_variants().to_vec() } else { cli.only };
            bench::run(&Plan { rounds: cli.rounds.into(), turn: Duration::from_secs(cli.seconds), parts })
        }
    }
}
