//! Sessions, and where their owners sit.

use sqlx::SqliteConnection;
use store::{SeatRow, SessionRow, StoreError};
use uuid::Uuid;

use crate::SqliteStore;
use crate::error::{before_commit, is_constraint};
use crate::hash::Hash;
use crate::json::{Hex, text};

pub(crate) async fn add(store: &SqliteStore, session: &SessionRow) -> Result<(), StoreError> {
    let mut turn = store.writer.begin().await?;
    let done = insert(turn.connection(), session).await;
    turn.end(done).await
}

async fn insert(connection: &mut SqliteConnection, session: &SessionRow) -> Result<(), StoreError> {
    let hash = session.hash.as_slice();
    let added = sqlx::query!(
        "INSERT INTO sessions (id, hash, user_id, created_ms, seen_ms)
         SELECT ?1, ?2, id, ?4, ?5 FROM users WHERE id = ?3 AND disabled_ms IS NULL",
        session.id,
        hash,
        session.user,
        session.created_ms,
        session.seen_ms
    )
    .execute(&mut *connection)
    .await;
    match added {
        Ok(done) if done.rows_affected() == 0 => {
            return Err(StoreError::Invalid(format!("session {} is nobody's", session.id)));
        }
        Ok(_) => {}
        Err(error) if is_constraint(&error) => {
            return Err(StoreError::Invalid(format!("session {} is there already", session.id)));
        }
        Err(error) => return Err(before_commit(error)),
    }
    if session.seat.is_some() {
        sit(connection, session.id, session.seat).await?;
    }
    Ok(())
}

pub(crate) async fn all(store: &SqliteStore) -> Result<Vec<SessionRow>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT id AS "id: Uuid", hash AS "hash: Hash", user_id AS "user: Uuid", created_ms, seen_ms,
                  window AS "window: u16", seat AS "seat: Uuid", since_ms
           FROM sessions ORDER BY created_ms, id"#
    )
    .fetch_all(&store.readers)
    .await
    .map_err(before_commit)?;
    let seat = |window: Option<u16>, id: Option<Uuid>, since_ms: Option<i64>| {
        Some(SeatRow { window: window?, id: id?, since_ms: since_ms? })
    };
    let rows = rows.into_iter().map(|row| SessionRow {
        id: row.id,
        hash: row.hash.into(),
        user: row.user,
        created_ms: row.created_ms,
        seen_ms: row.seen_ms,
        seat: seat(row.window, row.seat, row.since_ms),
    });
    Ok(rows.collect())
}

pub(crate) async fn see(store: &SqliteStore, seen: &[(Uuid, i64)]) -> Result<(), StoreError> {
    if seen.is_empty() {
        return Ok(());
    }
    let rows = text(&seen.iter().map(|(id, at_ms)| (Hex(id.as_bytes()), at_ms)).collect::<Vec<_>>())?;
    let mut turn = store.writer.begin().await?;
    let done = sqlx::query!(
        "UPDATE sessions SET seen_ms = max(seen_ms, seen.at_ms)
         FROM (SELECT unhex(value ->> 0) AS id, value ->> 1 AS at_ms FROM json_each(?1)) AS seen
         WHERE sessions.id = seen.id",
        rows
    )
    .execute(turn.connection())
    .await;
    turn.end(done.map(|_| ()).map_err(before_commit)).await
}

pub(crate) async fn seat(store: &SqliteStore, session: Uuid, seat: Option<SeatRow>) -> Result<bool, StoreError> {
    let mut turn = store.writer.begin().await?;
    let done = sit(turn.connection(), session, seat).await;
    turn.end(done).await
}

async fn sit(connection: &mut SqliteConnection, session: Uuid, seat: Option<SeatRow>) -> Result<bool, StoreError> {
    let there = sqlx::query_scalar!(r#"SELECT count(*) AS "count!: i64" FROM sessions WHERE id = ?1"#, session)
        .fetch_one(&mut *connection)
        .await
        .map_err(before_commit)?;
    if there == 0 {
        return Ok(false);
    }
    let (window, id, since_ms) =
        (seat.map(|seat| seat.window), seat.map(|seat| seat.id), seat.map(|seat| seat.since_ms));
    sqlx::query!("UPDATE sessions SET window = NULL, seat = NULL, since_ms = NULL WHERE window = ?1", window)
        .execute(&mut *connection)
        .await
        .map_err(before_commit)?;
    sqlx::query!(
        "UPDATE sessions SET window = ?2, seat = ?3, since_ms = ?4 WHERE id = ?1",
        session,
        window,
        id,
        since_ms
    )
    .execute(connection)
    .await
    .map_err(before_commit)?;
    Ok(true)
}

pub(crate) async fn end(store: &SqliteStore, sessions: &[Uuid]) -> Result<(), StoreError> {
    if sessions.is_empty() {
        return Ok(());
    }
    let ids = text(&sessions.iter().map(|id| Hex(id.as_bytes())).collect::<Vec<_>>())?;
    let mut turn = store.writer.begin().await?;
    let done = sqlx::query!("DELETE FROM sessions WHERE id IN (SELECT unhex(value) FROM json_each(?1))", ids)
        .execute(turn.connection())
        .await;
    turn.end(done.map(|_| ()).map_err(before_commit)).await
}
