//! Live connections: the bridge speaks, the client listens.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use serde::Serialize;

/// How often a client hears that the bridge is alive.
pub const TICK: Duration = Duration::from_secs(2);
/// A client that takes nothing for so long has gone.
const SEND: Duration = Duration::from_secs(5);
/// Clients have nothing to say.
const MAX_MESSAGE: usize = 1024;

/// Why a socket is closed (RFC 6455, section 7.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bye {
    /// The bridge stops: come again.
    Stopping,
    /// There is one listener at a time, and another one came.
    Replaced,
    /// It did not keep up.
    TooSlow,
}

impl Bye {
    fn frame(self) -> CloseFrame {
        let (code, reason) = match self {
            Self::Stopping => (1001, "the bridge is stopping"),
            Self::Replaced => (4001, "another listener came: there is one at a time"),
            Self::TooSlow => (4002, "this listener did not keep up"),
        };
        CloseFrame { code, reason: reason.into() }
    }
}

/// Limits of a socket.
pub fn limited(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
    upgrade.max_message_size(MAX_MESSAGE).max_frame_size(MAX_MESSAGE)
}

/// Sends a message; `false` when the client has gone.
pub async fn send(socket: &mut WebSocket, message: &impl Serialize) -> bool {
    let Ok(text) = serde_json::to_string(message) else { return false };
    matches!(tokio::time::timeout(SEND, socket.send(Message::Text(text.into()))).await, Ok(Ok(())))
}

/// Says goodbye.
pub async fn close(mut socket: WebSocket, bye: Bye) {
    let _ = tokio::time::timeout(SEND, socket.send(Message::Close(Some(bye.frame())))).await;
}

/// Waits until the client has gone. What it says is nothing to us; pings are answered meanwhile.
pub async fn gone(socket: &mut WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        if matches!(message, Message::Close(_)) {
            return;
        }
    }
}
