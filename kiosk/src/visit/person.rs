//! What is kept of a card while its holder stands before the kiosk.

use protocol::Pii;
use protocol::bridge::Card;
use protocol::kiosk::KioskPerson;
use zeroize::Zeroizing;

/// From this age on a visitor may take precedence.
pub const ELDER_AGE: u16 = 70;

/// A visitor with a card. The number is wiped when the visit is over; the name is never kept whole.
#[derive(Clone)]
pub struct Person {
    number: Zeroizing<String>,
    masked: String,
    /// Year, month, day.
    birth: Option<(u16, u8, u8)>,
    /// The card's last day; none for a long-term card.
    valid_to: Option<(u16, u8, u8)>,
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person")
    }
}

impl Person {
    /// From a card.
    pub fn of(card: &Card) -> Self {
        let first = card.name.reveal().chars().find(|letter| !letter.is_whitespace());
        Self {
            number: Zeroizing::new(card.number.reveal().clone()),
            masked: first.map_or_else(|| "*".to_owned(), |first| format!("{first}*")),
            birth: date(card.birth.reveal()),
            valid_to: card.valid_to.as_ref().and_then(|last| date(last.reveal())),
        }
    }

    /// For the screen, by the hall's time (RFC 3339).
    pub fn shown(&self, at: Option<&str>) -> KioskPerson {
        let letters: Vec<char> = self.number.chars().collect();
        let last4 = letters[letters.len().saturating_sub(4)..].iter().collect();
        KioskPerson { name: self.masked.clone(), last4, expired: self.is_expired(at) }
    }

    /// For the server.
    pub fn number(&self) -> Pii<String> {
        Pii::new(self.number.to_string())
    }

    /// Whether it is the same visitor.
    pub fn is(&self, other: &Self) -> bool {
        self.number == other.number
    }

    /// Whether the holder is [`ELDER_AGE`] or older by the hall's time (RFC 3339).
    pub fn is_elder(&self, at: Option<&str>) -> bool {
        let (Some((year, month, day)), Some(today)) = (self.birth, today(at)) else { return false };
        (year + ELDER_AGE, month, day) <= today
    }

    /// Whether the card's last day is over by the hall's time. Whoever holds it is served all the same.
    fn is_expired(&self, at: Option<&str>) -> bool {
        self.valid_to.zip(today(at)).is_some_and(|(last, today)| last < today)
    }
}

fn today(at: Option<&str>) -> Option<(u16, u8, u8)> {
    date(&at?.get(..10)?.replace('-', ""))
}

fn date(digits: &str) -> Option<(u16, u8, u8)> {
    let valid = digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit());
    valid.then_some(())?;
    Some((digits[..4].parse().ok()?, digits[4..6].parse().ok()?, digits[6..].parse().ok()?))
}

#[cfg(test)]
pub(super) mod tests {
    use protocol::bridge::CardKind;

    use super::*;

    /// A card of nobody.
    pub fn card(name: &str, number: &str, birth: &str) -> Card {
        let text = |text: &str| Pii::new(text.to_owned());
        Card { kind: CardKind::Resident, number: text(number), name: text(name), birth: text(birth), valid_to: None }
    }

    #[test]
    fn names_and_numbers_are_masked() {
        let person = Person::of(&card("张三丰", "33021219900101123X", "19900101"));
        let shown = |name: &str, last4: &str| KioskPerson { name: name.into(), last4: last4.into(), expired: false };
        assert_eq!(person.shown(None), shown("张*", "123X"));
        assert_eq!(format!("{person:?}"), "Person");
        assert_eq!(Person::of(&card("", "12", "")).shown(None), shown("*", "12"));
    }

    #[test]
    fn a_card_is_good_through_its_last_day() {
        let mut card = card("李", "1", "19800101");
        let mut expired = |last: Option<&str>| {
            card.valid_to = last.map(|last| Pii::new(last.to_owned()));
            Person::of(&card).shown(Some("2026-11-23T09:00:00.000+08:00")).expired
        };
        assert!(expired(Some("20261122")));
        assert!(!expired(Some("20261123")));
        assert!(!expired(None));
    }

    #[test]
    fn seventy_begins_on_the_birthday() {
        let elder = |birth: &str, at: Option<&str>| Person::of(&card("李", "1", birth)).is_elder(at);
        let at = Some("2026-11-23T09:00:00.000+08:00");
        assert!(elder("19561123", at));
        assert!(!elder("19561124", at));
        assert!(elder("19310101", at));
        assert!(!elder("unknown", at));
        assert!(!elder("19310101", None));
    }
}
