//! Lanes, gates and lamps: what is counted, and what becomes of what is asked for.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use drivers::gate::virtual_gate::VirtualGate;
use drivers::gate::{self, Refusal};
use drivers::lamp::virtual_lamp::VirtualLamp;
use drivers::lane::crossing;
use drivers::lane::virtual_lane::VirtualLane;
use drivers::{Health, Millis, lamp, lane};
use protocol::bridge::DeviceKind;
use protocol::bridge::lanes::{GateState, LaneMessage, LaneView};
use tokio::sync::oneshot;

use crate::clock;
use crate::device::{Handle, Order, Stopping, Told};
use crate::families::Start;
use crate::families::listening::Listening;
use crate::passages::{New, Outbox, Passage, Source};
use crate::port::Port;
use crate::port::gpio::Wiring;
use crate::port::virtual_device::Shared;
use crate::settings::{Target, wires};

impl Told for lane::Event {
    fn health(&self) -> Option<Health> {
        if let Self::Health(health) = self { Some(*health) } else { None }
    }
}

impl Told for gate::Event {
    fn health(&self) -> Option<Health> {
        if let Self::Health(health) = self { Some(*health) } else { None }
    }
}

impl Told for lamp::Event {
    fn health(&self) -> Option<Health> {
        Some(self.0)
    }
}

/// A lane.
#[derive(Debug)]
pub struct Lane {
    /// Its owner.
    pub handle: Handle<std::convert::Infallible>,
    /// Who listens.
    pub listening: Listening<LaneMessage>,
    view: Arc<Mutex<LaneView>>,
}

impl Lane {
    /// How it is and what it has counted.
    pub fn view(&self) -> LaneView {
        *lock(&self.view)
    }
}

/// What the contacts of a gate say.
type GateView = (GateState, Option<bool>, bool);

/// Who waits for the answers of a gate.
type Waiting = Arc<Mutex<VecDeque<oneshot::Sender<Result<(), Refusal>>>>>;

/// A gate.
#[derive(Debug)]
pub struct Gate {
    handle: Handle<gate::Command>,
    view: Arc<Mutex<GateView>>,
    /// Who waits for an answer, in the order of the commands.
    waiting: Waiting,
}

impl Gate {
    /// What its contacts say: where it is, whether something stands below it, and whether it is held open.
    pub fn view(&self) -> GateView {
        *lock(&self.view)
    }

    /// Tells it something; the answer of its driver.
    pub async fn tell(&self, command: gate::Command) -> Result<Result<(), Refusal>, Stopping> {
        let (waits, answer) = oneshot::channel();
        let waiting = self.waiting.clone();
        let first = Box::new(move || lock(&waiting).push_back(waits));
        self.handle.order(Order::After(first, command)).await?;
        answer.await.map_err(|_| Stopping)
    }
}

/// A lamp.
#[derive(Debug)]
pub struct Lamp {
    /// Its owner.
    pub handle: Handle<lamp::Command>,
}

/// Everything on wires, by name.
#[derive(Debug, Default)]
pub struct Wired {
    /// Lanes.
    pub lanes: BTreeMap<String, Lane>,
    /// Gates.
    pub gates: BTreeMap<String, Gate>,
    /// Lamps.
    pub lamps: BTreeMap<String, Lamp>,
}

/// The virtual ones, in the order of the settings.
#[derive(Debug, Default)]
pub struct Virtuals {
    /// Lanes.
    pub lanes: Vec<(String, Shared<VirtualLane>)>,
    /// Gates.
    pub gates: Vec<(String, Shared<VirtualGate>)>,
    /// Lamps.
    pub lamps: Vec<(String, Shared<VirtualLamp>)>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The port of a device on wires.
fn wired(wiring: Option<&Arc<Wiring>>, port: Port) -> Port {
    wiring.map_or(port, |wiring| Port::Gpio(wiring.clone()))
}

/// Starts what hangs on wires.
pub fn start(wires: &wires::Wires, outbox: Option<&Outbox>, start: &mut Start) -> Wired {
    let mut wired_up = Wired::default();
    for lane in &wires.lanes {
        wired_up.lanes.insert(lane.device.name.clone(), start_lane(lane, outbox, start));
    }
    for gate in &wires.gates {
        wired_up.gates.insert(gate.device.name.clone(), start_gate(gate, start));
    }
    for lamp in &wires.lamps {
        let name = lamp.device.name.clone();
        let (port, shared) = start.port(&lamp.device.port, |_| VirtualLamp::default(), |_| usize::MAX);
        start.virtuals.wires.lamps.extend(shared.map(|shared| (name.clone(), shared)));
        let port = wired(lamp.wiring.as_ref(), port);
        let driver = lamp::Lamp::default();
        let handle = start.owner(DeviceKind::Lamp, &lamp.device, driver, port, Box::new(|_| {}), Box::new(|_| {}));
        wired_up.lamps.insert(name, Lamp { handle });
    }
    wired_up
}

fn start_lane(lane: &wires::Lane, outbox: Option<&Outbox>, start: &mut Start) -> Lane {
    let name = lane.device.name.clone();
    // Vehicles differ from lane to lane, and are the same on every start.
    let (geometry, seed) = (lane.geometry, start.virtuals.wires.lanes.len() as u64 * 1_000_000);
    let (port, shared) = start.port(&lane.device.port, |_| VirtualLane::new(geometry, seed), |_| usize::MAX);
    start.virtuals.wires.lanes.extend(shared.map(|shared| (name.clone(), shared)));
    let port = wired(lane.wiring.as_ref(), port);
    let listening = Listening::<LaneMessage>::default();
    let view = Arc::<Mutex<LaneView>>::default();
    let mut book = Book { name, began: clock::wall_s(), number: 0, time: None, view: view.clone() };
    let (tell, now) = (listening.clone(), start.clock);
    let hall = lane.target.clone().zip(outbox.cloned());
    let events = move |event| match event {
        lane::Event::Health(_) => {}
        lane::Event::Time { ns, at } => book.time = Some((ns, at)),
        lane::Event::Crossing(event) => {
            for message in book.enter(event, now.now()) {
                if let Some((target, outbox)) = &hall
                    && let Some(passage) = passage(target, &message)
                {
                    outbox.note(passage);
                }
                tell.tell(message);
            }
        }
    };
    let driver = lane::Lane::new(geometry, lane.times);
    let handle = start.owner(DeviceKind::Lane, &lane.device, driver, port, Box::new(events), Box::new(|_| {}));
    Lane { handle, listening, view }
}

fn start_gate(gate: &wires::Gate, start: &mut Start) -> Gate {
    let name = gate.device.name.clone();
    let (port, shared) = start.port(&gate.device.port, |_| VirtualGate::default(), |_| usize::MAX);
    start.virtuals.wires.gates.extend(shared.map(|shared| (name, shared)));
    let port = wired(gate.wiring.as_ref(), port);
    let view = Arc::new(Mutex::new((GateState::Unknown, None, false)));
    let waiting = Waiting::default();
    let (sees, answers) = (view.clone(), waiting.clone());
    let events = move |event| match event {
        gate::Event::Health(_) => {}
        gate::Event::State(state, safety, held) => *lock(&sees) = (state, safety, held),
        gate::Event::Answer(answer) => {
            if let Some(waits) = lock(&answers).pop_front() {
                let _ = waits.send(answer);
            }
        }
    };
    let driver = gate::Gate::new(gate.contacts);
    let handle = start.owner(DeviceKind::Gate, &gate.device, driver, port, Box::new(events), Box::new(|_| {}));
    Gate { handle, view, waiting }
}

/// What has been counted on a lane.
struct Book {
    name: String,
    /// When the bridge started, so that passages of two starts differ.
    began: i64,
    number: u64,
    /// The wires' time and the bridge's at the same moment.
    time: Option<(u64, Millis)>,
    view: Arc<Mutex<LaneView>>,
}

impl Book {
    /// Enters what happened; what is told of it.
    fn enter(&mut self, event: crossing::Event, now: Millis) -> Vec<LaneMessage> {
        let mut view = lock(&self.view);
        let message = match event {
            crossing::Event::Fault(_) => return Vec::new(),
            crossing::Event::Over { a, b } => {
                (view.a, view.b) = (a, b);
                None
            }
            crossing::Event::Passed { direction, at_ns, flags } => {
                match direction {
                    protocol::bridge::lanes::Direction::In => view.passed_in += 1,
                    protocol::bridge::lanes::Direction::Out => view.passed_out += 1,
                }
                view.flagged += u64::from(!flags.is_empty());
                self.number += 1;
                let passage = format!("{}-{}-{}", self.name, self.began, self.number);
                Some(LaneMessage::Passed { passage, direction, at: wall(self.time, at_ns, now), at_ns, flags })
            }
            crossing::Event::Doubtful { at_ns, why } => {
                view.doubtful += 1;
                Some(LaneMessage::Doubtful { at: wall(self.time, at_ns, now), why })
            }
        };
        let state = LaneMessage::State { view: *view };
        message.into_iter().chain([state]).collect()
    }
}

/// What the hall is told of a message of a lane; nothing of most.
fn passage(target: &Target, message: &LaneMessage) -> Option<New> {
    let LaneMessage::Passed { passage, direction, at, flags, .. } = message else { return None };
    let passage = Passage {
        lot: target.lot.clone(),
        lane: target.lane.clone(),
        direction: *direction,
        at: at.clone(),
        passage_id: passage.clone(),
        plate: None,
        class: target.class,
        source: Source::Loops,
        doubtful: !flags.is_empty(),
    };
    // Loops say everything once: nothing has to be recognized.
    Some(New { passage, known: None, near: None, event_s: clock::wall_s() })
}

/// The time of day of a moment of the wires' clock.
fn wall(time: Option<(u64, Millis)>, ns: u64, now: Millis) -> String {
    let ago = time.map_or(0, |(then_ns, then)| now.since(then).saturating_sub(ns.saturating_sub(then_ns) / 1_000_000));
    clock::wall_ago(Duration::from_millis(ago))
}
