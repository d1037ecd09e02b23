//! Every call with everything that is wrong: the right problem comes back, nothing changes, nobody panics, and nothing
//! personal is written or said anywhere.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails says where")]

mod hostile {
    pub mod devices;
    pub mod people;
    pub mod raw;
    pub mod requests;
    pub mod roles;
}

use serde_json::{Value, json};
use tests::halls::{self, NINE, Stage};
use tests::openapi::Operation;
use tests::program;
use tests::wire::{Answer, Client};

/// Stable types and their status (contract, "Errors"), written down here a second time.
const TYPES: [(&str, u16); 20] = [
    ("invalid", 400),
    ("unauthenticated", 401),
    ("not-allowed", 403),
    ("not-found", 404),
    ("unknown-service", 404),
    ("method-not-allowed", 405),
    ("service-closed", 409),
    ("window-not-open", 409),
    ("window-busy", 409),
    ("nothing-to-recall", 409),
    ("ticket-not-here", 409),
    ("ticket-not-waiting", 409),
    ("already-waiting", 409),
    ("stale", 409),
    ("too-early", 409),
    ("too-large", 413),
    ("key-reused", 422),
    ("too-many", 429),
    ("unavailable", 503),
    ("storage-full", 503),
];

/// A hall in which every kind of refusal can be had, on a clock that stands still.
struct Hall {
    stage: Stage,
    client: Client,
    operations: Vec<Operation>,
    /// A ticket whose visit is over.
    done: String,
}

impl Hall {
    /// Window 1 is busy, 2 idle, 3 paused, 4 closed; one ticket waits, one is done.
    async fn new() -> Self {
        let mut stage = Stage::with(&halls::toml(4), &["--clock", &format!("{NINE}@0")]).unwrap();
        stage.last_window = 4;
        stage.open_windows(3).await.unwrap();
        let mut client = stage.client();
        let mut tickets = Vec::new();
        for _ in 0..3 {
            let answer = client.post("/api/v1/tickets", &json!({ "service": "S" })).await.unwrap();
            tickets.push(answer.good::<protocol::Ticket>().unwrap());
        }
        for (path, body) in [
            ("/api/v1/windows/2/call", json!({})),
            ("/api/v1/windows/2/finish", json!({})),
            ("/api/v1/windows/1/call", json!({})),
            ("/api/v1/windows/3/pause", json!({ "reason": "x" })),
        ] {
            assert_eq!(client.post(path, &body).await.unwrap().status, 200, "{path}");
        }
        let document: Value = client.read("/api/v1/openapi.json").await.unwrap();
        let mut operations = Operation::all(&document);
        // Sessions and seats are of people who have signed in: `security.rs`.
        operations.retain(|operation| !operation.path.ends_with("/session") && !operation.path.ends_with("/seat"));
        assert_eq!(operations.len(), 48, "the document has other operations: look at the tables of these tests");
        Self { stage, client, operations, done: tickets[0].id.to_string() }
    }

    /// Everything that a request might have changed.
    async fn state(&mut self) -> Value {
        let mut queues: Value = self.client.read("/api/v1/queues").await.unwrap();
        for queue in queues.as_array_mut().unwrap() {
            // Estimates are refreshed in the background.
            queue["eta"] = Value::Null;
        }
        let health: protocol::Health = self.client.read("/healthz").await.unwrap();
        let windows: Value = self.client.read("/api/v1/windows").await.unwrap();
        json!({ "seq": health.seq, "windows": windows, "queues": queues })
    }

    /// Where an operation, with what it must have, is refused or changes nothing; and how it is answered there.
    fn refused(&self, operation: &Operation) -> (String, &'static str) {
        let (parameter, verdict) = match operation.name.as_str() {
            "{date}" => ("x", "400 invalid"),
            "find" if operation.is_parking() => ("", "200"),
            "lots" | "datex2.xml" => ("", "200"),
            _ if operation.is_parking() => ("x", "404 not-found"),
            _ if operation.is_visit() => ("00000000000000000000000000000000", "404 not-found"),
            "tickets" => ("", "201"),
            "leave" | "reprint" => (self.done.as_str(), "409 ticket-not-waiting"),
            "open" => ("2", "200"),
            "pause" | "close" | "call" | "resume" => ("1", "409 window-busy"),
            "recall" => ("2", "409 nothing-to-recall"),
            "rate" => ("3", "409 ticket-not-here"),
            "finish" | "start" | "miss" | "return" | "park" | "transfer" => ("2", "409 ticket-not-here"),
            // The body says a second copy, which nobody has asked for.
            "printed" => (self.done.as_str(), "400 invalid"),
            "prints" => ("k1", "200"),
            "{id}" => (self.done.as_str(), "200"),
            "{window}" | "desk" => ("1", "200"),
            "find" | "live" => ("", "400 invalid"),
            "{program}" => ("k1", "400 invalid"),
            _ => ("", "200"),
        };
        (operation.at(parameter), verdict)
    }

    /// Ends the server and looks for what must not be in its log.
    fn end(mut self) {
        let server = self.stage.server.take().unwrap();
        let status = server.terminate().unwrap();
        let log = program::log(&self.stage.data);
        assert!(status.success(), "{status}:\n{log}");
        for word in ["panic", "invariant is broken", "ERROR"] {
            assert!(!log.contains(word), "the log says {word:?}:\n{log}");
        }
        self.stage.verify().unwrap();
    }
}

/// A problem as RFC 9457 and the contract have it.
fn check_problem(what: &str, answer: &Answer, verdict: &str) {
    assert_eq!(answer.verdict(), verdict, "{what}: {}", answer.text());
    let Some((status, name)) = verdict.split_once(' ') else { return };
    assert!(TYPES.contains(&(name, status.parse().unwrap())), "{what}: {verdict} is not in the contract");
    let problem: Value = answer.json().unwrap();
    assert_eq!(problem["status"], answer.status, "{what}");
    for key in ["type", "title", "detail"] {
        assert!(problem[key].as_str().is_some_and(|text| !text.is_empty()), "{what}: no {key}: {problem}");
    }
    assert!(answer.body.len() < 1_000, "{what}: a problem of {} bytes", answer.body.len());
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{what}");
    match answer.status {
        401 => assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{what}"),
        405 => assert!(answer.header("allow").is_some(), "{what}: which methods then?"),
        429 | 503 => assert!(answer.header("retry-after").is_some(), "{what}"),
        _ => {}
    }
}
