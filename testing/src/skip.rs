//! Skipped tests, which are printed with their reasons.
//!
//! The test runner counts a skipped test as passed. Therefore a line of the form `skipped test NAME: REASON` is written
//! to standard output, bypassing the runner, which captures the output of `println!`. `cargo xtask test` counts these
//! lines and repeats the reasons in its summary.
//!
//! With `CI=true`, a test can be skipped only if the library lacks a feature. A program that is not installed is a
//! failure.

use std::env;
use std::io::{self, Write};

use crate::requirement::Missing;

/// The start of every line about a skipped test, which `xtask/src/summary.rs` reads.
const MARK: &str = "skipped test ";

/// Skips the rest of a test unless all requirements are met.
///
/// ```no_run
/// use gnutls_testing::requirement::{PSK, TLS1_3};
///
/// fn a_test() {
///     gnutls_testing::skip_unless!(PSK, TLS1_3);
///     // ...
/// }
/// ```
#[macro_export]
macro_rules! skip_unless {
    ($($requirement:expr),+ $(,)?) => {
        $(
            if let Some(missing) = $crate::requirement::Requirement::missing(&$requirement) {
                $crate::skip::record(&$crate::test_name!(), &missing);
                return;
            }
        )+
    };
}

/// Records that a test is skipped.
///
/// # Panics
///
/// Panics with `CI=true`, unless the requirement is missing in the library.
pub fn record(test: &str, missing: &Missing) {
    let ci = env::var_os("CI").is_some_and(|value| value == "true");
    print(&line(test, missing, ci));
}

fn line(test: &str, missing: &Missing, ci: bool) -> String {
    let Missing { reason, by_library } = missing;
    assert!(
        *by_library || !ci,
        "{test} cannot be skipped with CI=true, but {reason}: `cargo xtask test --install` installs it"
    );
    format!("{MARK}{test}: {reason}")
}

/// Prints the lines about skipped tests from the output of another process of this program.
pub(crate) fn forward(output: &str) {
    for line in output.lines() {
        if let Some(start) = line.find(MARK) {
            print(&line[start..]);
        }
    }
}

/// Prints a line that the test runner does not capture.
pub(crate) fn print(line: &str) {
    // A single write, so that lines of other threads are not interleaved.
    let _ = io::stdout().write_all(format!("{line}\n").as_bytes());
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    fn missing(by_library: bool) -> Missing {
        Missing {
            reason: "curl is not installed".into(),
            by_library,
        }
    }

    #[test]
    fn the_line_has_the_test_and_the_reason() {
        for (by_library, ci) in [(false, false), (true, false), (true, true)] {
            assert_eq!(
                line("module::a_test", &missing(by_library), ci),
                "skipped test module::a_test: curl is not installed"
            );
        }
    }

    #[test]
    #[should_panic(expected = "a_test cannot be skipped with CI=true, but curl is not installed")]
    fn a_program_that_is_missing_fails_with_ci() {
        line("a_test", &missing(false), true);
    }

    /// A test that returns early by itself would pass without a trace.
    #[test]
    fn tests_end_early_by_the_macro_only() {
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut files = Vec::new();
        for tests in ["gnutls/tests", "tokio-gnutls/tests"] {
            collect(&project.join(tests), &mut files);
        }
        assert!(files.len() > 40, "{files:?}");
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            let mut before = "";
            for (number, line) in text.lines().enumerate() {
                let alone = before.contains("if !is_alone(");
                let place = format!("{}:{}", file.display(), number + 1);
                assert!(
                    line.trim() != "return;" || alone,
                    "{place}: use skip_unless!"
                );
                before = line;
            }
        }
    }

    fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
}
