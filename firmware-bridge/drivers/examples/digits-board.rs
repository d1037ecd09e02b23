//! A module of digits that speaks Modbus RTU over TCP, and our driver of one, for foreign programs at the other end.
//!
//! `digits-board module` is a virtual module of four digits, unit 1: it says `{"listening": "HOST:PORT"}`, then
//! `{"text": …}` whenever it shows something else.
//!
//! `digits-board driver HOST:PORT` drives a module: it takes `{"show": TEXT}` as lines of JSON and says `{"event": …}`.
//!
//! Both end with their input.

use std::io::{self, BufRead as _, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use drivers::digits::{Modbus, VirtualModbus};
use drivers::sign::Command;
use drivers::sign::board::Board;
use drivers::{Driver as _, Input, Millis, Output, VirtualDevice as _};
use protocol::bridge::SignArea;
use serde_json::{Value, json};

/// What happens.
enum Happening {
    Client(TcpStream),
    Bytes(Vec<u8>),
    Line(String),
    End,
}

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (sender, happenings) = mpsc::channel();
    let stdin = sender.clone();
    thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            let _ = stdin.send(Happening::Line(line));
        }
        let _ = stdin.send(Happening::End);
    });
    match arguments[..] {
        ["module"] => module(sender, &happenings),
        ["driver", address] => driver(TcpStream::connect(address)?, sender, &happenings),
        _ => Err("digits-board module | driver HOST:PORT".into()),
    }
}

/// Tells what comes in.
fn hear(mut line: TcpStream, sender: &Sender<Happening>) {
    let mut bytes = [0; 256];
    while let Ok(count @ 1..) = line.read(&mut bytes) {
        let _ = sender.send(Happening::Bytes(bytes[..count].to_vec()));
    }
}

fn module(sender: Sender<Happening>, happenings: &Receiver<Happening>) -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", json!({ "listening": listener.local_addr()?.to_string() }));
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let Ok(writer) = client.try_clone() else { continue };
            let _ = sender.send(Happening::Client(writer));
            hear(client, &sender);
        }
    });
    let begun = Instant::now();
    let now = || Millis(begun.elapsed().as_millis() as u64);
    let mut module = VirtualModbus::new(1, 4, 0);
    let mut client: Option<TcpStream> = None;
    let mut shown = String::new();
    loop {
        let wait = module.wake_at().map_or(Duration::from_hours(1), |at| Duration::from_millis(at.since(now())));
        match happenings.recv_timeout(wait) {
            Ok(Happening::Client(writer)) => client = Some(writer),
            Ok(Happening::Bytes(bytes)) => module.receive(now(), &bytes),
            Ok(Happening::End) | Err(RecvTimeoutError::Disconnected) => return Ok(()),
            Ok(Happening::Line(_)) | Err(RecvTimeoutError::Timeout) => module.receive(now(), &[]),
        }
        let answer = module.answer();
        if let Some(client) = &mut client {
            // A client that has gone is noticed by its reader.
            let _ = client.write_all(&answer);
        }
        if module.text() != shown {
            module.text().clone_into(&mut shown);
            println!("{}", json!({ "text": shown }));
        }
    }
}

fn driver(mut line: TcpStream, sender: Sender<Happening>, happenings: &Receiver<Happening>) -> Outcome {
    let reader = line.try_clone()?;
    thread::spawn(move || hear(reader, &sender));
    let begun = Instant::now();
    let now = || Millis(begun.elapsed().as_millis() as u64);
    let mut driver = Board::new(Modbus::new(1, 4, 9_600));
    driver.input(now(), Input::Opened);
    loop {
        while let Some(output) = driver.output() {
            match output {
                Output::Send(bytes) => line.write_all(&bytes)?,
                Output::Event(event) => println!("{}", json!({ "event": format!("{event:?}") })),
                Output::Reopen => return Err("the module does not answer".into()),
            }
        }
        let wait = driver.wake_at().map_or(Duration::from_hours(1), |at| Duration::from_millis(at.since(now())));
        match happenings.recv_timeout(wait) {
            Ok(Happening::Bytes(bytes)) => driver.input(now(), Input::Bytes(&bytes)),
            Ok(Happening::Line(text)) => {
                let told: Value = serde_json::from_str(&text)?;
                let text = told["show"].as_str().ok_or("show what?")?.to_owned();
                let content = SignArea { text, ..SignArea::default() };
                driver.input(now(), Input::Command(Command::Show { area: 0, content }));
            }
            Ok(Happening::End) | Err(RecvTimeoutError::Disconnected) => return Ok(()),
            Ok(Happening::Client(_)) | Err(RecvTimeoutError::Timeout) => driver.input(now(), Input::Clock),
        }
    }
}
