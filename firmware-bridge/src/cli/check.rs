//! `paihao-bridge check`: the smoke test that a technician runs on site, and its report.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use futures_util::StreamExt as _;
use locales::{Argument, Language, Words};
use protocol::bridge::{
    Align, CardTrouble, Device, DeviceKind, DeviceState, JobReport, JobState, Paper, PaperLine, PrintJob,
    ReaderMessage, SignArea, SignColour, SignEffect,
};
use tokio_tungstenite::tungstenite::Message;

use super::client::{Client, LIMIT};
use crate::clock;
use crate::settings::Settings;
use crate::words::word;

/// How long a ticket may take: the bridge itself gives up earlier.
const PAPER: Duration = Duration::from_secs(70);
/// How long somebody has for a card.
const HANDS: Duration = Duration::from_secs(20);
/// A test text leaves a sign by itself.
const SHOWN_S: u16 = 10;

/// What is to be done beside looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Print a ticket on every printer.
    pub paper: bool,
    /// Ask whoever stands there to lay a card on every reader.
    pub hands: bool,
}

/// The file that was checked, and what it says.
pub struct Checked<'a> {
    /// The file.
    pub file: Option<&'a Path>,
    /// What it says.
    pub settings: &'a Settings,
    /// Where the bridge is.
    pub socket: PathBuf,
}

/// How one thing fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Result {
    Passed,
    /// It works, and somebody should look.
    Watch,
    Failed,
}

/// The report, line by line: told at once, and kept for the file.
struct Report<'a> {
    words: &'a Words,
    language: Language,
    text: String,
    passed: usize,
    all: usize,
}

impl Report<'_> {
    fn say(&self, key: &str, arguments: &[(&'static str, Argument)]) -> String {
        self.words.say_with(self.language, key, arguments)
    }

    fn line(&mut self, text: &str) {
        println!("{text}");
        let _ = writeln!(self.text, "{text}");
    }

    fn result(&mut self, result: Result, what: &str) {
        let (key, passed) = match result {
            Result::Passed => ("check-passed", true),
            Result::Watch => ("check-watch", true),
            Result::Failed => ("check-failed", false),
        };
        self.all += 1;
        self.passed += usize::from(passed);
        let mark = self.say(key, &[]);
        self.line(&format!("[{mark}] {what}"));
    }

    fn advice(&mut self, key: &str) {
        let advice = self.say(key, &[]);
        self.line(&format!("       → {advice}"));
    }

    fn device(&mut self, device: &Device) {
        let name = self.named(device);
        let state = self.say(&format!("state-{}", word(device.state)), &[]);
        let since = self.say("check-since", &[("since", device.since.as_str().into())]);
        let result = match (device.state, device.why) {
            (DeviceState::Ready, None) => Result::Passed,
            (DeviceState::Ready, Some(_)) => Result::Watch,
            _ => Result::Failed,
        };
        self.result(result, &format!("{name} ({}, {}): {state}, {since}", device.model, device.port));
        if let Some(why) = device.why {
            self.advice(&format!("do-{}", word(why)));
        }
    }

    fn named(&self, device: &Device) -> String {
        format!("{} {}", self.say(&format!("kind-{}", word(device.kind)), &[]), device.name)
    }
}

/// Checks everything and says so; whether all is well, and the whole report.
pub async fn run(
    words: &Words,
    language: Language,
    checked: Checked<'_>,
    extent: Extent,
) -> anyhow::Result<(bool, String)> {
    let mut report = Report { words, language, text: String::new(), passed: 0, all: 0 };
    let title = report.say("check-title", &[("at", clock::wall().into())]);
    report.line(&title);
    if let Some(file) = checked.file {
        let count = checked.settings.count() as f64;
        let arguments = [("file", file.display().to_string().into()), ("count", Argument::Number(count))];
        let good = report.say("check-settings-good", &arguments);
        report.result(Result::Passed, &good);
    }
    let bridge = Client::new(&checked.socket);
    match devices(&bridge).await {
        Ok(devices) => {
            for device in &devices {
                report.device(device);
                if device.state != DeviceState::Gone {
                    test(&mut report, &bridge, device, extent).await;
                }
            }
        }
        Err(why) => {
            let socket = checked.socket.display().to_string();
            let line = report.say("check-no-bridge", &[("socket", socket.into()), ("why", format!("{why:#}").into())]);
            report.result(Result::Failed, &line);
            report.advice("check-no-bridge-do");
        }
    }
    let sum = [("passed", Argument::Number(report.passed as f64)), ("all", Argument::Number(report.all as f64))];
    let sum = report.say("check-sum", &sum);
    report.line(&sum);
    Ok((report.passed == report.all, report.text))
}

/// What can be tried without harm: a ticket, a text, a card.
async fn test(report: &mut Report<'_>, bridge: &Client, device: &Device, extent: Extent) {
    let tried = match device.kind {
        DeviceKind::Printer if extent.paper => ("test-print", print(report, bridge, device).await),
        DeviceKind::Sign => ("test-sign", show(report, bridge, device).await),
        DeviceKind::Reader if extent.hands => ("test-card-read", card(report, bridge, device).await),
        _ => return,
    };
    let (what, outcome) = tried;
    let what = format!("{}: {}", report.named(device), report.say(what, &[]));
    match outcome {
        Ok(()) => report.result(Result::Passed, &what),
        Err(why) => report.result(Result::Failed, &format!("{what}: {why:#}")),
    }
}

async fn print(report: &Report<'_>, bridge: &Client, device: &Device) -> anyhow::Result<()> {
    let at = clock::wall();
    let text = |text: String, size: u8, align: Align| PaperLine::Text { text, size, align, bold: false };
    let mut lines = Vec::new();
    for language in Language::ALL {
        lines.push(text(report.words.say(language, "test-ticket"), 2, Align::Center));
        lines.push(text(report.words.say(language, "test-ticket-detail"), 1, Align::Left));
    }
    lines.push(PaperLine::Rule);
    lines.push(text(format!("{} {}", device.name, device.model), 1, Align::Left));
    // One that every printer has, one outside GB 2312, one outside GBK.
    lines.push(text("永 堃 \u{20BB7} A012".into(), 2, Align::Center));
    lines.push(PaperLine::Qr { data: format!("paihao-bridge check {at}") });
    lines.push(text(at, 1, Align::Center));
    let job = PrintJob { paper: Paper { lines } };
    let name = format!("check-{}", clock::wall_s());
    let path = format!("/v1/printers/{}/jobs/{name}", device.name);
    let answer = bridge.put(&path, &job, PAPER).await?;
    let JobReport { state, why } = serde_json::from_slice(&answer)?;
    let why = why.map(|why| format!(", {}", word(why))).unwrap_or_default();
    anyhow::ensure!(state == JobState::Printed, "{}{why}", word(state));
    Ok(())
}

async fn show(report: &Report<'_>, bridge: &Client, device: &Device) -> anyhow::Result<()> {
    let area = SignArea {
        text: report.words.say_with(Language::Zh, "test-sign-text", &[("number", "8888".into())]),
        colour: SignColour::Red,
        effect: SignEffect::Still,
        timeout_s: SHOWN_S,
        dots: None,
    };
    bridge.put(&format!("/v1/signs/{}/areas/0", device.name), &area, LIMIT).await?;
    Ok(())
}

async fn card(report: &mut Report<'_>, bridge: &Client, device: &Device) -> anyhow::Result<()> {
    let seconds = HANDS.as_secs().to_string();
    let please =
        report.say("test-card", &[("name", device.name.as_str().into()), ("seconds", seconds.as_str().into())]);
    println!("{please}");
    let mut socket = bridge.socket(&format!("/v1/readers/{}/live", device.name)).await?;
    let read = async {
        let mut failed: Option<CardTrouble> = None;
        while let Some(Ok(message)) = socket.next().await {
            let Message::Text(text) = message else { continue };
            match serde_json::from_str(&text) {
                // What stands on it is nobody's business here.
                Ok(ReaderMessage::Read { .. }) => return Ok(()),
                Ok(ReaderMessage::Failed { why }) => failed = Some(why),
                Ok(ReaderMessage::Removed) => {
                    if let Some(why) = failed {
                        anyhow::bail!(word(why));
                    }
                }
                _ => {}
            }
        }
        anyhow::bail!("the bridge ended it")
    };
    match tokio::time::timeout(HANDS, read).await {
        Ok(outcome) => outcome,
        Err(_) => anyhow::bail!(report.say("test-nobody", &[("seconds", seconds.into())])),
    }
}

async fn devices(bridge: &Client) -> anyhow::Result<Vec<Device>> {
    let answer = bridge.get("/v1/devices").await?;
    serde_json::from_slice(&answer).context("this is no bridge")
}
