//! Hall files: what is read, what is refused, and where the fault is said to lie.

#![allow(clippy::unwrap_used, reason = "a file that cannot be set up must fail")]

use hall::Settings;
use hall::settings::{HallFile, ServiceCode, WindowKind};
use toml::{Table, Value};

const GOOD: &str = r#"
[hall]
name = { zh = "试验大厅", en = "Test hall" }
time_zone = "Asia/Shanghai"
open = "08:30"
close = "17:00"
profile = "green-first"
max_wait_min = 90
min_calls = 2
min_call_s = 30

[hall.calendar]
weekly_closed = ["saturday", "sunday"]
holidays = ["2026-10-01"]
working_days = ["2026-10-10"]

[[zones]]
code = "A"
name = "Zone A"

[[departments]]
code = "TAX"
name = { zh = "税务局", en = "Tax bureau" }

[[services]]
code = "VAT"
name = { zh = "增值税", en = "Value added tax" }
department = "TAX"
series = "A"
expected_service_s = 300
real_name = true
promised_days = 3
statutory_days = 20

[[services]]
code = "OTHER"
name = "Other matters"
series = "BK"

[[windows]]
number = 7
zone = "A"
services = ["VAT"]
kind = "dedicated"

[[windows]]
numbers = "1-3, 10"
zone = "A"
services = ["VAT", "OTHER"]
"#;

/// The good file after one change.
fn changed(change: impl FnOnce(&mut Table)) -> Result<Settings, String> {
    let mut table: Table = GOOD.parse().unwrap();
    change(&mut table);
    let file: HallFile = table.try_into().map_err(|error: toml::de::Error| error.to_string())?;
    Settings::try_from(file).map_err(|bad| bad.to_string())
}

/// The nth of an array of tables.
fn nth<'a>(table: &'a mut Table, array: &str, index: usize) -> &'a mut Table {
    table[array].as_array_mut().unwrap()[index].as_table_mut().unwrap()
}

fn set(table: &mut Table, key: &str, value: impl Into<Value>) {
    table.insert(key.to_owned(), value.into());
}

fn refused(what: &str, change: impl FnOnce(&mut Table)) {
    let error = changed(change).unwrap_err();
    assert!(error.starts_with(what), "{error:?} does not begin with {what:?}");
}

#[test]
fn a_good_file_is_read_and_written_back() {
    let settings: Settings = toml::from_str(GOOD).unwrap();
    assert_eq!(settings.hall().name.zh(), "试验大厅");
    assert_eq!(settings.hall().day_end, "04:00");
    assert_eq!(settings.windows().map(|(number, _)| number).collect::<Vec<_>>(), [1, 2, 3, 7, 10]);
    assert_eq!(settings.window(7).unwrap().kind, WindowKind::Dedicated);
    assert_eq!(settings.window(10).unwrap().kind, WindowKind::General);
    assert_eq!(settings.profile().max_wait_ms, 90 * 60_000);
    let other = settings.service(&ServiceCode::from("OTHER")).unwrap();
    assert_eq!((other.expected_service_s, other.real_name), (600, false));

    let text = toml::to_string(&settings).unwrap();
    let again: Settings = toml::from_str(&text).unwrap();
    assert_eq!(again, settings);
    assert_eq!(toml::to_string(&again).unwrap(), text);
    let json = serde_json::to_string(&settings).unwrap();
    assert_eq!(serde_json::from_str::<Settings>(&json).unwrap(), settings);
}

#[test]
fn defaults_are_those_of_the_contract() {
    let settings = changed(|file| {
        let hall = file["hall"].as_table_mut().unwrap();
        for key in ["profile", "max_wait_min", "min_calls", "min_call_s", "calendar"] {
            hall.remove(key);
        }
    })
    .unwrap();
    let hall = settings.hall();
    assert_eq!((hall.profile.as_str(), hall.day_end.as_str()), ("default", "04:00"));
    assert_eq!((hall.max_wait_min, hall.min_calls, hall.min_call_s), (120, 1, 0));
    assert_eq!(settings.profile().name, "default");
}

#[test]
fn a_profile_is_changed_by_name() {
    let settings: Settings = toml::from_str(GOOD).unwrap();
    for name in ["first-come", "green-first", "default"] {
        let other = settings.with_profile(name).unwrap();
        assert_eq!(other.profile().name, name);
        assert_eq!(other.hall().profile, name);
    }
    let error = settings.with_profile("fair").unwrap_err().to_string();
    assert_eq!(error, r#"hall.profile: unknown profile "fair"; there are: first-come, green-first, default"#);
}

#[test]
fn names_nobody_knows_are_refused_where_they_stand() {
    refused(r#"windows[1].zone: unknown zone "Q""#, |file| set(nth(file, "windows", 1), "zone", "Q"));
    refused(r#"windows[0].services: unknown service "FOO""#, |file| {
        set(nth(file, "windows", 0), "services", vec!["VAT", "FOO"]);
    });
    refused(r#"services[0].department: unknown department "LAW""#, |file| {
        set(nth(file, "services", 0), "department", "LAW");
    });
    refused("hall.profile: unknown profile", |file| set(file["hall"].as_table_mut().unwrap(), "profile", "strict"));
    refused("hall.time_zone: unknown time zone", |file| {
        set(file["hall"].as_table_mut().unwrap(), "time_zone", "Asia/Ningbo");
    });
}

#[test]
fn what_stands_twice_is_refused() {
    refused("windows[1].numbers: window 7 stands twice", |file| set(nth(file, "windows", 1), "numbers", "5-9"));
    refused("windows[1].numbers: window 3 stands twice", |file| set(nth(file, "windows", 1), "numbers", "1-3, 3"));
    refused(r#"services[1].code: "VAT" stands twice"#, |file| set(nth(file, "services", 1), "code", "VAT"));
    for array in ["zones", "departments"] {
        refused(&format!("{array}[1].code:"), |file| {
            let first = file[array].as_array().unwrap()[0].clone();
            file[array].as_array_mut().unwrap().push(first);
        });
    }
}

#[test]
fn window_numbers_are_one_or_a_range_from_1_to_9999() {
    for numbers in ["3-1", "0-3", "1-", "-4", "1;3", "", "1-3,", "a", "9999-10000", "1-2-3"] {
        refused("windows[1].numbers:", |file| set(nth(file, "windows", 1), "numbers", numbers));
    }
    for number in [0, 10_000] {
        refused("windows[0].number:", |file| set(nth(file, "windows", 0), "number", number));
    }
    refused("windows[0].number: give either", |file| set(nth(file, "windows", 0), "numbers", "1-3"));
    refused("windows[0].numbers: give either", |file| {
        nth(file, "windows", 0).remove("number");
    });
}

#[test]
fn a_series_is_one_or_two_letters_that_cannot_be_misread() {
    for series in ["I", "AO", "a", "", "ABC", "1"] {
        refused("services[1].series:", |file| set(nth(file, "services", 1), "series", series));
    }
}

#[test]
fn times_are_times_and_in_order() {
    let hall = |key: &'static str, value: &'static str| {
        move |file: &mut Table| set(file["hall"].as_table_mut().unwrap(), key, value)
    };
    refused("hall.open: \"8.30\" is not a time of day", hall("open", "8.30"));
    refused("hall.close: \"25:00\" is not a time of day", hall("close", "25:00"));
    refused("hall.day_end: \"\" is not a time of day", hall("day_end", ""));
    refused("hall.close: 08:30 is not after open", hall("close", "08:30"));
    refused("hall.day_end: 09:00 lies after open", hall("day_end", "09:00"));
    for minutes in [0, 1441] {
        refused("hall.max_wait_min:", |file| set(file["hall"].as_table_mut().unwrap(), "max_wait_min", minutes));
    }
    for seconds in [0, 86_401] {
        refused("services[0].expected_service_s:", |file| {
            set(nth(file, "services", 0), "expected_service_s", seconds);
        });
    }
}

#[test]
fn a_hall_has_windows_and_services_but_not_without_end() {
    refused("windows: a hall has 1 to 2000 windows, this file has 0", |file| {
        set(file, "windows", Vec::<Value>::new());
    });
    refused("services: a hall has 1 to 2000 services, this file has 0", |file| {
        set(file, "services", Vec::<Value>::new());
        set(file, "windows", Vec::<Value>::new());
    });
    refused("windows: a hall has 1 to 2000 windows, this file has 9999", |file| {
        file["windows"].as_array_mut().unwrap().truncate(1);
        let window = nth(file, "windows", 0);
        window.remove("number");
        set(window, "numbers", "1-9999");
    });
    for code in [String::new(), "x".repeat(41)] {
        refused("zones[0].code: must have 1 to 40 characters", |file| set(nth(file, "zones", 0), "code", code));
    }
}

#[test]
fn a_key_that_nobody_knows_is_refused_with_its_line() {
    for (line, section) in
        [("opens = \"08:00\"", "[hall]"), ("colour = \"red\"", "[[zones]]"), ("x = 1", "[[windows]]")]
    {
        let text = GOOD.replacen(section, &format!("{section}\n{line}"), 1);
        let error = toml::from_str::<Settings>(&text).unwrap_err().to_string();
        assert!(error.contains("unknown field") && error.contains(line), "{error}");
    }
}

#[test]
fn a_refusal_in_a_file_says_the_path() {
    let text = GOOD.replace("zone = \"A\"\nservices = [\"VAT\"]", "zone = \"Q\"\nservices = [\"VAT\"]");
    let error = toml::from_str::<Settings>(&text).unwrap_err().to_string();
    assert!(error.contains("windows[0].zone"), "{error}");
}

/// The good file with this section of tickets.
fn with_ticket(section: &str) -> Result<Settings, String> {
    let ticket: Table = section.parse().unwrap();
    changed(|file| set(file, "ticket", ticket))
}

#[test]
fn settings_of_before_there_were_templates_are_read_and_written_unchanged() {
    let settings: Settings = toml::from_str(GOOD).unwrap();
    assert_eq!(settings.ticket(), None);
    let stored = serde_json::to_string(&settings).unwrap();
    assert!(!stored.contains("ticket"), "an event of a hall without a template is what it was: {stored}");
    // As it stands in logs: the fields of the first version, in its order.
    let event = format!(r#"{{"type":"hall.configured","settings":{stored}}}"#);
    let event: hall::Event = serde_json::from_str(&event).unwrap();
    assert!(matches!(event, hall::Event::HallConfigured { settings: read } if *read == settings));
}

#[test]
fn a_template_of_tickets_is_read_and_written_back() {
    let section = r#"
        header = { zh = "大厅", en = "Hall" }
        notice = "12345"
        languages = ["en"]
        columns = [42]
        date = "day-first"
        lines = [{ part = "number", size = 8, align = "right", bold = false }, { part = "notice" }, { part = "feed", feed = 2 }]
    "#;
    let settings = with_ticket(section).unwrap();
    assert_eq!(settings.ticket().unwrap().lines().len(), 3);
    let again: Settings = toml::from_str(&toml::to_string(&settings).unwrap()).unwrap();
    assert_eq!(again, settings);
    let json = serde_json::to_string(&settings).unwrap();
    assert_eq!(serde_json::from_str::<Settings>(&json).unwrap(), settings);
    let plain = with_ticket("").unwrap();
    assert_eq!(plain.ticket().unwrap(), &hall::settings::ticket::TicketTemplate::plain());
}

#[test]
fn templates_that_cannot_be_are_refused_where_they_stand() {
    let number = r#"{ part = "number" }"#;
    let long = "字".repeat(121);
    let lines = |line: &str| format!("lines = [{number}, {line}]");
    for (section, what) in [
        ("languages = []".to_owned(), "ticket.languages: give zh, en or both"),
        ("languages = [\"zh\", \"zh\"]".to_owned(), "ticket.languages: give zh, en or both"),
        ("columns = []".to_owned(), "ticket.columns: paper has"),
        ("columns = [40]".to_owned(), "ticket.columns: paper has"),
        ("columns = [48, 48]".to_owned(), "ticket.columns: paper has"),
        (format!("header = \"{long}\""), "ticket.header: a text has 1 to 120"),
        ("notice = { zh = \"好\", en = \" \" }".to_owned(), "ticket.notice: a text has 1 to 120"),
        ("notice = \"a\\nb\"".to_owned(), "ticket.notice: a text has 1 to 120"),
        (format!("notice = \"a\"\nlines = [{number}]"), "ticket.notice: no line has the part notice"),
        (lines("{ part = \"notice\" }"), "ticket.lines[1].part: the template has no notice"),
        (lines(number), "ticket.lines: a ticket has the part number exactly once"),
        ("lines = [{ part = \"rule\" }]".to_owned(), "ticket.lines: a ticket has the part number exactly once"),
        (lines("{ part = \"qr\" }, { part = \"qr\" }"), "ticket.lines: a ticket has the part qr once"),
        (lines(&"{ part = \"rule\" },".repeat(40)), "ticket.lines: a ticket has 1 to 40 lines"),
        (lines("{ part = \"rule\", bold = true }"), "ticket.lines[1].part: this part takes no size"),
        (lines("{ part = \"reprint\", size = 1 }"), "ticket.lines[1].part: this part takes no size"),
        (lines("{ part = \"text\" }"), "ticket.lines[1].text: the part text has a text"),
        (lines("{ part = \"wait\", text = \"a\" }"), "ticket.lines[1].text: the part text has a text"),
        (lines("{ part = \"text\", text = \"\" }"), "ticket.lines[1].text: a text has 1 to 120"),
        (lines("{ part = \"feed\", feed = 11 }"), "ticket.lines[1].feed: the part feed has 1 to 10"),
        (lines("{ part = \"wait\", feed = 1 }"), "ticket.lines[1].feed: the part feed has 1 to 10"),
        (lines("{ part = \"wait\", size = 0 }"), "ticket.lines[1].size: a size is 1 to 8"),
        (lines("{ part = \"wait\", size = 9 }"), "ticket.lines[1].size: a size is 1 to 8"),
        (
            "lines = [{ part = \"number\", size = 7 }]".to_owned(),
            "ticket.lines[0].size: a number of this size is wider",
        ),
        (lines("{ part = \"person\" }"), "unknown variant `person`"),
        (lines("{ part = \"wait\", colour = 1 }"), "unknown field `colour`"),
        ("logo = true".to_owned(), "unknown field `logo`"),
    ] {
        let error = with_ticket(&section).unwrap_err();
        assert!(error.starts_with(what), "{section}: {error:?} does not begin with {what:?}");
    }
    // `BK001` is five letters: 35 columns at size 7 are too many for 58 mm, and none too many for 80 mm.
    with_ticket("columns = [48, 42]\nlines = [{ part = \"number\", size = 7 }]").unwrap();
}
