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
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;

use crate::bindings::Bindings;
use crate::headers::Headers;
use crate::history::History;
use crate::installation::Installation;
use crate::report::Report;
use crate::sources::Sources;

/// The options, which [`gnutls_command_lines::abi`] describes.
struct Options {
    prefix: Option<PathBuf>,
    headers_only: bool,
    target: Option<String>,
    bindings: Option<PathBuf>,
    json: Option<PathBuf>,
    self_test: bool,
}

impl Options {
    fn parse() -> Self {
        let mut matches = gnutls_command_lines::abi().get_matches();
        Self {
            prefix: matches.remove_one("prefix"),
            headers_only: matches.get_flag("headers-only"),
            target: matches.remove_one("target"),
            bindings: matches.remove_one("bindings"),
            json: matches.remove_one("json"),
            self_test: matches.get_flag("self-test"),
        }
    }
}

fn main() -> ExitCode {
    let result = run(&Options::parse()).map(|is_equal| match is_equal {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    });
    gnutls_command_lines::exit_status(result, 2)
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
    writeln!(io::stdout(), "{report}")?;
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
