//! Counts the C functions that the safe crates call, family by family, and checks the documentation.

mod account;
mod checklist;
mod corresponds;
mod documentation;
mod guide;
mod language;
mod report;
mod rustdoc;
mod shared_state;
mod source;
mod tables;
mod vulnerabilities;

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use gnutls_releases::Version;

use crate::account::Account;
use crate::tables::Tables;

/// The crates whose calls are counted.
const CRATES: [&str; 2] = ["gnutls", "tokio-gnutls"];

fn main() -> ExitCode {
    gnutls_command_lines::exit_status(run(), 1)
}

fn run() -> anyhow::Result<ExitCode> {
    let matches = gnutls_command_lines::coverage().get_matches();
    let project = project();
    let tables = Tables::read(project)?;
    let mut calls = BTreeSet::new();
    for name in CRATES {
        let folder = project.join(name).join("src");
        // A copy of the sources may omit the crate of an asynchronous runtime.
        if folder.is_dir() {
            calls.extend(source::names(&folder)?);
        }
    }
    let macros = source::functions(&project.join("gnutls-sys/src/macros.rs"))?;
    let mut account = Account::new(&tables, &source::follow(calls, &macros));
    if matches.get_flag("write") {
        checklist::write(project)?;
        vulnerabilities::write(project)?;
        guide::write(project, &account, &tables.notes)?;
    }
    let check = matches.get_flag("check");
    if check {
        let guide = guide::problems(project, &account, &tables.notes)?;
        account.problems.extend(guide);
        account.problems.extend(checklist::problems(project)?);
        account.problems.extend(vulnerabilities::problems(project)?);
        account.problems.extend(language::problems(project)?);
        account.problems.extend(shared_state::problems(project)?);
        let functions = tables.releases.keys().cloned().collect();
        account
            .problems
            .extend(documentation::problems(project, &CRATES, &functions)?);
        account
            .problems
            .extend(corresponds::problems(project, &CRATES)?);
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
    io::stdout().write_all(text.as_bytes())?;
    Ok(if check && !account.problems.is_empty() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Returns the directory of the project.
fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("this program is in xtask/coverage")
}
