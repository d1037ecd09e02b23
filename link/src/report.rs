//! Tells the hall's server how devices are (contract, "`bridge` (device states)"): after each change and every few seconds,
//! so that it notices a program that says nothing any more.

use std::time::Duration;

use hyper::Method;
use protocol::bridge::{Device, DeviceKind, DeviceState, Trouble};
use protocol::requests::ReportDevices;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::client::{Address, Ask};

/// How often devices are reported without a change. The server gives a program up after more than three of these.
pub const EVERY: Duration = Duration::from_secs(10);
/// Changes that follow each other are told together.
const SETTLE: Duration = Duration::from_millis(100);
/// How long an answer may take.
const LIMIT: Duration = Duration::from_secs(5);

/// Who reports, and to whom.
pub struct Reporter {
    server: Address,
    authorization: String,
    path: String,
}

impl std::fmt::Debug for Reporter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Not the token.
        write!(f, "Reporter({})", self.path)
    }
}

impl Reporter {
    /// A program of this name: letters, digits, `-`, `_` and `.`.
    pub fn new(server: Address, token: &str, program: &str) -> Self {
        Self { server, authorization: format!("Bearer {}", token.trim()), path: format!("/api/v1/devices/{program}") }
    }

    /// Reports for ever, or until nobody holds the other end.
    pub async fn run(&self, mut devices: watch::Receiver<Vec<Device>>) {
        let mut reached = true;
        loop {
            let now = devices.borrow_and_update().clone();
            let told = self.tell(now).await;
            // Said once, not every ten seconds.
            match &told {
                Ok(()) if !reached => tracing::info!(path = self.path, "the server hears of the devices again"),
                Err(error) if reached => {
                    tracing::warn!(path = self.path, error, "the server does not hear of the devices; trying again");
                }
                _ => {}
            }
            reached = told.is_ok();
            match timeout(EVERY, devices.changed()).await {
                Ok(Ok(())) => sleep(SETTLE).await,
                Ok(Err(_)) => return,
                Err(_) => {}
            }
        }
    }

    async fn tell(&self, devices: Vec<Device>) -> Result<(), String> {
        let body = serde_json::to_vec(&ReportDevices { devices }).map_err(|error| error.to_string())?.into();
        let headers = vec![("authorization", self.authorization.clone())];
        let ask = Ask { method: Method::PUT, path: &self.path, headers, body };
        match self.server.ask(ask, LIMIT).await {
            Ok((200..300, _)) => Ok(()),
            Ok((status, _)) => Err(format!("the server says {status}")),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// Programs that are devices themselves, such as a kiosk.
#[derive(Debug)]
pub struct Itself(watch::Sender<Vec<Device>>);

impl Itself {
    /// Devices of a kind by their names, which begin as ready; `port` is where they are found.
    pub fn new(kind: DeviceKind, names: &[String], model: &str, port: &str) -> Self {
        let since = wall();
        let device = |name: &String| Device {
            kind,
            name: name.clone(),
            model: model.to_owned(),
            port: port.to_owned(),
            state: DeviceState::Ready,
            why: None,
            since: since.clone(),
        };
        Self(watch::channel(names.iter().map(device).collect()).0)
    }

    /// How they are now.
    pub fn set(&self, state: DeviceState, why: Option<Trouble>) {
        self.0.send_if_modified(|devices| {
            let changed = devices.iter().any(|device| (device.state, device.why) != (state, why));
            if changed {
                let since = wall();
                for device in devices {
                    (device.state, device.why, device.since) = (state, why, since.clone());
                }
            }
            changed
        });
    }

    /// For a [`Reporter`].
    pub fn devices(&self) -> watch::Receiver<Vec<Device>> {
        self.0.subscribe()
    }
}

#[expect(clippy::disallowed_methods, reason = "since when a program is as it is; only for people")]
fn wall() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%3f+00:00").to_string()
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    fn printer(state: DeviceState) -> Device {
        Device {
            kind: DeviceKind::Printer,
            name: "front".into(),
            model: "generic-80".into(),
            port: "virtual".into(),
            state,
            why: None,
            since: "2026-11-23T09:00:00Z".into(),
        }
    }

    /// Reads a request to the end of its body and answers.
    async fn take(listener: &TcpListener, status: &str) -> String {
        let (mut stream, _): (TcpStream, _) = listener.accept().await.unwrap();
        let mut text = String::new();
        while !text.ends_with("]}") {
            let mut bytes = [0; 4096];
            let read = stream.read(&mut bytes).await.unwrap();
            assert!(read > 0, "it ended at {text}");
            text.push_str(std::str::from_utf8(&bytes[..read]).unwrap());
        }
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
        stream.write_all(answer.as_bytes()).await.unwrap();
        text
    }

    #[test]
    fn a_program_says_since_when_it_is_as_it_is() {
        let itself = Itself::new(DeviceKind::Kiosk, &["k1".into()], "paihao-kiosk", "127.0.0.1:8081");
        let mut devices = itself.devices();
        itself.set(DeviceState::Ready, None);
        assert!(!devices.has_changed().unwrap(), "nothing is new");
        itself.set(DeviceState::Degraded, Some(Trouble::PaperOut));
        assert!(devices.has_changed().unwrap());
        let device = devices.borrow_and_update()[0].clone();
        assert_eq!((device.state, device.why), (DeviceState::Degraded, Some(Trouble::PaperOut)));
        assert!(device.since.parse::<jiff::Timestamp>().is_ok(), "{}", device.since);
    }

    #[tokio::test]
    async fn devices_are_told_at_the_start_and_after_each_change_although_the_server_says_no() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Address::Tcp(listener.local_addr().unwrap().to_string());
        let (out, devices) = watch::channel(vec![printer(DeviceState::Ready)]);
        let reporter = Reporter::new(server, "secret\n", "bridge-1");
        assert!(!format!("{reporter:?}").contains("secret"));
        let running = tokio::spawn(async move { reporter.run(devices).await });
        let told = take(&listener, "503 Service Unavailable").await;
        assert!(told.starts_with("PUT /api/v1/devices/bridge-1 HTTP/1.1\r\n"), "{told}");
        assert!(told.contains("authorization: Bearer secret\r\n") && told.contains("\"ready\""), "{told}");
        out.send_replace(vec![printer(DeviceState::Gone)]);
        assert!(take(&listener, "204 No Content").await.contains("\"gone\""));
        drop(out);
        running.await.unwrap();
    }
}
