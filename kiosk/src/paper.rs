//! The paper of a ticket: what stands on it, in both languages, and never whose it is.

use std::sync::Arc;

use locales::{Faulty, Language, Words};
use protocol::bridge::{Align, Paper, PaperLine};
use protocol::kiosk::Place;
use protocol::{Eta, Text};

use crate::errand::Copy;

/// Letters a line of the paper: 48 on 80 mm, 32 on 58 mm. A Chinese character takes two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Columns(pub usize);

/// Largest size of a letter.
const LARGEST: usize = 8;

/// Lays tickets out.
#[derive(Debug, Clone)]
pub struct Printer {
    words: Arc<Words>,
    columns: Columns,
}

/// What a ticket says besides itself.
#[derive(Debug, Clone)]
pub struct Facts {
    /// What the hall is called.
    pub hall: Text,
    /// What people read for the service.
    pub service: Text,
    /// Where it is served.
    pub place: Place,
    /// The hall's time now, RFC 3339.
    pub now: Option<String>,
}

impl Printer {
    /// For paper of this width.
    pub fn new(columns: Columns) -> Result<Self, Faulty> {
        let words = Words::new(&[locales::source!("..", "ticket")])?;
        Ok(Self { words: Arc::new(words), columns })
    }

    /// What stands in the log as the reason of class `elder`.
    pub fn elder_reason(&self) -> String {
        self.words.say(Language::Zh, "elder-reason")
    }

    /// The page for a copy.
    pub fn paper(&self, copy: &Copy, facts: &Facts) -> Paper {
        let ticket = &copy.ticket;
        let mut page = Page { columns: self.columns.0, lines: Vec::new() };
        page.title(&facts.hall);
        if copy.copy > 0 {
            let time = clock(facts.now.as_deref().unwrap_or(&ticket.issued_at));
            let say = |language, key, arguments: &[_]| self.words.say_with(language, key, arguments);
            let both = format!("{} {}", say(Language::Zh, "reprint-mark", &[]), say(Language::En, "reprint-mark", &[]));
            page.centered(&both, 2, true);
            for language in Language::ALL {
                let arguments = [("copy", copy.copy.to_string().into()), ("time", time.clone().into())];
                page.centered(&say(language, "reprint-note", &arguments), 1, language == Language::Zh);
            }
        }
        page.feed();
        page.one_line(&format!("{} {}", self.zh("your-number"), self.en("your-number")));
        page.number(&ticket.number);
        page.service(&facts.service);
        if let Some(key) = class_key(&ticket.class) {
            page.centered(&format!("{} {}", self.zh(key), self.en(key)), 1, true);
        }
        page.lines.push(PaperLine::Rule);
        self.where_to(&mut page, &facts.place);
        page.pair(|language| self.words.say_with(language, "ahead", &[("count", ticket.ahead.into())]));
        page.pair(|language| self.wait(language, ticket.eta.as_ref()));
        page.lines.push(PaperLine::Rule);
        if let Some(link) = &ticket.link {
            page.lines.push(PaperLine::Qr { data: link.clone() });
            page.one_line(&format!("{} {}", self.zh("scan"), self.en("scan")));
            page.feed();
        }
        page.pair(|language| self.words.say(language, "missed-rule"));
        page.feed();
        let (date, time) = (ticket.business_date.clone(), clock(&ticket.issued_at));
        let issued = |language| {
            self.words.say_with(language, "issued", &[("date", date.clone().into()), ("time", time.clone().into())])
        };
        page.one_line(&issued(Language::Zh));
        page.one_line(&format!("{} {}", self.zh("valid-today"), self.en("valid-today")));
        Paper { lines: page.lines }
    }

    fn where_to(&self, page: &mut Page, place: &Place) {
        if let (Some(zone), Some(name)) = (&place.zone, &place.name) {
            page.pair(|language| {
                let name = if language == Language::Zh { &name.zh } else { &name.en };
                let arguments = [("zone", zone.as_str().into()), ("name", name.as_str().into())];
                self.words.say_with(language, "place-zone", &arguments)
            });
        }
        if !place.windows.is_empty() {
            // The dash of a screen takes two columns of a printer's Chinese letters.
            let windows = place.windows.replace('–', "-");
            page.pair(|language| {
                self.words.say_with(language, "place-windows", &[("windows", windows.as_str().into())])
            });
        }
    }

    fn wait(&self, language: Language, eta: Option<&Eta>) -> String {
        let Some(eta) = eta else { return self.words.say(language, "wait-unknown") };
        let (low, high) = (eta.low_s / 60, eta.high_s.div_ceil(60).max(1));
        let text = if low == 0 {
            self.words.say_with(language, "wait-below", &[("high", high.to_string().into())])
        } else {
            let arguments = [("low", low.to_string().into()), ("high", high.to_string().into())];
            self.words.say_with(language, "wait-interval", &arguments)
        };
        text.replace('–', "-")
    }

    fn zh(&self, key: &str) -> String {
        self.words.say(Language::Zh, key)
    }

    fn en(&self, key: &str) -> String {
        self.words.say(Language::En, key)
    }
}

fn class_key(class: &str) -> Option<&'static str> {
    match class {
        "appointment" => Some("class-appointment"),
        "elder" => Some("class-elder"),
        "disabled" => Some("class-disabled"),
        "pregnant" => Some("class-pregnant"),
        "soldier" => Some("class-soldier"),
        "green" => Some("class-green"),
        _ => None,
    }
}

/// `2026-11-23T09:41:00+08:00` → `09:41`.
fn clock(at: &str) -> String {
    at.get(11..16).unwrap_or_default().to_owned()
}

struct Page {
    columns: usize,
    lines: Vec<PaperLine>,
}

impl Page {
    fn title(&mut self, hall: &Text) {
        self.centered(&hall.zh, 1, true);
        if hall.en != hall.zh {
            self.centered(&hall.en, 1, false);
        }
    }

    fn number(&mut self, number: &str) {
        let size = (self.columns / width(number).max(1)).clamp(1, LARGEST);
        self.centered(number, size, true);
    }

    /// As large as it fits in two lines at most.
    fn service(&mut self, service: &Text) {
        let size = if wrap(&service.zh, self.columns / 2).len() <= 2 { 2 } else { 1 };
        self.centered(&service.zh, size, true);
        if service.en != service.zh {
            self.centered(&service.en, 1, false);
        }
    }

    /// The same in both languages, one below the other.
    fn pair(&mut self, say: impl Fn(Language) -> String) {
        self.left(&say(Language::Zh), true);
        self.left(&say(Language::En), false);
    }

    /// Both languages in one line where they fit, in two where not.
    fn one_line(&mut self, text: &str) {
        self.centered(text, 1, false);
    }

    fn feed(&mut self) {
        self.lines.push(PaperLine::Feed { lines: 1 });
    }

    fn left(&mut self, text: &str, bold: bool) {
        self.text(text, 1, Align::Left, bold);
    }

    fn centered(&mut self, text: &str, size: usize, bold: bool) {
        self.text(text, size, Align::Center, bold);
    }

    fn text(&mut self, text: &str, size: usize, align: Align, bold: bool) {
        for line in wrap(text, self.columns / size) {
            self.lines.push(PaperLine::Text { text: line, size: size as u8, align, bold });
        }
    }
}

/// Columns a text takes: what the printer finds in its Chinese letters takes two.
pub fn width(text: &str) -> usize {
    text.chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum()
}

/// Lines of at most so many columns: words stay whole where they can, Chinese is parted anywhere but before a mark.
fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for piece in pieces(text) {
        if width(&line) + width(piece.trim_end()) > columns && !line.trim().is_empty() {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
        }
        for letter in piece.chars() {
            if width(&line) + width(letter.encode_utf8(&mut [0; 4])) > columns {
                if letter == ' ' {
                    continue;
                }
                lines.push(std::mem::take(&mut line).trim_end().to_owned());
            }
            if !(line.is_empty() && letter == ' ') {
                line.push(letter);
            }
        }
    }
    if !line.trim().is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// What is parted last: a Latin word with the space after it, a Chinese character with the marks after it, an aside in
/// brackets.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut before: Option<char> = None;
    let mut aside = false;
    for letter in text.chars() {
        let joins = before.is_some_and(|before| {
            let mark = "，。：；！？、）》”’".contains(letter);
            let within = before.is_ascii() && letter.is_ascii() && before != ' ';
            mark || within || aside || letter == ' ' || "《“‘".contains(before)
        });
        aside = letter == '（' || aside && letter != '）';
        match pieces.last_mut() {
            Some(last) if joins => last.push(letter),
            _ => pieces.push(letter.to_string()),
        }
        before = Some(letter);
    }
    pieces
}

#[cfg(test)]
mod tests;
