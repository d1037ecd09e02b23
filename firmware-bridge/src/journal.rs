//! The journal of print jobs: what was begun, and how it ended. An append-only file, so that a job is printed at most once,
//! whatever dies in between.
//!
//! `DIR/jobs` has a line for each step of a job: a check sum, a space, and an [`Entry`] as JSON. The last line of a job counts.
//! A job stands in it before the first byte goes to the printer. It holds the name of the job, which printer, a digest of what
//! was to be printed, and its end; never what was printed. A job that was begun and has no end when the bridge starts is
//! `unknown`: nobody can say how much of it lies in the tray. Jobs are forgotten after [`KEPT_S`].

pub(crate) mod entry;
pub(crate) mod tail;

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use protocol::bridge::{JobReport, JobState};

pub use entry::{Digest, Entry};
use tail::{Tail, Written};

/// How long a job is remembered, in seconds. Nobody asks for the same copy of a ticket on another day.
pub const KEPT_S: i64 = 7 * 86_400;
/// Most jobs that are remembered: some weeks of a busy kiosk.
const MAX_JOBS: usize = 20_000;
/// Lines that say nothing new, before the file is written anew.
const WASTE: usize = 5_000;

/// How a job has ended that was under way when the bridge did.
const INTERRUPTED: JobReport = JobReport { state: JobState::Unknown, why: None };

/// The journal could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The line was not written, and nothing of it is left. Another try may succeed.
    #[error("the journal of print jobs takes no line")]
    NotWritten(#[source] io::Error),
    /// Nobody knows what is on the disk: only a new start reads it anew.
    #[error("the journal of print jobs is in an unknown state")]
    Lost(#[source] io::Error),
    /// It could not be opened or read.
    #[error("{operation} {path}")]
    Open {
        /// What was tried.
        operation: &'static str,
        /// On which file.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
}

/// The journal. Its calls that write wait for the disk: they are for threads that may block.
#[derive(Debug)]
pub struct Journal {
    dir: PathBuf,
    tail: Mutex<Tail>,
    entries: Mutex<HashMap<String, Entry>>,
    /// One bridge to a journal.
    _lock: File,
}

/// What was found at the start.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Jobs whose end is known.
    pub ended: usize,
    /// Jobs that were under way when the last bridge ended, and are `unknown` now.
    pub interrupted: usize,
    /// Lines that say nothing, other than the torn last one.
    pub damaged: usize,
}

impl Journal {
    /// Opens the journal of a directory, which is made when it is missing. `now_s` is the time, in seconds since 1970.
    pub fn open(dir: &Path, now_s: i64) -> Result<(Self, Found), JournalError> {
        let at = |operation, path: &Path| {
            let path = path.to_owned();
            move |source| JournalError::Open { operation, path, source }
        };
        std::fs::create_dir_all(dir).map_err(at("cannot make", dir))?;
        let lock_path = dir.join("lock");
        let lock = File::create(&lock_path).map_err(at("cannot make", &lock_path))?;
        let locked = lock.try_lock().map_err(io::Error::from);
        locked.map_err(at("another bridge works with", &lock_path))?;
        let path = dir.join("jobs");
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(at("cannot read", &path)(error)),
        };
        let (mut entries, damaged) = entry::replay(&bytes);
        let mut found = Found { damaged, ..Found::default() };
        for entry in entries.values_mut() {
            if entry.report.state == JobState::Printing {
                entry.report = INTERRUPTED;
                found.interrupted += 1;
            } else {
                found.ended += 1;
            }
        }
        let tail = rewrite(dir, &mut entries, now_s).map_err(at("cannot write", &path))?;
        Ok((Self { dir: dir.to_owned(), tail: Mutex::new(tail), entries: Mutex::new(entries), _lock: lock }, found))
    }

    /// What is known of a job.
    pub fn entry(&self, job: &str) -> Option<Entry> {
        self.entries().get(job).cloned()
    }

    /// Whether the last job of a printer was under way when a bridge ended: half of it may hang there.
    pub fn is_interrupted(&self, printer: &str) -> bool {
        let entries = self.entries();
        let last = entries
            .values()
            .filter(|entry| entry.printer == printer)
            .max_by_key(|entry| (entry.at, entry.report == INTERRUPTED));
        // A driver that gives a job up says why, and has struck it out.
        last.is_some_and(|entry| entry.report == INTERRUPTED)
    }

    /// Writes how far a job is; when this returns `Ok` it is on the disk.
    pub fn write(&self, job: &str, entry: Entry) -> Result<(), JournalError> {
        let mut tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        match tail.append(&entry::line(job, &entry)) {
            Written::Yes => {}
            Written::No(error) => return Err(JournalError::NotWritten(error)),
            Written::Perhaps(error) => return Err(JournalError::Lost(error)),
        }
        let now_s = entry.at;
        let remembered = {
            let mut entries = self.entries();
            entries.insert(job.to_owned(), entry);
            entries.len()
        };
        if tail.lines() > remembered + WASTE || remembered > MAX_JOBS + WASTE {
            // What cannot be written anew is still there in its old form.
            let mut kept = self.entries().clone();
            match rewrite(&self.dir, &mut kept, now_s) {
                Ok(new) => {
                    *tail = new;
                    *self.entries() = kept;
                }
                Err(error) => tracing::warn!(%error, "the journal of print jobs could not be shortened"),
            }
        }
        Ok(())
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets what is old and writes the rest into a new file, which takes the place of the old one in one step.
fn rewrite(dir: &Path, entries: &mut HashMap<String, Entry>, now_s: i64) -> io::Result<Tail> {
    entries.retain(|_, entry| entry.report.state == JobState::Printing || entry.at > now_s - KEPT_S);
    if entries.len() > MAX_JOBS {
        let mut times: Vec<i64> = entries.values().map(|entry| entry.at).collect();
        times.sort_unstable();
        let oldest = times[times.len() - MAX_JOBS];
        entries.retain(|_, entry| entry.report.state == JobState::Printing || entry.at >= oldest);
    }
    let mut sorted: Vec<(&String, &Entry)> = entries.iter().collect();
    sorted.sort_unstable_by_key(|(job, entry)| (entry.at, *job));
    let bytes: Vec<u8> = sorted.into_iter().flat_map(|(job, entry)| entry::line(job, entry)).collect();
    let (new, path) = (dir.join("jobs.new"), dir.join("jobs"));
    let mut file = File::create(&new)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    std::fs::rename(&new, &path)?;
    File::open(dir)?.sync_all()?;
    Ok(Tail::new(Box::new(file), bytes.len() as u64, entries.len()))
}

#[cfg(test)]
mod tests;
