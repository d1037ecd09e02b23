//! `paihao-bridge probe`: which ports there are, and what answers on them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use drivers::probe::QUESTIONS;
use locales::{Language, Words};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::port::{Line, Port};
use crate::settings::{Address, Flow};

/// How long an answer may take: a reader's module is the slowest.
const ANSWER: Duration = Duration::from_millis(400);
/// How long opening may take.
const OPEN: Duration = Duration::from_secs(3);
/// Most that is read of an answer, in bytes.
const LONGEST: usize = 256;

/// A port that was found, and how the settings name it.
#[derive(Debug, PartialEq, Eq)]
struct Found {
    /// Where it is.
    path: PathBuf,
    /// How the settings would name it: by a name that outlives a replug where there is one.
    setting: String,
    /// Whether questions may be asked there.
    asked: bool,
}

/// What hangs on a port.
#[derive(Debug, PartialEq, Eq)]
enum Heard {
    Answers { model: &'static str, detail: String, setting: String },
    Silent,
    Busy,
    Failed(String),
}

/// Asks the ports that are named, or all that are found; prints what comes of it.
pub async fn run(words: &Words, language: Language, named: &[String]) -> anyhow::Result<()> {
    let say = |key: &str, arguments: &[(&'static str, locales::Argument)]| words.say_with(language, key, arguments);
    let found = if named.is_empty() { ports(Path::new("/")) } else { Vec::new() };
    println!("{}", say("probe-title", &[]));
    if found.is_empty() && named.is_empty() {
        println!("  {}", say("probe-none", &[]));
    }
    let named = named.iter().map(|name| (name.clone(), name.clone(), true));
    let found = found.into_iter().map(|port| (port.path.display().to_string(), port.setting, port.asked));
    for (path, setting, is_asked) in found.chain(named) {
        let line = if is_asked {
            match ask(&setting).await {
                Heard::Answers { model, detail, setting } => {
                    let answers = say("probe-answers", &[("model", model.into()), ("detail", detail.into())]);
                    format!("{answers}; {}", say("probe-setting", &[("setting", setting.into())]))
                }
                Heard::Silent => say("probe-silent", &[]),
                Heard::Busy => say("probe-busy", &[]),
                Heard::Failed(why) => say("probe-failed", &[("why", why.into())]),
            }
        } else {
            format!("{}; {}", say("probe-not-asked", &[]), say("probe-setting", &[("setting", setting.into())]))
        };
        println!("  {path}: {line}");
    }
    Ok(())
}

/// The ports of the machine below `root`.
fn ports(root: &Path) -> Vec<Found> {
    let below = |path: &str| root.join(path);
    let mut found = Vec::new();
    let stable = links(&below("dev/serial/by-id"));
    for path in listed(&below("dev"), &["ttyUSB", "ttyACM", "ttyAMA", "ttyS"]) {
        // Every PC has names of serial ports that are not there.
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("ttyS") && !is_there(&below(&format!("sys/class/tty/{name}/type"))) {
            continue;
        }
        let lasting = stable.iter().find(|(_, target)| *target == path).map_or(&path, |(link, _)| link);
        found.push(Found { setting: format!("serial:{}", lasting.display()), path, asked: true });
    }
    let stable = links(&below("dev/paihao"));
    for path in listed(&below("dev/usb"), &["lp"]) {
        let lasting = stable.iter().find(|(_, target)| *target == path).map_or(&path, |(link, _)| link);
        found.push(Found { setting: format!("usb:{}", lasting.display()), path, asked: true });
    }
    for (link, path) in links(&below("dev/input/by-id")) {
        if link.to_string_lossy().ends_with("-event-kbd") {
            found.push(Found { setting: format!("hid:{}", link.display()), path, asked: false });
        }
    }
    for path in listed(&below("dev"), &["spidev"]) {
        found.push(Found { setting: format!("spi:{}", path.display()), path, asked: false });
    }
    for path in listed(&below("dev"), &["gpiochip"]) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let label = fs::read_to_string(below(&format!("sys/class/gpio/{name}/label")));
        let label = label.map_or(name, |label| label.trim().to_owned());
        found.push(Found { setting: format!("gpio:{label}"), path, asked: false });
    }
    found
}

/// Whether a serial port of the mainboard exists: its type is not 0.
fn is_there(kind: &Path) -> bool {
    fs::read_to_string(kind).is_ok_and(|kind| kind.trim() != "0")
}

/// Files of a folder whose names begin so, in order.
fn listed(folder: &Path, begins: &[&str]) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        begins
            .iter()
            .any(|begin| name.strip_prefix(begin).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())))
    });
    paths.sort();
    paths
}

/// Links of a folder with where they lead, in order.
fn links(folder: &Path) -> Vec<(PathBuf, PathBuf)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut links: Vec<_> =
        entries.flatten().filter_map(|entry| Some((entry.path(), fs::canonicalize(entry.path()).ok()?))).collect();
    links.sort();
    links
}

/// Asks everything on one port, as the settings name it.
async fn ask(setting: &str) -> Heard {
    // Where the name tells no rate, each question has its own.
    let rates_open = setting.starts_with("serial:") && !setting.contains('@');
    for question in QUESTIONS {
        let bauds = if rates_open { question.bauds } else { &question.bauds[..1] };
        for baud in bauds {
            let setting = if rates_open { format!("{setting}@{baud}") } else { setting.to_owned() };
            let address: Address = match setting.parse() {
                Ok(address) => address,
                Err(why) => return Heard::Failed(why),
            };
            if matches!(address, Address::Virtual) {
                return Heard::Failed("a virtual device has no port".into());
            }
            let mut line = match open(&address).await {
                Ok(line) => line,
                Err(error) if is_busy(&error) => return Heard::Busy,
                Err(error) => return Heard::Failed(error.to_string()),
            };
            if let Some(detail) = answer(&mut line, &(question.ask)(), question.understand).await {
                return Heard::Answers { model: question.model, detail, setting };
            }
        }
    }
    Heard::Silent
}

async fn open(address: &Address) -> io::Result<Line> {
    // Without flow control: a wire that is not there would hold back the question.
    let address = match address.clone() {
        Address::Serial { path, baud, .. } => Address::Serial { path, baud, flow: Flow::None },
        other => other,
    };
    tokio::time::timeout(OPEN, Port::Real(address).open())
        .await
        .unwrap_or_else(|_| Err(io::Error::new(io::ErrorKind::TimedOut, "it cannot be opened in time")))
}

/// Whether another program has the port.
fn is_busy(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::ResourceBusy || error.to_string().to_lowercase().contains("busy")
}

async fn answer(line: &mut Line, question: &[u8], understand: fn(&[u8]) -> Option<String>) -> Option<String> {
    let mut heard = Vec::new();
    let asked = async {
        line.write_all(question).await?;
        line.flush().await?;
        let mut buffer = [0; LONGEST];
        while heard.len() < LONGEST {
            match line.read(&mut buffer).await? {
                0 => break,
                count => heard.extend_from_slice(&buffer[..count]),
            }
        }
        io::Result::Ok(())
    };
    // It ends by time: how much comes is not known before. What has come is what counts.
    let _ = tokio::time::timeout(ANSWER, asked).await;
    understand(&heard)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use drivers::samv::virtual_reader::VirtualReader;
    use drivers::{Millis, VirtualDevice as _};
    use tokio_serial::{SerialPort as _, SerialStream};

    use super::*;

    #[test]
    fn ports_are_named_by_what_outlives_a_replug() {
        let root = tempfile::tempdir().unwrap();
        let make = |path: &str, text: &str| {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        for path in
            ["dev/ttyUSB0", "dev/ttyS0", "dev/ttyS1", "dev/usb/lp0", "dev/spidev0.0", "dev/gpiochip0", "dev/ttyprintk"]
        {
            make(path, "");
        }
        make("sys/class/tty/ttyS0/type", "4\n");
        make("sys/class/tty/ttyS1/type", "0\n");
        make("dev/serial/by-id/.keep", "");
        symlink("../../ttyUSB0", root.path().join("dev/serial/by-id/usb-FTDI-port0")).unwrap();
        let home = fs::canonicalize(root.path()).unwrap();
        let settings: Vec<String> =
            ports(&home).into_iter().map(|port| port.setting.replace(&*home.to_string_lossy(), "")).collect();
        assert_eq!(
            settings,
            [
                "serial:/dev/ttyS0",
                "serial:/dev/serial/by-id/usb-FTDI-port0",
                "usb:/dev/usb/lp0",
                "spi:/dev/spidev0.0",
                "gpio:gpiochip0",
            ]
        );
    }

    #[tokio::test]
    async fn what_answers_is_known_and_what_is_taken_is_left_alone() {
        let (mut device, host) = SerialStream::pair().unwrap();
        let path = host.name().unwrap();
        drop(host);
        let answers = tokio::spawn(async move {
            let mut reader = VirtualReader::new(0);
            let mut buffer = [0; 64];
            let mut now = 10_000;
            loop {
                let Ok(count @ 1..) = device.read(&mut buffer).await else {
                    // Nobody has the other end at this moment.
                    tokio::task::yield_now().await;
                    continue;
                };
                reader.receive(Millis(now), &buffer[..count]);
                now += 1_000;
                reader.receive(Millis(now), &[]);
                let answer = reader.answer();
                let _ = device.write_all(&answer).await;
            }
        });
        let Heard::Answers { model, setting, .. } = ask(&format!("serial:{path}")).await else {
            panic!("nothing heard")
        };
        assert_eq!((model, setting), ("sam-v", format!("serial:{path}@115200")));
        answers.abort();
        assert!(matches!(ask("serial:/dev/there-is-none").await, Heard::Failed(_)));
        assert!(matches!(ask("carrier pigeon").await, Heard::Failed(_)));
    }
}
