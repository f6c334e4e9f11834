//! The versions in `ci/matrix.toml`.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, ensure};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::architecture::{ARCHITECTURES, Architecture};

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    packages: Vec<String>,
    /// The packages for `--arch`.
    cross_packages: Vec<String>,
    version: Vec<Entry>,
}

/// One version: a Debian release and the packages to install in it, or one architecture of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) suite: String,
    /// Another name of the suite, which is used if the mirror lacks a file of the suite.
    pub(crate) alias: Option<String>,
    pub(crate) gnutls: String,
    #[serde(default)]
    packages: Vec<String>,
    #[serde(default)]
    rust: Vec<String>,
    /// The package with the standard library of its own compiler.
    standard_library: Option<String>,
    days: u64,
    #[serde(default)]
    pub(crate) expired: bool,
    /// The architecture to build for, unless it is that of the root file system.
    #[serde(skip)]
    pub(crate) architecture: Option<&'static Architecture>,
    /// The name of the root file system, which all architectures of a release share.
    #[serde(skip)]
    pub(crate) root: String,
}

/// Reads the file. Returns the versions for these architectures or, without any, for that of this machine.
pub(crate) fn read(
    path: &Path,
    architectures: &[&'static Architecture],
) -> anyhow::Result<Vec<Entry>> {
    parse(&fs_err::read_to_string(path)?, architectures)
        .with_context(|| format!("{} is wrong", path.display()))
}

fn parse(text: &str, architectures: &[&'static Architecture]) -> anyhow::Result<Vec<Entry>> {
    let file: File = toml::from_str(text)?;
    let mut entries = file.version;
    for entry in &mut entries {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        ensure!(
            !entry.name.is_empty() && entry.name.chars().all(plain),
            "the name `{}` has to be of a-z, 0-9 and -: it becomes that of a folder",
            entry.name
        );
        entry.root.clone_from(&entry.name);
        if architectures.is_empty() {
            let packages = file.packages.iter().chain(&entry.rust).cloned();
            entry.packages.extend(packages);
        } else {
            entry.root += "-cross";
            entry.packages = file
                .cross_packages
                .iter()
                .chain(&entry.rust)
                .cloned()
                .collect();
            // All architectures, so that a run with others finds the same root file system.
            if let Some(library) = &entry.standard_library {
                let packages = ARCHITECTURES
                    .iter()
                    .flat_map(|other| other.packages(library));
                entry.packages.extend(packages);
            }
        }
        entry.packages.sort();
        entry.packages.dedup();
    }
    for (n, entry) in entries.iter().enumerate() {
        ensure!(
            entries[..n].iter().all(|other| other.name != entry.name),
            "the name `{}` is there twice",
            entry.name
        );
    }
    ensure!(!entries.is_empty(), "it has no version");
    if architectures.is_empty() {
        return Ok(entries);
    }
    let cross = entries
        .iter()
        .filter(|entry| entry.standard_library.is_some());
    let each = cross.flat_map(|entry| architectures.iter().map(|other| entry.of(other)));
    Ok(each.collect())
}

impl Entry {
    /// Returns this version for an architecture.
    fn of(&self, architecture: &'static Architecture) -> Entry {
        let name = architecture.name;
        Entry {
            name: format!("{}-{name}", self.name),
            title: format!("{} {name}", self.title),
            architecture: Some(architecture),
            ..self.clone()
        }
    }

    /// Returns the packages to install besides the base system.
    pub(crate) fn packages(&self) -> &[String] {
        &self.packages
    }

    /// Returns another root file system of the same release, with only these packages.
    pub(crate) fn with_packages(&self, purpose: &str, packages: Vec<String>) -> Self {
        Entry {
            name: format!("{}-{purpose}", self.name),
            root: format!("{}-{purpose}", self.name),
            packages,
            ..self.clone()
        }
    }

    /// Returns whether the release has a compiler that can build this project.
    pub(crate) fn has_rust(&self) -> bool {
        !self.rust.is_empty()
    }

    /// Returns the age up to which a root file system is used.
    pub(crate) fn lifetime(&self) -> Duration {
        Duration::from_secs(self.days * 24 * 60 * 60)
    }

    /// Returns a digest of everything that determines the root file system.
    pub(crate) fn digest(&self, recipe: &[&str]) -> String {
        let mut hash = Sha256::new();
        let parts = [self.suite.as_str()]
            .into_iter()
            .chain(self.packages.iter().map(String::as_str));
        for part in parts.chain(recipe.iter().copied()) {
            hash.update(part);
            hash.update([0]);
        }
        hex::encode(hash.finalize())
    }

    /// Returns whether `--only PATTERN` selects this version.
    pub(crate) fn matches(&self, pattern: &str) -> bool {
        let pattern = pattern.to_lowercase();
        [&self.name, &self.title, &self.suite, &self.gnutls]
            .into_iter()
            .any(|text| text.to_lowercase().contains(&pattern))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    const TEXT: &str = r#"
        packages = ["gcc", "libgnutls28-dev"]
        cross_packages = ["qemu-user"]
        [[version]]
        name = "debian-12"
        title = "Debian 12"
        suite = "bookworm"
        gnutls = "3.7.9"
        packages = ["gcc", "libclang1-14"]
        rust = ["rustc-web"]
        standard_library = "libstd-rust-web-dev"
        days = 90
    "#;

    pub(crate) fn entry() -> Entry {
        parse(TEXT, &[]).unwrap().remove(0)
    }

    #[test]
    fn packages_are_those_of_all_versions_its_own_and_its_compiler() {
        assert_eq!(
            entry().packages(),
            ["gcc", "libclang1-14", "libgnutls28-dev", "rustc-web"]
        );
        assert!(entry().has_rust());
    }

    #[test]
    fn the_digest_follows_what_the_root_is_made_of_and_nothing_else() {
        let digest = |from: &str, to: &str| {
            parse(&TEXT.replace(from, to), &[]).unwrap()[0].digest(&["minbase"])
        };
        let first = entry().digest(&["minbase"]);
        assert_eq!(first, digest("Debian 12", "Debian twelve"));
        assert_ne!(first, digest("bookworm", "oldstable"));
        assert_ne!(
            first,
            digest("libgnutls28-dev", "libgnutls28-dev\", \"valgrind")
        );
        assert_ne!(first, digest("rustc-web", "rustc"));
        assert_ne!(first, entry().digest(&["apt"]));
    }

    #[test]
    fn patterns_find_names_titles_suites_and_versions() {
        assert!(
            ["debian-12", "Debian 12", "bookworm", "3.7", "12"]
                .iter()
                .all(|pattern| entry().matches(pattern))
        );
        assert!(!entry().matches("3.8"));
    }

    #[test]
    fn architectures_share_the_root_file_system_of_their_release() {
        let entries = |architectures: &[&'static Architecture]| parse(TEXT, architectures).unwrap();
        let (two, one) = (
            entries(&[&ARCHITECTURES[0], &ARCHITECTURES[3]]),
            entries(&[&ARCHITECTURES[0]]),
        );
        let names: Vec<_> = two.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names, ["debian-12-i386", "debian-12-s390x"]);
        for entry in two.iter().chain(&one) {
            assert_eq!(entry.root, "debian-12-cross");
            assert_eq!(entry.digest(&[]), one[0].digest(&[]));
            let has = |name: &str| entry.packages().iter().any(|package| package == name);
            assert!(has("qemu-user") && has("libstd-rust-web-dev:armhf") && !has("libclang1-14"));
        }
        // A release without a compiler of its own cannot build for them.
        let old = TEXT
            .replace("standard_library", "packages_of")
            .replace("packages_of = \"libstd-rust-web-dev\"", "");
        assert!(parse(&old, &[&ARCHITECTURES[0]]).unwrap().is_empty());
    }

    #[test]
    fn mistakes_are_named() {
        let wrong = |from: &str, to: &str| {
            format!("{:#}", parse(&TEXT.replace(from, to), &[]).unwrap_err())
        };
        assert!(wrong("days", "dais").contains("dais"));
        assert!(wrong("\"debian-12\"", "\"../12\"").contains("../12"));
        assert!(
            format!(
                "{:#}",
                parse(&format!("{TEXT}{}", &TEXT[TEXT.find("[[").unwrap()..]), &[]).unwrap_err()
            )
            .contains("twice")
        );
    }

    #[test]
    fn the_committed_file_is_right() {
        let entries = read(&crate::project::root().join("ci/matrix.toml"), &[]).unwrap();
        assert!(entries.len() >= 4);
        // The library, and the requirements of tests that are not skipped in the matrix.
        for package in ["libgnutls28-dev", "curl", "softhsm2"] {
            let has = |entry: &Entry| entry.packages().iter().any(|name| name == package);
            assert!(entries.iter().all(has), "{package}");
        }
    }
}
