//! `paihao forecast` on recorded car parks.

use std::fmt::Write as _;

use serde_json::Value;

use crate::run;

const HEADER: &str = "ts_utc,place_id,capacity,free,note\n";

/// Three weeks of a lot that fills every morning, on working days more, and of one that never changes; changes only.
fn recording() -> String {
    let mut text = HEADER.to_owned();
    let mut wobble = 7_u32;
    for day in 4..25 {
        let most = if (day - 4) % 7 < 5 { 60 } else { 20 };
        for hour in 0..24_i32 {
            wobble = (wobble * 37 + 11) % 101;
            let taken = 10 + most * (hour - 4).clamp(0, 6) / 6 - most * (hour - 14).clamp(0, 6) / 6;
            let free = 100 - taken - wobble as i32 % 5;
            writeln!(text, "2026-05-{day:02}T{hour:02}:{:02}:01+00:00,north,100,{free},x", wobble % 60).unwrap();
        }
    }
    text + "2026-05-24T23:59:59Z,still,50,20,\n"
}

#[test]
fn recorded_lots_are_scored_against_simple_guesses() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("lots.csv");
    std::fs::write(&file, recording()).unwrap();
    let file = file.to_str().unwrap();

    let json = run(&["forecast", file, "--json", "--learn-days", "14", "--holidays", "2026-05-14,2026-05-21"], &[]);
    assert_eq!(json.code, 0, "{json:?}");
    let figures: Value = serde_json::from_str(&json.out).unwrap();
    let place = &figures["places"][0];
    assert_eq!((&place["place"], &place["capacity"], &place["days"]), (&"north".into(), &100.into(), &21.into()));
    let methods: Vec<_> =
        place["methods"].as_array().unwrap().iter().map(|line| line["method"].as_str().unwrap()).collect();
    assert_eq!(methods, ["paihao", "persistence", "last_week"]);
    let [ours, persistence] = [0, 1].map(|method| &place["methods"][method]["scores"][1]);
    assert_eq!((&ours["horizon_min"], &ours["predictions"]), (&60.into(), &(7 * 12 * 12).into()));
    assert!(ours["mae_percent"].as_f64() < persistence["mae_percent"].as_f64(), "{ours} {persistence}");
    assert!(ours["coverage"].as_f64().unwrap() > 0.6 && persistence.get("coverage").is_none(), "{ours} {persistence}");
    assert_eq!(figures["places"][1]["methods"][0]["scores"], Value::Array(Vec::new()), "nothing is known of it");

    let table = run(&["forecast", file, "--from", "6", "--to", "9"], &[]);
    assert_eq!(table.code, 0, "{table:?}");
    for words in [
        "north: 100 bays, 21 days, the first 10",
        "paihao",
        "persistence",
        "same time last week",
        "396 and 396 forecasts",
    ] {
        assert!(table.out.contains(words), "{words} is missing: {}", table.out);
    }
}

#[test]
fn a_faulty_recording_is_refused_by_line_and_what_cannot_be_scored_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("lots.csv");
    let file = path.to_str().unwrap();
    let refused = |text: &str, args: &[&str], words: &[&str]| {
        std::fs::write(&path, text).unwrap();
        let ended = run(&[&["forecast", file, "--json"], args].concat(), &[]);
        assert_eq!((ended.code, ended.out.as_str()), (1, ""), "{ended:?}");
        assert!(words.iter().all(|words| ended.err.contains(words)), "{words:?}: {}", ended.err);
    };
    let row = "2026-05-04T00:00:00Z,north,100,50,\n";
    let faulty = format!("{HEADER}{row}noon,north,100,50,\n\n2026-05-04T00:00:00Z,north,none,50,\n");
    refused(&faulty, &[], &["2 faulty rows", &format!("{file}:3: "), &format!("{file}:5: ")]);
    refused("ts_utc,place_id,capacity\n", &[], &["there is no column free"]);
    refused(&format!("{HEADER}{row}"), &[], &["nothing can be scored"]);
    refused(&recording(), &["--from", "9", "--to", "9"], &["--from 9 is not before --to 9"]);
}
