//! The [`Store`] trait on SQLite, which comes with the program. It never decides anything, and what it has answered `Ok`
//! to is on the disk: write-ahead log, `synchronous=FULL`.
//!
//! # Queries
//!
//! Every query is checked against the tables when the crate is compiled, without a database: against the descriptions
//! in `.sqlx`. After a change to a query or a migration, make them anew, from the root of the repository:
//!
//! ```sh
//! dir=$(mktemp -d)
//! cat server/store-sqlite/migrations/*.sql | python3 -c '
//! import sqlite3, sys
//! sqlite3.connect(sys.argv[1]).executescript(sys.stdin.read())' "$dir/tables.db"
//! rm -rf server/store-sqlite/.sqlx
//! mkdir server/store-sqlite/.sqlx
//! touch server/store-sqlite/src/lib.rs
//! PAIHAO_SQLITE_URL="sqlite://$dir/tables.db" SQLX_OFFLINE_DIR="$PWD/server/store-sqlite/.sqlx" \
//!     cargo check -p store-sqlite
//! rm -r "$dir"
//! ```
//!
//! The result is the same on every machine; a build whose tree is dirty afterwards had an old one.

mod check;
mod error;
mod hash;
mod json;
mod log;
mod open;
mod people;
mod sessions;
mod snapshots;
mod tickets;
mod users;
mod vehicles;
mod writer;

#[cfg(test)]
mod tests;

use async_trait::async_trait;
use hall::ids::{PersonId, VehicleId};
use sqlx::SqlitePool;
use store::{Append, EventRow, Head, SeatRow, SessionRow, Snapshot, Store, StoreError, TicketRow, TokenRow, UserRow};
use uuid::Uuid;

use writer::Writer;

/// A store in one file. Any number of processes may have it open; one at a time writes.
#[derive(Debug)]
pub struct SqliteStore {
    writer: Writer,
    readers: SqlitePool,
}

#[async_trait]
impl Store for SqliteStore {
    async fn append(&self, append: &Append) -> Result<(), StoreError> {
        log::append(self, append).await
    }

    async fn head(&self, stream: &str) -> Result<Head, StoreError> {
        log::head(self, stream).await
    }

    async fn read(&self, stream: &str, after: u64, limit: u32) -> Result<Vec<EventRow>, StoreError> {
        log::read(self, stream, after, limit).await
    }

    async fn save_snapshot(&self, snapshot: &Snapshot) -> Result<(), StoreError> {
        snapshots::save(self, snapshot).await
    }

    async fn snapshot(&self, stream: &str, format: u32) -> Result<Option<Snapshot>, StoreError> {
        snapshots::newest(self, stream, format).await
    }

    async fn ticket(&self, id: Uuid) -> Result<Option<TicketRow>, StoreError> {
        tickets::one(self, id).await
    }

    async fn tickets(&self, after: Option<Uuid>, limit: u32) -> Result<Vec<TicketRow>, StoreError> {
        tickets::page(self, after, limit).await
    }

    async fn replace_tickets(&self, stream: &str, expected_seq: u64, rows: &[TicketRow]) -> Result<(), StoreError> {
        tickets::replace(self, stream, expected_seq, rows).await
    }

    async fn person(&self, keyed_hash: [u8; 32], fresh: PersonId, sealed: &[u8]) -> Result<PersonId, StoreError> {
        people::person(self, keyed_hash, fresh, sealed).await
    }

    async fn sealed_person(&self, person: PersonId) -> Result<Option<Vec<u8>>, StoreError> {
        people::sealed_person(self, person).await
    }

    async fn erase_person(&self, person: PersonId) -> Result<bool, StoreError> {
        people::erase_person(self, person).await
    }

    async fn vehicle(
        &self,
        keyed_hash: [u8; 32],
        fresh: VehicleId,
        sealed: Option<&[u8]>,
        now_ms: i64,
    ) -> Result<VehicleId, StoreError> {
        vehicles::vehicle(self, keyed_hash, fresh, sealed, now_ms).await
    }

    async fn known_vehicle(&self, keyed_hash: [u8; 32]) -> Result<Option<VehicleId>, StoreError> {
        vehicles::known_vehicle(self, keyed_hash).await
    }

    async fn sealed_vehicle(&self, vehicle: VehicleId) -> Result<Option<Vec<u8>>, StoreError> {
        vehicles::sealed_vehicle(self, vehicle).await
    }

    async fn forget_vehicles(&self, unseal_ms: i64, erase_ms: i64) -> Result<u64, StoreError> {
        vehicles::forget_vehicles(self, unseal_ms, erase_ms).await
    }

    async fn known_person(&self, keyed_hash: [u8; 32]) -> Result<Option<PersonId>, StoreError> {
        people::known_person(self, keyed_hash).await
    }

    async fn add_token(&self, token: &TokenRow) -> Result<(), StoreError> {
        people::add_token(self, token).await
    }

    async fn tokens(&self) -> Result<Vec<TokenRow>, StoreError> {
        people::tokens(self).await
    }

    async fn revoke_token(&self, id: Uuid, at_ms: i64) -> Result<bool, StoreError> {
        people::revoke_token(self, id, at_ms).await
    }

    async fn add_user(&self, user: &UserRow) -> Result<(), StoreError> {
        users::add(self, user).await
    }

    async fn users(&self) -> Result<Vec<UserRow>, StoreError> {
        users::all(self).await
    }

    async fn set_password(
        &self,
        user: Uuid,
        password: &str,
        must_change: bool,
        at_ms: i64,
    ) -> Result<bool, StoreError> {
        users::set_password(self, user, password, must_change, at_ms).await
    }

    async fn disable_user(&self, user: Uuid, at_ms: i64) -> Result<bool, StoreError> {
        users::disable(self, user, at_ms).await
    }

    async fn add_session(&self, session: &SessionRow) -> Result<(), StoreError> {
        sessions::add(self, session).await
    }

    async fn sessions(&self) -> Result<Vec<SessionRow>, StoreError> {
        sessions::all(self).await
    }

    async fn see_sessions(&self, seen: &[(Uuid, i64)]) -> Result<(), StoreError> {
        sessions::see(self, seen).await
    }

    async fn seat_session(&self, session: Uuid, seat: Option<SeatRow>) -> Result<bool, StoreError> {
        sessions::seat(self, session, seat).await
    }

    async fn end_sessions(&self, sessions: &[Uuid]) -> Result<(), StoreError> {
        sessions::end(self, sessions).await
    }

    async fn change_counter(&self) -> Result<i64, StoreError> {
        people::change_counter(self).await
    }

    async fn check_integrity(&self) -> Result<Vec<String>, StoreError> {
        check::integrity(self).await
    }

    async fn close(&self) {
        // Readers first: whoever closes last carries the log over, and a reader may not.
        self.readers.close().await;
        self.writer.close().await;
    }
}
