//! Moments and business days.
//!
//! A moment is UTC milliseconds: small, exact and equal in every database. Local time appears only where a rule of the
//! hall speaks of it: opening hours, the business date, the end of the business day.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone};
use serde::{Deserialize, Serialize};

/// UTC milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(pub i64);

impl Moment {
    /// Milliseconds from `earlier` to this moment; never negative, whatever clocks did in between.
    pub fn since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).max(0)
    }

    /// This moment moved by `ms` milliseconds.
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    fn zoned(self, zone: &TimeZone) -> jiff::ZonedDateTime {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_zoned_datetime(zone.clone())
    }

    /// RFC 3339 with the hall's offset, in milliseconds: `2026-11-23T08:31:02.123+08:00`.
    pub fn rfc3339(self, zone: &TimeZone) -> String {
        self.zoned(zone).strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string()
    }
}

/// The time zone of a hall that has no settings yet.
pub fn utc() -> TimeZone {
    TimeZone::UTC
}

/// When the hall is open and when its business day ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Hours {
    /// The hall's time zone; business dates are counted in it (invariant I8).
    pub zone: TimeZone,
    /// Tickets are issued from this local time.
    pub open: Time,
    /// … and until this one.
    pub close: Time,
    /// The business day ends at this local time of the next calendar day (default 04:00).
    pub day_end: Time,
    /// Days on which the hall does not open.
    pub calendar: Calendar,
}

/// Which days are working days, as data; the notices of the State Council change weekends into working days and back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Calendar {
    /// Weekdays on which the hall is closed, such as `saturday`.
    pub weekly_closed: Vec<WeekdayName>,
    /// Dates on which the hall is closed though the weekday says otherwise.
    pub holidays: Vec<Date>,
    /// Make-up days: dates on which the hall is open though the weekday says otherwise.
    pub working_days: Vec<Date>,
}

/// An English weekday in lower case, as the hall file writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum WeekdayName {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl From<WeekdayName> for Weekday {
    fn from(day: WeekdayName) -> Self {
        match day {
            WeekdayName::Monday => Self::Monday,
            WeekdayName::Tuesday => Self::Tuesday,
            WeekdayName::Wednesday => Self::Wednesday,
            WeekdayName::Thursday => Self::Thursday,
            WeekdayName::Friday => Self::Friday,
            WeekdayName::Saturday => Self::Saturday,
            WeekdayName::Sunday => Self::Sunday,
        }
    }
}

impl Calendar {
    /// Whether the hall works on `date`.
    pub fn works_on(&self, date: Date) -> bool {
        if self.working_days.contains(&date) {
            return true;
        }
        !self.holidays.contains(&date) && !self.weekly_closed.iter().any(|day| Weekday::from(*day) == date.weekday())
    }
}

/// What kind of day it is to people's habits: cars and visitors come alike on days of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DayKind {
    /// A working day, make-up days included.
    Working,
    /// A Saturday that is neither holiday nor make-up day.
    Saturday,
    /// A Sunday or a holiday.
    Sunday,
}

impl Calendar {
    /// The kind of a day. Holidays and make-up days are what the calendar names; for the rest the weekday says it, whether the
    /// hall works on it or not, since a car park has its Saturdays all the same.
    pub fn kind(&self, date: Date) -> DayKind {
        if self.working_days.contains(&date) {
            return DayKind::Working;
        }
        match date.weekday() {
            _ if self.holidays.contains(&date) => DayKind::Sunday,
            Weekday::Saturday => DayKind::Saturday,
            Weekday::Sunday => DayKind::Sunday,
            _ => DayKind::Working,
        }
    }
}

impl Hours {
    /// The business date of a moment: the local date, but the small hours before `day_end` still belong to the day before.
    pub fn business_date(&self, at: Moment) -> Date {
        let today = at.zoned(&self.zone).datetime().date();
        let yesterday = today.yesterday().unwrap_or(today);
        // Compared as moments: where the clocks are put back, a local time before `day_end` may come a second time.
        if at < self.end_of(yesterday) { yesterday } else { today }
    }

    /// The first moment that no longer belongs to the business day `date`.
    ///
    /// Where the clocks are put forward over `day_end`, the day ends at the first moment after the gap.
    pub fn end_of(&self, date: Date) -> Moment {
        let next = date.tomorrow().unwrap_or(date).to_datetime(self.day_end);
        let end = self.zone.to_ambiguous_zoned_datetime(next);
        let in_gap = matches!(end.offset(), AmbiguousOffset::Gap { .. });
        // In a gap the earlier reading lies before the change, so the next change is the end of the gap.
        let end = if in_gap { end.earlier() } else { end.compatible() }.map(|zoned| zoned.timestamp());
        let Ok(end) = end else { return Moment(i64::MAX) };
        let change = self.zone.following(end).next().filter(|_| in_gap).map(|change| change.timestamp());
        Moment(change.unwrap_or(end).as_millisecond())
    }

    /// Whether tickets are issued to everybody at this moment.
    pub fn is_open(&self, at: Moment) -> bool {
        let local = at.zoned(&self.zone).datetime();
        self.calendar.works_on(local.date()) && local.time() >= self.open && local.time() < self.close
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(zone: &str) -> Hours {
        Hours {
            zone: TimeZone::get(zone).unwrap(),
            open: Time::constant(8, 30, 0, 0),
            close: Time::constant(17, 0, 0, 0),
            day_end: Time::constant(4, 0, 0, 0),
            calendar: Calendar {
                weekly_closed: vec![WeekdayName::Saturday, WeekdayName::Sunday],
                holidays: vec!["2026-10-01".parse().unwrap()],
                working_days: vec!["2026-10-10".parse().unwrap()],
            },
        }
    }

    fn at(text: &str) -> Moment {
        Moment(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    #[test]
    fn the_small_hours_belong_to_the_day_before() {
        let hours = hours("Asia/Shanghai");
        assert_eq!(hours.business_date(at("2026-11-24T03:59:59.999+08:00")).to_string(), "2026-11-23");
        assert_eq!(hours.business_date(at("2026-11-24T04:00:00+08:00")).to_string(), "2026-11-24");
        // 16:00 UTC is midnight in Shanghai: no new day yet.
        assert_eq!(hours.business_date(at("2026-11-23T16:00:00Z")).to_string(), "2026-11-23");
        assert_eq!(hours.end_of("2026-11-23".parse().unwrap()), at("2026-11-24T04:00:00+08:00"));
    }

    #[test]
    fn a_business_day_is_a_partition_of_time_even_where_clocks_change() {
        for zone in ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"] {
            let mut hours = hours(zone);
            for day_end in
                [Time::constant(2, 0, 0, 0), Time::constant(2, 30, 0, 0), Time::constant(4, 0, 0, 0), Time::midnight()]
            {
                hours.day_end = day_end;
                let mut moment = at("2026-01-01T12:00:00Z");
                for _ in 0..366 {
                    let date = hours.business_date(moment);
                    let end = hours.end_of(date);
                    assert!(end > moment, "{zone} {date}");
                    assert!(hours.business_date(end) > date, "{zone} {date} ends at {end:?}");
                    assert_eq!(hours.business_date(Moment(end.0 - 1)), date, "{zone} {date}");
                    moment = moment.plus_ms(86_400_000);
                }
                let mut date = hours.business_date(at("2026-01-01T00:00:00Z"));
                for tenths in 0..366 * 24 * 6 {
                    let next = hours.business_date(at("2026-01-01T00:00:00Z").plus_ms(tenths * 600_000));
                    assert!(next >= date, "{zone}: {date} came back after {next}");
                    date = next;
                }
            }
        }
    }

    #[test]
    fn weekends_holidays_and_make_up_days() {
        let hours = hours("Asia/Shanghai");
        assert!(hours.is_open(at("2026-11-23T08:30:00+08:00")), "a Monday at opening");
        assert!(!hours.is_open(at("2026-11-23T08:29:59+08:00")));
        assert!(!hours.is_open(at("2026-11-23T17:00:00+08:00")));
        assert!(!hours.is_open(at("2026-11-22T10:00:00+08:00")), "a Sunday");
        assert!(!hours.is_open(at("2026-10-01T10:00:00+08:00")), "National Day");
        assert!(hours.is_open(at("2026-10-10T10:00:00+08:00")), "a Saturday made a working day");
    }

    #[test]
    fn a_day_is_of_the_kind_that_the_calendar_or_the_weekday_says() {
        let calendar = hours("Asia/Shanghai").calendar;
        let kind = |date: &str| calendar.kind(date.parse().unwrap());
        assert_eq!(kind("2026-11-23"), DayKind::Working);
        assert_eq!(kind("2026-11-21"), DayKind::Saturday);
        assert_eq!(kind("2026-11-22"), DayKind::Sunday);
        assert_eq!(kind("2026-10-01"), DayKind::Sunday, "National Day");
        assert_eq!(kind("2026-10-10"), DayKind::Working, "a Saturday made a working day");
    }

    #[test]
    fn text_carries_the_offset_of_the_hall() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        assert_eq!(at("2026-11-23T00:31:02.120Z").rfc3339(&zone), "2026-11-23T08:31:02.120+08:00");
    }
}
