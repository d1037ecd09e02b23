//! The contract, and the faults that only this store has.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::*;
use crate::contract::{self, called, one};

/// Drives a future that never waits, as the simulator does: without a runtime.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the memory store waits for something"),
    }
}

fn seq(store: &MemoryStore) -> u64 {
    now(store.head("hall:a")).unwrap().seq
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keeps_the_contract() {
    contract::run(async || MemoryStore::new()).await;
}

#[test]
fn a_full_disk_refuses_writes_until_there_is_room() {
    let store = MemoryStore::new();
    now(store.append(&one("hall:a", 0, vec![called(1, 1)]))).unwrap();
    store.faults().full = true;
    let more = one("hall:a", 1, vec![called(2, 2)]);
    assert!(matches!(now(store.append(&more)), Err(StoreError::Full(_))));
    assert!(matches!(now(store.person([1; 32], PersonId(Uuid::max()), b"x")), Err(StoreError::Full(_))));
    assert_eq!(seq(&store), 1);
    store.faults().full = false;
    now(store.append(&more)).unwrap();
    assert_eq!(seq(&store), 2);
}

#[test]
fn a_busy_store_answers_nothing_until_it_is_free() {
    let store = MemoryStore::new();
    store.faults().unavailable = true;
    assert!(matches!(now(store.head("hall:a")), Err(StoreError::Unavailable(_))));
    store.faults().unavailable = false;
    assert_eq!(seq(&store), 0);
}

#[test]
fn faults_befall_one_append_each_in_order() {
    let store = MemoryStore::new();
    store.faults().next.extend([None, Some(Fault::Full)]);
    store.fail_next(Fault::Unavailable);
    now(store.append(&one("hall:a", 0, vec![called(1, 1)]))).unwrap();
    let more = one("hall:a", 1, vec![called(2, 2)]);
    assert!(matches!(now(store.append(&more)), Err(StoreError::Full(_))));
    assert!(matches!(now(store.append(&more)), Err(StoreError::Unavailable(_))));
    now(store.append(&more)).unwrap();
    assert_eq!(seq(&store), 2);
}

#[test]
fn after_a_fatal_fault_only_a_restart_tells_whether_it_was_written() {
    for (fault, written) in [(Fault::FatalBefore, 0), (Fault::FatalAfter, 1)] {
        let store = MemoryStore::new();
        store.fail_next(fault);
        let first = one("hall:a", 0, vec![called(1, 1)]);
        assert!(matches!(now(store.append(&first)), Err(StoreError::Fatal(_))));
        assert!(store.is_dead());
        assert!(matches!(now(store.head("hall:a")), Err(StoreError::Fatal(_))));
        let restarted = store.crash();
        assert_eq!(seq(&restarted), written);
        assert_eq!(now(restarted.read("hall:a", 0, 10)).unwrap().len() as u64, written);
    }
}

#[test]
fn another_writer_sneaks_in_first() {
    let store = MemoryStore::new();
    now(store.append(&one("hall:a", 0, vec![called(1, 1), called(2, 2)]))).unwrap();
    store.fail_next(Fault::Overtaken(one("hall:a", 0, vec![called(1, 70)])));
    let mine = one("hall:a", 2, vec![called(3, 3)]);
    let answer = now(store.append(&mine));
    assert!(matches!(&answer, Err(StoreError::Conflict { stream, seq: 3 }) if stream == "hall:a"), "{answer:?}");
    let rows = now(store.read("hall:a", 2, 10)).unwrap();
    assert_eq!((rows.len(), rows[0].seq, rows[0].command), (1, 3, called(1, 70).command));
    now(store.append(&one("hall:a", 3, vec![called(4, 3)]))).unwrap();
    assert_eq!(now(store.check_integrity()).unwrap(), Vec::<String>::new());
}

#[test]
fn another_handle_shares_and_a_copy_does_not() {
    let store = MemoryStore::new();
    let (other, copy) = (store.another(), store.copy());
    now(store.append(&one("hall:a", 0, vec![called(1, 1)]))).unwrap();
    assert_eq!((seq(&other), seq(&copy)), (1, 0));
    let restarted = store.crash();
    assert!(now(store.append(&one("hall:a", 1, vec![called(2, 2)]))).is_err());
    assert_eq!((seq(&other), seq(&restarted)), (1, 1));
}
