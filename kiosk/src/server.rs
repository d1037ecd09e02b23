//! The hall's server as a kiosk speaks to it.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use hyper::Method;
use protocol::bridge::{JobReport, JobState};
use protocol::live::{Subscribe, Topic};
use protocol::requests::{IssueTicket, Printed, Reprint};
use protocol::{Pii, Problem, Ticket};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use uuid::Uuid;

use crate::errand::{Copy, Errand, What};
use crate::spool::{Answer, Told};
use crate::visit::Looked;
use link::report::Reporter;
use link::{Address, Ask, Failure, Socket};

/// How long an answer may take.
const LIMIT: Duration = Duration::from_secs(5);
/// A live stream without a message for so long is dead: the server ticks every two seconds.
const SILENCE: Duration = Duration::from_secs(5);
/// Pauses between two tries to reach the live stream.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// See the module.
#[derive(Debug)]
pub struct Server {
    address: Address,
    authorization: Secret,
    kiosk: String,
}

/// A bearer token; it prints nothing.
struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

/// News of the live stream.
#[derive(Debug)]
pub enum Live {
    /// A message.
    Message(String),
    /// The stream is gone; it is looked for again.
    Lost,
}

#[derive(Deserialize)]
struct Head {
    #[serde(rename = "type")]
    kind: String,
    seq: Option<u64>,
}

#[derive(Serialize)]
struct Nothing {}

impl Server {
    /// A server, as the kiosk of this name.
    pub fn new(address: Address, token: &str, kiosk: &str) -> Self {
        Self { address, authorization: Secret(format!("Bearer {token}")), kiosk: kiosk.to_owned() }
    }

    /// Tells how this kiosk is.
    pub fn reporter(&self) -> Reporter {
        Reporter::new(self.address.clone(), self.authorization.0.trim_start_matches("Bearer "), &self.kiosk)
    }

    /// The kiosk's name.
    pub fn kiosk(&self) -> &str {
        &self.kiosk
    }

    /// Asks for a ticket, or for another copy of one. The same errand may be asked for any number of times.
    pub async fn ask(&self, errand: &Errand) -> Answer {
        let asked = match &errand.what {
            What::Issue(wish) => {
                let body = IssueTicket {
                    service: wish.service.clone(),
                    class: wish.class.clone(),
                    reason: wish.reason.clone(),
                    person: wish.person.clone(),
                    source: Some("kiosk".into()),
                    printer: None,
                    plate: None,
                };
                self.post("/api/v1/tickets", errand.id, &body).await
            }
            What::Reprint { ticket } => {
                self.post(&format!("/api/v1/tickets/{ticket}/reprint"), errand.id, &Reprint::default()).await
            }
            // An order begins with its ticket.
            What::Order => return Answer::Refused(Box::new(Problem::new(400, "invalid", "nothing is to be asked"))),
        };
        match asked {
            Ok((200..300, body)) => match serde_json::from_slice(&body) {
                Ok(ticket) => Answer::Ticket(Box::new(ticket)),
                Err(error) => {
                    tracing::error!(%error, "the server's ticket cannot be read");
                    Answer::Lost
                }
            },
            Ok((status, body)) => {
                let problem = serde_json::from_slice(&body)
                    .unwrap_or_else(|_| Problem::new(status, "unavailable", "the answer is no problem document"));
                tracing::info!(errand = %errand.id, status, kind = problem.name(), "the server refused");
                Answer::Refused(Box::new(problem))
            }
            Err(Failure::NotSent(error)) => {
                tracing::warn!(errand = %errand.id, %error, "the server was not reached");
                Answer::NotSent
            }
            Err(Failure::Lost(error)) => {
                tracing::warn!(errand = %errand.id, %error, "the server did not answer");
                Answer::Lost
            }
        }
    }

    /// Tells what became of a copy.
    pub async fn report(&self, errand: Uuid, copy: &Copy, report: JobReport) -> Told {
        let state = match report.state {
            JobState::Printed => "printed",
            JobState::Failed => "failed",
            JobState::Printing | JobState::Unknown => "unknown",
        };
        let path = format!("/api/v1/tickets/{}/printed", copy.ticket.id);
        let body = Printed { copy: copy.copy, state: state.to_owned() };
        told(self.post(&path, Uuid::new_v5(&errand, state.as_bytes()), &body).await, "a report")
    }

    /// Gives a ticket back that nobody knows of.
    pub async fn leave(&self, errand: Uuid, ticket: Uuid) -> Told {
        let path = format!("/api/v1/tickets/{ticket}/leave");
        told(self.post(&path, Uuid::new_v5(&errand, b"leave"), &Nothing {}).await, "a ticket given back")
    }

    /// Where the ticket is whose page has this token. Asked as its visitor would, without the kiosk's own rights.
    pub async fn visit(&self, token: &Pii<String>) -> Looked {
        let path = format!("/api/v1/visits/{}", token.reveal());
        match self.address.ask(Ask { path: &path, ..Ask::default() }, LIMIT).await {
            Ok((200, body)) => match serde_json::from_slice(&body) {
                Ok(visit) => Looked::Visit(Box::new(visit)),
                Err(error) => {
                    tracing::error!(%error, "the server's visit cannot be read");
                    Looked::Away
                }
            },
            Ok((404, _)) => Looked::NoVisit,
            Ok(_) | Err(_) => Looked::Away,
        }
    }

    /// What others have asked this kiosk to print.
    pub async fn orders(&self) -> Option<Vec<Ticket>> {
        let path = format!("/api/v1/kiosks/{}/prints", self.kiosk);
        let ask = Ask { path: &path, headers: self.headers(), ..Ask::default() };
        match self.address.ask(ask, LIMIT).await {
            Ok((200, body)) => serde_json::from_slice(&body).ok(),
            _ => None,
        }
    }

    async fn post(&self, path: &str, key: Uuid, body: &impl Serialize) -> Result<(u16, Bytes), Failure> {
        let body = serde_json::to_vec(body).map_err(|error| Failure::NotSent(error.to_string()))?.into();
        let mut headers = self.headers();
        headers.push(("idempotency-key", key.to_string()));
        self.address.ask(Ask { method: Method::POST, path, headers, body }, LIMIT).await
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        vec![("authorization", self.authorization.0.clone())]
    }

    /// Follows the live stream for ever: every message, and when it is lost.
    pub async fn follow(&self, news: mpsc::Sender<Live>) {
        let mut seq = None;
        let mut pause = FIRST_PAUSE;
        loop {
            match self.address.socket("/api/v1/live", self.headers()).await {
                Ok(socket) => {
                    let before = seq;
                    if self.listen(socket, &mut seq, &news).await.is_none() {
                        return;
                    }
                    if seq != before {
                        pause = FIRST_PAUSE;
                    }
                }
                Err(error) => tracing::debug!(%error, "the live stream is away"),
            }
            if news.send(Live::Lost).await.is_err() {
                return;
            }
            tokio::time::sleep(jittered(pause)).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Reads until the stream ends (`Some`) or nobody listens (`None`).
    async fn listen(&self, mut socket: Socket, seq: &mut Option<u64>, news: &mpsc::Sender<Live>) -> Option<()> {
        let subscribe = Subscribe { subscribe: vec![Topic::Queues, Topic::Windows, Topic::Parking], after: *seq };
        let Ok(text) = serde_json::to_string(&subscribe) else { return Some(()) };
        if socket.send(Message::text(text)).await.is_err() {
            return Some(());
        }
        while let Ok(Some(Ok(message))) = timeout(SILENCE, socket.next()).await {
            let Message::Text(text) = message else { continue };
            let Ok(head) = serde_json::from_str::<Head>(&text) else { return Some(()) };
            let anew = matches!(head.kind.as_str(), "hall.configured" | "day.closed");
            match head.kind.as_str() {
                "tick" | "hello" => {}
                _ if anew => *seq = None,
                _ => *seq = head.seq.or(*seq),
            }
            news.send(Live::Message(text.to_string())).await.ok()?;
            if anew {
                let again = Subscribe { after: None, ..subscribe.clone() };
                let Ok(text) = serde_json::to_string(&again) else { return Some(()) };
                if socket.send(Message::text(text)).await.is_err() {
                    return Some(());
                }
            }
        }
        Some(())
    }
}

fn told(answer: Result<(u16, Bytes), Failure>, what: &str) -> Told {
    match answer {
        Ok((200..300, _)) => Told::Yes,
        Ok((status @ (401 | 408 | 429 | 500..), _)) => {
            tracing::warn!(status, "{what} is told again later");
            Told::Lost
        }
        Ok((status, _)) => {
            tracing::warn!(status, "the server does not take note of {what}");
            Told::No
        }
        Err(error) => {
            tracing::warn!(%error, "{what} is told again later");
            Told::Lost
        }
    }
}

/// Many kiosks must not knock in the same instant.
pub fn jittered(pause: Duration) -> Duration {
    let mut byte = [0_u8; 1];
    let _ = getrandom::fill(&mut byte);
    pause.mul_f64(0.5 + f64::from(byte[0]) / 512.0)
}
