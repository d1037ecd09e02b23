//! A recorded day through a real server over its public API, with a simulated clerk at every window.
//!
//! At full speed the day's events keep their order and nobody waits for the time to pass; the waits are those of the
//! day. At another speed the day runs with the server's own clock, and the waits are those the server recorded.

pub mod cars;
pub mod recorded_cars;
pub mod recorded_day;
pub mod recorded_lots;

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use hall::Moment;
use hall::simulate::{Agenda, Next, Outcome, Visit};
use protocol::requests::{CallTicket, FinishTicket, IssueTicket, OnTicket, OpenWindow};
use protocol::{Pii, Queue, Ticket, Window};
use uuid::Uuid;

use crate::client::Api;

/// The server's clock as this process reckons it.
#[derive(Debug, Clone, Copy)]
pub struct ServerClock {
    at: Moment,
    since: Instant,
    speed: f64,
}

impl ServerClock {
    /// Asks the server.
    pub async fn of(api: &Api) -> anyhow::Result<Self> {
        let health = api.health().await?;
        Ok(Self { at: moment(&health.time)?, since: Instant::now(), speed: health.speed })
    }

    /// Seconds of the hall in one real second.
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// The server's time now.
    pub fn now(&self) -> Moment {
        self.at.plus_ms((self.since.elapsed().as_secs_f64() * 1000.0 * self.speed) as i64)
    }

    /// Waits until the server's time is `at`.
    pub async fn until(&self, at: Moment) {
        let left_ms = (at.0 - self.at.0) as f64 / self.speed;
        if left_ms > 0.0 {
            tokio::time::sleep_until((self.since + Duration::from_secs_f64(left_ms / 1000.0)).into()).await;
        }
    }
}

/// RFC 3339 to a moment.
pub fn moment(text: &str) -> anyhow::Result<Moment> {
    let at: jiff::Timestamp = text.parse().with_context(|| format!("{text:?} is not a time"))?;
    Ok(Moment(at.as_millisecond()))
}

struct Player<'a> {
    api: &'a Api,
    visits: &'a [Visit],
    clock: Option<ServerClock>,
    agenda: Agenda,
    visit_of: HashMap<Uuid, usize>,
    tickets: Vec<Option<Uuid>>,
    outcomes: Vec<Outcome>,
    /// Services that need a person.
    real_name: HashSet<String>,
    /// Sets the persons of this run apart from those of any other.
    run: Uuid,
}

/// Plays a day; with `clock`, at its speed.
pub async fn day(api: &Api, visits: &[Visit], clock: Option<ServerClock>) -> anyhow::Result<Vec<Outcome>> {
    let queues: Vec<Queue> = api.get("/api/v1/queues").await?;
    let real_name = queues.into_iter().filter(|queue| queue.real_name).map(|queue| queue.service).collect();
    let mut player = Player {
        api,
        visits,
        clock,
        agenda: Agenda::of(visits),
        visit_of: HashMap::with_capacity(visits.len()),
        tickets: vec![None; visits.len()],
        outcomes: visits.iter().map(Outcome::of).collect(),
        real_name,
        run: Uuid::new_v4(),
    };
    player.open_windows().await?;
    while let Some((at, next)) = player.agenda.take() {
        if let Some(clock) = &player.clock {
            clock.until(at).await;
        }
        player.happen(at, next).await?;
    }
    Ok(player.outcomes)
}

impl Player<'_> {
    async fn open_windows(&mut self) -> anyhow::Result<()> {
        let windows: Vec<Window> = self.api.get("/api/v1/windows").await?;
        for window in windows {
            let number = window.window;
            anyhow::ensure!(window.ticket.is_none(), "window {number} has a ticket: replay needs a hall without any");
            self.api.post::<Window>(&format!("/api/v1/windows/{number}/open"), &OpenWindow::default()).await?;
            let ready = CallTicket { ready: Some(true), ..CallTicket::default() };
            let next = self.api.post::<Ticket>(&format!("/api/v1/windows/{number}/call"), &ready).await?;
            anyhow::ensure!(next.is_none(), "somebody waits already: replay needs a hall without tickets");
        }
        Ok(())
    }

    async fn happen(&mut self, at: Moment, next: Next) -> anyhow::Result<()> {
        match next {
            Next::Arrive { visit } => self.arrive(at, visit).await,
            Next::Finish { window, .. } => {
                let body = FinishTicket { call: Some(true), ready: Some(true), ..FinishTicket::default() };
                let path = format!("/api/v1/windows/{window}/finish");
                let next = self.api.post::<Ticket>(&path, &body).await.with_context(|| path.clone())?;
                next.map_or(Ok(()), |ticket| self.called(at, &ticket))
            }
            Next::GiveUp { visit } => self.give_up(visit).await,
        }
    }

    async fn arrive(&mut self, at: Moment, visit: usize) -> anyhow::Result<()> {
        let of = &self.visits[visit];
        let body = IssueTicket {
            service: of.service.as_str().to_owned(),
            class: Some(of.class.name().to_owned()),
            source: Some("replay".into()),
            // The day does not say who came; a service that asks gets somebody new each time.
            person: self.real_name.contains(of.service.as_str()).then(|| Pii::new(format!("{} {visit}", self.run))),
            ..IssueTicket::default()
        };
        let ticket = self.api.post::<Ticket>("/api/v1/tickets", &body).await?;
        let ticket = ticket.context("an issued ticket was answered without one")?;
        self.visit_of.insert(ticket.id, visit);
        self.tickets[visit] = Some(ticket.id);
        let outcome = &mut self.outcomes[visit];
        outcome.number = Some(ticket.number.clone());
        outcome.promised = ticket.eta.as_ref().map(|eta| hall::estimate::Interval {
            low_s: eta.low_s,
            median_s: eta.median_s,
            high_s: eta.high_s,
        });
        if ticket.state == "called" {
            self.called(at, &ticket)
        } else {
            if let Some(patience_ms) = of.patience_ms {
                self.agenda.add(at.plus_ms(patience_ms), Next::GiveUp { visit });
            }
            Ok(())
        }
    }

    async fn give_up(&mut self, visit: usize) -> anyhow::Result<()> {
        let (Some(id), None) = (self.tickets[visit], self.outcomes[visit].window) else { return Ok(()) };
        let path = format!("/api/v1/tickets/{id}/leave");
        match self.api.post::<Ticket>(&path, &OnTicket::default()).await {
            Ok(_) => {
                self.outcomes[visit].left = true;
                Ok(())
            }
            Err(failure) => Err(failure).context("a visitor could not leave"),
        }
    }

    fn called(&mut self, at: Moment, ticket: &Ticket) -> anyhow::Result<()> {
        let visit = *self.visit_of.get(&ticket.id).context("a ticket was called that this day did not issue")?;
        let window = ticket.window.context("a called ticket has no window")?;
        let wait_ms = if self.clock.is_none() {
            at.since(self.visits[visit].arrived_at)
        } else {
            let called_at = moment(ticket.called_at.as_deref().context("a called ticket was never called")?)?;
            called_at.since(moment(&ticket.issued_at)?)
        };
        let outcome = &mut self.outcomes[visit];
        outcome.calls += 1;
        outcome.window = Some(window);
        outcome.wait_ms = Some(wait_ms);
        self.agenda.add(at.plus_ms(self.visits[visit].service_ms), Next::Finish { window, visit });
        Ok(())
    }
}
