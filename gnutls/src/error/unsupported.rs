//! Features that the library is too old for: the release that each of them requires.

use std::str::FromStr;

use crate::error::{Error, Result};
use crate::version::{LibraryVersions, Version, version};

/// The releases after 3.6.0, by the name of their cfg, written by the build script from the list of `gnutls-sys`.
#[allow(
    non_upper_case_globals,
    dead_code,
    reason = "the constants have the names of the cfgs, and not each of them is required by a feature"
)]
pub(crate) mod release {
    use crate::version::Version;

    include!(concat!(env!("OUT_DIR"), "/releases.rs"));
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

/// Fails unless the library both built for and running is `release` or newer.
///
/// For flags and values that an older library would ignore in silence. A function that an older library lacks needs
/// [`requires!`](crate::error::unsupported::requires), since naming it there would not compile.
#[allow(dead_code, reason = "built for an old library, nothing asks for more")]
pub(crate) fn require(what: &'static str, release: Version) -> Result<()> {
    let LibraryVersions { built, running } = version();
    if built.min(running) < release {
        Err(Error::unsupported(what, release))
    } else {
        Ok(())
    }
}

/// Evaluates an expression (of type `Result`) that calls a function which GnuTLS has since a release after 3.6.0. With an
/// older library the result is an error of kind `Unsupported` that names the release.
///
/// ```text
/// requires!(gnutls_3_6_3, "appending to the default priorities", { ... })
/// ```
#[allow(
    unused_macros,
    reason = "the library decides which of its users are compiled"
)]
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
#[allow(
    unused_imports,
    reason = "the library decides which of its users are compiled"
)]
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
