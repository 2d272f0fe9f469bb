//! An emitter's folder, which tells by its lock that the process lives: docs/record.md, section 8.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::{io, path::Path, path::PathBuf, process, thread, time::SystemTime};

use rustix::fs::{FlockOperation, OFlags, fcntl_lock};

const TRIES: u32 = 1000;

/// The folder of one emitter, made when it is first asked for and held locked from then on.
///
/// The lock is one of POSIX's record locks: it ends with the process, whatever ends it, and a forked child does not
/// inherit it. Closing any descriptor of its file gives it up, so it is opened once.
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    /// Whether another process delivers the records, before which no segment goes.
    pub(crate) is_to_deliver: bool,
    lock: Option<File>,
}

impl Folder {
    pub(crate) fn new(root: &Path, service: &str, emitter: &str, is_to_deliver: bool) -> Self {
        let start = humantime::format_rfc3339_seconds(SystemTime::now()).to_string().replace(['-', ':'], "");
        let name = format!("{}-{}-{start}-{emitter}", masked(service, "_.-"), process::id());
        Self { path: root.join(name), is_to_deliver, lock: None }
    }

    /// Returns the path of a segment.
    pub(crate) fn segment(&self, number: u64) -> PathBuf {
        self.path.join(format!("{number:08}.jsonl"))
    }

    /// Has the folder there and locked.
    pub(crate) fn make(&mut self) -> io::Result<()> {
        if self.lock.is_none() || !self.path.is_dir() {
            let mut tries = 0..TRIES;
            make_private(&self.path)?;
            if self.is_to_deliver {
                private().write(true).create(true).truncate(false).open(self.path.join("to-deliver"))?;
            }
            let lock = private().write(true).create(true).truncate(false).open(self.path.join("lock"))?;
            // Another process may be about to ask whether this one lives, which takes the lock for a moment.
            while let Err(error) = fcntl_lock(&lock, FlockOperation::NonBlockingLockExclusive) {
                tries.next().ok_or(error)?;
                thread::yield_now();
            }
            self.lock = Some(lock);
        }
        Ok(())
    }
}

/// Opens a file that is not there yet, to append to.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    private().append(true).create_new(true).open(path)
}

/// Makes a folder for its owner alone, unless it is there, and what it lies in.
pub(crate) fn make_private(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    DirBuilder::new().mode(0o700).create(path).or_else(|error| if path.is_dir() { Ok(()) } else { Err(error) })
}

/// Returns a name with `_` for each character that is none of `more`, and no letter or digit of ASCII.
pub(crate) fn masked(name: &str, more: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || more.contains(c) { c } else { '_' }).collect()
}

/// Returns what opens a file for its owner alone, and no link; std adds `O_CLOEXEC`.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.mode(0o600).custom_flags(i32::from_ne_bytes(OFlags::NOFOLLOW.bits().to_ne_bytes()));
    options
}
