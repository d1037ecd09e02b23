//! Asks `paihao-bridge`, as HTTP over its Unix socket.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use protocol::bridge::SignArea;
use tokio::net::UnixStream;

/// How long the bridge may take: it answers when the sign has, or has not.
const TIMEOUT: Duration = Duration::from_secs(4);

/// Where the bridge is.
#[derive(Debug, Clone)]
pub struct Bridge {
    socket: PathBuf,
}

/// Why the bridge did not do it.
#[derive(Debug, thiserror::Error)]
pub enum BridgeError {
    /// Nobody listens at its socket.
    #[error("the bridge is not reached: {0}")]
    Unreached(#[from] std::io::Error),
    /// It broke off.
    #[error("the bridge broke off: {0}")]
    Broken(#[from] hyper::Error),
    /// It does not answer.
    #[error("the bridge does not answer")]
    Silent,
    /// It says no.
    #[error("the bridge says {0}: {1}")]
    Refused(StatusCode, String),
}

impl Bridge {
    /// At a socket.
    pub fn new(socket: &Path) -> Self {
        Self { socket: socket.to_owned() }
    }

    /// Shows a text in an area of a sign.
    pub async fn show(&self, sign: &str, area: u8, content: &SignArea) -> Result<(), BridgeError> {
        let body = serde_json::to_vec(content).map_err(std::io::Error::other)?;
        self.ask(Method::PUT, &format!("/v1/signs/{sign}/areas/{area}"), body).await
    }

    /// Clears a sign.
    pub async fn clear(&self, sign: &str) -> Result<(), BridgeError> {
        self.ask(Method::DELETE, &format!("/v1/signs/{sign}/areas"), Vec::new()).await
    }

    async fn ask(&self, method: Method, path: &str, body: Vec<u8>) -> Result<(), BridgeError> {
        tokio::time::timeout(TIMEOUT, self.exchange(method, path, body)).await.map_err(|_| BridgeError::Silent)?
    }

    /// One connection a request: a bridge that was started anew is found at once.
    async fn exchange(&self, method: Method, path: &str, body: Vec<u8>) -> Result<(), BridgeError> {
        let stream = UnixStream::connect(&self.socket).await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let connection = tokio::spawn(connection);
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(hyper::header::HOST, "bridge")
            .header(hyper::header::CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(body)))
            .map_err(std::io::Error::other)?;
        let answer = sender.send_request(request).await?;
        let status = answer.status();
        let body = answer.into_body().collect().await?.to_bytes();
        connection.abort();
        if status.is_success() {
            return Ok(());
        }
        Err(BridgeError::Refused(status, String::from_utf8_lossy(&body[..body.len().min(300)]).into_owned()))
    }
}
