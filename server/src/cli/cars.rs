//! `cars`: a day of a car park made up, for `replay`.

use clap::Args;
use hall::simulate::cars::{CAPACITY, CarDay, LOT, OVERNIGHT};

use crate::replay::recorded_cars;

/// Prints a day of a car park with the faults of real ones (tailgating, misread plates, lost and repeated pushes, a camera that is dead
/// for an hour) and what is true of it, for `replay`.
#[derive(Debug, Args)]
pub struct Cars {
    /// Another seed, another day.
    #[arg(long, value_name = "N", default_value_t = 20_261_127)]
    seed: u64,
    /// Cars that come in.
    #[arg(long, value_name = "N", default_value_t = 4_000, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    entries: u32,
    /// Print a hall file with the day's car park instead.
    #[arg(long)]
    hall: bool,
}

impl Cars {
    /// Prints it.
    pub fn run(self) -> anyhow::Result<()> {
        if self.hall {
            print!("{}", hall_file());
            return Ok(());
        }
        let rows = CarDay { seed: self.seed, entries: self.entries }.rows();
        Ok(recorded_cars::write(&rows, std::io::stdout().lock())?)
    }
}

/// A hall with the car park of a made-up day.
pub fn hall_file() -> String {
    format!(
        r#"[hall]
name = {{ zh = "停车场回放", en = "Replay of a car park" }}
time_zone = "Asia/Shanghai"
open = "08:30"
close = "17:00"

[[zones]]
code = "A"
name = "A"

[[services]]
code = "S"
name = "S"
series = "A"

[[windows]]
number = 1
zone = "A"
services = ["S"]

[[lots]]
code = "{LOT}"
name = {{ zh = "地下停车场", en = "Underground car park" }}
kind = "underground"
capacity = {{ ordinary = {CAPACITY} }}
overnight = {{ ordinary = {OVERNIGHT} }}
lanes = [
    {{ code = "in-1", direction = "in" }},
    {{ code = "in-2", direction = "in" }},
    {{ code = "out-1", direction = "out" }},
    {{ code = "out-2", direction = "out" }},
]
"#
    )
}
