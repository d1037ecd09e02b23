//! `GET /v1/readers/{name}/live`: cards, to one listener at a time.

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Path, State};
use axum::response::Response;
use protocol::bridge::ReaderMessage;

use super::App;
use super::listen::{About, listen};
use super::problem::ApiError;

/// Listens, in place of whoever listened before.
pub async fn live(
    State(bridge): State<App>,
    Path(name): Path<String>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, ApiError> {
    let reader = bridge.readers.get(&name);
    let reader = reader.ok_or_else(|| ApiError::not_found(format!("no reader is named {name:?}")))?;
    let about = About { changed: |device| ReaderMessage::Changed { device }, tick: ReaderMessage::Tick };
    Ok(listen(upgrade, &bridge, &reader.listening, &reader.handle.device, about))
}
