//! Our ports and the owner of a device on real drivers of the kernel: usblp and ttyACM with a USB device made by the kernel
//! itself, unplugged and plugged in again, and the lines of a chip made by the kernel (gpio-sim). They need a machine whose only user they are: `tests/kernel/run` starts one, a
//! user-mode Linux, and runs them there one after the other.

#![expect(clippy::unwrap_used, reason = "tests, and what they share")]

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use drivers::gate::{self, Contacts, Gate};
use drivers::lane::crossing::{self, Times};
use drivers::lane::{self, Geometry, Lane};
use drivers::lines::{self, Record as _};
use drivers::scanner::{self, Model, Scanner};
use drivers::{Driver, Health, Input, Millis, Output};
use evdev::{AttributeSet, KeyCode, KeyEvent, uinput};
use firmware_bridge::device::{Handle, Order, Told};
use firmware_bridge::families::Start;
use firmware_bridge::port::gpio::{Wire, Wiring};
use firmware_bridge::port::{Line, Port};
use firmware_bridge::settings::Device;
use protocol::bridge::DeviceKind;
use protocol::bridge::lanes::{Direction, GateMove, GateState};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

const LIMIT: Duration = Duration::from_secs(20);
/// So long nothing is taken before it counts as refused.
const MOMENT: Duration = Duration::from_millis(500);

/// A USB device made by the kernel, in the socket of a host in the same kernel.
struct Gadget {
    path: PathBuf,
    function: String,
}

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
        Self { path, function: function.to_owned() }
    }

    fn plug(&self) {
        fs::write(self.path.join("UDC"), "dummy_udc.0").unwrap();
    }

    fn unplug(&self) {
        fs::write(self.path.join("UDC"), "\n").unwrap();
    }
}

/// The next one gets its numbers.
impl Drop for Gadget {
    fn drop(&mut self) {
        // It may be unplugged already.
        let _ = fs::write(self.path.join("UDC"), "\n");
        fs::remove_file(self.path.join("configs/c.1").join(&self.function)).unwrap();
        for folder in ["configs/c.1", &format!("functions/{}", self.function), "strings/0x409", ""] {
            fs::remove_dir(self.path.join(folder)).unwrap();
        }
    }
}

/// A chip of lines made by the kernel, whose inputs a test pulls and whose outputs it reads.
struct Chip {
    settings: PathBuf,
    lines: PathBuf,
    names: Vec<&'static str>,
}

impl Chip {
    /// A chip with such lines, and its wires as a port: contacts that close to ground, all of them open.
    fn wired(label: &str, inputs: &[&'static str], outputs: &[&'static str]) -> (Self, Port) {
        let chip = Self::new(label, &[inputs, outputs].concat());
        for name in inputs {
            chip.pull(name, true);
        }
        let wires = |names: &[&str], active_low| {
            names.iter().map(|name| Some(Wire { line: (*name).to_owned(), active_low })).collect()
        };
        let wiring = Wiring {
            chip: label.to_owned(),
            inputs: wires(inputs, true),
            outputs: wires(outputs, false),
            pulses_only: true,
            debounce: Duration::from_millis(10),
        };
        (chip, Port::Gpio(Arc::new(wiring)))
    }

    fn new(label: &str, names: &[&'static str]) -> Self {
        let settings = Path::new("/sys/kernel/config/gpio-sim").join(label);
        let bank = settings.join("bank");
        fs::create_dir_all(&bank).unwrap();
        fs::write(bank.join("num_lines"), names.len().to_string()).unwrap();
        fs::write(bank.join("label"), label).unwrap();
        for (at, name) in names.iter().enumerate() {
            let line = bank.join(format!("line{at}"));
            fs::create_dir(&line).unwrap();
            fs::write(line.join("name"), name).unwrap();
        }
        fs::write(settings.join("live"), "1").unwrap();
        let said = |path: PathBuf| fs::read_to_string(path).unwrap().trim().to_owned();
        let device = Path::new("/sys/devices/platform").join(said(settings.join("dev_name")));
        let lines = device.join(said(bank.join("chip_name")));
        Self { settings, lines, names: names.to_vec() }
    }

    fn file(&self, name: &str, file: &str) -> PathBuf {
        let at = self.names.iter().position(|other| *other == name).unwrap();
        self.lines.join(format!("sim_gpio{at}/{file}"))
    }

    /// Pulls an input up or down, as a relay does.
    fn pull(&self, name: &str, up: bool) {
        fs::write(self.file(name, "pull"), if up { "pull-up" } else { "pull-down" }).unwrap();
    }

    /// What an output is.
    fn is(&self, name: &str) -> bool {
        fs::read_to_string(self.file(name, "value")).unwrap().trim() == "1"
    }

    /// Waits until an output is so.
    async fn becomes(&self, name: &str, on: bool) {
        soon(async || (self.is(name) == on).then_some(())).await;
    }
}

impl Drop for Chip {
    fn drop(&mut self) {
        fs::write(self.settings.join("live"), "0").unwrap();
        let bank = self.settings.join("bank");
        for at in 0..self.names.len() {
            fs::remove_dir(bank.join(format!("line{at}"))).unwrap();
        }
        fs::remove_dir(bank).unwrap();
        fs::remove_dir(&self.settings).unwrap();
    }
}

/// The next record of wires.
async fn record(line: &mut Line) -> lines::Seen {
    let mut bytes = [0; lines::Seen::SIZE];
    tokio::time::timeout(LIMIT, line.read_exact(&mut bytes)).await.unwrap().unwrap();
    lines::Seen::decode(&bytes).unwrap()
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
struct Owned<D: Driver> {
    seen: mpsc::UnboundedReceiver<D::Event>,
    handle: Handle<D::Command>,
    stop: CancellationToken,
}

impl<D: Driver + Send + 'static> Owned<D>
where
    D::Command: Send,
    D::Event: Told + Send,
{
    fn with(driver: D, port: Port) -> Self {
        let stop = CancellationToken::new();
        let (told, seen) = mpsc::unbounded_channel();
        let device = Device { name: "d".into(), model: "m".into(), port: "gpio:sim".parse().unwrap() };
        let events = Box::new(move |event| drop(told.send(event)));
        let mut start = Start::new(stop.clone());
        let handle = start.owner(DeviceKind::Printer, &device, driver, port, events, Box::new(|_| {}));
        Self { seen, handle, stop }
    }

    /// Waits for the first event that is so.
    async fn until(&mut self, wanted: impl Fn(&D::Event) -> bool) -> D::Event {
        let waits = async {
            loop {
                let seen = self.seen.recv().await.unwrap();
                if wanted(&seen) {
                    return seen;
                }
            }
        };
        tokio::time::timeout(LIMIT, waits).await.unwrap()
    }

    async fn tells(&self, command: D::Command) {
        self.handle.order(Order::Command(command)).await.unwrap();
    }
}

impl Owned<Plain> {
    fn new(port: &str) -> Self {
        Self::with(Plain::default(), Port::Real(port.parse().unwrap()))
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
        self.tells(bytes.to_vec()).await;
    }
}

impl<D: Driver> Drop for Owned<D> {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Opens the device's own end, once it is there.
async fn device_end(path: &str) -> File {
    soon(async || OpenOptions::new().read(true).write(true).open(path).ok()).await
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
async fn opened(port: &str) -> Line {
    let port = Port::Real(port.parse().unwrap());
    soon(async || port.open().await.ok()).await
}

/// Looks again and again until there is something.
async fn soon<T>(looks: impl AsyncFn() -> Option<T>) -> T {
    let mut rounds = tokio::time::interval(Duration::from_millis(1));
    let found = async {
        loop {
            rounds.tick().await;
            if let Some(found) = looks().await {
                return found;
            }
        }
    };
    tokio::time::timeout(LIMIT, found).await.unwrap()
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
    let gadget = Gadget::new("printer", "printer.0");
    let mut owned = Owned::new("usb:/dev/usb/lp0");
    owned.sees(Seen::Closed).await;
    for _ in 0..2 {
        gadget.plug();
        owned.sees(Seen::Opened).await;
        let mut printer = device_end("/dev/g_printer0").await;
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

/// A keyboard made by the kernel, and its device file.
async fn keyboard() -> (uinput::VirtualDevice, PathBuf) {
    let keys: AttributeSet<KeyCode> = TYPED.into_iter().chain([KeyCode::KEY_LEFTSHIFT]).collect();
    let builder = uinput::VirtualDevice::builder().unwrap().name("scanner").with_keys(&keys).unwrap();
    let mut keyboard = builder.build().unwrap();
    let node = keyboard.enumerate_dev_nodes_blocking().unwrap().next().unwrap().unwrap();
    // The name is there before the file is.
    soon(async || node.exists().then_some(())).await;
    (keyboard, node)
}

const TYPED: [KeyCode; 5] = [KeyCode::KEY_A, KeyCode::KEY_0, KeyCode::KEY_1, KeyCode::KEY_2, KeyCode::KEY_ENTER];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs its own kernel: tests/kernel/run"]
async fn a_scanner_that_types_is_grabbed_and_comes_back_after_it_was_unplugged() {
    let (mut scanner, node) = keyboard().await;
    let port = format!("hid:{}", node.display());
    let mut owned = Owned::with(Scanner::new(Model::Hid), Port::Real(port.parse().unwrap()));
    for (keys, text) in [([0, 1, 2, 3, 4], "A012"), ([0, 3, 2, 1, 4], "A210")] {
        owned.until(|event| *event == scanner::Event::Health(Health::READY)).await;
        // The page on the screen must not read what is typed.
        let mut other = evdev::Device::open(&node).unwrap();
        assert!(other.grab().is_err(), "nobody else can grab it");
        other.set_nonblocking(true).unwrap();
        for key in keys.map(|at| TYPED[at]) {
            let typed = |key, value| *KeyEvent::new(key, value);
            // A capital letter, as scanners type it.
            let shift = |value| (key == KeyCode::KEY_A).then(|| typed(KeyCode::KEY_LEFTSHIFT, value));
            let down: Vec<_> = shift(1).into_iter().chain([typed(key, 1)]).collect();
            let up: Vec<_> = [typed(key, 0)].into_iter().chain(shift(0)).collect();
            scanner.emit(&down).unwrap();
            scanner.emit(&up).unwrap();
        }
        let seen = owned.until(|event| !matches!(event, scanner::Event::Health(_))).await;
        let scanner::Event::Scanned(code) = seen else { panic!("{seen:?}") };
        assert_eq!(code.reveal(), text);
        let rest = other.fetch_events().map(Iterator::count).map_err(|error| error.kind());
        assert!(matches!(rest, Ok(0) | Err(std::io::ErrorKind::WouldBlock)), "nobody else heard it: {rest:?}");
        drop(other);
        drop(scanner);
        owned.until(|event| *event == scanner::Event::Health(Health::GONE)).await;
        let again;
        (scanner, again) = keyboard().await;
        assert_eq!(again, node);
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs its own kernel: tests/kernel/run"]
async fn edges_have_the_kernels_time_and_bouncing_is_none() {
    let (chip, wires) = Chip::wired("edges", &["GPIO17", "GPIO27"], &[]);
    let mut line = wires.open().await.unwrap();
    // Nobody else may have the lines meanwhile.
    assert!(wires.open().await.is_err());
    line.write_all(&lines::Order::Ask.encode()).await.unwrap();
    let lines::Seen::Level { line: 0, active: false, ns: asked } = record(&mut line).await else { panic!("no level") };
    assert!(matches!(record(&mut line).await, lines::Seen::Level { line: 1, active: false, .. }));
    assert_eq!(record(&mut line).await, lines::Seen::Alive { ns: asked });
    let mut last = asked;
    for round in 0..20_u8 {
        let (name, of) = if round % 2 == 0 { ("GPIO27", 1) } else { ("GPIO17", 0) };
        // Contacts bounce.
        for up in [false, true, false, true, false] {
            chip.pull(name, up);
        }
        let lines::Seen::Edge { line: seen, active: true, ns } = record(&mut line).await else { panic!("no edge") };
        assert!(seen == of && ns > last, "{seen} at {ns} after {last}");
        chip.pull(name, true);
        let lines::Seen::Edge { line: seen, active: false, ns: freed } = record(&mut line).await else {
            panic!("no edge")
        };
        assert!(seen == of && freed > ns);
        last = freed;
    }
    // The clock of the stamps is the one that answers carry.
    line.write_all(&lines::Order::Ask.encode()).await.unwrap();
    let lines::Seen::Level { ns, .. } = record(&mut line).await else { panic!("no level") };
    assert!(ns > last && ns - asked < LIMIT.as_nanos() as u64);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs its own kernel: tests/kernel/run"]
async fn a_lane_counts_cars_by_the_edges_of_its_lines() {
    let (chip, wires) = Chip::wired("lane", &["GPIO17", "GPIO27"], &[]);
    let mut owned = Owned::with(Lane::new(Geometry::default(), Times::default()), wires);
    owned.until(|event| *event == lane::Event::Health(Health::READY)).await;
    // A car takes its time.
    let pauses =
        async |ms| tokio::time::timeout(Duration::from_millis(ms), std::future::pending::<()>()).await.is_err();
    // Counting begins when both have been free for a second.
    pauses(1_500).await;
    for (first, last, direction) in [("GPIO17", "GPIO27", Direction::In), ("GPIO27", "GPIO17", Direction::Out)] {
        for (name, up, ms) in [(first, false, 400), (last, false, 600), (first, true, 400), (last, true, 0)] {
            chip.pull(name, up);
            pauses(ms).await;
        }
        let passed = owned.until(|event| matches!(event, lane::Event::Crossing(crossing::Event::Passed { .. }))).await;
        let lane::Event::Crossing(crossing::Event::Passed { direction: way, flags, .. }) = passed else {
            unreachable!()
        };
        assert!(way == direction && flags.is_empty(), "{way:?} {flags:?} instead of {direction:?}");
        pauses(1_500).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs its own kernel: tests/kernel/run"]
async fn a_gate_pulses_its_contacts_and_lets_go_when_its_owner_does() {
    let (inputs, outputs) = (["SAFETY", "LIMIT_OPEN", "LIMIT_CLOSED"], ["OPEN", "CLOSE", "STOP"]);
    let (chip, wires) = Chip::wired("gate", &inputs, &outputs);
    let contacts = Contacts { stop: true, safety: true, limit_open: true, limit_closed: true, pulse_ms: 500 };
    let mut owned = Owned::with(Gate::new(contacts), wires);
    owned.until(|event| matches!(event, gate::Event::State(GateState::Unknown, Some(false), false))).await;
    owned.tells(gate::Command::Move(GateMove::Open)).await;
    chip.becomes("OPEN", true).await;
    chip.becomes("OPEN", false).await;
    chip.pull("LIMIT_OPEN", false);
    owned.tells(gate::Command::Move(GateMove::Close)).await;
    chip.becomes("CLOSE", true).await;
    // Somebody steps below it: at once, not at the end of the pulse.
    chip.pull("SAFETY", false);
    chip.becomes("CLOSE", false).await;
    owned.until(|event| matches!(event, gate::Event::State(GateState::Open, Some(true), false))).await;
    owned.tells(gate::Command::Move(GateMove::Close)).await;
    owned.until(|event| *event == gate::Event::Answer(Err(gate::Refusal::Blocked))).await;
    chip.pull("SAFETY", true);
    owned.tells(gate::Command::Move(GateMove::Open)).await;
    chip.becomes("OPEN", true).await;
    drop(owned);
    chip.becomes("OPEN", false).await;
}
