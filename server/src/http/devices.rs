//! Devices: what programs say of those they have, and what they all said.

use std::sync::PoisonError;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use hall::role::Act;
use protocol::requests::ReportDevices;
use protocol::{HallDevice, Problem};

use super::auth::Caller;
use super::extract::{Segment, Submit};
use super::{ApiError, App};
use crate::clock::Clock;
use crate::engine::read;
use crate::live::{device_changed, in_hall_time};

/// Every kiosk, board, printer, reader and sign of the hall, and how it is.
#[utoipa::path(get, path = "/api/v1/devices", tag = "devices", security(("bearer" = [])),
    responses((status = 200, body = [HallDevice]), (status = "4XX", body = Problem)))]
pub async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Vec<HallDevice>>, ApiError> {
    caller.must(Act::Devices)?;
    let devices = app.devices.lock().unwrap_or_else(PoisonError::into_inner).list();
    let (published, now) = (read(&app.hall.published), app.clock.now());
    Ok(Json(devices.into_iter().map(|device| in_hall_time(&published, now, device)).collect()))
}

/// How the devices of a program are now; said after each change and every ten seconds. Those of a program that says nothing
/// for 35 seconds are gone.
#[utoipa::path(put, path = "/api/v1/devices/{program}", tag = "devices", security(("bearer" = [])),
    params(("program" = String, Path, description = "name of a program, such as that of a kiosk")),
    request_body = ReportDevices,
    responses((status = 204, description = "taken in"), (status = "4XX", body = Problem)))]
pub async fn report(
    State(app): State<App>,
    Segment(program): Segment,
    submit: Submit<ReportDevices>,
) -> Result<StatusCode, ApiError> {
    submit.caller.must(Act::ReportDevices)?;
    let actor = submit.caller.0.actor.id;
    let now = Clock::real().now();
    let changed = {
        let mut devices = app.devices.lock().unwrap_or_else(PoisonError::into_inner);
        devices.report(&program, actor, submit.body.devices, now)
    };
    let changed = changed.map_err(|refusal| ApiError::invalid(refusal.to_string()))?;
    let published = read(&app.hall.published);
    for device in changed {
        published.send(device_changed(&published, app.clock.now(), device));
    }
    Ok(StatusCode::NO_CONTENT)
}
