//! What a code means that was held before the kiosk's scanner. Pure: nothing is asked, opened or followed here.
//!
//! Anybody can print a code, so nothing of it is believed but its form: a text is compared, never resolved, and only what
//! looks exactly as one of ours leads anywhere. What a code says is in no log and on no disk.

use std::future::Future;
use std::pin::Pin;

use protocol::Pii;
use protocol::bridge::Card;

/// Longest code, in bytes, as the bridge tells them.
const MAX_BYTES: usize = 512;
/// Hex digits of the token in the address of a visitor's page.
const TOKEN: usize = 32;
/// How an appointment's code begins, and how many characters stand behind that, with the one that checks them.
const APPOINTMENT: &str = "PH";
const APPOINTMENT_SIGNS: std::ops::RangeInclusive<usize> = 7..=18;
/// How long a code of a card in a telephone is: they are opaque, and no shorter or longer one has been described.
const OPAQUE: std::ops::RangeInclusive<usize> = 20..=256;

/// What a code means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scanned {
    /// A ticket of this hall: the token in the address of its page. Whoever has it may see that visit.
    Ticket(Pii<String>),
    /// An appointment. No system of appointments is connected.
    Appointment(Pii<String>),
    /// Perhaps a social-security or medical-insurance code: opaque and short-lived, and only its issuer can read it.
    Opaque(Pii<String>),
    /// Nothing to us.
    Nothing,
}

/// Says what a code means. `pages` are the addresses under which this hall's tickets have their pages, without a `/` at the end.
pub fn read(text: &Pii<String>, pages: &[String]) -> Scanned {
    let text = text.reveal().as_str();
    if text.len() > MAX_BYTES || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Scanned::Nothing;
    }
    if let Some(token) = pages.iter().find_map(|page| text.strip_prefix(page.as_str())?.strip_prefix("/t/")) {
        return if is_token(token) { Scanned::Ticket(Pii::new(token.to_owned())) } else { Scanned::Nothing };
    }
    if is_appointment(text) {
        return Scanned::Appointment(Pii::new(text.to_owned()));
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=-_".contains(&byte);
    // An address has a colon, an article's number digits alone and not so many.
    if OPAQUE.contains(&text.len()) && text.bytes().all(plain) {
        return Scanned::Opaque(Pii::new(text.to_owned()));
    }
    Scanned::Nothing
}

fn is_token(token: &str) -> bool {
    token.len() == TOKEN && token.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// `PH`, digits and capitals, and one more that checks them by ISO 7064 MOD 37,36.
fn is_appointment(text: &str) -> bool {
    let Some(signs) = text.strip_prefix(APPOINTMENT) else { return false };
    if !APPOINTMENT_SIGNS.contains(&signs.len()) {
        return false;
    }
    let values: Option<Vec<u32>> =
        signs.chars().map(|sign| if sign.is_ascii_lowercase() { None } else { sign.to_digit(36) }).collect();
    let Some((last, before)) = values.as_deref().and_then(<[u32]>::split_last) else { return false };
    let rest = before.iter().fold(36, |rest, value| {
        let sum = (rest + value) % 36;
        (if sum == 0 { 36 } else { sum }) * 2 % 37
    });
    (rest + last) % 36 == 1
}

/// What comes of an opaque code.
#[derive(Debug)]
pub enum Resolved {
    /// Whose it is: it counts as a card that was laid down.
    Person(Box<Card>),
    /// Its issuer does not know it, or not any more.
    Unknown,
    /// Its issuer does not answer.
    Away,
    /// Nobody who could read it is connected.
    NotConnected,
}

/// An answer on its way.
pub type Resolving = Pin<Box<dyn Future<Output = Resolved> + Send>>;

/// Who reads opaque codes: a provincial or ministerial service, by a contract that each hall needs for itself. It gets a code
/// once, must neither log nor keep it, and has five seconds.
pub trait Resolver: Send + Sync {
    /// Whose code is it?
    fn resolve(&self, code: Pii<String>) -> Resolving;
}

/// Nobody is connected.
#[derive(Debug, Clone, Copy, Default)]
pub struct NotConnected;

impl Resolver for NotConnected {
    fn resolve(&self, code: Pii<String>) -> Resolving {
        drop(code);
        Box::pin(std::future::ready(Resolved::NotConnected))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "6d1f0c3a9b7e4d2f8a5c6b7d8e9f0a1b";

    fn scan(text: &str) -> Scanned {
        let pages = ["https://hall.example:8443".to_owned(), "http://10.0.0.2:8080".to_owned()];
        read(&Pii::new(text.to_owned()), &pages)
    }

    #[test]
    fn a_ticket_of_our_own_is_known_by_its_whole_address() {
        for page in ["https://hall.example:8443", "http://10.0.0.2:8080"] {
            assert_eq!(scan(&format!("{page}/t/{TOKEN}")), Scanned::Ticket(Pii::new(TOKEN.to_owned())));
        }
    }

    #[test]
    fn what_only_looks_like_ours_leads_nowhere() {
        for text in [
            format!("https://hall.example/t/{TOKEN}"),
            format!("http://hall.example:8443/t/{TOKEN}"),
            format!("https://hall.example:8443.evil.invalid/t/{TOKEN}"),
            format!("https://hall.example:8443@evil.invalid/t/{TOKEN}"),
            format!("https://evil.invalid/https://hall.example:8443/t/{TOKEN}"),
            format!("https://hall.example:8443/t/{TOKEN}/leave"),
            format!("https://hall.example:8443/t/../api/v1/tickets/{TOKEN}"),
            format!("https://hall.example:8443/t/{TOKEN}?x=1"),
            format!("https://hall.example:8443/t/{}", TOKEN.to_uppercase()),
            format!("https://hall.example:8443/t/{}", &TOKEN[1..]),
            format!("HTTPS://HALL.EXAMPLE:8443/t/{TOKEN}"),
            "https://hall.example:8443/t/".into(),
            "https://hall.example:8443".into(),
            "javascript:alert(document.cookie)".into(),
            "data:text/html,<script>alert(1)</script>".into(),
            "<img src=x onerror=alert(1)>".into(),
            "WIFI:T:WPA;S:hall;P:secret;;".into(),
            "6901234567892".into(),
            "请到三号窗口".into(),
            String::new(),
            " ".into(),
            "a\0b".into(),
            format!("https://hall.example:8443/t/{TOKEN}\n"),
            "7".repeat(513),
            "7".repeat(100_000),
        ] {
            assert_eq!(scan(&text), Scanned::Nothing, "{text:.80}");
        }
    }

    #[test]
    fn an_appointment_is_known_by_its_check() {
        let good: Vec<String> = (0..36)
            .filter_map(|value| char::from_digit(value, 36))
            .map(|sign| format!("PH2026A1{}", sign.to_ascii_uppercase()))
            .filter(|text| matches!(scan(text), Scanned::Appointment(_)))
            .collect();
        assert_eq!(good.len(), 1, "one check fits: {good:?}");
        let good = &good[0];
        for at in 2..good.len() {
            for sign in ('0'..='9').chain('A'..='Z') {
                let mut other: Vec<char> = good.chars().collect();
                other[at] = sign;
                let other: String = other.into_iter().collect();
                assert!(other == *good || scan(&other) == Scanned::Nothing, "{other}");
            }
        }
        for text in [good.to_lowercase(), format!("{good} "), format!("X{good}"), "PH".into(), "PH2026".into()] {
            assert_eq!(scan(&text), Scanned::Nothing, "{text}");
        }
    }

    /// A release identifier that is printed everywhere as the example of MOD 37,36: A1-2425G-ABC1234002-M.
    #[test]
    fn the_check_is_that_of_the_standard() {
        assert!(is_appointment("PHA12425GABC1234002M"));
        assert!(!is_appointment("PHA12425GABC1234002N"));
    }

    #[test]
    fn opaque_codes_are_nobodys_until_their_issuer_says() {
        for text in ["9f8e7d6c5b4a39281706f5e4d3c2b1a0QQ==", "280000000000000000000000000000000001"] {
            assert_eq!(scan(text), Scanned::Opaque(Pii::new(text.to_owned())));
            assert!(!format!("{:?}", scan(text)).contains(text));
        }
        assert_eq!(scan("1234567890123456789"), Scanned::Nothing, "too short");
        assert_eq!(scan(&"a".repeat(257)), Scanned::Nothing, "too long");
    }

    #[tokio::test]
    async fn nobody_is_connected() {
        let resolved = NotConnected.resolve(Pii::new("9f8e7d6c5b4a39281706".to_owned())).await;
        assert!(matches!(resolved, Resolved::NotConnected));
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics_and_no_other_text_is_a_ticket(text in "\\PC{0,600}", tail in "[ -~]{0,60}") {
            let _ = scan(&text);
            if let Scanned::Ticket(token) = scan(&format!("https://hall.example:8443/t/{tail}")) {
                proptest::prop_assert_eq!(token.reveal(), &tail);
                proptest::prop_assert!(is_token(&tail));
            }
        }
    }
}
