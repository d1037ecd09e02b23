//! One play from the present on, with nobody new coming.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::{Estimator, Random};
use crate::class::Class;
use crate::routing::{Head, Place, Queue};
use crate::settings::ServiceCode;
use crate::state::State;
use crate::time::Moment;
use crate::window::WindowState;

/// Waits in milliseconds, one for each play.
#[derive(Debug, Default)]
pub(super) struct Samples {
    pub fresh: HashMap<(ServiceCode, Class), Vec<i64>>,
    pub waiting: HashMap<u32, Vec<i64>>,
}

/// Classes that every built-in profile treats alike share a probe.
const PROBES: [Class; 4] = [Class::Normal, Class::Appointment, Class::Elder, Class::Green];

/// The class whose probe stands for `class`.
pub(super) fn stand_in(class: Class) -> Class {
    match class {
        Class::Disabled | Class::Pregnant | Class::Soldier => Class::Elder,
        other => other,
    }
}

/// Probes have slots beyond every ticket: the last of their line.
const FIRST_PROBE: u32 = u32::MAX - 100_000;

/// Plays on until every line has been called.
pub(super) fn play(state: &State, now: Moment, learned: &Estimator, random: &mut Random, samples: &mut Samples) {
    let Some(settings) = state.settings() else { return };
    let services = &state.catalogue.services;
    let mut lines = state.lines.clone();
    let mut free: BinaryHeap<Reverse<(i64, u16)>> = BinaryHeap::new();
    let mut served = vec![false; services.len()];
    for window in state.windows() {
        let busy_ms = match &window.state {
            WindowState::Idle | WindowState::Ready { .. } => 0,
            WindowState::Busy { ticket } => match state.ticket(*ticket) {
                Some(ticket) => {
                    let elapsed = ticket.stage.open_call().map_or(0, |call| now.since(call.at));
                    let expected = services[usize::from(ticket.service_index)].service.expected_service_s;
                    remaining(learned, &ticket.service, expected, elapsed, random)
                }
                None => 0,
            },
            WindowState::Closed | WindowState::Paused { .. } => continue,
        };
        free.push(Reverse((now.0 + busy_ms, window.number)));
        for index in &window.services {
            served[usize::from(*index)] = true;
        }
    }
    let mut probes = Vec::new();
    for (index, _) in served.iter().enumerate().filter(|(_, served)| **served) {
        for class in PROBES {
            let place = Place { since: now, slot: FIRST_PROBE + probes.len() as u32 };
            lines.get_mut(Queue::Service(index as u16)).insert(class, place);
            probes.push((index, class));
        }
    }
    let mut heads: Vec<Head> = Vec::new();
    while let Some(Reverse((at, number))) = free.pop() {
        let Some(window) = state.window(number) else { continue };
        loop {
            lines.heads(number, &window.services, &mut heads);
            let Some(choice) = settings.profile().choose(Moment(at), &heads) else { break };
            let head = choice.head;
            let slot = head.place.slot;
            if slot >= FIRST_PROBE {
                let (index, class) = probes[(slot - FIRST_PROBE) as usize];
                lines.get_mut(Queue::Service(index as u16)).remove(class, head.place);
                let key = (services[index].service.code.clone(), class);
                samples.fresh.entry(key).or_default().push(at - now.0);
                continue;
            }
            let ticket = &state.tickets[slot as usize];
            lines.get_mut(ticket.queue()).remove(head.class, head.place);
            samples.waiting.entry(slot).or_default().push(at - now.0);
            let expected = services[usize::from(ticket.service_index)].service.expected_service_s;
            let service_ms = learned.sample_ms(&ticket.service, expected, random);
            free.push(Reverse((at + service_ms.max(1000), number)));
            break;
        }
    }
}

/// What a service that has lasted `elapsed` ms still takes.
fn remaining(learned: &Estimator, service: &ServiceCode, expected_s: u32, elapsed: i64, random: &mut Random) -> i64 {
    for _ in 0..8 {
        let whole = learned.sample_ms(service, expected_s, random);
        if whole > elapsed {
            return whole - elapsed;
        }
    }
    // Longer than nearly all: what lasts long goes on long.
    elapsed / 2
}
