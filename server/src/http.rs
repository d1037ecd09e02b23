//! HTTP: one module a noun. Handlers turn requests into commands and answers into JSON; they decide nothing. All axum types
//! of the server stand below this module.

mod auth;
pub mod boards;
mod desk;
mod devices;
mod extract;
mod headers;
mod health;
pub mod listener;
mod live;
mod pages;
mod parking;
mod problem;
mod queues;
mod seats;
mod session;
mod site;
mod tickets;
mod visits;
mod windows;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::clock::Clock;
use crate::devices::Devices;
use crate::engine::shell::Handle;
use crate::people::People;
use crate::people::connect::ConnectTickets;
use crate::people::limits::RateLimits;
use crate::persons::Persons;
use crate::tokens::{Token, Tokens};
use crate::visits::Visits;
pub use live::audience::Audience;
use store::Store;

use site::Connection;

pub use problem::ApiError;

/// Largest request body, in bytes.
pub const MAX_BODY: usize = 64 * 1024;
/// Longest time from a whole head to a whole answer.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);

/// What every handler may use.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// See [`App`].
pub struct Parts {
    /// The hall's stream.
    pub hall: Handle,
    /// The hall's clock.
    pub clock: Arc<Clock>,
    /// For what is not in the state: tickets of former days, persons.
    pub store: Arc<dyn Store>,
    /// The programs that may ask.
    pub tokens: Tokens,
    /// The people who have signed in.
    pub people: People,
    /// Personal data to keyed hashes.
    pub persons: Persons,
    /// How much each token may ask.
    pub limits: RateLimits,
    /// Single-use tickets for sockets of pages.
    pub connect: ConnectTickets,
    /// The present metrics as text.
    pub metrics: metrics_exporter_prometheus::PrometheusHandle,
    /// Cancelled when the server stops.
    pub stop: CancellationToken,
    /// What boards show and say.
    pub boards: hub::Hub,
    /// Sockets that are open.
    pub sockets: TaskTracker,
    /// Everybody who hears of every event.
    pub audience: Audience,
    /// What programs last said of their devices.
    pub devices: Arc<Mutex<Devices>>,
    /// The visits that visitors watch.
    pub visits: Arc<Visits>,
    /// What stands before `/t/…` in the addresses of visitors' pages, without a slash at its end.
    pub public_url: String,
    /// What program this is.
    pub build: String,
}

impl App {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Whether the token is not revoked, or the session has not ended.
    pub fn holds(&self, token: &Token) -> bool {
        self.tokens.holds(token.actor.id, token.session)
    }
}

impl std::ops::Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Paihao", description = "Queues and traffic of a service hall.", license(name = "proprietary")),
    components(schemas(protocol::Problem)),
    modifiers(&Bearer)
)]
struct Api;

struct Bearer;

impl utoipa::Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
        let components = document.components.get_or_insert_with(Default::default);
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        components.add_security_scheme("bearer", scheme);
        let cookie = ApiKey::Cookie(ApiKeyValue::new(site::cookie_name(true)));
        components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    }
}

fn api() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Api::openapi())
        .routes(routes!(tickets::issue))
        .routes(routes!(tickets::show))
        .routes(routes!(tickets::leave))
        .routes(routes!(tickets::reprint))
        .routes(routes!(tickets::printed))
        .routes(routes!(tickets::find))
        .routes(routes!(tickets::prints))
        .routes(routes!(tickets::preview::preview))
        .routes(routes!(visits::show))
        .routes(routes!(visits::leave))
        .routes(routes!(queues::list))
        .routes(routes!(windows::list))
        .routes(routes!(windows::show))
        .routes(routes!(desk::show))
        .routes(routes!(windows::open))
        .routes(routes!(windows::pause))
        .routes(routes!(windows::close))
        .routes(routes!(windows::call))
        .routes(routes!(windows::recall))
        .routes(routes!(windows::start))
        .routes(routes!(windows::finish))
        .routes(routes!(windows::miss))
        .routes(routes!(windows::return_ticket))
        .routes(routes!(windows::park))
        .routes(routes!(windows::resume))
        .routes(routes!(windows::transfer))
        .routes(routes!(windows::rate))
        .routes(routes!(parking::list))
        .routes(routes!(parking::show))
        .routes(routes!(parking::operation))
        .routes(routes!(parking::passage))
        .routes(routes!(parking::correct))
        .routes(routes!(parking::open))
        .routes(routes!(parking::open_level))
        .routes(routes!(parking::open_lane))
        .routes(routes!(parking::sight))
        .routes(routes!(parking::find))
        .routes(routes!(parking::appointments))
        .routes(routes!(parking::tell_day))
        .routes(routes!(parking::datex::show))
        .routes(routes!(devices::list))
        .routes(routes!(devices::report))
        .routes(routes!(seats::sit, seats::stand_up))
        .routes(routes!(session::sign_in, session::show, session::sign_out))
        .routes(routes!(live::stream))
        .routes(routes!(live::connect))
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(health::metrics))
        .routes(routes!(health::openapi))
}

/// The OpenAPI document.
pub fn document() -> utoipa::openapi::OpenApi {
    api().into_openapi()
}

/// Every route of the server.
pub fn router(app: App) -> Router {
    let (router, _) = api().split_for_parts();
    around(router.merge(pages::router()).merge(boards::router()), app)
}

/// What visitors reach from anywhere: their own page, what it loads, and their own visit.
pub fn public_router(app: App) -> Router {
    let visits =
        OpenApiRouter::new().routes(routes!(visits::show)).routes(routes!(visits::leave)).routes(routes!(live::stream));
    let (router, _) = visits.split_for_parts();
    around(router.merge(pages::public_router()), app)
}

/// What lies around every route: limits, names, and the headers of every answer.
fn around(router: Router<App>, app: App) -> Router {
    router
        .method_not_allowed_fallback(method_not_allowed)
        .fallback(not_found)
        .layer(CatchPanicLayer::custom(|_| {
            tracing::error!("a handler panicked");
            ApiError::internal().into_response()
        }))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST_TIMEOUT))
        // Outermost: what the others answer is counted and has its headers as well.
        .layer(middleware::from_fn_with_state(app.clone(), observe))
        .with_state(app)
}

async fn not_found() -> ApiError {
    ApiError::new(404, "not-found", "there is no such path")
}

async fn method_not_allowed() -> ApiError {
    ApiError::new(405, "method-not-allowed", "this path does not take that method")
}

/// Names each request, counts it, and adds the headers that every answer has.
async fn observe(State(app): State<App>, request: Request, next: Next) -> Response {
    let began = std::time::Instant::now();
    let route = request
        .extensions()
        .get::<axum::extract::MatchedPath>()
        .map_or_else(|| "unknown".to_owned(), |path| path.as_str().to_owned());
    let method = request.method().clone();
    let connection = Connection::in_extensions(request.extensions());
    let mut response = next.run(request).await;
    let status = response.status();
    let labels = [("method", method.to_string()), ("route", route), ("status", status.as_u16().to_string())];
    metrics::counter!("paihao_http_requests_total", &labels).increment(1);
    metrics::histogram!("paihao_http_seconds").record(began.elapsed());
    if status.is_server_error() {
        // The route, never the path or the body: they may hold what must not be in a log.
        tracing::warn!(method = labels[0].1, route = labels[1].1, status = status.as_u16(), "request failed");
    }
    let headers = response.headers_mut();
    headers::add(headers, connection.tls);
    if app.clock.simulated_speed().is_some() {
        headers.insert(HeaderName::from_static("x-paihao-clock"), HeaderValue::from_static("simulated"));
    }
    response
}
