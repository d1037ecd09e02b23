//! `GET /v1/readers/{name}/live`: cards, to one listener at a time.

use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use protocol::bridge::ReaderMessage;

use super::App;
use super::problem::ApiError;
use super::socket::{self, Bye, TICK};
use crate::readers::{Ended, Reader};

/// Listens, in place of whoever listened before.
pub async fn live(
    State(bridge): State<App>,
    Path(name): Path<String>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, ApiError> {
    if !bridge.readers.contains_key(&name) {
        return Err(ApiError::not_found(format!("no reader is named {name:?}")));
    }
    let answer = socket::limited(upgrade).on_upgrade(async move |mut socket: WebSocket| {
        let Some(reader) = bridge.readers.get(&name) else { return };
        let stopping = bridge.stop.cancelled();
        let bye = tokio::select! {
            () = stopping => Some(Bye::Stopping),
            bye = tell(reader, &mut socket) => bye,
        };
        if let Some(bye) = bye {
            socket::close(socket, bye).await;
        }
    });
    Ok(answer.into_response())
}

async fn tell(reader: &Reader, socket: &mut WebSocket) -> Option<Bye> {
    let mut listener = reader.listening.listen();
    let mut device = reader.handle.device.clone();
    device.mark_changed();
    let mut ticks = tokio::time::interval(TICK);
    loop {
        let message = tokio::select! {
            biased;
            heard = listener.hear() => match heard {
                Ok(message) => message,
                Err(Ended::Replaced) => return Some(Bye::Replaced),
                Err(Ended::TooSlow) => return Some(Bye::TooSlow),
            },
            changed = device.changed() => {
                changed.ok()?;
                ReaderMessage::Changed { device: device.borrow_and_update().clone() }
            }
            _ = ticks.tick() => ReaderMessage::Tick,
            () = socket::gone(socket) => return None,
        };
        if !socket::send(socket, &message).await {
            return None;
        }
    }
}
