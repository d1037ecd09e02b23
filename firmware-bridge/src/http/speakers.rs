//! `PUT` and `GET /v1/speakers/{name}/announcements/{id}`, `GET /v1/speakers/{name}/live`.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::response::Response;
use protocol::bridge::speakers::{Call, SpeakerMessage, Speech};
use tokio::sync::broadcast::error::RecvError;

use super::App;
use super::problem::ApiError;
use super::socket::{self, Bye, TICK};
use crate::bridge::Bridge;
use crate::families::speakers::{Refused, Speaker};

/// Longest id of a call.
const MAX_ID: usize = 64;

/// Takes a call in; answers at once how it stands.
pub async fn announce(
    State(bridge): State<App>,
    Path((name, id)): Path<(String, String)>,
    body: Result<Json<Call>, JsonRejection>,
) -> Result<Json<Speech>, ApiError> {
    let speaker = named(&bridge, &name)?;
    if !(1..=MAX_ID).contains(&id.len()) || !id.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_".contains(&c)) {
        return Err(ApiError::invalid("the id of a call has 1 to 64 letters, digits, - and _"));
    }
    let Json(call) = body?;
    if let Some(fault) = call.fault() {
        return Err(ApiError::invalid(fault));
    }
    speaker.announce(&id, call).await.map(Json).map_err(|refused| match refused {
        Refused::OtherContent => ApiError::new(409, "call-exists", refused.to_string()),
        Refused::Stopping => ApiError::unavailable(refused.to_string()),
    })
}

/// What became of a call.
pub async fn report(
    State(bridge): State<App>,
    Path((name, id)): Path<(String, String)>,
) -> Result<Json<Speech>, ApiError> {
    let speech = named(&bridge, &name)?.calls.report(&id);
    speech.map(Json).ok_or_else(|| ApiError::not_found("no such call is remembered"))
}

/// What becomes of calls, and how the speaker is.
pub async fn live(
    State(bridge): State<App>,
    Path(name): Path<String>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, ApiError> {
    named(&bridge, &name)?;
    Ok(socket::limited(upgrade).on_upgrade(async move |mut socket: WebSocket| {
        let Some(speaker) = bridge.speakers.get(&name) else { return };
        let bye = tokio::select! {
            () = bridge.stop.cancelled() => Some(Bye::Stopping),
            bye = tell(speaker, &mut socket) => bye,
        };
        if let Some(bye) = bye {
            socket::close(socket, bye).await;
        }
    }))
}

async fn tell(speaker: &Speaker, socket: &mut WebSocket) -> Option<Bye> {
    let mut news = speaker.calls.listen();
    let mut device = speaker.handle.device.clone();
    device.mark_changed();
    let mut ticks = tokio::time::interval(TICK);
    loop {
        let message = tokio::select! {
            heard = news.recv() => match heard {
                Ok((id, speech)) => SpeakerMessage::Speech { id, speech },
                Err(RecvError::Lagged(_)) => return Some(Bye::TooSlow),
                Err(RecvError::Closed) => return None,
            },
            changed = device.changed() => {
                changed.ok()?;
                SpeakerMessage::Changed { device: device.borrow_and_update().clone() }
            }
            _ = ticks.tick() => SpeakerMessage::Tick,
            () = socket::gone(socket) => return None,
        };
        if !socket::send(socket, &message).await {
            return None;
        }
    }
}

fn named<'a>(bridge: &'a Bridge, name: &str) -> Result<&'a Speaker, ApiError> {
    bridge.speakers.get(name).ok_or_else(|| ApiError::not_found(format!("no speaker is named {name:?}")))
}
