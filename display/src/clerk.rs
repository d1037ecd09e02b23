//! Asks the hall's server to do what clerks do.

use std::path::Path;
use std::time::Duration;

use board::pad::Deed;
use hyper::Method;
use link::{Address, Ask};
use protocol::Problem;
use tokio::time::Instant;
use uuid::Uuid;

use crate::backoff;

/// How long one try may take.
const LIMIT: Duration = Duration::from_secs(3);
/// How long it is tried: a clerk who presses and sees nothing presses again.
const PATIENCE: Duration = Duration::from_secs(6);

/// The server, and a token of role `clerk`.
#[derive(Clone)]
pub struct Clerk {
    address: Address,
    authorization: String,
}

impl std::fmt::Debug for Clerk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Not the token.
        write!(f, "Clerk({})", self.address)
    }
}

/// What became of a deed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// It was done.
    Done,
    /// It was not, for this reason.
    Refused(String),
    /// There was no answer, for this reason.
    Unknown(String),
}

impl Clerk {
    /// Of an address `http://…` or `https://…`; `ca` is read for the second.
    pub fn new(address: &str, token: &str, ca: &Path) -> anyhow::Result<Self> {
        let address = link::address_of(address, Some(ca)).map_err(anyhow::Error::msg)?;
        Ok(Self { address, authorization: format!("Bearer {token}") })
    }

    /// Asks for it under one key, again and again until there is an answer or the patience is over.
    pub async fn perform(&self, deed: &Deed, key: Uuid) -> Done {
        let until = Instant::now() + PATIENCE;
        let mut attempt = 0;
        loop {
            let headers = vec![("authorization", self.authorization.clone()), ("idempotency-key", key.to_string())];
            let ask = Ask { method: Method::POST, path: &deed.path, headers, body: deed.body.clone().into() };
            let why = match self.address.ask(ask, LIMIT).await {
                Ok((200..300, _)) => return Done::Done,
                // Full, or about to stop: the same again is what it asks for.
                Ok((503, _)) => "the server is busy".to_owned(),
                Ok((status, body)) => {
                    let problem = serde_json::from_slice::<Problem>(&body).map(|problem| problem.detail);
                    return Done::Refused(problem.unwrap_or_else(|_| format!("status {status}")));
                }
                Err(failure) => failure.to_string(),
            };
            let pause = backoff::delay(attempt, backoff::random());
            if Instant::now() + pause >= until {
                return Done::Unknown(why);
            }
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }
}
