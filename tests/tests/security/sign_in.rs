//! Signing in: by whom, how often it may be tried, and what a session outlives.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use store::{SessionRow, Store as _};
use tests::wait::{pause, until};
use uuid::Uuid;

use crate::{Browser, PASSWORD, add, hall, request_from, try_in};

const MINUTE: i64 = 60_000;

fn here(last: u8) -> IpAddr {
    IpAddr::from([127, 0, 0, last])
}

fn retry_after(answer: &tests::wire::Answer) -> u64 {
    answer.header("retry-after").unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn after_five_failures_nobody_gets_in_from_there_and_the_right_person_does_from_elsewhere() {
    let (stage, _) = hall().await;
    let mut failures = 0;
    while failures < 5 {
        let answer = try_in(&stage.address, "clerk", "Wrong-Horse-7", None).await;
        match answer.status {
            401 => failures += 1,
            // The delay grows: two seconds, five.
            429 => {
                assert!(failures >= 3 && retry_after(&answer) <= 5, "{failures}: {}", answer.text());
                pause(Duration::from_secs(retry_after(&answer))).await;
            }
            _ => panic!("{}", answer.text()),
        }
    }
    for password in ["Wrong-Horse-7", PASSWORD] {
        let answer = try_in(&stage.address, "clerk", password, None).await;
        assert_eq!(answer.verdict(), "429 too-many", "the sixth");
        assert!((50..=900).contains(&retry_after(&answer)), "{}", retry_after(&answer));
    }
    assert_eq!(try_in(&stage.address, "clerk", PASSWORD, Some(here(2))).await.status, 200, "from another address");
    assert_eq!(try_in(&stage.address, "guide", PASSWORD, None).await.status, 200, "somebody else from there");
    // What a proxy might say about the address is said by anybody.
    let origin = format!("http://{}", stage.address);
    for (name, value) in [("x-forwarded-for", "10.9.8.7"), ("forwarded", "for=10.9.8.7"), ("x-real-ip", "10.9.8.7")] {
        let headers = [(name, value), ("origin", origin.as_str())];
        let body = json!({ "name": "clerk", "password": PASSWORD });
        let browser = Browser { address: stage.address.clone(), cookie: String::new() };
        let answer = browser.send_with("POST", "/api/v1/session", &headers, &body).await;
        assert_eq!(answer.verdict(), "429 too-many", "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_hears_who_exists() {
    let (stage, _) = hall().await;
    let data = &stage.data;
    add(data, "gone", "clerk", &[]);
    data.run(&["user", "disable", "gone"]).unwrap();
    let names = ["clerk", "nobody", "gone"];
    let mut times = vec![Vec::new(); names.len()];
    let mut said = Vec::new();
    // In turns, so that whatever else the machine does befalls all of them.
    for round in 0..9 {
        for (at, name) in names.into_iter().enumerate() {
            let from = here(10 + 10 * at as u8 + round);
            let began = Instant::now();
            let answer = try_in(&stage.address, name, "Wrong-Horse-7", Some(from)).await;
            times[at].push(began.elapsed());
            said.push((answer.verdict(), answer.text()));
        }
    }
    for took in &mut times {
        took.sort_unstable();
    }
    said.dedup();
    assert_eq!(said.len(), 1, "all hear the same: {said:?}");
    let medians: Vec<Duration> = times.iter().map(|took| took[4]).collect();
    println!("a wrong password takes {medians:.0?} for a user, nobody, and one who is disabled");
    let (least, most) = (medians.iter().min().unwrap(), medians.iter().max().unwrap());
    assert!(*most < *least * 2, "{medians:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_sign_ins_does_not_hold_up_the_hall() {
    let (stage, _) = hall().await;
    let address = stage.address.as_str();
    let mut client = stage.client();
    client.post("/api/v1/windows/1/open", &json!({})).await.unwrap().good::<Value>().unwrap();
    let flood = join_all((0..200_u32).map(async |number| {
        let from = IpAddr::from([127, 0, 1, number as u8]);
        let body = json!({ "name": format!("user {number}"), "password": "Wrong-Horse-7" }).to_string();
        request_from(address, from, "POST", "/api/v1/session", &body).await.unwrap().verdict()
    }));
    let calls = async {
        let mut times = Vec::new();
        for _ in 0..50 {
            let began = Instant::now();
            let answer = client.post("/api/v1/tickets", &json!({ "service": "S" })).await.unwrap();
            assert_eq!(answer.status, 201, "{}", answer.text());
            times.push(began.elapsed());
        }
        times.sort_unstable();
        times
    };
    let (verdicts, times) = tokio::join!(flood, calls);
    println!("under the flood a ticket took {:.1?} (median), {:.1?} at most", times[25], times[49]);
    assert!(times[49] < Duration::from_secs(2), "{times:?}");
    let turned_away = verdicts.iter().filter(|verdict| *verdict == "429 too-many").count();
    assert!(turned_away > 0 && turned_away < 200, "{turned_away} of 200 were told to come again");
    assert!(verdicts.iter().all(|verdict| ["401 unauthenticated", "429 too-many"].contains(&verdict.as_str())));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_password_is_printed_once_and_has_to_be_changed() {
    let (stage, _) = hall().await;
    let printed = stage.data.run(&["user", "add", "--name", "新人", "--role", "guide"]).unwrap();
    let first = printed.trim_end().to_owned();
    assert_eq!((printed.lines().count(), first.len()), (1, 19), "{printed:?}");
    let enter = async |password: &str, new: Option<&str>| {
        let mut body = json!({ "name": "新人", "password": password });
        if let Some(new) = new {
            body["new_password"] = json!(new);
        }
        let from = IpAddr::from([127, 0, 0, 1]);
        request_from(&stage.address, from, "POST", "/api/v1/session", &body.to_string()).await.unwrap()
    };
    let answer = enter(&first, None).await;
    assert_eq!(answer.verdict(), "403 password-change");
    assert_eq!(answer.header("set-cookie"), None);
    assert_eq!(enter(&first, Some("short")).await.verdict(), "400 invalid");
    assert_eq!(enter(&first, Some("Changed-Horse-8")).await.status, 200);
    assert_eq!(enter(&first, None).await.status, 401, "it was for once");
    assert_eq!(enter("Changed-Horse-8", None).await.status, 200);
    // Names are unique, and another password is printed for somebody who is there only.
    assert!(stage.data.run(&["user", "add", "--name", "新人", "--role", "guide"]).is_err());
    assert!(stage.data.run(&["user", "password", "nobody"]).is_err());
    let second = stage.data.run(&["user", "password", "新人"]).unwrap();
    assert_eq!(enter("Changed-Horse-8", None).await.status, 401);
    assert_eq!(enter(second.trim_end(), None).await.verdict(), "403 password-change");
    let list = stage.data.run(&["user", "list"]).unwrap();
    assert!(list.contains("新人\tguide\t-\t") && !list.contains("argon2"), "{list}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_survives_a_kill_with_its_seat() {
    let (mut stage, _) = hall().await;
    let browser = Browser::sign_in(&stage.address, "clerk").await;
    let seat: Value = browser.send("PUT", "/api/v1/windows/3/seat", &json!({})).await.good().unwrap();
    stage.kill().unwrap();
    stage.start().unwrap();
    let session: Value = browser.get("/api/v1/session").await.good().unwrap();
    assert_eq!((&session["name"], &session["seat"]["seat"]), (&json!("clerk"), &seat["seat"]));
    assert_eq!((&session["idle_s"], &session["role"]), (&json!(1_800), &json!("clerk")));
    assert_eq!(browser.post("/api/v1/windows/3/open", &json!({})).await.status, 200);
    // Each sign-in is another session.
    let other = Browser::sign_in(&stage.address, "clerk").await;
    assert_ne!(other.cookie, browser.cookie);
    let signed_out = browser.send("DELETE", "/api/v1/session", &Value::Null).await;
    assert_eq!(signed_out.status, 204);
    assert!(signed_out.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!(browser.get("/api/v1/session").await.status, 401);
    assert_eq!(other.get("/api/v1/session").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_after_silence_and_after_half_a_day() {
    let (stage, _) = hall().await;
    let store = store_sqlite::SqliteStore::open(stage.data.path().join("hall.db")).await.unwrap();
    let users = store.users().await.unwrap();
    let now = server::clock::Clock::real().now().0;
    for (role, began, seen, status) in [
        ("clerk", 40, 29, 200),
        ("clerk", 40, 31, 401),
        ("admin", 40, 14, 200),
        ("admin", 40, 16, 401),
        ("manager", 719, 1, 200),
        ("manager", 721, 1, 401),
    ] {
        let secret = format!("{:032x}{:032x}", Uuid::new_v4().as_u128(), Uuid::new_v4().as_u128());
        let user = users.iter().find(|user| user.name == role).unwrap().id;
        let row = SessionRow {
            id: Uuid::new_v4(),
            hash: Sha256::digest(secret.as_bytes()).into(),
            user,
            created_ms: now - began * MINUTE,
            seen_ms: now - seen * MINUTE,
            seat: None,
        };
        store.add_session(&row).await.unwrap();
        let browser = Browser { address: stage.address.clone(), cookie: format!("paihao={secret}") };
        let answer = browser.get("/api/v1/session").await;
        assert_eq!(answer.status, status, "{role} of {began} minutes, silent for {seen}");
        // What is over is swept away.
        let there = async || {
            let sessions = store.sessions().await?;
            let kept = sessions.iter().any(|session| session.id == row.id);
            Ok((kept == (status == 200)).then_some(()))
        };
        until("the session is kept or gone", Duration::from_secs(5), there).await.unwrap();
    }
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_acts_at_a_window() {
    let (stage, _) = hall().await;
    add(&stage.data, "王芳", "clerk", &[]);
    let (wang, clerk) =
        (Browser::sign_in(&stage.address, "王芳").await, Browser::sign_in(&stage.address, "clerk").await);
    let manager = Browser::sign_in(&stage.address, "manager").await;
    let seat = "/api/v1/windows/3/seat";
    assert_eq!(wang.post("/api/v1/windows/3/open", &json!({})).await.verdict(), "409 no-seat");
    wang.send("PUT", seat, &json!({})).await.good::<Value>().unwrap();
    let window: Value = wang.post("/api/v1/windows/3/open", &json!({})).await.good().unwrap();
    assert_eq!(window["clerk"], "王芳", "the person's name stands in the window");
    let taken = clerk.send("PUT", seat, &json!({})).await;
    assert_eq!(taken.verdict(), "409 seat-taken");
    let problem: Value = taken.json().unwrap();
    assert_eq!((&problem["seat"]["name"], &problem["seat"]["window"]), (&json!("王芳"), &json!(3)));
    assert!(problem["seat"]["since"].as_str().unwrap().starts_with("20"), "{problem}");
    assert_eq!(clerk.post("/api/v1/windows/3/pause", &json!({ "reason": "x" })).await.verdict(), "409 seat-taken");
    let seat_of: Value = clerk.send("PUT", seat, &json!({ "take_over": true })).await.good().unwrap();
    assert_eq!(seat_of["name"], "clerk");
    assert_eq!(wang.post("/api/v1/windows/3/pause", &json!({ "reason": "x" })).await.verdict(), "409 seat-taken");
    assert_eq!(clerk.post("/api/v1/windows/3/pause", &json!({ "reason": "x" })).await.status, 200);
    // The manager acts anywhere, and so do programs.
    assert_eq!(manager.post("/api/v1/windows/3/open", &json!({})).await.status, 200);
    assert_eq!(stage.client().post("/api/v1/windows/3/pause", &json!({ "reason": "x" })).await.unwrap().status, 200);
    // What people did stands in the log under their own ids.
    let users = stage.data.run(&["user", "list"]).unwrap();
    assert!(users.contains("王芳"), "{users}");
    let store = store_sqlite::SqliteStore::open(stage.data.path().join("hall.db")).await.unwrap();
    let id = |users: &[store::UserRow], name: &str| users.iter().find(|user| user.name == name).unwrap().id;
    let users = store.users().await.unwrap();
    let (wang_id, manager_id) = (id(&users, "王芳"), id(&users, "manager"));
    store.close().await;
    let records = tests::records::records(&stage.data).await.unwrap();
    assert!(records.iter().any(|record| record.actor.0 == wang_id));
    assert!(records.iter().any(|record| record.actor.0 == manager_id));
    assert_eq!(clerk.send("DELETE", seat, &Value::Null).await.status, 204);
    assert_eq!(clerk.post("/api/v1/windows/3/open", &json!({})).await.verdict(), "409 no-seat");
}
