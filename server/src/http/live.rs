//! The live stream's sockets. What is said to whom is decided by [`crate::live::Session`].

mod socket;

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use bytes::Bytes;
use hall::role::Act;
use protocol::Problem;
use serde::{Deserialize, Serialize};
use socket::{AT_ONCE, Socket, Upgrade};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};

use super::auth::{Caller, bearer};
use super::{ApiError, App};
use crate::engine::{read, wire};
use crate::live::{Close, NOT_ALLOWED, NOT_UNDERSTOOD, SILENT, STOPPING, Session, TOO_BIG, TOO_SLOW};
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
    } else if same_origin(&parts.headers) == Some(true) {
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
    let upgrade = Upgrade::of(&mut parts).ok_or_else(|| ApiError::invalid("this is a WebSocket: send an upgrade"))?;
    let answer = upgrade.answer();
    app.sockets.clone().spawn(async move {
        if let Some(socket) = upgrade.socket().await {
            serve(app, session, socket).await;
        }
    });
    Ok(answer)
}

/// Whether the request comes from a page of this server; `None` when it does not come from a page.
fn same_origin(headers: &HeaderMap) -> Option<bool> {
    let origin = headers.get(header::ORIGIN)?.to_str().unwrap_or_default();
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let of_origin = origin.split_once("://").map_or("", |(_, rest)| rest);
    Some(!host.is_empty() && of_origin.eq_ignore_ascii_case(host))
}

async fn serve(app: App, session: Session, mut socket: Socket) {
    metrics::counter!("paihao_live_opened_total").increment(1);
    let close = match converse(&app, session, &mut socket).await {
        Ok(()) => return,
        Err(close) => close,
    };
    metrics::counter!("paihao_live_closed_total", "reason" => close.reason).increment(1);
    let frame = CloseFrame { code: close.code.into(), reason: Utf8Bytes::from_static(close.reason) };
    let goodbye = async {
        if socket.control(Message::Close(Some(frame))).await.is_ok() {
            // Closing on what it still says would reset the connection, and the client would never read why.
            while let Some(Ok(_)) = socket.recv().await {}
        }
    };
    let _ = tokio::time::timeout(GOODBYE, goodbye).await;
}

/// Talks until the client goes (`Ok`) or has to go.
async fn converse(app: &App, mut session: Session, socket: &mut Socket) -> Result<(), Close> {
    let began = Instant::now();
    say(socket, &[Session::hello(&app.build)]).await?;
    let first = tokio::select! {
        () = app.stop.cancelled() => return Err(STOPPING),
        first = tokio::time::timeout(SUBSCRIBE_TIMEOUT, text(socket)) => first.map_err(|_| NOT_UNDERSTOOD)??,
    };
    let Some(first) = first else { return Ok(()) };
    let (answer, mut frames) = subscribe(app, &mut session, &first, began)?;
    say(socket, &answer).await?;
    drop(answer);
    let mut batch = Vec::with_capacity(AT_ONCE);
    let mut revoked = app.tokens.changes();
    let mut stopped = pin!(app.stop.cancelled());
    let mut heard = Instant::now();
    let mut pinged = Instant::now();
    loop {
        tokio::select! {
            // Frames first: while there are some, nothing else is looked at, and what has come together goes out together.
            biased;
            frame = frames.recv() => {
                let mut frame = frame.map_err(|error| match error {
                    RecvError::Lagged(_) => TOO_SLOW,
                    RecvError::Closed => STOPPING,
                })?;
                loop {
                    if session.wants(&frame) {
                        batch.push(frame.wire.clone());
                    }
                    if batch.len() == AT_ONCE {
                        break;
                    }
                    frame = match frames.try_recv() {
                        Ok(frame) => frame,
                        Err(TryRecvError::Empty) => break,
                        Err(TryRecvError::Lagged(_)) => return Err(TOO_SLOW),
                        Err(TryRecvError::Closed) => return Err(STOPPING),
                    };
                }
                send(socket, &batch).await?;
                batch.clear();
                let now = Instant::now();
                if now - heard > SILENCE {
                    return Err(SILENT);
                }
                if now - pinged > PING_EVERY {
                    pinged = now;
                    in_time(socket.control(Message::Ping(Bytes::new()))).await?;
                }
                // Everybody hears something every two seconds, so a token that is revoked soon has no effect.
                if revoked.has_changed().unwrap_or_default() {
                    revoked.mark_unchanged();
                    if !app.tokens.is_valid(session.actor().id) {
                        return Err(NOT_ALLOWED);
                    }
                }
            }
            () = &mut stopped => return Err(STOPPING),
            message = socket.recv() => {
                heard = Instant::now();
                match message {
                    None | Some(Ok(Message::Close(_))) => return Ok(()),
                    Some(Err(error)) => return broken(&error),
                    Some(Ok(Message::Text(text))) => {
                        let (answer, again) = subscribe(app, &mut session, &text, began)?;
                        frames = again;
                        say(socket, &answer).await?;
                    }
                    Some(Ok(Message::Binary(_))) => return Err(NOT_UNDERSTOOD),
                    Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
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
async fn text(socket: &mut Socket) -> Result<Option<Utf8Bytes>, Close> {
    loop {
        match socket.recv().await {
            None | Some(Ok(Message::Close(_))) => return Ok(None),
            Some(Err(error)) => return broken(&error).map(|()| None),
            Some(Ok(Message::Text(text))) => return Ok(Some(text)),
            Some(Ok(Message::Binary(_))) => return Err(NOT_UNDERSTOOD),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
        }
    }
}

/// A client that breaks off is gone; one that sent what no message may be hears why.
fn broken(error: &Error) -> Result<(), Close> {
    match error {
        Error::Capacity(_) => Err(TOO_BIG),
        Error::Utf8(_) => Err(NOT_UNDERSTOOD),
        _ => Ok(()),
    }
}

/// Sends texts that are for this client alone.
async fn say(socket: &mut Socket, texts: &[Bytes]) -> Result<(), Close> {
    for text in texts {
        send(socket, &[wire(text)]).await?;
    }
    Ok(())
}

async fn send(socket: &mut Socket, frames: &[Bytes]) -> Result<(), Close> {
    if frames.is_empty() {
        return Ok(());
    }
    in_time(socket.frames(frames)).await
}

async fn in_time(sent: impl Future<Output = Result<(), Error>>) -> Result<(), Close> {
    let mut sent = pin!(sent);
    // Most are sent at once and need no timer.
    if let Poll::Ready(sent) = poll_fn(|context| Poll::Ready(sent.as_mut().poll(context))).await {
        return sent.map_err(|_| TOO_SLOW);
    }
    match tokio::time::timeout(SEND_TIMEOUT, sent).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(TOO_SLOW),
    }
}
