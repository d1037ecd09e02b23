//! What events do to car parks.

use jiff::civil::Date;

use super::State;
use crate::estimate::foresight::DayRecord;
use crate::event::Event;
use crate::parking::forecast::SLOT_MIN;
use crate::parking::{Correction, Direction, Lot, Taken};
use crate::settings::Settings;
use crate::time::Moment;

/// A step of a lot's history, milliseconds.
const STEP_MS: i64 = SLOT_MIN as i64 * 60_000;

impl State {
    /// Car parks that are new in the settings begin without anything known. Those that left them are kept as they were: a file
    /// that forgot them loses nothing.
    pub(super) fn configured_lots(&mut self, settings: &Settings) {
        for section in settings.lots() {
            self.lots.entry(section.code.clone()).or_default();
        }
    }

    /// Notes how full the car parks are, once a step of their histories, whatever happens in the hall.
    pub(super) fn note_lots(&mut self, at: Moment) {
        let step = at.0.div_euclid(STEP_MS);
        if step > self.noted
            && let Some(settings) = &self.settings
        {
            self.noted = step;
            let local = settings.hours().local(at);
            for lot in self.lots.values_mut() {
                lot.note(settings.hours(), at);
            }
            // Nobody came is known as well.
            self.tickets_issued.note(local.date, local.kind, local.minute, 0);
            self.cars_in.note(local.date, local.kind, local.minute, 0);
        }
    }

    /// What an earlier system recorded of a day.
    pub(super) fn day_told(&mut self, date: Date, record: &DayRecord) {
        let Some(settings) = &self.settings else { return };
        let kind = settings.hours().calendar.kind(date);
        for (list, arrivals) in [(&record.tickets, &mut self.tickets_issued), (&record.cars, &mut self.cars_in)] {
            for (minute, count) in (0..).step_by(usize::from(SLOT_MIN)).zip(list) {
                arrivals.note(date, kind, minute, u32::from(*count));
            }
        }
        for (code, list) in &record.lots {
            if let Some(lot) = self.lots.get_mut(code) {
                for (minute, cars) in (0..).step_by(usize::from(SLOT_MIN)).zip(list) {
                    lot.was(date, kind, minute, i64::from(*cars));
                }
            }
        }
    }

    pub(super) fn close_lots(&mut self, at: Moment) {
        if let Some(settings) = &self.settings {
            for lot in self.lots.values_mut() {
                lot.close_day(settings.hours(), at);
            }
        }
    }

    pub(super) fn at_lot(&mut self, at: Moment, event: &Event) -> Result<(), String> {
        let settings = self.settings.as_ref().ok_or("the hall has no settings")?;
        let code = event.lot().ok_or("it is no event of a car park")?;
        let section = settings.lot(code).ok_or_else(|| format!("there is no lot {code:?}"))?;
        let lot = self.lots.get_mut(code).ok_or_else(|| format!("there is no lot {code:?}"))?;
        match event {
            Event::VehiclePassed { passage, .. } => {
                let lane = section.lane(&passage.lane).ok_or_else(|| format!("there is no lane {:?}", passage.lane))?;
                let taken = lot.pass(settings.hours(), at, lane, passage);
                if taken == Taken::Again {
                    return Err(format!("passage {:?} is there already", passage.id.0));
                }
                if passage.direction == Direction::In && lane.from.is_none() && taken != Taken::Same {
                    let local = settings.hours().local(passage.at);
                    self.cars_in.note(local.date, local.kind, local.minute, 1);
                }
            }
            Event::LotCorrected { what, counted_at, occupied, off, reason, by, .. } => {
                let bound = lot.bound(settings.hours(), at, what, section.bays(what));
                let correction = Correction {
                    at: *counted_at,
                    what: what.clone(),
                    occupied: *occupied,
                    off: *off,
                    bound: bound.is_finite().then_some(bound),
                    reason: reason.clone(),
                    by: by.clone(),
                };
                let found = lot.correct(at, &correction);
                if found != *off {
                    return Err(format!("a correction is off by {found}, not {off}"));
                }
            }
            Event::LotChanged { level, open, .. } => lot.open(at, level.as_deref(), *open),
            Event::LaneChanged { lane, open, .. } => lot.open_lane(at, lane, *open),
            Event::LaneBlinded { lane, blind, .. } => lot.blind_lane(settings.hours(), at, lane, *blind),
            _ => return Err("it is no event of a car park".into()),
        }
        Ok(())
    }

    /// A car park for those who only read: `None` when the settings have none of this code.
    pub fn lot_with_section(&self, code: &str) -> Option<(&crate::settings::lots::Lot, &Lot)> {
        Some((self.settings.as_ref()?.lot(code)?, self.lots.get(code)?))
    }
}
