//! The one connection that writes, and its transactions.
//!
//! It is held here and not in a pool of size one, and its transactions are plain statements and not sqlx's, for two
//! reasons: a pool asks the connection after each use whether it is still there, which is one more thread crossing an
//! append; and when SQLite has rolled a transaction back by itself (a full disk), sqlx counts it as open for ever, and
//! no other can begin.

use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use store::StoreError;
use tokio::sync::{Mutex, MutexGuard};

use crate::error::{at_commit, before_commit};

/// How many commits are gathered in the write-ahead log before they are carried over to the database. With some pages
/// each that is about the thousand pages at which SQLite would do it.
const COMMITS: u32 = 256;

/// The writer, for one at a time, first come first served.
#[derive(Debug)]
pub(crate) struct Writer {
    slot: Mutex<Slot>,
}

#[derive(Debug)]
struct Slot {
    options: SqliteConnectOptions,
    /// Absent while a transaction has it, after one that did not end well, and after closing.
    connection: Option<SqliteConnection>,
    commits: u32,
    closed: bool,
}

/// An open transaction. Dropped without an end, it closes its connection, which rolls back.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    slot: MutexGuard<'a, Slot>,
    connection: SqliteConnection,
}

impl Writer {
    /// A writer that goes on with a connection, and makes others with the same options when it has to.
    pub(crate) fn new(options: SqliteConnectOptions, connection: SqliteConnection) -> Self {
        // Another process may have left its commits, so the first thing is to carry them over.
        Self { slot: Mutex::new(Slot { options, connection: Some(connection), commits: COMMITS, closed: false }) }
    }

    /// Waits for the writer and begins. Another process's transaction is waited for as long as the busy timeout says.
    pub(crate) async fn begin(&self) -> Result<Turn<'_>, StoreError> {
        let mut slot = self.slot.lock().await;
        if slot.closed {
            return Err(StoreError::Unavailable("the store is closed".to_owned()));
        }
        let mut connection = match slot.connection.take() {
            Some(connection) => connection,
            None => SqliteConnection::connect_with(&slot.options).await.map_err(before_commit)?,
        };
        if slot.commits >= COMMITS {
            checkpoint(&mut connection).await?;
            slot.commits = 0;
        }
        match sqlx::query("BEGIN IMMEDIATE").execute(&mut connection).await {
            Ok(_) => Ok(Turn { slot, connection }),
            Err(error) => {
                let _ = connection.close().await;
                Err(before_commit(error))
            }
        }
    }

    /// Carries everything over to the database and closes. The log is durable without it; it only saves the next start
    /// some work and leaves one file.
    pub(crate) async fn close(&self) {
        let mut slot = self.slot.lock().await;
        slot.closed = true;
        if let Some(mut connection) = slot.connection.take() {
            let _ = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut connection).await;
            let _ = connection.close().await;
        }
    }

    /// Changes what the next connection is opened with.
    #[cfg(test)]
    pub(crate) async fn reopen_with(&self, change: impl FnOnce(SqliteConnectOptions) -> SqliteConnectOptions) {
        let mut slot = self.slot.lock().await;
        slot.options = change(slot.options.clone());
        if let Some(connection) = slot.connection.take() {
            connection.close().await.unwrap();
        }
    }
}

impl Turn<'_> {
    /// Where the statements of the transaction go.
    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }

    /// Commits after success and rolls back after failure. The connection is kept if it is certain to be in order.
    pub(crate) async fn end<T>(mut self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        let (result, in_order) = match result {
            Ok(value) => match sqlx::query("COMMIT").execute(&mut self.connection).await {
                Ok(_) => (Ok(value), true),
                Err(error) => (Err(at_commit(&error)), false),
            },
            Err(error) => (Err(error), sqlx::query("ROLLBACK").execute(&mut self.connection).await.is_ok()),
        };
        if in_order {
            self.slot.commits += 1;
            self.slot.connection = Some(self.connection);
        } else {
            let _ = self.connection.close().await;
        }
        result
    }
}

/// Carries what was committed over to the database, as far as no reader is in the way.
///
/// SQLite would do it by itself inside some COMMIT, but would not tell when a sync fails, and the next one may succeed
/// although the pages are lost. So we do it before a transaction, where a failure still means that nothing was written.
async fn checkpoint(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    match sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(connection).await.map_err(before_commit) {
        // Not enough room for the database to grow, or somebody else does it: the log is there still.
        Ok(_) | Err(StoreError::Full(_) | StoreError::Unavailable(_)) => Ok(()),
        Err(error) => Err(error),
    }
}
