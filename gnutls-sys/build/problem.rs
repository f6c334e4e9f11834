//! Why a build cannot go on, in words that say what to do.

use std::fmt;

use super::packages;
use super::version::{OLDEST, Version};

#[derive(Debug)]
pub enum Problem {
    /// pkg-config itself cannot be run.
    NoPkgConfig {
        tried: String,
        cause: String,
    },
    /// pkg-config runs and does not know GnuTLS.
    NoLibrary {
        name: String,
        tried: String,
        output: String,
    },
    /// pkg-config knows GnuTLS, and cannot use it.
    UnusableLibrary {
        name: String,
        tried: String,
        output: String,
    },
    /// The build is for another platform, and pkg-config knows this one.
    OtherPlatform {
        target: String,
    },
    /// pkg-config must not be used, and nothing else is given.
    Forbidden {
        variable: String,
    },
    TooOld {
        found: Version,
        place: String,
    },
    /// One of the two variables that belong together.
    Half {
        given: String,
        missing: &'static str,
    },
    /// A folder that was given has not what it should have.
    Folder {
        variable: String,
        folder: String,
        lacks: String,
    },
    /// A version that cannot be read, or not be assumed.
    Version {
        place: String,
        why: String,
    },
    TimeWidth {
        target: String,
        tried: Vec<String>,
    },
    /// The committed table, or what the feature `bindgen` generates.
    Bindings(String),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::NoPkgConfig { tried, cause } => write!(
                f,
                "pkg-config was not found, so GnuTLS cannot be looked for.\n\nTried: {tried}\n  {cause}\n\n{}",
                packages::advice()
            ),
            Problem::NoLibrary {
                name,
                tried,
                output,
            } => write!(
                f,
                "pkg-config works, but does not find GnuTLS: there is no {name}.pc where it looks.\n\n\
                 Tried: {tried}\n{}\n\n{}\n\
                 If it is installed in a place of its own, set PKG_CONFIG_PATH to the folder of {name}.pc.",
                indented(output),
                packages::advice()
            ),
            Problem::UnusableLibrary {
                name,
                tried,
                output,
            } => write!(
                f,
                "pkg-config finds {name}.pc and cannot use it, perhaps because the development files of another library are \
                 missing.\n\nTried: {tried}\n{}\n\n{}",
                indented(output),
                packages::advice()
            ),
            Problem::OtherPlatform { target } => write!(
                f,
                "this build is for {target}, and pkg-config would answer for the platform that builds.\n\n\
                 Set PKG_CONFIG to a pkg-config of that platform (Debian's packages pkgconf:ARCH bring TRIPLE-pkg-config), or \
                 PKG_CONFIG_ALLOW_CROSS=1 together with PKG_CONFIG_LIBDIR, or {prefix}_GNUTLS_LIB_DIR and \
                 {prefix}_GNUTLS_INCLUDE_DIR.",
                prefix = target.to_ascii_uppercase().replace(['-', '.'], "_")
            ),
            Problem::Forbidden { variable } => write!(
                f,
                "{variable} is set, so pkg-config is not asked where GnuTLS is.\n\n\
                 Unset it, or set both GNUTLS_LIB_DIR and GNUTLS_INCLUDE_DIR."
            ),
            Problem::TooOld { found, place } => write!(
                f,
                "GnuTLS {found} is too old: {OLDEST} or newer is needed. It was found by {place}.\n\n{}",
                packages::advice()
            ),
            Problem::Half { given, missing } => write!(
                f,
                "{given} is set and {missing} is not. Both are needed: the first says where the library is, the other where \
                 gnutls/gnutls.h is, which tells its version."
            ),
            Problem::Folder {
                variable,
                folder,
                lacks,
            } => {
                write!(
                    f,
                    "{variable} is \"{folder}\", and there is no {lacks} in it."
                )
            }
            Problem::Version { place, why } => write!(f, "{place}: {why}."),
            Problem::TimeWidth { target, tried } => write!(
                f,
                "cannot tell whether this GnuTLS has 32 or 64 bits for time_t: the library does not show it, and no C compiler \
                 for the target works.\n\nTried: {}\n\nSet CC_{} to one.",
                tried.join(", "),
                target.replace(['-', '.'], "_")
            ),
            Problem::Bindings(why) => f.write_str(why),
        }
    }
}

fn indented(text: &str) -> String {
    text.trim()
        .lines()
        .map(|line| format!("  {line}"))
        .collect::<Vec<_>>()
        .join("\n")
}
