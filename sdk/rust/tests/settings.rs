//! What a logger is configured with: docs/logging.md.

mod journals;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use journals::Directory;
use serde_json::Value;
use telemetry_events::{Logger, Settings};

/// What the first line of a program says, whose environment holds the given variables.
fn line(directory: &Directory, variables: &[(&str, &str)]) -> Value {
    let done = directory.program("once").envs(variables.iter().copied()).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    directory.lines().pop().unwrap()
}

/// Every variable is taken as docs/logging.md has it.
#[test]
fn environment() {
    let variables = [
        ("DD_SERVICE", "hub"),
        ("DD_ENV", "Prod,x"),
        ("DD_VERSION", "1.4.2"),
        ("DD_TAGS", "site:north,  team:imaging\tÄ"),
        ("DD_HOSTNAME", "pod-7"),
    ];
    let found = line(&Directory::new(), &variables);
    assert_eq!(found["ddtags"], "env:prod_x,version:1.4.2,site:north,team:imaging,_");
    assert_eq!([&found["service"], &found["ddsource"], &found["hostname"]], ["hub", "hub", "pod-7"]);
}

/// A variable that is empty counts as none: the service is the program, and there are no tags.
#[test]
fn empty_environment() {
    let empty = ["DD_SERVICE", "DD_ENV", "DD_VERSION", "DD_TAGS", "DD_HOSTNAME", "TELEMETRY_EVENTS_KEY"];
    let found = line(&Directory::new(), &empty.map(|name| (name, " ")));
    assert_eq!([&found["service"], &found["ddtags"]], ["emit", ""]);
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    assert_eq!(found["hostname"], name.trim());
}

/// Without a directory, journals are kept where the XDG base directories have them.
#[test]
fn usual_directory() {
    let directory = Directory::new();
    let root = directory.0.to_str().unwrap();
    for (variable, folder) in [("XDG_STATE_HOME", "telemetry-events"), ("HOME", ".local/state/telemetry-events")] {
        let mut program = directory.program("once");
        assert!(program.env_remove("TELEMETRY_EVENTS_DIR").env(variable, root).status().unwrap().success());
        assert_eq!(std::fs::read_dir(directory.0.join(folder)).unwrap().count(), 1);
    }
}

/// What cannot be used is an error when the logger is made, which names what is at fault.
#[test]
fn errors() {
    let directory = Directory::new();
    std::fs::write(directory.0.join("file"), "").unwrap();
    let fit = || directory.settings();
    let unfit = [
        ("service", Settings { service: String::new(), ..fit() }),
        ("service", Settings { service: "-x".into(), ..fit() }),
        ("service", Settings { service: "x".repeat(101), ..fit() }),
        ("ddsource", Settings { ddsource: "a b".into(), ..fit() }),
        ("hostname", Settings { hostname: "a/b".into(), ..fit() }),
        ("tags", Settings { tags: vec!["x".into(); 99], ..fit() }),
        ("tags", Settings { tags: vec!["x".repeat(201)], ..fit() }),
        ("tags", Settings { version: "x".repeat(200), ..fit() }),
        ("capacity_bytes", Settings { capacity_bytes: (1 << 20) - 1, ..fit() }),
        ("ship", Settings { ship: "thread".into(), ..fit() }),
        ("ship", Settings { ship: String::new(), ..fit() }),
        ("directory", Settings { directory: directory.0.join("file"), ..fit() }),
        ("directory", Settings { directory: directory.0.join("file/below"), ..fit() }),
    ];
    for (name, settings) in unfit {
        let error = Logger::new(&settings).err().unwrap_or_else(|| panic!("{settings:?}"));
        assert!(error.to_string().starts_with(&format!("{name}: ")), "{error}");
    }
    assert!(Logger::new(&fit()).is_ok());
}

/// A folder is marked as to be delivered where the setting, or the environment, says `none`.
#[test]
fn ship() {
    let mark = |directory: &Directory| fs::metadata(directory.folders()[0].join("to-deliver"));
    for (ship, is_marked) in [(" none", true), ("", false), ("never", false), ("thread", false)] {
        let directory = Directory::new();
        line(&directory, &[("TELEMETRY_EVENTS_SHIP", ship)]);
        assert_eq!(mark(&directory).is_ok(), is_marked, "{ship:?}");
    }
    let directory = Directory::new();
    Logger::new(&Settings { ship: "none".into(), ..directory.settings() }).unwrap().info("text");
    let mark = mark(&directory).unwrap();
    assert_eq!((mark.permissions().mode() & 0o777, mark.len()), (0o600, 0));
}

/// A key of the environment that is not fit is an error, which does not show it.
#[test]
fn unfit_key() {
    let directory = Directory::new();
    let done = directory.program("once").env("TELEMETRY_EVENTS_KEY", "site1:short secret").output().unwrap();
    assert_eq!(done.status.code(), Some(1));
    assert!(done.stderr.starts_with(b"key: ") && !String::from_utf8_lossy(&done.stderr).contains("short"));
}
