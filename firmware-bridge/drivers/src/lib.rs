//! Sans-I/O drivers of devices: bytes in, events out. Opens nothing and reads no clock.
//!
//! Every family has three parts: a codec (pure functions over bytes), a [`Driver`] that knows how the device is spoken to, and
//! a virtual counterpart that reads the very bytes a real device would get and answers as it would. A shell owns the port and
//! the clock, and does nothing else:
//!
//! 1. it opens the port and says [`Input::Opened`]; it says [`Input::Closed`] when the port cannot be opened or is lost;
//! 2. after each input it takes every [`Driver::output`] until there is none, and does what it says;
//! 3. it says [`Input::Clock`] at [`Driver::wake_at`] at the latest.

pub mod camera;
mod dice;
pub mod digits;
pub mod escpos;
pub mod frames;
pub mod fuzz;
pub mod gate;
pub mod lane;
pub mod lines;
pub mod max7219;
pub mod onbon;
pub mod pads;
pub mod probe;
#[cfg(test)]
mod rig;
pub mod samv;
pub mod scanner;
pub mod sign;
pub mod speaker;
pub mod voice;

/// A lamp is a line that is switched.
pub use lines::lamp;

use std::ops::{Add, AddAssign};

use protocol::bridge::{DeviceState, Trouble};

/// Milliseconds of a monotonic clock of the shell's own. Where it begins means nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Millis(pub u64);

impl Millis {
    /// Milliseconds from `earlier` until now; 0 when `earlier` is later.
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<u64> for Millis {
    type Output = Self;

    fn add(self, milliseconds: u64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }
}

impl AddAssign<u64> for Millis {
    fn add_assign(&mut self, milliseconds: u64) {
        *self = *self + milliseconds;
    }
}

/// A device as a state machine without I/O: the shell owns the port and feeds it.
///
/// Nothing that comes in makes it panic or wait: a device that says nonsense is a device in trouble, and health says so.
pub trait Driver {
    /// What it can be told to do.
    type Command;
    /// What it has to tell.
    type Event;

    /// Takes in what happened at `now`. `now` never goes back.
    fn input(&mut self, now: Millis, input: Input<'_, Self::Command>);

    /// What is to be done next, in this order; asked until `None` after every input.
    fn output(&mut self) -> Option<Output<Self::Event>>;

    /// When it wants [`Input::Clock`] at the latest; none while only the port or a command can change anything.
    fn wake_at(&self) -> Option<Millis>;
}

/// What happens to a driver.
#[derive(Debug)]
pub enum Input<'a, C> {
    /// The port is open: nothing of what was sent before counts any more.
    Opened,
    /// The port could not be opened, or is lost. The shell tries again by itself.
    Closed,
    /// Bytes have come from the device, split anywhere.
    Bytes(&'a [u8]),
    /// Somebody wants something of the device. Allowed while the port is closed.
    Command(C),
    /// Nothing but time has passed.
    Clock,
    /// So many bytes of those to send have been accepted by the port since it was opened, all together. Who sends a lot at a
    /// time needs it to know how far a slow device is; others ignore it.
    Sent(usize),
}

/// What the shell is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output<E> {
    /// Send these bytes, after those before them.
    Send(Vec<u8>),
    /// Close the port and open it again: what was not sent yet is dropped, and [`Input::Closed`] or [`Input::Opened`] follows.
    Reopen,
    /// Tell this.
    Event(E),
}

/// The other end of a line: a device made of code, that reads what a real one would read and answers what it would answer.
///
/// The shell calls [`VirtualDevice::receive`] whenever the host has sent something and at [`VirtualDevice::wake_at`] at the
/// latest, and passes on what [`VirtualDevice::answer`] gives after each such call.
pub trait VirtualDevice {
    /// Takes in bytes from the host, split anywhere; none when only time has passed. `now` never goes back.
    fn receive(&mut self, now: Millis, bytes: &[u8]);

    /// Bytes to the host that are due by the `now` of the last [`VirtualDevice::receive`]; often none.
    fn answer(&mut self) -> Vec<u8>;

    /// When it wants to be called at the latest; none while only the host or a plug can change anything.
    fn wake_at(&self) -> Option<Millis>;
}

/// How a device is, as every driver tells it: first after the port was opened or lost, then at each change and only then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Health {
    /// How it is.
    pub state: DeviceState,
    /// What is wrong. A ready device may still be low on paper.
    pub why: Option<Trouble>,
}

impl Health {
    /// It works.
    pub const READY: Self = Self { state: DeviceState::Ready, why: None };
    /// The port is closed or nothing answers.
    pub const GONE: Self = Self { state: DeviceState::Gone, why: Some(Trouble::NoAnswer) };

    /// It answers and cannot work, or will soon not be able to.
    pub const fn degraded(why: Trouble) -> Self {
        Self { state: DeviceState::Degraded, why: Some(why) }
    }
}

#[cfg(test)]
mod tests {
    use super::Millis;

    #[test]
    fn time_neither_overflows_nor_goes_back() {
        assert_eq!(Millis(u64::MAX) + 5, Millis(u64::MAX));
        assert_eq!(Millis(3).since(Millis(5)), 0);
        assert_eq!((Millis(3) + 4).since(Millis(5)), 2);
    }
}
