//! The key of the outbox: plates at rest that only this machine can read, and marks from which no plate can be found.
//!
//! `DIR/passages.key` holds 64 bytes, made at the first start and readable by the bridge alone: a key for XChaCha20-Poly1305
//! and one for HMAC-SHA256. Without it what waits is still told, without its plates.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac as _};
use protocol::pii::Pii;
use sha2::Sha256;
use zeroize::{Zeroize as _, Zeroizing};

use crate::journal::entry::hex;

/// The first byte, so that another way can come later.
const FORM: u8 = 1;
const NONCE: usize = 24;
const HALF: usize = 32;

/// A keyed hash, in hexadecimal.
pub type Mark = [u8; 16];

/// See the module.
pub struct Seal {
    cipher: XChaCha20Poly1305,
    marks: Zeroizing<[u8; HALF]>,
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal")
    }
}

impl Seal {
    /// Opens the key of a directory, or makes it. One that is spoilt is set aside: what it sealed can be read by nobody.
    pub fn open(dir: &Path) -> io::Result<Self> {
        let path = dir.join("passages.key");
        match File::open(&path) {
            Ok(file) => {
                let mut key = Zeroizing::new(Vec::new());
                file.take(1024).read_to_end(&mut key)?;
                if let Ok(key) = <[u8; 2 * HALF]>::try_from(key.as_slice()) {
                    return Ok(Self::of(key));
                }
                tracing::error!(path = %path.display(), "the key of the outbox is spoilt: plates that wait are lost");
                std::fs::rename(&path, dir.join("passages.key.bad"))?;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let mut key = [0; 2 * HALF];
        getrandom::fill(&mut key).map_err(io::Error::other)?;
        // Under another name first: half a key must not be taken for one.
        let new = dir.join("passages.key.new");
        let _ = std::fs::remove_file(&new);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
        file.write_all(&key)?;
        file.sync_all()?;
        std::fs::rename(&new, &path)?;
        File::open(dir)?.sync_all()?;
        Ok(Self::of(key))
    }

    fn of(mut key: [u8; 2 * HALF]) -> Self {
        let (mut seal, mut marks) = ([0; HALF], Zeroizing::new([0; HALF]));
        seal.copy_from_slice(&key[..HALF]);
        marks.copy_from_slice(&key[HALF..]);
        key.zeroize();
        let cipher = XChaCha20Poly1305::new(&seal.into());
        seal.zeroize();
        Self { cipher, marks }
    }

    /// A plate for the passage of this id: form, nonce and ciphertext in hexadecimal.
    pub fn close(&self, plate: &Pii<String>, passage: &str) -> Option<String> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).ok()?;
        let payload = Payload { msg: plate.reveal().as_bytes(), aad: passage.as_bytes() };
        let closed = self.cipher.encrypt(&XNonce::from(nonce), payload).ok()?;
        Some(hex(&[&[FORM], nonce.as_slice(), &closed].concat()))
    }

    /// The plate again; none when it was closed for another passage or with another key.
    pub fn open_plate(&self, sealed: &str, passage: &str) -> Option<Pii<String>> {
        let bytes = unhex(sealed)?;
        let (form, rest) = bytes.split_first()?;
        let (nonce, closed) = rest.split_first_chunk::<NONCE>().filter(|_| *form == FORM)?;
        let payload = Payload { msg: closed, aad: passage.as_bytes() };
        let plate = self.cipher.decrypt(&XNonce::from(*nonce), payload).ok()?;
        String::from_utf8(plate).ok().map(Pii::new)
    }

    /// The mark of these texts together.
    pub fn mark(&self, parts: &[&str]) -> Mark {
        let mut mark = [0; 16];
        // Every length of key is a good one for HMAC.
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.marks.as_slice()) {
            for part in parts {
                mac.update(&(part.len() as u64).to_be_bytes());
                mac.update(part.as_bytes());
            }
            mark.copy_from_slice(&mac.finalize().into_bytes()[..16]);
        }
        mark
    }
}

/// Bytes written in hexadecimal.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| (byte as char).to_digit(16).map(|digit| digit as u8);
    let pair = |pair: &[u8]| Some(digit(pair[0])? << 4 | digit(pair[1])?);
    text.len().is_multiple_of(2).then(|| text.as_bytes().chunks_exact(2).map(pair).collect())?
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_plate_opens_for_its_passage_and_with_its_key_alone() {
        let dir = tempfile::tempdir().unwrap();
        let seal = Seal::open(dir.path()).unwrap();
        let mode = std::fs::metadata(dir.path().join("passages.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let plate = Pii::new("浙A12345".to_owned());
        let closed = seal.close(&plate, "in-1-7").unwrap();
        assert!(!closed.contains("3132333435"), "no plate in it");
        assert_ne!(closed, seal.close(&plate, "in-1-7").unwrap(), "a nonce of its own");
        let again = Seal::open(dir.path()).unwrap();
        assert_eq!(again.open_plate(&closed, "in-1-7"), Some(plate));
        assert_eq!(again.open_plate(&closed, "in-1-8"), None);
        assert_eq!(again.mark(&["a", "b"]), seal.mark(&["a", "b"]));
        assert_ne!(seal.mark(&["a", "b"]), seal.mark(&["ab", ""]));
        std::fs::write(dir.path().join("passages.key"), "short").unwrap();
        let other = Seal::open(dir.path()).unwrap();
        assert_eq!(other.open_plate(&closed, "in-1-7"), None);
        assert_ne!(other.mark(&["a"]), seal.mark(&["a"]));
        for wrong in ["", "0", "zz", "01", "010203"] {
            assert_eq!(seal.open_plate(wrong, "p"), None, "{wrong}");
        }
    }
}
