//! Asks the running bridge, as any program of its machine does.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use hyper::Method;
use link::{Address, Ask};
use serde::Serialize;

/// How long the bridge may take for anything but paper.
pub const LIMIT: Duration = Duration::from_secs(5);

/// A running bridge.
pub struct Client {
    address: Address,
}

impl Client {
    /// At its socket.
    pub fn new(socket: &Path) -> Self {
        Self { address: Address::Unix(socket.to_owned()) }
    }

    /// Asks for something.
    pub async fn get(&self, path: &str) -> anyhow::Result<Vec<u8>> {
        self.ask(Method::GET, path, Vec::new(), LIMIT).await
    }

    /// Wants something done, which may take so long.
    pub async fn put(&self, path: &str, body: &impl Serialize, limit: Duration) -> anyhow::Result<Vec<u8>> {
        self.ask(Method::PUT, path, serde_json::to_vec(body)?, limit).await
    }

    /// Listens to something.
    pub async fn socket(&self, path: &str) -> anyhow::Result<link::Socket> {
        Ok(self.address.socket(path, Vec::new()).await?)
    }

    async fn ask(&self, method: Method, path: &str, body: Vec<u8>, limit: Duration) -> anyhow::Result<Vec<u8>> {
        let ask = Ask { method, path, body: body.into(), ..Ask::default() };
        let (status, answer) = self.address.ask(ask, limit).await.context("the bridge does not answer")?;
        if (200..300).contains(&status) {
            return Ok(answer.to_vec());
        }
        let problem: serde_json::Value = serde_json::from_slice(&answer).unwrap_or_default();
        anyhow::bail!("the bridge says {status}: {}", problem["detail"].as_str().unwrap_or_default())
    }
}
