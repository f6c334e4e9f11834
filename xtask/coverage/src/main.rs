//! Counts the C functions that the safe crates call, family by family, and says why the others are not called.

mod account;
mod checklist;
mod documentation;
mod report;
mod source;
mod tables;

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::{Arg, ArgAction, Command, value_parser};
use gnutls_releases::Version;

use crate::account::Account;
use crate::tables::Tables;

/// The crates whose calls count.
const CRATES: [&str; 2] = ["gnutls", "tokio-gnutls"];

fn main() -> ExitCode {
    run().unwrap_or_else(|problem| {
        eprintln!("error: {problem:#}");
        ExitCode::FAILURE
    })
}

fn command() -> Command {
    let flag = |name| Arg::new(name).long(name).action(ArgAction::SetTrue);
    Command::new("coverage")
        .bin_name("cargo xtask coverage")
        .about("Count the C functions that the safe crates call, and say why the others are not called")
        .after_help(
            "The families are in xtask/coverage/families.tsv. A function that is not called has its\n\
             reason in xtask/coverage/reasons.tsv, which says what a user does instead; else it is\n\
             missing, as is one whose reason begins with \"not done yet\". Calls are read from the sources: comments, attributes, imports and tests do not\n\
             count.",
        )
        .arg(flag("check").help(
            "Fail where nothing is said of a function in scope, where the tables and the sources disagree, and where no test names an entry of the checklist, and where documentation lacks an example, an alias or a link",
        ))
        .arg(flag("json").help("Print everything as JSON").conflicts_with("family"))
        .arg(
            Arg::new("family")
                .long("family")
                .value_name("NUMBER")
                .help("Print each function of this family (`05`, `23a`) with its state"),
        )
        .arg(
            Arg::new("release")
                .long("release")
                .value_name("RELEASE")
                .value_parser(value_parser!(Version))
                .help("Count only what this release of GnuTLS (`3.7.1`) has"),
        )
}

fn run() -> anyhow::Result<ExitCode> {
    let matches = command().get_matches();
    let project = project();
    let tables = Tables::read(project)?;
    let mut calls = BTreeSet::new();
    for name in CRATES {
        let folder = project.join(name).join("src");
        // The streams of an asynchronous runtime may call nothing, or be left out of a copy of the sources.
        if folder.is_dir() {
            calls.extend(source::names(&folder)?);
        }
    }
    let macros = source::functions(&project.join("gnutls-sys/src/macros.rs"))?;
    let mut account = Account::new(&tables, &source::follow(calls, &macros));
    let check = matches.get_flag("check");
    if check {
        account.problems.extend(checklist::problems(project)?);
        let functions = tables.releases.keys().cloned().collect();
        account
            .problems
            .extend(documentation::problems(project, &CRATES, &functions)?);
    }
    if let Some(release) = matches.get_one::<Version>("release") {
        account.keep(*release);
    }
    let mut text = String::new();
    if matches.get_flag("json") {
        text = serde_json::to_string_pretty(&account)? + "\n";
    } else {
        text += &match matches.get_one::<String>("family") {
            Some(family) => report::family(&account, family)?,
            None => report::table(&account),
        };
        let problems = account.problems.iter().filter(|_| check);
        text.extend(problems.map(|problem| format!("problem: {problem}\n")));
        text += &report::last_line(&account);
    }
    // Nobody may be there to read it, as behind `head`.
    let _ = io::stdout().write_all(text.as_bytes());
    Ok(if check && !account.problems.is_empty() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// The folder of the project.
fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("this program is in xtask/coverage")
}
