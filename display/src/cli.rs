//! The command line of `paihao-display`.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::settings::{Faulty, File, Settings};

/// 显示与播报: beside boards and signs, shows and says what the hall calls.
#[derive(Debug, Parser)]
#[command(name = "paihao-display", version)]
struct Cli {
    /// Settings by file; flags and the environment win over it.
    #[arg(long, env = "PAIHAO_CONFIG", value_name = "FILE.toml")]
    config: Option<PathBuf>,
    /// Address of the hall's server.
    #[arg(long, env = "PAIHAO_SERVER", value_name = "URL")]
    server: Option<String>,
    /// A token of role `board`; in the environment or a file rather than here, where everybody sees it.
    #[arg(long, env = "PAIHAO_TOKEN", value_name = "TOKEN", hide_env_values = true, conflicts_with = "token_file")]
    token: Option<String>,
    /// A file that holds the token.
    #[arg(long, env = "PAIHAO_TOKEN_FILE", value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Certificates (PEM) that vouch for the server.
    #[arg(long, env = "PAIHAO_CA", value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Where the board's page is served, on this machine; port 0 picks a free one [default: 127.0.0.1:8091].
    #[arg(long, env = "PAIHAO_LISTEN", value_name = "ADDR:PORT")]
    listen: Option<SocketAddr>,
    /// A further origin whose pages may be shown, such as a proxy's.
    #[arg(long = "origin", env = "PAIHAO_ORIGINS", value_name = "ORIGIN", value_delimiter = ',')]
    origins: Vec<String>,
    /// The socket of `paihao-bridge`.
    #[arg(long, env = "PAIHAO_BRIDGE", value_name = "PATH")]
    bridge: Option<PathBuf>,
    /// A zone whose board hangs here.
    #[arg(long = "zone", env = "PAIHAO_ZONES", value_name = "ZONE", value_delimiter = ',')]
    zones: Vec<String>,
}

impl Cli {
    fn settings(self) -> Result<Settings, Faulty> {
        let mut file = self.config.as_deref().map(File::read).transpose()?.unwrap_or_default();
        if self.token.is_some() || self.token_file.is_some() {
            (file.token, file.token_file) = (self.token, self.token_file);
        }
        file.server = self.server.or(file.server);
        file.ca = self.ca.or(file.ca);
        file.listen = self.listen.or(file.listen);
        file.bridge = self.bridge.or(file.bridge);
        if !self.origins.is_empty() {
            file.origins = self.origins;
        }
        if !self.zones.is_empty() {
            file.zones = self.zones;
        }
        Settings::new(file)
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
    start_log();
    let settings = match cli.settings() {
        Ok(settings) => settings,
        Err(error) => {
            eprintln!("paihao-display: {error}");
            return ExitCode::from(2);
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("paihao-display: no runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    let done = runtime.block_on(serve(settings));
    runtime.shutdown_background();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("paihao-display: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(settings: Settings) -> anyhow::Result<()> {
    let stop = CancellationToken::new();
    stop_on_signal(stop.clone())?;
    let mut running = crate::run::start(settings, stop.clone()).await?;
    let mut out = std::io::stdout();
    writeln!(out, "listening on http://{}", running.address)?;
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

/// Logs go to stderr; `PAIHAO_LOG` chooses what, as in `info,display=debug`.
fn start_log() {
    use tracing_subscriber::{EnvFilter, fmt};
    let filter = EnvFilter::try_from_env("PAIHAO_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let log = fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    // A line that cannot be written, as on a full disk, is lost; a complaint about it would be a panic.
    let _ = log.log_internal_errors(false).try_init();
}
