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
    environment: Vec<(&'static str, PathBuf)>,
}

impl Sources {
    /// Copies `gnutls-sys` of the project into `folder`, with another file of bindings if there is one.
    pub(crate) fn copy(
        project: &Path,
        folder: PathBuf,
        bindings: Option<&Path>,
        installation: &Installation,
        prefix_given: bool,
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
        let mut sources = Sources {
            folder,
            environment: Vec::new(),
        };
        if let Some(bindings) = bindings {
            let text = fs::read_to_string(bindings)
                .with_context(|| format!("cannot read {}", bindings.display()))?;
            write(&sources.bindings(), &text)?;
        }
        if prefix_given {
            sources
                .environment
                .push(("GNUTLS_INCLUDE_DIR", installation.include.clone()));
            sources
                .environment
                .push(("GNUTLS_LIB_DIR", installation.libraries.clone()));
        }
        Ok(sources)
    }

    /// The first file of the copied crate.
    pub(crate) fn first_file(&self) -> PathBuf {
        self.folder.join("gnutls-sys/src/lib.rs")
    }

    /// The generated bindings of the copied crate.
    pub(crate) fn bindings(&self) -> PathBuf {
        self.folder.join("gnutls-sys/src/bindings.rs")
    }

    /// Compiles the crate of questions; returns the library that it became.
    pub(crate) fn build(&self, program: &str) -> anyhow::Result<PathBuf> {
        write(&self.folder.join("questions/lib.rs"), program)?;
        let mut cargo = compiler::cargo();
        cargo.current_dir(&self.folder);
        cargo.args([
            "build",
            "--package",
            QUESTIONS,
            "--message-format=json-render-diagnostics",
            "--target-dir",
        ]);
        cargo
            .arg(self.folder.join("target"))
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        for variable in [
            "DOCS_RS",
            "GNUTLS_SYS_ASSUME_VERSION",
            "CARGO_BUILD_TARGET_DIR",
            "CARGO_TARGET_DIR",
        ] {
            cargo.env_remove(variable);
        }
        compiler::built_library(&mut cargo, QUESTIONS)
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

/// The workspace's manifest with these two crates for members.
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

/// Writes a file unless that is what it holds: an unchanged file is not compiled again.
fn write(path: &Path, data: impl AsRef<[u8]>) -> anyhow::Result<()> {
    if fs::read(path).is_ok_and(|present| present == data.as_ref()) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, data).with_context(|| format!("cannot write {}", path.display()))
}
