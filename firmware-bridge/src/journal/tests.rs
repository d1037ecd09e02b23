//! What the journal knows after every way to end.

use protocol::bridge::{Paper, PaperLine, Trouble};

use super::*;

fn entry(at: i64, state: JobState, why: Option<Trouble>) -> Entry {
    let paper = Paper { lines: vec![PaperLine::Rule] };
    Entry { printer: "front".into(), digest: Digest::of(&paper), at, report: JobReport { state, why } }
}

fn state(journal: &Journal, job: &str) -> Option<JobState> {
    journal.entry(job).map(|entry| entry.report.state)
}

#[test]
fn a_job_is_known_after_a_restart_and_an_interrupted_one_is_unknown() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, found) = Journal::open(dir.path(), 100).unwrap();
    assert_eq!(found, Found::default());
    journal.write("a-0", entry(100, JobState::Printing, None)).unwrap();
    journal.write("a-0", entry(101, JobState::Failed, Some(Trouble::PaperOut))).unwrap();
    journal.write("b-0", entry(102, JobState::Printing, None)).unwrap();
    assert!(Journal::open(dir.path(), 103).is_err(), "two bridges would print twice");
    drop(journal);
    for _ in 0..2 {
        let (journal, _) = Journal::open(dir.path(), 104).unwrap();
        assert_eq!(journal.entry("a-0").unwrap(), entry(101, JobState::Failed, Some(Trouble::PaperOut)));
        assert_eq!(state(&journal, "b-0"), Some(JobState::Unknown));
        assert_eq!(state(&journal, "c-0"), None);
        assert!(journal.is_interrupted("front") && !journal.is_interrupted("back"));
    }
}

#[test]
fn wherever_the_file_is_torn_nothing_becomes_printable_that_was_begun() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(dir.path(), 0).unwrap();
    journal.write("a-0", entry(1, JobState::Printing, None)).unwrap();
    let begun = std::fs::metadata(dir.path().join("jobs")).unwrap().len();
    journal.write("a-0", entry(2, JobState::Printed, None)).unwrap();
    drop(journal);
    let bytes = std::fs::read(dir.path().join("jobs")).unwrap();
    let edge = |length: usize, at: usize| length.abs_diff(at) < 3;
    let places = (0..=bytes.len()).filter(|at| at % 16 == 0 || edge(*at, begun as usize) || edge(*at, bytes.len()));
    for length in places {
        std::fs::write(dir.path().join("jobs"), &bytes[..length]).unwrap();
        let (journal, found) = Journal::open(dir.path(), 3).unwrap();
        let expected = match length as u64 {
            // The first byte goes to the printer only after the whole line is on the disk.
            length if length < begun => None,
            _ if length < bytes.len() => Some(JobState::Unknown),
            _ => Some(JobState::Printed),
        };
        assert_eq!(state(&journal, "a-0"), expected, "{length}");
        assert_eq!(found.damaged, 0, "{length}");
        journal.write("b-0", entry(4, JobState::Printing, None)).unwrap();
        drop(journal);
        assert_eq!(state(&Journal::open(dir.path(), 5).unwrap().0, "b-0"), Some(JobState::Unknown));
    }
}

#[test]
fn a_damaged_line_spoils_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(dir.path(), 0).unwrap();
    for job in ["a-0", "b-0", "c-0"] {
        journal.write(job, entry(1, JobState::Printed, None)).unwrap();
    }
    drop(journal);
    let path = dir.path().join("jobs");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("b-0", "b-1")).unwrap();
    let (journal, found) = Journal::open(dir.path(), 2).unwrap();
    assert_eq!(found, Found { ended: 2, interrupted: 0, damaged: 1 });
    assert_eq!(state(&journal, "b-1"), None);
    assert!(state(&journal, "a-0").is_some() && state(&journal, "c-0").is_some());
}

#[test]
fn the_file_stays_short_and_old_jobs_are_forgotten() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(dir.path(), 0).unwrap();
    journal.write("old-0", entry(1, JobState::Printed, None)).unwrap();
    let path = dir.path().join("jobs");
    let text = std::fs::read(&path).unwrap();
    drop(journal);
    // As after very many jobs: the same line again and again.
    std::fs::write(&path, text.repeat(3)).unwrap();
    let (journal, _) = Journal::open(dir.path(), 2).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), text);
    assert!(state(&journal, "old-0").is_some());
    drop(journal);
    let (journal, _) = Journal::open(dir.path(), KEPT_S + 2).unwrap();
    assert_eq!(state(&journal, "old-0"), None);
    assert_eq!(std::fs::metadata(&path).unwrap().len(), 0);
}

#[test]
fn nothing_of_what_was_printed_is_in_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(dir.path(), 0).unwrap();
    let line = |text: &str| PaperLine::Text { text: text.into(), size: 1, align: <_>::default(), bold: false };
    let (one, other) = (Paper { lines: vec![line("A001")] }, Paper { lines: vec![line("A002")] });
    assert_ne!(Digest::of(&one), Digest::of(&other));
    journal.write("a-0", Entry { digest: Digest::of(&one), ..entry(1, JobState::Printing, None) }).unwrap();
    assert!(!std::fs::read_to_string(dir.path().join("jobs")).unwrap().contains("A001"));
}
