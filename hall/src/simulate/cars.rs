//! A day of a car park made up, with the faults that real ones have: what its devices tell, and what is true.
//!
//! The lot has two ways in and two out. `in-1` and `out-1` have loops and a camera, `in-2` and `out-2` a camera alone. Cars come in the
//! morning, stay for about an hour and a quarter, and a few are there from the night before. Loops miss a car now and then or see one
//! twice; cameras miss more, and of two cars that follow closely often the second; they misread plates. What they send is lost,
//! repeated, late and out of order. The camera of `in-2` is dead for an hour. At one time somebody walks round and counts.

use crate::estimate::Random;
use crate::parking::sign::Said;
use crate::parking::{Direction, Source};

/// What a day is like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CarDay {
    /// Of the dice.
    pub seed: u64,
    /// Cars that come in.
    pub entries: u32,
}

/// Bays of the lot.
pub const CAPACITY: u32 = 1_200;
/// Cars from the night before.
pub const OVERNIGHT: u32 = 30;
/// When somebody counts, seconds after midnight.
pub const COUNTED_S: f64 = 13.5 * 3600.0;
/// The hour in which the camera of `in-2` is dead.
pub const DEAD_S: std::ops::Range<f64> = 36_000.0..39_600.0;
/// The lot's code.
pub const LOT: &str = "P1";

/// A row of the day, in the order in which it is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// When it is told, seconds after midnight.
    pub told_s: f64,
    /// What.
    pub what: What,
}

/// What is told.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A device saw a car.
    Passage {
        /// The name that the device gives it.
        id: String,
        /// Code of the lane.
        lane: String,
        /// Which way.
        direction: Direction,
        /// When it was, by the device, seconds after midnight.
        at_s: f64,
        /// What saw it.
        source: Source,
        /// The plate that was read; none where none was.
        plate: Option<String>,
        /// The device was not sure.
        doubtful: bool,
    },
    /// So many cars really stand there: for measuring.
    Truth(u32),
    /// So many were counted by somebody who walked round.
    Count(u32),
}

/// Chances of faults.
const LOOPS_MISS: f64 = 0.002;
const LOOPS_DOUBLE: f64 = 0.001;
const CAMERA_MISSES: f64 = 0.004;
const CAMERA_MISSES_SECOND: f64 = 0.4;
const TAILGATES: f64 = 0.02;
const MISREAD: f64 = 0.03;
const UNREAD: f64 = 0.01;
const LOST: f64 = 0.002;
const REPEATED: f64 = 0.08;
const LATE: f64 = 0.01;
/// Share of cars that use the lanes with a camera alone.
const CAMERA_ALONE: f64 = 0.3;

/// Mean stay, seconds.
const STAY_S: f64 = 75.0 * 60.0;
/// Samples of the truth are this far apart, seconds.
const SAMPLE_S: f64 = 300.0;

/// A number on a sign is right when it is off by no more cars than this …
const EXACT: f64 = 3.0;
/// … or than this share of what is free; about a number, when it is off by no more than that share and its own rounding.
const CLOSE: f64 = 0.04;
const ROUGH: f64 = 0.35;
const ROUNDING: f64 = 10.0;

/// Whether what a sign says is so, when so many places are free.
pub fn is_so(said: Said, free: u32) -> bool {
    let free = f64::from(free);
    let off = |number: u32| (f64::from(number) - free).abs();
    match said {
        Said::Free(number) => off(number) <= EXACT.max(CLOSE * free),
        Said::About(number) => off(number) <= ROUGH * free + ROUNDING,
        Said::Some => free > 0.0,
        Said::Full => free <= EXACT,
        Said::Unknown => true,
    }
}

struct Teller {
    random: Random,
    rows: Vec<Row>,
    names: u32,
}

impl CarDay {
    /// The rows, in the order in which they are told.
    pub fn rows(&self) -> Vec<Row> {
        let mut teller = Teller { random: Random::new(self.seed), rows: Vec::new(), names: 0 };
        // Every passage that really was: when, which way, at which lane.
        let mut passed: Vec<(f64, Direction, bool, String)> = Vec::new();
        let random = &mut teller.random;
        for car in 0..self.entries + OVERNIGHT {
            let came = (car >= OVERNIGHT).then(|| arrival(random));
            let left = match came {
                Some(came) => came + (STAY_S * (0.3 + random.exponential(0.7))).min(9.0 * 3600.0),
                None => 7.5 * 3600.0 + random.unit() * 10.0 * 3600.0,
            };
            let (plate, alone) = (plate(random), random.unit() < CAMERA_ALONE);
            if let Some(came) = came {
                passed.push((came, Direction::In, alone, plate.clone()));
            }
            // Some stay over night again.
            if left < 19.5 * 3600.0 && car % 100 != 0 {
                passed.push((left, Direction::Out, random.unit() < CAMERA_ALONE, plate));
            }
        }
        passed.sort_by(|one, other| one.0.total_cmp(&other.0));
        apart(&mut passed, &mut teller.random);
        for (at_s, direction, alone, plate) in &passed {
            teller.tell(*at_s, *direction, *alone, plate);
        }
        let stand = |at: f64| {
            let until = passed.iter().take_while(|(when, ..)| *when <= at);
            let change: i64 = until.map(|(_, direction, ..)| direction.change()).sum();
            u32::try_from(i64::from(OVERNIGHT) + change).unwrap_or(0)
        };
        let mut at = 7.0 * 3600.0;
        // Whoever opens in the morning has counted those of the night.
        teller.rows.push(Row { told_s: 6.75 * 3600.0, what: What::Count(OVERNIGHT) });
        while at <= 20.0 * 3600.0 {
            teller.rows.push(Row { told_s: at, what: What::Truth(stand(at)) });
            at += SAMPLE_S;
        }
        teller.rows.push(Row { told_s: COUNTED_S, what: What::Count(stand(COUNTED_S)) });
        teller.rows.sort_by(|one, other| one.told_s.total_cmp(&other.told_s));
        teller.rows
    }
}

/// Most come about nine and about two.
fn arrival(random: &mut Random) -> f64 {
    loop {
        let (mean, spread) = if random.unit() < 0.62 { (9.4, 1.1) } else { (14.2, 1.2) };
        let hour = mean + spread * random.normal();
        if (7.2..17.5).contains(&hour) {
            return hour * 3600.0;
        }
    }
}

/// Two cars cannot pass a lane at once: the second waits, and now and then follows closely.
fn apart(passed: &mut [(f64, Direction, bool, String)], random: &mut Random) {
    let mut last = [[f64::MIN; 2]; 2];
    for (at, direction, alone, _) in passed.iter_mut() {
        let last = &mut last[*direction as usize][usize::from(*alone)];
        let behind = if random.unit() < TAILGATES { 1.8 } else { 4.0 };
        *at = at.max(*last + behind);
        *last = *at;
    }
    passed.sort_by(|one, other| one.0.total_cmp(&other.0));
}

impl Teller {
    fn tell(&mut self, at_s: f64, direction: Direction, alone: bool, plate: &str) {
        let way = if direction == Direction::In { "in" } else { "out" };
        let lane = format!("{way}-{}", if alone { 2 } else { 1 });
        let close = self.rows.last().is_some_and(|row| match &row.what {
            What::Passage { lane: last, at_s: before, .. } => *last == lane && at_s - before < 2.5,
            _ => false,
        });
        if !alone && self.random.unit() >= LOOPS_MISS {
            let times = if self.random.unit() < LOOPS_DOUBLE { 2 } else { 1 };
            for time in 0..times {
                // Loops tell at once, over the wire, and nothing of it is lost.
                let seen = at_s + f64::from(time) * 0.9;
                let id = self.name("loops");
                self.passage(seen, seen + 0.2, id, &lane, direction, Source::Loops, None, close || time > 0);
            }
        }
        let misses = if close { CAMERA_MISSES_SECOND } else { CAMERA_MISSES };
        let dead = lane == "in-2" && DEAD_S.contains(&at_s);
        if dead || self.random.unit() < misses {
            return;
        }
        let read = match self.random.unit() {
            x if x < UNREAD => None,
            x if x < UNREAD + MISREAD => Some(format!("{}0", &plate[..plate.len() - 1])),
            _ => Some(plate.to_owned()),
        };
        let seen = at_s + 0.3 + self.random.unit();
        let id = self.name("camera");
        if self.random.unit() < LOST {
            return;
        }
        let delay = if self.random.unit() < LATE {
            60.0 + self.random.unit() * 2_400.0
        } else {
            0.3 + self.random.unit() * 2.0
        };
        self.passage(seen, seen + delay, id.clone(), &lane, direction, Source::Camera, read.clone(), false);
        if self.random.unit() < REPEATED {
            for again in 1..=1 + self.random.below(3) {
                let told = seen + delay + again as f64 * (2.0 + self.random.unit() * 20.0);
                self.passage(seen, told, id.clone(), &lane, direction, Source::Camera, read.clone(), false);
            }
        }
    }

    fn name(&mut self, who: &str) -> String {
        self.names += 1;
        format!("{who}-{}", self.names)
    }

    #[expect(clippy::too_many_arguments, reason = "the columns of a row")]
    fn passage(
        &mut self,
        at_s: f64,
        told_s: f64,
        id: String,
        lane: &str,
        direction: Direction,
        source: Source,
        plate: Option<String>,
        doubtful: bool,
    ) {
        let what = What::Passage { id, lane: lane.to_owned(), direction, at_s, source, plate, doubtful };
        self.rows.push(Row { told_s, what });
    }
}

fn plate(random: &mut Random) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
    let letter = char::from(LETTERS[random.below(LETTERS.len() as u64) as usize]);
    format!("浙B{letter}{:04}", random.below(10_000))
}
