//! What a technician types: `paihao-bridge check`, `probe` and `fault`, on a running bridge and on ports.

#![expect(clippy::unwrap_used, reason = "tests, and what they share")]

use std::path::Path;
use std::process::Command;

use protocol::bridge::{DeviceKind, DeviceState};
use tests::faults::bridge::Bridge;
use tests::faults::hosts::Host;
use tests::program;

/// One of every kind.
const DEVICES: &str = r#"
[[printers]]
name = "n"
model = "generic-80"
port = "virtual"
[[readers]]
name = "n"
model = "sam-v"
port = "virtual"
[[scanners]]
name = "n"
model = "serial"
port = "virtual"
[[signs]]
name = "n"
model = "onbon-5k"
port = "virtual"
width = 128
height = 32
[[speakers]]
name = "n"
model = "alsa"
port = "virtual"
[[pads]]
name = "n"
model = "pad-21"
port = "virtual"
pads = [5]
[[lanes]]
name = "n"
port = "virtual"
[[gates]]
name = "n"
port = "virtual"
[[lamps]]
name = "n"
port = "virtual"
"#;

const KINDS: [DeviceKind; 9] = [
    DeviceKind::Printer,
    DeviceKind::Reader,
    DeviceKind::Scanner,
    DeviceKind::Sign,
    DeviceKind::Speaker,
    DeviceKind::Pads,
    DeviceKind::Lane,
    DeviceKind::Gate,
    DeviceKind::Lamp,
];

/// What a command said, and whether it ended well.
async fn types(arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new(program::beside("paihao-bridge").unwrap());
    command.args(arguments).env("LANG", "en_GB.UTF-8");
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    println!("$ paihao-bridge {}\n{said}", arguments.join(" "));
    (output.status.success(), said)
}

async fn all_ready(bridge: &Bridge) {
    for kind in KINDS {
        bridge.api.is(kind, "n", DeviceState::Ready).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn check_reports_every_device_and_what_to_do() {
    let bridge = Bridge::start(DEVICES, &[]).unwrap();
    all_ready(&bridge).await;
    let config = bridge.dir().join("bridge.toml").display().to_string();
    let file = bridge.dir().join("report.txt");
    let report = file.display().to_string();
    let (good, said) = types(&["check", "--config", &config, "--report", &report]).await;
    assert!(good, "all is well");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), said);
    for kind in ["printer", "card reader", "scanner", "sign", "speaker", "call pads", "lane", "gate", "lamp"] {
        assert!(said.contains(&format!("[PASS] {kind} n (")), "{kind}");
    }
    let fault = async |arguments: &[&str]| types(&[&["fault", "--config", &config], arguments].concat()).await;
    assert!(fault(&["printer", "paper-out"]).await.0);
    assert!(fault(&["lane", "n", "line-dead"]).await.0);
    bridge.api.is(DeviceKind::Printer, "n", DeviceState::Degraded).await.unwrap();
    bridge.api.is(DeviceKind::Lane, "n", DeviceState::Gone).await.unwrap();
    let (good, said) = types(&["check", "--config", &config, "--language", "en"]).await;
    assert!(!good && said.matches("[FAIL]").count() >= 2, "both are named");
    assert!(said.contains("paper-out") && said.contains("Put a roll in"), "why, and what to do");
    let (good, said) = types(&["check", "--config", &config, "--language", "zh", "--no-paper"]).await;
    assert!(!good && said.contains("打印机 n") && said.contains('纸'));
    for kind in ["printer", "lane"] {
        assert!(fault(&[kind, "none"]).await.0);
    }
    all_ready(&bridge).await;
    assert!(types(&["check", "--config", &config, "--no-paper"]).await.0, "all is well again");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_is_said() {
    let bridge = Bridge::start(DEVICES, &[]).unwrap();
    let config = bridge.dir().join("bridge.toml").display().to_string();
    for (arguments, says) in [
        (["fault", "toaster", "hot"].as_slice(), "known are printer"),
        (&["fault", "printer", "hot"], "paper-out"),
        (&["fault", "printer", "other", "paper-out"], "name one of"),
    ] {
        let (good, said) = types(&[arguments, &["--config", &config]].concat()).await;
        assert!(!good && said.contains(says), "{arguments:?}: {said}");
    }
    let nowhere = bridge.dir().join("nowhere.sock").display().to_string();
    let (good, said) = types(&["check", "--config", &config, "--socket", &nowhere]).await;
    assert!(!good && said.contains(&nowhere));
    std::fs::write(bridge.dir().join("wrong.toml"), "[[printers]]\nname = \"A B\"\n").unwrap();
    let wrong = bridge.dir().join("wrong.toml").display().to_string();
    let (good, said) = types(&["check", "--settings-only", "--config", &wrong]).await;
    assert!(!good && said.contains("wrong.toml"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn probe_tells_what_answers_and_how_the_settings_name_it() {
    let (net, serial) = (Host::tcp("generic-80").await.unwrap(), Host::serial("generic-80").await.unwrap());
    let without_rate = serial.port.split('@').next().unwrap();
    let (good, said) = types(&["probe", &net.port, without_rate, "tcp:127.0.0.1:1", "virtual"]).await;
    assert!(good);
    let line = |port: &str| said.lines().find(|line| line.trim_start().starts_with(port)).unwrap();
    assert!(line(&net.port).contains("generic-80"));
    assert!(line(without_rate).contains(&format!("{without_rate}@115200")), "the rate at which it answered");
    assert!(!line("tcp:127.0.0.1:1").contains("generic-80"));
    assert!(line("virtual").contains("a virtual device has no port"));
    assert_eq!(net.printer.look(|printer| printer.tickets().len()), 0, "nothing was printed");
    assert!(Path::new(without_rate.trim_start_matches("serial:")).exists());
}
