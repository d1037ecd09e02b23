//! `serve`: who may, where, past the end of a day, and on a disk without room.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use protocol::{Health, Ticket, Window};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{on, run};
use tests::halls::{self, NINE, Stage};
use tests::program::{Data, Server, log};
use tests::wait::until;
use tests::wire::Client;

#[tokio::test(flavor = "multi_thread")]
async fn one_process_serves_a_data_directory() {
    let mut stage = Stage::new(2).unwrap();
    let second = on(&stage.data, &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!((second.code, second.out.as_str()), (1, ""));
    assert!(second.err.contains("being served by another process"), "{}", second.err);
    assert_eq!(stage.client().get("/readyz").await.unwrap().status, 200);
    // Killed, it leaves nothing behind that keeps the next one out.
    stage.kill().unwrap();
    stage.start().unwrap();
    assert_eq!(stage.client().get("/readyz").await.unwrap().status, 200);
    // A port that is taken is a failure too.
    let other = Data::new().unwrap();
    let taken = on(&other, &["serve", "--listen", &stage.address]);
    assert_eq!((taken.code, taken.out.as_str()), (1, ""));
    assert!(taken.err.contains(&stage.address), "{}", taken.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_machines_are_served_in_plain_text_only_when_that_is_said() {
    let data = Data::new().unwrap();
    for listen in ["0.0.0.0:0", "[::]:0", "192.0.2.1:8080"] {
        let ended = on(&data, &["serve", "--listen", listen]);
        assert_eq!((ended.code, ended.out.as_str()), (1, ""), "{listen}");
        assert!(ended.err.contains("--plain-http"), "{}", ended.err);
    }
    let server = Server::start_at(&data, None, "0.0.0.0:0", &["--plain-http"]).unwrap();
    let port = server.address().rsplit(':').next().unwrap().to_owned();
    let mut client = Client::stranger(&format!("127.0.0.1:{port}"));
    assert_eq!(client.get("/healthz").await.unwrap().status, 200);
    // Without a hall it is alive, but not ready.
    let answer = client.get("/readyz").await.unwrap();
    assert_eq!(answer.verdict(), "503 unavailable");
    let token = data.token("manager").unwrap();
    let mut client = Client::new(&format!("127.0.0.1:{port}"), &token);
    assert_eq!(client.post("/api/v1/tickets", &json!({ "service": "S" })).await.unwrap().verdict(), "503 unavailable");
    assert!(server.terminate().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_business_day_ends_at_its_hour() {
    // Ten seconds of the hall before four in the morning: one second here.
    let mut stage = Stage::with(&halls::toml(3), &["--clock", "2026-11-24T03:59:50+08:00@10"]).unwrap();
    let mut client = stage.client();
    let key = Uuid::now_v7();
    let body = json!({ "service": "S" });
    let issued = client.post_key("/api/v1/tickets", &body, key).await.unwrap();
    let called: Ticket = issued.good().unwrap();
    let waiting: Ticket = client.post("/api/v1/tickets", &body).await.unwrap().good().unwrap();
    assert_eq!((called.number.as_str(), called.business_date.as_str()), ("A001", "2026-11-23"));
    client.post("/api/v1/windows/1/open", &json!({})).await.unwrap().good::<Window>().unwrap();
    client.post("/api/v1/windows/1/call", &json!({})).await.unwrap().good::<Ticket>().unwrap();
    let ask = async || {
        let health: Health = stage.client().read("/healthz").await?;
        Ok((health.business_date.as_deref() != Some("2026-11-23")).then_some(()))
    };
    until("the end of the day", Duration::from_secs(10), ask).await.unwrap();
    for restarted in [false, true] {
        let mut client = stage.client();
        // The old tickets answer from their rows.
        for (ticket, state) in [(&called, "missed"), (&waiting, "left")] {
            let now: Ticket = client.read(&format!("/api/v1/tickets/{}", ticket.id)).await.unwrap();
            assert_eq!((now.number.as_str(), now.state.as_str()), (ticket.number.as_str(), state));
            assert_eq!((now.business_date.as_str(), now.issued_at.as_str()), ("2026-11-23", ticket.issued_at.as_str()));
            let gone = client.post(&format!("/api/v1/tickets/{}/leave", ticket.id), &json!({})).await.unwrap();
            assert_eq!(gone.verdict(), "404 not-found", "an old ticket left the queue");
        }
        let windows: Vec<Window> = client.read("/api/v1/windows").await.unwrap();
        assert!(windows.iter().all(|window| window.state == "closed" && window.ticket.is_none()));
        // A key lives a day longer than its day.
        let again = client.post_key("/api/v1/tickets", &body, key).await.unwrap();
        assert_eq!(again.body, issued.body, "restarted: {restarted}");
        if !restarted {
            stage.server = None;
            let clock = ["--clock", "2026-11-24T05:00:00+08:00"];
            stage.server = Some(Server::start_at(&stage.data, None, &stage.address, &clock).unwrap());
        }
    }
    let mut client = stage.client();
    let new: Ticket = client.post("/api/v1/tickets", &body).await.unwrap().good().unwrap();
    assert_eq!((new.number.as_str(), new.business_date.as_str()), ("A001", "2026-11-24"));
    assert_ne!(new.id, called.id);
    stage.verify().unwrap();
}

/// A small disk over a directory; it goes with its owner.
struct Disk<'a>(&'a Path);

impl<'a> Disk<'a> {
    fn mount(path: &'a Path, size: &str) -> Option<Self> {
        let option = format!("size={size}");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &option, "tmpfs"]).arg(path).output();
        mounted.is_ok_and(|output| output.status.success()).then_some(Self(path))
    }
}

impl Drop for Disk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_and_recovers() {
    let data = Data::new().unwrap();
    let Some(disk) = Disk::mount(data.path(), "6m") else {
        println!("skipped: no small disk can be mounted here (that needs root)");
        return;
    };
    let token = data.token("manager").unwrap();
    std::fs::write(halls::hall_file(&data), halls::toml(2)).unwrap();
    let server = Server::start(&data, Some(&halls::hall_file(&data)), &["--clock", NINE]).unwrap();
    let mut client = Client::new(server.address(), &token);
    let body = json!({ "service": "S" });
    let mut issued = 0;
    client.post("/api/v1/windows/1/open", &json!({})).await.unwrap().good::<Value>().unwrap();
    client.post("/api/v1/tickets", &body).await.unwrap().good::<Ticket>().unwrap();
    for round in 0..3 {
        // Room that something else takes.
        let filler = data.path().join("filler");
        let mut size = 6 << 20;
        let mut file = std::fs::File::create(&filler).unwrap();
        while size >= 512 {
            if std::io::Write::write_all(&mut file, &vec![1; size]).is_err() {
                size /= 2;
            }
        }
        drop(file);
        let key = Uuid::now_v7();
        let full = loop {
            let answer = client.post_key("/api/v1/tickets", &body, key).await.unwrap();
            if answer.status != 201 {
                break answer;
            }
            issued += 1;
            assert!(issued < 100_000, "the disk does not fill");
            // The room that the database has already is used up first.
            let answer = client.post("/api/v1/tickets", &body).await.unwrap();
            if answer.status != 201 {
                break answer;
            }
            issued += 1;
        };
        assert_eq!(full.verdict(), "503 storage-full", "{}", full.text());
        assert!(full.header("retry-after").is_some());
        // Still alive, still reading, still refusing; nothing half done.
        let called = client.post("/api/v1/windows/1/call", &json!({})).await.unwrap();
        assert_eq!(called.verdict(), "503 storage-full", "{}", called.text());
        let window: Window = client.read("/api/v1/windows/1").await.unwrap();
        assert_eq!(window.state, "idle", "a call was half done");
        std::fs::remove_file(&filler).unwrap();
        let ask = async || {
            let answer = Client::new(server.address(), &token).post("/api/v1/tickets", &body).await?;
            (answer.status == 201).then(|| answer.good::<Ticket>()).transpose()
        };
        let (ticket, took) = until("room is used again", Duration::from_secs(10), ask).await.unwrap();
        println!("round {round}: {} was issued {took:.2?} after there was room again", ticket.number);
    }
    assert!(server.terminate().unwrap().success(), "{}", log(&data));
    let verified = on(&data, &["verify"]);
    assert_eq!(verified.code, 0, "{}", verified.err);
    assert!(!log(&data).contains("panic"), "{}", log(&data));
    let export = run(&["hall", "export", "--data", data.path().to_str().unwrap()], &[]);
    assert_eq!(export.code, 0);
    drop(disk);
}
