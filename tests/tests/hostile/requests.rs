//! Tokens, bodies, paths, keys and methods that are wrong.

use serde_json::{Value, json};

use crate::{Hall, check_problem};
use tests::openapi::Operation;
use tests::wire::Client;

/// Bodies that no call takes.
fn senseless(operation: &Operation) -> Vec<(String, Vec<u8>)> {
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let good = serde_json::to_string(&operation.body()).unwrap();
    let mut bodies = vec![
        ("an array".to_owned(), b"[]".to_vec()),
        ("fields in an array".to_owned(), br#"["S","normal"]"#.to_vec()),
        ("a text".to_owned(), b"\"S\"".to_vec()),
        ("a number".to_owned(), b"1".to_vec()),
        ("null".to_owned(), b"null".to_vec()),
        ("half a body".to_owned(), good.as_bytes()[..good.len() - 1].to_vec()),
        ("two bodies".to_owned(), format!("{good}{good}").into_bytes()),
        ("no JSON".to_owned(), b"service=S".to_vec()),
        ("XML".to_owned(), b"<service>S</service>".to_vec()),
        ("not UTF-8".to_owned(), b"{\"service\":\"\xff\xfe\"}".to_vec()),
        ("UTF-16".to_owned(), b"\xff\xfe{\0}\0".to_vec()),
        ("a NUL".to_owned(), b"{\"service\":\"S\0\"}".to_vec()),
        ("only a NUL".to_owned(), b"\0".to_vec()),
        ("an unknown field".to_owned(), br#"{"servcie":"S"}"#.to_vec()),
        ("a field of another name".to_owned(), br#"{"__proto__":{}}"#.to_vec()),
        ("100 levels".to_owned(), deep(100).into_bytes()),
        ("30000 levels".to_owned(), deep(30_000).into_bytes()),
        ("100 levels in a field".to_owned(), format!("{{\"x\":{}}}", deep(100)).into_bytes()),
        ("a huge number".to_owned(), b"{\"x\":1e999999}".to_vec()),
        ("a lone surrogate".to_owned(), br#"{"service":"\ud800"}"#.to_vec()),
    ];
    for field in &operation.fields {
        let name = &field.name;
        let with = |value: &str| {
            let mut body: Vec<String> = operation
                .body()
                .into_iter()
                .filter(|(key, _)| key != name)
                .map(|(key, value)| format!("\"{key}\":{value}"))
                .collect();
            body.push(format!("\"{name}\":{value}"));
            format!("{{{}}}", body.join(",")).into_bytes()
        };
        for wrong in field.wrong() {
            bodies.push((format!("{name} = {wrong}"), with(&wrong.to_string())));
        }
        bodies.push((format!("{name} of 100 levels"), with(&deep(100))));
        bodies.push((format!("{name} = 1e999999"), with("1e999999")));
        bodies.push((format!("{name} = a number of 400 digits"), with(&"9".repeat(400))));
        let twice = format!("{{\"{name}\":{0},\"{name}\":{0}}}", field.value());
        bodies.push((format!("{name} twice"), twice.into_bytes()));
        if field.kind == "string" && !matches!(name.as_str(), "service" | "ticket") {
            let long = "字".repeat(201);
            for text in ["", "a\u{0}b", "a\nb", "\u{7f}", "\u{1b}[31m", long.as_str()] {
                // No class at all is class normal.
                if (name.as_str(), text) != ("class", "") {
                    bodies.push((format!("{name} = {text:?}"), with(&json!(text).to_string())));
                }
            }
        }
        if field.required {
            let mut body = operation.body();
            body.remove(name);
            bodies.push((format!("no {name}"), serde_json::to_vec(&body).unwrap()));
            bodies.push(("nothing".to_owned(), Vec::new()));
        }
    }
    bodies
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_make_no_sense() {
    let mut hall = Hall::new().await;
    let before = hall.state().await;
    let mut count = 0;
    for operation in hall.operations.clone().iter().filter(|operation| operation.is_command()) {
        let (path, verdict) = hall.refused(operation);
        for (what, body) in senseless(operation) {
            let what = format!("{path} with {what}");
            let answer = hall.client.send(&operation.method, &path, &[], &body).await.expect(&what);
            check_problem(&what, &answer, "400 invalid");
            count += 1;
        }
        let what = format!("{path} with 200 KB");
        let big = json!({ "service": "S".repeat(200_000) }).to_string();
        let answer = hall.client.send(&operation.method, &path, &[], big.as_bytes()).await.expect(&what);
        check_problem(&what, &answer, "413 too-large");
        if operation.name != "tickets" {
            let body = json!(operation.body()).to_string();
            let answer = hall.client.send(&operation.method, &path, &[], body.as_bytes()).await.unwrap();
            check_problem(&path, &answer, verdict);
        }
    }
    assert!(count > 500, "only {count} bodies were tried");
    assert_eq!(hall.state().await, before);
    hall.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn values_that_lead_nowhere() {
    let mut hall = Hall::new().await;
    let before = hall.state().await;
    let nil = "00000000-0000-0000-0000-000000000000";
    let cases = [
        ("/api/v1/tickets", json!({ "service": "X" }), "404 unknown-service"),
        ("/api/v1/tickets", json!({ "service": "" }), "404 unknown-service"),
        ("/api/v1/tickets", json!({ "service": "s" }), "404 unknown-service"),
        ("/api/v1/tickets", json!({ "service": "S\u{0}" }), "404 unknown-service"),
        ("/api/v1/tickets", json!({ "service": "S".repeat(60_000) }), "404 unknown-service"),
        ("/api/v1/tickets", json!({ "service": "S", "class": "vip" }), "400 invalid"),
        ("/api/v1/tickets", json!({ "service": "R" }), "400 invalid"),
        ("/api/v1/windows/2/open", json!({ "services": [] }), "400 invalid"),
        ("/api/v1/windows/2/open", json!({ "services": ["S", "X"] }), "404 unknown-service"),
        ("/api/v1/windows/2/open", json!({ "services": vec!["S"; 5_000] }), "400 invalid"),
        ("/api/v1/windows/2/call", json!({ "ticket": "" }), "400 invalid"),
        ("/api/v1/windows/2/call", json!({ "ticket": "A01" }), "400 invalid"),
        ("/api/v1/windows/2/call", json!({ "ticket": "a002" }), "400 invalid"),
        ("/api/v1/windows/2/call", json!({ "ticket": "A99999999999999999999" }), "400 invalid"),
        ("/api/v1/windows/2/call", json!({ "ticket": "A999" }), "404 not-found"),
        ("/api/v1/windows/2/call", json!({ "ticket": nil }), "404 not-found"),
        ("/api/v1/windows/2/call", json!({ "ticket": hall.done }), "409 ticket-not-waiting"),
        ("/api/v1/windows/2/call", json!({ "ticket": "A002" }), "409 ticket-not-waiting"),
        ("/api/v1/windows/2/resume", json!({ "ticket": "A003" }), "409 ticket-not-waiting"),
        ("/api/v1/windows/3/call", json!({}), "409 window-not-open"),
        ("/api/v1/windows/4/call", json!({}), "409 window-not-open"),
        ("/api/v1/windows/4/pause", json!({ "reason": "x" }), "409 window-not-open"),
        ("/api/v1/windows/4/finish", json!({}), "409 ticket-not-here"),
        ("/api/v1/windows/1/finish", json!({ "ticket": nil }), "409 stale"),
        ("/api/v1/windows/2/finish", json!({ "ticket": nil }), "409 stale"),
        ("/api/v1/windows/1/transfer", json!({}), "400 invalid"),
        ("/api/v1/windows/1/transfer", json!({ "service": "S", "window": 2 }), "400 invalid"),
        ("/api/v1/windows/1/transfer", json!({ "service": "X" }), "404 unknown-service"),
        ("/api/v1/windows/1/transfer", json!({ "window": 1 }), "400 invalid"),
        ("/api/v1/windows/1/transfer", json!({ "window": 4 }), "409 window-not-open"),
        ("/api/v1/windows/1/transfer", json!({ "window": 999 }), "404 not-found"),
    ];
    for (path, body, verdict) in cases {
        let shown: String = body.to_string().chars().take(80).collect();
        let answer = hall.client.post(path, &body).await.unwrap();
        check_problem(&format!("{path} {shown}"), &answer, verdict);
    }
    assert_eq!(hall.state().await, before);
    hall.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_are_none() {
    let mut hall = Hall::new().await;
    let before = hall.state().await;
    let long = format!("Bearer ph_{}", "0".repeat(5_000));
    let manager = hall.stage.manager.clone();
    let (basic, glued, spaced) =
        (format!("Basic {manager}"), format!("Bearer{manager}"), format!("Bearer {manager} {manager}"));
    let cut = format!("Bearer {}", &manager[..manager.len() - 1]);
    let wrong = [
        "Bearer ph_00",
        "Bearer",
        "Bearer ",
        "",
        "ph_00",
        "Bearer \u{fc}",
        "Bearer null",
        long.as_str(),
        basic.as_str(),
        glued.as_str(),
        spaced.as_str(),
        cut.as_str(),
    ];
    let mut stranger = Client::stranger(&hall.stage.address);
    for operation in &hall.operations.clone() {
        let (path, verdict) = hall.refused(operation);
        let body = if operation.is_command() { serde_json::to_vec(&operation.body()).unwrap() } else { Vec::new() };
        let expected = if operation.secured { "401 unauthenticated" } else { verdict };
        // Without a token the live stream is a visitor's; what is no upgrade is none of any kind.
        let without = if operation.name == "live" { verdict } else { expected };
        let answer = stranger.send(&operation.method, &path, &[], &body).await.unwrap();
        check_problem(&format!("{} {path} without a token", operation.method), &answer, without);
        for token in wrong {
            let headers = [("authorization", token)];
            let answer = stranger.send(&operation.method, &path, &headers, &body).await.unwrap();
            check_problem(&format!("{} {path} with {token:?}", operation.method), &answer, expected);
        }
    }
    assert_eq!(hall.state().await, before);
    hall.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_methods_and_keys_that_are_none() {
    let mut hall = Hall::new().await;
    let before = hall.state().await;
    let long = "1".repeat(8_000);
    let operations = hall.operations.clone();
    // Any name may be a kiosk's or another program's.
    let any = ["prints", "{program}", "{date}"];
    let named = operations.iter().filter(|operation| operation.has_parameter() && !any.contains(&&*operation.name));
    for operation in named {
        let body = if operation.is_command() { serde_json::to_vec(&operation.body()).unwrap() } else { Vec::new() };
        for parameter in [
            "0",
            "-1",
            "999",
            "65536",
            "99999999999999999999",
            "1.0",
            "1e0",
            "abc",
            "A001",
            "%00",
            "%FF",
            "%F0%9F%9A%97",
            "..%2F1",
            "1%2Fcall",
            "%20",
            "1%0d%0aX:%201",
            "null",
            "{window}",
            "'%20OR%201=1",
            long.as_str(),
        ] {
            let path = operation.at(parameter);
            let answer = hall.client.send(&operation.method, &path, &[], &body).await.unwrap();
            let shown: String = path.chars().take(80).collect();
            check_problem(&format!("{} {shown}", operation.method), &answer, "404 not-found");
        }
    }
    for path in [
        "/api",
        "/api/v1",
        "/api/v1/",
        "/api/v2/windows",
        "/api/v1/windows/",
        "/api/v1/windows/1/call/",
        "//",
        "/api/v1/windows/1/explode",
        "/api/v1/../../etc/passwd",
        "/.git/config",
        "/healthz/",
    ] {
        let answer = hall.client.get(path).await.unwrap();
        check_problem(path, &answer, "404 not-found");
    }
    for operation in &operations {
        let (path, _) = hall.refused(operation);
        let taken: Vec<&str> =
            operations.iter().filter(|other| other.path == operation.path).map(|other| other.method.as_str()).collect();
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "get"] {
            if !taken.contains(&method) {
                let answer = hall.client.send(method, &path, &[], b"").await.unwrap();
                check_problem(&format!("{method} {path}"), &answer, "405 method-not-allowed");
            }
        }
    }
    let long = "0".repeat(5_000);
    for operation in operations.iter().filter(|operation| operation.is_command()) {
        let (path, _) = hall.refused(operation);
        let body = serde_json::to_vec(&operation.body()).unwrap();
        for key in ["", "x", "1", "\u{fc}", "00000000-0000-0000-0000-00000000000", "0;DROP TABLE events", long.as_str()]
        {
            let answer = hall.client.send(&operation.method, &path, &[("idempotency-key", key)], &body).await.unwrap();
            check_problem(&format!("{path} with the key {key:?}"), &answer, "400 invalid");
        }
    }
    // Two keys are none.
    let keys = [
        ("idempotency-key", "01900000-0000-7000-8000-000000000000"),
        ("idempotency-key", "01900000-0000-7000-8000-000000000001"),
    ];
    let answer = hall.client.send("POST", "/api/v1/tickets", &keys, br#"{"service":"S"}"#).await.unwrap();
    check_problem("two keys", &answer, "400 invalid");
    assert_eq!(hall.state().await, before);
    hall.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_has_its_limit_of_requests_and_the_manager_none() {
    let hall = Hall::new().await;
    let kiosk = hall.stage.data.token("kiosk").unwrap();
    for (token, limited) in [(kiosk.as_str(), true), (hall.stage.manager.as_str(), false)] {
        // In one breath: 8 connections with 150 requests each.
        let request = format!("GET /api/v1/windows/1 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n");
        let bytes = request.repeat(150).into_bytes();
        let all = (0..8).map(|_| tests::wire::raw(&hall.stage.address, &bytes, 150));
        let answers: Vec<_> = futures_util::future::try_join_all(all).await.unwrap().into_iter().flatten().collect();
        assert_eq!(answers.len(), 1_200);
        let refused: Vec<_> = answers.iter().filter(|answer| answer.status != 200).collect();
        println!("{} of 1200 requests at once were refused", refused.len());
        assert_eq!(!refused.is_empty(), limited);
        assert!(refused.len() <= 200, "the burst of 1000 was not allowed");
        for answer in refused {
            check_problem("the 1201st request", answer, "429 too-many");
        }
    }
    let value: Value = Client::new(&hall.stage.address, &hall.stage.manager).read("/api/v1/windows/1").await.unwrap();
    assert_eq!(value["window"], 1);
    hall.end();
}
