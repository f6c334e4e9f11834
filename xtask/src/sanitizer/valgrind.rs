//! The gauntlet under valgrind: memcheck checks all accesses and leaks, helgrind finds races.

use std::process::Command;

use super::library;
use crate::project;
use crate::stage::{Run, Stage};

pub(crate) const MEMCHECK: Stage = Stage {
    name: "memcheck",
    about: "valgrind finds no wrong access and no leak in GnuTLS and the crate",
    minutes: 30,
    slow: true,
    run: |run| {
        let tool = [
            "--leak-check=full",
            "--show-leak-kinds=definite",
            "--errors-for-leak-kinds=definite",
        ];
        check(
            run,
            &tool,
            &["overflow", "leak"],
            &[
                &["volume"],
                &["faults", "--case", "tls13/key-update/"],
                &["faults", "--case", "dtls12/full/"],
            ],
        )
    },
};

pub(crate) const HELGRIND: Stage = Stage {
    name: "helgrind",
    about: "valgrind finds no race on shared configurations and moved sessions",
    minutes: 20,
    slow: true,
    run: |run| {
        let suppressions = project::root().join("xtask/src/sanitizer/helgrind.supp");
        let suppressions = format!("--suppressions={}", suppressions.display());
        let tool = ["--tool=helgrind", suppressions.as_str()];
        check(run, &tool, &["race"], &[&["threads"]])
    },
};

/// The exit status of valgrind after it has found an error.
const FOUND: i32 = 99;

/// Runs parts of the gauntlet with this tool, once it has found the injected faults.
fn check(run: &mut Run, tool: &[&str], faults: &[&str], parts: &[&[&str]]) -> anyhow::Result<()> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        run.skip("valgrind is not installed");
        return Ok(());
    }
    let valgrind = || {
        let mut command = Command::new("valgrind");
        command
            .current_dir(project::root())
            .args(["--quiet", &format!("--error-exitcode={FOUND}")])
            .args(tool);
        command
    };
    let planted = library::compile_planted(&[])?;
    library::find_planted(faults, |fault| {
        let mut command = valgrind();
        command.arg(&planted).arg(fault);
        Ok(command.output()?.status.code() == Some(FOUND))
    })?;
    run.note(format!(
        "the injected faults are found: {}",
        faults.join(", ")
    ));
    let gauntlet = library::build_gauntlet(run)?;
    for part in parts {
        let mut command = valgrind();
        command.arg(&gauntlet).args(*part).arg("--quick");
        run.program(command)?;
    }
    Ok(())
}
