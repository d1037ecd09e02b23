//! The crowd that is about to come, and how many windows it takes.
//!
//! Who drives to the hall parks before he takes a ticket. So the tickets of the next half hour are expected from three things:
//! how many are usual at this time on such a day, how busy today has been so far, and how many more cars than usual have just
//! come in, as far as past days show that tickets follow cars ([`expected`]). Against that stands what the open windows can do
//! ([`windows`]).

pub mod arrivals;
mod day_record;
pub mod expected;
mod lead;
pub mod table;
pub mod windows;

pub use arrivals::Arrivals;
pub use day_record::DayRecord;
pub use expected::{Appointments, Slot, expected_arrivals};
pub use table::{Crowd, Foresight, LotOutlook};
pub use windows::{Advice, Outlook, Point, Why, advice, can_serve, outlook};
