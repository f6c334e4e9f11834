//! The output of a part: the faults that it finds, its measurements, and the line with the number of its cases.

use std::fmt::Display;
use std::process::ExitCode;

use crate::Options;

/// The most faults that are printed.
const PRINTED: usize = 50;

/// The cases of a part, and the faults found so far.
pub(crate) struct Report {
    part: String,
    quick: bool,
    seed: u64,
    filter: Option<String>,
    passed: usize,
    failed: usize,
}

impl Report {
    pub(crate) fn new(part: String, options: &Options) -> Self {
        Self {
            part,
            quick: options.quick,
            seed: options.seed,
            filter: options.case.clone(),
            passed: 0,
            failed: 0,
        }
    }

    /// Returns whether the command line selects a case.
    pub(crate) fn selects(&self, case: &str) -> bool {
        self.filter
            .as_ref()
            .is_none_or(|text| case.contains(text.as_str()))
    }

    /// Runs a case if the command line selects it, and counts it.
    pub(crate) fn case(&mut self, case: &str, run: impl FnOnce() -> Result<(), String>) {
        if self.selects(case) {
            self.add(case, run());
        }
    }

    /// Counts a case with this result. A fault is printed with the command that reproduces it.
    pub(crate) fn add(&mut self, case: &str, result: Result<(), String>) {
        let Err(fault) = result else {
            self.passed += 1;
            return;
        };
        self.failed += 1;
        if self.failed > PRINTED {
            return;
        }
        let quick = if self.quick { " --quick" } else { "" };
        println!("FAULT {case}: {fault}");
        println!(
            "  reproduce with: cargo xtask gauntlet --only {}{quick} --seed {} --case '{case}'",
            self.part, self.seed
        );
    }

    /// Prints the last line, in the format of cargo's test runner.
    pub(crate) fn summary(&self) -> ExitCode {
        let word = if self.failed == 0 { "ok" } else { "FAILED" };
        println!(
            "test result: {word}. {} passed; {} failed; 0 ignored; 0 measured; 0 filtered out",
            self.passed, self.failed
        );
        ExitCode::from(u8::from(self.failed > 0))
    }
}

/// Prints a measurement, which becomes a remark in the table of the job.
pub(crate) fn result(text: impl Display) {
    println!("result: {text}");
}
