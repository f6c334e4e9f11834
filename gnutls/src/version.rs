//! Versions of the library: the version at build time and the running version.

use std::ffi::CStr;
use std::fmt;
use std::sync::OnceLock;

use gnutls_macros::corresponds;

/// A release of GnuTLS, for example 3.8.9. Versions compare as numbers: 3.6.10 is newer than 3.6.9.
///
/// ```
/// use gnutls::library::Version;
///
/// let version: Version = "3.6.10".parse()?;
/// assert!(version > Version::new(3, 6, 9));
/// assert_eq!(version.to_string(), "3.6.10");
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// The major version.
    pub major: u16,
    /// The minor version.
    pub minor: u16,
    /// The patch level.
    pub patch: u16,
}

impl Version {
    /// Creates a version from three numbers.
    pub const fn new(major: u16, minor: u16, patch: u16) -> Self {
        Self {
            major,
            minor,
            patch,
        }
    }

    /// Parses a version and ignores any suffix added by a distribution, as in `3.8.13-dev`.
    pub(crate) fn lenient(text: &str) -> Option<Self> {
        let mut numbers = text.splitn(3, '.').map(|part| {
            let digits = part
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(part.len());
            part[..digits].parse().ok()
        });
        Some(Self::new(
            numbers.next()??,
            numbers.next()??,
            numbers.next().unwrap_or(Some(0))?,
        ))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// The result of [`version`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct LibraryVersions {
    /// The release for which this crate was built; functions of later releases are not used.
    pub built: Version,
    /// The running release, which may be newer than the release at build time.
    pub running: Version,
}

/// Returns the GnuTLS release for which this crate was built, and the running release.
///
/// ```
/// let versions = gnutls::version();
/// println!("built for {}, running {}", versions.built, versions.running);
/// assert!(versions.running >= versions.built);
/// ```
#[corresponds(gnutls_check_version, alias(gnutls_global_deinit, gnutls_global_init))]
pub fn version() -> LibraryVersions {
    static VERSIONS: OnceLock<LibraryVersions> = OnceLock::new();
    *VERSIONS.get_or_init(|| {
        let oldest = Version::new(3, 6, 0);
        let built = Version::lenient(gnutls_sys::BUILT_FOR).unwrap_or(oldest);
        // SAFETY: for NULL, gnutls_check_version returns a string constant of the library.
        let running = unsafe { gnutls_sys::gnutls_check_version(std::ptr::null()) };
        let running = if running.is_null() {
            None
        } else {
            // SAFETY: `running` is not NULL. It is a constant that ends with NUL and lives as long as the library.
            unsafe { CStr::from_ptr(running) }
                .to_str()
                .ok()
                .and_then(Version::lenient)
        };
        LibraryVersions {
            built,
            running: running.unwrap_or(built),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        assert!(Version::new(3, 6, 10) > Version::new(3, 6, 9));
        assert!(Version::new(3, 10, 0) > Version::new(3, 8, 13));
    }

    #[test]
    fn the_suffix_of_a_distribution_is_ignored() {
        assert_eq!(Version::lenient("3.8.13-dev"), Some(Version::new(3, 8, 13)));
        assert_eq!(Version::lenient("3.9"), Some(Version::new(3, 9, 0)));
        assert_eq!(Version::lenient("GnuTLS"), None);
        assert_eq!(Version::lenient(""), None);
    }
}
