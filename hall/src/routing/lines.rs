//! The lines in which tickets wait: one for each service and class, and one for each window to which tickets were sent.

use std::collections::{BTreeMap, BTreeSet};

use crate::class::Class;
use crate::time::Moment;

/// A place in a line: who has more waiting to his credit stands first, and among equals who came first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// The moment from which waiting counts; earlier than the arrival for who brings credit along.
    pub since: Moment,
    /// Position among the day's tickets, in order of issue.
    pub slot: u32,
}

/// The first of a line, as a profile sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The class of the line.
    pub class: Class,
    /// The place of its first.
    pub place: Place,
}

/// Tickets of one service and class (or sent to one window) in the order in which they are called.
#[derive(Debug, Clone, Default)]
pub struct Line {
    classes: [BTreeSet<Place>; Class::COUNT],
    /// The first of every class that has one: every window asks for them at every call.
    first: [Place; Class::COUNT],
    /// Bit per class with somebody waiting, so that a window looks only at lines that have a head.
    occupied: u8,
}

impl Line {
    /// Adds a ticket.
    pub fn insert(&mut self, class: Class, place: Place) {
        let index = class.index();
        if self.occupied & (1 << index) == 0 || place < self.first[index] {
            self.first[index] = place;
        }
        self.classes[index].insert(place);
        self.occupied |= 1 << index;
    }

    /// Takes a ticket out; says whether it was there.
    pub fn remove(&mut self, class: Class, place: Place) -> bool {
        let index = class.index();
        let was_there = self.classes[index].remove(&place);
        match self.classes[index].first() {
            Some(first) => self.first[index] = *first,
            None => self.occupied &= !(1 << index),
        }
        was_there
    }

    /// Whether nobody waits here.
    pub fn is_empty(&self) -> bool {
        self.occupied == 0
    }

    /// How many wait here.
    pub fn len(&self) -> usize {
        self.classes.iter().map(BTreeSet::len).sum()
    }

    /// The first of every class that has one.
    pub fn heads(&self) -> impl Iterator<Item = Head> + '_ {
        Class::ALL
            .into_iter()
            .filter(|class| self.occupied & (1 << class.index()) != 0)
            .map(|class| Head { class, place: self.first[class.index()] })
    }

    /// Everybody, class by class, in order.
    pub fn all(&self) -> impl Iterator<Item = Head> + '_ {
        Class::ALL
            .into_iter()
            .flat_map(|class| self.classes[class.index()].iter().map(move |place| Head { class, place: *place }))
    }

    /// Whether a ticket stands here.
    pub fn contains(&self, class: Class, place: Place) -> bool {
        self.classes[class.index()].contains(&place)
    }

    /// How many of `class` stand before `place`.
    pub fn before(&self, class: Class, place: Place) -> usize {
        let line = &self.classes[class.index()];
        // Mostly asked for a ticket that has just come and stands last.
        if line.last().is_none_or(|last| *last < place) { line.len() } else { line.range(..place).count() }
    }

    /// The moment since which the longest of this line waits.
    pub fn longest(&self) -> Option<Moment> {
        self.heads().map(|head| head.place.since).min()
    }
}

/// All lines of a hall.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    services: Vec<Line>,
    windows: BTreeMap<u16, Line>,
}

/// Where a ticket waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Queue {
    /// For any window that serves this service (its index in the hall's catalogue).
    Service(u16),
    /// For this window only.
    Window(u16),
}

impl Lines {
    /// The line of a queue, if anybody ever waited in it.
    pub fn get(&self, queue: Queue) -> Option<&Line> {
        match queue {
            Queue::Service(index) => self.services.get(usize::from(index)),
            Queue::Window(number) => self.windows.get(&number),
        }
    }

    /// The line of a queue, made when it is missing.
    pub fn get_mut(&mut self, queue: Queue) -> &mut Line {
        match queue {
            Queue::Service(index) => {
                let index = usize::from(index);
                if self.services.len() <= index {
                    self.services.resize_with(index + 1, Line::default);
                }
                &mut self.services[index]
            }
            Queue::Window(number) => self.windows.entry(number).or_default(),
        }
    }

    /// The heads of every line that a window with these services may take from.
    pub fn heads(&self, window: u16, services: &[u16], into: &mut Vec<Head>) {
        into.clear();
        for line in services.iter().filter_map(|index| self.services.get(usize::from(*index))) {
            if !line.is_empty() {
                into.extend(line.heads());
            }
        }
        if let Some(line) = self.windows.get(&window) {
            into.extend(line.heads());
        }
    }

    /// Every queue in which somebody waits.
    pub fn occupied(&self) -> impl Iterator<Item = (Queue, &Line)> {
        let services = self.services.iter().enumerate().map(|(index, line)| (Queue::Service(index as u16), line));
        let windows = self.windows.iter().map(|(number, line)| (Queue::Window(*number), line));
        services.chain(windows).filter(|(_, line)| !line.is_empty())
    }
}
