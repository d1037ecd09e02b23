//! Recorded car parks: CSV in, the cars on each step of five minutes out, faulty rows named by line.
//!
//! Columns `ts_utc` (RFC 3339), `place_id`, `capacity` and `free`; others are ignored. A row is a change: what it says holds until
//! the next one of its place, and the last one until the end of the recording. Days are UTC days, and times are cut to the minute.

use std::collections::BTreeMap;
use std::path::Path;

use hall::parking::forecast::score::Recorded;
use hall::parking::forecast::{SLOT_MIN, SLOTS};
use hall::time::Calendar;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::recorded_day::{line_of, reason};

/// Rows of a recording.
pub const MAX_ROWS: usize = 5_000_000;
/// Days of a recording.
pub const MAX_DAYS: usize = 3_660;

const COLUMNS: [&str; 4] = ["ts_utc", "place_id", "capacity", "free"];
const DAY_MIN: i64 = 1_440;

#[derive(Debug, Deserialize)]
struct Row {
    ts_utc: String,
    place_id: String,
    capacity: u32,
    free: i64,
}

/// A recording was refused.
#[derive(Debug, thiserror::Error)]
pub enum BadLots {
    /// The file cannot be read at all.
    #[error("{0}: {1}")]
    File(String, String),
    /// Rows are faulty.
    #[error("{} faulty rows:\n{}", .0.len(), .0.iter().take(20).cloned().collect::<Vec<_>>().join("\n"))]
    Rows(Vec<String>),
}

/// A recorded car park.
#[derive(Debug, Clone, PartialEq)]
pub struct Lot {
    /// Bays as they were listed last.
    pub capacity: u32,
    /// Every day of the recording.
    pub days: Vec<Recorded>,
}

/// A change: minutes since 1970, bays, cars.
type Change = (i64, u32, i64);

/// Reads a recording; the calendar says which days are holidays. Gives the lots by their place.
pub fn load(path: &Path, calendar: &Calendar) -> Result<BTreeMap<String, Lot>, BadLots> {
    let name = path.display().to_string();
    let refused = |what: String| BadLots::File(name.clone(), what);
    let text = std::fs::read(path).map_err(|error| refused(error.to_string()))?;
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_slice());
    let headers = reader.headers().map_err(|error| refused(error.to_string()))?;
    // Other programs begin a file with a mark of its encoding.
    let headers: csv::StringRecord = headers.iter().map(|header| header.trim_start_matches('\u{feff}')).collect();
    for needed in COLUMNS {
        if !headers.iter().any(|header| header == needed) {
            return Err(refused(format!("there is no column {needed}")));
        }
    }
    let mut changes: BTreeMap<String, Vec<Change>> = BTreeMap::new();
    let mut faults = Vec::new();
    for (index, record) in reader.records().enumerate() {
        if index == MAX_ROWS {
            return Err(refused(format!("a recording has at most {MAX_ROWS} rows")));
        }
        let (position, taken) = match &record {
            Ok(record) => {
                let row = record.deserialize::<Row>(Some(&headers)).map_err(|error| reason(&error));
                (record.position(), row.and_then(|row| take(row, &mut changes)))
            }
            Err(error) => (error.position(), Err(reason(error))),
        };
        if let Err(fault) = taken {
            let line = position.map_or(0, |position| line_of(&text, position));
            faults.push(format!("{name}:{line}: {fault}"));
        }
    }
    if !faults.is_empty() {
        return Err(BadLots::Rows(faults));
    }
    lots(&changes, calendar).map_err(refused)
}

/// Takes a good row in.
fn take(row: Row, changes: &mut BTreeMap<String, Vec<Change>>) -> Result<(), String> {
    let Ok(at) = row.ts_utc.parse::<jiff::Timestamp>() else {
        return Err(format!("ts_utc {:?} is not RFC 3339", row.ts_utc));
    };
    let minute = at.as_second().div_euclid(60);
    if row.place_id.is_empty() {
        return Err("place_id is empty".to_owned());
    }
    if row.capacity == 0 || row.capacity > 100_000 {
        return Err(format!("capacity {} does not lie between 1 and 100000", row.capacity));
    }
    if row.free.abs() > 100_000 {
        return Err(format!("free {} does not lie between -100000 and 100000", row.free));
    }
    let place = changes.entry(row.place_id).or_default();
    if place.last().is_some_and(|(last, ..)| minute < *last) {
        return Err(format!("ts_utc {} is before the row before it of its place", row.ts_utc));
    }
    // Where more are free than there are bays the list is stale, and no car is counted.
    place.push((minute, row.capacity, (i64::from(row.capacity) - row.free).max(0)));
    Ok(())
}

/// Puts the changes on the steps of the days.
fn lots(changes: &BTreeMap<String, Vec<Change>>, calendar: &Calendar) -> Result<BTreeMap<String, Lot>, String> {
    let minutes = || changes.values().flatten().map(|(minute, ..)| *minute);
    let (Some(first), Some(last)) = (minutes().min(), minutes().max()) else {
        return Err("there are no rows".to_owned());
    };
    let (first_day, last_day) = (first.div_euclid(DAY_MIN), last.div_euclid(DAY_MIN));
    if last_day - first_day >= MAX_DAYS as i64 {
        return Err(format!("a recording has at most {MAX_DAYS} days"));
    }
    let lot = |changes: &Vec<Change>| -> Result<Lot, String> {
        let mut ahead = changes.iter().peekable();
        let mut cars = None;
        let mut days = Vec::new();
        for day in first_day..=last_day {
            let date = date(day)?;
            let occupied = (0..SLOTS as i64).map(|slot| {
                let minute = day * DAY_MIN + slot * i64::from(SLOT_MIN);
                while let Some((_, _, occupied)) = ahead.next_if(|(at, ..)| *at <= minute) {
                    cars = Some(*occupied);
                }
                cars.filter(|_| minute <= last)
            });
            days.push(Recorded { day: date, kind: calendar.kind(date), occupied: occupied.collect() });
        }
        Ok(Lot { capacity: changes.last().map_or(0, |(_, capacity, _)| *capacity), days })
    };
    changes.iter().map(|(place, changes)| Ok((place.clone(), lot(changes)?))).collect()
}

fn date(day: i64) -> Result<Date, String> {
    let at = jiff::Timestamp::from_second(day * DAY_MIN * 60).map_err(|error| error.to_string())?;
    Ok(at.to_zoned_datetime(TimeZone::UTC).datetime().date())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "ts_utc,place_id,capacity,free\n";

    fn read(text: &str) -> Result<BTreeMap<String, Lot>, BadLots> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lots.csv");
        std::fs::write(&path, text).unwrap();
        load(&path, &Calendar::default())
    }

    #[test]
    fn a_change_holds_until_the_next_and_the_last_until_the_recording_ends() {
        let text = "\u{feff}free,note,place_id,ts_utc,capacity\n\
            90,x,north,2026-05-04T00:10:01+00:00,100\n\
            80,,north,2026-05-04T02:20:00+02:00,100\n\
            130,,south,2026-05-05T00:05:00Z,120\n";
        let lots = read(text).unwrap();
        let [north, south] = ["north", "south"].map(|place| &lots[place]);
        let slots = |lot: &Lot, day: usize, slots: [usize; 4]| slots.map(|slot| lot.days[day].occupied[slot]);
        assert_eq!(slots(north, 0, [1, 2, 3, 4]), [None, Some(10), Some(10), Some(20)]);
        assert_eq!(slots(north, 1, [0, 1, 2, 287]), [Some(20), Some(20), None, None]);
        assert_eq!(slots(south, 1, [0, 1, 2, 287]), [None, Some(0), None, None]);
        assert_eq!(
            (north.capacity, north.days.len(), north.days[0].day.to_string()),
            (100, 2, "2026-05-04".to_owned())
        );
    }

    #[test]
    fn faulty_rows_are_named_by_line() {
        let rows = "2026-05-04T00:00:00Z,n,10,1\nnoon,n,10,1\n2026-05-04T00:00:00Z,,10,1\n2026-05-04T00:00:00Z,n,0,1\n\n\
            2026-05-04T00:00:00Z,n,10,many\n2026-05-03T00:00:00Z,n,10,1\n2026-05-04T00:00:00Z,n,10\n\
            2026-05-04T00:00:00Z,n,10,9999999\n2026-05-04T00:00:00Z,n,10,2\n";
        let Err(BadLots::Rows(faults)) = read(&format!("{HEADER}{rows}")) else { panic!("must stop") };
        let lines: Vec<_> = faults.iter().map(|fault| fault.split(':').nth(1).unwrap().to_owned()).collect();
        assert_eq!(lines, ["3", "4", "5", "7", "8", "9", "10"], "{faults:?}");
    }

    #[test]
    fn what_is_no_recording_is_refused() {
        for text in ["", "a,b\n1,2\n", HEADER] {
            assert!(matches!(read(text), Err(BadLots::File(..))), "{text:?}");
        }
        let centuries = format!("{HEADER}1026-05-04T00:00:00Z,n,10,1\n2026-05-04T00:00:00Z,n,10,1\n");
        assert!(matches!(read(&centuries), Err(BadLots::File(..))));
    }
}
