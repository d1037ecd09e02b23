//! Car parks as clients see them. The names of [`Lot`] are those of ParkAPI v3 (`StaticParkingSiteInput` and
//! `RealtimeParkingSiteInput` of its library `parkapi-sources`), so that an entry of the list is an entry of that format; what
//! ParkAPI does not know comes after it.

use hall::Moment;
use hall::estimate::foresight::{Advice, LotOutlook};
use hall::parking::forecast::Expected;
use hall::parking::sign::Said;
use hall::parking::{self, Bay, Counted};
use hall::settings::lots::{Lot as Section, LotKind};
use hall::state::{capacity, classes};
use serde::{Deserialize, Serialize};

use crate::views::{Text, Viewer, view};

view! {
    /// Bays for one audience, in the words of ParkAPI v3.
    LotRestriction {
        /// `DISABLED`, `CHARGING` or `PRIVATE` (those who work here).
        #[serde(rename = "type")]
        #[cfg_attr(feature = "typescript", ts(type = "\"DISABLED\" | \"CHARGING\" | \"PRIVATE\""))]
        audience: String,
        /// Bays.
        capacity: u32,
        /// Bays that count now.
        realtime_capacity: u32,
        /// Free ones; null when that is not known well enough.
        realtime_free_capacity: Option<u32>,
    }
}

view! {
    /// What may be said of free places.
    LotSays {
        /// `free` (so many), `about` (约: so many, more or less), `some` (有位: nobody knows how many), `full` (满), `closed`, or
        /// `unknown` (—).
        #[cfg_attr(feature = "typescript", ts(type = "LotWord"))]
        says: String,
        /// The number of `free` and `about`; null otherwise.
        free: Option<u32>,
    }
}

view! {
    /// The bays of a class.
    LotClass {
        /// `ordinary`, `disabled`, `charging`, `visitor` or `staff`.
        #[cfg_attr(feature = "typescript", ts(type = "BayClass"))]
        class: String,
        /// Bays.
        capacity: u32,
        /// What may be said of them.
        #[serde(flatten)]
        says: LotSays,
    }
}

view! {
    /// A level of a lot, with all classes that stand on it.
    LotLevel {
        /// Its code.
        level: String,
        /// What people read.
        name: Text,
        /// Bays.
        capacity: u32,
        /// What may be said of them.
        #[serde(flatten)]
        says: LotSays,
    }
}

view! {
    /// Free places that are expected.
    LotForecast {
        /// In so many minutes.
        in_min: u32,
        /// One in ten times fewer are free.
        free_low: u32,
        /// As often fewer as more.
        free: u32,
        /// One in ten times more are free.
        free_high: u32,
    }
}

view! {
    /// A car park. It holds nothing personal.
    Lot {
        /// Its code in the settings.
        uid: String,
        /// Its name in Chinese.
        name: String,
        /// `CAR_PARK`, `UNDERGROUND`, `OFF_STREET_PARKING_GROUND` or `ON_STREET`.
        #[serde(rename = "type")]
        kind: String,
        /// `CAR`.
        purpose: String,
        /// Degrees north.
        lat: Option<f64>,
        /// Degrees east.
        lon: Option<f64>,
        /// Greatest height of a vehicle, centimetres.
        max_height: Option<u32>,
        /// Bays of all classes.
        capacity: u32,
        /// `true`.
        has_realtime_data: bool,
        /// When the settings came into force, RFC 3339 in UTC.
        static_data_updated_at: String,
        /// When something was last told of it, RFC 3339 in UTC.
        realtime_data_updated_at: String,
        /// `OPEN`, `CLOSED`, or `UNKNOWN` when nobody ever counted.
        realtime_opening_status: String,
        /// Bays that count now: those of closed levels do not.
        realtime_capacity: u32,
        /// Free ordinary bays; null when that is not known well enough.
        realtime_free_capacity: Option<u32>,
        /// Bays for people with a disability; null where there are none.
        capacity_disabled: Option<u32>,
        /// Bays for cars that charge; null where there are none.
        capacity_charging: Option<u32>,
        /// Free bays for people with a disability; null when that is not known well enough.
        realtime_free_capacity_disabled: Option<u32>,
        /// Free bays for cars that charge; null when that is not known well enough.
        realtime_free_capacity_charging: Option<u32>,
        /// Bays for some only.
        restrictions: Vec<LotRestriction>,
        /// Its name in the languages of the hall.
        title: Text,
        /// What its sign says: of the ordinary bays.
        #[serde(flatten)]
        says: LotSays,
        /// Each class that has bays.
        classes: Vec<LotClass>,
        /// Each level that is counted.
        levels: Vec<LotLevel>,
        /// The lot to go to instead, when this one is full or closed.
        divert_to: Option<Text>,
        /// Free ordinary bays in 15, 30 and 60 minutes; none until that is known.
        forecast: Vec<LotForecast>,
        /// When it will probably be full, RFC 3339; null when that is not within two hours.
        full_at: Option<String>,
        /// How many ordinary places its counts may be off by; null when nobody ever counted.
        off_by: Option<u32>,
    }
}

view! {
    /// A lane with its health.
    LotLane {
        /// Its code.
        lane: String,
        /// What people read.
        name: Option<Text>,
        /// `in`, `out` or null: both ways.
        #[cfg_attr(feature = "typescript", ts(type = "\"in\" | \"out\" | null"))]
        direction: Option<String>,
        /// Whether vehicles may use it.
        open: bool,
        /// Since when its devices are known to see nothing.
        blind_since: Option<String>,
        /// Its last passage.
        seen_at: Option<String>,
        /// What has seen vehicles here within a day: `loops`, `camera`, `gate`, `http`.
        sources: Vec<String>,
        /// Vehicles in today.
        entered: u32,
        /// Vehicles out today.
        left: u32,
        /// Those of them that were doubted.
        doubtful: u32,
    }
}

view! {
    /// A correction of a count.
    LotCorrection {
        /// When people counted.
        at: String,
        /// The class, where it is one.
        class: Option<String>,
        /// The level, where it is one.
        level: Option<String>,
        /// Cars that stood there.
        occupied: u32,
        /// What the count had been off by: positive when more cars stood there.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        off: i64,
        /// What it might have been off by, as was thought then.
        bound: Option<u32>,
        /// Why it was corrected.
        reason: String,
        /// Who did; null for the count that begins at night.
        by: Option<String>,
    }
}

view! {
    /// Why a count is doubted.
    LotDoubt {
        /// `never-counted`, `below-nothing`, `above-capacity`, `blind`, `silent` or `passages`.
        #[cfg_attr(feature = "typescript", ts(type = "DoubtKind"))]
        doubt: String,
        /// The lane, for `blind` and `silent`.
        lane: Option<String>,
        /// Since when.
        since: Option<String>,
        /// Until when; null: still.
        until: Option<String>,
        /// Vehicles that are missing, or passages since the last correction.
        vehicles: Option<u32>,
        /// Passages that somebody was not sure of.
        doubtful: Option<u32>,
    }
}

view! {
    /// What an operator sees of a class or level.
    LotCount {
        /// The class, where it is one.
        class: Option<String>,
        /// The level, where it is one.
        level: Option<String>,
        /// Bays.
        capacity: u32,
        /// Cars by the count, which may be below nothing or above the capacity.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        occupied: i64,
        /// Cars that most likely stand there: with those that blind and silent lanes are expected to have let pass.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        likely: i64,
        /// How far `likely` may be off, 95 of 100 times; null when nobody ever counted.
        off_by: Option<u32>,
        /// When it was last corrected.
        corrected_at: Option<String>,
        /// What may be said of it.
        #[serde(flatten)]
        says: LotSays,
        /// Why it is doubted.
        doubts: Vec<LotDoubt>,
        /// Whether vehicles may use it.
        open: bool,
    }
}

view! {
    /// `GET /api/v1/parking/lots/{lot}/operation`: what its operator sees.
    LotOperation {
        /// The lot.
        lot: Lot,
        /// Its counts.
        counts: Vec<LotCount>,
        /// Its lanes.
        lanes: Vec<LotLane>,
        /// Its last corrections, newest first.
        corrections: Vec<LotCorrection>,
        /// Vehicles that are inside by their plates.
        inside: usize,
        /// How long people stay on average, seconds; null until somebody has left.
        stay_s: Option<u32>,
    }
}

view! {
    /// Where a car is.
    VehicleFound {
        /// Code of the lot.
        lot: String,
        /// Its name.
        name: Text,
        /// Since when it is inside.
        since: String,
    }
}

view! {
    /// The answer to a passage.
    PassageTaken {
        /// Its name.
        passage_id: String,
        /// Whether it was told before; then nothing has changed.
        again: bool,
    }
}

view! {
    /// The answer to a correction.
    LotCorrected {
        /// What the count had been off by: positive when more cars stood there.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        off: i64,
        /// The lot now.
        lot: Lot,
    }
}

view! {
    /// Five minutes of the hall to come.
    CrowdSlot {
        /// When they begin.
        from: String,
        /// One in ten times fewer take a number.
        low: f64,
        /// People who will take a number.
        expected: f64,
        /// One in ten times more do.
        high: f64,
        /// People whom the open windows can serve in that time.
        can_serve: f64,
        /// People who will wait at its end.
        waiting: f64,
    }
}

view! {
    /// What the manager should do, and why.
    CrowdAdvice {
        /// Windows to open; below nothing: so many may be paused.
        windows: i32,
        /// By when.
        by: String,
        /// People who come in the busiest five minutes.
        peak: f64,
        /// People whom the open windows can serve in five minutes.
        can_serve: f64,
        /// People who would wait in the end if nothing were done.
        waiting_without: f64,
    }
}

view! {
    /// The crowd that is coming, and the windows against it.
    Crowd {
        /// From five to forty minutes ahead; none until a day is known.
        slots: Vec<CrowdSlot>,
        /// Vehicles that came in within a quarter of an hour.
        cars: u32,
        /// Vehicles that usually come in within this quarter of an hour; null until a day is known.
        cars_usual: Option<u32>,
        /// People who wait now.
        waiting: u32,
        /// Windows that are open now.
        open_windows: u32,
        /// What to do; null: nothing.
        advice: Option<CrowdAdvice>,
    }
}

view! {
    /// A car park on a board or a kiosk.
    LotTile {
        /// Its code.
        lot: String,
        /// What people read.
        name: Text,
        /// What may be said of its ordinary bays.
        #[serde(flatten)]
        says: LotSays,
        /// What may be said of the bays for people with a disability; null where there are none.
        disabled: Option<LotSays>,
    }
}

impl LotTile {
    /// The tile of a car park. Nothing is said of its places where that would be of the past.
    pub fn of(lot: &Lot, live: bool) -> Self {
        let unknown = || LotSays { says: "unknown".to_owned(), free: None };
        let said = |says: &LotSays| if live { says.clone() } else { unknown() };
        Self {
            lot: lot.uid.clone(),
            name: lot.title.clone(),
            says: said(&lot.says),
            disabled: lot.classes.iter().find(|class| class.class == "disabled").map(|class| said(&class.says)),
        }
    }
}

view! {
    /// A car park on a visitor's page.
    VisitLot {
        /// Its name.
        name: Text,
        /// What may be said of its ordinary bays.
        #[serde(flatten)]
        says: LotSays,
        /// What may be said of the bays for people with a disability; null where there are none.
        disabled: Option<LotSays>,
        /// Free ordinary bays in half an hour; null when that is not known.
        in_30: Option<LotForecast>,
    }
}

impl From<Said> for LotSays {
    fn from(said: Said) -> Self {
        let (says, free) = match said {
            Said::Free(free) => ("free", Some(free)),
            Said::About(free) => ("about", Some(free)),
            Said::Some => ("some", None),
            Said::Full => ("full", None),
            Said::Unknown => ("unknown", None),
        };
        Self { says: says.to_owned(), free }
    }
}

impl LotSays {
    fn closed() -> Self {
        Self { says: "closed".to_owned(), free: None }
    }

    /// Free places as a number for other systems.
    fn number(&self) -> Option<u32> {
        if matches!(self.says.as_str(), "full" | "closed") { Some(0) } else { self.free }
    }

    /// Nobody should drive there.
    fn is_over(&self) -> bool {
        matches!(self.says.as_str(), "full" | "closed")
    }
}

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
        let says = self.says(section, lot, &ordinary, now);
        let closed = section.levels.iter().filter(|level| lot.is_level_closed(&level.code)).map(|level| level.capacity);
        let capacity_now = if lot.is_closed() { 0 } else { section.capacity.total().saturating_sub(closed.sum()) };
        let known = lot.count(&ordinary).is_some_and(|count| count.corrected().is_some());
        let divert = section.divert_to.as_deref().filter(|_| says.is_over());
        let divert = divert.and_then(|code| self.state.settings()?.lot(code)).map(|other| Text::from(&other.name));
        let bound = self.bound(section, lot, &ordinary, now);
        let foreseen = self.foresight.lot(&section.code);
        let bays = |bay| Some(section.capacity.of(bay)).filter(|bays| *bays > 0);
        let free = |bay| bays(bay).and_then(|_| self.says(section, lot, &Counted::Class(bay), now).number());
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
            restrictions: self.restrictions(section, lot, now),
            title: Text::from(&section.name),
            classes: classes(section).map(|bay| self.class(section, lot, bay, now)).collect(),
            levels: section
                .levels
                .iter()
                .map(|level| LotLevel {
                    level: level.code.clone(),
                    name: Text::from(&level.name),
                    capacity: level.capacity,
                    says: self.says(section, lot, &Counted::Level(level.code.clone()), now),
                })
                .collect(),
            divert_to: divert,
            forecast: foreseen.map(|foreseen| forecast(foreseen, section.capacity.ordinary)).unwrap_or_default(),
            full_at: foreseen.and_then(|foreseen| foreseen.full_at).map(|at| self.time(at)),
            says,
            off_by: whole(bound),
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
        let whats = classes(section).map(Counted::Class);
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
        let (capacity, hours) = (capacity(section, what), self.state.settings().map(hall::Settings::hours));
        let doubts = hours.map(|hours| lot.doubts(hours, now, what, capacity)).unwrap_or_default();
        LotCount {
            class,
            level,
            capacity,
            occupied: lot.occupied(what),
            likely: hours.map_or(0, |hours| lot.likely(hours, now, what)),
            off_by: whole(self.bound(section, lot, what, now)),
            corrected_at: lot.count(what).and_then(parking::count::Count::corrected).map(|at| self.time(at)),
            says: self.says(section, lot, what, now),
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
            says: self.says(section, lot, &Counted::Class(bay), now),
        }
    }

    fn restrictions(&self, section: &Section, lot: &parking::Lot, now: Moment) -> Vec<LotRestriction> {
        let audiences = [(Bay::Disabled, "DISABLED"), (Bay::Charging, "CHARGING"), (Bay::Staff, "PRIVATE")];
        let here = audiences.into_iter().filter(|(bay, _)| section.capacity.of(*bay) > 0);
        here.map(|(bay, audience)| LotRestriction {
            audience: audience.to_owned(),
            capacity: section.capacity.of(bay),
            realtime_capacity: if lot.is_closed() { 0 } else { section.capacity.of(bay) },
            realtime_free_capacity: self.says(section, lot, &Counted::Class(bay), now).number(),
        })
        .collect()
    }

    fn bound(&self, section: &Section, lot: &parking::Lot, what: &Counted, now: Moment) -> f64 {
        let hours = self.state.settings().map(hall::Settings::hours);
        hours.map_or(f64::INFINITY, |hours| lot.bound(hours, now, what, capacity(section, what)))
    }

    fn says(&self, section: &Section, lot: &parking::Lot, what: &Counted, now: Moment) -> LotSays {
        let closed = match what {
            Counted::Class(_) => lot.is_closed(),
            Counted::Level(code) => lot.is_level_closed(code),
        };
        if closed {
            return LotSays::closed();
        }
        let hours = self.state.settings().map(hall::Settings::hours);
        LotSays::from(hours.map_or(Said::Unknown, |hours| lot.said(hours, now, what, capacity(section, what))))
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
