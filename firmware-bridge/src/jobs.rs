//! Print jobs: each is printed at most once, however often, from wherever and across whatever restarts it is asked for.
//!
//! A job waits for its printer in memory alone. When its turn comes it is journalled, then sent, then its end is journalled,
//! then whoever waits is answered. So a job that the journal does not know has sent no byte, and one that it knows is never
//! begun again. Nobody has to wait: a job goes on when its client has gone.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use protocol::bridge::{JobReport, JobState, Paper};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock;
use crate::failpoint;
use crate::journal::{Digest, Entry, Journal, JournalError};

/// Jobs that may wait for one printer.
const WAITING: usize = 16;
/// A job that has waited so long is given up before it is begun: its visitor has been told something else by then.
const PATIENCE: Duration = Duration::from_secs(45);
/// A driver ends every job long before; then the line is opened anew.
const LIMIT: Duration = Duration::from_secs(90);
/// How long a job under way may take when the bridge is to stop.
const GRACE: Duration = Duration::from_secs(8);

/// A printer, as jobs see it. One job at a time.
pub trait Prints: Send + Sync + 'static {
    /// Prints and says how it ended.
    fn print(&self, job: &str, paper: Paper) -> impl Future<Output = JobReport> + Send;
    /// What is under way will never end: begin anew.
    fn give_up(&self) -> impl Future<Output = ()> + Send;
    /// Why it would not print now, as far as is known.
    fn trouble(&self) -> Option<protocol::bridge::Trouble>;
}

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// It waits or is being printed.
    UnderWay,
    /// It has ended, and the journal knows it.
    Ended(JobReport),
    /// It was not begun and is not known: the journal took no line.
    NoRoom,
    /// It was not begun and is not known: the bridge stopped first.
    Stopped,
}

/// A job was refused: nothing of it was or will be printed because of this request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is no such printer.
    #[error("no printer is named {0:?}")]
    UnknownPrinter(String),
    /// The name belongs to a job with other content.
    #[error("a job of this name has other content: print another copy under another name")]
    OtherContent,
    /// The name belongs to a job of another printer.
    #[error("a job of this name went to the printer {0:?}: print another copy under another name")]
    OtherPrinter(String),
    /// Too many jobs wait.
    #[error("too many jobs wait for this printer")]
    Busy,
    /// The bridge is stopping.
    #[error("the bridge is stopping")]
    Stopping,
}

/// The jobs of all printers.
#[derive(Debug, Clone)]
pub struct Jobs {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    journal: Arc<Journal>,
    live: Mutex<HashMap<String, Live>>,
    queues: HashMap<String, mpsc::Sender<Task>>,
    stop: CancellationToken,
}

/// A job that waits or is under way.
#[derive(Debug)]
struct Live {
    printer: String,
    digest: Digest,
    progress: watch::Receiver<Progress>,
}

#[derive(Debug)]
struct Task {
    job: String,
    digest: Digest,
    paper: Paper,
    since: Instant,
    progress: watch::Sender<Progress>,
}

impl Jobs {
    /// Starts a worker for each printer, in `workers`. They end after `stop`, each with its job under way; `broken` is
    /// cancelled when the journal can no longer be trusted.
    pub fn start<P: Prints>(
        journal: Journal,
        printers: Vec<(String, P)>,
        workers: &TaskTracker,
        stop: &CancellationToken,
        broken: &CancellationToken,
    ) -> Self {
        let mut queues = HashMap::new();
        let mut waiting = Vec::new();
        for (name, printer) in printers {
            let (queue, tasks) = mpsc::channel(WAITING);
            queues.insert(name.clone(), queue);
            waiting.push((name, printer, tasks));
        }
        let inner = Inner { journal: Arc::new(journal), live: Mutex::default(), queues, stop: stop.clone() };
        let jobs = Self { inner: Arc::new(inner) };
        for (name, printer, tasks) in waiting {
            let worker = Worker { jobs: jobs.clone(), name, printer, broken: broken.clone() };
            workers.spawn(worker.run(tasks));
        }
        jobs
    }

    /// Wants a job printed. Gives its progress, which may be that of an earlier request.
    pub fn submit(&self, printer: &str, job: &str, paper: Paper) -> Result<watch::Receiver<Progress>, Refused> {
        let queue = self.inner.queues.get(printer).ok_or_else(|| Refused::UnknownPrinter(printer.to_owned()))?;
        let digest = Digest::of(&paper);
        let same = |known: &Digest, at: &str| match () {
            () if at != printer => Err(Refused::OtherPrinter(at.to_owned())),
            () if *known != digest => Err(Refused::OtherContent),
            () => Ok(()),
        };
        let mut live = self.live();
        if let Some(known) = live.get(job) {
            same(&known.digest, &known.printer)?;
            return Ok(known.progress.clone());
        }
        if let Some(entry) = self.inner.journal.entry(job) {
            same(&entry.digest, &entry.printer)?;
            return Ok(watch::channel(Progress::Ended(entry.report)).1);
        }
        if self.inner.stop.is_cancelled() {
            return Err(Refused::Stopping);
        }
        let (progress, receiver) = watch::channel(Progress::UnderWay);
        let task = Task { job: job.to_owned(), digest: digest.clone(), paper, since: Instant::now(), progress };
        queue.try_send(task).map_err(|_| Refused::Busy)?;
        live.insert(job.to_owned(), Live { printer: printer.to_owned(), digest, progress: receiver.clone() });
        Ok(receiver)
    }

    /// What is known of a job of a printer.
    pub fn report(&self, printer: &str, job: &str) -> Option<JobReport> {
        let live = self.live();
        if let Some(known) = live.get(job) {
            let printing = JobReport { state: JobState::Printing, why: None };
            return (known.printer == printer).then_some(printing);
        }
        self.inner.journal.entry(job).filter(|entry| entry.printer == printer).map(|entry| entry.report)
    }

    fn live(&self) -> MutexGuard<'_, HashMap<String, Live>> {
        self.inner.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Worker<P> {
    jobs: Jobs,
    name: String,
    printer: P,
    broken: CancellationToken,
}

impl<P: Prints> Worker<P> {
    async fn run(self, mut tasks: mpsc::Receiver<Task>) {
        loop {
            let task = tokio::select! {
                biased;
                () = self.jobs.inner.stop.cancelled() => break,
                task = tasks.recv() => task,
            };
            let Some(task) = task else { break };
            let ended = self.work(&task).await;
            self.end(&task, ended);
        }
        // Nothing of these was begun, and the journal does not know them: after the start they may be asked for again.
        tasks.close();
        while let Ok(task) = tasks.try_recv() {
            self.end(&task, Progress::Stopped);
        }
    }

    fn end(&self, task: &Task, ended: Progress) {
        // The journal knows it first, so that there is no moment at which nobody does.
        self.jobs.live().remove(&task.job);
        task.progress.send_replace(ended);
    }

    async fn work(&self, task: &Task) -> Progress {
        let report = if task.since.elapsed() > PATIENCE {
            JobReport { state: JobState::Failed, why: self.printer.trouble() }
        } else {
            if let Err(error) = self.write(task, JobReport { state: JobState::Printing, why: None }).await {
                tracing::error!(printer = self.name, job = task.job, %error, "a job was not begun");
                return Progress::NoRoom;
            }
            failpoint::reach("job.journalled");
            let report = self.print(task).await;
            failpoint::reach("job.confirmed");
            report
        };
        tracing::info!(printer = self.name, job = task.job, state = ?report.state, why = ?report.why, "print job");
        if let Err(error) = self.write(task, report).await {
            // What is in the tray is in the tray: the answer is true, and after a restart the job will be `unknown`.
            tracing::error!(printer = self.name, job = task.job, %error, "the end of a job was not journalled");
        }
        Progress::Ended(report)
    }

    async fn print(&self, task: &Task) -> JobReport {
        let stopped = async {
            self.jobs.inner.stop.cancelled().await;
            tokio::time::sleep(GRACE).await;
        };
        let printing = self.printer.print(&task.job, task.paper.clone());
        tokio::select! {
            report = tokio::time::timeout(LIMIT, printing) => {
                if let Ok(report) = report {
                    return report;
                }
                tracing::error!(printer = self.name, job = task.job, "the driver did not end a job");
                self.printer.give_up().await;
            }
            () = stopped => {}
        }
        JobReport { state: JobState::Unknown, why: self.printer.trouble() }
    }

    async fn write(&self, task: &Task, report: JobReport) -> Result<(), JournalError> {
        let (journal, job) = (self.jobs.inner.journal.clone(), task.job.clone());
        let entry = Entry { printer: self.name.clone(), digest: task.digest.clone(), at: clock::wall_s(), report };
        let written = tokio::task::spawn_blocking(move || journal.write(&job, entry)).await;
        let written = written.unwrap_or_else(|error| Err(JournalError::Lost(std::io::Error::other(error))));
        if matches!(written, Err(JournalError::Lost(_))) {
            self.broken.cancel();
        }
        written
    }
}

#[cfg(test)]
mod tests;
