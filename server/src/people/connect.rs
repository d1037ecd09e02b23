//! Single-use tickets with which a page opens its socket.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::tokens::Token;

/// How long a ticket waits for its socket.
const LIFETIME: Duration = Duration::from_secs(30);
/// Tickets that may wait at one time.
const MAX: usize = 10_000;

/// See the module.
#[derive(Debug, Default)]
pub struct ConnectTickets(Mutex<HashMap<String, (Instant, Token)>>);

impl ConnectTickets {
    /// A new ticket for this holder; `None` when too many wait.
    pub fn issue(&self, token: Token) -> Option<String> {
        let ticket = crate::secret::random_hex::<24>().ok()?;
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, (since, _)| since.elapsed() < LIFETIME);
        if waiting.len() >= MAX {
            return None;
        }
        waiting.insert(ticket.clone(), (Instant::now(), token));
        Some(ticket)
    }

    /// The holder of a ticket, once.
    pub fn redeem(&self, ticket: &str) -> Option<Token> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, token) = waiting.remove(ticket)?;
        (since.elapsed() < LIFETIME).then_some(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_opens_one_socket() {
        let tickets = ConnectTickets::default();
        let ticket = tickets.issue(Token::board()).unwrap();
        assert!(tickets.redeem(&ticket).is_some());
        assert!(tickets.redeem(&ticket).is_none());
        assert!(tickets.redeem("").is_none());
    }

    #[test]
    fn no_more_wait_than_there_is_room_for() {
        let tickets = ConnectTickets::default();
        let issued = (0..MAX + 5).filter_map(|_| tickets.issue(Token::board())).count();
        assert_eq!(issued, MAX);
    }
}
