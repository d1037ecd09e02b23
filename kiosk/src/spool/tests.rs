//! The spool against a pretend disk, server and bridge that break at every possible moment.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use protocol::bridge::{JobReport, JobState};
use serde_json::json;

use super::*;
use crate::errand::Wish;

/// What the hall and the tray look like, whatever becomes of the program.
#[derive(Default)]
struct World {
    /// Files that are on the disk.
    disk: BTreeMap<Uuid, Errand>,
    /// The server's answers by key.
    answers: BTreeMap<Uuid, Ticket>,
    /// Tickets and their copies.
    tickets: BTreeMap<Uuid, u32>,
    left: BTreeSet<Uuid>,
    reported: Vec<(Uuid, u32, JobState)>,
    /// The bridge's journal.
    jobs: BTreeMap<String, JobReport>,
    /// Paper in the tray.
    tray: Vec<String>,
}

/// What goes wrong with one output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mishap {
    None,
    /// The program dies before it is done.
    DiesBefore,
    /// The program dies after it is done, before it knows.
    DiesAfter,
    /// It is not done.
    NotDone,
    /// It is done and the answer is lost.
    AnswerLost,
}

struct Program {
    spool: Spool,
    now: Millis,
    seen: BTreeSet<String>,
    told: Vec<Progress>,
}

fn ticket(world: &mut World, key: Uuid, what: &What) -> Ticket {
    if let Some(ticket) = world.answers.get(&key) {
        return ticket.clone();
    }
    let (id, copies) = if let What::Reprint { ticket } = what {
        let copies = world.tickets.get_mut(ticket).expect("a ticket of this hall");
        *copies += 1;
        (*ticket, *copies)
    } else {
        let id = Uuid::from_u128(1000 + world.tickets.len() as u128);
        world.tickets.insert(id, 0);
        (id, 0)
    };
    let made: Ticket = serde_json::from_value(json!({"id": id, "number": format!("A{:03}", id.as_u128() - 999),
        "service": "OPEN", "class": "normal", "state": "waiting", "business_date": "2026-11-23",
        "issued_at": "2026-11-23T09:00:00+08:00", "called_at": null, "window": null, "ahead": 0, "eta": null,
        "call_id": null, "calls": 0, "print": {"state": "printing", "copies": copies}}))
    .unwrap();
    world.answers.insert(key, made.clone());
    made
}

impl World {
    fn print(&mut self, copy: &Copy, outcome: JobState) -> JobReport {
        let job = copy.job();
        let tray = &mut self.tray;
        *self.jobs.entry(job.clone()).or_insert_with(|| {
            if outcome != JobState::Failed {
                tray.push(job);
            }
            JobReport { state: outcome, why: None }
        })
    }
}

impl Program {
    fn start(world: &World) -> Self {
        let mut program = Self { spool: Spool::default(), now: Millis(0), seen: BTreeSet::new(), told: Vec::new() };
        let recovered = world.disk.values().cloned().collect();
        program.spool.input(program.now, Input::Recovered(recovered));
        program.spool.input(program.now, Input::HallTime("2026-11-23T09:01:00+08:00".into()));
        program
    }

    /// Does the next thing; `None` when nothing is left, `Some(false)` when the program died.
    fn step(&mut self, world: &mut World, mishap: Mishap, outcome: JobState) -> Option<bool> {
        let output = loop {
            if let Some(output) = self.spool.output() {
                break output;
            }
            self.now = self.spool.wake_at()?.max(self.now.plus(1));
            self.spool.input(self.now, Input::Clock);
        };
        if let Output::Tell(_, progress) = output {
            if let Progress::Issued(copy) | Progress::Ended(copy, _) = &progress {
                self.seen.insert(copy.ticket.number.clone());
            }
            if let Progress::Recovered(errand) = &progress
                && let Some(copy) = errand.copy()
            {
                self.seen.insert(copy.ticket.number.clone());
            }
            self.told.push(progress);
            return Some(true);
        }
        if mishap == Mishap::DiesBefore {
            return Some(false);
        }
        let done = mishap != Mishap::NotDone;
        let answered = mishap == Mishap::None;
        let input = match output {
            Output::Save(errand) => {
                // A disk either has it or says that it has not; a lost answer is a death.
                if done {
                    world.disk.insert(errand.id, *errand.clone());
                    Input::Saved(errand.id)
                } else {
                    Input::NotSaved(errand.id)
                }
            }
            Output::Erase(id) => {
                if done {
                    world.disk.remove(&id);
                }
                Input::Clock
            }
            Output::Ask(errand) => {
                let answer = match (done, answered) {
                    (false, _) => Answer::NotSent,
                    (true, answered) => {
                        let ticket = ticket(world, errand.id, &errand.what);
                        if answered { Answer::Ticket(Box::new(ticket)) } else { Answer::Lost }
                    }
                };
                Input::Answer(errand.id, answer)
            }
            Output::Print(id, copy) => {
                let job = match (done, answered) {
                    (false, _) => Job::NotSent,
                    (true, answered) => {
                        let report = world.print(&copy, outcome);
                        if answered { Job::Report(report) } else { Job::Lost }
                    }
                };
                Input::Job(id, job)
            }
            Output::Report(id, copy, report) => {
                if done {
                    world.reported.push((copy.ticket.id, copy.copy, report.state));
                }
                Input::Told(id, if answered { Told::Yes } else { Told::Lost })
            }
            Output::Leave(id, ticket) => {
                if done {
                    world.left.insert(ticket.id);
                }
                Input::Told(id, if answered { Told::Yes } else { Told::Lost })
            }
            Output::Tell(..) => unreachable!(),
        };
        if mishap == Mishap::DiesAfter {
            return Some(false);
        }
        self.spool.input(self.now, input);
        Some(true)
    }
}

fn wish(id: u128) -> Errand {
    let wish = Wish { service: "OPEN".into(), class: None, reason: None, person: None };
    Errand::new(Uuid::from_u128(id), What::Issue(wish), Some("2026-11-23T09:00:00+08:00".into()))
}

/// One visitor, with these mishaps one after the other and none after them. Gives the world, and all that was shown.
fn visit(mishaps: &[Mishap], outcome: JobState) -> (World, BTreeSet<String>, Vec<Progress>) {
    let mut world = World::default();
    let mut program = Program::start(&world);
    program.spool.input(program.now, Input::Begin(wish(1)));
    let (mut seen, mut told) = (BTreeSet::new(), Vec::new());
    let mut mishaps = mishaps.iter().copied();
    for _ in 0..2_000 {
        let mishap = mishaps.next().unwrap_or(Mishap::None);
        match program.step(&mut world, mishap, outcome) {
            Some(true) => {}
            Some(false) => {
                seen.extend(program.seen.clone());
                told.append(&mut program.told);
                program = Program::start(&world);
            }
            None => {
                seen.extend(program.seen.clone());
                told.append(&mut program.told);
                if world.disk.is_empty() {
                    return (world, seen, told);
                }
                // What could not be taken off the disk is found at the next start.
                program = Program::start(&world);
            }
        }
    }
    panic!("it does not come to an end");
}

/// One valid ticket that the visitor knows, printed once at most; or none at all, and he was told so.
fn check(mishaps: &[Mishap], outcome: JobState) {
    let (world, seen, told) = visit(mishaps, outcome);
    let context = || format!("{mishaps:?} {outcome:?}: seen {seen:?}, told {told:?}, tray {:?}", world.tray);
    assert!(world.tickets.len() <= 1, "two tickets: {}", context());
    let valid: Vec<_> = world.tickets.keys().filter(|id| !world.left.contains(*id)).collect();
    let mut tray = world.tray.clone();
    tray.dedup();
    assert_eq!(tray.len(), world.tray.len(), "printed twice: {}", context());
    match valid.as_slice() {
        [] => {
            let unsafe_or_dead = told.contains(&Progress::Unsafe) || told.is_empty();
            assert!(unsafe_or_dead && world.tray.is_empty(), "no ticket: {}", context());
        }
        [id] => {
            let number = &world.answers.values().find(|ticket| ticket.id == **id).unwrap().number;
            assert!(seen.contains(number), "nobody knows the number: {}", context());
            assert!(!world.reported.is_empty(), "the server does not know: {}", context());
        }
        _ => unreachable!(),
    }
}

const OUTCOMES: [JobState; 3] = [JobState::Printed, JobState::Failed, JobState::Unknown];

#[test]
fn a_death_at_any_moment_leaves_one_valid_ticket() {
    for outcome in OUTCOMES {
        for at in 0..16 {
            for mishap in [Mishap::DiesBefore, Mishap::DiesAfter, Mishap::NotDone, Mishap::AnswerLost] {
                let mut mishaps = vec![Mishap::None; at];
                mishaps.push(mishap);
                check(&mishaps, outcome);
            }
        }
    }
}

#[test]
fn two_deaths_in_a_row_do_too() {
    let deaths = [Mishap::DiesBefore, Mishap::DiesAfter];
    for outcome in OUTCOMES {
        for (first, second) in (0..14).flat_map(|first| (0..14).map(move |second| (first, second))) {
            for (one, other) in deaths.into_iter().flat_map(|one| deaths.map(|other| (one, other))) {
                let mut mishaps = vec![Mishap::None; first];
                mishaps.push(one);
                mishaps.extend(vec![Mishap::None; second]);
                mishaps.push(other);
                check(&mishaps, outcome);
            }
        }
    }
}

proptest! {
    #[test]
    fn and_so_do_all_mishaps_together(
        mishaps in prop::collection::vec(
            prop_oneof![
                4 => Just(Mishap::None), 1 => Just(Mishap::DiesBefore), 1 => Just(Mishap::DiesAfter),
                1 => Just(Mishap::NotDone), 1 => Just(Mishap::AnswerLost)
            ],
            0..40,
        ),
        outcome in prop::sample::select(OUTCOMES.to_vec()),
    ) {
        check(&mishaps, outcome);
    }
}

#[test]
fn nobody_is_asked_before_the_request_is_on_the_disk() {
    let mut spool = Spool::default();
    spool.input(Millis(0), Input::Begin(wish(1)));
    assert_eq!(spool.output(), Some(Output::Save(Box::new(wish(1)))));
    spool.input(Millis(60_000), Input::Clock);
    assert_eq!(spool.output(), None);
    spool.input(Millis(60_000), Input::Saved(Uuid::from_u128(1)));
    assert_eq!(spool.output(), Some(Output::Ask(Box::new(wish(1)))));
}

/// Drives to the end and gives the outputs other than saves.
fn drive(spool: &mut Spool, world: &mut World, now: Millis) -> Vec<&'static str> {
    let mut names = Vec::new();
    while let Some(output) = spool.output() {
        let input = match output {
            Output::Save(errand) => Input::Saved(errand.id),
            Output::Erase(_) => {
                names.push("erase");
                continue;
            }
            Output::Ask(errand) => {
                names.push("ask");
                Input::Answer(errand.id, Answer::Ticket(Box::new(ticket(world, errand.id, &errand.what))))
            }
            Output::Print(id, copy) => {
                names.push("print");
                Input::Job(id, Job::Report(world.print(&copy, JobState::Printed)))
            }
            Output::Report(id, ..) => {
                names.push("report");
                Input::Told(id, Told::Yes)
            }
            Output::Leave(id, _) => {
                names.push("leave");
                Input::Told(id, Told::Yes)
            }
            Output::Tell(_, progress) => {
                names.push(match progress {
                    Progress::Recovered(_) => "recovered",
                    Progress::Issued(_) => "issued",
                    Progress::Refused(_) => "refused",
                    Progress::Unsafe => "unsafe",
                    Progress::Ended(..) => "ended",
                });
                continue;
            }
        };
        spool.input(now, input);
    }
    names
}

#[test]
fn a_number_that_comes_too_late_is_given_back() {
    let (mut spool, mut world, now) = (Spool::default(), World::default(), Millis(0));
    spool.input(now, Input::Begin(wish(1)));
    spool.output();
    spool.input(now, Input::Saved(Uuid::from_u128(1)));
    assert!(matches!(spool.output(), Some(Output::Ask(_))));
    spool.input(now, Input::GiveUp(Uuid::from_u128(1)));
    assert_eq!(spool.output(), None, "the answer is awaited");
    let late = ticket(&mut world, Uuid::from_u128(1), &wish(1).what);
    spool.input(now, Input::Answer(Uuid::from_u128(1), Answer::Ticket(Box::new(late))));
    assert_eq!(drive(&mut spool, &mut world, now), ["leave", "erase"]);
    assert!(spool.is_empty());
}

#[test]
fn a_copy_that_comes_too_late_is_not_printed() {
    let (mut spool, mut world, now) = (Spool::default(), World::default(), Millis(0));
    let first = ticket(&mut world, Uuid::from_u128(1), &wish(1).what);
    let reprint = Errand { what: What::Reprint { ticket: first.id }, ..wish(2) };
    spool.input(now, Input::Begin(reprint.clone()));
    spool.output();
    spool.input(now, Input::Saved(reprint.id));
    spool.output();
    spool.input(now, Input::GiveUp(reprint.id));
    let late = ticket(&mut world, reprint.id, &reprint.what);
    spool.input(now, Input::Answer(reprint.id, Answer::Ticket(Box::new(late))));
    assert_eq!(drive(&mut spool, &mut world, now), ["ended", "report", "erase"]);
}

#[test]
fn what_was_never_sent_is_simply_forgotten() {
    let (mut spool, mut world, now) = (Spool::default(), World::default(), Millis(0));
    spool.input(now, Input::Begin(wish(1)));
    spool.output();
    spool.input(now, Input::Saved(Uuid::from_u128(1)));
    spool.output();
    spool.input(now, Input::Answer(Uuid::from_u128(1), Answer::NotSent));
    spool.input(now, Input::GiveUp(Uuid::from_u128(1)));
    assert_eq!(drive(&mut spool, &mut world, now), ["erase"]);
}

#[test]
fn old_errands_print_nothing() {
    let now = Millis(0);
    let copy = || {
        let ticket = ticket(&mut World::default(), Uuid::from_u128(1), &wish(1).what);
        Copy { ticket: Box::new(ticket), copy: 0 }
    };
    let old = |step: Step| {
        let mut spool = Spool::default();
        spool.input(now, Input::Recovered(vec![Errand { step, ..wish(1) }]));
        spool.input(now, Input::HallTime("2026-11-23T09:31:00+08:00".into()));
        drive(&mut spool, &mut World::default(), now)
    };
    assert_eq!(old(Step::Spooled { given_up: false }), ["recovered", "ask", "leave", "erase"]);
    assert_eq!(old(Step::Issued(copy())), ["recovered", "ended", "report", "erase"]);
    assert_eq!(old(Step::Printing(copy())), ["recovered", "ended", "report", "erase"]);
}

#[test]
fn a_bridge_that_stays_away_ends_in_a_failed_copy_and_no_backlog() {
    let (mut spool, mut now) = (Spool::default(), Millis(0));
    let mut world = World::default();
    let order = Copy { ticket: Box::new(ticket(&mut world, Uuid::from_u128(1), &wish(1).what)), copy: 0 };
    spool.input(now, Input::Begin(Errand::order(Uuid::from_u128(2), order.clone(), None)));
    let mut prints = 0;
    let report = loop {
        match spool.output() {
            Some(Output::Save(errand)) => spool.input(now, Input::Saved(errand.id)),
            Some(Output::Print(id, _)) => {
                prints += 1;
                spool.input(now, Input::Job(id, Job::NotSent));
            }
            Some(Output::Report(_, _, report)) => break report,
            Some(other) => panic!("{other:?}"),
            None => {
                now = spool.wake_at().unwrap();
                spool.input(now, Input::Clock);
            }
        }
    };
    assert_eq!((report.state, report.why), (JobState::Failed, Some(Trouble::NoAnswer)));
    assert!(prints > 3 && now.0 < PRINT_LIMIT_MS + LONGEST_MS + 1);
}

#[test]
fn an_order_is_taken_up_once() {
    let (mut spool, mut world, now) = (Spool::default(), World::default(), Millis(0));
    let order = Copy { ticket: Box::new(ticket(&mut world, Uuid::from_u128(1), &wish(1).what)), copy: 1 };
    let begin = |id: u128| Input::Begin(Errand::order(Uuid::from_u128(id), order.clone(), None));
    spool.input(now, begin(2));
    spool.input(now, begin(3));
    assert_eq!(drive(&mut spool, &mut world, now), ["print", "report", "erase"]);
    spool.input(now, begin(4));
    assert_eq!(drive(&mut spool, &mut world, now), [""; 0]);
    // What the visitor says of it is another matter.
    let report = JobReport { state: JobState::Printed, why: None };
    spool.input(now, Input::Begin(Errand::report(Uuid::from_u128(5), order, report)));
    assert_eq!(drive(&mut spool, &mut world, now), ["report", "erase"]);
}

#[test]
fn a_refusal_of_the_moment_is_asked_again() {
    let mut spool = Spool::default();
    spool.input(Millis(0), Input::Begin(wish(1)));
    spool.output();
    spool.input(Millis(0), Input::Saved(Uuid::from_u128(1)));
    spool.output();
    let busy = Problem::new(503, "storage-full", "");
    spool.input(Millis(0), Input::Answer(Uuid::from_u128(1), Answer::Refused(Box::new(busy))));
    assert_eq!(spool.output(), None);
    let wake = spool.wake_at().unwrap();
    spool.input(wake, Input::Clock);
    assert!(matches!(spool.output(), Some(Output::Ask(_))));
    let no = Problem::new(409, "service-closed", "");
    spool.input(wake, Input::Answer(Uuid::from_u128(1), Answer::Refused(Box::new(no))));
    assert!(matches!(spool.output(), Some(Output::Tell(_, Progress::Refused(_)))));
    assert!(matches!(spool.output(), Some(Output::Erase(_))));
}
