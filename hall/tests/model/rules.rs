//! Whom a window calls, by looking at everybody who waits.

use hall::Class;
use hall::routing::RuleName;

use super::{Called, Happened, Model, Place, State};

/// Tenths of a weight, as `default` gives them.
fn weight(class: Class) -> i64 {
    match class {
        Class::Normal => 10,
        Class::Appointment => 15,
        Class::Elder | Class::Disabled | Class::Pregnant | Class::Soldier => 20,
        Class::Green => 40,
    }
}

impl Model {
    fn since(&self, ticket: usize) -> Option<i64> {
        match self.tickets[ticket].place {
            Place::Line { since } => Some(since),
            _ => None,
        }
    }

    /// Everybody who waits and may be served here: position among the day's tickets.
    pub fn candidates(&self, number: u16) -> Vec<usize> {
        let services = &self.window(number).unwrap().services;
        (0..self.tickets.len())
            .filter(|index| self.since(*index).is_some())
            .filter(|index| match self.tickets[*index].sent_to {
                Some(window) => window == number,
                None => services.contains(&self.tickets[*index].service),
            })
            .collect()
    }

    /// Whom the profile takes among these, and by which rule.
    pub fn best(&self, at: i64, candidates: &[usize]) -> Option<(usize, RuleName)> {
        let hall = &self.file.as_ref()?.hall;
        let cap = i64::from(hall.max_wait_min) * 60_000;
        let since = |index: &usize| self.since(*index).unwrap();
        let longest = *candidates.iter().min_by_key(|index| (since(index), **index))?;
        if hall.profile != "first-come" && at - since(&longest) >= cap {
            return Some((longest, RuleName::LongestOverCap));
        }
        let green = |index: &&usize| self.tickets[**index].class == Class::Green;
        match hall.profile.as_str() {
            "first-come" => Some((longest, RuleName::LongestWait)),
            "green-first" => match candidates.iter().filter(green).min_by_key(|index| (since(index), **index)) {
                Some(green) => Some((*green, RuleName::GreenFirst)),
                None => Some((longest, RuleName::LongestWait)),
            },
            _ => {
                let urgency = |index: &usize| weight(self.tickets[*index].class) * (at - since(index));
                let best = candidates.iter().min_by_key(|index| (-urgency(index), since(index), **index))?;
                Some((*best, RuleName::MostUrgent))
            }
        }
    }

    /// The call of the best one, with its reason.
    pub fn next(&self, at: i64, number: u16) -> Option<(usize, Called)> {
        let candidates = self.candidates(number);
        let (best, rule) = self.best(at, &candidates)?;
        let longest = *candidates.iter().min_by_key(|index| (self.since(**index), **index))?;
        let mut lines: Vec<_> = candidates
            .iter()
            .map(|index| &self.tickets[*index])
            .map(|ticket| (ticket.sent_to.is_none().then_some(&ticket.service), ticket.class))
            .collect();
        lines.sort();
        lines.dedup();
        let called = Called {
            ticket: self.tickets[best].number.clone(),
            window: number,
            rule,
            waited_s: (at - self.since(best)?) / 1000,
            lines: lines.len() as u32,
            passed: (longest != best).then(|| self.tickets[longest].number.clone()),
        };
        Some((best, called))
    }

    /// Puts a ticket to a window.
    pub fn call(&mut self, at: i64, ticket: usize, number: u16, event: &'static str, call: Option<Called>) {
        let since = match self.tickets[ticket].place {
            Place::Line { since } => since,
            Place::Missed { credit, .. } | Place::Parked { credit, .. } => at - credit,
            other => panic!("{other:?} cannot be called"),
        };
        let called = &mut self.tickets[ticket];
        called.place = Place::Window { number, since, called_at: at, count: 1, started: false };
        called.calls += 1;
        if called.sent_to != Some(number) {
            called.sent_to = None;
        }
        self.window_mut(number).state = State::Busy(ticket);
        self.happened.push(Happened { event, call });
    }

    /// Every ready window, the longest ready first, takes the best of those it may serve.
    pub fn settle(&mut self, at: i64) {
        let mut ready: Vec<(i64, u16)> = Vec::new();
        for window in &self.windows {
            if let State::Ready(since) = window.state {
                ready.push((since, window.number));
            }
        }
        ready.sort_unstable();
        for (_, number) in ready {
            if let Some((ticket, call)) = self.next(at, number) {
                self.call(at, ticket, number, "ticket.called", Some(call));
            }
        }
    }
}
