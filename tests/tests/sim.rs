//! Fifty seeds of the simulated hall; `make sim` runs as many as one likes.

use tests::sim;

#[test]
fn fifty_seeds_hold() {
    let mut total = sim::Report::default();
    for seed in 0..50 {
        let report = sim::run(seed).unwrap();
        total.events += report.events;
        total.acknowledged += report.acknowledged;
        total.deaths += report.deaths;
        total.conflicts += report.conflicts;
        total.refused += report.refused;
        total.retries += report.retries;
        total.days_closed += report.days_closed;
        total.dropped += report.dropped;
    }
    // The runs are worth something only when what they are to survive has happened in them.
    assert!(total.events > 20_000, "{total:?}");
    assert!(total.acknowledged > 10_000, "{total:?}");
    assert!(total.deaths > 100, "{total:?}");
    assert!(total.conflicts > 20 && total.refused > 100 && total.retries > 1_000, "{total:?}");
    assert!(total.days_closed >= 40 && total.dropped > 20, "{total:?}");
}

#[test]
fn a_seed_is_a_run() {
    assert_eq!(sim::run(7).unwrap(), sim::run(7).unwrap());
}
