//! `GET /v1/scanners/{name}/live`: codes, to one listener at a time.

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Path, State};
use axum::response::Response;
use protocol::bridge::ScannerMessage;

use super::App;
use super::listen::{About, listen};
use super::problem::ApiError;

/// Listens, in place of whoever listened before.
pub async fn live(
    State(bridge): State<App>,
    Path(name): Path<String>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, ApiError> {
    let scanner = bridge.scanners.get(&name);
    let scanner = scanner.ok_or_else(|| ApiError::not_found(format!("no scanner is named {name:?}")))?;
    let about = About { changed: |device| ScannerMessage::Changed { device }, tick: ScannerMessage::Tick };
    Ok(listen(upgrade, &bridge, &scanner.listening, &scanner.handle.device, about))
}
