//! Features that require a newer library, with the required releases.

use std::str::FromStr;

use crate::error::{Error, Result};
use crate::version::{LibraryVersions, Version, version};

/// The releases after 3.6.0, named like their cfgs. The build script generates them from the list in `gnutls-sys`.
#[allow(
    non_upper_case_globals,
    dead_code,
    reason = "the constants are named like the cfgs, and some of them are not required by any feature"
)]
pub(crate) mod release {
    use crate::version::Version;

    include!(concat!(env!("OUT_DIR"), "/releases.rs"));
}

impl FromStr for Version {
    type Err = Error;

    /// Parses three numbers separated by dots.
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::lenient(text)
            .filter(|version| version.to_string() == text)
            .ok_or_else(|| {
                Error::invalid_input(format!(
                    "invalid version {text:?}: expected three numbers such as 3.8.9"
                ))
            })
    }
}

/// Returns an error unless both the library at build time and the running library are `release` or newer.
///
/// Use it for flags and values that an older library silently ignores. A function that an older library lacks requires
/// [`requires!`](crate::error::unsupported::requires), because a reference to it does not compile.
#[allow(dead_code, reason = "not used if the library at build time is old")]
pub(crate) fn require(what: &'static str, release: Version) -> Result<()> {
    let LibraryVersions { built, running } = version();
    if built.min(running) < release {
        Err(Error::unsupported(what, release))
    } else {
        Ok(())
    }
}

/// Returns an error unless the running library is `release` or newer.
///
/// Use it for functions and values that the library at build time has, and that a running library before `release`
/// processes incorrectly.
pub(crate) fn require_running(what: &'static str, release: Version) -> Result<()> {
    if version().running < release {
        Err(Error::unsupported(what, release))
    } else {
        Ok(())
    }
}

/// Evaluates an expression (of type `Result`) that calls a function of a release after 3.6.0. With an older library,
/// the result is an error of kind `Unsupported` that names the release.
///
/// ```text
/// requires!(gnutls_3_6_3, "appending to the default priorities", { ... })
/// ```
#[allow(unused_macros, reason = "not used with every release of the library")]
macro_rules! requires {
    ($release:ident, $what:expr, $body:expr) => {{
        #[cfg($release)]
        let result = match $crate::error::unsupported::require(
            $what,
            $crate::error::unsupported::release::$release,
        ) {
            Ok(()) => $body,
            Err(error) => Err(error),
        };
        #[cfg(not($release))]
        let result = Err($crate::error::Error::unsupported(
            $what,
            $crate::error::unsupported::release::$release,
        ));
        result
    }};
}
#[allow(unused_imports, reason = "not used with every release of the library")]
pub(crate) use requires;

#[cfg(test)]
mod tests {
    use super::*;

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
