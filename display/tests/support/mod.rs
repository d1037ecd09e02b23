//! A pretend hall and a pretend bridge, each of which can be killed and come back.
#![allow(dead_code, reason = "each test file uses its part")]

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path as UrlPath, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{any, get, put};
use axum::{Json, Router};
use protocol::bridge::SignArea;
use protocol::bridge::speakers::{Call, Speech, SpeechState};
use serde_json::{Value, json};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::{broadcast, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Longest wait for what must happen.
pub const LIMIT: Duration = Duration::from_secs(20);

/// Waits until `wanted` holds of what is watched.
pub async fn until<T: Clone>(watched: &mut watch::Receiver<T>, wanted: impl FnMut(&T) -> bool) -> T {
    tokio::time::timeout(LIMIT, watched.wait_for(wanted)).await.expect("in time").expect("watched").clone()
}

/// A listener that can be ended.
type Serving = (CancellationToken, JoinHandle<()>);

/// What a hall's live stream says.
#[derive(Clone)]
pub struct Hall {
    snapshot: Arc<Mutex<Value>>,
    events: broadcast::Sender<String>,
    /// Every subscription that was asked for.
    pub asked: watch::Sender<Vec<Value>>,
    address: String,
    alive: Arc<Mutex<Option<Serving>>>,
}

impl Hall {
    pub async fn start() -> Self {
        let hall = Self {
            snapshot: Arc::new(Mutex::new(snapshot(1, &[]))),
            events: broadcast::Sender::new(64),
            asked: watch::Sender::new(Vec::new()),
            address: String::new(),
            alive: Arc::default(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let hall = Self { address: listener.local_addr().unwrap().to_string(), ..hall };
        hall.serve(listener);
        hall
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn serve(&self, listener: TcpListener) {
        let alive = CancellationToken::new();
        let router = Router::new().route("/api/v1/live", any(live)).with_state((self.clone(), alive.clone()));
        let until = alive.clone();
        let serving = tokio::spawn(async move {
            tokio::select! {
                () = until.cancelled() => {}
                _ = axum::serve(listener, router).into_future() => {}
            }
        });
        *self.alive.lock().unwrap() = Some((alive, serving));
    }

    /// As a killed server: sockets break, nobody listens.
    pub async fn kill(&self) {
        let serving = self.alive.lock().unwrap().take();
        if let Some((alive, serving)) = serving {
            alive.cancel();
            serving.await.unwrap();
        }
    }

    /// Comes back at the same address, with this as its state.
    pub async fn come_back(&self, snapshot: Value) {
        *self.snapshot.lock().unwrap() = snapshot;
        self.serve(TcpListener::bind(&self.address).await.unwrap());
    }

    pub fn say(&self, message: &Value) {
        let _ = self.events.send(message.to_string());
    }
}

async fn live(
    State((hall, alive)): State<(Hall, CancellationToken)>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<axum::response::Response, StatusCode> {
    if headers.get("authorization").is_none_or(|value| value != "Bearer ph_board") {
        return Err(StatusCode::UNAUTHORIZED);
    }
    Ok(upgrade.on_upgrade(move |socket| async move {
        tokio::select! {
            () = alive.cancelled() => {}
            _ = converse(hall, socket) => {}
        }
    }))
}

async fn converse(hall: Hall, mut socket: WebSocket) -> Option<()> {
    let mut events = hall.events.subscribe();
    let hello = json!({"type": "hello", "protocol": 1, "build": "b"});
    socket.send(Message::text(hello.to_string())).await.ok()?;
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    loop {
        let text = tokio::select! {
            message = socket.recv() => {
                let Message::Text(text) = message?.ok()? else { continue };
                let asked: Value = serde_json::from_str(&text).unwrap();
                hall.asked.send_modify(|all| all.push(asked));
                hall.snapshot.lock().unwrap().to_string()
            }
            event = events.recv() => event.ok()?,
            _ = ticks.tick() => json!({"type": "tick", "seq": 1, "at": AT, "open": true}).to_string(),
        };
        socket.send(Message::text(text)).await.ok()?;
    }
}

const AT: &str = "2026-11-23T09:30:00.000+08:00";

pub fn ticket(number: &str, state: &str, window: u16) -> Value {
    json!({
        "id": uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, number.as_bytes()), "number": number, "service": "S",
        "class": "normal", "state": state, "business_date": "2026-11-23", "issued_at": AT, "called_at": AT,
        "window": window, "ahead": 0, "eta": null, "call_id": null, "calls": 1, "print": {"state": "none", "copies": 0}
    })
}

pub fn window(number: u16, state: &str, ticket: &Value) -> Value {
    json!({
        "window": number, "zone": "A", "kind": "general", "state": state, "since": AT, "clerk": null, "reason": null,
        "ticket": ticket, "services": ["S"], "parked": []
    })
}

/// A hall with windows 1 to 5, all idle but these.
pub fn snapshot(seq: u64, busy: &[Value]) -> Value {
    let plain = |number: u16| window(number, "idle", &Value::Null);
    let of = |number: u16| busy.iter().find(|one| one["window"] == number).cloned().unwrap_or_else(|| plain(number));
    let windows: Vec<Value> = (1..=5).map(of).collect();
    let name = json!({"zh": "大厅", "en": "Hall"});
    json!({"type": "snapshot", "seq": seq, "at": AT, "data": {
        "hall": {"name": name, "business_date": null, "open": true, "opens": "08:30", "closes": "17:00",
            "zones": [{"code": "A", "name": name}], "departments": []},
        "calls": [], "queues": [], "windows": windows
    }})
}

pub fn called(seq: u64, number: &str, at: u16) -> Value {
    let mut data = ticket(number, "called", at);
    data["window_state"] = window(at, "busy", &ticket(number, "called", at));
    json!({"type": "ticket.called", "seq": seq, "at": AT, "data": data})
}

/// What a bridge was asked: sign, area (none for a clearing), content.
pub type Asked = Vec<(String, Option<u8>, Option<SignArea>)>;

/// The calls of a speaker, by what the bridge knows of them.
pub type Calls = Vec<Asking>;

/// A call that a speaker was asked for.
#[derive(Debug, Clone)]
pub struct Asking {
    pub speaker: String,
    pub id: String,
    pub call: Call,
    pub times: usize,
    pub state: SpeechState,
}

/// A pretend `paihao-bridge` with signs that show everything.
pub struct Bridge {
    pub asked: watch::Sender<Asked>,
    /// The calls that its speakers were asked for, with how often.
    pub calls: watch::Sender<Calls>,
    socket: PathBuf,
    alive: CancellationToken,
}

impl Bridge {
    pub fn start(socket: &Path) -> Self {
        let mut bridge = Self {
            asked: watch::Sender::new(Vec::new()),
            calls: watch::Sender::default(),
            socket: socket.to_owned(),
            alive: CancellationToken::new(),
        };
        bridge.come_back();
        bridge
    }

    pub fn kill(&self) {
        self.alive.cancel();
    }

    pub fn come_back(&mut self) {
        let _ = std::fs::remove_file(&self.socket);
        let listener = UnixListener::bind(&self.socket).unwrap();
        self.alive = CancellationToken::new();
        let alive = self.alive.clone();
        let router = Router::new()
            .route("/v1/signs/{name}/areas/{area}", put(show))
            .route("/v1/signs/{name}/areas", axum::routing::delete(clear))
            .with_state(self.asked.clone())
            .merge(
                Router::new()
                    .route("/v1/speakers/{name}/announcements/{id}", put(announce))
                    .route("/v1/speakers/{name}/live", get(speaker_live))
                    .with_state((self.calls.clone(), alive.clone())),
            );
        tokio::spawn(async move {
            tokio::select! {
                () = alive.cancelled() => {}
                _ = axum::serve(listener, router).into_future() => {}
            }
        });
    }

    /// Waits until an area shows a text from now on.
    pub async fn shows(&self, sign: &str, area: u8, text: &str) {
        let mut asked = self.asked.subscribe();
        let before = asked.borrow().len();
        until(&mut asked, |all| {
            all.iter().skip(before).any(|(name, at, content)| {
                name == sign && *at == Some(area) && content.as_ref().is_some_and(|content| content.text == text)
            })
        })
        .await;
    }
}

async fn show(
    State(asked): State<watch::Sender<Asked>>,
    UrlPath((name, area)): UrlPath<(String, u8)>,
    Json(content): Json<SignArea>,
) -> StatusCode {
    asked.send_modify(|all| all.push((name, Some(area), Some(content))));
    StatusCode::NO_CONTENT
}

async fn clear(State(asked): State<watch::Sender<Asked>>, UrlPath(name): UrlPath<String>) -> StatusCode {
    asked.send_modify(|all| all.push((name, None, None)));
    StatusCode::NO_CONTENT
}

type Speakers = (watch::Sender<Calls>, CancellationToken);

async fn announce(
    State((calls, _)): State<Speakers>,
    UrlPath((speaker, id)): UrlPath<(String, String)>,
    Json(call): Json<Call>,
) -> Json<Speech> {
    let mut state = SpeechState::Waiting;
    calls.send_modify(|all| match all.iter_mut().find(|one| one.id == id) {
        Some(known) => {
            known.times += 1;
            state = known.state;
        }
        None => all.push(Asking { speaker, id, call, times: 1, state }),
    });
    Json(Speech { state, why: None })
}

async fn speaker_live(State((calls, alive)): State<Speakers>, upgrade: WebSocketUpgrade) -> axum::response::Response {
    upgrade.on_upgrade(move |mut socket: WebSocket| async move {
        let mut calls = calls.subscribe();
        let mut told: Vec<(String, SpeechState)> = Vec::new();
        loop {
            let now: Vec<_> = calls.borrow_and_update().iter().map(|one| (one.id.clone(), one.state)).collect();
            for (id, state) in now.iter().filter(|one| !told.contains(one)) {
                let text = json!({"type": "speech.changed", "id": id, "state": state, "why": null}).to_string();
                if socket.send(Message::text(text)).await.is_err() {
                    return;
                }
            }
            told = now;
            tokio::select! {
                () = alive.cancelled() => return,
                changed = calls.changed() => if changed.is_err() { return },
            }
        }
    })
}

impl Bridge {
    /// Waits for the call of a number; gives it.
    pub async fn is_asked_to_say(&self, word: &str) -> Asking {
        let is = |one: &Asking| one.call.sentences[0].words.join(" ").contains(word);
        let all = until(&mut self.calls.subscribe(), |all| all.iter().any(is)).await;
        all.into_iter().find(is).unwrap()
    }

    /// What became of a call.
    pub fn ends(&self, id: &str, state: SpeechState) {
        self.calls.send_modify(|all| all.iter_mut().filter(|one| one.id == id).for_each(|one| one.state = state));
    }
}
