//! The errors of the build script. Each message states the problem, the value and the remedy.

use std::fmt;
use std::path::PathBuf;

use super::packages;
use super::time::TIME_BITS;
use super::version::{OLDEST, Version};

#[derive(Debug)]
pub enum Problem {
    /// pkg-config itself cannot be run.
    NoPkgConfig {
        tried: String,
        cause: String,
    },
    /// pkg-config runs and does not find GnuTLS.
    NoLibrary {
        name: String,
        tried: String,
        output: String,
    },
    /// pkg-config finds GnuTLS and cannot use it.
    UnusableLibrary {
        name: String,
        tried: String,
        output: String,
    },
    /// The build is for another platform than pkg-config.
    OtherPlatform {
        target: String,
    },
    /// pkg-config is disabled, and no directories are set.
    Forbidden {
        variable: String,
    },
    TooOld {
        found: Version,
        place: String,
    },
    /// Only one of two variables that belong together is set.
    Half {
        given: String,
        missing: &'static str,
    },
    /// A directory lacks a required file.
    Folder {
        variable: String,
        folder: String,
        lacks: String,
    },
    /// A pkg-config file describes no installed library.
    Stale {
        file: PathBuf,
        why: String,
    },
    /// The library and the header belong to different versions.
    Mixed {
        library: PathBuf,
        header: PathBuf,
        version: String,
    },
    /// Static linking is requested and impossible.
    Static {
        variable: String,
        why: String,
        remedy: &'static str,
    },
    /// A version cannot be read or assumed.
    Version {
        place: String,
        why: String,
    },
    /// The width of `time_t` cannot be determined.
    TimeWidth {
        target: String,
        tried: Vec<String>,
    },
    /// The variable with the width of `time_t` has another value.
    TimeBits {
        name: String,
        value: String,
    },
    /// The committed table, or the output of the feature `bindgen`, is wrong.
    Bindings(String),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::NoPkgConfig { tried, cause } => write!(
                f,
                "pkg-config was not found, so GnuTLS cannot be located.\n\nTried: {tried}\n  {cause}\n\n{}",
                packages::advice()
            ),
            Problem::NoLibrary {
                name,
                tried,
                output,
            } => write!(
                f,
                "pkg-config works, but does not find GnuTLS: there is no {name}.pc in its search path.\n\n\
                 Tried: {tried}\n{}\n\n{}\n\
                 If GnuTLS is installed elsewhere, set PKG_CONFIG_PATH to the directory of {name}.pc.",
                indented(output),
                packages::advice()
            ),
            Problem::UnusableLibrary {
                name,
                tried,
                output,
            } => write!(
                f,
                "pkg-config finds {name}.pc and cannot use it, possibly because the development files of another library are \
                 missing.\n\nTried: {tried}\n{}\n\n{}",
                indented(output),
                packages::advice()
            ),
            Problem::OtherPlatform { target } => write!(
                f,
                "this build is for {target}, but pkg-config describes the build platform.\n\n\
                 Set PKG_CONFIG_{suffix} to a pkg-config of that platform (on Debian, TRIPLE-pkg-config of the package \
                 pkgconf:ARCH), or PKG_CONFIG_ALLOW_CROSS=1 together with PKG_CONFIG_LIBDIR, or \
                 {prefix}_GNUTLS_LIB_DIR and {prefix}_GNUTLS_INCLUDE_DIR.",
                suffix = target.replace(['-', '.'], "_"),
                prefix = target.to_ascii_uppercase().replace(['-', '.'], "_")
            ),
            Problem::Forbidden { variable } => write!(
                f,
                "{variable} is set, which disables pkg-config.\n\n\
                 Unset it, or set both GNUTLS_LIB_DIR and GNUTLS_INCLUDE_DIR."
            ),
            Problem::TooOld { found, place } => write!(
                f,
                "GnuTLS {found} is too old: {OLDEST} or later is required. It was found by {place}.\n\n{}",
                packages::advice()
            ),
            Problem::Half { given, missing } => write!(
                f,
                "{given} is set and {missing} is not. Set both: GNUTLS_LIB_DIR is the directory of the library, \
                 GNUTLS_INCLUDE_DIR that of gnutls/gnutls.h, which contains the version."
            ),
            Problem::Folder {
                variable,
                folder,
                lacks,
            } => {
                write!(
                    f,
                    "{variable} is \"{folder}\", which contains no {lacks}. Set it to the directory that does."
                )
            }
            Problem::Stale { file, why } => write!(
                f,
                "{} does not describe an installed GnuTLS: {why}.\n\n\
                 It is out of date, was moved, or lacks the quotes of a path with a space. Correct or remove it, reinstall the \
                 development files of GnuTLS, or set PKG_CONFIG_PATH to the directory of the gnutls.pc to use.",
                file.display()
            ),
            Problem::Mixed {
                library,
                header,
                version,
            } => write!(
                f,
                "{} is not the GnuTLS {version} that {} describes.\n\n\
                 Reinstall GnuTLS and its development files in the same version, or select another installation with \
                 PKG_CONFIG_PATH, or with GNUTLS_LIB_DIR and GNUTLS_INCLUDE_DIR.",
                library.display(),
                header.display()
            ),
            Problem::Static {
                variable,
                why,
                remedy,
            } => write!(
                f,
                "{variable} is set, but GnuTLS cannot be linked statically: {why}. {remedy}."
            ),
            Problem::Version { place, why } => write!(f, "{place}: {why}."),
            Problem::TimeWidth { target, tried } => write!(
                f,
                "cannot determine whether this GnuTLS uses 32 or 64 bits for time_t: the library does not reveal it, and no C \
                 compiler for the target works.\n\nTried: {}\n\nSet {} to 32 or 64, the size of time_t in the C library that GnuTLS was built with, or CC_{} to a \
                 working compiler.",
                tried.join(", "),
                TIME_BITS,
                target.replace(['-', '.'], "_")
            ),
            Problem::TimeBits { name, value } => write!(
                f,
                "{name} is \"{value}\". Set it to 32 or 64, the size of time_t in the C library that GnuTLS was built with, or \
                 unset it: the build script then reads the width from the library."
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
