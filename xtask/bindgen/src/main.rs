//! Writes the committed bindings of `gnutls-sys`, or prints how they differ from its output.

#[path = "../../../gnutls-sys/build/aliases.rs"]
mod aliases;
#[path = "../../../gnutls-sys/build/bindings.rs"]
mod bindings;
mod census;
mod debian;
mod diff;
#[path = "../../../gnutls-sys/build/headers.rs"]
mod headers;
#[cfg(test)]
#[path = "../../../gnutls-sys/build/newer.rs"]
mod newer;
mod output;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use anyhow::{Context, bail};
use gnutls_releases::{Version, releases, version};

use crate::output::Output;

struct Arguments {
    check: bool,
    headers: Option<PathBuf>,
    mirror: Option<String>,
    offline: bool,
}

impl Arguments {
    fn parse() -> Self {
        let matches = gnutls_command_lines::bindgen().get_matches();
        // The variable that cargo reads, which `--offline` sets.
        let offline = env::var("CARGO_NET_OFFLINE").is_ok_and(|value| value == "true");
        Arguments {
            check: matches.get_flag("check"),
            headers: matches.get_one("headers").cloned(),
            mirror: matches.get_one("mirror").cloned(),
            offline,
        }
    }
}

fn main() -> ExitCode {
    gnutls_command_lines::exit_status(run(&Arguments::parse()), 1)
}

fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let package;
    let include: &Path = match &arguments.headers {
        Some(folder) => folder,
        None => {
            let source = debian::Source {
                mirror: arguments.mirror.clone(),
                offline: arguments.offline,
                cache: target().join("debian-headers"),
            };
            package = source.headers()?;
            eprintln!("headers: {}", package.name);
            &package.include
        }
    };
    let output = Output::from_headers(include)?;
    refuse_older(output.version)?;
    eprintln!("{}", output.census);
    let changes = output.changes()?;
    if changes.is_empty() {
        writeln!(
            io::stdout(),
            "bindgen: GnuTLS {}: the committed bindings are up to date",
            output.version
        )?;
        return Ok(ExitCode::SUCCESS);
    }
    for change in &changes {
        if arguments.check {
            write!(
                io::stdout(),
                "{}",
                diff::readable(change.name, &change.committed, &change.new)
            )?;
        } else {
            fs::write(&change.path, &change.new)
                .with_context(|| format!("cannot write {}", change.path.display()))?;
            writeln!(
                io::stdout(),
                "bindgen: GnuTLS {}: wrote {}",
                output.version,
                change.name
            )?;
        }
    }
    if arguments.check {
        writeln!(
            io::stdout(),
            "bindgen: GnuTLS {}: the committed bindings differ; `cargo xtask bindgen` writes them",
            output.version
        )?;
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// Fails if the headers are older than those of the committed bindings.
fn refuse_older(headers: Version) -> anyhow::Result<()> {
    let committed = output::committed_version()?;
    if committed.is_some_and(|committed| headers < committed) {
        bail!(
            "these headers are of GnuTLS {headers}, which is older than {}, the version of the committed bindings",
            committed
                .map(|version| version.to_string())
                .unwrap_or_default()
        );
    }
    Ok(())
}

/// Returns the directory of the project.
fn project() -> &'static Path {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    folder
        .ancestors()
        .nth(2)
        .expect("the generator is in xtask/bindgen")
}

fn target() -> PathBuf {
    let given = env::var_os("CARGO_TARGET_DIR").filter(|folder| !folder.is_empty());
    given.map_or_else(|| project().join("target"), PathBuf::from)
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;

    use super::newer;

    #[test]
    fn the_declarations_that_older_headers_lack_are_those_of_the_committed_bindings() {
        let committed = "use core::ffi::*;
            pub type gnutls_old_t = c_uint;
            pub type gnutls_new_t = c_uint;
            #[repr(C)]
            pub struct gnutls_new_st { pub size: c_uint }
            pub union gnutls_new_union { pub size: c_uint }
            pub const GNUTLS_OLD: c_uint = 1;
            /// Since GnuTLS 3.8.4.
            pub const GNUTLS_NEW: c_uint = 2;
            pub use self::GNUTLS_NEW as GNUTLS_ALIAS;
            unsafe extern \"C\" {
                pub fn gnutls_old() -> c_int;
                #[cfg(gnutls_3_8_4)]
                pub fn gnutls_new() -> c_int;
                pub static mut gnutls_new_variable: c_int;
            }
            #[cfg(feature = \"dane\")]
            unsafe extern \"C\" { pub fn dane_new() -> c_int; }";
        // Another value, and a macro that was an alias later.
        let generated = "use core::ffi::*;
            pub type gnutls_old_t = c_int;
            pub const GNUTLS_OLD: c_uint = 3;
            pub const GNUTLS_ALIAS: c_uint = 2;
            unsafe extern \"C\" { pub fn gnutls_old() -> c_int; }";
        let newer = newer::declarations(generated, committed).unwrap();
        let expected = "pub type gnutls_new_t = c_uint;
            #[repr(C)]
            pub struct gnutls_new_st { pub size: c_uint }
            pub union gnutls_new_union { pub size: c_uint }
            /// Since GnuTLS 3.8.4.
            pub const GNUTLS_NEW: c_uint = 2;
            unsafe extern \"C\" {
                #[cfg(gnutls_3_8_4)]
                pub fn gnutls_new() -> c_int;
                pub static mut gnutls_new_variable: c_int;
            }
            #[cfg(feature = \"dane\")]
            unsafe extern \"C\" { pub fn dane_new() -> c_int; }";
        let expected = syn::parse_file(expected)
            .unwrap()
            .into_token_stream()
            .to_string();
        assert_eq!(newer, expected);
        assert_eq!(newer::declarations(committed, committed).unwrap(), "");
    }
}
