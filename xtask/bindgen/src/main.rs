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
