//! The commands of `paihao` as an administrator sees them: what they print, how they end, and that they work while the
//! hall is served.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails says where")]

mod commands {
    pub mod basics;
    pub mod lots;
    pub mod serving;
    pub mod settings;
}

use std::io::Read as _;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tests::program::{Data, paihao};

/// What a command printed and how it ended.
#[derive(Debug)]
struct Ended {
    code: i32,
    out: String,
    err: String,
}

/// Runs a command with nothing but these settings; it must end by itself.
fn run(args: &[&str], environment: &[(&str, &str)]) -> Ended {
    let mut command = Command::new(paihao().unwrap());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PAIHAO_")) {
        command.env_remove(name);
    }
    command.args(args).envs(environment.iter().copied());
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let out = std::thread::spawn(move || {
        let mut text = String::new();
        out.read_to_string(&mut text).map(|_| text)
    });
    let err = std::thread::spawn(move || {
        let mut text = String::new();
        err.read_to_string(&mut text).map(|_| text)
    });
    let began = Instant::now();
    let status: ExitStatus = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if began.elapsed() > Duration::from_secs(30) {
            child.kill().unwrap();
            panic!("paihao {args:?} did not end");
        }
        std::thread::park_timeout(Duration::from_millis(5));
    };
    Ended { code: status.code().unwrap_or(-1), out: out.join().unwrap().unwrap(), err: err.join().unwrap().unwrap() }
}

/// Runs a command on a data directory.
fn on(data: &Data, args: &[&str]) -> Ended {
    let mut all = args.to_vec();
    all.extend(["--data", data.path().to_str().unwrap()]);
    run(&all, &[])
}
