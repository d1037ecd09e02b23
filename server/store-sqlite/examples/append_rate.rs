//! How many issue+call pairs a second the store takes, one pair a commit and in groups. A pair is five rows: two events,
//! the ticket as issued and as called, and the head of the stream.
//!
//! `cargo run --release -p store-sqlite --example append_rate [DIRECTORY [SECONDS [GROUP]]]`: say a directory on the disk that
//! is to be measured, not one in memory.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use store::{Append, EventRow, Store, StoreError, StreamAppend, TicketRow};
use store_sqlite::SqliteStore;
use uuid::Uuid;

const GROUPS: [u64; 3] = [1, 16, 210];
const STREAM: &str = "hall:main";

/// Random enough that keys fall all over an index, the same every time.
fn id(number: u64) -> Uuid {
    Uuid::from_u64_pair(number.wrapping_mul(0x9e37_79b9_7f4a_7c15), number)
}

fn event(seq: u64, kind: &str, body: String) -> EventRow {
    EventRow {
        seq,
        at_ms: 1_795_400_000_000 + seq as i64,
        command: id(seq),
        part: 0,
        actor: id(7),
        key: Some(id(seq + (1 << 40))),
        kind: kind.to_owned(),
        version: 1,
        body,
        prev_hash: [0; 32],
    }
}

/// A ticket's row, written when it is issued and again when it is called.
fn ticket(number: u64, called: bool) -> TicketRow {
    TicketRow {
        id: Uuid::from_u128(u128::from(number)),
        business_date: "2026-11-23".to_owned(),
        number: format!("A{number:03}"),
        service: "social-security".to_owned(),
        class: "normal".to_owned(),
        state: if called { "called" } else { "waiting" }.to_owned(),
        window: called.then_some((number % 210) as u16 + 1),
        issued_ms: 1_795_400_000_000,
        called_ms: called.then_some(1_795_400_000_000 + number as i64),
        ended_ms: None,
        calls: u32::from(called),
        copies: 0,
    }
}

/// One commit: as many issues as the group is large, and the calls of the tickets of the group before.
fn group(seq: u64, first: u64, size: u64) -> Append {
    let mut append = Append::default();
    let mut events = Vec::new();
    for number in first..first + size {
        let (issued, ticket_id) = (seq + events.len() as u64 + 1, id(number));
        let body = format!(
            r#"{{"type":"ticket.issued","ticket":"{ticket_id}","number":"A{number:03}","service":"social-security","class":"normal","business_date":"2026-11-23","promised":{{"low_s":240,"median_s":420,"high_s":900}}}}"#
        );
        events.push(event(issued, "ticket.issued", body));
        append.tickets.push(ticket(number, false));
        if let Some(earlier) = number.checked_sub(size) {
            let (called, ticket_id) = (issued + 1, id(earlier));
            let body = format!(
                r#"{{"type":"ticket.called","ticket":"{ticket_id}","window":{},"call":"{}","why":{{"rule":"default","waited_s":420,"passed_over":0}}}}"#,
                earlier % 210 + 1,
                id(called)
            );
            events.push(event(called, "ticket.called", body));
            append.tickets.push(ticket(earlier, true));
        }
    }
    append.streams.push(StreamAppend { stream: STREAM.to_owned(), expected_seq: seq, events });
    append
}

async fn measure(directory: &std::path::Path, size: u64, time: Duration) -> Result<(), StoreError> {
    let store = SqliteStore::open(directory.join(format!("append_rate_{size}.db"))).await?;
    let (mut seq, mut number, mut took) = (0, 0, Vec::new());
    let start = Instant::now();
    while start.elapsed() < time {
        let append = group(seq, number, size);
        seq += append.streams[0].events.len() as u64;
        number += size;
        let before = Instant::now();
        store.append(&append).await?;
        took.push(before.elapsed());
    }
    let rate = number as f64 / start.elapsed().as_secs_f64();
    took.sort_unstable();
    let at = |share: usize| took[(took.len() - 1) * share / 100].as_micros();
    let reading = Instant::now();
    let (mut after, mut page) = (0, 10_000);
    while page == 10_000 {
        let rows = store.read(STREAM, after, 10_000).await?;
        page = rows.len();
        after = rows.last().map_or(after, |row| row.seq);
    }
    let read = seq as f64 / reading.elapsed().as_secs_f64();
    println!(
        "{size:>5} {rate:>12.0} {:>9} {:>9} {:>9} {read:>13.0}",
        at(50),
        at(99),
        took.last().map_or(0, Duration::as_micros)
    );
    store.close().await;
    Ok(())
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let base = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let time = Duration::from_secs(arguments.next().map_or(Ok(3), |seconds| seconds.parse())?);
    let directory = tempfile::tempdir_in(base)?;
    println!("group      pairs/s    p50 us    p99 us    max us   read rows/s");
    let only: Option<u64> = arguments.next().map(|size| size.parse()).transpose()?;
    for size in GROUPS.into_iter().filter(|size| only.is_none_or(|only| only == *size)) {
        measure(directory.path(), size, time).await?;
    }
    Ok(())
}
