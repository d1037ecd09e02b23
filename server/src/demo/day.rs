//! The plan of a demo's day: who comes when, and which windows are open.

use hall::estimate::Random;
use hall::settings::ServiceCode;
use hall::{Class, Moment, Settings};

/// Share of the windows' time that visitors take up over the day; the peaks lie above one.
const LOAD: f64 = 0.84;
/// From opening to the last ticket, in seconds.
const ARRIVALS_S: f64 = 8.25 * 3600.0;
/// Windows that stay closed, in a hundred.
const CLOSED: u64 = 6;

/// Somebody who will come.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// When.
    pub at: Moment,
    /// What for.
    pub service: ServiceCode,
    /// In which class.
    pub class: Class,
    /// Milliseconds until he gives up, if he would.
    pub patience_ms: Option<i64>,
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Day {
    /// In order of time.
    pub visitors: Vec<Visitor>,
    /// Windows and when they open.
    pub windows: Vec<(Moment, u16)>,
    /// When the clerks go home.
    pub ends_at: Moment,
}

impl Day {
    /// A day that begins at `begin`, a few minutes before the hall opens. The same seed gives the same day.
    pub fn plan(settings: &Settings, begin: Moment, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let opening = begin.plus_ms(8 * 60_000);
        let mut windows = Vec::new();
        for (number, _) in settings.windows() {
            if random.below(100) >= CLOSED {
                windows.push((begin.plus_ms(random.below(9 * 60_000) as i64), number));
            }
        }
        windows.sort_unstable();
        let mut visitors = Vec::new();
        for service in &settings.file().services {
            // Each window's time is shared evenly among its services.
            let share: f64 = settings
                .windows()
                .filter(|(_, section)| section.services.contains(&service.code))
                .map(|(_, section)| 1.0 / section.services.len() as f64)
                .sum();
            let expected = LOAD * share * ARRIVALS_S / f64::from(service.expected_service_s);
            let mut at = 0.0;
            // Arrivals at the peak's rate, thinned to the curve of the day.
            loop {
                at += random.exponential(ARRIVALS_S / (expected * PEAK));
                if at >= ARRIVALS_S {
                    break;
                }
                if random.unit() * PEAK < curve(at / ARRIVALS_S) {
                    visitors.push(visitor(opening.plus_ms((at * 1000.0) as i64), service.code.clone(), &mut random));
                }
            }
        }
        visitors.sort_by_key(|visitor| visitor.at);
        Self { visitors, windows, ends_at: opening.plus_ms(9 * 3_600_000) }
    }
}

/// The highest point of [`curve`].
const PEAK: f64 = 1.65;

/// How busy the hall is over its day, 1 on average: a peak in the morning, a lull at noon, a lower peak after it.
fn curve(part: f64) -> f64 {
    let bell = |middle: f64, width: f64| (-((part - middle) / width).powi(2)).exp();
    (0.45 + 1.15 * bell(0.18, 0.14) + 0.8 * bell(0.68, 0.15)).min(PEAK)
}

fn visitor(at: Moment, service: ServiceCode, random: &mut Random) -> Visitor {
    let class = match random.below(100) {
        0..=2 => Class::Green,
        3..=8 => Class::Elder,
        9 => Class::Disabled,
        10 => Class::Pregnant,
        11 => Class::Soldier,
        12..=26 => Class::Appointment,
        _ => Class::Normal,
    };
    let patience_ms = (random.below(100) < 15).then(|| (random.exponential(45.0) * 60_000.0) as i64 + 300_000);
    Visitor { at, service, class, patience_ms }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_the_size_of_the_real_one() {
        let settings = crate::demo::hall().unwrap();
        let begin = crate::demo::begin(&settings, true).unwrap();
        let day = Day::plan(&settings, begin, 1);
        assert!((5_000..12_000).contains(&day.visitors.len()), "{} visitors", day.visitors.len());
        assert!(day.windows.len() > 180);
        assert!(day.visitors.iter().all(|visitor| settings.hours().is_open(visitor.at)), "all come in the hours");
        let again = Day::plan(&settings, begin, 1);
        assert_eq!(again.visitors.len(), day.visitors.len());
    }
}
