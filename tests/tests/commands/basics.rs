//! Help, versions, wrong use, tokens.

use std::time::Duration;

use serde_json::json;

use crate::{on, run};
use tests::halls::Stage;
use tests::program::Data;
use tests::wire::Client;

#[test]
fn help_and_version() {
    let help = run(&["--help"], &[]);
    assert_eq!((help.code, help.err.as_str()), (0, ""));
    let commands = ["serve", "demo", "replay", "simulate", "hall", "token", "verify", "rebuild", "openapi"];
    for command in commands {
        assert!(help.out.contains(&format!("\n  {command} ")), "{command} is not in\n{}", help.out);
        let of_command = run(&[command, "--help"], &[]);
        assert_eq!((of_command.code, of_command.err.as_str()), (0, ""), "{command} --help");
        assert!(of_command.out.contains("Usage: paihao"), "{}", of_command.out);
    }
    let version = run(&["--version"], &[]);
    assert_eq!((version.code, version.err.as_str()), (0, ""));
    assert_eq!(version.out, format!("paihao {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn wrong_use_ends_with_2_and_failures_with_1() {
    let data = Data::new().unwrap();
    let dir = data.path().to_str().unwrap();
    let nowhere = format!("{dir}/nowhere");
    for args in [
        &[][..],
        &["explode"],
        &["serve"],
        &["serve", "--data", dir, "--listen", "here"],
        &["serve", "--data", dir, "--clock", "nine"],
        &["serve", "--data", dir, "--nonsense"],
        &["token", "create", "--data", dir],
        &["token", "create", "--role", "king", "--data", dir],
        &["token", "revoke", "x", "--data", dir],
        &["replay"],
        &["replay", "x.csv", "--token", "x", "--speed", "fast"],
        &["demo", "--speed", "0"],
        &["verify", "--config", "/nowhere.toml", "--data", dir],
    ] {
        let ended = run(args, &[]);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "paihao {args:?}: {}", ended.err);
        assert!(!ended.err.is_empty(), "paihao {args:?} says nothing");
    }
    for args in [
        &["verify", "--data", &nowhere][..],
        &["rebuild", "--data", &nowhere],
        &["hall", "export", "--data", &nowhere],
        &["token", "list", "--data", &nowhere],
        &["hall", "import", "/nowhere.toml", "--data", dir],
        &["serve", "--data", dir, "--hall", "/nowhere.toml"],
        &["simulate", "/nowhere.csv"],
        &["replay", "/nowhere.csv", "--token", "x", "--server", "http://127.0.0.1:1"],
        &["token", "create", "--role", "board", "--window", "3", "--data", dir],
    ] {
        let ended = run(args, &[]);
        assert_eq!((ended.code, ended.out.as_str()), (1, ""), "paihao {args:?}: {}", ended.err);
        assert!(ended.err.lines().count() <= 3, "paihao {args:?} says too much:\n{}", ended.err);
        assert!(ended.err.contains("paihao: "), "paihao {args:?} says {:?}", ended.err);
    }
    assert!(!std::path::Path::new(&nowhere).exists(), "a misspelt directory was made");
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_shown_once_and_end_when_they_are_revoked() {
    let stage = Stage::new(3).unwrap();
    let data = &stage.data;
    let made = on(data, &["token", "create", "--role", "clerk", "--window", "3", "--name", "窗口三"]);
    assert_eq!((made.code, made.err.as_str()), (0, ""));
    assert_eq!(made.out.lines().count(), 1, "{:?}", made.out);
    let secret = made.out.trim();
    assert!(secret.starts_with("ph_") && secret.len() == 67, "{secret:?}");
    let list = on(data, &["token", "list"]);
    assert_eq!(list.code, 0, "{}", list.err);
    assert!(!list.out.contains(secret) && !list.out.contains("ph_"), "the list shows secrets");
    let line = list.out.lines().find(|line| line.contains("窗口三")).expect("not in the list");
    let columns: Vec<&str> = line.split('\t').collect();
    assert_eq!((columns[1], columns[2], columns[5]), ("clerk", "3", "-"), "{line}");
    // The server knows it at once, and no longer soon after it is revoked.
    let mut client = Client::new(&stage.address, secret);
    assert_eq!(client.post("/api/v1/windows/3/open", &json!({})).await.unwrap().status, 200);
    let revoked = on(data, &["token", "revoke", columns[0]]);
    assert_eq!((revoked.code, revoked.out.as_str()), (0, ""), "{}", revoked.err);
    let ask = async || {
        let answer = Client::new(&stage.address, secret).get("/api/v1/windows/3").await?;
        Ok((answer.verdict() == "401 unauthenticated").then_some(()))
    };
    let ((), took) = tests::wait::until("the token is dead", Duration::from_secs(5), ask).await.unwrap();
    println!("a revoked token was refused after {took:.2?}");
    let again = on(data, &["token", "revoke", columns[0]]);
    assert_eq!(again.code, 1, "a token was revoked twice");
    assert_eq!(on(data, &["token", "revoke", "01900000-0000-7000-8000-000000000000"]).code, 1);
    let list = on(data, &["token", "list"]);
    assert!(list.out.lines().any(|line| line.contains("窗口三") && !line.ends_with("\t-")), "{}", list.out);
}

#[test]
fn the_api_document_is_printed() {
    let printed = run(&["openapi"], &[]);
    assert_eq!((printed.code, printed.err.as_str()), (0, ""));
    let document: serde_json::Value = serde_json::from_str(&printed.out).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let built = serde_json::to_value(server::http::document()).unwrap();
    assert_eq!(document, built, "the program prints another document than the library has");
}
