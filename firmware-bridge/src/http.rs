//! The bridge's API on its Unix socket: requests to jobs, readers and signs, and what comes of them to answers.
//! The shapes are those of [`protocol::bridge`].

mod cameras;
mod devices;
mod lanes;
mod listen;
mod listener;
mod metrics;
mod pads;
mod printers;
mod problem;
mod readers;
mod scanners;
mod signs;
mod socket;
mod speakers;
mod virtual_control;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post, put};
use tower_http::catch_panic::CatchPanicLayer;

use crate::bridge::Bridge;
pub use listener::{Unbound, bind, serve};
use problem::ApiError;

/// Largest body, in bytes: a whole paper of the longest lines, with room for how JSON writes them.
const MAX_BODY: usize = 256 * 1024;

/// What every handler has.
type App = Arc<Bridge>;

/// The routes.
pub fn router(bridge: App) -> Router {
    let mut router = Router::new()
        .route("/v1/devices", get(devices::list))
        .route("/v1/counters", get(devices::counters))
        .route("/v1/live", get(devices::live))
        .route("/metrics", get(metrics::metrics))
        .route("/v1/printers/{name}/jobs/{job}", put(printers::print).get(printers::report))
        .route("/v1/readers/{name}/live", get(readers::live))
        .merge(signs::routes())
        .route("/v1/cameras", get(cameras::list))
        .route("/v1/pads/{name}/live", get(pads::live))
        .route("/v1/pads/{name}/{address}", put(pads::show))
        .route("/v1/pads/{name}/{address}/rating", post(pads::ask))
        .route("/v1/scanners/{name}/live", get(scanners::live))
        .route("/v1/speakers/{name}/announcements/{id}", put(speakers::announce).get(speakers::report))
        .route("/v1/speakers/{name}/live", get(speakers::live))
        .merge(lanes::routes());
    if bridge.virtual_control {
        router = router.merge(virtual_control::routes());
    }
    router
        .fallback(async || ApiError::not_found("there is nothing at this address"))
        .method_not_allowed_fallback(async || {
            ApiError::new(405, "method-not-allowed", "this address knows other methods")
        })
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(CatchPanicLayer::custom(panicked))
        .with_state(bridge)
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    ApiError::new(500, "internal", "the bridge is at fault").into_response()
}

/// An answer without content.
const NO_CONTENT: StatusCode = StatusCode::NO_CONTENT;
