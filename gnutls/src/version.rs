//! Versions of the library: the one this crate was built for and the one that is running.

use std::ffi::CStr;
use std::fmt;
use std::sync::OnceLock;

use gnutls_macros::corresponds;

/// A release of GnuTLS, such as 3.8.9. Versions compare as numbers: 3.6.10 is newer than 3.6.9.
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
    /// The first number.
    pub major: u16,
    /// The second number.
    pub minor: u16,
    /// The third number.
    pub patch: u16,
}

impl Version {
    /// A version of these three numbers.
    pub const fn new(major: u16, minor: u16, patch: u16) -> Self {
        Self {
            major,
            minor,
            patch,
        }
    }

    /// Reads a version and leaves aside whatever a distribution has put behind it, as in `3.8.13-dev`.
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

/// What [`version`] tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct LibraryVersions {
    /// The release that this crate was built for. Functions that came later are not called.
    pub built: Version,
    /// The release that is loaded now. It may be newer than the one the crate was built for.
    pub running: Version,
}

/// The release of GnuTLS that this crate was built for, and the one that is running.
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
        // SAFETY: given NULL, gnutls_check_version returns a string constant of the library.
        let running = unsafe { gnutls_sys::gnutls_check_version(std::ptr::null()) };
        let running = if running.is_null() {
            None
        } else {
            // SAFETY: not NULL, and as said above a constant that ends in NUL and lives as long as the library.
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
    fn what_a_distribution_adds_is_left_aside() {
        assert_eq!(Version::lenient("3.8.13-dev"), Some(Version::new(3, 8, 13)));
        assert_eq!(Version::lenient("3.9"), Some(Version::new(3, 9, 0)));
        assert_eq!(Version::lenient("GnuTLS"), None);
        assert_eq!(Version::lenient(""), None);
    }
}
