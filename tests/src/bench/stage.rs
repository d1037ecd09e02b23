//! A hall on a real server, ready for load: every window open and busy, and a line before each.

use std::time::Duration;

use anyhow::Context as _;
use hall::Settings;

use super::load::{self, Connection, Id, NOBODY, Request, id_of};
use crate::program::{Data, Server, yinzhou};

/// Monday morning; at the speed of the real clock, so that no benchmark runs into the end of a day.
pub const CLOCK: &str = "2026-11-23T09:00:00+08:00";
/// Windows of the hall.
pub const WINDOWS: u16 = 210;

/// See the module.
#[derive(Debug)]
pub struct Stage {
    /// Where it keeps its log.
    pub data: Data,
    /// The server.
    pub server: Server,
    /// Of a manager.
    pub token: String,
    /// Tickets that were called so far.
    pub called: Vec<Id>,
    settings: Settings,
}

impl Stage {
    /// Opens the hall, puts a line of `line` tickets before each window, and calls one ticket to each.
    pub async fn open(line: usize) -> anyhow::Result<Self> {
        Self::open_with(line, settings(false)?).await
    }

    /// The same with other settings.
    pub async fn open_with(line: usize, settings: Settings) -> anyhow::Result<Self> {
        let data = Data::new()?;
        let token = data.token("manager")?;
        let hall = data.path().join("hall.toml");
        std::fs::write(&hall, server::hall_file::export(&settings)?)?;
        let server = Server::start(&data, Some(&hall), &["--clock", CLOCK])?;
        let mut stage = Self { data, server, token, called: Vec::new(), settings };
        let windows = 1..=WINDOWS;
        let open = windows.clone().map(|window| stage.at(window, "open", "{}")).collect();
        load::all(stage.server.address(), open, &[200]).await?;
        let issue = windows.clone().flat_map(|window| (0..=line).map(move |nth| (window, nth)));
        let issue = issue.map(|(window, nth)| stage.issue(window, nth)).collect();
        load::all(stage.server.address(), issue, &[201]).await?;
        let call = windows.map(|window| stage.at(window, "call", "{}")).collect();
        let called = load::all(stage.server.address(), call, &[200]).await?;
        stage.called = called.iter().filter_map(|body| id_of(body)).collect();
        Ok(stage)
    }

    /// A request for a ticket that this window may call: its services take turns.
    pub fn issue(&self, window: u16, nth: usize) -> Request {
        let service = service_of(&self.settings, window, nth);
        let named = self.settings.file().services.iter().any(|known| known.code.as_str() == service && known.real_name);
        let body = if named {
            format!(r#"{{"service":"{service}","person":"{NOBODY}"}}"#)
        } else {
            format!(r#"{{"service":"{service}"}}"#)
        };
        Request::post("/api/v1/tickets", &self.token, &body)
    }

    /// A request for something at a window.
    pub fn at(&self, window: u16, what: &str, body: &str) -> Request {
        Request::post(&format!("/api/v1/windows/{window}/{what}"), &self.token, body)
    }

    /// A figure of the server's metrics.
    pub async fn metric(&self, name: &str) -> anyhow::Result<f64> {
        metric(&mut Connection::open(self.server.address()).await?, &self.token, name).await
    }
}

/// A figure of a server's metrics.
pub async fn metric(connection: &mut Connection, token: &str, name: &str) -> anyhow::Result<f64> {
    let status = connection.ask(Request::get("/metrics", token).fresh()).await?;
    anyhow::ensure!(status == 200, connection.unexpected(status));
    let text = std::str::from_utf8(connection.body())?;
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    Ok(value.with_context(|| format!("no metric {name}"))?.parse()?)
}

/// Settings of the hall that is measured: every service with a real name, or none. A name is a search before the command,
/// and at a person's first visit a commit of its own.
pub fn settings(real_names: bool) -> anyhow::Result<Settings> {
    let mut file = server::hall_file::load(&yinzhou())?.file().clone();
    for service in &mut file.services {
        service.real_name = real_names;
    }
    Ok(Settings::try_from(file)?)
}

/// The services of a window take turns.
pub fn service_of(settings: &Settings, window: u16, nth: usize) -> String {
    let services = settings.window(window).map(|section| section.services.as_slice()).unwrap_or_default();
    // Windows beside each other begin with different ones.
    let index = (nth + usize::from(window)).checked_rem(services.len());
    index.map(|index| services[index].as_str().to_owned()).unwrap_or_default()
}

/// Longest wait for something that must happen.
pub const PATIENCE: Duration = Duration::from_mins(1);
