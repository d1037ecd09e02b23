//! Card numbers on the disk of a kiosk: unreadable without the key that lies beside them with mode 0600, and gone as soon as
//! the server has answered.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use protocol::Pii;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::hex;

const KEY: usize = 32;
const NONCE: usize = 12;

/// Seals and opens.
pub struct Seal(ChaCha20Poly1305);

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal")
    }
}

impl Seal {
    /// With the key of a file, which is made when it is missing.
    pub fn load(path: &Path) -> std::io::Result<Self> {
        let invalid = || std::io::Error::other(format!("{} is not a key of {KEY} bytes", path.display()));
        if !path.exists() {
            let mut key = Zeroizing::new([0_u8; KEY]);
            random(&mut *key)?;
            let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
            file.write_all(&*key)?;
            file.sync_all()?;
        }
        let key = Zeroizing::new(std::fs::read(path)?);
        let key = Key::try_from(key.as_slice()).map_err(|_| invalid())?;
        Ok(Self(ChaCha20Poly1305::new(&key)))
    }

    /// The text as hex, bound to its errand.
    pub fn seal(&self, errand: Uuid, text: &Pii<String>) -> std::io::Result<String> {
        let mut nonce = [0_u8; NONCE];
        random(&mut nonce)?;
        let payload = Payload { msg: text.reveal().as_bytes(), aad: errand.as_bytes() };
        let sealed = self.0.encrypt(&Nonce::from(nonce), payload).map_err(|_| std::io::Error::other("cannot seal"))?;
        Ok(hex(nonce.iter().chain(&sealed)))
    }

    /// The text again; `None` when it was changed, or sealed for another errand or with another key.
    pub fn open(&self, errand: Uuid, hex: &str) -> Option<Pii<String>> {
        let bytes = unhex(hex)?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        let payload = Payload { msg: sealed, aad: errand.as_bytes() };
        let text = self.0.decrypt(&Nonce::from(nonce), payload).ok()?;
        String::from_utf8(text).ok().map(Pii::new)
    }
}

fn random(bytes: &mut [u8]) -> std::io::Result<()> {
    getrandom::fill(bytes).map_err(|error| std::io::Error::other(error.to_string()))
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn only_the_same_errand_with_the_same_key_opens() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        let seal = Seal::load(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let (errand, number) = (Uuid::now_v7(), Pii::new("330212199001011234".to_owned()));
        let sealed = seal.seal(errand, &number).unwrap();
        assert!(!sealed.contains("3302121990"));
        assert_eq!(Seal::load(&path).unwrap().open(errand, &sealed), Some(number));
        assert_eq!(seal.open(Uuid::now_v7(), &sealed), None);
        assert_eq!(seal.open(errand, &sealed[2..]), None);
        assert_eq!(seal.open(errand, "€"), None);
        assert_eq!(Seal::load(&dir.path().join("other")).unwrap().open(errand, &sealed), None);
    }

    #[test]
    fn a_damaged_key_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("key"), b"short").unwrap();
        assert!(Seal::load(&dir.path().join("key")).is_err());
    }
}
