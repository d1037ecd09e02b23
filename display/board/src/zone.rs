//! One zone of the hall: who is called there, in which order, and what of it is news.

use std::collections::{BTreeMap, HashSet};

use protocol::board::{BoardCall, BoardLine, BoardLink, BoardView};
use protocol::parking::LotTile;
use protocol::views::{Queue, Ticket, Window};
use uuid::Uuid;

use crate::hall::{Change, Hall};
use crate::speech::Options;
use crate::voice::Voice;
use crate::{Millis, STALE_MS};

/// So long a call is marked as news: long enough to be seen by somebody who looks up at the chime (checklist B3, B6).
pub const FRESH_MS: u64 = 6_000;
/// Calls on a board.
const ROWS: usize = 8;
/// Calls on a board in a rush: none leaves while it is news, up to so many.
const ROWS_IN_A_RUSH: usize = 16;
/// Calls in huge letters: two, where a second one comes while the first is news.
const LARGE: usize = 2;
/// Lines of visitors on a board.
const LINES: usize = 12;

/// See the module.
#[derive(Debug)]
pub struct Zone {
    code: String,
    rows: BTreeMap<u16, Row>,
    next_key: u64,
    voice: Voice,
}

/// What is remembered of the ticket at a window.
#[derive(Debug)]
struct Row {
    ticket: Uuid,
    calls: u32,
    /// Counts the calls of this zone, so that a later one has a higher key.
    key: u64,
    /// When it was heard; `None` for what was called before anybody listened.
    called: Option<Millis>,
}

impl Zone {
    /// The zone as the hall is now. Nothing of it is news.
    pub fn new(code: &str, options: Options, hall: &Hall, now: Millis) -> Self {
        let mut zone = Self { code: code.to_owned(), rows: BTreeMap::new(), next_key: 1, voice: Voice::new(options) };
        zone.change(hall, &Change::Everything { silent: true }, now);
        zone
    }

    /// Its calls to be spoken.
    pub fn voice(&mut self) -> &mut Voice {
        &mut self.voice
    }

    /// Follows what a message changed.
    pub(crate) fn change(&mut self, hall: &Hall, change: &Change, now: Millis) {
        match change {
            Change::Nothing => {}
            Change::Windows(numbers) => numbers.iter().for_each(|number| self.look(hall, *number, Some(now))),
            Change::Everything { silent } => {
                if *silent {
                    self.voice.clear();
                }
                let gone: Vec<u16> =
                    self.rows.keys().filter(|number| !hall.windows.contains_key(number)).copied().collect();
                let mut all: Vec<(Option<&str>, u16)> =
                    hall.windows.values().map(|window| (called_at(window), window.window)).collect();
                all.sort_unstable();
                let news = Some(now).filter(|_| !silent);
                for number in gone.into_iter().chain(all.into_iter().map(|(_, number)| number)) {
                    self.look(hall, number, news);
                }
            }
        }
    }

    /// Compares a window with what was known of it; `news` is the time if what it finds is news.
    fn look(&mut self, hall: &Hall, number: u16, news: Option<Millis>) {
        let window = hall.windows.get(&number).filter(|window| window.zone == self.code);
        let Some(ticket) = window.and_then(ticket_at) else {
            if let Some(row) = self.rows.remove(&number) {
                self.voice.forget(row.ticket);
            }
            return;
        };
        let before = self.rows.get(&number);
        if let Some(other) = before.filter(|row| row.ticket != ticket.id) {
            self.voice.forget(other.ticket);
        }
        let calling = ticket.state == "called";
        if before.is_none_or(|row| row.ticket != ticket.id || row.calls < ticket.calls) {
            let called = news.filter(|_| calling);
            let row = Row { ticket: ticket.id, calls: ticket.calls, key: self.next_key, called };
            self.next_key += 1;
            self.rows.insert(number, row);
            if let Some(now) = called {
                self.voice.call(ticket.id, &ticket.number, number, now);
            }
        }
        if !calling {
            // The visitor is there: nobody needs to be told any more.
            self.voice.forget(ticket.id);
        }
    }

    /// What the board shows.
    pub fn view(&self, hall: &Hall, now: Millis) -> BoardView {
        let live = hall.is_live(now);
        let queues = if live { self.queues(hall) } else { Vec::new() };
        let link = match (hall.is_known(), live) {
            (false, _) => BoardLink::Connecting,
            (true, true) => BoardLink::Live,
            (true, false) => BoardLink::Stale,
        };
        BoardView {
            zone: hall.zone(&self.code).cloned(),
            hall: hall.view.as_ref().map(|view| view.name.clone()),
            link,
            time: hall.clock_time(),
            date: hall.date(),
            open: hall.open,
            calls: self.calls(hall, live, now),
            lines: lines(&queues),
            waiting: live.then(|| queues.iter().map(|queue| queue.waiting).sum()),
            lots: hall.lots.iter().map(|lot| LotTile::of(lot, live)).collect(),
        }
    }

    fn calls(&self, hall: &Hall, live: bool, now: Millis) -> Vec<BoardCall> {
        let mut rows: Vec<(&u16, &Row)> = self.rows.iter().collect();
        rows.sort_unstable_by_key(|(_, row)| std::cmp::Reverse(row.key));
        let fresh = |row: &Row| live && row.called.is_some_and(|called| now.since(called) < FRESH_MS);
        // News is together at the top: keys grow with time.
        let news = rows.iter().take_while(|(_, row)| fresh(row)).count();
        let large = if live { news.clamp(1, LARGE) } else { 0 };
        let shown = news.clamp(ROWS, ROWS_IN_A_RUSH);
        let call = |(index, (number, row)): (usize, (&u16, &Row))| {
            let ticket = hall.windows.get(number).and_then(ticket_at)?;
            Some(BoardCall {
                key: row.key,
                number: ticket.number.clone(),
                window: *number,
                class: ticket.class.clone(),
                again: ticket.calls > 1 && ticket.state == "called",
                fresh: fresh(row),
                large: index < large,
                serving: ticket.state == "serving",
            })
        };
        rows.into_iter().take(shown).enumerate().filter_map(call).collect()
    }

    /// The lines that windows of this zone serve, in the hall's order.
    fn queues<'a>(&self, hall: &'a Hall) -> Vec<&'a Queue> {
        let mine = hall.windows.values().filter(|window| window.zone == self.code);
        let served: HashSet<&str> = mine.flat_map(|window| &window.services).map(String::as_str).collect();
        hall.queues.iter().filter(|queue| served.contains(queue.service.as_str())).collect()
    }

    /// When the board looks different without any message.
    pub(crate) fn wake_at(&self, now: Millis) -> Option<Millis> {
        let ends = self.rows.values().filter_map(|row| Some(row.called?.plus(FRESH_MS)));
        ends.filter(|end| *end > now).chain(self.voice.wake_at()).min()
    }
}

/// The ticket that is called or served at a window.
fn ticket_at(window: &Window) -> Option<&Ticket> {
    window.ticket.as_ref().filter(|ticket| matches!(ticket.state.as_str(), "called" | "serving"))
}

fn called_at(window: &Window) -> Option<&str> {
    ticket_at(window)?.called_at.as_deref()
}

/// The lines that have room on a board: where there are too many, those with most visitors, still in the hall's order.
fn lines(queues: &[&Queue]) -> Vec<BoardLine> {
    let mut ranked: Vec<usize> = (0..queues.len()).collect();
    ranked.sort_by_key(|index| std::cmp::Reverse((queues[*index].waiting, queues[*index].open_windows > 0)));
    ranked.truncate(LINES);
    ranked.sort_unstable();
    let line = |queue: &Queue| BoardLine {
        service: queue.service.clone(),
        name: queue.name.clone(),
        waiting: queue.waiting,
        open: queue.open_windows > 0,
    };
    ranked.into_iter().map(|index| line(queues[index])).collect()
}

// A call is news for less time than it takes for data to be old.
const _: () = assert!(FRESH_MS < STALE_MS);
