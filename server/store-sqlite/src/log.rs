//! Streams: appending to them and reading them.

use std::collections::HashMap;

use sqlx::SqliteConnection;
use store::{Append, EventRow, Head, StoreError, chain};
use uuid::Uuid;

use crate::error::{before_commit, is_twice};
use crate::hash::Hash;
use crate::{SqliteStore, json, tickets};

pub(crate) async fn append(store: &SqliteStore, append: &Append) -> Result<(), StoreError> {
    append.check()?;
    if append.streams.is_empty() {
        return Ok(());
    }
    let mut turn = store.writer.begin().await?;
    let done = write(turn.connection(), append).await;
    turn.end(done).await
}

/// A handful of statements, however many rows there are: every statement crosses to the connection's thread and back.
async fn write(connection: &mut SqliteConnection, append: &Append) -> Result<(), StoreError> {
    let heads = heads(connection, append).await?;
    let mut chained = Vec::with_capacity(append.streams.len());
    for (added, head) in append.streams.iter().zip(heads) {
        if head.seq != added.expected_seq {
            return Err(StoreError::Conflict { stream: added.stream.clone(), seq: head.seq });
        }
        chained.push(chain::extend(&added.stream, head, &added.events));
    }
    let (mut ends, mut rows) = (Vec::new(), Vec::new());
    for (added, (before, end)) in append.streams.iter().zip(&chained) {
        if !added.events.is_empty() {
            ends.push((&added.stream, end.seq, json::Hex(&end.hash)));
        }
        rows.extend(added.events.iter().zip(before).map(|(event, prev)| json::event(&added.stream, event, prev)));
    }
    if !rows.is_empty() {
        let ends = json::text(&ends)?;
        sqlx::query!(
            "INSERT INTO streams (stream, seq, hash)
             SELECT value ->> 0, value ->> 1, unhex(value ->> 2) FROM jsonb_each(?1) WHERE true
             ON CONFLICT (stream) DO UPDATE SET seq = excluded.seq, hash = excluded.hash",
            ends
        )
        .execute(&mut *connection)
        .await
        .map_err(before_commit)?;
        let rows = json::text(&rows)?;
        let inserted = sqlx::query!(
            "INSERT INTO events (stream, seq, at_ms, command, part, actor, key, kind, version, body, prev_hash)
             SELECT value ->> 0, value ->> 1, value ->> 2, unhex(value ->> 3), value ->> 4, unhex(value ->> 5),
                    unhex(value ->> 6), value ->> 7, value ->> 8, value ->> 9, unhex(value ->> 10)
             FROM jsonb_each(?1)",
            rows
        )
        .execute(&mut *connection)
        .await;
        match inserted {
            Ok(_) => {}
            Err(error) if is_twice(&error) => return Err(there_already(connection, append, &rows).await?),
            Err(error) => return Err(before_commit(error)),
        }
    }
    tickets::upsert(connection, &append.tickets).await
}

/// Where the streams of an append end, in its order.
async fn heads(connection: &mut SqliteConnection, append: &Append) -> Result<Vec<Head>, StoreError> {
    let names = json::text(&append.streams.iter().map(|added| &added.stream).collect::<Vec<_>>())?;
    let rows = sqlx::query!(
        r#"SELECT s.stream, s.seq AS "seq: u64", s.hash AS "hash: Hash"
           FROM jsonb_each(?1) AS name JOIN streams AS s ON s.stream = name.value"#,
        names
    )
    .fetch_all(connection)
    .await
    .map_err(before_commit)?;
    let rows = rows.into_iter().map(|row| (row.stream, Head { seq: row.seq, hash: row.hash.into() }));
    let heads: HashMap<String, Head> = rows.collect();
    Ok(append.streams.iter().map(|added| heads.get(&added.stream).copied().unwrap_or_default()).collect())
}

/// The conflict of an append of which some command is there already.
async fn there_already(
    connection: &mut SqliteConnection,
    append: &Append,
    rows: &str,
) -> Result<StoreError, StoreError> {
    let stream = sqlx::query_scalar!(
        "SELECT e.stream FROM jsonb_each(?1) AS row JOIN events AS e
         ON e.stream = row.value ->> 0 AND e.command = unhex(row.value ->> 3) AND e.part = row.value ->> 4
         LIMIT 1",
        rows
    )
    .fetch_optional(connection)
    .await
    .map_err(before_commit)?;
    let added = append.streams.iter().find(|added| Some(&added.stream) == stream.as_ref());
    Ok(match added {
        Some(added) => StoreError::Conflict { stream: added.stream.clone(), seq: added.expected_seq },
        None => StoreError::Damaged("an event is refused as there already, and is not there".to_owned()),
    })
}

pub(crate) async fn head(store: &SqliteStore, stream: &str) -> Result<Head, StoreError> {
    let row = sqlx::query!(r#"SELECT seq AS "seq: u64", hash AS "hash: Hash" FROM streams WHERE stream = ?1"#, stream)
        .fetch_optional(&store.readers)
        .await
        .map_err(before_commit)?;
    Ok(row.map(|row| Head { seq: row.seq, hash: row.hash.into() }).unwrap_or_default())
}

/// Where a stream ends, inside a transaction.
pub(crate) async fn end(connection: &mut SqliteConnection, stream: &str) -> Result<u64, StoreError> {
    let seq = sqlx::query_scalar!(r#"SELECT seq AS "seq: u64" FROM streams WHERE stream = ?1"#, stream)
        .fetch_optional(connection)
        .await
        .map_err(before_commit)?;
    Ok(seq.unwrap_or_default())
}

pub(crate) async fn read(
    store: &SqliteStore,
    stream: &str,
    after: u64,
    limit: u32,
) -> Result<Vec<EventRow>, StoreError> {
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    sqlx::query_as!(
        EventRow,
        r#"SELECT seq AS "seq: u64", at_ms, command AS "command: Uuid", part AS "part: u32", actor AS "actor: Uuid",
                  key AS "key: Uuid", kind, version AS "version: u32", body, prev_hash AS "prev_hash: Hash"
           FROM events WHERE stream = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3"#,
        stream,
        after,
        limit
    )
    .fetch_all(&store.readers)
    .await
    .map_err(before_commit)
}
