//! A recorded day through a real server gives what the core alone gives.

use tests::program::yinzhou;
use tests::recorded::{replay, simulate, synthetic_day, whole};

#[test]
fn a_replayed_day_is_the_simulated_one() {
    let dir = tempfile::tempdir().unwrap();
    let day = dir.path().join("day.csv");
    synthetic_day(&day, 600, 3).unwrap();
    let simulated = simulate(&day, &yinzhou(), None).unwrap();
    assert!(simulated.wait_s.p95 > 60.0 && simulated.left > 10, "a day without waits shows nothing: {simulated:?}");
    let replayed = replay(&day, &yinzhou(), None).unwrap();
    whole(&simulated, 600).unwrap();
    whole(&replayed, 600).unwrap();
    // The server runs on the real clock while the day is played in no time, so classes weigh a little differently.
    let near = |a: f64, b: f64| (a - b).abs() <= 0.1 * a.max(b) + 5.0;
    assert!(near(replayed.served as f64, simulated.served as f64), "{replayed:?}\n{simulated:?}");
    assert!(near(replayed.wait_s.mean, simulated.wait_s.mean), "{replayed:?}\n{simulated:?}");
    assert_eq!(replayed.by_service.keys().collect::<Vec<_>>(), simulated.by_service.keys().collect::<Vec<_>>());
}

#[test]
fn first_come_is_the_same_to_the_second() {
    // Without weights nothing depends on the clock, so the order of calls, and every wait, must be equal.
    let dir = tempfile::tempdir().unwrap();
    let day = dir.path().join("day.csv");
    synthetic_day(&day, 300, 5).unwrap();
    let hall = dir.path().join("hall.toml");
    let text = std::fs::read_to_string(yinzhou()).unwrap();
    std::fs::write(&hall, text.replace("profile = \"default\"", "profile = \"first-come\"")).unwrap();
    let simulated = simulate(&day, &hall, None).unwrap();
    let replayed = replay(&day, &hall, None).unwrap();
    assert_eq!(replayed.by_class, simulated.by_class);
    assert_eq!(replayed.by_service, simulated.by_service);
}
