//! Where things are in the project, and how cargo is called on its three workspaces.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

/// The folder that holds the root workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask is a folder of the project")
}

/// The folder that cargo builds in.
pub(crate) fn target() -> PathBuf {
    // Relative to where cargo was called, which is where this job runs too.
    let given = env::var_os("CARGO_TARGET_DIR").filter(|folder| !folder.is_empty());
    given.map_or_else(
        || root().join("target"),
        |folder| env::current_dir().unwrap_or_default().join(folder),
    )
}

/// Cargo, the same one that started this job, working in the project's root (where its configuration is found).
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(tool("CARGO", "cargo"));
    command
        .current_dir(root())
        .env("CARGO_TARGET_DIR", target());
    command
}

/// A program of one of rustup's toolchains, working in the project's root.
pub(crate) fn toolchain(name: &str, program: &str) -> Command {
    let mut command = Command::new("rustup");
    command.current_dir(root()).args(["run", name, program]);
    // These are set by the cargo that runs this job, for its own toolchain.
    for variable in ["RUSTC", "RUSTDOC", "CARGO", "RUSTUP_TOOLCHAIN"] {
        command.env_remove(variable);
    }
    command
}

/// A tool of the Rust toolchain: the one that this variable names, or the one in the path.
pub(crate) fn tool(variable: &str, name: &str) -> OsString {
    env::var_os(variable).unwrap_or_else(|| name.into())
}

/// The oldest Rust version that the published crates promise to build with.
pub(crate) fn rust_version() -> anyhow::Result<String> {
    let text = fs::read_to_string(root().join("Cargo.toml")).context("cannot read Cargo.toml")?;
    let value = text
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = \"")?.strip_suffix('"'));
    value
        .map(str::to_owned)
        .context("Cargo.toml names no rust-version")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_names_its_rust_version() {
        let version = rust_version().unwrap();
        let (major, minor) = version.split_once('.').unwrap();
        assert!(
            major.parse::<u32>().is_ok() && minor.parse::<u32>().is_ok(),
            "{version}"
        );
    }
}
