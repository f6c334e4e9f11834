//! Skipped tests: each is printed with its reason, and none goes unnoticed.
//!
//! The test runner counts a skipped test as passed. So a line of the form `skipped test NAME: REASON` is written to standard
//! output, past the runner, which captures what `println!` prints. `cargo xtask test` counts these lines and repeats the
//! reasons in its summary.
//!
//! With `CI=true` a test may be skipped only if the library lacks something. A program that is not installed is a failure.

use std::env;
use std::io::{self, Write};

use crate::requirement::Missing;

/// Begins each line about a skipped test. `xtask/src/summary.rs` reads it.
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
/// With `CI=true`, unless the library lacks what is missing.
pub fn record(test: &str, missing: &Missing) {
    let ci = env::var_os("CI").is_some_and(|value| value == "true");
    print(&line(test, missing, ci));
}

fn line(test: &str, missing: &Missing, ci: bool) -> String {
    let Missing { reason, by_library } = missing;
    assert!(
        *by_library || !ci,
        "{test} is not skipped with CI=true, but {reason}: `cargo xtask test --install` installs it"
    );
    format!("{MARK}{test}: {reason}")
}

/// Prints what another process of this program printed about skipped tests.
pub(crate) fn forward(output: &str) {
    for line in output.lines() {
        if let Some(start) = line.find(MARK) {
            print(&line[start..]);
        }
    }
}

/// Prints a line past the test runner.
fn print(line: &str) {
    // One write, so that no other thread comes between.
    let _ = io::stdout().write_all(format!("{line}\n").as_bytes());
}

#[cfg(test)]
mod tests {
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
    #[should_panic(expected = "a_test is not skipped with CI=true, but curl is not installed")]
    fn a_program_that_is_missing_fails_with_ci() {
        line("a_test", &missing(false), true);
    }
}
