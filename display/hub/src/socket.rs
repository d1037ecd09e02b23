//! The socket of a board's page: what the boards say goes out, what the page reports comes in.

use std::time::{Duration, Instant};

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::{Hub, Listener};

/// Longest code of a zone that anybody asks for, in bytes.
pub const MAX_ZONE: usize = 64;
/// A page says little.
const MAX_MESSAGE: usize = 1024;
/// Reports of a page in a minute.
const MAX_REPORTS_A_MINUTE: u32 = 120;
/// A write that takes longer means that the page does not read.
const SEND_TIMEOUT: Duration = Duration::from_secs(10);
/// Pings keep paths open and show who is gone.
const PING_EVERY: Duration = Duration::from_secs(15);
/// Nothing heard for so long: gone.
const SILENCE: Duration = Duration::from_secs(40);
/// How long a page may take to close its side.
const GOODBYE: Duration = Duration::from_secs(1);

/// Why a socket ends (RFC 6455, section 7.4.1; from 4000 on our own).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Close(u16, &'static str);

const STOPPING: Close = Close(1001, "the program stops; come again");
const NOT_UNDERSTOOD: Close = Close(1007, "a page reports what it has said, and nothing else");
const TOO_MUCH: Close = Close(1008, "too many messages");
const TOO_SLOW: Close = Close(1013, "too slow, or silent for too long; come again");
const NO_ZONE: Close = Close(4404, "there is no such zone");

/// Answers the request for a socket and serves it, as one of `sockets`, until the page goes or has to go.
pub fn open(
    upgrade: WebSocketUpgrade,
    hub: Hub,
    zone: String,
    stop: CancellationToken,
    sockets: &TaskTracker,
) -> Response {
    let sockets = sockets.clone();
    upgrade
        .read_buffer_size(1024)
        .write_buffer_size(0)
        .max_message_size(MAX_MESSAGE)
        .max_frame_size(MAX_MESSAGE)
        .on_upgrade(move |socket| sockets.track_future(serve(socket, hub, zone, stop)))
}

async fn serve(mut socket: WebSocket, hub: Hub, zone: String, stop: CancellationToken) {
    let Err(Close(code, reason)) = converse(&mut socket, &hub, &zone, &stop).await else { return };
    let goodbye = async {
        let frame = CloseFrame { code, reason: Utf8Bytes::from_static(reason) };
        if socket.send(Message::Close(Some(frame))).await.is_ok() {
            // Closing on what it still says would reset the connection, and the page would never read why.
            while let Some(Ok(_)) = socket.recv().await {}
        }
    };
    let _ = tokio::time::timeout(GOODBYE, goodbye).await;
}

/// Talks until the page goes (`Ok`) or has to go.
async fn converse(socket: &mut WebSocket, hub: &Hub, zone: &str, stop: &CancellationToken) -> Result<(), Close> {
    let mut listener = hub.join(zone).await.map_err(|_| STOPPING)?;
    let (mut heard, mut pinged) = (Instant::now(), Instant::now());
    let mut reports = (Instant::now(), 0);
    let mut last = NO_ZONE;
    loop {
        tokio::select! {
            () = stop.cancelled() => return Err(STOPPING),
            message = listener.next() => {
                let Some(message) = message else { return Err(if stop.is_cancelled() { STOPPING } else { last }) };
                last = if message.starts_with(r#"{"type":"board.zones""#) { NO_ZONE } else { TOO_SLOW };
                send(socket, Message::Text(Utf8Bytes::from(&*message))).await?;
                // There is a sign of life every two seconds, so the time is looked at often enough.
                if heard.elapsed() > SILENCE {
                    return Err(TOO_SLOW);
                }
                if pinged.elapsed() > PING_EVERY {
                    pinged = Instant::now();
                    send(socket, Message::Ping(axum::body::Bytes::new())).await?;
                }
            }
            message = socket.recv() => {
                heard = Instant::now();
                match message {
                    None | Some(Err(_) | Ok(Message::Close(_))) => return Ok(()),
                    Some(Ok(Message::Text(text))) => report(&listener, &text, &mut reports).await?,
                    Some(Ok(Message::Binary(_))) => return Err(NOT_UNDERSTOOD),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                }
            }
        }
    }
}

async fn report(listener: &Listener, text: &str, (since, count): &mut (Instant, u32)) -> Result<(), Close> {
    if since.elapsed() > Duration::from_mins(1) {
        (*since, *count) = (Instant::now(), 0);
    }
    *count += 1;
    if *count > MAX_REPORTS_A_MINUTE {
        return Err(TOO_MUCH);
    }
    listener.report(text).await.map_err(|_| NOT_UNDERSTOOD)
}

async fn send(socket: &mut WebSocket, message: Message) -> Result<(), Close> {
    match tokio::time::timeout(SEND_TIMEOUT, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(TOO_SLOW),
    }
}
