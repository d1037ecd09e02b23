//! From the core's car parks to what clients see.

use hall::Moment;
use hall::estimate::foresight::{Advice, LotOutlook};
use hall::parking::forecast::Expected;
use hall::parking::sign::Said;
use hall::parking::{self, Bay, Counted, Reading};
use hall::settings::lots::{Lot as Section, LotKind};

use super::{
    Crowd, CrowdAdvice, CrowdSlot, Lot, LotClass, LotCorrection, LotCount, LotDoubt, LotForecast, LotLane, LotLevel,
    LotOperation, LotRestriction, LotSays, VisitLot,
};
use crate::views::{Text, Viewer};

/// Whom bays are for in the words of ParkAPI, where it has one.
const AUDIENCES: [(Bay, &str); 3] = [(Bay::Disabled, "DISABLED"), (Bay::Charging, "CHARGING"), (Bay::Staff, "PRIVATE")];

impl Viewer<'_> {
    /// Every car park at `now`.
    pub fn lots(&self, now: Moment) -> Vec<Lot> {
        self.state.lots().map(|(section, lot)| self.lot(section, lot, now)).collect()
    }

    /// The crowd that is coming, as far as it was foreseen.
    pub fn crowd(&self) -> Option<Crowd> {
        let crowd = self.foresight.crowd()?;
        let tenths = |people: f64| (people * 10.0).round() / 10.0;
        let slots = crowd.slots.iter().map(|(slot, point)| CrowdSlot {
            from: self.time(crowd.moment(slot.from_min)),
            low: f64::from(slot.low),
            expected: tenths(slot.mean),
            high: f64::from(slot.high),
            can_serve: tenths(point.can_serve),
            waiting: tenths(point.waiting),
        });
        let advice = crowd.advice.as_ref().map(|advice| {
            let (windows, by_min, why) = match advice {
                Advice::Open { windows, by_min, why } => (i64::from(*windows), *by_min, why),
                // From now on, for as long as can be foreseen.
                Advice::Pause { windows, why } => {
                    (-i64::from(*windows), crowd.slots.first().map_or(0, |(slot, _)| slot.from_min), why)
                }
            };
            CrowdAdvice {
                windows: i32::try_from(windows).unwrap_or(0),
                by: self.time(crowd.moment(by_min)),
                peak: tenths(why.peak),
                can_serve: tenths(why.can_serve),
                waiting_without: tenths(why.waiting_without),
            }
        });
        Some(Crowd {
            slots: slots.collect(),
            cars: crowd.cars,
            cars_usual: crowd.cars_usual,
            waiting: crowd.waiting,
            open_windows: crowd.open_windows,
            advice,
        })
    }

    /// A car park at `now`.
    pub fn lot(&self, section: &Section, lot: &parking::Lot, now: Moment) -> Lot {
        let now = now.max(self.state.at());
        let ordinary = Counted::Class(Bay::Ordinary);
        let (says, reading) = self.read(section, lot, &ordinary, now);
        let classes: Vec<(Bay, LotClass)> =
            section.classes().map(|bay| (bay, self.class(section, lot, bay, now))).collect();
        let of = |bay: Bay| classes.iter().find(|(known, _)| *known == bay).map(|(_, class)| class);
        let closed = section.levels.iter().filter(|level| lot.is_level_closed(&level.code)).map(|level| level.capacity);
        let capacity_now = if lot.is_closed() { 0 } else { section.capacity.total().saturating_sub(closed.sum()) };
        let known = lot.count(&ordinary).is_some_and(|count| count.corrected().is_some());
        let divert = section.divert_to.as_deref().filter(|_| says.is_over());
        let divert = divert.and_then(|code| self.state.settings()?.lot(code)).map(|other| Text::from(&other.name));
        let foreseen = self.foresight.lot(&section.code);
        let bays = |bay| of(bay).map(|class| class.capacity);
        let free = |bay| of(bay).and_then(|class| class.says.number());
        let restriction = |(bay, audience): (Bay, &str)| {
            let class = of(bay)?;
            Some(LotRestriction {
                audience: audience.to_owned(),
                capacity: class.capacity,
                realtime_capacity: if lot.is_closed() { 0 } else { class.capacity },
                realtime_free_capacity: class.says.number(),
            })
        };
        Lot {
            uid: section.code.clone(),
            name: section.name.zh().to_owned(),
            kind: match section.kind {
                LotKind::CarPark => "CAR_PARK",
                LotKind::Underground => "UNDERGROUND",
                LotKind::Ground => "OFF_STREET_PARKING_GROUND",
                LotKind::Street => "ON_STREET",
            }
            .to_owned(),
            purpose: "CAR".to_owned(),
            lat: section.latitude,
            lon: section.longitude,
            max_height: section.max_height_cm,
            capacity: section.capacity.total(),
            has_realtime_data: true,
            static_data_updated_at: utc(self.state.configured_at()),
            realtime_data_updated_at: utc(lot.changed().max(self.state.configured_at())),
            realtime_opening_status: match (lot.is_closed(), known) {
                (true, _) => "CLOSED",
                (false, true) => "OPEN",
                (false, false) => "UNKNOWN",
            }
            .to_owned(),
            realtime_capacity: capacity_now,
            realtime_free_capacity: says.number(),
            capacity_disabled: bays(Bay::Disabled),
            capacity_charging: bays(Bay::Charging),
            realtime_free_capacity_disabled: free(Bay::Disabled),
            realtime_free_capacity_charging: free(Bay::Charging),
            restrictions: AUDIENCES.into_iter().filter_map(restriction).collect(),
            title: Text::from(&section.name),
            levels: section
                .levels
                .iter()
                .map(|level| LotLevel {
                    level: level.code.clone(),
                    name: Text::from(&level.name),
                    capacity: level.capacity,
                    says: self.read(section, lot, &Counted::Level(level.code.clone()), now).0,
                })
                .collect(),
            divert_to: divert,
            forecast: foreseen.map(|foreseen| forecast(foreseen, section.capacity.ordinary)).unwrap_or_default(),
            full_at: foreseen.and_then(|foreseen| foreseen.full_at).map(|at| self.time(at)),
            says,
            off_by: whole(reading.bound),
            classes: classes.into_iter().map(|(_, class)| class).collect(),
        }
    }

    /// The car parks as visitors' pages are to show them from now on.
    pub fn lots_for_visits(&self, now: Moment) -> Vec<VisitLot> {
        let one = |lot: Lot| VisitLot {
            name: lot.title,
            says: lot.says,
            disabled: lot.classes.into_iter().find(|class| class.class == "disabled").map(|class| class.says),
            in_30: lot.forecast.into_iter().find(|forecast| forecast.in_min == 30),
        };
        self.lots(now).into_iter().map(one).collect()
    }

    /// What its operator sees of a car park.
    pub fn operation(&self, section: &Section, lot: &parking::Lot, now: Moment) -> LotOperation {
        let now = now.max(self.state.at());
        let whats = section.classes().map(Counted::Class);
        let whats = whats.chain(section.levels.iter().map(|level| Counted::Level(level.code.clone())));
        LotOperation {
            lot: self.lot(section, lot, now),
            counts: whats.map(|what| self.count(section, lot, &what, now)).collect(),
            lanes: section.lanes.iter().map(|lane| self.lane(lane, lot, now)).collect(),
            corrections: lot.corrections().iter().rev().map(|correction| self.correction(correction)).collect(),
            inside: lot.sessions().inside(),
            stay_s: lot.sessions().mean_stay_s(),
        }
    }

    fn count(&self, section: &Section, lot: &parking::Lot, what: &Counted, now: Moment) -> LotCount {
        let (class, level) = named(what);
        let open = match what {
            Counted::Class(_) => !lot.is_closed(),
            Counted::Level(code) => !lot.is_level_closed(code),
        };
        let (capacity, (says, reading)) = (section.bays(what), self.read(section, lot, what, now));
        let hours = self.state.settings().map(hall::Settings::hours);
        let doubts = hours.map(|hours| lot.doubts(hours, now, what, capacity)).unwrap_or_default();
        LotCount {
            class,
            level,
            capacity,
            occupied: lot.occupied(what),
            likely: reading.likely,
            off_by: whole(reading.bound),
            corrected_at: lot.count(what).and_then(parking::count::Count::corrected).map(|at| self.time(at)),
            says,
            doubts: doubts.iter().map(|doubt| self.doubt(doubt)).collect(),
            open,
        }
    }

    fn lane(&self, section: &hall::settings::lots::LaneSection, lot: &parking::Lot, now: Moment) -> LotLane {
        let lane = lot.lanes().get(&section.code);
        let (entered, left, doubtful) = lane.map(parking::lane::Lane::today).unwrap_or_default();
        let sources = lane.into_iter().flat_map(|lane| lane.sources(now));
        LotLane {
            lane: section.code.clone(),
            name: section.name.as_ref().map(Text::from),
            direction: section.direction.map(|direction| match direction {
                parking::Direction::In => "in".to_owned(),
                parking::Direction::Out => "out".to_owned(),
            }),
            open: lane.is_none_or(|lane| !lane.is_closed()),
            blind_since: lane.and_then(parking::lane::Lane::blind_since).map(|at| self.time(at)),
            seen_at: lane.and_then(parking::lane::Lane::seen).map(|at| self.time(at)),
            sources: sources.map(|source| source.name().to_owned()).collect(),
            entered,
            left,
            doubtful,
        }
    }

    fn correction(&self, correction: &parking::Correction) -> LotCorrection {
        let (class, level) = named(&correction.what);
        LotCorrection {
            at: self.time(correction.at),
            class,
            level,
            occupied: correction.occupied,
            off: correction.off,
            bound: correction.bound.and_then(whole),
            reason: correction.reason.clone(),
            by: correction.by.clone(),
        }
    }

    fn doubt(&self, doubt: &parking::Doubt) -> LotDoubt {
        use parking::Doubt;
        let none = |kind: &str| LotDoubt {
            doubt: kind.to_owned(),
            lane: None,
            since: None,
            until: None,
            vehicles: None,
            doubtful: None,
        };
        match doubt {
            Doubt::NeverCounted => none("never-counted"),
            Doubt::BelowNothing => none("below-nothing"),
            Doubt::AboveCapacity => none("above-capacity"),
            Doubt::Blind { lane, since } => {
                LotDoubt { lane: Some(lane.clone()), since: Some(self.time(*since)), ..none("blind") }
            }
            Doubt::Silent { lane, since, until, missing } => LotDoubt {
                lane: Some(lane.clone()),
                since: Some(self.time(*since)),
                until: until.map(|at| self.time(at)),
                vehicles: whole(*missing),
                ..none("silent")
            },
            Doubt::Passages { passages, doubtful } => {
                LotDoubt { vehicles: Some(*passages), doubtful: Some(*doubtful), ..none("passages") }
            }
        }
    }

    fn class(&self, section: &Section, lot: &parking::Lot, bay: Bay, now: Moment) -> LotClass {
        LotClass {
            class: bay.name().to_owned(),
            capacity: section.capacity.of(bay),
            says: self.read(section, lot, &Counted::Class(bay), now).0,
        }
    }

    /// What is known of a class or a level, and what is said of it: a closed one is closed, whatever stands there.
    fn read(&self, section: &Section, lot: &parking::Lot, what: &Counted, now: Moment) -> (LotSays, Reading) {
        let nothing = Reading { likely: 0, bound: f64::INFINITY, said: Said::Unknown };
        let hours = self.state.settings().map(hall::Settings::hours);
        let reading = hours.map_or(nothing, |hours| lot.reading(hours, now, what, section.bays(what)));
        let closed = match what {
            Counted::Class(_) => lot.is_closed(),
            Counted::Level(code) => lot.is_level_closed(code),
        };
        (if closed { LotSays::closed() } else { LotSays::from(reading.said) }, reading)
    }
}

fn named(what: &Counted) -> (Option<String>, Option<String>) {
    match what {
        Counted::Class(bay) => (Some(bay.name().to_owned()), None),
        Counted::Level(code) => (None, Some(code.clone())),
    }
}

fn forecast(outlook: &LotOutlook, bays: u32) -> Vec<LotForecast> {
    let free = |cars: i64| u32::try_from(i64::from(bays) - cars).unwrap_or(0).min(bays);
    let one = |(in_min, cars): &(u32, Expected)| LotForecast {
        in_min: *in_min,
        free_low: free(cars.high),
        free: free(cars.median),
        free_high: free(cars.low),
    };
    outlook.expected.iter().map(one).collect()
}

fn whole(vehicles: f64) -> Option<u32> {
    vehicles.is_finite().then_some(vehicles.ceil() as u32)
}

fn utc(at: Moment) -> String {
    at.rfc3339(&hall::time::utc()).replace("+00:00", "Z")
}
