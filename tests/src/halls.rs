//! A hall in use: data, settings, a server at nine on a Monday, and the manager's token.

use std::path::PathBuf;

use futures_util::future::try_join_all;
use serde_json::{Value, json};

use crate::program::{Data, Server};
use crate::wire::Client;

/// Monday the 23rd, nine o'clock in the hall, at the speed of the real clock.
pub const NINE: &str = "2026-11-23T09:00:00+08:00";

/// A hall whose windows all serve every one of its services `S`, `T`, `U` and `R`; `R` wants a person.
pub fn toml(windows: u16) -> String {
    format!(
        r#"[hall]
name = "Test hall"
time_zone = "Asia/Shanghai"
open = "08:30"
close = "17:00"

[[zones]]
code = "A"
name = {{ zh = "A区", en = "Zone A" }}

[[services]]
code = "S"
name = {{ zh = "事项", en = "Service" }}
series = "A"
expected_service_s = 60

[[services]]
code = "T"
name = {{ zh = "另一事项", en = "Other" }}
series = "B"

[[services]]
code = "U"
name = {{ zh = "无人办理", en = "Unserved" }}
series = "D"

[[services]]
code = "R"
name = {{ zh = "实名事项", en = "Real name" }}
series = "C"
real_name = true

[[windows]]
numbers = "1-{windows}"
zone = "A"
services = ["S", "T", "R"]
"#
    )
}

/// See the module.
#[derive(Debug)]
pub struct Stage {
    /// The data directory; it outlives the server.
    pub data: Data,
    /// The server, unless it has been taken out.
    pub server: Option<Server>,
    /// A token of role manager, who has no limit of requests.
    pub manager: String,
    /// Such as `127.0.0.1:40000`.
    pub address: String,
    /// The highest window number.
    pub last_window: u16,
}

impl Stage {
    /// A served hall of this many windows.
    pub fn new(windows: u16) -> anyhow::Result<Self> {
        let mut stage = Self::with(&toml(windows), &["--clock", NINE])?;
        stage.last_window = windows;
        Ok(stage)
    }

    /// A served hall of these settings.
    pub fn with(hall: &str, args: &[&str]) -> anyhow::Result<Self> {
        let data = Data::new()?;
        let manager = data.token("manager")?;
        std::fs::write(hall_file(&data), hall)?;
        let server = Server::start(&data, Some(&hall_file(&data)), args)?;
        let address = server.address().to_owned();
        Ok(Self { data, server: Some(server), manager, address, last_window: 1 })
    }

    /// Starts the server again on the same data and at the same address.
    pub fn start(&mut self) -> anyhow::Result<()> {
        self.server = None;
        self.server = Some(Server::start_at(&self.data, None, &self.address, &["--clock", NINE])?);
        Ok(())
    }

    /// SIGKILL.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.server.take().map_or(Ok(()), Server::kill)
    }

    /// The manager at a connection of his own.
    pub fn client(&self) -> Client {
        Client::new(&self.address, &self.manager)
    }

    /// Managers at connections of their own, connected.
    pub async fn clients(&self, count: usize) -> anyhow::Result<Vec<Client>> {
        let mut clients: Vec<Client> = (0..count).map(|_| self.client()).collect();
        try_join_all(clients.iter_mut().map(Client::connect)).await?;
        Ok(clients)
    }

    /// Opens the windows from 1 to `last`.
    pub async fn open_windows(&self, last: u16) -> anyhow::Result<()> {
        let mut client = self.client();
        for window in 1..=last {
            let answer = client.post(&format!("/api/v1/windows/{window}/open"), &json!({})).await?;
            answer.good::<Value>()?;
        }
        Ok(())
    }

    /// Integrity, invariants and rows: fails with what `paihao verify` says.
    pub fn verify(&self) -> anyhow::Result<String> {
        self.data.run(&["verify"])
    }
}

/// Where the settings of a stage are kept.
pub fn hall_file(data: &Data) -> PathBuf {
    data.path().join("hall.toml")
}
