//! `GET /v1/cameras`: the cameras, what they have pushed, and what waits for the hall.

use axum::Json;
use axum::extract::State;
use protocol::bridge::cameras::Cameras;

use super::App;

/// Every camera.
pub async fn list(State(bridge): State<App>) -> Json<Cameras> {
    let outbox = bridge.outbox.as_ref().map(crate::passages::Outbox::status).unwrap_or_default();
    let cameras = bridge.cameras.as_ref().map(|cameras| cameras.view());
    Json(cameras.unwrap_or_else(|| Cameras { outbox, ..Cameras::default() }))
}
