//! The listener for visitors: their own visit, and nothing else.

use serde_json::Value;
use tests::halls::{self, NINE, Stage};
use tests::live_client::{Refused, Socket};
use tests::openapi::Operation;
use tests::program;
use tests::wait::until;
use tests::wire::Client;

/// A hall with a listener for visitors, and that listener's address.
async fn hall(more: &[&str]) -> (Stage, String) {
    let clock = format!("{NINE}@0");
    let mut args = vec!["--clock", &clock, "--public", "127.0.0.1:0"];
    args.extend(more);
    let stage = Stage::with(&halls::toml(2), &args).unwrap();
    let said = async || {
        let log = program::log(&stage.data);
        let address = log.split("visitors' pages are served on http://").nth(1);
        Ok(address.and_then(|rest| rest.split_whitespace().next()).map(str::to_owned))
    };
    let (address, _) = until("the public address", std::time::Duration::from_secs(5), said).await.unwrap();
    (stage, address)
}

#[tokio::test(flavor = "multi_thread")]
async fn visitors_reach_their_visit_and_nothing_else() {
    let (stage, public) = hall(&[]).await;
    let issued: Value =
        stage.client().post("/api/v1/tickets", &serde_json::json!({ "service": "S" })).await.unwrap().good().unwrap();
    let link = issued["link"].as_str().unwrap();
    assert!(link.starts_with(&format!("http://{public}/t/")), "{link}");
    let path = link.strip_prefix(&format!("http://{public}")).unwrap();
    let token = path.strip_prefix("/t/").unwrap();
    let mut visitor = Client::stranger(&public);
    let visit: Value = visitor.read(&format!("/api/v1/visits/{token}")).await.unwrap();
    assert_eq!(visit["number"], issued["number"]);

    let document: Value = stage.client().read("/api/v1/openapi.json").await.unwrap();
    let bearer = format!("Bearer {}", stage.manager);
    for operation in Operation::all(&document) {
        let open = operation.path.starts_with("/api/v1/visits/") || operation.path == "/api/v1/live";
        let path = operation.at("1");
        // Not even with a token that may everything.
        let headers = [("authorization", bearer.as_str())];
        let answer = visitor.send(&operation.method, &path, &headers, b"{}").await.unwrap();
        if !open {
            assert_eq!(answer.verdict(), "404 not-found", "{} {path}", operation.method);
        }
    }
    for path in
        ["/", "/hall", "/signin", "/desk/1", "/board/A", "/manage", "/parking", "/reception", "/admin", "/sounds/x.mp3"]
    {
        let answer = visitor.get(path).await.unwrap();
        assert_eq!(answer.verdict(), "404 not-found", "{path}");
    }
    // The hall's stream is not here either, whoever asks.
    match Socket::dial(&public, "", &[("authorization", &bearer)], None).await {
        Err(Refused::Status(status, _)) => assert!((400..500).contains(&status), "{status}"),
        Err(Refused::Broken(error)) => panic!("{error}"),
        Ok(mut socket) => {
            socket.subscribe(&["calls", "queues", "windows"], None).await.unwrap();
            assert_eq!(socket.end().await, Some(1008), "a subscription to the hall");
        }
    }
    let answer = visitor.send("POST", &format!("/api/v1/visits/{token}/leave"), &[], b"").await.unwrap();
    assert_eq!((answer.status, answer.json::<Value>().unwrap()["state"].clone()), (200, "left".into()));
    // The other listener serves everything.
    assert_eq!(stage.client().get("/api/v1/queues").await.unwrap().status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_addresses_of_visitors_pages_are_what_was_said() {
    let (stage, _) = hall(&["--public-url", "https://queue.example/hall/"]).await;
    let issued: Value =
        stage.client().post("/api/v1/tickets", &serde_json::json!({ "service": "S" })).await.unwrap().good().unwrap();
    assert!(issued["link"].as_str().unwrap().starts_with("https://queue.example/hall/t/"), "{issued}");
}
