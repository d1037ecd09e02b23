//! A line of the journal.

use std::collections::HashMap;
use std::fmt::Write as _;

use protocol::bridge::{JobReport, JobState, Paper};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// What was to be printed, as a hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digest(String);

impl Digest {
    /// That of a paper.
    pub fn of(paper: &Paper) -> Self {
        // A paper has no map in it: equal papers are equal texts.
        let text = serde_json::to_vec(paper).unwrap_or_default();
        Self(hex(&Sha256::digest(text)))
    }
}

/// How far a job is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The printer.
    pub printer: String,
    /// What was to be printed.
    pub digest: Digest,
    /// Since when, in seconds since 1970.
    pub at: i64,
    /// How far; `printing` until its end is known.
    #[serde(flatten)]
    pub report: JobReport,
}

#[derive(Serialize, Deserialize)]
struct Line<'a> {
    job: std::borrow::Cow<'a, str>,
    #[serde(flatten)]
    entry: std::borrow::Cow<'a, Entry>,
}

/// The line of an entry, with its end.
pub fn line(job: &str, entry: &Entry) -> Vec<u8> {
    let line = Line { job: job.into(), entry: std::borrow::Cow::Borrowed(entry) };
    let json = serde_json::to_string(&line).unwrap_or_default();
    format!("{} {json}\n", sum(&json)).into_bytes()
}

/// The last entry of each job, and how many lines said nothing. The end of the file may be torn: that is no damage.
pub fn replay(bytes: &[u8]) -> (HashMap<String, Entry>, usize) {
    let mut entries: HashMap<String, Entry> = HashMap::new();
    let mut damaged = 0;
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    for line in bytes[..whole].split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let Some((job, entry)) = read(line) else {
            damaged += 1;
            continue;
        };
        // An end stands: nothing that comes later makes a job printable again.
        let ended = entries.get(&job).is_some_and(|known| known.report.state != JobState::Printing);
        if !(ended && entry.report.state == JobState::Printing) {
            entries.insert(job, entry);
        }
    }
    (entries, damaged)
}

fn read(line: &[u8]) -> Option<(String, Entry)> {
    let (expected, json) = std::str::from_utf8(line).ok()?.split_once(' ')?;
    if sum(json) != expected {
        return None;
    }
    let line: Line<'_> = serde_json::from_str(json).ok()?;
    Some((line.job.into_owned(), line.entry.into_owned()))
}

/// Enough to notice what a failing card or a power cut does to a line.
pub(crate) fn sum(json: &str) -> String {
    hex(&Sha256::digest(json)[..4])
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
