//! The visitors and clerks of a demo. Most visits go well; some visitors do not come when called, some have to fetch a
//! paper, some are at the wrong service.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use hall::estimate::Random;
use hall::settings::ServiceCode;
use hall::{Moment, Settings};
use protocol::requests::{
    CallTicket, FinishTicket, IssueTicket, OnTicket, OpenWindow, ParkTicket, PauseWindow, ResumeTicket, TransferTicket,
};
use protocol::{Ticket, Window};
use serde::Serialize;
use uuid::Uuid;

use super::day::Day;
use super::stage::DESK;
use crate::client::{Api, ApiFailure};
use crate::replay::ServerClock;

/// How often the crowd looks whether the server is back.
const LOOK_AGAIN: std::time::Duration = std::time::Duration::from_millis(300);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Next {
    Open(u16),
    Arrive(usize),
    Start(u16, Uuid),
    Finish(u16, Uuid),
    Recall(u16, Uuid),
    Miss(u16, Uuid),
    Park(u16, Uuid),
    Resume(u16, Uuid),
    Transfer(u16, Uuid),
    GiveUp(Uuid),
    Pause(u16),
    GoOn(u16),
    GoHome,
}

/// See the module.
pub struct Crowd<'a> {
    api: &'a Api,
    settings: &'a Settings,
    clock: ServerClock,
    random: Random,
    agenda: BinaryHeap<Reverse<(Moment, Next)>>,
}

impl<'a> Crowd<'a> {
    /// A crowd for one hall.
    pub fn new(api: &'a Api, settings: &'a Settings, clock: ServerClock, seed: u64) -> Self {
        Self { api, settings, clock, random: Random::new(seed ^ 0x5eed), agenda: BinaryHeap::new() }
    }

    /// Lives a day.
    pub async fn live(mut self, day: Day) -> anyhow::Result<()> {
        // One desk is left to whoever looks at the demo.
        for (at, window) in day.windows.iter().filter(|(_, window)| *window != DESK) {
            self.add(*at, Next::Open(*window));
            // Everybody eats: a third of the windows at a time, for half an hour.
            let noon = day.ends_at.plus_ms(-6 * 3_600_000 + self.random.below(3) as i64 * 1_800_000);
            self.add(noon, Next::Pause(*window));
        }
        for (index, visitor) in day.visitors.iter().enumerate() {
            self.add(visitor.at, Next::Arrive(index));
        }
        self.add(day.ends_at, Next::GoHome);
        while let Some(Reverse((at, next))) = self.agenda.pop() {
            self.clock.until(at).await;
            if next == Next::GoHome {
                return Ok(());
            }
            match self.happen(at, next.clone(), &day).await {
                // Others were faster: the clerk sees it and goes on.
                Ok(()) | Err(ApiFailure::Problem(_)) => {}
                // Somebody pulled the server's plug: everybody waits until it is back, and tries again.
                Err(ApiFailure::Broken(_)) => {
                    while self.api.health().await.is_err() {
                        tokio::time::sleep(LOOK_AGAIN).await;
                    }
                    self.add(at, next);
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, at: Moment, next: Next) {
        self.agenda.push(Reverse((at, next)));
    }

    async fn happen(&mut self, at: Moment, next: Next, day: &Day) -> Result<(), ApiFailure> {
        let seen = |ticket: Uuid| OnTicket { ticket: Some(ticket) };
        match next {
            Next::Open(window) | Next::GoOn(window) => {
                self.api.post::<Window>(&path(window, "open"), &OpenWindow::default()).await?;
                self.ready(at, window).await?;
            }
            Next::Arrive(index) => self.arrive(at, index, day).await?,
            Next::Start(window, ticket) => {
                self.api.post::<Ticket>(&path(window, "start"), &seen(ticket)).await?;
            }
            Next::Finish(window, ticket) => {
                let body = FinishTicket {
                    call: Some(true),
                    ready: Some(true),
                    ticket: Some(ticket),
                    ..FinishTicket::default()
                };
                self.act(at, window, "finish", &body).await?;
            }
            Next::Recall(window, ticket) => {
                self.api.post::<Ticket>(&path(window, "recall"), &seen(ticket)).await?;
                self.add(at.plus_ms(45_000), Next::Miss(window, ticket));
            }
            Next::Miss(window, ticket) => {
                self.api.post::<Ticket>(&path(window, "miss"), &seen(ticket)).await?;
                self.ready(at, window).await?;
            }
            Next::Park(window, ticket) => {
                let body = ParkTicket { note: Some("材料复印".into()), ticket: Some(ticket) };
                self.api.post::<Ticket>(&path(window, "park"), &body).await?;
                self.add(at.plus_ms(300_000), Next::Resume(window, ticket));
                self.ready(at, window).await?;
            }
            Next::Resume(window, ticket) => match self.resume(at, window, ticket).await {
                // The window has somebody else: a little later.
                Err(failure) if failure.is("window-busy") => self.add(at.plus_ms(60_000), Next::Resume(window, ticket)),
                done => done?,
            },
            Next::Transfer(window, ticket) => self.transfer(at, window, ticket).await?,
            Next::GiveUp(ticket) => {
                self.api.post::<Ticket>(&format!("/api/v1/tickets/{ticket}/leave"), &OnTicket::default()).await?;
            }
            Next::Pause(window) => self.pause(at, window).await?,
            Next::GoHome => {}
        }
        Ok(())
    }

    async fn arrive(&mut self, at: Moment, index: usize, day: &Day) -> Result<(), ApiFailure> {
        let visitor = &day.visitors[index];
        let body = IssueTicket {
            service: visitor.service.as_str().to_owned(),
            class: Some(visitor.class.name().to_owned()),
            source: Some("kiosk".into()),
            person: self.needs_person(&visitor.service).then(|| protocol::Pii::new(format!("DEMO-{index:06}"))),
            ..IssueTicket::default()
        };
        if let Some(ticket) = self.api.post::<Ticket>("/api/v1/tickets", &body).await? {
            match visitor.patience_ms {
                Some(patience_ms) if ticket.state == "waiting" => {
                    self.add(at.plus_ms(patience_ms), Next::GiveUp(ticket.id));
                }
                _ => {}
            }
            self.called(at, &ticket);
        }
        Ok(())
    }

    fn needs_person(&self, service: &ServiceCode) -> bool {
        self.settings.service(service).is_some_and(|service| service.real_name)
    }

    async fn ready(&mut self, at: Moment, window: u16) -> Result<(), ApiFailure> {
        self.act(at, window, "call", &CallTicket { ready: Some(true), ..CallTicket::default() }).await
    }

    /// Does something that may end in a call.
    async fn act(&mut self, at: Moment, window: u16, what: &str, body: &impl Serialize) -> Result<(), ApiFailure> {
        if let Some(ticket) = self.api.post::<Ticket>(&path(window, what), body).await? {
            self.called(at, &ticket);
        }
        Ok(())
    }

    async fn resume(&mut self, at: Moment, window: u16, ticket: Uuid) -> Result<(), ApiFailure> {
        self.act(at, window, "resume", &ResumeTicket { ticket: ticket.to_string() }).await
    }

    async fn transfer(&mut self, at: Moment, window: u16, ticket: Uuid) -> Result<(), ApiFailure> {
        let services = self.settings.window(window).map(|section| section.services.clone()).unwrap_or_default();
        let pick = self.random.below(services.len() as u64) as usize;
        let service = services.get(pick).map(|code| code.as_str().to_owned());
        let body = TransferTicket { service, window: None, ticket: Some(ticket) };
        self.act(at, window, "transfer", &body).await?;
        self.ready(at, window).await
    }

    async fn pause(&mut self, at: Moment, window: u16) -> Result<(), ApiFailure> {
        let pause = PauseWindow { reason: "午餐".into() };
        match self.api.post::<Window>(&path(window, "pause"), &pause).await {
            Ok(_) => self.add(at.plus_ms(1_800_000), Next::GoOn(window)),
            // First the visitor who is there.
            Err(failure) if failure.is("window-busy") => self.add(at.plus_ms(60_000), Next::Pause(window)),
            Err(failure) => return Err(failure),
        }
        Ok(())
    }

    /// What becomes of a ticket that was called.
    fn called(&mut self, at: Moment, ticket: &Ticket) {
        let (Some(window), true) = (ticket.window, ticket.state == "called") else { return };
        let walk = at.plus_ms(8_000 + self.random.below(20_000) as i64);
        let service = ServiceCode(ticket.service.clone());
        let expected_s = self.settings.service(&service).map_or(600, |service| service.expected_service_s);
        // Lognormal around what is expected, as service times are.
        let factor = (0.6 * self.random.normal() - 0.18).exp().clamp(0.1, 5.0);
        let served = walk.plus_ms((f64::from(expected_s) * 1000.0 * factor) as i64);
        match self.random.below(100) {
            0..=2 => self.add(at.plus_ms(40_000), Next::Recall(window, ticket.id)),
            3..=4 if ticket.calls == 1 => self.add(walk.plus_ms(60_000), Next::Park(window, ticket.id)),
            5 if ticket.calls == 1 => self.add(walk.plus_ms(40_000), Next::Transfer(window, ticket.id)),
            _ => {
                self.add(walk, Next::Start(window, ticket.id));
                self.add(served, Next::Finish(window, ticket.id));
            }
        }
    }
}

fn path(window: u16, what: &str) -> String {
    format!("/api/v1/windows/{window}/{what}")
}
