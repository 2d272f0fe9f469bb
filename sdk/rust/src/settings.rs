//! What a logger is configured with. The environment's names are Datadog's (unified service tagging), and
//! `TELEMETRY_EVENTS_…` of our own: docs/logging.md.

use std::path::{self, Path, PathBuf};
use std::{env, io};

use rustix::fs::{Access, access};

use crate::folder::{make_private, masked};
use crate::{RedactionKey, SettingsError, v1::TelemetryEnvelope};

const MIN_CAPACITY: u64 = 1 << 20;
const MAX_TAGS: usize = 100;
const MAX_TAG: usize = 200;

/// What a logger is configured with.
///
/// ```
/// use telemetry_events::Settings;
///
/// let settings = Settings { service: "worker".into(), env: "prod".into(), ..Settings::from_env()? };
/// # Ok::<(), telemetry_events::SettingsError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Settings {
    /// Name of the service.
    pub service: String,
    /// The technology that records come from; the service where this is empty.
    pub ddsource: String,
    /// The tag `env`. None where this is empty.
    pub env: String,
    /// The tag `version`. None where this is empty.
    pub version: String,
    /// Further tags, such as `site:north`.
    pub tags: Vec<String>,
    /// Name of the machine.
    pub hostname: String,
    /// Where journals are kept. It is made if it is not there.
    pub directory: PathBuf,
    /// What file names and persons are redacted with. Without a key they become `redacted`.
    pub key: Option<RedactionKey>,
    /// How many bytes a journal may hold, at least 1 MiB.
    pub capacity_bytes: u64,
    /// `none` where another process delivers the journal (docs/delivery.md): no segment goes before, and a full journal
    /// refuses records. Else `never`.
    pub ship: String,
}

impl Settings {
    /// Returns what the environment says, where a variable that is empty counts as none, and else what is usual.
    ///
    /// | | environment | else |
    /// |---|---|---|
    /// | `service` | `DD_SERVICE` | the program's name |
    /// | `env`, `version` | `DD_ENV`, `DD_VERSION` | no such tag |
    /// | `tags` | `DD_TAGS`, as `site:north,team:imaging` | none |
    /// | `hostname` | `DD_HOSTNAME` | the machine's name |
    /// | `ddsource` | | the service |
    /// | `directory` | `TELEMETRY_EVENTS_DIR` | `$XDG_STATE_HOME/telemetry-events`, `~/.local/state/telemetry-events` |
    /// | `key` | `TELEMETRY_EVENTS_KEY`, as `<id>:<secret>` | none |
    /// | `capacity_bytes` | | 1 GiB |
    /// | `ship` | `TELEMETRY_EVENTS_SHIP`, of which `thread` is for other languages | `never` |
    ///
    /// # Errors
    ///
    /// Where a variable is not UTF-8, or holds no key.
    pub fn from_env() -> Result<Self, SettingsError> {
        let state = variable("XDG_STATE_HOME")?.filter(|state| state.starts_with('/')).map(PathBuf::from);
        let home = variable("HOME")?.unwrap_or_default();
        let usual = || state.unwrap_or(Path::new(&home).join(".local/state")).join("telemetry-events");
        let tags = variable("DD_TAGS")?.unwrap_or_default();
        Ok(Self {
            service: variable("DD_SERVICE")?.unwrap_or_else(program),
            ddsource: String::new(),
            env: variable("DD_ENV")?.unwrap_or_default(),
            version: variable("DD_VERSION")?.unwrap_or_default(),
            tags: tags.split([',', ' ', '\t', '\r', '\n']).map(str::to_owned).collect(),
            hostname: variable("DD_HOSTNAME")?.unwrap_or_else(machine),
            directory: variable("TELEMETRY_EVENTS_DIR")?.map_or_else(usual, PathBuf::from),
            key: variable("TELEMETRY_EVENTS_KEY")?.map(|text| text.parse()).transpose()?,
            capacity_bytes: 1 << 30,
            ship: variable("TELEMETRY_EVENTS_SHIP")?.filter(|ship| ship != "thread").unwrap_or("never".into()),
        })
    }

    /// Returns what the envelopes of all records hold.
    pub(crate) fn envelope(&self) -> Result<TelemetryEnvelope, SettingsError> {
        let service = checked("service", &self.service, 100, "_.:/-")?;
        let ddsource = if self.ddsource.is_empty() { &service } else { &self.ddsource };
        let ddsource = checked("ddsource", ddsource, 100, "_.:/-")?;
        let hostname = checked("hostname", &self.hostname, 255, "_.:-")?;
        let tagged = [("env:", &self.env), ("version:", &self.version)].into_iter();
        let tagged = tagged.filter(|(_, value)| !value.is_empty()).map(|(name, value)| [name, value].concat());
        // Nothing in a tag can begin another (docs/record.md, section 3).
        let tags = tagged.chain(self.tags.iter().cloned()).map(|tag| masked(&tag, "_:./-").to_ascii_lowercase());
        let tags: Vec<String> = tags.filter(|tag| !tag.is_empty()).collect();
        if tags.len() > MAX_TAGS || tags.iter().any(|tag| tag.len() > MAX_TAG) {
            return Err(SettingsError(format!("tags: more than {MAX_TAGS}, or one of more than {MAX_TAG} characters")));
        }
        Ok(TelemetryEnvelope { service, ddsource, hostname, ddtags: tags.join(","), ..Default::default() })
    }

    /// Returns whether another process delivers.
    pub(crate) fn is_to_deliver(&self) -> Result<bool, SettingsError> {
        match &*self.ship {
            "none" => Ok(true),
            "never" => Ok(false),
            _ => Err(SettingsError("ship: neither none nor never".into())),
        }
    }

    /// Has the directory there, so that one which cannot be written to is found out now.
    pub(crate) fn directory(&self) -> Result<PathBuf, SettingsError> {
        if self.capacity_bytes < MIN_CAPACITY {
            return Err(SettingsError(format!("capacity_bytes: less than {MIN_CAPACITY}")));
        }
        let made = path::absolute(&self.directory).and_then(|path| make_private(&path).map(|()| path));
        let found = made.and_then(|path| access(&path, Access::WRITE_OK).map(|()| path).map_err(io::Error::from));
        found.map_err(|error| SettingsError(format!("directory: {error}")))
    }
}

fn checked(name: &str, given: &str, most: usize, more: &str) -> Result<String, SettingsError> {
    let begins = name == "hostname" || given.starts_with(|c: char| c.is_ascii_alphanumeric());
    let is_fit = begins && (1..=most).contains(&given.len()) && masked(given, more) == given;
    let error = || SettingsError(format!("{name}: not 1 to {most} of a-z, A-Z, 0-9 and {more}"));
    is_fit.then(|| given.to_owned()).ok_or_else(error)
}

fn variable(name: &str) -> Result<Option<String>, SettingsError> {
    let value = env::var_os(name).unwrap_or_default().into_string();
    let value = value.map_err(|_| SettingsError(format!("{name}: not UTF-8")))?;
    Ok(Some(value.trim().to_owned()).filter(|value| !value.is_empty()))
}

fn program() -> String {
    let path = env::args_os().next().unwrap_or_default();
    let name = masked(&Path::new(&path).file_stem().unwrap_or_default().to_string_lossy(), "_.-");
    name.trim_start_matches(['_', '.', '-']).chars().take(100).collect()
}

fn machine() -> String {
    masked(&rustix::system::uname().nodename().to_string_lossy(), "_.:-")
}
