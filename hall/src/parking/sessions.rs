//! Who is inside, by his plate: entries without an exit. It answers how long people stay and where a car went in; the count of a
//! lot does not depend on it, since plates are misread and some vehicles have none.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::VehicleId;
use crate::time::Moment;

/// Most vehicles that are remembered at once; the one that came first is forgotten for one more.
const MOST: usize = 20_000;
/// Whoever came longer ago left unseen, milliseconds.
const FORGOTTEN_MS: i64 = 7 * 86_400_000;
/// Stays that the mean looks back on, about.
const STAYS: f64 = 500.0;

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Sessions {
    inside: BTreeMap<VehicleId, Moment>,
    /// Mean stay and how many it is made of, up to [`STAYS`].
    stay_s: f64,
    stays: f64,
}

impl Sessions {
    /// A vehicle came in. One that is inside already left unseen.
    pub fn entered(&mut self, vehicle: VehicleId, at: Moment) {
        if self.inside.len() >= MOST
            && let Some(first) = self.inside.iter().min_by_key(|(id, since)| (**since, **id)).map(|(id, _)| *id)
        {
            self.inside.remove(&first);
        }
        self.inside.insert(vehicle, at);
    }

    /// A vehicle went out: how long it stayed, in milliseconds, where its entry is known.
    pub fn left(&mut self, vehicle: VehicleId, at: Moment) -> Option<i64> {
        // Told late, of a stay before the present one.
        let stayed = at.since(*self.inside.get(&vehicle).filter(|since| **since <= at)?);
        self.inside.remove(&vehicle);
        self.stays = (self.stays + 1.0).min(STAYS);
        self.stay_s += (stayed as f64 / 1000.0 - self.stay_s) / self.stays;
        Some(stayed)
    }

    /// Forgets those who must have left unseen.
    pub fn tidy(&mut self, now: Moment) {
        self.inside.retain(|_, since| now.since(*since) < FORGOTTEN_MS);
    }

    /// How many are inside by their plates.
    pub fn inside(&self) -> usize {
        self.inside.len()
    }

    /// Since when a vehicle is inside.
    pub fn since(&self, vehicle: VehicleId) -> Option<Moment> {
        self.inside.get(&vehicle).copied()
    }

    /// How long people stay on average, seconds; unknown until somebody has left.
    pub fn mean_stay_s(&self) -> Option<u32> {
        (self.stays >= 1.0).then_some(self.stay_s.round() as u32)
    }
}
