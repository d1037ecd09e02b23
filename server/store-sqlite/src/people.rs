//! Persons and tokens.

use hall::ids::PersonId;
use sqlx::SqliteConnection;
use store::{StoreError, TokenRow, form};
use uuid::Uuid;

use crate::SqliteStore;
use crate::error::{before_commit, is_constraint};
use crate::hash::Hash;

pub(crate) async fn person(
    store: &SqliteStore,
    keyed_hash: [u8; 32],
    fresh: PersonId,
    sealed: &[u8],
) -> Result<PersonId, StoreError> {
    if let Some(known) = known_person(store, keyed_hash).await? {
        return Ok(known);
    }
    let hash = keyed_hash.as_slice();
    let mut turn = store.writer.begin().await?;
    let done = first_use(turn.connection(), hash, fresh, sealed).await;
    turn.end(done).await
}

pub(crate) async fn known_person(store: &SqliteStore, keyed_hash: [u8; 32]) -> Result<Option<PersonId>, StoreError> {
    let hash = keyed_hash.as_slice();
    let known = sqlx::query_scalar!(r#"SELECT person_id AS "id: Uuid" FROM persons WHERE keyed_hash = ?1"#, hash)
        .fetch_optional(&store.readers)
        .await
        .map_err(before_commit)?;
    Ok(known.map(PersonId))
}

async fn first_use(
    connection: &mut SqliteConnection,
    hash: &[u8],
    fresh: PersonId,
    sealed: &[u8],
) -> Result<PersonId, StoreError> {
    let added = sqlx::query!(
        "INSERT INTO persons (keyed_hash, person_id, sealed) VALUES (?1, ?2, ?3) ON CONFLICT (keyed_hash) DO NOTHING",
        hash,
        fresh.0,
        sealed
    )
    .execute(&mut *connection)
    .await;
    match added {
        Ok(_) => {}
        Err(error) if is_constraint(&error) => {
            return Err(StoreError::Invalid(format!("person {fresh} is another's")));
        }
        Err(error) => return Err(before_commit(error)),
    }
    let id = sqlx::query_scalar!(r#"SELECT person_id AS "id: Uuid" FROM persons WHERE keyed_hash = ?1"#, hash)
        .fetch_one(connection)
        .await
        .map_err(before_commit)?;
    Ok(PersonId(id))
}

pub(crate) async fn sealed_person(store: &SqliteStore, person: PersonId) -> Result<Option<Vec<u8>>, StoreError> {
    let sealed = sqlx::query_scalar!("SELECT sealed FROM persons WHERE person_id = ?1", person.0)
        .fetch_optional(&store.readers)
        .await
        .map_err(before_commit)?;
    Ok(sealed.flatten())
}

pub(crate) async fn erase_person(store: &SqliteStore, person: PersonId) -> Result<bool, StoreError> {
    let mut turn = store.writer.begin().await?;
    let erased = sqlx::query!("DELETE FROM persons WHERE person_id = ?1", person.0).execute(turn.connection()).await;
    turn.end(erased.map(|done| done.rows_affected() > 0).map_err(before_commit)).await
}

pub(crate) async fn add_token(store: &SqliteStore, token: &TokenRow) -> Result<(), StoreError> {
    form::token(token)?;
    let mut turn = store.writer.begin().await?;
    let hash = token.hash.as_slice();
    let added = sqlx::query!(
        "INSERT INTO tokens (id, hash, role, window, name, created_ms, revoked_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        token.id,
        hash,
        token.role,
        token.window,
        token.name,
        token.created_ms,
        token.revoked_ms
    )
    .execute(turn.connection())
    .await;
    turn.end(match added {
        Ok(_) => Ok(()),
        Err(error) if is_constraint(&error) => Err(StoreError::Invalid(format!("token {} is there already", token.id))),
        Err(error) => Err(before_commit(error)),
    })
    .await
}

pub(crate) async fn tokens(store: &SqliteStore) -> Result<Vec<TokenRow>, StoreError> {
    sqlx::query_as!(
        TokenRow,
        r#"SELECT id AS "id: Uuid", hash AS "hash: Hash", role, window AS "window: u16", name, created_ms, revoked_ms
           FROM tokens ORDER BY created_ms, id"#
    )
    .fetch_all(&store.readers)
    .await
    .map_err(before_commit)
}

pub(crate) async fn revoke_token(store: &SqliteStore, id: Uuid, at_ms: i64) -> Result<bool, StoreError> {
    let mut turn = store.writer.begin().await?;
    let revoked = sqlx::query!("UPDATE tokens SET revoked_ms = ?2 WHERE id = ?1 AND revoked_ms IS NULL", id, at_ms)
        .execute(turn.connection())
        .await;
    turn.end(revoked.map(|done| done.rows_affected() > 0).map_err(before_commit)).await
}

pub(crate) async fn change_counter(store: &SqliteStore) -> Result<i64, StoreError> {
    sqlx::query_scalar!("SELECT n FROM changes").fetch_one(&store.readers).await.map_err(before_commit)
}
