//! Numbers of identity documents, sent in every way: nothing of them is in any answer, log or file.

use serde_json::json;

use crate::Hall;
use tests::wire::raw;

/// What documents of visitors look like. Nobody has them.
const NUMBERS: [&str; 4] = ["330212199001011234", "33021219900101123X", "33021219851231001x", "E12345678"];

#[tokio::test(flavor = "multi_thread")]
async fn nothing_personal_is_written_or_said() {
    let mut hall = Hall::new().await;
    let mut answers = Vec::new();
    let mut verdicts = Vec::new();
    for number in NUMBERS {
        let whole = json!({ "service": "R", "person": number });
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        let bodies = [
            whole.to_string(),
            // Once more: this person has a ticket.
            whole.to_string(),
            json!({ "service": "R", "person": format!("  {number} ") }).to_string(),
            json!({ "service": "X", "person": number }).to_string(),
            json!({ "service": "R", "class": "vip", "person": number }).to_string(),
            json!({ "service": "R", "class": "green", "reason": "\u{0}", "person": number }).to_string(),
            json!({ "service": "R", "person": number.repeat(10) }).to_string(),
            json!({ "service": "R", "person": format!("{number}\u{0}") }).to_string(),
            json!({ "service": "R", "person": [number] }).to_string(),
            json!({ "service": "R", "person": { number: number } }).to_string(),
            json!({ "service": "R", "persons": number }).to_string(),
            json!({ "service": "R", number: true }).to_string(),
            json!({ "service": [number] }).to_string(),
            json!({ "service": { "x": number } }).to_string(),
            format!(r#"{{"service":"R","person":{digits}}}"#),
            format!(r#"{{"service":"R","person":{digits}.5}}"#),
            format!(r#"{{"service":"R","person":-{digits}}}"#),
            format!(r#"{{"service":"R","person":{number}}}"#),
            format!(r#"{{"service":"R","person":"{number}"#),
            format!(r#"{{"service":"R","person":"{number}\x"}}"#),
            format!(r#"{{"service":"R","person":"{number}","person":"{number}"}}"#),
            format!("\"{number}\""),
            format!("person={number}"),
            number.to_owned(),
        ];
        for body in bodies {
            let answer = hall.client.send("POST", "/api/v1/tickets", &[], body.as_bytes()).await.unwrap();
            verdicts.push(answer.verdict());
            answers.push((body, answer.text()));
        }
        // In places where nothing personal belongs.
        for (method, path, header) in [
            ("GET", format!("/api/v1/tickets/{number}"), ""),
            ("POST", format!("/api/v1/tickets/{number}/leave"), ""),
            ("GET", format!("/api/v1/windows/{number}"), ""),
            ("GET", format!("/api/v1/windows?person={number}"), ""),
            ("GET", format!("/{number}"), ""),
            ("GET", format!("/api/v1/live?connect={number}"), ""),
            ("POST", "/api/v1/tickets".into(), number),
            ("POST", "/api/v1/windows/1/call".into(), number),
        ] {
            let headers = [("idempotency-key", header), ("x-request-id", number), ("user-agent", number)];
            let headers = if header.is_empty() { &headers[1..] } else { &headers[..] };
            let answer = hall.client.send(method, &path, headers, b"").await.unwrap();
            answers.push((path, answer.text()));
        }
        let head =
            format!("GET /healthz HTTP/1.1\r\nhost: {number}\r\nauthorization: Bearer {number}\r\n{number}\r\n\r\n");
        for answer in raw(&hall.stage.address, head.as_bytes(), 1).await.unwrap() {
            answers.push(("raw".into(), answer.text()));
        }
        // Under a key the request itself is remembered.
        for service in ["R", "S"] {
            let body = json!({ "service": service, "person": format!("{number}1") });
            let key = uuid::Uuid::now_v7();
            for _ in 0..2 {
                let answer = hall.client.post_key("/api/v1/tickets", &body, key).await.unwrap();
                verdicts.push(answer.verdict());
                answers.push((body.to_string(), answer.text()));
            }
        }
    }
    let count = |verdict: &str| verdicts.iter().filter(|seen| *seen == verdict).count();
    assert_eq!((count("201"), count("409 already-waiting")), (5 * NUMBERS.len(), 2 * NUMBERS.len()), "{verdicts:?}");
    for path in ["/api/v1/queues", "/api/v1/windows", "/metrics", "/api/v1/openapi.json"] {
        answers.push((path.into(), hall.client.get(path).await.unwrap().text()));
    }
    for (sent, said) in &answers {
        for number in NUMBERS {
            let bare = number.trim_end_matches(['x', 'X']);
            assert!(!said.contains(bare), "the answer to {sent} says {said}");
        }
    }
    hall.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn no_file_holds_anything_personal() {
    let mut hall = Hall::new().await;
    for number in NUMBERS {
        for service in ["R", "S", "X"] {
            let body = json!({ "service": service, "person": number });
            hall.client.post_key("/api/v1/tickets", &body, uuid::Uuid::now_v7()).await.unwrap();
            // The same digits in a place where they are no text.
            let digits: String = number.chars().filter(char::is_ascii_digit).collect();
            let body = format!(r#"{{"service":"{service}","person":{digits}}}"#);
            hall.client.send("POST", "/api/v1/tickets", &[], body.as_bytes()).await.unwrap();
        }
    }
    let look = |when: &str| {
        let mut files = 0;
        for file in std::fs::read_dir(hall.stage.data.path()).unwrap() {
            let path = file.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            for number in NUMBERS {
                let bare = number.trim_end_matches(['x', 'X']).as_bytes();
                let found = bytes.windows(bare.len()).any(|part| part == bare);
                assert!(!found, "{when}, {} holds {number}", path.display());
            }
            files += 1;
        }
        assert!(files >= 4, "there are only {files} files to look at");
    };
    look("while it runs");
    // What the log remembers of a request must not be made from its body alone: numbers can be tried out.
    let records = tests::records::records(&hall.stage.data).await.unwrap();
    let keys: Vec<_> = records.iter().filter_map(|record| record.key).map(|key| key.0).collect();
    assert!(keys.len() >= NUMBERS.len());
    for (number, service) in NUMBERS.iter().flat_map(|number| ["R", "S"].map(|service| (number, service))) {
        let body = json!({ "service": service, "person": number }).to_string();
        let dir = tempfile::tempdir().unwrap();
        let other = server::persons::Persons::load(&dir.path().join("keys")).unwrap();
        let guess = other.fingerprint("/api/v1/tickets", &body).unwrap();
        assert!(!keys.contains(&guess.0), "the fingerprint of a request does not depend on the key");
    }
    hall.end();
}
