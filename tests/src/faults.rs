//! Faults of every kind of device, from the list `faults.toml`, against the real `paihao-bridge`: exactly one
//! valid ticket each, never a wrong person.

pub mod bridge;
pub mod cables;
pub mod cameras;
pub mod hosts;
pub mod kills;
pub mod list;
pub mod pads;
pub mod papers;
pub mod printers;
pub mod readers;
pub mod scanners;
pub mod signs;
pub mod speakers;
pub mod traffic;
pub mod wires;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use anyhow::Context as _;
use tokio::task::JoinSet;

use crate::figures::Row;
use bridge::Bridge;
use list::List;

/// Devices that one bridge has at a time.
const AT_ONCE: usize = 20;

/// How often `prove` tries each.
const TIMES: usize = 20;

/// What came of one try.
#[derive(Debug)]
pub struct Tried {
    /// Which fault.
    pub fault: String,
    /// What was answered first, in a word.
    pub end: String,
    /// How long it took until the visitor had a ticket, or was known.
    pub took: Duration,
}

/// Tries every fault so many times.
pub async fn run(times: usize) -> anyhow::Result<Vec<Row>> {
    let list = List::load()?;
    let mut tried = printers::run(&list.printer, times).await.context("printers")?;
    tried.extend(readers::run(&list.reader, times).await.context("readers")?);
    tried.extend(signs::run(&list.sign, times).await.context("signs")?);
    tried.extend(pads::run(&list.pads, times).await.context("pads")?);
    tried.extend(scanners::run(&list.scanner, times).await.context("scanners")?);
    tried.extend(speakers::run(&list.speaker, times).await.context("speakers")?);
    tried.extend(kills::run(&list.kill, times).await.context("kills")?);
    tried.extend(wires::run(&list.wire, times).await.context("wires")?);
    Ok(rows(&tried))
}

/// The long form: twenty times each.
pub async fn prove() -> Vec<anyhow::Result<Row>> {
    match run(TIMES).await {
        Ok(rows) => rows.into_iter().map(Ok).collect(),
        Err(error) => vec![Err(error)],
    }
}

/// A row a fault.
fn rows(tried: &[Tried]) -> Vec<Row> {
    let mut names: Vec<&str> = Vec::new();
    for one in tried {
        if !names.contains(&one.fault.as_str()) {
            names.push(&one.fault);
        }
    }
    let row = |name: &str| {
        let of: Vec<&Tried> = tried.iter().filter(|one| one.fault == name).collect();
        let mut ends: BTreeMap<&str, usize> = BTreeMap::new();
        for one in &of {
            *ends.entry(&one.end).or_default() += 1;
        }
        let mut found = format!("{} times right:", of.len());
        for (end, count) in ends {
            let _ = write!(found, " {count} × {end},");
        }
        let slowest = of.iter().map(|one| one.took).max().unwrap_or_default();
        let _ = write!(found, " slowest {:.1} s", slowest.as_secs_f64());
        Row::new(name, found)
    };
    names.into_iter().map(row).collect()
}

/// Makes tries, as many together as one bridge has devices.
async fn batches<T>(
    mut tries: Vec<T>,
    together: impl AsyncFn(Vec<T>) -> anyhow::Result<Vec<Tried>>,
) -> anyhow::Result<Vec<Tried>> {
    let mut done = Vec::new();
    while !tries.is_empty() {
        let some = tries.drain(..tries.len().min(AT_ONCE)).collect();
        done.extend(together(some).await?);
    }
    Ok(done)
}

/// Lets attempts on the devices of a bridge run at the same time; what came of them, in their order.
async fn side_by_side<F>(bridge: &Bridge, attempts: impl Iterator<Item = F>) -> anyhow::Result<Vec<Tried>>
where
    F: Future<Output = anyhow::Result<Tried>> + Send + 'static,
{
    let mut running = JoinSet::new();
    for (index, attempt) in attempts.enumerate() {
        running.spawn(async move { (index, attempt.await) });
    }
    let mut done = Vec::new();
    while let Some(ended) = running.join_next().await {
        let (index, one) = ended?;
        done.push((index, one.with_context(|| format!("the bridge said:\n{}", bridge.log()))?));
    }
    done.sort_by_key(|(index, _)| *index);
    Ok(done.into_iter().map(|(_, one)| one).collect())
}

/// The value of try `at` of `of`, spread evenly over a range.
pub fn spread(range: [u32; 2], at: usize, of: usize) -> u32 {
    let [first, last] = range.map(i64::from);
    let steps = (of.max(2) - 1) as i64;
    // A single try is in the middle: both ends are the easier ones.
    let at = if of < 2 { 0.5 } else { at as f64 / steps as f64 };
    (first as f64 + (last - first) as f64 * at).round() as u32
}
