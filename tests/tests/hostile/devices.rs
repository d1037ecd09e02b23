//! Reports of devices: what is taken, what is heard of it, and what is refused.

use std::time::Duration;

use serde_json::{Value, json};
use tests::halls::NINE;
use tests::live_client::{Got, Socket};
use tests::wait::within;
use tests::wire::Client;

use crate::{Hall, check_problem};

const PATH: &str = "/api/v1/devices/k1";

fn device(over: &Value) -> Value {
    let mut device = json!({
        "kind": "printer", "name": "front", "model": "generic-80", "port": "virtual", "state": "ready", "why": null,
        "since": "2026-11-23T01:00:00Z",
    });
    for (key, value) in over.as_object().unwrap() {
        device[key] = value.clone();
    }
    device
}

async fn report(client: &mut Client, path: &str, body: &Value) -> tests::wire::Answer {
    client.send("PUT", path, &[], body.to_string().as_bytes()).await.unwrap()
}

/// The next message of a type.
async fn next_of(live: &mut Socket, kind: &str) -> Value {
    loop {
        let got = within(kind, Duration::from_secs(5), live.next()).await.unwrap();
        let Got::Text(text) = got else { panic!("{got:?}") };
        let message: Value = serde_json::from_str(&text).unwrap();
        if message["type"] == kind {
            return message;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_changes_is_heard_of_at_once_and_listed() {
    let mut hall = Hall::new().await;
    let mut kiosk = Client::new(&hall.stage.address, &hall.stage.data.token("kiosk").unwrap());
    let mut live = Socket::open(&hall.stage.address, &hall.stage.data.token("manager").unwrap()).await.unwrap();
    live.subscribe(&["devices"], None).await.unwrap();
    // Only then is it in force.
    assert!(next_of(&mut live, "snapshot").await["data"].is_object());
    let out = json!({ "devices": [device(&json!({ "state": "degraded", "why": "paper-out" }))] });
    for body in [&json!({ "devices": [device(&json!({}))] }), &out, &out] {
        assert_eq!(report(&mut kiosk, PATH, body).await.status, 204);
    }
    let heard = [next_of(&mut live, "device.changed").await, next_of(&mut live, "device.changed").await];
    let heard = heard.map(|message| message["data"].clone());
    assert_eq!(heard[0]["state"], "ready");
    assert_eq!(
        (&heard[1]["state"], &heard[1]["why"], &heard[1]["program"]),
        (&json!("degraded"), &json!("paper-out"), &json!("k1"))
    );
    let since = heard[1]["since"].as_str().unwrap();
    assert!(since < NINE && since.ends_with("+08:00"), "{since} is not as long ago in the time of the hall");
    let listed: Value = hall.client.read("/api/v1/devices").await.unwrap();
    assert_eq!(
        (&listed[0]["program"], &listed[0]["why"], &listed[1]),
        (&json!("k1"), &json!("paper-out"), &Value::Null)
    );
    hall.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_that_make_no_sense() {
    let mut hall = Hall::new().await;
    let before = hall.state().await;
    let mut kiosk = Client::new(&hall.stage.address, &hall.stage.data.token("kiosk").unwrap());
    let long = "x".repeat(200);
    let wrong = [
        json!({}),
        json!({ "devices": null }),
        json!({ "devices": {} }),
        json!({ "devices": [], "more": 1 }),
        json!({ "devices": [device(&json!({ "kind": "toaster" }))] }),
        json!({ "devices": [device(&json!({ "state": "happy" }))] }),
        json!({ "devices": [device(&json!({ "why": "boredom" }))] }),
        json!({ "devices": [device(&json!({ "since": "lately" }))] }),
        json!({ "devices": [device(&json!({ "name": long }))] }),
        json!({ "devices": [device(&json!({ "port": long }))] }),
        json!({ "devices": [device(&json!({})), device(&json!({}))] }),
        json!({ "devices": (0..97).map(|nth| device(&json!({ "name": format!("p{nth}") }))).collect::<Vec<_>>() }),
    ];
    for body in &wrong {
        let shown: String = body.to_string().chars().take(100).collect();
        check_problem(&shown, &report(&mut kiosk, PATH, body).await, "400 invalid");
    }
    let good = json!({ "devices": [device(&json!({}))] });
    for path in ["/api/v1/devices/a%20b", "/api/v1/devices/%E5%8F%B7", &format!("/api/v1/devices/{long}")] {
        check_problem(path, &report(&mut kiosk, path, &good).await, "400 invalid");
    }
    let big = json!({ "devices": [device(&json!({ "name": "x".repeat(70_000) }))] });
    check_problem("70 KB", &report(&mut kiosk, PATH, &big).await, "413 too-large");
    assert_eq!(hall.client.read::<Value>("/api/v1/devices").await.unwrap(), json!([]));
    assert_eq!(hall.state().await, before);
    hall.end();
}
