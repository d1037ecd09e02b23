//! Follows the hall's live stream: connects, says what it has, takes in what comes, and comes again when it is lost.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use board::live::{Live, read};
use futures_util::{SinkExt as _, StreamExt as _};
use hub::{Gone, Hub};
use protocol::live::{PROTOCOL, Subscribe, Topic};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::http::{HeaderValue, Uri, header};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_util::sync::CancellationToken;

use crate::backoff;

/// How long a try may take until the stream is open.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(4);
/// The hall ticks every two seconds: without a word for so long the stream is given up.
const SILENCE: Duration = Duration::from_secs(6);
/// A snapshot of a large hall is a few hundred KiB.
const MAX_MESSAGE: usize = 16 << 20;

/// Where the hall's server is and how it is spoken to.
#[derive(Clone)]
pub struct Server {
    request: Request,
    host: String,
    port: u16,
    tls: Option<tokio_rustls::TlsConnector>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Not the request: it holds the token.
        write!(f, "Server({}:{})", self.host, self.port)
    }
}

impl Server {
    /// Of an address `http://…` or `https://…`; `ca` is read for the second.
    pub fn new(address: &str, token: &str, ca: &Path) -> anyhow::Result<Self> {
        let secure = address.starts_with("https://");
        let live = format!("ws{}/api/v1/live", address.trim_start_matches("http"));
        let uri: Uri = live.parse().with_context(|| format!("{address} is no address"))?;
        let host = uri.host().with_context(|| format!("{address} names no host"))?.to_owned();
        let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let mut request = uri.into_client_request().with_context(|| format!("{address} is no address"))?;
        let mut bearer = HeaderValue::from_str(&format!("Bearer {token}")).context("the token is no token")?;
        bearer.set_sensitive(true);
        request.headers_mut().insert(header::AUTHORIZATION, bearer);
        let tls = if secure { Some(trusting(ca)?) } else { None };
        Ok(Self { request, host, port, tls })
    }

    async fn connect(&self) -> Result<Stream, Lost> {
        let tcp = TcpStream::connect((self.host.trim_matches(['[', ']']), self.port)).await?;
        tcp.set_nodelay(true)?;
        let stream: Box<dyn Io> = match &self.tls {
            None => Box::new(tcp),
            Some(tls) => {
                let name = ServerName::try_from(self.host.trim_matches(['[', ']']).to_owned())
                    .map_err(|_| Lost::Refused("its name is none that a certificate could name".into()))?;
                Box::new(tls.connect(name, tcp).await?)
            }
        };
        let config = WebSocketConfig::default().max_message_size(Some(MAX_MESSAGE)).max_frame_size(Some(MAX_MESSAGE));
        let (socket, _) =
            tokio_tungstenite::client_async_with_config(self.request.clone(), stream, Some(config)).await?;
        Ok(socket)
    }
}

/// What a stream runs over.
trait Io: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}
type Stream = WebSocketStream<Box<dyn Io>>;

fn trusting(ca: &Path) -> anyhow::Result<tokio_rustls::TlsConnector> {
    let mut roots = rustls::RootCertStore::empty();
    let certificates =
        CertificateDer::pem_file_iter(ca).with_context(|| format!("cannot read certificates from {}", ca.display()))?;
    for certificate in certificates.flatten() {
        // An authority that cannot be read vouches for nobody; the others still do.
        let _ = roots.add(certificate);
    }
    anyhow::ensure!(!roots.is_empty(), "{} holds no certificate", ca.display());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .context("no version of TLS")?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(tokio_rustls::TlsConnector::from(Arc::new(config)))
}

/// Why a stream ended.
#[derive(Debug, thiserror::Error)]
enum Lost {
    #[error("not reached: {0}")]
    Io(#[from] std::io::Error),
    #[error("{0}")]
    WebSocket(#[from] tungstenite::Error),
    #[error("refused: {0}")]
    Refused(String),
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

async fn subscribe(socket: &mut Stream, after: Option<u64>) -> Result<(), Lost> {
    let subscribe = Subscribe { subscribe: vec![Topic::Calls, Topic::Queues, Topic::Windows], after };
    let text = serde_json::to_string(&subscribe).map_err(std::io::Error::other)?;
    Ok(socket.send(Message::text(text)).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_streams() {
        let nowhere = Path::new("/nowhere");
        let server = Server::new("http://127.0.0.1:8080", "ph_secret", nowhere).unwrap();
        assert_eq!(server.request.uri().to_string(), "ws://127.0.0.1:8080/api/v1/live");
        assert_eq!((server.host.as_str(), server.port, server.tls.is_none()), ("127.0.0.1", 8080, true));
        assert!(!format!("{server:?} {:?}", server.request).contains("secret"));
        assert_eq!(Server::new("http://hall", "t", nowhere).unwrap().port, 80);
        assert!(Server::new("https://hall", "t", nowhere).is_err(), "nobody vouches for it");
        assert!(Server::new("http://", "t", nowhere).is_err());
    }
}
