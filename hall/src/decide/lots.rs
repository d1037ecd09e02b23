//! Car parks: passages, corrections, what is open, and the end of a day.

use jiff::civil::Date;

use super::Decision;
use super::tickets::check_text;
use crate::command::AtLot;
use crate::estimate::foresight::DayRecord;
use crate::event::Event;
use crate::parking::{Bay, Counted, Lot, Passage, REMEMBERED_MS};
use crate::refusal::Refusal;
use crate::role::Act;
use crate::settings::lots::{Lot as Section, MAX_BAYS};
use crate::time::Moment;

/// Longest name of a passage, in bytes.
pub const MAX_PASSAGE_ID: usize = 64;

impl Decision<'_> {
    pub(super) fn at_lot(&self, code: &str, what: &AtLot) -> Result<Vec<Event>, Refusal> {
        let act = if matches!(what, AtLot::Passed(_) | AtLot::Blind { .. }) { Act::Passage } else { Act::Park };
        self.permit(act, "only gate, bridge and manager tell of passages; only gate and manager act at a car park")?;
        if let AtLot::Correct { reason, occupied, .. } = what {
            check_text("reason", reason)?;
            if *occupied > MAX_BAYS {
                return Err(Refusal::Invalid(format!("occupied is at most {MAX_BAYS}")));
            }
        }
        let settings = self.state.settings().ok_or(Refusal::NotConfigured)?;
        let unknown = || missing("lot", code);
        let section = settings.lot(code).ok_or_else(unknown)?;
        let lot = self.state.lot(code).ok_or_else(unknown)?;
        let name = || code.to_owned();
        let event = match what {
            AtLot::Passed(passage) => return self.passed(section, lot, passage),
            AtLot::Correct { what, at, occupied, reason, by } => {
                return self.correct(section, lot, what.as_ref(), *at, *occupied, reason, by);
            }
            AtLot::Open { level: None, open } if lot.is_closed() == *open => {
                Event::LotChanged { lot: name(), level: None, open: *open }
            }
            AtLot::Open { level: Some(level), open } => {
                section.level(level).ok_or_else(|| missing("level", level))?;
                if !lot.is_closed() && lot.is_level_closed(level) != *open {
                    return Ok(Vec::new());
                }
                Event::LotChanged { lot: name(), level: Some(level.clone()), open: *open }
            }
            AtLot::OpenLane { lane, open } => {
                section.lane(lane).ok_or_else(|| missing("lane", lane))?;
                if lot.lanes().get(lane).is_some_and(crate::parking::lane::Lane::is_closed) != *open {
                    return Ok(Vec::new());
                }
                Event::LaneChanged { lot: name(), lane: lane.clone(), open: *open }
            }
            AtLot::Blind { lane, blind } => {
                section.lane(lane).ok_or_else(|| missing("lane", lane))?;
                if lot.lanes().get(lane).and_then(crate::parking::lane::Lane::blind_since).is_some() == *blind {
                    return Ok(Vec::new());
                }
                Event::LaneBlinded { lot: name(), lane: lane.clone(), blind: *blind }
            }
            AtLot::Open { level: None, .. } => return Ok(Vec::new()),
        };
        Ok(vec![event])
    }

    fn passed(&self, section: &Section, lot: &Lot, passage: &Passage) -> Result<Vec<Event>, Refusal> {
        section.lane(&passage.lane).ok_or_else(|| missing("lane", &passage.lane))?;
        let id = &passage.id.0;
        if id.is_empty() || id.len() > MAX_PASSAGE_ID || !id.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Refusal::Invalid(format!(
                "passage_id must have 1 to {MAX_PASSAGE_ID} visible ASCII characters, it has {}",
                id.chars().count()
            )));
        }
        if passage.at.0 < self.at.0.saturating_sub(REMEMBERED_MS) {
            return Err(Refusal::Invalid(format!(
                "the passage is older than {} hours: nobody could say whether it was told before; count the cars instead",
                REMEMBERED_MS / 3_600_000
            )));
        }
        if lot.knows(&passage.id) {
            return Ok(Vec::new());
        }
        // A clock that runs ahead does not lead into the future.
        let passage = Passage { at: passage.at.min(self.at), ..passage.clone() };
        Ok(vec![Event::VehiclePassed { lot: section.code.clone(), passage }])
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one command")]
    fn correct(
        &self,
        section: &Section,
        lot: &Lot,
        what: Option<&Counted>,
        at: Option<Moment>,
        occupied: u32,
        reason: &str,
        by: &str,
    ) -> Result<Vec<Event>, Refusal> {
        let (what, occupied) = match what {
            Some(Counted::Level(code)) => {
                section.level(code).ok_or_else(|| missing("level", code))?;
                (Counted::Level(code.clone()), occupied)
            }
            Some(what) => (what.clone(), occupied),
            None => {
                // Of all cars those that stand on ordinary bays: the others are counted for themselves.
                let others = Bay::ALL.into_iter().filter(|bay| *bay != Bay::Ordinary);
                let others: i64 = others.map(|bay| lot.occupied(&Counted::Class(bay)).max(0)).sum();
                let ordinary = u32::try_from(i64::from(occupied) - others).map_err(|_| {
                    Refusal::Invalid(format!(
                        "{others} cars stand on bays of other classes already: say which class was counted"
                    ))
                })?;
                (Counted::Class(Bay::Ordinary), ordinary)
            }
        };
        let counted_at = at.unwrap_or(self.at).min(self.at);
        let off = lot.off(self.at, &what, counted_at, occupied);
        Ok(vec![Event::LotCorrected {
            lot: section.code.clone(),
            what,
            counted_at,
            occupied,
            off,
            reason: reason.to_owned(),
            by: Some(by.chars().take(40).collect()),
        }])
    }

    /// At the end of a business day counts begin again with the cars that usually stay. Who is inside is another ledger and stays as
    /// it is.
    pub(super) fn nights(&self, ends_at: Moment) -> impl Iterator<Item = Event> + '_ {
        self.state.lots().flat_map(move |(section, lot)| {
            let classes = section.overnight.iter().map(|(bay, cars)| (Counted::Class(*bay), *cars));
            let levels = section.levels.iter();
            let levels = levels.filter_map(|level| Some((Counted::Level(level.code.clone()), level.overnight?)));
            classes.chain(levels).map(move |(what, occupied)| Event::LotCorrected {
                lot: section.code.clone(),
                off: lot.off(self.at, &what, ends_at, occupied),
                what,
                counted_at: ends_at,
                occupied,
                reason: "end of the business day".to_owned(),
                by: None,
            })
        })
    }
}

/// Most times of a day at which people have appointments, and most people at one.
const MAX_APPOINTMENTS: usize = 288;
const MAX_PEOPLE: u32 = 10_000;

impl Decision<'_> {
    pub(super) fn appointments(&self, date: Date, slots: &[(u16, u32)]) -> Result<Vec<Event>, Refusal> {
        self.permit(Act::Configure, "only admin and manager tell of appointments")?;
        let today = self.state.settings().ok_or(Refusal::NotConfigured)?.hours().local(self.at).date;
        if date < today || (date - today).get_days() > 60 {
            return Err(Refusal::Invalid(format!("{date} is not within 60 days from {today}")));
        }
        if slots.len() > MAX_APPOINTMENTS
            || slots.iter().any(|(minute, people)| *minute >= 1440 || *people > MAX_PEOPLE)
        {
            return Err(Refusal::Invalid(format!(
                "a day has at most {MAX_APPOINTMENTS} times with at most {MAX_PEOPLE} people each"
            )));
        }
        if self.state.appointments(date) == slots {
            return Ok(Vec::new());
        }
        Ok(vec![Event::AppointmentsTold { date, slots: slots.to_vec() }])
    }
}

impl Decision<'_> {
    /// Days are told in their order, before this system has seen one itself.
    pub(super) fn tell_day(&self, date: Date, record: &DayRecord) -> Result<Vec<Event>, Refusal> {
        self.permit(Act::Configure, "only admin and manager tell of days before")?;
        let today = self.state.settings().ok_or(Refusal::NotConfigured)?.hours().local(self.at).date;
        if date >= today {
            return Err(Refusal::Invalid(format!("{date} is not before today, {today}")));
        }
        if !record.fits() {
            return Err(Refusal::Invalid(
                "a day has 288 steps of five minutes at most, and no more lots than a hall".into(),
            ));
        }
        if let Some(code) = record.lots.keys().find(|code| self.state.lot(code).is_none()) {
            return Err(missing("lot", code));
        }
        if self.state.last_known_day().is_some_and(|last| date <= last) {
            return Err(Refusal::Invalid(format!("{date} or a later day is known: tell days in their order")));
        }
        Ok(vec![Event::DayTold { date, record: record.clone() }])
    }
}

fn missing(what: &'static str, name: &str) -> Refusal {
    Refusal::NoLot { what, name: name.chars().take(40).collect() }
}
