//! Our ports and the owner of a device on real drivers of the kernel: usblp and ttyACM with a USB device made by the kernel
//! itself, unplugged and plugged in again. They need a machine whose only user they are: `tests/kernel/run` starts one, a
//! user-mode Linux, and runs them there one after the other.

#![expect(clippy::unwrap_used, reason = "tests, and what they share")]

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

use drivers::{Driver, Health, Input, Millis, Output};
use firmware_bridge::device::{Handle, Order, Told};
use firmware_bridge::families::Start;
use firmware_bridge::port::Port;
use firmware_bridge::settings::{Address, Device};
use protocol::bridge::DeviceKind;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

const LIMIT: Duration = Duration::from_secs(20);
/// So long nothing is taken before it counts as refused.
const MOMENT: Duration = Duration::from_millis(500);

/// A USB device made by the kernel, in the socket of a host in the same kernel.
struct Gadget(PathBuf);

impl Gadget {
    /// A device with one function, such as `printer.0`; not plugged in yet.
    fn new(name: &str, function: &str) -> Self {
        let path = Path::new("/sys/kernel/config/usb_gadget").join(name);
        let put = |file: &str, text: &str| fs::write(path.join(file), text).unwrap();
        for folder in ["", "strings/0x409", "configs/c.1", &format!("functions/{function}")] {
            fs::create_dir_all(path.join(folder)).unwrap();
        }
        put("idVendor", "0x0525");
        put("idProduct", "0xa4a8");
        put("strings/0x409/serialnumber", "0123456789");
        if function.starts_with("printer") {
            put(&format!("functions/{function}/pnp_string"), "MFG:SIM;CMD:ESC/POS;MDL:POS80;CLS:PRINTER;");
        }
        symlink(path.join("functions").join(function), path.join("configs/c.1").join(function)).unwrap();
        Self(path)
    }

    fn plug(&self) {
        fs::write(self.0.join("UDC"), "dummy_udc.0").unwrap();
    }

    fn unplug(&self) {
        fs::write(self.0.join("UDC"), "\n").unwrap();
    }
}

/// Tells everything that happens to it, and sends what it is told.
#[derive(Default)]
struct Plain(VecDeque<Output<Seen>>);

#[derive(Debug, PartialEq, Eq)]
enum Seen {
    Opened,
    Closed,
    Bytes(Vec<u8>),
}

impl Told for Seen {
    fn health(&self) -> Option<Health> {
        None
    }
}

impl Driver for Plain {
    type Command = Vec<u8>;
    type Event = Seen;

    fn input(&mut self, _: Millis, input: Input<'_, Vec<u8>>) {
        self.0.extend(match input {
            Input::Opened => Some(Output::Event(Seen::Opened)),
            Input::Closed => Some(Output::Event(Seen::Closed)),
            Input::Bytes(bytes) => Some(Output::Event(Seen::Bytes(bytes.to_vec()))),
            Input::Command(bytes) => Some(Output::Send(bytes)),
            Input::Clock | Input::Sent(_) => None,
        });
    }

    fn output(&mut self) -> Option<Output<Seen>> {
        self.0.pop_front()
    }

    fn wake_at(&self) -> Option<Millis> {
        None
    }
}

/// The owner of a device at a port.
struct Owned {
    seen: mpsc::UnboundedReceiver<Seen>,
    handle: Handle<Vec<u8>>,
    stop: CancellationToken,
}

impl Owned {
    fn new(port: &str) -> Self {
        let address: Address = port.parse().unwrap();
        let stop = CancellationToken::new();
        let (told, seen) = mpsc::unbounded_channel();
        let device = Device { name: "d".into(), model: "m".into(), port: address.clone() };
        let events = Box::new(move |event| drop(told.send(event)));
        let nothing = Box::new(|_| {});
        let mut start = Start::new(stop.clone());
        let handle = start.owner(DeviceKind::Printer, &device, Plain::default(), Port::Real(address), events, nothing);
        Self { seen, handle, stop }
    }

    /// Waits for this, past openings that fail while nothing is there.
    async fn sees(&mut self, wanted: Seen) {
        let waits = async {
            while let Some(seen) = self.seen.recv().await {
                if seen == wanted {
                    return;
                }
                assert!(matches!(seen, Seen::Closed), "{seen:?} instead of {wanted:?}");
            }
        };
        tokio::time::timeout(LIMIT, waits).await.unwrap();
    }

    async fn sends(&self, bytes: &[u8]) {
        self.handle.order(Order::Command(bytes.to_vec())).await.unwrap();
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Opens the device's own end, once it is there.
async fn device_end(path: &str) -> File {
    let mut rounds = tokio::time::interval(Duration::from_millis(10));
    let opens = async {
        loop {
            rounds.tick().await;
            if let Ok(file) = OpenOptions::new().read(true).write(true).open(path) {
                return file;
            }
        }
    };
    tokio::time::timeout(LIMIT, opens).await.unwrap()
}

/// Reads so many bytes at the device's own end.
async fn takes(file: &File, count: usize) -> Vec<u8> {
    let mut file = file.try_clone().unwrap();
    let reading = tokio::task::spawn_blocking(move || {
        let mut bytes = vec![0; count];
        file.read_exact(&mut bytes).unwrap();
        bytes
    });
    tokio::time::timeout(LIMIT, reading).await.unwrap().unwrap()
}

/// Opens a port, once it is there.
async fn opened(port: &str) -> firmware_bridge::port::Line {
    let port = Port::Real(port.parse().unwrap());
    let mut rounds = tokio::time::interval(Duration::from_millis(10));
    let opens = async {
        loop {
            rounds.tick().await;
            if let Ok(line) = port.open().await {
                return line;
            }
        }
    };
    tokio::time::timeout(LIMIT, opens).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs its own kernel: tests/kernel/run"]
async fn a_usb_printer_that_takes_nothing_does_not_block() {
    let gadget = Gadget::new("full", "printer.0");
    gadget.plug();
    let mut line = opened("usb:/dev/usb/lp0").await;
    let printer = device_end("/dev/g_printer0").await;
    // Far more than all buffers between the two hold.
    let all: Vec<u8> = (0..300_000_u32).map(|at| at as u8).collect();
    let mut written = 0;
    while let Ok(count) = tokio::time::timeout(MOMENT, line.write(&all[written..])).await {
        written += count.unwrap();
        assert!(written < all.len(), "everything was taken although nobody reads");
    }
    assert!(written > 0);
    // Nothing is lost, and nothing comes twice, once it reads.
    let reading = tokio::spawn(async move { (takes(&printer, 300_000).await, printer) });
    tokio::time::timeout(LIMIT, line.write_all(&all[written..])).await.unwrap().unwrap();
    let (got, mut printer) = reading.await.unwrap();
    assert!(got == all, "what arrives is what was sent");
    printer.write_all(b"\x12").unwrap();
    let mut answer = [0];
    tokio::time::timeout(LIMIT, line.read_exact(&mut answer)).await.unwrap().unwrap();
    assert_eq!(answer, [0x12]);
    drop(printer);
    gadget.unplug();
    // ENODEV, or the end of the file.
    let end = tokio::time::timeout(LIMIT, line.read(&mut answer)).await.unwrap();
    assert!(matches!(end, Ok(0) | Err(_)), "{end:?}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs its own kernel: tests/kernel/run"]
async fn a_usb_printer_comes_back_after_it_was_unplugged() {
    let gadget = Gadget::new("printer", "printer.1");
    let mut owned = Owned::new("usb:/dev/usb/lp0");
    owned.sees(Seen::Closed).await;
    for _ in 0..2 {
        gadget.plug();
        owned.sees(Seen::Opened).await;
        let mut printer = device_end("/dev/g_printer1").await;
        owned.sends(b"\x10\x04\x01").await;
        assert_eq!(takes(&printer, 3).await, b"\x10\x04\x01");
        printer.write_all(b"\x16").unwrap();
        owned.sees(Seen::Bytes(b"\x16".to_vec())).await;
        drop(printer);
        gadget.unplug();
        owned.sees(Seen::Closed).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs its own kernel: tests/kernel/run"]
async fn a_serial_device_comes_back_after_it_was_unplugged() {
    let gadget = Gadget::new("serial", "acm.0");
    let mut owned = Owned::new("serial:/dev/ttyACM0@115200");
    owned.sees(Seen::Closed).await;
    for _ in 0..2 {
        gadget.plug();
        owned.sees(Seen::Opened).await;
        let mut reader = device_end("/dev/ttyGS0").await;
        // The device's end is a terminal as well: no echo, no lines.
        let mut modes = rustix::termios::tcgetattr(&reader).unwrap();
        modes.make_raw();
        rustix::termios::tcsetattr(&reader, rustix::termios::OptionalActions::Now, &modes).unwrap();
        owned.sends(b"\xaa\xaa\xaa\x96\x69").await;
        assert_eq!(takes(&reader, 5).await, b"\xaa\xaa\xaa\x96\x69");
        reader.write_all(b"\xaa").unwrap();
        owned.sees(Seen::Bytes(b"\xaa".to_vec())).await;
        drop(reader);
        gadget.unplug();
        owned.sees(Seen::Closed).await;
    }
}
