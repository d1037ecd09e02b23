//! Each part of a ticket.

use hall::settings::Name;
use hall::settings::ticket::{DateForm, MAX_SIZE, MAX_TEXT, TicketLine, TicketPart};
use locales::{Argument, Language};
use protocol::bridge::{Align, Paper, PaperLine};
use protocol::ticket::NoteKind;
use protocol::{Eta, Text};

use super::wrap::{width, wrap};
use super::{Bold, Page, Style, clock};

const PLAIN: Style = Style { size: 1, align: Align::Left, bold: Bold::First };
const TITLE: Style = Style { size: 1, align: Align::Center, bold: Bold::First };
const SMALL: Style = Style { size: 1, align: Align::Center, bold: Bold::None };
const STRONG: Style = Style { size: 1, align: Align::Center, bold: Bold::All };

impl Page<'_> {
    /// Sets a part; one that has nothing to say takes no room.
    pub(super) fn part(&mut self, line: &TicketLine) {
        let (plain, title, small) = (Self::style(line, PLAIN), Self::style(line, TITLE), Self::style(line, SMALL));
        match line.part {
            TicketPart::Header => self.header(title),
            TicketPart::Reprint => self.reprint(),
            TicketPart::YourNumber => self.beside(small, |page, language| page.say(language, "your-number", &[])),
            TicketPart::Number => self.number(line),
            TicketPart::Service => self.service(line),
            TicketPart::Class => {
                if let Some(key) = class_key(&self.values.class) {
                    self.beside(Self::style(line, STRONG), |page, language| page.say(language, key, &[]));
                }
            }
            TicketPart::Place => self.place(plain),
            TicketPart::Ahead => {
                self.below(plain, |page, language| page.say(language, "ahead", &[("count", page.values.ahead.into())]));
            }
            TicketPart::Wait => self.below(plain, Self::wait),
            TicketPart::Time => self.time(small),
            TicketPart::Qr => self.qr(),
            TicketPart::MissedRule => self.below(plain, |page, language| page.say(language, "missed-rule", &[])),
            TicketPart::ValidToday => self.beside(small, |page, language| page.say(language, "valid-today", &[])),
            TicketPart::Notice => {
                if let Some(notice) = self.template.notice.clone() {
                    self.own(&notice, plain);
                }
            }
            TicketPart::Text => {
                if let Some(text) = &line.text {
                    self.own(text, plain);
                }
            }
            TicketPart::Rule => self.row(PaperLine::Rule),
            TicketPart::Feed => self.feed(line.feed.unwrap_or(1)),
        }
    }

    fn say(&self, language: Language, key: &str, arguments: &[(&'static str, Argument)]) -> String {
        self.setter.words.say_with(language, key, arguments)
    }

    fn header(&mut self, style: Style) {
        if let Some(header) = self.template.header.clone() {
            return self.own(&header, style);
        }
        let hall = self.values.hall.clone();
        self.below(style, |_, language| in_language(&hall, language));
    }

    /// A text of the hall's own.
    fn own(&mut self, text: &Name, style: Style) {
        self.below(style, |_, language| {
            let text = if language == Language::Zh { text.zh() } else { text.en() };
            text.chars().take(MAX_TEXT).collect()
        });
    }

    /// Always in every language: whoever finds two papers must know which is the copy.
    fn reprint(&mut self) {
        if self.values.copy == 0 {
            return;
        }
        let both = Language::ALL.map(|language| self.say(language, "reprint-mark", &[])).join(" ");
        self.text(&both, 2, Align::Center, true);
        let (copy, time) = (self.values.copy.to_string(), clock(&self.values.printed_at));
        for language in Language::ALL {
            let arguments = [("copy", copy.clone().into()), ("time", time.clone().into())];
            let note = self.say(language, "reprint-note", &arguments);
            self.text(&note, 1, Align::Center, language == Language::Zh);
        }
    }

    /// In one row, always: as large as its line says where that fits, and as the paper allows where it does not.
    fn number(&mut self, line: &TicketLine) {
        let number = self.values.number.clone();
        let fits = (self.columns / width(&number).max(1)).clamp(1, usize::from(MAX_SIZE)) as u8;
        let style = Self::style(line, Style { size: fits, ..STRONG });
        if style.size > fits {
            self.note(NoteKind::Shrunk, number.clone(), usize::from(fits));
        }
        self.text(&number, style.size.min(fits), style.align, style.bold == Bold::All);
    }

    /// The first language as large as it fits in two lines at most, the other one in plain letters.
    fn service(&mut self, line: &TicketLine) {
        let style = Self::style(line, TITLE);
        if line.size.is_some() {
            let service = self.values.service.clone();
            return self.below(style, |_, language| in_language(&service, language));
        }
        let mut before = None;
        for index in 0..self.languages.len() {
            let text = in_language(&self.values.service, self.languages[index]);
            let large = index == 0 && wrap(&text, self.columns / 2).rows.len() <= 2;
            if before.as_ref() != Some(&text) {
                let bold = super::is_bold(style.bold, index);
                self.text(&text, if large { 2 } else { 1 }, style.align, bold);
            }
            before = Some(text);
        }
    }

    fn place(&mut self, style: Style) {
        let place = self.values.place.clone();
        if let (Some(zone), Some(name)) = (&place.zone, &place.name) {
            self.below(style, |page, language| {
                let name = in_language(name, language);
                page.say(language, "place-zone", &[("zone", zone.as_str().into()), ("name", name.into())])
            });
        }
        if !place.windows.is_empty() {
            // The dash of a screen takes two columns of a printer's Chinese letters.
            let windows = place.windows.replace('–', "-");
            self.below(style, |page, language| {
                page.say(language, "place-windows", &[("windows", windows.as_str().into())])
            });
        }
    }

    fn wait(&self, language: Language) -> String {
        let Some(Eta { low_s, high_s, .. }) = self.values.eta else {
            return self.say(language, "wait-unknown", &[]);
        };
        let (low, high) = (low_s / 60, high_s.div_ceil(60).max(1));
        let text = if low == 0 {
            self.say(language, "wait-below", &[("high", high.to_string().into())])
        } else {
            self.say(language, "wait-interval", &[("low", low.to_string().into()), ("high", high.to_string().into())])
        };
        text.replace('–', "-")
    }

    /// In the first language alone: everybody reads a date.
    fn time(&mut self, style: Style) {
        let date = date(&self.values.business_date, self.template.date);
        let arguments = [("date", date.into()), ("time", clock(&self.values.issued_at).into())];
        let first = self.languages.first().copied().unwrap_or_default();
        let text = self.say(first, "issued", &arguments);
        self.text(&text, style.size, style.align, style.bold == Bold::All);
    }

    fn qr(&mut self) {
        let Some(data) = self.values.link.clone() else { return };
        if data.is_empty() || data.len() > Paper::MAX_TEXT {
            return self.note(NoteKind::QrTooLong, String::new(), 0);
        }
        self.row(PaperLine::Qr { data });
        self.beside(SMALL, |page, language| page.say(language, "scan", &[]));
        self.feed(1);
    }
}

fn in_language(text: &Text, language: Language) -> String {
    match language {
        Language::Zh => text.zh.clone(),
        Language::En => text.en.clone(),
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

/// A date as the template wants it; what is no date stays as it is.
fn date(iso: &str, form: DateForm) -> String {
    let mut parts = iso.split('-');
    match (form, parts.next(), parts.next(), parts.next()) {
        (DateForm::Chinese, Some(year), Some(month), Some(day)) => format!("{year}年{month}月{day}日"),
        (DateForm::DayFirst, Some(year), Some(month), Some(day)) => format!("{day}/{month}/{year}"),
        _ => iso.to_owned(),
    }
}
