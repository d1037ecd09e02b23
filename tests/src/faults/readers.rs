//! Faults of readers.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use protocol::bridge::{Card, CardTrouble, DeviceKind, DeviceState, ReaderMessage};
use serde_json::json;

use super::bridge::{Api, Bridge, Listener};
use super::list::{Expect, ReaderFault};
use super::{Tried, batches, side_by_side};

/// A card is read, or its holder told why not, within this time.
const TOLD: Duration = Duration::from_secs(20);

/// What is told of a card.
#[derive(Debug)]
enum Told {
    Read(Box<Card>),
    Failed(CardTrouble),
}

/// Tries every fault so many times, each with another card.
pub async fn run(faults: &[ReaderFault], times: usize) -> anyhow::Result<Vec<Tried>> {
    let tries: Vec<(ReaderFault, usize)> =
        faults.iter().flat_map(|fault| (0..times).map(|at| (fault.clone(), at))).collect();
    batches(tries, together).await
}

async fn together(tries: Vec<(ReaderFault, usize)>) -> anyhow::Result<Vec<Tried>> {
    let mut devices = String::new();
    for index in 0..tries.len() {
        write!(devices, "[[readers]]\nname = \"r{index}\"\nmodel = \"sam-v\"\nport = \"virtual\"\n")?;
    }
    let bridge = Bridge::start(&devices, &[("PAIHAO_LOG", "trace")])?;
    let attempts = tries.into_iter().enumerate().map(|(index, (fault, at))| {
        let api = bridge.api.clone();
        async move {
            let what = format!("{}, card {at}", fault.name);
            attempt(&fault, at, &api, &format!("r{index}")).await.context(what)
        }
    });
    let done = side_by_side(&bridge, attempts).await?;
    // Nothing of a card is in the log.
    let log = bridge.log();
    for card in drivers::samv::virtual_reader::deck::cards() {
        ensure!(!log.contains(card.number) && !log.contains(card.name), "{} is in the log", card.label);
    }
    Ok(done)
}

async fn attempt(fault: &ReaderFault, at: usize, api: &Api, name: &str) -> anyhow::Result<Tried> {
    let deck = drivers::samv::virtual_reader::deck::cards();
    let (card, next) = (at % deck.len(), (at + 1) % deck.len());
    let (plugs, lay) = (format!("/v1/virtual/readers/{name}/plugs"), format!("/v1/virtual/readers/{name}/card"));
    api.is(DeviceKind::Reader, name, DeviceState::Ready).await?;
    let mut listener = api.listen(name).await?;
    if fault.dead {
        api.put(&plugs, &json!({"line": false})).await?;
        api.is(DeviceKind::Reader, name, DeviceState::Gone).await?;
    }
    api.put(&lay, &json!({"card": card, "fault": fault.fault})).await?;
    if fault.dead {
        api.put(&plugs, &json!({"line": true})).await?;
        api.is(DeviceKind::Reader, name, DeviceState::Ready).await?;
    }
    let began = Instant::now();
    let told = hear(&mut listener).await?;
    let took = began.elapsed();
    let end = match (&told, fault.expect) {
        (Told::Read(read), Expect::Read) => {
            is_that_of(read, &deck[card])?;
            "read".to_owned()
        }
        (Told::Failed(why), Expect::Message) if fault.why.contains(why) => format!("told {why:?}").to_lowercase(),
        _ => bail!("told {told:?}"),
    };
    if fault.next {
        // The next visitor's card takes its place between two looks.
        api.put(&lay, &json!({"card": next})).await?;
        removed(&mut listener).await?;
        let Told::Read(read) = hear(&mut listener).await? else { bail!("the next card was not read") };
        is_that_of(&read, &deck[next])?;
    } else if fault.expect == Expect::Message {
        // Once more, as the message says.
        api.put(&lay, &json!({"card": null})).await?;
        removed(&mut listener).await?;
        api.put(&lay, &json!({"card": card})).await?;
        let Told::Read(read) = hear(&mut listener).await? else { bail!("not read when laid down once more") };
        is_that_of(&read, &deck[card])?;
    }
    api.put(&lay, &json!({"card": null})).await?;
    removed(&mut listener).await?;
    Ok(Tried { fault: format!("reader: {}", fault.name), end, took })
}

/// What is told next, but that a card is being read.
async fn heard(listener: &mut Listener) -> anyhow::Result<ReaderMessage> {
    loop {
        match listener.hear(TOLD).await? {
            ReaderMessage::Found => {}
            message => return Ok(message),
        }
    }
}

async fn hear(listener: &mut Listener) -> anyhow::Result<Told> {
    match heard(listener).await? {
        ReaderMessage::Read { card } => Ok(Told::Read(card)),
        ReaderMessage::Failed { why } => Ok(Told::Failed(why)),
        other => bail!("told {other:?}"),
    }
}

async fn removed(listener: &mut Listener) -> anyhow::Result<()> {
    let heard = heard(listener).await?;
    ensure!(heard == ReaderMessage::Removed, "not removed, but {heard:?}");
    Ok(())
}

/// Never a wrong person.
fn is_that_of(read: &Card, card: &drivers::samv::virtual_reader::deck::SyntheticCard) -> anyhow::Result<()> {
    let same = read.kind == card.kind
        && read.number.reveal() == card.number
        && read.name.reveal() == card.name
        && read.birth.reveal() == card.birth
        && read.valid_to.as_ref().map(protocol::Pii::reveal) == card.valid_to.as_ref();
    ensure!(same, "somebody else was read than {:?}", card.label);
    Ok(())
}
