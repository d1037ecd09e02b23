//! Rows of tickets.

use sqlx::SqliteConnection;
use store::{StoreError, TicketRow, form};
use uuid::Uuid;

use crate::error::before_commit;
use crate::{SqliteStore, json, log};

/// Rows in one statement. A year of a large hall is a million; its JSON would be a third of a gigabyte.
const AT_ONCE: usize = 10_000;

/// Adds rows, in place of those of the same tickets.
pub(crate) async fn upsert(connection: &mut SqliteConnection, rows: &[TicketRow]) -> Result<(), StoreError> {
    for rows in rows.chunks(AT_ONCE) {
        let rows = json::tickets(rows)?;
        sqlx::query!(
            "INSERT INTO tickets (id, business_date, number, service, class, state, window, issued_ms, called_ms,
                                  ended_ms, calls, copies)
             SELECT unhex(value ->> 0), value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
                    value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11
             FROM jsonb_each(?1) WHERE true
             ON CONFLICT (id) DO UPDATE SET
                 business_date = excluded.business_date, number = excluded.number, service = excluded.service,
                 class = excluded.class, state = excluded.state, window = excluded.window,
                 issued_ms = excluded.issued_ms, called_ms = excluded.called_ms, ended_ms = excluded.ended_ms,
                 calls = excluded.calls, copies = excluded.copies",
            rows
        )
        .execute(&mut *connection)
        .await
        .map_err(before_commit)?;
    }
    Ok(())
}

pub(crate) async fn replace(
    store: &SqliteStore,
    stream: &str,
    expected_seq: u64,
    rows: &[TicketRow],
) -> Result<(), StoreError> {
    form::tickets(rows)?;
    let mut turn = store.writer.begin().await?;
    let done = replace_in(turn.connection(), stream, expected_seq, rows).await;
    turn.end(done).await
}

async fn replace_in(
    connection: &mut SqliteConnection,
    stream: &str,
    expected_seq: u64,
    rows: &[TicketRow],
) -> Result<(), StoreError> {
    let seq = log::end(connection, stream).await?;
    if seq != expected_seq {
        return Err(StoreError::Conflict { stream: stream.to_owned(), seq });
    }
    sqlx::query!("DELETE FROM tickets").execute(&mut *connection).await.map_err(before_commit)?;
    upsert(connection, rows).await
}

pub(crate) async fn one(store: &SqliteStore, id: Uuid) -> Result<Option<TicketRow>, StoreError> {
    sqlx::query_as!(
        TicketRow,
        r#"SELECT id AS "id: Uuid", business_date, number, service, class, state, window AS "window: u16",
                  issued_ms, called_ms, ended_ms, calls AS "calls: u32", copies AS "copies: u32"
           FROM tickets WHERE id = ?1"#,
        id
    )
    .fetch_optional(&store.readers)
    .await
    .map_err(before_commit)
}

pub(crate) async fn page(store: &SqliteStore, after: Option<Uuid>, limit: u32) -> Result<Vec<TicketRow>, StoreError> {
    // An empty blob comes before every id.
    let after = after.map(|id| id.as_bytes().to_vec()).unwrap_or_default();
    sqlx::query_as!(
        TicketRow,
        r#"SELECT id AS "id: Uuid", business_date, number, service, class, state, window AS "window: u16",
                  issued_ms, called_ms, ended_ms, calls AS "calls: u32", copies AS "copies: u32"
           FROM tickets WHERE id > ?1 ORDER BY id LIMIT ?2"#,
        after,
        limit
    )
    .fetch_all(&store.readers)
    .await
    .map_err(before_commit)
}
