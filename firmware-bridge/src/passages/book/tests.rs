use protocol::bridge::cameras::Bay;
use protocol::bridge::lanes::Direction;
use protocol::pii::Pii;

use super::super::entry::Source;
use super::*;

const NOW: i64 = 1_795_397_400;

fn seen(number: u64, plate: &str) -> New {
    let passage = Passage {
        lot: "P1".into(),
        lane: "in-1".into(),
        direction: Direction::In,
        at: "2026-11-23T09:30:00+08:00".into(),
        passage_id: format!("in-1-{number}"),
        plate: Some(Pii::new(plate.to_owned())),
        class: Bay::Ordinary,
        source: Source::Camera,
        doubtful: false,
    };
    let mut known = [0; 16];
    known[..8].copy_from_slice(&number.to_be_bytes());
    New { passage, known: Some(known), near: None, event_s: NOW }
}

fn open(dir: &Path) -> Book {
    Book::open(dir, Arc::new(Seal::open(dir).unwrap()), NOW).unwrap()
}

fn enter(book: &mut Book, new: New) -> Entered {
    book.work(vec![Step::Enter(Box::new(new))], NOW)[0]
}

fn ids(book: &Book) -> Vec<String> {
    book.waiting.iter().map(|(_, new)| new.passage.passage_id.clone()).collect()
}

#[test]
fn what_waits_is_there_after_a_start_and_what_was_told_is_known() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = open(dir.path());
    let steps = (1..=3).map(|n| Step::Enter(Box::new(seen(n, "浙A12345")))).collect();
    assert_eq!(book.work(steps, NOW), [Entered::New; 3]);
    assert_eq!(enter(&mut book, seen(2, "浙A12345")), Entered::Known);
    let first = book.front().unwrap().0;
    book.work(vec![Step::Settle(first, Outcome::Taken)], NOW);
    drop(book);
    for _ in 0..2 {
        let mut book = open(dir.path());
        assert_eq!(ids(&book), ["in-1-2", "in-1-3"]);
        assert_eq!(book.front().unwrap().1.plate, Some(Pii::new("浙A12345".into())));
        for number in 1..=3 {
            assert_eq!(enter(&mut book, seen(number, "浙A12345")), Entered::Known, "{number}");
        }
    }
}

#[test]
fn no_plate_stands_in_any_file() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = open(dir.path());
    for number in 1..=20 {
        enter(&mut book, seen(number, "浙A12345"));
    }
    let refused = Outcome::Refused { status: 422, name: "unknown-lot".into() };
    let first = book.front().unwrap().0;
    book.work(vec![Step::Settle(first, refused)], NOW);
    assert_eq!((book.refused, book.waiting()), (1, 19));
    let mut seen_refusal = false;
    for file in std::fs::read_dir(dir.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let has = |part: &str| bytes.windows(part.len()).any(|at| at == part.as_bytes());
        assert!(!has("浙A12345") && !has("12345"));
        seen_refusal |= has("unknown-lot") && has("in-1-1");
    }
    assert!(seen_refusal);
}

#[test]
fn a_file_torn_anywhere_loses_only_what_was_not_yet_answered() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = open(dir.path());
    let mut lengths = Vec::new();
    for number in 1..=4 {
        enter(&mut book, seen(number, "浙A12345"));
        lengths.push(std::fs::metadata(dir.path().join("passages")).unwrap().len());
    }
    drop(book);
    let whole = std::fs::read(dir.path().join("passages")).unwrap();
    // Beside each end of a line, and here and there within.
    let ends = |length: usize| lengths.iter().any(|end| end.abs_diff(length as u64) <= 1);
    for length in (0..=whole.len()).filter(|length| length % 31 == 0 || ends(*length)) {
        std::fs::write(dir.path().join("passages"), &whole[..length]).unwrap();
        let mut book = open(dir.path());
        let kept = lengths.iter().filter(|at| **at <= length as u64).count();
        assert_eq!(book.waiting(), kept, "torn at {length}");
        // Told again by its camera it is entered once, under the same name.
        for number in 1..=4 {
            let became = enter(&mut book, seen(number, "浙A12345"));
            assert_eq!(became == Entered::Known, number as usize <= kept);
        }
        assert_eq!(ids(&book), ["in-1-1", "in-1-2", "in-1-3", "in-1-4"]);
    }
}

#[test]
fn a_spoilt_line_costs_itself_alone() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = open(dir.path());
    for number in 1..=3 {
        enter(&mut book, seen(number, "浙A12345"));
    }
    drop(book);
    let path = dir.path().join("passages");
    let text = std::fs::read_to_string(&path).unwrap().replacen("in-1-2", "in-1-9", 1);
    std::fs::write(&path, text).unwrap();
    assert_eq!(ids(&open(dir.path())), ["in-1-1", "in-1-3"]);
}

#[test]
fn the_same_plate_within_ten_seconds_is_the_same_vehicle() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = open(dir.path());
    let at = |number: u64, after: i64| New {
        known: None,
        near: Some([7; 16]),
        event_s: NOW + after,
        ..seen(number, "浙A12345")
    };
    assert_eq!(enter(&mut book, at(1, 0)), Entered::New);
    assert_eq!(enter(&mut book, at(2, 9)), Entered::Known);
    assert_eq!(enter(&mut book, at(3, 10)), Entered::New);
    drop(book);
    let mut book = open(dir.path());
    assert_eq!(enter(&mut book, at(4, 12)), Entered::Known, "over a start, too");
    assert_eq!(enter(&mut book, at(5, 30)), Entered::New);
}

#[test]
fn ids_are_forgotten_after_two_days_and_are_never_too_many() {
    let mut known = Known::default();
    for number in 0..MAX_KNOWN as u64 + 10 {
        known.remember(&seen(number, ""), NOW);
        known.forget(NOW);
    }
    assert_eq!(known.ids.len(), MAX_KNOWN);
    assert!(!known.knows(&seen(3, "")) && known.knows(&seen(20, "")));
    known.forget(NOW + KNOWN_S + 1);
    assert!(known.ids.is_empty() && known.order.is_empty());
}

#[test]
fn without_a_disk_it_goes_on_in_memory_and_is_written_when_there_is_one() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = open(dir.path());
    enter(&mut book, seen(1, "浙A12345"));
    // The folder is gone, and what a tail writes goes nowhere that lasts.
    book.tail = None;
    std::fs::rename(dir.path(), dir.path().with_extension("away")).unwrap();
    for number in 2..=5 {
        assert_eq!(enter(&mut book, seen(number, "浙A12345")), Entered::New);
    }
    book.mend(NOW + MEND_S);
    assert!(!book.on_disk() && book.waiting() == 5);
    std::fs::rename(dir.path().with_extension("away"), dir.path()).unwrap();
    book.mend(NOW + MEND_S + 1);
    assert!(!book.on_disk(), "not tried too often");
    book.mend(NOW + 3 * MEND_S);
    assert!(book.on_disk());
    drop(book);
    assert_eq!(open(dir.path()).waiting(), 5);
}

#[test]
fn the_file_stays_short_however_much_passes() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = open(dir.path());
    for round in 0..40 {
        let steps = (0..250).map(|n| Step::Enter(Box::new(New { known: None, ..seen(round * 250 + n, "浙A12345") })));
        book.work(steps.collect(), NOW);
        let numbers: Vec<u64> = book.waiting.iter().map(|(n, _)| *n).collect();
        book.work(numbers.into_iter().map(|n| Step::Settle(n, Outcome::Taken)).collect(), NOW);
    }
    assert_eq!((book.taken, book.waiting()), (10_000, 0));
    assert!(book.tail.as_ref().unwrap().lines() <= WASTE + 500);
}
