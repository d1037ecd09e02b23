//! The contract, and what only a file can suffer.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use store::contract::{self, called, one, ticket};
use store::{Append, EventRow, Head, Store, StoreError, chain};
use tempfile::TempDir;

use crate::SqliteStore;

async fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(path).await.unwrap()
}

fn place() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("data/paihao.db");
    (directory, path)
}

/// A connection without any of the store's manners.
async fn raw(path: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(path).connect().await.unwrap()
}

fn batch(after: u64, count: u64) -> Append {
    let event = |seq| EventRow { body: "号".repeat(300), ..called(seq, u128::from(seq)) };
    let tickets = (after + 1..=after + count).map(|seq| ticket(u128::from(seq))).collect();
    Append { tickets, ..one("hall:a", after, (after + 1..=after + count).map(event).collect()) }
}

async fn verified(store: &SqliteStore) -> u64 {
    let head = store.head("hall:a").await.unwrap();
    let rows = store.read("hall:a", 0, u32::MAX).await.unwrap();
    chain::ends(chain::verify("hall:a", Head::default(), &rows).unwrap(), head).unwrap();
    assert_eq!(store.check_integrity().await.unwrap(), Vec::<String>::new());
    head.seq
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keeps_the_contract() {
    let directory = tempfile::tempdir().unwrap();
    let next = AtomicU32::new(0);
    contract::run(async || {
        let name = format!("{}.db", next.fetch_add(1, Ordering::Relaxed));
        open(&directory.path().join(name)).await
    })
    .await;
}

#[tokio::test]
async fn what_was_appended_is_there_after_opening_again() {
    let (_directory, path) = place();
    let store = open(&path).await;
    store.append(&batch(0, 20)).await.unwrap();
    store.close().await;
    assert!(matches!(store.append(&batch(20, 1)).await, Err(StoreError::Unavailable(_))), "closed is closed");
    let beside = |end: &str| path.with_file_name(format!("paihao.db{end}"));
    assert!(!beside("-wal").exists(), "everything is in the one file");
    let store = open(&path).await;
    assert_eq!(verified(&store).await, 20);
    for (file, mode) in [(path.clone(), 0o600), (beside("-wal"), 0o600), (path.parent().unwrap().to_owned(), 0o700)] {
        let permissions = fs::metadata(&file).unwrap().permissions();
        assert_eq!(permissions.mode() & 0o777, mode, "{}", file.display());
    }
}

#[tokio::test]
async fn the_settings_are_those_that_durability_needs() {
    let (_directory, path) = place();
    let store = open(&path).await;
    let mut turn = store.writer.begin().await.unwrap();
    for (pragma, expected) in [
        ("PRAGMA journal_mode", "wal"),
        ("PRAGMA synchronous", "2"),
        ("PRAGMA foreign_keys", "1"),
        ("PRAGMA busy_timeout", "5000"),
        ("PRAGMA wal_autocheckpoint", "0"),
    ] {
        let row = sqlx::query(pragma).fetch_one(turn.connection()).await.unwrap();
        let value = sqlx::Row::try_get_unchecked::<String, _>(&row, 0).unwrap();
        assert_eq!(value, expected, "{pragma}");
    }
    turn.end(Ok(())).await.unwrap();
    assert!(sqlx::query("DELETE FROM changes").execute(&store.readers).await.is_err(), "readers only read");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_may_open_a_new_file_at_once() {
    let (_directory, path) = place();
    let mut openers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let path = path.clone();
        openers.spawn(async move { SqliteStore::open(&path).await.map(|_| ()) });
    }
    for opened in openers.join_all().await {
        opened.unwrap();
    }
    assert_eq!(verified(&open(&path).await).await, 0);
}

#[tokio::test]
async fn a_program_that_is_too_old_for_the_file_says_so() {
    let (_directory, path) = place();
    open(&path).await.close().await;
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (9999, 'from tomorrow', true, x'00', 0)";
    sqlx::query(newer).execute(&mut raw(&path).await).await.unwrap();
    let error = SqliteStore::open(&path).await.unwrap_err();
    assert!(matches!(&error, StoreError::Fatal(reason) if reason.contains("newer program")), "{error}");
}

#[tokio::test]
async fn two_processes_meet_in_one_file() {
    let (_directory, path) = place();
    let (serve, command) = (open(&path).await, open(&path).await);
    serve.append(&batch(0, 2)).await.unwrap();
    assert_eq!(command.head("hall:a").await.unwrap().seq, 2);
    let answer = command.append(&one("hall:a", 0, vec![called(1, 9)])).await;
    assert!(matches!(answer, Err(StoreError::Conflict { seq: 2, .. })), "{answer:?}");
    command.append(&one("hall:a", 2, vec![called(3, 9)])).await.unwrap();
    assert_eq!(verified(&serve).await, 3);
    let before = serve.change_counter().await.unwrap();
    let token = store::TokenRow {
        id: uuid::Uuid::max(),
        hash: [1; 32],
        role: "clerk".to_owned(),
        window: None,
        name: String::new(),
        created_ms: 0,
        revoked_ms: None,
    };
    command.add_token(&token).await.unwrap();
    assert_ne!(serve.change_counter().await.unwrap(), before, "a token of another process is noticed");
    command.close().await;
    serve.append(&one("hall:a", 3, vec![called(4, 10)])).await.unwrap();
    assert_eq!(verified(&serve).await, 4);
}

#[tokio::test]
async fn a_writer_that_waits_too_long_is_told_to_come_again() {
    let (_directory, path) = place();
    let store = open(&path).await;
    store.writer.reopen_with(|options| options.busy_timeout(std::time::Duration::ZERO)).await;
    let mut other = raw(&path).await;
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    assert!(matches!(store.append(&batch(0, 1)).await, Err(StoreError::Unavailable(_))));
    assert_eq!(store.head("hall:a").await.unwrap().seq, 0, "reading goes on");
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    store.append(&batch(0, 1)).await.unwrap();
    assert_eq!(verified(&store).await, 1);
}

#[tokio::test]
async fn a_full_disk_refuses_until_there_is_room() {
    let (_directory, path) = place();
    let store = open(&path).await;
    store.writer.reopen_with(|options| options.pragma("max_page_count", "60")).await;
    let mut seq = 0;
    let error = loop {
        match store.append(&batch(seq, 10)).await {
            Ok(()) => seq += 10,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, StoreError::Full(_)), "{error}");
    assert!(seq >= 10, "some room there was");
    assert!(matches!(store.append(&batch(seq, 10)).await, Err(StoreError::Full(_))), "and it stays full");
    assert_eq!(verified(&store).await, seq, "what is there can be read, and nothing is there by half");
    assert_eq!(store.tickets(None, u32::MAX).await.unwrap().len() as u64, seq);
    store.writer.reopen_with(|options| options.pragma("max_page_count", "100000")).await;
    store.append(&batch(seq, 10)).await.unwrap();
    assert_eq!(verified(&store).await, seq + 10);
}

#[tokio::test]
async fn an_append_that_is_given_up_leaves_nothing() {
    let (_directory, path) = place();
    let store = open(&path).await;
    let first = batch(0, 1);
    for _ in 0..20 {
        // Polled once: it waits for its first statement and is dropped there.
        tokio::select! {
            biased;
            _ = store.append(&first) => panic!("a statement takes a while"),
            () = async {} => {}
        }
    }
    let mut turn = store.writer.begin().await.unwrap();
    sqlx::query("DELETE FROM changes").execute(turn.connection()).await.unwrap();
    drop(turn);
    store.change_counter().await.unwrap();
    store.append(&first).await.unwrap();
    assert_eq!(verified(&store).await, 1);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_damaged() {
    let (_directory, path) = place();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, "not a database, but long enough to look like one".repeat(100)).unwrap();
    let error = SqliteStore::open(&path).await.unwrap_err();
    assert!(matches!(error, StoreError::Damaged(_)), "{error}");
}

#[tokio::test]
async fn a_damaged_page_is_damaged() {
    let (_directory, path) = place();
    let store = open(&path).await;
    store.append(&batch(0, 500)).await.unwrap();
    store.close().await;
    let mut bytes = fs::read(&path).unwrap();
    let (page, pages) = (4096, bytes.len() / 4096);
    assert!(pages > 100);
    bytes[page * 20..page * (pages - 5)].fill(0xa5);
    fs::write(&path, bytes).unwrap();
    let store = open(&path).await;
    let error = store.read("hall:a", 0, u32::MAX).await.unwrap_err();
    assert!(matches!(error, StoreError::Damaged(_)), "{error}");
    assert_ne!(store.check_integrity().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn rows_that_were_changed_by_hand_are_found() {
    for (change, finding) in [
        ("UPDATE events SET body = body || ' ' WHERE seq = 5", "event 5 is not what the head was written after"),
        ("DELETE FROM events WHERE seq = 5", "event 5 is missing"),
        ("DELETE FROM events WHERE seq = 3", "4 events, the last is 5, the head is at 5"),
        ("UPDATE streams SET seq = 4", "5 events, the last is 5, the head is at 4"),
        ("DELETE FROM streams", "events has rows that streams lacks"),
    ] {
        let (_directory, path) = place();
        let store = open(&path).await;
        store.append(&batch(0, 5)).await.unwrap();
        let mut other = SqliteConnectOptions::new().filename(&path).foreign_keys(false).connect().await.unwrap();
        sqlx::query(change).execute(&mut other).await.unwrap();
        let faults = store.check_integrity().await.unwrap();
        assert!(faults.iter().any(|fault| fault.contains(finding)), "{change}: {faults:?}");
    }
}

/// The files as they are when the power goes, with a transaction half written to the log.
#[tokio::test]
async fn after_a_power_cut_only_what_was_committed_is_there() {
    let (directory, path) = place();
    let store = open(&path).await;
    store.append(&batch(0, 50)).await.unwrap();
    let mut other = raw(&path).await;
    for statement in [
        // Hardly any cache, so that the pages of the open transaction go to the log before its end.
        "PRAGMA cache_size = 5",
        "PRAGMA cache_spill = 1",
        "BEGIN IMMEDIATE",
        "UPDATE streams SET seq = 51, hash = zeroblob(32)",
        "UPDATE tickets SET state = 'lost'",
        "UPDATE events SET body = 'lost'",
        "INSERT INTO persons (keyed_hash, person_id) SELECT prev_hash, command FROM events",
    ] {
        sqlx::query(statement).execute(&mut other).await.unwrap();
    }
    let wal = |path: &Path| path.with_file_name("paihao.db-wal");
    let cut = directory.path().join("cut/paihao.db");
    fs::create_dir_all(cut.parent().unwrap()).unwrap();
    fs::copy(&path, &cut).unwrap();
    fs::copy(wal(&path), wal(&cut)).unwrap();
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    other.close().await.unwrap();
    let log = fs::read(wal(&cut)).unwrap();
    assert!(log.windows(4).any(|bytes| bytes == b"lost"), "the open transaction is in the log, or this tests nothing");
    let restarted = open(&cut).await;
    assert_eq!(verified(&restarted).await, 50);
    assert!(restarted.tickets(None, 100).await.unwrap().iter().all(|ticket| ticket.state == "waiting"));
    restarted.append(&batch(50, 5)).await.unwrap();
    assert_eq!(verified(&restarted).await, 55);
    // And the original, whose process went on.
    store.append(&batch(50, 1)).await.unwrap();
    assert_eq!(verified(&store).await, 51);
}

/// However a log is cut off, what remains is whole appends from the first on.
#[tokio::test]
async fn a_torn_log_ends_at_a_whole_append() {
    let (directory, path) = place();
    let store = open(&path).await;
    for nth in 0..20 {
        store.append(&batch(nth * 3, 3)).await.unwrap();
    }
    let log = fs::read(path.with_file_name("paihao.db-wal")).unwrap();
    let mut ends = Vec::new();
    for tenth in 0..=10 {
        let cut = directory.path().join(format!("cut{tenth}/paihao.db"));
        fs::create_dir_all(cut.parent().unwrap()).unwrap();
        fs::copy(&path, &cut).unwrap();
        fs::write(cut.with_file_name("paihao.db-wal"), &log[..log.len() * tenth / 10]).unwrap();
        let restarted = open(&cut).await;
        let seq = verified(&restarted).await;
        assert_eq!((seq % 3, restarted.tickets(None, 100).await.unwrap().len() as u64), (0, seq));
        ends.push(seq);
    }
    assert!(ends.is_sorted() && ends[10] == 60 && ends[5] > 0 && ends[5] < 60, "{ends:?}");
}

#[tokio::test]
async fn the_log_does_not_grow_for_ever() {
    let (_directory, path) = place();
    let store = open(&path).await;
    for nth in 0..1_000 {
        store.append(&one("hall:a", nth, vec![called(nth + 1, u128::from(nth))])).await.unwrap();
    }
    let wal = fs::metadata(path.with_file_name("paihao.db-wal")).unwrap().len();
    assert!(wal < 12_000_000, "the log is {wal} bytes");
    assert_eq!(verified(&store).await, 1_000);
}
