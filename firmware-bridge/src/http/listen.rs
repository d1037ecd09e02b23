//! What a device tells, to one listener at a time, with how the device is.

use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::response::Response;
use protocol::bridge::Device;
use serde::Serialize;
use tokio::sync::watch;

use super::socket::{self, Bye, TICK};
use crate::bridge::Bridge;
use crate::families::listening::{Ended, Listening};

/// The messages about the device itself.
pub struct About<M> {
    /// How it is.
    pub changed: fn(Device) -> M,
    /// A sign of life.
    pub tick: M,
}

/// Lets a client listen, in place of whoever listened before, until it or the bridge goes.
pub fn listen<M: Serialize + Clone + Send + Sync + 'static>(
    upgrade: WebSocketUpgrade,
    bridge: &Bridge,
    listening: &Listening<M>,
    device: &watch::Receiver<Device>,
    about: About<M>,
) -> Response {
    let (stop, listening, device) = (bridge.stop.clone(), listening.clone(), device.clone());
    socket::limited(upgrade).on_upgrade(async move |mut socket| {
        let bye = tokio::select! {
            () = stop.cancelled() => Some(Bye::Stopping),
            bye = tell(&listening, device, &about, &mut socket) => bye,
        };
        if let Some(bye) = bye {
            socket::close(socket, bye).await;
        }
    })
}

async fn tell<M: Serialize + Clone>(
    listening: &Listening<M>,
    mut device: watch::Receiver<Device>,
    about: &About<M>,
    socket: &mut WebSocket,
) -> Option<Bye> {
    let mut listener = listening.listen();
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
                (about.changed)(device.borrow_and_update().clone())
            }
            _ = ticks.tick() => about.tick.clone(),
            () = socket::gone(socket) => return None,
        };
        if !socket::send(socket, &message).await {
            return None;
        }
    }
}
