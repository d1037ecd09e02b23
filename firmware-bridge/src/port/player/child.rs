//! A program that is run for a moment: it gets its arguments as a list, its input through a pipe, and never lives longer than it
//! is wanted.

use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{self, ChildStderr, Command};
use tokio_util::sync::CancellationToken;

/// What is kept of its complaints, in bytes: their end.
const COMPLAINT: usize = 512;
/// So long its complaints are waited for when it has ended.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// Why a program did not do what it was run for.
#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    #[error("{0} cannot be started: {1}")]
    NotStarted(String, #[source] io::Error),
    #[error("{0}: {1}")]
    Ended(ExitStatus, String),
    #[error("it cannot be waited for: {0}")]
    Lost(#[source] io::Error),
    #[error("it gave more than was asked for")]
    TooMuch,
    #[error("it took too long")]
    Stopped,
}

/// See the module.
pub(super) struct Child {
    process: process::Child,
}

impl Child {
    /// Starts a program. No shell has a part in it.
    pub fn start(program: &Path, arguments: &[&str]) -> Result<Self, Broken> {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A group of its own: what it starts itself ends with it.
        command.process_group(0).kill_on_drop(true);
        let process = command.spawn().map_err(|error| Broken::NotStarted(program.display().to_string(), error))?;
        Ok(Self { process })
    }

    /// Gives it its input and waits for its end; gives what it said, at most so many bytes. When this returns it is gone, and
    /// so is what it started.
    pub async fn run(mut self, input: Vec<u8>, most: usize, stop: &CancellationToken) -> Result<Vec<u8>, Broken> {
        let id = self.process.id();
        let (stdin, stdout) = (self.process.stdin.take(), self.process.stdout.take());
        let complaint = self.process.stderr.take().map(|stderr| tokio::spawn(tail(stderr)));
        let feed = async {
            if let Some(mut stdin) = stdin {
                // One that takes no more has ended, and says why.
                let _ = stdin.write_all(&input).await;
                let _ = stdin.shutdown().await;
            }
        };
        let hear = async {
            match stdout {
                Some(stdout) => read(stdout, most).await,
                None => Some(Vec::new()),
            }
        };
        let work = async {
            let (said, ended, ()) = tokio::join!(hear, self.process.wait(), feed);
            (said, ended)
        };
        let done = tokio::select! {
            done = work => Some(done),
            () = stop.cancelled() => None,
        };
        if done.is_none() {
            end(&mut self.process, id).await;
        }
        let mut complained = String::new();
        if let Some(mut task) = complaint {
            match tokio::time::timeout(LAST_WORDS, &mut task).await {
                Ok(text) => complained = text.unwrap_or_default(),
                // Somebody that it started still holds the other end.
                Err(_) => task.abort(),
            }
        }
        match done {
            None => Err(Broken::Stopped),
            Some((_, Err(error))) => Err(Broken::Lost(error)),
            Some((_, Ok(status))) if !status.success() => Err(Broken::Ended(status, complained)),
            Some((None, Ok(_))) => Err(Broken::TooMuch),
            Some((Some(said), Ok(_))) => Ok(said),
        }
    }
}

/// Ends a process and its group, and takes in its end, so that no remnant of it stays in the table of processes.
async fn end(process: &mut process::Child, id: Option<u32>) {
    // Also where it has ended itself: somebody of its group still holds the other end of a pipe, so the group is still its own.
    if let Some(group) = id.and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw) {
        // It may have ended this moment.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = process.kill().await;
}

/// Reads to the end; `None` where that is more than so many bytes.
async fn read(mut from: impl AsyncRead + Unpin, most: usize) -> Option<Vec<u8>> {
    let mut all = Vec::new();
    let mut buffer = vec![0; 8192];
    let mut fits = true;
    // What is too much is read as well: a program that cannot write does not end.
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        fits &= all.len() + count <= most;
        if fits {
            all.extend_from_slice(&buffer[..count]);
        }
    }
    fits.then_some(all)
}

/// The last of what it complains of, as one line.
async fn tail(mut stderr: ChildStderr) -> String {
    let mut all: Vec<u8> = Vec::new();
    let mut buffer = [0; 1024];
    while let Ok(count @ 1..) = stderr.read(&mut buffer).await {
        all.extend_from_slice(&buffer[..count]);
        all.drain(..all.len().saturating_sub(COMPLAINT));
    }
    let text = String::from_utf8_lossy(&all);
    text.lines().last().unwrap_or_default().chars().filter(|c| !c.is_control()).collect()
}
