//! `make bench`: what the hall costs, beside what the same work costs with nothing around it.
//!
//! An absolute figure says more about the machine and its other work than about the program, by a factor of ten and more.
//! So the contenders of a measurement run in turn within each round (A B C A B C), and what counts is the median of the
//! rounds' ratios. Bars that are absolute hold on an idle machine.

mod cars;
mod core;
mod fanout;
mod keys;
mod latency;
mod load;
mod machine;
mod pairs;
mod programs;
mod restart;
mod stage;
mod table;

use std::time::Duration;

use clap::ValueEnum;

pub use fanout::client::{Screens, screens};
pub use machine::{resident_kib, with_many_files};
pub use restart::read_rows;

use table::Table;

/// What may be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Tickets issued and called in a second, durably.
    Pairs,
    /// How long a call takes while little happens.
    Latency,
    /// What a decision costs.
    Core,
    /// How soon the last screen shows a call, and what a screen costs.
    Fanout,
    /// How soon a server is ready again.
    Restart,
    /// What the programs beside the devices cost.
    Programs,
    /// From the key of a call pad to the sign.
    Keys,
    /// Vehicles counted in a second, durably.
    Cars,
    /// A million vehicles in a day.
    Million,
}

/// How much is measured.
#[derive(Debug, Clone)]
pub struct Plan {
    /// How often each contender has its turn.
    pub rounds: usize,
    /// How long a turn takes.
    pub turn: Duration,
    /// What is measured.
    pub parts: Vec<Part>,
}

/// Measures and prints; an error means that something was wrong, not that it was slow.
pub fn run(plan: &Plan) -> anyhow::Result<()> {
    for line in machine::facts()? {
        println!("{line}");
    }
    let mut table = Table::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for part in &plan.parts {
        eprintln!("bench: {part:?}, {} rounds …", plan.rounds);
        match part {
            Part::Pairs => runtime.block_on(pairs::measure(plan, &mut table))?,
            Part::Latency => runtime.block_on(latency::measure(plan, &mut table))?,
            Part::Core => core::measure(plan, &mut table)?,
            Part::Fanout => runtime.block_on(fanout::measure(plan, &mut table))?,
            Part::Restart => runtime.block_on(restart::measure(plan, &mut table))?,
            Part::Keys => runtime.block_on(keys::measure(plan, &mut table))?,
            Part::Cars => runtime.block_on(cars::measure(plan, &mut table))?,
            Part::Million => runtime.block_on(cars::million(&mut table))?,
            Part::Programs => runtime.block_on(programs::measure(plan, &mut table))?,
        }
    }
    println!("\nLoad at the end: {}\n\n{table}", machine::load());
    Ok(())
}
