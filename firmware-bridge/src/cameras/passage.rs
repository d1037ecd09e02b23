//! From what a camera saw to a passage with a name of its own.

use std::time::Duration;

use drivers::camera::{Family, Identity, Sighting, Stamp};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::clock;
use crate::journal::entry::hex;
use crate::passages::entry::MAX_ID;
use crate::passages::seal::Seal;
use crate::passages::{New, Passage, Source};
use crate::settings;

/// A camera that kept a passage while nobody answered is believed about its time for so many seconds back.
const BELIEVED_S: i64 = 24 * 3_600;
/// Characters of a hash in the name of a passage: with the longest name of a camera it is just short enough.
const HASH: usize = 30;
/// Seconds within which a camera that gives no ids does not see the same plate twice.
const BUCKET_S: i64 = 10;

/// The passage that a camera saw, `now_s` being the time. `unique` tells it from others where nothing else does.
pub fn of(
    camera: &settings::Camera,
    zone: &TimeZone,
    sighting: &Sighting,
    seal: &Seal,
    now_s: i64,
    unique: u128,
) -> New {
    let said = sighting.at.and_then(|stamp| instant(stamp, zone)).map(Timestamp::as_second);
    let kept = said.filter(|at| sighting.offline && (now_s - BELIEVED_S..=now_s).contains(at));
    let event_s = kept.unwrap_or(now_s);
    let at = clock::wall_ago(Duration::from_secs((now_s - event_s).unsigned_abs()));
    let plate = sighting.plate.as_ref().map(|plate| plate.text.reveal().as_str());
    let name = camera.name.as_str();
    let known = match (&sighting.identity, said) {
        (Some(Identity::Given(id)), _) => Some(seal.mark(&["id", name, id])),
        (Some(Identity::Made(fields)), _) => Some(seal.mark(&["fields", name, fields.reveal()])),
        // Without an id the moment that the camera names is one: it says the same when it repeats itself.
        (None, Some(said)) => Some(seal.mark(&["at", name, &said.to_string(), plate.unwrap_or_default()])),
        (None, None) => None,
    };
    let near = plate.map(|plate| seal.mark(&["near", name, plate]));
    let hashed = |mark: &[u8]| format!("{name}-{}", &hex(mark)[..HASH]);
    let passage_id = match (&sighting.identity, known, plate) {
        (Some(Identity::Given(id)), ..) if is_fit(name, id) => format!("{name}-{id}"),
        (_, Some(known), _) => hashed(&known),
        (_, None, Some(plate)) => hashed(&seal.mark(&["bucket", name, plate, &(event_s / BUCKET_S).to_string()])),
        (_, None, None) => hashed(&unique.to_le_bytes()),
    };
    let (direction, sure) = camera.way.of(camera.family, sighting.way.as_deref());
    let passage = Passage {
        lot: camera.target.lot.clone(),
        lane: camera.target.lane.clone(),
        direction,
        at,
        passage_id,
        plate: sighting.plate.as_ref().map(|plate| plate.text.clone()),
        class: camera.target.class,
        source: if camera.family == Family::Http { Source::Http } else { Source::Camera },
        doubtful: !sure,
    };
    New { passage, known, near, event_s }
}

fn is_fit(name: &str, id: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
    name.len() + 1 + id.len() <= MAX_ID && !id.is_empty() && id.bytes().all(is_plain)
}

fn instant(stamp: Stamp, zone: &TimeZone) -> Option<Timestamp> {
    match stamp {
        Stamp::Instant(at) => Some(at),
        Stamp::Local(at) => zone.to_timestamp(at).ok(),
    }
}

#[cfg(test)]
mod tests {
    use drivers::camera::{Kind, Plate};
    use protocol::bridge::lanes::Direction;
    use protocol::pii::Pii;

    use super::*;

    const NOW: i64 = 1_795_397_400;

    fn camera() -> settings::Camera {
        let text = "[[cameras]]\nname = \"in-1\"\nfamily = \"vz\"\nlot = \"P1\"\ndirection = \"by-camera\"\n\
                    addresses = [\"127.0.0.1\"]\n";
        settings::parse("b.toml", text).unwrap().cameras.remove(0)
    }

    fn made(sighting: &Sighting, now_s: i64, unique: u128) -> New {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("passages.key"), [7; 64]).unwrap();
        let seal = Seal::open(dir.path()).unwrap();
        of(&camera(), &TimeZone::get("Asia/Shanghai").unwrap(), sighting, &seal, now_s, unique)
    }

    fn sighting(plate: &str, identity: Option<Identity>) -> Sighting {
        Sighting { kind: Kind::Passage, plate: Plate::read(plate), identity, ..Sighting::default() }
    }

    #[test]
    fn a_passage_has_one_short_name_without_the_plate() {
        let given = |id: &str| Some(Identity::Given(id.to_owned()));
        let plain = made(&sighting("浙A12345", given("a1b2-871")), NOW, 1);
        assert_eq!(plain.passage.passage_id, "in-1-a1b2-871");
        for identity in
            [given(&"x".repeat(99)), given("a b"), given("号"), Some(Identity::Made(Pii::new("浙A12345".into())))]
        {
            let id = made(&sighting("浙A12345", identity.clone()), NOW, 1).passage.passage_id;
            assert!(id.len() <= MAX_ID && id.starts_with("in-1-") && !id.contains("12345") && id.is_ascii(), "{id}");
            assert_eq!(id, made(&sighting("浙A12345", identity), NOW + 60, 2).passage.passage_id);
        }
        let longest = settings::Camera { name: "n".repeat(32), ..camera() };
        assert!(longest.name.len() + 1 + HASH <= MAX_ID);
        let nothing = |plate: &str, now, unique| made(&sighting(plate, None), now, unique).passage.passage_id;
        assert_eq!(nothing("浙A12345", NOW, 1), nothing("浙A12345", NOW + 9, 2));
        assert_ne!(nothing("浙A12345", NOW, 1), nothing("浙A12345", NOW + 10, 1));
        assert_ne!(nothing("_无_", NOW, 1), nothing("_无_", NOW, 2), "two vehicles without a plate are two");
    }

    #[test]
    fn the_time_of_a_camera_is_believed_only_of_what_it_kept() {
        let at = |offline, at: &str| {
            let at = Some(Stamp::Local(at.parse().unwrap()));
            made(&Sighting { at, offline, ..sighting("浙A12345", None) }, NOW, 1).event_s
        };
        assert_eq!(at(false, "2026-11-23T09:00:00"), NOW);
        assert_eq!(at(true, "2026-11-23T09:00:00"), NOW - 1_800);
        assert_eq!(at(true, "2026-11-23T09:31:00"), NOW, "from the future");
        assert_eq!(at(true, "2020-01-01T00:00:00"), NOW, "a clock that was never set");
    }

    #[test]
    fn a_way_that_the_camera_does_not_know_is_doubtful() {
        let way = |word: Option<&str>| {
            let way = word.map(str::to_owned);
            let passage = made(&Sighting { way, ..sighting("浙A12345", None) }, NOW, 1).passage;
            (passage.direction, passage.doubtful)
        };
        assert_eq!(way(Some("4")), (Direction::In, false));
        assert_eq!(way(Some("3")), (Direction::Out, false));
        assert_eq!(way(None), (Direction::In, true));
        assert_eq!(way(Some("1")), (Direction::In, true));
    }
}
