//! Visitors' own pages. A ticket's address holds 128 bits that only the hall can make of its id, so nothing is stored, and
//! nobody's address tells anything of another's. It leads to a ticket of today; with the day it ends.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use hall::ids::TicketId;
use hall::{State, Ticket};
use jiff::civil::Date;
use protocol::live::VisitChanged;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::engine::{Published, read, wire};
use crate::persons::Persons;

/// How often the visits that somebody watches are looked at.
const ROUND: Duration = Duration::from_secs(1);
/// Visits that are looked at under one lock: whoever wants to write waits no longer than for these.
const AT_ONCE: usize = 32;

/// See the module.
#[derive(Debug, Default)]
pub struct Visits {
    index: Mutex<Index>,
    watched: Mutex<HashMap<TicketId, watch::Sender<Bytes>>>,
}

/// The tokens of today's tickets.
#[derive(Debug, Default)]
struct Index {
    day: Option<Date>,
    /// Tickets of the day that are in here: the first so many.
    known: usize,
    tickets: HashMap<[u8; 16], TicketId>,
}

/// The token in the address of a ticket's page: 32 hex digits.
pub fn token(persons: &Persons, ticket: TicketId) -> Option<String> {
    persons.visit(ticket).map(|bytes| crate::secret::hex(&bytes))
}

impl Visits {
    /// The ticket of today that a token leads to.
    pub fn find(&self, persons: &Persons, state: &State, token: &str) -> Option<TicketId> {
        let token = bytes(token)?;
        let mut index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        let day = state.day().map(|day| day.date);
        let tickets = state.tickets();
        if index.day != day || index.known > tickets.len() {
            *index = Index { day, ..Index::default() };
        }
        for ticket in &tickets[index.known..] {
            if let Some(bytes) = persons.visit(ticket.id) {
                index.tickets.insert(bytes, ticket.id);
            }
        }
        index.known = tickets.len();
        index.tickets.get(&token).copied()
    }

    /// Hears of a visit: as it is now, and then whenever it has changed.
    pub fn watch(&self, published: &Published, ticket: &Ticket, clock: &Clock) -> watch::Receiver<Bytes> {
        let now = frame(published, ticket, clock);
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = watched.entry(ticket.id).or_insert_with(|| watch::Sender::new(now.clone()));
        sender.send_replace(now);
        let mut receiver = sender.subscribe();
        receiver.mark_changed();
        receiver
    }

    /// How many visits somebody watches.
    pub fn watched(&self) -> usize {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Looks at every visit that somebody watches and tells what has changed.
    async fn look(&self, published: &RwLock<Published>, clock: &Clock) {
        let ids: Vec<TicketId> = {
            let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
            watched.retain(|_, sender| sender.receiver_count() > 0);
            watched.keys().copied().collect()
        };
        for some in ids.chunks(AT_ONCE) {
            {
                let published = read(published);
                let watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
                for id in some {
                    let Some(sender) = watched.get(id) else { continue };
                    // A ticket of a day that has ended is gone: its page keeps what it was told last.
                    let Some(ticket) = published.state.ticket(*id) else { continue };
                    let visit = visit(&published, ticket, clock);
                    let frame = encode(&published, visit, clock);
                    sender.send_if_modified(|last| {
                        let changed = without_time(last) != without_time(&frame);
                        if changed {
                            *last = frame;
                        }
                        changed
                    });
                }
            }
            tokio::task::yield_now().await;
        }
    }

    /// Looks once a second until `stop`, when something has happened.
    pub async fn run(self: Arc<Self>, published: Arc<RwLock<Published>>, clock: Arc<Clock>, stop: CancellationToken) {
        let mut rounds = tokio::time::interval(ROUND);
        rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = rounds.tick() => self.look(&published, &clock).await,
            }
        }
    }
}

fn visit(published: &Published, ticket: &Ticket, clock: &Clock) -> protocol::Visit {
    published.viewer().visit(ticket, clock.now())
}

fn frame(published: &Published, ticket: &Ticket, clock: &Clock) -> Bytes {
    encode(published, visit(published, ticket, clock), clock)
}

/// A whole WebSocket frame.
fn encode(published: &Published, visit: protocol::Visit, clock: &Clock) -> Bytes {
    let at = published.viewer().time(clock.now());
    let message = VisitChanged { kind: "visit.changed".into(), at, data: visit };
    // Strings and numbers can always be written.
    wire(&serde_json::to_vec(&message).unwrap_or_default())
}

/// What of a frame tells of a change: everything from the data on.
fn without_time(frame: &[u8]) -> &[u8] {
    const DATA: &[u8] = b"\"data\":";
    frame.windows(DATA.len()).position(|part| part == DATA).map_or(frame, |at| &frame[at..])
}

fn bytes(token: &str) -> Option<[u8; 16]> {
    if token.len() != 32 || !token.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    u128::from_str_radix(token, 16).ok().map(u128::to_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_32_digits() {
        assert_eq!(bytes("000000000000000000000000000000ff"), Some(255_u128.to_be_bytes()));
        assert_eq!(bytes("ff"), None);
        assert_eq!(bytes("+00000000000000000000000000000ff"), None);
        assert_eq!(bytes("窗窗窗窗窗窗窗窗窗窗xx"), None);
    }

    #[test]
    fn the_time_alone_is_no_change() {
        let one = br#"{"type":"visit.changed","at":"09:00","data":{"ahead":3}}"#;
        let other = br#"{"type":"visit.changed","at":"09:01","data":{"ahead":3}}"#;
        assert_eq!(without_time(one), without_time(other));
    }
}
