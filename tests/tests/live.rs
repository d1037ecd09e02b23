//! The live stream, in its short form (`prove live` runs the long one).

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails says where")]

use std::time::Duration;

use serde_json::{Value, json};
use tests::halls::Stage;
use tests::live_cases;
use tests::live_client::{ALL, Got, Refused, Socket};
use tests::program::Data;
use tests::wait::within;
use tests::wire::Client;
use tokio_tungstenite::tungstenite::Message;

const LIMIT: Duration = Duration::from_secs(15);

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_are_cut_off_resume_where_they_were() {
    println!("{}", live_cases::cuts(4_000).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn positions_that_are_too_old_or_ahead_get_a_snapshot() {
    live_cases::resume().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_stops_is_dropped() {
    println!("{}", live_cases::stalled_reader().await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_follow_through_a_restart() {
    println!("{}", live_cases::restart(100, LIMIT).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_orderly_stop_tells_every_socket() {
    println!("{}", live_cases::stop(500).await.unwrap());
}

fn refused(opened: Result<Socket, Refused>) -> String {
    match opened {
        Ok(_) => "opened".into(),
        Err(Refused::Status(status, body)) => {
            let problem: Value = serde_json::from_str(&body).unwrap_or_default();
            let kind = problem["type"].as_str().unwrap_or("no problem");
            format!("{status} {}", kind.rsplit(':').next().unwrap_or_default())
        }
        Err(Refused::Broken(error)) => error,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_open_a_socket() {
    let stage = Stage::new(2).unwrap();
    let address = stage.address.as_str();
    let bearer = format!("Bearer {}", stage.manager);
    let dial = async |query: &str, headers: &[(&str, &str)]| refused(Socket::dial(address, query, headers, None).await);
    let own = format!("http://{address}");
    for (origin, expected) in [
        (own.as_str(), "opened"),
        ("http://evil.example", "403 not-allowed"),
        ("null", "403 not-allowed"),
        ("", "403 not-allowed"),
        ("http://127.0.0.1", "403 not-allowed"),
    ] {
        assert_eq!(dial("", &[("authorization", &bearer), ("origin", origin)]).await, expected, "origin {origin:?}");
    }
    assert_eq!(dial("", &[]).await, "opened", "a visitor's page, which has to say its token");
    let mut stranger = Socket::dial(address, "", &[], None).await.unwrap();
    stranger.subscribe(&ALL, None).await.unwrap();
    assert_eq!(within("the close", LIMIT, stranger.end()).await.unwrap(), Some(1008), "the hall is not for strangers");
    assert_eq!(dial("", &[("authorization", "Bearer ph_00")]).await, "401 unauthenticated");
    assert_eq!(dial("?connect=nothing", &[]).await, "401 unauthenticated");
    assert_eq!(dial("?connect=a&connect=b", &[]).await, "400 invalid");
    for (role, expected) in [
        ("admin", "opened"),
        ("manager", "opened"),
        ("guide", "opened"),
        ("clerk", "opened"),
        ("kiosk", "opened"),
        ("board", "opened"),
        ("gate", "opened"),
        ("bridge", "403 not-allowed"),
        ("security", "403 not-allowed"),
        ("auditor", "403 not-allowed"),
    ] {
        let token = stage.data.token(role).unwrap();
        let bearer = format!("Bearer {token}");
        assert_eq!(dial("", &[("authorization", &bearer)]).await, expected, "role {role}");
        let mut client = Client::new(address, &token);
        let connect = client.send("POST", "/api/v1/live/connect", &[], b"").await.unwrap();
        if expected == "opened" {
            let connect: Value = connect.good().unwrap();
            let query = format!("?connect={}", connect["connect"].as_str().unwrap());
            assert_eq!(dial(&query, &[]).await, "opened", "a connect ticket of role {role}");
            assert_eq!(dial(&query, &[]).await, "401 unauthenticated", "a connect ticket opens one socket");
        } else {
            assert_eq!(connect.verdict(), expected, "a connect ticket for role {role}");
        }
    }
    // Whoever works at a car park hears of it and of nothing else.
    let bearer = format!("Bearer {}", stage.data.token("gate").unwrap());
    let mut guard = Socket::dial(address, "", &[("authorization", &bearer)], None).await.unwrap();
    guard.subscribe(&ALL, None).await.unwrap();
    assert_eq!(within("the close", LIMIT, guard.end()).await.unwrap(), Some(1008), "not the calls");
    let connect = Client::stranger(address).send("POST", "/api/v1/live/connect", &[], b"").await.unwrap();
    assert_eq!(connect.verdict(), "401 unauthenticated");
    let plain = stage.client().get("/api/v1/live").await.unwrap();
    assert_eq!(plain.verdict(), "400 invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_that_make_no_sense_close_the_socket() {
    let stage = Stage::new(2).unwrap();
    let big = "x".repeat(64 * 1024 + 1);
    let deep = format!("{}{}", "[".repeat(1_000), "]".repeat(1_000));
    let cases = [
        ("binary", Message::binary(vec![1, 2, 3]), 1007),
        ("not JSON", Message::text("hello"), 1007),
        ("empty", Message::text(""), 1007),
        ("deep", Message::text(deep), 1007),
        ("unknown field", Message::text(r#"{"subscribe":["calls"],"x":1}"#), 1007),
        ("wrong type", Message::text(r#"{"subscribe":"calls"}"#), 1007),
        ("negative position", Message::text(r#"{"subscribe":["calls"],"after":-1}"#), 1007),
        ("no subscription", Message::text(r#"{"after":1}"#), 1007),
        ("too big", Message::text(big), 1009),
    ];
    for subscribed in [false, true] {
        for (what, message, code) in &cases {
            let mut socket = Socket::open(&stage.address, &stage.manager).await.unwrap();
            if subscribed {
                socket.subscribe(&ALL, None).await.unwrap();
            }
            let _ = socket.send(message.clone()).await;
            let end = within("the close", LIMIT, socket.end()).await.unwrap();
            assert_eq!(end, Some(*code), "{what}, subscribed before: {subscribed}");
        }
    }
    // More messages than anybody needs.
    let mut socket = Socket::open(&stage.address, &stage.manager).await.unwrap();
    for _ in 0..150 {
        socket.subscribe(&["calls"], None).await.unwrap();
    }
    assert_eq!(within("the close", LIMIT, socket.end()).await.unwrap(), Some(1008));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_subscription_replaces_the_first() {
    let stage = Stage::new(2).unwrap();
    let mut socket = Socket::open(&stage.address, &stage.manager).await.unwrap();
    socket.subscribe(&["queues"], None).await.unwrap();
    socket.subscribe(&["windows"], None).await.unwrap();
    let mut client = stage.client();
    let snapshots = async |socket: &mut Socket| loop {
        let Got::Text(text) = within("a message", LIMIT, socket.next()).await.unwrap() else { panic!("closed") };
        let message: Value = serde_json::from_str(&text).unwrap();
        if message["type"] == "snapshot" {
            return message["data"].clone();
        }
    };
    let first = snapshots(&mut socket).await;
    assert!(first["windows"].as_array().unwrap().is_empty() && !first["queues"].as_array().unwrap().is_empty());
    let second = snapshots(&mut socket).await;
    assert!(!second["windows"].as_array().unwrap().is_empty() && second["queues"].as_array().unwrap().is_empty());
    client.post("/api/v1/windows/1/open", &json!({})).await.unwrap();
    loop {
        let Got::Text(text) = within("a message", LIMIT, socket.next()).await.unwrap() else { panic!("closed") };
        let message: Value = serde_json::from_str(&text).unwrap();
        assert_ne!(message["type"], "queue.changed", "a topic that was given up");
        if message["type"] == "window.changed" {
            break;
        }
    }
}

/// The id of the token of this name.
fn token_id(data: &Data, name: &str) -> String {
    let list = data.run(&["token", "list"]).unwrap();
    let line = list.lines().find(|line| line.split('\t').nth(3) == Some(name)).unwrap();
    line.split('\t').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_token_closes_its_sockets() {
    let stage = Stage::new(2).unwrap();
    let token = stage.data.run(&["token", "create", "--role", "board", "--name", "hall A"]).unwrap();
    let mut socket = Socket::open(&stage.address, token.trim()).await.unwrap();
    let mut other = Socket::open(&stage.address, &stage.manager).await.unwrap();
    for socket in [&mut socket, &mut other] {
        socket.subscribe(&ALL, None).await.unwrap();
        while !matches!(within("a tick", LIMIT, socket.next()).await.unwrap(), Got::Text(text) if text.contains("tick"))
        {
        }
    }
    stage.data.run(&["token", "revoke", &token_id(&stage.data, "hall A")]).unwrap();
    let began = std::time::Instant::now();
    assert_eq!(within("the close", LIMIT, socket.end()).await.unwrap(), Some(1008));
    println!("a socket was closed {:.2?} after its token was revoked", began.elapsed());
    assert!(matches!(within("the next message", LIMIT, other.next()).await.unwrap(), Got::Text(_)));
    assert_eq!(
        refused(Socket::dial(&stage.address, "", &[("authorization", token.trim())], None).await),
        "401 unauthenticated"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_window_that_takes_a_parked_ticket_over_is_seen() {
    let stage = Stage::new(2).unwrap();
    stage.open_windows(2).await.unwrap();
    let mut follower = tests::live_client::Follower::start(&stage.address, &stage.manager, &ALL, None);
    follower.reach(3, LIMIT).await.unwrap();
    let mut client = stage.client();
    let ticket: protocol::Ticket =
        client.post("/api/v1/tickets", &json!({ "service": "S" })).await.unwrap().good().unwrap();
    for (path, body) in [
        ("/api/v1/windows/1/call", json!({})),
        ("/api/v1/windows/1/park", json!({})),
        ("/api/v1/windows/1/close", json!({})),
        ("/api/v1/windows/2/resume", json!({ "ticket": ticket.number })),
    ] {
        let answer = client.post(path, &body).await.unwrap();
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    }
    let head = live_cases::head(&mut client).await.unwrap();
    follower.reach(head, LIMIT).await.unwrap();
    follower.end().await.unwrap().compare(&mut client).await.unwrap();
}
