//! Simulated visitors with cards at a kiosk of their own: each lays a card on the virtual reader, presses what a person
//! would press, takes the ticket and the card and goes. They see what the page sees and nothing else.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, bail};
use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use hall::Settings;
use hall::estimate::Random;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use protocol::kiosk::{KioskMessage, KioskView, PageMessage, Press, Screen};
use serde_json::json;
use tokio::net::{TcpStream, UnixStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use super::stage::{KIOSKS, Stage};

/// Between two visitors, in seconds: at least, and so many more.
const PAUSE_S: (u64, u64) = (8, 20);
/// How long a visitor looks at a screen before he presses, in milliseconds: at least, and so many more.
const LOOK_MS: (u64, u64) = (1_200, 2_000);
/// Whoever sees nothing new for so long goes away.
const PATIENCE: Duration = Duration::from_secs(90);
/// After something went wrong.
const AGAIN: Duration = Duration::from_secs(3);

/// The touch page of a kiosk, as a client that is no browser.
#[derive(Debug)]
pub struct KioskPage {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// The screen that is shown, once one was.
    pub view: Option<KioskView>,
}

impl KioskPage {
    /// Loads the page and listens.
    pub async fn open(kiosk: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(kiosk).await?;
        let page = ask(stream, Method::GET, "/kiosk", &kiosk.to_string(), None).await?;
        let page = String::from_utf8_lossy(&page);
        let token = page
            .split_once("name=\"page-token\" content=\"")
            .and_then(|(_, rest)| rest.split_once('"'))
            .map(|(token, _)| token.to_owned())
            .context("the page has no token")?;
        let mut request = format!("ws://{kiosk}/kiosk/live").into_client_request()?;
        request.headers_mut().insert("origin", format!("http://{kiosk}").parse()?);
        let (socket, _) = tokio_tungstenite::connect_async(request).await?;
        let mut page = Self { socket, view: None };
        page.say(&PageMessage::Hello { token }).await?;
        Ok(page)
    }

    async fn say(&mut self, message: &PageMessage) -> anyhow::Result<()> {
        Ok(self.socket.send(Message::text(serde_json::to_string(message)?)).await?)
    }

    /// Presses a key of the screen that is shown.
    pub async fn press(&mut self, press: Press) -> anyhow::Result<()> {
        let screen = self.view.as_ref().map_or(0, |view| view.screen);
        self.say(&PageMessage::Press { screen, press }).await
    }

    /// Waits for the next screen, or the next state of this one.
    pub async fn next(&mut self) -> anyhow::Result<&KioskView> {
        loop {
            match self.socket.next().await.context("the kiosk has gone")?? {
                Message::Text(text) => {
                    if let KioskMessage::View { view } = serde_json::from_str(&text)? {
                        return Ok(self.view.insert(*view));
                    }
                }
                Message::Close(frame) => bail!("the kiosk closed: {frame:?}"),
                _ => {}
            }
        }
    }

    /// Waits until the screen is one that `is_it` knows.
    pub async fn until(&mut self, is_it: impl Fn(&KioskView) -> bool) -> anyhow::Result<KioskView> {
        loop {
            if let Some(view) = self.view.as_ref().filter(|view| is_it(view)) {
                return Ok(view.clone());
            }
            self.next().await?;
        }
    }
}

/// Lays a card of the deck on a virtual reader, or takes it away.
pub async fn lay(bridge: &Path, reader: &str, card: Option<u64>) -> anyhow::Result<()> {
    let stream = UnixStream::connect(bridge).await?;
    let body = json!({ "card": card }).to_string();
    ask(stream, Method::PUT, &format!("/v1/virtual/readers/{reader}/card"), "bridge", Some(body)).await?;
    Ok(())
}

/// One request over a connection of its own.
pub(super) async fn ask<S>(
    stream: S,
    method: Method,
    path: &str,
    host: &str,
    body: Option<String>,
) -> anyhow::Result<Bytes>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", host)
        .header("content-type", "application/json")
        .body(Full::new(Bytes::from(body.unwrap_or_default())))?;
    let response = sender.send_request(request).await?;
    let status = response.status();
    let body = response.into_body().collect().await?.to_bytes();
    anyhow::ensure!(status.is_success(), "{path} answers {status}");
    Ok(body)
}

/// Sends visitors for ever. Plugs are pulled in a demo: whatever goes wrong, the next visitor tries again.
pub async fn come(stage: &Stage, settings: &Settings, seed: u64) -> anyhow::Result<()> {
    let mut random = Random::new(seed ^ 0x6e57);
    let services: Vec<&str> = settings.file().services.iter().map(|service| service.code.as_str()).collect();
    let mut card = 0;
    loop {
        card += 1;
        let service = services.get(random.below(services.len() as u64) as usize).copied().unwrap_or_default();
        let pause = Duration::from_secs(PAUSE_S.0 + random.below(PAUSE_S.1));
        match tokio::time::timeout(PATIENCE, visit(stage, card, service, &mut random)).await {
            Ok(Ok(())) => tokio::time::sleep(pause).await,
            Ok(Err(error)) => {
                tracing::debug!(%error, "a visitor of the demo went away");
                tokio::time::sleep(AGAIN).await;
            }
            Err(_) => {}
        }
        // Whoever goes takes the card along.
        let _ = lay(&stage.bridge, KIOSKS[1], None).await;
    }
}

/// One visit: card, service, ticket.
async fn visit(stage: &Stage, card: u64, service: &str, random: &mut Random) -> anyhow::Result<()> {
    /// Cards of the deck that visitors bring; the others are for trying out what goes wrong.
    const CARDS: u64 = 6;
    let mut page = KioskPage::open(stage.kiosks[1]).await?;
    page.until(|view| matches!(view.show, Screen::Welcome)).await?;
    lay(&stage.bridge, KIOSKS[1], Some(card % CARDS)).await?;
    let mut pressed = 0;
    loop {
        let view = page.until(|view| view.screen > pressed && !matches!(view.show, Screen::Welcome)).await?;
        pressed = view.screen;
        let press = match view.show {
            Screen::Services => Press::Service { service: service.to_owned() },
            Screen::Confirm { .. } => Press::Take,
            Screen::Already { .. } => Press::Finish,
            Screen::Asking { .. } => Press::CameOut { yes: true },
            Screen::Issuing { .. } | Screen::Printing { .. } | Screen::Looking => continue,
            Screen::Done { .. } => {
                lay(&stage.bridge, KIOSKS[1], None).await?;
                Press::Finish
            }
            Screen::Welcome
            | Screen::Closed { .. }
            | Screen::Help
            | Screen::Appointment
            | Screen::Visit { .. }
            | Screen::Code { .. }
            | Screen::NeedCard { .. }
            | Screen::NumberOnly { .. }
            | Screen::Sorry { .. } => bail!("no ticket this time"),
        };
        let over = matches!(press, Press::Finish);
        tokio::time::sleep(Duration::from_millis(LOOK_MS.0 + random.below(LOOK_MS.1))).await;
        page.press(press).await?;
        if over {
            return Ok(());
        }
    }
}
