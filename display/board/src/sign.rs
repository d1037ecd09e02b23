//! What LED signs say: the strip above a window, or one line of a panel for a zone. Chinese alone: the characters of a sign
//! are few and large.

use locales::{Argument, Faulty, Language, Words};
use protocol::Text;
use protocol::board::{BoardLink, BoardView};
use protocol::bridge::{SignArea, SignColour, SignEffect};
use protocol::parking::LotSays;

use crate::{Hall, Millis};

/// What an area of a sign is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A window: whom it calls, or how it is.
    Window(u16),
    /// A line of a zone's panel, from 0: the newest call stands in line 0.
    Zone(String, usize),
    /// The free places of a car park, by its code.
    Lot(String, LotPart),
}

/// Which places of a car park.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LotPart {
    /// The ordinary bays, and where to go when there are none.
    Entry,
    /// The bays of a class.
    Class(String),
    /// A level.
    Level(String),
}

/// A sign with fewer columns shows digits alone.
const FIGURES: usize = 5;

/// The words of signs.
#[derive(Debug)]
pub struct Faces {
    words: Words,
}

impl Faces {
    /// Reads the words.
    pub fn new() -> Result<Self, Faulty> {
        Ok(Self { words: Words::new(&[locales::source!("../..", "board")])? })
    }

    fn say(&self, key: &str) -> String {
        self.words.say(Language::Zh, key)
    }

    fn say_call(&self, key: &str, number: &str, window: u16) -> String {
        // As text: a number would be written with separators.
        let arguments: [(&str, Argument); 2] = [("number", number.into()), ("window", window.to_string().into())];
        self.words.say_with(Language::Zh, key, &arguments)
    }

    /// What the strip of a window says; `columns` is its width in Latin characters, two for a Chinese one.
    pub fn window(&self, hall: &Hall, number: u16, columns: usize, now: Millis) -> SignArea {
        if !hall.is_live(now) {
            return self.interrupted(columns);
        }
        let Some(window) = hall.windows.get(&number) else {
            return face(self.say("sign-closed"), SignColour::Yellow, columns);
        };
        match (&window.ticket, window.state.as_str()) {
            (Some(ticket), _) if ticket.state == "called" => self.call(&ticket.number, number, columns),
            (Some(ticket), _) if ticket.state == "serving" => {
                let text = self.say_call("sign-serving", &ticket.number, number);
                face(text, SignColour::Green, columns)
            }
            (_, "paused") => face(self.say("sign-paused"), SignColour::Yellow, columns),
            (_, "closed") => face(self.say("sign-closed"), SignColour::Yellow, columns),
            _ => face(self.say("sign-welcome"), SignColour::Green, columns),
        }
    }

    /// What a line of a zone's panel says, by what the zone's board shows.
    pub fn line(&self, view: &BoardView, line: usize, columns: usize) -> SignArea {
        if view.link != BoardLink::Live {
            // Once is enough for a panel.
            return if line == 0 { self.interrupted(columns) } else { face(String::new(), SignColour::Red, columns) };
        }
        match (view.calls.get(line), line) {
            (Some(call), _) => {
                let colour = if call.fresh { SignColour::Red } else { SignColour::Green };
                SignArea { colour, ..self.call(&call.number, call.window, columns) }
            }
            (None, 0) => face(self.say("sign-welcome"), SignColour::Green, columns),
            (None, _) => face(String::new(), SignColour::Green, columns),
        }
    }

    /// What a sign of a car park says.
    pub fn lot(&self, hall: &Hall, code: &str, part: &LotPart, columns: usize, now: Millis) -> SignArea {
        if !hall.is_live(now) {
            return if columns < FIGURES {
                face("--".into(), SignColour::Yellow, columns)
            } else {
                self.interrupted(columns)
            };
        }
        let lot = hall.lots.iter().find(|lot| lot.uid == code);
        let said = lot.and_then(|lot| match part {
            LotPart::Entry => Some((&lot.says, None)),
            LotPart::Class(class) => {
                let class = lot.classes.iter().find(|known| known.class == *class)?;
                Some((&class.says, Some(self.say(&format!("sign-bays-{}", class.class)))))
            }
            LotPart::Level(level) => {
                let level = lot.levels.iter().find(|known| known.level == *level)?;
                Some((&level.says, Some(level.name.zh.clone())))
            }
        });
        let Some((says, name)) = said else {
            return face("--".into(), SignColour::Yellow, columns);
        };
        let divert = lot.filter(|_| *part == LotPart::Entry).and_then(|lot| lot.divert_to.as_ref());
        self.places(says, name.as_deref(), divert, columns)
    }

    fn places(&self, says: &LotSays, name: Option<&str>, divert: Option<&Text>, columns: usize) -> SignArea {
        let free = says.free.map(|free| free.to_string());
        let (key, colour) = match says.says.as_str() {
            "free" => ("sign-lot-free", SignColour::Green),
            "about" => ("sign-lot-about", SignColour::Green),
            "some" => ("sign-lot-some", SignColour::Green),
            "full" => ("sign-lot-full", SignColour::Red),
            "closed" => ("sign-lot-closed", SignColour::Yellow),
            _ => ("sign-lot-unknown", SignColour::Yellow),
        };
        if columns < FIGURES {
            let figure = match (says.says.as_str(), free) {
                (_, Some(free)) => free,
                ("full", None) => "0".to_owned(),
                _ => "--".to_owned(),
            };
            return face(figure, colour, columns);
        }
        let mut arguments: Vec<(&'static str, Argument)> = Vec::new();
        if let Some(free) = free {
            arguments.push(("free", free.into()));
        }
        let mut text = self.words.say_with(Language::Zh, key, &arguments);
        if let Some(name) = name {
            text = format!("{name} {text}");
        }
        if let Some(divert) = divert {
            let to: [(&str, Argument); 1] = [("lot", divert.zh.clone().into())];
            text = format!("{text} {}", self.words.say_with(Language::Zh, "sign-lot-divert", &to));
        }
        face(text, colour, columns)
    }

    fn call(&self, number: &str, window: u16, columns: usize) -> SignArea {
        let whole = self.say_call("sign-call", number, window);
        let short = self.say_call("sign-call-short", number, window);
        let text = if width(&whole) > columns && width(&short) <= columns { short } else { whole };
        face(text, SignColour::Red, columns)
    }

    /// Never an old number shown as new.
    fn interrupted(&self, columns: usize) -> SignArea {
        face(self.say("sign-stale"), SignColour::Yellow, columns)
    }
}

fn face(text: String, colour: SignColour, columns: usize) -> SignArea {
    let effect = if width(&text) > columns { SignEffect::Left } else { SignEffect::Still };
    SignArea { text, colour, effect, ..SignArea::default() }
}

/// In columns of a sign: a Latin character takes one, a Chinese one two.
fn width(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}
