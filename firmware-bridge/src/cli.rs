//! The command line of `paihao-bridge`.

mod check;
mod client;
mod fault;
mod probe;

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::builder::FalseyValueParser;
use clap::{Parser, Subcommand, ValueEnum};
use locales::{Language, Words};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use self::check::{Checked, Extent};
use crate::bridge;
use crate::settings::{self, Settings};

/// Where an installed bridge is found.
const SOCKET: &str = "/run/paihao/bridge.sock";

/// The devices of this machine, offered to the other programs on a Unix socket.
#[derive(Debug, Parser)]
#[command(name = "paihao-bridge", version)]
struct Cli {
    /// The settings: which devices there are and how each is connected.
    #[arg(long, global = true, env = "PAIHAO_CONFIG", value_name = "FILE.toml")]
    config: Option<PathBuf>,
    /// The socket, in place of the one of the settings.
    #[arg(long, global = true, env = "PAIHAO_SOCKET", value_name = "PATH")]
    socket: Option<PathBuf>,
    /// Where the journal of print jobs stands, in place of the place in the settings.
    #[arg(long, env = "PAIHAO_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// Let whoever reaches the socket handle virtual devices: lay cards on them, take their paper away.
    #[arg(long, env = "PAIHAO_VIRTUAL_CONTROL", value_parser = FalseyValueParser::new())]
    virtual_control: bool,
    /// What to do in place of running.
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check the settings, then every device of the running bridge: print a ticket, show a text; and print a report.
    Check {
        /// The settings alone.
        #[arg(long)]
        settings_only: bool,
        /// Print nothing.
        #[arg(long)]
        no_paper: bool,
        /// Ask for a card at every reader.
        #[arg(long)]
        hands: bool,
        /// Write the report to this file as well.
        #[arg(long, value_name = "FILE")]
        report: Option<PathBuf>,
        /// The language of the report.
        #[arg(long)]
        language: Option<Speech>,
    },
    /// List the ports of this machine and what answers on them. Stop the bridge first: a port that it has is not asked.
    Probe {
        /// Ask these alone: `serial:/dev/ttyUSB0`, `tcp:192.168.1.20:9100` and so on.
        #[arg(value_name = "PORT")]
        ports: Vec<String>,
        /// The language of the list.
        #[arg(long)]
        language: Option<Speech>,
    },
    /// Pull a plug of a virtual device of the running bridge; the fault `none` puts everything back.
    Fault {
        /// `printer`, `reader` and so on; without one, what can be pulled.
        kind: Option<String>,
        /// `[NAME] FAULT`.
        #[arg(value_name = "[NAME] FAULT", num_args = 0..=2)]
        rest: Vec<String>,
        /// The language of the answer.
        #[arg(long)]
        language: Option<Speech>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Speech {
    Zh,
    En,
}

impl Speech {
    /// The language that was asked for, or the one of the terminal. The console of a bare Linux has no Chinese characters.
    fn or_of_terminal(chosen: Option<Self>) -> Language {
        let of = |name: &str| std::env::var(name).unwrap_or_default();
        let is_english = match chosen {
            Some(chosen) => chosen == Self::En,
            None => of("TERM") == "linux" || of("LANG").starts_with("en"),
        };
        if is_english { Language::En } else { Language::Zh }
    }
}

/// Runs the program: 0 done, 1 failed, 2 wrong use.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    if let Some(command) = &cli.command {
        return match aside(&cli, command) {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::FAILURE,
            Err(error) => {
                eprintln!("paihao-bridge: {error:#}");
                ExitCode::from(2)
            }
        };
    }
    let options = match options(&cli) {
        Ok(options) => options,
        Err(error) => {
            eprintln!("paihao-bridge: {error:#}");
            return ExitCode::from(2);
        }
    };
    start_log();
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("paihao-bridge: no runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    let done = runtime.block_on(serve(options));
    // A device file that blocks must not hold up the end.
    runtime.shutdown_background();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("paihao-bridge: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// What is done beside the running bridge; whether all is well.
fn aside(cli: &Cli, command: &Command) -> anyhow::Result<bool> {
    let words = Words::new(&[locales::source!("..", "bridge")])?;
    let settings = cli.config.as_deref().map_or_else(|| Ok(Settings::default()), settings::load)?;
    let socket = || {
        let socket = cli.socket.clone().or_else(|| settings.socket.clone());
        socket.unwrap_or_else(|| PathBuf::from(SOCKET))
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match command {
        Command::Check { settings_only: true, .. } => Ok(true),
        Command::Check { no_paper, hands, report, language, .. } => {
            let extent = Extent { paper: !no_paper, hands: *hands };
            let checked = Checked { file: cli.config.as_deref(), settings: &settings, socket: socket() };
            let (good, text) =
                runtime.block_on(check::run(&words, Speech::or_of_terminal(*language), checked, extent))?;
            if let Some(file) = report {
                std::fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))?;
            }
            Ok(good)
        }
        Command::Probe { ports, language } => {
            runtime.block_on(probe::run(&words, Speech::or_of_terminal(*language), ports))?;
            Ok(true)
        }
        Command::Fault { kind, rest, language } => {
            let language = Speech::or_of_terminal(*language);
            runtime.block_on(fault::run(&words, language, &socket(), kind.as_deref(), rest))?;
            Ok(true)
        }
    }
}

fn options(cli: &Cli) -> anyhow::Result<bridge::Options> {
    let mut settings = cli.config.as_deref().map_or_else(|| Ok(Settings::default()), settings::load)?;
    settings.virtual_control |= cli.virtual_control;
    let socket = cli.socket.clone().or_else(|| settings.socket.clone());
    let data = cli.data.clone().or_else(|| settings.data.clone());
    Ok(bridge::Options {
        socket: socket.context("no socket: say `socket = \"…\"` in the settings, or --socket")?,
        data: data.context("no place for the journal: say `data = \"…\"` in the settings, or --data")?,
        settings,
    })
}

async fn serve(options: bridge::Options) -> anyhow::Result<()> {
    let stop = CancellationToken::new();
    // Before anybody hears that it runs and may stop it.
    stop_on_signal(stop.clone())?;
    let socket = options.socket.clone();
    let mut running = bridge::start(options, stop.clone()).await?;
    let mut out = std::io::stdout();
    writeln!(out, "listening on unix:{}", socket.display())?;
    out.flush()?;
    link::alive::ready(running.watched(), stop);
    running.wait().await
}

/// SIGTERM and Ctrl-C stop in order.
fn stop_on_signal(stop: CancellationToken) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
        stop.cancel();
    });
    Ok(())
}

/// Logs go to stderr; `PAIHAO_LOG` chooses what, as in `info,firmware_bridge=debug`.
fn start_log() {
    use tracing_subscriber::{EnvFilter, fmt};
    let filter = EnvFilter::try_from_env("PAIHAO_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    // Whatever is chosen: this one would write out every message, and messages name people.
    let filter = match "tungstenite=info".parse() {
        Ok(quiet) => filter.add_directive(quiet),
        Err(_) => filter,
    };
    let log = fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    let log = log.with_ansi(std::io::stderr().is_terminal());
    // A line that cannot be written, as on a full disk, is lost; a complaint about it would be a panic.
    let _ = log.log_internal_errors(false).try_init();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_come_before_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("b.toml");
        std::fs::write(&path, "socket = \"/a\"\ndata = \"/b\"\n").unwrap();
        let config = path.display().to_string();
        let read = |args: &[&str]| options(&Cli::try_parse_from(["paihao-bridge"].iter().chain(args)).unwrap());
        let options = read(&["--config", &config, "--data", "/c", "--virtual-control"]).unwrap();
        assert_eq!((options.socket, options.data), ("/a".into(), "/c".into()));
        assert!(options.settings.virtual_control);
        assert!(read(&["--socket", "/a"]).is_err(), "no place for the journal");
        std::fs::write(&path, "socket = 1\n").unwrap();
        assert!(read(&["--config", &config]).unwrap_err().to_string().contains("b.toml:1: "));
    }
}
