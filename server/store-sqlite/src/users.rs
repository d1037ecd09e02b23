//! Users.

use sqlx::SqliteConnection;
use store::{StoreError, UserRow, form};
use uuid::Uuid;

use crate::SqliteStore;
use crate::error::{before_commit, is_constraint};

pub(crate) async fn add(store: &SqliteStore, user: &UserRow) -> Result<(), StoreError> {
    form::user(user)?;
    let mut turn = store.writer.begin().await?;
    let added = sqlx::query!(
        "INSERT INTO users (id, name, role, window, password, password_ms, must_change, disabled_ms, created_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        user.id,
        user.name,
        user.role,
        user.window,
        user.password,
        user.password_ms,
        user.must_change,
        user.disabled_ms,
        user.created_ms
    )
    .execute(turn.connection())
    .await;
    turn.end(match added {
        Ok(_) => Ok(()),
        Err(error) if is_constraint(&error) => Err(StoreError::Invalid(format!("user {} is there already", user.name))),
        Err(error) => Err(before_commit(error)),
    })
    .await
}

pub(crate) async fn all(store: &SqliteStore) -> Result<Vec<UserRow>, StoreError> {
    sqlx::query_as!(
        UserRow,
        r#"SELECT id AS "id: Uuid", name, role, window AS "window: u16", password, password_ms,
                  must_change AS "must_change: bool", disabled_ms, created_ms
           FROM users ORDER BY name"#
    )
    .fetch_all(&store.readers)
    .await
    .map_err(before_commit)
}

pub(crate) async fn set_password(
    store: &SqliteStore,
    user: Uuid,
    password: &str,
    must_change: bool,
    at_ms: i64,
) -> Result<bool, StoreError> {
    let mut turn = store.writer.begin().await?;
    let changed = sqlx::query!(
        "UPDATE users SET password = ?2, must_change = ?3, password_ms = ?4 WHERE id = ?1",
        user,
        password,
        must_change,
        at_ms
    )
    .execute(turn.connection())
    .await;
    let done = out(turn.connection(), user, changed).await;
    turn.end(done).await
}

pub(crate) async fn disable(store: &SqliteStore, user: Uuid, at_ms: i64) -> Result<bool, StoreError> {
    let mut turn = store.writer.begin().await?;
    let changed = sqlx::query!("UPDATE users SET disabled_ms = ?2 WHERE id = ?1 AND disabled_ms IS NULL", user, at_ms)
        .execute(turn.connection())
        .await;
    let done = out(turn.connection(), user, changed).await;
    turn.end(done).await
}

/// Ends the sessions of a user who was changed; says whether he was.
async fn out(
    connection: &mut SqliteConnection,
    user: Uuid,
    changed: Result<sqlx::sqlite::SqliteQueryResult, sqlx::Error>,
) -> Result<bool, StoreError> {
    if changed.map_err(before_commit)?.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!("DELETE FROM sessions WHERE user_id = ?1", user).execute(connection).await.map_err(before_commit)?;
    Ok(true)
}
