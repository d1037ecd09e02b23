//! `GET /v1/pads/{name}/live`, `PUT /v1/pads/{name}/{address}`, `POST /v1/pads/{name}/{address}/rating`.

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use protocol::bridge::{PadScreen, PadsMessage};

use super::listen::{About, listen};
use super::problem::ApiError;
use super::{App, NO_CONTENT};
use crate::bridge::Bridge;
use crate::families::pads::Pads;

/// What is said when nobody can be told anything.
const AWAY: &str = "the line does not answer; what pads are to show is shown when it does";

/// Keys and ratings, in place of whoever listened before.
pub async fn live(
    State(bridge): State<App>,
    Path(name): Path<String>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, ApiError> {
    let pads = line(&bridge, &name)?;
    let about = About { changed: |device| PadsMessage::Changed { device }, tick: PadsMessage::Tick };
    Ok(listen(upgrade, &bridge, &pads.listening, &pads.handle.device, about))
}

/// Wants something shown. Displays do not answer, so this says that it will be sent, not that it is seen.
pub async fn show(
    State(bridge): State<App>,
    path: Result<Path<(String, u8)>, PathRejection>,
    body: Result<Json<PadScreen>, JsonRejection>,
) -> Result<StatusCode, ApiError> {
    let Path((name, address)) = path?;
    let pads = pad(&bridge, &name, address)?;
    let Json(screen) = body?;
    if screen.ticket.is_some() && screen.waiting.is_some() {
        return Err(ApiError::invalid("a pad shows either a ticket or how many wait"));
    }
    if screen.ticket.is_some_and(|ticket| ticket > 999) {
        return Err(ApiError::invalid("a pad shows three digits of a ticket"));
    }
    pads.show(address, screen).await?;
    if pads.answers() { Ok(NO_CONTENT) } else { Err(ApiError::unavailable(AWAY)) }
}

/// Lets a rating pad ask.
pub async fn ask(
    State(bridge): State<App>,
    path: Result<Path<(String, u8)>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let Path((name, address)) = path?;
    let pads = pad(&bridge, &name, address)?;
    if !pads.answers() {
        return Err(ApiError::unavailable("the line does not answer; nobody is asked"));
    }
    pads.ask(address).await?;
    Ok(NO_CONTENT)
}

fn line<'a>(bridge: &'a Bridge, name: &str) -> Result<&'a Pads, ApiError> {
    bridge.pads.get(name).ok_or_else(|| ApiError::not_found(format!("no line of pads is named {name:?}")))
}

fn pad<'a>(bridge: &'a Bridge, name: &str, address: u8) -> Result<&'a Pads, ApiError> {
    let pads = line(bridge, name)?;
    if pads.has(address) { Ok(pads) } else { Err(ApiError::not_found(format!("{name} has no pad {address}"))) }
}
