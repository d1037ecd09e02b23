//! Days of a car park with the faults of real ones, and how honest its count stays. The same days go through a real server in
//! `paihao replay` and `prove cars`.

#![allow(clippy::unwrap_used, reason = "a day that cannot be played must fail")]

use std::collections::HashSet;

use hall::Moment;
use hall::parking::{Bay, Correction, Counted, Lot, Passage, PassageId, Reading, Taken};
use hall::settings::lots::LaneSection;
use hall::simulate::cars::{CAPACITY, CarDay, What, is_so};
use hall::time::{Calendar, Hours};
use jiff::civil::Time;
use jiff::tz::TimeZone;

/// Midnight of a working day in Shanghai.
const MIDNIGHT: i64 = 1_779_033_600_000;

#[derive(Debug, Default)]
struct Day {
    samples: usize,
    covered: usize,
    wrong: Vec<String>,
    last_error: i64,
}

fn lane(code: &str) -> LaneSection {
    toml::from_str(&format!("code = {code:?}")).unwrap()
}

fn play(seed: u64, entries: u32) -> Day {
    let hours = Hours {
        zone: TimeZone::get("Asia/Shanghai").unwrap(),
        open: Time::constant(8, 30, 0, 0),
        close: Time::constant(17, 0, 0, 0),
        day_end: Time::constant(4, 0, 0, 0),
        calendar: Calendar::default(),
    };
    let (mut lot, mut day, what) = (Lot::default(), Day::default(), Counted::Class(Bay::Ordinary));
    let at = |seconds: f64| Moment(MIDNIGHT + (seconds * 1000.0) as i64);
    let mut known = HashSet::new();
    for row in (CarDay { seed, entries }).rows() {
        let now = at(row.told_s);
        match row.what {
            What::Passage { id, lane: code, direction, at_s, source, doubtful, .. } => {
                let new = known.insert(id.clone());
                let passage = Passage {
                    id: PassageId(id),
                    lane: code.clone(),
                    at: at(at_s),
                    direction,
                    bay: None,
                    source,
                    doubtful,
                    vehicle: None,
                };
                let taken = lot.pass(&hours, now, &lane(&code), &passage);
                assert_eq!(taken == Taken::Again, !new, "seed {seed}: {passage:?}");
            }
            What::Count(occupied) => {
                let (reason, by) = ("walked round".to_owned(), Some("guard".to_owned()));
                let correction = Correction { at: now, what: what.clone(), occupied, off: 0, bound: None, reason, by };
                lot.correct(now, &correction);
            }
            What::Truth(cars) => {
                let Reading { likely, bound, said } = lot.reading(&hours, now, &what, CAPACITY);
                let error = likely - i64::from(cars);
                day.samples += 1;
                day.covered += usize::from(error.abs() as f64 <= bound.ceil());
                day.last_error = error;
                let free = CAPACITY.saturating_sub(cars);
                if !is_so(said, free) {
                    day.wrong.push(format!("{:.2} h: {said:?}, {free} are free", row.told_s / 3600.0));
                }
                if std::env::var_os("SHOW").is_some() {
                    println!("{:.2} h error {error} bound {bound:.0} {said:?} free {free}", row.told_s / 3600.0);
                }
            }
        }
    }
    assert!(lot.adds_up());
    day
}

#[test]
fn days_with_every_fault_are_counted_honestly() {
    let days: Vec<Day> = (1..=20).map(|seed| play(seed, if seed % 2 == 0 { 4_000 } else { 1_200 })).collect();
    let sum = |of: &dyn Fn(&Day) -> usize| days.iter().map(of).sum::<usize>();
    let (samples, covered, wrong) = (sum(&|day| day.samples), sum(&|day| day.covered), sum(&|day| day.wrong.len()));
    let last: Vec<i64> = days.iter().map(|day| day.last_error).collect();
    println!("{covered} of {samples} covered; {wrong} signs not so; last errors {last:?}");
    assert!(covered * 100 >= samples * 95, "{covered} of {samples} samples");
    assert!(wrong * 200 <= samples, "{:?}", days.iter().flat_map(|day| &day.wrong).collect::<Vec<_>>());
    let few = last.iter().filter(|error| error.abs() < i64::from(CAPACITY) / 100).count();
    assert!(few >= 18, "off by less than one percent of the bays in the end on {few} of 20 days: {last:?}");
}
