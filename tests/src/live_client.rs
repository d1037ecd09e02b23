//! A client of the live stream: sockets as a test needs them, and one that comes back with its last position however often
//! it is cut off.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::json;
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::mirror::Mirror;
use crate::rng::Rng;

/// Every topic there is.
pub const ALL: [&str; 3] = ["calls", "queues", "windows"];
/// Before a client that was cut off comes back.
const AGAIN: Duration = Duration::from_millis(20);

/// What came out of a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Got {
    /// A message.
    Text(String),
    /// The server closed with this status.
    Closed(Option<u16>),
    /// The connection broke.
    Gone,
}

/// An open socket.
#[derive(Debug)]
pub struct Socket(WebSocketStream<TcpStream>);

/// Why a socket was not opened.
#[derive(Debug)]
pub enum Refused {
    /// The server answered with this status and problem.
    Status(u16, String),
    /// There was no answer.
    Broken(String),
}

impl Socket {
    /// Opens a socket with a bearer token.
    pub async fn open(address: &str, token: &str) -> anyhow::Result<Self> {
        match Self::dial(address, "", &[("authorization", &format!("Bearer {token}"))], None).await {
            Ok(socket) => Ok(socket),
            Err(refused) => bail!("the socket was refused: {refused:?}"),
        }
    }

    /// Opens a socket in any other way. A small receive buffer makes a client that does not read felt at once.
    pub async fn dial(
        address: &str,
        query: &str,
        headers: &[(&str, &str)],
        receive_buffer: Option<u32>,
    ) -> Result<Self, Refused> {
        let broken = |error: &dyn std::fmt::Display| Refused::Broken(error.to_string());
        let url = format!("ws://{address}/api/v1/live{query}");
        let mut request = url.into_client_request().map_err(|error| broken(&error))?;
        for (name, value) in headers {
            let name: HeaderName = name.parse().map_err(|error| broken(&error))?;
            request.headers_mut().insert(name, HeaderValue::from_str(value).map_err(|error| broken(&error))?);
        }
        let socket = TcpSocket::new_v4().map_err(|error| broken(&error))?;
        if let Some(bytes) = receive_buffer {
            socket.set_recv_buffer_size(bytes).map_err(|error| broken(&error))?;
        }
        let to = address.parse().map_err(|error| broken(&error))?;
        let stream = socket.connect(to).await.map_err(|error| broken(&error))?;
        match tokio_tungstenite::client_async(request, stream).await {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(Error::Http(answer)) => {
                let body = String::from_utf8_lossy(answer.body().as_deref().unwrap_or_default()).into_owned();
                Err(Refused::Status(answer.status().as_u16(), body))
            }
            Err(error) => Err(broken(&error)),
        }
    }

    /// Asks for topics from a position on, or for a snapshot.
    pub async fn subscribe(&mut self, topics: &[&str], after: Option<u64>) -> anyhow::Result<()> {
        self.send(Message::text(json!({ "subscribe": topics, "after": after }).to_string())).await
    }

    /// Sends anything.
    pub async fn send(&mut self, message: Message) -> anyhow::Result<()> {
        Ok(self.0.send(message).await?)
    }

    /// What comes next.
    pub async fn next(&mut self) -> Got {
        loop {
            return match self.0.next().await {
                Some(Ok(Message::Text(text))) => Got::Text(text.to_string()),
                Some(Ok(Message::Close(frame))) => Got::Closed(frame.map(|frame| frame.code.into())),
                Some(Ok(_)) => continue,
                Some(Err(_)) | None => Got::Gone,
            };
        }
    }

    /// Reads until the socket ends: the status of the close, or `None` when there was none.
    pub async fn end(&mut self) -> Option<u16> {
        loop {
            match self.next().await {
                Got::Text(_) => {}
                Got::Closed(code) => return code,
                Got::Gone => return None,
            }
        }
    }
}

/// A client that keeps a [`Mirror`] and comes back whenever it is cut off, by the server or by itself.
#[derive(Debug)]
pub struct Follower {
    mirror: Arc<Mutex<Mirror>>,
    seq: watch::Receiver<u64>,
    task: JoinHandle<anyhow::Result<()>>,
}

impl Follower {
    /// Follows these topics; with `cuts`, it breaks its connection off every few messages.
    pub fn start(address: &str, token: &str, topics: &'static [&'static str], cuts: Option<Rng>) -> Self {
        let whole = topics.len() == ALL.len();
        let mirror = Arc::new(Mutex::new(if whole { Mirror::whole() } else { Mirror::default() }));
        let (sender, seq) = watch::channel(0);
        let task =
            Task { address: address.into(), token: token.into(), topics, cuts, mirror: mirror.clone(), seq: sender };
        Self { mirror, seq, task: tokio::spawn(task.follow()) }
    }

    /// The picture as it is now.
    pub fn mirror(&self) -> MutexGuard<'_, Mirror> {
        self.mirror.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the picture has reached a position.
    pub async fn reach(&mut self, seq: u64, limit: Duration) -> anyhow::Result<()> {
        let reached =
            tokio::time::timeout(limit, self.seq.wait_for(|at| *at >= seq)).await.is_ok_and(|seen| seen.is_ok());
        if !reached {
            let (at, ended) = (self.mirror().seq, self.task.is_finished());
            bail!("after {limit:?} the follower is at {at:?}, not at {seq}; ended: {ended}");
        }
        Ok(())
    }

    /// Ends it and gives the picture.
    pub async fn end(self) -> anyhow::Result<Mirror> {
        self.task.abort();
        if let Ok(Err(error)) = self.task.await {
            return Err(error);
        }
        let mut mirror = self.mirror.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(std::mem::take(&mut *mirror))
    }
}

struct Task {
    address: String,
    token: String,
    topics: &'static [&'static str],
    cuts: Option<Rng>,
    mirror: Arc<Mutex<Mirror>>,
    seq: watch::Sender<u64>,
}

impl Task {
    async fn follow(mut self) -> anyhow::Result<()> {
        loop {
            if let Ok(socket) = Socket::open(&self.address, &self.token).await {
                self.hear(socket).await?;
            }
            if self.cuts.is_none() {
                crate::wait::pause(AGAIN).await;
            }
        }
    }

    async fn hear(&mut self, mut socket: Socket) -> anyhow::Result<()> {
        let after = self.mirror.lock().unwrap_or_else(PoisonError::into_inner).seq;
        if socket.subscribe(self.topics, after).await.is_err() {
            return Ok(());
        }
        let mut left = self.cuts.as_mut().map(|rng| 1 + rng.below(200));
        while left != Some(0) {
            let Got::Text(text) = socket.next().await else { return Ok(()) };
            let mut mirror = self.mirror.lock().unwrap_or_else(PoisonError::into_inner);
            mirror.take(&text).context("a message was not understood")?;
            let seq = mirror.seq.unwrap_or(0);
            drop(mirror);
            self.seq.send_replace(seq);
            left = left.map(|left| left - 1);
        }
        Ok(())
    }
}
