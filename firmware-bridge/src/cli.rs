//! The command line of `paihao-bridge`.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser;
use clap::builder::FalseyValueParser;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::bridge;
use crate::settings::{self, Settings};

/// The devices of this machine, offered to the other programs on a Unix socket.
#[derive(Debug, Parser)]
#[command(name = "paihao-bridge", version)]
struct Cli {
    /// The settings: which devices there are and how each is connected.
    #[arg(long, env = "PAIHAO_CONFIG", value_name = "FILE.toml")]
    config: Option<PathBuf>,
    /// The socket, in place of the one of the settings.
    #[arg(long, env = "PAIHAO_SOCKET", value_name = "PATH")]
    socket: Option<PathBuf>,
    /// Where the journal of print jobs stands, in place of the place in the settings.
    #[arg(long, env = "PAIHAO_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// Let whoever reaches the socket handle virtual devices: lay cards on them, take their paper away.
    #[arg(long, env = "PAIHAO_VIRTUAL_CONTROL", value_parser = FalseyValueParser::new())]
    virtual_control: bool,
    /// Check the settings and end.
    #[arg(long)]
    check: bool,
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
    let options = match options(&cli) {
        Ok(options) => options,
        Err(error) => {
            eprintln!("paihao-bridge: {error:#}");
            return ExitCode::from(2);
        }
    };
    if cli.check {
        return ExitCode::SUCCESS;
    }
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
