//! The stage `targets` of `cargo xtask ci`: the published crates compile for each target whose standard library is
//! available.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use fs_err as fs;

use crate::project;
use crate::stage::{Run, Stage};

pub(crate) const TARGETS: Stage = Stage {
    name: "targets",
    about: "the published crates compile for each target whose standard library is available",
    minutes: 30,
    slow: true,
    run,
};

const ALL: &[&str] = &["gnutls-sys", "gnutls", "tokio-gnutls"];

/// The targets, other than that of the tests, with the crates that support them.
const SUPPORTED: &[(&str, &[&str])] = &[
    ("aarch64-apple-darwin", ALL),
    ("aarch64-unknown-linux-gnu", ALL),
    ("armv7-unknown-linux-gnueabihf", ALL),
    ("i686-unknown-linux-gnu", ALL),
    ("s390x-unknown-linux-gnu", ALL),
    ("x86_64-pc-windows-gnu", &["gnutls-sys"]),
    ("x86_64-unknown-freebsd", ALL),
];

/// The form in which a toolchain contains the standard library of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Library {
    Installed,
    /// Only its source, the component or package `rust-src`, which cargo compiles.
    Source,
}

fn run(run: &mut Run) -> anyhow::Result<()> {
    let sysroot = sysroot()?;
    let (mut checked, mut others) = (Vec::new(), Vec::new());
    for (target, packages) in SUPPORTED {
        let Some(library) = library(&sysroot, target) else {
            others.push(*target);
            continue;
        };
        run.program(check(target, packages, library))
            .with_context(|| (*target).to_owned())?;
        checked.push(*target);
    }
    if !others.is_empty() {
        run.note(format!("no standard library: {}", others.join(", ")));
    }
    match checked.is_empty() {
        true => run.skip("install a standard library (`rustup target add TARGET`) or its source"),
        false => run.note(format!("compiled for {}", checked.join(", "))),
    }
    Ok(())
}

/// Returns the directory of the toolchain of this job.
fn sysroot() -> anyhow::Result<PathBuf> {
    let mut rustc = Command::new(project::tool("RUSTC", "rustc"));
    let output = rustc
        .current_dir(project::root())
        .args(["--print", "sysroot"])
        .output()
        .context("cannot run rustc")?;
    ensure!(output.status.success(), "rustc prints no sysroot");
    Ok(String::from_utf8_lossy(&output.stdout).trim().into())
}

fn library(sysroot: &Path, target: &str) -> Option<Library> {
    let folder = sysroot.join("lib/rustlib");
    let files = fs::read_dir(folder.join(target).join("lib"));
    let mut files = files.into_iter().flatten().flatten();
    if files.any(|file| file.file_name().to_string_lossy().starts_with("libstd-")) {
        return Some(Library::Installed);
    }
    let source = folder.join("src/rust/library/std/Cargo.toml");
    source.is_file().then_some(Library::Source)
}

/// Returns the command that checks the packages. The build is that of documentation, which requires no GnuTLS of the
/// target.
fn check(target: &str, packages: &[&str], library: Library) -> Command {
    let mut command = project::cargo();
    command
        .args(["check", "--target", target])
        .args(packages.iter().flat_map(|name| ["--package", name]))
        .env("DOCS_RS", "1")
        .env("CARGO_TARGET_DIR", project::target().join("targets"));
    if library == Library::Source {
        // gnutls-sys requires only core, and std of Windows requires a tool of the target.
        let parts = match packages {
            ["gnutls-sys"] => "core",
            _ => "std,panic_abort",
        };
        command
            .arg(format!("-Zbuild-std={parts}"))
            // The option is unstable.
            .env("RUSTC_BOOTSTRAP", "1");
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_installed_library_is_used_before_its_source() {
        let folder = tempfile::tempdir().unwrap();
        let rustlib = folder.path().join("lib/rustlib");
        let found = |target| library(folder.path(), target);
        assert_eq!(found("aarch64-apple-darwin"), None);
        let source = rustlib.join("src/rust/library/std");
        fs::create_dir_all(&source).unwrap();
        fs::write(source.join("Cargo.toml"), "").unwrap();
        assert_eq!(found("aarch64-apple-darwin"), Some(Library::Source));
        let installed = rustlib.join("aarch64-apple-darwin/lib");
        fs::create_dir_all(&installed).unwrap();
        assert_eq!(found("aarch64-apple-darwin"), Some(Library::Source));
        fs::write(installed.join("libstd-0123.rlib"), "").unwrap();
        assert_eq!(found("aarch64-apple-darwin"), Some(Library::Installed));
        assert_eq!(found("x86_64-unknown-freebsd"), Some(Library::Source));
    }

    #[test]
    fn only_a_library_in_source_form_is_compiled() {
        let words = |packages, library| {
            let command = check("x86_64-unknown-freebsd", packages, library);
            let words = command
                .get_args()
                .map(|word| word.to_string_lossy().into_owned());
            words.collect::<Vec<_>>().join(" ")
        };
        let installed = "check --target x86_64-unknown-freebsd --package gnutls-sys --package gnutls --package tokio-gnutls";
        assert_eq!(words(ALL, Library::Installed), installed);
        assert_eq!(
            words(ALL, Library::Source),
            format!("{installed} -Zbuild-std=std,panic_abort")
        );
        assert!(words(&["gnutls-sys"], Library::Source).ends_with(" -Zbuild-std=core"));
    }
}
