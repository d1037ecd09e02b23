//! HTTP digest (RFC 7616) for cameras: MD5 and SHA-256, `qop=auth`. Nonces are the bridge's own, live for some minutes, and
//! take each count once. The arithmetic and the headers are those of `digest_auth`.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use digest_auth::{Algorithm, AlgorithmType, AuthContext, AuthorizationHeader, HttpMethod, Qop};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Where the passwords belong to, as the cameras are told.
pub const REALM: &str = "paihao";
/// How long a nonce can be used, in seconds.
const LIFE_S: i64 = 300;
/// Most nonces whose use is remembered. Only who knows a password makes one remembered.
const MAX_NONCES: usize = 4_096;
/// Longest header that is read.
const MAX_HEADER: usize = 2_048;

/// What came of a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// The sender knows the password.
    Good,
    /// It may know it, but the nonce is too old or was used so before: it is to try again with a new one.
    Stale,
    /// It does not.
    Wrong,
}

/// Which counts of a nonce were used: the highest, and which of the 63 below it.
#[derive(Debug, Clone, Copy)]
struct Used {
    highest: u32,
    below: u64,
    since_s: i64,
}

impl Used {
    /// Uses a count; whether it was free.
    fn take(&mut self, count: u32) -> bool {
        if count > self.highest {
            let ahead = count - self.highest;
            self.below = if ahead >= 64 { 0 } else { self.below << ahead };
            self.below |= 1;
            self.highest = count;
            return true;
        }
        let back = self.highest - count;
        let bit = 1_u64.checked_shl(back).unwrap_or(0);
        let free = bit != 0 && self.below & bit == 0;
        self.below |= bit;
        free
    }
}

/// Who gives out nonces and checks what comes back.
pub struct Digests {
    key: [u8; 32],
    given: AtomicU64,
    used: Mutex<HashMap<String, Used>>,
}

impl std::fmt::Debug for Digests {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Digests")
    }
}

/// What is digested beside the password.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// `POST`.
    pub method: &'a str,
    /// Path and query.
    pub uri: &'a str,
    /// Takes a digest without realm and nonce, as one firmware makes it.
    pub bare: bool,
}

impl Digests {
    /// With a key of this start: nonces of an earlier one are stale.
    pub fn new() -> Result<Self, getrandom::Error> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)?;
        Ok(Self { key, given: AtomicU64::new(0), used: Mutex::default() })
    }

    fn sign(&self, at: &str) -> String {
        let mut text = String::new();
        // Every length of key is a good one for HMAC.
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) {
            mac.update(at.as_bytes());
            for byte in &mac.finalize().into_bytes()[..16] {
                let _ = write!(text, "{byte:02x}");
            }
        }
        text
    }

    /// The challenges, MD5 first: some cameras look at the first alone.
    pub fn challenges(&self, stale: bool, now_s: i64) -> [String; 2] {
        let at = format!("{now_s:x}.{:x}", self.given.fetch_add(1, Relaxed));
        let nonce = format!("{at}.{}", self.sign(&at));
        let stale = if stale { ", stale=true" } else { "" };
        ["MD5", "SHA-256"].map(|algorithm| {
            format!("Digest realm=\"{REALM}\", qop=\"auth\", algorithm={algorithm}, nonce=\"{nonce}\"{stale}")
        })
    }

    /// When a nonce was given out; none when it is not ours.
    fn given_s(&self, nonce: &str) -> Option<i64> {
        let (at, signature) = nonce.rsplit_once('.')?;
        let ours = same(self.sign(at).as_bytes(), signature.as_bytes());
        let given = at.split_once('.').and_then(|(s, _)| i64::from_str_radix(s, 16).ok());
        given.filter(|_| ours)
    }

    /// Checks the header of a camera with this user and password.
    pub fn check(&self, header: &str, user: &str, password: &str, asked: Asked<'_>, now_s: i64) -> Checked {
        let Some(said) = parsed(header) else { return Checked::Wrong };
        let bare = asked.bare && said.realm.is_empty() && said.nonce.is_empty();
        let is_known = matches!(said.algorithm.algo, AlgorithmType::MD5 | AlgorithmType::SHA2_256);
        let is_whole = bare || (said.realm == REALM && said.qop == Some(Qop::AUTH) && said.cnonce.is_some());
        let to_here = said.uri == asked.uri
            || said.uri.parse::<hyper::Uri>().is_ok_and(|uri| uri.path_and_query().is_some_and(|at| at == asked.uri));
        if said.username != user || !is_known || said.algorithm.sess || !is_whole || !to_here || said.userhash {
            return Checked::Wrong;
        }
        let mut right = said.clone();
        let mut context = AuthContext::new(user, password, said.uri.as_str());
        context.method = HttpMethod::from(asked.method);
        right.digest(&context);
        if !same(right.response.as_bytes(), said.response.to_ascii_lowercase().as_bytes()) {
            return Checked::Wrong;
        }
        if bare {
            return Checked::Good;
        }
        match self.given_s(&said.nonce) {
            Some(given) if (0..=LIFE_S).contains(&(now_s - given)) => self.take(&said.nonce, said.nc, given, now_s),
            _ => Checked::Stale,
        }
    }

    fn take(&self, nonce: &str, count: u32, since_s: i64, now_s: i64) -> Checked {
        let mut all = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MAX_NONCES {
            all.retain(|_, used| now_s - used.since_s <= LIFE_S);
        }
        if all.len() >= MAX_NONCES && !all.contains_key(nonce) {
            return Checked::Stale;
        }
        let used = all.entry(nonce.to_owned()).or_insert(Used { highest: 0, below: 0, since_s });
        if count > 0 && used.take(count) { Checked::Good } else { Checked::Stale }
    }
}

/// The user that a header names; none where it is no digest.
pub fn user_of(header: &str) -> Option<String> {
    parsed(header).map(|said| said.username)
}

fn parsed(header: &str) -> Option<AuthorizationHeader> {
    // The parser counts characters where it means bytes.
    let is_fit = header.is_ascii() && header.len() <= MAX_HEADER && header.trim_start().starts_with("Digest ");
    is_fit.then(|| AuthorizationHeader::parse(header).ok()).flatten()
}

/// Whether two texts are the same, in a time that does not tell how much of them is.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

/// The answer to a challenge, as a camera gives it.
pub fn answer(challenge: &str, user: &str, password: &str, asked: Asked<'_>) -> Option<String> {
    let mut prompt = digest_auth::WwwAuthenticateHeader::parse(challenge).ok()?;
    let mut context = AuthContext::new(user, password, asked.uri);
    context.method = HttpMethod::from(asked.method);
    Some(prompt.respond(&context).ok()?.to_header_string())
}

/// The same without realm and nonce.
pub fn bare_answer(user: &str, password: &str, asked: Asked<'_>) -> String {
    let mut header = AuthorizationHeader {
        realm: String::new(),
        nonce: String::new(),
        opaque: None,
        userhash: false,
        algorithm: Algorithm::default(),
        response: String::new(),
        username: String::new(),
        uri: asked.uri.to_owned(),
        qop: None,
        cnonce: None,
        nc: 0,
    };
    let mut context = AuthContext::new(user, password, asked.uri);
    context.method = HttpMethod::from(asked.method);
    header.digest(&context);
    header.to_header_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_397_400;
    const ASKED: Asked<'static> = Asked { method: "POST", uri: "/NotificationInfo/TollgateInfo", bare: false };

    fn counted(header: &str, count: u32) -> String {
        // The count is digested too: made again for each.
        let mut said = AuthorizationHeader::parse(header).unwrap();
        said.nc = count;
        let mut context = AuthContext::new("in-1", "secret", ASKED.uri);
        context.method = HttpMethod::from("POST");
        said.digest(&context);
        said.to_header_string()
    }

    #[test]
    fn who_knows_the_password_comes_in_once_a_count() {
        let digests = Digests::new().unwrap();
        for challenge in digests.challenges(false, NOW) {
            let header = answer(&challenge, "in-1", "secret", ASKED).unwrap();
            assert_eq!(user_of(&header).as_deref(), Some("in-1"));
            let check = |header: &str, now_s| digests.check(header, "in-1", "secret", ASKED, now_s);
            // Both challenges have one nonce: the second begins at another count.
            let header = if challenge.contains("SHA-256") { counted(&header, 100) } else { header };
            assert_eq!(check(&header, NOW + 1), Checked::Good, "{challenge}");
            assert_eq!(check(&header, NOW + 1), Checked::Stale, "said again");
            let later = counted(&header, 103);
            assert_eq!(check(&later, NOW + LIFE_S + 1), Checked::Stale, "too old");
        }
    }

    #[test]
    fn counts_may_come_out_of_order_and_each_once() {
        let digests = Digests::new().unwrap();
        let header = answer(&digests.challenges(false, NOW)[0], "in-1", "secret", ASKED).unwrap();
        let expected = [(1, Checked::Good), (5, Checked::Good), (3, Checked::Good), (3, Checked::Stale)];
        for (count, checked) in expected.into_iter().chain([(200, Checked::Good), (5, Checked::Stale)]) {
            assert_eq!(digests.check(&counted(&header, count), "in-1", "secret", ASKED, NOW), checked, "{count}");
        }
    }

    #[test]
    fn nobody_else_comes_in() {
        let digests = Digests::new().unwrap();
        let [challenge, _] = digests.challenges(false, NOW);
        let header = answer(&challenge, "in-1", "secret", ASKED).unwrap();
        let check = |header: &str, user, password, asked| digests.check(header, user, password, asked, NOW);
        assert_eq!(check(&header, "in-1", "other", ASKED), Checked::Wrong);
        assert_eq!(check(&header, "in-2", "secret", ASKED), Checked::Wrong);
        assert_eq!(check(&header, "in-1", "secret", Asked { uri: "/other", ..ASKED }), Checked::Wrong);
        assert_eq!(check(&header, "in-1", "secret", Asked { method: "PUT", ..ASKED }), Checked::Wrong);
        let foreign = Digests::new().unwrap().challenges(false, NOW)[0].clone();
        let foreign = answer(&foreign, "in-1", "secret", ASKED).unwrap();
        assert_eq!(check(&foreign, "in-1", "secret", ASKED), Checked::Stale, "a nonce of another start");
        let bare = bare_answer("in-1", "secret", ASKED);
        assert_eq!(check(&bare, "in-1", "secret", ASKED), Checked::Wrong);
        assert_eq!(check(&bare, "in-1", "secret", Asked { bare: true, ..ASKED }), Checked::Good);
        assert_eq!(check(&bare, "in-1", "other", Asked { bare: true, ..ASKED }), Checked::Wrong);
        for wrong in ["", "Basic aW4tMQ==", "Digest ", "Digest 号=\"号\"", "Digest username=\"in-1", "Digest =,=,\"\""]
        {
            assert_eq!(check(wrong, "in-1", "secret", ASKED), Checked::Wrong, "{wrong}");
        }
    }
}
