//! Redaction keys, and what must never be seen: docs/canonical-json.md, section 8.

mod journals;

use std::fs;

use journals::Directory;
use telemetry_events::v1::MissingColumnEvent;
use telemetry_events::{RedactionKey, Settings, canonical_json};

const SECRET: &str = "a secret of 16 bytes or more";

/// A key is shown by its id alone, also within settings.
#[test]
fn key_is_not_shown() {
    let key: RedactionKey = format!("site1:{SECRET}").parse().unwrap();
    assert_eq!(format!("{key:?}"), r#"RedactionKey("site1")"#);
    let settings = Settings { key: Some(key), ..Directory::new().settings() };
    let shown = format!("{settings:?} {settings:#?}");
    assert!(shown.contains("site1") && !shown.contains("secret of"), "{shown}");
}

/// A key that is not fit is refused, in words that show nothing of it.
#[test]
fn unfit_key() {
    for text in
        ["", "site1", ":0123456789abcdef", "Site:0123456789abcdef", "ninechars:0123456789abcdef", "a:0123456789abcde"]
    {
        let error = text.parse::<RedactionKey>().unwrap_err().to_string();
        assert_eq!(error, "key: not 1 to 8 of a-z and 0-9, a colon and 16 bytes or more");
    }
}

/// A key may end in a line feed, as a mounted secret does, and hold colons.
#[test]
fn parsed_key() {
    let event = MissingColumnEvent { file_name: "a.dcm".into(), ..Default::default() };
    let parsed: RedactionKey = "k1:0123:456789abcdef\n".parse().unwrap();
    let made = RedactionKey::new("k1", b"0123:456789abcdef").unwrap();
    assert_eq!(canonical_json(&event, Some(&parsed)), canonical_json(&event, Some(&made)));
}

/// A patient's name, record number and directory, what an error says, and the key, are in no byte that is written.
#[test]
fn canary() {
    for key in ["", "site1:a secret with DOE^JANE in it"] {
        let directory = Directory::new();
        let done = directory.program("canary").env("TELEMETRY_EVENTS_KEY", key).output().unwrap();
        assert!(done.status.success());
        let messages: Vec<String> = directory.lines().iter().map(|line| line["message"].to_string()).collect();
        let expected = ["missing_column", "missing_column", "task_error", "telemetry_invalid"];
        assert_eq!(messages, expected.map(|name| format!("{name:?}")));
        let mut bytes = [done.stdout, done.stderr].concat();
        for path in directory.segments() {
            bytes.extend(fs::read(&path).unwrap());
            bytes.extend(path.as_os_str().as_encoded_bytes());
        }
        let text = String::from_utf8(bytes).unwrap();
        for canary in ["DOE", "JANE", "4711", "cannot read", "secret", "/ct/", "/home"] {
            assert!(!text.contains(canary), "{canary} in {text}");
        }
        assert!(
            text.contains(r#""kind":"emit::Failure""#) && text.contains(r#"File \"srv/run.py\", line 12, in run"#),
            "{text}"
        );
    }
}
