//! A client's picture of the hall, made from nothing but the live stream: a snapshot and what came after it. It keeps a
//! list of everything in the stream that should not be there.

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::{Context as _, ensure};
use protocol::live::{Snapshot, TicketData};
use protocol::{Queue, Ticket, Window};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::wire::Client;

/// See the module.
#[derive(Debug, Default)]
pub struct Mirror {
    /// Subscribed to all topics, so that the stream has no gaps.
    pub whole: bool,
    /// The last position seen.
    pub seq: Option<u64>,
    /// Windows by number.
    pub windows: BTreeMap<u16, Window>,
    /// Lines by service.
    pub queues: BTreeMap<String, Queue>,
    /// Tickets that were spoken of.
    pub tickets: HashMap<Uuid, Ticket>,
    /// Positions and types of events, in the order in which they came.
    pub events: Vec<(u64, String)>,
    /// Tickets whose issue was heard of.
    pub issued: HashSet<Uuid>,
    /// Calls that were heard of.
    pub calls: HashSet<Uuid>,
    /// Positions of the snapshots.
    pub snapshots: Vec<u64>,
    /// Hellos: how often the stream was opened.
    pub hellos: usize,
    /// What was wrong.
    pub faults: Vec<String>,
}

#[derive(Deserialize)]
struct Head {
    #[serde(rename = "type")]
    kind: String,
    seq: Option<u64>,
}

#[derive(Deserialize)]
struct Body<T> {
    data: T,
}

fn data<T: DeserializeOwned>(text: &str) -> anyhow::Result<T> {
    let body: Body<T> = serde_json::from_str(text).with_context(|| format!("{text} is not what was expected"))?;
    Ok(body.data)
}

impl Mirror {
    /// A picture of everything.
    pub fn whole() -> Self {
        Self { whole: true, ..Self::default() }
    }

    /// Takes a message in; gives its type.
    pub fn take(&mut self, text: &str) -> anyhow::Result<String> {
        let head: Head = serde_json::from_str(text).with_context(|| format!("{text} is no message"))?;
        match (head.kind.as_str(), head.seq) {
            ("hello", _) => self.hellos += 1,
            ("snapshot", Some(seq)) => self.start_from(&serde_json::from_str(text)?, seq),
            ("tick", Some(seq)) => {
                let behind = if self.whole { self.seq != Some(seq) } else { self.seq > Some(seq) };
                if behind {
                    self.faults.push(format!("a tick says {seq} at position {:?}", self.seq));
                }
            }
            ("queue.changed", None) => {
                let queue: Queue = data(text)?;
                self.queues.insert(queue.service.clone(), queue);
            }
            (kind, Some(seq)) => {
                self.advance(kind, seq);
                match kind {
                    "window.changed" => {
                        let window: Window = data(text)?;
                        self.windows.insert(window.window, window);
                    }
                    _ if kind.starts_with("ticket.") => self.ticket(kind, data(text)?),
                    _ => {}
                }
            }
            _ => self.faults.push(format!("an event without a position: {text}")),
        }
        Ok(head.kind)
    }

    fn start_from(&mut self, snapshot: &Snapshot, seq: u64) {
        self.seq = Some(seq);
        self.snapshots.push(seq);
        self.windows = snapshot.data.windows.iter().map(|window| (window.window, window.clone())).collect();
        self.queues = snapshot.data.queues.iter().map(|queue| (queue.service.clone(), queue.clone())).collect();
        // What is known of tickets may be older than the snapshot.
        self.tickets.clear();
    }

    fn advance(&mut self, kind: &str, seq: u64) {
        match self.seq {
            None => self.faults.push(format!("{kind} {seq} came before any snapshot")),
            Some(last) if seq <= last => self.faults.push(format!("{kind} {seq} came after {last}")),
            Some(last) if self.whole && seq != last + 1 => self.faults.push(format!("{kind} {seq} follows {last}")),
            Some(_) => {}
        }
        self.seq = Some(seq);
        self.events.push((seq, kind.to_owned()));
    }

    fn ticket(&mut self, kind: &str, data: TicketData) {
        let ticket = data.ticket;
        if let Some(gone) = data.gone_window {
            self.windows.remove(&gone);
        }
        for window in [data.former_window_state, data.window_state].into_iter().flatten() {
            self.windows.insert(window.window, window);
        }
        for window in self.windows.values_mut() {
            if let Some(here) = window.ticket.as_mut().filter(|here| here.id == ticket.id) {
                *here = ticket.clone();
            }
        }
        match kind {
            "ticket.issued" => drop(self.issued.insert(ticket.id)),
            "ticket.called" | "ticket.resumed" => self.calls.extend(ticket.call_id),
            _ => {}
        }
        self.tickets.insert(ticket.id, ticket);
    }

    /// Fails unless windows and tickets (a sample of them) are those that the server tells when it is asked.
    pub async fn compare(&self, client: &mut Client) -> anyhow::Result<()> {
        ensure!(self.faults.is_empty(), "the stream was wrong: {:#?}", self.faults);
        let windows: Vec<Window> = client.read("/api/v1/windows").await?;
        for window in &windows {
            let mine = self.windows.get(&window.window);
            ensure!(mine == Some(window), "the server says\n{window:?}\nthe stream said\n{mine:?}");
        }
        ensure!(windows.len() == self.windows.len(), "the stream spoke of other windows");
        for mine in self.tickets.values().take(100) {
            let ticket: Ticket = client.read(&format!("/api/v1/tickets/{}", mine.id)).await?;
            let known = |ticket: &Ticket| {
                (ticket.number.clone(), ticket.state.clone(), ticket.service.clone(), ticket.window, ticket.calls)
            };
            ensure!(known(mine) == known(&ticket), "the server says\n{ticket:?}\nthe stream said\n{mine:?}");
        }
        Ok(())
    }

    /// Whether the lines are those that the server tells; their states are sent once a second.
    pub async fn same_queues(&self, client: &mut Client) -> anyhow::Result<bool> {
        let queues: Vec<Queue> = client.read("/api/v1/queues").await?;
        let known = |queue: &Queue| (queue.waiting, queue.open_windows, queue.issued, queue.served, queue.left);
        Ok(queues.len() == self.queues.len()
            && queues.iter().all(|queue| self.queues.get(&queue.service).map(known) == Some(known(queue))))
    }
}
