use futures_util::{SinkExt as _, StreamExt as _};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message as Text;

use super::*;
use link::{Address, Ask, Failure, Socket};

struct Kiosk {
    host: String,
    address: Address,
    pressed: mpsc::Receiver<FromPage>,
    view: watch::Sender<Encoded>,
    _hall: watch::Sender<Option<Encoded>>,
    stop: CancellationToken,
    serving: JoinHandle<anyhow::Result<()>>,
}

async fn kiosk() -> Kiosk {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let (hall, hall_shown) = watch::channel(None);
    let (view, view_shown) = watch::channel(Encoded::from("{\"type\":\"view\"}"));
    let (press, pressed) = mpsc::channel(8);
    let stop = CancellationToken::new();
    let shown = Shown { hall: hall_shown, view: view_shown };
    let origins = vec!["http://Demo.invalid:8080/".into()];
    let serving = tokio::spawn(serve(listener, origins, shown, press, stop.clone()));
    Kiosk { address: Address::Tcp(host.clone()), host, pressed, view, _hall: hall, stop, serving }
}

impl Kiosk {
    async fn get(&self, path: &str, headers: Vec<(&'static str, String)>) -> (u16, String) {
        let ask = Ask { path, headers, ..Ask::default() };
        let (status, body) = self.address.ask(ask, Duration::from_secs(5)).await.unwrap();
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    async fn token(&self) -> String {
        let (status, html) = self.get("/kiosk", vec![]).await;
        assert_eq!(status, 200, "the pages are built by `make web`");
        let (_, rest) = html.split_once("name=\"page-token\" content=\"").unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    }

    async fn socket(&self, origin: &str) -> Result<Socket, Failure> {
        self.address.socket("/kiosk/live", vec![("origin", origin.to_owned())]).await
    }

    async fn page(&self) -> Socket {
        let mut socket = self.socket(&format!("http://{}", self.host)).await.unwrap();
        let hello = serde_json::to_string(&PageMessage::Hello { token: self.token().await }).unwrap();
        socket.send(Text::text(hello)).await.unwrap();
        socket
    }
}

#[tokio::test]
async fn a_page_hears_what_to_show_and_says_what_was_pressed() {
    let mut kiosk = kiosk().await;
    let mut page = kiosk.page().await;
    assert_eq!(page.next().await.unwrap().unwrap(), Text::text("{\"type\":\"view\"}"));
    kiosk.view.send_replace("{\"type\":\"view\",\"n\":2}".into());
    assert_eq!(page.next().await.unwrap().unwrap(), Text::text("{\"type\":\"view\",\"n\":2}"));
    page.send(Text::text(r#"{"type":"press","screen":4,"press":{"key":"take"}}"#)).await.unwrap();
    assert!(matches!(kiosk.pressed.recv().await, Some(FromPage::Press(4, Press::Take))));
    kiosk.stop.cancel();
    let close = page.next().await.unwrap().unwrap();
    assert!(matches!(close, Text::Close(Some(frame)) if u16::from(frame.code) == STOPPING));
    kiosk.serving.await.unwrap().unwrap();
}

#[tokio::test]
async fn other_sites_and_bent_names_are_turned_away() {
    let kiosk = kiosk().await;
    assert_eq!(kiosk.get("/kiosk", vec![("origin", "http://evil.invalid".into())]).await.0, 403);
    let bent = Address::Tcp(kiosk.host.replace("127.0.0.1", "localhost"));
    assert_eq!(bent.ask(Ask { path: "/kiosk", ..Ask::default() }, HELLO).await.unwrap().0, 200);
    assert!(kiosk.socket("http://evil.invalid").await.is_err());
    assert!(kiosk.socket("null").await.is_err());
    assert!(kiosk.address.socket("/kiosk/live", vec![]).await.is_err(), "no page, no socket");
    assert!(kiosk.socket("http://demo.invalid:8080").await.is_ok());
}

#[tokio::test]
async fn a_page_of_a_former_start_is_told_to_load_again() {
    let mut kiosk = kiosk().await;
    let mut page = kiosk.socket(&format!("http://{}", kiosk.host)).await.unwrap();
    page.send(Text::text(r#"{"type":"hello","token":"00"}"#)).await.unwrap();
    let close = page.next().await.unwrap().unwrap();
    assert!(matches!(close, Text::Close(Some(frame)) if u16::from(frame.code) == WRONG_TOKEN));
    let mut page = kiosk.socket(&format!("http://{}", kiosk.host)).await.unwrap();
    page.send(Text::text(r#"{"type":"press","screen":1,"press":{"key":"take"}}"#)).await.unwrap();
    assert!(matches!(page.next().await.unwrap().unwrap(), Text::Close(_)));
    assert!(kiosk.pressed.try_recv().is_err());
}

#[tokio::test]
async fn headers_are_strict_and_nothing_is_kept() {
    let kiosk = kiosk().await;
    let stream = tokio::net::TcpStream::connect(&kiosk.host).await.unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(hyper_util::rt::TokioIo::new(stream)).await.unwrap();
    let driver = tokio::spawn(connection);
    let ask = |host: &str| {
        let request = hyper::Request::builder().uri("/kiosk").header("host", host);
        request.body(http_body_util::Empty::<bytes::Bytes>::new()).unwrap()
    };
    let answer = sender.send_request(ask(&kiosk.host)).await.unwrap();
    let header = |name: &str| answer.headers().get(name).unwrap().to_str().unwrap().to_owned();
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(header("content-security-policy"), web::CONTENT_SECURITY_POLICY);
    assert_eq!(header("x-content-type-options"), "nosniff");
    drop(answer);
    sender.ready().await.unwrap();
    let answer = sender.send_request(ask("evil.invalid")).await.unwrap();
    assert_eq!(answer.status(), 403);
    driver.abort();
}
