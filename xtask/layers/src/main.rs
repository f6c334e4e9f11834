//! Checks that each file of the safe crate imports only from its own layer and from the layers above it, and imports
//! every name from the module that defines it.

mod check;
mod modules;
mod references;
mod table;
#[cfg(test)]
mod tests;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::ArgMatches;

use crate::check::Imports;
use crate::modules::Modules;
use crate::table::Layers;

fn main() -> ExitCode {
    let arguments = gnutls_command_lines::layers().get_matches();
    gnutls_command_lines::exit_status(run(&arguments), 1)
}

fn run(arguments: &ArgMatches) -> anyhow::Result<ExitCode> {
    let path = |name, default: &str| {
        let given = arguments.get_one::<PathBuf>(name).cloned();
        given.unwrap_or_else(|| project().join(default))
    };
    let modules = Modules::read(&path("source", "gnutls/src"))?;
    let imports = Imports::of(&modules);
    let cycle = imports.largest_cycle();
    let mut violations = imports.through_re_exports.clone();
    if arguments.get_flag("graph") {
        for (from, to) in imports.edges() {
            writeln!(io::stdout(), "{from} -> {to}")?;
        }
        if cycle.len() > 1 {
            writeln!(io::stdout(), "the largest cycle: {}", cycle.join(" "))?;
        }
    } else {
        let table = path("table", "ARCHITECTURE.md");
        let text = fs::read_to_string(&table)
            .with_context(|| format!("cannot read {}", table.display()))?;
        let layers = Layers::parse(&text).with_context(|| format!("{}", table.display()))?;
        violations.extend(imports.against(&layers, &modules));
    }
    for violation in &violations {
        writeln!(io::stdout(), "{violation}")?;
    }
    writeln!(
        io::stdout(),
        "{}",
        imports.summary(cycle.len(), violations.len())
    )?;
    Ok(match violations.len() {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

/// The directory of the project.
fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("this program is in xtask/layers")
}
