//! What stands beside the streams: tickets, snapshots, persons, tokens.

use hall::ids::{PersonId, VehicleId};
use uuid::Uuid;

use super::{called, conflict, invalid, ok, one, sound, ticket};
use crate::{Append, Snapshot, Store, TicketRow, TokenRow, VEHICLE_SEEN_MS};

/// A row replaces that of the same ticket, in every field.
pub(super) async fn tickets_are_replaced(store: &impl Store) {
    let full = TicketRow {
        business_date: "2026-11-24".to_owned(),
        number: "B1000".to_owned(),
        service: "社保 'x' \"y\"".to_owned(),
        class: "elder".to_owned(),
        state: "done".to_owned(),
        window: Some(u16::MAX),
        issued_ms: i64::MIN,
        called_ms: Some(i64::MAX),
        ended_ms: Some(-1),
        calls: u32::MAX,
        copies: u32::MAX,
        ..ticket(2)
    };
    let first = Append { tickets: vec![ticket(3), ticket(1), ticket(2)], ..one("hall:a", 0, vec![called(1, 1)]) };
    ok(store.append(&first).await, "append with tickets");
    let second = Append { tickets: vec![full.clone(), ticket(u128::MAX)], ..one("hall:a", 1, vec![called(2, 2)]) };
    ok(store.append(&second).await, "append with a ticket that is there");
    assert_eq!(ok(store.ticket(full.id).await, "ticket"), Some(full.clone()), "the row that came last");
    assert_eq!(ok(store.ticket(ticket(1).id).await, "ticket"), Some(ticket(1)), "a row that was left alone");
    let all = [ticket(1), full.clone(), ticket(3), ticket(u128::MAX)];
    assert_eq!(ok(store.tickets(None, 10).await, "tickets"), all, "in order of id");
    assert_eq!(ok(store.tickets(None, 2).await, "tickets"), all[..2]);
    assert_eq!(ok(store.tickets(Some(full.id), 10).await, "tickets"), all[2..]);
    assert_eq!(ok(store.tickets(Some(Uuid::from_u128(4)), 10).await, "tickets"), all[3..], "after a gap");
    assert_eq!(ok(store.tickets(Some(Uuid::max()), 10).await, "tickets"), all[4..]);
    let back = Append { tickets: vec![ticket(2)], ..one("hall:a", 2, vec![called(3, 3)]) };
    ok(store.append(&back).await, "append");
    assert_eq!(ok(store.ticket(full.id).await, "ticket"), Some(ticket(2)), "a field becomes empty again");
    sound(store, "hall:a", 3).await;
}

/// No row without the events that caused it.
pub(super) async fn tickets_come_with_their_events_only(store: &impl Store) {
    ok(store.append(&Append { tickets: vec![ticket(1)], ..one("hall:a", 0, vec![called(1, 1)]) }).await, "append");
    let gone = TicketRow { state: "left".to_owned(), ..ticket(1) };
    let late = Append { tickets: vec![gone, ticket(2)], ..one("hall:a", 0, vec![called(1, 2)]) };
    conflict(&store.append(&late).await, "hall:a", 1, "a late append with tickets");
    let again = Append { streams: one("hall:a", 1, vec![called(2, 1)]).streams, ..late };
    conflict(&store.append(&again).await, "hall:a", 1, "a command that is there, with tickets");
    assert_eq!(ok(store.tickets(None, 10).await, "tickets"), [ticket(1)]);
    sound(store, "hall:a", 1).await;
}

/// Rows made anew from the log take the place of all others, if the log is still where they were made from.
pub(super) async fn all_tickets_are_replaced(store: &impl Store) {
    ok(store.replace_tickets("hall:a", 0, &[ticket(9)]).await, "tickets of an empty stream");
    let append = Append { tickets: vec![ticket(1), ticket(2)], ..one("hall:a", 0, vec![called(1, 1), called(2, 2)]) };
    ok(store.append(&append).await, "append");
    for seq in [0, 1, 3, u64::MAX] {
        conflict(&store.replace_tickets("hall:a", seq, &[ticket(5)]).await, "hall:a", 2, "made from another state");
    }
    invalid(&store.replace_tickets("hall:a", 2, &[ticket(5), ticket(5)]).await, "a ticket twice");
    assert_eq!(ok(store.tickets(None, 10).await, "tickets").len(), 3, "refused ones change nothing");
    let changed = TicketRow { state: "done".to_owned(), ..ticket(2) };
    ok(store.replace_tickets("hall:a", 2, &[changed.clone(), ticket(4)]).await, "replace_tickets");
    assert_eq!(ok(store.tickets(None, 10).await, "tickets"), [changed, ticket(4)]);
    let many: Vec<TicketRow> = (1..=25_000).map(ticket).collect();
    ok(store.replace_tickets("hall:a", 2, &many).await, "replace_tickets with many");
    assert_eq!(ok(store.tickets(None, u32::MAX).await, "tickets"), many);
    ok(store.replace_tickets("hall:a", 2, &[]).await, "replace_tickets with none");
    assert_eq!(ok(store.tickets(None, 10).await, "tickets"), []);
    sound(store, "hall:a", 2).await;
}

/// One snapshot a stream and format, the newest; what is older goes.
pub(super) async fn the_newest_snapshot_stays(store: &impl Store) {
    for stream in ["hall:a", "hall:b"] {
        let events = (1..=5).map(|seq| called(seq, u128::from(seq))).collect();
        ok(store.append(&one(stream, 0, events)).await, "append");
    }
    let at = |stream: &str, seq, format| Snapshot {
        stream: stream.to_owned(),
        seq,
        format,
        body: format!(r#"{{"号":"{stream} {seq} {format}"}}"#),
    };
    for snapshot in [at("hall:a", 2, 1), at("hall:b", 1, 1), at("hall:a", 3, 1)] {
        ok(store.save_snapshot(&snapshot).await, "save_snapshot");
    }
    assert_eq!(ok(store.snapshot("hall:a", 1).await, "snapshot"), Some(at("hall:a", 3, 1)), "the newest");
    assert_eq!(ok(store.snapshot("hall:b", 1).await, "snapshot"), Some(at("hall:b", 1, 1)), "another stream's");
    assert_eq!(ok(store.snapshot("hall:a", 2).await, "snapshot"), None, "another format");
    ok(store.save_snapshot(&at("hall:a", 2, 1)).await, "save_snapshot of an older one");
    ok(store.save_snapshot(&at("hall:a", 2, 2)).await, "save_snapshot of an older one in another format");
    assert_eq!(ok(store.snapshot("hall:a", 1).await, "snapshot"), Some(at("hall:a", 3, 1)), "the newest stays");
    assert_eq!(ok(store.snapshot("hall:a", 2).await, "snapshot"), None, "what is older is not kept");
    ok(store.save_snapshot(&at("hall:a", 3, 2)).await, "save_snapshot at the same place in another format");
    assert_eq!(ok(store.snapshot("hall:a", 1).await, "snapshot"), Some(at("hall:a", 3, 1)), "both formats");
    let big = Snapshot { body: "号".repeat(100_000), ..at("hall:a", 5, u32::MAX) };
    ok(store.save_snapshot(&big).await, "save_snapshot of a big one");
    assert_eq!(ok(store.snapshot("hall:a", u32::MAX).await, "snapshot"), Some(big));
    for format in [1, 2] {
        assert_eq!(ok(store.snapshot("hall:a", format).await, "snapshot"), None, "older ones are dropped");
    }
    let again = Snapshot { body: "{}".to_owned(), ..at("hall:a", 5, u32::MAX) };
    ok(store.save_snapshot(&again).await, "save_snapshot again at the same place");
    assert_eq!(ok(store.snapshot("hall:a", u32::MAX).await, "snapshot"), Some(again));
    invalid(&store.save_snapshot(&at("hall:a", 6, 1)).await, "a snapshot past the end");
    invalid(&store.save_snapshot(&at("hall:c", 1, 1)).await, "a snapshot of an empty stream");
    sound(store, "hall:a", 5).await;
}

/// The same keyed hash is the same person, whatever id is offered later.
pub(super) async fn a_person_has_one_id(store: &impl Store) {
    let id = |number| PersonId(Uuid::from_u128(number));
    assert_eq!(ok(store.known_person([1; 32]).await, "nobody yet"), None);
    assert_eq!(ok(store.person([1; 32], id(10), &[10]).await, "a new person"), id(10));
    assert_eq!(ok(store.known_person([1; 32]).await, "known now"), Some(id(10)));
    assert_eq!(ok(store.person([1; 32], id(11), &[11]).await, "the same again"), id(10));
    let mut near = [1; 32];
    near[31] = 0;
    assert_eq!(ok(store.person(near, id(12), &[12]).await, "another person"), id(12));
    invalid(&store.person([2; 32], id(10), &[10]).await, "an id that is another person's");
    assert_eq!(ok(store.person([2; 32], id(13), &[13]).await, "a third"), id(13));
    // What was sealed first stays, and goes with the person.
    assert_eq!(ok(store.sealed_person(id(10)).await, "sealed_person"), Some(vec![10]));
    assert_eq!(ok(store.sealed_person(id(11)).await, "sealed_person"), None);
    assert!(ok(store.erase_person(id(10)).await, "erase_person"), "there was one to erase");
    assert!(!ok(store.erase_person(id(10)).await, "erase_person"), "there is none left");
    assert_eq!(ok(store.sealed_person(id(10)).await, "sealed_person"), None);
    assert_eq!(ok(store.known_person([1; 32]).await, "an erased person"), None);
    assert_eq!(ok(store.person([1; 32], id(14), &[14]).await, "he comes again"), id(14));
    sound(store, "hall:a", 0).await;
}

/// A plate leads to one vehicle until that is forgotten; the sealed plate goes before.
pub(super) async fn vehicles_are_known_and_forgotten(store: &impl Store) {
    let id = |number| VehicleId(Uuid::from_u128(number));
    assert_eq!(ok(store.known_vehicle([1; 32]).await, "none yet"), None);
    assert_eq!(ok(store.vehicle([1; 32], id(10), Some(&[10]), 1_000).await, "a new one"), id(10));
    assert_eq!(ok(store.vehicle([1; 32], id(11), Some(&[11]), 2_000).await, "the same again"), id(10));
    assert_eq!(ok(store.vehicle([2; 32], id(12), None, 1_000).await, "another"), id(12));
    invalid(&store.vehicle([3; 32], id(10), None, 1_000).await, "an id that is another's");
    assert_eq!(ok(store.known_vehicle([1; 32]).await, "known now"), Some(id(10)));
    assert_eq!(ok(store.sealed_vehicle(id(10)).await, "sealed_vehicle"), Some(vec![10]));
    assert_eq!(ok(store.sealed_vehicle(id(12)).await, "sealed_vehicle"), None);
    assert_eq!(ok(store.vehicle([2; 32], id(12), Some(&[12]), 1_500).await, "sealed later"), id(12));
    assert_eq!(ok(store.sealed_vehicle(id(12)).await, "sealed_vehicle"), Some(vec![12]));
    // Seen again much later, the first one stays.
    let later = 1_000 + 2 * VEHICLE_SEEN_MS;
    assert_eq!(ok(store.vehicle([1; 32], id(13), None, later).await, "seen again"), id(10));
    assert_eq!(ok(store.forget_vehicles(1_000, 0).await, "nothing to unseal"), 0);
    assert_eq!(ok(store.forget_vehicles(later + 1, later).await, "two plates, one vehicle"), 3);
    assert_eq!(ok(store.sealed_vehicle(id(10)).await, "unsealed"), None);
    assert_eq!(ok(store.known_vehicle([1; 32]).await, "and still known"), Some(id(10)));
    assert_eq!(ok(store.known_vehicle([2; 32]).await, "forgotten"), None);
    assert_eq!(ok(store.vehicle([2; 32], id(14), Some(&[14]), later).await, "it comes again"), id(14));
    sound(store, "hall:a", 0).await;
}

/// Tokens in and out; whoever holds them in memory is told.
pub(super) async fn tokens_are_added_and_revoked(store: &impl Store) {
    let token = |number: u8, created_ms| TokenRow {
        id: Uuid::from_u128(u128::from(number)),
        hash: [number; 32],
        role: "clerk".to_owned(),
        window: number.is_multiple_of(2).then_some(u16::MAX),
        name: format!("窗口 '{number}'"),
        created_ms,
        revoked_ms: None,
    };
    let mut counter = ok(store.change_counter().await, "change_counter");
    assert_eq!(ok(store.change_counter().await, "change_counter"), counter, "nothing changed");
    for token in [token(3, 20), token(2, 10), token(1, 20), token(4, i64::MIN)] {
        ok(store.add_token(&token).await, "add_token");
        let after = ok(store.change_counter().await, "change_counter");
        assert_ne!(after, counter, "a token was added");
        counter = after;
    }
    invalid(&store.add_token(&token(3, 30)).await, "a token that is there already");
    invalid(&store.add_token(&TokenRow { id: Uuid::max(), ..token(3, 30) }).await, "the hash of another token");
    invalid(&store.add_token(&TokenRow { hash: [9; 32], ..token(3, 30) }).await, "the id of another token");
    let all = [token(4, i64::MIN), token(2, 10), token(1, 20), token(3, 20)];
    assert_eq!(ok(store.tokens().await, "tokens"), all, "oldest first, then by id");
    let counter = ok(store.change_counter().await, "change_counter");
    assert!(!ok(store.revoke_token(Uuid::max(), 50).await, "revoke_token"), "there is none to revoke");
    assert!(ok(store.revoke_token(token(1, 20).id, 50).await, "revoke_token"), "there is one to revoke");
    assert_ne!(ok(store.change_counter().await, "change_counter"), counter, "a token was revoked");
    assert!(!ok(store.revoke_token(token(1, 20).id, 60).await, "revoke_token"), "it is revoked already");
    let revoked = TokenRow { revoked_ms: Some(50), ..token(1, 20) };
    let tokens = ok(store.tokens().await, "tokens");
    assert_eq!(tokens, [token(4, i64::MIN), token(2, 10), revoked, token(3, 20)], "the first revocation stays");
    sound(store, "hall:a", 0).await;
}
