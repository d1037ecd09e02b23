//! What `paihao-bridge` offers the other programs of its machine, as HTTP over its Unix socket (contract, "Bridge").
//!
//! | call | meaning |
//! |---|---|
//! | `GET /v1/devices` | every device: [`Device`] |
//! | `GET /v1/live` (WebSocket) | [`DeviceMessage`]: every device once, then each change |
//! | `PUT /v1/printers/{name}/jobs/{job}` [`PrintJob`] | prints at most once and answers how it ended: [`JobReport`] |
//! | `GET /v1/printers/{name}/jobs/{job}` | what became of a job: [`JobReport`] |
//! | `GET /v1/readers/{name}/live` (WebSocket) | [`ReaderMessage`]: the cards laid on it. One listener at a time |
//! | `GET /v1/scanners/{name}/live` (WebSocket) | [`ScannerMessage`]: the codes held before it. One listener at a time |
//! | `PUT /v1/signs/{name}/areas/{area}` [`SignArea`] | shows a text in an area, until another is shown there |
//! | `DELETE /v1/signs/{name}/areas` | clears the sign |
//! | `PUT /v1/signs/{name}/brightness` [`SignBrightness`] | how bright it is |
//! | `POST /v1/signs/{name}/self-test` | lights everything it has for three seconds |
//! | `POST /v1/signs/{name}/say` [`SignSpeech`] | speaks a text, where the board can |
//! | `/v1/speakers/…` | what speakers say: [`speakers`] |
//! | `/v1/lanes`, `/v1/gates`, `/v1/lamps` | what hangs on single wires: [`lanes`] |
//! | `/v1/cameras` | cameras that read plates: [`cameras`] |
//! | `/v1/pads/{name}/…` | call pads and rating pads: [`pads`] |
//! | `/v1/virtual/…` | the plugs of virtual devices; only where the settings allow it |

pub mod cameras;
pub mod lanes;
pub mod pads;
mod scanner;
mod signs;
pub mod speakers;

pub use pads::{PadKey, PadScreen, PadsMessage};

use serde::{Deserialize, Serialize};

use crate::pii::Pii;
pub use scanner::ScannerMessage;
pub use signs::{SignBrightness, SignDots, SignSpeech};

/// What kind of device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum DeviceKind {
    /// A ticket printer.
    Printer,
    /// A reader of identity cards.
    Reader,
    /// A sign.
    Sign,
    /// A scanner of printed codes.
    Scanner,
    /// A line of call pads and rating pads.
    Pads,
    /// A lane with two loops.
    Lane,
    /// A gate.
    Gate,
    /// A lamp, as the one above a window.
    Lamp,
    /// A camera that reads plates.
    Camera,
    /// A speaker.
    Speaker,
    /// A kiosk: the program `paihao-kiosk`. A bridge has none.
    Kiosk,
    /// A board: the program `paihao-display`. A bridge has none.
    Board,
}

/// How a device is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum DeviceState {
    /// Works.
    Ready,
    /// Answers, but cannot work or will soon not be able to: `why` says what is wrong.
    Degraded,
    /// Does not answer, or its port cannot be opened.
    Gone,
}

/// What is wrong with a device, or why a job was not printed. People read the words for it in `locales`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Trouble {
    /// Little paper is left; it still prints.
    PaperNearEnd,
    /// No paper.
    PaperOut,
    /// The cover is open.
    CoverOpen,
    /// The cutter is stuck.
    Cutter,
    /// Too hot; it goes on by itself.
    Overheated,
    /// An error that only switching off and on clears.
    Fault,
    /// Off line for a reason it does not tell.
    OffLine,
    /// The port is closed, or nothing answers.
    NoAnswer,
    /// It was switched off and on, and forgot what it had been sent.
    Restarted,
    /// What was sent cannot be shown, said or printed.
    Refused,
    /// What comes from it is spoilt: noise on the line, a wrong rate, two that speak at a time.
    Garbled,
    /// A loop reports a vehicle for longer than any stands there, or none while the other loop sees many.
    LoopStuck,
    /// It was told to move and did not arrive.
    Jammed,
    /// Its safety input is active or unknown: it may not be closed.
    Blocked,
    /// The disk of its machine takes nothing more: what it tells is kept in memory alone.
    StorageFull,
}

/// A device and how it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Device {
    /// What kind of device.
    pub kind: DeviceKind,
    /// Its name in the settings.
    pub name: String,
    /// Its model in the settings.
    pub model: String,
    /// Where it is connected, as in the settings.
    pub port: String,
    /// How it is.
    pub state: DeviceState,
    /// What is wrong; a ready device may still be low on paper.
    pub why: Option<Trouble>,
    /// Since when, RFC 3339.
    pub since: String,
}

/// `GET /v1/live`: how a device is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum DeviceMessage {
    /// A device at the start, or after a change.
    #[serde(rename = "device.changed")]
    Changed {
        /// The device.
        device: Device,
    },
    /// A sign of life, every two seconds.
    #[serde(rename = "tick")]
    Tick,
}

/// A page to print: what stands on it, from top to bottom. The printer cuts after it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paper {
    /// Its lines, at most [`Paper::MAX_LINES`].
    pub lines: Vec<PaperLine>,
}

impl Paper {
    /// Most lines of a page.
    pub const MAX_LINES: usize = 100;
    /// Longest text of a line or a QR code, in bytes.
    pub const MAX_TEXT: usize = 512;
}

/// One part of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "lowercase", deny_unknown_fields)]
pub enum PaperLine {
    /// A text; a long one goes on in the next line of the paper.
    Text {
        /// The text, without control characters.
        text: String,
        /// How many times as large as plain text, 1 to 8 in both directions.
        #[serde(default = "plain")]
        size: u8,
        /// Where it stands.
        #[serde(default)]
        align: Align,
        /// In bold.
        #[serde(default)]
        bold: bool,
    },
    /// A line across the paper.
    Rule,
    /// A QR code in the middle, error level M.
    Qr {
        /// What it says.
        data: String,
    },
    /// Empty lines.
    Feed {
        /// How many, 1 to 10.
        lines: u8,
    },
}

fn plain() -> u8 {
    1
}

/// Where a text stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Align {
    /// At the left.
    #[default]
    Left,
    /// In the middle.
    Center,
    /// At the right.
    Right,
}

/// `PUT /v1/printers/{name}/jobs/{job}`. The job's name is the id of the ticket and the number of the copy, as in
/// `018f…-0`: it is printed at most once, however often it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrintJob {
    /// What to print.
    pub paper: Paper,
}

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// Under way; only a `GET` answers so.
    Printing,
    /// The printer has confirmed it.
    Printed,
    /// Nothing valid was printed and nothing will be: it may be asked for again as another copy.
    Failed,
    /// Perhaps it lies in the tray, perhaps half of it: ask the visitor, and print another copy marked 补打.
    Unknown,
}

/// What became of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobReport {
    /// How far it is.
    pub state: JobState,
    /// Why it is not printed.
    pub why: Option<Trouble>,
}

/// Which identity card (hardware reference, A5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CardKind {
    /// Resident of the mainland.
    Resident,
    /// Residence permit of somebody from Hong Kong, Macao or Taiwan.
    ResidencePermit,
    /// Foreigner's permanent residence card, layout of 2017.
    Foreigner2017,
    /// Foreigner's permanent residence card, layout of 2023.
    Foreigner2023,
}

/// What a queue needs of an identity card. The photo is never asked for or kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Which card.
    pub kind: CardKind,
    /// Its number.
    pub number: Pii<String>,
    /// The holder's name.
    pub name: Pii<String>,
    /// The holder's birth, `YYYYMMDD`.
    pub birth: Pii<String>,
    /// The last day of the card, `YYYYMMDD`; none for a long-term card.
    pub valid_to: Option<Pii<String>>,
}

/// Why a card was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum CardTrouble {
    /// It moved: lay it down and leave it there.
    Moved,
    /// It is no identity card, or one that this reader does not know.
    UnknownCard,
    /// Card and reader do not trust each other: lay it down again.
    NotTrusted,
    /// What came contradicts itself, even on a second try.
    Garbled,
}

/// `GET /v1/readers/{name}/live`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum ReaderMessage {
    /// A card was laid down and is being read. `card.read` or `card.failed` follows, or `card.removed` alone.
    #[serde(rename = "card.found")]
    Found,
    /// A card was read.
    #[serde(rename = "card.read")]
    Read {
        /// What stands on it.
        card: Box<Card>,
    },
    /// A card was laid down and not read.
    #[serde(rename = "card.failed")]
    Failed {
        /// Why.
        why: CardTrouble,
    },
    /// The card is gone.
    #[serde(rename = "card.removed")]
    Removed,
    /// How the reader is: at the start, and after each change.
    #[serde(rename = "device.changed")]
    Changed {
        /// The reader.
        device: Device,
    },
    /// A sign of life, every two seconds.
    #[serde(rename = "tick")]
    Tick,
}

/// A colour of a sign.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignColour {
    /// Red: every sign has it.
    #[default]
    Red,
    /// Green.
    Green,
    /// Yellow.
    Yellow,
}

/// How a text comes and stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignEffect {
    /// Stands still.
    #[default]
    Still,
    /// Runs to the left, for texts that are wider than the area.
    Left,
}

/// `PUT /v1/signs/{name}/areas/{area}`: the same request again changes nothing, so it may be sent again at any time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignArea {
    /// What it says. A line break parts lines.
    pub text: String,
    /// In which colour.
    #[serde(default)]
    pub colour: SignColour,
    /// How it comes.
    #[serde(default)]
    pub effect: SignEffect,
    /// Seconds after which the sign blanks the area by itself unless it is sent again: a dead sender leaves no old number.
    /// 0 means never.
    #[serde(default)]
    pub timeout_s: u16,
    /// The same as a picture, for a sign that has no font of its own. Others show the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dots: Option<SignDots>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_are_those_that_were_agreed() {
        let job: PrintJob = serde_json::from_str(
            r#"{"paper":{"lines":[{"type":"text","text":"A001","size":4,"align":"center"},{"type":"rule"},
                {"type":"qr","data":"https://a.invalid/1"},{"type":"feed","lines":2}]}}"#,
        )
        .unwrap();
        assert_eq!(
            job.paper.lines[0],
            PaperLine::Text { text: "A001".into(), size: 4, align: Align::Center, bold: false }
        );
        let report = JobReport { state: JobState::Failed, why: Some(Trouble::PaperOut) };
        assert_eq!(serde_json::to_string(&report).unwrap(), r#"{"state":"failed","why":"paper-out"}"#);
        let message: ReaderMessage = serde_json::from_str(r#"{"type":"card.failed","why":"unknown-card"}"#).unwrap();
        assert_eq!(message, ReaderMessage::Failed { why: CardTrouble::UnknownCard });
        assert!(!format!("{:?}", Pii::new("330212199001011234".to_owned())).contains("3302"));
    }
}
