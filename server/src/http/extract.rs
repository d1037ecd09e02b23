//! Bodies and headers of commands.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use hall::command::Fingerprint;
use hall::ids::CommandId;
use hall::{Answer, Command};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::auth::Caller;
use super::{ApiError, App};
use crate::engine::{Outcome, read};

/// Longest text in an error about a body, in characters: it may quote what was sent.
const MAX_QUOTE: usize = 200;

/// A state-changing request: who sends it, its body, and its key.
#[derive(Debug)]
pub struct Submit<T> {
    /// Who asks.
    pub caller: Caller,
    /// What the body says.
    pub body: T,
    command_id: CommandId,
    key: Option<Fingerprint>,
}

impl<T: DeserializeOwned> FromRequest<App> for Submit<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, app).await?;
        let header = idempotency_key(&parts)?;
        let path = parts.uri.path().to_owned();
        let bytes = Bytes::from_request(Request::from_parts(parts, body), app).await.map_err(|rejection| {
            match rejection.status().as_u16() {
                413 => ApiError::new(413, "too-large", format!("a body has at most {} bytes", super::MAX_BODY)),
                _ => ApiError::invalid("the body could not be read"),
            }
        })?;
        let text = std::str::from_utf8(&bytes).map_err(|_| ApiError::invalid("the body is not UTF-8"))?;
        let text = if text.trim().is_empty() { "{}" } else { text };
        let body = serde_json::from_str(text).map_err(|error| {
            ApiError::invalid(format!("the body is not what is expected: {}", quote(&error.to_string())))
        })?;
        let (command_id, key) = match header {
            None => (CommandId(Uuid::now_v7()), None),
            Some(key) => {
                // The same request again may be spaced or ordered otherwise; a parsed value is compared.
                let value: serde_json::Value =
                    serde_json::from_str(text).map_err(|_| ApiError::invalid("the body is not JSON"))?;
                let command_id = CommandId(Uuid::new_v5(&caller.0.actor.id.0, key.as_bytes()));
                (command_id, Some(fingerprint(&path, &value)))
            }
        };
        Ok(Self { caller, body, command_id, key })
    }
}

fn idempotency_key(parts: &Parts) -> Result<Option<Uuid>, ApiError> {
    let Some(value) = parts.headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().ok().and_then(|text| text.trim().trim_matches('"').parse().ok());
    key.map(Some).ok_or_else(|| ApiError::invalid("Idempotency-Key is not a UUID"))
}

fn fingerprint(path: &str, body: &serde_json::Value) -> Fingerprint {
    let mut hash = Sha256::new();
    hash.update(path.as_bytes());
    hash.update([0]);
    // Objects are kept sorted by key, so equal values give equal text.
    hash.update(body.to_string().as_bytes());
    let digest = hash.finalize();
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    Fingerprint(Uuid::from_bytes(bytes))
}

fn quote(text: &str) -> String {
    text.chars().take(MAX_QUOTE).collect()
}

impl<T> Submit<T> {
    /// Runs a command and gives the answer: a ticket or a window with 200, or 204 when nobody waits.
    pub async fn run(&self, app: &App, command: Command) -> Result<Response, ApiError> {
        Ok(match self.answer(app, command).await? {
            Answer::Nobody | Answer::Done => axum::http::StatusCode::NO_CONTENT.into_response(),
            Answer::Ticket { ticket, ahead } => {
                let published = read(&app.hall.published);
                axum::Json(published.viewer().ticket_with(&ticket, ahead)).into_response()
            }
            Answer::Window(window) => {
                let published = read(&app.hall.published);
                axum::Json(published.viewer().window(&window)).into_response()
            }
        })
    }

    /// Runs a command.
    pub async fn answer(&self, app: &App, command: Command) -> Result<Answer, ApiError> {
        match app.hall.run(self.command_id, self.caller.actor(), self.key, command).await {
            Outcome::Done(answer) => Ok(answer),
            Outcome::Refused(refusal) => Err(refusal.into()),
            Outcome::StorageFull => Err(ApiError::storage_full()),
            Outcome::Unavailable => Err(ApiError::unavailable()),
        }
    }
}
