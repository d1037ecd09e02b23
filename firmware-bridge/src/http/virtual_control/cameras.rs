//! Virtual cameras.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use protocol::bridge::cameras::Camera;
use protocol::bridge::lanes::Direction;
use protocol::pii::Pii;
use serde::{Deserialize, Serialize};

use super::super::App;
use super::ApiError;
use crate::bridge::Bridge;
use crate::cameras::virtual_camera::{self, Vehicle};
use crate::clock;

/// Most pushes of one vehicle.
const MOST: u8 = 20;

/// What is held before a camera.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct See {
    /// The plate; without one the camera sees none.
    plate: Option<Pii<String>>,
    /// Which way; without it the camera does not know.
    direction: Option<Direction>,
    /// The camera's own number of the event; a new one where it is left out.
    vendor_id: Option<u64>,
    /// How often the camera says it.
    #[serde(default = "once")]
    repeat: u8,
}

fn once() -> u8 {
    1
}

/// What it was answered.
#[derive(Debug, Serialize)]
pub struct Seen {
    vendor_id: u64,
    /// The status of each answer.
    statuses: Vec<u16>,
}

/// The virtual cameras.
pub fn views(bridge: &Bridge) -> Vec<Camera> {
    let cameras = bridge.cameras.iter().flat_map(|cameras| cameras.iter());
    cameras.filter(|camera| camera.settings.is_virtual).map(|camera| camera.view()).collect()
}

/// Lets a camera see a vehicle.
pub async fn see(
    State(bridge): State<App>,
    Path(name): Path<String>,
    body: Result<Json<See>, JsonRejection>,
) -> Result<Json<Seen>, ApiError> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let cameras = bridge.cameras.as_ref();
    let found = cameras.and_then(|cameras| cameras.named(&name).map(|camera| (cameras, camera)));
    let found = found.filter(|(_, camera)| camera.settings.is_virtual);
    let (cameras, camera) = found.ok_or_else(|| ApiError::not_found(format!("no virtual device is named {name:?}")))?;
    let Json(See { plate, direction, vendor_id, repeat }) = body?;
    if !(1..=MOST).contains(&repeat) {
        return Err(ApiError::invalid(format!("repeat is 1 to {MOST}")));
    }
    let vendor_id = vendor_id.unwrap_or_else(|| (clock::wall_s() as u64) << 8 | NEXT.fetch_add(1, Relaxed) & 0xFF);
    let plate = plate.as_ref().map(|plate| plate.reveal().as_str());
    let vehicle = Vehicle { plate, way: direction, number: vendor_id };
    let mut statuses = Vec::new();
    for _ in 0..repeat {
        let seen = virtual_camera::see(cameras, camera, &vehicle).await;
        statuses
            .push(seen.map_err(|error| ApiError::unavailable(format!("the camera port does not answer: {error}")))?);
    }
    Ok(Json(Seen { vendor_id, statuses }))
}
