//! The programs of a demo, each a process of its own: started, killed and started again at the press of a button, as a
//! technician would and as a power cut does.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::Context as _;
use jiff::Timestamp;
use serde::Serialize;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::{mpsc, oneshot, watch};

/// How long a program may take to say where it listens.
const START_TIMEOUT: Duration = Duration::from_mins(1);
/// How long it may take to end in order.
const STOP_TIMEOUT: Duration = Duration::from_secs(6);

/// How a program is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProgramView {
    /// Its name in the demo, such as `server` or `kiosk-1`.
    pub name: &'static str,
    /// Whether it runs.
    pub state: ProgramState,
    /// Since when, RFC 3339.
    pub since: String,
}

/// Whether a program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ProgramState {
    /// It has said where it listens.
    Running,
    /// It was killed, has ended or is starting.
    Down,
}

/// What is to be done with a program.
#[derive(Debug)]
enum Order {
    /// `kill -9`.
    Kill,
    /// Start it where it does not run; the answer comes when it listens.
    Start(oneshot::Sender<anyhow::Result<String>>),
    /// SIGTERM, and a while later `kill -9`.
    Stop(oneshot::Sender<()>),
}

/// A program; dropped, its process is killed.
#[derive(Debug, Clone)]
pub struct Program {
    orders: mpsc::Sender<Order>,
    view: watch::Receiver<ProgramView>,
}

/// How a program is started: its file and its arguments, made anew each time, for the time may stand in them.
pub type Line = Box<dyn Fn() -> (PathBuf, Vec<String>) + Send + Sync>;

impl Program {
    /// A program that does not run yet.
    pub fn new(name: &'static str, line: Line) -> Self {
        let (orders, inbox) = mpsc::channel(8);
        let (shown, view) = watch::channel(down(name));
        tokio::spawn(keep(name, line, inbox, shown));
        Self { orders, view }
    }

    /// How it is.
    pub fn view(&self) -> ProgramView {
        self.view.borrow().clone()
    }

    /// Starts it; answers what stands after `listening on `.
    pub async fn start(&self) -> anyhow::Result<String> {
        let (reply, answer) = oneshot::channel();
        self.orders.send(Order::Start(reply)).await.context("the program is kept no longer")?;
        answer.await.context("the program is kept no longer")?
    }

    /// Kills it at once.
    pub async fn kill(&self) {
        let mut view = self.view.clone();
        if self.orders.send(Order::Kill).await.is_ok() {
            let _ = view.wait_for(|view| view.state == ProgramState::Down).await;
        }
    }

    /// Ends it in order.
    pub async fn stop(&self) {
        let (reply, answer) = oneshot::channel();
        if self.orders.send(Order::Stop(reply)).await.is_ok() {
            let _ = answer.await;
        }
    }
}

fn down(name: &'static str) -> ProgramView {
    view(name, ProgramState::Down)
}

fn view(name: &'static str, state: ProgramState) -> ProgramView {
    let now = Timestamp::from_millisecond(crate::clock::Clock::real().now().0).unwrap_or_default();
    ProgramView { name, state, since: now.to_string() }
}

async fn keep(name: &'static str, line: Line, mut orders: mpsc::Receiver<Order>, shown: watch::Sender<ProgramView>) {
    let mut running: Option<(Child, String)> = None;
    loop {
        let order = match &mut running {
            None => orders.recv().await,
            Some((child, _)) => tokio::select! {
                order = orders.recv() => order,
                ended = child.wait() => {
                    tracing::warn!(name, status = ?ended.ok(), "a program of the demo ended");
                    running = None;
                    shown.send_replace(down(name));
                    continue;
                }
            },
        };
        match order {
            None => return,
            Some(Order::Kill) => {
                if let Some((mut child, _)) = running.take() {
                    let _ = child.kill().await;
                }
                shown.send_replace(down(name));
            }
            Some(Order::Start(reply)) => {
                let started = match running.take() {
                    Some(running) => Ok(running),
                    None => start(&line).await.with_context(|| format!("{name} does not start")),
                };
                let _ = reply.send(match started {
                    Ok((child, place)) => {
                        running = Some((child, place.clone()));
                        shown.send_replace(view(name, ProgramState::Running));
                        Ok(place)
                    }
                    Err(error) => Err(error),
                });
            }
            Some(Order::Stop(reply)) => {
                if let Some((mut child, _)) = running.take() {
                    terminate(&child);
                    if tokio::time::timeout(STOP_TIMEOUT, child.wait()).await.is_err() {
                        let _ = child.kill().await;
                    }
                }
                shown.send_replace(down(name));
                let _ = reply.send(());
            }
        }
    }
}

/// Starts a process and waits for the line that says where it listens.
async fn start(line: &Line) -> anyhow::Result<(Child, String)> {
    let (file, arguments) = line();
    let mut child = Command::new(&file)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("cannot start {}", file.display()))?;
    let out = child.stdout.take().context("no stdout")?;
    let mut lines = BufReader::new(out).lines();
    let listening = async {
        while let Some(line) = lines.next_line().await? {
            if let Some(place) = line.strip_prefix("listening on ") {
                return anyhow::Ok(place.to_owned());
            }
        }
        anyhow::bail!("it ended before it listened")
    };
    let place = tokio::time::timeout(START_TIMEOUT, listening).await.context("it does not say where it listens")??;
    // Whatever else it prints must find a reader, or it would block.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok((child, place))
}

fn terminate(child: &Child) {
    let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
    if let Some(id) = id {
        let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Line {
        let script = script.to_owned();
        Box::new(move || ("/bin/sh".into(), vec!["-c".into(), script.clone()]))
    }

    #[tokio::test]
    async fn a_program_is_started_killed_and_started_again() {
        let program = Program::new("x", shell("echo hello; echo listening on here; exec sleep 60"));
        assert_eq!(program.view().state, ProgramState::Down);
        assert_eq!(program.start().await.unwrap(), "here");
        assert_eq!(program.start().await.unwrap(), "here", "it runs already");
        assert_eq!(program.view().state, ProgramState::Running);
        program.kill().await;
        assert_eq!(program.view().state, ProgramState::Down);
        assert_eq!(program.start().await.unwrap(), "here");
        program.stop().await;
        assert_eq!(program.view().state, ProgramState::Down);
    }

    #[tokio::test]
    async fn a_program_that_ends_is_down() {
        let program = Program::new("x", shell("echo listening on here"));
        let mut view = program.view.clone();
        program.start().await.unwrap();
        view.wait_for(|view| view.state == ProgramState::Down).await.unwrap();
        let silent = Program::new("y", shell("exit 3"));
        assert!(silent.start().await.unwrap_err().root_cause().to_string().contains("before it listened"));
    }
}
