//! Open sockets of those who are out, and tickets with which sockets are opened.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::live_client::{Got, Refused, Socket};
use tests::wait::within;
use tests::wire::Client;

use crate::{Browser, PASSWORD, hall};

const LIMIT: Duration = Duration::from_secs(10);
/// Within which whoever is out is cut off.
const DEAD: Duration = Duration::from_secs(1);

impl Browser {
    /// Opens the live stream as a page does, and subscribes.
    async fn socket(&self) -> Socket {
        let origin = format!("http://{}", self.address);
        let headers = [("cookie", self.cookie.as_str()), ("origin", &origin)];
        let mut socket = Socket::dial(&self.address, "", &headers, None).await.unwrap();
        socket.subscribe(&["windows"], None).await.unwrap();
        while !snapshot(&within("a snapshot", LIMIT, socket.next()).await.unwrap()) {}
        socket
    }
}

fn snapshot(got: &Got) -> bool {
    let Got::Text(text) = got else { panic!("{got:?}") };
    text.contains("\"snapshot\"")
}

/// Waits until a socket is closed as not allowed; says how long that took.
async fn cut_off(socket: &mut Socket, since: Instant, what: &str) -> Duration {
    let code = within(what, LIMIT, socket.end()).await.unwrap();
    assert_eq!(code, Some(1008), "{what}");
    let took = since.elapsed();
    assert!(took < DEAD, "{what}: {took:?}");
    took
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_out_is_cut_off_within_a_second() {
    let (stage, _) = hall().await;
    let data = &stage.data;
    let token = data.token("board").unwrap();
    let mut revoked = Socket::open(&stage.address, &token).await.unwrap();
    revoked.subscribe(&["calls"], None).await.unwrap();
    while !snapshot(&within("a snapshot", LIMIT, revoked.next()).await.unwrap()) {}
    let list = data.run(&["token", "list"]).unwrap();
    let id = list.lines().find(|line| line.contains("\tboard\t")).unwrap().split('\t').next().unwrap().to_owned();

    let signed_out = Browser::sign_in(&stage.address, "clerk").await;
    let mut of_signed_out = signed_out.socket().await;
    let mut of_disabled = Browser::sign_in(&stage.address, "guide").await.socket().await;
    let mut of_changed = Browser::sign_in(&stage.address, "admin").await.socket().await;
    let stays = Browser::sign_in(&stage.address, "manager").await;
    let mut of_stays = stays.socket().await;

    data.run(&["token", "revoke", &id]).unwrap();
    let of_token = cut_off(&mut revoked, Instant::now(), "a revoked token").await;
    let asked = Instant::now();
    assert_eq!(signed_out.send("DELETE", "/api/v1/session", &Value::Null).await.status, 204);
    let of_session = cut_off(&mut of_signed_out, asked, "a session that was ended").await;
    data.run(&["user", "disable", "guide"]).unwrap();
    let of_user = cut_off(&mut of_disabled, Instant::now(), "a user who was disabled").await;
    data.run(&["user", "password", "admin"]).unwrap();
    let of_password = cut_off(&mut of_changed, Instant::now(), "a user with another password").await;
    println!(
        "cut off: token {of_token:.2?}, sign-out {of_session:.2?}, disabled {of_user:.2?}, password {of_password:.2?}"
    );
    assert_eq!(stays.get("/api/v1/session").await.status, 200);
    assert!(matches!(within("the next message", LIMIT, of_stays.next()).await.unwrap(), Got::Text(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_sent_away_from_a_window_hears_it() {
    let (stage, _) = hall().await;
    crate::add(&stage.data, "王芳", "clerk", &[]);
    let wang = Browser::sign_in(&stage.address, "王芳").await;
    wang.send("PUT", "/api/v1/windows/2/seat", &json!({})).await.good::<Value>().unwrap();
    let mut socket = wang.socket().await;
    let clerk = Browser::sign_in(&stage.address, "clerk").await;
    clerk.send("PUT", "/api/v1/windows/2/seat", &json!({ "take_over": true })).await.good::<Value>().unwrap();
    let mut seat_of = async || loop {
        let Got::Text(text) = within("a seat", LIMIT, socket.next()).await.unwrap() else { panic!("the socket ended") };
        let message: Value = serde_json::from_str(&text).unwrap();
        if message["type"] == "seat.changed" {
            assert_eq!((&message["window"], message.get("seq")), (&json!(2), None));
            return message["seat"].clone();
        }
    };
    assert_eq!(seat_of().await["name"], "clerk");
    clerk.send("DELETE", "/api/v1/session", &Value::Null).await;
    assert_eq!(seat_of().await, Value::Null, "a seat ends with its session");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connect_ticket_opens_one_socket_and_dies_with_its_session() {
    let (stage, _) = hall().await;
    let browser = Browser::sign_in(&stage.address, "clerk").await;
    let origin = format!("http://{}", stage.address);
    let ticket = async || {
        let connect: Value = browser.post("/api/v1/live/connect", &Value::Null).await.good().unwrap();
        format!("?connect={}", connect["connect"].as_str().unwrap())
    };
    let dial =
        async |query: &str, headers: &[(&str, &str)]| match Socket::dial(&stage.address, query, headers, None).await {
            Ok(_) => 101,
            Err(Refused::Status(status, _)) => status,
            Err(Refused::Broken(error)) => panic!("{error}"),
        };
    let own = [("origin", origin.as_str())];
    let query = ticket().await;
    assert_eq!(dial(&query, &own).await, 101);
    assert_eq!(dial(&query, &own).await, 401, "replayed");
    let query = ticket().await;
    assert_eq!(dial(&query, &[("origin", "http://evil.example")]).await, 403);
    let query = ticket().await;
    assert_eq!(browser.send("DELETE", "/api/v1/session", &Value::Null).await.status, 204);
    assert_eq!(dial(&query, &own).await, 401, "the session has ended");
    // A page without a session sees what a board sees.
    let connect = Client::stranger(&stage.address).send("POST", "/api/v1/live/connect", &own, b"").await.unwrap();
    assert_eq!(connect.status, 200, "{}", connect.text());
    assert!(!connect.text().contains(PASSWORD));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_with_a_cookie_comes_from_a_page_of_this_server() {
    let (stage, _) = hall().await;
    let browser = Browser::sign_in(&stage.address, "clerk").await;
    let origin = format!("http://{}", stage.address);
    for (headers, expected) in [
        (vec![("origin", origin.as_str())], 101),
        (vec![("origin", origin.as_str()), ("sec-fetch-site", "same-origin")], 101),
        (vec![("origin", origin.as_str()), ("sec-fetch-site", "cross-site")], 403),
        (vec![("origin", "http://evil.example")], 403),
        (vec![("origin", "null")], 403),
        (vec![], 403),
    ] {
        let mut all = vec![("cookie", browser.cookie.as_str())];
        all.extend(headers.iter().copied());
        let status = match Socket::dial(&stage.address, "", &all, None).await {
            Ok(_) => 101,
            Err(Refused::Status(status, _)) => status,
            Err(Refused::Broken(error)) => panic!("{error}"),
        };
        assert_eq!(status, expected, "{headers:?}");
    }
}
