//! Jobs on a printer that does what the test says.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use protocol::bridge::{PaperLine, Trouble};
use tokio::sync::{Semaphore, oneshot};

use super::*;

/// Counts what it prints; each print waits for a permit.
#[derive(Clone)]
struct Paced {
    begun: Arc<AtomicUsize>,
    permits: Arc<Semaphore>,
    given_up: Arc<AtomicUsize>,
}

impl Paced {
    fn new(permits: usize) -> Self {
        Self { begun: Arc::default(), permits: Arc::new(Semaphore::new(permits)), given_up: Arc::default() }
    }
}

impl Prints for Paced {
    async fn print(&self, _: &str, _: Paper) -> JobReport {
        self.begun.fetch_add(1, SeqCst);
        self.permits.acquire().await.unwrap().forget();
        JobReport { state: JobState::Printed, why: None }
    }

    async fn give_up(&self) {
        self.given_up.fetch_add(1, SeqCst);
    }

    fn trouble(&self) -> Option<Trouble> {
        Some(Trouble::NoAnswer)
    }
}

struct Bench {
    jobs: Jobs,
    printer: Paced,
    workers: TaskTracker,
    stop: CancellationToken,
}

fn bench(dir: &std::path::Path, permits: usize) -> Bench {
    let (workers, stop) = (TaskTracker::new(), CancellationToken::new());
    let printer = Paced::new(permits);
    let printers = vec![("front".to_owned(), printer.clone()), ("back".to_owned(), printer.clone())];
    let journal = Journal::open(dir, 0).unwrap().0;
    let jobs = Jobs::start(journal, printers, &workers, &stop, &CancellationToken::new());
    Bench { jobs, printer, workers, stop }
}

fn paper(text: &str) -> Paper {
    Paper { lines: vec![PaperLine::Text { text: text.into(), size: 1, align: <_>::default(), bold: false }] }
}

async fn end(mut progress: watch::Receiver<Progress>) -> Progress {
    let ended = progress.wait_for(|progress| *progress != Progress::UnderWay);
    *tokio::time::timeout(Duration::from_mins(10), ended).await.unwrap().unwrap()
}

const PRINTED: Progress = Progress::Ended(JobReport { state: JobState::Printed, why: None });

#[tokio::test]
async fn a_job_is_printed_once_however_often_it_is_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let bench = bench(dir.path(), 0);
    let asked: Vec<_> = (0..50).map(|_| bench.jobs.submit("front", "a-0", paper("A001")).unwrap()).collect();
    assert_eq!(bench.jobs.report("front", "a-0").unwrap().state, JobState::Printing);
    bench.printer.permits.add_permits(9);
    for progress in asked {
        assert_eq!(end(progress).await, PRINTED);
    }
    assert_eq!(end(bench.jobs.submit("front", "a-0", paper("A001")).unwrap()).await, PRINTED);
    assert_eq!(bench.printer.begun.load(SeqCst), 1);
    assert_eq!(bench.jobs.submit("front", "a-0", paper("A002")).unwrap_err(), Refused::OtherContent);
    let elsewhere = bench.jobs.submit("back", "a-0", paper("A001")).unwrap_err();
    assert_eq!(elsewhere, Refused::OtherPrinter("front".into()));
    assert!(matches!(bench.jobs.submit("side", "a-0", paper("A001")), Err(Refused::UnknownPrinter(_))));
    assert_eq!(bench.jobs.report("back", "a-0"), None);
    assert_eq!(bench.printer.begun.load(SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn too_many_are_refused_and_those_that_waited_too_long_are_not_begun() {
    let dir = tempfile::tempdir().unwrap();
    let bench = bench(dir.path(), 0);
    let first = bench.jobs.submit("front", "a-0", paper("1")).unwrap();
    while bench.printer.begun.load(SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    let waiting: Vec<_> =
        (1..=WAITING).map(|n| bench.jobs.submit("front", &format!("a-{n}"), paper("1")).unwrap()).collect();
    assert_eq!(bench.jobs.submit("front", "b-0", paper("1")).unwrap_err(), Refused::Busy);
    // The driver never ends the first one.
    let unknown = JobReport { state: JobState::Unknown, why: Some(Trouble::NoAnswer) };
    assert_eq!(end(first).await, Progress::Ended(unknown));
    assert_eq!(bench.printer.given_up.load(SeqCst), 1);
    let failed = JobReport { state: JobState::Failed, why: Some(Trouble::NoAnswer) };
    for progress in waiting {
        assert_eq!(end(progress).await, Progress::Ended(failed));
    }
    // Nor later, when the same is asked again.
    assert_eq!(end(bench.jobs.submit("front", "a-1", paper("1")).unwrap()).await, Progress::Ended(failed));
    assert_eq!(bench.printer.begun.load(SeqCst), 1);
}

#[tokio::test]
async fn what_was_under_way_at_a_crash_is_unknown_and_never_begun_again() {
    let dir = tempfile::tempdir().unwrap();
    let copy = tempfile::tempdir().unwrap();
    let first = bench(dir.path(), 0);
    let _progress = first.jobs.submit("front", "a-0", paper("1")).unwrap();
    while first.printer.begun.load(SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    // The disk as it was when the power went.
    std::fs::copy(dir.path().join("jobs"), copy.path().join("jobs")).unwrap();
    let second = bench(copy.path(), 9);
    let unknown = JobReport { state: JobState::Unknown, why: None };
    assert_eq!(end(second.jobs.submit("front", "a-0", paper("1")).unwrap()).await, Progress::Ended(unknown));
    assert_eq!(second.printer.begun.load(SeqCst), 0);
    assert_eq!(end(second.jobs.submit("front", "a-1", paper("1")).unwrap()).await, PRINTED);
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_what_is_under_way_and_begins_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let bench = bench(dir.path(), 0);
    let under_way = bench.jobs.submit("front", "a-0", paper("1")).unwrap();
    while bench.printer.begun.load(SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    let waiting = bench.jobs.submit("front", "b-0", paper("1")).unwrap();
    bench.stop.cancel();
    let (ended, done) = oneshot::channel();
    tokio::spawn(async move {
        let _ = ended.send(end(under_way).await);
    });
    bench.printer.permits.add_permits(1);
    assert_eq!(done.await.unwrap(), PRINTED);
    assert_eq!(end(waiting).await, Progress::Stopped);
    assert_eq!(bench.jobs.submit("front", "c-0", paper("1")).unwrap_err(), Refused::Stopping);
    bench.workers.close();
    bench.workers.wait().await;
    assert_eq!(bench.printer.begun.load(SeqCst), 1);
    assert_eq!(bench.jobs.report("front", "b-0"), None, "it may be asked for again after the start");
}
