//! `/v1/lanes`, `/v1/gates`, `/v1/lamps`: what hangs on single wires.

use axum::Json;
use axum::Router;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post, put};
use drivers::gate::{Command, Refusal};
use drivers::lamp;
use protocol::bridge::lanes::{Gate, GateMove, HoldOpen, LampOrder, Lane, LaneMessage};

use super::listen::{About, listen};
use super::problem::ApiError;
use super::{App, NO_CONTENT};
use crate::device::Order;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1/lanes", get(lanes))
        .route("/v1/lanes/{name}/live", get(live))
        .route("/v1/gates", get(gates))
        .route("/v1/gates/{name}/hold-open", put(hold_open))
        .route("/v1/gates/{name}/{movement}", post(moves))
        .route("/v1/lamps/{name}", put(light))
}

/// Every lane.
async fn lanes(State(bridge): State<App>) -> Json<Vec<Lane>> {
    let lanes = bridge.wired.lanes.iter();
    Json(lanes.map(|(name, lane)| Lane { name: name.clone(), view: lane.view() }).collect())
}

/// Listens to a lane, in place of whoever listened before.
async fn live(
    State(bridge): State<App>,
    Path(name): Path<String>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, ApiError> {
    let lane = bridge.wired.lanes.get(&name);
    let lane = lane.ok_or_else(|| ApiError::not_found(format!("no lane is named {name:?}")))?;
    let about = About { changed: |device| LaneMessage::Changed { device }, tick: LaneMessage::Tick };
    Ok(listen(upgrade, &bridge, &lane.listening, &lane.handle.device, about))
}

/// Every gate.
async fn gates(State(bridge): State<App>) -> Json<Vec<Gate>> {
    let gate = |(name, gate): (&String, &crate::families::lanes::Gate)| {
        let (state, safety, held) = gate.view();
        Gate { name: name.clone(), state, safety, held }
    };
    Json(bridge.wired.gates.iter().map(gate).collect())
}

/// Opens, closes or stops a gate.
async fn moves(
    State(bridge): State<App>,
    path: Result<Path<(String, GateMove)>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let Path((name, movement)) = path?;
    tell(&bridge, &name, Command::Move(movement)).await
}

/// Holds a gate open, or lets it go.
async fn hold_open(
    State(bridge): State<App>,
    Path(name): Path<String>,
    body: Result<Json<HoldOpen>, JsonRejection>,
) -> Result<StatusCode, ApiError> {
    let Json(HoldOpen { on, timeout_s }) = body?;
    let ms = if on { milliseconds(timeout_s)? } else { 0 };
    tell(&bridge, &name, Command::Hold(ms)).await
}

async fn tell(bridge: &App, name: &str, command: Command) -> Result<StatusCode, ApiError> {
    let gate = bridge.wired.gates.get(name);
    let gate = gate.ok_or_else(|| ApiError::not_found(format!("no gate is named {name:?}")))?;
    gate.tell(command).await?.map_err(|refusal| match refusal {
        Refusal::Blocked => {
            ApiError::new(409, "blocked", "its safety input is active or unknown: it may not be closed")
        }
        Refusal::Held => ApiError::new(409, "held", "it is held open; let it go first"),
        Refusal::Away => ApiError::unavailable("the gate's wires do not answer"),
        Refusal::NoContact => ApiError::not_found("this gate has no such contact"),
    })?;
    Ok(NO_CONTENT)
}

/// Switches a lamp.
async fn light(
    State(bridge): State<App>,
    Path(name): Path<String>,
    body: Result<Json<LampOrder>, JsonRejection>,
) -> Result<StatusCode, ApiError> {
    let lamp = bridge.wired.lamps.get(&name);
    let lamp = lamp.ok_or_else(|| ApiError::not_found(format!("no lamp is named {name:?}")))?;
    let Json(LampOrder { state, timeout_s }) = body?;
    let command = lamp::Command { state, for_ms: milliseconds(timeout_s)? };
    lamp.handle.order(Order::Command(command)).await?;
    if lamp.handle.device.borrow().state == protocol::bridge::DeviceState::Gone {
        return Err(ApiError::unavailable("the lamp's wire does not answer; it does what was asked when it does"));
    }
    Ok(NO_CONTENT)
}

fn milliseconds(timeout_s: u16) -> Result<u64, ApiError> {
    if (1..=3_600).contains(&timeout_s) {
        return Ok(u64::from(timeout_s) * 1_000);
    }
    Err(ApiError::invalid("timeout_s is 1 to 3600 seconds"))
}
