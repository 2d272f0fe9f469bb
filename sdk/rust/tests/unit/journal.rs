//! Segments, where the time has to be made up.

use super::*;

fn journal(root: &std::path::Path) -> Journal {
    Journal::new(Folder::new(root, "worker", "abcdefghijklmnop"), 1 << 30)
}

fn segments(journal: &Journal) -> Vec<(String, u64)> {
    let entries = fs::read_dir(&journal.folder.path).unwrap().map(Result::unwrap);
    let sized = entries.map(|entry| (entry.file_name().into_string().unwrap(), entry.metadata().unwrap().len()));
    let mut segments: Vec<_> = sized.filter(|(name, _)| name != "lock").collect();
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
    journal.open.as_mut().unwrap().file = File::open(journal.path(1)).unwrap();
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
