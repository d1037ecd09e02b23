//! Cameras at a real bridge; `make prove` has the minute and the bar.

use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn every_vehicle_reaches_the_hall_once() {
    let measured = tests::faults::cameras::run(Duration::from_secs(3)).await.unwrap();
    assert_eq!(measured.pushes, 60);
    println!("most: {:?} ms", measured.answers_ms.iter().copied().reduce(f64::max));
}
