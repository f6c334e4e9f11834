//! `not-supported/VERSION.txt`: the written scenarios that a version cannot run.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::report::BaselineStatus;

/// The names of scenarios.
pub type Names = BTreeSet<String>;

/// Returns the path of the list of a version, in a folder of tests.
pub fn list(tests: &Path, version: &str) -> PathBuf {
    tests.join("not-supported").join(format!("{version}.txt"))
}

/// Returns the scenarios that a list names; a missing list names none.
pub fn read(list: &Path) -> Result<Names> {
    if !list.is_file() {
        return Ok(Names::new());
    }
    let text = std::fs::read_to_string(list).with_context(|| list.display().to_string())?;
    Ok(text.lines().map(str::to_owned).collect())
}

/// Writes a list, or removes it if it would be empty. Returns whether there is a list now.
pub fn write(list: &Path, names: &Names) -> Result<bool> {
    if names.is_empty() {
        if list.is_file() {
            std::fs::remove_file(list).with_context(|| list.display().to_string())?;
        }
        return Ok(false);
    }
    if let Some(folder) = list.parent() {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    let lines: String = names.iter().map(|name| format!("{name}\n")).collect();
    std::fs::write(list, lines).with_context(|| list.display().to_string())?;
    Ok(true)
}

/// Returns the disagreements with the list of this version. Drivers that were built for another version also lack what
/// that one lacks. The list is that of an unmodified version, so it does not apply to a library whose key has no
/// baseline.
pub fn problems(
    status: BaselineStatus,
    list: &Path,
    found: &Names,
    known: &Names,
    of_build: &Names,
) -> Vec<String> {
    if status == BaselineStatus::New {
        return Vec::new();
    }
    let advice = "if that is right, write the list by --write-baseline";
    let unknown = found.difference(known);
    let unknown = unknown
        .filter(|name| !of_build.contains(*name))
        .map(|name| {
            let list = list.display();
            format!("{name} cannot be run, and is not in {list}; {advice}")
        });
    let wrong = known.difference(found).map(|name| {
        let list = list.display();
        format!("{name} can be run, but is in {list}; {advice}")
    });
    unknown.chain(wrong).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_counts_where_there_is_a_baseline_and_not_for_a_new_key() {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Names>();
        let list = list(Path::new("tests"), "3.7.9");
        let (found, known, of_build) = (names(&["a", "b", "c"]), names(&["b", "d"]), names(&["c"]));
        let problems = |status| problems(status, &list, &found, &known, &of_build);
        assert_eq!(problems(BaselineStatus::New), Vec::<String>::new());
        for status in [BaselineStatus::Same, BaselineStatus::Different] {
            let reported = problems(status);
            assert_eq!(reported.len(), 2, "{reported:?}");
            assert!(
                reported[0]
                    .starts_with("a cannot be run, and is not in tests/not-supported/3.7.9.txt")
            );
            assert!(reported[1].starts_with("d can be run"), "{reported:?}");
            assert!(
                reported
                    .iter()
                    .all(|reported| reported.contains("--write-baseline"))
            );
        }
    }

    #[test]
    fn an_empty_list_is_no_file() {
        let folder = std::env::temp_dir();
        let folder = folder.join(format!("gnutls-not-supported-{}", std::process::id()));
        let (list, names) = (list(&folder, "3.7.9"), Names::from(["a".to_owned()]));
        assert!(write(&list, &names).unwrap());
        assert_eq!(read(&list).unwrap(), names);
        assert!(!write(&list, &Names::new()).unwrap() && !list.exists());
        assert_eq!(read(&list).unwrap(), Names::new());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
