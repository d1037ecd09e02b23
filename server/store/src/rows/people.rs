//! People who sign in, and their sessions.

use uuid::Uuid;

/// Somebody who signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    /// His id; stands with every event he causes.
    pub id: Uuid,
    /// What he signs in with; nobody else has it.
    pub name: String,
    /// Name of his role.
    pub role: String,
    /// The one window he may act at, if it is only one.
    pub window: Option<u16>,
    /// The password's slow hash with its salt and settings, as a PHC string.
    pub password: String,
    /// Since when he has this password.
    pub password_ms: i64,
    /// He must choose another password before anything else.
    pub must_change: bool,
    /// Since when he may not sign in any more.
    pub disabled_ms: Option<i64>,
    /// When he was added.
    pub created_ms: i64,
}

/// Somebody who has signed in. What his browser carries is nowhere, only its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Its id.
    pub id: Uuid,
    /// SHA-256 of what the browser carries.
    pub hash: [u8; 32],
    /// Whose it is.
    pub user: Uuid,
    /// When he signed in.
    pub created_ms: i64,
    /// When he last did something, to within the time between two calls of [`crate::Store::see_sessions`].
    pub seen_ms: i64,
    /// Where he sits.
    pub seat: Option<SeatRow>,
}

/// A person's place at a window. Nobody else sits there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeatRow {
    /// The window.
    pub window: u16,
    /// This sitting.
    pub id: Uuid,
    /// Since when.
    pub since_ms: i64,
}
