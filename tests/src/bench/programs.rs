//! How soon the programs beside the devices are ready, and what they hold in memory after a visit.

use anyhow::Context as _;

use super::Plan;
use super::machine::resident_kib;
use super::table::{Bar, Samples, Table};
use crate::visits::programs::{Programs, Who};

/// Measures and adds the rows.
pub async fn measure(plan: &Plan, table: &mut Table) -> anyhow::Result<()> {
    let programs = [Who::Bridge, Who::Kiosk];
    let [mut starts, mut memory]: [[Samples; 2]; 2] =
        std::array::from_fn(|_| std::array::from_fn(|_| Samples::default()));
    for _ in 0..plan.rounds {
        let mut hall = Programs::start(None).await?;
        for (index, who) in programs.into_iter().enumerate() {
            let (_, took) = hall.starts().iter().find(|(other, _)| *other == who).context("it was started")?;
            starts[index].push(took.as_secs_f64());
        }
        // Whatever is made at the first need is there by then.
        crate::visits::visit_once(&mut hall).await?;
        for (index, who) in programs.into_iter().enumerate() {
            let pid = hall.pid(who).context("it was started")?;
            memory[index].push(resident_kib(pid)? / 1024.0);
        }
    }
    for (index, who) in programs.into_iter().enumerate() {
        table.ours("s from the start until it listens", who.name(), &starts[index], Some(Bar::AtMost(0.5)));
        table.ours("MiB resident after a visit", who.name(), &memory[index], Some(Bar::AtMost(20.0)));
    }
    Ok(())
}
