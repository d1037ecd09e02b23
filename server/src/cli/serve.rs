//! `serve` and `demo`.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use clap::builder::FalseyValueParser;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::Data;
use crate::clock::{Clock, StartAt};
use crate::serve::{Options, start};

#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    data: Data,
    /// Where to listen; port 0 picks a free one.
    #[arg(long, env = "PAIHAO_LISTEN", value_name = "ADDR:PORT", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// A hall file, put in force when it differs from the settings in force.
    #[arg(long, env = "PAIHAO_HALL", value_name = "FILE.toml")]
    hall: Option<PathBuf>,
    /// The hall's only clock, for tests and demonstrations: where it starts and how fast it runs.
    #[arg(long, env = "PAIHAO_CLOCK", value_name = "START[@SPEED]")]
    clock: Option<StartAt>,
    /// The keys for personal data [default: DIR/keys].
    #[arg(long, env = "PAIHAO_KEYS", value_name = "FILE")]
    keys: Option<PathBuf>,
    /// Accept connections that are not encrypted from other machines.
    #[arg(long, env = "PAIHAO_PLAIN_HTTP", value_parser = FalseyValueParser::new())]
    plain_http: bool,
}

impl Serve {
    pub async fn run(self) -> anyhow::Result<()> {
        anyhow::ensure!(
            self.listen.ip().is_loopback() || self.plain_http,
            "{} is not on this machine alone: without TLS that needs --plain-http",
            self.listen
        );
        let settings = self.hall.as_deref().map(crate::hall_file::load).transpose()?;
        let options = Options {
            keys: self.keys.unwrap_or_else(|| self.data.data.join("keys")),
            data: self.data.data,
            listen: self.listen,
            settings,
            clock: self.clock.map_or_else(Clock::real, Clock::simulated),
        };
        let running = start(options).await?;
        // Before anybody hears that it runs and may stop it.
        stop_on_signal(running.stop.clone())?;
        announce(running.address)?;
        running.wait().await
    }
}

#[derive(Debug, Args)]
pub struct Demo {
    /// Where to listen; port 0 picks a free one.
    #[arg(long, env = "PAIHAO_LISTEN", value_name = "ADDR:PORT", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Seconds of the hall in one real second.
    #[arg(long, env = "PAIHAO_SPEED", default_value_t = 10.0, value_parser = speed)]
    speed: f64,
    /// The seed of the day's visitors.
    #[arg(long = "seed", default_value_t = 1)]
    visitors_seed: u64,
}

fn speed(text: &str) -> Result<f64, String> {
    let speed: f64 = text.parse().map_err(|_| format!("{text:?} is not a number"))?;
    if (0.1..=600.0).contains(&speed) { Ok(speed) } else { Err("a demo runs at a speed of 0.1 to 600".into()) }
}

impl Demo {
    pub async fn run(self) -> anyhow::Result<()> {
        anyhow::ensure!(self.listen.ip().is_loopback(), "the demo listens on this machine only");
        let stop = CancellationToken::new();
        stop_on_signal(stop.clone())?;
        crate::demo::run(self.listen, self.speed, self.visitors_seed, stop, &announce).await
    }
}

/// The one line on stdout that says that requests are accepted.
fn announce(address: SocketAddr) -> anyhow::Result<()> {
    let mut out = std::io::stdout();
    writeln!(out, "listening on http://{address}")?;
    out.flush()?;
    Ok(())
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
