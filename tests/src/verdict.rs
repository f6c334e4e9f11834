//! Compares a run with the baseline of its key, and looks up each difference in all other baselines.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display, Formatter};
use std::path::Path;

use anyhow::Result;
use gnutls_releases::Version;

use crate::baseline::{Baseline, Key};
use crate::baselines;

/// The result of comparing a run with the baselines.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    Same,
    /// There is no baseline of this key. The changes are those from the nearest one, if there is any.
    New(Option<Changes>),
    Different(Changes),
}

/// The steps in which a run differs from a baseline.
#[derive(Debug, PartialEq, Eq)]
pub struct Changes {
    /// The name of the baseline.
    pub from: String,
    pub changes: Vec<Change>,
    /// The scenarios of the run that the baseline lacks.
    pub missing: BTreeSet<String>,
}

/// A step that differs from the baseline, or the line at the top of that name.
#[derive(Debug, PartialEq, Eq)]
pub struct Change {
    /// The scenario and the number of the step.
    pub place: (String, String),
    /// The removed (`-`) and added (`+`) lines, or that the order differs.
    pub lines: Vec<String>,
    /// The name of another baseline in which the step is the same as in this run.
    pub known: Option<String>,
}

/// The lines of each step, by scenario and number.
type Steps = BTreeMap<(String, String), Vec<String>>;

/// A stored baseline.
struct Reference {
    key: Key,
    steps: Steps,
}

/// Compares a run with the baselines of a folder, leaving out scenarios that this run could not execute.
pub fn check(run: &Baseline, folder: &Path, left_out: &BTreeSet<String>) -> Result<Verdict> {
    let mut all: Vec<Reference> = baselines::read(folder)?
        .into_iter()
        .map(|library| Reference {
            steps: steps(library.lines.iter().map(|line| line.text.as_str())),
            key: library.key,
        })
        .collect();
    let mut now = steps(run.text().lines());
    if !left_out.is_empty() {
        // A hello may be of a scenario that is left out. The records that mention a hello are compared.
        let counts =
            |(scenario, _): &(String, String)| scenario != "hello" && !left_out.contains(scenario);
        let reference = all.iter_mut().map(|reference| &mut reference.steps);
        for steps in reference.chain([&mut now]) {
            steps.retain(|place, _| counts(place));
        }
    }
    let own = all.iter().find(|reference| reference.key == run.key);
    let Some(reference) = own.or_else(|| nearest(&all, run.key.version())) else {
        return Ok(Verdict::New(None));
    };
    let changes = reference.changes(&now, &all);
    Ok(match own {
        Some(_) if changes.changes.is_empty() && changes.missing.is_empty() => Verdict::Same,
        Some(_) => Verdict::Different(changes),
        None => Verdict::New(Some(changes)),
    })
}

/// Returns the newest of a library that is not newer, or else the oldest.
fn nearest(all: &[Reference], library: Option<Version>) -> Option<&Reference> {
    let mut newest_first = all.iter().rev();
    let older = newest_first.find(|reference| reference.key.version() <= library);
    older.or(all.first())
}

impl Reference {
    fn changes(&self, now: &Steps, all: &[Reference]) -> Changes {
        let none = Vec::new();
        let mut changes = Vec::new();
        let mut missing = BTreeSet::new();
        let scenarios: BTreeSet<&str> = self.steps.keys().map(|(name, _)| name.as_str()).collect();
        let is_missing = |name: &str| !scenarios.contains(name) && !["", "hello"].contains(&name);
        let places: BTreeSet<_> = self.steps.keys().chain(now.keys()).collect();
        for place in places {
            if is_missing(&place.0) {
                missing.insert(place.0.clone());
                continue;
            }
            let (before, after) = (
                self.steps.get(place).unwrap_or(&none),
                now.get(place).unwrap_or(&none),
            );
            if before == after || (place.0.is_empty() && OF_THE_KEY.contains(&place.1.as_str())) {
                continue;
            }
            let same = |reference: &&Reference| {
                now.contains_key(place) && reference.steps.get(place) == Some(after)
            };
            changes.push(Change {
                place: place.clone(),
                lines: differing_lines(before, after),
                known: all.iter().find(same).map(|reference| reference.key.name()),
            });
        }
        Changes {
            from: self.key.name(),
            changes,
            missing,
        }
    }
}

/// Returns the removed and the added lines, also of lines that occur more than once.
pub fn differing_lines(before: &[String], after: &[String]) -> Vec<String> {
    let without = |lines: &[String], others: &[String]| {
        let mut others = others.to_vec();
        let mut left = lines.to_vec();
        left.retain(|line| match others.iter().position(|other| other == line) {
            Some(at) => {
                others.swap_remove(at);
                false
            }
            None => true,
        });
        left
    };
    let (gone, new) = (without(before, after), without(after, before));
    if gone.is_empty() && new.is_empty() {
        return vec!["the same lines, in a different order".into()];
    }
    let gone = gone.iter().map(|line| format!("- {line}"));
    gone.chain(new.iter().map(|line| format!("+ {line}")))
        .collect()
}

/// The names of the lines at the top that make up the key.
const OF_THE_KEY: [&str; 3] = ["library", "package", "behaviour"];

/// Returns the lines of each step; those above the first scenario count as steps of their own, and so do hellos.
fn steps<'a>(lines: impl Iterator<Item = &'a str>) -> Steps {
    let mut steps = Steps::new();
    let (mut scenario, mut number) = (String::new(), String::new());
    for line in lines.filter(|line| !line.is_empty()) {
        if let Some(name) = line.strip_prefix("scenario ") {
            scenario = name.to_owned();
            continue;
        }
        if let Some(digest) = line.strip_prefix("hello ") {
            (scenario, number) = ("hello".to_owned(), digest.to_owned());
            continue;
        }
        if !line.starts_with(' ') {
            number = line.split(' ').next().unwrap_or_default().to_owned();
        }
        steps
            .entry((scenario.clone(), number.clone()))
            .or_default()
            .push(line.to_owned());
    }
    steps
}

impl Changes {
    /// Returns those that no baseline has.
    pub fn unknown(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| change.known.is_none())
    }
}

impl Display for Changes {
    /// Writes the numbers of changes that other baselines have and that none has, and of the scenarios that this one lacks.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (all, new) = (self.changes.len(), self.unknown().count());
        write!(
            f,
            "{all} steps differ from {}, {} of them as in another baseline, {new} as in none",
            self.from,
            all - new
        )?;
        match self.missing.first() {
            None => Ok(()),
            Some(first) => write!(
                f,
                "; it lacks {} scenarios, such as {first}: add them by --write-baseline",
                self.missing.len()
            ),
        }
    }
}

impl Display for Change {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.place.0, self.place.1)?;
        if let Some(known) = &self.known {
            write!(f, " (as in {known})")?;
        }
        self.lines
            .iter()
            .try_for_each(|line| write!(f, "\n    {line}"))
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::baseline::tests::baseline;

    fn folder(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("gnutls-conformance-{name}-{}", std::process::id()))
    }

    #[test]
    fn a_run_is_compared_with_the_baseline_of_its_key() {
        let folder = folder("baseline");
        let first = baseline(32);
        assert_eq!(
            check(&first, &folder, &BTreeSet::new()).unwrap(),
            Verdict::New(None)
        );
        let path = first.write(&folder).unwrap();
        assert!(path.ends_with("3.7.9-2-01234567.txt"), "{}", path.display());
        assert_eq!(
            check(&first, &folder, &BTreeSet::new()).unwrap(),
            Verdict::Same
        );
        let Verdict::Different(changes) = check(&baseline(16), &folder, &BTreeSet::new()).unwrap()
        else {
            panic!("a change was missed")
        };
        assert_eq!(
            changes.changes[0].to_string(),
            "a 2\n    -   1c id2.size=32\n    +   1c id2.size=16"
        );
        assert_eq!((changes.changes.len(), changes.unknown().count()), (1, 1));
        // A scenario that this run could not execute shows nothing.
        let left_out = BTreeSet::from(["a".to_owned()]);
        assert_eq!(
            check(&baseline(16), &folder, &left_out).unwrap(),
            Verdict::Same
        );
        // The same once it is stored with others.
        let files = BTreeMap::from([("a".to_owned(), "file".to_owned())]);
        baselines::write(&folder, &first.text(), &files).unwrap();
        assert!(!path.exists());
        let again = |run| check(&run, &folder, &BTreeSet::new()).unwrap();
        assert_eq!(again(first), Verdict::Same);
        assert_eq!(again(baseline(16)), Verdict::Different(changes));
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_new_key_is_compared_with_the_nearest_and_known_changes_are_marked() {
        let folder = folder("nearest");
        let of = |library: &str, size| {
            let mut baseline = baseline(size);
            baseline.key.library = library.into();
            baseline.key.package = None;
            baseline
        };
        for (library, size) in [("3.6.16", 16), ("3.7.9", 32), ("3.8.13", 16)] {
            let files = BTreeMap::from([("a".to_owned(), "file".to_owned())]);
            baselines::write(&folder, &of(library, size).text(), &files).unwrap();
        }
        let new = |size| match check(&of("3.8.9", size), &folder, &BTreeSet::new()).unwrap() {
            Verdict::New(Some(changes)) => changes,
            other => panic!("{other:?}"),
        };
        let known = new(16);
        assert_eq!(known.from, "3.7.9-01234567");
        assert_eq!(known.changes[0].known.as_deref(), Some("3.6.16-01234567"));
        assert_eq!((known.changes.len(), known.unknown().count()), (1, 0));
        assert_eq!(new(8).unknown().count(), 1);
        assert!(new(32).changes.is_empty());
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn scenarios_that_a_baseline_lacks_are_no_changes_of_the_library() {
        let folder = folder("missing");
        let first = baseline(32);
        first.write(&folder).unwrap();
        let mut more = baseline(32);
        let mut other = more.transcripts[0].clone();
        other.scenario = "b".into();
        more.transcripts.push(other);
        let Verdict::Different(changes) = check(&more, &folder, &BTreeSet::new()).unwrap() else {
            panic!("a scenario that is not in the baseline was missed")
        };
        assert_eq!(changes.changes, []);
        let text = changes.to_string();
        assert!(
            text.contains("it lacks 1 scenarios, such as b: add them"),
            "{text}"
        );
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn another_environment_or_format_is_a_change() {
        let folder = folder("environment");
        let first = baseline(32);
        let path = first.write(&folder).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        for (from, to) in [("format 2", "format 1"), ("LC_ALL=C", "LC_ALL=de_DE")] {
            std::fs::write(&path, text.replace(from, to)).unwrap();
            let verdict = check(&first, &folder, &BTreeSet::new()).unwrap();
            let Verdict::Different(changes) = verdict else {
                panic!("{verdict:?}")
            };
            assert!(changes.changes[0].lines[0].contains(to), "{changes:?}");
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn how_often_a_line_is_there_and_where_counts() {
        let text = |lines: &[&str]| format!("scenario a\n2 send done\n{}\n", lines.join("\n"));
        let reference = |lines: &[&str]| Reference {
            key: baseline(0).key,
            steps: steps(text(lines).lines()),
        };
        let changes = |before: &[&str], after: &[&str]| {
            let changes = reference(before).changes(&steps(text(after).lines()), &[]);
            let changes = changes.changes.into_iter();
            changes.flat_map(|change| change.lines).collect::<Vec<_>>()
        };
        let (one, two) = ("  1c > alert 2", "  1c > data 5");
        assert_eq!(changes(&[one, two], &[one, two]), Vec::<String>::new());
        assert_eq!(changes(&[one, two], &[one, one, two]), [format!("+ {one}")]);
        assert_eq!(changes(&[one, one], &[one]), [format!("- {one}")]);
        assert_eq!(
            changes(&[one, two], &[two, one]),
            ["the same lines, in a different order"]
        );
    }
}
