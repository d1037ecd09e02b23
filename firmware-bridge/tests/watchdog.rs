//! What systemd hears of the bridge: the watchdog is fed while the owners of devices work, and starves when one of them hangs.
//! A child process plays the bridge, since who is told stands in the environment.

#![expect(clippy::unwrap_used, reason = "tests, and what they share")]

use std::io::{BufRead as _, Write as _};
use std::os::unix::net::UnixDatagram;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use drivers::{Driver, Health, Input, Millis, Output};
use firmware_bridge::device::{Order, Told};
use firmware_bridge::families::Start;
use firmware_bridge::port::Port;
use firmware_bridge::port::virtual_device::Socket;
use firmware_bridge::settings::{Address, Device};
use protocol::bridge::DeviceKind;
use tokio_util::sync::CancellationToken;

/// Three rounds of questions.
const PATIENCE: Duration = Duration::from_millis(600);

/// Hangs in its work when it is told to, until the other end of the channel says that it may go on.
struct Hanging(mpsc::Receiver<()>);

struct Nothing;

impl Told for Nothing {
    fn health(&self) -> Option<Health> {
        None
    }
}

impl Driver for Hanging {
    type Command = ();
    type Event = Nothing;

    fn input(&mut self, _: Millis, input: Input<'_, ()>) {
        if matches!(input, Input::Command(())) {
            self.0.recv().unwrap();
        }
    }

    fn output(&mut self) -> Option<Output<Nothing>> {
        None
    }

    fn wake_at(&self) -> Option<Millis> {
        None
    }
}

/// Plays the bridge: each line it reads makes the owner of its second device hang, go on, or everything stop.
#[test]
#[ignore = "started by the other test"]
fn the_child() {
    if std::env::var_os("NOTIFY_SOCKET").is_none() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let _inside = runtime.enter();
    let stop = CancellationToken::new();
    let mut start = Start::new(stop.clone());
    let owner = |start: &mut Start, name: &str| {
        let (go, hang) = mpsc::channel();
        let device = Device { name: name.into(), model: "m".into(), port: Address::Virtual };
        let port = Port::Virtual(Socket::new().0);
        let nothing = Box::new(|_| {});
        (start.owner(DeviceKind::Printer, &device, Hanging(hang), port, nothing, Box::new(|_| {})), go)
    };
    let (_quiet, _) = owner(&mut start, "quiet");
    let (handle, go) = owner(&mut start, "stuck");
    link::alive::ready(std::mem::take(&mut start.watched), stop.clone());
    for line in std::io::stdin().lock().lines() {
        match line.unwrap().as_str() {
            "hang" => runtime.block_on(handle.order(Order::Command(()))).unwrap(),
            "go on" => go.send(()).unwrap(),
            _ => stop.cancel(),
        }
    }
    start.tasks.close();
    runtime.block_on(start.tasks.wait());
}

#[test]
fn an_owner_that_hangs_starves_the_watchdog() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("notify");
    let systemd = UnixDatagram::bind(&path).unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["the_child", "--exact", "--ignored", "--nocapture"])
        .env("NOTIFY_SOCKET", &path)
        .env("WATCHDOG_USEC", PATIENCE.as_micros().to_string())
        .env_remove("WATCHDOG_PID")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut orders = child.stdin.take().unwrap();
    let hears = |limit: Duration| {
        let mut bytes = [0; 256];
        systemd.set_read_timeout(Some(limit)).unwrap();
        let length = systemd.recv(&mut bytes).ok()?;
        Some(String::from_utf8_lossy(&bytes[..length]).trim().to_owned())
    };
    let long = Duration::from_secs(20);
    assert_eq!(hears(long).as_deref(), Some("READY=1"));
    for _ in 0..3 {
        assert_eq!(hears(long).as_deref(), Some("WATCHDOG=1"));
    }
    orders.write_all(b"hang\n").unwrap();
    // What it answered before it hung may still be on its way; then nothing comes for more than systemd's patience.
    let late = std::iter::from_fn(|| hears(PATIENCE * 3)).take(20).count();
    assert!(late < 20, "it was fed {late} times while an owner hung");
    orders.write_all(b"go on\n").unwrap();
    assert_eq!(hears(long).as_deref(), Some("WATCHDOG=1"));
    orders.write_all(b"stop\n").unwrap();
    let last = std::iter::from_fn(|| hears(long)).find(|said| said != "WATCHDOG=1");
    assert_eq!(last.as_deref(), Some("STOPPING=1"));
    drop(orders);
    assert!(child.wait().unwrap().success());
}
