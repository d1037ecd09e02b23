//! A passage, the body that tells the hall of it, and its lines in the outbox.

use protocol::bridge::cameras::Bay;
use protocol::bridge::lanes::Direction;
use protocol::pii::Pii;
use serde::{Deserialize, Serialize};

use super::seal::{Mark, Seal, unhex};
use crate::journal::entry::{hex, sum};

/// Longest id of a passage, in ASCII characters.
pub const MAX_ID: usize = 64;

/// Who saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The loops of a lane.
    Loops,
    /// A camera.
    Camera,
    /// Somebody who speaks our own JSON.
    Http,
}

/// A vehicle passed: all that the hall is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// The lot.
    pub lot: String,
    /// The lane, as the hall names it.
    pub lane: String,
    /// Which way.
    pub direction: Direction,
    /// When, RFC 3339.
    pub at: String,
    /// Names it for ever: at most [`MAX_ID`] characters.
    pub passage_id: String,
    /// The plate, where one was seen. It never stands in the outbox like this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plate: Option<Pii<String>>,
    /// Whose bays the lane leads to.
    pub class: Bay,
    /// Who saw it.
    pub source: Source,
    /// Something makes it less sure than others.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub doubtful: bool,
}

/// A passage that was seen, and what tells it from repetitions.
#[derive(Debug, Clone)]
pub struct New {
    /// The passage.
    pub passage: Passage,
    /// The mark of the id that its camera gave it: told again within two days it is the same.
    pub known: Option<Mark>,
    /// The mark of camera and plate: seen again within ten seconds it is the same.
    pub near: Option<Mark>,
    /// When it happened, in seconds since 1970; what `near` is measured by.
    pub event_s: i64,
}

/// What a line says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "lowercase")]
enum Line {
    /// A passage waits.
    Waits {
        n: u64,
        passage: Passage,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        sealed: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        known: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        near: Option<String>,
        s: i64,
    },
    /// The hall has taken it, or refused it for good.
    Ended { n: u64 },
    /// An id that was told before; its passage has ended.
    Known { mark: String, s: i64 },
}

/// What a line said when it was read.
#[derive(Debug)]
pub enum Said {
    /// A passage waits, under this number.
    Waits(u64, Box<New>),
    /// It waits no longer.
    Ended(u64),
    /// An id that was told before, and when.
    Known(Mark, i64),
}

fn line(line: &Line) -> Vec<u8> {
    let json = serde_json::to_string(line).unwrap_or_default();
    format!("{} {json}\n", sum(&json)).into_bytes()
}

/// The line of a passage that waits: its plate is sealed, or left out where that cannot be done.
pub fn waits(n: u64, new: &New, seal: &Seal) -> Vec<u8> {
    let mut passage = new.passage.clone();
    let sealed = passage.plate.take().and_then(|plate| seal.close(&plate, &passage.passage_id));
    let mark = |mark: Option<Mark>| mark.map(|mark| hex(&mark));
    line(&Line::Waits { n, passage, sealed, known: mark(new.known), near: mark(new.near), s: new.event_s })
}

/// The line of a passage that waits no longer.
pub fn ended(n: u64) -> Vec<u8> {
    line(&Line::Ended { n })
}

/// The line of an id that was told before.
pub fn known(mark: &Mark, s: i64) -> Vec<u8> {
    line(&Line::Known { mark: hex(mark), s })
}

/// What the lines of a file say, and how many say nothing. The end of the file may be torn: that is no damage.
pub fn read(bytes: &[u8], seal: &Seal) -> (Vec<Said>, usize) {
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let (mut all, mut damaged) = (Vec::new(), 0);
    for line in bytes[..whole].split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        match said(line, seal) {
            Some(said) => all.push(said),
            None => damaged += 1,
        }
    }
    (all, damaged)
}

fn said(line: &[u8], seal: &Seal) -> Option<Said> {
    let (expected, json) = std::str::from_utf8(line).ok()?.split_once(' ')?;
    if sum(json) != expected {
        return None;
    }
    let mark = |text: &str| unhex(text).and_then(|bytes| Mark::try_from(bytes).ok());
    Some(match serde_json::from_str(json).ok()? {
        Line::Waits { n, mut passage, sealed, known, near, s } => {
            passage.plate = sealed.and_then(|sealed| seal.open_plate(&sealed, &passage.passage_id));
            let known = known.as_deref().and_then(mark);
            let near = near.as_deref().and_then(mark);
            Said::Waits(n, Box::new(New { passage, known, near, event_s: s }))
        }
        Line::Ended { n } => Said::Ended(n),
        Line::Known { mark: text, s } => Said::Known(mark(&text)?, s),
    })
}
