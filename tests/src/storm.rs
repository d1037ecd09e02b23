//! Traffic: clients that issue, call and finish as fast as they are answered, each at its own window, and remember
//! everything that was acknowledged. A request that got no answer is sent again under its key until it gets one.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use protocol::Ticket;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::halls::Stage;
use crate::rng::Rng;
use crate::wire::{Answer, Client};

/// Between two tries to reach a server that is away.
const AGAIN: Duration = Duration::from_millis(5);
/// A server that is away for longer does not come back.
const AWAY: Duration = Duration::from_mins(1);

/// What clients do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mix {
    /// Issue, call, finish: every answer is known beforehand, and a ticket is called once.
    Simple,
    /// Everything a clerk can do.
    Everything,
}

/// What servers have acknowledged.
#[derive(Debug, Clone, Default)]
pub struct Acked {
    /// Ticket and number.
    pub issued: HashMap<Uuid, String>,
    /// Call, with its ticket and window.
    pub calls: HashMap<Uuid, (Uuid, u16)>,
    /// Tickets whose visit was finished.
    pub finished: HashSet<Uuid>,
    /// Requests that were sent again because the answer was lost.
    pub again: u64,
}

/// See the module.
#[derive(Debug)]
pub struct Storm {
    stop: Arc<AtomicBool>,
    acked: Arc<Mutex<Acked>>,
    answers: watch::Sender<u64>,
    tasks: Vec<JoinHandle<anyhow::Result<()>>>,
}

impl Storm {
    /// Starts clients at the windows from 1 on, which must be open.
    pub fn start(stage: &Stage, clients: u16, seed: u64, mix: Mix) -> Self {
        let mut storm =
            Self { stop: Arc::default(), acked: Arc::default(), answers: watch::Sender::new(0), tasks: Vec::new() };
        for window in 1..=clients {
            let one = One {
                client: stage.client(),
                window,
                rng: Rng::new(seed.wrapping_mul(1_000).wrapping_add(u64::from(window))),
                here: None,
                parked: VecDeque::new(),
                waiting: VecDeque::new(),
                acked: storm.acked.clone(),
                answers: storm.answers.clone(),
            };
            storm.tasks.push(tokio::spawn(one.run(storm.stop.clone(), mix)));
        }
        storm
    }

    /// Answers so far.
    pub fn answers(&self) -> u64 {
        *self.answers.borrow()
    }

    /// Waits until so many more requests have been answered.
    pub async fn more(&self, count: u64) -> anyhow::Result<()> {
        let mut answers = self.answers.subscribe();
        let end = *answers.borrow() + count;
        let reached = answers.wait_for(|answers| *answers >= end);
        let reached = tokio::time::timeout(AWAY, reached).await.context("the storm has died down")?;
        reached.map(|_| ()).context("the storm is over")
    }

    /// What has been acknowledged so far.
    pub fn acked(&self) -> Acked {
        lock(&self.acked).clone()
    }

    /// Ends the storm once every request under way has its answer; fails if any client got a wrong one.
    pub async fn end(self) -> anyhow::Result<Acked> {
        self.stop.store(true, Ordering::Relaxed);
        for task in self.tasks {
            task.await??;
        }
        Ok(lock(&self.acked).clone())
    }
}

fn lock(acked: &Mutex<Acked>) -> MutexGuard<'_, Acked> {
    acked.lock().unwrap_or_else(PoisonError::into_inner)
}

struct One {
    client: Client,
    window: u16,
    rng: Rng,
    here: Option<Uuid>,
    parked: VecDeque<Uuid>,
    waiting: VecDeque<Uuid>,
    acked: Arc<Mutex<Acked>>,
    answers: watch::Sender<u64>,
}

impl One {
    async fn run(mut self, stop: Arc<AtomicBool>, mix: Mix) -> anyhow::Result<()> {
        while !stop.load(Ordering::Relaxed) {
            let chance = self.rng.below(100);
            match (mix, self.here) {
                (Mix::Simple, None) if chance < 45 => self.issue().await?,
                (Mix::Simple, None) => self.call().await?,
                (Mix::Simple, Some(_)) if chance < 30 => self.issue().await?,
                (Mix::Simple, Some(ticket)) => self.finish(ticket, chance < 70).await?,
                (Mix::Everything, None) => self.anything_free(chance).await?,
                (Mix::Everything, Some(ticket)) => self.anything_busy(chance, ticket).await?,
            }
        }
        Ok(())
    }

    async fn anything_free(&mut self, chance: u64) -> anyhow::Result<()> {
        match chance {
            0..40 => self.issue().await,
            40..80 => self.call().await,
            80..90 => match self.parked.pop_front() {
                Some(ticket) => self.act("resume", json!({ "ticket": ticket })).await,
                None => Ok(()),
            },
            90..95 => self.leave().await,
            _ => {
                self.act("pause", json!({ "reason": "x" })).await?;
                self.act("open", json!({})).await
            }
        }
    }

    async fn anything_busy(&mut self, chance: u64, ticket: Uuid) -> anyhow::Result<()> {
        let seen = json!({ "ticket": ticket });
        match chance {
            0..20 => self.issue().await,
            20..30 => self.act("start", seen).await,
            30..50 => self.finish(ticket, false).await,
            50..70 => self.finish(ticket, true).await,
            70..75 => self.act("recall", seen).await,
            75..80 => self.act("return", json!({ "ticket": ticket, "reason": "x" })).await,
            80..85 => self.act("transfer", json!({ "ticket": ticket, "service": "T" })).await,
            85..88 => {
                let to = if self.window == 1 { 2 } else { 1 };
                self.act("transfer", json!({ "ticket": ticket, "window": to })).await
            }
            88..94 => {
                self.act("park", seen).await?;
                self.parked.push_back(ticket);
                Ok(())
            }
            94..97 => self.act("miss", seen).await,
            _ => {
                let path = format!("/api/v1/tickets/{ticket}/reprint");
                self.request(&path, &json!({})).await.map(|_| ())
            }
        }
    }

    async fn issue(&mut self) -> anyhow::Result<()> {
        let service = if self.rng.below(4) == 0 { "T" } else { "S" };
        let answer = self.request("/api/v1/tickets", &json!({ "service": service })).await?;
        let ticket: Ticket = answer.good()?;
        self.waiting.push_back(ticket.id);
        lock(&self.acked).issued.insert(ticket.id, ticket.number);
        Ok(())
    }

    async fn leave(&mut self) -> anyhow::Result<()> {
        let Some(ticket) = self.waiting.pop_front() else { return Ok(()) };
        self.request(&format!("/api/v1/tickets/{ticket}/leave"), &json!({})).await?;
        Ok(())
    }

    async fn call(&mut self) -> anyhow::Result<()> {
        let ready = self.rng.below(10) == 0 && self.window.is_multiple_of(2);
        let answer = self.at("call", &json!({ "ready": ready })).await?;
        self.called(&answer)?;
        if answer.status == 204 && ready {
            // Nobody tells this client of its allocation: it stops being ready, and looks.
            let answer = self.at("call", &json!({})).await?;
            match answer.verdict().as_str() {
                "409 window-busy" => self.look().await?,
                _ => self.called(&answer)?,
            }
        }
        Ok(())
    }

    async fn finish(&mut self, ticket: Uuid, call: bool) -> anyhow::Result<()> {
        let answer = self.at("finish", &json!({ "ticket": ticket, "call": call })).await?;
        ensure!(matches!(answer.status, 200 | 204), "finish: {}", answer.text());
        lock(&self.acked).finished.insert(ticket);
        self.here = None;
        if call { self.called(&answer) } else { Ok(()) }
    }

    /// Anything else at the window, and a look at what has become of it.
    async fn act(&mut self, what: &str, body: Value) -> anyhow::Result<()> {
        self.at(what, &body).await?;
        self.look().await
    }

    async fn look(&mut self) -> anyhow::Result<()> {
        let path = format!("/api/v1/windows/{}", self.window);
        let looking = async {
            loop {
                if let Ok(answer) = self.client.get(&path).await {
                    return answer;
                }
                crate::wait::pause(AGAIN).await;
            }
        };
        let answer = tokio::time::timeout(AWAY, looking).await.context("the server does not come back")?;
        let window: protocol::Window = answer.good().with_context(|| format!("GET {path}"))?;
        self.here = window.ticket.map(|ticket| {
            if let (Some(call), mut acked) = (ticket.call_id, lock(&self.acked)) {
                acked.calls.insert(call, (ticket.id, self.window));
            }
            ticket.id
        });
        Ok(())
    }

    fn called(&mut self, answer: &Answer) -> anyhow::Result<()> {
        match answer.status {
            200 => {
                let ticket: Ticket = answer.json()?;
                ensure!(
                    ticket.window == Some(self.window),
                    "window {} got the call of {:?}",
                    self.window,
                    ticket.window
                );
                let call = ticket.call_id.context("a called ticket without a call")?;
                lock(&self.acked).calls.insert(call, (ticket.id, self.window));
                self.here = Some(ticket.id);
                Ok(())
            }
            204 => Ok(()),
            _ => bail!("call at window {}: {}", self.window, answer.text()),
        }
    }

    async fn at(&mut self, what: &str, body: &Value) -> anyhow::Result<Answer> {
        let path = format!("/api/v1/windows/{}/{what}", self.window);
        self.request(&path, body).await
    }

    /// A request under a key of its own, until it is answered; faults of the server are failures.
    async fn request(&mut self, path: &str, body: &Value) -> anyhow::Result<Answer> {
        let key = Uuid::now_v7();
        let trying = async {
            loop {
                if let Ok(answer) = self.client.post_key(path, body, key).await {
                    return answer;
                }
                lock(&self.acked).again += 1;
                crate::wait::pause(AGAIN).await;
            }
        };
        let answer = tokio::time::timeout(AWAY, trying).await.context("the server does not come back")?;
        ensure!(answer.status < 500 && answer.status != 429, "POST {path}: {} {}", answer.status, answer.text());
        self.answers.send_modify(|answers| *answers += 1);
        Ok(answer)
    }
}
