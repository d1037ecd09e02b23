//! What a decision costs, beside the floor: bare heaps that know no classes, no credit, no reasons and no log.
//!
//! 210 windows with 8 services each out of 50, 10,000 waiting. One turn finishes a service, calls the next and issues
//! one ticket for the line that lost one. `cargo bench -p hall`.

#![allow(missing_docs, reason = "criterion's macros make functions without any")]
#![allow(clippy::format_push_string, reason = "a few lines of text, once")]
#![allow(clippy::unwrap_used, reason = "a bench that cannot be set up must fail")]

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use hall::command::{AtWindow, Command, Context, Issue};
use hall::estimate::{Estimator, Random};
use hall::ids::{ActorId, CommandId, TicketId};
use hall::role::{Actor, Role};
use hall::settings::ServiceCode;
use hall::{Class, Event, Moment, Settings, State, choose, decide, records};
use uuid::Uuid;

const WINDOWS: u16 = 210;
const SERVICES: u16 = 50;
const SKILLS: u16 = 8;
const WAITING: u64 = 10_000;
/// 09:00 on Monday, 23 November 2026, in Shanghai.
const NINE: i64 = 1_795_395_600_000;
/// Turns on one state before it is built anew, so that it does not grow beyond a busy day.
const TURNS: u64 = 20_000;

fn settings(windows: u16, services: u16, skills: u16) -> Settings {
    let mut toml = String::from(
        "[hall]\nname = \"Bench\"\ntime_zone = \"Asia/Shanghai\"\nopen = \"08:30\"\nclose = \"17:00\"\n\
         [[zones]]\ncode = \"Z\"\nname = \"Zone\"\n",
    );
    for code in 0..services {
        toml += &format!("[[services]]\ncode = \"S{code}\"\nname = \"S\"\nseries = \"A\"\n");
    }
    for number in 0..windows {
        let codes: Vec<String> = (0..skills).map(|skill| format!("S{}", (number + skill * 7) % services)).collect();
        toml += &format!("[[windows]]\nnumber = {}\nzone = \"Z\"\nservices = {codes:?}\n", number + 1);
    }
    toml::from_str(&toml).unwrap()
}

/// A hall with everything a decision needs at hand.
struct Hall {
    state: State,
    codes: Vec<ServiceCode>,
    random: Random,
    commands: u128,
    at: Moment,
}

impl Hall {
    fn full(windows: u16, services: u16, skills: u16, waiting: u64) -> Self {
        let mut hall = Self {
            state: State::default(),
            codes: (0..services).map(|code| ServiceCode(format!("S{code}"))).collect(),
            random: Random::new(1),
            commands: 0,
            at: Moment(NINE),
        };
        hall.run(&Command::Configure(Box::new(settings(windows, services, skills))));
        for _ in 0..waiting + u64::from(windows) {
            hall.at = hall.at.plus_ms(300);
            let service = hall.random.below(u64::from(services)) as usize;
            hall.issue(service);
        }
        for number in 1..=windows {
            hall.run(&Command::At(number, AtWindow::Open { services: None, clerk: None }));
            hall.run(&Command::At(number, AtWindow::Call { ticket: None, ready: false }));
        }
        hall
    }

    fn run(&mut self, command: &Command) -> Option<TicketId> {
        self.commands += 1;
        let context = Context {
            at: self.at,
            command: CommandId(Uuid::from_u128(self.commands << 8)),
            actor: Actor { id: ActorId(Uuid::nil()), role: Role::Manager, window: None },
            key: None,
        };
        let events = decide(&self.state, &context, command).unwrap();
        let mut called = None;
        for record in records(&self.state, &context, events) {
            self.state.apply(&record).unwrap();
            if let Event::TicketCalled { ticket, .. } = record.event {
                called = Some(ticket);
            }
        }
        called
    }

    fn issue(&mut self, service: usize) {
        let class = match self.random.below(100) {
            0..8 => Class::Green,
            8..30 => Class::Appointment,
            _ => Class::Normal,
        };
        let ticket = TicketId(Uuid::from_u128(self.commands + 1));
        self.run(&Command::Issue(Issue {
            ticket,
            service: self.codes[service].clone(),
            class,
            reason: None,
            person: None,
            source: None,
            vehicle: None,
            printer: None,
            estimate: None,
        }));
    }

    /// One turn: a window finishes and calls, and the line it called from gets one more.
    fn turn(&mut self, number: u16) {
        self.at = self.at.plus_ms(100);
        let finish = AtWindow::Finish { outcome: None, call: true, ready: false, seen: None };
        let called = self.run(&Command::At(number, finish)).unwrap();
        let service = self.state.ticket(called).unwrap().service.0[1..].parse().unwrap();
        self.issue(service);
    }
}

/// The floor: a heap for each service, the best head over the window's services, and a refill.
struct Heaps {
    lines: Vec<BinaryHeap<Reverse<(i64, u32)>>>,
    skills: Vec<Vec<u16>>,
    last: u32,
}

impl Heaps {
    fn full() -> Self {
        let mut random = Random::new(1);
        let mut lines = vec![BinaryHeap::new(); usize::from(SERVICES)];
        for slot in 0..WAITING as u32 {
            lines[random.below(u64::from(SERVICES)) as usize].push(Reverse((NINE + 300 * i64::from(slot), slot)));
        }
        let skills = (0..WINDOWS).map(|number| (0..SKILLS).map(|skill| (number + skill * 7) % SERVICES).collect());
        Self { lines, skills: skills.collect(), last: WAITING as u32 }
    }

    fn turn(&mut self, number: u16) -> Option<u32> {
        let heads = self.skills[usize::from(number - 1)]
            .iter()
            .filter_map(|service| self.lines[usize::from(*service)].peek().map(|Reverse(place)| (*place, *service)));
        let (_, service) = heads.min()?;
        let line = &mut self.lines[usize::from(service)];
        let called = line.pop();
        self.last += 1;
        line.push(Reverse((NINE + 300 * i64::from(self.last), self.last)));
        called.map(|Reverse((_, slot))| slot)
    }
}

/// The time of `turns` turns, each state built outside of it.
fn timed<T>(turns: u64, build: impl Fn() -> T, mut turn: impl FnMut(&mut T, u16)) -> Duration {
    let mut total = Duration::ZERO;
    let mut left = turns;
    while left > 0 {
        let mut subject = build();
        let some = left.min(TURNS);
        let begun = Instant::now();
        for index in 0..some {
            turn(&mut subject, (index % u64::from(WINDOWS)) as u16 + 1);
        }
        total += begun.elapsed();
        left -= some;
    }
    total
}

fn decisions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("210 windows x 8 of 50 services, 10,000 waiting");
    group.sample_size(20);
    group.bench_function("bare heaps: take the best head, refill", |bencher| {
        bencher.iter_custom(|turns| {
            timed(turns, Heaps::full, |heaps, number| {
                black_box(heaps.turn(number));
            })
        });
    });
    let hall = Hall::full(WINDOWS, SERVICES, SKILLS, WAITING);
    group.bench_function("choose", |bencher| {
        let mut number = 0;
        bencher.iter(|| {
            number = number % WINDOWS + 1;
            let window = hall.state.window(number).unwrap();
            black_box(choose(&hall.state, hall.at, window).map(|(ticket, _)| ticket.id))
        });
    });
    group.bench_function("finish and call, issue: decide and apply", |bencher| {
        let full = || Hall::full(WINDOWS, SERVICES, SKILLS, WAITING);
        bencher.iter_custom(|turns| timed(turns, full, Hall::turn));
    });
    group.finish();
}

fn estimates(criterion: &mut Criterion) {
    let hall = Hall::full(210, 70, 8, 500);
    let mut group = criterion.benchmark_group("estimates");
    group.sample_size(20);
    group.bench_function("refresh: 210 windows, 70 services, 500 waiting", |bencher| {
        let estimator = Estimator::default();
        bencher.iter(|| black_box(estimator.refresh(&hall.state, hall.at, 1)));
    });
    group.finish();
}

criterion_group!(benches, decisions, estimates);
criterion_main!(benches);
