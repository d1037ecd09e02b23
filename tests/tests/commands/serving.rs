//! `serve`: who may, and where. The end of a day and a full disk are in `log_commands.rs`.

use std::time::Duration;

use protocol::{Health, Ticket};
use serde_json::json;
use uuid::Uuid;

use crate::on;
use tests::halls::{self, Stage};
use tests::program::{Data, Server};
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
async fn a_key_lives_a_day_longer_than_its_day() {
    // Ten seconds of the hall before four in the morning: one second here.
    let mut stage = Stage::with(&halls::toml(3), &["--clock", "2026-11-24T03:59:50+08:00@10"]).unwrap();
    let (key, body) = (Uuid::now_v7(), json!({ "service": "S" }));
    let issued = stage.client().post_key("/api/v1/tickets", &body, key).await.unwrap();
    let ask = async || {
        let health: Health = stage.client().read("/healthz").await?;
        Ok((health.business_date.as_deref() != Some("2026-11-23")).then_some(()))
    };
    until("the end of the day", Duration::from_secs(10), ask).await.unwrap();
    for restarted in [false, true] {
        let again = stage.client().post_key("/api/v1/tickets", &body, key).await.unwrap();
        assert_eq!(again.body, issued.body, "restarted: {restarted}");
        if !restarted {
            stage.server = None;
            let clock = ["--clock", "2026-11-24T05:00:00+08:00"];
            stage.server = Some(Server::start_at(&stage.data, None, &stage.address, &clock).unwrap());
        }
    }
    // With another key it is the new day's first ticket.
    let new: Ticket = stage.client().post_key("/api/v1/tickets", &body, Uuid::now_v7()).await.unwrap().good().unwrap();
    assert_eq!((new.number.as_str(), new.business_date.as_str()), ("A001", "2026-11-24"));
    stage.server = None;
    let clock = ["--clock", "2026-11-26T09:00:00+08:00"];
    stage.server = Some(Server::start_at(&stage.data, None, &stage.address, &clock).unwrap());
    let later: Ticket = stage.client().post_key("/api/v1/tickets", &body, key).await.unwrap().good().unwrap();
    assert_eq!(later.business_date, "2026-11-26", "days later the same key is another request");
    stage.verify().unwrap();
}
