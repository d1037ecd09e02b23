//! Who is told what: pages come and go, are slow, and report.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails says where")]

use std::time::Duration;

use board::Options;
use board::live::read;
use hub::{Hub, Listener, NotUnderstood};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

const AT: &str = "2026-11-23T09:30:00.000+08:00";
const LIMIT: Duration = Duration::from_mins(1);

fn start(stop: &CancellationToken) -> Hub {
    Hub::start(Options::default(), "b1".to_owned(), stop.clone())
}

async fn say(hub: &Hub, message: Value) {
    hub.message(read(message.to_string().as_bytes()).unwrap().unwrap()).await.unwrap();
}

fn window(number: u16, ticket: &Value) -> Value {
    json!({
        "window": number, "zone": "A", "kind": "general", "state": "busy", "since": AT, "clerk": null, "reason": null,
        "ticket": ticket, "services": ["S"], "parked": []
    })
}

fn snapshot() -> Value {
    let name = json!({"zh": "大厅", "en": "Hall"});
    json!({"type": "snapshot", "seq": 1, "at": AT, "data": {
        "hall": {
            "name": name, "business_date": null, "open": true, "opens": "08:30", "closes": "17:00",
            "zones": [{"code": "A", "name": name}], "departments": []
        },
        "calls": [], "queues": [], "windows": [window(1, &Value::Null)]
    }})
}

/// Window 1 calls its next visitor.
fn called(seq: u64) -> Value {
    let mut ticket = json!({
        "id": format!("00000000-0000-0000-0000-{seq:012}"), "number": format!("A{seq:03}"), "service": "S",
        "class": "normal", "state": "called", "business_date": "2026-11-23", "issued_at": AT, "called_at": AT,
        "window": 1, "ahead": 0, "eta": null, "call_id": null, "calls": 1, "print": {"state": "none", "copies": 0}
    });
    let state = window(1, &ticket);
    ticket["window_state"] = state;
    json!({"type": "ticket.called", "seq": seq, "at": AT, "data": ticket})
}

async fn next(listener: &mut Listener) -> Option<Value> {
    let text = tokio::time::timeout(LIMIT, listener.next()).await.expect("in time")?;
    Some(serde_json::from_str(&text).unwrap())
}

/// The next message of a kind.
async fn next_of(listener: &mut Listener, kind: &str) -> Option<Value> {
    loop {
        let message = next(listener).await?;
        if message["type"] == kind {
            return Some(message);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_hears_the_hello_the_view_and_what_is_called() {
    let stop = CancellationToken::new();
    let hub = start(&stop);
    let mut page = hub.join("A").await.unwrap();
    assert_eq!(next(&mut page).await.unwrap()["build"], "b1");
    assert_eq!(next(&mut page).await.unwrap()["view"]["link"], "connecting");
    say(&hub, snapshot()).await;
    assert_eq!(next_of(&mut page, "board.view").await.unwrap()["view"]["link"], "live");
    say(&hub, called(2)).await;
    assert_eq!(next_of(&mut page, "board.view").await.unwrap()["view"]["calls"][0]["number"], "A002");
    let announced = next_of(&mut page, "board.announce").await.unwrap();
    assert_eq!(announced["announcement"]["number"], "A002");
    // Another page of the zone sees the same, and is not told what was already said.
    let mut other = hub.join("A").await.unwrap();
    assert_eq!(next_of(&mut other, "board.view").await.unwrap()["view"]["calls"][0]["number"], "A002");
    assert_eq!(next(&mut other).await.unwrap()["type"], "board.tick");
    assert_eq!(page.report("{}").await, Err(NotUnderstood));
    assert_eq!(page.report(r#"{"said":1}"#).await, Ok(()));
    stop.cancel();
    while next(&mut page).await.is_some() {}
    assert!(hub.join("A").await.is_err(), "the program stops");
}

#[tokio::test(start_paused = true)]
async fn a_page_that_does_not_read_is_dropped_and_delays_nobody() {
    let stop = CancellationToken::new();
    let hub = start(&stop);
    let (mut slow, mut quick) = (hub.join("A").await.unwrap(), hub.join("A").await.unwrap());
    say(&hub, snapshot()).await;
    for seq in 2..200 {
        say(&hub, called(seq)).await;
        let number = format!("A{seq:03}");
        while next_of(&mut quick, "board.view").await.unwrap()["view"]["calls"][0]["number"] != number {}
    }
    let mut heard = 0;
    while next(&mut slow).await.is_some() {
        heard += 1;
    }
    assert!((10..200).contains(&heard), "{heard}");
}

#[tokio::test(start_paused = true)]
async fn messages_are_wanted_while_somebody_listens() {
    let stop = CancellationToken::new();
    let hub = start(&stop);
    let mut wanted = hub.wanted();
    assert!(!*wanted.borrow());
    let page = hub.join("A").await.unwrap();
    wanted.wait_for(|wanted| *wanted).await.unwrap();
    say(&hub, snapshot()).await;
    assert_eq!(hub.resume_after().await, Ok(Some(1)));
    drop(page);
    wanted.wait_for(|wanted| !*wanted).await.unwrap();
    assert_eq!(hub.resume_after().await, Ok(None), "what is known would only grow old");
    hub.keep("A").await.unwrap();
    wanted.wait_for(|wanted| *wanted).await.unwrap();
    stop.cancel();
}
