//! Questions that tell what hangs on a port: short, harmless to whoever does not understand them, and answered in a way that
//! nothing else answers.

use crate::escpos;
use crate::onbon;
use crate::samv;

/// A question to whatever hangs on a port.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    /// The model of the settings that answers so.
    pub model: &'static str,
    /// Rates of a serial line at which it is asked, the likeliest first.
    pub bauds: &'static [u32],
    /// The bytes.
    pub ask: fn() -> Vec<u8>,
    /// What its answer says, none while it is no such answer. Given everything that has come so far.
    pub understand: fn(&[u8]) -> Option<String>,
}

/// Every question, in the order in which they may be asked: a printer prints what it does not understand, so it is asked first,
/// with three bytes that no printer prints.
pub const QUESTIONS: &[Question] = &[
    Question { model: "generic-80", bauds: &[115_200, 9_600, 19_200, 38_400], ask: ask_printer, understand: printer },
    Question { model: "sam-v", bauds: &[115_200, 9_600], ask: ask_reader, understand: reader },
    Question { model: "onbon-5k", bauds: &[57_600, 9_600], ask: ask_sign, understand: sign },
];

/// DLE EOT 1.
fn ask_printer() -> Vec<u8> {
    vec![0x10, 0x04, 1]
}

fn printer(answer: &[u8]) -> Option<String> {
    // Noise at a wrong rate is more than the one byte.
    let [byte] = answer else { return None };
    match escpos::status::Demultiplexer::default().byte(*byte) {
        Some(escpos::status::Answer::RealTime(status)) => Some(format!("DLE EOT 1 = {status:02X}")),
        _ => None,
    }
}

fn ask_reader() -> Vec<u8> {
    samv::frame::Request::Status.frame()
}

fn reader(answer: &[u8]) -> Option<String> {
    let mut frames = samv::frame::decode(answer, samv::frame::ANSWERS).into_iter().flatten();
    frames.find_map(|frame| samv::answer::Answer::of(&frame).map(|answer| format!("{:?}", answer.meaning())))
}

fn ask_sign() -> Vec<u8> {
    onbon::frame::encode(onbon::frame::TO_ANY, onbon::frame::HOST, &onbon::request::Request::Ping.encode())
}

fn sign(answer: &[u8]) -> Option<String> {
    let frame = onbon::frame::decode_all(answer).into_iter().find_map(Result::ok)?;
    Some(format!("0x{:04X}", frame.from))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::escpos::{Model, VirtualPrinter};
    use crate::onbon::virtual_card::VirtualCard;
    use crate::samv::virtual_reader::VirtualReader;
    use crate::{Millis, VirtualDevice};

    /// What each question hears from a device, and what it makes of it.
    fn asked(mut device: impl VirtualDevice) -> Vec<&'static str> {
        let mut known = Vec::new();
        // Switched on long ago.
        device.receive(Millis(0), &[]);
        let mut now = 10_000;
        for question in QUESTIONS {
            device.receive(Millis(now), &(question.ask)());
            let mut heard = Vec::new();
            for _ in 0..100 {
                heard.extend(device.answer());
                now += 10;
                device.receive(Millis(now), &[]);
            }
            known.extend((question.understand)(&heard).map(|_| question.model));
        }
        known
    }

    #[test]
    fn each_device_answers_its_own_question_alone() {
        let model = Model::named("generic-80").unwrap();
        assert_eq!(asked(VirtualPrinter::new(model, Millis(0))), ["generic-80"]);
        assert_eq!(asked(VirtualReader::new(0)), ["sam-v"]);
        assert_eq!(asked(VirtualCard::new(128, 32, 0)), ["onbon-5k"]);
    }

    #[test]
    fn noise_is_no_answer() {
        for question in QUESTIONS {
            for noise in [&[][..], &[0x12, 0x12], &[0xFF; 40], &[0; 9], b"hello"] {
                assert_eq!((question.understand)(noise), None, "{} {noise:02X?}", question.model);
            }
        }
    }
}
