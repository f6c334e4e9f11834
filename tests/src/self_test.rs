//! Deliberate faults: a comparison that cannot fail shows nothing.

use anyhow::{Result, ensure};

use crate::compare::Difference;
use crate::scenario::Scenario;
use crate::suite::Suite;

/// A fault of the Rust driver.
struct Fault {
    name: &'static str,
    /// True if it is about objects, so that only their scenarios can reveal it.
    objects: bool,
    /// The beginnings of the names of the facts that reveal it.
    facts: &'static [&'static str],
}

const FAULTS: [Fault; 9] = [
    Fault {
        name: "wrong-id",
        objects: false,
        facts: &["id2.", "id."],
    },
    Fault {
        name: "swapped-side",
        objects: false,
        facts: &["id2.", "sni", "peer"],
    },
    Fault {
        name: "lost-byte",
        objects: false,
        facts: &["wire."],
    },
    Fault {
        name: "constant-id",
        objects: false,
        facts: &["id2.", "id."],
    },
    Fault {
        name: "omitted-default",
        objects: false,
        facts: &["call.", "verified"],
    },
    Fault {
        name: "wrong-byte",
        objects: true,
        facts: &["hash.digest", "certificate.serial"],
    },
    Fault {
        name: "omitted-purpose",
        objects: true,
        facts: &["verification.status."],
    },
    Fault {
        name: "kept-datagram",
        objects: false,
        facts: &["call.", "wire."],
    },
    Fault {
        name: "any-cookie",
        objects: false,
        facts: &["call."],
    },
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
    let (of_objects, of_sessions): (Vec<_>, Vec<_>) = scenarios
        .iter()
        .cloned()
        .partition(Scenario::is_about_objects);
    let mut results = Vec::new();
    for fault in FAULTS {
        suite.rust.command = honest.clone();
        suite
            .rust
            .command
            .extend(["--fault".into(), fault.name.into()]);
        let scenarios = match fault.objects {
            true => &of_objects,
            false => &of_sessions,
        };
        let comparisons = suite.run(scenarios, false, |_| {})?;
        let differences: Vec<Difference> = comparisons
            .into_iter()
            .flat_map(|comparison| comparison.differences)
            .collect();
        let gives_away = |difference: &&Difference| {
            let mut facts = fault.facts.iter();
            facts.any(|fact| difference.fact.starts_with(fact))
        };
        results.push(Caught {
            fault: fault.name,
            differences: differences.len(),
            proof: differences.iter().find(gives_away).cloned(),
        });
    }
    suite.rust.command = honest;
    Ok(results)
}
