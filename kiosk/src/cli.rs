//! The command line, the settings and the log.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail, ensure};
use clap::Parser;
use protocol::Text;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::bridge::Bridge;
use crate::paper::{Columns, Printer};
use crate::run::Parts;
use crate::scan::NotConnected;
use crate::server::Server;
use crate::spool::disk::Disk;
use crate::{failpoint, visit};
use link::address_of;

/// 排号 on a kiosk: the touch page, the visit with its disk spool, and the ticket's paper.
#[derive(Debug, Parser)]
#[command(name = "paihao-kiosk", version)]
pub struct Settings {
    /// Settings by file: a key each, `server = "http://127.0.0.1:8080"`.
    #[arg(long, env = "PAIHAO_CONFIG", value_name = "FILE.toml")]
    config: Option<PathBuf>,
    /// The hall's server.
    #[arg(long, env = "PAIHAO_SERVER", value_name = "URL")]
    server: String,
    /// Certificates that may vouch for the server, where its address begins with https://.
    #[arg(long, env = "PAIHAO_SERVER_CA", value_name = "FILE.pem")]
    server_ca: Option<PathBuf>,
    /// A token of role kiosk.
    #[arg(long, env = "PAIHAO_TOKEN", hide_env_values = true, required_unless_present = "token_file")]
    token: Option<String>,
    /// A file that holds the token and nothing else.
    #[arg(long, env = "PAIHAO_TOKEN_FILE", value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// This kiosk's name in the hall.
    #[arg(long, env = "PAIHAO_NAME")]
    name: String,
    /// The socket of paihao-bridge.
    #[arg(long, env = "PAIHAO_BRIDGE", value_name = "SOCKET", default_value = "/run/paihao/bridge.sock")]
    bridge: PathBuf,
    /// Name of the printer in the bridge's settings.
    #[arg(long, env = "PAIHAO_PRINTER", default_value = "front")]
    printer: String,
    /// Name of the card reader in the bridge's settings.
    #[arg(long, env = "PAIHAO_READER", default_value = "front")]
    reader: String,
    /// Name of the scanner of printed codes in the bridge's settings, where the kiosk has one.
    #[arg(long, env = "PAIHAO_SCANNER")]
    scanner: Option<String>,
    /// Addresses under which tickets have their pages, as the server's public address; with commas between. That of the
    /// server when left out. A scanned ticket counts as the hall's own by these alone.
    #[arg(long, env = "PAIHAO_PAGES", value_name = "URL,…", value_delimiter = ',')]
    pages: Vec<String>,
    /// Where the page is served: loopback only.
    #[arg(long, env = "PAIHAO_LISTEN", value_name = "ADDR:PORT", default_value = "127.0.0.1:8081")]
    listen: SocketAddr,
    /// Where errands under way are kept. One program a directory.
    #[arg(long, env = "PAIHAO_DATA", value_name = "DIR")]
    data: PathBuf,
    /// Further origins of the page, such as that of a proxy; with commas between.
    #[arg(long, env = "PAIHAO_ORIGINS", value_name = "URL,…", value_delimiter = ',')]
    origins: Vec<String>,
    /// Columns of the printer: 48 (of some 42) for paper of 80 mm, 32 for 58 mm.
    #[arg(long, env = "PAIHAO_COLUMNS", default_value_t = 48, value_parser = clap::value_parser!(u16).range(24..=64))]
    columns: u16,
    /// Diagonal of the screen, in inches: keys are 20 mm high at least.
    #[arg(long, env = "PAIHAO_DIAGONAL", default_value_t = 21.5)]
    diagonal: f32,
    /// Seconds without a touch after which the visitor is asked whether he is still there.
    #[arg(long, env = "PAIHAO_IDLE_S", default_value_t = 60)]
    idle_s: u32,
    /// Seconds he may take to answer; at least 20 where people use it.
    #[arg(long, env = "PAIHAO_WARNING_S", default_value_t = 30)]
    warning_s: u32,
    /// Where the next kiosk is, in Chinese; shown when this one cannot print.
    #[arg(long, env = "PAIHAO_NEARBY_ZH", value_name = "TEXT", requires = "nearby_en")]
    nearby_zh: Option<String>,
    /// The same in English.
    #[arg(long, env = "PAIHAO_NEARBY_EN", value_name = "TEXT", requires = "nearby_zh")]
    nearby_en: Option<String>,
}

/// Runs the program: 0 done, 1 failed, 2 wrong use.
pub fn main() -> ExitCode {
    let wrong = |error: String| {
        eprintln!("paihao-kiosk: {error}");
        ExitCode::from(2)
    };
    let args = match with_config(std::env::args_os().collect()) {
        Ok(args) => args,
        Err(error) => return wrong(format!("{error:#}")),
    };
    let settings = match Settings::try_parse_from(args) {
        Ok(settings) => settings,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    if let Err(error) = failpoint::check() {
        return wrong(error);
    }
    start_log();
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("paihao-kiosk: no runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    let done = runtime.block_on(async {
        let stop = CancellationToken::new();
        stop_on_signals(stop.clone())?;
        crate::run::run(settings.parts()?, stop).await
    });
    // A write to the disk that is under way ends; what waits for others does not hold up the end.
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("paihao-kiosk: {error:#}");
            ExitCode::FAILURE
        }
    }
}

impl Settings {
    /// Everything the program is made of.
    pub fn parts(&self) -> anyhow::Result<Parts> {
        ensure!(self.listen.ip().is_loopback(), "the page is for this machine alone: {} is no loopback", self.listen);
        ensure!(self.idle_s > 0 && self.warning_s > 0, "idle_s and warning_s are at least 1");
        ensure!((5.0..=100.0).contains(&self.diagonal), "a diagonal lies between 5 and 100 inches");
        let plain = |name: &str| {
            !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter))
        };
        for name in [&self.name, &self.printer, &self.reader].into_iter().chain(&self.scanner) {
            ensure!(plain(name), "a name is of letters, digits, - _ and ., not {name:?}");
        }
        let token = match (&self.token, &self.token_file) {
            (Some(token), _) => token.clone(),
            (None, Some(file)) => {
                std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?
            }
            (None, None) => bail!("a token is needed"),
        };
        let paper = Printer::new(Columns(usize::from(self.columns)))?;
        let nearby = self.nearby_zh.clone().zip(self.nearby_en.clone()).map(|(zh, en)| Text { zh, en });
        let pages = if self.pages.is_empty() { std::slice::from_ref(&self.server) } else { &self.pages };
        let pages = pages.iter().map(|page| page.trim_end_matches('/').to_owned()).collect();
        Ok(Parts {
            server: Server::new(
                address_of(&self.server, self.server_ca.as_deref()).map_err(anyhow::Error::msg)?,
                token.trim(),
                &self.name,
            ),
            bridge: Bridge::new(self.bridge.clone(), &self.printer, &self.reader, self.scanner.as_deref()),
            resolver: Box::new(NotConnected),
            disk: Disk::open(&self.data).with_context(|| format!("cannot use {}", self.data.display()))?,
            visit: visit::Settings {
                idle_ms: u64::from(self.idle_s) * 1000,
                warning_ms: u64::from(self.warning_s) * 1000,
                elder_reason: paper.elder_reason(),
                nearby,
                diagonal_in: self.diagonal,
                scanner: self.scanner.is_some(),
                pages,
            },
            paper,
            listen: self.listen,
            origins: self.origins.clone(),
        })
    }
}

fn stop_on_signals(stop: CancellationToken) -> std::io::Result<()> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        stop.cancel();
    });
    Ok(())
}

/// Logs go to stderr; `PAIHAO_LOG` chooses what, as in `info,kiosk=debug`.
fn start_log() {
    use tracing_subscriber::{EnvFilter, fmt};
    let filter = EnvFilter::try_from_env("PAIHAO_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    // Whatever is chosen: this one would write out every message, and messages name people.
    let filter = match "tungstenite=info".parse() {
        Ok(quiet) => filter.add_directive(quiet),
        Err(_) => filter,
    };
    let log = fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    // A line that cannot be written, as on a full disk, is lost; a complaint about it would be a panic.
    let _ = log.log_internal_errors(false).try_init();
}

/// The arguments with those of the configuration file put in: a flag or the environment counts before the file.
fn with_config(args: Vec<OsString>) -> anyhow::Result<Vec<OsString>> {
    let Some(path) = named(&args).or_else(|| std::env::var_os("PAIHAO_CONFIG")) else { return Ok(args) };
    let shown = path.to_string_lossy().into_owned();
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {shown}"))?;
    let table: toml::Table = text.parse().with_context(|| format!("{shown} is not TOML"))?;
    let mut all = args.clone();
    for (key, value) in &table {
        let flag = format!("--{}", key.replace('_', "-"));
        let given = args.iter().any(|arg| {
            let arg = arg.to_string_lossy();
            arg == flag || arg.starts_with(&format!("{flag}="))
        });
        if given || std::env::var_os(format!("PAIHAO_{}", key.to_uppercase())).is_some() {
            continue;
        }
        let text = match value {
            toml::Value::String(text) => text.clone(),
            toml::Value::Integer(_) | toml::Value::Float(_) => value.to_string(),
            toml::Value::Array(list) if list.iter().all(toml::Value::is_str) => {
                list.iter().filter_map(toml::Value::as_str).collect::<Vec<_>>().join(",")
            }
            _ => bail!("{shown}: {key} is neither text, number nor a list of texts"),
        };
        all.push(format!("{flag}={text}").into());
    }
    Ok(all)
}

fn named(args: &[OsString]) -> Option<OsString> {
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        if arg == "--config" {
            return args.next().cloned();
        }
        if let Some(path) = arg.to_str().and_then(|arg| arg.strip_prefix("--config=")) {
            return Some(path.into());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(args: &[&str]) -> Result<Settings, clap::Error> {
        let fixed = ["paihao-kiosk", "--server=http://127.0.0.1:1", "--token=t", "--name=k1", "--data=d"];
        Settings::try_parse_from(fixed.iter().chain(args))
    }

    #[test]
    fn the_page_stays_on_this_machine() {
        let dir = tempfile::tempdir().unwrap();
        let mut wrong = settings(&["--listen=0.0.0.0:80"]).unwrap();
        wrong.data = dir.path().into();
        assert!(wrong.parts().is_err_and(|error| error.to_string().contains("loopback")));
        let mut wrong = settings(&["--printer=a/b"]).unwrap();
        wrong.data = dir.path().into();
        assert!(wrong.parts().is_err());
    }

    #[test]
    fn the_file_fills_in_what_flags_leave_open() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("kiosk.toml");
        std::fs::write(&path, "name = \"k2\"\norigins = [\"http://a\", \"http://b\"]\ncolumns = 32\n").unwrap();
        let config = format!("--config={}", path.display());
        let args = [
            "paihao-kiosk".into(),
            config.into(),
            "--name=k1".into(),
            "--server=http://127.0.0.1:1".into(),
            "--token=t".into(),
            "--data=d".into(),
        ];
        let settings = Settings::try_parse_from(with_config(args.to_vec()).unwrap()).unwrap();
        assert_eq!((settings.name.as_str(), settings.columns), ("k1", 32));
        assert_eq!(settings.origins, ["http://a", "http://b"]);
        std::fs::write(&path, "name = true\n").unwrap();
        assert!(with_config(vec!["paihao-kiosk".into(), "--config".into(), path.into()]).is_err());
    }

    #[test]
    fn a_token_is_needed() {
        let args = ["paihao-kiosk", "--server=http://127.0.0.1:1", "--name=k1", "--data=d"];
        if std::env::var_os("PAIHAO_TOKEN").is_none() && std::env::var_os("PAIHAO_TOKEN_FILE").is_none() {
            assert!(Settings::try_parse_from(args).is_err());
        }
    }
}
