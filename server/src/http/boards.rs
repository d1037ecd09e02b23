//! The sockets of boards' pages. They show what hangs on the wall for everybody to see, so nobody signs in.

mod feed;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use axum::routing::get;
use hub::socket;

use super::{ApiError, App};

pub use feed::feed;

type Upgrade = Result<WebSocketUpgrade, WebSocketUpgradeRejection>;

/// `/board/{zone}/live`, and `/board/live` for who wants to know which zones there are.
pub fn router() -> Router<App> {
    Router::new().route("/board/{zone}/live", get(of_zone)).route("/board/live", get(of_index))
}

async fn of_zone(
    State(app): State<App>,
    Path(zone): Path<String>,
    headers: HeaderMap,
    upgrade: Upgrade,
) -> Result<Response, ApiError> {
    if zone.is_empty() || zone.len() > socket::MAX_ZONE {
        return Err(ApiError::new(404, "not-found", "there is no such zone"));
    }
    open(&app, zone, &headers, upgrade)
}

async fn of_index(State(app): State<App>, headers: HeaderMap, upgrade: Upgrade) -> Result<Response, ApiError> {
    open(&app, String::new(), &headers, upgrade)
}

fn open(app: &App, zone: String, headers: &HeaderMap, upgrade: Upgrade) -> Result<Response, ApiError> {
    if is_foreign(headers) {
        return Err(ApiError::new(403, "not-allowed", "pages of other sites may not open a board"));
    }
    let upgrade = upgrade.map_err(|_| ApiError::invalid("this is a WebSocket: send an upgrade"))?;
    Ok(socket::open(upgrade, app.boards.clone(), zone, app.stop.clone(), &app.sockets))
}

/// Whether the request comes from a page of another site.
fn is_foreign(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return false };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let of_origin = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map_or("", |(_, rest)| rest);
    host.is_empty() || !of_origin.eq_ignore_ascii_case(host)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn pages_of_other_sites_are_foreign() {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("127.0.0.1:8080"));
        assert!(!is_foreign(&headers), "a program");
        headers.insert(header::ORIGIN, HeaderValue::from_static("http://127.0.0.1:8080"));
        assert!(!is_foreign(&headers));
        for other in ["http://evil.invalid", "null", "http://127.0.0.1:8081"] {
            headers.insert(header::ORIGIN, HeaderValue::from_static(other));
            assert!(is_foreign(&headers), "{other}");
        }
    }
}
