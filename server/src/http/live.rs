//! The live stream's sockets. What is said to whom is decided by [`crate::live::Session`].

pub mod audience;
mod socket;

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query, State};
use axum::http::request::Parts;
use axum::response::Response;
use bytes::Bytes;
use hall::role::Act;
use protocol::Problem;
use protocol::live::SubscribeVisit;
use serde::{Deserialize, Serialize};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};

use audience::{Seat, Seen};
use socket::{Socket, Upgrade};

use super::auth::{Caller, has_token};
use super::site::{Connection, Site};
use super::{ApiError, App};
use crate::engine::{read, wire};
use crate::live::{Close, NOT_ALLOWED, NOT_UNDERSTOOD, SILENT, STOPPING, Session, TOO_BIG, TOO_SLOW};
use crate::tokens::Token;

/// A write that takes longer means that the client does not read.
const SEND_TIMEOUT: Duration = Duration::from_secs(10);
/// A client that says nothing after the hello is not one.
const SUBSCRIBE_TIMEOUT: Duration = Duration::from_secs(10);
/// How often a visitor's page hears that its stream is alive (contract, "Live stream").
const VISIT_TICK: Duration = Duration::from_secs(15);
/// A visitor's page of which nothing was heard for so long is gone; it answers pings.
const VISIT_SILENCE: Duration = Duration::from_secs(50);
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
    let site = Site::of(&parts.headers, Connection::of(&parts).tls);
    let mut parts = parts;
    let token = match Caller::from_request_parts(&mut parts, &app).await {
        Ok(caller) => caller.0,
        // Nobody, or somebody whose session is over, at a board.
        Err(error) if error.is_unauthenticated() && site == Site::Same && !has_token(&parts) => Token::board(),
        Err(error) => return Err(error),
    };
    if !token.actor.may(Act::Listen) {
        return Err(ApiError::new(403, "not-allowed", "this token may not read the live stream"));
    }
    let connect = app.connect.issue(token).ok_or_else(ApiError::unavailable)?;
    Ok(Json(Connect { connect }))
}

#[derive(Debug, Deserialize)]
pub struct Params {
    connect: Option<String>,
}

/// The live stream (WebSocket). Without a token or a ticket it is a visitor's, who hears of one visit and nothing else.
#[utoipa::path(get, path = "/api/v1/live", tag = "live", security((), ("bearer" = [])),
    params(("connect" = Option<String>, Query, description = "a single-use ticket, instead of a token")),
    responses((status = 101, description = "the stream"), (status = "4XX", body = Problem)))]
pub async fn stream(
    State(app): State<App>,
    params: Result<Query<Params>, QueryRejection>,
    mut parts: Parts,
) -> Result<Response, ApiError> {
    let connection = Connection::of(&parts);
    let site = Site::of(&parts.headers, connection.tls);
    if site == Site::Other {
        return Err(ApiError::foreign());
    }
    let Query(params) = params.map_err(|_| ApiError::invalid("the query is not what is expected"))?;
    let token = match params.connect {
        // Where visitors come from anywhere, nobody is more than a visitor.
        _ if connection.public => None,
        Some(ticket) => {
            let token = app.connect.redeem(&ticket).filter(|token| app.holds(token));
            Some(token.ok_or_else(ApiError::unauthenticated)?)
        }
        None => match Caller::from_request_parts(&mut parts, &app).await {
            Ok(caller) => Some(caller.0),
            // A visitor's page has nothing but its address, which it says in its first message.
            Err(error) if error.is_unauthenticated() && !has_token(&parts) => None,
            Err(error) => return Err(error),
        },
    };
    if token.as_ref().is_some_and(|token| token.session.is_some()) && site != Site::Same {
        // The browser has added the cookie; whoever made it do so has to be a page of this server.
        return Err(ApiError::foreign());
    }
    let session = token
        .map(|token| Session::of(&token))
        .transpose()
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

/// How a conversation ended.
enum Ended {
    /// The client has gone.
    Gone,
    /// It has to go, and is told why.
    Told(Box<Farewell>),
}

/// What is said at the end.
struct Farewell {
    socket: Socket,
    /// What was on its way comes first.
    waiting: Vec<Bytes>,
    close: Close,
}

fn told(socket: Socket, waiting: Vec<Bytes>, close: Close) -> Ended {
    Ended::Told(Box::new(Farewell { socket, waiting, close }))
}

async fn serve(app: App, session: Option<Session>, socket: Socket) {
    metrics::counter!("paihao_live_opened_total").increment(1);
    let Ended::Told(farewell) = converse(&app, session, socket).await else { return };
    let Farewell { mut socket, waiting, close } = *farewell;
    metrics::counter!("paihao_live_closed_total", "reason" => close.reason).increment(1);
    let frame = CloseFrame { code: close.code.into(), reason: Utf8Bytes::from_static(close.reason) };
    let goodbye = async {
        // Half a frame and then the end would be no end at all.
        if socket.frames(&waiting).await.is_ok() && socket.control(Message::Close(Some(frame))).await.is_ok() {
            // Closing on what it still says would reset the connection, and the client would never read why.
            while let Some(Ok(_)) = socket.recv().await {}
        }
    };
    let _ = tokio::time::timeout(GOODBYE, goodbye).await;
}

/// Talks until the client goes or has to go.
async fn converse(app: &App, session: Option<Session>, mut socket: Socket) -> Ended {
    let began = Instant::now();
    let hello = wire(&Session::hello(&app.build));
    if let Err(close) = send(&mut socket, &[hello]).await {
        return told(socket, Vec::new(), close);
    }
    let first = tokio::select! {
        () = app.stop.cancelled() => Err(STOPPING),
        first = tokio::time::timeout(SUBSCRIBE_TIMEOUT, text(&mut socket)) => first.unwrap_or(Err(NOT_UNDERSTOOD)),
    };
    match (first, session) {
        (Ok(None), _) => Ended::Gone,
        (Err(close), _) => told(socket, Vec::new(), close),
        (Ok(Some(first)), None) => visit(app, &first, socket).await,
        (Ok(Some(first)), Some(session)) => follow(app, session, first, socket, began).await,
    }
}

/// Hears of every event of its topics.
async fn follow(app: &App, session: Session, first: Utf8Bytes, socket: Socket, began: Instant) -> Ended {
    let mut stopped = pin!(app.stop.cancelled());
    let mut seat = match take_seat(app, session, &first, (socket, Vec::new()), began) {
        Ok(seat) => seat,
        Err(farewell) => return Ended::Told(farewell),
    };
    let mut fresh = true;
    loop {
        // At the seat the carriers look whenever somebody is out; whether it was just before, nobody has looked yet.
        let seen = if std::mem::take(&mut fresh) && !seat.session(|session| holds(app, session)) {
            Seen::End(NOT_ALLOWED)
        } else {
            tokio::select! {
                biased;
                () = &mut stopped => Seen::End(STOPPING),
                seen = poll_fn(|context| seat.poll(context)) => seen,
            }
        };
        let close = match heard(seen) {
            Ok(Heard::Nothing) => continue,
            Ok(Heard::Gone) => {
                seat.leave();
                return Ended::Gone;
            }
            Ok(Heard::Text(text)) => {
                // What was on its way to the old seat comes before everything of the new one.
                let Some(taken) = seat.leave() else { return Ended::Gone };
                match take_seat(app, seat.session(|session| session.clone()), &text, taken, began) {
                    Ok(again) => (seat, fresh) = (again, true),
                    Err(farewell) => return Ended::Told(farewell),
                }
                continue;
            }
            Err(close) => close,
        };
        return match seat.leave() {
            Some((socket, waiting)) => told(socket, waiting, close),
            None => Ended::Gone,
        };
    }
}

fn holds(app: &App, session: &Session) -> bool {
    app.tokens.holds(session.actor().id, session.signed_in())
}

type Taken = (Socket, Vec<Bytes>);

/// Subscribes, and sits down where every later event comes.
fn take_seat(
    app: &App,
    mut session: Session,
    text: &str,
    (socket, mut waiting): Taken,
    began: Instant,
) -> Result<Arc<Seat>, Box<Farewell>> {
    if !holds(app, &session) {
        return Err(Box::new(Farewell { socket, waiting, close: NOT_ALLOWED }));
    }
    let now_ms = began.elapsed().as_millis() as i64;
    let published = read(&app.hall.published);
    match session.message(text, &published, app.clock.now(), now_ms) {
        Ok(answer) => {
            waiting.extend(answer.iter().map(|text| wire(text)));
            Ok(app.audience.join(&published, session, socket, waiting))
        }
        Err(close) => Err(Box::new(Farewell { socket, waiting, close })),
    }
}

/// A visitor's page: the visit as it is, each change, and a sign of life.
async fn visit(app: &App, first: &str, mut socket: Socket) -> Ended {
    let watched = serde_json::from_str::<SubscribeVisit>(first).map_err(|_| NOT_ALLOWED).and_then(|subscribe| {
        let published = read(&app.hall.published);
        let id = app.visits.find(&app.persons, &published.state, &subscribe.token).ok_or(NOT_ALLOWED)?;
        let ticket = published.state.ticket(id).ok_or(NOT_ALLOWED)?;
        Ok(app.visits.watch(&published, ticket, &app.clock))
    });
    let mut watched = match watched {
        Ok(watched) => watched,
        Err(close) => return told(socket, Vec::new(), close),
    };
    let mut ticks = tokio::time::interval(VISIT_TICK);
    let mut last = Instant::now();
    loop {
        let frame = tokio::select! {
            () = app.stop.cancelled() => return told(socket, Vec::new(), STOPPING),
            Ok(()) = watched.changed() => watched.borrow_and_update().clone(),
            _ = ticks.tick() => {
                if last.elapsed() > VISIT_SILENCE {
                    return told(socket, Vec::new(), SILENT);
                }
                if let Err(close) = in_time(socket.control(Message::Ping(Bytes::new()))).await {
                    return told(socket, Vec::new(), close);
                }
                crate::live::tick(&read(&app.hall.published), app.clock.now()).wire.clone()
            }
            message = socket.recv() => {
                last = Instant::now();
                match heard(Seen::Message(message)) {
                    Ok(Heard::Nothing) => continue,
                    Ok(Heard::Gone) => return Ended::Gone,
                    // A visit is asked for once.
                    Ok(Heard::Text(_)) => return told(socket, Vec::new(), NOT_UNDERSTOOD),
                    Err(close) => return told(socket, Vec::new(), close),
                }
            }
        };
        if let Err(close) = send(&mut socket, &[frame]).await {
            return told(socket, Vec::new(), close);
        }
    }
}

/// What a client said, as far as it matters.
enum Heard {
    Nothing,
    Gone,
    Text(Utf8Bytes),
}

fn heard(seen: Seen) -> Result<Heard, Close> {
    let message = match seen {
        Seen::End(close) => return Err(close),
        Seen::Message(message) => message,
    };
    match message {
        Some(Ok(Message::Text(text))) => Ok(Heard::Text(text)),
        Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Ok(Heard::Nothing),
        // One that sent what no message may be hears why.
        Some(Ok(Message::Binary(_)) | Err(Error::Utf8(_))) => Err(NOT_UNDERSTOOD),
        Some(Err(Error::Capacity(_))) => Err(TOO_BIG),
        // A client that breaks off is gone.
        None | Some(Ok(Message::Close(_)) | Err(_)) => Ok(Heard::Gone),
    }
}

/// The next text; `None` when the client goes.
async fn text(socket: &mut Socket) -> Result<Option<Utf8Bytes>, Close> {
    loop {
        match heard(Seen::Message(socket.recv().await))? {
            Heard::Nothing => {}
            Heard::Gone => return Ok(None),
            Heard::Text(text) => return Ok(Some(text)),
        }
    }
}

async fn send(socket: &mut Socket, frames: &[Bytes]) -> Result<(), Close> {
    in_time(socket.frames(frames)).await
}

async fn in_time(sent: impl Future<Output = Result<(), Error>>) -> Result<(), Close> {
    match tokio::time::timeout(SEND_TIMEOUT, sent).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(TOO_SLOW),
    }
}
