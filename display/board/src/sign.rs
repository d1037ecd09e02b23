//! What LED signs say: the strip above a window, or one line of a panel for a zone. Chinese alone: the characters of a sign
//! are few and large.

use locales::{Argument, Faulty, Language, Words};
use protocol::board::{BoardLink, BoardView};
use protocol::bridge::{SignArea, SignColour, SignEffect};

use crate::{Hall, Millis};

/// What an area of a sign is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A window: whom it calls, or how it is.
    Window(u16),
    /// A line of a zone's panel, from 0: the newest call stands in line 0.
    Zone(String, usize),
}

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
