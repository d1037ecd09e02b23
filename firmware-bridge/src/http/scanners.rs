//! `GET /v1/scanners/{name}/live`: codes, to one listener at a time.

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use protocol::bridge::ScannerMessage;

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
    if !bridge.scanners.contains_key(&name) {
        return Err(ApiError::not_found(format!("no scanner is named {name:?}")));
    }
    let answer = socket::limited(upgrade).on_upgrade(async move |socket| {
        let Some(scanner) = bridge.scanners.get(&name) else { return };
        let about = About { changed: |device| ScannerMessage::Changed { device }, tick: ScannerMessage::Tick };
        listen(&bridge, &scanner.listening, &scanner.handle.device, about, socket).await;
    });
    Ok(answer.into_response())
}
