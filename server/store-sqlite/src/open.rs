//! Opening: the file, the version of SQLite, the connections, the tables.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection};
use store::StoreError;

use crate::SqliteStore;
use crate::error::{at_commit, before_commit, file, migrating};
use crate::writer::Writer;

static MIGRATIONS: Migrator = sqlx::migrate!();

/// Older ones may lose committed transactions when one connection resets the write-ahead log under another.
const OLDEST: [u32; 3] = [3, 51, 3];

/// Readers at once. Reads are few and short; more would only hold more page caches.
const READERS: u32 = 4;

const BUSY: Duration = Duration::from_secs(5);

impl SqliteStore {
    /// Opens the database in the file at `path`. The file and its directory are made when they are not there, for this
    /// user's eyes only, and the tables are brought to this program's form. Several processes may do so at once.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref();
        let alone = make(path.to_owned()).await?;
        let common = SqliteConnectOptions::new().filename(path).busy_timeout(BUSY).disable_statement_logging();
        let writer = common
            .clone()
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // The pages of a day stay in memory: command ids fall anywhere in their index.
            .pragma("cache_size", "-32768")
            // A statement of many rows keeps what it would have to undo; by default that goes to a file.
            .pragma("temp_store", "MEMORY")
            // `Writer` does it.
            .pragma("wal_autocheckpoint", "0");
        let connection = prepare(&writer).await?;
        drop(alone);
        let readers: SqlitePool = SqlitePoolOptions::new()
            .max_connections(READERS)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_with(common.read_only(true).row_buffer_size(1_000))
            .await
            .map_err(before_commit)?;
        Ok(Self { writer: Writer::new(writer, connection), readers })
    }
}

/// Checks the version and brings the tables up to date.
async fn prepare(options: &SqliteConnectOptions) -> Result<SqliteConnection, StoreError> {
    let mut connection = options.connect().await.map_err(before_commit)?;
    let version = sqlx::query_scalar!(r#"SELECT sqlite_version() AS "version!: String""#)
        .fetch_one(&mut connection)
        .await
        .map_err(before_commit)?;
    new_enough(&version)?;
    // Each migration is a savepoint of the one transaction, so that other processes see all of them or none.
    let mut all = connection.begin_with("BEGIN IMMEDIATE").await.map_err(before_commit)?;
    MIGRATIONS.run_direct(None, &mut *all, false).await.map_err(migrating)?;
    all.commit().await.map_err(|error| at_commit(&error))?;
    Ok(connection)
}

/// Refuses a version of SQLite that may lose what it has committed.
fn new_enough(version: &str) -> Result<(), StoreError> {
    let numbers: Vec<u32> = version.split('.').map_while(|number| number.parse().ok()).collect();
    if numbers.len() >= OLDEST.len() && numbers[..OLDEST.len()] >= OLDEST[..] {
        return Ok(());
    }
    let [major, minor, patch] = OLDEST;
    Err(StoreError::Fatal(format!(
        "this program was built with SQLite {version}, which may lose committed data; it needs {major}.{minor}.{patch} \
         or newer. Build it with the SQLite that comes with it (feature `sqlite` of sqlx)"
    )))
}

/// Makes the directory and an empty file where they are missing, and keeps other processes out until what is returned
/// is dropped: a new file is turned to write-ahead logging by one at a time, which SQLite would not wait for.
///
/// The lock is a file of its own. A second descriptor of the database itself would drop the locks of every connection
/// of this process when it is closed.
async fn make(path: PathBuf) -> Result<File, StoreError> {
    let made = tokio::task::spawn_blocking(move || {
        let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty());
        if let Some(directory) = directory {
            let made = DirBuilder::new().recursive(true).mode(0o700).create(directory);
            made.map_err(|error| file(directory, &error))?;
        }
        let mut beside = path.clone().into_os_string();
        beside.push("-open");
        let beside = PathBuf::from(beside);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false).mode(0o600);
        let alone = options.open(&beside).map_err(|error| file(&beside, &error))?;
        match alone.lock() {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::Unsupported => {}
            Err(error) => return Err(file(&beside, &error)),
        }
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(file(&path, &error)),
        }
        Ok(alone)
    });
    made.await.map_err(|error| StoreError::Fatal(error.to_string()))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_sqlite_is_refused() {
        for version in ["3.51.3", "3.51.4", "3.52.0", "3.100.0", "4.0.0", "3.51.3.1"] {
            assert!(new_enough(version).is_ok(), "{version}");
        }
        for version in ["3.51.2", "3.7.17", "3.40.1", "2.99.99", "3.51", "", "x.y.z"] {
            let error = new_enough(version).unwrap_err().to_string();
            assert!(error.contains("3.51.3"), "{version}: {error}");
        }
    }
}
