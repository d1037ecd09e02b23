//! Signs follow the hall through a pretend bridge: calls, interruptions, a bridge that comes back, the end.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails says where")]

mod support;

use std::time::{Duration, Instant};

use display::settings::{File, Settings};
use serde_json::Value;
use support::{Bridge, Hall, called, snapshot, ticket, until, window};
use tokio_util::sync::CancellationToken;

fn settings(hall: &Hall, bridge: &std::path::Path) -> Settings {
    let text = format!(
        r#"
        server = "{}"
        token = "ph_board"
        listen = "127.0.0.1:0"
        bridge = "{}"
        zones = ["A"]
        [[signs]]
        name = "w3"
        window = 3
        [[signs]]
        name = "panel"
        zone = "A"
        areas = [0, 1]
        "#,
        hall.url(),
        bridge.display()
    );
    Settings::new(toml::from_str::<File>(&text).unwrap()).unwrap()
}

#[tokio::test]
async fn signs_follow_the_hall_and_never_show_an_old_number() {
    let dir = tempfile::tempdir().unwrap();
    let socket = dir.path().join("bridge.sock");
    let hall = Hall::start().await;
    let mut bridge = Bridge::start(&socket);
    let stop = CancellationToken::new();
    let running = display::run::start(settings(&hall, &socket), stop.clone()).await.unwrap();
    bridge.shows("w3", 0, "欢迎光临").await;

    // A call stands on the strip and on the panel within a second.
    let began = Instant::now();
    hall.say(&called(2, "A042", 3));
    tokio::join!(bridge.shows("w3", 0, "A042 请到3号窗口"), bridge.shows("panel", 0, "A042 请到3号窗口"));
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    let asked = bridge.asked.borrow().clone();
    assert!(asked.iter().all(|(_, _, content)| content.as_ref().is_none_or(|content| content.timeout_s == 20)));

    // The same text again, so that a sign that was switched off and on is soon right.
    bridge.shows("w3", 0, "A042 请到3号窗口").await;

    // The bridge dies and comes back.
    bridge.kill();
    bridge.come_back();
    bridge.shows("w3", 0, "A042 请到3号窗口").await;

    // The server dies: after ten seconds the signs say so.
    hall.kill().await;
    tokio::join!(bridge.shows("w3", 0, "数据中断"), bridge.shows("panel", 0, "数据中断"), bridge.shows("panel", 1, ""));

    // It comes back with another call; a snapshot was asked for, because what was missed is too old to be news.
    let paused = window(3, "paused", &Value::Null);
    hall.come_back(snapshot(9, &[paused, window(4, "busy", &ticket("A050", "called", 4))])).await;
    tokio::join!(bridge.shows("w3", 0, "暂离"), bridge.shows("panel", 0, "A050 请到4号窗口"));
    let asked = until(&mut hall.asked.subscribe(), |all| all.len() >= 2).await;
    assert_eq!(asked.last().unwrap()["after"], Value::Null);

    // At the end the signs are cleared.
    stop.cancel();
    running.wait().await.unwrap();
    let asked = bridge.asked.borrow().clone();
    for sign in ["w3", "panel"] {
        assert!(asked.iter().any(|(name, area, _)| name == sign && area.is_none()), "{sign} is cleared");
    }
}

#[tokio::test]
async fn a_blink_of_the_network_is_resumed_where_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let socket = dir.path().join("bridge.sock");
    let hall = Hall::start().await;
    let bridge = Bridge::start(&socket);
    let stop = CancellationToken::new();
    let running = display::run::start(settings(&hall, &socket), stop.clone()).await.unwrap();
    bridge.shows("w3", 0, "欢迎光临").await;
    hall.say(&called(7, "A042", 3));
    bridge.shows("w3", 0, "A042 请到3号窗口").await;
    hall.kill().await;
    hall.come_back(snapshot(7, &[window(3, "busy", &ticket("A042", "called", 3))])).await;
    let asked = until(&mut hall.asked.subscribe(), |all| all.len() >= 2).await;
    assert_eq!(asked[0]["after"], Value::Null);
    assert_eq!(asked[1]["after"], 7);
    stop.cancel();
    running.wait().await.unwrap();
}
