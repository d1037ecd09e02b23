//! `verify` and `rebuild` on databases that somebody has changed.

use serde_json::{Value, json};

use crate::{edit, on};
use tests::halls::Stage;
use tests::program::Data;
use tests::storm::{Mix, Storm};

/// A stopped hall with a morning's events.
async fn morning() -> Data {
    let mut stage = Stage::new(4).unwrap();
    stage.open_windows(4).await.unwrap();
    let mut client = stage.client();
    for service in ["S", "S", "T"] {
        client.post("/api/v1/tickets", &json!({ "service": service })).await.unwrap().good::<Value>().unwrap();
    }
    let storm = Storm::start(&stage, 4, 1, Mix::Everything);
    storm.more(200).await.unwrap();
    storm.end().await.unwrap();
    assert!(stage.server.take().unwrap().terminate().unwrap().success());
    stage.data
}

/// A copy of a hall, changed.
fn changed(from: &Data, sql: &str) -> Data {
    let copy = Data::new().unwrap();
    let path = server::serve::database(copy.path());
    std::fs::copy(server::serve::database(from.path()), &path).unwrap();
    edit(&path, sql);
    copy
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_behind_the_servers_back_is_found() {
    let hall = morning().await;
    let good = on(&hall, &["verify"]);
    assert_eq!((good.code, good.err.as_str()), (0, ""), "{}", good.err);
    let count: u64 = good.out.split(' ').next().unwrap().parse().unwrap();
    assert!(count > 100);
    let last = format!("event {}", count - 2);
    let cut = "CREATE TEMP TABLE at AS SELECT seq, prev_hash FROM events \
         WHERE seq = (SELECT max(seq) FROM events WHERE kind = 'ticket.issued'); \
         DELETE FROM events WHERE seq >= (SELECT seq FROM at); \
         UPDATE streams SET seq = (SELECT seq - 1 FROM at), hash = (SELECT prev_hash FROM at)";
    for (what, sql, place) in [
        ("a row was edited", "UPDATE tickets SET state = 'left' WHERE number = 'A001'", "ticket A001"),
        ("a row says another window", "UPDATE tickets SET window = 99 WHERE number = 'A001'", "ticket A001"),
        ("a row was deleted", "DELETE FROM tickets WHERE number = 'A002'", "ticket A002"),
        (
            "a row was added",
            "INSERT INTO tickets SELECT randomblob(16), business_date, 'A900', service, class, state, \
          window, issued_ms, called_ms, ended_ms, calls, copies FROM tickets WHERE number = 'A001'",
            "ticket A900",
        ),
        (
            "an event's body was edited",
            "UPDATE events SET body = replace(body, '\"S\"', '\"T\"') WHERE seq = \
          (SELECT min(seq) FROM events WHERE kind = 'ticket.issued')",
            "event ",
        ),
        ("an event's time was edited", "UPDATE events SET at_ms = at_ms + 1 WHERE seq = 20", "event 21"),
        ("an event's author was edited", "UPDATE events SET actor = zeroblob(16) WHERE seq = 20", "event 21"),
        ("an event's hash was edited", "UPDATE events SET prev_hash = zeroblob(32) WHERE seq = 20", "event 20"),
        (
            "the last event was edited",
            "UPDATE events SET at_ms = at_ms + 1 WHERE seq = (SELECT max(seq) FROM events)",
            "event ",
        ),
        ("an event was deleted", "DELETE FROM events WHERE seq = 20", "event 2"),
        ("the first event was deleted", "DELETE FROM events WHERE seq = 1", "event "),
        ("the tail was cut off", "DELETE FROM events WHERE seq > (SELECT max(seq) - 2 FROM events)", &last),
        ("the tail was cut off, and the head put right", cut, "ticket "),
        ("the head was edited", "UPDATE streams SET hash = zeroblob(32)", "event "),
        ("all events were deleted", "DELETE FROM events", "event 0"),
        (
            "everything of the log was deleted",
            "DELETE FROM events; DELETE FROM snapshots; DELETE FROM streams",
            "ticket ",
        ),
    ] {
        let ended = on(&changed(&hall, sql), &["verify"]);
        assert_eq!((ended.code, ended.out.as_str()), (1, ""), "{what}: {}", ended.err);
        assert!(ended.err.contains(place), "{what}: {:?} is not in\n{}", place, ended.err);
        println!("{what}: {}", ended.err.lines().next().unwrap_or_default());
    }
    // A file that lost its end.
    let copy = changed(&hall, "VACUUM");
    let path = server::serve::database(copy.path());
    let size = std::fs::metadata(&path).unwrap().len();
    std::fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(size / 2).unwrap();
    let ended = on(&copy, &["verify"]);
    assert_eq!((ended.code, ended.out.as_str()), (1, ""), "half a file: {}", ended.err);
    std::fs::write(&path, "this is no database, but it is long enough to be mistaken for one ".repeat(100)).unwrap();
    let ended = on(&copy, &["verify"]);
    assert_eq!((ended.code, ended.out.as_str()), (1, ""), "no database: {}", ended.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_made_anew_from_the_log() {
    let hall = morning().await;
    let tickets = |data: &Data| {
        let (sql, out) =
            ("SELECT hex(id), number, state, window, calls FROM tickets ORDER BY id", data.path().join("rows"));
        let script = "import sqlite3, sys\nopen(sys.argv[3], 'w').write(repr(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchall()))";
        let database = server::serve::database(data.path());
        let status =
            std::process::Command::new("python3").args(["-c", script]).arg(database).arg(sql).arg(&out).status();
        assert!(status.unwrap().success());
        std::fs::read_to_string(out).unwrap()
    };
    let right = tickets(&hall);
    for sql in [
        "UPDATE tickets SET state = 'left', window = 7, calls = 9",
        "DELETE FROM tickets WHERE number LIKE 'A%'",
        "DELETE FROM tickets",
        "UPDATE tickets SET number = 'A001'",
    ] {
        let copy = changed(&hall, sql);
        assert_eq!(on(&copy, &["verify"]).code, 1, "{sql}");
        let rebuilt = on(&copy, &["rebuild"]);
        assert_eq!(rebuilt.code, 0, "{sql}: {}", rebuilt.err);
        let verified = on(&copy, &["verify"]);
        assert_eq!(verified.code, 0, "{sql}: {}", verified.err);
        assert_eq!(tickets(&copy), right, "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_work_while_the_hall_is_served() {
    let stage = Stage::new(8).unwrap();
    stage.open_windows(8).await.unwrap();
    let storm = Storm::start(&stage, 8, 2, Mix::Everything);
    for _ in 0..3 {
        storm.more(300).await.unwrap();
        let verified = on(&stage.data, &["verify"]);
        assert_eq!(verified.code, 0, "{}", verified.err);
        let rebuilt = on(&stage.data, &["rebuild"]);
        assert!(rebuilt.code == 0 || rebuilt.err.contains("too busy"), "{}", rebuilt.err);
    }
    storm.end().await.unwrap();
    let database = server::serve::database(stage.data.path());
    edit(&database, "UPDATE tickets SET state = 'left'");
    assert_eq!(on(&stage.data, &["verify"]).code, 1);
    assert_eq!(on(&stage.data, &["rebuild"]).code, 0);
    let verified = on(&stage.data, &["verify"]);
    assert_eq!(verified.code, 0, "{}", verified.err);
}
