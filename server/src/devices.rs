//! What programs last said of their devices, without I/O. It is kept in memory alone: a server that was started again knows
//! everything after the next round of reports. Its times are those of the real clock, as devices have no other.

use std::collections::BTreeMap;

use hall::Moment;
use hall::ids::ActorId;
use jiff::Timestamp;
use protocol::HallDevice;
use protocol::bridge::{Device, DeviceKind, DeviceState, Trouble};

/// A program that said nothing for so long has gone, and nobody knows how its devices are: it missed three reports.
pub const SILENT_MS: i64 = 35_000;
/// A program that said nothing for so long was taken away on purpose.
pub const FORGET_MS: i64 = 24 * 3_600_000;
/// Most programs.
pub const MOST_PROGRAMS: usize = 512;
/// Most devices of a program: a bridge has 32 of each kind.
pub const MOST_DEVICES: usize = 96;
/// Longest name, model, port or time, in characters.
const LONGEST: usize = 128;

/// Why a report was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReportRefusal {
    /// See the text.
    #[error("a program's name is 1 to 64 letters, digits, '-', '_' and '.'")]
    Name,
    /// See the text.
    #[error("a program reports at most {MOST_DEVICES} devices")]
    TooMany,
    /// See the text.
    #[error("name, model and port of a device have at most {LONGEST} characters, and `since` is a time as in RFC 3339")]
    Device,
    /// See the text.
    #[error("one device is reported twice")]
    Twice,
    /// See the text.
    #[error("the hall has {MOST_PROGRAMS} programs that report already")]
    Full,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Devices {
    programs: BTreeMap<String, Program>,
}

#[derive(Debug)]
struct Program {
    actor: ActorId,
    heard: Moment,
    silent: bool,
    devices: Vec<Device>,
}

impl Devices {
    /// Takes a report in, and gives the devices that are otherwise than before.
    pub fn report(
        &mut self,
        program: &str,
        actor: ActorId,
        devices: Vec<Device>,
        now: Moment,
    ) -> Result<Vec<HallDevice>, ReportRefusal> {
        check(program, &devices)?;
        let before = self.programs.get(program);
        if before.is_none() && self.programs.len() >= MOST_PROGRAMS {
            return Err(ReportRefusal::Full);
        }
        if before.is_some_and(|before| before.actor != actor && !before.silent) {
            // Two machines with one name: whoever looks at the hall would see either.
            tracing::warn!(program, "devices are reported under one name by two tokens");
        }
        let known: Vec<Device> = before.map(Program::now).unwrap_or_default();
        let changed = devices.iter().filter(|device| !known.contains(device));
        let changed =
            changed.map(|device| HallDevice { program: program.to_owned(), device: device.clone() }).collect();
        self.programs.insert(program.to_owned(), Program { actor, heard: now, silent: false, devices });
        Ok(changed)
    }

    /// Finds the programs that say nothing any more, and gives the devices that are gone with them.
    pub fn look(&mut self, now: Moment) -> Vec<HallDevice> {
        let age = |program: &Program| now.0 - program.heard.0;
        self.programs.retain(|_, program| age(program) < FORGET_MS);
        let mut gone = Vec::new();
        for (name, program) in &mut self.programs {
            if !program.silent && age(program) > SILENT_MS {
                program.silent = true;
                gone.extend(program.now().into_iter().map(|device| HallDevice { program: name.clone(), device }));
            }
        }
        gone
    }

    /// Every device, by program.
    pub fn list(&self) -> Vec<HallDevice> {
        let of = |(name, program): (&String, &Program)| {
            let devices = program.now();
            let name = name.clone();
            devices.into_iter().map(move |device| HallDevice { program: name.clone(), device })
        };
        self.programs.iter().flat_map(of).collect()
    }
}

impl Program {
    /// How its devices are as far as anybody knows.
    fn now(&self) -> Vec<Device> {
        let mut devices = self.devices.clone();
        if self.silent {
            for device in &mut devices {
                if device.state != DeviceState::Gone {
                    device.since = self.heard.rfc3339(&hall::time::utc());
                }
                (device.state, device.why) = (DeviceState::Gone, Some(Trouble::NoAnswer));
            }
        }
        devices
    }
}

fn check(program: &str, devices: &[Device]) -> Result<(), ReportRefusal> {
    let letters = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if !(1..=64).contains(&program.len()) || !letters(program) {
        return Err(ReportRefusal::Name);
    }
    if devices.len() > MOST_DEVICES {
        return Err(ReportRefusal::TooMany);
    }
    let mut seen: Vec<(DeviceKind, &str)> = Vec::with_capacity(devices.len());
    for device in devices {
        let texts = [&device.name, &device.model, &device.port, &device.since];
        if texts.iter().any(|text| text.chars().count() > LONGEST) || device.since.parse::<Timestamp>().is_err() {
            return Err(ReportRefusal::Device);
        }
        let name = (device.kind, device.name.as_str());
        if seen.contains(&name) {
            return Err(ReportRefusal::Twice);
        }
        seen.push(name);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(ms: i64) -> Moment {
        Moment(1_790_000_000_000 + ms)
    }

    fn printer(name: &str, state: DeviceState, why: Option<Trouble>) -> Device {
        let (model, port) = ("generic-80".into(), "virtual".into());
        Device {
            kind: DeviceKind::Printer,
            name: name.into(),
            model,
            port,
            state,
            why,
            since: "2026-11-23T01:00:00Z".into(),
        }
    }

    const NOBODY: ActorId = ActorId(Uuid::nil());

    #[test]
    fn only_what_changed_is_told() {
        let mut devices = Devices::default();
        let (front, back) = (printer("front", DeviceState::Ready, None), printer("back", DeviceState::Ready, None));
        let all = vec![front.clone(), back.clone()];
        assert_eq!(devices.report("b", NOBODY, all.clone(), at(0)).unwrap().len(), 2);
        assert_eq!(devices.report("b", NOBODY, all, at(1)).unwrap(), []);
        let out = printer("front", DeviceState::Degraded, Some(Trouble::PaperOut));
        let changed = devices.report("b", NOBODY, vec![out.clone(), back], at(2)).unwrap();
        assert_eq!(changed, [HallDevice { program: "b".into(), device: out.clone() }]);
        devices.report("b", NOBODY, vec![out], at(3)).unwrap();
        assert_eq!(devices.list().len(), 1, "what is not named any more is forgotten");
    }

    #[test]
    fn the_devices_of_a_silent_program_are_gone_until_it_speaks_again() {
        let mut devices = Devices::default();
        let front = printer("front", DeviceState::Ready, None);
        devices.report("b", NOBODY, vec![front.clone()], at(0)).unwrap();
        assert_eq!(devices.look(at(SILENT_MS)), []);
        let gone = devices.look(at(SILENT_MS + 1));
        assert_eq!(gone.len(), 1);
        assert_eq!((gone[0].device.state, gone[0].device.why), (DeviceState::Gone, Some(Trouble::NoAnswer)));
        assert_eq!(devices.list(), gone);
        assert_eq!(devices.look(at(SILENT_MS + 2)), [], "it is told once");
        assert_eq!(devices.report("b", NOBODY, vec![front], at(SILENT_MS + 3)).unwrap().len(), 1, "it is back");
        devices.look(at(2 * FORGET_MS));
        assert_eq!(devices.list(), []);
    }

    #[test]
    fn reports_have_limits() {
        let mut devices = Devices::default();
        let front = printer("front", DeviceState::Ready, None);
        let mut report = |program: &str, list: Vec<Device>| devices.report(program, NOBODY, list, at(0)).unwrap_err();
        for name in ["", "a b", "a/b", &"x".repeat(65)] {
            assert_eq!(report(name, vec![]), ReportRefusal::Name);
        }
        assert_eq!(report("b", vec![front.clone(); MOST_DEVICES + 1]), ReportRefusal::TooMany);
        assert_eq!(report("b", vec![front.clone(), front.clone()]), ReportRefusal::Twice);
        assert_eq!(report("b", vec![Device { since: "lately".into(), ..front.clone() }]), ReportRefusal::Device);
        assert_eq!(report("b", vec![Device { port: "p".repeat(LONGEST + 1), ..front }]), ReportRefusal::Device);
        for nth in 0..MOST_PROGRAMS {
            devices.report(&format!("p{nth}"), NOBODY, vec![], at(0)).unwrap();
        }
        assert_eq!(devices.report("one-more", NOBODY, vec![], at(0)), Err(ReportRefusal::Full));
    }
}
