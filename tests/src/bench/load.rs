//! A light client: requests rendered beforehand, answers parsed as far as needed, so that the server is measured and not
//! its client.

use std::io;
use std::ops::Range;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The id of a ticket, as it is written.
pub type Id = [u8; 36];

/// In the place of a document: each sending is for somebody else.
pub const NOBODY: &str = "000000000000000000";

/// A request as it goes over the wire.
#[derive(Debug, Clone)]
pub struct Request {
    bytes: Vec<u8>,
    key: Option<Range<usize>>,
    person: Option<Range<usize>>,
}

impl Request {
    /// A read.
    pub fn get(path: &str, token: &str) -> Self {
        let bytes = format!("GET {path} HTTP/1.1\r\nhost: paihao\r\nauthorization: Bearer {token}\r\n\r\n");
        Self { bytes: bytes.into_bytes(), key: None, person: None }
    }

    /// A command, with a key as every client of ours sends one.
    pub fn post(path: &str, token: &str, body: &str) -> Self {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: paihao\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\nidempotency-key: ",
            body.len()
        );
        let key = head.len()..head.len() + 36;
        let text = format!("{head}{}\r\n\r\n{body}", uuid::Uuid::nil());
        let person = text.find(NOBODY).map(|at| at..at + NOBODY.len());
        Self { bytes: text.into_bytes(), key: Some(key), person }
    }

    /// The bytes, under a key that was not used before, and for somebody who was not here before.
    pub fn fresh(&mut self) -> &[u8] {
        if let Some(key) = self.key.clone() {
            uuid::Uuid::now_v7().as_hyphenated().encode_lower(&mut self.bytes[key]);
        }
        if let Some(person) = self.person.clone() {
            let document = format!("{:018}", uuid::Uuid::new_v4().as_u128() % 1_000_000_000_000_000_000);
            self.bytes[person].copy_from_slice(document.as_bytes());
        }
        &self.bytes
    }
}

/// The status and the body of a whole answer; `None` when it is not whole yet.
pub fn parse(bytes: &[u8]) -> io::Result<Option<(u16, Range<usize>)>> {
    let Some(head) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let text = std::str::from_utf8(&bytes[..head]).map_err(io::Error::other)?;
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.get(9..12)?.parse().ok());
    let status = status.ok_or_else(|| io::Error::other("no status"))?;
    let length = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let body = head + 4..head + 4 + length.unwrap_or_default();
    Ok((bytes.len() >= body.end).then_some((status, body)))
}

/// The id of the ticket in a body.
pub fn id_of(body: &[u8]) -> Option<Id> {
    const BEFORE: &[u8] = b"\"id\":\"";
    let at = body.windows(BEFORE.len()).position(|part| part == BEFORE)? + BEFORE.len();
    body.get(at..at + 36)?.try_into().ok()
}

/// One connection, kept open.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    body: Range<usize>,
}

impl Connection {
    /// Connects.
    pub async fn open(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(4096), body: 0..0 })
    }

    /// Sends without waiting for an answer.
    pub async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// Sends a request and waits for the answer; gives the status.
    pub async fn ask(&mut self, request: &[u8]) -> io::Result<u16> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some((status, body)) = parse(&self.buffer)? {
                self.body = body;
                return Ok(status);
            }
        }
    }

    /// The body of the last answer.
    pub fn body(&self) -> &[u8] {
        &self.buffer[self.body.clone()]
    }

    /// The last answer as an error.
    pub fn unexpected(&self, status: u16) -> anyhow::Error {
        anyhow::anyhow!("status {status}: {}", String::from_utf8_lossy(self.body()))
    }
}

/// Sends requests over a few connections; gives the body of each answer, in any order. Every status must be one of these.
pub async fn all(address: &str, requests: Vec<Request>, statuses: &'static [u16]) -> anyhow::Result<Vec<Vec<u8>>> {
    const CONNECTIONS: usize = 32;
    let mut tasks = tokio::task::JoinSet::new();
    let share = requests.len().div_ceil(CONNECTIONS).max(1);
    for some in requests.chunks(share) {
        let (mut some, address) = (some.to_vec(), address.to_owned());
        tasks.spawn(async move {
            let mut connection = Connection::open(&address).await?;
            let mut bodies = Vec::with_capacity(some.len());
            for request in &mut some {
                let status = connection.ask(request.fresh()).await?;
                anyhow::ensure!(statuses.contains(&status), connection.unexpected(status));
                bodies.push(connection.body().to_vec());
            }
            Ok(bodies)
        });
    }
    let mut bodies = Vec::with_capacity(requests.len());
    while let Some(done) = tasks.join_next().await {
        bodies.append(&mut done??);
    }
    Ok(bodies)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_whole_or_not() {
        let whole = b"HTTP/1.1 201 Created\r\nContent-Length: 3\r\n\r\nabc";
        assert_eq!(parse(whole).unwrap(), Some((201, 43..46)));
        assert_eq!(parse(&whole[..45]).unwrap(), None);
        assert_eq!(parse(&whole[..30]).unwrap(), None);
        assert_eq!(parse(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap(), Some((204, 27..27)));
        assert!(parse(b"nonsense\r\n\r\n").is_err());
    }

    #[test]
    fn the_id_is_found() {
        let id = "0198c0de-0000-7000-8000-000000000001";
        let body = format!(r#"{{"id":"{id}","number":"A001"}}"#);
        assert_eq!(id_of(body.as_bytes()).unwrap().as_slice(), id.as_bytes());
        assert_eq!(id_of(b"{\"id\":\"short\"}"), None);
    }

    #[test]
    fn every_sending_has_its_own_key() {
        let mut request = Request::post("/p", "t", "{}");
        let first = request.fresh().to_vec();
        assert_ne!(first, request.fresh());
        assert_eq!(first.len(), request.fresh().len());
        let mut named = Request::post("/p", "t", &format!(r#"{{"person":"{NOBODY}"}}"#));
        assert!(!std::str::from_utf8(named.fresh()).unwrap().contains(NOBODY));
    }
}
