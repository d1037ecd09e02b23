//! Many screens in one thin process: one thread that reads and counts, and keeps nothing.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::poll_fn;
use std::io::{BufRead as _, Write as _};
use std::pin::Pin;
use std::rc::Rc;
use std::str::FromStr;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead as _, AsyncReadExt as _, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::LocalSet;

use crate::bench::load::{Connection, Request};
use crate::bench::stage::{PATIENCE, metric};

/// What the screens wait for; it comes early in a message.
const AWAITED: &[u8] = b"\"type\":\"ticket.recalled\"";
const TICK: &[u8] = b"{\"type\":\"tick\"";
const EARLY: usize = 64;
/// Screens that connect at one time: fewer than a listener lets wait.
const AT_ONCE: usize = 100;
const LARGEST_READ: usize = 256 * 1024;

/// What it is started with.
#[derive(Debug, Clone, clap::Args)]
pub struct Screens {
    /// Where the server is.
    #[arg(long)]
    address: String,
    /// How many.
    #[arg(long)]
    count: usize,
    /// For the live stream; without it the sockets are plain.
    #[arg(long)]
    token: Option<String>,
    /// What they subscribe to.
    #[arg(long, default_value = "")]
    topics: Topics,
    /// The path of the command that they wait for.
    #[arg(long)]
    trigger: Option<String>,
}

/// Topics with commas between.
#[derive(Debug, Clone)]
pub struct Topics(pub Vec<String>);

impl fmt::Display for Topics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(","))
    }
}

impl FromStr for Topics {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.split(',').filter(|topic| !topic.is_empty()).map(str::to_owned).collect()))
    }
}

/// What became of some shots, in seconds.
#[derive(Debug, Serialize, Deserialize)]
pub struct Shots {
    /// From the sending of the command to the last screen.
    pub took: Vec<f64>,
    /// What the commit took of that.
    pub commit: Vec<f64>,
    /// The message that was awaited.
    pub message: String,
}

/// What the screens have seen together.
#[derive(Default)]
struct Seen {
    awaited: Cell<usize>,
    ticks: Cell<usize>,
    gone: Cell<usize>,
    message: RefCell<String>,
    changed: Notify,
    due: Cell<usize>,
    scratch: RefCell<Vec<u8>>,
}

/// Connects, says `ready`, and then, for each number it reads, sends the command so often.
pub fn screens(plan: &Screens) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, run(plan))
}

async fn run(plan: &Screens) -> anyhow::Result<()> {
    let seen = Rc::new(Seen { scratch: RefCell::new(vec![0; LARGEST_READ]), ..Seen::default() });
    let mut trigger = Connection::open(&plan.address).await?;
    connect(plan, &seen).await?;
    if plan.token.is_some() {
        // A sign of life at every screen comes after its snapshot.
        seen.until(&seen.ticks, plan.count).await?;
    }
    println!("ready");
    let (lines, mut line) = tokio::sync::mpsc::channel(1);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if lines.blocking_send(line).is_err() {
                return;
            }
        }
    });
    while let Some(line) = line.recv().await {
        let mut shots = Shots { took: Vec::new(), commit: Vec::new(), message: String::new() };
        for _ in 0..line.trim().parse::<usize>()? {
            let (took, commit) = shot(plan, &seen, &mut trigger).await?;
            shots.took.push(took);
            shots.commit.push(commit);
        }
        shots.message.clone_from(&seen.message.borrow());
        println!("{}", serde_json::to_string(&shots)?);
        std::io::stdout().flush()?;
    }
    ensure!(seen.gone.get() == 0, "{} screens lost their connection", seen.gone.get());
    Ok(())
}

async fn connect(plan: &Screens, seen: &Rc<Seen>) -> anyhow::Result<()> {
    let mut left = plan.count;
    while left > 0 {
        let some = left.min(AT_ONCE);
        left -= some;
        let connected = (0..some).map(|_| screen(plan));
        for stream in futures_util::future::try_join_all(connected).await? {
            let seen = seen.clone();
            tokio::task::spawn_local(async move {
                // An end of any kind is counted, and makes the whole run fail.
                let _ = watch(stream, &seen).await;
                seen.gone.set(seen.gone.get() + 1);
                seen.changed.notify_one();
            });
        }
    }
    Ok(())
}

/// One connection, with its subscription sent.
async fn screen(plan: &Screens) -> anyhow::Result<TcpStream> {
    let mut stream = TcpStream::connect(&plan.address).await?;
    stream.set_nodelay(true)?;
    let Some(token) = &plan.token else { return Ok(stream) };
    let upgrade = format!(
        "GET /api/v1/live HTTP/1.1\r\nhost: paihao\r\nauthorization: Bearer {token}\r\nconnection: upgrade\r\n\
         upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(upgrade.as_bytes()).await?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    ensure!(head.starts_with(b"HTTP/1.1 101"), "no upgrade: {}", String::from_utf8_lossy(&head));
    let subscribe = serde_json::json!({ "subscribe": plan.topics.0, "after": null }).to_string();
    let length = u8::try_from(subscribe.len()).ok().filter(|length| *length < 126).context("too many topics")?;
    // Under a mask of zeros a text is what it was.
    let mut frame = vec![0x81, 0x80 | length, 0, 0, 0, 0];
    frame.extend_from_slice(subscribe.as_bytes());
    stream.write_all(&frame).await?;
    Ok(stream)
}

/// Reads frames for ever.
async fn watch(mut stream: TcpStream, seen: &Seen) -> std::io::Result<()> {
    let mut rest: Vec<u8> = Vec::new();
    loop {
        let mut pings = 0;
        let count = poll_fn(|context| {
            let mut scratch = seen.scratch.borrow_mut();
            let mut buffer = ReadBuf::new(&mut scratch);
            let polled = Pin::new(&mut stream).poll_read(context, &mut buffer);
            polled.map_ok(|()| {
                let bytes = buffer.filled();
                if rest.is_empty() {
                    let used = frames(bytes, seen, &mut pings);
                    rest.extend_from_slice(&bytes[used..]);
                } else {
                    rest.extend_from_slice(bytes);
                    let used = frames(&rest, seen, &mut pings);
                    rest = rest[used..].to_vec();
                }
                bytes.len()
            })
        })
        .await?;
        if count == 0 {
            return Ok(());
        }
        for _ in 0..pings {
            stream.write_all(&[0x8a, 0x80, 0, 0, 0, 0]).await?;
        }
    }
}

/// Looks at the whole frames at the start of `bytes`; says how many bytes they are.
fn frames(bytes: &[u8], seen: &Seen, pings: &mut usize) -> usize {
    let mut used = 0;
    while let Some((opcode, payload)) = frame(&bytes[used..]) {
        let message = &bytes[used + payload.start..used + payload.end];
        match opcode {
            1 => seen.message(message),
            9 => *pings += 1,
            _ => {}
        }
        used += payload.end;
    }
    used
}

/// The kind and the place of the payload of the first frame, when it is whole. A server's frames have no mask.
fn frame(bytes: &[u8]) -> Option<(u8, std::ops::Range<usize>)> {
    let (begin, length) = match *bytes.get(1)? {
        126 => (4, usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
        127 => (10, u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?) as usize),
        length => (2, usize::from(length)),
    };
    let end = begin + length;
    (bytes.len() >= end).then_some((bytes[0] & 15, begin..end))
}

impl Seen {
    fn message(&self, text: &[u8]) {
        let early = &text[..text.len().min(EARLY)];
        let counter = if early.windows(AWAITED.len()).any(|part| part == AWAITED) {
            &self.awaited
        } else if early.starts_with(TICK) {
            &self.ticks
        } else {
            return;
        };
        counter.set(counter.get() + 1);
        if counter.get() == self.due.get() {
            if self.message.borrow().is_empty() && early[0] == b'{' && !early.starts_with(TICK) {
                *self.message.borrow_mut() = String::from_utf8_lossy(text).into_owned();
            }
            self.changed.notify_one();
        }
    }

    /// Waits until a counter has come so far.
    async fn until(&self, counter: &Cell<usize>, due: usize) -> anyhow::Result<()> {
        self.due.set(due);
        let wait = async {
            while counter.get() < due && self.gone.get() == 0 {
                self.changed.notified().await;
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.context("the screens waited too long")?;
        ensure!(self.gone.get() == 0, "{} screens lost their connection", self.gone.get());
        Ok(())
    }
}

/// Sends the command and waits for the last screen; seconds, and seconds of the commit.
async fn shot(plan: &Screens, seen: &Seen, trigger: &mut Connection) -> anyhow::Result<(f64, f64)> {
    let (Some(path), Some(token)) = (&plan.trigger, &plan.token) else {
        let began = Instant::now();
        trigger.send(&[1]).await?;
        seen.until(&seen.awaited, seen.awaited.get() + plan.count).await?;
        return Ok((began.elapsed().as_secs_f64(), 0.0));
    };
    let mut request = Request::post(path, token, "{}");
    let before = commit(trigger, token).await?;
    let due = seen.awaited.get() + plan.count;
    let began = Instant::now();
    let (status, last) = tokio::join!(trigger.ask(request.fresh()), async {
        seen.until(&seen.awaited, due).await?;
        anyhow::Ok(began.elapsed().as_secs_f64())
    });
    let status = status?;
    ensure!(status == 200, trigger.unexpected(status));
    let after = commit(trigger, token).await?;
    ensure!((after[0] - before[0] - 1.0).abs() < 0.5, "a shot was {} commits", after[0] - before[0]);
    Ok((last?, after[1] - before[1]))
}

async fn commit(connection: &mut Connection, token: &str) -> anyhow::Result<[f64; 2]> {
    Ok([
        metric(connection, token, "paihao_commit_seconds_count").await?,
        metric(connection, token, "paihao_commit_seconds_sum").await?,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_found_whole_only() {
        assert_eq!(frame(&[0x81, 2, b'a', b'b', 0x89]), Some((1, 2..4)));
        assert_eq!(frame(&[0x81, 2, b'a']), None);
        assert_eq!(frame(&[0x81]), None);
        let mut long = vec![0x81, 126, 0, 200];
        long.extend([0; 200]);
        assert_eq!(frame(&long), Some((1, 4..204)));
        assert_eq!(frame(&long[..203]), None);
        let seen = Seen::default();
        let mut pings = 0;
        assert_eq!(frames(&[0x89, 0, 0x81, 1, b'x', 0x81], &seen, &mut pings), 5);
        assert_eq!(pings, 1);
    }

    #[test]
    fn only_what_is_awaited_counts() {
        let seen = Seen::default();
        seen.message(br#"{"seq":7,"type":"ticket.recalled","at":"2026-11-23T09:00:00.000+08:00"}"#);
        seen.message(br#"{"seq":8,"type":"ticket.called"}"#);
        seen.message(br#"{"type":"tick","seq":8}"#);
        assert_eq!((seen.awaited.get(), seen.ticks.get()), (1, 1));
    }
}
