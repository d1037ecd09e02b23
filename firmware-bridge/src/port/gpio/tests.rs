//! Wires from a script, and what the outputs' thread never does.

use std::sync::mpsc;
use std::time::Instant;

use drivers::lines::MAX_PULSE_MS;
use tokio::io::AsyncRead;

use super::*;

/// Outputs that tell what is done with them.
struct Told(mpsc::Sender<(u8, bool, Instant)>);

impl OutputBank for Told {
    fn set(&mut self, line: u8, on: bool) -> io::Result<()> {
        self.0.send((line, on, Instant::now())).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

/// Inputs that change as a test says.
struct Script {
    edges: tokio::sync::mpsc::Receiver<Edge>,
    levels: Vec<Option<bool>>,
}

impl EdgeSource for Script {
    fn next(&mut self) -> NextEdge<'_> {
        Box::pin(async move { self.edges.recv().await.ok_or_else(|| io::ErrorKind::UnexpectedEof.into()) })
    }

    fn level(&self, line: u8) -> io::Result<Option<bool>> {
        Ok(self.levels[usize::from(line)])
    }
}

const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn pulses_end_by_themselves_one_at_a_time_and_all_are_off_at_the_end() {
    let (sender, told) = mpsc::channel();
    let outputs = Outputs::start(Box::new(Told(sender)), 2, true).unwrap();
    let next = || told.recv_timeout(PATIENCE).map(|(line, on, _)| (line, on)).unwrap();
    assert_eq!([next(), next()], [(0, false), (1, false)], "off at the start");
    outputs.pulse(0, Duration::from_millis(30)).unwrap();
    assert_eq!([next(), next(), next()], [(1, false), (0, true), (0, false)]);
    // Held contacts are refused; the other contact lets go first.
    outputs.order(Order::On { line: 0 }).unwrap();
    outputs.pulse(0, Duration::from_secs(1)).unwrap();
    outputs.pulse(1, Duration::from_secs(1)).unwrap();
    assert_eq!([next(), next(), next(), next()], [(1, false), (0, true), (0, false), (1, true)]);
    drop(outputs);
    // The owner is gone: nothing waits for the end of the pulse.
    assert_eq!([next(), next()], [(0, false), (1, false)]);
}

#[test]
fn nobody_makes_a_pulse_longer_than_the_longest() {
    let (sender, told) = mpsc::channel();
    let outputs = Outputs::start(Box::new(Told(sender)), 1, true).unwrap();
    let next = || told.recv_timeout(PATIENCE).unwrap();
    next();
    outputs.pulse(0, Duration::from_mins(1)).unwrap();
    let began = next();
    assert!(began.1);
    for _ in 0..5 {
        outputs.pulse(0, Duration::from_mins(1)).unwrap();
    }
    let ended = next();
    assert!(!ended.1 && ended.2 - began.2 >= Duration::from_millis(u64::from(MAX_PULSE_MS)));
}

async fn record(line: &mut (impl AsyncRead + Unpin)) -> Seen {
    let mut bytes = [0; Seen::SIZE];
    line.read_exact(&mut bytes).await.unwrap();
    Seen::decode(&bytes).unwrap()
}

#[tokio::test]
async fn edges_and_levels_come_as_records_and_a_lost_chip_loses_the_port() {
    let (sender, _told) = mpsc::channel();
    let (edges, receiver) = tokio::sync::mpsc::channel(4);
    let wire = |line: &str| Some(Wire { line: line.into(), active_low: true });
    let wiring = Wiring {
        chip: "script".into(),
        inputs: vec![wire("GPIO17"), None, wire("GPIO27")],
        outputs: vec![],
        pulses_only: true,
        debounce: Duration::ZERO,
    };
    let script = Script { edges: receiver, levels: vec![Some(true), None, Some(false)] };
    let mut line = connect(&wiring, Box::new(script), Box::new(Told(sender))).unwrap();
    line.write_all(&Order::Ask.encode()).await.unwrap();
    assert!(matches!(record(&mut line).await, Seen::Level { line: 0, active: true, .. }));
    assert!(matches!(record(&mut line).await, Seen::Level { line: 2, active: false, .. }));
    assert!(matches!(record(&mut line).await, Seen::Alive { ns: 1.. }));
    edges.send(Edge { line: 2, rising: true, mono_ns: 7 }).await.unwrap();
    assert_eq!(record(&mut line).await, Seen::Edge { line: 2, active: true, ns: 7 });
    drop(edges);
    assert_eq!(line.read(&mut [0; 12]).await.unwrap(), 0);
}

#[tokio::test]
async fn a_chip_that_is_not_there_is_said_by_its_label() {
    let wiring = Wiring {
        chip: "no-such-chip".into(),
        inputs: vec![],
        outputs: vec![],
        pulses_only: true,
        debounce: Duration::ZERO,
    };
    assert!(open(&wiring).is_err());
}
