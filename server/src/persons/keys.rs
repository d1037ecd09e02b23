//! The file of keys for personal data: a line each, `name = 64 hex digits`.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::Context as _;

const HEAD: &str = "# Keys for personal data. Keep a copy away from the data; without them nobody is found again.\n";
/// Finds people again.
const INDEX: &str = "persons";
/// Closes and opens numbers.
const SEAL: &str = "sealed";

/// Two keys, so that whoever can find people cannot read about them.
pub struct Keys {
    pub index: [u8; 32],
    pub seal: [u8; 32],
}

impl Keys {
    /// Reads the file, which is made where it is missing; a key that is missing in it is made and added.
    pub fn load(path: &Path) -> anyhow::Result<Self> {
        let mut text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                format!("{HEAD}{INDEX} = {}\n", crate::secret::random_hex::<32>()?)
            }
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
        };
        let index = key(&text, INDEX, path)?.with_context(|| format!("{} has no key {INDEX:?}", path.display()))?;
        if let Some(seal) = key(&text, SEAL, path)? {
            return Ok(Self { index, seal });
        }
        if !text.ends_with('\n') {
            text.push('\n');
        }
        text = format!("{text}{SEAL} = {}\n", crate::secret::random_hex::<32>()?);
        write(path, &text).with_context(|| format!("cannot write {}", path.display()))?;
        let seal = key(&text, SEAL, path)?.context("no key was made")?;
        Ok(Self { index, seal })
    }
}

fn key(text: &str, name: &str, path: &Path) -> anyhow::Result<Option<[u8; 32]>> {
    let hex = text
        .lines()
        .filter_map(|line| line.split_once('='))
        .find_map(|(key, value)| (key.trim() == name).then(|| value.trim()));
    let Some(hex) = hex else { return Ok(None) };
    let key = parse_hex(hex);
    key.map(Some).with_context(|| format!("{}: the key {name:?} is not 64 hex digits", path.display()))
}

/// Replaces the whole file or nothing of it: half a file of keys would be the end of what they close.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let mut new = path.as_os_str().to_owned();
    new.push(".new");
    match std::fs::remove_file(&new) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&new, path)?;
    let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::File::open(directory)?.sync_all()
}

fn parse_hex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
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
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn keys_are_made_once_and_read_by_their_owner_only() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys");
        let (first, second) = (Keys::load(&path).unwrap(), Keys::load(&path).unwrap());
        assert_eq!((first.index, first.seal), (second.index, second.seal));
        assert_ne!(first.index, first.seal);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_file_of_an_older_program_keeps_its_key_and_gets_the_other() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys");
        std::fs::write(&path, format!("# old\npersons = {}", "0a".repeat(32))).unwrap();
        let keys = Keys::load(&path).unwrap();
        assert_eq!(keys.index, [10; 32]);
        assert_eq!(Keys::load(&path).unwrap().seal, keys.seal);
        assert!(std::fs::read_to_string(&path).unwrap().starts_with("# old\npersons = 0a0a"));
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn half_a_key_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys");
        let good = "0a".repeat(32);
        for text in ["", "persons = zz", &format!("sealed = {good}"), &format!("persons = {good}\nsealed = 0a")] {
            std::fs::write(&path, text).unwrap();
            assert!(Keys::load(&path).is_err(), "{text}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "and nothing is overwritten");
        }
    }
}
