//! The live stream's sockets. What is said to whom is decided by [`crate::live::Session`].

use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::extract::{FromRequestParts, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use bytes::Bytes;
use hall::role::Act;
use protocol::Problem;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast::error::RecvError;
use tokio_tungstenite::tungstenite;

use super::auth::{Caller, bearer};
use super::{ApiError, App};
use crate::engine::read;
use crate::live::{Close, MAX_MESSAGE, NOT_ALLOWED, NOT_UNDERSTOOD, SILENT, STOPPING, Session, TOO_BIG, TOO_SLOW};
use crate::tokens::Token;

/// A write that takes longer means that the client does not read.
const SEND_TIMEOUT: Duration = Duration::from_secs(10);
/// A client that says nothing after the hello is not one.
const SUBSCRIBE_TIMEOUT: Duration = Duration::from_secs(10);
/// Pings keep paths open and show who is gone.
const PING_EVERY: Duration = Duration::from_secs(15);
/// Nothing heard for so long: gone.
const SILENCE: Duration = Duration::from_secs(40);
/// How long a client may take to close its side.
const GOODBYE: Duration = Duration::from_secs(1);

/// A single-use ticket for one socket.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Connect {
    /// To be given as `?connect=`.
    pub connect: String,
}

/// A ticket to open the live stream from a page, which cannot send a header with a socket. Without a token it is the
/// ticket of a board, and only for pages of this server.
#[utoipa::path(post, path = "/api/v1/live/connect", tag = "live", security((), ("bearer" = [])),
    responses((status = 200, body = Connect), (status = "4XX", body = Problem)))]
pub async fn connect(State(app): State<App>, parts: Parts) -> Result<Json<Connect>, ApiError> {
    let token = if bearer(&parts).is_some() {
        let mut parts = parts;
        Caller::from_request_parts(&mut parts, &app).await?.0
    } else if app.pages && same_origin(&parts.headers) == Some(true) {
        Token::board()
    } else {
        return Err(ApiError::unauthenticated());
    };
    if !token.actor.may(Act::Look) {
        return Err(ApiError::new(403, "not-allowed", "this token may not read the live stream"));
    }
    let connect = app.connect.issue(token).ok_or_else(ApiError::unavailable)?;
    Ok(Json(Connect { connect }))
}

#[derive(Debug, Deserialize)]
pub struct Params {
    connect: Option<String>,
}

/// The live stream (WebSocket).
#[utoipa::path(get, path = "/api/v1/live", tag = "live", security((), ("bearer" = [])),
    params(("connect" = Option<String>, Query, description = "a single-use ticket, instead of a token")),
    responses((status = 101, description = "the stream"), (status = "4XX", body = Problem)))]
pub async fn stream(
    State(app): State<App>,
    params: Result<Query<Params>, QueryRejection>,
    mut parts: Parts,
) -> Result<Response, ApiError> {
    if same_origin(&parts.headers) == Some(false) {
        return Err(ApiError::new(403, "not-allowed", "pages of other sites may not read the live stream"));
    }
    let Query(params) = params.map_err(|_| ApiError::invalid("the query is not what is expected"))?;
    let token = match params.connect {
        Some(ticket) => app.connect.redeem(&ticket).ok_or_else(ApiError::unauthenticated)?,
        None => Caller::from_request_parts(&mut parts, &app).await?.0,
    };
    let session = Session::open(token.actor)
        .map_err(|_| ApiError::new(403, "not-allowed", "this token may not read the live stream"))?;
    let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &app)
        .await
        .map_err(|_| ApiError::invalid("this is a WebSocket: send an upgrade"))?;
    let sockets = app.sockets.clone();
    // Small buffers: a socket that waits costs a few KiB instead of 130.
    Ok(upgrade
        .read_buffer_size(1024)
        .write_buffer_size(0)
        .max_write_buffer_size(1 << 20)
        .max_message_size(MAX_MESSAGE)
        .max_frame_size(MAX_MESSAGE)
        .on_upgrade(move |socket| sockets.track_future(Box::pin(serve(app, session, socket)))))
}

/// Whether the request comes from a page of this server; `None` when it does not come from a page.
fn same_origin(headers: &HeaderMap) -> Option<bool> {
    let origin = headers.get(header::ORIGIN)?.to_str().unwrap_or_default();
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let of_origin = origin.split_once("://").map_or("", |(_, rest)| rest);
    Some(!host.is_empty() && of_origin.eq_ignore_ascii_case(host))
}

async fn serve(app: App, session: Session, mut socket: WebSocket) {
    metrics::counter!("paihao_live_opened_total").increment(1);
    let close = match converse(&app, session, &mut socket).await {
        Ok(()) => return,
        Err(close) => close,
    };
    metrics::counter!("paihao_live_closed_total", "reason" => close.reason).increment(1);
    let frame = CloseFrame { code: close.code, reason: Utf8Bytes::from_static(close.reason) };
    let goodbye = async {
        if socket.send(Message::Close(Some(frame))).await.is_ok() {
            // Closing on what it still says would reset the connection, and the client would never read why.
            while let Some(Ok(_)) = socket.recv().await {}
        }
    };
    let _ = tokio::time::timeout(GOODBYE, goodbye).await;
}

/// Talks until the client goes (`Ok`) or has to go.
async fn converse(app: &App, mut session: Session, socket: &mut WebSocket) -> Result<(), Close> {
    let began = Instant::now();
    send(socket, Session::hello(&app.build)).await?;
    let first = tokio::select! {
        () = app.stop.cancelled() => return Err(STOPPING),
        first = tokio::time::timeout(SUBSCRIBE_TIMEOUT, text(socket)) => first.map_err(|_| NOT_UNDERSTOOD)??,
    };
    let Some(first) = first else { return Ok(()) };
    let (answer, mut frames) = subscribe(app, &mut session, &first, began)?;
    for text in answer {
        send(socket, text).await?;
    }
    let mut revoked = app.tokens.changes();
    let mut heard = Instant::now();
    let mut pinged = Instant::now();
    loop {
        tokio::select! {
            () = app.stop.cancelled() => return Err(STOPPING),
            frame = frames.recv() => match frame {
                Ok(frame) => {
                    if let Some(text) = session.frame(&frame) {
                        send(socket, text).await?;
                    }
                    if heard.elapsed() > SILENCE {
                        return Err(SILENT);
                    }
                    if pinged.elapsed() > PING_EVERY {
                        pinged = Instant::now();
                        push(socket, Message::Ping(Bytes::new())).await?;
                    }
                }
                Err(RecvError::Lagged(_)) => return Err(TOO_SLOW),
                Err(RecvError::Closed) => return Err(STOPPING),
            },
            message = socket.recv() => {
                heard = Instant::now();
                match message {
                    None | Some(Ok(Message::Close(_))) => return Ok(()),
                    Some(Err(error)) => return broken(error),
                    Some(Ok(Message::Text(text))) => {
                        let (answer, again) = subscribe(app, &mut session, &text, began)?;
                        frames = again;
                        for text in answer {
                            send(socket, text).await?;
                        }
                    }
                    Some(Ok(Message::Binary(_))) => return Err(NOT_UNDERSTOOD),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                }
            }
            Ok(()) = revoked.changed() => {
                if !app.tokens.is_valid(session.actor().id) {
                    return Err(NOT_ALLOWED);
                }
            }
        }
    }
}

type Frames = tokio::sync::broadcast::Receiver<std::sync::Arc<crate::engine::Frame>>;

fn subscribe(app: &App, session: &mut Session, text: &str, began: Instant) -> Result<(Vec<Bytes>, Frames), Close> {
    let now_ms = began.elapsed().as_millis() as i64;
    let published = read(&app.hall.published);
    let answer = session.message(text, &published, app.clock.now(), now_ms)?;
    Ok((answer, published.subscribe()))
}

/// The next text; `None` when the client goes.
async fn text(socket: &mut WebSocket) -> Result<Option<Utf8Bytes>, Close> {
    loop {
        match socket.recv().await {
            None | Some(Ok(Message::Close(_))) => return Ok(None),
            Some(Err(error)) => return broken(error).map(|()| None),
            Some(Ok(Message::Text(text))) => return Ok(Some(text)),
            Some(Ok(Message::Binary(_))) => return Err(NOT_UNDERSTOOD),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
        }
    }
}

/// A client that breaks off is gone; one that sent what no message may be hears why.
fn broken(error: axum::Error) -> Result<(), Close> {
    match error.into_inner().downcast_ref() {
        Some(tungstenite::Error::Capacity(_)) => Err(TOO_BIG),
        Some(tungstenite::Error::Utf8(_)) => Err(NOT_UNDERSTOOD),
        _ => Ok(()),
    }
}

async fn send(socket: &mut WebSocket, text: Bytes) -> Result<(), Close> {
    let text = Utf8Bytes::try_from(text).map_err(|_| NOT_UNDERSTOOD)?;
    push(socket, Message::Text(text)).await
}

async fn push(socket: &mut WebSocket, message: Message) -> Result<(), Close> {
    match tokio::time::timeout(SEND_TIMEOUT, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(TOO_SLOW),
    }
}
