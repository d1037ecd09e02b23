//! Identity numbers become random ids. What stands in the store is a keyed hash, which says nothing without the key.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use hall::command::Fingerprint;
use hall::ids::{PersonId, TicketId};
use hmac::{Hmac, KeyInit, Mac};
use protocol::Pii;
use sha2::Sha256;
use store::{Store, StoreError};
use uuid::Uuid;

/// Longest number of an identity document, in characters.
const MAX: usize = 64;

/// Why a document leads to nobody.
#[derive(Debug, thiserror::Error)]
pub enum PersonError {
    /// It is no document number. The text never quotes it.
    #[error("person must have 1 to {MAX} characters")]
    Invalid,
    /// The key cannot be used.
    #[error("the key for personal data cannot be used")]
    Key,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// See the module.
pub struct Persons {
    key: [u8; 32],
}

impl std::fmt::Debug for Persons {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Persons")
    }
}

impl Persons {
    /// Reads the key file, or makes one that only its owner may read.
    pub fn load(path: &Path) -> anyhow::Result<Self> {
        use anyhow::Context;
        if !path.exists() {
            let hex = crate::secret::random_hex::<32>()?;
            let text = format!(
                "# Keys for personal data. Keep a copy away from the data; without them nobody is found again.\npersons = {hex}\n"
            );
            let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
        }
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let hex = text
            .lines()
            .find_map(|line| line.trim().strip_prefix("persons").and_then(|rest| rest.trim().strip_prefix('=')))
            .with_context(|| format!("{} has no key \"persons\"", path.display()))?;
        let key = parse_hex(hex.trim()).with_context(|| format!("{}: the key is not 64 hex digits", path.display()))?;
        Ok(Self { key })
    }

    /// The id of the person with this document.
    pub async fn id_of(&self, store: &dyn Store, document: &Pii<String>) -> Result<PersonId, PersonError> {
        let keyed_hash = self.keyed_hash(&normal(document)?).ok_or(PersonError::Key)?;
        Ok(store.person(keyed_hash, PersonId(Uuid::new_v4())).await?)
    }

    /// What a request was, for the log: keyed as well, since its body may name a person and the log is for ever.
    pub fn fingerprint(&self, path: &str, body: &str) -> Result<Fingerprint, PersonError> {
        let digest = self.mac(&[b"request", path.as_bytes(), body.as_bytes()]).ok_or(PersonError::Key)?;
        let mut half = [0; 16];
        half.copy_from_slice(&digest[..16]);
        Ok(Fingerprint(Uuid::from_bytes(half)))
    }

    /// The secret part of the address of a ticket's page.
    pub fn visit(&self, ticket: TicketId) -> Option<[u8; 16]> {
        let digest = self.mac(&[b"visit", ticket.to_string().as_bytes()])?;
        let mut half = [0; 16];
        half.copy_from_slice(&digest[..16]);
        Some(half)
    }

    /// The person with this document, if the hall has met him: looking for somebody leaves nothing behind.
    pub async fn known(&self, store: &dyn Store, document: &Pii<String>) -> Result<Option<PersonId>, PersonError> {
        let keyed_hash = self.keyed_hash(&normal(document)?).ok_or(PersonError::Key)?;
        Ok(store.known_person(keyed_hash).await?)
    }

    fn keyed_hash(&self, number: &str) -> Option<[u8; 32]> {
        self.mac(&[b"person", number.as_bytes()])
    }

    /// Of parts that hold no zero byte.
    fn mac(&self, parts: &[&[u8]]) -> Option<[u8; 32]> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                mac.update(&[0]);
            }
            mac.update(part);
        }
        Some(mac.finalize().into_bytes().into())
    }
}

/// A document's number as it counts: 身份证 numbers end in a digit or X, and people type x.
fn normal(document: &Pii<String>) -> Result<String, PersonError> {
    let number = document.reveal().trim().to_uppercase();
    let length = number.chars().count();
    if length == 0 || length > MAX || number.chars().any(char::is_control) {
        return Err(PersonError::Invalid);
    }
    Ok(number)
}

fn parse_hex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut key = [0_u8; 32];
    for (index, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn keys_are_made_once_and_read_by_their_owner_only() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys");
        let first = Persons::load(&path).unwrap();
        let second = Persons::load(&path).unwrap();
        assert_eq!(first.key, second.key);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::write(&path, "persons = zz").unwrap();
        assert!(Persons::load(&path).is_err());
    }

    #[test]
    fn the_hash_depends_on_the_key() {
        let number = "330212199001011234";
        let one = Persons { key: [1; 32] }.keyed_hash(number);
        assert_ne!(one, Persons { key: [2; 32] }.keyed_hash(number));
        assert_eq!(one, Persons { key: [1; 32] }.keyed_hash(number));
    }
}
