//! Car parks as clients see them. The names of [`Lot`] are those of ParkAPI v3 (`StaticParkingSiteInput` and
//! `RealtimeParkingSiteInput` of its library `parkapi-sources`), so that an entry of the list is an entry of that format; what
//! ParkAPI does not know comes after it.

mod viewer;

use hall::parking::sign::Said;
use serde::{Deserialize, Serialize};

use crate::views::{Text, view};

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
    /// What is said, as the core knows it; `None` of what is closed.
    pub fn said(&self) -> Option<Said> {
        Some(match (self.says.as_str(), self.free) {
            ("free", Some(free)) => Said::Free(free),
            ("about", Some(free)) => Said::About(free),
            ("some", _) => Said::Some,
            ("full", _) => Said::Full,
            ("closed", _) => return None,
            _ => Said::Unknown,
        })
    }

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
