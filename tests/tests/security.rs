//! Who may what, and how that is kept: the matrix of roles and routes, people and their sessions, browsers that are misled,
//! what is written anywhere, and the transport.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails says where")]

mod security {
    pub mod browsers;
    pub mod matrix;
    pub mod public;
    pub mod secrets;
    pub mod sign_in;
    pub mod sockets;
    pub mod transport;
}

use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tests::halls::{self, NINE, Stage};
use tests::openapi::Operation;
use tests::program::{Data, paihao};
use tests::wire::{Answer, Client};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpSocket;

/// Everybody's password here.
const PASSWORD: &str = "Correct-Horse-7";

/// Roles that people have.
const PEOPLE: [&str; 7] = ["admin", "security", "auditor", "manager", "clerk", "guide", "gate"];
/// Roles that programs have.
const PROGRAMS: [&str; 10] =
    ["admin", "security", "auditor", "manager", "clerk", "guide", "kiosk", "board", "bridge", "gate"];

/// Somebody who has signed in.
#[derive(Debug, Clone)]
struct Browser {
    address: String,
    /// `paihao=…`.
    cookie: String,
}

impl Browser {
    /// Signs in.
    async fn sign_in(address: &str, name: &str) -> Self {
        let answer = try_in(address, name, PASSWORD, None).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text());
        let cookie = answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        Self { address: address.to_owned(), cookie }
    }

    /// Sends a request as a page of the server does.
    async fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        let origin = format!("http://{}", self.address);
        let headers = [("cookie", self.cookie.as_str()), ("origin", &origin), ("sec-fetch-site", "same-origin")];
        self.send_with(method, path, &headers, body).await
    }

    /// Sends a request with these headers and no others.
    async fn send_with(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        Client::stranger(&self.address).send(method, path, headers, body.as_bytes()).await.unwrap()
    }

    async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &Value::Null).await
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, body).await
    }
}

/// Adds somebody with [`PASSWORD`].
fn add(data: &Data, name: &str, role: &str, more: &[&str]) {
    let mut command = Command::new(paihao().unwrap());
    command.args(["user", "add", "--password-stdin", "--name", name, "--role", role]).args(more);
    let mut child =
        command.arg("--data").arg(data.path()).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stdout.is_empty(), "{name} was not added, or something was printed");
}

/// Tries to sign in, from an address of this machine.
async fn try_in(address: &str, name: &str, password: &str, from: Option<IpAddr>) -> Answer {
    let body = json!({ "name": name, "password": password }).to_string();
    let from = from.unwrap_or(IpAddr::from([127, 0, 0, 1]));
    request_from(address, from, "POST", "/api/v1/session", &body).await.unwrap()
}

/// A request on a connection of its own from an address of this machine.
async fn request_from(address: &str, from: IpAddr, method: &str, path: &str, body: &str) -> anyhow::Result<Answer> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::new(from, 0))?;
    let mut stream = socket.connect(address.parse()?).await?;
    let head = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n");
    let bytes = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
    stream.write_all(bytes.as_bytes()).await?;
    let mut all = Vec::new();
    stream.read_to_end(&mut all).await?;
    tests::wire::parse(&all).await
}

/// A hall of four windows at nine on a Monday, with a person of each role, named like it.
async fn hall() -> (Stage, Vec<Operation>) {
    let stage = Stage::with(&halls::toml(4), &["--clock", &format!("{NINE}@0")]).unwrap();
    for role in PEOPLE {
        add(&stage.data, role, role, &[]);
    }
    let document: Value = stage.client().read("/api/v1/openapi.json").await.unwrap();
    (stage, Operation::all(&document))
}
