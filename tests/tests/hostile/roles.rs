//! Every role at every call, against the table of roles in the contract, written down here a second time.

use serde_json::{Value, json};

use crate::{Hall, check_problem};
use tests::halls::{self, Stage};
use tests::openapi::Operation;
use tests::wire::Client;

const ROLES: [&str; 10] =
    ["admin", "security", "auditor", "manager", "clerk", "guide", "kiosk", "board", "bridge", "gate"];

/// Who may do what (contract, "Roles"): manager and guide and kiosk issue; manager and clerk act at windows; the guide
/// reprints and finds, and so does the kiosk that printed; boards and whoever works in the hall read its state.
fn allowed(operation: &Operation) -> &'static [&'static str] {
    match (operation.path.as_str(), operation.name.as_str()) {
        ("/healthz" | "/readyz" | "/api/v1/openapi.json", _) => &ROLES,
        _ if operation.is_visit() => &ROLES,
        ("/api/v1/parking/passages" | "/api/v1/parking/lots/{lot}/lanes/{lane}/sight", _) => {
            &["manager", "gate", "bridge"]
        }
        (_, "lots" | "{lot}" | "datex2.xml") => {
            &["admin", "manager", "clerk", "guide", "kiosk", "board", "bridge", "gate"]
        }
        (_, "{date}") => &["admin", "manager"],
        _ if operation.is_parking() => &["manager", "gate"],
        ("/metrics", _) => &["admin", "security", "auditor", "manager"],
        (_, "ticket-preview") => &["admin", "manager"],
        (_, "devices") => &["admin", "manager", "guide"],
        (_, "{program}") => &["kiosk", "board", "bridge", "gate"],
        (_, "find") => &["manager", "guide"],
        (_, "tickets" | "reprint" | "printed" | "prints") => &["manager", "guide", "kiosk"],
        (_, "{id}" | "leave") => &["manager", "guide", "kiosk", "clerk"],
        (_, "live" | "connect") => &["admin", "manager", "clerk", "guide", "kiosk", "board", "gate"],
        (_, "windows" | "{window}" | "queues") => &["admin", "manager", "clerk", "guide", "kiosk", "board"],
        _ => &["manager", "clerk"],
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_role_at_every_call() {
    let mut hall = Hall::new().await;
    let before = hall.state().await;
    for role in ROLES {
        let token = hall.stage.data.token(role).unwrap();
        let mut client = Client::new(&hall.stage.address, &token);
        for operation in &hall.operations {
            // Who may is told that there is no such thing; the others hear nothing about that.
            let (path, body) = match operation.name.as_str() {
                "tickets" => (operation.path.clone(), json!({ "service": "X" })),
                "{id}" | "leave" | "reprint" | "printed" => {
                    (operation.at("01900000-0000-7000-8000-000000000000"), json!(operation.body()))
                }
                _ => (operation.at("999"), json!(operation.body())),
            };
            let has_body = operation.is_command() || operation.method == "PUT";
            let body = if has_body { body.to_string() } else { String::new() };
            let verdict = match operation.name.as_str() {
                _ if !allowed(operation).contains(&role) => "403 not-allowed",
                "tickets" => "404 unknown-service",
                "find" if operation.is_parking() => "200",
                "passages" => "404 not-found",
                // The path of the latter names no day.
                "live" | "find" | "{date}" => "400 invalid",
                "{program}" => "204",
                "prints" => "200",
                _ if operation.has_parameter() => "404 not-found",
                _ => "200",
            };
            let answer = client.send(&operation.method, &path, &[], body.as_bytes()).await.unwrap();
            check_problem(&format!("{role}: {} {path}", operation.method), &answer, verdict);
        }
    }
    assert_eq!(hall.state().await, before);
    hall.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_acts_at_the_window_of_its_token() {
    let mut hall = Hall::new().await;
    let own = hall.stage.data.run(&["token", "create", "--role", "clerk", "--window", "2"]).unwrap();
    let any = hall.stage.data.token("clerk").unwrap();
    let mut own = Client::new(&hall.stage.address, own.trim());
    let mut any = Client::new(&hall.stage.address, &any);
    let before = hall.state().await;
    for operation in hall.operations.iter().filter(|operation| operation.path.contains("{window}/")) {
        let body = json!(operation.body());
        // Not even that there is no such window.
        for window in ["1", "3", "4", "999"] {
            let path = operation.at(window);
            let answer = own.send(&operation.method, &path, &[], body.to_string().as_bytes()).await.unwrap();
            check_problem(&path, &answer, "403 not-allowed");
        }
    }
    assert_eq!(hall.state().await, before);
    for client in [&mut own, &mut any] {
        client.post("/api/v1/windows/2/call", &json!({ "ready": true })).await.unwrap();
        let window: Value = client.read("/api/v1/windows/2").await.unwrap();
        assert!(matches!(window["state"].as_str(), Some("busy" | "ready")), "{window}");
        if window["state"] == "busy" {
            client.post("/api/v1/windows/2/finish", &json!({})).await.unwrap().good::<Value>().unwrap();
        }
    }
    let answer = any.post("/api/v1/windows/1/finish", &json!({})).await.unwrap();
    assert_eq!(answer.status, 200);
    hall.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn only_guide_and_manager_give_class_green_and_only_the_manager_issues_outside_the_hours() {
    let green = json!({ "service": "S", "class": "green", "reason": "x" });
    let elder = json!({ "service": "S", "class": "elder", "reason": "x" });
    let plain = json!({ "service": "S" });
    for (clock, table) in [
        (
            "2026-11-23T09:00:00+08:00",
            [("kiosk", "403 not-allowed", "201"), ("guide", "201", "201"), ("manager", "201", "201")],
        ),
        (
            "2026-11-23T08:29:59+08:00@0",
            [
                ("kiosk", "403 not-allowed", "409 service-closed"),
                ("guide", "409 service-closed", "409 service-closed"),
                ("manager", "201", "201"),
            ],
        ),
        (
            "2026-11-23T17:00:00+08:00@0",
            [
                ("kiosk", "403 not-allowed", "409 service-closed"),
                ("guide", "409 service-closed", "409 service-closed"),
                ("manager", "201", "201"),
            ],
        ),
    ] {
        let stage = Stage::with(&halls::toml(1), &["--clock", clock]).unwrap();
        for (role, of_green, of_others) in table {
            let mut client = Client::new(&stage.address, &stage.data.token(role).unwrap());
            for (body, expected) in [(&green, of_green), (&elder, of_others), (&plain, of_others)] {
                let answer = client.post("/api/v1/tickets", body).await.unwrap();
                check_problem(&format!("{role} at {clock}: {body}"), &answer, expected);
            }
        }
    }
}
