//! Bodies and headers of commands.

use axum::body::{Bytes, HttpBody as _};
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use hall::command::Fingerprint;
use hall::ids::CommandId;
use hall::{Answer, Command};
use serde::de::DeserializeOwned;
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
        if body.size_hint().lower() > super::MAX_BODY as u64 {
            // It says so itself: no need to wait for it.
            return Err(too_large());
        }
        let (body, text) = json(Bytes::from_request(Request::from_parts(parts, body), app).await)?;
        let (command_id, key) = match header {
            None => (CommandId(Uuid::now_v7()), None),
            Some(key) => {
                // The same request again may be spaced or ordered otherwise; a parsed value is compared.
                let value: serde_json::Value =
                    serde_json::from_str(&text).map_err(|_| ApiError::invalid("the body is not JSON"))?;
                let command_id = CommandId(Uuid::new_v5(&caller.0.actor.id.0, key.as_bytes()));
                // Objects are kept sorted by key, so equal values give equal text.
                (command_id, Some(app.persons.fingerprint(&path, &value.to_string())?))
            }
        };
        Ok(Self { caller, body, command_id, key })
    }
}

/// What a body says, and its text. No body at all is an empty object.
pub fn json<T: DeserializeOwned>(bytes: Result<Bytes, BytesRejection>) -> Result<(T, String), ApiError> {
    let bytes = bytes.map_err(|rejection| match rejection.status().as_u16() {
        413 => too_large(),
        _ => ApiError::invalid("the body could not be read"),
    })?;
    let text = std::str::from_utf8(&bytes).map_err(|_| ApiError::invalid("the body is not UTF-8"))?;
    let text = if text.trim().is_empty() { "{}" } else { text.trim_start() };
    if !text.starts_with('{') {
        // Serde would take an array for the fields in their order.
        return Err(ApiError::invalid("the body is not a JSON object"));
    }
    let body = serde_json::from_str(text).map_err(|error| {
        ApiError::invalid(format!("the body is not what is expected: {}", without_values(&error.to_string())))
    })?;
    Ok((body, text.to_owned()))
}

fn too_large() -> ApiError {
    ApiError::new(413, "too-large", format!("a body has at most {} bytes", super::MAX_BODY))
}

fn idempotency_key(parts: &Parts) -> Result<Option<Uuid>, ApiError> {
    let mut values = parts.headers.get_all("idempotency-key").iter();
    let Some(value) = values.next() else { return Ok(None) };
    let key = value.to_str().ok().and_then(|text| text.trim().trim_matches('"').parse().ok());
    let key = key.filter(|_| values.next().is_none());
    key.map(Some).ok_or_else(|| ApiError::invalid("Idempotency-Key is not one UUID"))
}

/// What serde says about a body, without what the client sent: a value may be personal data in the wrong place.
fn without_values(text: &str) -> String {
    let text: String = text.chars().take(MAX_QUOTE).collect();
    let value =
        ["invalid type: ", "invalid value: ", "invalid length "].into_iter().find(|start| text.starts_with(start));
    let rest = value.and_then(|start| Some((start, text.rsplit_once(", expected ")?.1)));
    match rest {
        Some((start, expected)) => format!("{}, expected {expected}", start.trim_end_matches([':', ' '])),
        None => match text.strip_prefix("unknown field `").and_then(|rest| rest.split_once('`')) {
            Some((name, rest)) if !is_word(name) => format!("unknown field{rest}"),
            _ => text,
        },
    }
}

/// A misspelt field is named to who sent it; anything that does not look like one is not.
fn is_word(name: &str) -> bool {
    name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// A part of the path; one that is no text leads nowhere.
#[derive(Debug)]
pub struct Segment(pub String);

impl FromRequestParts<App> for Segment {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let segment = Path::<String>::from_request_parts(parts, app).await;
        segment.map(|Path(text)| Self(text)).map_err(|_| ApiError::new(404, "not-found", "there is no such path"))
    }
}

impl<T> Submit<T> {
    /// Runs a command and gives the answer: a ticket or a window with 200, or 204 when nobody waits.
    pub async fn run(&self, app: &App, command: Command) -> Result<Response, ApiError> {
        Ok(match self.answer(app, command).await? {
            Answer::Nobody | Answer::Done | Answer::Corrected { .. } => {
                axum::http::StatusCode::NO_CONTENT.into_response()
            }
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

#[cfg(test)]
mod tests {
    use super::without_values;

    #[test]
    fn errors_do_not_quote_values() {
        let number = "330212199001011234";
        for (body, said) in [
            (format!("{{\"service\":\"S\",\"person\":{number}}}"), "invalid type, expected a string at line 1"),
            (format!("{{\"service\":\"S\",\"person\":[\"{number}\"]}}"), "invalid type, expected a string at line 1"),
            (format!("{{\"{number}\":1}}"), "unknown field, expected one of"),
            ("{\"servcie\":1}".into(), "unknown field `servcie`, expected one of"),
            ("{}".into(), "missing field `service`"),
        ] {
            let error = serde_json::from_str::<protocol::requests::IssueTicket>(&body).unwrap_err().to_string();
            let shown = without_values(&error);
            assert!(shown.starts_with(said), "{shown}");
            assert!(!shown.contains(number), "{shown}");
        }
    }
}
