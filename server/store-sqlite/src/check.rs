//! What is wrong with the file itself. Whether the chain holds is for whoever reads the whole log.

use store::{EventRow, StoreError, chain};
use uuid::Uuid;

use crate::SqliteStore;
use crate::error::before_commit;
use crate::hash::Hash;

/// Pages and indexes; rows that point to none; heads against the events that they stand for.
pub(crate) async fn integrity(store: &SqliteStore) -> Result<Vec<String>, StoreError> {
    let mut faults = Vec::new();
    // Each works without the others: a damaged page that stops one must not hide what the next one sees.
    for found in [pages(store).await, references(store).await, heads(store).await, gaps(store).await] {
        match found {
            Ok(found) => faults.extend(found),
            Err(StoreError::Damaged(fault)) => faults.push(fault),
            Err(error) => return Err(error),
        }
    }
    Ok(faults)
}

async fn pages(store: &SqliteStore) -> Result<Vec<String>, StoreError> {
    let lines: Vec<String> =
        sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&store.readers).await.map_err(before_commit)?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}

async fn references(store: &SqliteStore) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String, String)> =
        sqlx::query_as(r#"SELECT "table", parent FROM pragma_foreign_key_check GROUP BY "table", parent"#)
            .fetch_all(&store.readers)
            .await
            .map_err(before_commit)?;
    Ok(rows.into_iter().map(|(table, parent)| format!("{table} has rows that {parent} lacks")).collect())
}

async fn heads(store: &SqliteStore) -> Result<Vec<String>, StoreError> {
    let mut faults = Vec::new();
    let mut after = String::new();
    loop {
        let page = sqlx::query!(
            r#"SELECT stream, seq AS "seq: u64", hash AS "hash: Hash" FROM streams
               WHERE stream > ?1 ORDER BY stream LIMIT 1000"#,
            after
        )
        .fetch_all(&store.readers)
        .await
        .map_err(before_commit)?;
        let Some(last) = page.last() else { return Ok(faults) };
        after.clone_from(&last.stream);
        for head in page {
            let seq = head.seq as i64; // was one
            let event = sqlx::query_as!(
                EventRow,
                r#"SELECT seq AS "seq: u64", at_ms, command AS "command: Uuid", part AS "part: u32",
                          actor AS "actor: Uuid", key AS "key: Uuid", kind, version AS "version: u32", body,
                          prev_hash AS "prev_hash: Hash"
                   FROM events WHERE stream = ?1 AND seq = ?2"#,
                head.stream,
                seq
            )
            .fetch_optional(&store.readers)
            .await
            .map_err(before_commit)?;
            let (stream, at) = (&head.stream, head.seq);
            match event {
                None => faults.push(format!("stream {stream}: event {at} is missing; the head is there")),
                Some(event) if chain::link(&event.prev_hash, stream, &event) != <[u8; 32]>::from(head.hash) => {
                    faults.push(format!("stream {stream}: event {at} is not what the head was written after"));
                }
                Some(_) => {}
            }
        }
    }
}

async fn gaps(store: &SqliteStore) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT e.stream AS "stream!", count(*) AS "count!: u64", max(e.seq) AS "last!: u64",
                  coalesce(max(s.seq), 0) AS "head!: u64"
           FROM events AS e LEFT JOIN streams AS s ON s.stream = e.stream
           GROUP BY e.stream HAVING count(*) <> max(e.seq) OR max(e.seq) <> coalesce(max(s.seq), 0)"#
    )
    .fetch_all(&store.readers)
    .await
    .map_err(before_commit)?;
    let line = |stream: &str, count: u64, last: u64, head: u64| {
        format!("stream {stream}: {count} events, the last is {last}, the head is at {head}")
    };
    Ok(rows.iter().map(|row| line(&row.stream, row.count, row.last, row.head)).collect())
}
