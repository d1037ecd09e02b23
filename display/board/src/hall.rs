//! The hall as boards and signs know it: windows with their tickets, lines, and how old that is.

use std::collections::BTreeMap;

use protocol::live::{self, Data, HallView, Message, Snapshot, ZoneView};
use protocol::parking::Lot;
use protocol::views::{Queue, Window};
use uuid::Uuid;

use crate::live::Live;
use crate::{Millis, STALE_MS};

/// What a message changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// Nothing that boards show, or only the time.
    Nothing,
    /// The states of these windows.
    Windows(Vec<u16>),
    /// Everything. `silent`: there was nothing, or something too old, before: what is called now was called long ago.
    Everything {
        /// Whether nothing of it is news.
        silent: bool,
    },
}

/// See the module.
#[derive(Debug, Default)]
pub struct Hall {
    pub(crate) view: Option<HallView>,
    pub(crate) windows: BTreeMap<u16, Window>,
    pub(crate) queues: Vec<Queue>,
    pub(crate) lots: Vec<Lot>,
    pub(crate) open: bool,
    /// The hall's time of the last message.
    pub(crate) at: Option<String>,
    /// The ticket that was finished last at a window, as far as this was heard of when it happened.
    finished: BTreeMap<u16, Uuid>,
    seq: Option<u64>,
    heard: Option<Millis>,
}

impl Hall {
    /// Takes a message in.
    pub(crate) fn apply(&mut self, message: &Live, now: Millis) -> Change {
        let was_live = self.is_live(now);
        match message {
            Live::Hello(_) => Change::Nothing,
            Live::Tick(tick) => {
                self.open = tick.open;
                self.hear(&tick.at, now);
                Change::Nothing
            }
            Live::Snapshot(snapshot) => {
                self.replace(snapshot);
                self.hear(&snapshot.at, now);
                Change::Everything { silent: !was_live }
            }
            Live::Event(message) => {
                // Queues carry no position: the newest replaces what was before.
                let seen = message.seq.is_some_and(|seq| self.seq.is_some_and(|last| seq <= last));
                self.hear(&message.at, now);
                if seen || self.view.is_none() {
                    return Change::Nothing;
                }
                self.seq = message.seq.or(self.seq);
                self.event(message)
            }
        }
    }

    fn hear(&mut self, at: &str, now: Millis) {
        self.at = Some(at.to_owned());
        self.heard = Some(now);
    }

    fn replace(&mut self, snapshot: &Snapshot) {
        let data = &snapshot.data;
        self.open = data.hall.open;
        self.view = Some(data.hall.clone());
        self.windows = data.windows.iter().map(|window| (window.window, window.clone())).collect();
        self.queues.clone_from(&data.queues);
        self.lots.clone_from(&data.lots);
        // Even a lower one: a restored server starts where its backup ended.
        self.seq = Some(snapshot.seq);
    }

    fn event(&mut self, message: &Message) -> Change {
        match &message.data {
            Data::Ticket(data) => {
                if let ("ticket.finished", Some(window)) = (message.kind.as_str(), data.ticket.window) {
                    self.finished.insert(window, data.ticket.id);
                }
                let mut changed = Vec::new();
                let at_a_window = matches!(data.ticket.state.as_str(), "called" | "serving");
                // A ticket is at one window at the most (invariant I3), and at none once its visit has ended.
                for window in self.windows.values_mut() {
                    let here = window.ticket.as_ref().is_some_and(|ticket| ticket.id == data.ticket.id);
                    if here && !(at_a_window && data.ticket.window == Some(window.window)) {
                        window.ticket = None;
                        changed.push(window.window);
                    }
                }
                if let Some(gone) = data.gone_window {
                    self.windows.remove(&gone);
                    changed.push(gone);
                }
                for window in data.former_window_state.iter().chain(&data.window_state) {
                    self.windows.insert(window.window, window.clone());
                    changed.push(window.window);
                }
                Change::Windows(changed)
            }
            Data::Window(window) => {
                self.windows.insert(window.window, (**window).clone());
                Change::Windows(vec![window.window])
            }
            Data::Queue(queue) => {
                live::replace(&mut self.queues, (**queue).clone(), |queue| queue.service.clone());
                Change::Nothing
            }
            Data::Lot(lot) => {
                live::replace(&mut self.lots, (**lot).clone(), |lot| lot.uid.clone());
                Change::Nothing
            }
            // The manager's affair.
            Data::Crowd(_) => Change::Nothing,
            Data::Hall(hall) => {
                self.open = hall.open;
                self.view = Some((**hall).clone());
                if message.kind == "day.closed" {
                    // Numbers begin again: nobody is called any more. A snapshot follows.
                    for window in self.windows.values_mut() {
                        window.ticket = None;
                    }
                }
                Change::Everything { silent: false }
            }
        }
    }

    /// Whether what is known is of the present.
    pub fn is_live(&self, now: Millis) -> bool {
        self.view.is_some() && self.heard.is_some_and(|heard| now.since(heard) < STALE_MS)
    }

    /// The ticket that was finished last at a window; none that was before this was listened to.
    pub fn finished(&self, window: u16) -> Option<Uuid> {
        self.finished.get(&window).copied()
    }

    /// Whether anything is known at all.
    pub fn is_known(&self) -> bool {
        self.view.is_some()
    }

    /// When it stops being of the present unless something is heard.
    pub(crate) fn stale_at(&self) -> Option<Millis> {
        self.heard.map(|heard| heard.plus(STALE_MS))
    }

    /// The position after which messages are missing; none where they would be too old to be news, so that a snapshot is
    /// wanted.
    pub fn resume_after(&self, now: Millis) -> Option<u64> {
        self.seq.filter(|_| self.is_live(now))
    }

    /// A zone by its code.
    pub fn zone(&self, code: &str) -> Option<&ZoneView> {
        self.view.as_ref()?.zones.iter().find(|zone| zone.code == code)
    }

    /// `08:31` of the last message.
    pub fn clock_time(&self) -> Option<String> {
        self.at.as_deref().and_then(|at| at.get(11..16)).map(str::to_owned)
    }

    /// `2026-11-23` of the last message.
    pub(crate) fn date(&self) -> Option<String> {
        self.at.as_deref().and_then(|at| at.get(..10)).map(str::to_owned)
    }
}
