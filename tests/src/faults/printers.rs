//! Faults of printers.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use drivers::escpos::VirtualPrinter;
use drivers::escpos::virtual_printer::Plugs;
use firmware_bridge::port::virtual_device::Shared;
use protocol::bridge::{DeviceKind, DeviceState, JobReport, JobState};
use serde_json::{Value, json};

use super::bridge::{Api, Bridge};
use super::hosts::Host;
use super::list::{Link, PrinterFault};
use super::papers::{Fared, Printed, Ticket, check};
use super::{Tried, batches, side_by_side, spread};
use crate::wait::until_every;

/// Copies of a ticket until one must have been printed.
pub const COPIES: u32 = 4;
/// How often it is looked.
const LOOKS: Duration = Duration::from_millis(50);
/// Lines hang in a printer, or its job is over, within this time.
const HANGS: Duration = Duration::from_secs(30);

/// One try of one fault.
struct Try {
    fault: PrinterFault,
    link: Link,
    at: usize,
    of: usize,
}

/// A printer that a test can handle, wherever it is.
enum Bench {
    Virtual { api: Api, name: String },
    Host(Host),
}

impl Bench {
    async fn set(&self, plugs: &Plugs) -> anyhow::Result<()> {
        match self {
            Self::Virtual { api, name } => api.put(&format!("/v1/virtual/printers/{name}/plugs"), &json!(plugs)).await,
            Self::Host(host) => {
                host.printer.handle(|printer| printer.set_plugs(host.clock.now(), plugs.clone()));
                Ok(())
            }
        }
    }

    async fn restart(&self) -> anyhow::Result<()> {
        match self {
            Self::Virtual { api, name } => {
                let answer = api.ask("POST", &format!("/v1/virtual/printers/{name}/restart"), None).await?;
                ensure!(answer.status == 204, "{}", answer.text());
            }
            Self::Host(host) => host.printer.handle(|printer| printer.restart(host.clock.now())),
        }
        Ok(())
    }

    /// How many lines hang in it.
    async fn hanging(&self) -> anyhow::Result<usize> {
        match self {
            Self::Virtual { api, name } => {
                let printer = api.get(&format!("/v1/virtual/printers/{name}")).await?;
                Ok(printer["hanging"]["text"].as_str().map_or(0, |text| text.lines().count()))
            }
            Self::Host(host) => {
                Ok(host.printer.look(|printer| printer.hanging().map_or(0, |paper| paper.lines().count())))
            }
        }
    }

    async fn printed(&self) -> anyhow::Result<Vec<Printed>> {
        match self {
            Self::Virtual { api, name } => {
                let tickets: Value = api.get(&format!("/v1/virtual/printers/{name}/tickets")).await?;
                Ok(serde_json::from_value(tickets)?)
            }
            Self::Host(host) => Ok(host.printed()),
        }
    }
}

impl Host {
    /// What has come out of it.
    pub fn printed(&self) -> Vec<Printed> {
        printed(&self.printer)
    }
}

/// What has come out of a printer.
pub fn printed(printer: &Shared<VirtualPrinter>) -> Vec<Printed> {
    printer.look(|printer| {
        let all = printer.tickets().iter().map(|paper| Printed {
            text: paper.text(),
            qr: paper.qr_codes().map(str::to_owned).collect(),
            complete: paper.is_complete(),
            reprint: paper.is_reprint(),
        });
        all.collect()
    })
}

/// Tries every fault so many times over each of its links.
pub async fn run(faults: &[PrinterFault], times: usize) -> anyhow::Result<Vec<Tried>> {
    let mut tries = Vec::new();
    for fault in faults {
        for link in fault.links.clone() {
            tries.extend((0..times).map(|at| Try { fault: fault.clone(), link, at, of: times }));
        }
    }
    batches(tries, together).await
}

/// As many printers of one bridge at the same time.
async fn together(tries: Vec<Try>) -> anyhow::Result<Vec<Tried>> {
    let (mut devices, mut hosts) = (String::new(), Vec::new());
    for (index, one) in tries.iter().enumerate() {
        let host = match one.link {
            Link::Virtual => None,
            Link::Tcp => Some(Host::tcp(&one.fault.model).await?),
            Link::Serial => Some(Host::serial(&one.fault.model).await?),
        };
        let port = host.as_ref().map_or("virtual", |host| &host.port);
        let model = &one.fault.model;
        write!(devices, "[[printers]]\nname = \"p{index}\"\nmodel = \"{model}\"\nport = \"{port}\"\n")?;
        hosts.push(host);
    }
    let bridge = Bridge::start(&devices, &[])?;
    let attempts = tries.into_iter().zip(hosts).enumerate().map(|(index, (one, host))| {
        let (api, name) = (bridge.api.clone(), format!("p{index}"));
        let bench = host.map_or_else(|| Bench::Virtual { api: api.clone(), name: name.clone() }, Bench::Host);
        async move {
            let what = format!("{} over {:?}, try {} of {}", one.fault.name, one.link, one.at + 1, one.of);
            attempt(&one, &api, &name, &bench).await.context(what)
        }
    });
    side_by_side(&bridge, attempts).await
}

async fn attempt(one: &Try, api: &Api, name: &str, bench: &Bench) -> anyhow::Result<Tried> {
    let Try { fault, link, at, of } = one;
    api.is(DeviceKind::Printer, name, DeviceState::Ready).await?;
    let mut plugs = fault.plugs.clone();
    let vary = |range: Option<[u32; 2]>| range.map(|range| spread(range, *at, *of));
    plugs.out_after_lines = vary(fault.spread.out_after_lines).or(plugs.out_after_lines);
    plugs.bytes_per_s = vary(fault.spread.bytes_per_s).unwrap_or(plugs.bytes_per_s);
    bench.set(&plugs).await?;

    let tickets: Vec<Ticket> =
        (0..fault.jobs).map(|job| Ticket::new(format!("A{:03}", 100 * (job + 1) + at))).collect();
    let began = Instant::now();
    let asking = futures_util::future::join_all(tickets.iter().map(|ticket| twice(api, name, ticket)));
    let meddling = async {
        if let Some(lines) = vary(fault.spread.lines) {
            let what = format!("{lines} lines hang in the printer");
            until_every(LOOKS, &what, HANGS, async || Ok((bench.hanging().await? >= lines as usize).then_some(())))
                .await?;
        }
        if let Some(plugs) = &fault.during {
            bench.set(plugs).await?;
        }
        if fault.restart {
            bench.restart().await?;
        }
        anyhow::Ok(())
    };
    let (answers, meddled) = tokio::join!(asking, meddling);
    meddled?;
    bench.set(&Plugs::default()).await?;
    if fault.restart_after {
        bench.restart().await?;
    }

    let mut fared = Vec::new();
    for (ticket, answer) in tickets.into_iter().zip(answers) {
        let report = answer?;
        ensure!(fault.ends.contains(&report.state), "answered {report:?}");
        ensure!(report.state == JobState::Printed || report.why.is_some(), "no reason: {report:?}");
        fared.push(Fared { ticket, copies: vec![report.state] });
    }
    for one in &mut fared {
        reprint(api, name, one, COPIES).await?;
    }
    let took = began.elapsed();
    // Whatever the printer still had of earlier jobs would come out before the ticket of the next visitor.
    let next = Ticket::new(format!("B{at:03}"));
    let mut last = Fared { copies: vec![api.print(name, &next.job(0), &next.paper(0)).await?.state], ticket: next };
    reprint(api, name, &mut last, COPIES).await?;
    fared.push(last);
    for one in &fared {
        let again = api.print(name, &one.ticket.job(0), &one.ticket.paper(0)).await?;
        ensure!(again.state == one.copies[0], "{:?} turned into {again:?}", one.copies[0]);
    }
    check(&fared, &bench.printed().await?)?;
    let mut ends: Vec<String> =
        fared[..fared.len() - 1].iter().map(|one| format!("{:?}", one.copies[0]).to_lowercase()).collect();
    ends.dedup();
    let fault = format!("printer, {}: {}", format!("{link:?}").to_lowercase(), fault.name);
    Ok(Tried { fault, end: ends.join(" and "), took })
}

/// The first copy of a ticket, asked for twice at the same moment: one job, one answer.
async fn twice(api: &Api, printer: &str, ticket: &Ticket) -> anyhow::Result<JobReport> {
    let (job, paper) = (ticket.job(0), ticket.paper(0));
    let (one, other) = tokio::join!(api.print(printer, &job, &paper), api.print(printer, &job, &paper));
    let (one, other) = (one?, other?);
    ensure!(one == other, "answered {one:?} and {other:?}");
    Ok(one)
}

/// Asks for further copies, marked, until one is printed; for no more than `most` in all.
pub async fn reprint(api: &Api, printer: &str, fared: &mut Fared, most: u32) -> anyhow::Result<()> {
    while fared.copies.last() != Some(&JobState::Printed) {
        let copy = fared.copies.len() as u32;
        ensure!(copy < most, "{} is never printed: {:?}", fared.ticket.number, fared.copies);
        api.is(DeviceKind::Printer, printer, DeviceState::Ready).await?;
        let report = api.print(printer, &fared.ticket.job(copy), &fared.ticket.paper(copy)).await?;
        fared.copies.push(report.state);
    }
    Ok(())
}
