//! What a scanned code leads to.

use protocol::kiosk::CodeNote;

use super::*;
use crate::scan::Resolved;

const TOKEN: &str = "6d1f0c3a9b7e4d2f8a5c6b7d8e9f0a1b";
const OPAQUE: &str = "9f8e7d6c5b4a39281706f5e4d3c2b1a0QQ==";

fn seen(number: &str, state: &str) -> Looked {
    let text = |text: &str| json!({"zh": text, "en": text});
    let visit = json!({"hall": text("鄞州"), "number": number, "service": text("OPEN"), "state": state,
        "business_date": "2026-11-23", "issued_at": "2026-11-23T09:00:02.000+08:00", "called_at": null, "window": null,
        "zone": text("A"), "ahead": 4, "eta": null, "held_s": 60, "open": true});
    Looked::Visit(Box::new(serde_json::from_value(visit).unwrap()))
}

impl Kiosk {
    fn scan(&mut self, text: &str) -> Vec<Effect> {
        self.input(Input::Scanned(Some(Pii::new(text.to_owned()))))
    }

    /// Scans a ticket of this hall; the screen that asks about it.
    fn scan_ticket(&mut self) -> u64 {
        let effects = self.scan(&format!("https://hall.invalid/t/{TOKEN}"));
        match &effects[..] {
            [Effect::Look(screen, token)] if token.reveal() == TOKEN => *screen,
            _ => panic!("{effects:?}"),
        }
    }

    fn note(&self) -> Option<CodeNote> {
        match self.show() {
            Screen::Code { why } => Some(why),
            _ => None,
        }
    }
}

#[test]
fn a_ticket_shows_where_its_number_is_and_then_nothing_of_it() {
    let mut kiosk = kiosk();
    let screen = kiosk.scan_ticket();
    assert_eq!(kiosk.show(), Screen::Looking);
    kiosk.input(Input::Looked(screen, seen("A012", "waiting")));
    assert!(matches!(kiosk.show(), Screen::Visit { visit } if visit.number == "A012" && visit.ahead == 4));
    assert!(!format!("{:?}", kiosk.visit).contains(TOKEN));
    let visit = kiosk.view().visit;
    kiosk.pass(20_000);
    assert_eq!(kiosk.show(), Screen::Welcome);
    assert_ne!(kiosk.view().visit, visit, "the next visitor's");
    assert!(!format!("{:?}", kiosk.visit).contains("A012"));
}

#[test]
fn an_answer_that_comes_late_finds_its_screen_gone() {
    let mut kiosk = kiosk();
    let first = kiosk.scan_ticket();
    kiosk.press(Press::Back);
    kiosk.input(Input::Looked(first, seen("A012", "waiting")));
    assert_eq!(kiosk.show(), Screen::Welcome);
    let second = kiosk.scan_ticket();
    kiosk.input(Input::Looked(first, seen("A012", "waiting")));
    assert_eq!(kiosk.show(), Screen::Looking);
    kiosk.input(Input::Looked(second, Looked::NoVisit));
    assert_eq!(kiosk.note(), Some(CodeNote::NoVisit));
    kiosk.input(Input::Looked(second, seen("A012", "waiting")));
    assert_eq!(kiosk.note(), Some(CodeNote::NoVisit), "one answer a question");
}

#[test]
fn every_other_code_gets_plain_words_and_leads_nowhere() {
    for (text, why) in [
        ("PHA12425GABC1234002M", CodeNote::Appointment),
        ("https://evil.invalid/t/6d1f0c3a9b7e4d2f8a5c6b7d8e9f0a1b", CodeNote::Nothing),
        ("javascript:alert(1)", CodeNote::Nothing),
        ("6901234567892", CodeNote::Nothing),
    ] {
        let mut kiosk = kiosk();
        assert_eq!(kiosk.scan(text), [], "{text}");
        assert_eq!(kiosk.note(), Some(why), "{text}");
        kiosk.pass(10_000);
        assert_eq!(kiosk.show(), Screen::Welcome);
    }
    let mut kiosk = kiosk();
    kiosk.input(Input::Scanned(None));
    assert_eq!(kiosk.note(), Some(CodeNote::Unreadable));
}

#[test]
fn an_opaque_code_is_its_issuers_affair() {
    for (resolved, why) in [
        (Resolved::NotConnected, CodeNote::NotConnected),
        (Resolved::Unknown, CodeNote::Unknown),
        (Resolved::Away, CodeNote::Away),
    ] {
        let mut kiosk = kiosk();
        let effects = kiosk.scan(OPAQUE);
        let [Effect::Resolve(screen, code)] = &effects[..] else { panic!("{effects:?}") };
        assert_eq!(code.reveal(), OPAQUE);
        assert!(!format!("{effects:?} {:?}", kiosk.visit).contains(OPAQUE), "it is not kept");
        kiosk.input(Input::Resolved(*screen, resolved));
        assert_eq!(kiosk.note(), Some(why));
    }
    // What is resolved counts as a card, for what was chosen before, too.
    let mut kiosk = kiosk();
    kiosk.press(Press::NoCard);
    kiosk.choose("CARD");
    let effects = kiosk.scan(OPAQUE);
    let [Effect::Resolve(screen, _)] = &effects[..] else { panic!("{effects:?}") };
    kiosk.input(Input::Resolved(*screen, Resolved::Person(Box::new(zhang()))));
    assert!(matches!(kiosk.show(), Screen::Confirm { service, .. } if service == "CARD"));
    assert_eq!(kiosk.view().person.unwrap().name, "张*");
}

#[test]
fn a_code_takes_nobodys_place() {
    let mut kiosk = kiosk();
    kiosk.input(Input::CardRead(Box::new(zhang())));
    kiosk.choose("CARD");
    kiosk.scan("6901234567892");
    assert_eq!(kiosk.note(), Some(CodeNote::Nothing));
    kiosk.scan("javascript:alert(1)");
    kiosk.press(Press::Back);
    assert!(matches!(kiosk.show(), Screen::Confirm { .. }), "where he was");
    assert_eq!(kiosk.view().person.unwrap().name, "张*");
    kiosk.take();
    let issuing = kiosk.show();
    assert_eq!(kiosk.scan(&format!("https://hall.invalid/t/{TOKEN}")), [], "a number is on its way");
    assert_eq!(kiosk.show(), issuing);
}

#[test]
fn the_next_visitors_code_clears_a_number_that_was_seen() {
    let mut kiosk = kiosk();
    let id = kiosk.issued();
    kiosk.ended(id, JobState::Printed);
    assert_eq!(kiosk.scan("6901234567892"), []);
    assert!(matches!(kiosk.show(), Screen::Done { .. }), "not yet");
    kiosk.pass(GLANCE_MS);
    kiosk.scan_ticket();
    assert_eq!(kiosk.show(), Screen::Looking);
}

#[test]
fn a_ticket_is_looked_up_when_no_tickets_are_issued_and_not_without_the_server() {
    let mut kiosk = kiosk();
    kiosk.input(Input::Printer(DeviceState::Degraded, Some(Trouble::PaperOut)));
    assert!(matches!(kiosk.show(), Screen::Closed { .. }));
    let screen = kiosk.scan_ticket();
    kiosk.input(Input::Looked(screen, seen("A012", "called")));
    assert!(matches!(kiosk.show(), Screen::Visit { .. }));
    kiosk.press(Press::Back);
    kiosk.hall.lost();
    assert_eq!(kiosk.scan(&format!("https://hall.invalid/t/{TOKEN}")), []);
    assert_eq!(kiosk.note(), Some(CodeNote::Away));
}

#[test]
fn a_card_begins_a_visit_from_a_code_at_once() {
    let mut kiosk = kiosk();
    kiosk.scan("6901234567892");
    kiosk.input(Input::CardFound);
    assert!(kiosk.view().card_reading);
    kiosk.input(Input::CardRead(Box::new(zhang())));
    assert_eq!(kiosk.show(), Screen::Services);
    assert!(!kiosk.view().card_reading && kiosk.view().card_on);
    kiosk.input(Input::CardRemoved);
    kiosk.input(Input::CardFound);
    kiosk.input(Input::Reader(DeviceState::Gone));
    assert!(!kiosk.view().card_reading, "a reader that is gone reads nothing");
}
