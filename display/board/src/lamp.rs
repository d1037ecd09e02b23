//! The lamp above a window: lit while a ticket is called there, blinking at first so that it is seen, dark otherwise, and dark
//! when nobody knows any more.

use protocol::bridge::lanes::LampState;

use crate::zone::FRESH_MS;
use crate::{Hall, Millis};

/// What a lamp remembers.
#[derive(Debug, Clone, Default)]
pub struct Lamp {
    /// The call that it shows: which ticket, and the how manieth call.
    call: Option<(String, u32)>,
    /// When that came; none for one that was there before anybody looked.
    came: Option<Millis>,
    looked: bool,
}

impl Lamp {
    /// What the lamp of a window does now.
    pub fn look(&mut self, hall: &Hall, window: u16, now: Millis) -> LampState {
        if !hall.is_live(now) {
            // What is called when the hall is heard again was called some time ago.
            *self = Self::default();
            return LampState::Off;
        }
        let ticket = hall.windows.get(&window).and_then(|window| window.ticket.as_ref());
        let call = ticket.filter(|ticket| ticket.state == "called").map(|ticket| (ticket.id.to_string(), ticket.calls));
        if call != self.call {
            self.came = self.looked.then_some(now);
            self.call = call;
        }
        self.looked = true;
        match (&self.call, self.came) {
            (None, _) => LampState::Off,
            (Some(_), Some(came)) if now.since(came) < FRESH_MS => LampState::Blink,
            (Some(_), _) => LampState::On,
        }
    }
}
