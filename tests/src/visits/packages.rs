//! The Debian packages as a technician meets them: installed with dpkg alone and without a network in Debian roots of both
//! machines; those of arm64 at work there, each program as its own user, and a visit from the card to the paper; installed
//! over themselves; and gone after a purge. Only root can do this.

mod root;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use protocol::bridge::{DeviceKind, DeviceState};
use protocol::kiosk::{Press, Screen};
use protocol::requests::FindTickets;
use protocol::{Queue, Ticket};
use server::demo::guests::{self, KioskPage};

use crate::faults::bridge::Api;
use crate::figures::Row;
use crate::halls::NINE;
use crate::program::{Data, Server, yinzhou};
use crate::wait::{until, within};
use root::{Root, Running};

/// What is installed on each machine.
const ON: [(&str, &[&str]); 2] = [
    ("amd64", &["paihao", "paihao-bridge", "paihao-display", "paihao-kiosk"]),
    ("arm64", &["paihao-bridge", "paihao-display", "paihao-kiosk"]),
];
/// Where packages may put files.
const PLACES: [&str; 7] = [
    "usr/bin/",
    "usr/lib/systemd/system/",
    "usr/lib/sysusers.d/",
    "usr/lib/modules-load.d/",
    "usr/lib/udev/rules.d/",
    "usr/share/",
    "etc/paihao/",
];
/// What lintian minds in a package that is published; and a licence of the font that is named there as the other choice.
const UNMINDED: &str = "bogus-mail-host,bogus-mail-host-in-debian-changelog,copyright-not-using-common-license-for-gpl";
/// An emulated program is slow, and the machine may be busy.
const PATIENCE: Duration = Duration::from_mins(3);

/// The long form.
pub async fn prove() -> Vec<anyhow::Result<Row>> {
    vec![contents(), installed().await, at_work().await]
}

/// Packages that `make deb` has made.
fn packages(architecture: &str) -> anyhow::Result<Vec<PathBuf>> {
    let folder = std::env::var_os("PAIHAO_DEBS").context("PAIHAO_DEBS names no folder of packages: `make test-deb`")?;
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(&format!("_{architecture}.deb")) {
            found.push(path);
        }
    }
    found.sort_unstable();
    let wanted = ON.iter().find(|(other, _)| *other == architecture).map_or(0, |(_, names)| names.len());
    ensure!(found.len() == wanted, "{} packages for {architecture}, not {wanted}", found.len());
    Ok(found)
}

/// What is in them: owners, modes, places, settings that dpkg keeps; and lintian has no error.
fn contents() -> anyhow::Result<Row> {
    let (mut count, mut files) = (0, 0);
    for (architecture, _) in ON {
        for package in packages(architecture)? {
            let name = package.display();
            let listed = root::run("dpkg-deb", &["--contents", &package.to_string_lossy()])?;
            let kept = root::run("dpkg-deb", &["--info", &package.to_string_lossy(), "conffiles"])?;
            for line in listed.lines() {
                let mut parts = line.split_whitespace();
                let (mode, owner) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
                let path = line.rsplit_once(" ./").map_or("", |(_, path)| path);
                ensure!(owner == "root/root", "{name}: {path} belongs to {owner}");
                if mode.starts_with('d') {
                    ensure!(mode == "drwxr-xr-x", "{name}: {path} is {mode}");
                    continue;
                }
                files += 1;
                let wanted = if path.starts_with("usr/bin/") { "-rwxr-xr-x" } else { "-rw-r--r--" };
                ensure!(mode == wanted, "{name}: {path} is {mode}, not {wanted}");
                ensure!(PLACES.iter().any(|place| path.starts_with(place)), "{name}: {path} has no business there");
                if path.starts_with("etc/") {
                    ensure!(kept.lines().any(|line| line == format!("/{path}")), "{name}: {path} is no conffile");
                }
            }
            root::run(
                "lintian",
                &["--fail-on", "error", "--allow-root", "--suppress-tags", UNMINDED, &package.to_string_lossy()],
            )?;
            count += 1;
        }
    }
    Ok(Row::new(
        "packages: owners, modes, places, conffiles; lintian",
        format!("{count} packages with {files} files, no fault, no error of lintian"),
    ))
}

/// Both machines: installed, checked by systemd, installed over itself, purged.
async fn installed() -> anyhow::Result<Row> {
    let mut found = Vec::new();
    for (architecture, names) in ON {
        let root = Root::of(architecture)?;
        root.purge(names)?;
        let before = root.files()?;
        root.install(&packages(architecture)?)?;
        let units: Vec<String> = names.iter().map(|name| format!("/usr/lib/systemd/system/{name}.service")).collect();
        let units: Vec<&str> = units.iter().map(String::as_str).collect();
        if architecture == "amd64" {
            let said = root.enter(&[&["systemd-analyze", "verify", "--man=no"], &units[..]].concat())?;
            ensure!(said.trim().is_empty(), "systemd-analyze verify: {said}");
        }
        for name in names {
            let version = root.enter(&[&format!("/usr/bin/{name}"), "--version"])?;
            ensure!(version.starts_with(name), "{name} says {version:?}");
            root.user(name)?;
            let link = root.path.join(format!("etc/systemd/system/multi-user.target.wants/{name}.service"));
            ensure!(link.is_symlink(), "{name} is not started with the machine");
        }
        // Settings of the technician outlive another installation.
        let settings = root.path.join("etc/paihao/bridge.toml");
        let own = std::fs::read_to_string(&settings)? + "# mine\n";
        std::fs::write(&settings, &own)?;
        root.install(&packages(architecture)?)?;
        ensure!(std::fs::read_to_string(&settings)? == own, "the settings were written over");
        if architecture == "amd64" {
            serves(&root).await?;
        }
        // Removed, the data are still there; purged, nothing is.
        let data = root.path.join("var/lib/paihao/bridge");
        std::fs::create_dir_all(&data)?;
        std::fs::write(data.join("jobs"), "")?;
        root.remove(names)?;
        ensure!(data.join("jobs").exists() && settings.exists(), "a removal took data or settings along");
        root.purge(names)?;
        let after = root.files()?;
        let left: BTreeSet<_> = after.symmetric_difference(&before).collect();
        ensure!(left.is_empty(), "after a purge on {architecture}: {left:?}");
        found.push(format!("{architecture}: {} packages", names.len()));
    }
    Ok(Row::new(
        "packages: dpkg -i without a network, again over itself, remove, purge",
        format!("{}; units verified; settings kept; nothing left", found.join(", ")),
    ))
}

/// The packaged server starts with the packaged settings, as its own user.
async fn serves(root: &Root) -> anyhow::Result<()> {
    let data = root.path.join("var/lib/paihao/server");
    root.give("paihao", &data)?;
    let settings = root.path.join("etc/paihao/server.toml");
    let text = std::fs::read_to_string(&settings)?;
    std::fs::write(&settings, text.replace("127.0.0.1:8080", "127.0.0.1:0"))?;
    let running = root.start("paihao", &["--config", "/etc/paihao/server.toml", "serve"]).await?;
    ensure!(running.said.starts_with("listening on http://127.0.0.1:"), "the server says {:?}", running.said);
    running.told(&["READY=1", "WATCHDOG=1"])
}

/// The programs of arm64, and a visit.
async fn at_work() -> anyhow::Result<Row> {
    let root = Root::of("arm64")?;
    let names = ON[1].1;
    root.purge(names)?;
    root.install(&packages("arm64")?)?;
    let data = Data::new()?;
    let (manager, kiosk_token, board_token) = (data.token("manager")?, data.token("kiosk")?, data.token("board")?);
    let hall = yinzhou();
    let server = Server::start(&data, Some(&hall), &["--clock", NINE])?;
    let put = |name: &str, text: &str| std::fs::write(root.path.join("etc/paihao").join(name), text);
    let settings = |name: &str| std::fs::read_to_string(root.path.join("etc/paihao").join(name));
    let of_server = |text: String| text.replace("http://127.0.0.1:8080", &server.url);
    let virtual_devices = "[[printers]]\nname = \"front\"\nmodel = \"generic-80\"\nport = \"virtual\"\n\
                           [[readers]]\nname = \"front\"\nmodel = \"sam-v\"\nport = \"virtual\"\n";
    let bridge = settings("bridge.toml")?.replace("virtual_control = false", "virtual_control = true");
    put("bridge.toml", &(bridge + virtual_devices))?;
    put("kiosk.toml", &of_server(settings("kiosk.toml")?).replace("127.0.0.1:8081", "127.0.0.1:0"))?;
    put("display.toml", &of_server(settings("display.toml")?).replace("127.0.0.1:8091", "127.0.0.1:0"))?;
    put("kiosk.token", &kiosk_token)?;
    put("display.token", &board_token)?;
    // What systemd's RuntimeDirectory= and StateDirectory= do.
    root.give("paihao-bridge", &root.path.join("run/paihao"))?;
    root.give("paihao-bridge", &root.path.join("var/lib/paihao/bridge"))?;
    root.give("paihao-kiosk", &root.path.join("var/lib/paihao/kiosk"))?;
    let bridge = root.start("paihao-bridge", &["--config", "/etc/paihao/bridge.toml"]).await?;
    let display = root.start("paihao-display", &["--config", "/etc/paihao/display.toml"]).await?;
    let kiosk = root.start("paihao-kiosk", &["--config", "/etc/paihao/kiosk.toml"]).await?;
    let socket = root.path.join("run/paihao/bridge.sock");
    let number = visit(&kiosk, &server, &manager, &socket).await?;
    for running in [&bridge, &display, &kiosk] {
        running.told(&["READY=1", "WATCHDOG=1"])?;
    }
    for running in [kiosk, display, bridge] {
        running.stop()?;
    }
    root.purge(names)?;
    Ok(Row::new(
        "packages of arm64 at work: a visit from the card to the paper",
        format!(
            "number {number} printed once, its picture shows it, the server knows; systemd was told READY and WATCHDOG"
        ),
    ))
}

/// From the card to the paper; the number.
async fn visit(kiosk: &Running, server: &Server, manager: &str, socket: &Path) -> anyhow::Result<String> {
    let bridge = Api::at(socket);
    bridge.is(DeviceKind::Printer, "front", DeviceState::Ready).await?;
    bridge.is(DeviceKind::Reader, "front", DeviceState::Ready).await?;
    let api = server.api(manager);
    let queues: Vec<Queue> = api.get("/api/v1/queues").await?;
    let service = queues.into_iter().next().context("the hall has no services")?.service;
    let address = kiosk.said.strip_prefix("listening on http://").context("the kiosk says no address")?.parse()?;
    let mut page = KioskPage::open(address).await?;
    guests::lay(socket, "front", Some(0)).await?;
    let number = within("a ticket", PATIENCE, async {
        let mut pressed = None;
        loop {
            let view = page.next().await?.clone();
            let press = match &view.show {
                Screen::Services => Press::Service { service: service.clone() },
                Screen::Confirm { .. } => Press::Take,
                Screen::Done { slip, .. } => return anyhow::Ok(slip.number.clone()),
                _ => continue,
            };
            if pressed.replace(view.screen) != Some(view.screen) {
                page.press(press).await?;
            }
        }
    })
    .await??;
    let card = &drivers::samv::virtual_reader::deck::cards()[0];
    until("the server knows that the ticket is printed", PATIENCE, async || {
        let asked = FindTickets { number: None, person: Some(protocol::Pii::new(card.number.to_owned())) };
        let found: Option<Vec<Ticket>> = api.post("/api/v1/tickets/find", &asked).await?;
        Ok(found.unwrap_or_default().into_iter().find(|it| it.number == number && it.print.state == "printed"))
    })
    .await?;
    let papers = bridge.get("/v1/virtual/printers/front/tickets").await?;
    let papers = papers.as_array().context("no list of papers")?;
    ensure!(papers.len() == 1, "{} papers came out", papers.len());
    let text = papers[0]["text"].as_str().unwrap_or_default();
    ensure!(papers[0]["complete"] == true && text.contains(&number), "the paper says {text:?}, not {number}");
    let picture = papers[0]["png"].as_str().context("the paper has no picture")?;
    let picture = bridge.ask("GET", picture, None).await?;
    ensure!(picture.status == 200 && picture.body.starts_with(b"\x89PNG"), "the paper's picture is none");
    Ok(number)
}
