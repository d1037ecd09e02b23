//! A real `paihao-bridge`, and what its clients do.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use futures_util::StreamExt as _;
use protocol::bridge::{Device, DeviceKind, DeviceState, JobReport, Paper, PrintJob, ReaderMessage};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::UnixStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use crate::program;
use crate::wait::{until_every, within};
use crate::wire::{Answer, once};

/// How often a state is looked at: many do so at the same time.
const EVERY: Duration = Duration::from_millis(100);
/// A job ends sooner, and the bridge answers after a minute at the latest.
const ANSWERS: Duration = Duration::from_secs(70);

/// A running bridge. It is killed when dropped.
#[derive(Debug)]
pub struct Bridge {
    child: Child,
    /// How clients reach it.
    pub api: Api,
    dir: TempDir,
}

/// How clients reach a bridge.
#[derive(Debug, Clone)]
pub struct Api {
    socket: PathBuf,
}

impl Bridge {
    /// Starts one with these devices, as in its settings, and this environment.
    pub fn start(devices: &str, environment: &[(&str, &str)]) -> anyhow::Result<Self> {
        Self::start_in(TempDir::with_prefix("paihao-")?, devices, environment)
    }

    fn start_in(dir: TempDir, devices: &str, environment: &[(&str, &str)]) -> anyhow::Result<Self> {
        let (socket, config) = (dir.path().join("bridge.sock"), dir.path().join("bridge.toml"));
        let settings = format!(
            "socket = \"{0}/bridge.sock\"\ndata = \"{0}/data\"\nvirtual_control = true\n{devices}",
            dir.path().display()
        );
        std::fs::write(&config, settings)?;
        let log = std::fs::OpenOptions::new().create(true).append(true).open(dir.path().join("log"))?;
        let mut command = Command::new(program::beside("paihao-bridge")?);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PAIHAO_")) {
            command.env_remove(name);
        }
        command.arg("--config").arg(&config).envs(environment.iter().copied());
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no stdout")?).read_line(&mut line)?;
        if line.trim() != format!("listening on unix:{}", socket.display()) {
            let _ = child.kill();
            let _ = child.wait();
            let log = std::fs::read_to_string(dir.path().join("log")).unwrap_or_default();
            bail!("paihao-bridge did not start: {line:?}: {log}");
        }
        Ok(Self { child, api: Api { socket }, dir })
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    /// Its files.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> anyhow::Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// SIGTERM; gives the exit status.
    pub fn terminate(&mut self) -> anyhow::Result<std::process::ExitStatus> {
        let status = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        ensure!(status.success(), "kill failed");
        Ok(self.child.wait()?)
    }

    /// Starts another one on the files of one that has ended.
    pub fn again(mut self, devices: &str) -> anyhow::Result<Self> {
        self.child.wait()?;
        let dir = std::mem::replace(&mut self.dir, TempDir::with_prefix("paihao-")?);
        Self::start_in(dir, devices, &[])
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Api {
    /// Of a bridge that somebody else has started.
    pub fn at(socket: &Path) -> Self {
        Self { socket: socket.to_owned() }
    }

    /// Asks something.
    pub async fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> anyhow::Result<Answer> {
        let stream = UnixStream::connect(&self.socket).await?;
        let answer = within(&format!("{method} {path}"), ANSWERS, once(stream, method, path, body)).await?;
        answer.with_context(|| format!("{method} {path}"))
    }

    /// Asks for something that must work.
    pub async fn put(&self, path: &str, body: &Value) -> anyhow::Result<()> {
        let answer = self.ask("PUT", path, Some(body)).await?;
        ensure!((200..300).contains(&answer.status), "PUT {path}: {} {}", answer.status, answer.text());
        Ok(())
    }

    /// Does something that must work.
    pub async fn post(&self, path: &str, body: &Value) -> anyhow::Result<()> {
        let answer = self.ask("POST", path, Some(body)).await?;
        ensure!((200..300).contains(&answer.status), "POST {path}: {} {}", answer.status, answer.text());
        Ok(())
    }

    /// Reads something that must be there.
    pub async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.ask("GET", path, None).await?.good()
    }

    /// Wants a job printed; how it ended.
    pub async fn print(&self, printer: &str, job: &str, paper: &Paper) -> anyhow::Result<JobReport> {
        let body = json!(PrintJob { paper: paper.clone() });
        self.ask("PUT", &format!("/v1/printers/{printer}/jobs/{job}"), Some(&body)).await?.good()
    }

    /// Waits until a device is in a state.
    pub async fn is(&self, kind: DeviceKind, name: &str, state: DeviceState) -> anyhow::Result<()> {
        let what = format!("{kind:?} {name} is {state:?}");
        until_every(EVERY, &what, Duration::from_mins(1), async || {
            let devices: Vec<Device> = self.ask("GET", "/v1/devices", None).await?.good()?;
            let device = devices.into_iter().find(|device| device.kind == kind && device.name == name);
            let device = device.context("no such device")?;
            Ok((device.state == state).then_some(()))
        })
        .await?;
        Ok(())
    }

    /// Listens to a reader.
    pub async fn listen(&self, reader: &str) -> anyhow::Result<Listener> {
        self.listen_at(&format!("/v1/readers/{reader}/live")).await
    }

    /// Listens to any device.
    pub async fn listen_at(&self, path: &str) -> anyhow::Result<Listener> {
        Ok(Listener { socket: self.socket(path).await? })
    }

    /// Opens a socket.
    pub async fn socket(&self, path: &str) -> anyhow::Result<WebSocketStream<UnixStream>> {
        let stream = UnixStream::connect(&self.socket).await?;
        let (socket, _) = tokio_tungstenite::client_async(format!("ws://bridge{path}"), stream).await?;
        Ok(socket)
    }
}

/// Who listens to a device.
#[derive(Debug)]
pub struct Listener {
    socket: WebSocketStream<UnixStream>,
}

impl Listener {
    /// What is told next about cards.
    pub async fn hear(&mut self, limit: Duration) -> anyhow::Result<ReaderMessage> {
        let about_cards =
            |message: &ReaderMessage| !matches!(message, ReaderMessage::Tick | ReaderMessage::Changed { .. });
        self.hear_that(limit, about_cards).await
    }

    /// The next message that is worth something.
    pub async fn hear_that<M: DeserializeOwned>(
        &mut self,
        limit: Duration,
        counts: impl Fn(&M) -> bool,
    ) -> anyhow::Result<M> {
        let hears = async {
            loop {
                match self.socket.next().await.context("the bridge closed the socket")?? {
                    Message::Text(text) => {
                        let message = serde_json::from_str(&text)?;
                        if counts(&message) {
                            return anyhow::Ok(message);
                        }
                    }
                    Message::Close(frame) => bail!("closed: {frame:?}"),
                    _ => {}
                }
            }
        };
        within("a word of the device", limit, hears).await?
    }
}
