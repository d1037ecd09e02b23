//! A recorded day of a car park through a real server over its public API: what its devices told, and what its signs said of it
//! beside what was true.

use std::collections::{BTreeMap, HashSet};

use anyhow::Context as _;
use hall::Moment;
use hall::parking::Direction;
use hall::simulate::cars::{What, is_so};
use protocol::Pii;
use protocol::parking::{LotCorrected, LotCount, LotOperation, PassageTaken};
use protocol::requests::{CorrectLot, TellPassage};
use serde::Serialize;

use super::ServerClock;
use super::recorded_cars::Told;
use crate::client::Api;

/// How a day went.
#[derive(Debug, Default, Serialize)]
pub struct Summary {
    /// Passages that were told, each time.
    pub told: usize,
    /// Those of them that were new to the server (201).
    pub new: usize,
    /// Those that it knew (200).
    pub again: usize,
    /// Different names among those told: as many as were new, when nothing counts twice and nothing is lost.
    pub distinct: usize,
    /// Corrections: hour, what the count had been off by, and by how much it might have been as was thought.
    pub corrections: Vec<Corrected>,
    /// Samples of the truth.
    pub samples: usize,
    /// Those in which the count was off by no more than was said.
    pub covered: usize,
    /// Greatest error of what was thought likely, cars.
    pub max_error: i64,
    /// Greatest error of a number that was said as it is, cars.
    pub max_said_error: i64,
    /// Error of the last sample, cars.
    pub final_error: i64,
    /// The same as a share of the capacity.
    pub final_share: f64,
    /// What the sign said at the samples.
    pub said: BTreeMap<String, usize>,
    /// Samples at which it said something that was not so.
    pub wrong: Vec<String>,
    /// Seconds.
    pub wall_s: f64,
}

/// See [`Summary::corrections`].
#[derive(Debug, Serialize)]
pub struct Corrected {
    /// When.
    pub at: String,
    /// What the count had been off by.
    pub off: i64,
    /// By how much it might have been.
    pub bound: Option<u32>,
}

/// Plays a day in the time of the server's clock. `midnight` is that from which its seconds count.
pub async fn day(api: &Api, rows: &[Told], midnight: Moment, clock: ServerClock) -> anyhow::Result<Summary> {
    let began = std::time::Instant::now();
    let (mut summary, mut names) = (Summary::default(), HashSet::new());
    let moment = |seconds: f64| midnight.plus_ms((seconds * 1000.0).round() as i64);
    for Told { lot, row } in rows {
        clock.until(moment(row.told_s)).await;
        match &row.what {
            What::Passage { id, lane, direction, at_s, source, plate, doubtful } => {
                names.insert(id.as_str());
                summary.told += 1;
                let body = TellPassage {
                    lot: lot.clone(),
                    lane: lane.clone(),
                    direction: if *direction == Direction::In { "in" } else { "out" }.to_owned(),
                    at: moment(*at_s).rfc3339(&hall::time::utc()),
                    passage_id: id.clone(),
                    plate: plate.clone().map(Pii::new),
                    class: None,
                    source: Some(source.name().to_owned()),
                    doubtful: *doubtful,
                };
                let taken: Option<PassageTaken> = api.post("/api/v1/parking/passages", &body).await?;
                if taken.context("a passage was answered without a body")?.again {
                    summary.again += 1;
                } else {
                    summary.new += 1;
                }
            }
            What::Count(occupied) => {
                let before = ordinary(api, lot).await?;
                let body = CorrectLot {
                    occupied: *occupied,
                    reason: "walked round".to_owned(),
                    // Then and not now: where the replay lags behind, cars have passed since.
                    at: Some(moment(row.told_s).rfc3339(&hall::time::utc())),
                    ..CorrectLot::default()
                };
                let path = format!("/api/v1/parking/lots/{lot}/count");
                let done: LotCorrected = api.put(&path, &body).await?;
                let at = moment(row.told_s).rfc3339(&hall::time::utc());
                summary.corrections.push(Corrected { at, off: done.off, bound: before.off_by });
            }
            What::Truth(truth) => sample(&mut summary, &ordinary(api, lot).await?, *truth, row.told_s),
        }
    }
    summary.distinct = names.len();
    summary.wall_s = began.elapsed().as_secs_f64();
    Ok(summary)
}

/// The count of the ordinary bays as the operator sees it.
async fn ordinary(api: &Api, lot: &str) -> anyhow::Result<LotCount> {
    let operation: LotOperation = api.get(&format!("/api/v1/parking/lots/{lot}/operation")).await?;
    operation.counts.into_iter().find(|count| count.class.as_deref() == Some("ordinary")).context("no ordinary bays")
}

fn sample(summary: &mut Summary, count: &LotCount, truth: u32, at_s: f64) {
    let error = count.likely - i64::from(truth);
    summary.samples += 1;
    summary.covered += usize::from(count.off_by.is_some_and(|bound| error.unsigned_abs() <= u64::from(bound)));
    summary.max_error = summary.max_error.max(error.abs());
    summary.final_error = error;
    summary.final_share = error.abs() as f64 / f64::from(count.capacity.max(1));
    *summary.said.entry(count.says.says.clone()).or_default() += 1;
    let free = count.capacity.saturating_sub(truth);
    if count.says.says == "free" {
        summary.max_said_error = summary.max_said_error.max(error.abs());
    }
    // Of a closed lot nothing is said of its places.
    if count.says.said().is_some_and(|said| !is_so(said, free)) {
        let at = format!("{:02}:{:02}", at_s as u32 / 3600, at_s as u32 / 60 % 60);
        let number = count.says.free.map_or(String::new(), |number| format!(" {number}"));
        summary.wrong.push(format!("{at} says {}{number}, {free} are free", count.says.says));
    }
}

impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(
            f,
            "{} told, {} new and {} known; {} different names",
            self.told, self.new, self.again, self.distinct
        )?;
        for correction in &self.corrections {
            let bound =
                correction.bound.map_or("nothing known".to_owned(), |bound| format!("{bound} thought possible"));
            writeln!(f, "counted at {}: off by {}, {bound}", correction.at, correction.off)?;
        }
        let share = self.covered as f64 * 100.0 / self.samples.max(1) as f64;
        writeln!(
            f,
            "error at most {}, within what was thought possible in {share:.1} % of {}",
            self.max_error, self.samples
        )?;
        writeln!(f, "in the end off by {} ({:.2} % of the bays)", self.final_error, self.final_share * 100.0)?;
        let said: Vec<String> = self.said.iter().map(|(word, times)| format!("{word} {times}")).collect();
        writeln!(f, "the sign said: {}; not so: {}", said.join(", "), self.wrong.len())?;
        for wrong in &self.wrong {
            writeln!(f, "  {wrong}")?;
        }
        write!(f, "in {:.3} s", self.wall_s)
    }
}
