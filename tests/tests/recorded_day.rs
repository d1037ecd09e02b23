//! A recorded day over the API of a real server gives the figures of the core alone (`prove day` plays the real one).

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails says where")]

use std::path::PathBuf;

use tests::program::yinzhou;
use tests::recorded;

/// A made-up day at the first services of the district's hall.
fn day(dir: &tempfile::TempDir, visitors: usize, seed: u64) -> PathBuf {
    let settings = server::hall_file::load(&yinzhou()).unwrap();
    let services: Vec<&str> = settings.file().services.iter().map(|service| service.code.as_str()).take(20).collect();
    let path = dir.path().join(format!("day-{seed}.csv"));
    std::fs::write(&path, recorded::synthetic(&services, visitors, seed)).unwrap();
    path
}

#[test]
fn a_day_over_the_api_is_the_day_of_the_core() {
    let dir = tempfile::tempdir().unwrap();
    let day = day(&dir, 600, 1);
    let played = recorded::at_full_speed(&day, &yinzhou()).unwrap();
    let simulated = recorded::simulate(&day, &yinzhou()).unwrap();
    println!(
        "{} tickets: {} served, {} left, mean {:.1} s; simulated {}, {}, {:.1} s",
        played.tickets,
        played.served,
        played.left,
        played.wait_s.mean,
        simulated.served,
        simulated.left,
        simulated.wait_s.mean
    );
    assert_eq!((played.tickets, simulated.tickets), (600, 600));
    // At full speed the server's clock stands still beside the day's, so waiting does not make urgent: who goes first may
    // differ, how many go hardly.
    assert!(played.served.abs_diff(simulated.served) <= 12, "{} and {} served", played.served, simulated.served);
    assert!(played.windows_used.abs_diff(simulated.windows_used) <= 3);
    let (one, other) = (played.wait_s.mean, simulated.wait_s.mean);
    assert!((one - other).abs() <= 5.0_f64.max(0.1 * other), "mean waits of {one} and {other} s");
    assert_eq!(played.by_service.len(), simulated.by_service.len());
    assert!(played.left > 0 && simulated.left > 0, "nobody had to wait: the day shows nothing");
}

#[test]
fn a_faulty_day_stops_before_it_starts() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("day.csv");
    std::fs::write(&path, "arrived_at,service,class,service_s,patience_s\n30600,nothing,,60,\n").unwrap();
    let error = recorded::at_full_speed(&path, &yinzhou()).unwrap_err().to_string();
    assert!(error.contains("day.csv:2"), "{error}");
}

/// A short day of a car park through a real server; `prove cars` plays whole ones.
#[test]
fn a_day_of_a_car_park_loses_nothing_and_counts_nothing_twice() {
    // Quick: on a busy machine a moment is minutes of this day, so how honest it was told is measured in `prove cars` and
    // `hall/tests/cars.rs`.
    let day = recorded::cars::play(recorded::cars::SEED, 1_200, 1_500).unwrap();
    println!("{day}");
    assert!(day["final_share"].as_f64().unwrap() < 0.02, "{day}");
}

#[test]
fn a_faulty_day_of_a_car_park_is_named_by_its_line() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("cars.csv");
    let header = "told_at,what,lot,lane,direction,at,passage_id,source,plate,doubtful,occupied\n";
    std::fs::write(&path, format!("{header}25200,truth,P1,,,,,,,,30\n25201,passage,P1,in-1,up,25201,a,loops,,,\n"))
        .unwrap();
    let error = server::replay::recorded_cars::load(&path).unwrap_err().to_string();
    assert!(error.contains("cars.csv:3: direction"), "{error}");
}
