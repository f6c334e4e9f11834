//! Scenarios by libraries, compiled from the baselines and the results of runs.

use std::collections::{BTreeMap, BTreeSet};

use gnutls_conformance::changes::baseline::{Baseline, Step};
use gnutls_conformance::changes::{self, Change};
use gnutls_conformance::compare::Difference;
use gnutls_conformance::generate;
use gnutls_conformance::report::Report;
use gnutls_conformance::scenario::{self, Scenario};
use gnutls_releases::Version;
use serde::Serialize;

use crate::origin::Origin;
use crate::results::{Abi, Results};

/// The versions that `cargo xtask matrix` runs on.
const VERSIONS: &str = include_str!("../../../ci/matrix.toml");

/// The whole content of the report.
pub struct Matrix {
    pub origin: Origin,
    /// True for two builds, on which only the C driver ran.
    pub builds: bool,
    pub libraries: Vec<Library>,
    pub scenarios: Vec<Row>,
    pub changes: Vec<Changes>,
}

/// A column.
#[derive(Serialize)]
pub struct Library {
    #[serde(skip)]
    pub version: String,
    /// The name that distinguishes it from the others.
    pub title: String,
    pub package: Option<String>,
    pub behaviour: String,
    pub environment: Option<String>,
    /// The last line of its run, if there is one.
    pub summary: Option<String>,
    /// Problems other than differences.
    pub problems: Vec<String>,
    /// All checks of the bindings against headers of this version.
    pub abi: Vec<Abi>,
    /// The duration of its runs.
    #[serde(skip)]
    pub seconds: f64,
    /// The entry of the matrix that runs the scenarios on it, if any.
    pub matrix: Option<String>,
}

/// The changes from the column before.
#[derive(Serialize)]
pub struct Changes {
    pub versions: String,
    /// The column.
    pub to: usize,
    pub changes: Vec<Change>,
}

/// A row.
pub struct Row {
    pub name: String,
    /// The scenario.
    pub lines: Vec<String>,
    /// One cell for each library.
    pub cells: Vec<Cell>,
}

/// One scenario on one library.
pub struct Cell {
    pub state: State,
    /// The steps with the facts of C; those of Rust are the same except for the differences.
    pub steps: Vec<String>,
    pub differences: Vec<Difference>,
}

/// The state of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// A run has compared C and Rust and found no difference.
    Same,
    /// A run has found differences.
    Different,
    /// The library cannot run it.
    NotSupported,
    /// The facts of C are known, but no run has compared them.
    NotCompared,
    /// Nothing is known.
    Unknown,
}

impl Matrix {
    /// Compiles the baselines and results.
    pub fn new(written: &[Scenario], baseline: &[Baseline], results: Results) -> Self {
        Self::compile(written, baseline, results, false)
    }

    fn compile(
        written: &[Scenario],
        baseline: &[Baseline],
        results: Results,
        builds: bool,
    ) -> Self {
        let mut columns: Vec<Column<'_>> = baseline
            .iter()
            .map(|baseline| Column {
                baseline: Some(baseline),
                runs: Vec::new(),
                abi: Vec::new(),
            })
            .collect();
        for run in &results.conformance {
            match columns.iter_mut().find(|column| column.is_of(run)) {
                Some(column) => column.runs.push(run),
                None => columns.push(Column {
                    baseline: None,
                    runs: vec![run],
                    abi: Vec::new(),
                }),
            }
        }
        for abi in &results.abi {
            // It names the unmodified version, which may be that of several libraries.
            let mut is_known = false;
            for column in &mut columns {
                if column.version() == abi.release {
                    column.abi.push(abi);
                    is_known = true;
                }
            }
            if !is_known {
                columns.push(Column {
                    baseline: None,
                    runs: Vec::new(),
                    abi: vec![abi],
                });
            }
        }
        // The older of two builds may be the newer version.
        if !builds {
            columns
                .sort_by_key(|column| (column.version().parse::<Version>().ok(), column.title()));
        }

        let mut rows: BTreeMap<String, Row> = BTreeMap::new();
        let mut add = |name: &str, lines: &dyn Fn() -> Vec<String>| {
            rows.entry(name.to_owned()).or_insert_with(|| Row {
                name: name.to_owned(),
                lines: lines(),
                cells: columns.iter().map(|column| column.cell(name)).collect(),
            });
        };
        for scenario in written {
            add(&scenario.name, &|| scenario.lines.clone());
        }
        for run in &results.conformance {
            for finding in &run.findings {
                add(&finding.scenario, &|| finding.lines.clone());
            }
            for number in 0..run.range() {
                add(&format!("generated-{}-{number}", run.seed), &|| {
                    generate::scenario(run.seed, number).lines
                });
            }
        }
        // Written ones come first, and numbers are compared as numbers.
        let mut scenarios: Vec<Row> = rows.into_values().collect();
        scenarios.sort_by_cached_key(|row| generated(&row.name));
        let at = |baseline: &Baseline| {
            columns
                .iter()
                .position(|column| {
                    column
                        .baseline
                        .is_some_and(|other| std::ptr::eq(other, baseline))
                })
                .unwrap_or_default()
        };
        Self {
            origin: Origin::here(),
            builds,
            changes: baseline
                .windows(2)
                .map(|pair| Changes {
                    versions: format!("{} -> {}", pair[0].title, pair[1].title),
                    to: at(&pair[1]),
                    changes: changes::between(&pair[0], &pair[1]),
                })
                .collect(),
            libraries: columns.iter().map(Column::library).collect(),
            scenarios,
        }
    }

    /// Compiles the recordings of two builds.
    pub fn of_builds(written: &[Scenario], old: &Baseline, new: &Baseline) -> Self {
        let is_run = |scenario: &&Scenario| {
            [old, new]
                .iter()
                .any(|build| build.scenarios.contains_key(&scenario.name))
        };
        let run: Vec<Scenario> = written.iter().filter(is_run).cloned().collect();
        Self::compile(&run, &[old.clone(), new.clone()], Results::default(), true)
    }

    /// Returns the number of scenarios that a run has compared on some library.
    pub fn compared(&self) -> usize {
        let is_compared = |cell: &Cell| matches!(cell.state, State::Same | State::Different);
        let rows = self.scenarios.iter();
        rows.filter(|row| row.cells.iter().any(is_compared)).count()
    }

    /// Returns the number of cells in this state.
    pub fn count(&self, state: State) -> usize {
        self.scenarios
            .iter()
            .flat_map(|row| &row.cells)
            .filter(|cell| cell.state == state)
            .count()
    }
}

/// Returns the seed and the number of a generated scenario.
fn generated(name: &str) -> Option<(u64, u64)> {
    let (seed, number) = name.strip_prefix("generated-")?.split_once('-')?;
    Some((seed.parse().ok()?, number.parse().ok()?))
}

/// A library: its baseline, and the runs on it. There may be several, with drivers that were built in other places.
struct Column<'a> {
    baseline: Option<&'a Baseline>,
    runs: Vec<&'a Report>,
    /// Checks of its headers.
    abi: Vec<&'a Abi>,
}

impl Column<'_> {
    fn is_of(&self, run: &Report) -> bool {
        let baseline = self
            .baseline
            .map(|baseline| (&baseline.library, &baseline.behaviour, &baseline.package));
        let first = self.runs.first().map(|run| &run.key);
        let of_first = first.map(|key| (&key.library, &key.behaviour, &key.package));
        baseline.or(of_first) == Some((&run.key.library, &run.key.behaviour, &run.key.package))
    }

    fn version(&self) -> &str {
        let run = self.runs.first().map(|run| &run.key.library);
        let abi = self.abi.first().map(|abi| &abi.release);
        let version = self
            .baseline
            .map(|baseline| &baseline.library)
            .or(run)
            .or(abi);
        version.map_or("", String::as_str)
    }

    fn title(&self) -> String {
        self.baseline.map_or_else(
            || self.version().to_owned(),
            |baseline| baseline.title.clone(),
        )
    }

    fn library(&self) -> Library {
        let key = self.runs.first().map(|run| &run.key);
        let package = || key.and_then(|key| key.package.clone());
        let behaviour = || key.map(|key| key.behaviour.clone()).unwrap_or_default();
        let summaries: BTreeSet<String> = self.runs.iter().map(|run| run.summary()).collect();
        let problems = self.runs.iter().flat_map(|run| run.problems.clone());
        let abi = self.abi.iter().filter_map(|abi| abi.problem());
        let problems: BTreeSet<String> = problems.chain(abi).collect();
        Library {
            version: self.version().to_owned(),
            title: self.title(),
            environment: self.environment(),
            matrix: VERSIONS
                .contains(&format!("gnutls = \"{}\"", self.version()))
                .then(|| {
                    format!(
                        "cargo xtask matrix --only {} --step conformance",
                        self.version()
                    )
                }),
            package: self
                .baseline
                .map_or_else(package, |baseline| baseline.package.clone()),
            behaviour: self
                .baseline
                .map_or_else(behaviour, |baseline| baseline.behaviour.clone()),
            summary: (!summaries.is_empty())
                .then(|| summaries.into_iter().collect::<Vec<_>>().join("\n")),
            problems: problems.into_iter().collect(),
            abi: self.abi.iter().map(|&abi| abi.clone()).collect(),
            seconds: self.runs.iter().map(|run| run.seconds).sum(),
        }
    }

    fn environment(&self) -> Option<String> {
        let baseline = self
            .baseline
            .and_then(|baseline| baseline.environment.clone());
        baseline.or_else(|| {
            let variables = &self.runs.first()?.environment;
            let words = variables
                .iter()
                .map(|(name, value)| format!("{name}={value}"));
            Some(words.collect::<Vec<_>>().join(" "))
        })
    }

    fn cell(&self, scenario: &str) -> Cell {
        let steps = self
            .baseline
            .and_then(|baseline| baseline.scenarios.get(scenario));
        let findings = self.runs.iter().flat_map(|run| &run.findings);
        let mut differences: Vec<Difference> = Vec::new();
        for finding in findings.filter(|finding| finding.scenario == scenario) {
            for difference in &finding.differences {
                if !differences.contains(difference) {
                    differences.push(difference.clone());
                }
            }
        }
        let needs = |run: &&Report| {
            run.not_supported
                .iter()
                .any(|entry| entry.scenario == scenario)
        };
        let unsupported = |step: &Step| step.status.starts_with("unsupported");
        let not_supported =
            self.runs.iter().any(needs) || steps.is_some_and(|steps| steps.iter().any(unsupported));
        let compared = self.runs.iter().any(|run| has_run(run, scenario));
        let state = match steps {
            _ if !differences.is_empty() => State::Different,
            _ if not_supported => State::NotSupported,
            _ if compared => State::Same,
            Some(_) => State::NotCompared,
            None => State::Unknown,
        };
        Cell {
            state,
            steps: steps
                .into_iter()
                .flatten()
                .map(|step| step.text.clone())
                .collect(),
            differences,
        }
    }
}

/// Returns whether a run had this scenario, written or generated.
fn has_run(run: &Report, scenario: &str) -> bool {
    let wanted = run
        .pattern
        .as_deref()
        .is_none_or(|pattern| scenario::matches(pattern, scenario));
    wanted
        && match generated(scenario) {
            Some((seed, number)) => seed == run.seed && number < run.range(),
            None => true,
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::junit;
    use crate::page;
    use gnutls_conformance::baselines;
    use serde_json::json;
    use std::path::Path;

    #[test]
    fn two_builds_are_columns_in_their_order() {
        let build = |library: &str, size: u32| {
            let lines = format!(
                "gnutls-conformance baseline, format 2\nlibrary {library}\nbehaviour 00\n\nscenario a\n\
                 1 handshake done\n  1c id2.size={size} version=TLS1.3\n"
            );
            Baseline::parse(&baselines::lines(Path::new("recorded"), &lines)).unwrap()
        };
        let written = scenario::parse("scenario a\nadvance 1\n\nscenario b\nadvance 1\n").unwrap();
        let (old, new) = (build("3.8.2", 0), build("3.8.1", 32));
        let matrix = Matrix::of_builds(&written, &old, &new);
        let titles: Vec<&str> = matrix
            .libraries
            .iter()
            .map(|one| one.title.as_str())
            .collect();
        assert_eq!(titles, ["3.8.2", "3.8.1"]);
        let [changes] = &matrix.changes[..] else {
            panic!("one list")
        };
        assert_eq!((changes.to, changes.changes.len()), (1, 1));
        // Only the scenarios that ran.
        assert_eq!(matrix.scenarios.len(), 1);
        let page = page::text(&matrix).unwrap();
        assert!(page.contains("\"builds\":true"));
        let matrix = Matrix::new(&written, &[old, new], Results::default());
        assert_eq!(matrix.libraries[0].title, "3.8.1");
        assert!(page::text(&matrix).unwrap().contains("\"builds\":false"));
    }

    /// Returns a run of two generated scenarios, the second of which has a difference.
    fn run(pattern: Option<&str>) -> Results {
        let difference = json!({"scenario": "generated-1-1", "step": 4, "verb": "handshake", "side": "1s",
            "fact": "id2.size", "c": "32", "rust": "<0>"});
        let report = json!({
            "key": {"library": "3.7.9", "package": null, "behaviour": "00"}, "built": "3.7.9", "written": 1,
            "generated": 2, "seed": 1, "facts": 1, "steps": 1, "idle_steps": 0, "not_supported": [], "problems": [],
            "seconds": 1.0, "pattern": pattern,
            "findings": [{"scenario": "generated-1-1", "lines": ["scenario generated-1-1"], "differences": [difference]}],
        });
        Results {
            conformance: vec![serde_json::from_value(report).expect("a report")],
            abi: Vec::new(),
        }
    }

    fn written() -> Vec<Scenario> {
        let lines = ["one", "two"].map(|name| vec![format!("scenario {name}")]);
        lines
            .map(|lines| Scenario::from_lines(&lines).unwrap())
            .into()
    }

    fn states(matrix: &Matrix) -> Vec<(&str, State)> {
        let rows = matrix.scenarios.iter();
        rows.map(|row| (row.name.as_str(), row.cells[0].state))
            .collect()
    }

    #[test]
    fn only_what_was_run_counts_as_compared() {
        let matrix = Matrix::new(&written(), &[], run(None));
        let expected = [
            ("one", State::Same),
            ("two", State::Same),
            ("generated-1-0", State::Same),
            ("generated-1-1", State::Different),
        ];
        assert_eq!(states(&matrix), expected);
        assert_eq!(matrix.compared(), 4);
        let matrix = Matrix::new(&written(), &[], run(Some("one")));
        assert_eq!(matrix.compared(), 2);
        let expected = [
            ("one", State::Same),
            ("two", State::Unknown),
            ("generated-1-0", State::Unknown),
            ("generated-1-1", State::Different),
        ];
        assert_eq!(states(&matrix), expected);
    }

    #[test]
    fn what_one_of_two_runs_has_found_is_not_hidden_by_the_other() {
        for clean_last in [false, true] {
            let (mut bad, mut clean) = (run(None), run(None));
            clean.conformance[0].findings.clear();
            bad.conformance.extend(clean.conformance);
            if !clean_last {
                bad.conformance.reverse();
            }
            let matrix = Matrix::new(&written(), &[], bad);
            assert_eq!(matrix.libraries.len(), 1);
            assert_eq!(matrix.count(State::Different), 1);
        }
    }

    #[test]
    fn a_failure_in_junit_has_both_values() {
        let text = junit::text(&Matrix::new(&written(), &[], run(None))).unwrap();
        let counts = "tests=\"4\" skipped=\"0\" errors=\"0\" failures=\"1\"";
        assert!(text.contains(counts), "{text}");
        let kind = "message=\"1 difference\" type=\"difference\"";
        assert!(text.contains(kind), "{text}");
        assert!(
            text.contains("step 4 (handshake), 1s id2.size: C 32, Rust &lt;0&gt;"),
            "{text}"
        );
    }

    #[test]
    fn junit_has_what_the_stricter_schemas_require() {
        // The time of a library without a run is an empty sum, which is -0.
        let mut results = run(None);
        results.conformance[0].seconds = -0.0;
        let text = junit::text(&Matrix::new(&written(), &[], results)).unwrap();
        assert!(text.contains("<testsuites>\n"), "{text}");
        let (_, suite) = text.split_once("<testsuite name=").unwrap();
        let (suite, rest) = suite.split_once('>').unwrap();
        for part in ["id=\"0\"", "package=\"conformance\"", " time=\"0.000\""] {
            assert!(suite.contains(part), "{suite}");
        }
        let matrix = Matrix::new(&written(), &[], run(None));
        let host = format!("hostname=\"{}\"", matrix.origin.host);
        assert!(suite.contains(&host), "{suite}");
        for property in ["commit", "machine"] {
            let property = format!("<property name=\"{property}\" value=");
            assert!(rest.contains(&property), "{rest}");
        }
        let (_, timestamp) = suite.split_once("timestamp=\"").unwrap();
        let (timestamp, _) = timestamp.split_once('"').unwrap();
        let digits = timestamp.replace(|c: char| c.is_ascii_digit(), "0");
        assert_eq!(digits, "0000-00-00T00:00:00");
        assert!(rest.contains("<system-out></system-out>"), "{rest}");
        assert!(rest.contains("<system-err></system-err>"), "{rest}");
    }

    #[test]
    fn every_abi_check_of_a_version_counts() {
        let abi = |release: &str, differences: usize| {
            let difference =
                json!({"name": "gnutls_f", "kind": "signature", "c": "int", "rust": "c_uint"});
            serde_json::from_value::<Abi>(
                json!({"check": "abi", "release": release, "functions": 1, "constants": 1,
                "structs": 1, "differences": vec![difference; differences]}),
            )
            .unwrap()
        };
        let mut results = run(None);
        results.conformance[0].findings.clear();
        results.abi = vec![abi("3.7.9", 0), abi("3.7.9", 1), abi("3.8.9", 5)];
        let matrix = Matrix::new(&written(), &[], results);
        let [known, other] = &matrix.libraries[..] else {
            panic!("a check of a version without a run gets a column")
        };
        assert_eq!((known.abi.len(), other.version.as_str()), (2, "3.8.9"));
        assert_eq!(
            known.problems,
            ["ABI: 1 difference: gnutls_f (signature): C int, Rust c_uint"]
        );
        assert!(other.problems[0].starts_with("ABI: 5 differences, the first: gnutls_f"));
        let text = junit::text(&matrix).unwrap();
        assert!(text.contains("ABI: 1 difference: gnutls_f"), "{text}");
        assert!(text.contains("ABI: 5 differences"), "{text}");
    }
}
