//! The board of four bytes, made of code.

use super::sum::{FRAME, decode};
use super::{Ear, picture, place};
use crate::sign::virtual_sign::{Diary, Plugs, ShownArea, View, VirtualSign};
use crate::{Millis, VirtualDevice};

/// A virtual board.
pub struct VirtualSum {
    id: u8,
    ear: Ear,
    /// None since the power came.
    number: Option<u16>,
    diary: Diary,
}

impl VirtualSum {
    /// The board of an id, which shows nothing yet. The seed places its faults.
    pub fn new(id: u8, seed: u64) -> Self {
        Self { id, ear: Ear::new(seed), number: None, diary: Diary::default() }
    }

    /// What stands on it.
    pub fn text(&self) -> String {
        self.number.map_or_else(String::new, |number| number.to_string())
    }
}

impl VirtualDevice for VirtualSum {
    fn receive(&mut self, now: Millis, bytes: &[u8]) {
        if self.ear.hear(now, bytes).is_some() {
            self.diary.reject(now, "a frame broke off");
        }
        while let Some(frame) = self.ear.heard.first_chunk::<FRAME>().copied() {
            let Some((id, number)) = decode(frame) else {
                // Nothing begins a frame: the next byte may.
                self.ear.heard.remove(0);
                self.diary.reject(now, format!("no frame: {frame:02X?}"));
                continue;
            };
            self.ear.heard.drain(..FRAME);
            if id == self.id && !self.ear.plugs.busy {
                self.number = Some(number);
                self.diary.taken += 1;
            }
        }
    }

    fn answer(&mut self) -> Vec<u8> {
        Vec::new()
    }

    fn wake_at(&self) -> Option<Millis> {
        self.ear.wake_at()
    }
}

impl VirtualSign for VirtualSum {
    fn view(&self) -> View {
        let place = place(4);
        View {
            width: place.width,
            height: place.height,
            plugs: self.ear.plugs,
            areas: self.number.map(|number| ShownArea::still(0, place, number.to_string())).into_iter().collect(),
            brightness: 15,
            test: false,
            said: Vec::new(),
            taken: self.diary.taken,
            rejected: self.diary.rejected().cloned().collect(),
        }
    }

    fn plug(&mut self, plugs: Plugs) {
        if !plugs.power {
            self.number = None;
        }
        self.ear.plugs = plugs;
    }

    fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
        picture(&format!("{:>4}", self.text()), 4)
    }
}
