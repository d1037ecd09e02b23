//! Simulated clients: kiosks that issue, clerks that do whatever the keys of a desk allow, in any order.

use hall::command::{Fingerprint, Issue, TicketRef, TransferTo};
use hall::estimate::Random;
use hall::ids::{ActorId, CommandId, TicketId};
use hall::role::{Actor, Role};
use hall::settings::ServiceCode;
use hall::{Answer, AtWindow, Class, Command};
use server::engine::{Outcome, Published, Submission};
use uuid::Uuid;

/// Kiosks.
const KIOSKS: usize = 5;
/// Kiosks and clerks; two clerks share window 5.
pub(super) const CLIENTS: usize = KIOSKS + 6;

/// One client with at most one request under way, sent again under the same key until it is answered.
pub(super) struct Client {
    actor: Actor,
    window: Option<u16>,
    seed: u64,
    current: u64,
    waiting: bool,
    /// How often the present request was sent again.
    pub tries: u32,
    /// Tickets it knows of.
    tickets: Vec<TicketId>,
}

impl Client {
    pub fn new(index: usize, seed: u64) -> Self {
        let id = ActorId(Uuid::from_u128(0xac70_0000 + index as u128));
        let window = index.checked_sub(KIOSKS).map(|clerk| (clerk as u16 + 1).min(5));
        let role = if index.is_multiple_of(2) || window.is_none() { Role::Manager } else { Role::Clerk };
        let actor = Actor { id, role, window: if role == Role::Clerk { window } else { None } };
        Self { actor, window, seed, current: 0, waiting: false, tries: 0, tickets: Vec::new() }
    }

    /// What it wants to do next. It looks at the hall only to find tickets to name.
    pub fn wish(&mut self, random: &mut Random, published: Option<&Published>) -> Command {
        if let Some(published) = published {
            let known = published.state.tickets();
            if !known.is_empty() {
                let pick = random.below(known.len() as u64) as usize;
                self.tickets.push(known[pick].id);
            }
        }
        match self.window {
            None => self.at_kiosk(random),
            Some(window) => Command::At(window, self.at_desk(random)),
        }
    }

    fn at_kiosk(&mut self, random: &mut Random) -> Command {
        match (random.below(10), self.some_ticket(random)) {
            (0, Some(ticket)) => Command::Leave(ticket),
            (1, Some(ticket)) => Command::Reprint { ticket, printer: None },
            _ => Command::Issue(Issue {
                ticket: TicketId(Uuid::from_u128(
                    (u128::from(random.next_u64()) << 64) | u128::from(random.next_u64()),
                )),
                service: service(random),
                class: Class::ALL[random.below(Class::COUNT as u64) as usize],
                reason: None,
                person: None,
                source: None,
                vehicle: None,
                printer: None,
                estimate: None,
            }),
        }
    }

    fn at_desk(&mut self, random: &mut Random) -> AtWindow {
        let seen = if random.below(3) == 0 { self.some_ticket(random) } else { None };
        match random.below(24) {
            0..=2 => AtWindow::Open { services: None, clerk: None },
            3 => AtWindow::Open { services: Some(vec![service(random), service(random)]), clerk: None },
            4..=6 => AtWindow::Call { ticket: None, ready: false },
            7..=9 => AtWindow::Call { ticket: None, ready: true },
            10 => AtWindow::Call { ticket: self.some_ticket(random).map(TicketRef::Id), ready: false },
            11 => AtWindow::Recall { seen },
            12 => AtWindow::Start { seen },
            13..=15 => AtWindow::Finish { outcome: None, call: true, ready: random.below(2) == 0, seen: None },
            16 => AtWindow::Finish { outcome: None, call: false, ready: false, seen },
            17 => AtWindow::Miss { seen },
            18 => AtWindow::Return { reason: "wrong person".into(), seen },
            19 => AtWindow::Park { note: None, seen },
            20 => match self.some_ticket(random) {
                Some(ticket) => AtWindow::Resume { ticket: TicketRef::Id(ticket) },
                None => AtWindow::Close,
            },
            21 => AtWindow::Transfer { to: TransferTo::Service(service(random)), seen },
            22 => AtWindow::Transfer { to: TransferTo::Window(1 + random.below(5) as u16), seen },
            _ if random.below(2) == 0 => AtWindow::Pause { reason: "tea".into() },
            _ => AtWindow::Close,
        }
    }

    fn some_ticket(&self, random: &mut Random) -> Option<TicketId> {
        let recent = &self.tickets[self.tickets.len().saturating_sub(12)..];
        recent.get(random.below(recent.len() as u64) as usize).copied()
    }

    pub fn awaits(&self, request: u64) -> bool {
        self.waiting && self.current == request
    }

    pub fn is_waiting(&self) -> bool {
        self.waiting
    }

    /// A new request, as it is on the wire.
    pub fn begin(&mut self, command: Command) -> (u64, Submission) {
        self.current += 1;
        self.waiting = true;
        self.tries = 0;
        let name = format!("{} {}", self.seed, self.current);
        let command_id = CommandId(Uuid::new_v5(&self.actor.id.0, name.as_bytes()));
        let key = Some(Fingerprint(Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes())));
        (self.current, Submission { request: 0, command_id, actor: self.actor, key, command })
    }

    pub fn heard(&mut self, outcome: &Outcome) {
        self.waiting = false;
        if let Outcome::Done(Answer::Ticket { ticket, .. }) = outcome {
            self.tickets.push(ticket.id);
        }
    }
}

fn service(random: &mut Random) -> ServiceCode {
    ServiceCode::from(["PERMIT", "TAX", "CARD"][random.below(3) as usize])
}
