//! Cars, in memory.

use std::collections::HashMap;

use hall::ids::VehicleId;

use crate::{StoreError, VEHICLE_SEEN_MS};

#[derive(Debug, Clone)]
struct Vehicle {
    id: VehicleId,
    sealed: Option<Vec<u8>>,
    seen_ms: i64,
}

/// By the keyed hashes of their plates.
#[derive(Debug, Clone, Default)]
pub(super) struct Vehicles(HashMap<[u8; 32], Vehicle>);

impl Vehicles {
    pub(super) fn seen(
        &mut self,
        keyed_hash: [u8; 32],
        fresh: VehicleId,
        sealed: Option<&[u8]>,
        now_ms: i64,
    ) -> Result<VehicleId, StoreError> {
        if let Some(known) = self.0.get_mut(&keyed_hash) {
            if now_ms - known.seen_ms >= VEHICLE_SEEN_MS {
                known.seen_ms = now_ms;
            }
            if known.sealed.is_none() && known.id == fresh {
                known.sealed = sealed.map(<[u8]>::to_vec);
            }
            return Ok(known.id);
        }
        if self.0.values().any(|vehicle| vehicle.id == fresh) {
            return Err(StoreError::Invalid(format!("vehicle {fresh} is another")));
        }
        self.0.insert(keyed_hash, Vehicle { id: fresh, sealed: sealed.map(<[u8]>::to_vec), seen_ms: now_ms });
        Ok(fresh)
    }

    pub(super) fn known(&self, keyed_hash: &[u8; 32]) -> Option<VehicleId> {
        self.0.get(keyed_hash).map(|vehicle| vehicle.id)
    }

    pub(super) fn sealed(&self, vehicle: VehicleId) -> Option<Vec<u8>> {
        self.0.values().find(|known| known.id == vehicle)?.sealed.clone()
    }

    pub(super) fn forget(&mut self, unseal_ms: i64, erase_ms: i64) -> u64 {
        let mut changed = 0;
        for vehicle in self.0.values_mut().filter(|vehicle| vehicle.seen_ms < unseal_ms && vehicle.sealed.is_some()) {
            vehicle.sealed = None;
            changed += 1;
        }
        let before = self.0.len();
        self.0.retain(|_, vehicle| vehicle.seen_ms >= erase_ms);
        changed + (before - self.0.len()) as u64
    }
}
