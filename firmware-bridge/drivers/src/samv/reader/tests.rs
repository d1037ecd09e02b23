//! The loop, answer by answer: what a module may say that the virtual reader does not.

use super::super::frame::{PREAMBLE, encode};
use super::super::text;
use super::super::virtual_reader::{deck, read_answer};
use super::*;

const DONE: &[u8] = &[0, 0, 0x90];
const FOUND: &[u8] = &[0, 0, 0x9F, 0, 0, 0, 0];
const SELECTED: &[u8] = &[0, 0, 0x90, 0, 0, 0, 0, 0, 0, 0, 0];
const NO_CARD: &[u8] = &[0, 0, 0x80];
const MOVED: &[u8] = &[0, 0, 0x41];

/// A reader and everything it sends, told by hand what a module says.
struct Script {
    reader: Reader,
    now: Millis,
    told: Vec<Event>,
    sent: VecDeque<Vec<u8>>,
    reopens: usize,
    /// How often a card was said to be read now.
    found: usize,
}

impl Script {
    fn new() -> Self {
        let mut script =
            Self { reader: Reader::new(), now: Millis(0), told: vec![], sent: VecDeque::new(), reopens: 0, found: 0 };
        script.input(Input::Opened);
        script
    }

    /// A reader that is well and looks for cards.
    fn ready() -> Self {
        let mut script = Self::new();
        script.expect(Request::ModuleId).says(&[0, 0, 0x21]);
        script.expect(Request::Status).says(DONE);
        script
    }

    /// A reader that has asked for the text of a card.
    fn reading() -> Self {
        let mut script = Self::ready();
        script.expect(Request::Find).says(FOUND);
        script.expect(Request::Select).says(SELECTED);
        script.expect(Request::Read);
        script
    }

    fn input(&mut self, input: Input<'_, Infallible>) {
        self.reader.input(self.now, input);
        while let Some(output) = self.reader.output() {
            match output {
                Output::Send(bytes) => self.sent.push_back(bytes),
                Output::Reopen => self.reopens += 1,
                Output::Event(Event::Found) => self.found += 1,
                Output::Event(event) => self.told.push(event),
            }
        }
    }

    /// Lets time pass until something is sent, which must be this.
    #[track_caller]
    fn expect(&mut self, request: Request) -> &mut Self {
        while self.sent.is_empty() {
            self.now = self.reader.wake_at().expect("it wants to go on").max(self.now);
            self.input(Input::Clock);
        }
        assert_eq!(self.sent.pop_front(), Some(request.frame()), "{request:?}");
        self
    }

    fn says(&mut self, body: &[u8]) -> &mut Self {
        self.raw(&encode(body))
    }

    fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.now += 20;
        self.input(Input::Bytes(bytes));
        self
    }

    /// Nothing comes until it gives up waiting.
    fn silent(&mut self) -> &mut Self {
        while self.sent.is_empty() && self.reopens == 0 {
            self.now = self.reader.wake_at().expect("it waits").max(self.now);
            self.input(Input::Clock);
        }
        self
    }

    fn reads(&self) -> usize {
        self.told.iter().filter(|event| matches!(event, Event::Read(_))).count()
    }
}

fn answer(card: usize) -> Vec<u8> {
    read_answer(&deck::cards()[card])
}

/// The same text, with a photo that begins like none.
fn odd_answer(card: usize) -> Vec<u8> {
    let frame = answer(card);
    let mut body = frame[PREAMBLE.len() + 2..frame.len() - 1].to_vec();
    body[3 + 4 + text::SIZE] ^= 0xFF;
    encode(&body)
}

#[test]
fn it_waits_for_power_on_and_asks_three_times() {
    let mut script = Script::new();
    assert_eq!(script.reader.wake_at(), Some(Millis(1_500)));
    for _ in 0..3 {
        script.expect(Request::ModuleId);
    }
    script.silent();
    assert_eq!((script.told.as_slice(), script.reopens), (&[Event::Health(Health::GONE)][..], 1));
    assert!(script.now < Millis(3_000));
    assert_eq!(script.reader.wake_at(), None);
}

#[test]
fn an_old_module_that_knows_only_cards_will_do() {
    let mut script = Script::new();
    script.expect(Request::ModuleId).says(&[0, 0, 0x21]);
    script.expect(Request::Status).says(&[0, 0, 0x21]);
    assert_eq!(script.told, [Event::Health(Health::READY)]);
    // A card that is found without the four bytes that others send.
    script.expect(Request::Find).says(&[0, 0, 0x9F]);
    script.expect(Request::Select).says(SELECTED);
    script.expect(Request::Read).raw(&answer(0));
    assert_eq!(script.reads(), 1);
    assert!(script.reader.module().is_none());
}

#[test]
fn an_answer_from_before_is_not_listened_to() {
    let mut script = Script::reading();
    script.silent();
    // The text of the card comes when another question has been asked: nobody knows whose card lies there by now.
    script.expect(Request::Find).raw(&answer(0));
    assert_eq!(script.reads(), 0);
    script.says(FOUND);
    script.expect(Request::Select).says(SELECTED);
    // And the true one is read twice, because something was wrong.
    script.expect(Request::Read).raw(&answer(1));
    assert_eq!(script.reads(), 0);
    script.expect(Request::Read).raw(&answer(1));
    assert!(matches!(&script.told[1..], [Event::Read(card)] if *card.number.reveal() == deck::cards()[1].number));
}

#[test]
fn answers_of_other_questions_and_of_other_modules_are_not_listened_to() {
    let mut script = Script::reading();
    for stray in [SELECTED, FOUND, &[0, 1, 0x41], &[1, 0, 0x90]] {
        script.says(stray);
    }
    script.raw(&[0xAA, 0xAA, 0xAA, 0x69, 0x96, 0, 4, 0, 0, 0x90, 0x94]);
    assert!(script.sent.is_empty(), "it waits on");
    script.raw(&answer(2));
    script.expect(Request::Read).raw(&answer(2));
    assert_eq!(script.reads(), 1);
}

#[test]
fn what_follows_an_answer_makes_it_doubtful() {
    let mut script = Script::reading();
    script.raw(&[&answer(0)[..], &[0x55]].concat());
    assert_eq!(script.reads(), 0);
    script.expect(Request::Read).raw(&answer(0));
    assert_eq!(script.reads(), 1);
}

#[test]
fn a_photo_out_of_place_takes_two_equal_answers() {
    let mut script = Script::reading();
    script.raw(&odd_answer(0));
    script.expect(Request::Read).raw(&odd_answer(1));
    assert_eq!(script.reads(), 0, "two people");
    script.expect(Request::Read).raw(&odd_answer(1));
    assert_eq!(script.reads(), 1);
}

#[test]
fn a_doubtful_card_is_given_up_and_still_read_when_it_settles() {
    let mut script = Script::reading();
    for card in [0, 1, 0, 1] {
        script.raw(&odd_answer(card)).expect(Request::Read);
    }
    script.raw(&odd_answer(0));
    assert_eq!(script.told[1..], [Event::Failed(CardTrouble::Garbled)]);
    script.expect(Request::Read).raw(&odd_answer(0));
    assert_eq!(script.reads(), 1);
}

#[test]
fn a_card_that_was_never_selected_is_not_told() {
    let mut script = Script::reading();
    script.raw(&answer(0));
    script.expect(Request::Read).raw(&answer(0));
    // Some modules read whatever lies there.
    script.expect(Request::Read).raw(&answer(1));
    assert_eq!(script.told.last(), Some(&Event::Removed));
    script.expect(Request::Find).says(FOUND);
    script.expect(Request::Select).says(SELECTED);
    script.expect(Request::Read).raw(&answer(1));
    assert!(matches!(script.told.last(), Some(Event::Read(card)) if *card.number.reveal() == deck::cards()[1].number));
}

#[test]
fn a_misheard_question_is_asked_once_more() {
    let mut script = Script::reading();
    script.says(&[0, 0, 0x10]);
    script.expect(Request::Read).says(&[0, 0, 0x11]);
    script.expect(Request::Find).says(NO_CARD);
    script.expect(Request::Read).raw(&answer(0));
    script.expect(Request::Read).raw(&answer(0));
    assert_eq!(script.reads(), 1);
}

#[test]
fn a_confused_module_is_reset() {
    let mut script = Script::reading();
    script.says(&[0, 0, 0x24]);
    script.expect(Request::Reset).says(DONE);
    script.expect(Request::Status).says(DONE);
    script.expect(Request::Find).says(FOUND);
    script.expect(Request::Select).says(SELECTED);
    script.expect(Request::Read).raw(&answer(0));
    assert_eq!(script.reads(), 1);
}

#[test]
fn a_module_without_authority_is_out_of_service() {
    let mut script = Script::reading();
    script.says(&[0, 0, 0x66]);
    // Nobody can say any more whether the card is there.
    assert_eq!(script.told[1..], [Event::Removed, Event::Health(Health::degraded(Trouble::Fault))]);
    script.expect(Request::Status).says(&[0, 0, 0x66]);
    script.expect(Request::Status).says(DONE);
    assert_eq!(script.told[3..], [Event::Health(Health::READY)]);
}

#[test]
fn a_card_that_cannot_be_selected_is_told_and_its_holder_may_go() {
    let mut script = Script::ready();
    for _ in 0..2 {
        script.expect(Request::Find).says(FOUND);
        script.expect(Request::Select).says(&[0, 0, 0x81]);
    }
    assert_eq!(script.told[1..], [Event::Failed(CardTrouble::Moved)]);
    script.expect(Request::Find).says(FOUND);
    script.expect(Request::Select).says(&[0, 0, 0x81]);
    script.expect(Request::Find).says(NO_CARD);
    script.expect(Request::Find).says(NO_CARD);
    assert_eq!(script.told[2..], [Event::Removed]);
}

#[test]
fn one_failed_read_is_not_yet_gone() {
    let mut script = Script::reading();
    script.raw(&answer(0));
    for _ in 0..5 {
        script.expect(Request::Read).says(MOVED);
        script.expect(Request::Read).raw(&answer(0));
    }
    script.expect(Request::Read).says(MOVED);
    assert_eq!(script.told.len(), 2);
    script.expect(Request::Read).says(MOVED);
    assert_eq!(script.told.last(), Some(&Event::Removed));
}

#[test]
fn four_errors_in_a_row_open_the_port_anew() {
    let mut script = Script::ready();
    for _ in 0..3 {
        script.silent();
        script.sent.clear();
    }
    script.expect(Request::Find).says(NO_CARD);
    assert_eq!(script.reopens, 0, "an answer makes up for three errors");
    for _ in 0..8 {
        if script.reopens == 0 {
            script.silent();
            script.sent.clear();
        }
    }
    assert_eq!(script.reopens, 1);
    assert_eq!(script.told.last(), Some(&Event::Health(Health::GONE)));
}

#[test]
fn a_line_that_babbles_is_not_waited_for_without_end() {
    let mut script = Script::ready();
    script.expect(Request::Find);
    let asked = script.now;
    // Always the beginning of a long frame, and never its end.
    let begin = [&PREAMBLE[..], &[9, 0x1A]].concat();
    script.raw(&begin);
    while script.sent.is_empty() && script.reopens == 0 {
        script.raw(&[1]);
        assert!(script.now.since(asked) < 30_000);
    }
    assert!(script.now.since(asked) < 6_000);
}
