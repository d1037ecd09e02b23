//! Driver and virtual chain together, and the crate `max7219` at the other end of the chain.

use std::convert::Infallible;

use embedded_hal::spi::{ErrorType, Operation, SpiDevice};
use proptest::prelude::*;
use protocol::bridge::{SignArea, SignDots};

use super::*;
use crate::max7219::{Digits, Matrix};
use crate::rig::Rig;
use crate::sign::board::Board;
use crate::sign::virtual_sign::text;
use crate::sign::{Command, Deed, Event, Refusal};
use crate::{Health, Input};

fn digits(chain: usize, digits: usize) -> Rig<Board<Digits>, VirtualChain> {
    Rig::new(Board::new(Digits::new(chain, digits)), VirtualChain::digits(chain, digits, 1))
}

fn matrix(width: u16, height: u16) -> Rig<Board<Matrix>, VirtualChain> {
    Rig::new(Board::new(Matrix::new(width, height)), VirtualChain::matrix(width, height, 1))
}

fn show<W: crate::sign::board::Wire>(bench: &mut Rig<Board<W>, VirtualChain>, area: u8, content: SignArea) {
    bench.input(Input::Command(Command::Show { area, content }));
}

#[test]
fn a_chain_of_numbers() {
    let mut bench = digits(3, 4);
    assert_eq!(bench.device.texts(), ["    "; 3], "on, and nothing of what stood in the registers");
    for (area, says) in ["余位 23", "已满", "-"].iter().enumerate() {
        show(&mut bench, area as u8, text(says));
    }
    assert_eq!(bench.device.texts(), ["  23", "FULL", "----"]);
    show(&mut bench, 3, text("1"));
    show(&mut bench, 1, text("12345"));
    assert!(bench.told().contains(&Event::Refused { area: 3, why: Refusal::NoSuchArea }));
    assert!(bench.told().contains(&Event::Refused { area: 1, why: Refusal::TooLong }));
    assert_eq!(bench.device.texts()[1], "----");
    assert!(bench.sent.iter().all(|(_, bytes)| bytes.len() == 6), "a word for each chip");
    assert_eq!(bench.told()[0], Event::Health(Health::READY));
}

#[test]
fn noise_and_power_cuts_are_written_over() {
    let mut bench = digits(2, 8);
    show(&mut bench, 0, text("12345678"));
    for round in 0..20 {
        bench.device.disturb();
        if round % 4 == 0 {
            bench.device.plug(Plugs { power: false, ..Plugs::default() });
            bench.run(500);
            assert_eq!(bench.device.texts(), ["", ""]);
            bench.device.plug(Plugs::default());
        }
        bench.run(2_100);
        assert_eq!(bench.device.texts(), ["12345678", "        "], "round {round}");
    }
}

#[test]
fn what_has_run_out_becomes_dashes() {
    let mut bench = digits(1, 4);
    show(&mut bench, 0, SignArea { timeout_s: 5, ..text("7") });
    bench.run(4_900);
    assert_eq!(bench.device.texts(), ["   7"]);
    bench.run(200);
    assert_eq!(bench.device.texts(), ["----"]);
    let mut bench = matrix(16, 16);
    show(&mut bench, 0, SignArea { timeout_s: 5, ..text("7") });
    bench.run(5_100);
    let lit = bench.device.texts().concat().chars().filter(|dot| *dot == '█').count();
    assert_eq!(lit, 12, "a dash: {:#?}", bench.device.texts());
}

#[test]
fn brightness_and_test() {
    let mut bench = digits(2, 8);
    bench.input(Input::Command(Command::Brightness(4)));
    assert!(bench.told().contains(&Event::Done(Deed::Brightness)));
    assert_eq!(bench.device.view().brightness, 4);
    bench.input(Input::Command(Command::SelfTest));
    assert!(bench.told().contains(&Event::Done(Deed::SelfTest)));
    assert!(bench.device.view().test);
    bench.run(3_100);
    assert!(!bench.device.view().test);
    assert_eq!(bench.device.texts(), ["        "; 2]);
}

#[test]
fn pictures_and_texts_of_dots() {
    let mut bench = matrix(32, 32);
    // A frame around the first area: every dot has its place.
    let edge = |x: u16, y: u16| x == 0 || y == 0 || x == 31 || y == 15 || x == y;
    let dots = SignDots::draw(32, 16, edge);
    show(&mut bench, 0, SignArea { dots: Some(dots), ..text("ignored") });
    let rows = bench.device.texts();
    for y in 0..32_u16 {
        let row: String = (0..32).map(|x| if y < 16 && edge(x, y) { '█' } else { '·' }).collect();
        assert_eq!(rows[usize::from(y)], row, "row {y}");
    }
    show(&mut bench, 1, text("42号"));
    let lit = bench.device.texts()[16..].concat().chars().filter(|dot| *dot == '█').count();
    let font: usize =
        "42号".chars().map(|c| (0..256).filter(|at| font::glyph_or_mark(c).is_set(at % 16, at / 16)).count()).sum();
    assert_eq!(lit, font);
    assert_eq!(bench.device.texts()[..16], rows[..16], "the first area is left alone");
    for wrong in [
        text("12345"),
        text("1\n2"),
        SignArea { dots: Some(SignDots::draw(33, 1, |_, _| true)), ..text("") },
        SignArea { dots: Some(SignDots::draw(1, 17, |_, _| true)), ..text("") },
    ] {
        show(&mut bench, 0, wrong.clone());
        assert_eq!(bench.told().last(), Some(&Event::Refused { area: 0, why: Refusal::TooLong }), "{wrong:?}");
    }
}

/// The chain as a port of the crate.
struct Port<'a>(&'a mut VirtualChain);

impl ErrorType for Port<'_> {
    type Error = Infallible;
}

impl SpiDevice for Port<'_> {
    fn transaction(&mut self, operations: &mut [Operation<'_, u8>]) -> Result<(), Infallible> {
        for operation in operations {
            if let Operation::Write(bytes) = operation {
                self.0.receive(Millis(1), bytes);
            }
        }
        Ok(())
    }
}

/// The crate numbers the chips from the far end.
#[test]
fn the_crate_max7219_is_understood() {
    let mut chain = VirtualChain::digits(3, 8, 5);
    let mut theirs = max7219::MAX7219::from_spi(3, Port(&mut chain)).unwrap();
    theirs.power_on().unwrap();
    for (chip, number) in [(0, 123), (1, -45), (2, 67_890)] {
        theirs.write_integer(chip, number).unwrap();
        theirs.set_intensity(chip, 9).unwrap();
    }
    assert_eq!(chain.texts().iter().map(|text| text.trim()).collect::<Vec<_>>(), ["67890", "-45", "123"]);
    assert_eq!(chain.view().brightness, 9);
    assert_eq!(chain.view().rejected, []);
    // Ours shows the same number by the same segments.
    let mut bench = digits(3, 8);
    show(&mut bench, 0, text("67890"));
    assert_eq!(bench.device.texts()[0].trim(), "67890");
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), chips in 1_usize..9) {
        let mut chain = VirtualChain::digits(chips, 8, 0);
        chain.receive(Millis(1), &bytes);
        chain.receive(Millis(100), &bytes);
        let _ = (chain.view(), chain.png());
        let mut chain = VirtualChain::matrix(64, 16, 0);
        chain.receive(Millis(1), &bytes);
        let _ = (chain.view(), chain.png());
    }
}
