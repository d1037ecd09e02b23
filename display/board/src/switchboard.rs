//! The boards of one program: one model a zone, however many pages show it, and who is told what.

use std::collections::{BTreeMap, BTreeSet};

use protocol::board::{BoardMessage, BoardView};

use crate::hall::{Change, Hall};
use crate::live::Live;
use crate::speech::Options;
use crate::zone::Zone;
use crate::{Millis, live};

/// How often listeners get a sign of life.
const TICK_MS: u64 = 2_000;

/// One page that listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListenerId(u64);

/// See the module.
#[derive(Debug)]
pub struct Switchboard {
    options: Options,
    build: String,
    hall: Hall,
    boards: BTreeMap<String, Board>,
    /// Zones whose calls are said by speakers, and so by no page.
    spoken: BTreeSet<String>,
    next: u64,
    tick_at: Millis,
}

/// A zone and those who listen to it.
#[derive(Debug)]
struct Board {
    zone: Zone,
    listeners: Vec<Listener>,
    /// What they have been shown.
    shown: Option<BoardView>,
    /// Kept without listeners: a sign shows it.
    kept: bool,
}

#[derive(Debug)]
struct Listener {
    id: ListenerId,
    /// Has been told how the board is.
    greeted: bool,
    /// A speaker: it is told what is to be said, and nothing else.
    speaker: bool,
}

impl Switchboard {
    /// Boards of a hall of which nothing is known yet. `build` is told to every page.
    pub fn new(options: Options, build: String) -> Self {
        let (boards, spoken) = (BTreeMap::new(), BTreeSet::new());
        Self { options, build, hall: Hall::default(), boards, spoken, next: 0, tick_at: Millis(0) }
    }

    /// The hall as it is known.
    pub fn hall(&self) -> &Hall {
        &self.hall
    }

    /// Takes a message of the live stream in.
    pub fn message(&mut self, message: &Live, now: Millis) {
        let change = self.hall.apply(message, now);
        if change == Change::Nothing {
            return;
        }
        for board in self.boards.values_mut() {
            board.zone.change(&self.hall, &change, now);
        }
    }

    /// Takes the text of a message in. A text that cannot be read changes nothing.
    pub fn text(&mut self, text: &[u8], now: Millis) -> Result<(), live::Unreadable> {
        if let Some(message) = live::read(text)? {
            self.message(&message, now);
        }
        Ok(())
    }

    /// A page begins to listen to a zone; the empty one is for who only wants to know which zones there are.
    pub fn join(&mut self, zone: &str, now: Millis) -> ListenerId {
        self.listen(zone, false, now)
    }

    /// A speaker begins to say the calls of a zone: see [`Switchboard::leave_to_speakers`].
    pub fn join_speaker(&mut self, zone: &str, now: Millis) -> ListenerId {
        self.leave_to_speakers(zone);
        self.listen(zone, true, now)
    }

    /// From now on no page says the calls of this zone, whether a speaker is there or not: a zone has one owner of its sound,
    /// and who that is must not change with a cable.
    pub fn leave_to_speakers(&mut self, zone: &str) {
        self.spoken.insert(zone.to_owned());
    }

    fn listen(&mut self, zone: &str, speaker: bool, now: Millis) -> ListenerId {
        let id = ListenerId(self.next);
        self.next += 1;
        self.board(zone, now).listeners.push(Listener { id, greeted: speaker, speaker });
        id
    }

    /// Follows a zone even when nobody listens, for [`Switchboard::view`].
    pub fn keep(&mut self, zone: &str, now: Millis) {
        self.board(zone, now).kept = true;
    }

    fn board(&mut self, zone: &str, now: Millis) -> &mut Board {
        self.boards.entry(zone.to_owned()).or_insert_with(|| Board {
            zone: Zone::new(zone, self.options, &self.hall, now),
            listeners: Vec::new(),
            shown: None,
            kept: false,
        })
    }

    /// A page has gone.
    pub fn leave(&mut self, listener: ListenerId, now: Millis) {
        for board in self.boards.values_mut() {
            board.zone.voice().left(listener, now);
            board.listeners.retain(|one| one.id != listener);
        }
        self.boards.retain(|_, board| board.kept || !board.listeners.is_empty());
        if self.boards.is_empty() {
            // Whoever feeds this stops now; what is known would only grow old.
            self.hall = Hall::default();
        }
    }

    /// A page has spoken an announcement, or could not.
    pub fn said(&mut self, listener: ListenerId, announcement: u64, now: Millis) {
        for board in self.boards.values_mut().filter(|board| board.listeners.iter().any(|one| one.id == listener)) {
            board.zone.voice().said(listener, announcement, now);
        }
    }

    /// Whether anybody listens.
    pub fn is_wanted(&self) -> bool {
        self.boards.values().any(|board| board.kept || !board.listeners.is_empty())
    }

    /// What a zone shows; none for one that is neither kept nor listened to.
    pub fn view(&self, zone: &str, now: Millis) -> Option<BoardView> {
        self.boards.get(zone).map(|board| board.zone.view(&self.hall, now))
    }

    /// What is to be told to whom by now. A listener that is told [`BoardMessage::Zones`] has heard all there is.
    pub fn emit(&mut self, now: Millis, mut tell: impl FnMut(&[ListenerId], &BoardMessage)) {
        let hello = BoardMessage::Hello { build: self.build.clone() };
        let ticks = now >= self.tick_at;
        if ticks {
            self.tick_at = now.plus(TICK_MS);
        }
        for (code, board) in &mut self.boards {
            let ids = |wanted: &dyn Fn(&Listener) -> bool| -> Vec<ListenerId> {
                board.listeners.iter().filter(|one| wanted(one)).map(|one| one.id).collect()
            };
            let (all, old) = (ids(&|one| !one.speaker), ids(&|one| one.greeted && !one.speaker));
            let (new, speakers) = (ids(&|one| !one.greeted), ids(&|one| one.speaker));
            if !new.is_empty() {
                tell(&new, &hello);
            }
            if let Some(hall) = self.hall.view.as_ref().filter(|_| self.hall.zone(code).is_none()) {
                let everybody = ids(&|_| true);
                if !everybody.is_empty() {
                    tell(&everybody, &BoardMessage::Zones { hall: hall.name.clone(), zones: hall.zones.clone() });
                    board.listeners.clear();
                }
                continue;
            }
            let view = board.zone.view(&self.hall, now);
            let changed = board.shown.as_ref() != Some(&view);
            let whom = if changed { &all } else { &new };
            if !whom.is_empty() {
                tell(whom, &BoardMessage::View { view: view.clone() });
            }
            board.shown = Some(view);
            board.listeners.iter_mut().for_each(|one| one.greeted = true);
            if ticks && !old.is_empty() {
                tell(&old, &BoardMessage::Tick);
            }
            let voices = if self.spoken.contains(code) { &speakers } else { &all };
            if let Some(announcement) = board.zone.voice().next(voices, now) {
                tell(voices, &BoardMessage::Announce { announcement });
            }
        }
    }

    /// When [`Switchboard::emit`] is wanted at the latest, unless something happens before.
    pub fn wake_at(&self, now: Millis) -> Option<Millis> {
        if !self.is_wanted() {
            return None;
        }
        let stale = self.hall.stale_at().filter(|at| *at > now);
        let boards = self.boards.values().filter_map(|board| board.zone.wake_at(now));
        boards.chain(stale).chain([self.tick_at]).min()
    }
}
