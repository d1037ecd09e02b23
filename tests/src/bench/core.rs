//! What a decision costs, beside bare heaps that know no classes, no credit, no reasons and no log: 210 windows with 8
//! services each out of 50, 10,000 waiting. `cargo bench -p hall` looks closer at the same.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Instant;

use anyhow::Context as _;
use hall::command::Issue;
use hall::estimate::Random;
use hall::ids::{ActorId, CommandId, TicketId};
use hall::role::{Actor, Role};
use hall::settings::ServiceCode;
use hall::{AtWindow, Class, Command, Context, Event, Moment, Settings, State, choose, decide, records};
use uuid::Uuid;

use super::Plan;
use super::pairs::NINE;
use super::table::{Samples, Table};

const WINDOWS: u16 = 210;
const SERVICES: u16 = 50;
const SKILLS: u16 = 8;
const WAITING: u32 = 10_000;
/// Turns on one state, so that it does not grow beyond a busy day.
const TURNS: u32 = 20_000;

/// Measures and adds the rows.
pub fn measure(plan: &Plan, table: &mut Table) -> anyhow::Result<()> {
    let [mut bare, mut chosen, mut turns] = [const { Vec::new() }; 3];
    for _ in 0..plan.rounds {
        let mut heaps = Heaps::full();
        let began = Instant::now();
        for turn in 0..TURNS * 20 {
            black_box(heaps.turn(turn % u32::from(WINDOWS)));
        }
        bare.push(began.elapsed().as_secs_f64() / f64::from(TURNS * 20));

        let mut hall = Hall::full()?;
        let began = Instant::now();
        for turn in 0..TURNS * 20 {
            let window = hall.state.window((turn % u32::from(WINDOWS)) as u16 + 1).context("no window")?;
            black_box(choose(&hall.state, hall.at, window).map(|(ticket, _)| ticket.id));
        }
        chosen.push(began.elapsed().as_secs_f64() / f64::from(TURNS * 20));

        let began = Instant::now();
        for turn in 0..TURNS {
            hall.turn((turn % u32::from(WINDOWS)) as u16 + 1)?;
        }
        turns.push(began.elapsed().as_secs_f64() / f64::from(TURNS));
    }
    let [bare, chosen, turns] = [bare, chosen, turns].map(|seconds: Vec<f64>| {
        let rate: Samples = seconds.iter().map(|seconds| 1.0 / seconds).collect();
        let nanoseconds: Samples = seconds.iter().map(|seconds| seconds * 1e9).collect();
        (rate, nanoseconds)
    });
    table.ours("decisions/s, one core", "choose the next of 8 lines, with the reason", &chosen.0, None);
    table.beside("bare heaps: take the best head, refill", &bare.0, &chosen.0.over(&bare.0), None);
    table.ours("", "finish, call and issue: decide and apply", &turns.0, None);
    table.beside("the same heaps", &bare.0, &turns.0.over(&bare.0), None);
    let text = |name: &str, (_, nanoseconds): &(Samples, Samples)| format!("{name} {:.0}", nanoseconds.median());
    let each = [text("choose", &chosen), text("turn", &turns), text("heaps", &bare)];
    table.note("nanoseconds each", &each.join(", "));
    Ok(())
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
    fn full() -> anyhow::Result<Self> {
        let mut hall = Self {
            state: State::default(),
            codes: (0..SERVICES).map(|code| ServiceCode(format!("S{code}"))).collect(),
            random: Random::new(1),
            commands: 0,
            at: Moment(NINE),
        };
        hall.run(&Command::Configure(Box::new(settings()?)))?;
        for _ in 0..WAITING + u32::from(WINDOWS) {
            hall.at = hall.at.plus_ms(300);
            let service = hall.random.below(u64::from(SERVICES)) as usize;
            hall.issue(service)?;
        }
        for number in 1..=WINDOWS {
            hall.run(&Command::At(number, AtWindow::Open { services: None, clerk: None }))?;
            hall.run(&Command::At(number, AtWindow::Call { ticket: None, ready: false }))?;
        }
        Ok(hall)
    }

    fn run(&mut self, command: &Command) -> anyhow::Result<Option<TicketId>> {
        self.commands += 1;
        let context = Context {
            at: self.at,
            command: CommandId(Uuid::from_u128(self.commands << 8)),
            actor: Actor { id: ActorId(Uuid::nil()), role: Role::Manager, window: None },
            key: None,
        };
        let events = decide(&self.state, &context, command)?;
        let mut called = None;
        for record in records(&self.state, &context, events) {
            self.state.apply(&record)?;
            if let Event::TicketCalled { ticket, .. } = record.event {
                called = Some(ticket);
            }
        }
        Ok(called)
    }

    fn issue(&mut self, service: usize) -> anyhow::Result<()> {
        let class = match self.random.below(100) {
            0..8 => Class::Green,
            8..30 => Class::Appointment,
            _ => Class::Normal,
        };
        self.run(&Command::Issue(Issue {
            ticket: TicketId(Uuid::from_u128(self.commands + 1)),
            service: self.codes[service].clone(),
            class,
            reason: None,
            person: None,
            source: None,
            vehicle: None,
            printer: None,
            estimate: None,
        }))?;
        Ok(())
    }

    /// A window finishes and calls, and the line it called from gets one more.
    fn turn(&mut self, number: u16) -> anyhow::Result<()> {
        self.at = self.at.plus_ms(100);
        let finish = AtWindow::Finish { outcome: None, call: true, ready: false, seen: None };
        let called = self.run(&Command::At(number, finish))?.context("nobody was called")?;
        let ticket = self.state.ticket(called).context("no such ticket")?;
        let service = ticket.service.as_str().trim_start_matches('S').parse()?;
        self.issue(service)
    }
}

fn settings() -> anyhow::Result<Settings> {
    let mut toml = String::from(
        "[hall]\nname = \"Bench\"\ntime_zone = \"Asia/Shanghai\"\nopen = \"08:30\"\nclose = \"17:00\"\n\
         [[zones]]\ncode = \"Z\"\nname = \"Zone\"\n",
    );
    for code in 0..SERVICES {
        writeln!(toml, "[[services]]\ncode = \"S{code}\"\nname = \"S\"\nseries = \"A\"")?;
    }
    for number in 0..WINDOWS {
        let codes: Vec<_> = skills(number).map(|service| format!("S{service}")).collect();
        writeln!(toml, "[[windows]]\nnumber = {}\nzone = \"Z\"\nservices = {codes:?}", number + 1)?;
    }
    Ok(server::hall_file::parse("bench.toml", &toml)?)
}

fn skills(window: u16) -> impl Iterator<Item = u16> {
    (0..SKILLS).map(move |skill| (window + skill * 7) % SERVICES)
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
        for slot in 0..WAITING {
            lines[random.below(u64::from(SERVICES)) as usize].push(Reverse((NINE + 300 * i64::from(slot), slot)));
        }
        Self { lines, skills: (0..WINDOWS).map(|number| skills(number).collect()).collect(), last: WAITING }
    }

    fn turn(&mut self, window: u32) -> Option<u32> {
        let heads = self.skills[window as usize]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_always_find_somebody() {
        let mut hall = Hall::full().unwrap();
        let mut heaps = Heaps::full();
        for window in 0..WINDOWS {
            hall.turn(window + 1).unwrap();
            assert!(heaps.turn(u32::from(window)).is_some());
        }
    }
}
