//! Recorded days: CSV in (contract, "Recorded day"), visits out, faulty rows named by line.

use std::path::Path;

use hall::settings::ServiceCode;
use hall::simulate::Visit;
use hall::{Class, Moment};
use serde::Deserialize;

/// Rows of a recorded day.
pub const MAX_ROWS: usize = 1_000_000;

#[derive(Debug, Deserialize)]
struct Row {
    arrived_at: String,
    service: String,
    #[serde(default)]
    class: Option<String>,
    service_s: f64,
    #[serde(default)]
    patience_s: Option<f64>,
}

/// A recorded day was refused.
#[derive(Debug, thiserror::Error)]
pub enum BadDay {
    /// The file cannot be read at all.
    #[error("{0}: {1}")]
    File(String, String),
    /// Rows are faulty, and `--skip-bad-rows` was not given.
    #[error("{} faulty rows (--skip-bad-rows leaves them out):\n{}", .0.len(), .0.iter().take(20).cloned().collect::<Vec<_>>().join("\n"))]
    Rows(Vec<String>),
}

/// Reads a day. `midnight` is the local midnight from which seconds count; `knows` says which services there are.
/// Returns the visits in file order and a line for each row that was skipped.
pub fn load(
    path: &Path,
    midnight: Moment,
    skip_bad_rows: bool,
    knows: &dyn Fn(&str) -> bool,
) -> Result<(Vec<Visit>, Vec<String>), BadDay> {
    let name = path.display().to_string();
    let text = std::fs::read(path).map_err(|error| BadDay::File(name.clone(), error.to_string()))?;
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_slice());
    let headers = reader.headers().map_err(|error| BadDay::File(name.clone(), error.to_string()))?.clone();
    for needed in ["arrived_at", "service", "service_s"] {
        if !headers.iter().any(|header| header.trim_start_matches('\u{feff}') == needed) {
            return Err(BadDay::File(name, format!("there is no column {needed}")));
        }
    }
    let mut visits = Vec::new();
    let mut faults = Vec::new();
    for record in reader.records() {
        let (position, visit) = match &record {
            Ok(record) => {
                let row = record.deserialize::<Row>(Some(&headers)).map_err(|error| reason(&error));
                (record.position(), row.and_then(|row| visit(&row, midnight, knows)))
            }
            Err(error) => (error.position(), Err(reason(error))),
        };
        match visit {
            Ok(visit) => visits.push(visit),
            Err(fault) => {
                let line = position.map_or(0, |position| line_of(&text, position));
                faults.push(format!("{name}:{line}: {fault}"));
            }
        }
        if visits.len() > MAX_ROWS {
            return Err(BadDay::File(name, format!("a day has at most {MAX_ROWS} rows")));
        }
    }
    if !faults.is_empty() && !skip_bad_rows {
        return Err(BadDay::Rows(faults));
    }
    Ok((visits, faults))
}

/// The line of a row: the reader's position of it is before the empty lines that precede it.
pub(super) fn line_of(text: &[u8], position: &csv::Position) -> u64 {
    let before = text.iter().skip(position.byte() as usize).take_while(|byte| matches!(byte, b'\r' | b'\n'));
    position.line() + before.filter(|byte| **byte == b'\n').count() as u64
}

/// What is wrong with a row, without the reader's own idea of its place.
pub(super) fn reason(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Deserialize { err, .. } => match err.field() {
            Some(field) => format!("field {}: {}", field + 1, err.kind()),
            None => err.kind().to_string(),
        },
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("it has {len} fields, the header has {expected_len}")
        }
        csv::ErrorKind::Utf8 { .. } => "it is not UTF-8".to_owned(),
        _ => error.to_string(),
    }
}

fn visit(row: &Row, midnight: Moment, knows: &dyn Fn(&str) -> bool) -> Result<Visit, String> {
    let arrived_at = match row.arrived_at.parse::<f64>() {
        Ok(seconds) if (0.0..172_800.0).contains(&seconds) => midnight.plus_ms((seconds * 1000.0).round() as i64),
        Ok(_) => return Err(format!("arrived_at {} is not within two days", row.arrived_at)),
        Err(_) => match row.arrived_at.parse::<jiff::Timestamp>() {
            Ok(at) => Moment(at.as_millisecond()),
            Err(_) => {
                return Err(format!("arrived_at {:?} is neither seconds after midnight nor RFC 3339", row.arrived_at));
            }
        },
    };
    if !knows(&row.service) {
        return Err(format!("unknown service {:?}", row.service));
    }
    let class = match row.class.as_deref() {
        None | Some("") => Class::Normal,
        Some(name) => Class::named(name).ok_or_else(|| format!("unknown class {name:?}"))?,
    };
    let seconds = |what: &str, value: f64| {
        if (0.0..=86_400.0).contains(&value) {
            Ok((value * 1000.0).round() as i64)
        } else {
            Err(format!("{what} {value} does not lie between 0 and 86400"))
        }
    };
    Ok(Visit {
        arrived_at,
        service: ServiceCode(row.service.clone()),
        class,
        service_ms: seconds("service_s", row.service_s)?,
        patience_ms: row.patience_s.map(|value| seconds("patience_s", value)).transpose()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, skip: bool) -> Result<(Vec<Visit>, Vec<String>), BadDay> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("day.csv");
        std::fs::write(&path, text).unwrap();
        load(&path, Moment(0), skip, &|code| code == "S")
    }

    #[test]
    fn a_day_is_read_in_either_notation() {
        let text = "arrived_at,service,class,service_s,patience_s,note\n\
            30600,S,,60,,x\n\
            1970-01-01T08:30:00.5Z,S,green,1.5,30,\n";
        let (visits, skipped) = read(text, false).unwrap();
        assert!(skipped.is_empty());
        assert_eq!(visits[0].arrived_at, Moment(30_600_000));
        assert_eq!((visits[0].class, visits[0].patience_ms), (Class::Normal, None));
        assert_eq!(visits[1].arrived_at, Moment(30_600_500));
        assert_eq!((visits[1].class, visits[1].service_ms, visits[1].patience_ms), (Class::Green, 1500, Some(30_000)));
    }

    #[test]
    fn faulty_rows_stop_the_run_and_are_named_by_line() {
        let text = "arrived_at,service,class,service_s,patience_s\n\
            1,S,,1,\n2,T,,1,\n-1,S,,1,\n3,S,vip,1,\n4,S,,NaN,\n5,S,,1,-1\nx,S,,1,\n6,S,,,\n7,S,,1,\n";
        let Err(BadDay::Rows(faults)) = read(text, false) else { panic!("must stop") };
        let lines: Vec<_> = faults.iter().map(|fault| fault.split(':').nth(1).unwrap().to_owned()).collect();
        assert_eq!(lines, ["3", "4", "5", "6", "7", "8", "9"]);
        let (visits, skipped) = read(text, true).unwrap();
        assert_eq!((visits.len(), skipped.len()), (2, 7));
    }

    #[test]
    fn a_faulty_row_is_named_by_its_line_whatever_stands_before_it() {
        let text = "arrived_at,service,service_s,note\n\n1,S,1,\"two\nlines\"\n2,T,1,\n\n\n3,S,x,\n4,S\n";
        for text in [text.to_owned(), text.replace('\n', "\r\n")] {
            let (visits, skipped) = read(&text, true).unwrap();
            let lines: Vec<_> = skipped.iter().map(|fault| fault.split(':').nth(1).unwrap()).collect();
            assert_eq!((visits.len(), lines), (1, vec!["5", "8", "9"]), "{skipped:?}");
        }
    }

    #[test]
    fn a_file_without_its_columns_is_refused() {
        assert!(matches!(read("a,b\n1,2\n", true), Err(BadDay::File(..))));
        assert!(matches!(read("", true), Err(BadDay::File(..))));
    }
}
