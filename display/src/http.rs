//! The board's page on loopback, also when the server is away. Pages of other sites are kept out: the host and the origin
//! of a request are checked, and a socket needs the secret that the page was served with.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use hub::{Hub, socket};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The cookie that holds the secret made at the start.
const COOKIE: &str = "paihao-board";

/// What every handler may use.
#[derive(Debug, Clone)]
pub struct Page(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    hosts: Vec<String>,
    origins: Vec<String>,
    secret: String,
    hub: Hub,
    first: Option<String>,
    stop: CancellationToken,
    sockets: TaskTracker,
}

impl Page {
    /// The page at `address`; `first` is the zone that `/` leads to.
    pub fn new(
        address: SocketAddr,
        origins: &[String],
        hub: Hub,
        first: Option<String>,
        stop: CancellationToken,
        sockets: TaskTracker,
    ) -> anyhow::Result<Self> {
        let mut hosts = vec![address.to_string(), format!("localhost:{}", address.port())];
        let mut all: Vec<String> = hosts.iter().map(|host| format!("http://{host}")).collect();
        all.extend(origins.iter().map(|origin| origin.trim_end_matches('/').to_ascii_lowercase()));
        hosts.extend(origins.iter().filter_map(|origin| Some(origin.split_once("://")?.1.to_ascii_lowercase())));
        let mut secret = [0_u8; 16];
        getrandom::fill(&mut secret)?;
        let secret = format!("{:032x}", u128::from_be_bytes(secret));
        Ok(Self(Arc::new(Parts { hosts, origins: all, secret, hub, first, stop, sockets })))
    }

    fn is_own(&self, headers: &HeaderMap) -> bool {
        let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?").to_ascii_lowercase());
        text(header::HOST).is_some_and(|host| self.0.hosts.contains(&host))
            && text(header::ORIGIN).is_none_or(|origin| self.0.origins.contains(&origin))
    }
}

/// Every route.
pub fn router(page: Page) -> Router {
    Router::new()
        .route("/", get(home))
        .route("/board", get(board))
        .route("/board/{zone}", get(board))
        .route("/board/live", get(of_index))
        .route("/board/{zone}/live", get(of_zone))
        .route("/assets/{*path}", get(async |Path(path): Path<String>| file(&format!("assets/{path}"))))
        .route("/sounds/{*path}", get(async |Path(path): Path<String>| file(&format!("sounds/{path}"))))
        .route("/favicon.svg", get(async || file("favicon.svg")))
        .layer(middleware::from_fn_with_state(page.clone(), guard))
        .with_state(page)
}

/// Only requests to this machine by its own names, from its own pages: a page of another site could otherwise reach it
/// through a name that it lets point here.
async fn guard(State(page): State<Page>, request: Request, next: Next) -> Response {
    let mut response = if page.is_own(request.headers()) {
        next.run(request).await
    } else {
        refuse(StatusCode::FORBIDDEN, "not by this name, not from that page")
    };
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

async fn home(State(page): State<Page>) -> Redirect {
    match &page.0.first {
        Some(zone) => Redirect::to(&format!("/board/{zone}")),
        None => Redirect::to("/board"),
    }
}

async fn board(State(page): State<Page>) -> Response {
    let mut response = file("board.html");
    let cookie = format!("{COOKIE}={}; Path=/board; HttpOnly; SameSite=Strict", page.0.secret);
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    // The secret in it is another one after each start.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn file(path: &str) -> Response {
    let Some(file) = web::file(path) else { return refuse(StatusCode::NOT_FOUND, "there is no such page") };
    let headers = [
        (header::CONTENT_TYPE, file.content_type),
        (header::CONTENT_SECURITY_POLICY, web::CONTENT_SECURITY_POLICY),
        (header::CACHE_CONTROL, file.cache_control),
    ];
    (headers, file.bytes.into_owned()).into_response()
}

fn refuse(status: StatusCode, why: &'static str) -> Response {
    (status, why).into_response()
}

type Upgrade = Result<WebSocketUpgrade, WebSocketUpgradeRejection>;

async fn of_index(State(page): State<Page>, headers: HeaderMap, upgrade: Upgrade) -> Response {
    open(&page, String::new(), &headers, upgrade)
}

async fn of_zone(State(page): State<Page>, Path(zone): Path<String>, headers: HeaderMap, upgrade: Upgrade) -> Response {
    open(&page, zone, &headers, upgrade)
}

fn open(page: &Page, zone: String, headers: &HeaderMap, upgrade: Upgrade) -> Response {
    if zone.len() > socket::MAX_ZONE {
        return refuse(StatusCode::NOT_FOUND, "there is no such zone");
    }
    if !knows(headers, &page.0.secret) {
        return refuse(StatusCode::FORBIDDEN, "this page was served by another start of the program: load it again");
    }
    match upgrade {
        Ok(upgrade) => socket::open(upgrade, page.0.hub.clone(), zone, page.0.stop.clone(), &page.0.sockets),
        Err(_) => refuse(StatusCode::BAD_REQUEST, "this is a WebSocket: send an upgrade"),
    }
}

/// Whether the page brings the secret it was served with.
fn knows(headers: &HeaderMap, secret: &str) -> bool {
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|value| value.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .any(|(name, value)| name == COOKIE && value == secret)
}
