//! Virtual speakers.

use drivers::speaker::virtual_speaker::{Played, Plugs, VirtualSpeaker};
use serde::Serialize;

use crate::port::virtual_device::Shared;

/// What is shown of what it said: the newest.
const SHOWN: usize = 50;

/// A virtual speaker.
#[derive(Debug, Serialize)]
pub struct View {
    name: String,
    plugs: Plugs,
    /// What it said, the newest last.
    played: Vec<Played>,
    /// How often it began to say something.
    count: u64,
    /// How often two were to be said at a time. Never, unless the driver is at fault.
    overlaps: u64,
}

/// What a speaker said.
pub fn view(name: &str, speaker: &Shared<VirtualSpeaker>) -> View {
    speaker.look(|speaker| {
        let all = speaker.played().count();
        View {
            name: name.to_owned(),
            plugs: speaker.plugs(),
            played: speaker.played().skip(all.saturating_sub(SHOWN)).cloned().collect(),
            count: speaker.count(),
            overlaps: speaker.overlaps(),
        }
    })
}
