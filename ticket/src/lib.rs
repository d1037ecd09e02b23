//! What stands on a ticket: a template, the values of one visit and the words of the hall, set for a width of paper.
//!
//! One function, [`Setter::set`], gives the rows that a printer prints, with what had to give way. The kiosk prints them, the
//! server shows them to who edits the template, and `paihao hall check` says what it found, so that all three see the same.
//!
//! It takes any template: what [`hall::settings::ticket::TicketTemplate::check`] would refuse is brought within its limits, so
//! that a visitor always gets a ticket. Nothing of a visitor is among the values.

mod parts;
mod sample;
mod wrap;

use std::sync::Arc;

use hall::settings::ticket::{MAX_FEED, MAX_LINES, MAX_SIZE, TicketLanguage, TicketLine, TicketPart, TicketTemplate};
use locales::{Faulty, Language, Words};
use protocol::bridge::{Align, Paper, PaperLine};
use protocol::kiosk::Place;
use protocol::ticket::{NoteKind, PaperNote, PaperRow};
use protocol::{Eta, Text};

pub use sample::{longest, notes};
pub use wrap::width;
use wrap::{Wrapped, wrap};

/// Fewest columns that anything is set for.
const FEWEST_COLUMNS: usize = 24;

/// Sets tickets. It holds the words, so one is enough for a program.
#[derive(Debug, Clone)]
pub struct Setter {
    words: Arc<Words>,
}

/// What a ticket says of one visit.
#[derive(Debug, Clone, PartialEq)]
pub struct Values {
    /// What the hall is called.
    pub hall: Text,
    /// What people read for the service.
    pub service: Text,
    /// Where it is served.
    pub place: Place,
    /// The number, such as `A012`.
    pub number: String,
    /// Name of the class.
    pub class: String,
    /// How many are ahead.
    pub ahead: usize,
    /// The wait, where it is known.
    pub eta: Option<Eta>,
    /// The day it is valid on, `2026-11-23`.
    pub business_date: String,
    /// When it was issued, RFC 3339.
    pub issued_at: String,
    /// Address of the visitor's page.
    pub link: Option<String>,
    /// Which copy: 0 is the first print.
    pub copy: u32,
    /// When this copy is printed, RFC 3339.
    pub printed_at: String,
}

/// A ticket as it comes out of the printer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Set {
    /// From top to bottom, at most [`Paper::MAX_LINES`]. Every text fits its row.
    pub rows: Vec<PaperRow>,
    /// What had to give way.
    pub notes: Vec<PaperNote>,
}

impl Set {
    /// The page for the printer.
    pub fn paper(self) -> Paper {
        Paper { lines: self.rows.into_iter().map(|row| row.row).collect() }
    }
}

/// How a part is set where its line does not say.
#[derive(Debug, Clone, Copy)]
struct Style {
    size: u8,
    align: Align,
    bold: Bold,
}

/// What of it is bold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bold {
    None,
    First,
    All,
}

impl Setter {
    /// Reads the words.
    pub fn new() -> Result<Self, Faulty> {
        Ok(Self { words: Arc::new(Words::new(&[locales::source!("..", "ticket")])?) })
    }

    /// What stands in the log as the reason of class `elder`.
    pub fn elder_reason(&self) -> String {
        self.words.say(Language::Zh, "elder-reason")
    }

    /// Sets a ticket for paper of so many columns.
    pub fn set(&self, template: &TicketTemplate, values: &Values, columns: usize) -> Set {
        let languages: Vec<Language> = template.languages.iter().map(|language| language_of(*language)).collect();
        let languages = if languages.is_empty() { Language::ALL.to_vec() } else { languages };
        let columns = columns.max(FEWEST_COLUMNS);
        let mut page = Page { setter: self, template, values, languages, columns, line: 0, set: Set::default() };
        let lines = template.lines();
        if !lines.iter().any(|line| line.part == TicketPart::Reprint) {
            page.part(&TicketLine::of(TicketPart::Reprint));
        }
        for (index, line) in (0..).zip(lines.iter().take(MAX_LINES)) {
            page.line = index;
            page.part(line);
        }
        page.end()
    }
}

fn language_of(language: TicketLanguage) -> Language {
    match language {
        TicketLanguage::Zh => Language::Zh,
        TicketLanguage::En => Language::En,
    }
}

struct Page<'a> {
    setter: &'a Setter,
    template: &'a TicketTemplate,
    values: &'a Values,
    languages: Vec<Language>,
    columns: usize,
    /// Of the template, from 0.
    line: u16,
    set: Set,
}

impl Page<'_> {
    fn end(mut self) -> Set {
        if self.set.rows.len() > Paper::MAX_LINES {
            let line = self.set.rows[Paper::MAX_LINES].line;
            self.set.rows.truncate(Paper::MAX_LINES);
            let rows = Paper::MAX_LINES as u16;
            self.set.notes.push(PaperNote { line, kind: NoteKind::TooLong, at: String::new(), rows });
        }
        self.set
    }

    fn row(&mut self, row: PaperLine) {
        self.set.rows.push(PaperRow { line: self.line, row });
    }

    fn note(&mut self, kind: NoteKind, at: String, rows: usize) {
        let rows = u16::try_from(rows).unwrap_or(u16::MAX);
        self.set.notes.push(PaperNote { line: self.line, kind, at, rows });
    }

    fn feed(&mut self, lines: u8) {
        self.row(PaperLine::Feed { lines: lines.clamp(1, MAX_FEED) });
    }

    /// The style of a line: what it says itself, and for the rest the part's own.
    fn style(line: &TicketLine, own: Style) -> Style {
        use hall::settings::ticket::Side;
        let align = line.align.map(|side| match side {
            Side::Left => Align::Left,
            Side::Center => Align::Center,
            Side::Right => Align::Right,
        });
        Style {
            size: line.size.map_or(own.size, |size| size.clamp(1, MAX_SIZE)),
            align: align.unwrap_or(own.align),
            bold: line.bold.map_or(own.bold, |bold| if bold { Bold::All } else { Bold::None }),
        }
    }

    /// The same in each language, one below the other; twice the same text is said once.
    fn below(&mut self, style: Style, say: impl Fn(&Self, Language) -> String) {
        let mut before = None;
        for index in 0..self.languages.len() {
            let text = say(self, self.languages[index]);
            if before.as_ref() != Some(&text) {
                self.text(&text, style.size, style.align, is_bold(style.bold, index));
            }
            before = Some(text);
        }
    }

    /// Every language in one line where they fit.
    fn beside(&mut self, style: Style, say: impl Fn(&Self, Language) -> String) {
        let texts: Vec<String> = self.languages.iter().map(|language| say(self, *language)).collect();
        self.text(&texts.join(" "), style.size, style.align, is_bold(style.bold, 0));
    }

    fn text(&mut self, text: &str, size: u8, align: Align, bold: bool) {
        let text: String = text.chars().filter(|letter| !letter.is_control()).collect();
        let Wrapped { rows, parted } = wrap(&text, self.columns / usize::from(size));
        if rows.len() > 1 {
            let kind = if parted { NoteKind::Parted } else { NoteKind::Wrapped };
            self.note(kind, rows[0].clone(), rows.len());
        }
        for text in rows {
            self.row(PaperLine::Text { text, size, align, bold });
        }
    }
}

fn is_bold(bold: Bold, index: usize) -> bool {
    match bold {
        Bold::None => false,
        Bold::First => index == 0,
        Bold::All => true,
    }
}

/// `2026-11-23T09:41:00+08:00` → `09:41`.
fn clock(at: &str) -> String {
    at.get(11..16).unwrap_or_default().to_owned()
}
