//! What a [`MemoryStore`](super::MemoryStore) holds: the rows of the other stores as collections.

use std::collections::{BTreeMap, HashMap, HashSet};

use hall::ids::PersonId;
use uuid::Uuid;

use crate::{Append, EventRow, Head, Snapshot, StoreError, TicketRow, TokenRow, chain, form};

#[derive(Debug, Clone, Default)]
pub(super) struct Contents {
    streams: BTreeMap<String, Stream>,
    tickets: BTreeMap<Uuid, TicketRow>,
    snapshots: BTreeMap<(String, u32), Snapshot>,
    persons: HashMap<[u8; 32], (PersonId, Vec<u8>)>,
    pub(super) vehicles: super::vehicles::Vehicles,
    tokens: Vec<TokenRow>,
    pub(super) people: super::people::People,
    pub(super) changes: i64,
}

#[derive(Debug, Clone, Default)]
struct Stream {
    head: Head,
    events: Vec<EventRow>,
    commands: HashSet<(Uuid, u32)>,
}

impl Contents {
    /// Appends what [`Append::check`] has passed.
    pub(super) fn append(&mut self, append: &Append) -> Result<(), StoreError> {
        for added in &append.streams {
            self.expect(&added.stream, added.expected_seq)?;
        }
        for added in &append.streams {
            let Some(stream) = self.streams.get(&added.stream) else { continue };
            if added.events.iter().any(|event| stream.commands.contains(&(event.command, event.part))) {
                return Err(StoreError::Conflict { stream: added.stream.clone(), seq: stream.head.seq });
            }
        }
        for added in append.streams.iter().filter(|added| !added.events.is_empty()) {
            let stream = self.streams.entry(added.stream.clone()).or_default();
            let (before, head) = chain::extend(&added.stream, stream.head, &added.events);
            stream.head = head;
            for (event, prev_hash) in added.events.iter().zip(before) {
                stream.commands.insert((event.command, event.part));
                stream.events.push(EventRow { prev_hash, ..event.clone() });
            }
        }
        self.tickets.extend(append.tickets.iter().map(|row| (row.id, row.clone())));
        Ok(())
    }

    /// The same append as its writer would ask for it now.
    pub(super) fn rebased(&self, mut append: Append) -> Append {
        for added in &mut append.streams {
            added.expected_seq = self.head(&added.stream).seq;
            let last = self.streams.get(&added.stream).and_then(|stream| stream.events.last());
            for (event, seq) in added.events.iter_mut().zip(added.expected_seq + 1..) {
                event.seq = seq;
                event.at_ms = last.map_or(event.at_ms, |last| event.at_ms.max(last.at_ms));
            }
        }
        append
    }

    fn expect(&self, stream: &str, expected_seq: u64) -> Result<(), StoreError> {
        let seq = self.head(stream).seq;
        if seq == expected_seq { Ok(()) } else { Err(StoreError::Conflict { stream: stream.to_owned(), seq }) }
    }

    pub(super) fn head(&self, stream: &str) -> Head {
        self.streams.get(stream).map(|stream| stream.head).unwrap_or_default()
    }

    pub(super) fn read(&self, stream: &str, after: u64, limit: u32) -> Vec<EventRow> {
        let events = self.streams.get(stream).map(|stream| stream.events.as_slice()).unwrap_or_default();
        let start = usize::try_from(after).unwrap_or(usize::MAX).min(events.len());
        events[start..].iter().take(limit as usize).cloned().collect()
    }

    pub(super) fn save_snapshot(&mut self, snapshot: &Snapshot) -> Result<(), StoreError> {
        form::snapshot(snapshot, self.head(&snapshot.stream).seq)?;
        let newer = |kept: &Snapshot| kept.stream == snapshot.stream && kept.seq > snapshot.seq;
        if !self.snapshots.values().any(newer) {
            self.snapshots.retain(|_, kept| kept.stream != snapshot.stream || kept.seq == snapshot.seq);
            self.snapshots.insert((snapshot.stream.clone(), snapshot.format), snapshot.clone());
        }
        Ok(())
    }

    pub(super) fn snapshot(&self, stream: &str, format: u32) -> Option<Snapshot> {
        self.snapshots.get(&(stream.to_owned(), format)).cloned()
    }

    pub(super) fn ticket(&self, id: Uuid) -> Option<TicketRow> {
        self.tickets.get(&id).cloned()
    }

    pub(super) fn tickets(&self, after: Option<Uuid>, limit: u32) -> Vec<TicketRow> {
        let rows = self.tickets.values().filter(|row| after.is_none_or(|after| row.id > after));
        rows.take(limit as usize).cloned().collect()
    }

    pub(super) fn replace_tickets(
        &mut self,
        stream: &str,
        expected_seq: u64,
        rows: &[TicketRow],
    ) -> Result<(), StoreError> {
        form::tickets(rows)?;
        self.expect(stream, expected_seq)?;
        self.tickets = rows.iter().map(|row| (row.id, row.clone())).collect();
        Ok(())
    }

    pub(super) fn known(&self, keyed_hash: &[u8; 32]) -> Option<PersonId> {
        self.persons.get(keyed_hash).map(|(person, _)| *person)
    }

    pub(super) fn person(
        &mut self,
        keyed_hash: [u8; 32],
        fresh: PersonId,
        sealed: &[u8],
    ) -> Result<PersonId, StoreError> {
        if let Some(person) = self.known(&keyed_hash) {
            return Ok(person);
        }
        if self.persons.values().any(|(person, _)| *person == fresh) {
            return Err(StoreError::Invalid(format!("person {fresh} is another's")));
        }
        self.persons.insert(keyed_hash, (fresh, sealed.to_vec()));
        Ok(fresh)
    }

    pub(super) fn sealed(&self, person: PersonId) -> Option<Vec<u8>> {
        self.persons.values().find(|(id, _)| *id == person).map(|(_, sealed)| sealed.clone())
    }

    pub(super) fn erase_person(&mut self, person: PersonId) -> bool {
        let before = self.persons.len();
        self.persons.retain(|_, (id, _)| *id != person);
        self.persons.len() < before
    }

    pub(super) fn add_token(&mut self, token: &TokenRow) -> Result<(), StoreError> {
        form::token(token)?;
        if self.tokens.iter().any(|kept| kept.id == token.id || kept.hash == token.hash) {
            return Err(StoreError::Invalid(format!("token {} is there already", token.id)));
        }
        self.tokens.push(token.clone());
        self.changes += 1;
        Ok(())
    }

    pub(super) fn tokens(&self) -> Vec<TokenRow> {
        let mut tokens = self.tokens.clone();
        tokens.sort_by_key(|token| (token.created_ms, token.id));
        tokens
    }

    pub(super) fn revoke_token(&mut self, id: Uuid, at_ms: i64) -> bool {
        let Some(token) = self.tokens.iter_mut().find(|token| token.id == id && token.revoked_ms.is_none()) else {
            return false;
        };
        token.revoked_ms = Some(at_ms);
        self.changes += 1;
        true
    }

    pub(super) fn change_counter(&self) -> i64 {
        self.changes
    }

    pub(super) fn check_integrity(&self) -> Vec<String> {
        let broken = |(name, stream): (&String, &Stream)| {
            let end = chain::verify(name, Head::default(), &stream.events);
            end.and_then(|end| chain::ends(end, stream.head)).err().map(|broken| format!("stream {name}: {broken}"))
        };
        self.streams.iter().filter_map(broken).collect()
    }
}
