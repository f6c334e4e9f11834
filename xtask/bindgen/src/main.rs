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

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use anyhow::{Context, bail};
use clap::{Arg, ArgAction, Command, value_parser};

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
        let matches = command().get_matches();
        // The variable that cargo reads.
        let offline = env::var("CARGO_NET_OFFLINE").is_ok_and(|value| value == "true");
        Arguments {
            check: matches.get_flag("check"),
            headers: matches.get_one("headers").cloned(),
            mirror: matches.get_one("mirror").cloned(),
            offline: offline || matches.get_flag("offline"),
        }
    }
}

fn command() -> Command {
    let flag = |name| Arg::new(name).long(name).action(ArgAction::SetTrue);
    Command::new("bindgen")
        .bin_name("cargo xtask bindgen")
        .about("Regenerate the bindings of gnutls-sys from the newest headers of Debian")
        .after_help(
            "The headers are those of the package libgnutls28-dev of Debian testing. APT\n\
             downloads it and checks the signatures in a separate directory: nothing is\n\
             installed, and the lists of the system do not change.",
        )
        .arg(flag("check").help("Write nothing; print the differences and fail if there are any"))
        .arg(
            Arg::new("headers")
                .long("headers")
                .value_name("DIR")
                .value_parser(value_parser!(PathBuf))
                .conflicts_with_all(["mirror", "offline"])
                .help("Use the headers in DIR, which contains gnutls/gnutls.h, instead"),
        )
        .arg(
            Arg::new("mirror")
                .long("mirror")
                .value_name("URI")
                .help("The mirror of Debian [default: the one of this system]"),
        )
        .arg(flag("offline").help("Use the package that was downloaded last"))
}

fn main() -> ExitCode {
    run(&Arguments::parse()).unwrap_or_else(|problem| {
        eprintln!("error: {problem:#}");
        ExitCode::FAILURE
    })
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
        println!(
            "bindgen: GnuTLS {}: the committed bindings are up to date",
            output.version
        );
        return Ok(ExitCode::SUCCESS);
    }
    for change in &changes {
        if arguments.check {
            print!(
                "{}",
                diff::readable(change.name, &change.committed, &change.new)
            );
        } else {
            fs::write(&change.path, &change.new)
                .with_context(|| format!("cannot write {}", change.path.display()))?;
            println!("bindgen: GnuTLS {}: wrote {}", output.version, change.name);
        }
    }
    if arguments.check {
        println!(
            "bindgen: GnuTLS {}: the committed bindings differ; `cargo xtask bindgen` writes them",
            output.version
        );
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
