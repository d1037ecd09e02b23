//! The outbox itself: what waits, what was told before, and the file that holds both over a power cut.
//!
//! `DIR/passages` is append-only, a line for each step ([`super::entry`]), written anew when too many lines say nothing any
//! more. What was refused for good stands in `DIR/passages.refused`, without plates. When the disk takes nothing, everything
//! goes on in memory, and the file is written anew as soon as it can be.

use std::collections::{HashMap, VecDeque};
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;

use super::entry::{self, New, Passage, Said};
use super::seal::{Mark, Seal};
use crate::journal::tail::{Tail, Written};

/// Most passages that wait: some weeks of a large car park.
pub const MAX_WAITING: usize = 100_000;
/// How long an id is remembered, in seconds.
const KNOWN_S: i64 = 48 * 3_600;
/// Most ids that are remembered.
const MAX_KNOWN: usize = 100_000;
/// The same plate before the same camera within so many seconds is the same vehicle.
const NEAR_S: u64 = 10;
/// Plates of the last seconds; more than any lane sees.
const MAX_NEAR: usize = 4_096;
/// Lines that say nothing new, before the file is written anew.
const WASTE: usize = 5_000;
/// Seconds between two tries to write what is in memory alone.
const MEND_S: i64 = 5;
/// Largest file of what was refused, in bytes; then it becomes the old one.
const MAX_REFUSED: u64 = 1024 * 1024;

/// What became of a passage that was told to the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entered {
    /// It waits for the hall.
    New,
    /// It was told before.
    Known,
    /// There is no room for more.
    Full,
}

/// How the hall answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It counts it, or had counted it before.
    Taken,
    /// It never will.
    Refused {
        /// Status of the answer.
        status: u16,
        /// The stable name of the refusal.
        name: String,
    },
}

/// What is to be done; a batch of it is written at once.
#[derive(Debug)]
pub enum Step {
    /// A passage was seen.
    Enter(Box<New>),
    /// The hall has answered to that of this number.
    Settle(u64, Outcome),
}

/// See the module. Its calls that write wait for the disk: they are for threads that may block.
#[derive(Debug)]
pub struct Book {
    dir: PathBuf,
    seal: Arc<Seal>,
    tail: Option<Tail>,
    /// The last try to write the file anew.
    tried_s: i64,
    /// The disk took nothing at the last try.
    was_lost: bool,
    next: u64,
    waiting: VecDeque<(u64, New)>,
    known: Known,
    /// How many the hall has taken since the start.
    pub taken: u64,
    /// How many it has refused since the start.
    pub refused: u64,
}

impl Book {
    /// Opens the outbox of a directory. Fails when what stands there cannot be read; a disk that takes nothing is no failure.
    pub fn open(dir: &Path, seal: Arc<Seal>, now_s: i64) -> io::Result<Self> {
        std::fs::create_dir_all(dir)?;
        let bytes = match std::fs::read(dir.join("passages")) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        let (all, damaged) = entry::read(&bytes, &seal);
        if damaged > 0 {
            tracing::error!(lines = damaged, "the outbox of passages was damaged: what these lines said is lost");
        }
        let mut book = Self {
            dir: dir.to_owned(),
            seal,
            tail: None,
            tried_s: now_s,
            was_lost: false,
            next: 1,
            waiting: VecDeque::new(),
            known: Known::default(),
            taken: 0,
            refused: 0,
        };
        for said in all {
            match said {
                Said::Waits(n, new) => {
                    book.known.remember(&new, new.event_s);
                    book.next = book.next.max(n + 1);
                    book.waiting.push_back((n, *new));
                }
                Said::Ended(n) => {
                    if let Some(at) = book.waiting.iter().position(|(other, _)| *other == n) {
                        book.waiting.remove(at);
                    }
                }
                Said::Known(mark, s) => book.known.id(mark, s),
            }
        }
        book.rewrite(now_s);
        Ok(book)
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Whether what waits stands on the disk.
    pub fn on_disk(&self) -> bool {
        self.tail.is_some()
    }

    /// The oldest that waits, and its number.
    pub fn front(&self) -> Option<(u64, &Passage)> {
        self.waiting.front().map(|(n, new)| (*n, &new.passage))
    }

    /// Does what is to be done, with one wait for the disk. What became of each; of what was settled it says nothing new.
    pub fn work(&mut self, steps: Vec<Step>, now_s: i64) -> Vec<Entered> {
        let (mut lines, mut count) = (Vec::new(), 0);
        let mut came = Vec::with_capacity(steps.len());
        for step in steps {
            let (line, became) = match step {
                Step::Enter(new) => self.enter(*new, now_s),
                Step::Settle(n, outcome) => (self.settle(n, &outcome, now_s), Entered::Known),
            };
            count += usize::from(line.is_some());
            lines.extend(line.into_iter().flatten());
            came.push(became);
        }
        if count > 0 {
            self.write(&lines, count, now_s);
        } else {
            self.mend(now_s);
        }
        came
    }

    fn enter(&mut self, new: New, now_s: i64) -> (Option<Vec<u8>>, Entered) {
        if self.known.knows(&new) {
            return (None, Entered::Known);
        }
        if self.waiting.len() >= MAX_WAITING {
            return (None, Entered::Full);
        }
        self.known.remember(&new, now_s);
        self.known.forget(now_s);
        let n = self.next;
        self.next += 1;
        let line = entry::waits(n, &new, &self.seal);
        self.waiting.push_back((n, new));
        (Some(line), Entered::New)
    }

    fn settle(&mut self, n: u64, outcome: &Outcome, now_s: i64) -> Option<Vec<u8>> {
        let at = self.waiting.iter().position(|(other, _)| *other == n)?;
        let (_, new) = self.waiting.remove(at)?;
        match outcome {
            Outcome::Taken => self.taken += 1,
            Outcome::Refused { status, name } => {
                self.refused += 1;
                if let Err(error) = self.set_aside(new.passage, *status, name, now_s) {
                    tracing::warn!(%error, "a passage that the hall refused could not be set aside");
                }
            }
        }
        Some(entry::ended(n))
    }

    /// Keeps what was refused for whoever looks into it. The plate is nobody's business any more.
    fn set_aside(&self, mut passage: Passage, status: u16, name: &str, now_s: i64) -> io::Result<()> {
        passage.plate = None;
        let path = self.dir.join("passages.refused");
        if std::fs::metadata(&path).is_ok_and(|file| file.len() > MAX_REFUSED) {
            std::fs::rename(&path, self.dir.join("passages.refused.old"))?;
        }
        let line = json!({ "status": status, "why": name, "refused_s": now_s, "passage": passage });
        let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(&path)?;
        file.write_all(format!("{line}\n").as_bytes())
    }

    fn write(&mut self, lines: &[u8], count: usize, now_s: i64) {
        let Some(tail) = &mut self.tail else { return self.mend(now_s) };
        match tail.append_all(lines, count) {
            Written::Yes if tail.lines() > self.waiting.len() + self.known.ids.len() + WASTE => self.rewrite(now_s),
            Written::Yes => {}
            // Nobody knows what the old file holds; memory knows what it should.
            Written::No(error) | Written::Perhaps(error) => {
                tracing::error!(%error, "the outbox of passages takes nothing: what waits is in memory alone");
                (self.tail, self.was_lost, self.tried_s) = (None, true, now_s);
            }
        }
    }

    /// Tries again to get onto the disk, now and then.
    pub fn mend(&mut self, now_s: i64) {
        if self.tail.is_none() && (now_s - self.tried_s).abs() >= MEND_S {
            self.rewrite(now_s);
        }
    }

    /// Writes what counts into a new file, which takes the place of the old one in one step.
    fn rewrite(&mut self, now_s: i64) {
        self.known.forget(now_s);
        self.tried_s = now_s;
        match self.written_anew() {
            Ok(tail) => {
                if self.was_lost {
                    tracing::info!("the outbox of passages is on the disk again");
                    self.was_lost = false;
                }
                self.tail = Some(tail);
            }
            Err(error) if self.tail.is_none() => {
                // Said once, and not every five seconds for as long as the disk is full.
                if !self.was_lost {
                    tracing::error!(%error, "the outbox of passages cannot be written: what waits is in memory alone");
                    self.was_lost = true;
                }
            }
            // What cannot be written anew is still there in its old form.
            Err(error) => tracing::warn!(%error, "the outbox of passages could not be shortened"),
        }
    }

    fn written_anew(&self) -> io::Result<Tail> {
        let (new, path) = (self.dir.join("passages.new"), self.dir.join("passages"));
        let ids = self.known.order.iter().filter(|(mark, s)| self.known.ids.get(mark) == Some(s));
        let mut count = 0;
        let mut bytes = Vec::new();
        for (mark, s) in ids {
            bytes.extend(entry::known(mark, *s));
            count += 1;
        }
        for (n, new) in &self.waiting {
            bytes.extend(entry::waits(*n, new, &self.seal));
            count += 1;
        }
        let _ = std::fs::remove_file(&new);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        std::fs::rename(&new, &path)?;
        File::open(&self.dir)?.sync_all()?;
        Ok(Tail::new(Box::new(file), bytes.len() as u64, count))
    }
}

/// What was told before.
#[derive(Debug, Default)]
struct Known {
    ids: HashMap<Mark, i64>,
    /// The same, oldest first; an id may stand here twice, with the newer time counting.
    order: VecDeque<(Mark, i64)>,
    near: HashMap<Mark, i64>,
}

impl Known {
    fn knows(&self, new: &New) -> bool {
        let near = |mark| self.near.get(mark).is_some_and(|last: &i64| last.abs_diff(new.event_s) < NEAR_S);
        new.known.as_ref().is_some_and(|mark| self.ids.contains_key(mark)) || new.near.as_ref().is_some_and(near)
    }

    fn remember(&mut self, new: &New, now_s: i64) {
        if let Some(mark) = new.known {
            self.id(mark, now_s);
        }
        if let Some(mark) = new.near {
            self.near.insert(mark, new.event_s);
        }
    }

    fn id(&mut self, mark: Mark, s: i64) {
        if self.ids.insert(mark, s) != Some(s) {
            self.order.push_back((mark, s));
        }
    }

    fn forget(&mut self, now_s: i64) {
        while let Some((mark, s)) = self.order.front()
            && (*s < now_s - KNOWN_S || self.ids.len() > MAX_KNOWN)
        {
            if self.ids.get(mark) == Some(s) {
                self.ids.remove(mark);
            }
            self.order.pop_front();
        }
        if self.near.len() > MAX_NEAR {
            self.near.retain(|_, last| last.abs_diff(now_s) < NEAR_S);
        }
    }
}

#[cfg(test)]
mod tests;
