//! Call pads beside windows: from a key and what is known of the window to one call of the server's API, and what the pad
//! shows. The rules of a press are those of the clerk's page: a key that bounces acts once, the ticket that has just been
//! called is not finished by the press that called it, and every act names the ticket that was seen.

use std::collections::BTreeMap;

use protocol::bridge::{PadKey, PadScreen};
use protocol::requests::{
    CallTicket, FinishTicket, OnTicket, OpenWindow, ParkTicket, PauseWindow, RateTicket, ResumeTicket, TransferTicket,
};
use protocol::views::{Ticket, Window};
use serde::Serialize;
use uuid::Uuid;

use crate::{Hall, Millis};

/// Presses closer together than this are one.
pub const QUIET_MS: u64 = 300;
/// A ticket that has just appeared is not finished by the press that called it.
pub const TOO_NEW_MS: u64 = 800;
/// How a ticket ends that is given up after service has begun.
const LEFT: &str = "left";

/// What a pad is for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pad {
    /// Its window.
    pub window: u16,
    /// Codes of the services that the transfer key leads to, by the number typed before it.
    pub transfer: BTreeMap<u16, String>,
    /// Why the window is paused by this pad.
    pub pause: String,
    /// Whether visitors rate there.
    pub rating: bool,
}

/// One call of the server's API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// Where, such as `/api/v1/windows/3/call`.
    pub path: String,
    /// The body, as JSON.
    pub body: String,
}

/// Why a key does nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The server has not been heard for too long: what the clerk sees is not the present.
    Away,
    /// The window is closed or paused.
    NotOpen,
    /// There is no ticket at the window.
    NoTicket,
    /// There is one.
    Busy,
    /// Nothing is put aside.
    NothingParked,
    /// The key, or the number before it, leads nowhere.
    Unknown,
}

/// What a press leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pressed {
    /// Ask this of the server.
    Do(Deed),
    /// Let the visitor be asked for a rating.
    Ask,
    /// It does not count.
    Ignored,
    /// It cannot be: the pad beeps.
    Refused(Refusal),
}

/// What the pad is to show now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// The display; the shell adds beeps and the time-out.
    pub screen: PadScreen,
    /// A ticket has just been finished here: the visitor is to be asked for a rating.
    pub ask: bool,
}

/// A pad and what was seen through it.
#[derive(Debug)]
pub struct Desk {
    pad: Pad,
    pressed: Option<Millis>,
    seen: Option<Uuid>,
    since: Option<Millis>,
    /// The last ticket that ended here, as far as it was noticed.
    finished: Option<Uuid>,
    /// Given up from here: nobody is there to rate.
    given_up: Option<Uuid>,
    /// Whose rating is awaited.
    rates: Option<Uuid>,
}

impl Desk {
    /// Nothing was seen yet.
    pub fn new(pad: Pad) -> Self {
        Self { pad, pressed: None, seen: None, since: None, finished: None, given_up: None, rates: None }
    }

    /// What is to be shown; called at least once before each press, so that it is known since when a ticket has been seen.
    pub fn look(&mut self, hall: &Hall, now: Millis) -> Look {
        let blank = Look { screen: PadScreen::default(), ask: false };
        let live = hall.is_live(now);
        let Some(window) = hall.windows.get(&self.pad.window).filter(|_| live) else { return blank };
        let ticket = window.ticket.as_ref();
        if ticket.map(|ticket| ticket.id) != self.seen {
            self.seen = ticket.map(|ticket| ticket.id);
            self.since = Some(now);
        }
        let finished = hall.finished(self.pad.window);
        let news = finished != self.finished;
        self.finished = finished;
        let ask = self.pad.rating && news && finished.is_some() && finished != self.given_up;
        if ask {
            self.rates = finished;
        }
        let screen = match ticket {
            Some(ticket) => PadScreen { ticket: Some(digits(&ticket.number)), ..PadScreen::default() },
            None if window.state == "closed" => PadScreen::default(),
            None => PadScreen { waiting: Some(waiting(hall, window)), ..PadScreen::default() },
        };
        Look { screen, ask }
    }

    /// A key was pressed, with the number typed before it.
    pub fn press(&mut self, hall: &Hall, key: PadKey, number: Option<u16>, now: Millis) -> Pressed {
        self.look(hall, now);
        let quiet = self.pressed.is_none_or(|before| now.since(before) >= QUIET_MS);
        // A press that does not count still disturbs the quiet, or a storm would let one through now and then.
        self.pressed = Some(now);
        if !quiet {
            return Pressed::Ignored;
        }
        if !hall.is_live(now) {
            return Pressed::Refused(Refusal::Away);
        }
        let Some(window) = hall.windows.get(&self.pad.window) else { return Pressed::Refused(Refusal::NotOpen) };
        match key {
            PadKey::Call => self.call(window, number, now),
            PadKey::Recall => self.on_ticket(window, |ticket| ("recall", on(ticket))),
            PadKey::GiveUp => {
                self.given_up = window.ticket.as_ref().map(|ticket| ticket.id);
                self.on_ticket(window, |ticket| {
                    if ticket.state == "called" {
                        return ("miss", on(ticket));
                    }
                    let outcome = Some(LEFT.to_owned());
                    ("finish", json(&FinishTicket { outcome, ticket: Some(ticket.id), ..FinishTicket::default() }))
                })
            }
            PadKey::Park => {
                self.on_ticket(window, |ticket| ("park", json(&ParkTicket { note: None, ticket: Some(ticket.id) })))
            }
            PadKey::Resume => self.resume(window),
            PadKey::Transfer => self.transfer(window, number),
            PadKey::Pause => self.pause(window),
            PadKey::Evaluate => {
                self.rates = window.ticket.as_ref().map(|ticket| ticket.id).or(self.finished);
                if self.pad.rating { Pressed::Ask } else { Pressed::Refused(Refusal::Unknown) }
            }
            PadKey::Cancel | PadKey::OneMetre => Pressed::Ignored,
            PadKey::Ok => Pressed::Refused(Refusal::Unknown),
        }
    }

    /// A visitor has rated, 1 to 5.
    pub fn rated(&mut self, level: u8) -> Deed {
        let ticket = self.rates.take();
        self.deed("rate", json(&RateTicket { level, ticket }))
    }

    fn deed(&self, what: &str, body: String) -> Deed {
        Deed { path: format!("/api/v1/windows/{}/{what}", self.pad.window), body }
    }

    fn call(&self, window: &Window, number: Option<u16>, now: Millis) -> Pressed {
        // A number without its letter names nobody.
        if number.is_some() {
            return Pressed::Refused(Refusal::Unknown);
        }
        match &window.ticket {
            Some(_) if self.since.is_some_and(|since| now.since(since) < TOO_NEW_MS) => Pressed::Ignored,
            Some(ticket) => {
                let finish =
                    FinishTicket { outcome: None, call: Some(true), ready: Some(true), ticket: Some(ticket.id) };
                Pressed::Do(self.deed("finish", json(&finish)))
            }
            None if is_open(window) => {
                Pressed::Do(self.deed("call", json(&CallTicket { ticket: None, ready: Some(true) })))
            }
            None => Pressed::Refused(Refusal::NotOpen),
        }
    }

    fn on_ticket(&self, window: &Window, what: impl FnOnce(&Ticket) -> (&'static str, String)) -> Pressed {
        match &window.ticket {
            None => Pressed::Refused(Refusal::NoTicket),
            Some(ticket) => {
                let (what, body) = what(ticket);
                Pressed::Do(self.deed(what, body))
            }
        }
    }

    fn resume(&self, window: &Window) -> Pressed {
        // The oldest stands first.
        match window.parked.first() {
            _ if window.ticket.is_some() => Pressed::Refused(Refusal::Busy),
            _ if !is_open(window) => Pressed::Refused(Refusal::NotOpen),
            None => Pressed::Refused(Refusal::NothingParked),
            Some(number) => Pressed::Do(self.deed("resume", json(&ResumeTicket { ticket: number.clone() }))),
        }
    }

    fn transfer(&self, window: &Window, number: Option<u16>) -> Pressed {
        match number.and_then(|number| self.pad.transfer.get(&number)) {
            None => Pressed::Refused(Refusal::Unknown),
            Some(service) => self.on_ticket(window, |ticket| {
                let service = Some(service.clone());
                ("transfer", json(&TransferTicket { service, window: None, ticket: Some(ticket.id) }))
            }),
        }
    }

    fn pause(&self, window: &Window) -> Pressed {
        match window.state.as_str() {
            _ if window.ticket.is_some() => Pressed::Refused(Refusal::Busy),
            "paused" | "closed" => Pressed::Do(self.deed("open", json(&OpenWindow::default()))),
            _ => Pressed::Do(self.deed("pause", json(&PauseWindow { reason: self.pad.pause.clone() }))),
        }
    }
}

fn json(body: &impl Serialize) -> String {
    // These bodies hold texts and numbers alone, which can always be written.
    serde_json::to_string(body).unwrap_or_default()
}

fn on(ticket: &Ticket) -> String {
    json(&OnTicket { ticket: Some(ticket.id) })
}

fn is_open(window: &Window) -> bool {
    !matches!(window.state.as_str(), "paused" | "closed")
}

/// The last three digits of a number such as `A042`.
fn digits(number: &str) -> u16 {
    let digits: Vec<u16> =
        number.chars().rev().map_while(|c| c.to_digit(10)).take(3).map(|digit| digit as u16).collect();
    digits.iter().rev().fold(0, |number, digit| number * 10 + digit)
}

/// How many wait for what the window serves.
fn waiting(hall: &Hall, window: &Window) -> u16 {
    let lines = hall.queues.iter().filter(|queue| window.services.contains(&queue.service));
    lines.map(|queue| queue.waiting).sum::<usize>().min(999) as u16
}
