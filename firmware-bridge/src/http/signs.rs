//! `PUT /v1/signs/{name}/areas/{area}`, `DELETE /v1/signs/{name}/areas`.

use std::time::Duration;

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use drivers::onbon::Refusal;
use protocol::bridge::{Paper, SignArea};

use super::problem::ApiError;
use super::{App, NO_CONTENT};
use crate::bridge::Bridge;
use crate::families::signs::{Fate, Sign};

/// A card takes one refresh a second, and may have to be asked again.
const WAIT: Duration = Duration::from_secs(3);
/// What stands on a sign that is away.
const AWAY: &str = "the sign does not answer; what was asked for is shown when it does";

/// Shows a text in an area; answers when the card has taken it.
pub async fn show(
    State(bridge): State<App>,
    path: Result<Path<(String, u8)>, PathRejection>,
    body: Result<Json<SignArea>, JsonRejection>,
) -> Result<StatusCode, ApiError> {
    let Path((name, area)) = path?;
    let sign = named(&bridge, &name)?;
    let Json(content) = body?;
    if content.text.len() > Paper::MAX_TEXT || content.text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(ApiError::invalid("a text has at most 512 bytes, and no control characters but line breaks"));
    }
    let fate = sign.show(area, content).await?;
    if !sign.answers() {
        return Err(ApiError::unavailable(AWAY));
    }
    match tokio::time::timeout(WAIT, fate).await {
        Ok(Ok(Fate::Shown)) => Ok(NO_CONTENT),
        Ok(Ok(Fate::Refused(why))) => Err(refused(why)),
        Ok(Err(_)) | Err(_) => Err(ApiError::unavailable(AWAY)),
    }
}

/// Clears a sign.
pub async fn clear(State(bridge): State<App>, Path(name): Path<String>) -> Result<StatusCode, ApiError> {
    let sign = named(&bridge, &name)?;
    sign.clear().await?;
    if sign.answers() { Ok(NO_CONTENT) } else { Err(ApiError::unavailable(AWAY)) }
}

fn named<'a>(bridge: &'a Bridge, name: &str) -> Result<&'a Sign, ApiError> {
    bridge.signs.get(name).ok_or_else(|| ApiError::not_found(format!("no sign is named {name:?}")))
}

fn refused(why: Refusal) -> ApiError {
    match why {
        Refusal::NoSuchArea => {
            ApiError::not_found("the sign has no such area: it is as many rows of 16 dots as it is high")
        }
        Refusal::TooLong => ApiError::invalid("the text is longer than an area holds"),
        Refusal::Card(error) => ApiError::unavailable(format!("the sign's card does not take it: {error:?}")),
    }
}
