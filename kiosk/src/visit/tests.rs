mod codes;

use protocol::bridge::Card;
use protocol::kiosk::{KioskLanguage, KioskView, Screen};
use protocol::problem::ProblemTicket;
use protocol::{Print, Ticket};
use serde_json::json;

use super::person::tests::card;

use super::*;
use crate::hall::tests::{hall, snapshot};

/// A kiosk with a hand on its clock.
struct Kiosk {
    visit: Visit,
    hall: Hall,
    now: Millis,
    ids: u128,
}

fn settings() -> Settings {
    Settings {
        idle_ms: 60_000,
        warning_ms: 30_000,
        elder_reason: "70".into(),
        nearby: None,
        diagonal_in: 21.5,
        scanner: true,
        pages: vec!["https://hall.invalid".into()],
    }
}

fn kiosk() -> Kiosk {
    let mut kiosk = Kiosk { visit: Visit::new(settings(), Millis(0)), hall: hall(), now: Millis(1_000), ids: 0 };
    kiosk.input(Input::Printer(DeviceState::Ready, None));
    kiosk.input(Input::Reader(DeviceState::Ready));
    kiosk
}

fn zhang() -> Card {
    card("张三", "330212199001011234", "19900101")
}

fn li() -> Card {
    card("李奶奶", "330212195001015678", "19500101")
}

fn ticket(number: &str, service: &str) -> Ticket {
    serde_json::from_value(json!({"id": Uuid::from_u128(77), "number": number, "service": service, "class": "normal",
        "state": "waiting", "business_date": "2026-11-23", "issued_at": "2026-11-23T09:00:02.000+08:00",
        "called_at": null, "window": null, "ahead": 3, "eta": null, "call_id": null, "calls": 0,
        "print": Print { state: "printing".into(), copies: 0, printer: None }}))
    .unwrap()
}

fn copy(number: &str, copy: u32) -> Copy {
    Copy { ticket: Box::new(ticket(number, "OPEN")), copy }
}

impl Kiosk {
    fn input(&mut self, input: Input) -> Vec<Effect> {
        self.visit.input(self.now, &self.hall, input)
    }

    fn press(&mut self, press: Press) -> Vec<Effect> {
        self.press_on(self.view().screen, press)
    }

    fn press_on(&mut self, screen: u64, press: Press) -> Vec<Effect> {
        self.ids += 1;
        self.input(Input::Press(screen, press, Uuid::from_u128(self.ids)))
    }

    fn view(&self) -> KioskView {
        self.visit.view(self.now, &self.hall)
    }

    fn show(&self) -> Screen {
        self.view().show
    }

    /// Lets time pass as the shell does: the clock comes when it was asked for.
    fn pass(&mut self, ms: u64) -> Vec<Effect> {
        let end = self.now.plus(ms);
        let mut effects = Vec::new();
        while self.now < end {
            let wake = self.visit.wake_at();
            assert!(wake > self.now, "it wakes in the past");
            self.now = wake.min(end);
            effects.extend(self.input(Input::Clock));
        }
        effects
    }

    fn choose(&mut self, service: &str) {
        self.press(Press::Service { service: service.into() });
    }

    /// Takes a ticket and gives the errand.
    fn take(&mut self) -> Errand {
        match self.press(Press::Take).pop() {
            Some(Effect::Begin(errand)) => errand,
            other => panic!("{other:?}"),
        }
    }

    fn progress(&mut self, id: Uuid, progress: Progress) {
        assert_eq!(self.input(Input::Progress(id, Box::new(progress))), []);
    }

    fn ended(&mut self, id: Uuid, state: JobState) {
        self.progress(id, Progress::Ended(copy("A001", 0), JobReport { state, why: None }));
    }

    /// A visitor without a card up to the number.
    fn issued(&mut self) -> Uuid {
        self.press(Press::NoCard);
        self.choose("OPEN");
        let id = self.take().id;
        self.progress(id, Progress::Issued(copy("A001", 0)));
        id
    }
}

fn problem(name: &str) -> Problem {
    let mut problem = Problem::new(409, name, "");
    if name == "already-waiting" {
        problem.ticket = Some(ProblemTicket { id: Uuid::from_u128(77), number: "A007".into() });
    }
    problem
}

#[test]
fn from_the_card_to_the_ticket() {
    let mut kiosk = kiosk();
    assert_eq!(kiosk.show(), Screen::Welcome);
    kiosk.input(Input::CardRead(Box::new(zhang())));
    assert_eq!(kiosk.show(), Screen::Services);
    assert_eq!(kiosk.view().person.unwrap().name, "张*");
    kiosk.choose("CARD");
    let errand = kiosk.take();
    let What::Issue(wish) = &errand.what else { panic!() };
    assert_eq!((wish.service.as_str(), wish.class.as_deref()), ("CARD", None));
    assert_eq!(wish.person.as_ref().unwrap().reveal(), "330212199001011234");
    assert_eq!(errand.at.as_deref(), kiosk.hall.at());
    assert!(matches!(kiosk.show(), Screen::Issuing { slow: false, .. }));
    kiosk.progress(errand.id, Progress::Issued(copy("A001", 0)));
    assert!(matches!(kiosk.show(), Screen::Printing { slip } if slip.number == "A001" && slip.ahead == 3));
    kiosk.ended(errand.id, JobState::Printed);
    assert!(matches!(kiosk.show(), Screen::Done { seconds: 20, .. }));
    kiosk.input(Input::CardRemoved);
    kiosk.pass(DONE_MS);
    assert_eq!((kiosk.show(), kiosk.view().person), (Screen::Welcome, None));
}

#[test]
fn a_second_tap_finds_its_screen_gone() {
    let mut kiosk = kiosk();
    kiosk.press(Press::NoCard);
    kiosk.choose("OPEN");
    let screen = kiosk.view().screen;
    assert_eq!(kiosk.press_on(screen, Press::Take).len(), 1);
    assert_eq!(kiosk.press_on(screen, Press::Take), []);
    assert_eq!(kiosk.press(Press::Take), [], "nor does the next screen have that key");
}

#[test]
fn without_a_card_only_what_needs_none() {
    let mut kiosk = kiosk();
    kiosk.press(Press::NoCard);
    kiosk.choose("CARD");
    assert!(matches!(kiosk.show(), Screen::NeedCard { .. }));
    kiosk.input(Input::CardRead(Box::new(zhang())));
    assert!(matches!(kiosk.show(), Screen::Confirm { service, .. } if service == "CARD"));
    kiosk.press(Press::Back);
    assert_eq!(kiosk.show(), Screen::Services);
    kiosk.choose("NOTHING");
    assert_eq!(kiosk.show(), Screen::Services);
}

#[test]
fn seventy_and_more_may_take_precedence_or_leave_it() {
    let mut kiosk = kiosk();
    kiosk.input(Input::CardRead(Box::new(li())));
    kiosk.choose("CARD");
    assert!(matches!(kiosk.show(), Screen::Confirm { elder: Some(true), .. }));
    kiosk.press(Press::Elder { on: false });
    assert!(matches!(kiosk.show(), Screen::Confirm { elder: Some(false), .. }));
    kiosk.press(Press::Elder { on: true });
    let What::Issue(wish) = kiosk.take().what else { panic!() };
    assert_eq!((wish.class.as_deref(), wish.reason.as_deref()), (Some("elder"), Some("70")));
    let mut young = self::kiosk();
    young.input(Input::CardRead(Box::new(zhang())));
    young.choose("CARD");
    young.press(Press::Elder { on: true });
    assert!(matches!(young.show(), Screen::Confirm { elder: None, .. }));
}

#[test]
fn an_idle_visit_is_asked_after_and_then_forgotten() {
    let mut kiosk = kiosk();
    kiosk.press(Press::Language { language: KioskLanguage::En });
    kiosk.press(Press::Large { on: true });
    kiosk.input(Input::CardRead(Box::new(zhang())));
    kiosk.choose("CARD");
    let visit = kiosk.view().visit;
    kiosk.pass(59_000);
    assert_eq!(kiosk.view().idle_s, None);
    kiosk.pass(1_000);
    assert_eq!(kiosk.view().idle_s, Some(30));
    kiosk.pass(29_000);
    assert_eq!(kiosk.view().idle_s, Some(1));
    kiosk.press(Press::Stay);
    assert_eq!(kiosk.view().idle_s, None);
    kiosk.pass(60_000);
    kiosk.input(Input::Touch);
    assert_eq!(kiosk.view().idle_s, None, "any touch will do");
    kiosk.pass(90_000);
    let view = kiosk.view();
    assert_eq!((view.show, view.person, view.look), (Screen::Welcome, None, Look::default()));
    assert_ne!(view.visit, visit);
    let left = format!("{:?}", kiosk.visit);
    assert!(!left.contains("CARD") && !left.contains("330212"), "{left}");
}

#[test]
fn a_look_nobody_uses_goes_back() {
    let mut kiosk = kiosk();
    kiosk.press(Press::Language { language: KioskLanguage::En });
    kiosk.press(Press::Contrast { on: true });
    kiosk.pass(90_000);
    assert_eq!(kiosk.view().look, Look::default());
    assert_eq!(kiosk.visit.wake_at(), Millis(u64::MAX), "an idle kiosk sleeps");
}

#[test]
fn another_card_is_another_visit() {
    let mut kiosk = kiosk();
    kiosk.input(Input::CardRead(Box::new(zhang())));
    kiosk.choose("CARD");
    let (visit, screen) = (kiosk.view().visit, kiosk.view().screen);
    kiosk.input(Input::CardRead(Box::new(zhang())));
    assert_eq!(kiosk.view().screen, screen, "the same card again changes nothing");
    kiosk.input(Input::CardRead(Box::new(li())));
    assert_ne!(kiosk.view().visit, visit);
    assert_eq!((kiosk.show(), kiosk.view().person.unwrap().last4), (Screen::Services, "5678".into()));
    assert_eq!(kiosk.press_on(screen, Press::Take), [], "nobody takes a ticket for the person before");
}

#[test]
fn the_next_visitors_card_waits_for_the_number_before_it() {
    let mut kiosk = kiosk();
    kiosk.input(Input::CardRead(Box::new(zhang())));
    kiosk.choose("CARD");
    let errand = kiosk.take();
    kiosk.input(Input::CardRemoved);
    kiosk.input(Input::CardRead(Box::new(li())));
    assert_eq!(kiosk.view().person.unwrap().last4, "1234");
    kiosk.progress(errand.id, Progress::Issued(copy("A001", 0)));
    kiosk.ended(errand.id, JobState::Printed);
    kiosk.pass(GLANCE_MS - 1);
    assert!(matches!(kiosk.show(), Screen::Done { .. }));
    kiosk.pass(1_001);
    assert_eq!((kiosk.show(), kiosk.view().person.unwrap().last4), (Screen::Services, "5678".into()));
    // Whoever takes the card away again has not begun.
    let errand_of_nobody = kiosk.input(Input::CardRemoved);
    assert_eq!(errand_of_nobody, []);
}

#[test]
fn a_card_that_was_laid_down_too_early_is_no_later_visitors() {
    let mut kiosk = kiosk();
    kiosk.press(Press::NoCard);
    kiosk.choose("OPEN");
    let id = kiosk.take().id;
    kiosk.input(Input::CardRead(Box::new(li())));
    kiosk.progress(id, Progress::Refused(Box::new(problem("not-allowed"))));
    kiosk.press(Press::Finish);
    assert_eq!(kiosk.show(), Screen::Welcome);
    let id = kiosk.issued();
    kiosk.ended(id, JobState::Printed);
    kiosk.pass(DONE_MS);
    assert_eq!((kiosk.show(), kiosk.view().person), (Screen::Welcome, None));
}

#[test]
fn a_ticket_that_is_there_already_is_printed_again() {
    let mut kiosk = kiosk();
    kiosk.input(Input::CardRead(Box::new(zhang())));
    kiosk.choose("CARD");
    let errand = kiosk.take();
    kiosk.progress(errand.id, Progress::Refused(Box::new(problem("already-waiting"))));
    assert!(matches!(kiosk.show(), Screen::Already { number, .. } if number == "A007"));
    let again = kiosk.press(Press::Reprint);
    let [Effect::Begin(errand)] = again.as_slice() else { panic!("{again:?}") };
    assert_eq!(errand.what, What::Reprint { ticket: Uuid::from_u128(77) });
    kiosk.progress(errand.id, Progress::Issued(copy("A007", 1)));
    assert!(matches!(kiosk.show(), Screen::Printing { slip } if slip.reprint));
}

#[test]
fn a_reprint_that_fails_leaves_the_number_as_it_was() {
    let mut kiosk = kiosk();
    let id = kiosk.issued();
    kiosk.ended(id, JobState::Failed);
    kiosk.press(Press::Reprint);
    let effects = kiosk.pass(ANSWER_MS);
    assert!(matches!(effects.as_slice(), [Effect::GiveUp(_)]));
    assert_eq!(kiosk.show(), Screen::Sorry { why: Sorry::NotReprinted });
}

#[test]
fn refusals_are_told_in_their_own_words() {
    for (name, why) in [
        ("service-closed", Sorry::ServiceClosed),
        ("unknown-service", Sorry::UnknownService),
        ("not-allowed", Sorry::Refused),
    ] {
        let mut kiosk = kiosk();
        kiosk.press(Press::NoCard);
        kiosk.choose("OPEN");
        let id = kiosk.take().id;
        kiosk.progress(id, Progress::Refused(Box::new(problem(name))));
        assert_eq!(kiosk.show(), Screen::Sorry { why });
        kiosk.pass(SORRY_MS);
        assert_eq!(kiosk.show(), Screen::Welcome);
    }
    let mut kiosk = kiosk();
    kiosk.press(Press::NoCard);
    kiosk.choose("OPEN");
    let id = kiosk.take().id;
    kiosk.progress(id, Progress::Unsafe);
    assert_eq!(kiosk.show(), Screen::Sorry { why: Sorry::KioskTrouble });
}

#[test]
fn a_number_without_paper_is_shown_and_the_kiosk_leaves_service() {
    let mut kiosk = kiosk();
    let id = kiosk.issued();
    kiosk.input(Input::Printer(DeviceState::Degraded, Some(Trouble::PaperOut)));
    let report = JobReport { state: JobState::Failed, why: Some(Trouble::PaperOut) };
    kiosk.progress(id, Progress::Ended(copy("A001", 0), report));
    let Screen::NumberOnly { slip, why, again } = kiosk.show() else { panic!() };
    assert_eq!((slip.number.as_str(), why, again), ("A001", Some(Trouble::PaperOut), false));
    assert_eq!(kiosk.press(Press::Reprint), []);
    kiosk.press(Press::Finish);
    assert_eq!(kiosk.show(), Screen::Closed { why: Closed::Printer, nearby: None });
    kiosk.input(Input::CardRead(Box::new(zhang())));
    assert_eq!(kiosk.press(Press::NoCard), []);
    assert!(matches!(kiosk.show(), Screen::Closed { .. }));
    kiosk.input(Input::Printer(DeviceState::Degraded, Some(Trouble::PaperNearEnd)));
    assert_eq!(kiosk.show(), Screen::Welcome, "little paper still prints");
}

#[test]
fn new_paper_prints_the_number_on_the_screen_marked() {
    let mut kiosk = kiosk();
    let id = kiosk.issued();
    kiosk.ended(id, JobState::Failed);
    assert!(matches!(kiosk.show(), Screen::NumberOnly { again: true, .. }));
    let again = kiosk.press(Press::Reprint);
    assert!(matches!(again.as_slice(), [Effect::Begin(Errand { what: What::Reprint { .. }, .. })]));
}

#[test]
fn an_unknown_paper_is_asked_for() {
    let mut kiosk = kiosk();
    let id = kiosk.issued();
    kiosk.ended(id, JobState::Unknown);
    assert!(matches!(kiosk.show(), Screen::Asking { .. }));
    let said = kiosk.press(Press::CameOut { yes: true });
    let [Effect::Begin(Errand { step: Step::Printed { report, .. }, what: What::Order, .. })] = said.as_slice() else {
        panic!("{said:?}")
    };
    assert_eq!(report.state, JobState::Printed);
    assert!(matches!(kiosk.show(), Screen::Done { .. }));

    let mut kiosk = self::kiosk();
    let id = kiosk.issued();
    kiosk.ended(id, JobState::Unknown);
    let said = kiosk.press(Press::CameOut { yes: false });
    assert!(matches!(said.as_slice(), [Effect::Begin(Errand { what: What::Reprint { .. }, .. })]));

    let mut kiosk = self::kiosk();
    let id = kiosk.issued();
    kiosk.ended(id, JobState::Unknown);
    kiosk.input(Input::Printer(DeviceState::Gone, Some(Trouble::NoAnswer)));
    assert!(matches!(kiosk.show(), Screen::NumberOnly { .. }), "who cannot be helped here is not asked");
}

#[test]
fn a_server_that_is_away_gives_no_number_and_says_so() {
    let mut kiosk = kiosk();
    kiosk.press(Press::NoCard);
    kiosk.choose("OPEN");
    kiosk.hall.lost();
    kiosk.input(Input::Clock);
    assert!(!kiosk.view().online);
    assert_eq!(kiosk.press(Press::Take), []);
    assert_eq!(kiosk.show(), Screen::Sorry { why: Sorry::ServerAway });
    kiosk.press(Press::Finish);
    assert_eq!(kiosk.show(), Screen::Closed { why: Closed::Server, nearby: None });
    kiosk.hall.apply(&snapshot(false).to_string(), "k1").unwrap();
    assert_eq!(kiosk.show(), Screen::Closed { why: Closed::Hours, nearby: None });
}

#[test]
fn an_answer_that_does_not_come_is_given_up_once() {
    let mut kiosk = kiosk();
    kiosk.press(Press::NoCard);
    kiosk.choose("OPEN");
    let id = kiosk.take().id;
    assert_eq!(kiosk.press(Press::Back), [], "not in the first seconds");
    kiosk.pass(SLOW_MS);
    assert!(matches!(kiosk.show(), Screen::Issuing { slow: true, .. }));
    let effects = kiosk.pass(ANSWER_MS);
    assert_eq!(effects, [Effect::GiveUp(id)]);
    assert_eq!(kiosk.show(), Screen::Sorry { why: Sorry::ServerAway });
    kiosk.progress(id, Progress::Issued(copy("A001", 0)));
    assert_eq!(kiosk.show(), Screen::Sorry { why: Sorry::ServerAway }, "a number nobody was told is not shown");
}

#[test]
fn paper_that_does_not_come_leaves_the_number_on_the_screen() {
    let mut kiosk = kiosk();
    let id = kiosk.issued();
    kiosk.pass(PAPER_MS);
    assert!(matches!(kiosk.show(), Screen::NumberOnly { why: Some(Trouble::NoAnswer), .. }));
    kiosk.ended(id, JobState::Printed);
    assert!(matches!(kiosk.show(), Screen::Done { .. }));
}

#[test]
fn what_was_under_way_before_a_restart_is_shown_again() {
    let step = |step| Errand { id: Uuid::from_u128(9), what: What::Reprint { ticket: Uuid::nil() }, at: None, step };
    let recover = |errand: Errand| {
        let mut kiosk = Kiosk { visit: Visit::new(settings(), Millis(0)), hall: hall(), now: Millis(0), ids: 0 };
        kiosk.progress(errand.id, Progress::Recovered(Box::new(errand)));
        kiosk
    };
    let mut kiosk = recover(step(Step::Spooled { given_up: false }));
    assert!(matches!(kiosk.show(), Screen::Issuing { .. }));
    kiosk.progress(Uuid::from_u128(9), Progress::Issued(copy("A001", 0)));
    kiosk.ended(Uuid::from_u128(9), JobState::Printed);
    assert!(matches!(kiosk.show(), Screen::Done { slip, seconds: 60 } if slip.restored));
    let kiosk = recover(step(Step::Printing(copy("A001", 0))));
    assert!(matches!(kiosk.show(), Screen::Printing { slip } if slip.restored));
    let report = JobReport { state: JobState::Unknown, why: None };
    let kiosk = recover(step(Step::Printed { copy: copy("A001", 0), report }));
    assert!(matches!(kiosk.show(), Screen::Asking { .. }));
}

#[test]
fn a_printer_that_fails_ends_what_has_no_number_yet() {
    let mut kiosk = kiosk();
    kiosk.input(Input::CardRead(Box::new(zhang())));
    kiosk.choose("CARD");
    kiosk.input(Input::Printer(DeviceState::Degraded, Some(Trouble::CoverOpen)));
    assert_eq!(kiosk.show(), Screen::Closed { why: Closed::Printer, nearby: None });
    assert_eq!(kiosk.view().person, None);
}

#[test]
fn help_leads_back_to_where_it_was_asked_for() {
    let mut kiosk = kiosk();
    kiosk.press(Press::NoCard);
    kiosk.choose("OPEN");
    kiosk.press(Press::Help);
    kiosk.press(Press::Appointment);
    assert_eq!(kiosk.show(), Screen::Appointment);
    kiosk.press(Press::Back);
    assert!(matches!(kiosk.show(), Screen::Confirm { .. }));
}

#[test]
fn a_card_that_was_not_read_is_said_for_a_while() {
    let mut kiosk = kiosk();
    kiosk.input(Input::CardFailed(CardTrouble::Moved));
    assert_eq!(kiosk.view().card_trouble, Some(CardTrouble::Moved));
    kiosk.pass(CARD_TROUBLE_MS + 1_000);
    assert_eq!(kiosk.view().card_trouble, None);
    kiosk.input(Input::CardFailed(CardTrouble::Garbled));
    kiosk.input(Input::CardRead(Box::new(zhang())));
    assert_eq!(kiosk.view().card_trouble, None);
}
