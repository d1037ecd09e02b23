//! Cars: keyed hashes of plates.

use hall::ids::VehicleId;
use sqlx::SqliteConnection;
use store::{StoreError, VEHICLE_SEEN_MS};
use uuid::Uuid;

use crate::SqliteStore;
use crate::error::{before_commit, is_constraint};

pub(crate) async fn vehicle(
    store: &SqliteStore,
    keyed_hash: [u8; 32],
    fresh: VehicleId,
    sealed: Option<&[u8]>,
    now_ms: i64,
) -> Result<VehicleId, StoreError> {
    let hash = keyed_hash.as_slice();
    let known = sqlx::query!(
        r#"SELECT vehicle_id AS "id: Uuid", sealed IS NOT NULL AS "sealed!: bool", seen_ms FROM vehicles WHERE keyed_hash = ?1"#,
        hash
    )
    .fetch_optional(&store.readers)
    .await
    .map_err(before_commit)?;
    if let Some(known) = known
        && now_ms - known.seen_ms < VEHICLE_SEEN_MS
        && (known.sealed || sealed.is_none())
    {
        return Ok(VehicleId(known.id));
    }
    let mut turn = store.writer.begin().await?;
    let done = seen(turn.connection(), hash, fresh, sealed, now_ms).await;
    turn.end(done).await
}

async fn seen(
    connection: &mut SqliteConnection,
    hash: &[u8],
    fresh: VehicleId,
    sealed: Option<&[u8]>,
    now_ms: i64,
) -> Result<VehicleId, StoreError> {
    let id = sqlx::query_scalar!(r#"SELECT vehicle_id AS "id: Uuid" FROM vehicles WHERE keyed_hash = ?1"#, hash)
        .fetch_optional(&mut *connection)
        .await
        .map_err(before_commit)?;
    let id = id.unwrap_or(fresh.0);
    // The plate is sealed for its vehicle: under another id nobody could open it.
    let sealed = sealed.filter(|_| id == fresh.0);
    let done = sqlx::query!(
        "INSERT INTO vehicles (keyed_hash, vehicle_id, sealed, seen_ms) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (keyed_hash) DO UPDATE SET sealed = coalesce(sealed, excluded.sealed),
             seen_ms = max(seen_ms, excluded.seen_ms)",
        hash,
        id,
        sealed,
        now_ms
    )
    .execute(connection)
    .await;
    match done {
        Ok(_) => Ok(VehicleId(id)),
        Err(error) if is_constraint(&error) => Err(StoreError::Invalid(format!("vehicle {fresh} is another"))),
        Err(error) => Err(before_commit(error)),
    }
}

pub(crate) async fn known_vehicle(store: &SqliteStore, keyed_hash: [u8; 32]) -> Result<Option<VehicleId>, StoreError> {
    let hash = keyed_hash.as_slice();
    let known = sqlx::query_scalar!(r#"SELECT vehicle_id AS "id: Uuid" FROM vehicles WHERE keyed_hash = ?1"#, hash)
        .fetch_optional(&store.readers)
        .await
        .map_err(before_commit)?;
    Ok(known.map(VehicleId))
}

pub(crate) async fn sealed_vehicle(store: &SqliteStore, vehicle: VehicleId) -> Result<Option<Vec<u8>>, StoreError> {
    let sealed = sqlx::query_scalar!("SELECT sealed FROM vehicles WHERE vehicle_id = ?1", vehicle.0)
        .fetch_optional(&store.readers)
        .await
        .map_err(before_commit)?;
    Ok(sealed.flatten())
}

pub(crate) async fn forget_vehicles(store: &SqliteStore, unseal_ms: i64, erase_ms: i64) -> Result<u64, StoreError> {
    let mut turn = store.writer.begin().await?;
    let done = forget(turn.connection(), unseal_ms, erase_ms).await;
    turn.end(done).await
}

async fn forget(connection: &mut SqliteConnection, unseal_ms: i64, erase_ms: i64) -> Result<u64, StoreError> {
    let unsealed =
        sqlx::query!("UPDATE vehicles SET sealed = NULL WHERE seen_ms < ?1 AND sealed IS NOT NULL", unseal_ms)
            .execute(&mut *connection)
            .await
            .map_err(before_commit)?;
    let erased = sqlx::query!("DELETE FROM vehicles WHERE seen_ms < ?1", erase_ms)
        .execute(connection)
        .await
        .map_err(before_commit)?;
    Ok(unsealed.rows_affected() + erased.rows_affected())
}
