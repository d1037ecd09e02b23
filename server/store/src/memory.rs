//! A store in memory, for tests and for the simulator. It needs no runtime: every future is done when it is first
//! polled. Faults come when they are asked for and never by chance.

mod contents;
mod people;
mod vehicles;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use hall::ids::{PersonId, VehicleId};
use uuid::Uuid;

use crate::{Append, EventRow, Head, SeatRow, SessionRow, Snapshot, Store, StoreError, TicketRow, TokenRow, UserRow};
use contents::Contents;

/// What befalls one append.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// There is no room: [`StoreError::Full`], nothing is written.
    Full,
    /// The store is busy: [`StoreError::Unavailable`], nothing is written.
    Unavailable,
    /// The disk fails before anything is written: [`StoreError::Fatal`]. The handle is dead after it.
    FatalBefore,
    /// The disk fails and everything is written: [`StoreError::Fatal`] too. The handle is dead after it.
    FatalAfter,
    /// Another writer's append comes first. Its events are renumbered, and their times raised, to follow what is there;
    /// its `expected_seq` does not matter.
    Overtaken(Append),
}

/// What goes wrong at a [`MemoryStore`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Faults {
    /// The disk is full, until this is false again: every write fails, reading works.
    pub full: bool,
    /// The store is busy, until this is false again: nothing works.
    pub unavailable: bool,
    /// What befalls the next appends, one each; `None` lets one pass. Appends that `full` or `unavailable` stop use
    /// none up.
    pub next: VecDeque<Option<Fault>>,
}

/// A process's handle on contents that live in memory.
///
/// Whatever a handle has written is durable: it survives [`MemoryStore::crash`], and every handle on the same contents
/// sees it.
#[derive(Debug, Default)]
pub struct MemoryStore {
    contents: Arc<Mutex<Contents>>,
    faults: Mutex<Faults>,
    dead: AtomicBool,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Another process's handle on the same contents, without faults.
    pub fn another(&self) -> Self {
        Self { contents: Arc::clone(&self.contents), ..Self::default() }
    }

    /// The process ends here: this handle answers [`StoreError::Fatal`] to everything from now on, and the new one
    /// starts on what was durable, without faults.
    pub fn crash(&self) -> Self {
        self.dead.store(true, Ordering::SeqCst);
        self.another()
    }

    /// A copy of the contents as they are now, which later writes do not touch.
    pub fn copy(&self) -> Self {
        let contents = lock(&self.contents).clone();
        Self { contents: Arc::new(Mutex::new(contents)), ..Self::default() }
    }

    /// The faults of this handle, to look at and to change.
    pub fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.faults)
    }

    /// Lets the next append that has no fate yet meet this fault.
    pub fn fail_next(&self, fault: Fault) {
        self.faults().next.push_back(Some(fault));
    }

    /// Whether a fatal fault or a crash has ended this handle.
    pub fn is_dead(&self) -> bool {
        self.dead.load(Ordering::SeqCst)
    }

    fn reading(&self) -> Result<MutexGuard<'_, Contents>, StoreError> {
        if self.is_dead() {
            return Err(StoreError::Fatal("this process has ended".to_owned()));
        }
        if self.faults().unavailable {
            return Err(StoreError::Unavailable("busy".to_owned()));
        }
        Ok(lock(&self.contents))
    }

    fn writing(&self) -> Result<MutexGuard<'_, Contents>, StoreError> {
        let contents = self.reading()?;
        if self.faults().full {
            return Err(StoreError::Full("no space left".to_owned()));
        }
        Ok(contents)
    }

    fn die(&self, what: &str) -> StoreError {
        self.dead.store(true, Ordering::SeqCst);
        StoreError::Fatal(what.to_owned())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait]
impl Store for MemoryStore {
    async fn append(&self, append: &Append) -> Result<(), StoreError> {
        append.check()?;
        let mut contents = self.writing()?;
        let fault = self.faults().next.pop_front().flatten();
        match fault {
            None => contents.append(append),
            Some(Fault::Full) => Err(StoreError::Full("no space left".to_owned())),
            Some(Fault::Unavailable) => Err(StoreError::Unavailable("busy".to_owned())),
            Some(Fault::FatalBefore) => Err(self.die("input/output error")),
            Some(Fault::FatalAfter) => {
                contents.append(append)?;
                Err(self.die("input/output error"))
            }
            Some(Fault::Overtaken(other)) => {
                let other = contents.rebased(other);
                other.check()?;
                contents.append(&other)?;
                contents.append(append)
            }
        }
    }

    async fn head(&self, stream: &str) -> Result<Head, StoreError> {
        Ok(self.reading()?.head(stream))
    }

    async fn read(&self, stream: &str, after: u64, limit: u32) -> Result<Vec<EventRow>, StoreError> {
        Ok(self.reading()?.read(stream, after, limit))
    }

    async fn save_snapshot(&self, snapshot: &Snapshot) -> Result<(), StoreError> {
        self.writing()?.save_snapshot(snapshot)
    }

    async fn snapshot(&self, stream: &str, format: u32) -> Result<Option<Snapshot>, StoreError> {
        Ok(self.reading()?.snapshot(stream, format))
    }

    async fn ticket(&self, id: Uuid) -> Result<Option<TicketRow>, StoreError> {
        Ok(self.reading()?.ticket(id))
    }

    async fn tickets(&self, after: Option<Uuid>, limit: u32) -> Result<Vec<TicketRow>, StoreError> {
        Ok(self.reading()?.tickets(after, limit))
    }

    async fn replace_tickets(&self, stream: &str, expected_seq: u64, rows: &[TicketRow]) -> Result<(), StoreError> {
        self.writing()?.replace_tickets(stream, expected_seq, rows)
    }

    async fn person(&self, keyed_hash: [u8; 32], fresh: PersonId, sealed: &[u8]) -> Result<PersonId, StoreError> {
        if let Some(person) = self.reading()?.known(&keyed_hash) {
            return Ok(person);
        }
        self.writing()?.person(keyed_hash, fresh, sealed)
    }

    async fn sealed_person(&self, person: PersonId) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.reading()?.sealed(person))
    }

    async fn erase_person(&self, person: PersonId) -> Result<bool, StoreError> {
        Ok(self.writing()?.erase_person(person))
    }

    async fn vehicle(
        &self,
        keyed_hash: [u8; 32],
        fresh: VehicleId,
        sealed: Option<&[u8]>,
        now_ms: i64,
    ) -> Result<VehicleId, StoreError> {
        self.writing()?.vehicles.seen(keyed_hash, fresh, sealed, now_ms)
    }

    async fn known_vehicle(&self, keyed_hash: [u8; 32]) -> Result<Option<VehicleId>, StoreError> {
        Ok(self.reading()?.vehicles.known(&keyed_hash))
    }

    async fn sealed_vehicle(&self, vehicle: VehicleId) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.reading()?.vehicles.sealed(vehicle))
    }

    async fn forget_vehicles(&self, unseal_ms: i64, erase_ms: i64) -> Result<u64, StoreError> {
        Ok(self.writing()?.vehicles.forget(unseal_ms, erase_ms))
    }

    async fn known_person(&self, keyed_hash: [u8; 32]) -> Result<Option<PersonId>, StoreError> {
        Ok(self.reading()?.known(&keyed_hash))
    }

    async fn add_token(&self, token: &TokenRow) -> Result<(), StoreError> {
        self.writing()?.add_token(token)
    }

    async fn tokens(&self) -> Result<Vec<TokenRow>, StoreError> {
        Ok(self.reading()?.tokens())
    }

    async fn revoke_token(&self, id: Uuid, at_ms: i64) -> Result<bool, StoreError> {
        Ok(self.writing()?.revoke_token(id, at_ms))
    }

    async fn add_user(&self, user: &UserRow) -> Result<(), StoreError> {
        self.writing()?.add_user(user)
    }

    async fn users(&self) -> Result<Vec<UserRow>, StoreError> {
        Ok(self.reading()?.people.users())
    }

    async fn set_password(
        &self,
        user: Uuid,
        password: &str,
        must_change: bool,
        at_ms: i64,
    ) -> Result<bool, StoreError> {
        Ok(self.writing()?.set_password(user, password, must_change, at_ms))
    }

    async fn disable_user(&self, user: Uuid, at_ms: i64) -> Result<bool, StoreError> {
        Ok(self.writing()?.disable_user(user, at_ms))
    }

    async fn add_session(&self, session: &SessionRow) -> Result<(), StoreError> {
        self.writing()?.add_session(session)
    }

    async fn sessions(&self) -> Result<Vec<SessionRow>, StoreError> {
        Ok(self.reading()?.people.sessions())
    }

    async fn see_sessions(&self, seen: &[(Uuid, i64)]) -> Result<(), StoreError> {
        self.writing()?.people.see(seen);
        Ok(())
    }

    async fn seat_session(&self, session: Uuid, seat: Option<SeatRow>) -> Result<bool, StoreError> {
        Ok(self.writing()?.seat_session(session, seat))
    }

    async fn end_sessions(&self, sessions: &[Uuid]) -> Result<(), StoreError> {
        self.writing()?.end_sessions(sessions);
        Ok(())
    }

    async fn change_counter(&self) -> Result<i64, StoreError> {
        Ok(self.reading()?.change_counter())
    }

    async fn check_integrity(&self) -> Result<Vec<String>, StoreError> {
        Ok(self.reading()?.check_integrity())
    }

    async fn close(&self) {}
}

#[cfg(test)]
mod tests;
