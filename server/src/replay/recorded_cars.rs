//! A recorded day of a car park: what its devices told, in the order in which they did.
//!
//! CSV, UTF-8, with a header line: `told_at` and `at` (seconds after local midnight), `what` (`passage`, `truth`: so many cars really
//! stood there, or `count`: so many were counted by people), `lot`, `lane`, `direction`, `passage_id`, `source`, `plate`, `doubtful`,
//! `occupied`. A faulty row is reported with its line.

use std::io::Write;
use std::path::Path;

use hall::parking::{Direction, Source};
use hall::simulate::cars::{LOT, Row, What};
use serde::{Deserialize, Serialize};

use super::recorded_day::{BadDay, line_of, reason};

/// Rows of a recorded day of a car park.
pub const MAX_ROWS: usize = 2_000_000;

/// A row as it is written.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Written {
    told_at: f64,
    what: String,
    #[serde(default)]
    lot: String,
    #[serde(default)]
    lane: String,
    #[serde(default)]
    direction: String,
    #[serde(default)]
    at: Option<f64>,
    #[serde(default)]
    passage_id: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    plate: String,
    #[serde(default)]
    doubtful: Option<u8>,
    #[serde(default)]
    occupied: Option<u32>,
}

/// A row with the lot it is of.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// Code of the lot.
    pub lot: String,
    /// What is told.
    pub row: Row,
}

/// Whether a file is a day of a car park, by its header.
pub fn is_one(path: &Path) -> bool {
    let header = std::fs::read_to_string(path).unwrap_or_default();
    header
        .lines()
        .next()
        .is_some_and(|line| line.trim_start_matches('\u{feff}').split(',').any(|name| name == "told_at"))
}

/// Reads a day.
pub fn load(path: &Path) -> Result<Vec<Told>, BadDay> {
    let name = path.display().to_string();
    let text = std::fs::read(path).map_err(|error| BadDay::File(name.clone(), error.to_string()))?;
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_slice());
    let headers = reader.headers().map_err(|error| BadDay::File(name.clone(), error.to_string()))?.clone();
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    for record in reader.records() {
        let (position, row) = match &record {
            Ok(record) => {
                let row = record.deserialize::<Written>(Some(&headers)).map_err(|error| reason(&error));
                (record.position(), row.and_then(|row| told(&row)))
            }
            Err(error) => (error.position(), Err(reason(error))),
        };
        match row {
            Ok(row) => rows.push(row),
            Err(fault) => {
                let line = position.map_or(0, |position| line_of(&text, position));
                faults.push(format!("{name}:{line}: {fault}"));
            }
        }
        if rows.len() > MAX_ROWS {
            return Err(BadDay::File(name, format!("a day has at most {MAX_ROWS} rows")));
        }
    }
    if faults.is_empty() { Ok(rows) } else { Err(BadDay::Rows(faults)) }
}

fn told(row: &Written) -> Result<Told, String> {
    if !(0.0..172_800.0).contains(&row.told_at) {
        return Err(format!("told_at {} is not within two days", row.told_at));
    }
    let occupied = || row.occupied.ok_or_else(|| "occupied is missing".to_owned());
    let what = match row.what.as_str() {
        "truth" => What::Truth(occupied()?),
        "count" => What::Count(occupied()?),
        "passage" => What::Passage {
            id: row.passage_id.clone(),
            lane: row.lane.clone(),
            direction: match row.direction.as_str() {
                "in" => Direction::In,
                "out" => Direction::Out,
                other => return Err(format!("direction {other:?} is neither in nor out")),
            },
            at_s: row.at.ok_or("at is missing")?,
            source: Source::named(&row.source).ok_or_else(|| format!("unknown source {:?}", row.source))?,
            plate: Some(row.plate.clone()).filter(|plate| !plate.is_empty()),
            doubtful: row.doubtful == Some(1),
        },
        other => return Err(format!("what {other:?} is none of passage, truth, count")),
    };
    if row.lot.is_empty() {
        return Err("lot is missing".to_owned());
    }
    Ok(Told { lot: row.lot.clone(), row: Row { told_s: row.told_at, what } })
}

/// Writes a day that was made up.
pub fn write(rows: &[Row], to: impl Write) -> csv::Result<()> {
    let mut writer = csv::Writer::from_writer(to);
    for row in rows {
        let told_at = (row.told_s * 1000.0).round() / 1000.0;
        let plain = Written { told_at, lot: LOT.to_owned(), ..Written::default() };
        writer.serialize(match &row.what {
            What::Truth(cars) => Written { what: "truth".into(), occupied: Some(*cars), ..plain },
            What::Count(cars) => Written { what: "count".into(), occupied: Some(*cars), ..plain },
            What::Passage { id, lane, direction, at_s, source, plate, doubtful } => Written {
                what: "passage".into(),
                lane: lane.clone(),
                direction: if *direction == Direction::In { "in" } else { "out" }.into(),
                at: Some((at_s * 1000.0).round() / 1000.0),
                passage_id: id.clone(),
                source: source.name().into(),
                plate: plate.clone().unwrap_or_default(),
                doubtful: doubtful.then_some(1),
                ..plain
            },
        })?;
    }
    writer.flush()?;
    Ok(())
}
