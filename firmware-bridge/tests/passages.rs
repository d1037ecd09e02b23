//! The real program dies between a camera's push and the hall, as by a power cut: no vehicle is lost, and none is told under
//! two names.

#![expect(clippy::unwrap_used, reason = "tests, and what they share")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;

const LIMIT: Duration = Duration::from_secs(20);

/// A request on a connection of its own; the whole answer.
fn ask(mut stream: impl std::io::Read + std::io::Write, request: &str) -> std::io::Result<String> {
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// A hall that takes everything, and says which passages it was told.
fn hall() -> (String, mpsc::Receiver<Value>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let tell = tell.clone();
            std::thread::spawn(move || serve(&stream.unwrap(), &tell));
        }
    });
    (url, told)
}

fn serve(stream: &TcpStream, tell: &mpsc::Sender<Value>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    loop {
        let (mut is_it, mut length) = (false, 0);
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            is_it |= line.starts_with("POST /api/v1/parking/passages ");
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().ok()?;
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        if is_it {
            tell.send(serde_json::from_slice(&body).ok()?).ok()?;
        }
        { stream }.write_all(b"HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n").ok()?;
    }
}

/// The program, killed when dropped, and where its cameras push to.
struct Bridge(Child, String);

impl Bridge {
    fn start(dir: &Path, hall: &str, failpoint: Option<&str>) -> Self {
        let (config, socket) = (dir.join("bridge.toml"), dir.join("bridge.sock"));
        let settings = format!(
            "socket = \"{}\"\ndata = \"{}\"\n[server]\nurl = \"{hall}\"\ntoken = \"secret\"\nname = \"bridge-1\"\n\
             [camera_port]\nlisten = \"127.0.0.1:0\"\n[[cameras]]\nname = \"in-1\"\nfamily = \"http\"\nlot = \"P1\"\n\
             direction = \"in\"\naddresses = [\"127.0.0.1\"]\n",
            socket.display(),
            dir.join("data").display()
        );
        std::fs::write(&config, settings).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_paihao-bridge"));
        command.arg("--config").arg(&config).env_remove("PAIHAO_FAILPOINT");
        if let Some(failpoint) = failpoint {
            command.env("PAIHAO_FAILPOINT", failpoint);
        }
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("listening on"), "{line}");
        let get = "GET /v1/cameras HTTP/1.1\r\nhost: b\r\nconnection: close\r\n\r\n";
        let answer = ask(UnixStream::connect(&socket).unwrap(), get).unwrap();
        let body: Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
        Self(child, body["listening"].as_str().unwrap().to_owned())
    }

    /// What a camera hears of a vehicle: nothing when the bridge dies meanwhile.
    fn push(&self, id: u32) -> bool {
        let body = format!("{{\"id\":\"{id}\",\"plate\":\"浙A{id:05}\"}}");
        let head =
            format!("POST /cameras/in-1 HTTP/1.1\r\nhost: b\r\nconnection: close\r\ncontent-length: {}", body.len());
        let Ok(stream) = TcpStream::connect(&self.1) else { return false };
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        ask(stream, &format!("{head}\r\n\r\n{body}")).is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn wherever_it_dies_each_vehicle_reaches_the_hall_under_one_name() {
    for failpoint in ["passage.entered", "passage.told"] {
        let dir = tempfile::tempdir().unwrap();
        let (hall, told) = hall();
        let mut bridge = Bridge::start(dir.path(), &hall, Some(failpoint));
        let answered = bridge.push(1);
        assert!(!(failpoint == "passage.entered" && answered), "it died before the answer");
        assert!(!bridge.0.wait().unwrap().success(), "{failpoint}: it dies there");
        drop(bridge);
        let bridge = Bridge::start(dir.path(), &hall, None);
        // A camera that heard nothing says it again; then another vehicle comes.
        assert!(bridge.push(1) && bridge.push(2));
        let mut ids: Vec<String> = Vec::new();
        while ids.last().is_none_or(|id| id != "in-1-2") {
            let passage = told.recv_timeout(LIMIT).unwrap();
            assert_eq!(passage["plate"].as_str().map(str::len), Some(9), "its plate was sealed and is told");
            ids.push(passage["passage_id"].as_str().unwrap().to_owned());
        }
        let firsts = ids.iter().filter(|id| *id == "in-1-1").count();
        // Told twice it counts once: the name is the same.
        let expected = if failpoint == "passage.told" { 2 } else { 1 };
        assert_eq!((firsts, ids.len()), (expected, expected + 1), "{failpoint}: {ids:?}");
    }
}

#[test]
fn kill_9_at_any_moment_loses_nothing_that_was_answered() {
    let dir = tempfile::tempdir().unwrap();
    let (hall, told) = hall();
    let (mut answered, mut id) = (Vec::new(), 0);
    for round in 1..=5 {
        let bridge = Bridge::start(dir.path(), &hall, None);
        let (pid, mut killer) = (bridge.0.id().to_string(), None);
        for push in 0..20 {
            id += 1;
            if push == 19 - round {
                // While that one is under way, or those after it.
                killer = Command::new("kill").args(["-9", &pid]).spawn().ok();
            }
            if bridge.push(id) {
                answered.push(format!("in-1-{id}"));
            }
        }
        assert!(killer.unwrap().wait().unwrap().success());
    }
    let _bridge = Bridge::start(dir.path(), &hall, None);
    let mut heard = std::collections::HashSet::new();
    while !answered.iter().all(|id| heard.contains(id)) {
        let passage = told.recv_timeout(LIMIT).unwrap();
        heard.insert(passage["passage_id"].as_str().unwrap().to_owned());
    }
    assert!(answered.len() > 50, "only {} were answered", answered.len());
}
