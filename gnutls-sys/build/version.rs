//! Versions of GnuTLS, compared as numbers.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

/// The oldest supported GnuTLS.
pub const OLDEST: Version = Version::new(3, 6, 0);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    pub major: u32,
    pub minor: u32,
    pub patch: u32,
}

impl Version {
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Version {
            major,
            minor,
            patch,
        }
    }

    /// Returns the cfg that is set if the library has this release or a later one.
    pub fn cfg(self) -> String {
        format!("gnutls_{}_{}_{}", self.major, self.minor, self.patch)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl FromStr for Version {
    type Err = InvalidVersion;

    /// Parses `3.8.13`, and also `3.8` and `3.8.13-dev`: a pre-release contains the functions of its release.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidVersion(text.to_owned());
        let mut parts = text.trim().splitn(3, '.');
        let whole = |part: &str| part.parse().map_err(|_| invalid());
        let major = whole(parts.next().unwrap_or_default())?;
        let minor = whole(parts.next().ok_or_else(invalid)?)?;
        let patch = match parts.next() {
            None => 0,
            Some(rest) => {
                let digits = rest
                    .find(|c: char| !c.is_ascii_digit())
                    .unwrap_or(rest.len());
                whole(&rest[..digits])?
            }
        };
        Ok(Version::new(major, minor, patch))
    }
}

/// A text that is not a version.
#[derive(Debug)]
pub struct InvalidVersion(String);

impl fmt::Display for InvalidVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\" is not a version of the form 3.8.13", self.0)
    }
}

impl Error for InvalidVersion {}
