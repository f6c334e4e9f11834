//! The amount of work of a test under the emulator of another architecture, which takes about ten times as long as the
//! processor. Each kind of test runs there, with fewer generated cases and repetitions.

use crate::process::support::interval_of_cases;
use crate::skip;

/// Returns the generated cases that a test runs: all, or one in 13 under an emulator.
pub fn cases<I: IntoIterator>(all: I) -> impl Iterator<Item = I::Item> {
    all.into_iter().step_by(interval_of_cases())
}

/// Returns the number of repetitions of a test, such as connections: `all`, or the 13th part under an emulator, which is
/// printed.
pub fn repetitions(all: usize, name: &str) -> usize {
    let number = all.div_ceil(interval_of_cases());
    if number != all {
        skip::print(&format!("under emulation: {number} of {all} {name}"));
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::is_alone;

    #[test]
    fn all_cases_run_without_an_emulator() {
        assert!(cases(0..40).eq(0..40));
        assert_eq!(repetitions(1000, "connections"), 1000);
    }

    #[test]
    fn one_in_thirteen_cases_runs_under_an_emulator() {
        if is_alone(&crate::test_name!(), &[("GNUTLS_TESTING_RUNNER", "env")]) {
            assert!(cases(0..40).eq([0, 13, 26, 39]));
            assert_eq!(repetitions(1000, "connections"), 77);
        }
    }
}
