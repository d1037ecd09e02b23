//! Identity numbers become random ids. What stands in the store is a keyed hash, by which somebody is found again, and the
//! number itself under another key, so that reception can show parts of it. Neither says anything without the keys, and both
//! go when the person is erased.

mod keys;
mod seal;

use std::path::Path;

use hall::Moment;
use hall::command::Fingerprint;
use hall::ids::{PersonId, TicketId, VehicleId};
use hmac::{Hmac, KeyInit, Mac};
use protocol::Pii;
use sha2::Sha256;
use store::{Store, StoreError};
use uuid::Uuid;

use keys::Keys;
use seal::Seal;

/// Longest number of an identity document, in characters.
const MAX: usize = 64;
/// Longest plate, in characters.
const MAX_PLATE: usize = 16;

/// Why a document leads to nobody.
#[derive(Debug, thiserror::Error)]
pub enum PersonError {
    /// It is no document number. The text never quotes it.
    #[error("person must have 1 to {MAX} characters")]
    Invalid,
    /// It is no plate. The text never quotes it.
    #[error("plate must have 1 to {MAX_PLATE} letters, digits or characters; leave it out when none was read")]
    Plate,
    /// The key cannot be used.
    #[error("the key for personal data cannot be used")]
    Key,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// See the module.
pub struct Persons {
    index: [u8; 32],
    seal: Seal,
}

impl std::fmt::Debug for Persons {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Persons")
    }
}

impl Persons {
    /// Reads the key file, or makes one that only its owner may read. A key that an older program did not know is added.
    pub fn load(path: &Path) -> anyhow::Result<Self> {
        let keys = Keys::load(path)?;
        Ok(Self { index: keys.index, seal: Seal::new(keys.seal) })
    }

    /// The id of the person with this document.
    pub async fn id_of(&self, store: &dyn Store, document: &Pii<String>) -> Result<PersonId, PersonError> {
        let number = normal(document)?;
        let keyed_hash = self.keyed_hash(&number).ok_or(PersonError::Key)?;
        let fresh = PersonId(Uuid::new_v4());
        let sealed = self.seal.close(&number, fresh).ok_or(PersonError::Key)?;
        Ok(store.person(keyed_hash, fresh, &sealed).await?)
    }

    /// The vehicle with this plate, seen at `now`. The plate itself is kept, sealed, when `keep` says so.
    pub async fn vehicle(
        &self,
        store: &dyn Store,
        plate: &Pii<String>,
        now: Moment,
        keep: bool,
    ) -> Result<VehicleId, PersonError> {
        let plate = normal_plate(plate)?;
        let keyed_hash = self.mac(&[b"plate", plate.as_bytes()]).ok_or(PersonError::Key)?;
        let known = store.known_vehicle(keyed_hash).await?;
        let id = known.unwrap_or_else(|| VehicleId(Uuid::new_v4()));
        let sealed = if keep { Some(self.seal.close(&plate, PersonId(id.0)).ok_or(PersonError::Key)?) } else { None };
        Ok(store.vehicle(keyed_hash, id, sealed.as_deref(), now.0).await?)
    }

    /// The vehicle with this plate, if it was seen: looking for one leaves nothing behind.
    pub async fn known_vehicle(
        &self,
        store: &dyn Store,
        plate: &Pii<String>,
    ) -> Result<Option<VehicleId>, PersonError> {
        let keyed_hash = self.mac(&[b"plate", normal_plate(plate)?.as_bytes()]).ok_or(PersonError::Key)?;
        Ok(store.known_vehicle(keyed_hash).await?)
    }

    /// The plate of a vehicle, for a dispute; `None` when it is not kept (any more).
    pub async fn plate(&self, store: &dyn Store, vehicle: VehicleId) -> Result<Option<Pii<String>>, PersonError> {
        let Some(sealed) = store.sealed_vehicle(vehicle).await? else { return Ok(None) };
        Ok(Some(Pii::new(self.seal.open(&sealed, PersonId(vehicle.0)).ok_or(PersonError::Key)?)))
    }

    /// The number of somebody's document with its middle left out; `None` when the hall does not know it (any more).
    pub async fn masked(&self, store: &dyn Store, person: PersonId) -> Result<Option<Pii<String>>, PersonError> {
        let Some(sealed) = store.sealed_person(person).await? else { return Ok(None) };
        let number = self.seal.open(&sealed, person).ok_or(PersonError::Key)?;
        Ok(Some(Pii::new(mask(&number))))
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
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.index).ok()?;
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

/// A plate as it counts: no spaces, no dots, capitals. Whatever a camera reads is taken: a vehicle is never refused for its plate.
fn normal_plate(plate: &Pii<String>) -> Result<String, PersonError> {
    if plate.reveal().chars().any(char::is_control) {
        return Err(PersonError::Plate);
    }
    let plate: String = plate.reveal().chars().filter(|c| c.is_alphanumeric()).collect();
    let plate = plate.to_uppercase();
    if plate.is_empty() || plate.chars().count() > MAX_PLATE {
        return Err(PersonError::Plate);
    }
    Ok(plate)
}

/// The first and the last of a number, as on a form that lies open: `3302…1234`.
fn mask(number: &str) -> String {
    let characters: Vec<char> = number.chars().collect();
    let shown = match characters.len() {
        15.. => 4,
        8.. => 2,
        4.. => 1,
        _ => return "…".to_owned(),
    };
    let (first, last) = (&characters[..shown], &characters[characters.len() - shown..]);
    first.iter().chain(&['…']).chain(last).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn persons(key: u8) -> Persons {
        Persons { index: [key; 32], seal: Seal::new([key + 100; 32]) }
    }

    #[test]
    fn the_hash_depends_on_the_key() {
        let number = "330212199001011234";
        let one = persons(1).keyed_hash(number);
        assert_ne!(one, persons(2).keyed_hash(number));
        assert_eq!(one, persons(1).keyed_hash(number));
    }

    #[test]
    fn the_middle_is_left_out() {
        for (number, shown) in [
            ("330212199001011234", "3302…1234"),
            ("33021219900101123X", "3302…123X"),
            ("E12345678", "E1…78"),
            ("护照12", "护…2"),
            ("123", "…"),
        ] {
            assert_eq!(mask(number), shown);
        }
    }

    #[tokio::test]
    async fn reception_sees_parts_of_a_number_until_it_is_erased() {
        let store = store::MemoryStore::new();
        let document = Pii::new(" 33021219900101123x".to_owned());
        let keeper = persons(1);
        let id = keeper.id_of(&store, &document).await.unwrap();
        assert_eq!(keeper.id_of(&store, &document).await.unwrap(), id);
        assert_eq!(keeper.masked(&store, id).await.unwrap().unwrap().reveal(), "3302…123X");
        assert!(matches!(persons(2).masked(&store, id).await, Err(PersonError::Key)));
        store.erase_person(id).await.unwrap();
        assert!(keeper.masked(&store, id).await.unwrap().is_none());
        assert!(keeper.known(&store, &document).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_plate_is_kept_only_when_it_is_to_be() {
        let store = store::MemoryStore::new();
        let (keeper, now) = (persons(1), Moment(1_000));
        let plate = |text: &str| Pii::new(text.to_owned());
        let id = keeper.vehicle(&store, &plate("浙B·12345"), now, false).await.unwrap();
        assert_eq!(keeper.vehicle(&store, &plate(" 浙b 12345"), now, false).await.unwrap(), id);
        assert_eq!(keeper.known_vehicle(&store, &plate("浙B12345")).await.unwrap(), Some(id));
        assert!(keeper.plate(&store, id).await.unwrap().is_none(), "a keyed hash and nothing else");
        assert_eq!(keeper.vehicle(&store, &plate("浙B12345"), now, true).await.unwrap(), id);
        assert_eq!(keeper.plate(&store, id).await.unwrap().unwrap().reveal(), "浙B12345");
        // What no pattern fits is a plate all the same; nothing is none.
        assert!(keeper.vehicle(&store, &plate("TEST 1"), now, false).await.is_ok());
        for none in ["", " · ", "12345678901234567"] {
            assert!(matches!(keeper.vehicle(&store, &plate(none), now, false).await, Err(PersonError::Plate)));
        }
    }
}
