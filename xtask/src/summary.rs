//! Numbers of tests, taken from the summary lines of cargo's test runner.

use std::fmt;
use std::ops::AddAssign;

/// The numbers of tests that passed, failed, were ignored, and were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) ignored: u64,
    pub(crate) skipped: u64,
    /// Skipped tests that the runner is going to count as passed.
    unsettled: u64,
}

/// The start of every line about a skipped test, which `testing/src/skip.rs` writes for the published crates.
const MARK: &str = "skipped test ";

/// Prints the line about a skipped test of this program, which the test runner does not capture.
#[cfg(all(test, target_os = "linux", feature = "matrix"))]
pub(crate) fn print_skipped(test: &str, reason: &str) {
    use std::io::Write;

    // A single write, so that lines of other threads are not interleaved.
    let _ = std::io::stdout().write_all(format!("{MARK}{test}: {reason}\n").as_bytes());
}

/// Returns the reason in a line such as `skipped test NAME: REASON`, which may follow what the test runner printed of
/// another test.
pub(crate) fn skipped(line: &str) -> Option<&str> {
    let (_, skipped) = line.split_once(MARK)?;
    let (_name, reason) = skipped.split_once(": ")?;
    Some(reason)
}

impl Counts {
    /// Returns the sum of all lines such as `test result: ok. 3 passed; 0 failed; 1 ignored; ...` in this output.
    pub(crate) fn of(output: &str) -> Self {
        let mut counts = Counts::default();
        output.lines().for_each(|line| counts.read(line));
        counts
    }

    /// Adds the numbers of a line such as `test result: ok. 3 passed; 0 failed; 1 ignored; ...`, and skipped tests.
    /// Other lines are ignored.
    fn read(&mut self, line: &str) {
        if skipped(line).is_some() {
            self.skipped += 1;
            self.unsettled += 1;
            return;
        }
        let Some((_, numbers)) = line
            .strip_prefix("test result: ")
            .and_then(|rest| rest.split_once(". "))
        else {
            return;
        };
        for part in numbers.split("; ") {
            match part
                .split_once(' ')
                .and_then(|(number, word)| Some((number.parse::<u64>().ok()?, word)))
            {
                Some((number, "passed")) => {
                    self.passed += number.saturating_sub(std::mem::take(&mut self.unsettled));
                }
                Some((number, "failed")) => self.failed += number,
                Some((number, "ignored")) => self.ignored += number,
                _ => {}
            }
        }
    }

    /// Adds one test.
    pub(crate) fn add(&mut self, passed: bool) {
        match passed {
            true => self.passed += 1,
            false => self.failed += 1,
        }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Counts::default() {
            return Ok(());
        }
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.ignored > 0 {
            write!(f, ", {} ignored", self.ignored)?;
        }
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_found_within_a_line() {
        let line = "test a ... skipped test m::b: curl: not installed";
        assert_eq!(skipped(line), Some("curl: not installed"));
        assert_eq!(skipped("test a_skipped_test ... ok"), None);
    }

    #[test]
    fn the_mark_is_that_of_the_published_crates() {
        let file = crate::project::root().join("testing/src/skip.rs");
        let text = fs_err::read_to_string(file).unwrap();
        assert!(text.contains(&format!("const MARK: &str = {MARK:?};")));
    }

    #[test]
    fn summary_lines_add_up() {
        let output = [
            "running 3 tests",
            "skipped test module::one: curl is not installed",
            "test module::two ... skipped test module::three: needs GnuTLS 3.6.13 for PSK, but 3.6.0 is running",
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 5 filtered out; finished in 0.10s",
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.02s",
            "test the::test result: ok. 9 passed ... ok",
            "9 passed; 9 failed",
        ];
        let counts = Counts::of(&output.join("\n"));
        assert_eq!(
            counts,
            Counts {
                passed: 13,
                failed: 2,
                ignored: 1,
                skipped: 2,
                unsettled: 0,
            }
        );
        assert_eq!(
            counts.to_string(),
            "13 passed, 2 failed, 1 ignored, 2 skipped"
        );
        assert_eq!(Counts::default().to_string(), "");
    }
}
