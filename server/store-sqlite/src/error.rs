//! What each failure of SQLite means to whoever writes a log. The one question is whether anything may have been
//! written.

use sqlx::Error;
use sqlx::migrate::MigrateError;
use store::StoreError;

const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const NOMEM: i32 = 7;
const READONLY: i32 = 8;
const INTERRUPT: i32 = 9;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const CANTOPEN: i32 = 14;
const PROTOCOL: i32 = 15;
const TOOBIG: i32 = 18;
const CONSTRAINT: i32 = 19;
const NOTADB: i32 = 26;

/// The extended code that a broken `UNIQUE` has; a primary key has another.
const CONSTRAINT_UNIQUE: i32 = CONSTRAINT | 8 << 8;

/// SQLite's extended result code, where it was SQLite that failed.
fn code(error: &Error) -> Option<i32> {
    error.as_database_error()?.code()?.parse().ok()
}

/// SQLite's result code without the detail.
fn primary(error: &Error) -> Option<i32> {
    code(error).map(|code| code & 0xff)
}

/// Whether a row was refused because another has the same key that is not the primary one.
pub(crate) fn is_twice(error: &Error) -> bool {
    code(error) == Some(CONSTRAINT_UNIQUE)
}

/// Whether rows were refused by what the tables allow.
pub(crate) fn is_constraint(error: &Error) -> bool {
    primary(error) == Some(CONSTRAINT)
}

/// A failure before COMMIT, or of a statement that only reads: nothing was written.
pub(crate) fn before_commit(error: Error) -> StoreError {
    match error {
        Error::Database(_) => {
            let (code, text) = (primary(&error), error.to_string());
            match code {
                Some(FULL) => StoreError::Full(text),
                Some(BUSY | LOCKED | NOMEM | READONLY | INTERRUPT | CANTOPEN | PROTOCOL) => {
                    StoreError::Unavailable(text)
                }
                // The tables' own checks, and a statement that does not fit the tables: not what we created.
                Some(CORRUPT | NOTADB | CONSTRAINT) => StoreError::Damaged(text),
                Some(TOOBIG) => StoreError::Invalid(text),
                // IOERR and what is not known here: after a failed sync nobody knows what the disk holds, and a second
                // one may succeed without having written anything.
                _ => StoreError::Fatal(text),
            }
        }
        Error::PoolTimedOut | Error::PoolClosed => StoreError::Unavailable(error.to_string()),
        Error::ColumnDecode { .. } | Error::Decode(_) | Error::ColumnNotFound(_) | Error::RowNotFound => {
            StoreError::Damaged(error.to_string())
        }
        error => StoreError::Fatal(error.to_string()),
    }
}

/// A failure of COMMIT itself. A full disk and a lock are found before the commit record is written, so that nothing
/// counts; after any other failure nobody knows.
pub(crate) fn at_commit(error: &Error) -> StoreError {
    let text = format!("COMMIT: {error}");
    match primary(error) {
        Some(FULL) => StoreError::Full(text),
        Some(BUSY | LOCKED) => StoreError::Unavailable(text),
        _ => StoreError::Fatal(text),
    }
}

/// A failure to bring the tables to this program's form.
pub(crate) fn migrating(error: MigrateError) -> StoreError {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => before_commit(error),
        MigrateError::VersionMissing(version) => {
            StoreError::Fatal(format!("the database is of a newer program: it has migration {version}"))
        }
        MigrateError::VersionMismatch(version) => {
            StoreError::Fatal(format!("the database is of another program: its migration {version} is not this one's"))
        }
        error => StoreError::Fatal(error.to_string()),
    }
}

/// A file or directory that cannot be made or opened.
pub(crate) fn file(what: &std::path::Path, error: &std::io::Error) -> StoreError {
    let text = format!("{}: {error}", what.display());
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => StoreError::Full(text),
        _ => StoreError::Fatal(text),
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::error::Error as StdError;

    use sqlx::error::{DatabaseError, ErrorKind};

    use super::*;

    const IOERR: i32 = 10;

    #[derive(Debug, thiserror::Error)]
    #[error("code {0}")]
    struct Code(i32);

    impl DatabaseError for Code {
        fn message(&self) -> &'static str {
            "message"
        }
        fn code(&self) -> Option<Cow<'_, str>> {
            Some(self.0.to_string().into())
        }
        fn as_error(&self) -> &(dyn StdError + Send + Sync + 'static) {
            self
        }
        fn as_error_mut(&mut self) -> &mut (dyn StdError + Send + Sync + 'static) {
            self
        }
        fn into_error(self: Box<Self>) -> Box<dyn StdError + Send + Sync + 'static> {
            self
        }
        fn kind(&self) -> ErrorKind {
            ErrorKind::Other
        }
    }

    fn name(error: &StoreError) -> &'static str {
        match error {
            StoreError::Conflict { .. } => "conflict",
            StoreError::Invalid(_) => "invalid",
            StoreError::Full(_) => "full",
            StoreError::Unavailable(_) => "unavailable",
            StoreError::Fatal(_) => "fatal",
            StoreError::Damaged(_) => "damaged",
        }
    }

    #[test]
    fn every_code_has_its_meaning() {
        for (code, before, at) in [
            (FULL, "full", "full"),
            (BUSY, "unavailable", "unavailable"),
            (BUSY | 1 << 8, "unavailable", "unavailable"), // BUSY_RECOVERY
            (LOCKED, "unavailable", "unavailable"),
            (READONLY, "unavailable", "fatal"),
            (IOERR, "fatal", "fatal"),
            (IOERR | 3 << 8, "fatal", "fatal"), // IOERR_WRITE
            (IOERR | 4 << 8, "fatal", "fatal"), // IOERR_FSYNC
            (CORRUPT, "damaged", "fatal"),
            (NOTADB, "damaged", "fatal"),
            (TOOBIG, "invalid", "fatal"),
            (21, "fatal", "fatal"), // MISUSE
        ] {
            assert_eq!(name(&at_commit(&Error::Database(Box::new(Code(code))))), at, "{code} at COMMIT");
            assert_eq!(name(&before_commit(Error::Database(Box::new(Code(code))))), before, "{code} before COMMIT");
        }
        assert_eq!(name(&before_commit(Error::PoolTimedOut)), "unavailable");
        assert_eq!(name(&before_commit(Error::WorkerCrashed)), "fatal");
        assert_eq!(name(&at_commit(&Error::WorkerCrashed)), "fatal");
        assert!(is_twice(&Error::Database(Box::new(Code(2067)))));
        assert!(!is_twice(&Error::Database(Box::new(Code(1555)))));
    }
}
