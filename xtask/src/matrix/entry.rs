//! The versions in `ci/matrix.toml`.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, ensure};
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    packages: Vec<String>,
    version: Vec<Entry>,
}

/// One version: a Debian release and the packages to install in it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) suite: String,
    pub(crate) gnutls: String,
    #[serde(default)]
    packages: Vec<String>,
    #[serde(default)]
    rust: Vec<String>,
    days: u64,
    #[serde(default)]
    pub(crate) expired: bool,
}

/// Reads the file.
pub(crate) fn read(path: &Path) -> anyhow::Result<Vec<Entry>> {
    parse(&fs_err::read_to_string(path)?).with_context(|| format!("{} is wrong", path.display()))
}

fn parse(text: &str) -> anyhow::Result<Vec<Entry>> {
    let file: File = toml::from_str(text)?;
    let mut entries = file.version;
    for entry in &mut entries {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        ensure!(
            !entry.name.is_empty() && entry.name.chars().all(plain),
            "the name `{}` has to be of a-z, 0-9 and -: it becomes that of a folder",
            entry.name
        );
        entry
            .packages
            .extend(file.packages.iter().chain(&entry.rust).cloned());
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
    Ok(entries)
}

impl Entry {
    /// Returns the packages to install besides the base system.
    pub(crate) fn packages(&self) -> &[String] {
        &self.packages
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
        [[version]]
        name = "debian-12"
        title = "Debian 12"
        suite = "bookworm"
        gnutls = "3.7.9"
        packages = ["gcc", "libclang1-14"]
        rust = ["rustc-web"]
        days = 90
    "#;

    pub(crate) fn entry() -> Entry {
        parse(TEXT).unwrap().remove(0)
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
        let digest =
            |from: &str, to: &str| parse(&TEXT.replace(from, to)).unwrap()[0].digest(&["minbase"]);
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
    fn mistakes_are_named() {
        let wrong =
            |from: &str, to: &str| format!("{:#}", parse(&TEXT.replace(from, to)).unwrap_err());
        assert!(wrong("days", "dais").contains("dais"));
        assert!(wrong("\"debian-12\"", "\"../12\"").contains("../12"));
        assert!(
            format!(
                "{:#}",
                parse(&format!(
                    "{TEXT}{}",
                    TEXT.replace("packages = [\"gcc\", \"libgnutls28-dev\"]", "")
                ))
                .unwrap_err()
            )
            .contains("twice")
        );
    }

    #[test]
    fn the_committed_file_is_right() {
        let entries = read(&crate::project::root().join("ci/matrix.toml")).unwrap();
        assert!(entries.len() >= 4);
        // The library, and the requirements of tests that are not skipped in the matrix.
        for package in ["libgnutls28-dev", "curl", "softhsm2"] {
            let has = |entry: &Entry| entry.packages().iter().any(|name| name == package);
            assert!(entries.iter().all(has), "{package}");
        }
    }
}
