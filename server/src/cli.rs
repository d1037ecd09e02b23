//! The commands of `paihao`. Each works while `serve` runs.

pub mod cars;
mod config;
mod day;
mod forecast;
mod hall;
mod log;
mod serve;
mod token;
mod user;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

/// 排号: queues and traffic of a service hall.
#[derive(Debug, Parser)]
#[command(name = "paihao", version, propagate_version = true)]
struct Cli {
    /// Settings by file: a table for each command, `[serve] listen = "127.0.0.1:8080"`.
    #[arg(long, global = true, env = "PAIHAO_CONFIG", value_name = "FILE.toml")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the hall.
    Serve(serve::Serve),
    /// A whole living hall on this machine, in a temporary data directory.
    Demo(serve::Demo),
    /// Play a recorded day through a real server over its public API.
    Replay(day::Replay),
    /// The same day through the routing core alone.
    Simulate(day::Simulate),
    /// How well the fill of car parks would have been forecast on recorded days.
    Forecast(forecast::Forecast),
    /// Print a day of a car park made up, for `replay`.
    Cars(cars::Cars),
    /// The hall's settings in and out.
    Hall(hall::Hall),
    /// Bearer tokens.
    Token(token::Token),
    /// People who sign in.
    User(user::User),
    /// Check integrity, hash chain and invariants; exit 1 and the place where it breaks.
    Verify(log::Verify),
    /// Make the rows that people query anew from the log.
    Rebuild(log::Rebuild),
    /// Print the OpenAPI document.
    Openapi,
}

/// Where the hall's data are.
#[derive(Debug, Args)]
struct Data {
    /// The data directory (SQLite).
    #[arg(long, env = "PAIHAO_DATA", value_name = "DIR")]
    data: PathBuf,
}

impl Data {
    /// Opens a hall that exists: a misspelt directory must not look like an empty hall.
    async fn open(&self) -> anyhow::Result<store_sqlite::SqliteStore> {
        let path = crate::serve::database(&self.data);
        anyhow::ensure!(path.exists(), "there is no hall in {}: {} is missing", self.data.display(), path.display());
        crate::serve::open_store(&self.data).await
    }
}

/// Runs the program: 0 done, 1 failed, 2 wrong use.
pub fn run() -> ExitCode {
    let args = match config::with_config(std::env::args_os().collect()) {
        Ok(args) => args,
        Err(error) => {
            eprintln!("paihao: {error:#}");
            return ExitCode::from(2);
        }
    };
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    start_log();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("paihao: no runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    let done = runtime.block_on(dispatch(cli.command));
    // Work that was orphaned must not hold up the end.
    runtime.shutdown_background();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("paihao: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve(serve) => serve.run().await,
        Command::Demo(demo) => demo.run().await,
        Command::Replay(replay) => replay.run().await,
        Command::Simulate(simulate) => simulate.run(),
        Command::Forecast(forecast) => forecast.run(),
        Command::Cars(cars) => cars.run(),
        Command::Hall(hall) => hall.run().await,
        Command::Token(token) => token.run().await,
        Command::User(user) => user.run().await,
        Command::Verify(verify) => verify.run().await,
        Command::Rebuild(rebuild) => rebuild.run().await,
        Command::Openapi => {
            println!("{}", crate::http::document().to_pretty_json()?);
            Ok(())
        }
    }
}

/// Logs go to stderr; `PAIHAO_LOG` chooses what, as in `info,server=debug`.
fn start_log() {
    use tracing_subscriber::{EnvFilter, fmt};
    let filter = EnvFilter::try_from_env("PAIHAO_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let log = fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    // A line that cannot be written, as on a full disk, is lost; a complaint about it would be a panic.
    let _ = log.log_internal_errors(false).try_init();
}
