//! Who asks: a program with its token, or somebody who has signed in.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use hall::role::{Act, Actor};

use super::site::{Connection, Site, cookie, is_unsafe};
use super::{ApiError, App};
use crate::tokens::Token;

/// Requests that pages send by themselves: they do not show that anybody is there.
const QUIET: [&str; 4] = ["/api/v1/session", "/api/v1/live", "/api/v1/live/connect", "/api/v1/devices"];
/// The end of one more, whose path names a window.
const QUIET_END: &str = "/desk";

/// The holder of the request's bearer token or session, within his limit of requests. A token comes first: a browser never
/// sends one by itself.
#[derive(Debug, Clone)]
pub struct Caller(pub Token);

impl Caller {
    /// Who gives the command.
    pub fn actor(&self) -> Actor {
        self.0.actor
    }

    /// Whether the role and the window of who asks let him act there.
    pub fn may_act_at(&self, window: u16) -> bool {
        self.0.actor.may(Act::Window(window))
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

/// Whether the request brings a token, valid or not.
pub fn has_token(parts: &Parts) -> bool {
    parts.headers.contains_key(header::AUTHORIZATION)
}

/// The text of a bearer token, if there is one.
fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

async fn signed_in(parts: &Parts, app: &App) -> Result<Token, ApiError> {
    let tls = Connection::of(parts).tls;
    let secret = cookie(&parts.headers, tls).ok_or_else(ApiError::unauthenticated)?;
    // A browser adds the cookie to whatever any page makes it send. `SameSite` keeps most of that away; this the rest.
    if is_unsafe(&parts.method) && Site::of(&parts.headers, tls) != Site::Same {
        return Err(ApiError::foreign());
    }
    let path = parts.uri.path();
    let active = !QUIET.contains(&path) && !path.ends_with(QUIET_END);
    let signed = app.people.find(secret, active).await.ok_or_else(ApiError::unauthenticated)?;
    Ok(signed.token)
}

impl FromRequestParts<App> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let token = if has_token(parts) {
            let text = bearer(parts).ok_or_else(ApiError::unauthenticated)?;
            app.tokens.find(text).await.ok_or_else(ApiError::unauthenticated)?
        } else {
            signed_in(parts, app).await?
        };
        if !app.limits.allow(&token.actor) {
            return Err(ApiError::new(429, "too-many", "more than 200 requests a second come from here"));
        }
        Ok(Self(token))
    }
}
