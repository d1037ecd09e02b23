//! What hangs on single wires: lanes, gates and lamps.
//!
//! ```toml
//! [[lanes]]
//! name = "north"
//! port = "gpio:pinctrl-rp1"     # the chip's label, or "virtual"
//! a = "GPIO17"                  # the loop towards the street
//! b = "GPIO27"
//! active_low = true             # a closed contact pulls the line down: as it is when left out
//! debounce_ms = 20
//! loop_cm = 100                 # length of a loop in the direction of travel
//! clear_cm = 120                # from the end of one loop to the beginning of the other
//! stuck_s = 600                 # a loop that reports a vehicle for longer is taken for stuck
//! lot = "P1"                    # its passages are told to the hall, for this lot; to nobody where it is left out
//! lane = "in-1"                 # as the hall names it; its own name where it is left out
//! class = "ordinary"            # whose bays it leads to
//!
//! [[gates]]
//! name = "north"
//! port = "gpio:pinctrl-rp1"
//! open = "GPIO5"
//! close = "GPIO6"
//! stop = "GPIO13"               # this and all below may be left out
//! safety = "GPIO22"             # normally closed: an open contact, or a broken wire, means that something stands there
//! limit_open = "GPIO23"
//! limit_closed = "GPIO24"
//! pulse_ms = 500                # at most 1000
//! relay_active_low = false
//!
//! [[lamps]]
//! name = "w3"
//! port = "gpio:pinctrl-rp1"
//! line = "GPIO16"
//! active_low = false
//! ```

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use drivers::gate::Contacts;
use drivers::lane::Geometry;
use drivers::lane::crossing::Times;
use drivers::lines::MAX_PULSE_MS;
use protocol::bridge::DeviceKind;
use protocol::bridge::cameras::Bay;
use serde::Deserialize;
use toml::Spanned;

use super::cameras::{self, Target};
use super::{Address, Device, Fault, MAX_DEVICES, is_name};
use crate::models;
use crate::port::gpio::{Wire, Wiring};

/// A lane.
#[derive(Debug, Clone, PartialEq)]
pub struct Lane {
    /// Name, model and port.
    pub device: Device,
    /// Its wires; none of a virtual one.
    pub wiring: Option<Arc<Wiring>>,
    /// Where its loops lie.
    pub geometry: Geometry,
    /// What takes how long on it.
    pub times: Times,
    /// What its passages are told of; none where the hall hears of none.
    pub target: Option<Target>,
}

/// A gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// Name, model and port.
    pub device: Device,
    /// Its wires; none of a virtual one.
    pub wiring: Option<Arc<Wiring>>,
    /// Which contacts it has.
    pub contacts: Contacts,
}

/// A lamp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lamp {
    /// Name, model and port.
    pub device: Device,
    /// Its wire; none of a virtual one.
    pub wiring: Option<Arc<Wiring>>,
}

/// What hangs on wires.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wires {
    /// The lanes.
    pub lanes: Vec<Lane>,
    /// The gates.
    pub gates: Vec<Gate>,
    /// The lamps.
    pub lamps: Vec<Lamp>,
}

impl Eq for Wires {}

impl Wires {
    /// How many devices there are.
    pub fn count(&self) -> usize {
        self.lanes.len() + self.gates.len() + self.lamps.len()
    }
}

/// `[[lanes]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawLane {
    name: Spanned<String>,
    port: Spanned<String>,
    a: Option<String>,
    b: Option<String>,
    #[serde(default = "yes")]
    active_low: bool,
    debounce_ms: Option<Spanned<u64>>,
    loop_cm: Option<Spanned<u32>>,
    clear_cm: Option<Spanned<u32>>,
    stuck_s: Option<Spanned<u64>>,
    lot: Option<Spanned<String>>,
    lane: Option<Spanned<String>>,
    class: Option<Bay>,
}

/// `[[gates]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawGate {
    name: Spanned<String>,
    port: Spanned<String>,
    open: Option<String>,
    close: Option<String>,
    stop: Option<String>,
    safety: Option<String>,
    limit_open: Option<String>,
    limit_closed: Option<String>,
    pulse_ms: Option<Spanned<u16>>,
    #[serde(default)]
    relay_active_low: bool,
}

/// `[[lamps]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawLamp {
    name: Spanned<String>,
    port: Spanned<String>,
    line: Option<String>,
    #[serde(default)]
    active_low: bool,
}

const fn yes() -> bool {
    true
}

/// What is taken: names by kind, and lines by chip.
#[derive(Default)]
struct Taken {
    names: HashSet<(DeviceKind, String)>,
    lines: HashSet<(String, String)>,
}

impl Taken {
    fn device(
        &mut self,
        kind: DeviceKind,
        model: &str,
        name: &Spanned<String>,
        port: &Spanned<String>,
    ) -> Result<Device, Fault> {
        let text = name.get_ref();
        if !is_name(text) {
            return Err(Fault(
                name.span(),
                format!("name {text:?}: 1 to 32 of a-z, 0-9 and '-'; it stands in addresses"),
            ));
        }
        if !self.names.insert((kind, text.clone())) {
            return Err(Fault(name.span(), format!("two devices of this kind are named {text:?}")));
        }
        if self.names.iter().filter(|(other, _)| *other == kind).count() > MAX_DEVICES {
            return Err(Fault(name.span(), format!("a bridge has at most {MAX_DEVICES} devices of a kind")));
        }
        let address = port.get_ref().parse().map_err(|reason| Fault(port.span(), reason))?;
        if !matches!(address, Address::Gpio(_) | Address::Virtual) {
            return Err(Fault(port.span(), format!("port {:?}: here it is gpio:LABEL or virtual", port.get_ref())));
        }
        Ok(Device { name: text.clone(), model: model.to_owned(), port: address })
    }

    /// The wires of a device; each line belongs to one device alone.
    fn wiring(
        &mut self,
        at: Range<usize>,
        port: &Address,
        needed: &[(&str, &Option<String>)],
        wiring: Wiring,
    ) -> Result<Option<Arc<Wiring>>, Fault> {
        let Address::Gpio(chip) = port else { return Ok(None) };
        if let Some((what, _)) = needed.iter().find(|(_, line)| line.is_none()) {
            return Err(Fault(at, format!("{what} is missing: the name of a line, such as GPIO17")));
        }
        for wire in wiring.inputs.iter().chain(&wiring.outputs).flatten() {
            if !self.lines.insert((chip.clone(), wire.line.clone())) {
                return Err(Fault(at, format!("line {:?} is used twice", wire.line)));
            }
        }
        Ok(Some(Arc::new(Wiring { chip: chip.clone(), ..wiring })))
    }
}

/// Checks what hangs on wires.
pub(super) fn checked(lanes: Vec<RawLane>, gates: Vec<RawGate>, lamps: Vec<RawLamp>) -> Result<Wires, Fault> {
    let mut taken = Taken::default();
    let mut wires = Wires::default();
    for lane in lanes {
        wires.lanes.push(lane_of(&lane, &mut taken)?);
    }
    for gate in gates {
        wires.gates.push(gate_of(&gate, &mut taken)?);
    }
    for lamp in lamps {
        let device = taken.device(DeviceKind::Lamp, models::OUTPUT, &lamp.name, &lamp.port)?;
        let wiring = wiring(vec![], vec![wire(lamp.line.as_ref(), lamp.active_low)], false, 0);
        let wiring = taken.wiring(lamp.port.span(), &device.port, &[("line", &lamp.line)], wiring)?;
        wires.lamps.push(Lamp { device, wiring });
    }
    Ok(wires)
}

fn lane_of(lane: &RawLane, taken: &mut Taken) -> Result<Lane, Fault> {
    let device = taken.device(DeviceKind::Lane, models::TWO_LOOPS, &lane.name, &lane.port)?;
    let debounce = within(lane.debounce_ms.as_ref(), 20, 0, 200, "milliseconds")?;
    let loop_cm = within(lane.loop_cm.as_ref(), 100, 30, 500, "centimetres")?;
    let clear_cm = within(lane.clear_cm.as_ref(), 120, 10, 500, "centimetres")?;
    let stuck_s = within(lane.stuck_s.as_ref(), 600, 10, 3_600, "seconds")?;
    let inputs = vec![wire(lane.a.as_ref(), lane.active_low), wire(lane.b.as_ref(), lane.active_low)];
    let needed = [("a", &lane.a), ("b", &lane.b)];
    let wiring = taken.wiring(lane.port.span(), &device.port, &needed, wiring(inputs, vec![], true, debounce))?;
    let geometry = Geometry { loop_m: f64::from(loop_cm) / 100.0, clear_m: f64::from(clear_cm) / 100.0 };
    let times = Times { stuck: stuck_s * 1_000_000_000, ..Times::default() };
    let target = cameras::target(&lane.name, lane.lot.as_ref(), lane.lane.as_ref(), lane.class)?;
    Ok(Lane { device, wiring, geometry, times, target })
}

fn gate_of(gate: &RawGate, taken: &mut Taken) -> Result<Gate, Fault> {
    let device = taken.device(DeviceKind::Gate, models::CONTACTS, &gate.name, &gate.port)?;
    let pulse_ms = within(gate.pulse_ms.as_ref(), 500, 50, MAX_PULSE_MS, "milliseconds")?;
    let outputs = [&gate.open, &gate.close, &gate.stop].map(|line| wire(line.as_ref(), gate.relay_active_low));
    // A closed contact pulls the line down: at a limit that means there, at the safety contact that nothing is.
    let inputs = vec![
        wire(gate.safety.as_ref(), false),
        wire(gate.limit_open.as_ref(), true),
        wire(gate.limit_closed.as_ref(), true),
    ];
    let needed = [("open", &gate.open), ("close", &gate.close)];
    let wiring = wiring(inputs, outputs.to_vec(), true, 20);
    let wiring = taken.wiring(gate.port.span(), &device.port, &needed, wiring)?;
    // A virtual one has everything.
    let all = wiring.is_none();
    let contacts = Contacts {
        stop: all || gate.stop.is_some(),
        safety: all || gate.safety.is_some(),
        limit_open: all || gate.limit_open.is_some(),
        limit_closed: all || gate.limit_closed.is_some(),
        pulse_ms,
    };
    Ok(Gate { device, wiring, contacts })
}

fn wire(line: Option<&String>, active_low: bool) -> Option<Wire> {
    line.cloned().map(|line| Wire { line, active_low })
}

fn wiring(inputs: Vec<Option<Wire>>, outputs: Vec<Option<Wire>>, pulses_only: bool, debounce_ms: u64) -> Wiring {
    let debounce = Duration::from_millis(debounce_ms);
    Wiring { chip: String::new(), inputs, outputs, pulses_only, debounce }
}

fn within<T: Copy + PartialOrd + std::fmt::Display>(
    value: Option<&Spanned<T>>,
    usual: T,
    least: T,
    most: T,
    unit: &str,
) -> Result<T, Fault> {
    match value {
        None => Ok(usual),
        Some(value) if (least..=most).contains(value.get_ref()) => Ok(*value.get_ref()),
        Some(value) => Err(Fault(value.span(), format!("{}: {least} to {most} {unit}", value.get_ref()))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;

    const GOOD: &str = r#"
[[lanes]]
name = "north"
port = "gpio:pinctrl-rp1"
a = "GPIO17"
b = "GPIO27"

[[gates]]
name = "north"
port = "gpio:pinctrl-rp1"
open = "GPIO5"
close = "GPIO6"
safety = "GPIO22"
pulse_ms = 300

[[lamps]]
name = "w3"
port = "virtual"
"#;

    #[test]
    fn wires_are_read() {
        let wires = parse("b.toml", GOOD).unwrap().wires;
        let lane = wires.lanes[0].wiring.as_ref().unwrap();
        assert_eq!((lane.chip.as_str(), lane.inputs.len(), lane.debounce.as_millis()), ("pinctrl-rp1", 2, 20));
        assert!(lane.inputs.iter().flatten().all(|wire| wire.active_low));
        let gate = &wires.gates[0];
        assert!(gate.contacts.safety && !gate.contacts.stop && gate.contacts.pulse_ms == 300);
        // A broken wire is a vehicle below the gate.
        assert!(!gate.wiring.as_ref().unwrap().inputs[0].as_ref().unwrap().active_low);
        assert!(wires.lamps[0].wiring.is_none());
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let fault = |from: &str, to: &str| parse("b.toml", &GOOD.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(fault("b = \"GPIO27\"\n", "").starts_with("b.toml:4: b is missing"));
        assert!(fault("\"GPIO5\"", "\"GPIO17\"").starts_with("b.toml:10: line \"GPIO17\" is used twice"));
        assert!(fault("pulse_ms = 300", "pulse_ms = 3000").starts_with("b.toml:14: 3000: 50 to 1000 milliseconds"));
        assert!(fault("gpio:pinctrl-rp1", "tcp:a:1").starts_with("b.toml:4: port \"tcp:a:1\": here it is gpio"));
        assert!(fault("\"w3\"", "\"W3\"").starts_with("b.toml:17: name"));
    }
}
