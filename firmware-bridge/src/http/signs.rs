//! `/v1/signs/{name}/…`: what signs show, say and do.

use std::time::Duration;

use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{delete, post, put};
use axum::{Json, Router};
use drivers::sign::{Command, Refusal};
use protocol::bridge::{Paper, SignArea, SignBrightness, SignSpeech};

use super::problem::ApiError;
use super::{App, NO_CONTENT};
use crate::bridge::Bridge;
use crate::families::signs::{Fate, Sign};

/// A card takes one refresh a second, and may have to be asked again; on a line the others come in between.
const WAIT: Duration = Duration::from_secs(4);
/// What stands on a sign that is away.
const AWAY: &str = "the sign does not answer; what it is to show is shown when it does";

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1/signs/{name}/areas/{area}", put(show))
        .route("/v1/signs/{name}/areas", delete(clear))
        .route("/v1/signs/{name}/brightness", put(brightness))
        .route("/v1/signs/{name}/self-test", post(self_test))
        .route("/v1/signs/{name}/say", post(say))
}

/// Shows a text in an area; answers when the board has taken it.
async fn show(
    State(bridge): State<App>,
    path: Result<Path<(String, u8)>, PathRejection>,
    body: Result<Json<SignArea>, JsonRejection>,
) -> Result<StatusCode, ApiError> {
    let Path((name, area)) = path?;
    let sign = named(&bridge, &name)?;
    let Json(content) = body?;
    if !is_text(&content.text) {
        return Err(ApiError::invalid("a text has at most 512 bytes, and no control characters but line breaks"));
    }
    if content.dots.as_ref().is_some_and(|dots| dots.bytes().is_none()) {
        return Err(ApiError::invalid("dots: rows is not the Base64 of so many rows of dots"));
    }
    done(sign, Command::Show { area, content }).await
}

/// Clears a sign.
async fn clear(State(bridge): State<App>, Path(name): Path<String>) -> Result<StatusCode, ApiError> {
    done(named(&bridge, &name)?, Command::Clear).await
}

/// Sets how bright it is.
async fn brightness(
    State(bridge): State<App>,
    Path(name): Path<String>,
    body: Result<Json<SignBrightness>, JsonRejection>,
) -> Result<StatusCode, ApiError> {
    let sign = named(&bridge, &name)?;
    let Json(SignBrightness { level }) = body?;
    if level > 15 {
        return Err(ApiError::invalid("level: 0 to 15"));
    }
    done(sign, Command::Brightness(level)).await
}

/// Lights everything it has.
async fn self_test(State(bridge): State<App>, Path(name): Path<String>) -> Result<StatusCode, ApiError> {
    done(named(&bridge, &name)?, Command::SelfTest).await
}

/// Speaks a text.
async fn say(
    State(bridge): State<App>,
    Path(name): Path<String>,
    body: Result<Json<SignSpeech>, JsonRejection>,
) -> Result<StatusCode, ApiError> {
    let sign = named(&bridge, &name)?;
    let Json(SignSpeech { text }) = body?;
    if text.trim().is_empty() || text.chars().any(char::is_control) {
        return Err(ApiError::invalid("text: something to say, without control characters"));
    }
    if !sign.answers() {
        // Never later: nobody would know whom it is about.
        return Err(ApiError::unavailable("the sign does not answer; nothing was said"));
    }
    done(sign, Command::Say(text)).await
}

fn is_text(text: &str) -> bool {
    text.len() <= Paper::MAX_TEXT && !text.chars().any(|c| c.is_control() && c != '\n')
}

async fn done(sign: &Sign, command: Command) -> Result<StatusCode, ApiError> {
    let fate = sign.order(command).await?;
    if !sign.answers() {
        return Err(ApiError::unavailable(AWAY));
    }
    match tokio::time::timeout(WAIT, fate).await {
        Ok(Ok(Fate::Done)) => Ok(NO_CONTENT),
        Ok(Ok(Fate::Refused(why))) => Err(refused(why)),
        Ok(Err(_)) | Err(_) => Err(ApiError::unavailable(AWAY)),
    }
}

fn named<'a>(bridge: &'a Bridge, name: &str) -> Result<&'a Sign, ApiError> {
    bridge.signs.get(name).ok_or_else(|| ApiError::not_found(format!("no sign is named {name:?}")))
}

fn refused(why: Refusal) -> ApiError {
    match why {
        Refusal::NoSuchArea => ApiError::not_found("the sign has no such area; hardware.md says which each model has"),
        Refusal::TooLong => ApiError::invalid("it is more than the sign can show or say"),
        Refusal::Cannot => ApiError::new(409, "not-supported", "this kind of sign cannot do that"),
        Refusal::Away => ApiError::unavailable("the sign does not answer; nothing was said"),
        Refusal::Device(code) => ApiError::unavailable(format!("the sign does not take it and gives the code {code}")),
    }
}
