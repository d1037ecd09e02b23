//! Browsers that other sites mislead, and what every answer says about itself.

use serde_json::{Value, json};
use tests::wire::{Answer, Client};

use crate::{Browser, hall};

#[tokio::test(flavor = "multi_thread")]
async fn other_sites_cannot_act_with_somebodys_cookie() {
    let (stage, operations) = hall().await;
    let browser = Browser::sign_in(&stage.address, "manager").await;
    let own = format!("http://{}", stage.address);
    let cookie = ("cookie", browser.cookie.as_str());
    let foreign: [&[(&str, &str)]; 8] = [
        &[],
        &[("origin", "http://evil.example")],
        &[("origin", "null")],
        &[("origin", "http://127.0.0.1")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", "http://evil.example")],
        &[("sec-fetch-site", "none")],
        &[("origin", "http://evil.example"), ("sec-fetch-site", "same-origin")],
    ];
    let before: Value = browser.get("/api/v1/queues").await.json().unwrap();
    for operation in operations.iter().filter(|operation| operation.method != "GET" && operation.secured) {
        // A board's ticket is for pages of this server without a session, and so not for these either.
        let path = operation.at("1");
        for more in foreign {
            let headers = [&[cookie], more].concat();
            let answer = browser.send_with(&operation.method, &path, &headers, &json!(operation.body())).await;
            assert_eq!(answer.verdict(), "403 not-allowed", "{} {path} with {more:?}", operation.method);
        }
    }
    assert_eq!(browser.get("/api/v1/queues").await.json::<Value>().unwrap(), before, "nothing has changed");
    for good in [vec![("origin", own.as_str())], vec![("sec-fetch-site", "same-origin")]] {
        let headers = [vec![cookie], good].concat();
        let answer = browser.send_with("POST", "/api/v1/tickets", &headers, &json!({ "service": "S" })).await;
        assert_eq!(answer.status, 201, "{headers:?}");
    }
    // Nobody is signed in as somebody else without knowing.
    for more in &foreign[1..] {
        let body = json!({ "name": "guide", "password": crate::PASSWORD });
        let answer = browser.send_with("POST", "/api/v1/session", more, &body).await;
        assert_eq!(answer.verdict(), "403 not-allowed", "signing in with {more:?}");
        assert_eq!(answer.header("set-cookie"), None);
    }
    // A token is nothing that a browser adds by itself.
    let bearer = format!("Bearer {}", stage.manager);
    let headers = [("authorization", bearer.as_str()), ("origin", "http://evil.example")];
    let answer = browser.send_with("POST", "/api/v1/tickets", &headers, &json!({ "service": "S" })).await;
    assert_eq!(answer.status, 201);
    // A wrong one is not made up for by the cookie.
    let headers = [("authorization", "Bearer ph_00"), cookie, ("origin", own.as_str())];
    let answer = browser.send_with("POST", "/api/v1/tickets", &headers, &json!({ "service": "S" })).await;
    assert_eq!(answer.verdict(), "401 unauthenticated");
}

/// Headers that every answer has; the policy of pages is their own.
fn check(what: &str, answer: &Answer) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{what}: {name}");
    }
    let policy = answer.header("content-security-policy").unwrap_or_else(|| panic!("{what} has no policy"));
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{what}: {policy}");
    assert!(!policy.contains("unsafe") && !policy.contains('*'), "{what}: {policy}");
    assert!(answer.header("permissions-policy").is_some_and(|value| value.contains("camera=()")), "{what}");
    assert_eq!(answer.header("strict-transport-security"), None, "{what}: this is plain HTTP");
    assert_eq!(answer.header("access-control-allow-origin"), None, "{what}: other sites read nothing");
    assert_eq!(answer.header("server"), None, "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_has_its_headers_and_only_sign_in_and_out_set_a_cookie() {
    let (stage, operations) = hall().await;
    let browser = Browser::sign_in(&stage.address, "manager").await;
    let mut stranger = Client::stranger(&stage.address);
    for operation in &operations {
        let is_sign_in = operation.name == "session" && operation.method != "GET";
        for parameter in ["1", "999", "01900000-0000-7000-8000-000000000000"] {
            let path = operation.at(parameter);
            let what = format!("{} {path}", operation.method);
            let body = json!(operation.body()).to_string();
            let answers = if is_sign_in {
                vec![stranger.send(&operation.method, &path, &[], b"{}").await.unwrap()]
            } else {
                vec![
                    stranger.send(&operation.method, &path, &[], body.as_bytes()).await.unwrap(),
                    browser.send(&operation.method, &path, &json!(operation.body())).await,
                ]
            };
            for answer in answers {
                check(&what, &answer);
                assert_eq!(answer.header("cache-control"), Some("no-store"), "{what}");
                assert_eq!(answer.header("set-cookie"), None, "{what}");
            }
        }
    }
    for (method, path) in
        [("GET", "/signin"), ("GET", "/desk/1"), ("GET", "/t/x"), ("GET", "/nothing"), ("OPTIONS", "/api/v1/tickets")]
    {
        let answer = stranger.send(method, path, &[], b"").await.unwrap();
        check(path, &answer);
        assert_eq!(answer.header("set-cookie"), None, "{path}");
    }
    let answer = crate::try_in(&stage.address, "clerk", crate::PASSWORD, None).await;
    check("signing in", &answer);
    let cookie = answer.header("set-cookie").unwrap();
    let (pair, rest) = cookie.split_once("; ").unwrap();
    // Plain HTTP on this machine: the name is another one, and `Secure` is left out.
    assert!(pair.strip_prefix("paihao=").is_some_and(|secret| secret.len() == 64), "{cookie}");
    assert_eq!(rest, "Path=/; HttpOnly; SameSite=Strict");
}
