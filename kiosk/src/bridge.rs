//! `paihao-bridge` as a kiosk speaks to it: print jobs, the card reader, the scanner, and how they are.

use std::path::PathBuf;
use std::time::Duration;

use futures_util::StreamExt as _;
use hyper::Method;
use protocol::Pii;
use protocol::bridge::{
    Card, CardTrouble, Device, DeviceKind, DeviceMessage, DeviceState, JobReport, JobState, Paper, PrintJob,
    ReaderMessage, ScannerMessage, Trouble,
};
use serde::de::DeserializeOwned;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

use crate::failpoint;
use crate::server::jittered;
use crate::spool::Job;
use link::{Address, Ask, Failure};

/// How long a job may take: a page takes two seconds, one behind a slow line some more.
const PRINT: Duration = Duration::from_secs(20);
/// A stream without a message for so long is dead: the bridge ticks every two seconds.
const SILENCE: Duration = Duration::from_secs(6);
const PAUSE: Duration = Duration::from_millis(500);

/// See the module.
#[derive(Debug, Clone)]
pub struct Bridge {
    address: Address,
    printer: String,
    reader: String,
    scanner: Option<String>,
}

/// News of the devices.
#[derive(Debug)]
pub enum News {
    /// How the printer is.
    Printer(DeviceState, Option<Trouble>),
    /// How the reader is.
    Reader(DeviceState),
    /// A card was laid down, and is being read.
    Found,
    /// A card was read.
    Read(Box<Card>),
    /// A card was not read.
    Failed(CardTrouble),
    /// The card is gone.
    Removed,
    /// How the scanner is.
    Scanner(DeviceState),
    /// A code was scanned; none when it was no text.
    Scanned(Option<Pii<String>>),
}

impl Bridge {
    /// The bridge at a socket, with the names of the kiosk's devices in its settings.
    pub fn new(socket: PathBuf, printer: &str, reader: &str, scanner: Option<&str>) -> Self {
        Self {
            address: Address::Unix(socket),
            printer: printer.to_owned(),
            reader: reader.to_owned(),
            scanner: scanner.map(str::to_owned),
        }
    }

    /// Prints a job, at most once however often it is sent.
    pub async fn print(&self, job: &str, paper: Paper) -> Job {
        let path = format!("/v1/printers/{}/jobs/{job}", self.printer);
        let Ok(body) = serde_json::to_vec(&PrintJob { paper }) else { return Job::Report(refused()) };
        let sent =
            self.address.ask(Ask { method: Method::PUT, path: &path, headers: vec![], body: body.into() }, PRINT);
        let answer = if failpoint::is_armed("visit.printing") {
            // Long enough for the job to arrive, too short for it to be printed.
            let _ = timeout(Duration::from_millis(100), sent).await;
            failpoint::hit("visit.printing");
            return Job::Lost;
        } else {
            sent.await
        };
        match answer {
            Ok((200..300, body)) => match serde_json::from_slice(&body) {
                Ok(report) => Job::Report(report),
                Err(error) => {
                    tracing::error!(%error, "the bridge's report cannot be read");
                    Job::Lost
                }
            },
            Ok((status @ (400 | 413 | 422), _)) => {
                tracing::error!(job, status, "the bridge refuses the paper");
                Job::Report(refused())
            }
            Ok((404, _)) => {
                tracing::error!(printer = self.printer, "the bridge has no such printer");
                Job::NotSent
            }
            Ok((status, _)) => {
                tracing::warn!(job, status, "the bridge cannot print now");
                Job::Lost
            }
            Err(Failure::NotSent(error)) => {
                tracing::warn!(job, %error, "the bridge was not reached");
                Job::NotSent
            }
            Err(Failure::Lost(error)) => {
                tracing::warn!(job, %error, "the bridge did not answer");
                Job::Lost
            }
        }
    }

    /// Follows the printer for ever.
    pub async fn follow_printer(&self, news: mpsc::Sender<News>) {
        let took = |message: DeviceMessage| match message {
            DeviceMessage::Changed { device } if self.is_printer(&device) => {
                Some(News::Printer(device.state, device.why))
            }
            _ => None,
        };
        let gone = || News::Printer(DeviceState::Gone, Some(Trouble::NoAnswer));
        self.follow("/v1/live", took, gone, news).await;
    }

    /// Follows the reader for ever.
    pub async fn follow_reader(&self, news: mpsc::Sender<News>) {
        let took = |message: ReaderMessage| match message {
            ReaderMessage::Found => Some(News::Found),
            ReaderMessage::Read { card } => Some(News::Read(card)),
            ReaderMessage::Failed { why } => Some(News::Failed(why)),
            ReaderMessage::Removed => Some(News::Removed),
            ReaderMessage::Changed { device } => Some(News::Reader(device.state)),
            ReaderMessage::Tick => None,
        };
        let path = format!("/v1/readers/{}/live", self.reader);
        self.follow(&path, took, || News::Reader(DeviceState::Gone), news).await;
    }

    /// Follows the scanner for ever, where there is one.
    pub async fn follow_scanner(&self, news: mpsc::Sender<News>) {
        let Some(scanner) = &self.scanner else { return };
        let took = |message: ScannerMessage| match message {
            ScannerMessage::Scanned { text } => Some(News::Scanned(Some(text))),
            ScannerMessage::Unreadable => Some(News::Scanned(None)),
            ScannerMessage::Changed { device } => Some(News::Scanner(device.state)),
            ScannerMessage::Tick => None,
        };
        let path = format!("/v1/scanners/{scanner}/live");
        self.follow(&path, took, || News::Scanner(DeviceState::Gone), news).await;
    }

    fn is_printer(&self, device: &Device) -> bool {
        device.kind == DeviceKind::Printer && device.name == self.printer
    }

    async fn follow<M: DeserializeOwned>(
        &self,
        path: &str,
        took: impl Fn(M) -> Option<News>,
        gone: impl Fn() -> News,
        news: mpsc::Sender<News>,
    ) {
        loop {
            match self.address.socket(path, vec![]).await {
                Ok(mut socket) => {
                    while let Ok(Some(Ok(message))) = timeout(SILENCE, socket.next()).await {
                        let Message::Text(text) = message else { continue };
                        // The text may name a person: it is never logged.
                        let Ok(message) = serde_json::from_str(&text) else {
                            tracing::error!(path, "a message of the bridge cannot be read");
                            break;
                        };
                        if let Some(heard) = took(message)
                            && news.send(heard).await.is_err()
                        {
                            return;
                        }
                    }
                }
                Err(error) => tracing::debug!(path, %error, "the bridge is away"),
            }
            if news.send(gone()).await.is_err() {
                return;
            }
            tokio::time::sleep(jittered(PAUSE)).await;
        }
    }
}

fn refused() -> JobReport {
    JobReport { state: JobState::Failed, why: Some(Trouble::Refused) }
}
