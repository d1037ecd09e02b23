//! `GET /v1/devices`, `/v1/counters`, `/v1/live`: how every device is.

use axum::Json;
use axum::extract::State;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::response::Response;
use protocol::bridge::{Device, DeviceKind, DeviceMessage};
use serde::Serialize;

use super::App;
use super::socket::{self, Bye, TICK};
use crate::device::Counted;
use crate::families::Known;

/// Every device.
pub async fn list(State(bridge): State<App>) -> Json<Vec<Device>> {
    Json(bridge.devices.iter().map(Known::now).collect())
}

/// What the owner of a device has counted since the start.
#[derive(Debug, Serialize)]
pub struct Counters {
    kind: DeviceKind,
    name: String,
    #[serde(flatten)]
    counted: Counted,
}

/// What the owners have counted.
pub async fn counters(State(bridge): State<App>) -> Json<Vec<Counters>> {
    let counters = |known: &Known| {
        let Device { kind, name, .. } = known.now();
        Counters { kind, name, counted: known.counters.read() }
    };
    Json(bridge.devices.iter().map(counters).collect())
}

/// Every device once, then each change.
pub async fn live(State(bridge): State<App>, upgrade: WebSocketUpgrade) -> Response {
    socket::limited(upgrade).on_upgrade(async move |mut socket: WebSocket| {
        if let Some(bye) = tell(&bridge, &mut socket).await {
            socket::close(socket, bye).await;
        }
    })
}

async fn tell(bridge: &App, socket: &mut WebSocket) -> Option<Bye> {
    let mut changes = bridge.changes.subscribe();
    changes.mark_changed();
    let mut told: Vec<Option<Device>> = vec![None; bridge.devices.len()];
    let mut ticks = tokio::time::interval(TICK);
    loop {
        tokio::select! {
            biased;
            () = bridge.stop.cancelled() => return Some(Bye::Stopping),
            news = changes.changed() => {
                news.ok()?;
                // Only how they are now: what a slow client missed meanwhile is past.
                for (known, told) in bridge.devices.iter().zip(&mut told) {
                    let device = known.now();
                    if told.as_ref() != Some(&device) {
                        *told = Some(device.clone());
                        if !socket::send(socket, &DeviceMessage::Changed { device }).await {
                            return None;
                        }
                    }
                }
            }
            _ = ticks.tick() => {
                if !socket::send(socket, &DeviceMessage::Tick).await {
                    return None;
                }
            }
            () = socket::gone(socket) => return None,
        }
    }
}
