//! The checks of a run: a line for each, and their number.

use std::fmt;
use std::process::ExitCode;

use crate::matrix::progress::Progress;
use crate::process::processor_time;
use crate::terminal::duration;

/// The checks of a package format in a release.
pub(super) struct Checks {
    progress: Progress,
    title: String,
    passed: usize,
    failed: usize,
}

impl Default for Checks {
    fn default() -> Self {
        Checks::new("")
    }
}

impl Checks {
    pub(super) fn new(title: &str) -> Self {
        Checks {
            progress: Progress::new(),
            title: title.to_owned(),
            passed: 0,
            failed: 0,
        }
    }

    /// Performs a check, and prints its progress and its result. Returns its value unless it failed.
    pub(super) fn check<T>(
        &mut self,
        name: &str,
        work: impl FnOnce(&dyn Fn(&str)) -> anyhow::Result<(String, T)>,
    ) -> Option<T> {
        let bar = self.progress.start(&self.title, name);
        let before = processor_time();
        match work(&|line| bar.say(line)) {
            Ok((text, value)) => {
                let time = duration(processor_time() - before);
                bar.done(&format!("{text} (processor time {time})"));
                self.passed += 1;
                Some(value)
            }
            Err(error) => {
                bar.failed(&format!("{error:#}"));
                self.failed += 1;
                None
            }
        }
    }

    pub(super) fn add(&mut self, other: &Checks) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// Returns success if there was a check and none failed.
    pub(super) fn exit_code(&self) -> ExitCode {
        match (self.passed, self.failed) {
            (1.., 0) => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        }
    }
}

impl fmt::Display for Checks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} checks passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_check_and_a_run_without_one_are_failures() {
        let code = |checks: &Checks| format!("{:?}", checks.exit_code());
        let (success, failure) = (
            format!("{:?}", ExitCode::SUCCESS),
            format!("{:?}", ExitCode::FAILURE),
        );
        let mut checks = Checks::new("Debian 13");
        assert_eq!(code(&checks), failure);
        assert_eq!(checks.check("one", |_| Ok(("well".into(), 1))), Some(1));
        assert_eq!(code(&checks), success);
        assert_eq!(
            checks.check("two", |_| -> anyhow::Result<(String, ())> {
                anyhow::bail!("no")
            }),
            None
        );
        assert_eq!(code(&checks), failure);
        let mut all = Checks::default();
        all.add(&checks);
        assert_eq!(all.to_string(), "1 checks passed, 1 failed");
    }
}
