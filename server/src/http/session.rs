//! Signing in and out.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hall::Moment;
use protocol::requests::SignIn;
use protocol::{Problem, Session};
use uuid::Uuid;

use super::auth::Caller;
use super::extract::json;
use super::site::{Connection, NotForeign, clear_cookie, set_cookie};
use super::{ApiError, App};
use crate::engine::read;
use crate::people::SignInError;
use crate::people::sessions::{Signed, idle_ms};

/// Sign in. The answer sets the cookie of the session; another name or password wrong counts, and after five the next try
/// has to wait (`too-many`, with `Retry-After`). `password-change`: send `new_password` as well.
#[utoipa::path(post, path = "/api/v1/session", tag = "people", security(()),
    request_body = SignIn,
    responses((status = 200, body = Session), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub async fn sign_in(
    State(app): State<App>,
    _: NotForeign,
    parts: Parts,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<Response, ApiError> {
    let connection = Connection::of(&parts);
    let (body, _): (SignIn, _) = json(body)?;
    let from = connection.peer.ip();
    let signed = app.people.sign_in(&body.name, &body.password, body.new_password.as_ref(), from).await;
    let (secret, signed) = signed.map_err(|error| {
        // Without the name: people type passwords there.
        tracing::info!(address = %from, %error, "not signed in");
        refused(&error)
    })?;
    tracing::info!(user = %signed.token.actor.id.0, role = signed.token.actor.role.name(), address = %from, "signed in");
    let cookie = HeaderValue::try_from(set_cookie(connection.tls, &secret)).map_err(|_| ApiError::internal())?;
    Ok(([(header::SET_COOKIE, cookie)], Json(view(&app, &signed))).into_response())
}

/// Who has signed in. Asking does not keep the session alive.
#[utoipa::path(get, path = "/api/v1/session", tag = "people", security(("session" = [])),
    responses((status = 200, body = Session), (status = "4XX", body = Problem)))]
pub async fn show(State(app): State<App>, caller: Caller) -> Result<Json<Session>, ApiError> {
    let id = own(&caller)?;
    let signed = app.people.session(id).ok_or_else(ApiError::unauthenticated)?;
    Ok(Json(view(&app, &signed)))
}

/// Sign out. Every socket of the session closes, and its seat is free.
#[utoipa::path(delete, path = "/api/v1/session", tag = "people", security(("session" = [])),
    responses((status = 204, description = "signed out"), (status = "4XX", body = Problem),
        (status = 503, body = Problem)))]
pub async fn sign_out(State(app): State<App>, caller: Caller, parts: Parts) -> Result<Response, ApiError> {
    app.people.sign_out(own(&caller)?).await?;
    tracing::info!(user = %caller.0.actor.id.0, "signed out");
    let cookie = clear_cookie(Connection::of(&parts).tls);
    let cookie = HeaderValue::try_from(cookie).map_err(|_| ApiError::internal())?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

/// The session of who asks.
fn own(caller: &Caller) -> Result<Uuid, ApiError> {
    caller.0.session.ok_or_else(|| ApiError::new(403, "not-allowed", "a token has no session"))
}

fn view(app: &App, signed: &Signed) -> Session {
    let published = read(&app.hall.published);
    let viewer = published.viewer();
    let time = |ms: i64| viewer.time(Moment(ms));
    Session {
        name: signed.token.name.clone(),
        role: signed.token.actor.role.name().to_owned(),
        window: signed.token.actor.window,
        seat: app.people.seat_of(signed.id, time),
        expires_at: time(signed.expires_ms()),
        idle_s: (idle_ms(signed.token.actor.role) / 1_000) as u32,
    }
}

fn refused(error: &SignInError) -> ApiError {
    match error {
        SignInError::Wrong => ApiError::new(401, "unauthenticated", error.to_string()),
        SignInError::Later(seconds) => ApiError::new(429, "too-many", error.to_string()).retry_after(*seconds),
        SignInError::MustChange => ApiError::new(403, "password-change", error.to_string()),
        SignInError::Expired => ApiError::new(403, "not-allowed", error.to_string()),
        SignInError::BadPassword(_) => ApiError::invalid(error.to_string()),
        SignInError::Password(error) => {
            tracing::error!(%error, "a password could not be checked");
            ApiError::internal()
        }
        SignInError::Store(error) => ApiError::of_store(error),
    }
}
