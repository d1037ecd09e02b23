//! The owner with a scripted driver, on a clock that jumps.

use std::collections::VecDeque;
use std::sync::Mutex;

use drivers::Millis;
use protocol::bridge::{DeviceState, Trouble};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};

use super::*;
use crate::port::virtual_device::Socket;

#[derive(Debug, PartialEq)]
enum Seen {
    Opened,
    Closed,
    Bytes(Vec<u8>),
    Command(&'static str),
    Clock,
    Sent(usize),
}

#[derive(Default)]
struct Script {
    seen: VecDeque<(Millis, Seen)>,
    outputs: VecDeque<Output<Tell>>,
    wake_at: Option<Millis>,
}

/// Writes down what it is told, and says what the test puts in its mouth.
#[derive(Clone, Default)]
struct Scripted(Arc<Mutex<Script>>);

#[derive(Debug)]
struct Tell(Health);

impl Told for Tell {
    fn health(&self) -> Option<Health> {
        Some(self.0)
    }
}

impl Driver for Scripted {
    type Command = &'static str;
    type Event = Tell;

    fn input(&mut self, now: Millis, input: Input<'_, Self::Command>) {
        let mut script = self.0.lock().unwrap();
        let seen = match input {
            Input::Opened => Seen::Opened,
            Input::Closed => Seen::Closed,
            Input::Bytes(bytes) => Seen::Bytes(bytes.to_vec()),
            Input::Command(command) => {
                script.outputs.push_back(Output::Send(command.as_bytes().to_vec()));
                Seen::Command(command)
            }
            Input::Clock => {
                script.wake_at = None;
                Seen::Clock
            }
            Input::Sent(count) => Seen::Sent(count),
        };
        script.seen.push_back((now, seen));
    }

    fn output(&mut self) -> Option<Output<Tell>> {
        self.0.lock().unwrap().outputs.pop_front()
    }

    fn wake_at(&self) -> Option<Millis> {
        self.0.lock().unwrap().wake_at
    }
}

struct Bench {
    script: Scripted,
    handle: Handle<&'static str>,
    ends: mpsc::Receiver<DuplexStream>,
    stop: CancellationToken,
}

impl Bench {
    fn new() -> Self {
        let script = Scripted::default();
        let (socket, ends) = Socket::new();
        let stop = CancellationToken::new();
        let (handle, _) = start(Parts {
            label: Label { kind: DeviceKind::Printer, name: "p".into(), model: "m".into(), port: "virtual".into() },
            driver: script.clone(),
            port: Port::Virtual(socket),
            events: Box::new(|_| {}),
            drained: Box::new(|_| {}),
            changes: Arc::new(watch::channel(0).0),
            clock: Clock::start(),
            stop: stop.clone(),
        });
        Self { script, handle, ends, stop }
    }

    /// The next thing the driver was told. Time passes only when nothing else can happen.
    async fn seen(&self) -> (u64, Seen) {
        let wait = async {
            loop {
                if let Some((at, seen)) = self.script.0.lock().unwrap().seen.pop_front() {
                    return (at.0, seen);
                }
                tokio::time::advance(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), wait).await.unwrap()
    }

    fn says(&self, output: Output<Tell>) {
        self.script.0.lock().unwrap().outputs.push_back(output);
    }

    async fn device(&mut self, state: DeviceState) -> Device {
        tokio::time::timeout(Duration::from_mins(1), self.handle.device.wait_for(|device| device.state == state))
            .await
            .unwrap()
            .unwrap()
            .clone()
    }
}

#[tokio::test(start_paused = true)]
async fn bytes_pass_both_ways_and_are_counted() {
    let mut bench = Bench::new();
    let mut device = bench.ends.recv().await.unwrap();
    assert_eq!(bench.seen().await.1, Seen::Opened);
    // More than the line holds: it is handed over piece by piece, and the driver is told how far it is.
    let text: &'static str = "0123456789".repeat(20).leak();
    bench.handle.order(Order::Command(text)).await.unwrap();
    assert_eq!(bench.seen().await.1, Seen::Command(text));
    let (_, Seen::Sent(first)) = bench.seen().await else { panic!() };
    assert!(first < text.len(), "the line is full");
    let mut got = vec![0; text.len()];
    device.read_exact(&mut got).await.unwrap();
    assert_eq!(got, text.as_bytes());
    let mut last = first;
    while last < text.len() {
        let (_, Seen::Sent(count)) = bench.seen().await else { panic!() };
        assert!(count > last);
        last = count;
    }
    device.write_all(b"ok").await.unwrap();
    assert_eq!(bench.seen().await.1, Seen::Bytes(b"ok".to_vec()));
    let counted = bench.handle.counters.read();
    assert_eq!((counted.opened, counted.bytes_in, counted.bytes_out), (1, 2, text.len() as u64));
}

#[tokio::test(start_paused = true)]
async fn the_driver_is_woken_when_it_wants_to_be() {
    let mut bench = Bench::new();
    let _device = bench.ends.recv().await.unwrap();
    let (opened, _) = bench.seen().await;
    bench.script.0.lock().unwrap().wake_at = Some(Millis(opened + 300));
    bench.handle.order(Order::Command("x")).await.unwrap();
    assert_eq!(bench.seen().await.1, Seen::Command("x"));
    assert_eq!(bench.seen().await.1, Seen::Sent(1));
    let (at, seen) = bench.seen().await;
    assert_eq!(seen, Seen::Clock);
    assert!((opened + 300..opened + 310).contains(&at), "{at}");
}

#[tokio::test(start_paused = true)]
async fn a_lost_port_is_opened_again_with_growing_pauses() {
    let mut bench = Bench::new();
    drop(bench.ends.recv().await.unwrap());
    assert_eq!(bench.seen().await.1, Seen::Opened);
    let (mut lost, seen) = bench.seen().await;
    assert_eq!(seen, Seen::Closed);
    for pause in [250, 500, 1000, 2000, 4000, 5000, 5000] {
        drop(bench.ends.recv().await.unwrap());
        let (at, seen) = bench.seen().await;
        assert_eq!(seen, Seen::Opened);
        assert!((lost + pause..lost + pause + 20).contains(&at), "{pause}: {lost} {at}");
        (lost, _) = bench.seen().await;
    }
    assert_eq!(bench.handle.counters.read().lost, 8);
    // Unplugged for good: it is tried again and again, and the driver hears it each time.
    bench.ends.close();
    while bench.ends.recv().await.is_some() {}
    for _ in 0..3 {
        assert_eq!(bench.seen().await.1, Seen::Closed);
    }
    assert!(bench.handle.counters.read().not_opened >= 3);
}

#[tokio::test(start_paused = true)]
async fn health_is_told_with_its_time_and_reopening_drops_what_was_unsent() {
    let mut bench = Bench::new();
    let device = bench.ends.recv().await.unwrap();
    assert_eq!(bench.handle.device.borrow().state, DeviceState::Gone);
    bench.says(Output::Event(Tell(Health::READY)));
    bench.handle.order(Order::Command("a".repeat(500).leak())).await.unwrap();
    assert_eq!(bench.device(DeviceState::Ready).await.why, None);
    bench.says(Output::Event(Tell(Health::degraded(Trouble::CoverOpen))));
    bench.says(Output::Reopen);
    bench.handle.order(Order::Command("b")).await.unwrap();
    let told = bench.device(DeviceState::Degraded).await;
    assert_eq!(told.why, Some(Trouble::CoverOpen));
    assert!(told.since.ends_with("+00:00"), "{}", told.since);
    let mut again = bench.ends.recv().await.unwrap();
    let mut rest = device;
    let mut old = Vec::new();
    rest.read_to_end(&mut old).await.unwrap();
    assert!(old.len() < 500 && old.iter().all(|byte| *byte == b'a'));
    bench.handle.order(Order::Command("c")).await.unwrap();
    assert_eq!(again.read_u8().await.unwrap(), b'c', "nothing of the old line");
    bench.handle.order(Order::Reopen).await.unwrap();
    assert!(bench.ends.recv().await.is_some());
    bench.stop.cancel();
    assert!(again.read_u8().await.is_err());
}
