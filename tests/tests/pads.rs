//! From the key of a call pad to the sign above the window, with the real programs.

use std::time::Duration;

use hall::event::Event;
use serde_json::json;
use tests::pads::stage::Stage;
use tests::records::records;
use tests::wait::pause;

/// A pad that was quiet for less may be repeating itself.
const SETTLED: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread")]
async fn one_press_calls_one_ticket_whatever_the_line_does() {
    let mut stage = Stage::start().await.unwrap();
    for _ in 0..4 {
        stage.take().await.unwrap();
    }
    stage.pad_shows("004---").await.unwrap();

    stage.press("call").await.unwrap();
    stage.pad_shows("---001").await.unwrap();
    stage.sign_says("A001").await.unwrap();
    pause(SETTLED).await;

    stage.press("call").await.unwrap();
    stage.pad_shows("---002").await.unwrap();
    stage.sign_says("A002").await.unwrap();
    // Whoever was served is asked, and rates.
    stage.pad_is("asked", json!(1)).await.unwrap();
    stage.rate(1).await.unwrap();
    stage.pad_is("pressing", json!(false)).await.unwrap();
    pause(SETTLED).await;

    // The line is dead while the key is pressed, and noisy when it comes back.
    stage.plug(&json!({ "line": false })).await.unwrap();
    stage.press("call").await.unwrap();
    stage.pad_is("pressing", json!(true)).await.unwrap();
    assert_eq!(stage.window().await.unwrap().ticket.unwrap().number, "A002");
    stage.plug(&json!({ "noise": true })).await.unwrap();
    stage.sign_says("A003").await.unwrap();
    stage.pad_shows("---003").await.unwrap();
    stage.pad_is("pressing", json!(false)).await.unwrap();
    stage.plug(&json!({})).await.unwrap();
    pause(SETTLED).await;

    // The pad does not hear that it was heard, and repeats itself for seconds.
    stage.plug(&json!({ "hears": false })).await.unwrap();
    stage.press("call").await.unwrap();
    stage.sign_says("A004").await.unwrap();
    pause(SETTLED).await;
    stage.plug(&json!({})).await.unwrap();
    stage.pad_shows("---004").await.unwrap();
    stage.pad_is("pressing", json!(false)).await.unwrap();

    // A key that cannot be beeps and changes nothing.
    let beeps = stage.pad().await.unwrap()["beeps"].as_u64().unwrap();
    stage.press("pause").await.unwrap();
    stage.pad_is("beeps", json!(beeps + 1)).await.unwrap();

    assert!(stage.hall.server.take().unwrap().terminate().unwrap().success());
    let mut called = Vec::new();
    let mut rated = Vec::new();
    let mut numbers = std::collections::HashMap::new();
    for record in records(&stage.hall.data).await.unwrap() {
        match record.event {
            Event::TicketIssued { ticket, number, .. } => drop(numbers.insert(ticket, number.to_string())),
            Event::TicketCalled { ticket, .. } => called.push(numbers[&ticket].clone()),
            Event::TicketRated { ticket, level, window } => rated.push((numbers[&ticket].clone(), level, window)),
            _ => {}
        }
    }
    assert_eq!(called, ["A001", "A002", "A003", "A004"], "{}", stage.logs());
    assert_eq!(rated, [("A001".to_owned(), 4, 1)]);
    stage.hall.verify().unwrap();
}
