//! Cables that are pulled and put back in random order while everything is in use: nothing is printed twice, everything comes
//! back by itself, and the bridge holds afterwards what it held before: as many descriptors, threads and tasks, and no more
//! memory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use drivers::escpos::{Model, VirtualPrinter};
use drivers::onbon::virtual_card::VirtualCard;
use drivers::samv::virtual_reader::VirtualReader;
use drivers::{Millis, VirtualDevice};
use firmware_bridge::clock::Clock;
use firmware_bridge::port::virtual_device::{Room, Shared};
use protocol::bridge::{DeviceKind, DeviceState, JobState, ReaderMessage};
use serde_json::json;
use tempfile::TempDir;
use tokio::sync::{mpsc, watch};
use tokio_serial::{SerialPort as _, SerialStream};
use tokio_util::sync::CancellationToken;

use super::bridge::{Api, Bridge};
use super::hosts::listen;
use super::papers::{Fared, Ticket, check};
use super::printers::{printed, reprint};
use crate::bench::resident_kib;
use crate::figures::Row;
use crate::rng::Rng;
use crate::wait::until_every;

/// How often `prove` pulls a cable.
const PULLS: usize = 100;
/// How often a state is looked at.
const LOOKS: Duration = Duration::from_millis(100);
/// Until as many descriptors and tasks live as before: connections of this test close a little later.
const SETTLES: Duration = Duration::from_secs(20);
/// What memory may grow by, in KiB: the allocator's own rounding, and nothing that grows with the pulls.
const GROWTH_KIB: u64 = 2_048;

/// A device outside the bridge, on a cable that can be pulled. When it is put back, a serial device has another file, and the
/// same name leads to it, as with udev.
struct Cable {
    kind: DeviceKind,
    name: &'static str,
    port: String,
    plugged: watch::Sender<bool>,
    stop: CancellationToken,
}

impl Drop for Cable {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Cable {
    /// A device on a TCP port.
    async fn tcp<C: VirtualDevice + Send + 'static>(
        kind: DeviceKind,
        name: &'static str,
        device: impl FnOnce(Millis) -> C,
        room: Room<C>,
    ) -> anyhow::Result<(Self, Shared<C>)> {
        let (mut cable, shared, ends, plugged) = Self::start(kind, name, device, room);
        cable.port = listen(ends, cable.stop.clone(), move || *plugged.borrow()).await?;
        Ok((cable, shared))
    }

    /// A device on a terminal, under a name in `dir`.
    fn serial<C: VirtualDevice + Send + 'static>(
        kind: DeviceKind,
        name: &'static str,
        dir: &Path,
        device: impl FnOnce(Millis) -> C,
        room: Room<C>,
    ) -> anyhow::Result<(Self, Shared<C>)> {
        let link = dir.join(name);
        let (mut cable, shared, ends, mut plugged) = Self::start(kind, name, device, room);
        cable.port = format!("serial:{}@115200", link.display());
        let stop = cable.stop.clone();
        let (mut device, mut other) = terminal(&link)?;
        tokio::spawn(async move {
            loop {
                // While this side is open too, the device does not see the end when the bridge lets go.
                let held = other;
                if ends.send(device).await.is_err() {
                    return;
                }
                // Until it is pulled.
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = settled(&mut plugged, false) => drop(held),
                }
                let _ = std::fs::remove_file(&link);
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = settled(&mut plugged, true) => {}
                }
                match terminal(&link) {
                    Ok(pair) => (device, other) = pair,
                    Err(_) => return,
                }
            }
        });
        Ok((cable, shared))
    }

    fn start<C: VirtualDevice + Send + 'static, L: firmware_bridge::port::Duplex + 'static>(
        kind: DeviceKind,
        name: &'static str,
        device: impl FnOnce(Millis) -> C,
        room: Room<C>,
    ) -> (Self, Shared<C>, mpsc::Sender<L>, watch::Receiver<bool>) {
        let (clock, stop) = (Clock::start(), CancellationToken::new());
        let shared = Shared::new(device(clock.now()), room);
        let (plugged, is_plugged) = watch::channel(true);
        let (ends, mut new) = mpsc::channel::<L>(1);
        let (device, end) = (shared.clone(), stop.clone());
        let mut pulled = is_plugged.clone();
        tokio::spawn(async move {
            // One life a line: the line is dropped when the cable is pulled.
            loop {
                let line = tokio::select! {
                    () = end.cancelled() => return,
                    line = new.recv() => line,
                };
                let Some(line) = line else { return };
                let (one, lines) = mpsc::channel(1);
                if one.send(line).await.is_err() {
                    return;
                }
                let until = end.child_token();
                let living = tokio::spawn(device.clone().run(lines, clock, until.clone()));
                loop {
                    tokio::select! {
                        () = end.cancelled() => break,
                        () = settled(&mut pulled, false) => break,
                        // The bridge opened its port again.
                        again = new.recv() => match again {
                            Some(line) => drop(one.send(line).await),
                            None => break,
                        },
                    }
                }
                until.cancel();
                let _ = living.await;
                // Whatever comes next is another line.
                settled(&mut pulled, true).await;
            }
        });
        (Self { kind, name, port: String::new(), plugged, stop }, shared, ends, is_plugged)
    }

    /// Pulls it, and waits until the bridge says so.
    async fn pull(&self, api: &Api) -> anyhow::Result<()> {
        self.plugged.send_replace(false);
        api.is(self.kind, self.name, DeviceState::Gone).await
    }

    /// Puts it back, and waits until the device works.
    async fn put_back(&self, api: &Api) -> anyhow::Result<()> {
        self.plugged.send_replace(true);
        api.is(self.kind, self.name, DeviceState::Ready).await
    }
}

/// Until a cable is plugged in, or is not. Without end when nobody pulls it any more.
async fn settled(plugged: &mut watch::Receiver<bool>, is: bool) {
    if plugged.wait_for(|plugged| *plugged == is).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// A new terminal, its device's end and the other one, with `link` leading to it.
fn terminal(link: &Path) -> anyhow::Result<(SerialStream, SerialStream)> {
    let (device, other) = SerialStream::pair()?;
    let path = PathBuf::from(other.name().context("a terminal without a name")?);
    let _ = std::fs::remove_file(link);
    std::os::unix::fs::symlink(path, link)?;
    Ok((device, other))
}

/// What a program holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Held {
    descriptors: usize,
    threads: usize,
    tasks: u64,
    memory_kib: u64,
}

impl Held {
    async fn of(bridge: &Bridge) -> anyhow::Result<Self> {
        let process = PathBuf::from(format!("/proc/{}", bridge.pid()));
        let metrics = bridge.api.ask("GET", "/metrics", None).await?.text();
        let tasks = metrics.lines().find_map(|line| line.strip_prefix("paihao_bridge_tasks ")).context("no tasks")?;
        Ok(Self {
            descriptors: std::fs::read_dir(process.join("fd"))?.count(),
            threads: std::fs::read_dir(process.join("task"))?.count(),
            tasks: tasks.trim().parse()?,
            memory_kib: resident_kib(bridge.pid())? as u64,
        })
    }
}

/// What was done meanwhile.
#[derive(Debug, Default)]
struct Done {
    texts: AtomicU64,
    cards: AtomicU64,
}

/// Pulls cables so many times; what came of it.
pub async fn run(pulls: usize, seed: u64) -> anyhow::Result<Row> {
    let dir = TempDir::with_prefix("paihao-")?;
    let printer = |now| VirtualPrinter::new(Model::GENERIC_80, now);
    let (network, network_printer) = Cable::tcp(DeviceKind::Printer, "network", printer, VirtualPrinter::room).await?;
    let (usb, usb_printer) = Cable::serial(DeviceKind::Printer, "usb", dir.path(), printer, VirtualPrinter::room)?;
    let (reader, cards) =
        Cable::serial(DeviceKind::Reader, "front", dir.path(), |_| VirtualReader::new(seed), |_| usize::MAX)?;
    let (sign, _) = Cable::tcp(DeviceKind::Sign, "hall", |_| VirtualCard::new(128, 32, seed), |_| usize::MAX).await?;
    let settings = format!(
        "[[printers]]\nname = \"network\"\nmodel = \"generic-80\"\nport = \"{}\"\n\
         [[printers]]\nname = \"usb\"\nmodel = \"generic-80\"\nport = \"{}\"\n\
         [[readers]]\nname = \"front\"\nmodel = \"sam-v\"\nport = \"{}\"\n\
         [[signs]]\nname = \"hall\"\nmodel = \"onbon-5k\"\nport = \"{}\"\nwidth = 128\nheight = 32\n",
        network.port, usb.port, reader.port, sign.port
    );
    let bridge = Bridge::start(&settings, &[])?;
    let cables = [network, usb, reader, sign];
    for cable in &cables {
        bridge.api.is(cable.kind, cable.name, DeviceState::Ready).await?;
    }

    let stop = CancellationToken::new();
    let done = Arc::<Done>::default();
    let jobs = ["network", "usb"].map(|name| tokio::spawn(print(bridge.api.clone(), name, stop.clone())));
    let texts = tokio::spawn(show(bridge.api.clone(), done.clone(), stop.clone()));
    let visitors = tokio::spawn(lay(cards, bridge.api.clone(), done.clone(), stop.clone()));

    let mut rng = Rng::new(seed);
    // Whatever is made at the first need is there before it is counted.
    for cable in &cables {
        cable.pull(&bridge.api).await?;
        cable.put_back(&bridge.api).await?;
    }
    let before = Held::of(&bridge).await?;
    let began = Instant::now();
    for pull in 0..pulls {
        let one = &cables[rng.below(cables.len() as u64) as usize];
        let other = &cables[rng.below(cables.len() as u64) as usize];
        let what = || format!("pull {pull}, of {} and {}; the bridge said:\n{}", one.name, other.name, bridge.log());
        // Now and then two at a time, and not put back in the order in which they were pulled.
        if rng.below(3) == 0 && one.name != other.name {
            one.pull(&bridge.api).await.with_context(what)?;
            other.pull(&bridge.api).await.with_context(what)?;
            one.put_back(&bridge.api).await.with_context(what)?;
            other.put_back(&bridge.api).await.with_context(what)?;
        } else {
            one.pull(&bridge.api).await.with_context(what)?;
            one.put_back(&bridge.api).await.with_context(what)?;
        }
    }
    let took = began.elapsed();
    stop.cancel();
    let (mut tickets, mut ends) = (0, BTreeMap::<String, usize>::new());
    for (job, printer) in jobs.into_iter().zip([&network_printer, &usb_printer]) {
        let fared = job.await??;
        tickets += fared.len();
        for one in &fared {
            *ends.entry(format!("{:?}", one.copies[0]).to_lowercase()).or_default() += 1;
        }
        check(&fared, &printed(printer))?;
    }
    texts.await??;
    visitors.await??;

    let held = until_every(LOOKS, "the bridge holds what it held", SETTLES, async || {
        let now = Held::of(&bridge).await?;
        let same = now.descriptors <= before.descriptors && now.tasks <= before.tasks && now.threads <= before.threads;
        Ok(same.then_some(now))
    });
    let (after, _) = match held.await {
        Ok(held) => held,
        Err(error) => return Err(error).with_context(|| format!("before {before:?}")),
    };
    ensure!(after.memory_kib <= before.memory_kib + GROWTH_KIB, "memory grew: {before:?}, {after:?}");
    ensure!(
        done.texts.load(Relaxed) > 0 && done.cards.load(Relaxed) > 0 && tickets > 0,
        "nothing was in use: {done:?}"
    );
    Ok(Row::new(
        format!("{pulls} cables pulled and put back in random order, in use"),
        format!(
            "{tickets} tickets, one valid each, first copies {ends:?}; {} texts shown, {} cards read; descriptors {} then {}, \
             tasks {} then {}, threads {} then {}, memory {} then {} KiB; {:.0} s",
            done.texts.load(Relaxed),
            done.cards.load(Relaxed),
            before.descriptors,
            after.descriptors,
            before.tasks,
            after.tasks,
            before.threads,
            after.threads,
            before.memory_kib,
            after.memory_kib,
            took.as_secs_f64()
        ),
    ))
}

/// Copies of a ticket whose printer loses its cable again and again.
const COPIES: u32 = 20;

/// The long form.
pub async fn prove() -> Vec<anyhow::Result<Row>> {
    vec![run(PULLS, 1).await]
}

/// One visitor after the other, until everybody has a ticket.
async fn print(api: Api, printer: &'static str, stop: CancellationToken) -> anyhow::Result<Vec<Fared>> {
    let mut fared = Vec::new();
    while !stop.is_cancelled() {
        let letter = if printer == "usb" { 'B' } else { 'A' };
        let ticket = Ticket::new(format!("{letter}{:04}", fared.len() + 1));
        let first = api.print(printer, &ticket.job(0), &ticket.paper(0)).await?;
        let mut one = Fared { ticket, copies: vec![first.state] };
        if first.state != JobState::Printed {
            reprint(&api, printer, &mut one, COPIES).await?;
        }
        fared.push(one);
    }
    Ok(fared)
}

/// Ever new numbers on the sign; those that it does not take are lost, as they would be in a hall.
async fn show(api: Api, done: Arc<Done>, stop: CancellationToken) -> anyhow::Result<()> {
    for number in 0.. {
        if stop.is_cancelled() {
            break;
        }
        let body = json!({"text": format!("A{number:04}"), "timeout_s": 20});
        let answer = api.ask("PUT", "/v1/signs/hall/areas/0", Some(&body)).await?;
        match answer.status {
            204 => drop(done.texts.fetch_add(1, Relaxed)),
            // So that a sign that is away is not asked without end.
            503 => crate::wait::pause(LOOKS).await,
            other => anyhow::bail!("the sign answered {other}: {}", answer.text()),
        }
    }
    Ok(())
}

/// One card after the other. A reader that is away reads nobody; what it reads is that card.
async fn lay(reader: Shared<VirtualReader>, api: Api, done: Arc<Done>, stop: CancellationToken) -> anyhow::Result<()> {
    let deck = drivers::samv::virtual_reader::deck::cards();
    let mut listener = api.listen("front").await?;
    for at in 0.. {
        if stop.is_cancelled() {
            break;
        }
        let card = at % deck.len();
        reader.handle(|reader| reader.lay(card));
        while let Ok(message) = listener.hear(Duration::from_secs(8)).await {
            match message {
                ReaderMessage::Found => continue,
                ReaderMessage::Read { card: read } => {
                    ensure!(read.number.reveal() == deck[card].number, "somebody else was read");
                    done.cards.fetch_add(1, Relaxed);
                }
                _ => {}
            }
            break;
        }
        reader.handle(VirtualReader::take_away);
        // Until the reader has seen that it is gone, or is away itself.
        while let Ok(message) = listener.hear(Duration::from_secs(4)).await {
            if message == ReaderMessage::Removed {
                break;
            }
        }
    }
    Ok(())
}
