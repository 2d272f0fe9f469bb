//! The journal's files: docs/record.md, section 8.

mod journals;

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::thread;

use journals::{Deadline, Directory, numbers, program, progress};
use telemetry_events::Settings;

/// A folder is there once something was logged, for its owner alone, named for its emitter.
#[test]
fn folder() {
    let directory = Directory::new();
    let logger = directory.logger();
    assert_eq!(directory.folders().len(), 0);
    logger.info(&progress(1));
    let folder = directory.folders().pop().unwrap();
    let lines = directory.lines();
    let name = folder.file_name().unwrap().to_str().unwrap();
    let parts: Vec<&str> = name.split('-').collect();
    assert_eq!((parts[0], parts[1]), ("worker", &*std::process::id().to_string()));
    assert_eq!(parts[3], lines[0]["emitter"]);
    let second = lines[0]["timestamp"].as_str().unwrap()[..19].replace(['-', ':'], "");
    assert!(parts[2].len() == 16 && parts[2].trim_end_matches('Z') <= &*second, "{name}");
    let mode = |name: &str| fs::metadata(folder.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(""), mode("00000001.jsonl"), mode("lock")), (0o700, 0o600, 0o600));
}

/// Asks, as another process does, whether a lock is held.
fn is_locked(lock: &std::path::Path) -> bool {
    let ask = "import fcntl, sys; fcntl.lockf(open(sys.argv[1], 'r+'), fcntl.LOCK_EX | fcntl.LOCK_NB)";
    let done = Command::new("python3").args(["-c", ask]).arg(lock).output().unwrap();
    assert!(done.status.success() || String::from_utf8_lossy(&done.stderr).contains("BlockingIOError"));
    !done.status.success()
}

/// The lock is one of POSIX's record locks, which another process sees as long as this one lives.
#[test]
fn lock() {
    let directory = Directory::new();
    let logger = directory.logger();
    logger.info(&progress(1));
    let lock = directory.folders()[0].join("lock");
    assert!(is_locked(&lock));
    drop(logger);
    assert!(!is_locked(&lock));
}

/// The lock goes with a process that is killed.
#[test]
fn lock_of_the_dead() {
    let directory = Directory::new();
    assert!(directory.program("once").status().unwrap().success());
    assert!(!is_locked(&directory.folders()[0].join("lock")));
}

/// What many threads log is there once each, numbered without a gap in the order of the file.
#[test]
fn threads() {
    let directory = Directory::new();
    let settings = Settings { capacity_bytes: 64 << 20, ..directory.settings() };
    let logger = telemetry_events::Logger::new(&settings).unwrap();
    thread::scope(|scope| {
        for thread in 0..8 {
            let logger = &logger;
            scope.spawn(move || (0..1000).for_each(|number| logger.info(&progress(thread * 1000 + number))));
        }
    });
    let lines = directory.lines();
    assert_eq!(numbers(&lines), (1..=8000).collect::<Vec<u64>>());
    let mut batches: Vec<u64> = lines.iter().map(|line| line["batch_number"].as_u64().unwrap()).collect();
    batches.sort_unstable();
    assert_eq!(batches, (0..8000).collect::<Vec<u64>>());
}

/// No record whose call has returned is lost with a process that is killed.
#[test]
fn kill() {
    for _ in 0..3 {
        let directory = Directory::new();
        let mut child = directory.program("forever").stdout(Stdio::piped()).spawn().unwrap();
        let mut told = BufReader::new(child.stdout.take().unwrap()).lines();
        told.by_ref().take(500).for_each(drop);
        child.kill().unwrap();
        let rest = told.map_while(Result::ok).filter_map(|number| number.parse::<u64>().ok()).max();
        child.wait().unwrap();
        let lines = directory.lines();
        assert_eq!(numbers(&lines), (1..=lines.len() as u64).collect::<Vec<u64>>());
        assert!(lines.len() as u64 >= rest.unwrap_or(500), "{} of {rest:?}", lines.len());
    }
}

/// A segment is left at 8 MiB.
#[test]
fn rotation() {
    let directory = Directory::new();
    let logger = directory.logger();
    let text = "x".repeat(800_000);
    (0..12).for_each(|_| logger.info(text.as_str()));
    let sizes: Vec<u64> = directory.segments().iter().map(|path| fs::metadata(path).unwrap().len()).collect();
    assert_eq!(sizes.len(), 2);
    assert!((8 << 20..(8 << 20) + 900_000).contains(&sizes[0]), "{sizes:?}");
    assert_eq!(numbers(&directory.lines()), (1..=12).collect::<Vec<u64>>());
}

/// Where a folder would exceed its capacity, its oldest segments go.
#[test]
fn capacity() {
    let directory = Directory::new();
    let settings = Settings { capacity_bytes: 1 << 20, ..directory.settings() };
    let logger = telemetry_events::Logger::new(&settings).unwrap();
    (0..10_000).for_each(|number| logger.info(&progress(number)));
    let held: u64 = directory.segments().iter().map(|path| fs::metadata(path).unwrap().len()).sum();
    assert!((800_000..1 << 20).contains(&held), "{held}");
    let kept = numbers(&directory.lines());
    assert_eq!(kept, (10_001 - kept.len() as u64..=10_000).collect::<Vec<u64>>());
}

/// What a journal refuses until delivery has made room is counted, and reported behind the next record. Files that
/// delivery keeps count for nothing, and stay.
#[test]
fn full() {
    let directory = Directory::new();
    let settings = Settings { capacity_bytes: 1 << 20, ship: "none".into(), ..directory.settings() };
    let logger = telemetry_events::Logger::new(&settings).unwrap();
    logger.info("first");
    let of_delivery = ["00000001-385.cursor", "shipping", "to-deliver"].map(|name| directory.folders()[0].join(name));
    for path in &of_delivery {
        fs::write(path, vec![b'x'; 1 << 20]).unwrap();
    }
    let text = "x".repeat(20_000);
    (0..100).for_each(|_| logger.info(text.as_str()));
    let accepted = directory.lines().len();
    assert!((40..100).contains(&accepted));
    fs::remove_file(&directory.segments()[0]).unwrap();
    let left = directory.lines().len();
    let deadline = Deadline::new();
    while directory.lines().len() == left {
        deadline.check("a record is written again");
        logger.info("next");
    }
    let found = directory.lines().split_off(left);
    assert_eq!(found.len(), 2);
    let [next, report] = [&found[0]["seq"], &found[1]["seq"]].map(|seq| seq.as_u64().unwrap());
    assert_eq!((&found[1]["message"], &found[1]["reason"]), (&"telemetry_dropped".into(), &"journal_full".into()));
    assert_eq!((&found[1]["dropped_count"], report), (&(next - 1 - accepted as u64).into(), next + 1));
    assert!(of_delivery.iter().all(|path| fs::metadata(path).unwrap().len() == 1 << 20));
}

/// Where a file may not grow, a line goes whole into the next one, and none is lost.
#[test]
fn short_writes() {
    let directory = Directory::new();
    let limited = "trap '' XFSZ; ulimit -f 8; exec \"$0\" many";
    let mut shell = Command::new("sh");
    shell.args(["-c", limited]).arg(program()).env("TELEMETRY_EVENTS_DIR", directory.0.join("journals"));
    let done = shell.output().unwrap();
    assert!(done.status.success() && done.stderr.is_empty(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(numbers(&directory.lines()), (1..=100).collect::<Vec<u64>>());
    let segments = directory.segments();
    assert!(segments.len() > 3);
    assert!(fs::metadata(&segments[0]).unwrap().len() == 4096 || fs::metadata(&segments[0]).unwrap().len() == 8192);
}

/// Where no segment can be opened, calls return, and are counted until one can be opened again.
#[test]
fn no_directory() {
    let directory = Directory::new();
    let logger = directory.logger();
    let root = directory.0.join("journals");
    fs::remove_dir(&root).unwrap();
    File::create(&root).unwrap();
    (0..10).for_each(|number| logger.info(&progress(number)));
    fs::remove_file(&root).unwrap();
    let mut refused = 10;
    let deadline = Deadline::new();
    while directory.folders().is_empty() {
        deadline.check("a record is written again");
        logger.info(&progress(10));
        refused += 1;
    }
    let lines = directory.lines();
    assert_eq!(numbers(&lines), [refused, refused + 1]);
    assert_eq!((&lines[1]["dropped_count"], &lines[1]["reason"]), (&(refused - 1).into(), &"write_failed".into()));
    assert_eq!(lines[0]["batch_number"], 10);
}

/// A forked child is an emitter of its own, whatever its parent's threads were doing, and the parent goes on as it was.
#[test]
fn fork() {
    let directory = Directory::new();
    let done = directory.program("fork").output().unwrap();
    assert!(done.status.success() && done.stderr.is_empty(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(directory.folders().len(), 21);
    let lines = directory.lines();
    let of = |message: &str| lines.iter().filter(|line| line["message"] == message).cloned().collect::<Vec<_>>();
    assert_eq!(numbers(&of("child")), [1; 20]);
    assert_eq!(numbers(&of("child again")), [2; 20]);
    let parents = of("parent").into_iter().chain(of("parent again")).map(|line| line["emitter"].clone());
    let parents: std::collections::HashSet<String> = parents.map(|emitter| emitter.to_string()).collect();
    assert_eq!(parents.len(), 1);
    let of_parent: Vec<_> =
        lines.iter().filter(|line| parents.contains(&line["emitter"].to_string())).cloned().collect();
    assert_eq!(numbers(&of_parent), (1..=40_040).collect::<Vec<u64>>());
}
