//! Several writers at once.

use std::collections::HashSet;
use std::sync::Arc;

use hall::ids::PersonId;
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{called, ok, one, sound, ticket};
use crate::{Append, EventRow, Store, StoreError};

const WRITERS: u128 = 8;
const COMMANDS: u128 = 25;

/// Writers that lose read on and try again; nothing is lost, nothing is there twice, and the sequence has no gap.
pub(super) async fn writers_meet(store: impl Store) {
    let store = Arc::new(store);
    let start = Arc::new(Barrier::new(WRITERS as usize));
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let (store, start) = (Arc::clone(&store), Arc::clone(&start));
        writers.spawn(async move {
            start.wait().await;
            let mut seq = 0;
            for nth in 0..COMMANDS {
                let command = 1 + writer * COMMANDS + nth;
                loop {
                    let second = EventRow { part: 1, ..called(seq + 2, command) };
                    let append = one("hall:a", seq, vec![called(seq + 1, command), second]);
                    match store.append(&Append { tickets: vec![ticket(command)], ..append }).await {
                        Ok(()) => break seq += 2,
                        Err(StoreError::Conflict { seq: now, .. }) => {
                            assert_ne!(now, seq, "a conflict says where the stream is");
                            seq = now;
                        }
                        // SQLite lets a waiting writer give up, PostgreSQL breaks a deadlock: nothing was written.
                        Err(StoreError::Unavailable(_)) => {}
                        Err(error) => panic!("a writer among {WRITERS}: {error}"),
                    }
                }
            }
        });
    }
    while let Some(done) = writers.join_next().await {
        if let Err(error) = done {
            panic!("a writer among {WRITERS}: {error}");
        }
    }
    let total = WRITERS * COMMANDS;
    let events = sound(&*store, "hall:a", 2 * total as u64).await;
    for pair in events.chunks(2) {
        assert_eq!((pair[0].command, pair[0].part, pair[1].part), (pair[1].command, 0, 1), "appends do not mix");
    }
    let commands: HashSet<Uuid> = events.iter().map(|event| event.command).collect();
    assert_eq!(commands.len() as u128, total, "every command is there");
    assert_eq!(ok(store.tickets(None, u32::MAX).await, "tickets").len() as u128, total, "and every ticket");
}

/// Everybody who uses a person for the first time at once gets the same id.
pub(super) async fn first_uses_of_a_person_meet(store: impl Store) {
    let store = Arc::new(store);
    let start = Arc::new(Barrier::new(WRITERS as usize));
    let mut users = JoinSet::new();
    for user in 0..WRITERS {
        let (store, start) = (Arc::clone(&store), Arc::clone(&start));
        users.spawn(async move {
            start.wait().await;
            ok(store.person([5; 32], PersonId(Uuid::from_u128(100 + user)), b"x").await, "person")
        });
    }
    let ids: HashSet<PersonId> = users.join_all().await.into_iter().collect();
    assert_eq!(ids.len(), 1, "one person, one id: {ids:?}");
    let kept = ok(store.person([5; 32], PersonId(Uuid::max()), b"x").await, "person");
    assert!(ids.contains(&kept), "and it stays");
    sound(&*store, "hall:a", 0).await;
}
