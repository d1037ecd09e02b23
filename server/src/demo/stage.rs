//! The programs of a demo's day with their settings, in a temporary directory.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;

use anyhow::Context as _;
use hall::role::Role;
use hall::{Moment, Settings};
use store::Store as _;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use super::cars::CAMERAS;
use super::front::{DemoUser, Front};
use super::ports::free_port;
use super::programs::{Line, Program};
use crate::client::Api;
use crate::clock::Clock;
use crate::serve::open_store;

/// The window left to whoever looks at the demo.
pub const DESK: u16 = 12;
/// The zone whose board `paihao-display` keeps, and whose calls the sign shows.
const SIGN_ZONE: &str = "A";
/// The window beside it: its pad and its lamp show what the crowd's clerk does.
const NEXT_DESK: u16 = 13;
/// The line of both windows' call pads; a pad's address is its window's number.
const PADS: &str = "desks";
/// The speaker of the zone.
const SPEAKER: &str = "zone-a";
/// The car park's lane, and the gate across it.
pub const LANE: &str = "north";
/// How many services the transfer key of a pad leads to: 1 and so on.
const TRANSFERS: usize = 3;
/// The kiosk for whoever looks at the demo, and the one of the simulated visitors with cards.
pub const KIOSKS: [&str; 2] = ["k1", "k2"];

/// See the module.
#[derive(Debug)]
pub struct Stage {
    /// Where the hall's server listens, now and after each start.
    pub server: SocketAddr,
    /// A token of a manager.
    pub manager: String,
    /// Where the kiosks listen.
    pub kiosks: [SocketAddr; 2],
    /// The bridge's socket.
    pub bridge: PathBuf,
    users: Vec<DemoUser>,
    programs: Vec<Program>,
    // Removed after the programs have ended.
    _dir: tempfile::TempDir,
}

impl Stage {
    /// Writes the settings and starts everything; `front` is the one address that browsers know.
    pub async fn open(front: SocketAddr, settings: &Settings, begin: Moment, speed: f64) -> anyhow::Result<Self> {
        let dir = tempfile::tempdir().context("no temporary directory")?;
        let at = |name: &str| dir.path().join(name);
        let own = std::env::current_exe().context("where is this program?")?;
        let beside = |name: &str| {
            let path = own.with_file_name(name);
            anyhow::ensure!(path.exists(), "{name} is not beside {}: `make build` builds all four", own.display());
            Ok(path)
        };
        let [server, kiosk, other_kiosk, display, cameras] =
            [free_port()?, free_port()?, free_port()?, free_port()?, free_port()?];
        let (data, bridge) = (at("hall"), at("bridge.sock"));
        std::fs::write(at("hall.toml"), toml::to_string(settings.file())?)?;
        let [manager, kiosk_token, other_token, board, pads_token, bridge_token] = tokens(&data).await?;
        let users = users(&own, &data).await?;

        write(&at("bridge.toml"), &bridge_settings(&bridge, &at("bridge"), server, cameras, &bridge_token))?;
        let kiosks = [kiosk, other_kiosk];
        for ((name, listen), token) in KIOSKS.into_iter().zip(kiosks).zip([&kiosk_token, &other_token]) {
            let text = format!(
                "server = \"http://{server}\"\ntoken = \"{token}\"\nname = \"{name}\"\nbridge = {}\n\
                 printer = \"{name}\"\nreader = \"{name}\"\nscanner = \"{name}\"\npages = [\"http://{front}\"]\nlisten = \"{listen}\"\ndata = {}\n\
                 origins = [\"http://{front}\"]\n",
                quoted(&bridge),
                quoted(&at(name))
            );
            write(&at(&format!("{name}.toml")), &text)?;
        }
        let mut text = format!(
            "server = \"http://{server}\"\ntoken = \"{board}\"\npads_token = \"{pads_token}\"\nlisten = \"{display}\"\n\
             origins = [\"http://{front}\"]\nbridge = {}\nzones = [\"{SIGN_ZONE}\"]\n",
            quoted(&bridge)
        );
        text += &shown_and_said(settings)?;
        write(&at("display.toml"), &text)?;

        // What the hall's clock shows must go on where it was when the server is started again.
        let opened = Instant::now();
        let hall = Program::new("server", {
            let (own, data, hall) = (own.clone(), data.clone(), at("hall.toml"));
            Box::new(move || {
                let now = begin.plus_ms((opened.elapsed().as_millis() as f64 * speed) as i64);
                let clock = format!("{}@{speed}", now.rfc3339(&hall::time::utc()));
                let arguments = [
                    "serve",
                    "--data",
                    &data.display().to_string(),
                    "--hall",
                    &hall.display().to_string(),
                    "--listen",
                    &server.to_string(),
                    "--public-url",
                    &format!("http://{front}"),
                    "--clock",
                    &clock,
                ];
                (own.clone(), arguments.map(str::to_owned).to_vec())
            })
        });
        let with_settings = |file: PathBuf, name: &str| -> Line {
            let path = at(name);
            Box::new(move || (file.clone(), vec!["--config".to_owned(), path.display().to_string()]))
        };
        let programs = vec![
            hall,
            Program::new("bridge", with_settings(beside("paihao-bridge")?, "bridge.toml")),
            Program::new("kiosk", with_settings(beside("paihao-kiosk")?, "k1.toml")),
            Program::new("kiosk-2", with_settings(beside("paihao-kiosk")?, "k2.toml")),
            Program::new("display", with_settings(beside("paihao-display")?, "display.toml")),
        ];
        let (first, others) = programs.split_first().context("a demo has programs")?;
        first.start().await?;
        // Before anything happens: what is usual is of days before.
        let api = Api::new(&format!("http://{server}"), &manager);
        super::cars::tell_days(&api, settings, begin).await.context("what is usual is not taken")?;
        super::cars::count(&api).await.context("the cars of the morning are not taken")?;
        for program in others {
            program.start().await?;
        }
        Ok(Self { server, manager, kiosks, bridge, users, programs, _dir: dir })
    }

    /// What the one address leads to.
    pub fn front(&self) -> Front {
        Front {
            server: self.server,
            kiosk: self.kiosks[0],
            bridge: self.bridge.clone(),
            users: self.users.clone(),
            programs: self.programs.clone(),
        }
    }

    /// Ends everything in order, the server last.
    pub async fn close(self) {
        for program in self.programs.iter().rev() {
            program.stop().await;
        }
    }
}

/// Settings hold tokens: they are for their owner only.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    Ok(())
}

/// A path as a value of a settings file.
fn quoted(path: &Path) -> toml::Value {
    toml::Value::from(path.display().to_string())
}

fn bridge_settings(socket: &Path, data: &Path, server: SocketAddr, cameras: SocketAddr, token: &str) -> String {
    let mut text = format!(
        "socket = {}\ndata = {}\nvirtual_control = true\n\
         \n[server]\nurl = \"http://{server}\"\ntoken = \"{token}\"\nname = \"bridge\"\n",
        quoted(socket),
        quoted(data)
    );
    for name in KIOSKS {
        let _ = write!(
            text,
            "\n[[printers]]\nname = \"{name}\"\nmodel = \"generic-80\"\nport = \"virtual\"\n\
             \n[[readers]]\nname = \"{name}\"\nmodel = \"sam-v\"\nport = \"virtual\"\n\
             \n[[scanners]]\nname = \"{name}\"\nmodel = \"serial\"\nport = \"virtual\"\n"
        );
    }
    for window in [DESK, NEXT_DESK] {
        let _ = write!(text, "\n[[lamps]]\nname = \"w{window}\"\nport = \"virtual\"\n");
    }
    let _ = write!(
        text,
        "\n[[signs]]\nname = \"hall\"\nmodel = \"onbon-5k\"\nport = \"virtual\"\nwidth = 128\nheight = 32\n\
         \n[[signs]]\nname = \"w{DESK}\"\nmodel = \"matrix-max7219\"\nport = \"virtual\"\nwidth = 128\nheight = 16\n\
         \n[[pads]]\nname = \"{PADS}\"\nmodel = \"pad-21\"\nport = \"virtual\"\npads = [{DESK}, {NEXT_DESK}]\n\
         \n[[speakers]]\nname = \"{SPEAKER}\"\nmodel = \"alsa\"\nport = \"virtual\"\n\
         \n[[lanes]]\nname = \"{LANE}\"\nport = \"virtual\"\nlot = \"P2\"\n\
         \n[[gates]]\nname = \"{LANE}\"\nport = \"virtual\"\n\
         \n[[signs]]\nname = \"p1\"\nmodel = \"onbon-5k\"\nport = \"virtual\"\nwidth = 128\nheight = 32\n\
         \n[[signs]]\nname = \"p2\"\nmodel = \"digits-modbus\"\nport = \"virtual\"\n\
         \n[camera_port]\nlisten = \"{cameras}\"\n"
    );
    for (name, family) in CAMERAS {
        let direction = &name[..name.len() - 2];
        let _ = write!(
            text,
            "\n[[cameras]]\nname = \"{name}\"\nfamily = \"{family}\"\nlot = \"P1\"\ndirection = \"{direction}\"\nvirtual = true\n\
             addresses = [\"127.0.0.1\"]\nsilent_minutes = 1440\n"
        );
    }
    text
}

/// What `paihao-display` drives: both signs, the lamps, the speaker and the pads.
fn shown_and_said(settings: &Settings) -> anyhow::Result<String> {
    let mut text = format!(
        "\n[[signs]]\nname = \"hall\"\nzone = \"{SIGN_ZONE}\"\nareas = [0, 1]\n\
         \n[[signs]]\nname = \"w{DESK}\"\nwindow = {DESK}\ndots = true\n\
         \n[[signs]]\nname = \"p1\"\nlot = \"P1\"\nareas = [0, 1]\nshows = [\"entry\", \"disabled\"]\n\
         \n[[signs]]\nname = \"p2\"\nlot = \"P2\"\ncolumns = 4\n\
         \n[[speakers]]\nname = \"{SPEAKER}\"\nzone = \"{SIGN_ZONE}\"\n"
    );
    let own = &settings.window(DESK).context("the hall has no such window")?.services;
    let services = settings.file().services.iter().map(|service| service.code.as_str());
    let elsewhere = services.filter(|code| own.iter().all(|own| own.as_str() != *code)).take(TRANSFERS);
    let transfer: toml::Table = (1..).zip(elsewhere).map(|(n, code)| (i32::to_string(&n), code.into())).collect();
    for window in [DESK, NEXT_DESK] {
        let _ = write!(
            text,
            "\n[[lamps]]\nname = \"w{window}\"\nwindow = {window}\n\
             \n[[pads]]\nline = \"{PADS}\"\naddress = {window}\nwindow = {window}\nrating = {window}\n\
             transfer = {}\n",
            toml::Value::from(transfer.clone())
        );
    }
    Ok(text)
}

/// Tokens of a manager, the two kiosks, a board, the pads and a bridge.
async fn tokens(data: &Path) -> anyhow::Result<[String; 6]> {
    let store = open_store(data).await?;
    let mut texts = [const { String::new() }; 6];
    let roles = [
        (Role::Manager, "demo"),
        (Role::Kiosk, KIOSKS[0]),
        (Role::Kiosk, KIOSKS[1]),
        (Role::Board, "display"),
        (Role::Clerk, "pads"),
        (Role::Bridge, "bridge"),
    ];
    for (text, (role, name)) in texts.iter_mut().zip(roles) {
        let (token, row) = crate::tokens::create(role, None, name, Clock::real().now().0)?;
        store.add_token(&row).await?;
        *text = token;
    }
    store.close().await;
    Ok(texts)
}

/// People who may sign in, with passwords that the doorway tells.
async fn users(own: &Path, data: &Path) -> anyhow::Result<Vec<DemoUser>> {
    let people = [
        ("clerk", Role::Clerk, "/desk/12"),
        ("guide", Role::Guide, "/reception"),
        ("manager", Role::Manager, "/manage"),
        ("guard", Role::Gate, "/parking"),
    ];
    let mut users = Vec::new();
    for (name, role, goes_to) in people {
        let password = format!("Sunny-Hall-{}", crate::secret::random_hex::<2>()?);
        let mut child = Command::new(own)
            .args(["user", "add", "--name", name, "--role", role.name(), "--password-stdin", "--data"])
            .arg(data)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()?;
        let mut input = child.stdin.take().context("no stdin")?;
        input.write_all(password.as_bytes()).await?;
        drop(input);
        let status = child.wait().await?;
        anyhow::ensure!(status.success(), "the user {name} could not be added: {status}");
        users.push(DemoUser { name, role: role.name(), password, goes_to });
    }
    Ok(users)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_are_toml() {
        let server = SocketAddr::from(([127, 0, 0, 1], 8080));
        let text =
            bridge_settings(Path::new("/tmp/a b/bridge.sock"), Path::new("/tmp/a b/bridge"), server, server, "t");
        let value: toml::Table = text.parse().unwrap();
        assert_eq!(value["socket"].as_str(), Some("/tmp/a b/bridge.sock"));
        assert_eq!(value["server"]["url"].as_str(), Some("http://127.0.0.1:8080"));
        assert_eq!(value["printers"].as_array().map(Vec::len), Some(2));
        // A device of every family.
        for family in ["readers", "scanners", "signs", "pads", "speakers", "lanes", "gates", "lamps", "cameras"] {
            assert!(value[family].as_array().is_some_and(|devices| !devices.is_empty()), "{family}");
        }
        let text = shown_and_said(&crate::demo::hall().unwrap()).unwrap();
        let value: toml::Table = text.parse().unwrap();
        assert_eq!(value["pads"][0]["transfer"].as_table().map(toml::Table::len), Some(TRANSFERS));
    }

    #[test]
    fn the_desk_is_a_window_of_the_hall() {
        let settings = crate::demo::hall().unwrap();
        for number in [DESK, NEXT_DESK] {
            assert!(settings.window(number).is_some_and(|window| window.zone == SIGN_ZONE));
        }
    }
}
