//! Snapshots of streams.

use sqlx::SqliteConnection;
use store::{Snapshot, StoreError, form};

use crate::error::before_commit;
use crate::{SqliteStore, log};

pub(crate) async fn save(store: &SqliteStore, snapshot: &Snapshot) -> Result<(), StoreError> {
    let mut turn = store.writer.begin().await?;
    let done = save_in(turn.connection(), snapshot).await;
    turn.end(done).await
}

async fn save_in(connection: &mut SqliteConnection, snapshot: &Snapshot) -> Result<(), StoreError> {
    form::snapshot(snapshot, log::end(connection, &snapshot.stream).await?)?;
    let seq = snapshot.seq as i64; // not past the head, which is one
    sqlx::query!(
        "INSERT INTO snapshots (stream, format, seq, body) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (stream, format) DO UPDATE SET seq = excluded.seq, body = excluded.body
         WHERE excluded.seq >= snapshots.seq",
        snapshot.stream,
        snapshot.format,
        seq,
        snapshot.body
    )
    .execute(&mut *connection)
    .await
    .map_err(before_commit)?;
    sqlx::query!(
        "DELETE FROM snapshots
         WHERE stream = ?1 AND seq < (SELECT max(newest.seq) FROM snapshots AS newest WHERE newest.stream = ?1)",
        snapshot.stream
    )
    .execute(connection)
    .await
    .map_err(before_commit)?;
    Ok(())
}

pub(crate) async fn newest(store: &SqliteStore, stream: &str, format: u32) -> Result<Option<Snapshot>, StoreError> {
    sqlx::query_as!(
        Snapshot,
        r#"SELECT stream, seq AS "seq: u64", format AS "format: u32", body
           FROM snapshots WHERE stream = ?1 AND format = ?2"#,
        stream,
        format
    )
    .fetch_optional(&store.readers)
    .await
    .map_err(before_commit)
}
