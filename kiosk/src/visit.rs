//! The visit: the screen before the visitor, as a state machine without I/O, driven by [`crate::run`]. It decides what is
//! shown and what a press means; the errands it begins are carried out by [`crate::spool`], whether or not the visitor waits.
//!
//! Every screen has a number. A press counts on the screen it was made on and on no other, so a second tap finds its screen
//! gone, and nobody presses into the visit of the person before. When a visit is over, everything of it is dropped at once.

mod code;
pub mod person;
mod stage;
#[cfg(test)]
mod tests;
mod view;

pub use code::Looked;
use person::Person;
use protocol::bridge::{Card, CardTrouble, DeviceState, JobReport, JobState, Trouble};
use protocol::kiosk::{Closed, Look, Press, Sorry};
use protocol::{Pii, Problem, Text};
use stage::{Shown, Stage};
use uuid::Uuid;

use crate::Millis;
use crate::errand::{Copy, Errand, Step, What, Wish};
use crate::hall::{Hall, prints};
use crate::scan::Resolved;
use crate::spool::Progress;

/// After so long the visitor reads that it takes longer than it should.
const SLOW_MS: u64 = 3_000;
/// After so long without an answer the visitor is told that there is no number.
const ANSWER_MS: u64 = 30_000;
/// After so long without news of the paper the number is shown instead.
const PAPER_MS: u64 = 20_000;
/// How long the number stays after the paper came out.
const DONE_MS: u64 = 20_000;
/// The same, when the kiosk had been off in between: the visitor may come back to it.
const RESTORED_MS: u64 = 60_000;
/// How long an excuse stays.
const SORRY_MS: u64 = 30_000;
/// A number is shown at least so long before the card of the next visitor clears it.
const GLANCE_MS: u64 = 4_000;
/// The same for a number that is on no paper.
const LOOK_MS: u64 = 15_000;
/// How long it is said that a card was not read.
const CARD_TROUBLE_MS: u64 = 8_000;

/// What differs from kiosk to kiosk.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Without a touch for so long the visitor is asked whether he is still there.
    pub idle_ms: u64,
    /// How long he may take to answer.
    pub warning_ms: u64,
    /// What stands as the reason of class `elder`.
    pub elder_reason: String,
    /// Where the next kiosk is.
    pub nearby: Option<Text>,
    /// Diagonal of the screen, in inches.
    pub diagonal_in: f32,
    /// Whether there is a scanner of printed codes.
    pub scanner: bool,
    /// The addresses under which this hall's tickets have their pages.
    pub pages: Vec<String>,
}

/// What came in.
#[derive(Debug)]
pub enum Input {
    /// A key was pressed; the id is new, for an errand that may begin with it.
    Press(u64, Press, Uuid),
    /// The screen was touched.
    Touch,
    /// A card was laid down, and is being read.
    CardFound,
    /// A card was read.
    CardRead(Box<Card>),
    /// A card was not read.
    CardFailed(CardTrouble),
    /// The card is gone.
    CardRemoved,
    /// How the reader is.
    Reader(DeviceState),
    /// How the scanner is.
    Scanner(DeviceState),
    /// A code was scanned; none when it was no text.
    Scanned(Option<Pii<String>>),
    /// What the server says of the ticket that was scanned on a screen.
    Looked(u64, Looked),
    /// What the resolver says of the code that was scanned on a screen.
    Resolved(u64, Resolved),
    /// How the printer is.
    Printer(DeviceState, Option<Trouble>),
    /// News of an errand.
    Progress(Uuid, Box<Progress>),
    /// Time has passed, or the hall has changed.
    Clock,
}

/// What is to be done.
#[derive(Debug, PartialEq)]
pub enum Effect {
    /// A new errand.
    Begin(Errand),
    /// The visitor waits no longer.
    GiveUp(Uuid),
    /// Ask the server where the ticket of this token is, for this screen.
    Look(u64, Pii<String>),
    /// Ask the resolver whose code it is, for this screen.
    Resolve(u64, Pii<String>),
}

/// See the module.
#[derive(Debug)]
pub struct Visit {
    settings: Settings,
    /// Number of the screen.
    screen: u64,
    /// Number of the visit.
    count: u64,
    look: Look,
    person: Option<Person>,
    stage: Stage,
    /// When the stage began.
    since: Millis,
    /// When the visitor last did something.
    touched: Millis,
    /// When the last input came.
    heard: Millis,
    reader: DeviceState,
    /// None where there is none.
    scanner: Option<DeviceState>,
    printer: (DeviceState, Option<Trouble>),
    /// Whether anything was heard of the printer since the start.
    printer_known: bool,
    card_on: bool,
    card_reading: bool,
    card_trouble: Option<(CardTrouble, Millis)>,
    /// Laid down while another visitor's number was on the screen.
    next: Option<Person>,
}

impl Visit {
    /// A kiosk that was switched on at `now`.
    pub fn new(settings: Settings, now: Millis) -> Self {
        Self {
            scanner: settings.scanner.then_some(DeviceState::Gone),
            settings,
            screen: 1,
            count: 1,
            look: Look::default(),
            person: None,
            stage: Stage::Welcome,
            since: now,
            touched: now,
            heard: now,
            reader: DeviceState::Gone,
            printer: (DeviceState::Gone, Some(Trouble::NoAnswer)),
            printer_known: false,
            card_on: false,
            card_reading: false,
            card_trouble: None,
            next: None,
        }
    }

    /// Takes in what happened and says what is to be done.
    pub fn input(&mut self, now: Millis, hall: &Hall, input: Input) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.heard = now;
        match input {
            Input::Press(screen, press, id) => {
                if screen == self.screen {
                    self.touched = now;
                    effects.extend(self.press(now, hall, press, id));
                }
            }
            Input::Touch => self.touched = now,
            Input::CardRead(card) => self.card_read(now, hall, &card),
            Input::CardFound => {
                (self.card_on, self.card_reading) = (true, true);
                self.touched = now;
            }
            Input::CardFailed(trouble) => {
                (self.card_on, self.card_reading) = (true, false);
                self.card_trouble = Some((trouble, now));
                self.touched = now;
            }
            Input::CardRemoved => {
                (self.card_on, self.card_reading) = (false, false);
                self.next = None;
            }
            Input::Reader(state) => {
                self.reader = state;
                self.card_reading &= state != DeviceState::Gone;
            }
            Input::Scanner(state) => self.scanner = self.settings.scanner.then_some(state),
            Input::Scanned(text) => effects.extend(self.scanned(now, hall, text.as_ref())),
            Input::Looked(screen, looked) => self.looked(now, screen, looked),
            Input::Resolved(screen, resolved) => self.resolved(now, hall, screen, &resolved),
            Input::Printer(state, why) => (self.printer, self.printer_known) = ((state, why), true),
            Input::Progress(id, progress) => self.progress(now, id, *progress),
            Input::Clock => {}
        }
        effects.extend(self.clock(now, hall));
        effects
    }

    /// When it wants [`Input::Clock`] at the latest: each second that is counted down on the screen.
    pub fn wake_at(&self) -> Millis {
        if matches!(self.stage, Stage::Welcome) && self.look == Look::default() && self.card_trouble.is_none() {
            return Millis(u64::MAX);
        }
        let next = |from: Millis| from.plus((self.heard.since(from) / 1000 + 1) * 1000);
        next(self.since).min(next(self.touched))
    }

    /// Why nobody is served, as long as nobody is.
    fn closed(&self, hall: &Hall) -> Option<Closed> {
        if self.is_broken() {
            return Some(Closed::Printer);
        }
        if !hall.known() || !self.printer_known {
            return Some(Closed::Starting);
        }
        if !hall.online() {
            return Some(Closed::Server);
        }
        (!hall.open()).then_some(Closed::Hours)
    }

    fn press(&mut self, now: Millis, hall: &Hall, press: Press, id: Uuid) -> Option<Effect> {
        match press {
            Press::Language { language } => self.look.language = language,
            Press::Large { on } => self.look.large = on,
            Press::Low { on } => self.look.low = on,
            Press::Contrast { on } => self.look.contrast = on,
            Press::Stay => {}
            Press::Help if self.stage.is_before() => self.aside(now, Stage::Help),
            Press::Appointment if self.stage.is_before() => self.aside(now, Stage::Appointment),
            Press::Back if matches!(self.stage, Stage::Code { .. }) => self.code_over(now),
            Press::Finish if self.stage.may_finish() => self.reset(now),
            _ if matches!(self.stage, Stage::Welcome) && self.closed(hall).is_some() => {}
            press => return self.step(now, hall, press, id),
        }
        None
    }

    /// The keys that belong to one stage.
    fn step(&mut self, now: Millis, hall: &Hall, press: Press, id: Uuid) -> Option<Effect> {
        let (serves, can_print) = (self.closed(hall).is_none(), self.prints());
        match (&mut self.stage, press) {
            (Stage::Welcome, Press::NoCard) => self.go(now, Stage::Services),
            (Stage::Services, Press::Service { service }) => self.choose(now, hall, service),
            (Stage::Services, Press::Back) => self.reset(now),
            (Stage::NeedCard { .. } | Stage::Confirm { .. } | Stage::Already { .. }, Press::Back) => {
                self.go(now, Stage::Services);
            }
            (Stage::Sorry(_), Press::Back) if serves => self.go(now, Stage::Services),
            (Stage::Help(before) | Stage::Appointment(before), Press::Back) => {
                let before = std::mem::replace(&mut **before, Stage::Welcome);
                self.go(now, before);
            }
            (Stage::Confirm { elder: Some(elder), .. }, Press::Elder { on }) => *elder = on,
            (Stage::Confirm { service, elder }, Press::Take) => {
                let (service, elder) = (service.clone(), *elder == Some(true));
                return self.take(now, hall, service, elder, id);
            }
            (Stage::Issuing { id: under_way, reprint, .. }, Press::Back) if now.since(self.since) >= SLOW_MS => {
                let (under_way, why) = (*under_way, no_answer(*reprint));
                self.go(now, Stage::Sorry(why));
                return Some(Effect::GiveUp(under_way));
            }
            (Stage::Already { ticket, service, .. }, Press::Reprint) => {
                let (ticket, service) = (*ticket, service.clone());
                return Some(self.reprint(now, hall, ticket, service, id));
            }
            (Stage::NumberOnly { shown, .. }, Press::Reprint) if can_print => {
                let (ticket, service) = (shown.copy.ticket.id, shown.copy.ticket.service.clone());
                return Some(self.reprint(now, hall, ticket, service, id));
            }
            (Stage::Asking(shown), Press::CameOut { yes: true }) => {
                let shown = shown.clone();
                let copy = shown.copy.clone();
                self.go(now, Stage::Done(shown));
                let report = JobReport { state: JobState::Printed, why: None };
                return Some(Effect::Begin(Errand::report(id, copy, report)));
            }
            (Stage::Asking(shown), Press::CameOut { yes: false }) => {
                if !can_print {
                    let shown = shown.clone();
                    self.go(now, Stage::NumberOnly { shown, why: self.printer.1 });
                    return None;
                }
                let (ticket, service) = (shown.copy.ticket.id, shown.copy.ticket.service.clone());
                return Some(self.reprint(now, hall, ticket, service, id));
            }
            _ => {}
        }
        None
    }

    fn choose(&mut self, now: Millis, hall: &Hall, service: String) {
        let Some(queue) = hall.service(&service) else { return };
        if queue.real_name && self.person.is_none() {
            self.go(now, Stage::NeedCard { service });
            return;
        }
        let elder = self.person.as_ref().is_some_and(|person| person.is_elder(hall.at())).then_some(true);
        self.go(now, Stage::Confirm { service, elder });
    }

    fn take(&mut self, now: Millis, hall: &Hall, service: String, elder: bool, id: Uuid) -> Option<Effect> {
        if !hall.online() || !hall.open() {
            let why = if hall.online() { Sorry::ServiceClosed } else { Sorry::ServerAway };
            self.go(now, Stage::Sorry(why));
            return None;
        }
        let wish = Wish {
            service: service.clone(),
            class: elder.then(|| "elder".to_owned()),
            reason: elder.then(|| self.settings.elder_reason.clone()),
            person: self.person.as_ref().map(Person::number),
        };
        self.go(now, Stage::Issuing { id, service, reprint: false, restored: false });
        Some(Effect::Begin(Errand::new(id, What::Issue(wish), hall.at().map(str::to_owned))))
    }

    fn reprint(&mut self, now: Millis, hall: &Hall, ticket: Uuid, service: String, id: Uuid) -> Effect {
        self.go(now, Stage::Issuing { id, service, reprint: true, restored: false });
        Effect::Begin(Errand::new(id, What::Reprint { ticket }, hall.at().map(str::to_owned)))
    }

    fn card_read(&mut self, now: Millis, hall: &Hall, card: &Card) {
        (self.card_on, self.card_reading) = (true, false);
        self.card_trouble = None;
        self.touched = now;
        let person = Person::of(card);
        if !self.stage.is_before() {
            // A number is on the screen, or about to be.
            self.next = Some(person);
            return;
        }
        if self.closed(hall).is_some() {
            return;
        }
        self.welcome(now, hall, person);
    }

    /// Somebody with a card begins, or goes on.
    fn welcome(&mut self, now: Millis, hall: &Hall, person: Person) {
        let same = self.person.as_ref().is_some_and(|present| present.is(&person));
        let wanted = match &self.stage {
            // Whoever is told to lay down a card and does so wants what he chose before.
            Stage::NeedCard { service } if self.person.is_none() => Some(service.clone()),
            _ if same => return,
            _ => None,
        };
        // Somebody who had begun without a card keeps the page as he likes it; another visitor finds it as new.
        if self.person.is_some() {
            self.reset(now);
        }
        self.person = Some(person);
        match wanted {
            Some(service) => self.choose(now, hall, service),
            None => self.go(now, Stage::Services),
        }
    }

    fn progress(&mut self, now: Millis, id: Uuid, progress: Progress) {
        if let Progress::Recovered(errand) = progress {
            self.adopt(now, *errand);
            return;
        }
        match (&self.stage, progress) {
            (Stage::Issuing { id: under_way, restored, .. }, Progress::Issued(copy)) if *under_way == id => {
                let shown = Shown { id, copy, restored: *restored };
                self.go(now, Stage::Printing(shown));
            }
            (Stage::Issuing { id: under_way, service, reprint, .. }, Progress::Refused(problem))
                if *under_way == id =>
            {
                let next = if *reprint { Stage::Sorry(Sorry::NotReprinted) } else { refused(&problem, service) };
                self.go(now, next);
            }
            (Stage::Issuing { id: under_way, reprint, .. }, Progress::Unsafe) if *under_way == id => {
                let why = if *reprint { Sorry::NotReprinted } else { Sorry::KioskTrouble };
                self.go(now, Stage::Sorry(why));
            }
            (
                Stage::Printing(shown) | Stage::NumberOnly { shown, .. } | Stage::Asking(shown),
                Progress::Ended(copy, report),
            ) if shown.id == id => {
                let shown = Shown { copy, ..shown.clone() };
                let next = match report.state {
                    JobState::Printed => Stage::Done(shown),
                    JobState::Unknown | JobState::Printing if !self.is_broken() => Stage::Asking(shown),
                    _ => Stage::NumberOnly { shown, why: report.why },
                };
                self.go(now, next);
            }
            _ => {}
        }
    }

    /// Takes up what was under way when the program ended: its visitor may still stand here.
    fn adopt(&mut self, now: Millis, errand: Errand) {
        if !matches!(self.stage, Stage::Welcome | Stage::Issuing { restored: true, .. }) {
            return;
        }
        let id = errand.id;
        let shown = |copy: Copy| Shown { id, copy, restored: true };
        let stage = match errand.step {
            Step::Spooled { .. } => {
                let (service, reprint) = match errand.what {
                    What::Issue(wish) => (wish.service, false),
                    _ => (String::new(), true),
                };
                Stage::Issuing { id, service, reprint, restored: true }
            }
            Step::Issued(copy) | Step::Printing(copy) => Stage::Printing(shown(copy)),
            Step::Printed { copy, report } => match report.state {
                JobState::Printed => Stage::Done(shown(copy)),
                JobState::Failed => Stage::NumberOnly { shown: shown(copy), why: report.why },
                _ => Stage::Asking(shown(copy)),
            },
        };
        self.go(now, stage);
    }

    fn clock(&mut self, now: Millis, hall: &Hall) -> Option<Effect> {
        if self.card_trouble.is_some_and(|(_, since)| now.since(since) >= CARD_TROUBLE_MS) {
            self.card_trouble = None;
        }
        let age = now.since(self.since);
        if let Some(least) = self.stage.least_ms()
            && age >= least
            && let Some(next) = self.next.take()
        {
            self.reset(now);
            if self.closed(hall).is_none() {
                self.welcome(now, hall, next);
            }
            return None;
        }
        match &self.stage {
            Stage::Issuing { id, reprint, .. } if age >= ANSWER_MS => {
                let (id, why) = (*id, no_answer(*reprint));
                self.go(now, Stage::Sorry(why));
                return Some(Effect::GiveUp(id));
            }
            Stage::Printing(shown) if age >= PAPER_MS => {
                let shown = shown.clone();
                self.go(now, Stage::NumberOnly { shown, why: Some(Trouble::NoAnswer) });
            }
            Stage::Done(_) if age >= self.done_ms() => self.reset(now),
            Stage::Sorry(_) if age >= SORRY_MS => self.reset(now),
            Stage::Code { .. } => {
                if self.code_is_over(now) {
                    self.code_over(now);
                }
            }
            // There is nothing to be done with a copy that did not come out but to know its number.
            Stage::Asking(shown) if self.is_broken() => {
                let (shown, why) = (shown.clone(), self.printer.1);
                self.go(now, Stage::NumberOnly { shown, why });
            }
            stage => {
                let chooses = stage.is_before() && !matches!(stage, Stage::Welcome | Stage::Help(_) | Stage::Sorry(_));
                let looks = matches!(stage, Stage::Welcome) && self.look != Look::default();
                // Who cannot be given a ticket need not choose one.
                let in_vain = chooses && self.closed(hall) == Some(Closed::Printer);
                if in_vain || (looks || stage.has_idle()) && self.is_over(now) {
                    self.reset(now);
                }
            }
        }
        None
    }

    fn prints(&self) -> bool {
        prints(self.printer.0, self.printer.1)
    }

    /// Whether visitors can be given tickets here, and what stands in the way.
    pub fn health(&self) -> (DeviceState, Option<Trouble>) {
        if self.is_broken() {
            (DeviceState::Degraded, self.printer.1.or(Some(Trouble::NoAnswer)))
        } else if self.printer_known && self.reader == DeviceState::Gone {
            (DeviceState::Degraded, Some(Trouble::NoAnswer))
        } else {
            (DeviceState::Ready, None)
        }
    }

    /// It cannot print, as far as is known.
    fn is_broken(&self) -> bool {
        self.printer_known && !self.prints()
    }

    fn is_over(&self, now: Millis) -> bool {
        now.since(self.touched) >= self.settings.idle_ms + self.settings.warning_ms
    }

    fn done_ms(&self) -> u64 {
        match &self.stage {
            Stage::Done(shown) if shown.restored => RESTORED_MS,
            _ => DONE_MS,
        }
    }

    fn aside(&mut self, now: Millis, to: impl FnOnce(Box<Stage>) -> Stage) {
        let before = std::mem::replace(&mut self.stage, Stage::Welcome);
        let before = match before {
            // From one aside to the other: the way back is the same.
            Stage::Help(before) | Stage::Appointment(before) | Stage::Code { before, .. } => before,
            before => Box::new(before),
        };
        self.go(now, to(before));
    }

    fn go(&mut self, now: Millis, stage: Stage) {
        self.stage = stage;
        self.screen += 1;
        self.since = now;
        self.touched = now;
    }

    /// The visit is over: nothing of it is kept.
    fn reset(&mut self, now: Millis) {
        self.person = None;
        self.next = None;
        self.card_trouble = None;
        self.look = Look::default();
        self.count += 1;
        self.go(now, Stage::Welcome);
    }
}

fn no_answer(reprint: bool) -> Sorry {
    if reprint { Sorry::NotReprinted } else { Sorry::ServerAway }
}

fn refused(problem: &Problem, service: &str) -> Stage {
    match (problem.name(), &problem.ticket) {
        ("already-waiting", Some(ticket)) => {
            Stage::Already { ticket: ticket.id, number: ticket.number.clone(), service: service.to_owned() }
        }
        ("service-closed", _) => Stage::Sorry(Sorry::ServiceClosed),
        ("unknown-service", _) => Stage::Sorry(Sorry::UnknownService),
        _ => Stage::Sorry(Sorry::Refused),
    }
}
