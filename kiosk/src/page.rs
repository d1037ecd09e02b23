//! The touch page, on loopback: its files, and the socket over which it hears what to show and says what was pressed.
//!
//! The page runs in a browser that may be led elsewhere, and other pages may reach loopback. So a request must name this
//! machine as its host (a name that was bent to loopback does not), a socket must come from a page of this program, and its
//! first message must hold the token that the program wrote into the page when it started.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use protocol::kiosk::{PageMessage, Press};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Pages at one time: the kiosk's own, and those of who looks after it.
const PAGES: usize = 8;
/// Longest message of a page, in bytes.
const MAX_MESSAGE: usize = 4096;
/// A page that says nothing at first is none.
const HELLO: Duration = Duration::from_secs(5);
/// How long a page may take to read a message.
const SEND: Duration = Duration::from_secs(5);
/// The page is of a former start of the program: it loads itself again.
pub const WRONG_TOKEN: u16 = 4401;
/// The program stops.
const STOPPING: u16 = 1001;

/// A message, encoded once for every page.
pub type Encoded = Arc<str>;

/// What a page says of its visitor.
#[derive(Debug)]
pub enum FromPage {
    /// A key of a screen.
    Press(u64, Press),
    /// A touch.
    Touch,
}

/// What the pages see.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The hall, once it is known.
    pub hall: watch::Receiver<Option<Encoded>>,
    /// The screen.
    pub view: watch::Receiver<Encoded>,
}

#[derive(Clone)]
struct App {
    token: Arc<str>,
    hosts: Arc<[String]>,
    origins: Arc<[String]>,
    shown: Shown,
    pressed: mpsc::Sender<FromPage>,
    room: Arc<Semaphore>,
    stop: CancellationToken,
}

/// Serves the page until `stop`.
pub async fn serve(
    listener: TcpListener,
    origins: Vec<String>,
    shown: Shown,
    pressed: mpsc::Sender<FromPage>,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let router = router(listener.local_addr()?, origins, shown, pressed, stop.clone())?;
    axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await?;
    Ok(())
}

fn router(
    address: SocketAddr,
    origins: Vec<String>,
    shown: Shown,
    pressed: mpsc::Sender<FromPage>,
    stop: CancellationToken,
) -> anyhow::Result<Router> {
    let mut secret = [0_u8; 16];
    getrandom::fill(&mut secret).map_err(|error| anyhow::anyhow!("no random numbers: {error}"))?;
    let token = crate::hex(&secret);
    let port = address.port();
    let mut all: Vec<String> =
        ["127.0.0.1", "localhost", "[::1]"].iter().map(|host| format!("http://{host}:{port}")).collect();
    all.extend(origins.into_iter().map(|origin| origin.trim_end_matches('/').to_lowercase()));
    let host = |origin: &String| origin.split_once("://").map_or_else(String::new, |(_, host)| host.to_owned());
    let app = App {
        token: token.into(),
        hosts: all.iter().map(host).collect(),
        origins: all.into(),
        shown,
        pressed,
        room: Arc::new(Semaphore::new(PAGES)),
        stop,
    };
    Ok(Router::new()
        .route("/", get(async || Redirect::temporary("/kiosk")))
        .route("/kiosk", get(page))
        .route("/kiosk/live", get(live))
        .route("/assets/{*path}", get(async |Path(path): Path<String>| file(&format!("assets/{path}"))))
        .route("/favicon.svg", get(async || file("favicon.svg")))
        .layer(middleware::from_fn_with_state(app.clone(), guard))
        .with_state(app))
}

/// Lets in who asks for this machine, from a page of it or from none.
async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    if !app.is_ours(&request) {
        tracing::warn!("a request of another site is refused");
        return (StatusCode::FORBIDDEN, "this page is for this kiosk alone").into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, web::CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

impl App {
    fn is_ours(&self, request: &Request) -> bool {
        let text = |name: header::HeaderName| {
            request.headers().get(name).map(|value| value.to_str().unwrap_or_default().to_lowercase())
        };
        let host = text(header::HOST).or_else(|| request.uri().authority().map(ToString::to_string));
        let foreign = text(header::ORIGIN).is_some_and(|origin| !self.origins.contains(&origin));
        !foreign && host.is_some_and(|host| self.hosts.contains(&host))
    }
}

async fn page(State(app): State<App>) -> Response {
    let Some(file) = web::file("kiosk.html") else { return StatusCode::NOT_FOUND.into_response() };
    let html = String::from_utf8_lossy(&file.bytes);
    let html =
        html.replacen("<head>", &format!("<head>\n    <meta name=\"page-token\" content=\"{}\" />", app.token), 1);
    let headers = [(header::CONTENT_TYPE, file.content_type), (header::CACHE_CONTROL, "no-store")];
    (headers, html).into_response()
}

fn file(path: &str) -> Response {
    let Some(file) = web::file(path) else { return StatusCode::NOT_FOUND.into_response() };
    let headers = [(header::CONTENT_TYPE, file.content_type), (header::CACHE_CONTROL, file.cache_control)];
    (headers, file.bytes.into_owned()).into_response()
}

async fn live(State(app): State<App>, headers: HeaderMap, upgrade: WebSocketUpgrade) -> Response {
    // Browsers say where a socket comes from; what says nothing is no page.
    if !headers.contains_key(header::ORIGIN) {
        return (StatusCode::FORBIDDEN, "only the page of this kiosk").into_response();
    }
    let Ok(permit) = app.room.clone().try_acquire_owned() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "too many pages").into_response();
    };
    upgrade.max_message_size(MAX_MESSAGE).max_frame_size(MAX_MESSAGE).on_upgrade(async move |socket| {
        let _permit = permit;
        converse(app, socket).await;
    })
}

async fn converse(app: App, mut socket: WebSocket) {
    let hello = timeout(HELLO, socket.recv()).await;
    let token = match hello {
        Ok(Some(Ok(Message::Text(text)))) => match serde_json::from_str(&text) {
            Ok(PageMessage::Hello { token }) => token,
            _ => String::new(),
        },
        _ => return,
    };
    if !equal(token.as_bytes(), app.token.as_bytes()) {
        let frame = CloseFrame { code: WRONG_TOKEN, reason: "load the page again".into() };
        let _ = timeout(SEND, socket.send(Message::Close(Some(frame)))).await;
        return;
    }
    let Shown { mut hall, mut view } = app.shown.clone();
    hall.mark_changed();
    view.mark_changed();
    loop {
        let message = tokio::select! {
            () = app.stop.cancelled() => {
                let frame = CloseFrame { code: STOPPING, reason: "the kiosk stops".into() };
                let _ = timeout(SEND, socket.send(Message::Close(Some(frame)))).await;
                return;
            }
            changed = hall.changed() => match changed {
                Ok(()) => hall.borrow_and_update().clone(),
                Err(_) => return,
            },
            changed = view.changed() => match changed {
                Ok(()) => Some(view.borrow_and_update().clone()),
                Err(_) => return,
            },
            heard = socket.recv() => {
                let said = match heard {
                    Some(Ok(Message::Text(text))) => match serde_json::from_str(&text) {
                        Ok(PageMessage::Press { screen, press }) => FromPage::Press(screen, press),
                        Ok(PageMessage::Touch) => FromPage::Touch,
                        Ok(PageMessage::Hello { .. }) => continue,
                        Err(error) => {
                            tracing::warn!(%error, "a page says what no page says");
                            return;
                        }
                    },
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                    _ => return,
                };
                if app.pressed.send(said).await.is_err() {
                    return;
                }
                continue;
            }
        };
        let Some(message) = message else { continue };
        match timeout(SEND, socket.send(Message::Text(message.as_ref().into()))).await {
            Ok(Ok(())) => {}
            _ => return,
        }
    }
}

/// In a time that does not tell where they differ.
fn equal(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

#[cfg(test)]
mod tests;
