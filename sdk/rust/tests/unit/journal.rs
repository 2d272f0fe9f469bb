//! Segments, where the time has to be made up.

use super::*;

fn journal(root: &std::path::Path) -> Journal {
    Journal::new(Folder::new(root, "worker", "abcdefghijklmnop", false), 1 << 30)
}

fn segments(journal: &Journal) -> Vec<(String, u64)> {
    let entries = fs::read_dir(&journal.folder.path).unwrap().map(Result::unwrap);
    let sized = entries.map(|entry| (entry.file_name().into_string().unwrap(), entry.metadata().unwrap().len()));
    let mut segments: Vec<_> = sized.filter(|(name, _)| !["lock", "to-deliver"].contains(&&**name)).collect();
    segments.sort();
    segments
}

/// A segment that has been open for a minute is left at the next line.
#[test]
fn age() {
    let root = std::env::temp_dir().join(format!("telemetry-events-age-{}", std::process::id()));
    let mut journal = journal(&root);
    journal.write_all(b"one\n").unwrap();
    journal.open.as_mut().unwrap().opened -= Duration::from_secs(59);
    journal.write_all(b"two\n").unwrap();
    journal.open.as_mut().unwrap().opened -= Duration::from_secs(1);
    journal.write_all(b"three\n").unwrap();
    assert_eq!(segments(&journal), [("00000001.jsonl".to_owned(), 8), ("00000002.jsonl".to_owned(), 6)]);
    fs::remove_dir_all(root).unwrap();
}

/// Where a line goes into no segment, not even a new one, none is left behind, and none is opened for a second.
#[test]
fn refusal() {
    let root = std::env::temp_dir().join(format!("telemetry-events-refusal-{}", std::process::id()));
    let mut journal = journal(&root);
    // What is open for reading takes no line, as a failing disk would not.
    journal.write_all(b"one\n").unwrap();
    journal.open.as_mut().unwrap().file = File::open(journal.folder.segment(1)).unwrap();
    journal.write_all(b"two\n").unwrap();
    assert_eq!(segments(&journal), [("00000001.jsonl".to_owned(), 4), ("00000002.jsonl".to_owned(), 4)]);
    journal.leave();
    journal.refusal = Some((Instant::now() + RETRY, ErrorKind::StorageFull));
    assert_eq!(journal.write_all(b"three\n").unwrap_err().kind(), ErrorKind::StorageFull);
    journal.refusal = Some((Instant::now(), ErrorKind::StorageFull));
    journal.write_all(b"four\n").unwrap();
    assert_eq!(segments(&journal).last(), Some(&("00000003.jsonl".to_owned(), 5)));
    fs::remove_dir_all(root).unwrap();
}

/// Returns a journal of 1 MiB that is to be delivered.
fn to_deliver(root: &std::path::Path) -> Journal {
    Journal::new(Folder::new(root, "worker", "abcdefghijklmnop", true), 1 << 20)
}

/// What is to be delivered goes by delivery alone: a full journal fills its open segment and then refuses, looks once a
/// second, and goes on when there is room.
#[test]
fn full() {
    let root = std::env::temp_dir().join(format!("telemetry-events-full-{}", std::process::id()));
    let (mut journal, line) = (to_deliver(&root), vec![b'x'; 48_000]);
    (0..19).for_each(|_| journal.write_all(&line).unwrap());
    for _ in 0..2 {
        journal.open.as_mut().unwrap().opened -= SEGMENT_AGE; // and yet there is no next one
        journal.write_all(&line).unwrap();
    }
    let is_refused =
        |journal: &mut Journal| journal.write_all(&line).unwrap_err().get_ref().unwrap().is::<JournalFull>();
    journal.refusal = None;
    assert!(is_refused(&mut journal));
    let all: Vec<_> = (1..=7).map(|number| (format!("{number:08}.jsonl"), 144_000)).collect();
    assert_eq!(segments(&journal), all);
    fs::remove_file(journal.folder.segment(1)).unwrap();
    assert!(is_refused(&mut journal)); // within the second
    journal.refusal = None;
    journal.write_all(&line).unwrap();
    assert_eq!(segments(&journal)[6], ("00000008.jsonl".to_owned(), 48_000));
    fs::remove_dir_all(root).unwrap();
}

/// The last segment, which delivery leaves alone, has nothing refused, however much it holds.
#[test]
fn last() {
    let root = std::env::temp_dir().join(format!("telemetry-events-last-{}", std::process::id()));
    let mut journal = to_deliver(&root);
    journal.write_all(&vec![b'x'; 1 << 20]).unwrap();
    journal.write_all(b"two\n").unwrap();
    fs::remove_file(journal.folder.segment(1)).unwrap();
    journal.write_all(&vec![b'x'; 1 << 20]).unwrap();
    journal.leave();
    journal.write_all(b"three\n").unwrap();
    assert_eq!(segments(&journal)[1], ("00000003.jsonl".to_owned(), 6));
    fs::remove_dir_all(root).unwrap();
}

/// Where the mark cannot be made nothing is written, and what a link leads to is not touched.
#[test]
fn link() {
    let root = std::env::temp_dir().join(format!("telemetry-events-link-{}", std::process::id()));
    let mut journal = to_deliver(&root);
    fs::create_dir_all(&journal.folder.path).unwrap();
    std::os::unix::fs::symlink(root.join("elsewhere"), journal.folder.path.join("to-deliver")).unwrap();
    assert!(journal.write_all(b"one\n").is_err());
    assert!(!root.join("elsewhere").exists() && segments(&journal).is_empty());
    fs::remove_dir_all(root).unwrap();
}
