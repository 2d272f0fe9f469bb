//! The segments of one emitter: each record is one `write` of one line. docs/record.md, section 8.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::time::{Duration, Instant};

use crate::errors::JournalFull;
use crate::folder::{Folder, create};

const SEGMENT_BYTES: u64 = 8 << 20;
const SEGMENT_AGE: Duration = Duration::from_secs(60);
const RETRY: Duration = Duration::from_secs(1);
// A file takes whole blocks, so a thousand small ones take more than their bytes.
const BLOCK: u64 = 4096;
// No error of the system's is of this kind.
const FULL: ErrorKind = ErrorKind::Other;

/// Takes lines, whole or not at all.
pub(crate) struct Journal {
    folder: Folder,
    capacity: u64,
    segment_bytes: u64,
    open: Option<Segment>,
    /// Numbers and sizes of those that were left, the oldest first.
    left: VecDeque<(u64, u64)>,
    number: u64,
    /// Until when no segment is opened, as none could be, and why.
    refusal: Option<(Instant, ErrorKind)>,
}

struct Segment {
    file: File,
    number: u64,
    size: u64,
    opened: Instant,
}

impl Write for Journal {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let now = Instant::now();
        let is_due = |open: &Segment| open.size >= self.segment_bytes || now - open.opened >= SEGMENT_AGE;
        if self.open.as_ref().is_none_or(is_due) {
            self.open_next(now)?;
        }
        if self.append(line).is_err() {
            // The segment may hold a part of the line by now: the line goes whole into another.
            self.leave();
            self.refusal = None;
            self.open_next(now)?;
            if let Err(error) = self.append(line) {
                self.leave();
                self.refusal = Some((now + RETRY, error.kind()));
                return Err(error);
            }
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Journal {
    pub(crate) fn new(folder: Folder, capacity: u64) -> Self {
        let (segment_bytes, left) = (SEGMENT_BYTES.min(capacity / 8), VecDeque::new());
        Self { folder, capacity, segment_bytes, open: None, left, number: 0, refusal: None }
    }

    /// Leaves the open segment for a new one. Where none can be had the open one will do, unless it is full, as the
    /// journal is.
    fn open_next(&mut self, now: Instant) -> io::Result<()> {
        let refused = self.refusal.filter(|(until, _)| now < *until);
        let created = refused.map_or_else(|| self.create(), |(_, kind)| Err(again(kind)));
        self.refusal = refused.or_else(|| created.as_ref().err().map(|error| (now + RETRY, error.kind())));
        let file = match created {
            Err(error)
                if self.open.as_ref().is_some_and(|open| error.kind() != FULL || open.size < self.segment_bytes) =>
            {
                return Ok(());
            }
            created => created?,
        };
        self.leave();
        self.open = Some(Segment { file, number: self.number, size: 0, opened: now });
        Ok(())
    }

    /// Creates the next segment, with room made for it: by delivery, where that is to come first.
    fn create(&mut self) -> io::Result<File> {
        self.folder.make()?;
        self.left.retain(|(number, _)| !self.folder.is_to_deliver || self.folder.segment(*number).exists());
        let mut held: u64 = self.left.iter().map(|(_, size)| size).sum();
        held += self.open.as_ref().map_or(0, |open| open.size) + self.segment_bytes;
        // The last one stays, open or not: delivery leaves it alone, too.
        while held > self.capacity && self.left.len() > usize::from(self.open.is_none()) {
            if self.folder.is_to_deliver {
                return Err(again(FULL));
            }
            let (number, size) = self.left.pop_front().unwrap_or_default();
            let _ = fs::remove_file(self.folder.segment(number));
            held -= size;
        }
        self.number += 1;
        create(&self.folder.segment(self.number))
    }

    /// Appends by one write. What is not written whole leaves the segment unfit for more.
    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        let open = self.open.as_mut().ok_or(ErrorKind::NotFound)?;
        if open.file.write(line)? < line.len() {
            return Err(ErrorKind::StorageFull.into());
        }
        open.size += line.len() as u64;
        Ok(())
    }

    /// Appends nothing more to the open segment, and deletes it if it holds no record.
    fn leave(&mut self) {
        match self.open.take() {
            Some(Segment { number, size: 0, .. }) => drop(fs::remove_file(self.folder.segment(number))),
            Some(Segment { number, size, .. }) => self.left.push_back((number, size.next_multiple_of(BLOCK))),
            None => {}
        }
    }
}

/// Returns the error of a kind, as it was before.
fn again(kind: ErrorKind) -> io::Error {
    if kind == FULL { io::Error::new(FULL, JournalFull) } else { kind.into() }
}

#[cfg(test)]
#[path = "../tests/unit/journal.rs"]
mod tests;
