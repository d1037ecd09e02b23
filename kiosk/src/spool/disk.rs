//! The errands on the disk: a file each, whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::seal::Seal;
use crate::errand::{Errand, Step, What, Wish};

/// Number of the files' format.
const FORMAT: u32 = 1;

/// See the module.
#[derive(Debug)]
pub struct Disk {
    dir: PathBuf,
    /// The hall as it was last heard of, so that a ticket can be printed in its words before it is heard again.
    hall: PathBuf,
    seal: Seal,
    /// Held as long as the program runs: two kiosks in one folder would print each other's tickets.
    _lock: File,
}

/// An errand as it is written. The person stands in it sealed.
#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    format: u32,
    id: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    what: StoredWhat,
    #[serde(flatten)]
    step: Step,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum StoredWhat {
    Issue { service: String, class: Option<String>, reason: Option<String>, sealed: Option<String> },
    Reprint { ticket: Uuid },
    Order,
}

impl Disk {
    /// Opens a folder, and makes it when it is missing.
    pub fn open(data: &Path) -> io::Result<Self> {
        let dir = data.join("spool");
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&dir)?;
        let lock = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(data.join("lock"))?;
        lock.try_lock().map_err(|_| io::Error::other(format!("another kiosk uses {}", data.display())))?;
        let seal = Seal::load(&data.join("key"))?;
        sync(data)?;
        Ok(Self { dir, hall: data.join("hall.json"), seal, _lock: lock })
    }

    /// Writes an errand; it is on the disk when this returns.
    pub fn save(&self, errand: &Errand) -> io::Result<()> {
        let what = match &errand.what {
            What::Issue(Wish { service, class, reason, person }) => StoredWhat::Issue {
                service: service.clone(),
                class: class.clone(),
                reason: reason.clone(),
                sealed: person.as_ref().map(|person| self.seal.seal(errand.id, person)).transpose()?,
            },
            What::Reprint { ticket } => StoredWhat::Reprint { ticket: *ticket },
            What::Order => StoredWhat::Order,
        };
        let (id, at, step) = (errand.id, errand.at.clone(), errand.step.clone());
        let text = serde_json::to_vec(&Stored { format: FORMAT, id, at, what, step })?;
        replace(&self.path(id), &self.dir.join(format!("{id}.new")), &text)?;
        sync(&self.dir)
    }

    /// Keeps a snapshot of the hall.
    pub fn keep_hall(&self, snapshot: &str) -> io::Result<()> {
        replace(&self.hall, &self.hall.with_extension("new"), snapshot.as_bytes())
    }

    /// The snapshot that was kept last.
    pub fn kept_hall(&self) -> Option<String> {
        fs::read_to_string(&self.hall).ok()
    }

    /// Takes an errand off the disk.
    pub fn erase(&self, id: Uuid) -> io::Result<()> {
        for path in [self.path(id), self.dir.join(format!("{id}.new"))] {
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        sync(&self.dir)
    }

    /// Every errand there is, the oldest first. What cannot be read is set aside under another name and said in the log.
    pub fn recover(&self) -> io::Result<Vec<Errand>> {
        let mut errands = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            let path = entry?.path();
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("json") => match self.read(&path) {
                    Ok(errand) => errands.push(errand),
                    Err(error) => {
                        tracing::error!(file = %path.display(), %error, "an errand cannot be read and is set aside");
                        fs::rename(&path, path.with_extension("unreadable"))?;
                    }
                },
                // Written in part: nothing had been sent.
                Some("new") => fs::remove_file(&path)?,
                _ => {}
            }
        }
        errands.sort_unstable_by_key(|errand| errand.id);
        Ok(errands)
    }

    fn read(&self, path: &Path) -> io::Result<Errand> {
        let Stored { format, id, at, what, step } = serde_json::from_slice(&fs::read(path)?)?;
        if format != FORMAT {
            return Err(io::Error::other(format!("format {format}")));
        }
        let what = match what {
            StoredWhat::Issue { service, class, reason, sealed } => {
                let open = |sealed: &String| {
                    self.seal.open(id, sealed).ok_or_else(|| io::Error::other("the person in it does not open"))
                };
                What::Issue(Wish { service, class, reason, person: sealed.as_ref().map(open).transpose()? })
            }
            StoredWhat::Reprint { ticket } => What::Reprint { ticket },
            StoredWhat::Order => What::Order,
        };
        Ok(Errand { id, what, at, step })
    }

    fn path(&self, id: Uuid) -> PathBuf {
        self.dir.join(format!("{id}.json"))
    }
}

/// Whole or not at all: what is there stays until what is new is on the disk.
fn replace(path: &Path, beside: &Path, text: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(beside)?;
    file.write_all(text)?;
    file.sync_all()?;
    fs::rename(beside, path)
}

/// A name is on the disk when its folder is.
fn sync(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

#[cfg(test)]
mod tests {
    use protocol::Pii;

    use super::*;

    fn errand(person: &str) -> Errand {
        let wish = Wish {
            service: "MSA-OPEN".into(),
            class: Some("elder".into()),
            reason: None,
            person: Some(Pii::new(person.to_owned())),
        };
        Errand::new(Uuid::now_v7(), What::Issue(wish), Some("2026-11-23T09:00:00+08:00".into()))
    }

    #[test]
    fn what_was_saved_is_found_again_and_no_person_can_be_read() {
        let dir = tempfile::tempdir().unwrap();
        let (first, second) = (errand("330212199001011234"), errand("330212195001011234"));
        {
            let disk = Disk::open(dir.path()).unwrap();
            disk.save(&second).unwrap();
            disk.save(&first).unwrap();
            assert!(Disk::open(dir.path()).is_err(), "one program a folder");
        }
        fs::write(dir.path().join("spool/half.new"), "{").unwrap();
        fs::write(dir.path().join("spool/broken.json"), "{").unwrap();
        let raw = fs::read_to_string(dir.path().join(format!("spool/{}.json", first.id))).unwrap();
        assert!(!raw.contains("330212"), "{raw}");
        let disk = Disk::open(dir.path()).unwrap();
        assert_eq!(disk.kept_hall(), None);
        disk.keep_hall("{}").unwrap();
        assert_eq!(disk.kept_hall().as_deref(), Some("{}"));
        assert_eq!(disk.recover().unwrap(), [first.clone(), second.clone()]);
        disk.erase(first.id).unwrap();
        disk.erase(first.id).unwrap();
        assert_eq!(disk.recover().unwrap(), [second]);
        let mut left: Vec<_> =
            fs::read_dir(dir.path().join("spool")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left.len(), 2, "{left:?}");
    }
}
