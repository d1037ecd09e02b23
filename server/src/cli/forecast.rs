//! `forecast`: recorded car parks, and how well their fill would have been forecast.

use std::path::PathBuf;

use clap::Args;
use hall::parking::forecast::score::{HORIZONS, Line, Method, Score, Trial, walk};
use hall::time::Calendar;
use jiff::civil::Date;
use serde::Serialize;

use crate::replay::recorded_lots::{self, Lot};

/// The recording is walked through forwards: every five minutes a forecast is made from what was there until then.
#[derive(Debug, Args)]
pub struct Forecast {
    /// The recording: changes, with the columns `ts_utc`, `place_id`, `capacity` and `free`.
    #[arg(value_name = "FILE.csv")]
    file: PathBuf,
    /// Score nothing on the first N days; without it, on the first half. Before the eighth day there is no last week to compare with.
    #[arg(long, value_name = "N")]
    learn_days: Option<usize>,
    /// Score forecasts made from this hour of each day, UTC, …
    #[arg(long, value_name = "HOUR", default_value_t = 5, value_parser = clap::value_parser!(u16).range(0..=23))]
    from: u16,
    /// … and before this one.
    #[arg(long, value_name = "HOUR", default_value_t = 17, value_parser = clap::value_parser!(u16).range(1..=24))]
    to: u16,
    /// Dates on which people do as on Sundays.
    #[arg(long, value_name = "DATE,…", value_delimiter = ',')]
    holidays: Vec<Date>,
    /// Print the figures as JSON.
    #[arg(long)]
    json: bool,
}

/// The figures of one car park.
#[derive(Debug, Serialize)]
struct Figures {
    place: String,
    capacity: u32,
    days: usize,
    learn_days: usize,
    methods: Vec<Line>,
}

impl Forecast {
    pub fn run(self) -> anyhow::Result<()> {
        anyhow::ensure!(self.from < self.to, "--from {} is not before --to {}", self.from, self.to);
        let calendar = Calendar { holidays: self.holidays.clone(), ..Calendar::default() };
        let lots = recorded_lots::load(&self.file, &calendar)?;
        let places: Vec<Figures> = lots.into_iter().map(|(place, lot)| self.place(place, &lot)).collect();
        anyhow::ensure!(
            places.iter().any(|place| place.methods.iter().any(|line| !line.scores.is_empty())),
            "{}: nothing can be scored: {} days, the first {} of them to learn from, and a week before any forecast",
            self.file.display(),
            places.first().map_or(0, |place| place.days),
            places.first().map_or(0, |place| place.learn_days),
        );
        if self.json {
            println!("{}", serde_json::to_string_pretty(&serde_json::json!({ "places": places }))?);
        } else {
            places.iter().for_each(print);
        }
        Ok(())
    }

    fn place(&self, place: String, lot: &Lot) -> Figures {
        let learn_days = self.learn_days.unwrap_or(lot.days.len() / 2);
        let trial = Trial { capacity: lot.capacity, learn_days, from_min: self.from * 60, to_min: self.to * 60 };
        let methods = walk(&lot.days, &trial);
        Figures { place, capacity: lot.capacity, days: lot.days.len(), learn_days, methods }
    }
}

fn print(place: &Figures) {
    println!(
        "{}: {} bays, {} days, the first {} to learn from",
        place.place, place.capacity, place.days, place.learn_days
    );
    print!("{:24}", "mean error, % of bays");
    for minutes in HORIZONS {
        print!("{:>8} min{:>12}{:>10}{:>10}", minutes, "persist. =1", "in 80 %", "moving");
    }
    println!();
    for line in &place.methods {
        print!("  {:22}", name(line.method));
        for minutes in HORIZONS {
            match line.scores.iter().find(|score| score.horizon_min == minutes) {
                Some(score) => print!(
                    "{:>12.2}{:>12}{:>10}{:>10}",
                    score.mae_percent,
                    score.to_persistence.map_or_else(|| "-".to_owned(), |times| format!("{times:.3}")),
                    percent(score.coverage),
                    percent(score.coverage_moving)
                ),
                None => print!("{:>12}{:>12}{:>10}{:>10}", "-", "-", "-", "-"),
            }
        }
        println!();
    }
    let counted = |of: fn(&Score) -> usize| {
        let scores = place.methods.first().map(|line| line.scores.iter().map(of)).into_iter().flatten();
        scores.map(|count| count.to_string()).collect::<Vec<_>>().join(" and ")
    };
    println!(
        "  {} forecasts, {} of them while the count moved",
        counted(|score| score.predictions),
        counted(|score| score.moving.unwrap_or_default())
    );
    println!();
}

fn name(method: Method) -> &'static str {
    match method {
        Method::Paihao => "paihao",
        Method::Persistence => "persistence",
        Method::LastWeek => "same time last week",
    }
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "-".to_owned(), |share| format!("{:.1} %", share * 100.0))
}
