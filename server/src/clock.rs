//! The hall's one clock: the real one, or the one of `--clock`.

use std::fmt;
use std::str::FromStr;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use hall::Moment;

/// Beyond this a difference between the wall clock and the monotonic one is a step, and is followed.
const STEP: Duration = Duration::from_secs(2);

/// Where the hall's time comes from.
#[derive(Debug)]
pub struct Clock {
    anchor: Mutex<(Instant, Moment)>,
    simulated: Option<StartAt>,
}

/// The value of `--clock`: `START[@SPEED]`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StartAt {
    /// The hall's time when the server starts.
    pub start: Moment,
    /// Seconds of the hall in one real second.
    pub speed: f64,
}

impl FromStr for StartAt {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (start, speed) = text.split_once('@').unwrap_or((text, "1"));
        let start = start
            .parse::<jiff::Timestamp>()
            .map_err(|error| format!("{start:?} is not a time such as 2026-11-23T08:30:00+08:00: {error}"))?;
        let speed: f64 = speed.parse().map_err(|_| format!("{speed:?} is not a speed"))?;
        if !(speed.is_finite() && (0.0..=100_000.0).contains(&speed)) {
            return Err(format!("a speed lies between 0 and 100000, not at {speed}"));
        }
        Ok(Self { start: Moment(start.as_millisecond()), speed })
    }
}

impl fmt::Display for StartAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.start.rfc3339(&hall::time::utc()), self.speed)
    }
}

impl Clock {
    /// The real clock.
    pub fn real() -> Self {
        Self { anchor: Mutex::new((Instant::now(), wall())), simulated: None }
    }

    /// A clock that starts at `at` now.
    pub fn simulated(at: StartAt) -> Self {
        Self { anchor: Mutex::new((Instant::now(), at.start)), simulated: Some(at) }
    }

    /// The hall's time.
    ///
    /// Between steps of the wall clock it runs with the monotonic one, so that durations are right; a step is followed,
    /// and the core sees to it that time never goes back (invariant I8).
    pub fn now(&self) -> Moment {
        let mut anchor = self.anchor.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (since, then) = *anchor;
        let elapsed_ms = since.elapsed().as_secs_f64() * 1000.0;
        if let Some(at) = self.simulated {
            return then.plus_ms((elapsed_ms * at.speed) as i64);
        }
        let monotonic = then.plus_ms(elapsed_ms as i64);
        let wall = wall();
        if wall.0.abs_diff(monotonic.0) > STEP.as_millis() as u64 {
            *anchor = (Instant::now(), wall);
            return wall;
        }
        monotonic
    }

    /// Seconds of the hall in one real second, where that is not the real clock.
    pub fn simulated_speed(&self) -> Option<f64> {
        self.simulated.map(|at| at.speed)
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
fn wall() -> Moment {
    Moment(jiff::Timestamp::now().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn start_and_speed_are_read() {
        let at: StartAt = "2026-11-23T08:30:00+08:00@60".parse().unwrap();
        assert_eq!(at.start.rfc3339(&hall::time::utc()), "2026-11-23T00:30:00.000+00:00");
        assert!((at.speed - 60.0).abs() < f64::EPSILON);
        assert!((("2026-11-23T00:30:00Z".parse::<StartAt>().unwrap().speed) - 1.0).abs() < f64::EPSILON);
        for wrong in ["", "@60", "2026-11-23", "2026-11-23T08:30:00+08:00@", "2026-11-23T08:30:00+08:00@-1", "x@1"] {
            assert!(wrong.parse::<StartAt>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_frozen_clock_stands() {
        let clock = Clock::simulated("2026-11-23T08:30:00+08:00@0".parse().unwrap());
        assert_eq!(clock.now(), clock.now());
    }

    #[test]
    fn the_real_clock_is_near_the_wall_clock() {
        let clock = Clock::real();
        assert!(clock.now().0.abs_diff(wall().0) < 1000);
    }
}
