//! A hall with a call pad and a sign at window 1: server, bridge with virtual devices, display.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use protocol::{Ticket, Window};
use serde_json::{Value, json};

use crate::faults::bridge::Bridge;
use crate::halls;
use crate::program;
use crate::wait::until;

/// The window, its pad and the pad's line.
pub const WINDOW: u16 = 1;
/// The pad's address; the rating pad has the same.
pub const ADDRESS: u8 = 5;
/// Whatever is awaited comes sooner.
const LIMIT: Duration = Duration::from_secs(30);

/// See the module. Everything is killed when it is dropped.
#[derive(Debug)]
pub struct Stage {
    /// The server and its data.
    pub hall: halls::Stage,
    /// The bridge.
    pub bridge: Bridge,
    display: Child,
}

impl Stage {
    /// Starts the programs with window 1 open, and waits until the pad shows how many wait: nobody.
    pub async fn start() -> anyhow::Result<Self> {
        let stage = Self::start_on("virtual", "virtual").await?;
        stage.pad_shows("000---").await?;
        Ok(stage)
    }

    /// The same with pads and sign at these ports, as in the settings.
    pub async fn start_on(pads: &str, sign: &str) -> anyhow::Result<Self> {
        let hall = halls::Stage::new(2)?;
        hall.open_windows(WINDOW).await?;
        let bridge = Bridge::start(
            &format!(
                "[[pads]]\nname = \"desks\"\nmodel = \"pad-21\"\nport = \"{pads}\"\npads = [5, 6]\n\
                 [[signs]]\nname = \"w1\"\nmodel = \"onbon-5k\"\nport = \"{sign}\"\nwidth = 128\nheight = 32\n"
            ),
            &[],
        )?;
        let display = display(&hall, &bridge)?;
        Ok(Self { hall, bridge, display })
    }

    /// A new ticket for the window.
    pub async fn take(&self) -> anyhow::Result<Ticket> {
        self.hall.client().post("/api/v1/tickets", &json!({ "service": "S" })).await?.good()
    }

    /// How the window is.
    pub async fn window(&self) -> anyhow::Result<Window> {
        self.hall.client().read(&format!("/api/v1/windows/{WINDOW}")).await
    }

    /// Presses a key of the pad. The same key counts again when the pad has been quiet for 1.5 s.
    pub async fn press(&self, key: &str) -> anyhow::Result<()> {
        self.touch(&json!({ "key": key })).await
    }

    /// Presses a key of the rating pad, 0 to 3.
    pub async fn rate(&self, key: u8) -> anyhow::Result<()> {
        self.touch(&json!({ "rate": key })).await
    }

    async fn touch(&self, what: &Value) -> anyhow::Result<()> {
        let path = format!("/v1/virtual/pads/desks/{ADDRESS}/keys");
        let answer = self.bridge.api.ask("POST", &path, Some(what)).await?;
        ensure!(answer.status == 204, "{} {}", answer.status, answer.text());
        Ok(())
    }

    /// How the line is plugged in.
    pub async fn plug(&self, plugs: &Value) -> anyhow::Result<()> {
        self.bridge.api.put("/v1/virtual/pads/desks/plugs", plugs).await
    }

    /// What the pad looks like: `display`, `beeps`, `asked`, `pressing`.
    pub async fn pad(&self) -> anyhow::Result<Value> {
        let line = self.bridge.api.get("/v1/virtual/pads/desks").await?;
        Ok(line["pads"][ADDRESS.to_string()].clone())
    }

    /// Waits until the pad's six places show this; `-` is an empty one. How long it took.
    pub async fn pad_shows(&self, places: &str) -> anyhow::Result<Duration> {
        let shows = async || Ok((self.pad().await?["display"] == places).then_some(()));
        let waited = until(&format!("the pad shows {places}"), LIMIT, shows).await;
        Ok(waited.with_context(|| self.logs())?.1)
    }

    /// Waits until something is so of the pad.
    pub async fn pad_is(&self, what: &str, value: Value) -> anyhow::Result<Duration> {
        let is = async || Ok((self.pad().await?[what] == value).then_some(()));
        let waited = until(&format!("{what} of the pad is {value}"), LIMIT, is).await;
        Ok(waited.with_context(|| self.logs())?.1)
    }

    /// Waits until the sign above the window says this among other things. How long it took.
    pub async fn sign_says(&self, part: &str) -> anyhow::Result<Duration> {
        let says = async || {
            let devices = self.bridge.api.get("/v1/virtual").await?;
            let areas = devices["signs"][0]["areas"].as_array().context("no areas")?.clone();
            Ok(areas.iter().any(|area| area["text"].as_str().is_some_and(|text| text.contains(part))).then_some(()))
        };
        let waited = until(&format!("the sign says {part}"), LIMIT, says).await;
        Ok(waited.with_context(|| self.logs())?.1)
    }

    /// What the programs have logged.
    pub fn logs(&self) -> String {
        format!("{}\nthe bridge: {}", program::log(&self.hall.data), self.bridge.log())
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = self.display.kill();
        let _ = self.display.wait();
    }
}

fn display(hall: &halls::Stage, bridge: &Bridge) -> anyhow::Result<Child> {
    let dir = hall.data.path();
    let (board, clerk) = (hall.data.token("board")?, hall.data.token("clerk")?);
    let config = dir.join("display.toml");
    std::fs::write(
        &config,
        format!(
            "server = \"http://{}\"\ntoken = \"{board}\"\npads_token = \"{clerk}\"\nlisten = \"127.0.0.1:0\"\n\
             bridge = {}\n[[signs]]\nname = \"w1\"\nwindow = {WINDOW}\n[[pads]]\nline = \"desks\"\n\
             address = {ADDRESS}\nwindow = {WINDOW}\nrating = {ADDRESS}\ntransfer = {{ 2 = \"T\" }}\n",
            hall.address,
            toml::Value::from(bridge.dir().join("bridge.sock").display().to_string()),
        ),
    )?;
    let log = std::fs::OpenOptions::new().create(true).append(true).open(dir.join("log"))?;
    let mut command = Command::new(program::beside("paihao-display")?);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PAIHAO_")) {
        command.env_remove(name);
    }
    command.arg("--config").arg(&config);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn()?;
    let mut line = String::new();
    BufReader::new(child.stdout.take().context("no stdout")?).read_line(&mut line)?;
    if !line.starts_with("listening on ") {
        let _ = child.kill();
        let _ = child.wait();
        bail!("paihao-display did not start: {}", program::log(&hall.data));
    }
    Ok(child)
}
