//! The board's page on loopback: who may have it, what its socket says, and that it stays when the server is away.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails says where")]

mod support;

use std::net::SocketAddr;

use display::settings::{File, Settings};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use support::{Hall, LIMIT, called};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use tokio_util::sync::CancellationToken;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn start(server: &str, stop: &CancellationToken) -> SocketAddr {
    let text = format!(
        "server = \"{server}\"\ntoken = \"ph_board\"\nlisten = \"127.0.0.1:0\"\nzones = [\"A\"]\n\
         origins = [\"http://proxy.invalid:8080\"]"
    );
    let settings = Settings::new(toml::from_str::<File>(&text).unwrap()).unwrap();
    let running = display::run::start(settings, stop.clone()).await.unwrap();
    let address = running.address;
    tokio::spawn(running.wait());
    address
}

/// Status line, headers and body of a `GET`.
async fn get(address: SocketAddr, path: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

async fn cookie(address: SocketAddr) -> String {
    let page = get(address, "/board/A", &format!("Host: {address}\r\n")).await;
    let line = page.lines().find(|line| line.to_ascii_lowercase().starts_with("set-cookie:")).unwrap();
    line.split_once(':').unwrap().1.split(';').next().unwrap().trim().to_owned()
}

async fn open(address: SocketAddr, path: &str, cookie: &str, origin: &str) -> Result<Socket, Error> {
    let mut request = format!("ws://{address}{path}").into_client_request().unwrap();
    request.headers_mut().insert("cookie", cookie.parse().unwrap());
    request.headers_mut().insert("origin", origin.parse().unwrap());
    Ok(tokio_tungstenite::connect_async(request).await?.0)
}

/// The first message of a kind; `None` when the socket is closed before it.
async fn message(socket: &mut Socket, kind: &str) -> Option<Value> {
    loop {
        let message = tokio::time::timeout(LIMIT, socket.next()).await.expect("in time")?.ok()?;
        let Message::Text(text) = message else { continue };
        let value: Value = serde_json::from_str(&text).unwrap();
        if value["type"] == kind {
            return Some(value);
        }
    }
}

#[tokio::test]
async fn only_pages_of_its_own_get_in() {
    let stop = CancellationToken::new();
    let address = start("http://127.0.0.1:9", &stop).await;
    let own = format!("http://{address}");
    let host = format!("Host: {address}\r\n");
    assert!(get(address, "/", &host).await.contains("location: /board/A"));
    assert!(get(address, "/board/A", &host).await.contains("content-security-policy"));
    assert!(get(address, "/board/A", "Host: proxy.invalid:8080\r\n").await.starts_with("HTTP/1.1 200"));
    for foreign in
        ["Host: evil.invalid\r\n".to_owned(), format!("{host}Origin: http://evil.invalid\r\n"), String::new()]
    {
        assert!(get(address, "/board/A", &foreign).await.starts_with("HTTP/1.1 4"), "{foreign}");
    }
    assert!(get(address, "/board/A/live", &host).await.starts_with("HTTP/1.1 403"), "without the secret");
    let cookie = cookie(address).await;
    assert!(open(address, "/board/A/live", &cookie, &own).await.is_ok());
    assert!(open(address, "/board/A/live", &cookie, "http://proxy.invalid:8080").await.is_ok());
    assert!(open(address, "/board/A/live", &cookie, "http://evil.invalid").await.is_err());
    assert!(open(address, "/board/A/live", "paihao-board=0", &own).await.is_err());
    stop.cancel();
}

#[tokio::test]
async fn its_socket_shows_and_says_what_the_hall_calls() {
    let hall = Hall::start().await;
    let stop = CancellationToken::new();
    let address = start(&hall.url(), &stop).await;
    let (cookie, own) = (cookie(address).await, format!("http://{address}"));
    let mut socket = open(address, "/board/A/live", &cookie, &own).await.unwrap();
    assert!(message(&mut socket, "board.hello").await.unwrap()["build"].as_str().unwrap().len() > 5);
    while message(&mut socket, "board.view").await.unwrap()["view"]["link"] != "live" {}
    hall.say(&called(2, "A042", 3));
    let announced = message(&mut socket, "board.announce").await.unwrap();
    assert_eq!(announced["announcement"]["sayings"][0]["text"], "请A042号到3号窗口办理");
    // The next is said when this one is over, and the page decides when that is.
    hall.say(&called(3, "A043", 4));
    let id = &announced["announcement"]["id"];
    socket.send(Message::text(format!("{{\"said\":{id}}}"))).await.unwrap();
    assert_eq!(message(&mut socket, "board.announce").await.unwrap()["announcement"]["number"], "A043");

    // The server goes: the page stays and says so.
    hall.kill().await;
    let stale = loop {
        let view = message(&mut socket, "board.view").await.unwrap();
        if view["view"]["link"] == "stale" {
            break view;
        }
    };
    assert_eq!(stale["view"]["time"], "09:30");
    assert_eq!(stale["view"]["waiting"], Value::Null);

    // Nonsense is answered with an end, and so is a zone that does not exist.
    socket.send(Message::text("hello?")).await.unwrap();
    assert!(message(&mut socket, "nothing").await.is_none());
    let mut lost = open(address, "/board/X/live", &cookie, &own).await.unwrap();
    assert_eq!(message(&mut lost, "board.zones").await.unwrap()["zones"][0]["code"], "A");
    let closed = tokio::time::timeout(LIMIT, lost.next()).await.unwrap().unwrap().unwrap();
    let Message::Close(Some(frame)) = closed else { panic!("{closed:?}") };
    assert_eq!(u16::from(frame.code), 4404);
    stop.cancel();
}
