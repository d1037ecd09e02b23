//! The widest ticket of a hall: what a template is tried with.

use hall::Settings;
use hall::settings::Name;
use hall::settings::ticket::TicketTemplate;
use protocol::kiosk::Place;
use protocol::ticket::PaperNote;
use protocol::{Eta, Text};

use super::{Setter, Values, width};

/// A ticket with the longest names of this hall in Chinese or in English, and `link` as its code.
pub fn longest(settings: &Settings, english: bool, link: &str) -> Values {
    let file = settings.file();
    let wide = |name: &&Name| width(if english { name.en() } else { name.zh() });
    let service = file.services.iter().map(|service| &service.name).max_by_key(wide);
    let zone = file.zones.iter().max_by_key(|zone| wide(&&zone.name));
    let letters = file.services.iter().map(|service| service.series.as_str()).max_by_key(|series| series.len());
    let at = "2026-11-23T09:41:00+08:00".to_owned();
    Values {
        hall: Text::from(&settings.hall().name),
        service: service.map_or_else(|| Text { zh: String::new(), en: String::new() }, Text::from),
        place: Place {
            zone: zone.map(|zone| zone.code.clone()),
            name: zone.map(|zone| Text::from(&zone.name)),
            windows: "1–21, 23".into(),
        },
        number: format!("{}128", letters.unwrap_or("A")),
        class: "elder".into(),
        ahead: 28,
        eta: Some(Eta { low_s: 5_100, median_s: 6_000, high_s: 7_200 }),
        business_date: "2026-11-23".into(),
        issued_at: at.clone(),
        link: Some(link.to_owned()),
        copy: 0,
        printed_at: at,
    }
}

/// What gives way on any ticket of this hall, for one width of paper.
pub fn notes(setter: &Setter, template: &TicketTemplate, settings: &Settings, columns: usize) -> Vec<PaperNote> {
    let link = format!("https://hall.invalid/t/{}", "0".repeat(32));
    let mut notes = setter.set(template, &longest(settings, false, &link), columns).notes;
    for note in setter.set(template, &longest(settings, true, &link), columns).notes {
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    notes.sort_by_key(|note| note.line);
    notes
}
