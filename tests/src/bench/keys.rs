//! From the key of a call pad to the bytes on the LED sign's wire: bridge, display, server, display, bridge.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use drivers::onbon::virtual_card::VirtualCard;
use drivers::{Millis, VirtualDevice};
use firmware_bridge::clock::Clock;
use firmware_bridge::port::virtual_device::Shared;
use protocol::bridge::{DeviceKind, DeviceState};
use tokio::io::AsyncWriteExt as _;
use tokio::sync::mpsc;
use tokio_serial::{SerialPort as _, SerialStream};
use tokio_util::sync::CancellationToken;

use super::Plan;
use super::machine::millis;
use super::table::{Bar, Samples, Table};
use crate::faults::hosts::listen;
use crate::figures::quantile;
use crate::pads::stage::Stage;
use crate::wait::{pause, within};

/// Presses of a round.
const PRESSES: usize = 10;
/// The same key counts again when the pad was quiet for 1.5 s; and a sign takes one refresh a second.
const QUIET: Duration = Duration::from_secs(2);
/// A press that takes longer is lost.
const LIMIT: Duration = Duration::from_secs(10);
/// Pad 5: call next (hardware reference, F).
const CALL: [u8; 10] = [0xFF, 0x68, 0x03, 0x03, 0x68, 0x05, 0x01, 0x0C, 0x12, 0x16];
/// Bits that a byte takes on a serial line, and the rates of both lines.
const BITS: f64 = 10.0;
const PAD_BAUD: f64 = 9_600.0;
const SIGN_BAUD: f64 = 57_600.0;

/// Measures and adds the rows.
pub async fn measure(plan: &Plan, table: &mut Table) -> anyhow::Result<()> {
    let stop = CancellationToken::new();
    let _ends = stop.clone().drop_guard();
    let (port, mut wire) = sign(&stop).await?;
    let (mut pad, other) = SerialStream::pair()?;
    let path = other.name().context("a terminal without a name")?;
    let stage = Stage::start_on(&format!("serial:{path}@9600"), &port).await?;
    drop(other);
    let (mut p50, mut p99, mut longest) = (Samples::default(), Samples::default(), 0);
    for (kind, name) in [(DeviceKind::Pads, "desks"), (DeviceKind::Sign, "w1")] {
        stage.bridge.api.is(kind, name, DeviceState::Ready).await?;
    }
    for _ in 0..plan.rounds {
        let mut took = Vec::new();
        for _ in 0..PRESSES {
            let number = stage.take().await?.number;
            pause(QUIET).await;
            while wire.try_recv().is_ok() {}
            let mut sink = [0; 256];
            // Whatever the host said to the pad meanwhile.
            let _ = pad.try_read(&mut sink);
            pad.write_all(&CALL).await?;
            let pressed = Instant::now();
            let shown = async {
                while let Some((at, bytes)) = wire.recv().await {
                    if bytes.windows(number.len()).any(|part| part == number.as_bytes()) {
                        return Ok((at, bytes.len()));
                    }
                }
                anyhow::bail!("the sign has gone")
            };
            let (at, length) = within(&format!("{number} on the wire"), LIMIT, shown).await??;
            took.push(millis(at.saturating_duration_since(pressed)));
            longest = longest.max(length);
        }
        p50.push(quantile(&mut took, 0.5));
        p99.push(quantile(&mut took, 0.99));
    }
    table.ours("ms from the key of a pad to the bytes at the sign", "half of the presses", &p50, None);
    table.ours("", "99 of 100 presses", &p99, Some(Bar::AtMost(50.0)));
    let bare = (CALL.len() as f64 * BITS / PAD_BAUD + longest as f64 * BITS / SIGN_BAUD) * 1e3;
    let text = format!("{bare:.1} ms: {} bytes at 9600, {longest} at 57600; a terminal and TCP take none", CALL.len());
    table.note("the bare lines would add", &text);
    Ok(())
}

/// A sign's card that tells what arrives on its wire, and when.
struct Tapped {
    card: VirtualCard,
    tell: mpsc::UnboundedSender<(Instant, Vec<u8>)>,
}

impl VirtualDevice for Tapped {
    fn receive(&mut self, now: Millis, bytes: &[u8]) {
        if !bytes.is_empty() {
            // Nobody listens when the measurement is over.
            let _ = self.tell.send((Instant::now(), bytes.to_vec()));
        }
        self.card.receive(now, bytes);
    }

    fn answer(&mut self) -> Vec<u8> {
        self.card.answer()
    }

    fn wake_at(&self) -> Option<Millis> {
        self.card.wake_at()
    }
}

/// A sign on a TCP port; what arrives on its wire, and when.
async fn sign(stop: &CancellationToken) -> anyhow::Result<(String, mpsc::UnboundedReceiver<(Instant, Vec<u8>)>)> {
    let (ends, lines) = mpsc::channel(1);
    let port = listen(ends, stop.clone(), || true).await?;
    let (tell, wire) = mpsc::unbounded_channel();
    let device = Shared::new(Tapped { card: VirtualCard::new(128, 32, 0), tell }, |_| usize::MAX);
    tokio::spawn(device.run(lines, Clock::start(), stop.clone()));
    Ok((port, wire))
}
