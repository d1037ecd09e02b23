//! Every role at every route, as a token and as somebody who has signed in, against one table.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};
use tests::openapi::Operation;
use tests::wire::{Answer, Client};

use crate::{Browser, PEOPLE, PROGRAMS, hall};

/// Who may, by the route. What is not in the table is nobody's, so that a new route has to be put in.
fn allowed(method: &str, path: &str) -> Option<(&'static [&'static str], Ways)> {
    const ISSUE: &[&str] = &["manager", "guide", "kiosk"];
    const TICKET: &[&str] = &["manager", "guide", "kiosk", "clerk"];
    const LOOK: &[&str] = &["admin", "manager", "clerk", "guide", "kiosk", "board"];
    const WINDOW: &[&str] = &["manager", "clerk"];
    const FIND: &[&str] = &["manager", "guide"];
    const FIGURES: &[&str] = &["admin", "security", "auditor", "manager"];
    const LISTEN: &[&str] = &["admin", "manager", "clerk", "guide", "kiosk", "board", "gate"];
    const LOTS: &[&str] = &["admin", "manager", "clerk", "guide", "kiosk", "board", "bridge", "gate"];
    Some(match (method, path) {
        ("GET", "/api/v1/parking/lots" | "/api/v1/parking/lots/{lot}" | "/api/v1/parking/datex2.xml") => {
            (LOTS, Ways::Both)
        }
        ("POST", "/api/v1/parking/passages") | ("PUT", "/api/v1/parking/lots/{lot}/lanes/{lane}/sight") => {
            (&["manager", "gate", "bridge"], Ways::Both)
        }
        ("GET" | "PUT", path) if path.starts_with("/api/v1/parking/lots/{lot}/") => (&["manager", "gate"], Ways::Both),
        ("POST", "/api/v1/parking/vehicles/find") => (&["manager", "gate"], Ways::Both),
        ("GET", "/healthz" | "/readyz" | "/api/v1/visits/{token}")
        | ("POST", "/api/v1/session" | "/api/v1/visits/{token}/leave") => (&PROGRAMS, Ways::Everybody),
        ("GET", "/metrics") => (FIGURES, Ways::Both),
        ("GET", "/api/v1/openapi.json") => (&PROGRAMS, Ways::Both),
        ("GET" | "DELETE", "/api/v1/session") => (&PROGRAMS, Ways::SignedIn),
        ("PUT" | "DELETE", "/api/v1/windows/{window}/seat") => (WINDOW, Ways::SignedIn),
        ("POST", "/api/v1/tickets" | "/api/v1/tickets/{id}/reprint" | "/api/v1/tickets/{id}/printed") => {
            (ISSUE, Ways::Both)
        }
        ("POST", "/api/v1/tickets/find") => (FIND, Ways::Both),
        ("POST", "/api/v1/ticket-preview") | ("PUT", "/api/v1/appointments/{date}" | "/api/v1/days/{date}") => {
            (&["admin", "manager"], Ways::Both)
        }
        ("GET", "/api/v1/devices") => (&["admin", "manager", "guide"], Ways::Both),
        ("PUT", "/api/v1/devices/{program}") => (&["kiosk", "board", "bridge", "gate"], Ways::Both),
        ("GET", "/api/v1/kiosks/{name}/prints") => (ISSUE, Ways::Both),
        ("GET", "/api/v1/tickets/{id}") | ("POST", "/api/v1/tickets/{id}/leave") => (TICKET, Ways::Both),
        ("GET", "/api/v1/queues" | "/api/v1/windows" | "/api/v1/windows/{window}") => (LOOK, Ways::Both),
        ("POST", "/api/v1/live/connect") => (LISTEN, Ways::Both),
        ("GET", "/api/v1/live") => (LISTEN, Ways::OrNobody),
        ("GET", "/api/v1/windows/{window}/desk") => (WINDOW, Ways::Both),
        ("POST", path) if path.starts_with("/api/v1/windows/{window}/") => (WINDOW, Ways::Both),
        _ => return None,
    })
}

/// How who asks has to show who he is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ways {
    /// Not at all.
    Everybody,
    /// By a token or a session.
    Both,
    /// By a token or a session; who shows neither is a visitor, and hears of his own visit.
    OrNobody,
    /// By a session alone.
    SignedIn,
}

/// A path that leads to nothing, and a body that may be.
fn nothing(operation: &Operation) -> (String, Value) {
    let parameter = match operation.path.as_str() {
        path if path.contains("{window}") => "999",
        path if path.contains("{date}") => "2026-11-23",
        path if path.contains("{token}") => "00000000000000000000000000000000",
        _ => "01900000-0000-7000-8000-000000000000",
    };
    let body = match (operation.method.as_str(), operation.name.as_str()) {
        ("GET", _) | (_, "connect") => Value::Null,
        ("POST", "tickets") => json!({ "service": "X" }),
        ("POST", "find") if operation.is_parking() => json!({ "plate": "X" }),
        ("POST", "find") => json!({ "number": "A999" }),
        (_, "{date}") if operation.path.contains("appointments") => json!({ "slots": [] }),
        ("POST", "printed") => json!({ "copy": 0, "state": "printed" }),
        // A sign-in that is none is not counted.
        ("POST", "session") => json!({}),
        _ => json!(operation.body()),
    };
    (operation.at(parameter), body)
}

/// Whether somebody was let in: what follows is about what he asked for.
fn let_in(answer: &Answer, what: &str) -> bool {
    match answer.verdict().as_str() {
        "401 unauthenticated" | "403 not-allowed" => false,
        verdict => {
            assert!(answer.status < 500 && answer.status != 405, "{what}: {verdict}");
            true
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_role_at_every_route_as_token_and_as_session() {
    let (stage, mut operations) = hall().await;
    // Signing out comes last.
    operations.sort_by_key(|operation| operation.method == "DELETE" && operation.name == "session");
    let mut matrix: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut faults = Vec::new();
    let mut note = |operation: &Operation, who: &str, role: Option<&str>, way: Ways, answer: &Answer| {
        let route = format!("{} {}", operation.method, operation.path);
        let what = format!("{who} at {route}");
        let Some((roles, ways)) = allowed(&operation.method, &operation.path) else {
            faults.push(format!("{route} is not in the table"));
            return;
        };
        let due = match ways {
            Ways::Everybody => true,
            Ways::OrNobody => role.is_none_or(|role| roles.contains(&role)),
            Ways::Both => role.is_some_and(|role| roles.contains(&role)),
            Ways::SignedIn => way == Ways::SignedIn && role.is_some_and(|role| roles.contains(&role)),
        };
        let is = let_in(answer, &what);
        if is != due {
            faults.push(format!("{what}: {} and not the other way round: {}", answer.verdict(), answer.text()));
        }
        if role.is_none() && !due && answer.status != 401 {
            faults.push(format!("{what}: {} for a stranger", answer.verdict()));
        }
        if is {
            matrix.entry(route).or_default().push(who.to_owned());
        }
    };
    for operation in &operations {
        let (path, body) = nothing(operation);
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer =
            Client::stranger(&stage.address).send(&operation.method, &path, &[], body.as_bytes()).await.unwrap();
        note(operation, "stranger", None, Ways::Everybody, &answer);
    }
    for role in PROGRAMS {
        let mut client = Client::new(&stage.address, &stage.data.token(role).unwrap());
        for operation in &operations {
            let (path, body) = nothing(operation);
            let body = if body.is_null() { String::new() } else { body.to_string() };
            let answer = client.send(&operation.method, &path, &[], body.as_bytes()).await.unwrap();
            note(operation, &format!("token:{role}"), Some(role), Ways::Both, &answer);
        }
    }
    for role in PEOPLE {
        let browser = Browser::sign_in(&stage.address, role).await;
        for operation in &operations {
            let (path, body) = nothing(operation);
            let answer = browser.send(&operation.method, &path, &body).await;
            note(operation, &format!("person:{role}"), Some(role), Ways::SignedIn, &answer);
        }
        assert_eq!(browser.get("/api/v1/session").await.status, 401, "{role} has signed out");
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let mut text = String::new();
    for (route, who) in matrix {
        let _ = writeln!(text, "{route}");
        for way in ["stranger", "token:", "person:"] {
            let roles: Vec<&str> = who.iter().filter_map(|who| who.strip_prefix(way)).collect();
            if !roles.is_empty() {
                let line = format!("    {} {}", way.trim_end_matches(':'), roles.join(" "));
                let _ = writeln!(text, "{}", line.trim_end());
            }
        }
    }
    insta::assert_snapshot!(text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_of_one_window_acts_and_sits_there_alone() {
    let (stage, operations) = hall().await;
    crate::add(&stage.data, "two", "clerk", &["--window", "2"]);
    let browser = Browser::sign_in(&stage.address, "two").await;
    for operation in operations.iter().filter(|operation| operation.path.contains("{window}/")) {
        let answer = browser.send(&operation.method, &operation.at("1"), &json!(operation.body())).await;
        assert_eq!(answer.verdict(), "403 not-allowed", "{} {}", operation.method, operation.path);
    }
    assert_eq!(browser.send("PUT", "/api/v1/windows/2/seat", &json!({})).await.status, 200);
    assert_eq!(browser.post("/api/v1/windows/2/open", &json!({})).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_are_no_people() {
    let (stage, _) = hall().await;
    for role in ["kiosk", "board", "bridge", "boss"] {
        let refused = stage.data.run(&["user", "add", "--name", "x", "--role", role]).unwrap_err().to_string();
        assert!(refused.contains("roles of people"), "{role}: {refused}");
    }
}
