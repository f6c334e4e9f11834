//! Deliberate faults: a comparison that cannot fail shows nothing.

use anyhow::{Result, ensure};

use crate::compare::Difference;
use crate::scenario::Scenario;
use crate::suite::Suite;

/// The name of a fault of the Rust driver, and a part of the name of the fact that must reveal it.
const FAULTS: [(&str, &[&str]); 5] = [
    ("wrong-id", &["id2.", "id."]),
    ("swapped-side", &["id2.", "sni", "peer"]),
    ("lost-byte", &["wire."]),
    ("constant-id", &["id2.", "id."]),
    ("omitted-default", &["call.", "verified"]),
];

/// The result of one fault.
pub struct Caught {
    pub fault: &'static str,
    /// The number of differences that it caused.
    pub differences: usize,
    /// A difference that reveals the fault.
    pub proof: Option<Difference>,
}

/// Runs the scenarios once with each fault.
pub fn run(suite: &mut Suite, scenarios: &[Scenario]) -> Result<Vec<Caught>> {
    let honest = suite.rust.command.clone();
    let without = suite.run(scenarios, false, |_| {})?;
    let clean = without
        .iter()
        .all(|comparison| comparison.differences.is_empty());
    ensure!(
        clean,
        "there are differences without a fault; resolve them first"
    );
    let mut results = Vec::new();
    for (fault, facts) in FAULTS {
        suite.rust.command = honest.clone();
        suite.rust.command.extend(["--fault".into(), fault.into()]);
        let comparisons = suite.run(scenarios, false, |_| {})?;
        let differences: Vec<Difference> = comparisons
            .into_iter()
            .flat_map(|comparison| comparison.differences)
            .collect();
        let gives_away =
            |difference: &&Difference| facts.iter().any(|fact| difference.fact.starts_with(fact));
        results.push(Caught {
            fault,
            differences: differences.len(),
            proof: differences.iter().find(gives_away).cloned(),
        });
    }
    suite.rust.command = honest;
    Ok(results)
}
