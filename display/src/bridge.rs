//! Asks `paihao-bridge`, as HTTP over its Unix socket.

use std::path::Path;
use std::time::Duration;

use hyper::Method;
use link::{Address, Ask, Failure, Socket};
use protocol::bridge::lanes::LampOrder;
use protocol::bridge::speakers::{Call, Speech};
use protocol::bridge::{PadScreen, SignArea};

/// How long the bridge may take: it answers when the sign has, or has not.
const TIMEOUT: Duration = Duration::from_secs(4);

/// Where the bridge is.
#[derive(Debug, Clone)]
pub struct Bridge {
    address: Address,
}

/// Why the bridge did not do it.
#[derive(Debug, thiserror::Error)]
pub enum BridgeError {
    /// It is not there, or does not answer.
    #[error("the bridge is not reached: {0}")]
    Unreached(#[from] Failure),
    /// It went away in the middle.
    #[error("the bridge went away: {0}")]
    Lost(#[from] tokio_tungstenite::tungstenite::Error),
    /// What was to be sent, or what came, is no JSON.
    #[error("no JSON: {0}")]
    Unsayable(#[from] serde_json::Error),
    /// It says no.
    #[error("the bridge says {0}: {1}")]
    Refused(u16, String),
}

impl Bridge {
    /// At a socket.
    pub fn new(socket: &Path) -> Self {
        Self { address: Address::Unix(socket.to_owned()) }
    }

    /// Wants a call said by a speaker, once however often it is asked; how it stands.
    pub async fn announce(&self, speaker: &str, id: &str, call: &Call) -> Result<Speech, BridgeError> {
        let body = serde_json::to_vec(call)?;
        let answer = self.answer(Method::PUT, &format!("/v1/speakers/{speaker}/announcements/{id}"), body).await?;
        Ok(serde_json::from_slice(&answer)?)
    }

    /// Listens to what becomes of a speaker's calls.
    pub async fn hear(&self, speaker: &str) -> Result<Socket, Failure> {
        self.address.socket(&format!("/v1/speakers/{speaker}/live"), Vec::new()).await
    }

    /// Shows a text in an area of a sign.
    pub async fn show(&self, sign: &str, area: u8, content: &SignArea) -> Result<(), BridgeError> {
        let body = serde_json::to_vec(content)?;
        self.ask(Method::PUT, &format!("/v1/signs/{sign}/areas/{area}"), body).await
    }

    /// Clears a sign.
    pub async fn clear(&self, sign: &str) -> Result<(), BridgeError> {
        self.ask(Method::DELETE, &format!("/v1/signs/{sign}/areas"), Vec::new()).await
    }

    /// Switches a lamp.
    pub async fn light(&self, lamp: &str, order: &LampOrder) -> Result<(), BridgeError> {
        self.ask(Method::PUT, &format!("/v1/lamps/{lamp}"), serde_json::to_vec(order)?).await
    }

    /// Shows something on a pad.
    pub async fn show_pad(&self, line: &str, address: u8, screen: &PadScreen) -> Result<(), BridgeError> {
        let body = serde_json::to_vec(screen)?;
        self.ask(Method::PUT, &format!("/v1/pads/{line}/{address}"), body).await
    }

    /// Lets a rating pad ask for a rating.
    pub async fn ask_rating(&self, line: &str, address: u8) -> Result<(), BridgeError> {
        self.ask(Method::POST, &format!("/v1/pads/{line}/{address}/rating"), Vec::new()).await
    }

    /// Hears the keys of a line, in place of whoever heard them before.
    pub async fn pads(&self, line: &str) -> Result<Socket, BridgeError> {
        Ok(self.address.socket(&format!("/v1/pads/{line}/live"), Vec::new()).await?)
    }

    async fn ask(&self, method: Method, path: &str, body: Vec<u8>) -> Result<(), BridgeError> {
        self.answer(method, path, body).await.map(drop)
    }

    async fn answer(&self, method: Method, path: &str, body: Vec<u8>) -> Result<Vec<u8>, BridgeError> {
        let ask = Ask { method, path, headers: Vec::new(), body: body.into() };
        match self.address.ask(ask, TIMEOUT).await? {
            (200..300, body) => Ok(body.to_vec()),
            (status, body) => {
                Err(BridgeError::Refused(status, String::from_utf8_lossy(&body[..body.len().min(300)]).into_owned()))
            }
        }
    }
}
