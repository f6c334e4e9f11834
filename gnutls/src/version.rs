//! Versions of the library: the one this crate was built for and the one that is running.

use std::ffi::CStr;
use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use crate::error::Error;

/// A release of GnuTLS, such as 3.8.9. Versions compare as numbers: 3.6.10 is newer than 3.6.9.
///
/// ```
/// use gnutls::Version;
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
    fn lenient(text: &str) -> Option<Self> {
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

impl FromStr for Version {
    type Err = Error;

    /// Reads three numbers with dots between them.
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::lenient(text)
            .filter(|version| version.to_string() == text)
            .ok_or_else(|| Error::invalid_input(format!("{text:?} is not a version such as 3.8.9")))
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
/// C: [`gnutls_check_version`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fcheck_005fversion).
///
/// ```
/// let versions = gnutls::version();
/// println!("built for {}, running {}", versions.built, versions.running);
/// assert!(versions.running >= versions.built);
/// ```
#[doc(alias = "gnutls_check_version")]
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

/// Fails unless the library both built for and running is `release` or newer.
///
/// For flags and values that an older library would ignore in silence. A function that an older library lacks needs
/// [`requires!`](crate::version::requires), since naming it there would not compile.
#[allow(dead_code, reason = "built for an old library, nothing asks for more")]
pub(crate) fn require(what: &'static str, release: Version) -> Result<(), Error> {
    let LibraryVersions { built, running } = version();
    if built.min(running) < release {
        Err(Error::unsupported(what, release))
    } else {
        Ok(())
    }
}

/// Evaluates an expression (of type `Result`) that calls a function which came with a release after 3.6.0; on a library
/// that is older the result is an error of kind `Unsupported` that names the release.
///
/// ```text
/// requires!(gnutls_3_6_3, Version::new(3, 6, 3), "appending to the default priorities", { ... })
/// ```
#[allow(
    unused_macros,
    reason = "which of its users are compiled depends on the library"
)]
macro_rules! requires {
    ($cfg:meta, $release:expr, $what:expr, $body:expr) => {{
        #[cfg($cfg)]
        let result = match $crate::version::require($what, $release) {
            Ok(()) => $body,
            Err(error) => Err(error),
        };
        #[cfg(not($cfg))]
        let result = Err($crate::error::Error::unsupported($what, $release));
        result
    }};
}
#[allow(unused_imports, reason = "as above")]
pub(crate) use requires;

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

    #[test]
    fn parsing_is_strict() {
        assert_eq!("3.6.13".parse::<Version>().unwrap(), Version::new(3, 6, 13));
        for text in [
            "",
            "3",
            "3.6",
            "3.6.1-dev",
            "3.6.1.2",
            "3.6.99999",
            " 3.6.1",
            "03.6.1",
        ] {
            assert!(text.parse::<Version>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_flag_that_came_later_than_the_library_is_refused() {
        let LibraryVersions { built, running } = version();
        assert!(require("something old", built.min(running)).is_ok());
        let release = Version::new(99, 0, 0);
        let error = require("something new", release).unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::Unsupported);
        assert_eq!(error.required_release(), Some(release));
    }
}
