//! Runs scenarios through both drivers, in batches on several threads, and compares.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result};

use crate::compare::{Comparison, Difference, compare};
use crate::driver::Driver;
use crate::outcome::Outcomes;
use crate::scenario::Scenario;
use crate::shrink::shrink;

/// The number of scenarios of one process.
const BATCH: usize = 25;
/// The greatest number of runs that shrink one scenario.
const SHRINK_RUNS: u32 = 400;

/// Runs batches of scenarios on several threads. The results are in the order of the scenarios. Calls `done` with the
/// number of scenarios of each batch.
pub fn in_batches<T: Send>(
    scenarios: &[Scenario],
    jobs: usize,
    run: impl Fn(&[Scenario]) -> Result<Vec<T>> + Sync,
    done: impl Fn(usize) + Sync,
) -> Result<Vec<T>> {
    let batches: Vec<&[Scenario]> = scenarios.chunks(BATCH).collect();
    let next = AtomicUsize::new(0);
    let results = Mutex::new(BTreeMap::new());
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(batch) = batches.get(at) else { return };
            let result = run(batch);
            done(batch.len());
            results
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(at, result);
        }
    };
    thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            scope.spawn(work);
        }
    });
    let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut all = Vec::with_capacity(scenarios.len());
    for result in results.into_values() {
        all.extend(result?);
    }
    Ok(all)
}

/// The two drivers, and the table between them.
pub struct Suite {
    pub c: Driver,
    pub rust: Driver,
    pub outcomes: Outcomes,
    /// The number of batches that run at the same time.
    pub jobs: usize,
}

impl Suite {
    /// Runs and compares all scenarios, as [`in_batches`] does. The steps of a comparison take memory, so they are kept
    /// only on request.
    pub fn run(
        &self,
        scenarios: &[Scenario],
        keep_steps: bool,
        done: impl Fn(usize) + Sync,
    ) -> Result<Vec<Comparison>> {
        let run = |batch: &[Scenario]| self.run_batch(batch, keep_steps);
        in_batches(scenarios, self.jobs, run, done)
    }

    fn run_batch(&self, batch: &[Scenario], keep_steps: bool) -> Result<Vec<Comparison>> {
        let c = self.c.run(batch).context("the C driver")?;
        let rust = self.rust.run(batch).context("the Rust driver")?;
        let runs = batch.iter().zip(c.iter().zip(&rust));
        Ok(runs
            .map(|(scenario, (c, rust))| {
                let mut comparison = compare(&scenario.name, c, rust, &self.outcomes);
                if !keep_steps {
                    comparison.steps = Vec::new();
                }
                comparison
            })
            .collect())
    }

    /// Returns the smallest scenario found that still shows a difference of this kind.
    pub fn shrink(&self, scenario: &Scenario, difference: &Difference) -> Vec<String> {
        let kind = difference.kind();
        let mut runs = 0;
        shrink(&scenario.lines, |lines| {
            runs += 1;
            let Ok(candidate) = Scenario::from_lines(lines) else {
                return false;
            };
            let result = (runs <= SHRINK_RUNS).then(|| self.run_batch(&[candidate], false));
            let comparisons = result.and_then(Result::ok).unwrap_or_default();
            let mut differences = comparisons
                .iter()
                .flat_map(|comparison| &comparison.differences);
            differences.any(|difference| difference.kind() == kind)
        })
    }
}
