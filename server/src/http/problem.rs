//! Problems as answers.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hall::Refusal;
use protocol::{Problem, Seat};

use crate::persons::PersonError;

/// A problem on its way to the client.
#[derive(Debug)]
pub struct ApiError {
    problem: Box<Problem>,
    /// When it is worth trying again, in seconds.
    retry_s: u64,
}

impl ApiError {
    /// A problem of a stable name.
    pub fn new(status: u16, name: &str, detail: impl Into<String>) -> Self {
        Self { problem: Box::new(Problem::new(status, name, detail)), retry_s: 1 }
    }

    /// The request makes no sense.
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::new(400, "invalid", detail)
    }

    /// No, or not known, who asks.
    pub fn unauthenticated() -> Self {
        Self::new(401, "unauthenticated", "send a valid token: Authorization: Bearer TOKEN")
    }

    /// Whether it is [`ApiError::unauthenticated`].
    pub fn is_unauthenticated(&self) -> bool {
        self.problem.status == 401
    }

    /// A page of another site made a browser send it.
    pub fn foreign() -> Self {
        Self::new(403, "not-allowed", "pages of other sites may not do this")
    }

    /// Says when to try again.
    pub fn retry_after(self, seconds: u64) -> Self {
        Self { retry_s: seconds, ..self }
    }

    /// Says who sits there.
    pub fn with_seat(mut self, seat: Seat) -> Self {
        self.problem.seat = Some(seat);
        self
    }

    /// The server cannot do it now.
    pub fn unavailable() -> Self {
        Self::new(503, "unavailable", "the server cannot do this now; try again with the same Idempotency-Key")
    }

    /// A fault of the server.
    pub fn internal() -> Self {
        Self::new(500, "internal", "the server is at fault; try again with the same Idempotency-Key")
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        Self { problem: Box::new(Problem::from(&refusal)), retry_s: 1 }
    }
}

impl From<store::StoreError> for ApiError {
    fn from(error: store::StoreError) -> Self {
        Self::of_store(&error)
    }
}

impl From<PersonError> for ApiError {
    fn from(error: PersonError) -> Self {
        match error {
            PersonError::Invalid | PersonError::Plate => Self::invalid(error.to_string()),
            PersonError::Key => Self::internal(),
            PersonError::Store(error) => error.into(),
        }
    }
}

impl ApiError {
    /// The store failed.
    pub fn of_store(error: &store::StoreError) -> Self {
        tracing::error!(%error, "the store failed");
        match error {
            store::StoreError::Full(_) => Self::storage_full(),
            _ => Self::unavailable(),
        }
    }

    /// No room on the disk.
    pub fn storage_full() -> Self {
        Self::new(503, "storage-full", "nothing was done: the server's disk is full; tell the technician")
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self.problem).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        match self.problem.status {
            401 => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            429 | 503 => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(self.retry_s));
            }
            _ => {}
        }
        response
    }
}
