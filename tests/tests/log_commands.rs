//! `verify` and `rebuild` on logs that somebody has changed, the end of the business day, a full disk, and recorded days
//! and settings that are wrong or differ.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use serde_json::{Value, json};
use tests::halls::{NINE, Stage, hall_file, toml};
use tests::program::{Data, Server, log, paihao};
use tests::wait::until;
use tests::wire::Client;

/// Runs statements on the database behind the program's back.
fn edit(data: &Data, statements: &str) {
    let script = "import sqlite3, sys\n\
        db = sqlite3.connect(sys.argv[1])\n\
        db.executescript(sys.argv[2])\n\
        db.close()";
    let database = data.path().join("hall.db");
    let output = Command::new("python3").args(["-c", script]).arg(database).arg(statements).output().unwrap();
    assert!(output.status.success(), "{statements}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Runs a command on a data directory; gives its exit status and stderr.
fn run(data: &Data, command: &str) -> (Option<i32>, String) {
    let output: Output = Command::new(paihao().unwrap()).args([command, "--data"]).arg(data.path()).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

/// Issues a ticket for service S; it must be given.
async fn issue(client: &mut Client) -> Value {
    let answer = client.post("/api/v1/tickets", &json!({ "service": "S" })).await.unwrap();
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json().unwrap()
}

/// A hall in which something has happened: A001 was served, A002 is at the window, A003 waits.
async fn used() -> Stage {
    let stage = Stage::with(&toml(2), &["--clock", NINE]).unwrap();
    stage.open_windows(1).await.unwrap();
    let mut client = stage.client();
    for _ in 0..3 {
        issue(&mut client).await;
    }
    for path in ["call", "finish", "call"] {
        let answer = client.post(&format!("/api/v1/windows/1/{path}"), &json!({})).await.unwrap();
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    }
    stage
}

/// Stops a hall and gives the number of its last event.
async fn stopped(stage: &mut Stage) -> u64 {
    let health: Value = stage.client().read("/healthz").await.unwrap();
    let status = stage.server.take().unwrap().terminate().unwrap();
    assert!(status.success(), "{status}: {}", log(&stage.data));
    health["seq"].as_u64().unwrap()
}

/// A copy of a hall that is not served.
fn copy(of: &Data) -> Data {
    let data = Data::new().unwrap();
    assert!(!of.path().join("hall.db-wal").exists(), "an orderly end leaves one file");
    std::fs::copy(of.path().join("hall.db"), data.path().join("hall.db")).unwrap();
    data
}

const ROW_EDITED: &str = "UPDATE tickets SET state = 'done' WHERE number = 'A002'";
const ROW_DELETED: &str = "DELETE FROM tickets WHERE number = 'A001'";
const ROW_ADDED: &str =
    "INSERT INTO tickets SELECT randomblob(16), business_date, 'A099', service, class, state, window,
    issued_ms, called_ms, ended_ms, calls, copies FROM tickets WHERE number = 'A003'";

#[tokio::test(flavor = "multi_thread")]
async fn verify_names_the_place_of_every_change() {
    let mut stage = used().await;
    let last = stopped(&mut stage).await;
    let good = stage.verify().unwrap();
    assert!(good.contains(&format!("{last} events, 3 tickets")), "{good}");
    let last_event = "seq = (SELECT max(seq) FROM events)";
    let head_moved =
        "UPDATE streams SET seq = seq - 1, hash = (SELECT prev_hash FROM events ORDER BY seq DESC LIMIT 1);";
    let cases = [
        ("ticket row edited", ROW_EDITED.into(), "ticket A002 (".into()),
        ("ticket row deleted", ROW_DELETED.into(), "ticket A001 (".into()),
        ("ticket row added", ROW_ADDED.into(), "ticket A099 (".into()),
        ("body edited", "UPDATE events SET body = body || ' ' WHERE seq = 4".into(), "event 4:".into()),
        ("window edited", "UPDATE events SET body = replace(body, '1', '2') WHERE seq = 3".into(), "event 3:".into()),
        ("at changed", "UPDATE events SET at_ms = at_ms + 1 WHERE seq = 2".into(), "event 2:".into()),
        ("actor changed", "UPDATE events SET actor = zeroblob(16) WHERE seq = 5".into(), "event 5:".into()),
        ("middle event deleted", "DELETE FROM events WHERE seq = 4".into(), "event 4: it is missing".into()),
        ("first event deleted", "DELETE FROM events WHERE seq = 1".into(), "event 1: it is missing".into()),
        (
            "two events swapped",
            "UPDATE events SET seq = 1000 WHERE seq = 4; UPDATE events SET seq = 4 WHERE seq = 5;
             UPDATE events SET seq = 5 WHERE seq = 1000"
                .into(),
            "event 3:".into(),
        ),
        (
            "last event edited",
            format!("UPDATE events SET body = body || ' ' WHERE {last_event}"),
            format!("event {last}"),
        ),
        ("tail cut off", format!("DELETE FROM events WHERE {last_event}"), format!("event {last} is missing")),
        // The chain is whole then, but the rows know more than the log.
        (
            "tail cut off, head and all",
            format!("{head_moved} DELETE FROM events WHERE {last_event}"),
            "ticket A002".into(),
        ),
    ];
    for (what, statements, place) in cases {
        let (statements, place): (String, String) = (statements, place);
        let data = copy(&stage.data);
        assert_eq!(run(&data, "verify").0, Some(0), "before: {what}");
        edit(&data, &statements);
        let (code, said) = run(&data, "verify");
        assert_eq!(code, Some(1), "{what} was not found");
        assert!(said.contains(&place), "{what}: no {place:?} in {said}");
    }
    // Not a byte of the original has changed.
    assert_eq!(stage.verify().unwrap(), good);
}

#[tokio::test(flavor = "multi_thread")]
async fn rebuild_makes_the_rows_anew() {
    let mut stage = used().await;
    // While the hall is served, and then while it is not.
    for _ in 0..2 {
        for statements in [ROW_EDITED, ROW_DELETED, ROW_ADDED, "DELETE FROM tickets"] {
            edit(&stage.data, statements);
            assert_eq!(run(&stage.data, "verify").0, Some(1), "{statements}");
            assert_eq!(run(&stage.data, "rebuild"), (Some(0), String::new()), "{statements}");
            let (code, said) = run(&stage.data, "verify");
            assert_eq!(code, Some(0), "{statements}: {said}");
        }
        if stage.server.is_some() {
            let ticket = issue(&mut stage.client()).await;
            assert_eq!(ticket["number"], "A004");
            let finished = stage.client().post("/api/v1/windows/1/finish", &json!({})).await.unwrap();
            assert_eq!(finished.status, 200, "{}", finished.text());
            stage.verify().unwrap();
            // So that the statements find what they found before.
            edit(&stage.data, "UPDATE tickets SET state = 'waiting' WHERE number = 'A002'");
            stopped(&mut stage).await;
            assert_eq!(run(&stage.data, "rebuild").0, Some(0));
            edit(&stage.data, "UPDATE tickets SET copies = 7 WHERE number = 'A002'");
        }
    }
    // The log itself is not the business of `rebuild`.
    edit(&stage.data, "UPDATE events SET body = body || ' ' WHERE seq = 4");
    run(&stage.data, "rebuild");
    assert_eq!(run(&stage.data, "verify").0, Some(1));
}

/// What holds on the morning of the 24th after A001 and A002 were issued in the night before.
async fn new_day(client: &mut Client, old: &[Value]) {
    let window = client.post("/api/v1/windows/1/open", &json!({})).await.unwrap();
    assert_eq!(window.status, 200, "{}", window.text());
    // The numbers of the former day are gone.
    let call = client.post("/api/v1/windows/1/call", &json!({ "ticket": "A002" })).await.unwrap();
    assert_eq!(call.verdict(), "404 not-found");
    let none = client.post("/api/v1/windows/1/call", &json!({})).await.unwrap();
    assert_eq!(none.status, 204, "{}", none.text());
    let new = issue(client).await;
    assert_eq!((&new["number"], &new["business_date"]), (&json!("A001"), &json!("2026-11-24")));
    assert_ne!(new["id"], old[0]["id"]);
    for ticket in old {
        let id = ticket["id"].as_str().unwrap();
        let found: Value = client.read(&format!("/api/v1/tickets/{id}")).await.unwrap();
        for field in ["number", "service", "class", "issued_at", "business_date"] {
            assert_eq!(found[field], ticket[field], "{field}");
        }
        assert_eq!(found["state"], "left");
        let call = client.post("/api/v1/windows/1/call", &json!({ "ticket": id })).await.unwrap();
        assert_eq!(call.verdict(), "404 not-found", "by its id");
    }
    let called: Value =
        client.post("/api/v1/windows/1/call", &json!({ "ticket": "A001" })).await.unwrap().good().unwrap();
    assert_eq!(called["id"], new["id"]);
}

async fn two_tickets(client: &mut Client) -> [Value; 2] {
    let old = [issue(client).await, issue(client).await];
    for (ticket, number) in old.iter().zip(["A001", "A002"]) {
        assert_eq!((&ticket["number"], &ticket["business_date"]), (&json!(number), &json!("2026-11-23")));
    }
    old
}

#[tokio::test(flavor = "multi_thread")]
async fn the_business_day_ends_at_four_by_itself() {
    // Five real seconds before four, and the manager may issue at any hour.
    let stage = Stage::with(&toml(1), &["--clock", "2026-11-24T03:58:20+08:00@20"]).unwrap();
    let mut client = stage.client();
    let old = two_tickets(&mut client).await;
    let date = async || {
        let health: Value = stage.client().read("/healthz").await?;
        Ok((health["business_date"] != "2026-11-23").then_some(health))
    };
    let (health, _) = until("the end of the day", Duration::from_secs(30), date).await.unwrap();
    let time = health["time"].as_str().unwrap();
    assert!(time >= "2026-11-24T04:00:00", "the day ended at {time}");
    assert!(time < "2026-11-24T04:01:30", "the day ended as late as {time}");
    new_day(&mut client, &old).await;
    stage.verify().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_down_at_four_ends_the_day_when_it_starts() {
    let mut stage = Stage::with(&toml(1), &["--clock", "2026-11-24T03:59:59+08:00@0"]).unwrap();
    let old = two_tickets(&mut stage.client()).await;
    stopped(&mut stage).await;
    let clock = ["--clock", "2026-11-24T04:00:00+08:00@0"];
    stage.server = Some(Server::start_at(&stage.data, None, &stage.address, &clock).unwrap());
    new_day(&mut stage.client(), &old).await;
    stage.verify().unwrap();
}

/// A small file system over a directory.
struct Mount<'a>(&'a Path);

impl<'a> Mount<'a> {
    fn over(path: &'a Path) -> Result<Self, String> {
        let output = Command::new("mount").args(["-t", "tmpfs", "-o", "size=6m", "tmpfs"]).arg(path).output();
        match output {
            Ok(output) if output.status.success() => Ok(Self(path)),
            Ok(output) => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}

impl Drop for Mount<'_> {
    fn drop(&mut self) {
        // Lazily: what a failed test left open must not keep it.
        let _ = Command::new("umount").arg("--lazy").arg(self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_and_recovers_without_a_restart() {
    let data = Data::new().unwrap();
    let mount = match Mount::over(data.path()) {
        Ok(mount) => mount,
        Err(reason) => {
            println!("skipped: a small file system cannot be mounted: {reason}");
            return;
        }
    };
    let ballast = data.path().join("ballast");
    std::fs::write(&ballast, vec![1; 4 << 20]).unwrap();
    let manager = data.token("manager").unwrap();
    std::fs::write(hall_file(&data), toml(1)).unwrap();
    // The log of the server is on the full disk, too.
    let server = Server::start(&data, Some(&hall_file(&data)), &["--clock", NINE]).unwrap();
    let mut client = Client::new(server.address(), &manager);
    let mut issued = Vec::new();
    let refused = loop {
        assert!(issued.len() < 100_000, "the disk is never full");
        let answer = client.post("/api/v1/tickets", &json!({ "service": "S" })).await.unwrap();
        if answer.status != 201 {
            break answer;
        }
        issued.push(answer.json::<Value>().unwrap());
    };
    assert_eq!(refused.verdict(), "503 storage-full", "{}", log(&data));
    assert!(issued.len() > 10, "some room there was");
    // It stays full, and says so each time.
    for _ in 0..20 {
        let answer = client.post("/api/v1/tickets", &json!({ "service": "S" })).await.unwrap();
        assert_eq!(answer.verdict(), "503 storage-full", "{}", log(&data));
    }
    for path in ["/healthz", "/readyz", "/metrics", "/api/v1/queues", "/api/v1/windows"] {
        let answer = client.get(path).await.unwrap();
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    }
    let last = issued.last().unwrap();
    let found: Value = client.read(&format!("/api/v1/tickets/{}", last["id"].as_str().unwrap())).await.unwrap();
    assert_eq!((&found["number"], &found["state"]), (&last["number"], &json!("waiting")));
    let queues: Vec<Value> = client.read("/api/v1/queues").await.unwrap();
    let queue = queues.iter().find(|queue| queue["service"] == "S").unwrap();
    assert_eq!(queue["waiting"], issued.len(), "what was refused left something");

    std::fs::remove_file(&ballast).unwrap();
    let next = issue(&mut client).await;
    assert_eq!(next["number"], format!("A{:03}", issued.len() + 1), "a refused ticket took a number");
    for _ in 0..50 {
        issue(&mut client).await;
    }
    let verified = data.run(&["verify"]).unwrap();
    assert!(verified.contains(&format!(" {} tickets", issued.len() + 51)), "{verified}");
    assert!(server.terminate().unwrap().success());
    data.run(&["verify"]).unwrap();
    println!("{} tickets until the disk was full", issued.len());
    drop(mount);
}

/// Runs `paihao` with these settings of the environment; gives its exit status, stdout and stderr.
fn paihao_with(args: &[&str], environment: &[(&str, &str)]) -> (Option<i32>, String, String) {
    let output = Command::new(paihao().unwrap()).args(args).envs(environment.iter().copied()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn faulty_rows_are_named_by_line_before_anything_starts() {
    let stage = Stage::with(&toml(2), &["--clock", NINE]).unwrap();
    let day = stage.data.path().join("day.csv");
    let rows = "arrived_at,service,class,service_s,patience_s\n\
        32400,S,,1,\n32401,S,vip,1,\n\n32402,S,,2,\nnoon,S,,1,\n32403,S,,,\n";
    std::fs::write(&day, rows).unwrap();
    let (day, url) = (day.to_str().unwrap(), format!("http://{}", stage.address));
    let simulate = ["simulate", day, "--json"];
    let replay = ["replay", day, "--json", "--server", &url, "--token", &stage.manager];
    let before: Value = stage.client().read("/healthz").await.unwrap();
    let places = [3, 6, 7].map(|line| format!("{day}:{line}: "));
    for args in [&simulate[..], &replay[..]] {
        let (code, out, said) = paihao_with(args, &[]);
        assert_eq!((code, out.as_str()), (Some(1), ""), "{said}");
        assert!(said.contains("3 faulty rows") && places.iter().all(|place| said.contains(place)), "{said}");
        let after: Value = stage.client().read("/healthz").await.unwrap();
        assert_eq!(after["seq"], before["seq"], "something was started");
        let (code, out, said) = paihao_with(&[args, &["--skip-bad-rows"]].concat(), &[]);
        assert_eq!(code, Some(0), "{said}");
        assert!(places.iter().all(|place| said.contains(&format!("skipped {place}"))), "{said}");
        let summary: Value = serde_json::from_str(&out).unwrap();
        assert_eq!((&summary["tickets"], &summary["served"]), (&json!(2), &json!(2)), "{out}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_puts_a_differing_hall_file_in_force() {
    let mut stage = Stage::with(&toml(1), &["--clock", NINE]).unwrap();
    for (windows, events) in [(1, 0), (2, 1)] {
        let before = stopped(&mut stage).await;
        let file = hall_file(&stage.data);
        std::fs::write(&file, toml(windows)).unwrap();
        stage.server = Some(Server::start_at(&stage.data, Some(&file), &stage.address, &["--clock", NINE]).unwrap());
        let found: Vec<Value> = stage.client().read("/api/v1/windows").await.unwrap();
        assert_eq!(found.len(), usize::from(windows));
        let health: Value = stage.client().read("/healthz").await.unwrap();
        assert_eq!(health["seq"], before + events);
    }
}

#[test]
fn the_file_of_settings_reaches_the_commands_of_commands() {
    let data = Data::new().unwrap();
    let config = data.path().join("paihao.toml");
    std::fs::write(&config, "[hall]\ndata = \"/nowhere/file\"\n[token]\ndata = \"/nowhere/file\"\n").unwrap();
    let config = config.to_str().unwrap();
    for command in [["hall", "export"], ["token", "list"]] {
        let args = [&command[..], &["--config", config]].concat();
        let flag = [&args[..], &["--data", "/nowhere/flag"]].concat();
        let env = [("PAIHAO_DATA", "/nowhere/env")];
        for (args, env, dir) in [(&args, &[][..], "file"), (&args, &env[..], "env"), (&flag, &env[..], "flag")] {
            let (code, _, said) = paihao_with(args, env);
            assert!(code == Some(1) && said.contains(&format!("no hall in /nowhere/{dir}:")), "{args:?}: {said}");
        }
    }
}

#[test]
fn a_flag_is_set_by_the_environment_in_any_usual_word() {
    // An address that no machine has: who may listen there fails later.
    for (value, may) in [("true", true), ("1", true), ("yes", true), ("false", false), ("0", false), ("", false)] {
        let data = Data::new().unwrap();
        let args = ["serve", "--listen", "192.0.2.1:0", "--data", data.path().to_str().unwrap()];
        let (code, out, said) = paihao_with(&args, &[("PAIHAO_PLAIN_HTTP", value)]);
        assert_eq!((code, out.as_str()), (Some(1), ""), "{value:?}: {said}");
        assert_eq!(said.contains("cannot listen"), may, "{value:?}: {said}");
        assert_eq!(said.contains("--plain-http"), !may, "{value:?}: {said}");
    }
}
