//! TLS: what is spoken, what is refused, and a certificate that changes.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ProtocolVersion, RootCertStore, SupportedProtocolVersion};
use serde_json::{Value, json};
use tests::halls::{self, NINE, hall_file};
use tests::program::{Data, Server};
use tests::wait::{until, within};
use tests::wire::{Answer, parse};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::{PASSWORD, add};

const LIMIT: Duration = Duration::from_secs(10);

/// A server with a certificate of its own.
struct Hall {
    data: Data,
    server: Server,
    address: String,
    certificate: CertificateDer<'static>,
}

fn pem(data: &Data) -> [PathBuf; 2] {
    ["cert.pem", "key.pem"].map(|name| data.path().join(name))
}

/// Writes a new certificate and its key.
fn certify(data: &Data) -> CertificateDer<'static> {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let [certificate, key] = pem(data);
    std::fs::write(key, signing_key.serialize_pem()).unwrap();
    std::fs::write(certificate, cert.pem()).unwrap();
    cert.der().clone()
}

fn hall(more: &[&str]) -> Hall {
    let data = Data::new().unwrap();
    add(&data, "clerk", "clerk", &[]);
    let certificate = certify(&data);
    std::fs::write(hall_file(&data), halls::toml(2)).unwrap();
    let [cert, key] = pem(&data);
    let mut args = vec!["--clock", NINE, "--tls-cert", path(&cert), "--tls-key", path(&key)];
    args.extend(more);
    let server = Server::start(&data, Some(&hall_file(&data)), &args).unwrap();
    let address = server.url.strip_prefix("https://").expect("it says that it is encrypted").to_owned();
    Hall { data, server, address, certificate }
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

type Stream = tokio_rustls::client::TlsStream<TcpStream>;

async fn dial(
    address: &str,
    trusted: &CertificateDer<'static>,
    versions: &[&'static SupportedProtocolVersion],
) -> std::io::Result<Stream> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

async fn ask(stream: &mut Stream, method: &str, target: &str, headers: &str, body: &str) -> Answer {
    let head = format!("{method} {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}");
    let bytes = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
    stream.write_all(bytes.as_bytes()).await.unwrap();
    let mut all = Vec::new();
    within("the answer", LIMIT, stream.read_to_end(&mut all)).await.unwrap().unwrap();
    parse(&all).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_1_2_and_1_3_are_spoken_with_cookies_that_only_they_carry() {
    let hall = hall(&[]);
    for (version, spoken) in [(&TLS12, ProtocolVersion::TLSv1_2), (&TLS13, ProtocolVersion::TLSv1_3)] {
        let mut stream = dial(&hall.address, &hall.certificate, &[version]).await.unwrap();
        assert_eq!(stream.get_ref().1.protocol_version(), Some(spoken));
        let answer = ask(&mut stream, "GET", "/healthz", "", "").await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("strict-transport-security"), Some("max-age=31536000"));
    }
    let body = json!({ "name": "clerk", "password": PASSWORD }).to_string();
    let mut stream = dial(&hall.address, &hall.certificate, &[&TLS13]).await.unwrap();
    let answer = ask(&mut stream, "POST", "/api/v1/session", "origin: https://localhost\r\n", &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let cookie = answer.header("set-cookie").unwrap();
    let (pair, rest) = cookie.split_once("; ").unwrap();
    assert!(pair.starts_with("__Host-paihao="), "{cookie}");
    assert_eq!(rest, "Path=/; Secure; HttpOnly; SameSite=Strict");
    let secret = pair.split_once('=').unwrap().1;
    for (headers, status) in [
        (format!("cookie: {pair}\r\n"), 200),
        // Set by a plain connection, as somebody in between can.
        (format!("cookie: paihao={secret}\r\n"), 401),
    ] {
        let mut stream = dial(&hall.address, &hall.certificate, &[&TLS13]).await.unwrap();
        assert_eq!(ask(&mut stream, "GET", "/api/v1/session", &headers, "").await.status, status);
    }
    for (origin, status) in [("https://localhost", 200), ("http://localhost", 403), ("https://evil.example", 403)] {
        let mut stream = dial(&hall.address, &hall.certificate, &[&TLS13]).await.unwrap();
        let headers = format!("cookie: {pair}\r\norigin: {origin}\r\n");
        let answer = ask(&mut stream, "PUT", "/api/v1/windows/1/seat", &headers, "{}").await;
        assert_eq!(answer.status, status, "{origin}");
    }
}

/// The beginning of a handshake for a version of TLS and no later one.
fn client_hello(version: [u8; 2]) -> Vec<u8> {
    let mut body = version.to_vec();
    body.extend([7; 32]); // random
    body.push(0); // no session
    // ECDHE with ECDSA and RSA, of TLS 1.2 and of older versions.
    body.extend([0, 8, 0xc0, 0x2b, 0xc0, 0x2f, 0xc0, 0x13, 0xc0, 0x09]);
    body.extend([1, 0]); // no compression
    // Groups, formats of points, signatures.
    body.extend([0, 22, 0, 10, 0, 4, 0, 2, 0, 23, 0, 11, 0, 2, 1, 0, 0, 13, 0, 4, 0, 2, 4, 3]);
    let mut hello = vec![1, 0, 0, body.len() as u8];
    hello.extend(body);
    let mut record = vec![22, 3, 1, 0, hello.len() as u8];
    record.extend(hello);
    record
}

#[tokio::test(flavor = "multi_thread")]
async fn older_versions_and_plain_text_are_refused() {
    let hall = hall(&[]);
    let send = async |bytes: &[u8]| {
        let mut stream = TcpStream::connect(&hall.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let mut all = Vec::new();
        // A connection that is reset has ended as well.
        let _ = within("the end", LIMIT, stream.read_to_end(&mut all)).await.unwrap();
        all
    };
    assert_eq!(send(&client_hello([3, 3])).await.first(), Some(&22), "the same hello of TLS 1.2 is answered");
    for (name, version) in [("SSL 3", [3, 0]), ("TLS 1.0", [3, 1]), ("TLS 1.1", [3, 2])] {
        let said = send(&client_hello(version)).await;
        // An alert, fatal: protocol_version.
        assert_eq!((said.first(), said.get(5), said.get(6)), (Some(&21), Some(&2), Some(&70)), "{name}: {said:?}");
    }
    for plain in ["GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n", "\r\n\r\n", "POST / HTTP/1.0\r\n\r\n"] {
        let said = send(plain.as_bytes()).await;
        assert!(!said.windows(4).any(|part| part == b"HTTP"), "{}", String::from_utf8_lossy(&said));
    }
    // Somebody who says nothing is cut off and holds up nobody.
    let mut silent = TcpStream::connect(&hall.address).await.unwrap();
    let mut stream = dial(&hall.address, &hall.certificate, &[&TLS13]).await.unwrap();
    assert_eq!(ask(&mut stream, "GET", "/healthz", "", "").await.status, 200);
    let mut rest = Vec::new();
    within("the end of a silent client", LIMIT, silent.read_to_end(&mut rest)).await.unwrap().unwrap();
    assert!(hall.server.terminate().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_live_stream_and_visitors_pages_are_encrypted_too() {
    let hall = hall(&["--public", "127.0.0.1:0"]);
    let token = hall.data.token("board").unwrap();
    let stream = dial(&hall.address, &hall.certificate, &[&TLS13]).await.unwrap();
    let request = tokio_tungstenite::tungstenite::http::Request::builder()
        .uri(format!("wss://{}/api/v1/live", hall.address))
        .header("host", "localhost")
        .header("authorization", format!("Bearer {token}"))
        .header("connection", "Upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
        .body(())
        .unwrap();
    let (mut socket, _) = tokio_tungstenite::client_async(request, stream).await.unwrap();
    socket.send(json!({ "subscribe": ["windows"], "after": null }).to_string().into()).await.unwrap();
    let mut kinds = Vec::new();
    while kinds.last().is_none_or(|kind| kind != "tick") {
        let message = within("a message", LIMIT, socket.next()).await.unwrap().unwrap().unwrap();
        let message: Value = serde_json::from_slice(&message.into_data()).unwrap();
        kinds.push(message["type"].as_str().unwrap().to_owned());
    }
    assert_eq!(kinds[..2], ["hello", "snapshot"]);
    let log = tests::program::log(&hall.data);
    let public = log.split("visitors' pages are served on https://").nth(1).unwrap();
    let public = public.split_whitespace().next().unwrap();
    let mut stream = dial(public, &hall.certificate, &[&TLS13]).await.unwrap();
    assert_eq!(ask(&mut stream, "GET", "/api/v1/queues", "", "").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_certificate_comes_into_use_and_a_broken_one_does_not() {
    let hall = hall(&[]);
    let works = async |certificate: &CertificateDer<'static>| {
        let dialled = dial(&hall.address, certificate, &[&TLS13]).await;
        Ok(dialled.is_ok().then_some(()))
    };
    let hangup = || {
        let done = Command::new("kill").args(["-HUP", &hall.server.pid().to_string()]).status().unwrap();
        assert!(done.success());
    };
    let old = &hall.certificate;
    let mut kept = dial(&hall.address, old, &[&TLS13]).await.unwrap();
    let new = certify(&hall.data);
    hangup();
    until("the new certificate", LIMIT, async || works(&new).await).await.unwrap();
    assert!(dial(&hall.address, old, &[&TLS13]).await.is_err(), "the old one is out of use");
    assert_eq!(ask(&mut kept, "GET", "/healthz", "", "").await.status, 200, "who is connected stays");
    std::fs::write(&pem(&hall.data)[0], "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n").unwrap();
    hangup();
    let said = async || Ok(tests::program::log(&hall.data).contains("the certificate in use stays").then_some(()));
    until("the complaint", LIMIT, said).await.unwrap();
    works(&new).await.unwrap().expect("the certificate in use stays");
    // Without a signal the change of the file is noticed as well.
    let newest = certify(&hall.data);
    until("the newest certificate", LIMIT, async || works(&newest).await).await.unwrap();
}

#[test]
fn wrong_use_is_refused_before_anything_is_served() {
    let data = Data::new().unwrap();
    let run = |args: &[&str]| {
        let mut all = vec!["serve", "--listen"];
        all.extend(args);
        let output =
            Command::new(tests::program::paihao().unwrap()).args(all).arg("--data").arg(data.path()).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, said) = run(&["127.0.0.1:0", "--public", "0.0.0.0:0"]);
    assert!(code == Some(1) && said.contains("--plain-http"), "{said}");
    let (code, said) = run(&["127.0.0.1:0", "--tls-cert", "x.pem"]);
    assert!(code == Some(2) && said.contains("--tls-key"), "{said}");
    let (code, said) = run(&["127.0.0.1:0", "--tls-cert", "x.pem", "--tls-key", "y.pem"]);
    assert!(code == Some(1) && said.contains("x.pem"), "{said}");
    let (code, said) = run(&["127.0.0.1:0", "--public-url", "queue.example"]);
    assert!(code == Some(2) && said.contains("--public-url"), "{said}");
    // Two files that do not belong together.
    certify(&data);
    let [certificate, key] = pem(&data);
    let kept = std::fs::read(&certificate).unwrap();
    certify(&data);
    std::fs::write(&certificate, kept).unwrap();
    let (code, said) = run(&["127.0.0.1:0", "--tls-cert", path(&certificate), "--tls-key", path(&key)]);
    assert!(code == Some(1) && said.contains("do not fit together"), "{said}");
}
