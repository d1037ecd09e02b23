//! The cars of a demo: part of the visitors drive. They pass virtual cameras and the virtual loops of the bridge, so that what boards
//! and signs show of them has gone the whole way. And what is usual: days before, as an earlier system would have recorded them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hall::estimate::Random;
use hall::parking::forecast::{SLOT_MIN, SLOTS};
use hall::{Moment, Settings};
use protocol::parking::{LotCorrected, PassageTaken};
use protocol::requests::{CorrectLot, TellDay, TellPassage};
use serde_json::json;
use tokio::net::UnixStream;

use super::day::Day;
use super::guests::ask;
use super::stage::LANE;
use crate::client::{Api, ApiFailure};
use crate::replay::ServerClock;

/// The cameras of the underground lot, each of another family; the first two look at the ways in.
pub const CAMERAS: [(&str, &str); 4] = [("in-1", "vz"), ("in-2", "dahua"), ("out-1", "hikvision"), ("out-2", "http")];
/// Visitors who drive, in a hundred, and those of them who use the open-air lot.
const DRIVE: u64 = 32;
const OPEN_AIR: u64 = 12;
/// Cars on each lot and level before the first comes, as somebody counted them in the morning.
const MORNING: [(&str, Option<&str>, Option<&str>, u32); 8] = [
    ("P1", Some("ordinary"), None, 46),
    ("P1", Some("disabled"), None, 1),
    ("P1", Some("charging"), None, 6),
    ("P1", Some("staff"), None, 71),
    ("P1", None, Some("B1"), 68),
    ("P1", None, Some("B2"), 56),
    ("P2", Some("ordinary"), None, 9),
    ("P2", Some("disabled"), None, 0),
];
/// Days that are told.
const DAYS: i64 = 14;
/// From the gate to the kiosk, and the stay, in milliseconds: at least, and so many more.
const WALK_MS: (u64, u64) = (5 * 60_000, 12 * 60_000);
const STAY_MS: (u64, u64) = (25 * 60_000, 80 * 60_000);

/// A car at a gate.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Passing {
    at: Moment,
    inwards: bool,
    open_air: bool,
    disabled: bool,
    plate: String,
}

/// Everybody who drives on this day, in the order of time.
fn plan(day: &Day, seed: u64) -> Vec<Passing> {
    let mut random = Random::new(seed ^ 0xca25);
    let mut cars = Vec::new();
    for visitor in &day.visitors {
        if random.below(100) >= DRIVE {
            continue;
        }
        let came = visitor.at.plus_ms(-((WALK_MS.0 + random.below(WALK_MS.1)) as i64));
        let left = visitor.at.plus_ms((STAY_MS.0 + random.below(STAY_MS.1)) as i64);
        let open_air = random.below(100) < OPEN_AIR;
        let disabled = !open_air && random.below(100) < 2;
        let plate = plate(&mut random);
        for (at, inwards) in [(came, true), (left, false)] {
            cars.push(Passing { at, inwards, open_air, disabled, plate: plate.clone() });
        }
    }
    cars.sort_by_key(|car| car.at);
    cars
}

fn plate(random: &mut Random) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
    let mut letter = || char::from(LETTERS[random.below(LETTERS.len() as u64) as usize]);
    let (first, second) = (letter(), letter());
    format!("浙B{first}{second}{:03}", random.below(1_000))
}

/// The days before the demo's: told once, before anything happens.
pub async fn tell_days(api: &Api, settings: &Settings, begin: Moment) -> anyhow::Result<()> {
    let today = settings.hours().local(begin).date;
    for ago in (1..=DAYS).rev() {
        let date = today.checked_sub(jiff::Span::new().days(ago))?;
        let day = Day::plan(settings, begin, 1_000 + ago as u64);
        let body = record(settings, &day, ago as u64);
        api.put_nothing(&format!("/api/v1/days/{date}"), &body).await?;
    }
    Ok(())
}

fn record(settings: &Settings, day: &Day, seed: u64) -> TellDay {
    let slot = |at: Moment| usize::from(settings.hours().local(at).minute / SLOT_MIN);
    let (mut tickets, mut cars) = (vec![0_u16; SLOTS], vec![0_u16; SLOTS]);
    for visitor in &day.visitors {
        tickets[slot(visitor.at)] += 1;
    }
    let mut lots = BTreeMap::new();
    let passing = plan(day, seed);
    for (code, open_air, morning) in [("P1", false, 46_i64), ("P2", true, 9)] {
        let mut changes = vec![0_i64; SLOTS];
        for car in passing.iter().filter(|car| car.open_air == open_air && !car.disabled) {
            changes[slot(car.at)] += if car.inwards { 1 } else { -1 };
        }
        let mut standing = morning;
        let occupied = changes.iter().map(|change| {
            let before = standing;
            standing += change;
            u16::try_from(before.max(0)).unwrap_or(u16::MAX)
        });
        lots.insert(code.to_owned(), occupied.collect());
    }
    for car in passing.iter().filter(|car| car.inwards) {
        cars[slot(car.at)] += 1;
    }
    TellDay { tickets, cars, lots }
}

/// Somebody walks round in the morning.
pub async fn count(api: &Api) -> anyhow::Result<()> {
    for (lot, class, level, occupied) in MORNING {
        let body = CorrectLot {
            occupied,
            reason: "晨间清点".to_owned(),
            class: class.map(str::to_owned),
            level: level.map(str::to_owned),
            at: None,
        };
        let _: LotCorrected = api.put(&format!("/api/v1/parking/lots/{lot}/count"), &body).await?;
    }
    Ok(())
}

/// Drives all of them, for ever. Plugs are pulled in a demo: a car that nothing saw is missing from the count, as it would be.
pub async fn drive(api: &Api, bridge: &Path, day: &Day, clock: ServerClock, seed: u64) {
    let mut random = Random::new(seed ^ 0xd21e);
    for (number, car) in plan(day, seed).iter().enumerate() {
        clock.until(car.at).await;
        let bridge = bridge.to_owned();
        let second = random.below(10) < 4;
        if car.disabled {
            // A sensor of the bays, which another system tells of.
            let _ = sensor(api, "bays", number, car, &clock).await;
        } else if car.open_air {
            let body = json!({ "direction": way(car) }).to_string();
            tokio::spawn(post(bridge, format!("/v1/virtual/lanes/{LANE}/vehicle"), body));
        } else {
            let camera = CAMERAS[usize::from(!car.inwards) * 2 + usize::from(second)].0;
            // Some plates cannot be read, and some pushes come twice.
            let plate = (random.below(100) > 0).then_some(&car.plate);
            let repeat = if random.below(20) == 0 { 2 } else { 1 };
            let body = json!({ "plate": plate, "direction": way(car), "repeat": repeat }).to_string();
            tokio::spawn(post(bridge, format!("/v1/virtual/cameras/{camera}/see"), body));
            if random.below(10) < 5 {
                let _ = sensor(api, "ramp", number, car, &clock).await;
            }
        }
    }
    std::future::pending::<()>().await;
}

fn way(car: &Passing) -> &'static str {
    if car.inwards { "in" } else { "out" }
}

async fn post(bridge: PathBuf, path: String, body: String) -> anyhow::Result<()> {
    let stream = UnixStream::connect(bridge).await?;
    ask(stream, hyper::Method::POST, &path, "bridge", Some(body)).await?;
    Ok(())
}

async fn sensor(api: &Api, lane: &str, number: usize, car: &Passing, clock: &ServerClock) -> Result<(), ApiFailure> {
    let body = TellPassage {
        lot: "P1".to_owned(),
        lane: lane.to_owned(),
        direction: way(car).to_owned(),
        at: clock.now().rfc3339(&hall::time::utc()),
        passage_id: format!("{lane}-{number}"),
        plate: None,
        class: None,
        source: Some("loops".to_owned()),
        doubtful: false,
    };
    api.post::<PassageTaken>("/api/v1/parking/passages", &body).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cars_come_before_their_people_and_the_lots_hold_them() {
        let settings = crate::demo::hall().unwrap();
        let begin = crate::demo::begin(&settings, true).unwrap();
        let day = Day::plan(&settings, begin, 1);
        let cars = plan(&day, 1);
        assert!((3_500..8_000).contains(&cars.len()), "{} passages", cars.len());
        let record = record(&settings, &day, 1);
        for (code, list) in &record.lots {
            let most = list.iter().max().copied().unwrap_or_default();
            let bays = settings.lot(code).unwrap().capacity.ordinary;
            assert!((bays / 3..=bays).contains(&u32::from(most)), "{most} of {bays} on {code}");
        }
        assert_eq!(record.tickets.iter().map(|n| usize::from(*n)).sum::<usize>(), day.visitors.len());
    }
}
