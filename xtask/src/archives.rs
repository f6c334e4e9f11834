//! The stage `archives` of `cargo xtask ci`: the archives of the published crates are complete, and pass their tests without
//! the rest of the project.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use fs_err as fs;

use crate::project;
use crate::stage::{Run, Stage};

pub(crate) const ARCHIVES: Stage = Stage {
    name: "archives",
    about: "the published crates can be published, and pass their tests from their archives alone",
    minutes: 30,
    slow: true,
    run,
};

/// The published crates in the order of their dependencies.
pub(crate) const CRATES: [&str; 4] = ["gnutls-sys", "gnutls-macros", "gnutls", "tokio-gnutls"];

/// The files that every archive contains.
const REQUIRED: &[&str] = &["LICENSE-APACHE", "LICENSE-MIT", "README.md", "src/lib.rs"];

/// The data that the archives of single crates contain besides.
const DATA: &[(&str, &[&str])] = &[
    (
        "gnutls-sys",
        &["releases.tsv", "tests/build_script/main.rs"],
    ),
    ("gnutls-macros", &["releases.tsv"]),
    ("gnutls", &["tests/fixtures/server.pem"]),
];

fn run(run: &mut Run) -> anyhow::Result<()> {
    let target = project::target().join("package-check");
    let package = |arguments: &[&str]| {
        let mut command = project::cargo();
        command
            .args(arguments)
            .args([
                "--workspace",
                "--exclude",
                "gnutls-testing",
                "--allow-dirty",
            ])
            .arg("--quiet")
            .env("CARGO_TARGET_DIR", &target);
        command
    };
    if !run.options.offline {
        forget_earlier_archives()?;
        // Cargo also keeps what it has built from them.
        if target.exists() {
            fs::remove_dir_all(&target)?;
        }
        run.program(package(&["publish", "--dry-run"]))?;
    }
    // The dry run has built the crates, but keeps no archive. Since 1.90, cargo packages a crate that depends on another
    // one of them without the registry.
    let verify: &[&str] = match run.options.offline {
        true => &["package"],
        false => &["package", "--no-verify"],
    };
    run.program(package(verify))?;
    // The directories of the project are no parents of this one.
    let folder = tempfile::tempdir()?;
    let version = project::version()?;
    for name in CRATES {
        let archive = target.join(format!("package/{name}-{version}.crate"));
        unpack(&archive, folder.path())?;
        let unpacked = folder.path().join(format!("{name}-{version}"));
        let missing = missing(name, &unpacked);
        ensure!(
            missing.is_empty(),
            "the archive of {name} lacks {}",
            missing.join(", ")
        );
    }
    for name in CRATES {
        run.program(test(name, &version, folder.path()))
            .with_context(|| format!("the tests in the archive of {name}"))?;
    }
    Ok(())
}

fn unpack(archive: &Path, folder: &Path) -> anyhow::Result<()> {
    let status = Command::new("tar")
        .arg("-xzf")
        .arg(archive)
        .arg("-C")
        .arg(folder)
        .status()
        .context("cannot run tar")?;
    ensure!(status.success(), "cannot unpack {}", archive.display());
    Ok(())
}

/// Returns the required files that are not in the directory.
fn missing(name: &str, unpacked: &Path) -> Vec<&'static str> {
    let data = DATA.iter().filter(|(of, _)| *of == name);
    let files = REQUIRED.iter().chain(data.flat_map(|(_, files)| *files));
    let is_file = |file: &&&str| {
        let metadata = fs::symlink_metadata(unpacked.join(file));
        // A symbolic link leaves the archive.
        metadata.is_ok_and(|metadata| metadata.is_file())
    };
    files.filter(|file| !is_file(file)).copied().collect()
}

/// Removes the archives that earlier dry runs have unpacked. Cargo keeps those of its temporary local registry, by name and
/// version, and would verify a crate with an older state of another one.
fn forget_earlier_archives() -> anyhow::Result<()> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(env::home_dir()?.join(".cargo")));
    let Some(registry) = home.map(|home| home.join("registry")) else {
        return Ok(());
    };
    let version = project::version()?;
    for kind in ["src", "cache"] {
        let Ok(registries) = fs::read_dir(registry.join(kind)) else {
            continue;
        };
        for local in registries {
            let local = local?;
            // The name of a registry on the network starts with that of its host.
            if !local.file_name().to_string_lossy().starts_with('-') {
                continue;
            }
            for name in CRATES {
                let unpacked = local.path().join(format!("{name}-{version}"));
                if unpacked.is_dir() {
                    fs::remove_dir_all(unpacked)?;
                }
                let archive = local.path().join(format!("{name}-{version}.crate"));
                if archive.is_file() {
                    fs::remove_file(archive)?;
                }
            }
        }
    }
    Ok(())
}

/// Returns the command that runs the tests of an archive with the other archives instead of published crates.
fn test(name: &str, version: &str, folder: &Path) -> Command {
    let mut command = project::cargo();
    command
        .arg("test")
        .current_dir(folder.join(format!("{name}-{version}")))
        .env("CARGO_TARGET_DIR", project::target().join("archives"));
    for other in CRATES.iter().filter(|other| **other != name) {
        let path = folder.join(format!("{other}-{version}"));
        let patch = format!("patch.crates-io.{other}.path={path:?}");
        command.args(["--config", &patch]);
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_incomplete_archive_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let write = |file: &str| {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        };
        assert_eq!(missing("tokio-gnutls", folder.path()), REQUIRED);
        REQUIRED.iter().for_each(|file| write(file));
        assert_eq!(missing("tokio-gnutls", folder.path()), [""; 0]);
        assert_eq!(missing("gnutls-macros", folder.path()), ["releases.tsv"]);
        write("releases.tsv");
        assert_eq!(missing("gnutls-macros", folder.path()), [""; 0]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_an_archive_counts_as_missing() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("README.md");
        std::os::unix::fs::symlink("/dev/null", link).unwrap();
        assert!(missing("gnutls", folder.path()).contains(&"README.md"));
    }

    #[test]
    fn the_published_crates_are_those_that_cargo_publishes() {
        for name in CRATES {
            let manifest = project::root().join(name).join("Cargo.toml");
            let text = fs::read_to_string(manifest).unwrap();
            assert!(!text.contains("publish = false"), "{name}");
        }
    }
}
