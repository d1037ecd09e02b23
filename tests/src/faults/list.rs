//! The list of faults.

use anyhow::Context as _;
use drivers::escpos::virtual_printer::Plugs;
use drivers::samv::virtual_reader::Fault;
use drivers::scanner::virtual_scanner;
use drivers::sign::virtual_sign::Plugs as SignPlugs;
use drivers::speaker::virtual_speaker;
use protocol::bridge::speakers::SpeechState;
use protocol::bridge::{CardTrouble, DeviceState, JobState};
use serde::Deserialize;

/// `faults.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Faults of printers.
    pub printer: Vec<PrinterFault>,
    /// Faults of readers.
    pub reader: Vec<ReaderFault>,
    /// Faults of signs.
    pub sign: Vec<SignFault>,
    /// Faults of lanes and gates.
    pub wire: Vec<super::wires::WireFault>,
    /// Faults of lines of call pads.
    pub pads: Vec<PadsFault>,
    /// Faults of scanners.
    pub scanner: Vec<ScannerFault>,
    /// Faults of speakers.
    pub speaker: Vec<SpeakerFault>,
    /// Deaths of the bridge.
    pub kill: Vec<Kill>,
}

/// How the printer is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Link {
    /// In the bridge's own memory.
    Virtual,
    /// Over a TCP port, as on 9100.
    Tcp,
    /// Over a pseudo-terminal, as a serial port.
    Serial,
}

/// A fault of a printer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrinterFault {
    /// What it is.
    pub name: String,
    /// How it is brought about, for people.
    #[serde(default)]
    pub how: String,
    /// Over which links it is tried.
    pub links: Vec<Link>,
    /// Which model.
    #[serde(default = "plain")]
    pub model: String,
    /// How the printer is before.
    #[serde(default)]
    pub plugs: Plugs,
    /// How it is once some lines hang there.
    pub during: Option<Plugs>,
    /// It is switched off and on once some lines hang there.
    #[serde(default)]
    pub restart: bool,
    /// It is switched off and on when the jobs were answered and everything else is mended.
    #[serde(default)]
    pub restart_after: bool,
    /// What differs from try to try.
    #[serde(default)]
    pub spread: Spread,
    /// How many tickets are asked for at once.
    #[serde(default = "one")]
    pub jobs: usize,
    /// What may be answered.
    pub ends: Vec<JobState>,
}

/// Values from the first try to the last.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Spread {
    /// The paper ends after so many lines.
    pub out_after_lines: Option<[u32; 2]>,
    /// The printer's speed.
    pub bytes_per_s: Option<[u32; 2]>,
    /// Lines that hang there when `during` comes.
    pub lines: Option<[u32; 2]>,
}

fn one() -> usize {
    1
}

fn plain() -> String {
    "generic-80".to_owned()
}

/// What must be told of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expect {
    /// Whose it is.
    Read,
    /// Why it was not read.
    Message,
}

/// A fault of a line of call pads.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PadsFault {
    /// What it is.
    pub name: String,
    /// How it is brought about, for people.
    #[serde(default)]
    pub how: String,
    /// How the line is while keys are pressed.
    pub plugs: drivers::pads::virtual_line::Plugs,
    /// On how many pads at once.
    pub pads: u8,
    /// How often.
    pub presses: usize,
    /// What is told while it lasts; what is not is told when it is over.
    pub told: bool,
    /// How the line is in the end, while it lasts.
    pub state: Option<DeviceState>,
}

/// A fault of a reader.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReaderFault {
    /// What it is.
    pub name: String,
    /// How it is brought about, for people.
    #[serde(default)]
    pub how: String,
    /// What goes wrong while the card is read.
    pub fault: Option<Fault>,
    /// Another card takes the place of the first.
    #[serde(default)]
    pub next: bool,
    /// The cable is out.
    #[serde(default)]
    pub dead: bool,
    /// What must be told.
    pub expect: Expect,
    /// Which messages are clear ones.
    #[serde(default)]
    pub why: Vec<CardTrouble>,
}

/// A fault of a sign.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignFault {
    /// What it is.
    pub name: String,
    /// How it is brought about, for people.
    #[serde(default)]
    pub how: String,
    /// On which models it is tried.
    pub models: Vec<String>,
    /// How the sign is plugged in meanwhile.
    #[serde(default)]
    pub plugs: SignPlugs,
    /// What the bridge says of it meanwhile, where it can know.
    pub state: Option<DeviceState>,
    /// Instead of plugs: whoever asked for the text is silent, and had said so many seconds.
    #[serde(default)]
    pub timeout_s: u16,
}

/// What must be told of three codes while a fault is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Codes {
    /// Each of them.
    All,
    /// The first, once: it is held there.
    Once,
    /// That each is unreadable.
    Unreadable,
    /// Nothing.
    Nothing,
}

/// A fault of a scanner.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScannerFault {
    /// What it is.
    pub name: String,
    /// How it is brought about, for people.
    #[serde(default)]
    pub how: String,
    /// The models it is tried on.
    pub models: Vec<String>,
    /// How the scanner is.
    #[serde(default)]
    pub plugs: virtual_scanner::Plugs,
    /// The text of every code, instead of three that differ.
    pub text: Option<String>,
    /// What must be told.
    pub codes: Codes,
    /// How it is said to be then.
    pub state: DeviceState,
}

/// A fault of a speaker.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpeakerFault {
    /// What it is.
    pub name: String,
    /// How it is brought about, for people.
    #[serde(default)]
    pub how: String,
    /// How a virtual speaker is meanwhile.
    pub plugs: Option<virtual_speaker::Plugs>,
    /// Or what a program does that stands in for `aplay`: a line of `sh`.
    pub player: Option<String>,
    /// How many calls are asked for at once.
    #[serde(default = "one")]
    pub calls: usize,
    /// So long each may take until it begins.
    #[serde(default = "ten_seconds")]
    pub expires_ms: u32,
    /// How the speaker is said to be then.
    pub state: DeviceState,
    /// What may become of a call.
    pub ends: Vec<SpeechState>,
}

fn ten_seconds() -> u32 {
    10_000
}

/// A death of the bridge.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kill {
    /// Where.
    pub failpoint: String,
    /// Or how many milliseconds after the request.
    pub after_ms: Option<[u32; 2]>,
    /// What is answered then.
    pub ends: Vec<JobState>,
}

impl List {
    /// The list.
    pub fn load() -> anyhow::Result<Self> {
        toml::from_str(include_str!("../../faults.toml")).context("faults.toml")
    }
}
