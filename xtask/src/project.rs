//! Where things are in the project, and how cargo is called on its three workspaces.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

/// The folder that holds the root workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the project")
}

/// Cargo, the same one that started this job, working in the project's root (where its configuration is found).
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    command.current_dir(root());
    command
}
