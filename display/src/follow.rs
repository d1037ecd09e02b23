//! Follows the hall's live stream: connects, says what it has, takes in what comes, and comes again when it is lost.

use std::path::Path;
use std::time::Duration;

use board::live::{Live, read};
use futures_util::{SinkExt as _, StreamExt as _};
use hub::{Gone, Hub};
use link::report::Reporter;
use link::{Address, Failure, Socket};
use protocol::live::{PROTOCOL, Subscribe, Topic};
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_util::sync::CancellationToken;

use crate::backoff;

/// How long a try may take until the stream is open.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(4);
/// The hall ticks every two seconds: without a word for so long the stream is given up.
const SILENCE: Duration = Duration::from_secs(6);

/// Where the hall's server is and how it is spoken to.
#[derive(Clone)]
pub struct Server {
    address: Address,
    token: String,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Not the token.
        write!(f, "Server({})", self.address)
    }
}

impl Server {
    /// Of an address `http://…` or `https://…`; `ca` is read for the second.
    pub fn new(address: &str, token: &str, ca: &Path) -> anyhow::Result<Self> {
        let address = link::address_of(address, Some(ca)).map_err(anyhow::Error::msg)?;
        Ok(Self { address, token: token.to_owned() })
    }

    /// Tells how the boards of this program are.
    pub fn reporter(&self, name: &str) -> Reporter {
        Reporter::new(self.address.clone(), &self.token, name)
    }

    async fn connect(&self) -> Result<Socket, Lost> {
        Ok(self.address.socket("/api/v1/live", vec![("authorization", format!("Bearer {}", self.token))]).await?)
    }
}

/// Why a stream ended.
#[derive(Debug, thiserror::Error)]
enum Lost {
    #[error(transparent)]
    NotReached(#[from] Failure),
    #[error("{0}")]
    WebSocket(#[from] tungstenite::Error),
    #[error("what was to be said cannot be: {0}")]
    Unsayable(#[from] serde_json::Error),
    #[error("nothing heard for too long")]
    Silent,
    #[error("closed by the server: {0}")]
    Closed(String),
    #[error("this program stops")]
    Stopping,
}

impl From<Gone> for Lost {
    fn from(_: Gone) -> Self {
        Self::Stopping
    }
}

/// Follows the stream until `stop`.
pub async fn follow(server: Server, hub: Hub, stop: CancellationToken) {
    let work = async {
        let mut attempt = 0;
        loop {
            let mut heard = false;
            let lost = match stream(&server, &hub, &mut heard).await {
                Err(Lost::Stopping) | Ok(()) => return,
                Err(lost) => lost,
            };
            if heard {
                attempt = 0;
            }
            if attempt == 0 {
                tracing::warn!(server = ?server, why = %lost, "the hall's stream is lost; trying again");
            } else {
                tracing::debug!(server = ?server, why = %lost, attempt, "the hall is not reached");
            }
            tokio::time::sleep(backoff::delay(attempt, backoff::random())).await;
            attempt += 1;
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = work => {}
    }
}

/// One stream, until it is lost. `heard` becomes true once the hall has said something.
async fn stream(server: &Server, hub: &Hub, heard: &mut bool) -> Result<(), Lost> {
    let mut socket = tokio::time::timeout(CONNECT_TIMEOUT, server.connect()).await.map_err(|_| Lost::Silent)??;
    subscribe(&mut socket, hub.resume_after().await?).await?;
    loop {
        let message = tokio::time::timeout(SILENCE, socket.next()).await.map_err(|_| Lost::Silent)?;
        let text = match message {
            None => return Err(Lost::Closed("without a word".into())),
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Close(frame))) => {
                return Err(Lost::Closed(frame.map_or_else(String::new, |frame| frame.reason.to_string())));
            }
            Some(Ok(_)) => continue,
            Some(Err(error)) => return Err(error.into()),
        };
        match read(text.as_bytes()) {
            Ok(Some(Live::Hello(hello))) => {
                if hello.protocol != PROTOCOL {
                    tracing::warn!(server = hello.protocol, display = PROTOCOL, "the server speaks another version");
                }
            }
            Ok(Some(message)) => {
                if !*heard {
                    tracing::info!(server = ?server, "following the hall");
                    *heard = true;
                }
                let anew = matches!(&message, Live::Event(event) if begins_anew(&event.kind));
                hub.message(message).await?;
                if anew {
                    subscribe(&mut socket, None).await?;
                }
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "a message of the server is passed over"),
        }
    }
}

/// After these every window may be another one: a snapshot is wanted.
fn begins_anew(kind: &str) -> bool {
    matches!(kind, "hall.configured" | "day.closed")
}

async fn subscribe(socket: &mut Socket, after: Option<u64>) -> Result<(), Lost> {
    let subscribe = Subscribe { subscribe: vec![Topic::Calls, Topic::Queues, Topic::Windows, Topic::Parking], after };
    let text = serde_json::to_string(&subscribe)?;
    Ok(socket.send(Message::text(text)).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_streams() {
        let nowhere = Path::new("/nowhere");
        let server = Server::new("http://127.0.0.1:8080", "ph_secret", nowhere).unwrap();
        assert_eq!(format!("{server:?}"), "Server(127.0.0.1:8080)");
        assert!(Server::new("https://hall", "t", nowhere).is_err(), "nobody vouches for it");
        assert!(Server::new("http://", "t", nowhere).is_err());
    }
}
