//! A copy of the bindings' crate next to a crate with the questions to the Rust compiler.
//!
//! A copy, so that other bindings (those of `--bindings`, those with faults) are compiled by the same build script.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::compiler;
use crate::installation::Installation;

const QUESTIONS: &str = "gnutls_abi_questions";

/// The folder with both crates.
pub(crate) struct Sources {
    pub(crate) folder: PathBuf,
    /// The Rust target to compile for, if it is another machine.
    target: Option<String>,
}

impl Sources {
    /// Copies `gnutls-sys` of the project into `folder`.
    pub(crate) fn copy(
        project: &Path,
        folder: PathBuf,
        target: Option<&str>,
    ) -> anyhow::Result<Sources> {
        let workspace = fs::read_to_string(project.join("Cargo.toml"))
            .context("cannot read the workspace's manifest")?;
        copy_folder(&project.join("gnutls-sys"), &folder.join("gnutls-sys"))?;
        write(&folder.join("Cargo.toml"), with_members(&workspace)?)?;
        write(&folder.join("questions/Cargo.toml"), MANIFEST)?;
        // The same versions as in the project's own builds; cargo adds the crate of questions.
        if let Ok(lock) = fs::read_to_string(project.join("Cargo.lock")) {
            write(&folder.join("Cargo.lock"), lock)?;
        }
        Ok(Sources {
            folder,
            target: target.map(str::to_owned),
        })
    }

    /// Returns a source file of the copied crate.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.join("gnutls-sys/src").join(name)
    }

    /// Compiles the crate of questions for this GnuTLS; returns the library.
    pub(crate) fn build(
        &self,
        program: &str,
        installation: &Installation,
    ) -> anyhow::Result<PathBuf> {
        write(&self.folder.join("questions/lib.rs"), program)?;
        let mut cargo = compiler::cargo();
        cargo
            .current_dir(&self.folder)
            .args(["build", "--package", QUESTIONS]);
        cargo
            .args(["--message-format=json-render-diagnostics", "--target-dir"])
            .arg(self.folder.join("target"));
        cargo.env("CARGO_PROFILE_DEV_DEBUG", "0");
        if let Some(target) = &self.target {
            cargo.args(["--target", target]);
        }
        // With these variables the bindings would be built for another release than that of the headers.
        cargo
            .env_remove("DOCS_RS")
            .env_remove("GNUTLS_SYS_ASSUME_VERSION");
        if installation.explicit || installation.headers_only {
            cargo.env("GNUTLS_INCLUDE_DIR", &installation.include);
            cargo.env("GNUTLS_LIB_DIR", self.libraries(installation)?);
        }
        compiler::built_library(&mut cargo, QUESTIONS)
    }

    /// Returns the folder of the shared objects, or one with an empty file for the build script, since nothing is
    /// linked.
    fn libraries(&self, installation: &Installation) -> anyhow::Result<PathBuf> {
        if !installation.headers_only {
            return Ok(installation.libraries.clone());
        }
        let folder = self.folder.join("libraries");
        write(&folder.join("libgnutls.so"), "")?;
        Ok(folder)
    }
}

const MANIFEST: &str = r#"[package]
name = "gnutls_abi_questions"
version = "0.0.0"
edition = "2024"

[lib]
path = "lib.rs"

[dependencies]
gnutls-sys.workspace = true
libc.workspace = true
"#;

/// Returns the workspace's manifest with these two crates as members.
fn with_members(workspace: &str) -> anyhow::Result<String> {
    let members: Vec<&str> = workspace
        .lines()
        .filter(|line| line.starts_with("members = "))
        .collect();
    match members[..] {
        [line] if line.ends_with(']') => {
            Ok(workspace.replace(line, r#"members = ["gnutls-sys", "questions"]"#))
        }
        _ => bail!("the workspace's manifest has no line of members"),
    }
}

fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            write(&target, fs::read(entry.path())?)?;
        }
    }
    Ok(())
}

/// Writes a file if its content differs, since an unchanged file is not compiled again.
fn write(path: &Path, data: impl AsRef<[u8]>) -> anyhow::Result<()> {
    if fs::read(path).is_ok_and(|present| present == data.as_ref()) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, data).with_context(|| format!("cannot write {}", path.display()))
}
