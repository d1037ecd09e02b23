//! `GET /v1/readers/{name}/live`: cards, to one listener at a time.

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use protocol::bridge::ReaderMessage;

use super::App;
use super::listen::{About, listen};
use super::problem::ApiError;
use super::socket;

/// Listens, in place of whoever listened before.
pub async fn live(
    State(bridge): State<App>,
    Path(name): Path<String>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, ApiError> {
    if !bridge.readers.contains_key(&name) {
        return Err(ApiError::not_found(format!("no reader is named {name:?}")));
    }
    let answer = socket::limited(upgrade).on_upgrade(async move |socket| {
        let Some(reader) = bridge.readers.get(&name) else { return };
        let about = About { changed: |device| ReaderMessage::Changed { device }, tick: ReaderMessage::Tick };
        listen(&bridge, &reader.listening, &reader.handle.device, about, socket).await;
    });
    Ok(answer.into_response())
}
