//! The scenarios of a folder.

use std::collections::HashSet;
use std::path::Path;

use anyhow::{Context, Error, Result, ensure};
pub use gnutls_conformance_scenario::{Scenario, parse};

/// Returns all scenarios of the folder, in the order of their files' names. No two may have the same name.
pub fn read(folder: &Path) -> Result<Vec<Scenario>> {
    Ok(read_files(folder)?
        .into_iter()
        .flat_map(|(_, scenarios)| scenarios)
        .collect())
}

/// Returns the scenarios of each file of the folder, with the name of the file without its ending.
pub fn read_files(folder: &Path) -> Result<Vec<(String, Vec<Scenario>)>> {
    let mut files = Vec::new();
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    for entry in entries {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "scenario")
        {
            files.push(path);
        }
    }
    files.sort();
    let mut names = HashSet::new();
    let mut read = Vec::new();
    for file in files {
        let scenarios = || parse(&std::fs::read_to_string(&file)?).map_err(Error::msg);
        let scenarios = scenarios().with_context(|| file.display().to_string())?;
        for scenario in &scenarios {
            ensure!(
                names.insert(scenario.name.clone()),
                "two scenarios are called {}",
                scenario.name
            );
        }
        let stem = file.file_stem().unwrap_or_default();
        read.push((stem.to_string_lossy().into_owned(), scenarios));
    }
    Ok(read)
}

/// Returns whether a name contains the pattern, in which `*` stands for anything.
pub fn matches(pattern: &str, name: &str) -> bool {
    let mut rest = name;
    pattern.split('*').all(|part| match rest.find(part) {
        Some(at) => {
            rest = &rest[at + part.len()..];
            true
        }
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_a_part_of_the_name() {
        assert!(matches("tickets", "tls13-tickets-full"));
        assert!(matches("tls13*full", "tls13-tickets-full"));
        assert!(!matches("full*tls13", "tls13-tickets-full"));
        assert!(matches("", "anything"));
    }

    #[test]
    fn clocks_stay_within_32_bits() {
        // `CONFORMANCE_CLOCK_START` in c/clock.h.
        const START: u64 = 1_748_736_000;
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        let (mut moved, last) = (0, u64::try_from(i32::MAX).unwrap());
        for scenario in read(&folder).unwrap() {
            let seconds = scenario.lines.iter().filter_map(|line| {
                let seconds = line.trim().strip_prefix("advance ")?;
                Some(seconds.parse::<u64>().unwrap())
            });
            let seconds: u64 = seconds.sum();
            moved += u32::from(seconds > 0);
            assert!(START + seconds <= last, "{}: {seconds} s", scenario.name);
        }
        assert!(moved > 10, "{moved}");
    }
}
