//! `GET /metrics`: how the devices are and what was counted, as Prometheus text.

use std::fmt::Write as _;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use protocol::bridge::DeviceState;

use super::App;
use crate::bridge::Bridge;
use crate::words::word;

/// A series of every device: name, kind, help, and its value.
type Series = (&'static str, &'static str, &'static str, fn(&crate::device::Counted) -> u64);

const COUNTED: [Series; 5] = [
    ("paihao_bridge_port_opened_total", "counter", "How often the port was opened.", |counted| counted.opened),
    ("paihao_bridge_port_not_opened_total", "counter", "How often the port could not be opened.", |counted| {
        counted.not_opened
    }),
    ("paihao_bridge_port_lost_total", "counter", "How often the port was lost while open.", |counted| counted.lost),
    ("paihao_bridge_bytes_in_total", "counter", "Bytes from the device.", |counted| counted.bytes_in),
    ("paihao_bridge_bytes_out_total", "counter", "Bytes that the port took for the device.", |counted| {
        counted.bytes_out
    }),
];
const STATES: [DeviceState; 3] = [DeviceState::Ready, DeviceState::Degraded, DeviceState::Gone];

/// The text.
pub async fn metrics(State(bridge): State<App>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text(&bridge)).into_response()
}

fn text(bridge: &Bridge) -> String {
    let devices: Vec<_> = bridge.devices.iter().map(|known| (known.now(), known.counters.read())).collect();
    let mut text = String::new();
    // Names are of a-z, 0-9 and '-': nothing has to be escaped. A String takes everything.
    let _ = writeln!(text, "# HELP paihao_bridge_device_state 1 for the state that the device is in.");
    let _ = writeln!(text, "# TYPE paihao_bridge_device_state gauge");
    for (device, _) in &devices {
        for state in STATES {
            let (kind, is, state) = (word(device.kind), u8::from(device.state == state), word(state));
            let _ = writeln!(
                text,
                "paihao_bridge_device_state{{kind=\"{kind}\",name=\"{}\",state=\"{state}\"}} {is}",
                device.name
            );
        }
    }
    for (name, of, help, value) in COUNTED {
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {of}");
        for (device, counted) in &devices {
            let _ =
                writeln!(text, "{name}{{kind=\"{}\",name=\"{}\"}} {}", word(device.kind), device.name, value(counted));
        }
    }
    if let Some(outbox) = bridge.outbox.as_ref().map(crate::passages::Outbox::status) {
        for (name, of, help, value) in [
            ("paihao_bridge_passages_waiting", "gauge", "Passages that wait for the hall.", outbox.waiting),
            ("paihao_bridge_passages_taken_total", "counter", "Passages that the hall has taken.", outbox.taken),
            ("paihao_bridge_passages_refused_total", "counter", "Passages that the hall has refused.", outbox.refused),
            ("paihao_bridge_passages_on_disk", "gauge", "1 while what waits is on the disk.", outbox.on_disk.into()),
        ] {
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {of}\n{name} {value}");
        }
    }
    let tasks = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let _ = writeln!(text, "# HELP paihao_bridge_tasks Tasks that live.\n# TYPE paihao_bridge_tasks gauge");
    let _ = writeln!(text, "paihao_bridge_tasks {tasks}");
    text
}
