//! Numbers that only the owner of the key can read: XChaCha20-Poly1305, bound to the person they belong to, so that one
//! row's cannot be put into another's.

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hall::ids::PersonId;

/// The first byte, so that another way can come later.
const FORM: u8 = 1;
const NONCE: usize = 24;

/// See the module.
pub struct Seal(XChaCha20Poly1305);

impl Seal {
    pub fn new(key: [u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(&key.into()))
    }

    /// Form, nonce, ciphertext.
    pub fn close(&self, number: &str, person: PersonId) -> Option<Vec<u8>> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).ok()?;
        let payload = Payload { msg: number.as_bytes(), aad: person.0.as_bytes() };
        let closed = self.0.encrypt(&XNonce::from(nonce), payload).ok()?;
        Some([&[FORM], nonce.as_slice(), &closed].concat())
    }

    /// What was closed for this person; `None` when it was not, or with another key.
    pub fn open(&self, sealed: &[u8], person: PersonId) -> Option<String> {
        let (form, rest) = sealed.split_first()?;
        let (nonce, closed) = rest.split_first_chunk::<NONCE>().filter(|_| *form == FORM)?;
        let payload = Payload { msg: closed, aad: person.0.as_bytes() };
        String::from_utf8(self.0.decrypt(&XNonce::from(*nonce), payload).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn what_was_closed_for_one_opens_for_nobody_else() {
        let (number, person) = ("330212199001011234", PersonId(Uuid::from_u128(1)));
        let seal = Seal::new([1; 32]);
        let closed = seal.close(number, person).unwrap();
        assert_eq!(seal.open(&closed, person).as_deref(), Some(number));
        assert_ne!(closed, seal.close(number, person).unwrap(), "a nonce of its own");
        assert!(!closed.windows(4).any(|part| number.as_bytes().windows(4).any(|other| part == other)));
        assert_eq!(seal.open(&closed, PersonId(Uuid::from_u128(2))), None);
        assert_eq!(Seal::new([2; 32]).open(&closed, person), None);
        for at in [0, 1, NONCE, closed.len() - 1] {
            let mut broken = closed.clone();
            broken[at] ^= 1;
            assert_eq!(seal.open(&broken, person), None, "byte {at}");
        }
        for short in 0..closed.len() {
            assert_eq!(seal.open(&closed[..short], person), None);
        }
    }
}
