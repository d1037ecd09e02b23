//! The loop around a reader: is it alive, is there a card, what stands on it, is it gone.
//!
//! A card is found, selected and read. It is told only from one whole frame that came after this very selection, whose checksum
//! is right and whose text agrees with itself (`text.rs`). The checksum is one byte, so it lets through one in 256 of the frames
//! that noise has spoilt; therefore, once anything was wrong on the line while a card lies there, or the photo does not stand
//! where it belongs, it takes two equal answers. Answers carry no name of their request, so each is held against what was asked:
//! one that cannot belong to it comes from before, and is not listened to.
//!
//! A selected card does not answer a second search. So a card that has been told is gone when two *reads* have failed; that it
//! is still the same is seen by a hash of its text, and nothing else of it is kept.

mod judge;

use std::collections::VecDeque;
use std::convert::Infallible;

use protocol::bridge::{Card, CardTrouble, Trouble};

use judge::{Mark, content, fits, patience, trouble};

use super::answer::{Answer, Meaning, ModuleId};
use super::frame::{ANSWERS, Fault, Frame, Receiver, Request};
use super::text::TextFault;
use crate::{Driver, Health, Input, Millis, Output};

/// From power-on until a module listens.
const WAKES: u64 = 1_500;
/// Tries to hear the module's name after that.
const WAKE_TRIES: u8 = 3;
/// Between two searches for a card.
const POLL: u64 = 300;
/// Between two looks whether the module is well.
const STATUS: u64 = 2_000;
/// Between two looks whether a card that was told is still there.
const PRESENCE: u64 = 500;
/// After the first failed one, so that a swapped card is noticed soon.
const MISSED: u64 = 200;
/// Before a second try.
const RETRY: u64 = 100;
/// Longest silence inside an answer.
const GAP: u64 = 800;
/// Longest time an answer may take after it should have begun: the longest one takes 2.4 s at 9600 bits a second.
const TRANSFER: u64 = 3_000;
/// Receive errors in a row that are borne; one more, and the port is opened anew.
const ERRORS: u8 = 3;
/// Tries to read a card before its holder is told.
const TRIES: u8 = 2;
/// Reads of one card until two equal ones must have come.
const READS: u8 = 5;
/// Failed reads or searches in a row after which a card is gone.
const MISSES: u8 = 2;

/// What a reader tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// How the reader is.
    Health(Health),
    /// A card lies there and is being read: it must not move. Whatever comes of it, [`Event::Removed`] follows at last.
    Found,
    /// A card was read. It is told once, however long it lies there.
    Read(Card),
    /// A card lies there and was not read. It may still be told: the reader goes on trying.
    Failed(CardTrouble),
    /// The card that was found is gone, or nobody can say any more whether it is there.
    Removed,
}

/// A SAM-V reader of identity cards. It can be told nothing: it reads what is laid on it.
pub struct Reader {
    now: Millis,
    out: VecDeque<Output<Event>>,
    told: Option<Health>,
    receiver: Receiver,
    phase: Phase,
    /// Receive errors in a row.
    errors: u8,
    status_at: Millis,
    out_of_service: bool,
    visit: Option<Visit>,
    module: Option<ModuleId>,
}

enum Phase {
    /// No port.
    Closed,
    /// Nothing is under way until then.
    Resting { until: Millis, then: Next },
    /// An answer is awaited.
    Asking { request: Request, began: Millis, heard: Option<Millis>, broken: bool, noisy: bool, again: bool, tries: u8 },
}

#[derive(Clone, Copy)]
enum Next {
    /// Whatever the state calls for.
    Any,
    /// This.
    Ask(Request, u8),
}

/// A card that lies there.
#[derive(Default)]
struct Visit {
    selected: bool,
    /// Something was wrong on the line since it lies there.
    noisy: bool,
    tries: u8,
    reads: u8,
    misses: u8,
    /// The answer that needs a second one like it.
    seen: Option<Mark>,
    told: Option<Told>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Read(Mark),
    Failed,
}

/// How an exchange ended.
enum Outcome<'a> {
    Answer(Answer<'a>),
    /// Something came whose checksum was wrong.
    Garbled,
    /// Something began and did not go on.
    Cut,
    Silent,
}

impl Default for Reader {
    fn default() -> Self {
        Self::new()
    }
}

impl Reader {
    /// A reader whose port is not open yet.
    pub fn new() -> Self {
        Self {
            now: Millis::default(),
            out: VecDeque::new(),
            told: None,
            receiver: Receiver::new(ANSWERS),
            phase: Phase::Closed,
            errors: 0,
            status_at: Millis::default(),
            out_of_service: false,
            visit: None,
            module: None,
        }
    }

    /// Which module answered last; old ones do not say.
    pub fn module(&self) -> Option<&ModuleId> {
        self.module.as_ref()
    }

    fn tell(&mut self, event: Event) {
        self.out.push_back(Output::Event(event));
    }

    fn health(&mut self, health: Health) {
        if self.told != Some(health) {
            self.told = Some(health);
            self.tell(Event::Health(health));
        }
    }

    fn rest(&mut self, milliseconds: u64, then: Next) {
        self.phase = Phase::Resting { until: self.now + milliseconds, then };
    }

    fn ask(&mut self, request: Request, again: bool, tries: u8) {
        self.receiver.clear();
        self.out.push_back(Output::Send(request.frame()));
        self.phase = Phase::Asking { request, began: self.now, heard: None, broken: false, noisy: false, again, tries };
    }

    fn next(&self) -> Request {
        match &self.visit {
            _ if self.out_of_service => Request::Status,
            Some(visit) if visit.told.is_some() && visit.selected => Request::Read,
            None if self.now >= self.status_at => Request::Status,
            _ => Request::Find,
        }
    }

    /// Whatever lay there is gone, or nobody knows.
    fn leave(&mut self) {
        if self.visit.take().is_some() {
            self.tell(Event::Removed);
        }
    }

    fn lose(&mut self) {
        self.leave();
        self.health(Health::GONE);
        self.out.push_back(Output::Reopen);
        self.phase = Phase::Closed;
    }

    fn bytes(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some(found) = self.receiver.take(&mut rest) {
            // What follows an answer belongs to nothing that was asked.
            if !rest.is_empty() {
                self.noisy();
            }
            if self.found(&found) {
                self.receiver.clear();
                return;
            }
        }
        let begun = self.receiver.begun();
        if let Phase::Asking { heard, broken, .. } = &mut self.phase {
            // Noise is no answer: only what has begun like a frame must go on.
            *heard = begun.then_some(self.now);
            if *broken && !begun {
                self.conclude(&Outcome::Garbled);
            }
        }
    }

    fn noisy(&mut self) {
        if let Some(visit) = &mut self.visit {
            visit.noisy = true;
        }
    }

    /// Takes what was found; says whether the exchange is over.
    fn found(&mut self, found: &Result<Frame, Fault>) -> bool {
        let Phase::Asking { request, broken, noisy, .. } = &mut self.phase else { return true };
        match found {
            Err(Fault::Checksum) => *broken = true,
            Err(Fault::Length(_)) => *noisy = true,
            Ok(frame) => match Answer::of(frame).filter(|answer| fits(*request, answer)) {
                Some(answer) => {
                    self.conclude(&Outcome::Answer(answer));
                    return true;
                }
                None => *noisy = true,
            },
        }
        false
    }

    fn clock(&mut self) {
        match self.phase {
            Phase::Resting { until, then } if self.now >= until => match then {
                Next::Any => self.ask(self.next(), false, 0),
                Next::Ask(request, tries) => self.ask(request, false, tries),
            },
            Phase::Asking { .. } if self.wake_at().is_some_and(|due| self.now >= due) => self.overdue(),
            _ => {}
        }
    }

    /// The answer has not come, or not all of it.
    fn overdue(&mut self) {
        let begun = self.receiver.begun();
        while let Some(found) = self.receiver.give_up() {
            if self.found(&found) {
                return;
            }
        }
        let Phase::Asking { broken, .. } = self.phase else { return };
        let outcome = match (broken, begun) {
            (true, _) => Outcome::Garbled,
            (false, true) => Outcome::Cut,
            (false, false) => Outcome::Silent,
        };
        self.conclude(&outcome);
    }

    fn conclude(&mut self, outcome: &Outcome<'_>) {
        let Phase::Asking { request, again, tries, broken, noisy, .. } = self.phase else { return };
        if broken || noisy || self.receiver.noise() > 0 || matches!(outcome, Outcome::Cut) {
            self.noisy();
        }
        if matches!(outcome, Outcome::Answer(_)) {
            self.errors = 0;
        } else {
            self.errors = self.errors.saturating_add(1);
            if self.errors > ERRORS {
                return self.lose();
            }
        }
        let misheard = match outcome {
            Outcome::Answer(answer) => answer.meaning() == Meaning::Misheard,
            Outcome::Garbled => request != Request::Read,
            Outcome::Cut | Outcome::Silent => false,
        };
        if misheard && !again {
            self.noisy();
            return self.ask(request, true, tries);
        }
        if let Outcome::Answer(answer) = outcome {
            match answer.meaning() {
                Meaning::OutOfService => return self.out_of_service(),
                Meaning::Confused if request != Request::Reset => {
                    self.failed_try(CardTrouble::Garbled);
                    return self.rest(RETRY, Next::Ask(Request::Reset, 0));
                }
                _ => {}
            }
        }
        match request {
            Request::ModuleId => self.woken(outcome, tries),
            Request::Reset => self.rest(WAKES, Next::Ask(Request::Status, 0)),
            Request::Status => self.status(outcome),
            Request::Find => self.searched(outcome),
            Request::Select => self.selected(outcome),
            Request::Read => self.read(outcome),
        }
    }

    fn woken(&mut self, outcome: &Outcome<'_>, tries: u8) {
        match outcome {
            Outcome::Answer(answer) => {
                // An old module may not know the request; that it answers is enough.
                self.module = ModuleId::of(answer.data);
                self.rest(0, Next::Ask(Request::Status, 0));
            }
            _ if tries + 1 < WAKE_TRIES => self.rest(RETRY, Next::Ask(Request::ModuleId, tries + 1)),
            _ => self.lose(),
        }
    }

    fn status(&mut self, outcome: &Outcome<'_>) {
        self.status_at = self.now + STATUS;
        // Whatever it answers that does not say it is out of service: old modules do not know the question.
        if matches!(outcome, Outcome::Answer(_)) {
            self.out_of_service = false;
            self.health(Health::READY);
        }
        self.rest(if self.out_of_service { STATUS } else { POLL }, Next::Any);
    }

    fn out_of_service(&mut self) {
        self.leave();
        self.out_of_service = true;
        self.health(Health::degraded(Trouble::Fault));
        self.rest(STATUS, Next::Any);
    }

    fn searched(&mut self, outcome: &Outcome<'_>) {
        let Outcome::Answer(answer) = outcome else { return self.rest(POLL, Next::Any) };
        if answer.meaning() == Meaning::Found && self.visit.is_none() {
            self.tell(Event::Found);
        }
        match (answer.meaning(), &mut self.visit) {
            (Meaning::Found, _) => {
                let visit = self.visit.get_or_insert_default();
                visit.misses = 0;
                self.ask(Request::Select, false, 0);
            }
            (_, None) => self.rest(POLL, Next::Any),
            // It lies there and is selected already, so it keeps silent: reading shows whether it is so.
            (_, Some(visit)) if visit.selected => self.ask(Request::Read, false, 0),
            (_, Some(_)) => self.missed(CardTrouble::Moved),
        }
    }

    fn selected(&mut self, outcome: &Outcome<'_>) {
        let Outcome::Answer(answer) = outcome else { return self.rest(RETRY, Next::Any) };
        if answer.meaning() == Meaning::Done {
            if let Some(visit) = &mut self.visit {
                visit.selected = true;
            }
            return self.ask(Request::Read, false, 0);
        }
        self.failed_try(trouble(answer.meaning()));
        self.rest(POLL, Next::Any);
    }

    fn read(&mut self, outcome: &Outcome<'_>) {
        let Some(visit) = &mut self.visit else { return self.rest(POLL, Next::Any) };
        let told = visit.told;
        let mut lies_there = true;
        match outcome {
            Outcome::Answer(answer) if answer.meaning() == Meaning::Done => match content(answer.data) {
                Ok((card, mark, clean)) => return self.got(card, mark, clean),
                Err(fault) if told.is_none() => {
                    visit.noisy = true;
                    let kind = matches!(fault, TextFault::Kind);
                    self.failed_try(if kind { CardTrouble::UnknownCard } else { CardTrouble::Garbled });
                    return self.read_again();
                }
                Err(_) => {}
            },
            Outcome::Answer(answer) => {
                let why = trouble(answer.meaning());
                lies_there = why != CardTrouble::Moved && told == Some(Told::Failed);
                if told.is_none() {
                    if why == CardTrouble::UnknownCard {
                        visit.tries = TRIES;
                    }
                    self.failed_try(why);
                    return self.rest(RETRY, Next::Ask(Request::Find, 0));
                }
            }
            Outcome::Garbled if told.is_none() => {
                self.failed_try(CardTrouble::Garbled);
                return self.read_again();
            }
            Outcome::Garbled => {}
            Outcome::Cut | Outcome::Silent if told.is_none() => {
                self.failed_try(CardTrouble::Moved);
                // What is still to come must not be taken for the answer to another read: a search lies between.
                return self.rest(RETRY, Next::Ask(Request::Find, 0));
            }
            Outcome::Cut | Outcome::Silent => lies_there = false,
        }
        if lies_there {
            visit.misses = 0;
            // Long answers are spoilt: a short one shows whether the line is to blame.
            let garbled = matches!(outcome, Outcome::Garbled);
            self.rest(PRESENCE, if garbled { Next::Ask(Request::Status, 0) } else { Next::Any });
        } else {
            self.missed(CardTrouble::Moved);
        }
    }

    /// A card that agrees with itself.
    fn got(&mut self, card: Card, mark: Mark, clean: bool) {
        let Some(visit) = &mut self.visit else { return };
        visit.misses = 0;
        visit.reads = visit.reads.saturating_add(1);
        match visit.told {
            Some(Told::Read(known)) if known == mark => return self.rest(PRESENCE, Next::Any),
            Some(Told::Read(_)) => {
                // Somebody else's card, which was never selected: it is read as one that has just been laid down.
                self.leave();
                return self.rest(0, Next::Any);
            }
            Some(Told::Failed) | None => {}
        }
        if (visit.noisy || !clean) && visit.seen != Some(mark) {
            visit.seen = Some(mark);
            if visit.reads >= READS {
                self.fail(CardTrouble::Garbled);
            }
            return self.read_again();
        }
        visit.told = Some(Told::Read(mark));
        self.tell(Event::Read(card));
        self.rest(PRESENCE, Next::Any);
    }

    /// Reads once more, at once unless its holder has been told already.
    fn read_again(&mut self) {
        match &self.visit {
            Some(visit) if visit.told.is_none() => self.rest(RETRY, Next::Ask(Request::Read, 0)),
            _ => self.rest(PRESENCE, Next::Any),
        }
    }

    /// A try to read the card has failed; its holder is told after the last one.
    fn failed_try(&mut self, why: CardTrouble) {
        let Some(visit) = &mut self.visit else { return };
        visit.tries = visit.tries.saturating_add(1);
        if visit.tries >= TRIES {
            self.fail(why);
        }
    }

    fn fail(&mut self, why: CardTrouble) {
        let Some(visit) = self.visit.as_mut().filter(|visit| visit.told.is_none()) else { return };
        visit.told = Some(Told::Failed);
        self.tell(Event::Failed(why));
    }

    /// Nothing answers where a card was.
    fn missed(&mut self, why: CardTrouble) {
        let Some(visit) = &mut self.visit else { return };
        visit.misses += 1;
        if visit.misses >= MISSES {
            self.fail(why);
            self.leave();
            return self.rest(0, Next::Any);
        }
        self.rest(MISSED, Next::Any);
    }
}

impl Driver for Reader {
    type Command = Infallible;
    type Event = Event;

    fn input(&mut self, now: Millis, input: Input<'_, Infallible>) {
        self.now = self.now.max(now);
        match input {
            Input::Opened => {
                self.leave();
                self.receiver.clear();
                self.errors = 0;
                self.out_of_service = false;
                self.rest(WAKES, Next::Ask(Request::ModuleId, 0));
            }
            Input::Closed => {
                self.leave();
                self.receiver.clear();
                self.health(Health::GONE);
                self.phase = Phase::Closed;
            }
            Input::Bytes(bytes) => self.bytes(bytes),
            Input::Command(never) => match never {},
            Input::Clock | Input::Sent(_) => {}
        }
        self.clock();
    }

    fn output(&mut self) -> Option<Output<Event>> {
        self.out.pop_front()
    }

    fn wake_at(&self) -> Option<Millis> {
        match self.phase {
            Phase::Closed => None,
            Phase::Resting { until, .. } => Some(until),
            Phase::Asking { request, began, heard, .. } => {
                let begins = began + patience(request);
                Some(heard.map_or(begins, |last| (last + GAP).min(begins + TRANSFER)))
            }
        }
    }
}

#[cfg(test)]
mod tests;
