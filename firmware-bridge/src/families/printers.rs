//! Printers, as jobs see them: the driver of each in its owner.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use drivers::escpos;
use protocol::bridge::{DeviceKind, JobReport, JobState, Paper, Trouble};
use tokio::sync::oneshot;

use crate::device::{Handle, Order, Told};
use crate::failpoint;
use crate::families::Start;
use crate::jobs::Prints;
use crate::journal::Journal;
use crate::settings::{self, Settings};

impl Told for escpos::Event {
    fn health(&self) -> Option<drivers::Health> {
        match self {
            Self::Health(health) => Some(*health),
            Self::Job { .. } => None,
        }
    }
}

/// A status request is that long at the most; what is longer is part of a job.
const STATUS_REQUEST: usize = 12;

/// The job that the driver has, and who waits for its end.
type UnderWay = Arc<Mutex<Option<(String, oneshot::Sender<JobReport>)>>>;

/// What the owner of a printer tells, on its way to who waits for it.
#[derive(Debug, Clone, Default)]
pub struct Ends {
    under_way: UnderWay,
    busy: Arc<AtomicBool>,
}

impl Ends {
    /// Takes what the driver tells.
    pub fn tell(&self, event: escpos::Event) {
        let escpos::Event::Job { job, report } = event else { return };
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        match under_way.take() {
            Some((name, waits)) if name == job => {
                self.busy.store(false, Ordering::Relaxed);
                let _ = waits.send(report);
            }
            other => {
                *under_way = other;
                tracing::warn!(job, ?report, "a job has ended that nobody waits for");
            }
        }
    }

    /// Everything that was to be sent, so many bytes, has been.
    pub fn drained(&self, bytes: usize) {
        if bytes > STATUS_REQUEST && self.busy.load(Ordering::Relaxed) {
            failpoint::reach("job.sent");
        }
    }
}

/// A printer with its owner.
#[derive(Debug, Clone)]
pub struct Printer {
    /// Its owner.
    pub handle: Handle<escpos::Command>,
    /// Where its driver's reports arrive.
    pub ends: Ends,
}

impl Prints for Printer {
    async fn print(&self, job: &str, paper: Paper) -> JobReport {
        let unknown = || JobReport { state: JobState::Unknown, why: self.trouble() };
        let (waits, ended) = oneshot::channel();
        *self.ends.under_way.lock().unwrap_or_else(PoisonError::into_inner) = Some((job.to_owned(), waits));
        self.ends.busy.store(true, Ordering::Relaxed);
        let command = escpos::Command::Print { job: job.to_owned(), paper };
        if self.handle.order(Order::Command(command)).await.is_err() {
            return JobReport { state: JobState::Failed, why: Some(Trouble::NoAnswer) };
        }
        ended.await.unwrap_or_else(|_| unknown())
    }

    async fn give_up(&self) {
        let _ = self.handle.order(Order::Reopen).await;
    }

    fn trouble(&self) -> Option<Trouble> {
        self.handle.device.borrow().why
    }
}

/// Starts the printers of the settings.
pub fn start(settings: &Settings, journal: &Journal, start: &mut Start) -> Vec<(String, Printer)> {
    let mut printers = Vec::new();
    for settings::Printer { device, model, logo } in &settings.printers {
        let name = device.name.clone();
        let model = *model;
        let (port, shared) =
            start.port(&device.port, |now| escpos::VirtualPrinter::new(model, now), escpos::VirtualPrinter::room);
        start.virtuals.printers.extend(shared.map(|shared| (name.clone(), shared)));
        let mut driver = escpos::Printer::new(model);
        driver.set_logo(logo.clone());
        if journal.is_interrupted(&name) {
            driver.expect_remnant();
        }
        let ends = Ends::default();
        let (tell, drained) = (ends.clone(), ends.clone());
        let handle = start.owner(
            DeviceKind::Printer,
            device,
            driver,
            port,
            Box::new(move |event| tell.tell(event)),
            Box::new(move |bytes| drained.drained(bytes)),
        );
        printers.push((name, Printer { handle, ends }));
    }
    printers
}
