//! What every store must do, as one suite. A store's own tests call [`run`] with a function that makes an empty store;
//! a check that fails panics and says which promise was broken.
//!
//! Needs a tokio runtime, best one with several threads.

mod log;
mod people;
mod rows;
mod together;

use std::fmt::Debug;

use uuid::Uuid;

use crate::{Append, EventRow, Head, Store, StoreError, StreamAppend, TicketRow, chain};

/// Runs every check, each on a fresh store from `make`.
pub async fn run<S: Store>(make: impl AsyncFn() -> S) {
    log::starts_empty(&make().await).await;
    log::appends_reads_and_pages(&make().await).await;
    log::keeps_every_field(&make().await).await;
    log::conflicts_leave_nothing(&make().await).await;
    log::refuses_what_makes_no_sense(&make().await).await;
    log::appends_to_several_streams_or_none(&make().await).await;
    log::a_command_happens_once(&make().await).await;
    log::takes_large_batches(&make().await).await;
    rows::tickets_are_replaced(&make().await).await;
    rows::tickets_come_with_their_events_only(&make().await).await;
    rows::all_tickets_are_replaced(&make().await).await;
    rows::the_newest_snapshot_stays(&make().await).await;
    rows::a_person_has_one_id(&make().await).await;
    rows::vehicles_are_known_and_forgotten(&make().await).await;
    rows::tokens_are_added_and_revoked(&make().await).await;
    people::users_are_added_and_disabled(&make().await).await;
    people::sessions_come_and_go(&make().await).await;
    people::one_person_sits_at_a_window(&make().await).await;
    together::writers_meet(make().await).await;
    together::first_uses_of_a_person_meet(make().await).await;
}

/// An event at `seq` that the command number `command` caused.
pub fn called(seq: u64, command: u128) -> EventRow {
    EventRow {
        seq,
        at_ms: 1_795_400_000_000 + seq as i64,
        command: Uuid::from_u128(command),
        part: 0,
        actor: Uuid::from_u128(7),
        key: None,
        kind: "ticket.called".to_owned(),
        version: 1,
        body: format!(r#"{{"type":"ticket.called","ticket":"{}","window":{}}}"#, Uuid::from_u128(command), seq % 210),
        prev_hash: [0; 32],
    }
}

/// The row of the ticket number `id`.
pub fn ticket(id: u128) -> TicketRow {
    TicketRow {
        id: Uuid::from_u128(id),
        business_date: "2026-11-23".to_owned(),
        number: format!("A{id:03}"),
        service: "tax".to_owned(),
        class: "normal".to_owned(),
        state: "waiting".to_owned(),
        window: None,
        issued_ms: 1_795_400_000_000,
        called_ms: None,
        ended_ms: None,
        calls: 0,
        copies: 0,
    }
}

/// An append to one stream.
pub fn one(stream: &str, expected_seq: u64, events: Vec<EventRow>) -> Append {
    Append { streams: vec![StreamAppend { stream: stream.to_owned(), expected_seq, events }], tickets: Vec::new() }
}

/// What was promised to work.
fn ok<T>(result: Result<T, StoreError>, what: &str) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{what}: {error}"),
    }
}

/// What must lose against what is there.
fn conflict<T: Debug>(result: &Result<T, StoreError>, name: &str, at: u64, what: &str) {
    let as_promised = matches!(result, Err(StoreError::Conflict { stream, seq }) if stream == name && *seq == at);
    assert!(as_promised, "{what}: a conflict on {name} at {at} was due, not {result:?}");
}

/// What must be refused as senseless.
fn invalid<T: Debug>(result: &Result<T, StoreError>, what: &str) {
    assert!(matches!(result, Err(StoreError::Invalid(_))), "{what}: must be refused, not {result:?}");
}

/// Checks that a stream ends at `seq`, that its chain holds from first to last, and that the store finds no fault with
/// itself; gives back all events.
async fn sound(store: &impl Store, stream: &str, seq: u64) -> Vec<EventRow> {
    let head = ok(store.head(stream).await, "head");
    assert_eq!(head.seq, seq, "where {stream} ends");
    let mut events: Vec<EventRow> = Vec::new();
    let mut end = Head::default();
    loop {
        let page = ok(store.read(stream, end.seq, 1_000).await, "read");
        if page.is_empty() {
            break;
        }
        match chain::verify(stream, end, &page) {
            Ok(next) => end = next,
            Err(broken) => panic!("the chain of {stream}: {broken}"),
        }
        events.extend(page);
    }
    if let Err(broken) = chain::ends(end, head) {
        panic!("the chain of {stream}: {broken}");
    }
    assert_eq!(ok(store.check_integrity().await, "check_integrity"), Vec::<String>::new());
    events
}
