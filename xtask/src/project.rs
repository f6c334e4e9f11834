//! The directories of the project, and the tools that work on its workspaces.

use std::env;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use fs_err as fs;

/// Returns the directory of the project.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask is a folder of the project")
}

/// Returns the target directory of cargo.
pub(crate) fn target() -> PathBuf {
    // Relative to the current directory, which is that of the cargo that runs this job.
    let given = env::var_os("CARGO_TARGET_DIR").filter(|folder| !folder.is_empty());
    given.map_or_else(
        || root().join("target"),
        |folder| env::current_dir().unwrap_or_default().join(folder),
    )
}

/// Returns the cargo that started this job, in the directory of the project, whose configuration it reads.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(tool("CARGO", "cargo"));
    command
        .current_dir(root())
        .env("CARGO_TARGET_DIR", target());
    command
}

/// Returns a program of one of rustup's toolchains, in the directory of the project.
pub(crate) fn toolchain(name: &str, program: &str) -> Command {
    let mut command = Command::new("rustup");
    command.current_dir(root()).args(["run", name, program]);
    // The cargo that runs this job sets these for its own toolchain.
    for variable in ["RUSTC", "RUSTDOC", "CARGO", "RUSTUP_TOOLCHAIN"] {
        command.env_remove(variable);
    }
    command
}

/// Returns the names of rustup's toolchains; there are none without rustup.
pub(crate) fn toolchains() -> Vec<String> {
    let output = Command::new("rustup").args(["toolchain", "list"]).output();
    let output = output.map(|output| output.stdout).unwrap_or_default();
    let lines = String::from_utf8_lossy(&output).into_owned();
    let names = lines
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    names.map(str::to_owned).collect()
}

/// Returns a tool of the Rust toolchain: the value of this variable, or the program of this name.
pub(crate) fn tool(variable: &str, name: &str) -> OsString {
    env::var_os(variable).unwrap_or_else(|| name.into())
}

/// Returns the minimum Rust version of the published crates.
pub(crate) fn rust_version() -> anyhow::Result<String> {
    manifest_value("rust-version")
}

/// Returns the version of the published crates.
pub(crate) fn version() -> anyhow::Result<String> {
    manifest_value("version")
}

/// Returns a string that the root manifest states for all packages.
fn manifest_value(key: &str) -> anyhow::Result<String> {
    let text = fs::read_to_string(root().join("Cargo.toml"))?;
    let start = format!("{key} = \"");
    let value = text
        .lines()
        .find_map(|line| line.strip_prefix(&start)?.strip_suffix('"'));
    value
        .map(str::to_owned)
        .with_context(|| format!("Cargo.toml contains no {key}"))
}

/// Removes a file or a directory with everything in it, if it exists.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    let removed = match path.is_dir() {
        true => fs::remove_dir_all(path),
        false => fs::remove_file(path),
    };
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_names_its_versions() {
        for (version, parts) in [(rust_version(), 2), (version(), 3)] {
            let version = version.unwrap();
            let numbers = version.split('.').map(str::parse::<u32>);
            assert_eq!(numbers.filter(Result::is_ok).count(), parts, "{version}");
        }
    }
}
