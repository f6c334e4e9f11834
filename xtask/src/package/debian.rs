//! The Debian packages: `ci/debian`, built twice and tested in a clean system of that release.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::thread;

use anyhow::{Context, ensure};
use fs_err as fs;

use super::checks::Checks;
use super::control::{self, Paragraph};
use super::sandbox::{BUILD, PROJECT, Sandbox, Sandboxes};
use crate::matrix::entry::Entry;
use crate::project;
use crate::summary::Counts;

/// The programs that build and check a package, besides the build dependencies.
const BUILDERS: [&str; 2] = ["build-essential", "lintian"];

/// The program that runs the tests of installed packages.
const TESTERS: [&str; 1] = ["autopkgtest"];

/// Creates the source package from the files of the project, and builds the packages. The upstream archive has the dates
/// of the changelog.
const BUILD_PACKAGES: &str = "
    changelog=$project/ci/debian/changelog
    version=$(dpkg-parsechangelog -l \"$changelog\" -S Version)
    version=${version%-*}
    mkdir \"rust-gnutls-$version\"
    tar -C \"$project\" -c --exclude-vcs --exclude=target . | tar -x -C \"rust-gnutls-$version\"
    tar -c -J --sort=name --owner=0 --group=0 --numeric-owner --mtime=\"@$(dpkg-parsechangelog -l \"$changelog\" -S Timestamp)\" \\
        -f \"rust-gnutls_$version.orig.tar.xz\" \"rust-gnutls-$version\"
    cp -R \"rust-gnutls-$version/ci/debian\" \"rust-gnutls-$version/debian\"
    cd \"rust-gnutls-$version\"
    dpkg-buildpackage --unsigned-source --unsigned-changes";

/// Builds the packages from the source package, in a directory of another name and depth.
const BUILD_AGAIN: &str = "
    umask 027
    mkdir again
    cd again
    dpkg-source --extract ../*.dsc another-name
    cd another-name
    dpkg-buildpackage --build=binary --unsigned-changes";

/// Builds and checks the packages on a release.
pub(super) fn check(
    sandboxes: &Sandboxes<'_>,
    release: &Entry,
    checks: &mut Checks,
) -> anyhow::Result<()> {
    let control = Control::read()?;
    let root = |purpose, packages, checks: &mut Checks| {
        let entry = release.with_packages(&format!("package-{purpose}"), packages);
        checks.check(&format!("root for {purpose}"), |watch| {
            let root = sandboxes.root(&entry, watch)?;
            Ok((format!("GnuTLS {}", root.metadata.gnutls), root))
        })
    };
    let Some(builder) = root("build", control.build_packages(&BUILDERS), checks) else {
        return Ok(());
    };
    let build = sandboxes.folder(release, "debian")?;
    let sandbox = Sandbox {
        root: &builder,
        build: &build,
        writable: false,
    };
    let parallel = thread::available_parallelism().map_or(1, usize::from);
    let options = format!("terse parallel={parallel}");
    let built = checks.check("build with tests", |watch| {
        let variables = [
            ("DEB_BUILD_OPTIONS", options.as_str()),
            ("project", PROJECT),
        ];
        let ended = sandbox.run("build", &variables, BUILD_PACKAGES, watch)?;
        let packages = packages(&build)?.len();
        let counts = Counts::of(&ended.output());
        ensure!(
            counts.passed > 0 && counts.failed == 0,
            "the build ran no tests: {counts}"
        );
        Ok((format!("{packages} packages; tests: {counts}"), ()))
    });
    if built.is_none() {
        return Ok(());
    }
    checks.check("lintian", |watch| {
        let script = "lintian --allow-root --tag-display-limit 0 --fail-on error,warning *.changes";
        sandbox.run("lintian", &[], script, watch)?;
        Ok(("no error, no warning".into(), ()))
    });
    checks.check("reproducibility", |watch| {
        let variables = [
            ("DEB_BUILD_OPTIONS", "nocheck parallel=1"),
            ("LC_ALL", "C"),
            ("TZ", "Pacific/Kiritimati"),
        ];
        sandbox.run("build-again", &variables, BUILD_AGAIN, watch)?;
        let number = compare(&packages(&build)?, &packages(&build.join("again"))?)?;
        let text = format!("{number} packages are identical in a second build");
        Ok((text, ()))
    });
    let Some(tester) = root("test", control.test_packages(), checks) else {
        return Ok(());
    };
    checks.check("autopkgtest", |watch| {
        let sandbox = Sandbox {
            root: &tester,
            writable: true,
            ..sandbox
        };
        let script = "mkdir tmp; autopkgtest *.deb *.dsc --output-dir=autopkgtest -- null";
        let temporary = format!("{BUILD}/tmp");
        sandbox.run("autopkgtest", &[("TMPDIR", &temporary)], script, watch)?;
        project::remove(&build.join("tmp"))?;
        let results = results(&fs::read_to_string(build.join("autopkgtest/summary"))?);
        ensure!(
            results.len() == control.tests,
            "{} tests have a result, but debian/tests/control has {}",
            results.len(),
            control.tests
        );
        Ok((results.join(", "), ()))
    });
    Ok(())
}

/// The control files of the packages.
pub(super) struct Control {
    source: Paragraph,
    packages: Vec<Paragraph>,
    dependencies_of_tests: Vec<String>,
    /// The number of tests of installed packages.
    tests: usize,
}

impl Control {
    pub(super) fn read() -> anyhow::Result<Self> {
        let file = |name: &str| fs::read_to_string(project::root().join("ci/debian").join(name));
        let mut packages = control::paragraphs(&file("control")?);
        ensure!(!packages.is_empty(), "ci/debian/control is empty");
        let source = packages.remove(0);
        let tests = control::paragraphs(&file("tests/control")?);
        let mut number = 0;
        for test in &tests {
            number += test.field("Tests")?.split_whitespace().count();
        }
        let names = tests.iter().flat_map(|test| test.relationships("Depends"));
        let names = names.filter_map(control::package).map(str::to_owned);
        Ok(Control {
            source,
            packages,
            dependencies_of_tests: names.collect(),
            tests: number,
        })
    }

    /// Returns the packages of a system that builds the crates: the dependencies and these tools.
    pub(super) fn build_packages(&self, tools: &[&'static str]) -> Vec<String> {
        let names = self.source.relationships("Build-Depends");
        let names = names.into_iter().filter_map(control::package);
        sorted(names.chain(tools.iter().copied()))
    }

    /// Returns the packages of a system that tests these packages: their dependencies and those of the tests, and
    /// nothing that only a build requires.
    fn test_packages(&self) -> Vec<String> {
        let names_in = |paragraph, field| {
            let list = Paragraph::relationships(paragraph, field);
            list.into_iter().filter_map(control::package)
        };
        let own: BTreeSet<_> = self
            .packages
            .iter()
            .flat_map(|package| {
                let name = package.field("Package").ok();
                name.into_iter().chain(names_in(package, "Provides"))
            })
            .collect();
        let depends = self
            .packages
            .iter()
            .flat_map(|package| names_in(package, "Depends"))
            .filter(|name| !own.contains(name));
        let of_tests = self.dependencies_of_tests.iter().map(String::as_str);
        sorted(depends.chain(of_tests).chain(TESTERS))
    }
}

fn sorted<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let names: BTreeSet<_> = names.collect();
    names.into_iter().map(str::to_owned).collect()
}

/// The contents of packages, by file name.
type Packages = BTreeMap<String, Vec<u8>>;

/// Returns the packages in a directory.
fn packages(folder: &Path) -> anyhow::Result<Packages> {
    let mut packages = Packages::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "deb") {
            let name = path.file_name().context("a file has a name")?;
            packages.insert(name.to_string_lossy().into_owned(), fs::read(&path)?);
        }
    }
    Ok(packages)
}

/// Returns the number of packages. Fails unless both builds have the same.
fn compare(first: &Packages, second: &Packages) -> anyhow::Result<usize> {
    let names = |packages: &Packages| packages.keys().cloned().collect::<Vec<_>>().join(", ");
    ensure!(
        !first.is_empty() && first.keys().eq(second.keys()),
        "the builds have different packages: {}; {}",
        names(first),
        names(second)
    );
    let differs = |name: &&String| first[*name] != second[*name];
    let different: Vec<_> = first.keys().filter(differs).map(String::as_str).collect();
    ensure!(
        different.is_empty(),
        "differ between two builds, which diffoscope explains: {}",
        different.join(", ")
    );
    Ok(first.len())
}

/// Returns the results in the summary of autopkgtest, such as `consumer PASS`.
fn results(summary: &str) -> Vec<String> {
    let words = summary
        .lines()
        .map(|line| line.split_whitespace().collect());
    let results = words.filter(|words: &Vec<_>| !words.is_empty());
    results.map(|words| words.join(" ")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_for_tests_have_only_the_dependencies_of_the_packages() {
        let control = Control::read().unwrap();
        let (build, test) = (control.build_packages(&BUILDERS), control.test_packages());
        let has = |list: &[String], name: &str| list.iter().any(|other| other == name);
        for name in ["dh-sequence-rust", "librust-hyper-1+http2-dev"] {
            assert!(has(&build, name) && !has(&test, name), "{name}");
        }
        for name in ["libgnutls28-dev", "librust-libc-0.2+default-dev"] {
            assert!(has(&build, name) && has(&test, name), "{name}");
        }
        assert!(!test.iter().any(|name| name.contains("gnutls-sys")));
        assert_eq!(control.tests, 2);
    }

    #[test]
    fn builds_that_differ_are_found() {
        let packages = |list: &[(&str, &str)]| -> Packages {
            let list = list.iter();
            list.map(|(name, bytes)| (name.to_string(), bytes.as_bytes().to_vec()))
                .collect()
        };
        let first = packages(&[("a.deb", "1"), ("b.deb", "2")]);
        assert_eq!(compare(&first, &first).unwrap(), 2);
        let error = |second| compare(&first, &second).unwrap_err().to_string();
        assert!(error(packages(&[("a.deb", "1"), ("b.deb", "3")])).ends_with("explains: b.deb"));
        assert!(error(packages(&[("a.deb", "1")])).contains("different packages"));
        assert!(compare(&packages(&[]), &packages(&[])).is_err());
    }
}
