//! Virtual lanes, gates and lamps.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use drivers::gate::virtual_gate::{self, VirtualGate};
use drivers::lamp::virtual_lamp::{self, VirtualLamp};
use drivers::lane::traffic::{Conduct, Kind};
use drivers::lane::virtual_lane::{self, VirtualLane};
use protocol::bridge::lanes::Direction;
use serde::{Deserialize, Serialize};

use super::super::{App, NO_CONTENT};
use super::{ApiError, named};
use crate::port::virtual_device::Shared;

/// A virtual lane.
#[derive(Debug, Serialize)]
pub struct LaneView {
    name: String,
    plugs: virtual_lane::Plugs,
    /// Changes of its loops that vehicles under way will still make.
    coming: usize,
}

/// A virtual gate.
#[derive(Debug, Serialize)]
pub struct GateView {
    name: String,
    plugs: virtual_gate::Plugs,
    /// How far it is open, from 0 to 1.
    opened: f64,
    /// How often it was told to open, to close and to stop.
    pulsed: [u64; 3],
    /// How often it was told what must never be told.
    wrong: u64,
}

/// A virtual lamp.
#[derive(Debug, Serialize)]
pub struct LampView {
    name: String,
    plugs: virtual_lamp::Plugs,
    lit: bool,
}

/// A vehicle to come.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vehicle {
    direction: Direction,
    #[serde(default = "car")]
    kind: Kind,
    #[serde(default = "passes")]
    conduct: Conduct,
}

fn car() -> Kind {
    Kind::Car
}

fn passes() -> Conduct {
    Conduct::Passes
}

/// What a lane has on it.
pub fn lane(name: &str, lane: &Shared<VirtualLane>) -> LaneView {
    lane.look(|lane| LaneView { name: name.to_owned(), plugs: lane.plugs(), coming: lane.coming() })
}

/// Where a gate is.
pub fn gate(name: &str, gate: &Shared<VirtualGate>) -> GateView {
    gate.look(|gate| GateView {
        name: name.to_owned(),
        plugs: gate.plugs(),
        opened: gate.opened(),
        pulsed: gate.pulsed,
        wrong: gate.wrong,
    })
}

/// Whether a lamp is lit.
pub fn lamp(name: &str, lamp: &Shared<VirtualLamp>) -> LampView {
    lamp.look(|lamp| LampView { name: name.to_owned(), plugs: lamp.plugs(), lit: lamp.lit() })
}

/// Sends a vehicle over a lane.
pub async fn vehicle(
    State(bridge): State<App>,
    Path(name): Path<String>,
    body: Result<Json<Vehicle>, JsonRejection>,
) -> Result<StatusCode, ApiError> {
    let lane = named(&bridge.virtuals.wires.lanes, &name)?;
    let Json(Vehicle { direction, kind, conduct }) = body?;
    let now = bridge.clock.now();
    if lane.handle(|lane| lane.send(now, direction, kind, conduct)) {
        return Ok(NO_CONTENT);
    }
    Err(ApiError::unavailable("too many vehicles are under way"))
}
