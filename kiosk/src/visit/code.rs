//! Codes before the scanner: where a ticket's number is, and plain words for everything else.
//!
//! A code takes nobody's place: whoever is choosing goes on where he was, and a code that comes while a number is on its way is
//! not listened to.

use protocol::Pii;
use protocol::kiosk::CodeNote;

use super::person::Person;
use super::stage::{Code, Stage};
use super::{Effect, Visit};
use crate::Millis;
use crate::hall::Hall;
use crate::scan::{self, Resolved, Scanned};

/// How long is shown where a number is.
const TICKET_MS: u64 = 20_000;
/// How long a word about a code stays.
const NOTE_MS: u64 = 10_000;

/// What the server says of a ticket's address.
#[derive(Debug)]
pub enum Looked {
    /// Where its number is.
    Visit(Box<protocol::Visit>),
    /// There is no such ticket today.
    NoVisit,
    /// The server cannot be asked.
    Away,
}

impl Visit {
    /// Something was scanned; none when it was no text.
    pub(super) fn scanned(&mut self, now: Millis, hall: &Hall, text: Option<&Pii<String>>) -> Option<Effect> {
        // The next visitor already, when a number has been on the screen for long enough.
        let seen = self.stage.least_ms().is_some_and(|least| now.since(self.since) >= least);
        if seen && !self.stage.is_before() {
            self.reset(now);
        }
        if !self.stage.is_before() {
            return None;
        }
        match text.map(|text| scan::read(text, &self.settings.pages)) {
            Some(Scanned::Ticket(_)) if !hall.online() => self.note(now, CodeNote::Away),
            Some(Scanned::Ticket(token)) => {
                self.code(now, Code::Looking);
                return Some(Effect::Look(self.screen, token));
            }
            Some(Scanned::Opaque(code)) => {
                self.code(now, Code::Looking);
                return Some(Effect::Resolve(self.screen, code));
            }
            Some(Scanned::Appointment(_)) => self.note(now, CodeNote::Appointment),
            Some(Scanned::Nothing) => self.note(now, CodeNote::Nothing),
            None => self.note(now, CodeNote::Unreadable),
        }
        None
    }

    /// The server has answered about the ticket that was scanned on a screen.
    pub(super) fn looked(&mut self, now: Millis, screen: u64, looked: Looked) {
        if screen != self.screen || !matches!(self.stage, Stage::Code { code: Code::Looking, .. }) {
            return;
        }
        let code = match looked {
            Looked::Visit(visit) => Code::Ticket(visit),
            Looked::NoVisit => Code::Note(CodeNote::NoVisit),
            Looked::Away => Code::Note(CodeNote::Away),
        };
        self.code(now, code);
    }

    /// The resolver has answered about the opaque code that was scanned on a screen.
    pub(super) fn resolved(&mut self, now: Millis, hall: &Hall, screen: u64, resolved: &Resolved) {
        if screen != self.screen || !matches!(self.stage, Stage::Code { code: Code::Looking, .. }) {
            return;
        }
        match resolved {
            Resolved::Person(card) => {
                self.code_over(now);
                if self.closed(hall).is_none() {
                    self.welcome(now, hall, Person::of(card));
                }
            }
            Resolved::Unknown => self.note(now, CodeNote::Unknown),
            Resolved::Away => self.note(now, CodeNote::Away),
            Resolved::NotConnected => self.note(now, CodeNote::NotConnected),
        }
    }

    /// Whether what is shown of a code has been shown for long enough.
    pub(super) fn code_is_over(&self, now: Millis) -> bool {
        let Stage::Code { code, .. } = &self.stage else { return false };
        now.since(self.since) >= if matches!(code, Code::Ticket(_)) { TICKET_MS } else { NOTE_MS }
    }

    /// Goes back to where the visitor was; nothing of the code is kept.
    pub(super) fn code_over(&mut self, now: Millis) {
        match std::mem::replace(&mut self.stage, Stage::Welcome) {
            Stage::Code { before, .. } if !matches!(*before, Stage::Welcome) => self.go(now, *before),
            // Nobody had begun: whoever comes next finds the page as new.
            _ if self.person.is_none() => self.reset(now),
            _ => self.go(now, Stage::Welcome),
        }
    }

    fn note(&mut self, now: Millis, note: CodeNote) {
        self.code(now, Code::Note(note));
    }

    fn code(&mut self, now: Millis, code: Code) {
        self.aside(now, |before| Stage::Code { before, code });
    }
}
