//! What stands in place of a sensitive value: docs/canonical-json.md, section 8.

use std::{borrow::Cow, fmt, str::FromStr};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{SettingsError, frames::reduced, v1::Sensitivity};

const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
// No suffix of the list ends in another.
const SUFFIXES: &str = ".dcm .nii .nii.gz .nrrd .svs .ndpi .tif .tiff .png .jpg .jpeg .e2e .fda .sdb .csv .parquet .json \
                        .xml .pdf .zip";

/// The secret that turns a file name or a person into a token, always the same one (8.2). `Debug` shows its id alone.
#[derive(Clone)]
pub struct RedactionKey(String, Hmac<Sha256>);

impl RedactionKey {
    /// Returns a key with an id of 1 to 8 characters of `a-z0-9`, which stands in each token, and a secret of at
    /// least 16 bytes (8.7).
    ///
    /// # Errors
    ///
    /// Where id or secret is not so. The error shows neither.
    pub fn new(id: &str, secret: &[u8]) -> Result<Self, SettingsError> {
        let is_id = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let is_fit = (1..=8).contains(&id.len()) && id.bytes().all(is_id) && secret.len() >= 16;
        let key = Hmac::new_from_slice(secret).ok().filter(|_| is_fit).map(|mac| Self(format!("h1:{id}:"), mac));
        key.ok_or_else(|| SettingsError("key: not 1 to 8 of a-z and 0-9, a colon and 16 bytes or more".into()))
    }
}

/// Reads `<id>:<secret>`, as `TELEMETRY_EVENTS_KEY` holds it. White space around it does not count, as a mounted
/// secret may end in a line feed.
impl FromStr for RedactionKey {
    type Err = SettingsError;

    fn from_str(text: &str) -> Result<Self, SettingsError> {
        let (id, secret) = text.trim().split_once(':').unwrap_or_default();
        Self::new(id, secret.as_bytes())
    }
}

impl fmt::Debug for RedactionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RedactionKey").field(&self.0.trim_end_matches(':').trim_start_matches("h1:")).finish()
    }
}

/// Returns what is printed of a text that is sensitive as its field says.
pub(crate) fn redacted<'t>(text: &'t str, class: Sensitivity, key: Option<&RedactionKey>) -> Cow<'t, str> {
    let token = || match key {
        Some(RedactionKey(prefix, mac)) => {
            prefix.clone() + &base32(&mac.clone().chain_update(text).finalize().into_bytes(), 26)
        }
        None => "redacted".into(),
    };
    match class {
        Sensitivity::StackFrames => reduced(text).into(),
        Sensitivity::Person if !text.is_empty() => token().into(),
        Sensitivity::FileName if !text.is_empty() => {
            let tail = &text.as_bytes()[text.len().saturating_sub(".parquet".len())..].to_ascii_lowercase();
            let suffix = SUFFIXES.split(' ').find(|suffix| tail.ends_with(suffix.as_bytes()));
            (token() + suffix.unwrap_or_default()).into()
        }
        _ => text.into(),
    }
}

/// Returns the first characters of bytes as lower-case base32 (RFC 4648).
pub(crate) fn base32(bytes: &[u8], length: usize) -> String {
    let byte = |at| bytes.get(at).copied().unwrap_or_default();
    let window = |bit| u16::from_be_bytes([byte(bit / 8), byte(bit / 8 + 1)]) >> (11 - bit % 8);
    (0..length).map(|place| char::from(BASE32[usize::from(window(5 * place) & 31)])).collect()
}
