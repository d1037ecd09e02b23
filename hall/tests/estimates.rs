//! How far the announced waits hold on made-up days.

#![allow(clippy::format_push_string, reason = "a few lines of text, once")]
#![allow(clippy::unwrap_used, reason = "a day that cannot be played must fail")]

mod support;

use hall::estimate::Random;
use hall::settings::ServiceCode;
use hall::simulate::{Outcome, Visit, day};
use hall::{Class, Moment, Settings};
use support::{HOUR, MIDNIGHT, settings};

fn hall(windows: usize, services: usize) -> Settings {
    let mut toml = String::from(
        "[hall]\nname = \"Test\"\ntime_zone = \"Asia/Shanghai\"\nopen = \"08:30\"\nclose = \"17:00\"\n\
         [[zones]]\ncode = \"Z\"\nname = \"Zone\"\n",
    );
    for code in 0..services {
        toml += &format!("[[services]]\ncode = \"S{code}\"\nname = \"S\"\nseries = \"A\"\nexpected_service_s = 300\n");
    }
    for number in 0..windows {
        let codes: Vec<String> = (0..2).map(|skip| format!("S{}", (number + skip) % services)).collect();
        toml += &format!("[[windows]]\nnumber = {}\nzone = \"Z\"\nservices = {codes:?}\n", number + 1);
    }
    settings(&toml)
}

/// A day of eight hours at this load, with two peaks when `peaks`, and lognormal or exponential service times of the
/// mean that the hall expects.
fn visits(windows: usize, services: usize, load: f64, peaks: bool, lognormal: bool, seed: u64) -> Vec<Visit> {
    let mut random = Random::new(seed);
    let mut day = Vec::new();
    let mut at = 0.0;
    let day_ms = 8.0 * HOUR as f64;
    loop {
        let hour = at / HOUR as f64;
        let swell = if peaks { 1.0 + 0.35 * (std::f64::consts::TAU * (hour - 0.75) / 4.0).sin() } else { 1.0 };
        at += random.exponential(300_000.0 / (windows as f64 * load * swell));
        if at > day_ms {
            return day;
        }
        let needs_s = if lognormal {
            300.0 * (0.94 * random.normal() - 0.94 * 0.94 / 2.0).exp()
        } else {
            random.exponential(300.0)
        };
        let class = match random.below(100) {
            0..5 => Class::Green,
            5..15 => Class::Elder,
            _ => Class::Normal,
        };
        day.push(Visit {
            arrived_at: Moment(MIDNIGHT + 9 * HOUR + at as i64),
            service: ServiceCode(format!("S{}", random.below(services as u64))),
            class,
            service_ms: (needs_s * 1000.0) as i64,
            patience_ms: None,
        });
    }
}

/// Of those who had to wait: the share whose wait lay in their interval, the share who waited less, and their number.
fn held(outcomes: &[Outcome]) -> (f64, f64, usize) {
    let told: Vec<_> = outcomes
        .iter()
        .filter_map(|outcome| Some((outcome.promised?, outcome.wait_ms.filter(|wait| *wait > 0)? / 1000)))
        .collect();
    let share = |wanted: &dyn Fn(&(hall::estimate::Interval, i64)) -> bool| {
        told.iter().filter(|entry| wanted(entry)).count() as f64 / told.len() as f64
    };
    let held = share(&|(promised, wait)| (i64::from(promised.low_s)..=i64::from(promised.high_s)).contains(wait));
    let less = share(&|(promised, wait)| *wait < i64::from(promised.low_s));
    (held, less, told.len())
}

#[test]
fn four_of_five_intervals_hold() {
    for (windows, services, load, peaks, lognormal) in
        [(3, 1, 0.9, false, false), (10, 1, 0.95, false, false), (8, 4, 0.9, true, true), (12, 4, 0.95, true, true)]
    {
        let mut all = Vec::new();
        for seed in 0..3 {
            let visits = visits(windows, services, load, peaks, lognormal, seed);
            all.extend(day(&hall(windows, services), &visits, Some(10_000)).unwrap());
        }
        let (held, less, count) = held(&all);
        println!("{windows} {services} {load}: held {held:.3} less {less:.3} of {count}");
        assert!((0.7..=0.9).contains(&held), "{windows} windows: {held} of {count} held");
        assert!(count > 200, "{count}");
    }
}
