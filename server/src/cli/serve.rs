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
use crate::http::listener::tls::Tls;
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
    /// The server's certificate and those above it, PEM; read again when it changes, and on SIGHUP.
    #[arg(long, env = "PAIHAO_TLS_CERT", value_name = "FILE.pem", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The certificate's key, PEM.
    #[arg(long, env = "PAIHAO_TLS_KEY", value_name = "FILE.pem", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Where visitors' own pages are served, and nothing else; may be reached from anywhere.
    #[arg(long, env = "PAIHAO_PUBLIC", value_name = "ADDR:PORT")]
    public: Option<SocketAddr>,
    /// What visitors' addresses begin with, as they reach it [default: the address of --public or --listen].
    #[arg(long, env = "PAIHAO_PUBLIC_URL", value_name = "URL", value_parser = public_url)]
    public_url: Option<String>,
    /// Accept connections that are not encrypted from other machines.
    #[arg(long, env = "PAIHAO_PLAIN_HTTP", value_parser = FalseyValueParser::new())]
    plain_http: bool,
}

impl Serve {
    pub async fn run(self) -> anyhow::Result<()> {
        for address in [Some(self.listen), self.public].into_iter().flatten() {
            anyhow::ensure!(
                address.ip().is_loopback() || self.tls_cert.is_some() || self.plain_http,
                "{address} is not on this machine alone: that needs --tls-cert and --tls-key, or --plain-http"
            );
        }
        let tls = match (&self.tls_cert, &self.tls_key) {
            (Some(certificate), Some(key)) => Some(Tls::load(certificate, key)?),
            _ => None,
        };
        let settings = self.hall.as_deref().map(crate::hall_file::load).transpose()?;
        let options = Options {
            keys: self.keys.unwrap_or_else(|| self.data.data.join("keys")),
            data: self.data.data,
            listen: self.listen,
            settings,
            tls,
            public: self.public,
            public_url: self.public_url,
            clock: self.clock.map_or_else(Clock::real, Clock::simulated),
        };
        let mut running = start(options).await?;
        // Before anybody hears that it runs and may stop it.
        stop_on_signal(running.stop.clone())?;
        if let Some(public) = running.public {
            tracing::info!("visitors' pages are served on {}://{public}", running.scheme);
        }
        announce(running.scheme, running.address)?;
        link::alive::ready(running.watched(), running.stop.clone());
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
    /// Who else is there: `crowd` for simulated visitors and clerks, `none` for an open hall that waits for you.
    #[arg(long, env = "PAIHAO_VISITORS", value_enum, default_value_t = Visitors::Crowd)]
    visitors: Visitors,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Visitors {
    Crowd,
    None,
}

fn public_url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let good = rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(['?', '#', ' ', '@']));
    if good { Ok(text.to_owned()) } else { Err("an address such as https://queue.example.gov.cn".into()) }
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
        let options = crate::demo::Options {
            listen: self.listen,
            speed: self.speed,
            first_day: self.visitors_seed,
            crowd: self.visitors == Visitors::Crowd,
        };
        crate::demo::run(options, stop, &|address| announce("http", address)).await
    }
}

/// The one line on stdout that says that requests are accepted.
fn announce(scheme: &str, address: SocketAddr) -> anyhow::Result<()> {
    let mut out = std::io::stdout();
    writeln!(out, "listening on {scheme}://{address}")?;
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
