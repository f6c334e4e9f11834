//! `cargo xtask abi`: the C compiler checks the bindings against the installed headers.

mod bindings;
mod check;
mod compiler;
mod ctype;
mod faults;
mod headers;
mod history;
mod installation;
mod names;
mod pending;
mod report;
mod self_test;
mod sources;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;

use crate::bindings::Bindings;
use crate::headers::Headers;
use crate::history::History;
use crate::installation::Installation;
use crate::report::Report;
use crate::sources::Sources;

/// Check the bindings against the installed headers with the C compiler
///
/// The check compares the signature of every function that this release of GnuTLS has, the value of every constant, the
/// size, alignment and fields of every struct and union, callbacks, other typedefs, exported variables and the width of
/// time_t, and looks up every function and variable in the shared objects. The C compiler compares signatures; numbers
/// are computed by the C and the Rust compiler. Nothing is linked or run.
///
/// Items that are newer than the headers must be absent from them, and all names of the headers must be in the
/// bindings. For older releases the tables in tests/abi list the signatures and values that have changed since.
///
/// The exit status is 1 if there is a difference. `CC` names the C compiler, with its options.
#[derive(Parser)]
#[command(bin_name = "cargo xtask abi", max_term_width = 100)]
struct Options {
    /// Check against the GnuTLS installed under DIR (DIR/include/gnutls, and its shared objects in DIR/lib)
    ///
    /// The default is GNUTLS_INCLUDE_DIR and GNUTLS_LIB_DIR, and then pkg-config.
    #[arg(long, value_name = "DIR")]
    prefix: Option<PathBuf>,

    /// Do not check the shared objects (for headers that were unpacked without them)
    #[arg(long)]
    headers_only: bool,

    /// Check for another machine, with the Rust target TRIPLE and a C compiler for the same
    #[arg(long, value_name = "TRIPLE")]
    target: Option<String>,

    /// Check these bindings instead of gnutls-sys/src/bindings.rs
    #[arg(long, value_name = "FILE")]
    bindings: Option<PathBuf>,

    /// Also write the report to FILE, as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// Insert wrong signatures, sizes, constants and the like into a copy of the bindings, and check that each is
    /// caught
    #[arg(long, conflicts_with_all = ["json", "headers_only"])]
    self_test: bool,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Returns whether there is no difference.
fn run(options: &Options) -> anyhow::Result<bool> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .context("no project")?;
    let job = Job {
        project,
        installation: Installation::find(options.prefix.as_deref(), options.headers_only)?,
        history: History::read(project)?,
        options,
    };
    if options.self_test {
        return self_test::run(&job);
    }
    let sources = job.sources("bindings")?;
    let report = job.check(&sources)?;
    if let Some(file) = &options.json {
        let json = report.to_json(&job.installation.include)?;
        fs::write(file, json + "\n").with_context(|| format!("cannot write {}", file.display()))?;
    }
    println!("{report}");
    Ok(report.differences.is_empty())
}

/// One run of this program.
struct Job<'a> {
    project: &'a Path,
    options: &'a Options,
    installation: Installation,
    history: History,
}

impl Job<'_> {
    /// A copy of the bindings to work with.
    fn sources(&self, name: &str) -> anyhow::Result<Sources> {
        let built = env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| self.project.join("target"), PathBuf::from);
        // One folder for each GnuTLS: nothing that was compiled for one of them can be used for another.
        let include = self.installation.include.to_string_lossy();
        let target = self.options.target.as_deref();
        let name = format!("{name}{include}{}", target.unwrap_or_default());
        let folder = built
            .join("abi")
            .join(name.replace(|c: char| !c.is_ascii_alphanumeric(), "-"));
        let sources = Sources::copy(self.project, folder, target)?;
        if let Some(bindings) = &self.options.bindings {
            fs::copy(bindings, sources.file("bindings.rs"))
                .with_context(|| format!("cannot copy {}", bindings.display()))?;
        }
        Ok(sources)
    }

    fn check(&self, sources: &Sources) -> anyhow::Result<Report> {
        let bindings = Bindings::read(&sources.file("lib.rs"))?;
        let headers = Headers::read(&self.installation.include)?;
        check::check(&check::Input {
            bindings: &bindings,
            headers: &headers,
            history: &self.history,
            installation: &self.installation,
            sources,
        })
    }
}
