//! A visit through all programs, from the card to the paper, in which one of them dies at a named step as by a power cut and
//! is started again: one valid number, known to the visitor, printed once or marked.

pub mod packages;
pub mod programs;

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use protocol::kiosk::{KioskView, Press, Screen};
use protocol::requests::FindTickets;
use protocol::{Queue, Ticket};

use crate::figures::Row;
use crate::wait::{until, within};
use programs::{Programs, Who};

/// Where each program may die on the way.
pub const STEPS: [(Who, &str); 15] = [
    (Who::Kiosk, "visit.spooled"),
    (Who::Server, "issue.decided"),
    (Who::Server, "issue.committed"),
    (Who::Server, "issue.answered"),
    (Who::Kiosk, "visit.asked"),
    (Who::Kiosk, "visit.issued"),
    (Who::Kiosk, "visit.printing"),
    (Who::Bridge, "job.journalled"),
    (Who::Bridge, "job.sent"),
    (Who::Bridge, "job.confirmed"),
    (Who::Bridge, "job.answered"),
    (Who::Kiosk, "visit.printed"),
    (Who::Server, "printed.decided"),
    (Who::Server, "printed.committed"),
    (Who::Kiosk, "visit.reported"),
];
/// How often `prove` tries each.
const TIMES: usize = 5;
/// A visit with a death in it is over sooner.
const PATIENCE: Duration = Duration::from_secs(150);

/// What became of one visit.
#[derive(Debug)]
struct Fared {
    copies: u32,
    took: Duration,
}

/// Lets a program die at a step of a visit.
async fn attempt(who: Who, step: &str) -> anyhow::Result<Fared> {
    let mut hall = Programs::start(Some((who, step))).await?;
    let service = hall.service().await?;
    let mut known: Option<String> = None;
    let began = Instant::now();
    hall.lay(Some(0)).await?;
    // The visitor presses what a person would press, before and after.
    visit(&mut hall, &service, &mut known, who).await?;
    let took = began.elapsed();
    // What tells the server that the paper is out happens behind the visitor's back.
    while !hall.died(who) {
        ensure!(began.elapsed() < PATIENCE, "{who:?} did not die at {step}");
        hall.look().await?;
        hall.revive(who)?;
    }
    let (ticket, copies) = settled(&hall, &service).await?;
    let papers = hall.papers();
    let whole: Vec<_> = papers.iter().filter(|paper| paper.complete).collect();
    ensure!(!whole.is_empty(), "no paper came out for {}", ticket.number);
    for paper in &whole {
        ensure!(paper.text.contains(&ticket.number), "a paper of something else: {}", paper.text);
    }
    let unmarked = whole.iter().filter(|paper| !paper.reprint).count();
    ensure!(unmarked <= 1, "{unmarked} papers of {} are not marked 补打", ticket.number);
    ensure!(copies > 0 || unmarked == 1, "printed once, but {unmarked} papers are there");
    ensure!(known.as_ref() == Some(&ticket.number), "the screen told {known:?}, the number is {}", ticket.number);
    hall.verify()?;
    Ok(Fared { copies, took })
}

/// One visit in which nothing fails: a card, a service, a ticket.
pub async fn visit_once(hall: &mut Programs) -> anyhow::Result<()> {
    let service = hall.service().await?;
    hall.lay(Some(0)).await?;
    visit(hall, &service, &mut None, Who::Kiosk).await?;
    hall.lay(None).await
}

/// Drives the kiosk's page as a visitor would until his visit is over.
async fn visit(hall: &mut Programs, service: &str, known: &mut Option<String>, who: Who) -> anyhow::Result<()> {
    let began = Instant::now();
    let mut pressed = None;
    loop {
        ensure!(began.elapsed() < PATIENCE, "the visit does not end");
        hall.revive(who)?;
        let Some(view) = hall.look().await? else { continue };
        if let Some(number) = number(&view) {
            *known = Some(number);
        }
        let press = match &view.show {
            Screen::Services => Press::Service { service: service.to_owned() },
            Screen::Confirm { .. } => Press::Take,
            // He looks into the tray.
            Screen::Asking { slip } => Press::CameOut {
                yes: hall.papers().iter().any(|paper| paper.complete && paper.text.contains(&slip.number)),
            },
            Screen::Already { .. } | Screen::NumberOnly { again: true, .. } => Press::Reprint,
            Screen::Done { .. } => return Ok(()),
            // It was printed and told before the death: nothing of him is left.
            Screen::Welcome if known.is_some() && hall.died(who) && !hall.papers().is_empty() => return Ok(()),
            _ => continue,
        };
        if pressed == Some(view.screen) {
            continue;
        }
        pressed = Some(view.screen);
        hall.press(press).await?;
    }
}

fn number(view: &KioskView) -> Option<String> {
    match &view.show {
        Screen::Printing { slip }
        | Screen::Asking { slip }
        | Screen::Done { slip, .. }
        | Screen::NumberOnly { slip, .. } => Some(slip.number.clone()),
        Screen::Already { number, .. } => Some(number.clone()),
        _ => None,
    }
}

/// Waits until the server knows what became of the paper; the one ticket there is, and its copies.
async fn settled(hall: &Programs, service: &str) -> anyhow::Result<(Ticket, u32)> {
    let api = hall.api();
    let what = "the server knows that the ticket is printed";
    let (ticket, _) = until(what, Duration::from_mins(1), async || {
        let found: Option<Vec<Ticket>> = api.post("/api/v1/tickets/find", &of_card()).await?;
        let found = found.unwrap_or_default();
        ensure!(found.len() <= 1, "the visitor has {} tickets", found.len());
        Ok(found.into_iter().next().filter(|ticket| ticket.print.state == "printed"))
    })
    .await?;
    let queues: Vec<Queue> = api.get("/api/v1/queues").await?;
    let issued: u32 = queues.iter().map(|queue| queue.issued).sum();
    ensure!(issued == 1, "{issued} numbers were given");
    ensure!(ticket.service == service && ticket.state == "waiting", "the ticket is {ticket:?}");
    let copies = ticket.print.copies;
    Ok((ticket, copies))
}

/// The visitor of the first card of the deck.
fn of_card() -> FindTickets {
    let card = &drivers::samv::virtual_reader::deck::cards()[0];
    FindTickets { number: None, person: Some(protocol::Pii::new(card.number.to_owned())) }
}

/// Lets every program die at every step, so many times.
pub async fn run(times: usize) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (who, step) in STEPS {
        let (mut again, mut slowest) = (0, Duration::ZERO);
        for at in 0..times {
            let what = format!("{who:?} killed at {step}, try {}", at + 1);
            let fared = within(&what, PATIENCE + Duration::from_mins(1), attempt(who, step)).await?.context(what)?;
            again += usize::from(fared.copies > 0);
            slowest = slowest.max(fared.took);
        }
        let found = format!(
            "{times} visits, each one number, known to the visitor; {} printed once, {again} again and marked; slowest {:.1} s",
            times - again,
            slowest.as_secs_f64()
        );
        rows.push(Row::new(format!("{} killed at {step}", who.name()), found));
    }
    Ok(rows)
}

/// The long form.
pub async fn prove() -> Vec<anyhow::Result<Row>> {
    match run(TIMES).await {
        Ok(rows) => rows.into_iter().map(Ok).collect(),
        Err(error) => vec![Err(error)],
    }
}
