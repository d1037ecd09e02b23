//! Speakers say the calls of their zone, one after the other, through a pretend bridge that goes and comes; the boards of the
//! program are silent there.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails says where")]

mod support;

use std::path::Path;

use display::settings::{File, Settings};
use futures_util::StreamExt as _;
use protocol::bridge::speakers::SpeechState;
use support::{Bridge, Hall, called, until};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_util::sync::CancellationToken;

fn settings(hall: &Hall, bridge: &Path) -> Settings {
    let text = format!(
        r#"
        server = "{}"
        token = "ph_board"
        listen = "127.0.0.1:0"
        bridge = "{}"
        zones = ["A"]
        [[speakers]]
        name = "zone-a"
        zone = "A"
        volume = 70
        "#,
        hall.url(),
        bridge.display()
    );
    Settings::new(toml::from_str::<File>(&text).unwrap()).unwrap()
}

#[tokio::test]
async fn one_call_after_the_other_is_said_and_none_late() {
    let dir = tempfile::tempdir().unwrap();
    let socket = dir.path().join("bridge.sock");
    let hall = Hall::start().await;
    let mut bridge = Bridge::start(&socket);
    let stop = CancellationToken::new();
    let running = display::run::start(settings(&hall, &socket), stop.clone()).await.unwrap();
    until(&mut hall.asked.subscribe(), |all| !all.is_empty()).await;
    let mut page = page(running.address).await;
    hear(&mut page, |text| text.contains(r#""link":"live""#)).await;

    hall.say(&called(2, "A042", 3));
    hall.say(&called(3, "A050", 4));
    let first = bridge.is_asked_to_say("ling2 si4 er4").await;
    assert_eq!(first.speaker, "zone-a");
    assert_eq!(first.call.fault(), None);
    assert_eq!(
        first.call.sentences[0].words.join(" "),
        "qing3 A ling2 si4 er4 hao4 dao4 san1 hao4 chuang1 kou3 ban4 li3"
    );
    assert_eq!((first.call.sentences.len(), first.call.volume), (2, 70));
    assert!((50_000..=60_000).contains(&first.call.expires_ms));

    // The bridge dies in mid-call and comes back: the same call is asked for again, under the same id, and not another one.
    bridge.kill();
    bridge.come_back();
    until(&mut bridge.calls.subscribe(), |all| all[0].times >= 2).await;
    assert_eq!(bridge.calls.borrow().len(), 1, "the second waits for the first");
    bridge.ends(&first.id, SpeechState::Said);
    let second = bridge.is_asked_to_say("ling2 wu3 ling2").await;
    assert_ne!(first.id, second.id);

    // What cannot be said does not hold up what comes after it.
    bridge.ends(&second.id, SpeechState::Failed);
    hall.say(&called(4, "A051", 5));
    let third = bridge.is_asked_to_say("ling2 wu3 yi1").await;
    bridge.ends(&third.id, SpeechState::Said);

    // The board shows all of them and says none.
    let heard = hear(&mut page, |text| text.contains("A051")).await;
    assert!(heard.iter().any(|text| text.contains("A042")));
    assert!(!heard.iter().any(|text| text.contains("board.announce")), "the speaker has the sound of this zone");
    stop.cancel();
    running.wait().await.unwrap();
}

type Page = tokio_tungstenite::WebSocketStream<tokio::net::TcpStream>;

/// A board's page, with the cookie it was served with.
async fn page(address: std::net::SocketAddr) -> Page {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut plain = tokio::net::TcpStream::connect(address).await.unwrap();
    let ask = format!("GET /board/A HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    plain.write_all(ask.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    plain.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    let mut request = format!("ws://{address}/board/A/live").into_client_request().unwrap();
    request.headers_mut().insert("cookie", cookie.split(';').next().unwrap().parse().unwrap());
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    tokio_tungstenite::client_async(request, stream).await.unwrap().0
}

/// Everything that a page hears until this.
async fn hear(page: &mut Page, is: impl Fn(&str) -> bool) -> Vec<String> {
    let mut all = Vec::new();
    let hears = async {
        while let Some(Ok(message)) = page.next().await {
            let Message::Text(text) = message else { continue };
            all.push(text.to_string());
            if is(&text) {
                return;
            }
        }
        panic!("the page was closed");
    };
    tokio::time::timeout(support::LIMIT, hears).await.expect("in time");
    all
}
