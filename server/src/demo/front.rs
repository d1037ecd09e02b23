//! The one address of a demo, before all of its programs: pages from this program, the kiosk's from the kiosk, the plugs of
//! the devices from the bridge, everything else from the hall's server. So a page stays where it is when its server dies.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1 as client;
use hyper::header::{self, HeaderValue};
use hyper::server::conn::http1 as server;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio_util::sync::CancellationToken;

use super::programs::{Program, ProgramView};

/// Body of an answer.
type Body = UnsyncBoxBody<Bytes, hyper::Error>;

/// Somebody who may sign in to the demo. His password is no secret.
#[derive(Debug, Clone, Serialize)]
pub struct DemoUser {
    /// His name.
    pub name: &'static str,
    /// What he may do.
    pub role: &'static str,
    /// His password.
    pub password: String,
    /// The page he works at.
    pub goes_to: &'static str,
}

/// Where everything is.
#[derive(Debug)]
pub struct Front {
    /// The hall's server.
    pub server: SocketAddr,
    /// The kiosk for whoever looks at the demo.
    pub kiosk: SocketAddr,
    /// The bridge's socket.
    pub bridge: PathBuf,
    /// Who may sign in.
    pub users: Vec<DemoUser>,
    /// The programs by their names in addresses.
    pub programs: Vec<Program>,
}

impl Front {
    fn program(&self, name: &str) -> Option<&Program> {
        self.programs.iter().find(|program| program.view().name == name)
    }
}

/// `GET /demo/state`.
#[derive(Debug, Serialize)]
struct State {
    programs: Vec<ProgramView>,
    /// What the bridge says of its virtual devices; null while it does not answer.
    bridge: Option<Bridge>,
}

/// What the bridge says.
#[derive(Debug, Serialize)]
struct Bridge {
    /// What is plugged in, and what is to be seen: by family, as `GET /v1/virtual` lists them.
    #[serde(flatten)]
    virtuals: serde_json::Map<String, serde_json::Value>,
    /// How every device is, as its owner in the bridge finds it.
    devices: serde_json::Value,
    /// What the lanes have counted.
    counts: serde_json::Value,
    /// What the gates' contacts say.
    contacts: serde_json::Value,
}

/// `GET /demo/doorway.json`.
#[derive(Debug, Serialize)]
struct Doorway<'a> {
    users: &'a [DemoUser],
    /// The page of the ticket that was printed last.
    phone: Option<String>,
}

/// Serves until `stop`. `front` is another one when a new day has begun.
pub async fn serve(
    listener: TcpListener,
    front: tokio::sync::watch::Receiver<Option<Arc<Front>>>,
    stop: CancellationToken,
) {
    loop {
        let stream = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::task::yield_now().await;
                    continue;
                }
            },
        };
        let _ = stream.set_nodelay(true);
        let (front, stop) = (front.clone(), stop.clone());
        tokio::spawn(async move {
            let service = service_fn(|request| {
                let front = front.borrow().clone();
                async move { anyhow::Ok(answer(front, request).await) }
            });
            let connection = server::Builder::new().serve_connection(TokioIo::new(stream), service).with_upgrades();
            tokio::select! {
                () = stop.cancelled() => {}
                // A browser that breaks off is no fault of the demo.
                _ = connection => {}
            }
        });
    }
}

async fn answer(front: Option<Arc<Front>>, request: Request<Incoming>) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let get = request.method() == Method::GET;
    match path.as_str() {
        "/" if get => return page("index.html"),
        "/demo" if get => return page("demo.html"),
        "/favicon.svg" if get => return page("favicon.svg"),
        path if get && (path.starts_with("/assets/") || path.starts_with("/sounds/")) => return page(&path[1..]),
        _ => {}
    }
    let Some(front) = front else { return plain(StatusCode::SERVICE_UNAVAILABLE, "the demo begins; try again") };
    if let Some(rest) = path.strip_prefix("/demo/") {
        return demo(&front, rest, request).await;
    }
    let to = if path == "/kiosk" || path.starts_with("/kiosk/") { front.kiosk } else { front.server };
    match TcpStream::connect(to).await {
        Ok(stream) => {
            let _ = stream.set_nodelay(true);
            forward(stream, request).await
        }
        Err(_) => away(),
    }
}

/// What the demo alone has.
async fn demo(front: &Front, rest: &str, request: Request<Incoming>) -> Response<Body> {
    if request.method() != Method::GET && !same_origin(&request) {
        return plain(StatusCode::FORBIDDEN, "only pages of this demo may do that");
    }
    if let Some(path) = rest.strip_prefix("bridge/") {
        let path = format!("/{path}");
        return match UnixStream::connect(&front.bridge).await {
            Ok(stream) => forward(stream, at(request, &path)).await,
            Err(_) => away(),
        };
    }
    match (request.method(), rest.split('/').collect::<Vec<_>>().as_slice()) {
        (&Method::GET, ["state"]) => {
            let bridge = everything(front).await.ok();
            let programs = front.programs.iter().map(Program::view).collect();
            json(&State { programs, bridge })
        }
        (&Method::GET, ["doorway.json"]) => {
            let phone = ask_bridge(front, "/v1/virtual").await.ok().and_then(|state| last_link(&state));
            json(&Doorway { users: &front.users, phone })
        }
        (&Method::POST, ["programs", name, what @ ("kill" | "start")]) => {
            let Some(program) = front.program(name) else {
                return plain(StatusCode::NOT_FOUND, "the demo has no such program");
            };
            if *what == "kill" {
                program.kill().await;
            } else if let Err(error) = program.start().await {
                return plain(StatusCode::BAD_GATEWAY, &format!("{error:#}"));
            }
            json(&program.view())
        }
        _ => plain(StatusCode::NOT_FOUND, "there is no such path"),
    }
}

/// The path of the visitor's page on the ticket that was printed last, whichever printer it was: the QR code says it.
fn last_link(state: &serde_json::Value) -> Option<String> {
    fn codes<'a>(value: &'a serde_json::Value, found: &mut Vec<&'a str>) {
        match value {
            serde_json::Value::String(text) if text.contains("/t/") => found.push(text),
            serde_json::Value::Array(values) => values.iter().for_each(|value| codes(value, found)),
            serde_json::Value::Object(values) => values.values().for_each(|value| codes(value, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    codes(state, &mut found);
    let link = found.last()?;
    link.find("/t/").map(|at| link[at..].to_owned())
}

async fn everything(front: &Front) -> anyhow::Result<Bridge> {
    let (virtuals, devices, counts, contacts) = tokio::try_join!(
        ask_bridge(front, "/v1/virtual"),
        ask_bridge(front, "/v1/devices"),
        ask_bridge(front, "/v1/lanes"),
        ask_bridge(front, "/v1/gates"),
    )?;
    Ok(Bridge { virtuals: serde_json::from_value(virtuals)?, devices, counts, contacts })
}

async fn ask_bridge(front: &Front, path: &str) -> anyhow::Result<serde_json::Value> {
    let stream = UnixStream::connect(&front.bridge).await?;
    let (mut sender, connection) = client::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let request = Request::get(path).header(header::HOST, "bridge").body(Full::new(Bytes::new()))?;
    let response = sender.send_request(request).await?;
    anyhow::ensure!(response.status().is_success(), "the bridge answers {}", response.status());
    let body = response.into_body().collect().await?.to_bytes();
    serde_json::from_slice(&body).context("the bridge says what is no JSON")
}

/// The same request for another path; its query stays.
fn at(request: Request<Incoming>, path: &str) -> Request<Incoming> {
    let (mut parts, body) = request.into_parts();
    let query = parts.uri.query().map_or_else(String::new, |query| format!("?{query}"));
    if let Ok(uri) = format!("{path}{query}").parse() {
        parts.uri = uri;
    }
    Request::from_parts(parts, body)
}

/// Passes a request on and its answer back; after an upgrade, everything in both directions.
async fn forward<S>(stream: S, mut request: Request<Incoming>) -> Response<Body>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let Ok((mut sender, connection)) = client::handshake(TokioIo::new(stream)).await else { return away() };
    tokio::spawn(connection.with_upgrades());
    let upgrades = request.headers().contains_key(header::UPGRADE);
    let asked = upgrades.then(|| hyper::upgrade::on(&mut request));
    let Ok(mut response) = sender.send_request(request).await else { return away() };
    if let (Some(asked), StatusCode::SWITCHING_PROTOCOLS) = (asked, response.status()) {
        let answered = hyper::upgrade::on(&mut response);
        tokio::spawn(async move {
            if let (Ok(asked), Ok(answered)) = tokio::join!(asked, answered) {
                let (mut asked, mut answered) = (TokioIo::new(asked), TokioIo::new(answered));
                // Either side's end is the end of both.
                let _ = tokio::io::copy_bidirectional(&mut asked, &mut answered).await;
            }
        });
    }
    response.map(BodyExt::boxed_unsync)
}

/// Whether a request comes from a page of this demo.
fn same_origin<B>(request: &Request<B>) -> bool {
    let text = |name| request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    match (text(header::ORIGIN), text(header::HOST)) {
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, rest)| rest == host),
        _ => false,
    }
}

fn page(name: &str) -> Response<Body> {
    let Some(file) = web::file(name) else { return plain(StatusCode::NOT_FOUND, "there is no such page") };
    let mut response = full(Bytes::from(file.bytes.into_owned()));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(file.cache_control));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(web::CONTENT_SECURITY_POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

fn json(value: &impl Serialize) -> Response<Body> {
    // What is written here always can be.
    let mut response = full(serde_json::to_vec(value).unwrap_or_default().into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Whom the request is for does not run.
fn away() -> Response<Body> {
    plain(StatusCode::BAD_GATEWAY, "this program of the demo does not run now; start it again at /demo")
}

fn plain(status: StatusCode, text: &str) -> Response<Body> {
    let mut response = full(Bytes::from(format!("{text}\n")));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

fn full(bytes: Bytes) -> Response<Body> {
    Response::new(Full::new(bytes).map_err(|never| match never {}).boxed_unsync())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_ticket_leads_to_its_page() {
        let state = serde_json::json!({"printers": [{"tickets": [{"qr": ["http://127.0.0.1:8080/t/aa"]},
            {"qr": ["http://127.0.0.1:8080/t/bb"]}]}]});
        assert_eq!(last_link(&state).as_deref(), Some("/t/bb"));
        assert_eq!(last_link(&serde_json::json!({"printers": []})), None);
    }

    #[test]
    fn pages_of_others_may_not() {
        let request = |origin: &str| {
            let request = Request::post("/demo/programs/server/kill").header("host", "127.0.0.1:8080");
            request.header("origin", origin).body(()).unwrap()
        };
        assert!(same_origin(&request("http://127.0.0.1:8080")));
        assert!(!same_origin(&request("http://127.0.0.1:8081")));
        assert!(!same_origin(&Request::post("/").body(()).unwrap()));
    }
}
