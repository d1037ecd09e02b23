//! Streams: order, all or nothing, once only, byte for byte.

use uuid::Uuid;

use super::{called, conflict, invalid, ok, one, sound, ticket};
use crate::{Append, EventRow, Head, Store, StreamAppend};

/// What was never written is empty, not an error.
pub(super) async fn starts_empty(store: &impl Store) {
    assert_eq!(ok(store.head("hall:a").await, "head of an empty stream"), Head::default());
    assert_eq!(ok(store.read("hall:a", 0, 10).await, "read of an empty stream"), Vec::new());
    assert_eq!(ok(store.snapshot("hall:a", 1).await, "no snapshot"), None);
    assert_eq!(ok(store.ticket(Uuid::nil()).await, "no ticket"), None);
    assert_eq!(ok(store.tickets(None, 10).await, "no tickets"), Vec::new());
    assert_eq!(ok(store.tokens().await, "no tokens"), Vec::new());
    ok(store.append(&Append::default()).await, "an empty append");
    ok(store.append(&one("hall:a", 0, Vec::new())).await, "an append of nothing to a stream");
    conflict(&store.append(&one("hall:a", 3, Vec::new())).await, "hall:a", 0, "an append of nothing after 3");
    sound(store, "hall:a", 0).await;
}

/// Events come back in order, in pages of any size.
pub(super) async fn appends_reads_and_pages(store: &impl Store) {
    let events: Vec<EventRow> = (1..=7).map(|seq| called(seq, u128::from(seq))).collect();
    ok(store.append(&one("hall:a", 0, events[..3].to_vec())).await, "append");
    ok(store.append(&one("hall:a", 3, events[3..].to_vec())).await, "append more");
    let mut read = sound(store, "hall:a", 7).await;
    for row in &mut read {
        row.prev_hash = [0; 32];
    }
    assert_eq!(read, events, "what was appended is what is read");
    for (after, limit, expected) in [
        (0, 2, vec![1, 2]),
        (2, 3, vec![3, 4, 5]),
        (5, 100, vec![6, 7]),
        (6, u32::MAX, vec![7]),
        (0, 0, vec![]),
        (7, 10, vec![]),
        (9, 10, vec![]),
        (u64::MAX, 10, vec![]),
    ] {
        let page = ok(store.read("hall:a", after, limit).await, "read");
        let seqs: Vec<u64> = page.iter().map(|row| row.seq).collect();
        assert_eq!(seqs, expected, "after {after}, at most {limit}");
    }
    assert_eq!(ok(store.read("hall:aa", 0, 10).await, "read"), Vec::new(), "a stream is not its prefix");
    sound(store, "hall:A", 0).await;
}

/// Texts byte for byte, numbers to their ends.
pub(super) async fn keeps_every_field(store: &impl Store) {
    let bodies = [
        r#"{"reason":"他说 \"办好了\" 'ok' \\ \/ \u0000 \ud83d"}"#.to_owned(),
        "line\nline\r\n\ttab \u{1}\u{7f}\u{85}\u{2028}\u{feff} 𠮷𪚥 🎫 e\u{301} \u{e000}\u{fffd}\u{10ffff}".to_owned(),
        "$1 ?1 :a @b -- /* '); DROP TABLE events; % _ \" `".to_owned(),
        "[1,2,3]".to_owned(),
        "1e400".to_owned(),
        "null".to_owned(),
        String::new(),
        "  {  \"a\" : 1.10 ,\"a\":-0 }  ".to_owned(),
        "号".repeat(34_000),
    ];
    let times = [i64::MIN, i64::MAX, 0, -1, i64::MIN + 1, i64::MAX - 1, 1 << 53, (1 << 53) + 1, 1_795_400_000_123];
    let numbers = [0, u32::MAX, 1, 2, 3, 4, 5, 6, i32::MAX as u32 + 1];
    let stream = "hall:鄞州 'x' \"y\"";
    let mut events = Vec::new();
    for (((seq, body), at_ms), number) in (1..).zip(bodies).zip(times).zip(numbers) {
        events.push(EventRow {
            seq,
            at_ms,
            command: if seq % 2 == 0 { Uuid::max() } else { Uuid::nil() },
            part: number,
            actor: Uuid::from_u128(u128::from(seq) << 120 | 0xff),
            key: (seq % 3 == 0).then(|| Uuid::from_u128(u128::from(seq))),
            kind: format!("ticket.类型 '{seq}'"),
            version: number,
            body,
            prev_hash: [0xee; 32],
        });
    }
    ok(store.append(&one(stream, 0, events.clone())).await, "append of odd fields");
    for (row, event) in sound(store, stream, events.len() as u64).await.iter().zip(&events) {
        assert_eq!(row, &EventRow { prev_hash: row.prev_hash, ..event.clone() }, "event {} as it was", event.seq);
        assert_ne!(row.prev_hash, event.prev_hash, "the store fills in prev_hash itself");
    }
}

/// The loser of a race changes nothing, whichever way it is wrong.
pub(super) async fn conflicts_leave_nothing(store: &impl Store) {
    ok(store.append(&one("hall:a", 0, vec![called(1, 1), called(2, 2)])).await, "append");
    for expected in [0, 1, 3, 1_000] {
        let mut late = one("hall:a", expected, vec![called(expected + 1, 50)]);
        late.tickets.push(ticket(1));
        conflict(&store.append(&late).await, "hall:a", 2, "a late append");
    }
    conflict(&store.append(&one("hall:b", 1, vec![called(2, 51)])).await, "hall:b", 0, "ahead of an empty stream");
    assert_eq!(sound(store, "hall:a", 2).await.len(), 2);
    sound(store, "hall:b", 0).await;
    assert_eq!(ok(store.ticket(ticket(1).id).await, "ticket"), None, "a conflict leaves no ticket");
    ok(store.append(&one("hall:a", 2, vec![called(3, 50)])).await, "the same command, decided again");
    sound(store, "hall:a", 3).await;
}

/// Appends that are wrong in themselves are refused, and leave nothing.
pub(super) async fn refuses_what_makes_no_sense(store: &impl Store) {
    ok(store.append(&one("hall:a", 0, vec![called(1, 1)])).await, "append");
    let twice = StreamAppend { stream: "hall:a".to_owned(), expected_seq: 1, events: vec![called(2, 2)] };
    let mut again = called(3, 2);
    again.part = 0;
    let with = |change: fn(&mut EventRow)| {
        let mut event = called(2, 2);
        change(&mut event);
        one("hall:a", 1, vec![event])
    };
    let tickets = |stream: Vec<StreamAppend>| Append { streams: stream, tickets: vec![ticket(1), ticket(1)] };
    for (append, what) in [
        (one("hall:a", 1, vec![called(2, 2), called(4, 4)]), "a gap in the events"),
        (one("hall:a", 1, vec![called(3, 3)]), "a gap before the events"),
        (one("hall:a", 1, vec![called(1, 3)]), "an event at a place that is taken"),
        (one("hall:a", 1, vec![called(3, 3), called(2, 2)]), "events in the wrong order"),
        (one("hall:a", u64::MAX, vec![called(0, 3)]), "an event after the last number"),
        (one("hall:a", i64::MAX as u64, vec![called(1 << 63, 3)]), "an event past 63 bits"),
        (one("hall:a", 1, vec![called(2, 2), again]), "one part of a command twice"),
        (Append { streams: vec![twice.clone(), twice.clone()], tickets: Vec::new() }, "a stream twice"),
        (one("", 0, vec![called(1, 2)]), "a stream without a name"),
        (with(|event| event.body.push('\0')), "a NUL in a body"),
        (tickets(vec![twice]), "a ticket twice"),
        (Append { streams: Vec::new(), tickets: vec![ticket(1)] }, "a ticket without a stream"),
    ] {
        invalid(&store.append(&append).await, what);
    }
    sound(store, "hall:a", 1).await;
    assert_eq!(ok(store.tickets(None, 10).await, "tickets"), Vec::new());
}

/// One transaction over several streams.
pub(super) async fn appends_to_several_streams_or_none(store: &impl Store) {
    let to = |stream: &str, expected_seq, events| StreamAppend { stream: stream.to_owned(), expected_seq, events };
    let streams = vec![
        to("hall:a", 0, vec![called(1, 1), called(2, 2)]),
        to("lot:p1", 0, vec![called(1, 1)]),
        to("case:9", 0, Vec::new()),
    ];
    ok(store.append(&Append { streams, tickets: vec![ticket(1)] }).await, "append to three streams");
    let late = |lot_seq| Append {
        streams: vec![
            to("hall:a", 2, vec![called(3, 3)]),
            to("lot:p1", lot_seq, vec![called(lot_seq + 1, 3)]),
            to("case:9", 0, vec![called(1, 3)]),
        ],
        tickets: vec![ticket(2)],
    };
    conflict(&store.append(&late(0)).await, "lot:p1", 1, "one of three streams has moved on");
    sound(store, "hall:a", 2).await;
    sound(store, "lot:p1", 1).await;
    sound(store, "case:9", 0).await;
    assert_eq!(ok(store.ticket(ticket(2).id).await, "ticket"), None);
    ok(store.append(&late(1)).await, "decided again");
    sound(store, "hall:a", 3).await;
    sound(store, "lot:p1", 2).await;
    let case = sound(store, "case:9", 1).await;
    assert_eq!(case[0].command, Uuid::from_u128(3), "a command may act on several streams");
}

/// A part of a command that is there already is not written again, even by a writer who has read to the end.
pub(super) async fn a_command_happens_once(store: &impl Store) {
    let part = |seq, part| EventRow { part, ..called(seq, 5) };
    ok(store.append(&one("hall:a", 0, vec![part(1, 0), part(2, 1)])).await, "a command in two parts");
    let mut again = one("hall:a", 2, vec![called(3, 6), part(4, 1)]);
    again.tickets.push(ticket(1));
    conflict(&store.append(&again).await, "hall:a", 2, "a part that is there already");
    again.streams.insert(0, StreamAppend { stream: "lot:p1".to_owned(), expected_seq: 0, events: vec![called(1, 5)] });
    conflict(&store.append(&again).await, "hall:a", 2, "the stream that has the command is named");
    sound(store, "hall:a", 2).await;
    sound(store, "lot:p1", 0).await;
    assert_eq!(ok(store.ticket(ticket(1).id).await, "ticket"), None);
    ok(store.append(&one("hall:a", 2, vec![part(3, 2)])).await, "another part of the same command");
    ok(store.append(&one("hall:b", 0, vec![part(1, 0)])).await, "the same part in another stream");
    sound(store, "hall:a", 3).await;
    sound(store, "hall:b", 1).await;
}

/// Ten thousand events and as many tickets in one append.
pub(super) async fn takes_large_batches(store: &impl Store) {
    let events: Vec<EventRow> =
        (1..=10_000).map(|seq| EventRow { part: seq as u32, ..called(seq, u128::from(seq % 7)) }).collect();
    let append = Append { tickets: (1..=10_000).map(ticket).collect(), ..one("hall:a", 0, events) };
    ok(store.append(&append).await, "append of 10,000 events");
    assert_eq!(sound(store, "hall:a", 10_000).await.len(), 10_000);
    assert_eq!(ok(store.tickets(None, u32::MAX).await, "tickets").len(), 10_000);
}
