//! A server, a bridge and a kiosk, and a printer that lives on when they die.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use drivers::escpos::virtual_printer::PrintedPaper;
use protocol::Queue;
use protocol::kiosk::{KioskView, Press};
use server::client::Api;
use server::demo::guests::{self, KioskPage};
use server::demo::ports::free_port;
use std::io::{BufRead as _, BufReader};

use crate::faults::hosts::Host;
use crate::halls::NINE;
use crate::program::{self, Data, yinzhou};

/// How long the page may take to show something else before the visitor looks around.
const LOOK: Duration = Duration::from_millis(500);

/// One of the programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// `paihao serve`.
    Server,
    /// `paihao-bridge`.
    Bridge,
    /// `paihao-kiosk`.
    Kiosk,
}

impl Who {
    /// Its program.
    pub fn name(self) -> &'static str {
        match self {
            Self::Server => "paihao",
            Self::Bridge => "paihao-bridge",
            Self::Kiosk => "paihao-kiosk",
        }
    }
}

/// Something that came out of the printer.
#[derive(Debug, Clone)]
pub struct Paper {
    /// Its text.
    pub text: String,
    /// Whole and cut off.
    pub complete: bool,
    /// Marked 补打.
    pub reprint: bool,
}

/// See the module. Everything is killed when it is dropped.
#[derive(Debug)]
pub struct Programs {
    data: Data,
    manager: String,
    server: SocketAddr,
    kiosk: SocketAddr,
    printer: Host,
    children: [(Who, Child); 3],
    starts: Vec<(Who, Duration)>,
    page: Option<KioskPage>,
    revived: Option<Who>,
}

impl Programs {
    /// Starts them; one dies at a step.
    pub async fn start(dies: Option<(Who, &str)>) -> anyhow::Result<Self> {
        let data = Data::new()?;
        let (manager, token) = (data.token("manager")?, data.token("kiosk")?);
        let (server, kiosk) = (free_port()?, free_port()?);
        let printer = Host::tcp("generic-80").await?;
        let at = |name: &str| data.path().join(name);
        let quoted = |name: &str| toml::Value::from(at(name).display().to_string());
        std::fs::write(
            at("bridge.toml"),
            format!(
                "socket = {}\ndata = {}\nvirtual_control = true\n[[printers]]\nname = \"front\"\n\
                 model = \"generic-80\"\nport = \"{}\"\n[[readers]]\nname = \"front\"\nmodel = \"sam-v\"\n\
                 port = \"virtual\"\n",
                quoted("bridge.sock"),
                quoted("bridge"),
                printer.port
            ),
        )?;
        std::fs::write(
            at("kiosk.toml"),
            format!(
                "server = \"http://{server}\"\ntoken = \"{token}\"\nname = \"k1\"\nbridge = {}\nprinter = \"front\"\n\
                 reader = \"front\"\nlisten = \"{kiosk}\"\ndata = {}\n",
                quoted("bridge.sock"),
                quoted("spool")
            ),
        )?;
        let step = |who| dies.filter(|(other, _)| *other == who).map(|(_, step)| step);
        let (mut children, mut starts) = (Vec::new(), Vec::new());
        for who in [Who::Server, Who::Bridge, Who::Kiosk] {
            let began = Instant::now();
            children.push((who, launch(&data, who, server, step(who))?));
            starts.push((who, began.elapsed()));
        }
        let children = children.try_into().map_err(|_| anyhow::anyhow!("three programs"))?;
        Ok(Self { data, manager, server, kiosk, printer, children, starts, page: None, revived: None })
    }

    /// How long each program took from its start until it listened.
    pub fn starts(&self) -> &[(Who, Duration)] {
        &self.starts
    }

    /// The process of a program.
    pub fn pid(&self, who: Who) -> Option<u32> {
        self.children.iter().find(|(other, _)| *other == who).map(|(_, child)| child.id())
    }

    /// A service that everybody may choose with a card.
    pub async fn service(&self) -> anyhow::Result<String> {
        let queues: Vec<Queue> = self.api().get("/api/v1/queues").await?;
        queues.into_iter().next().map(|queue| queue.service).context("the hall has no services")
    }

    /// The manager's calls.
    pub fn api(&self) -> Api {
        Api::new(&format!("http://{}", self.server), &self.manager)
    }

    fn socket(&self) -> PathBuf {
        self.data.path().join("bridge.sock")
    }

    /// Lays a card on the reader.
    pub async fn lay(&self, card: Option<u64>) -> anyhow::Result<()> {
        guests::lay(&self.socket(), "front", card).await
    }

    /// What came out of the printer.
    pub fn papers(&self) -> Vec<Paper> {
        let paper = |paper: &PrintedPaper| Paper {
            text: paper.text(),
            complete: paper.is_complete(),
            reprint: paper.is_reprint(),
        };
        self.printer.printer.look(|printer| printer.tickets().iter().map(paper).collect())
    }

    /// The page's next screen; `None` when it shows nothing new for a moment or the kiosk is gone.
    pub async fn look(&mut self) -> anyhow::Result<Option<KioskView>> {
        if self.page.is_none() {
            self.page = KioskPage::open(self.kiosk).await.ok();
        }
        let Some(page) = &mut self.page else {
            crate::wait::pause(LOOK).await;
            return Ok(None);
        };
        match tokio::time::timeout(LOOK, page.next()).await {
            Ok(Ok(view)) => Ok(Some(view.clone())),
            Ok(Err(_)) => {
                self.page = None;
                Ok(None)
            }
            Err(_) => Ok(page.view.clone()),
        }
    }

    /// Presses a key; nothing happens when the kiosk has just died.
    pub async fn press(&mut self, press: Press) -> anyhow::Result<()> {
        if let Some(page) = &mut self.page
            && page.press(press).await.is_err()
        {
            self.page = None;
        }
        Ok(())
    }

    /// Whether a program died and was started again.
    pub fn died(&self, who: Who) -> bool {
        self.revived == Some(who)
    }

    /// Starts a program again that has died; another one's death is a fault.
    pub fn revive(&mut self, who: Who) -> anyhow::Result<()> {
        for (other, child) in &mut self.children {
            let Some(status) = child.try_wait()? else { continue };
            if *other != who || self.revived.is_some() {
                bail!("{} ended with {status}: {}", other.name(), program::log(&self.data));
            }
            *child = launch(&self.data, who, self.server, None)?;
            self.revived = Some(who);
        }
        Ok(())
    }

    /// Integrity, invariants and rows.
    pub fn verify(&self) -> anyhow::Result<()> {
        self.data.run(&["verify"]).map(drop)
    }
}

impl Drop for Programs {
    fn drop(&mut self) {
        for (_, child) in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Starts a program and waits until it listens.
fn launch(data: &Data, who: Who, server: SocketAddr, step: Option<&str>) -> anyhow::Result<Child> {
    let mut command = Command::new(program::beside(who.name())?);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PAIHAO_")) {
        command.env_remove(name);
    }
    match who {
        Who::Server => command
            .args(["serve", "--listen", &server.to_string(), "--clock", NINE, "--data"])
            .arg(data.path())
            .arg("--hall")
            .arg(yinzhou()),
        Who::Bridge => command.arg("--config").arg(data.path().join("bridge.toml")),
        Who::Kiosk => command.arg("--config").arg(data.path().join("kiosk.toml")),
    };
    if let Some(step) = step {
        command.env("PAIHAO_FAILPOINT", step);
    }
    let log = std::fs::OpenOptions::new().create(true).append(true).open(data.path().join("log"))?;
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn()?;
    let mut out = BufReader::new(child.stdout.take().context("no stdout")?);
    let mut line = String::new();
    out.read_line(&mut line)?;
    if !line.starts_with("listening on ") {
        let _ = child.kill();
        let _ = child.wait();
        bail!("{} did not start: {}", who.name(), program::log(data));
    }
    // Whatever else it prints must find a reader.
    std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
    Ok(child)
}
