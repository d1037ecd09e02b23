//! Where a hall's log is kept. A store never decides anything and never reads a clock: it appends what it is given, or
//! says why not.
//!
//! A *stream* (`hall:{id}`, later `lot:{id}` and `case:{id}`) is a numbered sequence of events. [`Store::append`] adds
//! to one or several streams and to the rows that people query, in one durable transaction, or fails with
//! [`StoreError::Conflict`] when another writer was first. An `Ok` means on the disk.
//!
//! Every store passes the one suite in [`contract`].

pub mod chain;
pub mod contract;
pub mod form;
mod memory;
mod rows;

use async_trait::async_trait;
use hall::ids::{PersonId, VehicleId};
use uuid::Uuid;

pub use memory::{Fault, Faults, MemoryStore};
pub use rows::{EventRow, SeatRow, SessionRow, Snapshot, TicketRow, TokenRow, UserRow};

/// A vehicle that is seen again so soon is not written down anew, milliseconds.
pub const VEHICLE_SEEN_MS: i64 = 3_600_000;

/// The events that one append adds to one stream.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamAppend {
    /// Name of the stream, such as `hall:main`.
    pub stream: String,
    /// Position of the last event the writer has seen; 0 for an empty stream.
    pub expected_seq: u64,
    /// What comes after it, without gaps. None at all checks the position and adds nothing.
    pub events: Vec<EventRow>,
}

/// One transaction.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Append {
    /// What is added to streams.
    pub streams: Vec<StreamAppend>,
    /// Rows of tickets as these events leave them; at most one for each ticket, and none without a stream. A row
    /// replaces that of the same id.
    pub tickets: Vec<TicketRow>,
}

/// Where a stream ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Head {
    /// Position of its last event; 0 when it is empty.
    pub seq: u64,
    /// Hash of that event ([`chain::link`]); zeros when it is empty.
    pub hash: [u8; 32],
}

/// Why a store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another writer appended first, or the stream has a command already that stands in the append. Nothing was
    /// written: read on and decide again.
    #[error("stream {stream} is at {seq} already")]
    Conflict {
        /// The stream.
        stream: String,
        /// Where it is now.
        seq: u64,
    },
    /// What was asked makes no sense, whatever is stored ([`form`]): a fault of the program that asked. Nothing was
    /// written, and it will never work.
    #[error("the store was asked for what cannot be: {0}")]
    Invalid(String),
    /// No room. Nothing was written; it may work again once there is room.
    #[error("the disk is full: {0}")]
    Full(String),
    /// Not now (locked, busy). Nothing was written.
    #[error("the store is not available: {0}")]
    Unavailable(String),
    /// Nobody knows whether it was written (a failed sync, an input/output error). The process must end and start again
    /// from the log.
    #[error("the store failed: {0}")]
    Fatal(String),
    /// What is stored makes no sense.
    #[error("the store is damaged: {0}")]
    Damaged(String),
}

/// A place for streams, the rows made from them, and what stands beside them.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Appends durably and all at once, or not at all.
    async fn append(&self, append: &Append) -> Result<(), StoreError>;

    /// Where a stream ends now.
    async fn head(&self, stream: &str) -> Result<Head, StoreError>;

    /// Up to `limit` events after position `after`, in order, each with the hash of the one before it.
    async fn read(&self, stream: &str, after: u64, limit: u32) -> Result<Vec<EventRow>, StoreError>;

    /// Keeps a snapshot and drops older ones of the stream; one that is older itself is dropped at once. One past the
    /// stream's end is refused.
    async fn save_snapshot(&self, snapshot: &Snapshot) -> Result<(), StoreError>;

    /// The newest snapshot of a stream in this format, if there is one; one of another format is ignored.
    async fn snapshot(&self, stream: &str, format: u32) -> Result<Option<Snapshot>, StoreError>;

    /// The row of a ticket, of whatever day.
    async fn ticket(&self, id: Uuid) -> Result<Option<TicketRow>, StoreError>;

    /// Rows of tickets in order of id, after `after`.
    async fn tickets(&self, after: Option<Uuid>, limit: u32) -> Result<Vec<TicketRow>, StoreError>;

    /// Replaces all rows of tickets with these, provided that `stream` still ends at `expected_seq`
    /// ([`StoreError::Conflict`] otherwise).
    async fn replace_tickets(&self, stream: &str, expected_seq: u64, rows: &[TicketRow]) -> Result<(), StoreError>;

    /// The person behind a keyed hash, made with the id `fresh` when it is new.
    /// Then `sealed`, the document's number as only the owner of the key can read it, is kept with it.
    async fn person(&self, keyed_hash: [u8; 32], fresh: PersonId, sealed: &[u8]) -> Result<PersonId, StoreError>;

    /// The person behind a keyed hash, if there is one.
    async fn known_person(&self, keyed_hash: [u8; 32]) -> Result<Option<PersonId>, StoreError>;

    /// What was sealed when a person was new, if he is there and something was.
    async fn sealed_person(&self, person: PersonId) -> Result<Option<Vec<u8>>, StoreError>;

    /// Erases a person; says whether there was one to erase. His id stays in the log and leads to nobody.
    async fn erase_person(&self, person: PersonId) -> Result<bool, StoreError>;

    /// The vehicle behind a keyed hash of its plate, made with the id `fresh` when it is new; seen now. `sealed`, the plate as only the
    /// owner of the key can read it, is kept when the vehicle's id is `fresh`, for which it was sealed. That it was seen is written down
    /// at most every [`VEHICLE_SEEN_MS`].
    async fn vehicle(
        &self,
        keyed_hash: [u8; 32],
        fresh: VehicleId,
        sealed: Option<&[u8]>,
        now_ms: i64,
    ) -> Result<VehicleId, StoreError>;

    /// The vehicle behind a keyed hash, if there is one.
    async fn known_vehicle(&self, keyed_hash: [u8; 32]) -> Result<Option<VehicleId>, StoreError>;

    /// The sealed plate of a vehicle, if it is still there.
    async fn sealed_vehicle(&self, vehicle: VehicleId) -> Result<Option<Vec<u8>>, StoreError>;

    /// Drops the sealed plates of vehicles that were last seen before `unseal_ms`, and all of those last seen before `erase_ms`, whose
    /// ids lead to nothing then. How many rows were changed.
    async fn forget_vehicles(&self, unseal_ms: i64, erase_ms: i64) -> Result<u64, StoreError>;

    /// Adds a token; its id and its hash must be new.
    async fn add_token(&self, token: &TokenRow) -> Result<(), StoreError>;

    /// Every token, revoked ones included, oldest first.
    async fn tokens(&self) -> Result<Vec<TokenRow>, StoreError>;

    /// Revokes a token; says whether there was one to revoke. The first revocation stays.
    async fn revoke_token(&self, id: Uuid, at_ms: i64) -> Result<bool, StoreError>;

    /// Adds a user; his id and his name must be new.
    async fn add_user(&self, user: &UserRow) -> Result<(), StoreError>;

    /// Every user, disabled ones included, in order of name.
    async fn users(&self) -> Result<Vec<UserRow>, StoreError>;

    /// Gives a user another password and ends all his sessions; says whether there is such a user.
    async fn set_password(&self, user: Uuid, password: &str, must_change: bool, at_ms: i64)
    -> Result<bool, StoreError>;

    /// Disables a user and ends all his sessions; says whether there was one to disable. The first time stays.
    async fn disable_user(&self, user: Uuid, at_ms: i64) -> Result<bool, StoreError>;

    /// Adds a session of a user who is there and not disabled; its id and its hash must be new.
    async fn add_session(&self, session: &SessionRow) -> Result<(), StoreError>;

    /// Every session, oldest first.
    async fn sessions(&self) -> Result<Vec<SessionRow>, StoreError>;

    /// Keeps when sessions were last seen; the later time stays, and sessions that are gone stay gone.
    async fn see_sessions(&self, seen: &[(Uuid, i64)]) -> Result<(), StoreError>;

    /// Seats a session at a window, from which whoever sits there has to go, or nowhere; says whether the session is
    /// still there.
    async fn seat_session(&self, session: Uuid, seat: Option<SeatRow>) -> Result<bool, StoreError>;

    /// Ends sessions; those that are gone already are no fault.
    async fn end_sessions(&self, sessions: &[Uuid]) -> Result<(), StoreError>;

    /// A number that changes whenever something changed that a process holds in memory beside streams, by whichever
    /// process it was: tokens, users, which sessions there are and where they sit. Cheap enough to ask often.
    async fn change_counter(&self) -> Result<i64, StoreError>;

    /// What is wrong with the store itself: nothing, or a line for each fault.
    async fn check_integrity(&self) -> Result<Vec<String>, StoreError>;

    /// Ends all work in order; the store is not used afterwards.
    async fn close(&self);
}
