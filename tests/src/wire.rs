//! HTTP/1.1 by hand: one connection that one client keeps, whose bytes a test sees as they are, and which can send what
//! no library would.

use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::io::{
    AsyncBufRead, AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};
use tokio::net::TcpStream;
use uuid::Uuid;

/// An answer that takes longer is none.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a server said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// As it came.
    pub body: Bytes,
}

impl Answer {
    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The body.
    pub fn json<T: DeserializeOwned>(&self) -> anyhow::Result<T> {
        serde_json::from_slice(&self.body).with_context(|| format!("{} is not what was expected", self.text()))
    }

    /// The body of a success.
    pub fn good<T: DeserializeOwned>(&self) -> anyhow::Result<T> {
        ensure!((200..300).contains(&self.status), "status {}: {}", self.status, self.text());
        self.json()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The stable name of a problem; empty when the answer is none.
    pub fn problem(&self) -> String {
        if self.header("content-type") != Some("application/problem+json") {
            return String::new();
        }
        let problem: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let kind = problem["type"].as_str().unwrap_or_default();
        kind.rsplit([':', '/']).next().unwrap_or_default().to_owned()
    }

    /// Status and problem, such as `409 window-busy`.
    pub fn verdict(&self) -> String {
        format!("{} {}", self.status, self.problem()).trim().to_owned()
    }
}

/// One client with one connection, which is made when it is needed.
#[derive(Debug)]
pub struct Client {
    address: String,
    token: Option<String>,
    stream: Option<BufReader<TcpStream>>,
}

impl Client {
    /// A client that has not connected yet; `address` is such as `127.0.0.1:8080`.
    pub fn new(address: &str, token: &str) -> Self {
        Self { address: address.to_owned(), token: Some(token.to_owned()), stream: None }
    }

    /// A client without a token.
    pub fn stranger(address: &str) -> Self {
        Self { address: address.to_owned(), token: None, stream: None }
    }

    /// Connects now, so that a later request is nothing but the request.
    pub async fn connect(&mut self) -> anyhow::Result<()> {
        if self.stream.is_none() {
            let stream = TcpStream::connect(&self.address).await?;
            stream.set_nodelay(true)?;
            self.stream = Some(BufReader::new(stream));
        }
        Ok(())
    }

    /// Reads.
    pub async fn get(&mut self, path: &str) -> anyhow::Result<Answer> {
        self.send("GET", path, &[], b"").await
    }

    /// Reads something that must be there.
    pub async fn read<T: DeserializeOwned>(&mut self, path: &str) -> anyhow::Result<T> {
        self.get(path).await?.good().with_context(|| format!("GET {path}"))
    }

    /// Gives a command.
    pub async fn post(&mut self, path: &str, body: &Value) -> anyhow::Result<Answer> {
        self.send("POST", path, &[("content-type", "application/json")], body.to_string().as_bytes()).await
    }

    /// Gives a command under a key.
    pub async fn post_key(&mut self, path: &str, body: &Value, key: Uuid) -> anyhow::Result<Answer> {
        let key = key.to_string();
        let headers = [("content-type", "application/json"), ("idempotency-key", key.as_str())];
        self.send("POST", path, &headers, body.to_string().as_bytes()).await
    }

    /// Sends a request and waits for its answer. After a failure the connection is given up.
    pub async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> anyhow::Result<Answer> {
        self.connect().await?;
        let Some(mut stream) = self.stream.take() else { bail!("not connected") };
        let mut bytes = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\n", self.address).into_bytes();
        if let Some(token) = &self.token {
            bytes.extend_from_slice(format!("authorization: Bearer {token}\r\n").as_bytes());
        }
        for (name, value) in headers {
            bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        bytes.extend_from_slice(format!("content-length: {}\r\n\r\n", body.len()).as_bytes());
        bytes.extend_from_slice(body);
        let exchange = async {
            // A server that answers before it has read everything may close while this is being written.
            let written = stream.get_mut().write_all(&bytes).await;
            match answer(&mut stream, method == "HEAD").await {
                Ok(answer) => Ok(answer),
                Err(error) => Err(written.err().map_or(error, anyhow::Error::from)),
            }
        };
        let answer = tokio::time::timeout(PATIENCE, exchange).await.context("no answer in time")??;
        if answer.header("connection") != Some("close") && answer.status != 413 {
            self.stream = Some(stream);
        }
        Ok(answer)
    }
}

/// Asks once, on a connection of any kind that is given up afterwards. The caller says how long it waits.
pub async fn once<S>(stream: S, method: &str, path: &str, body: Option<&Value>) -> anyhow::Result<Answer>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let body = body.map(Value::to_string).unwrap_or_default();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: local\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = BufReader::new(stream);
    stream.get_mut().write_all(head.as_bytes()).await?;
    answer(&mut stream, method == "HEAD").await
}

/// Sends bytes on a connection of their own and gives every answer until the server closes or `count` have come.
pub async fn raw(address: &str, bytes: &[u8], count: usize) -> anyhow::Result<Vec<Answer>> {
    let stream = TcpStream::connect(address).await?;
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    let exchange = async {
        let mut answers = Vec::new();
        let writing = write.write_all(bytes);
        let reading = async {
            while answers.len() < count {
                match answer(&mut read, false).await {
                    Ok(answer) => answers.push(answer),
                    // The end of the connection is the end of the answers.
                    Err(_) => break,
                }
            }
        };
        let _ = tokio::join!(writing, reading);
        answers
    };
    tokio::time::timeout(PATIENCE, exchange).await.context("the server neither answered nor closed")
}

/// One whole answer.
pub async fn parse(bytes: &[u8]) -> anyhow::Result<Answer> {
    answer(&mut BufReader::new(bytes), false).await
}

/// Reads one answer.
async fn answer(stream: &mut (impl AsyncBufRead + Unpin), head_only: bool) -> anyhow::Result<Answer> {
    let first = line(stream).await?;
    let status: u16 = first
        .strip_prefix("HTTP/1.1 ")
        .and_then(|rest| rest.get(..3))
        .and_then(|code| code.parse().ok())
        .with_context(|| format!("{first:?} is no status line"))?;
    let mut headers = Vec::new();
    loop {
        let header = line(stream).await?;
        if header.is_empty() {
            break;
        }
        let (name, value) = header.split_once(':').with_context(|| format!("{header:?} is no header"))?;
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut answer = Answer { status, headers, body: Bytes::new() };
    if head_only || matches!(status, 100..200 | 204 | 304) {
        return Ok(answer);
    }
    let mut body = Vec::new();
    if let Some(length) = answer.header("content-length") {
        body.resize(length.parse()?, 0);
        stream.read_exact(&mut body).await?;
    } else if answer.header("transfer-encoding") == Some("chunked") {
        loop {
            let size = usize::from_str_radix(line(stream).await?.trim(), 16)?;
            let start = body.len();
            body.resize(start + size, 0);
            stream.read_exact(&mut body[start..]).await?;
            line(stream).await?;
            if size == 0 {
                break;
            }
        }
    } else {
        stream.read_to_end(&mut body).await?;
    }
    answer.body = body.into();
    Ok(answer)
}

async fn line(stream: &mut (impl AsyncBufRead + Unpin)) -> anyhow::Result<String> {
    let mut line = Vec::new();
    stream.read_until(b'\n', &mut line).await?;
    ensure!(line.last() == Some(&b'\n'), "the connection ended");
    Ok(String::from_utf8(line)?.trim_end().to_owned())
}
