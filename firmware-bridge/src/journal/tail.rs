//! The end of the journal's file, where lines are added.

use std::fmt;
use std::fs::File;
use std::io::{self, Write as _};

/// What a file does here; tests make it fail.
pub trait Disk: Send + fmt::Debug {
    /// Adds bytes at the end.
    fn add(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Waits until everything is on the disk.
    fn sync(&mut self) -> io::Result<()>;
    /// Cuts the file to a length.
    fn cut(&mut self, length: u64) -> io::Result<()>;
}

impl Disk for File {
    fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        use std::io::Seek as _;
        self.set_len(length)?;
        self.seek(io::SeekFrom::Start(length))?;
        Ok(())
    }
}

/// Whether a line stands.
#[derive(Debug)]
pub enum Written {
    /// It is on the disk.
    Yes,
    /// It is not, and nothing of it.
    No(io::Error),
    /// Nobody knows.
    Perhaps(io::Error),
}

/// The end of a file.
#[derive(Debug)]
pub struct Tail {
    disk: Box<dyn Disk>,
    length: u64,
    lines: usize,
    lost: bool,
}

impl Tail {
    /// The end of a file of so many bytes and lines.
    pub fn new(disk: Box<dyn Disk>, length: u64, lines: usize) -> Self {
        Self { disk, length, lines, lost: false }
    }

    /// How many lines there are.
    pub fn lines(&self) -> usize {
        self.lines
    }

    /// Adds a line.
    pub fn append(&mut self, line: &[u8]) -> Written {
        self.append_all(line, 1)
    }

    /// Adds so many lines with one wait for the disk: all of them stand, or none.
    pub fn append_all(&mut self, line: &[u8], count: usize) -> Written {
        if self.lost {
            return Written::Perhaps(io::Error::other("an earlier line was lost"));
        }
        if let Err(error) = self.disk.add(line) {
            // Half a line would spoil the next one.
            return match self.disk.cut(self.length) {
                Ok(()) => Written::No(error),
                Err(error) => self.lose(error),
            };
        }
        // After a failed sync the kernel may have dropped what it could not write: another try would lie.
        if let Err(error) = self.disk.sync() {
            return self.lose(error);
        }
        self.length += line.len() as u64;
        self.lines += count;
        Written::Yes
    }

    fn lose(&mut self, error: io::Error) -> Written {
        self.lost = true;
        Written::Perhaps(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[derive(Debug, Default)]
    struct Bad {
        bytes: Arc<Mutex<Vec<u8>>>,
        room: usize,
        no_sync: bool,
    }

    impl Disk for Bad {
        fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
            let taken = bytes.len().min(self.room);
            self.room -= taken;
            self.bytes.lock().unwrap().extend_from_slice(&bytes[..taken]);
            if taken == bytes.len() { Ok(()) } else { Err(io::ErrorKind::StorageFull.into()) }
        }

        fn sync(&mut self) -> io::Result<()> {
            if self.no_sync { Err(io::Error::other("no")) } else { Ok(()) }
        }

        fn cut(&mut self, length: u64) -> io::Result<()> {
            let mut bytes = self.bytes.lock().unwrap();
            self.room += bytes.len() - length as usize;
            bytes.truncate(length as usize);
            Ok(())
        }
    }

    #[test]
    fn a_full_disk_leaves_no_half_line() {
        let disk = Bad { room: 9, ..Bad::default() };
        let bytes = disk.bytes.clone();
        let mut tail = Tail::new(Box::new(disk), 0, 0);
        assert!(matches!(tail.append(b"12345\n"), Written::Yes));
        assert!(matches!(tail.append(b"67890\n"), Written::No(_)));
        assert!(matches!(tail.append(b"67\n"), Written::Yes));
        assert_eq!(*bytes.lock().unwrap(), b"12345\n67\n");
        assert_eq!(tail.lines(), 2);
    }

    #[test]
    fn after_a_failed_sync_nothing_is_promised_any_more() {
        let mut tail = Tail::new(Box::new(Bad { room: 99, no_sync: true, ..Bad::default() }), 0, 0);
        assert!(matches!(tail.append(b"1\n"), Written::Perhaps(_)));
        assert!(matches!(tail.append(b"2\n"), Written::Perhaps(_)));
    }
}
