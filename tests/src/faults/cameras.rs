//! Cameras at a real bridge, at the pace of a large car park: how soon each push is answered, and whether each vehicle reaches
//! the hall once.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use drivers::camera::Family;
use drivers::camera::virtual_camera::{Push, Seen, passage};
use protocol::bridge::cameras::Cameras;
use protocol::bridge::lanes::Direction;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::faults::bridge::Bridge;
use crate::figures::{Row, quantile};
use crate::wait::until;

/// Bytes of a body, about.
const BODY: usize = 4 * 1024 * 1024;
/// Pushes a second.
const PACE: u64 = 20;
/// A push is answered sooner, 99 times of a hundred.
const BAR: Duration = Duration::from_millis(20);
/// The families that are mixed.
const FAMILIES: [Family; 3] = [Family::Vz, Family::Hikvision, Family::Dahua];
/// What is replaced in a push that was made once.
const PLATE: &str = "浙A00000";
const NUMBER: u64 = 123_456_789_000;

/// What was measured.
#[derive(Debug)]
pub struct Measured {
    /// How many pushes there were.
    pub pushes: usize,
    /// Milliseconds until each was answered.
    pub answers_ms: Vec<f64>,
}

/// `make prove`: a minute of pushes.
pub async fn prove() -> Vec<anyhow::Result<Row>> {
    let claim = format!(
        "Plate cameras: {PACE} pushes a second of {} MB each, three families, for a minute; p99 of the answer under {} ms",
        BODY >> 20,
        BAR.as_millis()
    );
    let row = async {
        let Measured { pushes, mut answers_ms } = run(Duration::from_mins(1)).await?;
        let (p50, p99) = (quantile(&mut answers_ms, 0.5), quantile(&mut answers_ms, 0.99));
        let max = quantile(&mut answers_ms, 1.0);
        let found =
            format!("{pushes} pushes, each in the hall once; p50 {p50:.1} ms, p99 {p99:.1} ms, most {max:.1} ms");
        ensure!(p99 < BAR.as_secs_f64() * 1_000.0, "{found}");
        Ok(Row::new(claim, found))
    };
    vec![row.await]
}

/// Pushes for so long to a bridge whose hall takes everything.
pub async fn run(time: Duration) -> anyhow::Result<Measured> {
    let hall = Hall::start().await?;
    let bridge = Bridge::start(&settings(&hall.url), &[])?;
    let cameras: Cameras = serde_json::from_value(bridge.api.get("/v1/cameras").await?)?;
    let to: std::net::SocketAddr = cameras.listening.context("no camera port")?.parse()?;
    let templates: Arc<Vec<Template>> =
        Arc::new(FAMILIES.into_iter().map(Template::of).collect::<anyhow::Result<_>>()?);
    let pushes = (time.as_millis() as u64 * PACE / 1_000) as usize;
    let mut pace = tokio::time::interval(Duration::from_millis(1_000 / PACE));
    let mut under_way = Vec::new();
    for number in 0..pushes {
        pace.tick().await;
        let templates = templates.clone();
        under_way.push(tokio::spawn(async move {
            let template = &templates[number % templates.len()];
            let request = template.request(number);
            let began = Instant::now();
            let status = push(to, &request).await?;
            let took = began.elapsed();
            ensure!(status == 200, "push {number} was answered {status}");
            Ok(took.as_secs_f64() * 1_000.0)
        }));
    }
    let mut answers_ms = Vec::new();
    for push in under_way {
        answers_ms.push(push.await??);
    }
    let all = async || Ok((hall.ids().len() >= pushes).then_some(()));
    until("the hall hears of every vehicle", Duration::from_secs(30), all).await?;
    let (ids, plates) = (hall.ids(), hall.plates());
    ensure!(ids.len() == pushes, "{} of {pushes} vehicles are in the hall", ids.len());
    ensure!(ids.iter().collect::<HashSet<_>>().len() == pushes, "the hall heard of a vehicle twice");
    ensure!(plates.len() == pushes, "{} of {pushes} plates are in the hall", plates.len());
    let log = bridge.log();
    ensure!(!plates.iter().any(|plate| log.contains(plate)), "a plate stands in the log");
    Ok(Measured { pushes, answers_ms })
}

fn settings(hall: &str) -> String {
    let mut text = format!(
        "[server]\nurl = \"{hall}\"\ntoken = \"secret\"\nname = \"bridge-1\"\n[camera_port]\nlisten = \"127.0.0.1:0\"\n"
    );
    for family in FAMILIES {
        let name = family.name();
        let _ = write!(
            text,
            "[[cameras]]\nname = \"{name}\"\nfamily = \"{name}\"\nlot = \"P1\"\ndirection = \"by-camera\"\n\
             addresses = [\"127.0.0.1\"]\n"
        );
    }
    text
}

/// A push of one family, in which plate and number are replaced: to make four megabytes anew each time would be measured too.
struct Template {
    head: Vec<u8>,
    body: Vec<u8>,
    plate: usize,
    number: usize,
    /// How the number is written.
    width: usize,
    hexadecimal: bool,
}

impl Template {
    fn of(family: Family) -> anyhow::Result<Self> {
        // In base64 a picture grows by a third.
        let pictures = if family == Family::Hikvision { BODY } else { BODY / 4 * 3 };
        let (way, at) = (Some(Direction::In), "2026-11-23T09:30:00+08:00".parse()?);
        let seen = Seen { device: "d-1", plate: Some(PLATE), way, number: NUMBER, at, pictures };
        let Push { path, content_type, body } = passage(family, &seen);
        let path = format!("/cameras/{}{}", family.name(), path.unwrap_or_default());
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: bridge\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n",
            body.len()
        );
        let hexadecimal = family == Family::Hikvision;
        let number = if hexadecimal { format!("{NUMBER:012x}") } else { NUMBER.to_string() };
        let find = |text: &str| body.windows(text.len()).position(|part| part == text.as_bytes());
        let (plate, at) = (find(PLATE).context("no plate")?, find(&number).context("no number")?);
        Ok(Self { head: head.into_bytes(), plate, number: at, width: number.len(), hexadecimal, body })
    }

    fn request(&self, number: usize) -> Vec<u8> {
        let request = [self.head.as_slice(), &self.body].concat();
        let (mut request, head) = (request, self.head.len());
        let plate = format!("浙A{:05}", number % 100_000);
        request[head + self.plate..][..plate.len()].copy_from_slice(plate.as_bytes());
        let number = NUMBER + number as u64;
        let text = if self.hexadecimal { format!("{number:012x}") } else { number.to_string() };
        request[head + self.number..][..self.width].copy_from_slice(text.as_bytes());
        request
    }
}

/// Sends a push on a connection of its own, as cameras do; the status of the answer.
async fn push(to: std::net::SocketAddr, request: &[u8]) -> anyhow::Result<u16> {
    let mut stream = TcpStream::connect(to).await?;
    stream.set_nodelay(true)?;
    stream.write_all(request).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let status = answer.get(9..12).and_then(|status| std::str::from_utf8(status).ok()?.parse().ok());
    status.context("no answer")
}

/// A hall that takes every passage.
struct Hall {
    url: String,
    taken: Arc<Mutex<Vec<Value>>>,
}

impl Hall {
    async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (url, taken) = (format!("http://{}", listener.local_addr()?), Arc::<Mutex<Vec<Value>>>::default());
        let heard = taken.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let heard = heard.clone();
                tokio::spawn(async move { serve(stream, &heard).await });
            }
        });
        Ok(Self { url, taken })
    }

    fn all(&self, field: &str) -> Vec<String> {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.iter().filter_map(|passage| passage[field].as_str()).map(str::to_owned).collect()
    }

    fn ids(&self) -> Vec<String> {
        self.all("passage_id")
    }

    fn plates(&self) -> Vec<String> {
        self.all("plate")
    }
}

/// One request after the other, until the bridge goes.
async fn serve(mut stream: TcpStream, takes: &Mutex<Vec<Value>>) -> anyhow::Result<()> {
    let mut bytes = Vec::new();
    loop {
        let end = loop {
            if let Some(end) = bytes.windows(4).position(|part| part == b"\r\n\r\n") {
                break end + 4;
            }
            if stream.read_buf(&mut bytes).await? == 0 {
                return Ok(());
            }
        };
        let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
        let length: usize =
            head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0").trim().parse()?;
        while bytes.len() < end + length {
            if stream.read_buf(&mut bytes).await? == 0 {
                bail!("it broke off");
            }
        }
        if head.starts_with("post /api/v1/parking/passages ") {
            let passage = serde_json::from_slice(&bytes[end..end + length])?;
            takes.lock().unwrap_or_else(PoisonError::into_inner).push(passage);
        }
        bytes.drain(..end + length);
        stream.write_all(b"HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n").await?;
    }
}
