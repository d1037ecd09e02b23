//! Virtual printers outside the bridge, which it reaches over TCP or a terminal as it would a real one, and which live on when
//! it dies.

use anyhow::Context as _;
use drivers::escpos::{Model, VirtualPrinter};
use firmware_bridge::clock::Clock;
use firmware_bridge::port::virtual_device::Shared;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_serial::{SerialPort as _, SerialStream};
use tokio_util::sync::CancellationToken;

/// A printer of its own.
#[derive(Debug)]
pub struct Host {
    /// The printer.
    pub printer: Shared<VirtualPrinter>,
    /// Its clock.
    pub clock: Clock,
    /// Its port, as in the settings.
    pub port: String,
    stop: CancellationToken,
}

impl Host {
    /// On a TCP port. A new connection takes the place of the old one, as on most printers whose host has died.
    pub async fn tcp(model: &str) -> anyhow::Result<Self> {
        let (ends, receiver) = mpsc::channel(4);
        let stop = CancellationToken::new();
        let port = listen(ends, stop.clone(), || true).await?;
        Self::start(model, port, receiver, stop)
    }

    /// On a terminal.
    pub async fn serial(model: &str) -> anyhow::Result<Self> {
        let (device, other) = SerialStream::pair()?;
        let path = other.name().context("a terminal without a name")?;
        let (ends, receiver) = mpsc::channel(1);
        ends.send(device).await?;
        let stop = CancellationToken::new();
        let host = Self::start(model, format!("serial:{path}@115200"), receiver, stop.clone())?;
        tokio::spawn(async move {
            // While this side is open too, the device does not see the end when the bridge lets go.
            stop.cancelled().await;
            drop((other, ends));
        });
        Ok(host)
    }

    fn start<L>(model: &str, port: String, ends: mpsc::Receiver<L>, stop: CancellationToken) -> anyhow::Result<Self>
    where
        L: firmware_bridge::port::Duplex + 'static,
    {
        let clock = Clock::start();
        let model = Model::named(model).with_context(|| format!("no model {model}"))?;
        let printer = Shared::new(VirtualPrinter::new(model, clock.now()), VirtualPrinter::room);
        tokio::spawn(printer.clone().run(ends, clock, stop.clone()));
        Ok(Self { printer, clock, port, stop })
    }
}

/// Passes on who connects to a new TCP port, until the end; whoever comes while it is not plugged in is let go at once. The port,
/// as in the settings of a bridge.
pub async fn listen(
    ends: mpsc::Sender<TcpStream>,
    stop: CancellationToken,
    is_plugged: impl Fn() -> bool + Send + 'static,
) -> anyhow::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = format!("tcp:{}", listener.local_addr()?);
    tokio::spawn(async move {
        loop {
            let accepted = tokio::select! {
                () = stop.cancelled() => return,
                accepted = listener.accept() => accepted,
            };
            let Ok((stream, _)) = accepted else { return };
            let _ = stream.set_nodelay(true);
            if is_plugged() && ends.send(stream).await.is_err() {
                return;
            }
        }
    });
    Ok(port)
}

impl Drop for Host {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
