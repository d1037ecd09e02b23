//! Who asks.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use hall::role::{Act, Actor};

use super::{ApiError, App};
use crate::tokens::Token;

/// The holder of the request's bearer token, within his limit of requests.
#[derive(Debug, Clone)]
pub struct Caller(pub Token);

impl Caller {
    /// Who gives the command.
    pub fn actor(&self) -> Actor {
        self.0.actor
    }

    /// Refuses who may not do that. Only for reads: commands are judged by the core.
    pub fn must(&self, act: Act) -> Result<(), ApiError> {
        if self.0.actor.may(act) {
            Ok(())
        } else {
            Err(ApiError::new(403, "not-allowed", format!("role {} may not do this", self.0.actor.role.name())))
        }
    }
}

/// The text of a bearer token, if there is one.
pub fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

impl FromRequestParts<App> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let text = bearer(parts).ok_or_else(ApiError::unauthenticated)?;
        let token = app.tokens.find(text).await.ok_or_else(ApiError::unauthenticated)?;
        if !app.limits.allow(&token.actor) {
            return Err(ApiError::new(429, "too-many", "this token sends more than 200 requests a second"));
        }
        Ok(Self(token))
    }
}
