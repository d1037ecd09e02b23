//! The hash chain over a stream. Each event carries the hash of the one before it and the stream's head carries that of
//! the last, so that nobody can change, drop, add or reorder events unnoticed without writing all that follow anew.
//!
//! Nothing here reads a store; whoever verifies brings the rows.

use std::cmp::Ordering;

use sha2::{Digest, Sha256};

use crate::{EventRow, Head};

/// The place where a chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event {seq}: {reason}")]
pub struct BrokenLink {
    /// The first event that is missing, misplaced or not what was written.
    pub seq: u64,
    /// What is wrong there.
    pub reason: String,
}

/// The hash of an event that follows one with the hash `prev`. The row's own `prev_hash` does not enter: `prev` stands
/// for it.
///
/// SHA-256 over `prev`, then every field in a fixed order: numbers big-endian at their full width, texts after their
/// length in bytes as eight bytes, a missing key as one zero byte and a present one as a one before it. So no two
/// different events have the same encoding. This never changes, or every stored chain breaks.
pub fn link(prev: &[u8; 32], stream: &str, event: &EventRow) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(prev);
    text(&mut hash, stream);
    hash.update(event.seq.to_be_bytes());
    hash.update(event.at_ms.to_be_bytes());
    hash.update(event.command.as_bytes());
    hash.update(event.part.to_be_bytes());
    hash.update(event.actor.as_bytes());
    match &event.key {
        None => hash.update([0]),
        Some(key) => {
            hash.update([1]);
            hash.update(key.as_bytes());
        }
    }
    text(&mut hash, &event.kind);
    hash.update(event.version.to_be_bytes());
    text(&mut hash, &event.body);
    hash.finalize().into()
}

fn text(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_be_bytes());
    hash.update(text.as_bytes());
}

/// Continues a stream from `head`: the `prev_hash` of each event and the head after the last.
pub fn extend(stream: &str, head: Head, events: &[EventRow]) -> (Vec<[u8; 32]>, Head) {
    let mut end = head;
    let mut before = Vec::with_capacity(events.len());
    for event in events {
        before.push(end.hash);
        end = Head { seq: event.seq, hash: link(&end.hash, stream, event) };
    }
    (before, end)
}

/// Follows the chain from `start` through `rows` and says where it ends. Call it page after page, each from the end of
/// the last; then [`ends`] with the stream's head, without which a change to the last event or a cut-off tail would
/// not be seen.
pub fn verify<'a>(stream: &str, start: Head, rows: impl IntoIterator<Item = &'a EventRow>) -> Result<Head, BrokenLink> {
    let mut end = start;
    for row in rows {
        let due = end.seq + 1;
        if row.seq != due {
            let reason = if row.seq > due {
                format!("it is missing; event {} stands in its place", row.seq)
            } else {
                format!("it is not in its place; event {} stands there", row.seq)
            };
            return Err(BrokenLink { seq: due, reason });
        }
        if row.prev_hash != end.hash {
            return Err(if end.seq == 0 {
                BrokenLink { seq: row.seq, reason: "it is the first, but names another before it".to_owned() }
            } else {
                let reason = format!("it is not the event that event {} was written after", row.seq);
                BrokenLink { seq: end.seq, reason }
            });
        }
        end = Head { seq: row.seq, hash: link(&end.hash, stream, row) };
    }
    Ok(end)
}

/// Compares the end that [`verify`] found with the head that the store keeps.
pub fn ends(found: Head, head: Head) -> Result<(), BrokenLink> {
    if found == head {
        return Ok(());
    }
    let (seq, reason) = match found.seq.cmp(&head.seq) {
        Ordering::Less => (found.seq + 1, format!("it is missing; the head is at {}", head.seq)),
        Ordering::Greater => (head.seq + 1, format!("it stands behind the head, which is at {}", head.seq)),
        Ordering::Equal => (found.seq, "it is not the event that the head was written after".to_owned()),
    };
    Err(BrokenLink { seq, reason })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    type Change = fn(&mut EventRow);

    const STREAM: &str = "hall:main";

    fn log(length: u64) -> (Vec<EventRow>, Head) {
        let mut rows: Vec<EventRow> = (1..=length)
            .map(|seq| EventRow {
                seq,
                at_ms: 1_795_400_000_000 + seq as i64,
                command: Uuid::from_u128(1_000 + u128::from(seq)),
                part: 0,
                actor: Uuid::from_u128(7),
                key: (seq % 2 == 0).then(|| Uuid::from_u128(9_000 + u128::from(seq))),
                kind: "ticket.called".to_owned(),
                version: 1,
                body: format!(r#"{{"type":"ticket.called","window":{seq}}}"#),
                prev_hash: [0; 32],
            })
            .collect();
        let (before, head) = extend(STREAM, Head::default(), &rows);
        for (row, hash) in rows.iter_mut().zip(before) {
            row.prev_hash = hash;
        }
        (rows, head)
    }

    /// Follows a whole stream as an administrator's `verify` does.
    fn whole(rows: &[EventRow], head: Head) -> Result<(), BrokenLink> {
        ends(verify(STREAM, Head::default(), rows)?, head)
    }

    #[test]
    fn an_untouched_chain_holds_whole_and_in_pages() {
        let (rows, head) = log(9);
        assert_eq!(whole(&rows, head), Ok(()));
        let mut end = Head::default();
        for page in rows.chunks(4) {
            end = verify(STREAM, end, page).unwrap();
        }
        assert_eq!(end, head);
        assert_eq!(whole(&[], Head::default()), Ok(()));
    }

    #[test]
    fn any_changed_field_is_found_and_named() {
        let changes: [(&str, Change); 10] = [
            ("at_ms", |row| row.at_ms += 1),
            ("command", |row| row.command = Uuid::from_u128(1)),
            ("part", |row| row.part += 1),
            ("actor", |row| row.actor = Uuid::from_u128(1)),
            ("key", |row| row.key = Some(Uuid::nil())),
            ("no key", |row| row.key = if row.key.is_some() { None } else { Some(Uuid::max()) }),
            ("kind", |row| row.kind.push('x')),
            ("version", |row| row.version += 1),
            ("body", |row| row.body.push(' ')),
            // A byte moved over the border of two fields leaves the bytes the same, but not their lengths.
            ("border", |row| {
                row.kind.pop();
                row.body.insert(0, 'd');
            }),
        ];
        for (what, change) in changes {
            for place in [0, 4, 8] {
                let (mut rows, head) = log(9);
                change(&mut rows[place]);
                let broken = whole(&rows, head).unwrap_err();
                assert_eq!(broken.seq, place as u64 + 1, "{what}: {broken}");
            }
        }
    }

    #[test]
    fn a_changed_prev_hash_is_found() {
        let (mut rows, head) = log(9);
        rows[0].prev_hash[31] ^= 1;
        assert_eq!(whole(&rows, head).unwrap_err().seq, 1);
        let (mut rows, head) = log(9);
        rows[5].prev_hash[0] ^= 1;
        assert_eq!(
            whole(&rows, head).unwrap_err().to_string(),
            "event 5: it is not the event that event 6 was written after"
        );
    }

    #[test]
    fn a_deleted_row_is_found_even_when_the_rest_is_renumbered() {
        let (mut rows, head) = log(9);
        rows.remove(3);
        assert_eq!(whole(&rows, head).unwrap_err().to_string(), "event 4: it is missing; event 5 stands in its place");
        for row in &mut rows[3..] {
            row.seq -= 1;
        }
        assert_eq!(whole(&rows, head).unwrap_err().seq, 3);
    }

    #[test]
    fn swapped_rows_are_found_even_when_they_are_renumbered() {
        let (mut rows, head) = log(9);
        rows.swap(2, 3);
        assert_eq!(whole(&rows, head).unwrap_err().seq, 3);
        rows[2].seq = 3;
        rows[3].seq = 4;
        assert_eq!(whole(&rows, head).unwrap_err().seq, 2);
        let (mut rows, head) = log(9);
        rows[4] = rows[3].clone();
        assert_eq!(
            whole(&rows, head).unwrap_err().to_string(),
            "event 5: it is not in its place; event 4 stands there"
        );
    }

    #[test]
    fn a_cut_or_grown_tail_is_found_against_the_head() {
        let (mut rows, head) = log(9);
        rows.truncate(7);
        assert_eq!(whole(&rows, head).unwrap_err().to_string(), "event 8: it is missing; the head is at 9");
        let (rows, _) = log(9);
        let (_, head) = log(8);
        assert_eq!(whole(&rows, head).unwrap_err().seq, 9);
    }

    #[test]
    fn another_stream_is_another_chain() {
        let (rows, _) = log(3);
        assert_eq!(verify("hall:other", Head::default(), &rows).unwrap_err().seq, 1);
        assert_ne!(link(&[0; 32], "a", &rows[0]), link(&[0; 32], "b", &rows[0]));
    }

    /// Stored chains depend on this value: an encoding that gives another one must not be shipped.
    #[test]
    fn the_encoding_never_changes() {
        let (_, head) = log(2);
        let pinned = 0xf6e3_be2a_ef35_f154_22a6_08a6_ae48_d397_u128;
        assert_eq!(head.hash[..16], pinned.to_be_bytes());
        let pinned = 0xcef5_3c7b_2730_93b9_1bdc_9652_13a8_2738_u128;
        assert_eq!(head.hash[16..], pinned.to_be_bytes());
    }
}
