//! Tells the hall of the passages, oldest first, one at a time over a connection that is kept, until it has taken each.

use std::time::Duration;

use link::{Address, Answered, Ask, Failure, Kept};
use tokio_util::sync::CancellationToken;

use super::Outbox;
use super::book::Outcome;
use crate::failpoint;

/// Where passages are told.
const PATH: &str = "/api/v1/parking/passages";
/// How long an answer may take.
const LIMIT: Duration = Duration::from_secs(5);
/// Pause after a failure: at first, and at most.
const PAUSE: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));

/// What an answer means.
#[derive(Debug, PartialEq, Eq)]
enum Meaning {
    Settled(Outcome),
    Later(String),
}

/// See the module.
pub struct Courier {
    outbox: Outbox,
    line: Kept,
    authorization: String,
}

impl Courier {
    /// To this server, with this token.
    pub fn new(outbox: Outbox, server: Address, token: &str) -> Self {
        Self { outbox, line: Kept::new(server), authorization: format!("Bearer {token}") }
    }

    /// Tells until `stop`. What was not taken then waits for the next start.
    pub async fn run(mut self, stop: CancellationToken) {
        tokio::select! {
            () = stop.cancelled() => {}
            () = self.tell_all() => {}
        }
    }

    async fn tell_all(&mut self) {
        let mut fronts = self.outbox.front.clone();
        let (mut told, mut pause, mut reached, mut refused) = (None, PAUSE.0, true, false);
        loop {
            let front = fronts.borrow_and_update().clone();
            let Some((n, passage)) = front.filter(|(n, _)| told != Some(*n)) else {
                if fronts.changed().await.is_err() {
                    return;
                }
                continue;
            };
            let Ok(body) = serde_json::to_vec(&*passage) else { return };
            let was_open = self.line.is_open();
            let headers = vec![("authorization", self.authorization.clone())];
            let ask = Ask { method: hyper::Method::POST, path: PATH, headers, body: body.into() };
            match meaning(self.line.ask(ask, LIMIT).await) {
                Meaning::Settled(outcome) => {
                    failpoint::reach("passage.told");
                    if !reached {
                        tracing::info!("the hall hears of passages again");
                    }
                    if let (Outcome::Refused { status, name }, false) = (&outcome, refused) {
                        // Said once: a wrong lot in the settings would say it for every vehicle.
                        tracing::warn!(
                            status,
                            name,
                            lot = passage.lot,
                            lane = passage.lane,
                            "the hall refused a passage"
                        );
                        refused = true;
                    }
                    (told, pause, reached) = (Some(n), PAUSE.0, true);
                    self.outbox.settle(n, outcome);
                }
                // The server had closed it: nothing is wrong with it.
                Meaning::Later(_) if was_open && !self.line.is_open() => {}
                Meaning::Later(why) => {
                    if reached {
                        tracing::warn!(why, "the hall does not hear of passages; trying again");
                    }
                    reached = false;
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(PAUSE.1);
                }
            }
        }
    }
}

fn meaning(answered: Result<Answered, Failure>) -> Meaning {
    match answered {
        Ok((200..300, _)) => Meaning::Settled(Outcome::Taken),
        Ok((status @ (401 | 403 | 408 | 429), _)) => Meaning::Later(format!("it says {status}")),
        Ok((status @ 400..500, body)) => {
            Meaning::Settled(Outcome::Refused { status, name: name_of(&body).unwrap_or_default() })
        }
        Ok((status, _)) => Meaning::Later(format!("it says {status}")),
        Err(failure) => Meaning::Later(failure.to_string()),
    }
}

/// The stable name of a problem. Never its detail, which may quote the plate.
fn name_of(body: &[u8]) -> Option<String> {
    let problem: serde_json::Value = serde_json::from_slice(body).ok()?;
    let name = problem.get("type")?.as_str()?.rsplit(['/', ':']).next()?;
    let is_fit = name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    is_fit.then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_will_never_be_taken_is_told_from_what_may_be() {
        let of = |status, body: &'static str| meaning(Ok((status, body.into())));
        assert_eq!(of(201, ""), Meaning::Settled(Outcome::Taken));
        assert_eq!(of(200, "{}"), Meaning::Settled(Outcome::Taken));
        for status in [301, 401, 403, 408, 429, 500, 503] {
            assert!(matches!(of(status, ""), Meaning::Later(_)), "{status}");
        }
        let refused = |name: &str| Meaning::Settled(Outcome::Refused { status: 422, name: name.into() });
        assert_eq!(of(422, "{\"type\":\"urn:paihao:unknown-lot\",\"detail\":\"x\"}"), refused("unknown-lot"));
        assert_eq!(of(422, "{\"type\":\"浙A12345\"}"), refused(""));
        assert!(matches!(meaning(Err(Failure::NotSent("x".into()))), Meaning::Later(_)));
    }
}
