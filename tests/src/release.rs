//! Releases in the tables of the project.

use gnutls_releases::Version;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// Reads a release, such as `3.6.4`.
pub fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Version>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map(Some).map_err(D::Error::custom)
}
