//! A hall in the plainest words: lists that are searched from one end to the other. It shares nothing with the core but
//! the names of commands, classes and roles, and says what the core must do. Slow, and meant to be read.

#![allow(clippy::unwrap_used, reason = "a model that is wrong must fail")]

mod act;
pub mod compare;
mod rules;

use hall::Class;
use hall::ids::{PersonId, TicketId};
use hall::routing::RuleName;
use hall::settings::HallFile;

/// The stable ending of a problem type.
pub type Kind = &'static str;

/// Hours of the model's halls, always in Shanghai: milliseconds after local midnight.
const DAY: i64 = 86_400_000;
const SHANGHAI: i64 = 8 * 3_600_000;
const DAY_END: i64 = 4 * 3_600_000;

#[derive(Debug, Clone, Default)]
pub struct Model {
    /// The hall's time.
    pub now: i64,
    pub file: Option<HallFile>,
    /// Services that were dropped today, and the windows that go on with who waits for them.
    pub dropped: Vec<(String, Vec<u16>)>,
    /// The business day in progress, in days since 1970.
    pub day: Option<i64>,
    /// The last number of each series.
    pub last: Vec<(String, u32)>,
    pub tickets: Vec<Ticket>,
    pub windows: Vec<Window>,
    /// What the present command does.
    happened: Vec<Happened>,
}

#[derive(Debug, Clone)]
pub struct Ticket {
    pub id: TicketId,
    pub number: String,
    pub service: String,
    pub class: Class,
    pub person: Option<PersonId>,
    pub sent_to: Option<u16>,
    pub place: Place,
    pub calls: u32,
    /// The newest copy, what became of it, and who prints it.
    pub print: (u32, &'static str, Option<String>),
    /// When service ended.
    pub ended: Option<i64>,
    pub rated: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Place {
    Line { since: i64 },
    Window { number: u16, since: i64, called_at: i64, count: u32, started: bool },
    Parked { number: u16, credit: i64 },
    Missed { number: u16, credit: i64 },
    Done { number: u16 },
    Left,
}

#[derive(Debug, Clone)]
pub struct Window {
    pub number: u16,
    pub state: State,
    pub services: Vec<String>,
    pub opened_with: Option<Vec<String>>,
    pub clerk: Option<String>,
    /// No longer in the settings, but its clerk still has somebody.
    pub leaving: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum State {
    Closed,
    Idle,
    Ready(i64),
    Busy(usize),
    Paused(String),
}

/// An event, as far as the model foretells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Happened {
    pub event: &'static str,
    pub call: Option<Called>,
}

/// Who was called where, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Called {
    pub ticket: String,
    pub window: u16,
    pub rule: RuleName,
    pub waited_s: i64,
    pub lines: u32,
    pub passed: Option<String>,
}

/// The business day of a moment.
pub fn day_of(at: i64) -> i64 {
    (at + SHANGHAI - DAY_END).div_euclid(DAY)
}

fn end_of(day: i64) -> i64 {
    (day + 1) * DAY + DAY_END - SHANGHAI
}

/// Minutes after local midnight.
fn minute_of_day(at: i64) -> i64 {
    (at + SHANGHAI).rem_euclid(DAY) / 60_000
}

impl Model {
    pub fn day_is_over(&self, now: i64) -> bool {
        self.day.is_some_and(|day| now.max(self.now) >= end_of(day))
    }

    fn window(&self, number: u16) -> Option<&Window> {
        self.windows.iter().find(|window| window.number == number)
    }

    fn window_mut(&mut self, number: u16) -> &mut Window {
        self.windows.iter_mut().find(|window| window.number == number).unwrap()
    }

    fn happen(&mut self, event: &'static str) {
        self.happened.push(Happened { event, call: None });
    }

    /// What the settings let this window serve, and what it still has of the dropped.
    fn own_services(&self, number: u16) -> Vec<String> {
        let mut own = Vec::new();
        for section in self.file.iter().flat_map(|file| &file.windows) {
            if section.number == Some(number) {
                own.extend(section.services.iter().map(|code| code.0.clone()));
            }
        }
        for (code, kept_by) in &self.dropped {
            if kept_by.contains(&number) {
                own.push(code.clone());
            }
        }
        own.sort();
        own.dedup();
        own
    }

    fn offered(&self, code: &str) -> bool {
        self.file.iter().flat_map(|file| &file.services).any(|service| service.code.0 == code)
    }

    fn configure(&mut self, file: &HallFile) {
        let mut dropped = Vec::new();
        for service in self.file.iter().flat_map(|file| &file.services) {
            if !file.services.iter().any(|other| other.code == service.code) {
                let keeps = |window: &&Window| {
                    let own = self.own_services(window.number);
                    !window.leaving && (own.contains(&service.code.0) || window.services.contains(&service.code.0))
                };
                let kept_by = self.windows.iter().filter(keeps).map(|window| window.number).collect();
                dropped.push((service.code.0.clone(), kept_by));
            }
        }
        self.dropped.retain(|(code, _)| !file.services.iter().any(|service| service.code.0 == *code));
        self.dropped.extend(dropped);
        self.file = Some(file.clone());
        for number in file.windows.iter().map(|section| section.number.unwrap()) {
            if self.window(number).is_none() {
                self.windows.push(Window {
                    number,
                    state: State::Closed,
                    services: Vec::new(),
                    opened_with: None,
                    clerk: None,
                    leaving: false,
                });
            }
            let own = self.own_services(number);
            let window = self.window_mut(number);
            window.leaving = false;
            window.services = window.opened_with.clone().unwrap_or(own);
        }
        for window in self.windows.clone() {
            if file.windows.iter().any(|section| section.number == Some(window.number)) {
                continue;
            }
            if matches!(window.state, State::Busy(_)) {
                self.window_mut(window.number).leaving = true;
            } else {
                self.close_window(window.number);
                self.windows.retain(|other| other.number != window.number);
            }
        }
    }

    fn close_window(&mut self, number: u16) {
        let own = self.own_services(number);
        let window = self.window_mut(number);
        window.state = State::Closed;
        window.services = own;
        window.opened_with = None;
        window.clerk = None;
        for ticket in &mut self.tickets {
            if matches!(ticket.place, Place::Line { .. }) && ticket.sent_to == Some(number) {
                ticket.sent_to = None;
            }
        }
    }

    /// The window's ticket is gone.
    fn release(&mut self, number: u16) {
        if self.window(number).unwrap().leaving {
            self.close_window(number);
            self.windows.retain(|window| window.number != number);
        } else {
            self.window_mut(number).state = State::Idle;
        }
    }

    fn close_day(&mut self) {
        self.day = None;
        self.last.clear();
        self.tickets.clear();
        self.dropped.clear();
        self.windows.retain(|window| !window.leaving);
        for number in self.windows.iter().map(|window| window.number).collect::<Vec<_>>() {
            self.close_window(number);
        }
    }
}
