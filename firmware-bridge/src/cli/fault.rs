//! `paihao-bridge fault printer paper-out`: pulls a plug of a virtual device of a running bridge, and puts it back.

use std::path::Path;

use anyhow::{Context as _, bail};
use locales::{Language, Words};
use serde_json::{Map, Value};

use super::client::{Client, LIMIT};

/// The faults of one kind of device: what the technician calls them, and the plugs that make them.
struct Family {
    /// The kind.
    kind: &'static str,
    /// Where its devices stand in `/v1/virtual`.
    list: &'static str,
    /// Fault and plugs.
    faults: &'static [(&'static str, &'static str)],
}

const FAMILIES: &[Family] = &[
    Family {
        kind: "printer",
        list: "printers",
        faults: &[
            ("paper-out", r#"{"paper":"out"}"#),
            ("paper-near-end", r#"{"paper":"near-end"}"#),
            ("cover-open", r#"{"cover_open":true}"#),
            ("cutter-jam", r#"{"cutter_jam":true}"#),
            ("overheated", r#"{"overheated":true}"#),
            ("fault", r#"{"fault":true}"#),
            ("feed-button", r#"{"feed_button":true}"#),
            ("power-off", r#"{"power":false}"#),
            ("line-dead", r#"{"line":false}"#),
        ],
    },
    Family {
        kind: "reader",
        list: "readers",
        faults: &[
            ("line-dead", r#"{"line":false}"#),
            ("self-test", r#"{"self_test":false}"#),
            ("slow", r#"{"slow":true}"#),
        ],
    },
    Family {
        kind: "sign",
        list: "signs",
        faults: &[
            ("line-dead", r#"{"line":false}"#),
            ("power-off", r#"{"power":false}"#),
            ("garbled", r#"{"garbled":true}"#),
            ("busy", r#"{"busy":true}"#),
        ],
    },
    Family {
        kind: "speaker",
        list: "speakers",
        faults: &[
            ("line-dead", r#"{"line":false}"#),
            ("no-card", r#"{"card":false}"#),
            ("no-voice", r#"{"voice":false}"#),
            ("hangs", r#"{"hangs":true}"#),
            ("fails", r#"{"fails":true}"#),
        ],
    },
    Family {
        kind: "scanner",
        list: "scanners",
        faults: &[
            ("line-dead", r#"{"line":false}"#),
            ("garbage", r#"{"garbage":true}"#),
            ("split", r#"{"split":true}"#),
            ("no-line-end", r#"{"terminator":"none"}"#),
        ],
    },
    Family {
        kind: "pads",
        list: "pads",
        faults: &[
            ("line-dead", r#"{"line":false}"#),
            ("deaf", r#"{"hears":false}"#),
            ("noise", r#"{"noise":true}"#),
            ("collide", r#"{"collide":true}"#),
            ("repeats", r#"{"repeats":true}"#),
        ],
    },
    Family {
        kind: "lane",
        list: "lanes",
        faults: &[
            ("line-dead", r#"{"line":false}"#),
            ("loop-stuck", r#"{"stuck":"a"}"#),
            ("loop-dead", r#"{"dead":"a"}"#),
            ("glitches", r#"{"glitches":true}"#),
        ],
    },
    Family {
        kind: "gate",
        list: "gates",
        faults: &[
            ("line-dead", r#"{"line":false}"#),
            ("safety", r#"{"safety":true}"#),
            ("jammed", r#"{"jammed":true}"#),
        ],
    },
    Family { kind: "lamp", list: "lamps", faults: &[("line-dead", r#"{"line":false}"#)] },
];
/// Puts everything back.
const NONE: &str = "none";

/// Does it. `device` is a name, or nothing where there is one device of the kind.
pub async fn run(
    words: &Words,
    language: Language,
    socket: &Path,
    kind: Option<&str>,
    rest: &[String],
) -> anyhow::Result<()> {
    let Some(kind) = kind else {
        for family in FAMILIES {
            println!("{}", list(words, language, family));
        }
        return Ok(());
    };
    let family = FAMILIES.iter().find(|family| family.kind == kind);
    let family = family.with_context(|| {
        format!(
            "no kind {kind:?}; known are {}",
            FAMILIES.iter().map(|family| family.kind).collect::<Vec<_>>().join(", ")
        )
    })?;
    let (name, fault) = match rest {
        [] => {
            println!("{}", list(words, language, family));
            return Ok(());
        }
        [fault] => (None, fault),
        [name, fault] => (Some(name.as_str()), fault),
        _ => bail!("paihao-bridge fault KIND [NAME] FAULT"),
    };
    let plugs = plugs(family, fault)?;
    let bridge = Client::new(socket);
    let devices = bridge.get("/v1/virtual").await.context("is it started with --virtual-control?")?;
    let devices: Value = serde_json::from_slice(&devices)?;
    let names: Vec<&str> =
        devices[family.list].as_array().into_iter().flatten().filter_map(|device| device["name"].as_str()).collect();
    let name = match (name, names.as_slice()) {
        (Some(name), names) if names.contains(&name) => name,
        (None, [only]) => only,
        (_, names) => bail!("name one of the virtual devices of this kind: {}", names.join(", ")),
    };
    bridge.put(&format!("/v1/virtual/{}/{name}/plugs", family.list), &plugs, LIMIT).await?;
    let said = if fault == NONE { "fault-mended" } else { "fault-done" };
    println!("{}", words.say_with(language, said, &[("name", name.into()), ("fault", fault.as_str().into())]));
    Ok(())
}

fn list(words: &Words, language: Language, family: &Family) -> String {
    let faults = family.faults.iter().map(|(fault, _)| *fault).chain([NONE]).collect::<Vec<_>>().join(", ");
    words.say_with(language, "fault-list", &[("kind", family.kind.into()), ("faults", faults.into())])
}

/// The plugs of a fault: what is left out is as it should be.
fn plugs(family: &Family, fault: &str) -> anyhow::Result<Value> {
    if fault == NONE {
        return Ok(Value::Object(Map::new()));
    }
    let found = family.faults.iter().find(|(name, _)| *name == fault);
    let (_, plugs) = found.with_context(|| {
        let known = family.faults.iter().map(|(name, _)| *name).chain([NONE]).collect::<Vec<_>>().join(", ");
        format!("no fault {fault:?}; known are {known}")
    })?;
    Ok(serde_json::from_str(plugs)?)
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;

    use super::*;

    fn all_are<P: DeserializeOwned>(kind: &str) {
        let family = FAMILIES.iter().find(|family| family.kind == kind).unwrap();
        for (fault, _) in family.faults.iter().chain([&(NONE, "")]) {
            assert!(serde_json::from_value::<P>(plugs(family, fault).unwrap()).is_ok(), "{kind} {fault}");
        }
    }

    #[test]
    fn the_devices_know_the_plugs_of_every_fault() {
        all_are::<drivers::escpos::virtual_printer::Plugs>("printer");
        all_are::<drivers::samv::virtual_reader::Plugs>("reader");
        all_are::<drivers::sign::virtual_sign::Plugs>("sign");
        all_are::<drivers::speaker::virtual_speaker::Plugs>("speaker");
        all_are::<drivers::scanner::virtual_scanner::Plugs>("scanner");
        all_are::<drivers::pads::virtual_line::Plugs>("pads");
        all_are::<drivers::lane::virtual_lane::Plugs>("lane");
        all_are::<drivers::gate::virtual_gate::Plugs>("gate");
        all_are::<drivers::lamp::virtual_lamp::Plugs>("lamp");
    }
}
