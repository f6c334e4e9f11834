//! Puts known bugs into a copy of the sources, one at a time, and requires that a test detects each.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, bail, ensure};
use fs_err as fs;
use serde::Deserialize;

use crate::Options;
use crate::report::{self, Report};

/// The bugs of `--quick`.
const SAMPLE: usize = 3;

/// The table of bugs, which describes the fields.
const TABLE: &str = include_str!("../bugs.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    bug: Vec<Bug>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bug {
    entry: String,
    file: PathBuf,
    find: String,
    replace: String,
    target: String,
    test: String,
}

impl Bug {
    /// Returns the text of the file with the bug.
    fn insert(&self, text: &str) -> Result<String> {
        let found = text.matches(&self.find).count();
        ensure!(
            found == 1,
            "{}: the text to replace occurs {found} times: update tests/gauntlet/bugs.toml\n{}",
            self.file.display(),
            self.find
        );
        Ok(text.replacen(&self.find, &self.replace, 1))
    }
}

fn bugs() -> Result<Vec<Bug>> {
    let table: Table = toml::from_str(TABLE).context("tests/gauntlet/bugs.toml")?;
    Ok(table.bug)
}

pub(crate) fn run(options: &Options, report: &mut Report) -> Result<()> {
    let mut bugs = bugs()?;
    bugs.retain(|bug| report.selects(&bug.entry));
    if options.quick {
        bugs.retain(|bug| bug.target == "lib");
        bugs.truncate(SAMPLE);
    }
    let copy = Sources::copy()?;
    let mut tests = BTreeMap::<_, Vec<_>>::new();
    for bug in &bugs {
        tests.entry(&*bug.target).or_default().push(&*bug.test);
    }
    for (target, tests) in tests {
        copy.passes(target, &tests)?;
    }
    for bug in &bugs {
        eprintln!("{}: {}", bug.entry, bug.test);
        report.add(&bug.entry, copy.detects(bug)?);
    }
    report::result(format!("{} bugs are put back one at a time", bugs.len()));
    Ok(())
}

/// A copy of the sources of the published crates.
struct Sources(PathBuf);

impl Sources {
    fn copy() -> Result<Self> {
        let folder = target().join("gauntlet/bugs");
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        let output = Command::new("git")
            .args([
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
            ])
            .current_dir(project())
            .output()
            .context("cannot run git, which lists the sources")?;
        ensure!(output.status.success(), "git does not list the sources");
        for name in output.stdout.split(|byte| *byte == 0) {
            let name = Path::new(std::str::from_utf8(name)?);
            let source = project().join(name);
            if source.is_file() {
                let copy = folder.join(name);
                fs::create_dir_all(copy.parent().unwrap_or(&folder))?;
                fs::copy(source, copy)?;
            }
        }
        Ok(Self(folder))
    }

    fn test(&self, target: &str, tests: &[&str]) -> Result<Output> {
        let target: &[&str] = match target {
            "lib" => &["--lib"],
            name => &["--test", name],
        };
        Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["test", "--package", "gnutls"])
            .args(target)
            .args(["--", "--exact"])
            .args(tests)
            .current_dir(&self.0)
            .env(
                "CARGO_TARGET_DIR",
                crate::bugs::target().join("gauntlet/bugs-target"),
            )
            .output()
            .context("cannot run cargo")
    }

    /// Returns an error unless the tests exist and pass without a bug.
    fn passes(&self, target: &str, tests: &[&str]) -> Result<()> {
        let output = self.test(target, tests)?;
        let text = String::from_utf8_lossy(&output.stdout);
        let different = tests.iter().collect::<BTreeSet<_>>().len();
        let passed = format!("test result: ok. {different} passed");
        if !text.contains(&passed) {
            bail!(
                "the tests of {target} do not pass without a bug:\n{text}{}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
        Ok(())
    }

    /// Runs the test of a bug with the bug. The inner result is the fault that it is not detected.
    fn detects(&self, bug: &Bug) -> Result<Result<(), String>> {
        let path = self.0.join(&bug.file);
        let text = fs::read_to_string(&path)?;
        fs::write(&path, bug.insert(&text)?)?;
        let output = self.test(&bug.target, &[&bug.test]);
        fs::write(&path, text)?;
        let output = output?;
        let started = String::from_utf8_lossy(&output.stdout).contains("running 1 test");
        ensure!(
            started,
            "the sources with the bug of {} do not compile:\n{}",
            bug.entry,
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(match output.status.success() {
            true => Err(format!("{} passes with the bug", bug.test)),
            false => Ok(()),
        })
    }
}

/// Returns the top directory of the project.
fn project() -> &'static Path {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    project.expect("this program is in tests/gauntlet")
}

/// Returns the directory of build output.
fn target() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    project().join(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bug_fits_the_sources_and_has_a_test() {
        let bugs = bugs().unwrap();
        assert!(bugs.len() >= 15);
        for bug in bugs {
            let text = fs::read_to_string(project().join(&bug.file)).unwrap();
            assert_ne!(bug.insert(&text).unwrap(), text);
            let folder = match bug.target.as_str() {
                "lib" => "gnutls/src".to_owned(),
                name => format!("gnutls/tests/{name}"),
            };
            let name = bug.test.rsplit("::").next().unwrap();
            let found = Command::new("grep")
                .args(["-rq", &format!("fn {name}(")])
                .arg(project().join(folder))
                .status()
                .unwrap();
            assert!(found.success(), "{}", bug.test);
        }
    }

    #[test]
    fn text_that_does_not_occur_once_is_an_error() {
        let bug = Bug {
            entry: "entry".to_owned(),
            file: PathBuf::from("file"),
            find: "a".to_owned(),
            replace: "b".to_owned(),
            target: "lib".to_owned(),
            test: "test".to_owned(),
        };
        assert_eq!(bug.insert("xax").unwrap(), "xbx");
        assert!(bug.insert("xx").is_err());
        assert!(bug.insert("aa").is_err());
    }
}
