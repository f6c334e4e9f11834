//! The unit tests that call no C function, interpreted by Miri, which finds undefined behaviour such as wrong aliasing.

use std::process::Command;

use anyhow::ensure;

use super::library::{find_planted, output};
use crate::project;
use crate::stage::{Run, Stage};

pub(crate) const MIRI: Stage = Stage {
    name: "miri",
    about: "Miri finds no undefined behaviour in the parts that need no C",
    minutes: 30,
    slow: true,
    run: miri,
};

/// The modules whose unit tests call no C function.
const MODULES: &[&str] = &[
    "session::read_ahead",
    "session_core::flags",
    "support::panic",
];

fn miri(run: &mut Run) -> anyhow::Result<()> {
    let mut toolchains = project::toolchains().into_iter();
    let nightly = toolchains.find(|name| name.starts_with("nightly"));
    let Some(nightly) = nightly.filter(|nightly| has_miri(nightly)) else {
        run.skip("no nightly toolchain with the component miri is installed");
        return Ok(());
    };
    let cargo = || {
        let mut command = project::toolchain(&nightly, "cargo");
        command
            .arg("miri")
            .env("CARGO_TARGET_DIR", project::target().join("miri"))
            .env("MIRIFLAGS", "-Zmiri-disable-isolation");
        command
    };
    let sysroot = output(cargo().args(["setup", "--print-sysroot"]))?;
    find_planted(&["use-after-free"], |fault| {
        let source = project::root().join("xtask/src/sanitizer/planted.rs");
        let mut command = project::toolchain(&nightly, "miri");
        command.args(["--sysroot", &sysroot, "--edition", "2024"]);
        let ended = command.arg(source).args(["--", fault]).output()?;
        let found = String::from_utf8_lossy(&ended.stderr).contains("Undefined Behavior");
        ensure!(
            found || ended.status.success(),
            "Miri cannot run the injected faults"
        );
        Ok(found)
    })?;
    run.note("the injected use after free is found");
    let mut command = cargo();
    command
        .args(["test", "--package", "gnutls", "--lib", "--"])
        .args(MODULES);
    run.program(command)
}

fn has_miri(toolchain: &str) -> bool {
    let version: Result<_, _> =
        Command::output(project::toolchain(toolchain, "miri").arg("--version"));
    version.is_ok_and(|version| version.status.success())
}
