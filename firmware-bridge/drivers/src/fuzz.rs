//! What fuzzers feed, one function a decoder: arbitrary bytes in, and whatever must hold of them asserted.
//!
//! `make fuzz` runs each for a minute (`fuzz/`, cargo-fuzz); the inputs that it found worth keeping stand in `fuzz/corpus/`, and
//! `tests/corpus.rs` feeds them again in every run of the tests.

use protocol::bridge::lanes::{GateMove, LampState};
use protocol::bridge::{Paper, SignArea};

use crate::camera::{self, Family};
use crate::frames::crc;
use crate::gate::virtual_gate::VirtualGate;
use crate::lamp::virtual_lamp::VirtualLamp;
use crate::lane::virtual_lane::VirtualLane;
use crate::lines::{self, Record as _};
use crate::onbon::virtual_card::VirtualCard;
use crate::samv::virtual_reader::VirtualReader;
use crate::speaker::virtual_speaker::VirtualSpeaker;
use crate::speaker::wire::{Lines, ToHost, line};
use crate::{
    Driver, Input, Millis, Output, VirtualDevice, digits, escpos, gate, lamp, lane, max7219, onbon, pads, samv,
    scanner, sign, speaker, voice,
};

/// Takes arbitrary bytes.
pub type Target = fn(&[u8]);

/// Every target by its name, which is that of its file in `fuzz/fuzz_targets/` and of its file in `fuzz/corpus/`.
pub const TARGETS: &[(&str, Target)] = &[
    ("escpos_status", escpos_status),
    ("escpos_printer", escpos_printer),
    ("escpos_virtual_printer", escpos_virtual_printer),
    ("samv_frame", samv_frame),
    ("samv_text", samv_text),
    ("samv_reader", samv_reader),
    ("samv_virtual_reader", samv_virtual_reader),
    ("scanner_serial", scanner_serial),
    ("scanner_hid", scanner_hid),
    ("onbon_frame", onbon_frame),
    ("onbon_sign", onbon_sign),
    ("onbon_virtual_card", onbon_virtual_card),
    ("speaker_wire", speaker_wire),
    ("speaker_wav", speaker_wav),
    ("speaker_driver", speaker_driver),
    ("speaker_virtual_speaker", speaker_virtual_speaker),
    ("digits_frame", digits_frame),
    ("digits_board", digits_board),
    ("voice_frame", voice_frame),
    ("max7219_chain", max7219_chain),
    ("pads_frame", pads_frame),
    ("pads_line", pads_line),
    ("pads_virtual_line", pads_virtual_line),
    ("gpio_records", gpio_records),
    ("gpio_lane", gpio_lane),
    ("gpio_gate", gpio_gate),
    ("gpio_lamp", gpio_lamp),
    ("camera_vz", camera_vz),
    ("camera_hikvision", camera_hikvision),
    ("camera_dahua", camera_dahua),
    ("camera_http", camera_http),
];

/// More outputs after one input than any driver has reason for.
const MANY: usize = 10_000;

/// A driver under arbitrary input: what comes from its device, when, and when its port is lost. It must neither panic nor talk
/// without end, and it may not want to be woken in the past again and again.
pub fn driver<D: Driver>(mut driver: D, data: &[u8], mut command: impl FnMut(u8) -> Option<D::Command>) {
    let mut now = Millis(0);
    let mut sent = 0;
    driver.input(now, Input::Opened);
    drain(&mut driver, now, &mut sent);
    let mut rest = data;
    while let Some((&what, more)) = rest.split_first() {
        rest = more;
        let argument = usize::from(what >> 3);
        match what & 7 {
            0..=2 => {
                let (bytes, more) = rest.split_at(argument.min(rest.len()));
                rest = more;
                driver.input(now, Input::Bytes(bytes));
            }
            3 => driver.input(now, Input::Sent(sent)),
            4 => {
                now += argument as u64 * 100;
                driver.input(now, Input::Clock);
            }
            5 => {
                now = driver.wake_at().unwrap_or(now).max(now);
                driver.input(now, Input::Clock);
            }
            6 if argument < 4 => {
                sent = 0;
                driver.input(now, Input::Closed);
                drain(&mut driver, now, &mut sent);
                driver.input(now, Input::Opened);
            }
            _ => {
                if let Some(command) = command(what >> 3) {
                    driver.input(now, Input::Command(command));
                }
            }
        }
        drain(&mut driver, now, &mut sent);
    }
}

fn drain<D: Driver>(driver: &mut D, now: Millis, sent: &mut usize) {
    for round in 0.. {
        assert!(round < MANY, "a driver that talks without end");
        match driver.output() {
            None => return,
            Some(Output::Send(bytes)) => *sent += bytes.len(),
            Some(Output::Reopen) => {
                *sent = 0;
                driver.input(now, Input::Closed);
                driver.input(now, Input::Opened);
            }
            Some(Output::Event(_)) => {}
        }
    }
}

/// A virtual device under arbitrary bytes from its host.
pub fn device<V: VirtualDevice>(device: &mut V, data: &[u8]) {
    let mut now = Millis(0);
    let mut rest = data;
    while let Some((&what, more)) = rest.split_first() {
        let (bytes, more) = more.split_at(usize::from(what >> 1).min(more.len()));
        rest = more;
        device.receive(now, bytes);
        let _ = device.answer();
        if what & 1 == 1 {
            now = device.wake_at().unwrap_or(now + 50).max(now);
            device.receive(now, &[]);
            let _ = device.answer();
        }
    }
}

/// Where `data` may be cut in two: its first byte says where.
fn halves(data: &[u8]) -> (&[u8], &[u8], &[u8]) {
    let Some((&at, data)) = data.split_first() else { return (&[], &[], &[]) };
    let (first, second) = data.split_at(usize::from(at).min(data.len()));
    (data, first, second)
}

/// Answers of a printer: nothing that comes after a reset may depend on what came before.
pub fn escpos_status(data: &[u8]) {
    let all = |demultiplexer: &mut escpos::status::Demultiplexer| {
        data.iter().filter_map(|byte| demultiplexer.byte(*byte)).map(|answer| format!("{answer:?}")).collect::<Vec<_>>()
    };
    let mut demultiplexer = escpos::status::Demultiplexer::default();
    let first = all(&mut demultiplexer);
    demultiplexer.reset();
    assert_eq!(first, all(&mut demultiplexer));
}

/// A printer's driver.
pub fn escpos_printer(data: &[u8]) {
    let (&model, data) = data.split_first().unwrap_or((&0, &[]));
    let model = escpos::Model::ALL[usize::from(model) % escpos::Model::ALL.len()];
    let mut jobs = 0;
    driver(escpos::Printer::new(model), data, |_| {
        jobs += 1;
        Some(escpos::Command::Print { job: format!("job-{jobs}"), paper: Paper::default() })
    });
}

/// What a virtual printer understands.
pub fn escpos_virtual_printer(data: &[u8]) {
    let (&model, data) = data.split_first().unwrap_or((&0, &[]));
    let model = escpos::Model::ALL[usize::from(model) % escpos::Model::ALL.len()];
    device(&mut escpos::VirtualPrinter::new(model, Millis(0)), data);
}

/// Frames of a reader: found alike however they are cut, and each the encoding of its own body.
pub fn samv_frame(data: &[u8]) {
    let lengths = samv::frame::ANSWERS;
    let (data, first, second) = halves(data);
    let whole = found(samv::frame::decode(data, lengths.clone()));
    let mut receiver = samv::frame::Receiver::new(lengths);
    let mut parts = Vec::new();
    for mut bytes in [first, second] {
        while let Some(one) = receiver.take(&mut bytes) {
            parts.push(one);
        }
    }
    let parts = found(parts);
    assert_eq!(whole[..parts.len().min(whole.len())], parts[..parts.len().min(whole.len())]);
    for body in whole.into_iter().flatten() {
        let again = found(samv::frame::decode(&samv::frame::encode(&body), samv::frame::ANSWERS));
        assert_eq!(again, [Some(body)]);
    }
}

/// Bodies of the frames; none for what was no good one.
fn found(all: Vec<Result<samv::frame::Frame, samv::frame::Fault>>) -> Vec<Option<Vec<u8>>> {
    all.into_iter().map(|found| found.ok().map(|frame| frame.body().to_vec())).collect()
}

/// The text of a card: refused, or a card whose number holds.
pub fn samv_text(data: &[u8]) {
    let mut block = [0; samv::text::SIZE];
    let length = data.len().min(block.len());
    block[..length].copy_from_slice(&data[..length]);
    let _ = samv::text::card(&block);
}

/// A reader's driver.
pub fn samv_reader(data: &[u8]) {
    driver(samv::Reader::new(), data, |_| None);
}

/// What a virtual reader understands.
pub fn samv_virtual_reader(data: &[u8]) {
    let mut reader = VirtualReader::new(0);
    reader.lay(0);
    device(&mut reader, data);
}

/// Codes of a serial scanner.
pub fn scanner_serial(data: &[u8]) {
    scanner(scanner::Model::Serial, data);
}

/// Codes of a scanner that types.
pub fn scanner_hid(data: &[u8]) {
    scanner(scanner::Model::Hid, data);
}

/// Codes are found alike however they are cut, none is longer than it may be, and none has a control character.
fn scanner(model: scanner::Model, data: &[u8]) {
    driver(scanner::Scanner::new(model), data, |_| None);
    let (data, first, second) = halves(data);
    let mut decoder = scanner::Decoder::new(model);
    let mut parts = Vec::new();
    for mut bytes in [first, second] {
        parts.extend(std::iter::from_fn(|| decoder.take(&mut bytes)));
    }
    parts.extend(decoder.end());
    assert!(parts == scanner::decode(model, data));
    for text in parts.iter().flatten() {
        assert!(text.reveal().chars().all(scanner::line::is_fit));
    }
}

/// Frames of a sign: found alike however they are cut.
pub fn onbon_frame(data: &[u8]) {
    let (data, first, second) = halves(data);
    let whole = onbon::frame::decode_all(data);
    let mut receiver = onbon::frame::Receiver::default();
    let mut parts = Vec::new();
    for mut bytes in [first, second] {
        while let Some(one) = receiver.take(&mut bytes) {
            parts.push(one);
        }
    }
    assert_eq!(format!("{whole:?}"), format!("{parts:?}"));
}

/// A sign's driver.
pub fn onbon_sign(data: &[u8]) {
    driver(onbon::Sign::new(128, 32), data, |what| {
        let text = ["A042", "请到3号窗口", "\u{1F600}", "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZ"];
        Some(match what % 5 {
            4 => sign::Command::Clear,
            n => {
                let area = SignArea { text: text[usize::from(n)].to_owned(), timeout_s: 20, ..SignArea::default() };
                sign::Command::Show { area: what % 3, content: area }
            }
        })
    });
}

/// What a virtual card understands.
pub fn onbon_virtual_card(data: &[u8]) {
    let mut card = VirtualCard::new(128, 32, 0);
    device(&mut card, data);
    assert!(card.taken() == 0 || card.png().is_ok(), "what it shows can always be drawn");
}

/// Lines of a player: found alike however they are cut, and each the line of its own message.
pub fn speaker_wire(data: &[u8]) {
    let (data, first, second) = halves(data);
    let whole = Lines::default().take::<ToHost>(data);
    let mut lines = Lines::default();
    let mut parts = lines.take::<ToHost>(first);
    parts.extend(lines.take::<ToHost>(second));
    assert_eq!(whole, parts);
    for message in whole {
        assert_eq!(Lines::default().take::<ToHost>(&line(&message)), [message]);
    }
}

/// A clip, or what another program says is one: refused, or no longer than a minute.
pub fn speaker_wav(data: &[u8]) {
    if let Ok(samples) = speaker::wav::read(data) {
        assert!(samples.len() <= 61 * speaker::pcm::RATE as usize);
    }
}

/// A speaker's driver.
pub fn speaker_driver(data: &[u8]) {
    let mut calls = 0;
    driver(speaker::Speaker::default(), data, |what| {
        calls += 1;
        let expires_ms = u32::from(what) * 1_000;
        let call =
            protocol::bridge::speakers::Call { chime: true, sentences: vec![], pause_ms: 0, expires_ms, volume: 100 };
        Some(speaker::Announce { id: format!("call-{calls}"), call })
    });
}

/// What a virtual speaker understands.
pub fn speaker_virtual_speaker(data: &[u8]) {
    device(&mut VirtualSpeaker::default(), data);
}

/// Requests to a module of digits, and answers to ours.
pub fn digits_frame(data: &[u8]) {
    use sign::board::Wire as _;
    for bytes in [data.to_vec(), crc::sealed(data.to_vec())] {
        if let Some((unit, Ok(request))) = digits::modbus::decode(&bytes) {
            assert_eq!(digits::modbus::encode(unit, &request), bytes);
        }
        let _ = digits::Modbus::new(1, 4, 9_600).read(&[1, 6, 0, 0, 0, 1, 0x48, 0x0A], &bytes);
    }
}

/// A board's driver, and the boards that hear it.
pub fn digits_board(data: &[u8]) {
    driver(sign::board::Board::new(digits::Modbus::new(1, 4, 9_600)), data, |what| {
        Some(match what % 4 {
            0 => sign::Command::Clear,
            1 => sign::Command::SelfTest,
            n => {
                let content = SignArea { text: what.to_string(), timeout_s: 5, ..SignArea::default() };
                sign::Command::Show { area: n - 2, content }
            }
        })
    });
    device(&mut digits::VirtualModbus::new(1, 4, 0), data);
    device(&mut digits::VirtualSum::new(1, 0), data);
}

/// Frames of the board of text and voice: what is taken is the encoding of itself.
pub fn voice_frame(data: &[u8]) {
    for bytes in [data.to_vec(), crc::sealed(data.to_vec())] {
        let _ = voice::frame::decode(&bytes);
    }
    let found = voice::frame::Receiver::default().take(data);
    for (address, request) in found.into_iter().flatten() {
        let again = voice::frame::decode(&voice::frame::encode(address, &request));
        assert_eq!(again, Ok((address, request)));
    }
    device(&mut voice::VirtualVoiceBoard::new(0, 64, 32, 0), data);
}

/// Chains of digits and of dots.
pub fn max7219_chain(data: &[u8]) {
    device(&mut max7219::VirtualChain::digits(3, 8, 0), data);
    device(&mut max7219::VirtualChain::matrix(64, 16, 0), data);
}

/// Frames of call pads: found alike however they are cut, and each the encoding of itself.
pub fn pads_frame(data: &[u8]) {
    let (data, first, second) = halves(data);
    let mut whole = pads::frame::Receiver::new(pads::frame::FROM_HOST);
    let mut cut = pads::frame::Receiver::new(pads::frame::FROM_HOST);
    let take = |receiver: &mut pads::frame::Receiver, mut bytes: &[u8]| {
        std::iter::from_fn(|| receiver.take(&mut bytes)).collect::<Vec<_>>()
    };
    let found = take(&mut whole, data);
    assert_eq!(found, [take(&mut cut, first), take(&mut cut, second)].concat());
    for frame in found.into_iter().flatten() {
        let again = pads::frame::decode(&frame.encode(), pads::frame::FROM_HOST);
        assert_eq!(again, [Ok(frame)]);
    }
}

/// The host of a line.
pub fn pads_line(data: &[u8]) {
    let settings = pads::line::Settings { pads: vec![5, 6], ratings: [5, 4, 3, 2], silent: Some(60_000) };
    driver(pads::Line::new(settings), data, |what| {
        let address = 5 + what % 2;
        let screen = protocol::bridge::PadScreen {
            ticket: (what & 2 == 0).then_some(u16::from(what)),
            waiting: Some(u16::from(what)),
            beep: u32::from(what),
            timeout_s: u16::from(what & 4),
        };
        Some(if what & 8 == 0 { pads::Command::Show { address, screen } } else { pads::Command::Ask { address } })
    });
}

/// What virtual pads understand.
pub fn pads_virtual_line(data: &[u8]) {
    let mut line = pads::VirtualLine::new(&[5, 6], 0);
    let _ = line.rate(5, 1);
    device(&mut line, data);
}

/// Records of wires: found alike however they are cut, and each the encoding of itself.
pub fn gpio_records(data: &[u8]) {
    fn same<R: lines::Record + Copy + PartialEq + std::fmt::Debug>(data: &[u8]) {
        let (data, first, second) = halves(data);
        let whole = lines::Receiver::default().receive::<R>(data);
        let mut cut = lines::Receiver::default();
        assert_eq!(whole, [cut.receive(first), cut.receive(second)].concat());
        for record in whole {
            assert_eq!(R::decode(&record.encode()), Some(record));
        }
    }
    same::<lines::Seen>(data);
    same::<lines::Order>(data);
}

/// A script for [`driver`] with records of inputs that hold, since arbitrary bytes hardly ever make one: two bytes each, which
/// say what, and how many milliseconds later.
fn wires(data: &[u8]) -> Vec<u8> {
    let (mut script, mut ns) = (Vec::new(), 0);
    for pair in data.chunks_exact(2) {
        let (line, active) = (pair[0] >> 1 & 3, pair[0] & 1 == 1);
        ns += u64::from(pair[1]) * 10_000_000;
        let seen = match pair[0] >> 3 & 3 {
            0 | 1 => lines::Seen::Edge { line, active, ns },
            2 => lines::Seen::Level { line, active, ns },
            _ => lines::Seen::Alive { ns },
        };
        script.push((lines::Seen::SIZE as u8) << 3);
        script.extend(seen.encode());
        // Time, a port that is lost, a command.
        script.push(pair[0] >> 5 | pair[1] & 0xF8);
    }
    script
}

/// The driver of a lane, from the records on.
pub fn gpio_lane(data: &[u8]) {
    let new = || lane::Lane::new(lane::Geometry::default(), lane::crossing::Times::default());
    driver(new(), data, |_| None);
    driver(new(), &wires(data), |_| None);
    device(&mut VirtualLane::new(lane::Geometry::default(), 0), data);
}

/// A gate's driver: it closes only while its safety input is known to be free.
pub fn gpio_gate(data: &[u8]) {
    let contacts = gate::Contacts { stop: true, safety: true, limit_open: true, limit_closed: true, pulse_ms: 500 };
    let command = |what: u8| {
        Some(match what % 5 {
            0 => gate::Command::Move(GateMove::Open),
            1 => gate::Command::Move(GateMove::Close),
            2 => gate::Command::Move(GateMove::Stop),
            n => gate::Command::Hold(u64::from(n - 3) * 60_000),
        })
    };
    driver(gate::Gate::new(contacts), data, command);
    driver(gate::Gate::new(contacts), &wires(data), command);
    let mut gate = VirtualGate::default();
    device(&mut gate, data);
    assert!((0.0..=1.0).contains(&gate.opened()));
}

/// A lamp's driver.
pub fn gpio_lamp(data: &[u8]) {
    let command = |what: u8| {
        let state = [LampState::Off, LampState::On, LampState::Blink][usize::from(what) % 3];
        Some(lamp::Command { state, for_ms: u64::from(what) * 1_000 })
    };
    driver(lamp::Lamp::default(), data, command);
    driver(lamp::Lamp::default(), &wires(data), command);
    device(&mut VirtualLamp::default(), data);
}

/// Pushes of a camera: refused, or with fields that are short, a plate that prints nothing, and an answer that can be given.
fn camera(family: Family, path: &str, content_type: &str, body: &[u8]) {
    let request = camera::Request { path, content_type, body: bytes::Bytes::copy_from_slice(body) };
    let Ok(found) = camera::read(family, &request) else { return };
    for field in [&found.device, &found.colour, &found.plate_type, &found.way].into_iter().flatten() {
        assert!(field.len() <= 2 * camera::MAX_FIELD);
    }
    assert!(found.confidence.is_none_or(|confidence| confidence <= 100));
    if let Some(plate) = &found.plate {
        let text = plate.text.reveal();
        assert!((1..=16).contains(&text.chars().count()) && !text.contains(char::is_control));
        let again = camera::Plate::read(text);
        assert!(again.is_none_or(|again| again.text.reveal().chars().count() <= 16));
    }
    let reply = camera::reply(family, &request, &found, camera::Answer { opens_gate: true, serial: &[] });
    let opens = reply.body.windows(11).any(|part| part == b"\"info\":\"ok\"");
    assert!(!opens || found.kind != camera::Kind::Other, "what is no passage lifts no gate");
}

/// Pushes of Vision-Zenith cameras.
pub fn camera_vz(data: &[u8]) {
    camera(Family::Vz, "/", "application/json", data);
}

/// Pushes of Hikvision cameras, bare and in a multipart body.
pub fn camera_hikvision(data: &[u8]) {
    camera(Family::Hikvision, "/", "application/xml", data);
    let kind = "multipart/form-data; boundary=boundary";
    camera(Family::Hikvision, "/", kind, data);
    let head = b"--boundary\r\nContent-Disposition: form-data; name=\"anpr.xml\"\r\n\r\n";
    camera(Family::Hikvision, "/", kind, &[head, data, b"\r\n--boundary--\r\n"].concat());
}

/// Pushes of Dahua cameras.
pub fn camera_dahua(data: &[u8]) {
    camera(Family::Dahua, camera::dahua::TOLLGATE, "application/json", data);
    camera(Family::Dahua, camera::dahua::KEEP_ALIVE, "application/json", data);
}

/// Pushes in our own JSON.
pub fn camera_http(data: &[u8]) {
    camera(Family::Http, "/", "application/json", data);
}
