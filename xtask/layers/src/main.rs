//! Checks that each file of the safe crate imports only from its own layer and from the layers above it, and imports
//! every name from the module that defines it.

mod check;
mod modules;
mod references;
mod table;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::check::Imports;
use crate::modules::Modules;
use crate::table::Layers;

fn main() -> ExitCode {
    run(&command().get_matches()).unwrap_or_else(|problem| {
        eprintln!("error: {problem:#}");
        ExitCode::FAILURE
    })
}

fn command() -> Command {
    let path = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name("PATH")
            .value_parser(value_parser!(PathBuf))
            .help(help)
    };
    Command::new("layers")
        .bin_name("cargo xtask layers")
        .about("Check the imports between the files of the safe crate")
        .after_help(
            "A file imports from its own layer and from the layers above it, never from below. The\n\
             layers are the rows of the Markdown table with the columns `layer` and `modules` in\n\
             ARCHITECTURE.md; a module that is not listed belongs to the layer of its parent.\n\n\
             Inside the crate, a name is imported from the module that defines it, not through a\n\
             re-export. Documentation and code that is compiled only for tests are exempt.\n\n\
             Exit status: 0 no violation, 1 a violation.",
        )
        .arg(
            Arg::new("graph")
                .long("graph")
                .action(ArgAction::SetTrue)
                .help("Print every import and the largest cycle; needs no table"),
        )
        .arg(path("source", "The source directory of the crate [default: gnutls/src]"))
        .arg(path("table", "The file with the table of layers [default: ARCHITECTURE.md]"))
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
            println!("{from} -> {to}");
        }
        if cycle.len() > 1 {
            println!("the largest cycle: {}", cycle.join(" "));
        }
    } else {
        let table = path("table", "ARCHITECTURE.md");
        let text = fs::read_to_string(&table)
            .with_context(|| format!("cannot read {}", table.display()))?;
        let layers = Layers::parse(&text).with_context(|| format!("{}", table.display()))?;
        violations.extend(imports.against(&layers, &modules));
    }
    for violation in &violations {
        println!("{violation}");
    }
    println!("{}", imports.summary(cycle.len(), violations.len()));
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
