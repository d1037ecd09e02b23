//! Problems (RFC 9457, `application/problem+json`).

use serde::{Deserialize, Serialize};

use crate::views::Seat;

/// Why a request was not done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A URI that ends in the stable name, such as `…/window-busy`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened and what to do about it, for a person.
    pub detail: String,
    /// The ticket that is in the way, where one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<ProblemTicket>,
    /// Who sits at the window, where somebody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<Seat>,
    /// Names this answer in the server's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
}

/// The ticket that a person holds already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProblemTicket {
    /// Its id.
    pub id: uuid::Uuid,
    /// Its number.
    pub number: String,
}

/// Every problem type: status and the ending of its URI.
pub const KINDS: [(u16, &str); 24] = [
    (400, "invalid"),
    (401, "unauthenticated"),
    (403, "not-allowed"),
    (403, "password-change"),
    (404, "not-found"),
    (404, "unknown-service"),
    (405, "method-not-allowed"),
    (409, "service-closed"),
    (409, "window-not-open"),
    (409, "window-busy"),
    (409, "nothing-to-recall"),
    (409, "ticket-not-here"),
    (409, "ticket-not-waiting"),
    (409, "already-waiting"),
    (409, "stale"),
    (409, "too-early"),
    (409, "no-seat"),
    (409, "seat-taken"),
    (413, "too-large"),
    (415, "unsupported-media-type"),
    (422, "key-reused"),
    (429, "too-many"),
    (503, "unavailable"),
    (503, "storage-full"),
];

/// Before the stable name in a problem's type.
pub const TYPE_BASE: &str = "urn:paihao:problem:";

impl Problem {
    /// A problem of a stable name.
    pub fn new(status: u16, name: &str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("{TYPE_BASE}{name}"),
            title: title(status).to_owned(),
            status,
            detail: detail.into(),
            ticket: None,
            seat: None,
            instance: None,
        }
    }

    /// The stable ending of the type.
    pub fn name(&self) -> &str {
        self.kind.rsplit([':', '/']).next().unwrap_or_default()
    }
}

impl From<&hall::Refusal> for Problem {
    fn from(refusal: &hall::Refusal) -> Self {
        let (status, name) = refusal.kind();
        let mut problem = Self::new(status, name, refusal.to_string());
        if let hall::Refusal::AlreadyWaiting { ticket, number } = refusal {
            problem.ticket = Some(ProblemTicket { id: ticket.0, number: number.to_string() });
        }
        problem
    }
}

fn title(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    }
}
