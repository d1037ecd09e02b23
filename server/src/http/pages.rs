//! The pages, from the program itself.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};

use super::{ApiError, App};

/// Paths of pages and the files that hold them. What a page shows depends on its path; the file does not.
const PAGES: [(&str, &str); 11] = [
    ("/", "index.html"),
    ("/hall", "hall.html"),
    ("/signin", "signin.html"),
    ("/desk/{window}", "desk.html"),
    ("/board", "board.html"),
    ("/board/{zone}", "board.html"),
    ("/manage", "manage.html"),
    ("/manage/ticket", "ticket.html"),
    ("/parking", "parking.html"),
    ("/reception", "reception.html"),
    ("/t/{token}", "phone.html"),
];

/// Every page and what it loads.
pub fn router() -> Router<App> {
    let pages = PAGES.into_iter().fold(Router::new(), |router, (path, name)| router.route(path, page(name)));
    pages
        .route("/assets/{*path}", get(async |Path(path): Path<String>| file(&format!("assets/{path}"))))
        .route("/sounds/{*path}", get(async |Path(path): Path<String>| file(&format!("sounds/{path}"))))
        .route("/favicon.svg", page("favicon.svg"))
}

/// The visitor's page and what it loads.
pub fn public_router() -> Router<App> {
    Router::new()
        .route("/t/{token}", page("phone.html"))
        .route("/assets/{*path}", get(async |Path(path): Path<String>| file(&format!("assets/{path}"))))
        .route("/favicon.svg", page("favicon.svg"))
}

fn page(name: &'static str) -> MethodRouter<App> {
    get(async move || file(name))
}

fn file(path: &str) -> Result<Response, ApiError> {
    let file = web::file(path).ok_or_else(|| ApiError::new(404, "not-found", "there is no such page"))?;
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.content_type));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(web::CONTENT_SECURITY_POLICY));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(file.cache_control));
    Ok((StatusCode::OK, headers, file.bytes.into_owned()).into_response())
}
