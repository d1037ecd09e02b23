//! Recorded days small enough to be worked out by hand, and large ones that queueing theory has worked out.

#![allow(clippy::format_push_string, reason = "a few lines of text, once")]
#![allow(clippy::unwrap_used, reason = "a day that cannot be played must fail")]

mod support;

use hall::estimate::Random;
use hall::settings::ServiceCode;
use hall::simulate::{Outcome, Summary, Visit, day};
use hall::{Class, Moment, Settings};
use support::{MIDNIGHT, settings};

/// A hall with these windows and their services, all of series A.
fn hall(profile: &str, windows: &[&[&str]]) -> Settings {
    let mut codes: Vec<&str> = windows.iter().flat_map(|codes| codes.iter().copied()).collect();
    codes.sort_unstable();
    codes.dedup();
    let mut toml = format!(
        "[hall]\nname = \"Test\"\ntime_zone = \"Asia/Shanghai\"\nopen = \"08:30\"\nclose = \"17:00\"\n\
         profile = \"{profile}\"\n[[zones]]\ncode = \"Z\"\nname = \"Zone\"\n"
    );
    for code in codes {
        toml +=
            &format!("[[services]]\ncode = \"{code}\"\nname = \"{code}\"\nseries = \"A\"\nexpected_service_s = 100\n");
    }
    for (index, codes) in windows.iter().enumerate() {
        toml += &format!("[[windows]]\nnumber = {}\nzone = \"Z\"\nservices = {codes:?}\n", index + 1);
    }
    settings(&toml)
}

/// Somebody who comes `at` seconds after nine, for the service X, and needs `service` seconds.
fn visit(at: i64, service: i64) -> Visit {
    Visit {
        arrived_at: second(at),
        service: ServiceCode::from("X"),
        class: Class::Normal,
        service_ms: service * 1000,
        patience_ms: None,
    }
}

fn second(at: i64) -> Moment {
    Moment(MIDNIGHT + 9 * 3_600_000 + at * 1000)
}

fn green(visit: Visit) -> Visit {
    Visit { class: Class::Green, ..visit }
}

fn patient(visit: Visit, patience: i64) -> Visit {
    Visit { patience_ms: Some(patience * 1000), ..visit }
}

fn of(mut visit: Visit, code: &str) -> Visit {
    visit.service = ServiceCode::from(code);
    visit
}

fn waits(outcomes: &[Outcome]) -> Vec<Option<i64>> {
    outcomes.iter().map(|outcome| outcome.wait_ms.map(|wait| wait / 1000)).collect()
}

fn windows(outcomes: &[Outcome]) -> Vec<Option<u16>> {
    outcomes.iter().map(|outcome| outcome.window).collect()
}

fn numbers(outcomes: &[Outcome]) -> Vec<&str> {
    outcomes.iter().map(|outcome| outcome.number.as_deref().unwrap_or("")).collect()
}

#[test]
fn at_one_instant_a_finished_service_comes_before_an_arrival() {
    // At 60 the window is done and a green visitor comes: too late, the window has called who was there.
    let visits = [visit(0, 60), visit(30, 40), green(visit(60, 10))];
    let outcomes = day(&hall("green-first", &[&["X"]]), &visits, None).unwrap();
    assert_eq!(waits(&outcomes), [Some(0), Some(30), Some(40)]);
    // A second before, he would have gone first.
    let visits = [visit(0, 60), visit(30, 40), green(visit(59, 10))];
    let outcomes = day(&hall("green-first", &[&["X"]]), &visits, None).unwrap();
    assert_eq!(waits(&outcomes), [Some(0), Some(40), Some(1)]);
}

#[test]
fn arrivals_of_one_instant_come_in_file_order() {
    let visits = [visit(5, 10), visit(0, 10), visit(5, 10), visit(5, 10)];
    let outcomes = day(&hall("default", &[&["X"]]), &visits, None).unwrap();
    assert_eq!(numbers(&outcomes), ["A002", "A001", "A003", "A004"]);
    assert_eq!(waits(&outcomes), [Some(5), Some(0), Some(15), Some(25)]);
}

#[test]
fn patience_ends_after_whatever_else_happens_at_its_instant() {
    // The window is done at 60, when the patience of the second ends too: he is called.
    let visits = [visit(0, 60), patient(visit(20, 10), 40), patient(visit(21, 10), 40)];
    let outcomes = day(&hall("default", &[&["X"]]), &visits, None).unwrap();
    assert_eq!(waits(&outcomes), [Some(0), Some(40), None]);
    assert_eq!(outcomes.iter().map(|outcome| outcome.left).collect::<Vec<_>>(), [false, false, true]);
    // One second less, and he has left: the window calls the next.
    let visits = [visit(0, 60), patient(visit(20, 10), 39), visit(21, 10)];
    let outcomes = day(&hall("default", &[&["X"]]), &visits, None).unwrap();
    assert_eq!(waits(&outcomes), [Some(0), None, Some(39)]);
}

#[test]
fn no_patience_at_all_is_enough_for_an_idle_window_only() {
    let visits = [patient(visit(0, 10), 0), patient(visit(5, 10), 0), patient(visit(10, 10), 0)];
    let outcomes = day(&hall("default", &[&["X"]]), &visits, None).unwrap();
    assert_eq!(waits(&outcomes), [Some(0), None, Some(0)]);
}

#[test]
fn an_arrival_goes_to_the_window_idle_longest_then_to_the_lowest_number() {
    let visits = [
        visit(0, 30),  // all idle since the morning: 1
        visit(1, 10),  // 2
        visit(2, 28),  // 3
        visit(20, 5),  // only 2 is idle
        visit(40, 1),  // 1 and 3 idle since 30, 2 since 25: 2
        visit(40, 10), // 1 and 3 alike: the lower
        visit(41, 10), // 3 idle since 30, 2 since 41: 3
        visit(41, 10), // 2 is done at 41, before anybody comes
    ];
    let outcomes = day(&hall("default", &[&["X"], &["X"], &["X"]]), &visits, None).unwrap();
    assert_eq!(windows(&outcomes), [1, 2, 3, 2, 2, 1, 3, 2].map(Some));
    assert!(waits(&outcomes).iter().all(|wait| *wait == Some(0)));
}

#[test]
fn an_idle_window_that_does_not_serve_him_is_no_window() {
    let visits = [of(visit(0, 10), "Y"), of(visit(1, 10), "Y"), of(visit(2, 10), "X")];
    let outcomes = day(&hall("default", &[&["X"], &["X", "Y"]]), &visits, None).unwrap();
    assert_eq!(windows(&outcomes), [Some(2), Some(2), Some(1)]);
    assert_eq!(waits(&outcomes), [Some(0), Some(9), Some(0)]);
}

#[test]
fn a_service_of_no_length_frees_the_window_before_the_next_arrival() {
    let visits = [visit(0, 0), visit(0, 0), visit(0, 5), visit(0, 5)];
    let outcomes = day(&hall("default", &[&["X"]]), &visits, None).unwrap();
    assert_eq!(waits(&outcomes), [Some(0), Some(0), Some(0), Some(5)]);
}

#[test]
fn a_day_without_visitors_is_a_day() {
    assert_eq!(day(&hall("default", &[&["X"]]), &[], None).unwrap(), Vec::new());
    let unknown = day(&hall("default", &[&["X"]]), &[of(visit(0, 1), "Q")], None);
    assert!(unknown.is_err(), "nobody asks for a service that there is not");
}

#[test]
fn the_summary_is_worked_out_by_hand() {
    // Waits 0, 10, 20, 30 and one who left.
    let visits =
        [visit(0, 10), visit(0, 10), green(visit(0, 10)), of(visit(0, 10), "Y"), patient(of(visit(0, 10), "Y"), 5)];
    let outcomes = day(&hall("first-come", &[&["X", "Y"]]), &visits, None).unwrap();
    let summary = Summary::of(&outcomes, false, 1.5);
    assert_eq!((summary.tickets, summary.served, summary.left), (5, 4, 1));
    assert_eq!((summary.distinct_numbers, summary.double_calls, summary.windows_used), (5, 0, 1));
    let wait = summary.wait_s;
    let seconds = [wait.mean, wait.p50, wait.p95, wait.max].map(|wait| wait as i64);
    assert_eq!(seconds, [15, 10, 30, 30]);
    assert_eq!(summary.by_class["green"].wait_s.mean.to_bits(), 20.0_f64.to_bits());
    let tax = &summary.by_service["Y"];
    assert_eq!((tax.tickets, tax.served, tax.left), (2, 1, 1));
    assert_eq!(summary.eta, None);
    let json = serde_json::to_value(&summary).unwrap();
    assert_eq!(json["wait_s"]["p95"], 30.0);
    assert!(json["eta"].is_null());
}

/// Poisson arrivals and exponential services at `servers` windows with the given load; mean service 100 s.
fn markov(servers: f64, load: f64, customers: usize, seed: u64) -> Vec<Visit> {
    let mut random = Random::new(seed);
    let mut at = 0.0;
    (0..customers)
        .map(|_| {
            at += random.exponential(100_000.0 / (servers * load));
            let arrived_at = second(0).plus_ms(at as i64);
            Visit { arrived_at, service_ms: random.exponential(100_000.0) as i64, ..visit(0, 0) }
        })
        .collect()
}

/// Mean and standard error by batches, which allows for waits that hang together.
fn batch_means(values: &[f64]) -> (f64, f64) {
    const BATCHES: usize = 25;
    let means: Vec<f64> = values
        .chunks_exact(values.len() / BATCHES)
        .map(|batch| batch.iter().sum::<f64>() / batch.len() as f64)
        .collect();
    let mean = means.iter().sum::<f64>() / means.len() as f64;
    let variance = means.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (means.len() - 1) as f64;
    (mean, (variance / means.len() as f64).sqrt())
}

#[test]
fn ten_windows_at_load_nine_tenths_wait_as_erlang_says() {
    let windows: Vec<&[&str]> = vec![&["X"]; 10];
    let outcomes = day(&hall("first-come", &windows), &markov(10.0, 0.9, 55_000, 7), None).unwrap();
    let settled = &outcomes[5_000..];
    let delayed: Vec<f64> = settled.iter().map(|outcome| f64::from(outcome.wait_ms > Some(0))).collect();
    let (share, error) = batch_means(&delayed);
    assert!(error < 0.03 && (share - 0.669).abs() < 3.0 * error, "{share} ± {error}, Erlang C says 0.669");
    let waits: Vec<f64> = settled.iter().map(|outcome| outcome.wait_ms.unwrap() as f64 / 100_000.0).collect();
    let (mean, error) = batch_means(&waits);
    assert!(error < 0.15 && (mean - 0.669).abs() < 3.0 * error, "{mean} ± {error} services, theory says 0.669");
}

/// Green weighs four times as much: its waits are shorter, and the mean over all stays what it was.
#[test]
fn priority_moves_waiting_about_and_makes_none() {
    let windows: Vec<&[&str]> = vec![&["X"]; 4];
    let visits: Vec<Visit> = markov(4.0, 0.9, 8_000, 3)
        .into_iter()
        .enumerate()
        .map(|(index, visit)| if index % 10 == 0 { green(visit) } else { visit })
        .collect();
    let play = |profile| Summary::of(&day(&hall(profile, &windows), &visits, None).unwrap(), false, 0.0);
    let (first_come, default, green_first) = (play("first-come"), play("default"), play("green-first"));
    for other in [&default, &green_first] {
        let change = other.wait_s.mean / first_come.wait_s.mean;
        assert!((0.95..1.05).contains(&change), "{change}");
        assert!(other.by_class["green"].wait_s.p95 < 0.7 * first_come.by_class["green"].wait_s.p95);
    }
    assert!(green_first.by_class["green"].wait_s.mean < default.by_class["green"].wait_s.mean);
    assert!(default.by_class["normal"].wait_s.p95 <= green_first.by_class["normal"].wait_s.p95 * 1.02);
}
