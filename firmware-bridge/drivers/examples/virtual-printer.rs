//! A virtual ticket printer on a TCP port, as foreign programs know printers: one client at a time.
//!
//! `virtual-printer [MODEL [ADDRESS]]` says `listening on tcp://…`, then every paper as a line of JSON. It takes plugs as lines of
//! JSON on its standard input, answers each with `{"plugs": …}`, and ends with its input.
//!
//! `virtual-printer bytes MODEL` reads a page as JSON and writes the bytes that print it. `virtual-printer picture MODEL`
//! writes its picture instead.

use std::io::{self, BufRead as _, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use drivers::escpos::virtual_printer::{Plugs, PrintedPaper};
use drivers::escpos::{Model, VirtualPrinter, encode};
use drivers::{Millis, VirtualDevice as _};
use protocol::bridge::Paper;
use serde_json::json;

/// What happens.
enum Happening {
    Client(TcpStream),
    Bytes(Vec<u8>),
    Gone(Sender<()>),
    Input(String),
    End,
}

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let named = |name: &str| Model::named(name).ok_or_else(|| format!("no model {name}"));
    match arguments[..] {
        ["bytes", model] => {
            let paper: Paper = serde_json::from_reader(io::stdin())?;
            io::stdout().write_all(&encode(&named(model)?, &paper)?.bytes())?;
        }
        ["picture", model] => {
            let (model, paper): (Model, Paper) = (named(model)?, serde_json::from_reader(io::stdin())?);
            let mut printer = VirtualPrinter::new(model, Millis(0));
            printer.receive(Millis(0), &encode(&model, &paper)?.bytes());
            for second in 1..100 {
                printer.receive(Millis(second * 1_000), &[]);
            }
            let paper = printer.tickets().first().ok_or("nothing was printed")?;
            io::stdout().write_all(&paper.png()?)?;
        }
        [] => serve(Model::GENERIC_80, "127.0.0.1:0")?,
        [model] => serve(named(model)?, "127.0.0.1:0")?,
        [model, address] => serve(named(model)?, address)?,
        _ => return Err("virtual-printer [MODEL [ADDRESS]] | bytes MODEL | picture MODEL".into()),
    }
    Ok(())
}

fn serve(model: Model, address: &str) -> Outcome {
    let listener = TcpListener::bind(address)?;
    println!("listening on tcp://{}", listener.local_addr()?);
    let (sender, happenings) = mpsc::channel();
    let stdin = sender.clone();
    thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            let _ = stdin.send(Happening::Input(line));
        }
        let _ = stdin.send(Happening::End);
    });
    thread::spawn(move || clients(&listener, &sender));
    print(model, &happenings)
}

/// One client after another: the next is heard when the one before is gone.
fn clients(listener: &TcpListener, sender: &Sender<Happening>) {
    for mut client in listener.incoming().map_while(Result::ok) {
        let Ok(writer) = client.try_clone() else { continue };
        let _ = sender.send(Happening::Client(writer));
        let mut bytes = [0; 1024];
        while let Ok(count @ 1..) = client.read(&mut bytes) {
            let _ = sender.send(Happening::Bytes(bytes[..count].to_vec()));
        }
        let (gone, known) = mpsc::channel();
        let _ = sender.send(Happening::Gone(gone));
        let _ = known.recv();
    }
}

fn print(model: Model, happenings: &Receiver<Happening>) -> Outcome {
    let begun = Instant::now();
    let now = || Millis(begun.elapsed().as_millis() as u64);
    let mut printer = VirtualPrinter::new(model, now());
    let mut client: Option<TcpStream> = None;
    let mut told = 0;
    loop {
        let wait = printer.wake_at().map_or(Duration::from_hours(1), |at| Duration::from_millis(at.since(now())));
        match happenings.recv_timeout(wait) {
            Ok(Happening::Client(writer)) => client = Some(writer),
            Ok(Happening::Bytes(bytes)) => printer.receive(now(), &bytes),
            Ok(Happening::Gone(known)) => {
                if let Some(client) = client.take() {
                    let _ = client.shutdown(Shutdown::Both);
                }
                let _ = known.send(());
            }
            Ok(Happening::Input(line)) => {
                let plugs: Plugs = serde_json::from_str(&line)?;
                printer.set_plugs(now(), plugs);
                println!("{}", json!({ "plugs": printer.plugs() }));
            }
            Ok(Happening::End) | Err(RecvTimeoutError::Disconnected) => return Ok(()),
            Err(RecvTimeoutError::Timeout) => printer.receive(now(), &[]),
        }
        let answer = printer.answer();
        if let Some(client) = &mut client {
            // A client that has gone is noticed by its reader.
            let _ = client.write_all(&answer);
        }
        for paper in &printer.tickets()[told..] {
            println!("{}", paper_as_json(paper, printer.faults()));
        }
        told = printer.tickets().len();
    }
}

fn paper_as_json(paper: &PrintedPaper, faults: &[String]) -> serde_json::Value {
    let sizes: Vec<_> = paper
        .lines()
        .filter_map(|line| line.letters.first().map(|letter| (line, letter)))
        .map(|(line, letter)| {
            let style = letter.style;
            json!({ "text": line.text(), "align": line.align, "across": style.across, "down": style.down, "bold": style.bold })
        })
        .collect();
    let pictures: Vec<_> = paper
        .pictures()
        .map(|picture| {
            let black = (0..picture.rows())
                .map(|y| (0..picture.width()).filter(|x| picture.is_set(*x, y)).count())
                .sum::<usize>();
            json!({ "width": picture.width(), "rows": picture.rows(), "black": black })
        })
        .collect();
    json!({
        "text": paper.text(), "lines": sizes, "qr": paper.qr_codes().collect::<Vec<_>>(), "pictures": pictures,
        "complete": paper.is_complete(), "cut": paper.cut, "faults": faults,
    })
}
