//! Cards on one line: each shows its own, whatever the others do.

use super::*;
use crate::onbon::virtual_card::VirtualCard;
use crate::onbon::{Generation, Sign as Onbon};
use crate::rig::Rig;
use crate::sign::virtual_sign::{Plugs, VirtualSign, text};
use crate::{Health, VirtualDevice};

/// Devices that all hear the host. Two that speak at a time cannot be understood.
struct Bus {
    cards: Vec<VirtualCard>,
    collisions: usize,
}

impl VirtualDevice for Bus {
    fn receive(&mut self, now: Millis, bytes: &[u8]) {
        for card in &mut self.cards {
            card.receive(now, bytes);
        }
    }

    fn answer(&mut self) -> Vec<u8> {
        let answers: Vec<_> =
            self.cards.iter_mut().map(VirtualCard::answer).filter(|bytes| !bytes.is_empty()).collect();
        self.collisions += answers.len().saturating_sub(1);
        answers.concat()
    }

    fn wake_at(&self) -> Option<Millis> {
        self.cards.iter().filter_map(VirtualDevice::wake_at).min()
    }
}

const CARDS: usize = 4;

fn bench() -> Rig<Line, Bus> {
    let sign = |at: usize| -> Box<dyn Sign> {
        let generation = if at.is_multiple_of(2) { Generation::Fifth } else { Generation::Sixth };
        Box::new(Onbon::new(128, 32).of(generation).at(at as u16 + 1))
    };
    let card = |at: usize| {
        let generation = if at.is_multiple_of(2) { Generation::Fifth } else { Generation::Sixth };
        VirtualCard::new(128, 32, at as u64).of(generation).at(at as u16 + 1)
    };
    let bus = Bus { cards: (0..CARDS).map(card).collect(), collisions: 0 };
    Rig::new(Line::new((0..CARDS).map(sign).collect()), bus)
}

fn show(bench: &mut Rig<Line, Bus>, at: usize, says: &str) {
    bench.input(Input::Command((at, Command::Show { area: 0, content: text(says) })));
}

fn shown(bench: &Rig<Line, Bus>) -> Vec<String> {
    let first = |card: &VirtualCard| card.areas().first().map_or_else(String::new, |area| area.text.clone());
    bench.device.cards.iter().map(first).collect()
}

#[test]
fn each_shows_its_own_and_nobody_speaks_at_the_same_time() {
    let mut bench = bench();
    for round in 0..10 {
        for at in 0..CARDS {
            show(&mut bench, at, &format!("{at}-{round}"));
        }
        bench.run(2_500);
        assert_eq!(shown(&bench), (0..CARDS).map(|at| format!("{at}-{round}")).collect::<Vec<_>>());
    }
    assert_eq!(bench.device.collisions, 0);
    for card in &bench.device.cards {
        assert_eq!(card.rejected().len(), 0, "{:?}", card.rejected().collect::<Vec<_>>());
    }
    // One request at a time: the next goes when the answer has come.
    assert!(bench.sent.windows(2).all(|pair| pair[1].0.since(pair[0].0) >= 20), "half duplex");
}

#[test]
fn a_dead_card_is_gone_alone_and_comes_back() {
    let mut bench = bench();
    bench.run(1_000);
    bench.device.cards[2].plug(Plugs { power: false, ..Plugs::default() });
    bench.until(15_000, |event| *event == (2, Event::Health(Health::GONE)));
    for at in 0..CARDS {
        show(&mut bench, at, "new");
    }
    bench.run(5_000);
    assert_eq!(shown(&bench), ["new", "new", "", "new"]);
    bench.device.cards[2].plug(Plugs::default());
    bench.until(20_000, |event| *event == (2, Event::Shown { area: 0 }));
    assert_eq!(shown(&bench), ["new"; CARDS]);
    let opened_anew = bench.told().iter().any(|(at, event)| *at != 2 && *event == Event::Health(Health::GONE));
    assert!(!opened_anew, "the others noticed nothing");
}

#[test]
fn a_dead_line_is_opened_anew_and_everything_comes_back() {
    let mut bench = bench();
    for at in 0..CARDS {
        show(&mut bench, at, "kept");
    }
    bench.run(3_000);
    for card in &mut bench.device.cards {
        card.plug(Plugs { line: false, ..Plugs::default() });
        card.plug(Plugs { line: false, power: false, ..Plugs::default() });
    }
    bench.run(30_000);
    for at in 0..CARDS {
        assert!(bench.told().contains(&(at, Event::Health(Health::GONE))));
    }
    for card in &mut bench.device.cards {
        card.plug(Plugs::default());
    }
    bench.run(20_000);
    assert_eq!(shown(&bench), ["kept"; CARDS]);
}

#[test]
fn a_garbled_line_recovers() {
    let mut bench = bench();
    for card in &mut bench.device.cards {
        card.plug(Plugs { garbled: true, ..Plugs::default() });
    }
    for at in 0..CARDS {
        show(&mut bench, at, "through noise");
    }
    bench.run(20_000);
    for card in &mut bench.device.cards {
        card.plug(Plugs::default());
    }
    bench.run(20_000);
    assert_eq!(shown(&bench), ["through noise"; CARDS]);
    let views: Vec<_> = bench.device.cards.iter().map(VirtualSign::view).collect();
    assert!(views.iter().any(|view| !view.rejected.is_empty()), "there was noise");
}
