//! `[ticket]`: what stands on the tickets of a hall, from top to bottom. A hall file without it has [`TicketTemplate::plain`].
//!
//! The parts are a closed set, and nothing of a visitor is among them: no name and no number of a document can come onto
//! paper, whatever a template says. How a template is set for a width of paper is the affair of the crate `ticket`.

use std::collections::HashSet;
use std::hash::Hash;

use serde::{Deserialize, Serialize};

use super::{BadSettings, Name, PathPart};

/// Most lines of a template.
pub const MAX_LINES: usize = 40;
/// Longest text of a hall's own in one language, in characters.
pub const MAX_TEXT: usize = 120;
/// Largest size of a letter.
pub const MAX_SIZE: u8 = 8;
/// Most empty lines of one part.
pub const MAX_FEED: u8 = 10;

/// `[ticket]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketTemplate {
    /// Stands in place of the hall's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Name>,
    /// A text of the hall's own, such as that documents are to be held ready; see [`TicketPart::Notice`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Name>,
    /// In which languages, and which of them first.
    #[serde(default = "both", skip_serializing_if = "is_both")]
    pub languages: Vec<TicketLanguage>,
    /// Columns of the paper in this hall: 48 and 42 on 80 mm, 32 on 58 mm. The template must fit each of them.
    #[serde(default = "usual", skip_serializing_if = "is_usual")]
    pub columns: Vec<u8>,
    /// How a date is written.
    #[serde(default, skip_serializing_if = "super::file::is_default")]
    pub date: DateForm,
    /// The parts, from top to bottom; absent: those of the plain ticket, and the notice where there is one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<TicketLine>,
}

/// A language of tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TicketLanguage {
    /// Chinese.
    Zh,
    /// English.
    En,
}

/// How a date is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateForm {
    /// `2026-11-23`.
    #[default]
    Iso,
    /// `2026年11月23日`.
    Chinese,
    /// `23/11/2026`.
    DayFirst,
}

/// One part of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketLine {
    /// Which.
    pub part: TicketPart,
    /// How many times as large as plain letters, 1 to 8; absent: the part's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u8>,
    /// Where it stands; absent: the part's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub align: Option<Side>,
    /// Whether it is in bold; absent: the part's own, in most the first language alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bold: Option<bool>,
    /// The text of a part `text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Name>,
    /// How many empty lines a part `feed` has; absent: one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feed: Option<u8>,
}

/// Where a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// At the left.
    Left,
    /// In the middle.
    Center,
    /// At the right.
    Right,
}

/// What may stand on a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TicketPart {
    /// The name of the hall, or the template's header.
    Header,
    /// On every copy but the first: 补打, which copy it is and when. A template without it has it at the top.
    Reprint,
    /// The words before the number.
    YourNumber,
    /// The number; without a size as large as the paper allows.
    Number,
    /// The service; without a size twice as large where two lines hold it.
    Service,
    /// The class, where it is not the usual one.
    Class,
    /// Zone and windows.
    Place,
    /// How many are ahead.
    Ahead,
    /// The wait as an interval.
    Wait,
    /// Day and time of issue.
    Time,
    /// The code of the visitor's page, the words that say so, and an empty line.
    Qr,
    /// What becomes of a call that was missed.
    MissedRule,
    /// That it is valid on its day alone.
    ValidToday,
    /// The template's notice.
    Notice,
    /// A text of the line's own.
    Text,
    /// A line across the paper.
    Rule,
    /// Empty lines.
    Feed,
}

impl TicketPart {
    /// Every part.
    pub const ALL: [Self; 17] = [
        Self::Header,
        Self::Reprint,
        Self::YourNumber,
        Self::Number,
        Self::Service,
        Self::Class,
        Self::Place,
        Self::Ahead,
        Self::Wait,
        Self::Time,
        Self::Qr,
        Self::MissedRule,
        Self::ValidToday,
        Self::Notice,
        Self::Text,
        Self::Rule,
        Self::Feed,
    ];

    /// The name in a hall file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Reprint => "reprint",
            Self::YourNumber => "your-number",
            Self::Number => "number",
            Self::Service => "service",
            Self::Class => "class",
            Self::Place => "place",
            Self::Ahead => "ahead",
            Self::Wait => "wait",
            Self::Time => "time",
            Self::Qr => "qr",
            Self::MissedRule => "missed-rule",
            Self::ValidToday => "valid-today",
            Self::Notice => "notice",
            Self::Text => "text",
            Self::Rule => "rule",
            Self::Feed => "feed",
        }
    }

    /// Whether it takes a size, an alignment and bold letters.
    pub fn is_styled(self) -> bool {
        !matches!(self, Self::Reprint | Self::Qr | Self::Rule | Self::Feed)
    }
}

/// What is wrong with a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TicketReason {
    /// No line, or too many.
    #[error("a ticket has 1 to {MAX_LINES} lines")]
    Lines,
    /// No number, or two.
    #[error("a ticket has the part number exactly once")]
    NumberOnce,
    /// Two codes.
    #[error("a ticket has the part qr once at most")]
    QrOnce,
    /// No language, or one twice.
    #[error("give zh, en or both, each once")]
    Languages,
    /// No columns, twice the same, or those of no paper.
    #[error("paper has 48 or 42 columns (80 mm) or 32 (58 mm); give each once")]
    Columns,
    /// A text that is empty, too long, or has characters that do not print.
    #[error("a text has 1 to {MAX_TEXT} characters in each language and no control characters")]
    Text,
    /// A part `text` without one, or another part with one.
    #[error("the part text has a text, and no other part has")]
    TextOf,
    /// A part `notice` without one.
    #[error("the template has no notice = {{ zh = \"…\", en = \"…\" }}")]
    NoNotice,
    /// A notice that no line prints.
    #[error("no line has the part notice: it would not be printed")]
    NoticeUnused,
    /// A size out of range.
    #[error("a size is 1 to {MAX_SIZE}")]
    Size,
    /// A style where there is none.
    #[error("this part takes no size, align or bold")]
    Unstyled,
    /// Empty lines out of range, or of another part.
    #[error("the part feed has 1 to {MAX_FEED} lines, and no other part has")]
    Feed,
    /// The number is wider than the paper.
    #[error("a number of this size is wider than the paper: {wide} of {columns} columns; {most} is the largest")]
    NumberWide {
        /// Columns it takes.
        wide: usize,
        /// Columns the paper has.
        columns: usize,
        /// Largest size that fits.
        most: usize,
    },
}

impl TicketReason {
    /// A short name, for words in other languages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lines => "lines",
            Self::NumberOnce => "number-once",
            Self::QrOnce => "qr-once",
            Self::Languages => "languages",
            Self::Columns => "columns",
            Self::Text => "text",
            Self::TextOf => "text-of",
            Self::NoNotice => "no-notice",
            Self::NoticeUnused => "notice-unused",
            Self::Size => "size",
            Self::Unstyled => "unstyled",
            Self::Feed => "feed",
            Self::NumberWide { .. } => "number-wide",
        }
    }
}

/// A template that is refused: why, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadTicket {
    /// Which of its lines, from 0.
    pub line: Option<usize>,
    /// The key, in the line or in `[ticket]`.
    pub key: &'static str,
    /// Why.
    pub reason: TicketReason,
}

impl From<BadTicket> for BadSettings {
    fn from(bad: BadTicket) -> Self {
        let mut path = vec![PathPart::Key("ticket")];
        if let Some(line) = bad.line {
            path.extend([PathPart::Key("lines"), PathPart::Index(line)]);
        }
        path.push(PathPart::Key(bad.key));
        Self { path, reason: bad.reason.to_string() }
    }
}

fn both() -> Vec<TicketLanguage> {
    vec![TicketLanguage::Zh, TicketLanguage::En]
}
fn is_both(languages: &Vec<TicketLanguage>) -> bool {
    *languages == both()
}
fn usual() -> Vec<u8> {
    vec![48, 32]
}
fn is_usual(columns: &Vec<u8>) -> bool {
    *columns == usual()
}

impl Default for TicketTemplate {
    fn default() -> Self {
        Self::plain()
    }
}

impl TicketTemplate {
    /// The ticket of a hall that says nothing of tickets.
    pub fn plain() -> Self {
        Self { header: None, notice: None, languages: both(), columns: usual(), date: DateForm::Iso, lines: Vec::new() }
    }

    /// Its lines, or those of the plain ticket.
    pub fn lines(&self) -> Vec<TicketLine> {
        use TicketPart::{
            Ahead, Class, Feed, Header, MissedRule, Notice, Number, Place, Qr, Reprint, Rule, Service, Time,
            ValidToday, Wait, YourNumber,
        };
        if !self.lines.is_empty() {
            return self.lines.clone();
        }
        let parts = [
            Header, Reprint, Feed, YourNumber, Number, Service, Class, Rule, Place, Ahead, Wait, Rule, Qr, Notice,
            MissedRule, Feed, Time, ValidToday,
        ];
        parts.into_iter().filter(|part| *part != Notice || self.notice.is_some()).map(TicketLine::of).collect()
    }

    /// Whether every part, text and size is within its limits, and numbers of so many columns fit the paper.
    pub fn check(&self, number: usize) -> Result<(), BadTicket> {
        let bad = |line, key, reason| Err(BadTicket { line, key, reason });
        if self.languages.is_empty() || !all_different(&self.languages) {
            return bad(None, "languages", TicketReason::Languages);
        }
        let known = self.columns.iter().all(|columns| [48, 42, 32].contains(columns));
        if self.columns.is_empty() || !known || !all_different(&self.columns) {
            return bad(None, "columns", TicketReason::Columns);
        }
        for (key, text) in [("header", &self.header), ("notice", &self.notice)] {
            if text.as_ref().is_some_and(|text| !is_printable(text)) {
                return bad(None, key, TicketReason::Text);
            }
        }
        let lines = self.lines();
        if lines.len() > MAX_LINES {
            return bad(None, "lines", TicketReason::Lines);
        }
        let count = |part| lines.iter().filter(|line| line.part == part).count();
        if count(TicketPart::Number) != 1 {
            return bad(None, "lines", TicketReason::NumberOnce);
        }
        if count(TicketPart::Qr) > 1 {
            return bad(None, "lines", TicketReason::QrOnce);
        }
        if self.notice.is_some() && count(TicketPart::Notice) == 0 {
            return bad(None, "notice", TicketReason::NoticeUnused);
        }
        for (index, line) in lines.iter().enumerate() {
            if let Err((key, reason)) = self.check_line(line, number) {
                return bad(Some(index), key, reason);
            }
        }
        Ok(())
    }

    fn check_line(&self, line: &TicketLine, number: usize) -> Result<(), (&'static str, TicketReason)> {
        let part = line.part;
        if part == TicketPart::Notice && self.notice.is_none() {
            return Err(("part", TicketReason::NoNotice));
        }
        if !part.is_styled() && (line.size.is_some() || line.align.is_some() || line.bold.is_some()) {
            return Err(("part", TicketReason::Unstyled));
        }
        if (part == TicketPart::Text) != line.text.is_some() {
            return Err(("text", TicketReason::TextOf));
        }
        if line.text.as_ref().is_some_and(|text| !is_printable(text)) {
            return Err(("text", TicketReason::Text));
        }
        if line.feed.is_some_and(|feed| part != TicketPart::Feed || !(1..=MAX_FEED).contains(&feed)) {
            return Err(("feed", TicketReason::Feed));
        }
        let Some(size) = line.size else { return Ok(()) };
        if !(1..=MAX_SIZE).contains(&size) {
            return Err(("size", TicketReason::Size));
        }
        let wide = number * usize::from(size);
        let narrowest = self.columns.iter().copied().min().map_or(0, usize::from);
        if part == TicketPart::Number && wide > narrowest {
            let most = narrowest / number.max(1);
            return Err(("size", TicketReason::NumberWide { wide, columns: narrowest, most }));
        }
        Ok(())
    }
}

impl TicketLine {
    /// A part in its own style.
    pub fn of(part: TicketPart) -> Self {
        Self { part, size: None, align: None, bold: None, text: None, feed: None }
    }
}

fn all_different<T: Eq + Hash>(values: &[T]) -> bool {
    let mut seen = HashSet::new();
    values.iter().all(|value| seen.insert(value))
}

/// Whether it is a text for paper in both languages.
fn is_printable(text: &Name) -> bool {
    [text.zh(), text.en()].into_iter().all(|text| {
        let control = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
        !text.trim().is_empty() && text.chars().count() <= MAX_TEXT && !text.contains(control)
    })
}
