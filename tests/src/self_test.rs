//! Deliberate faults: a comparison that cannot fail shows nothing.

use anyhow::{Result, ensure};

use crate::compare::Difference;
use crate::scenario::{Scenario, matches};
use crate::suite::Suite;

/// A fault of the Rust driver.
struct Fault {
    name: &'static str,
    /// The pattern of the names of the scenarios that can reveal it.
    scenarios: &'static str,
    /// The beginnings of the names of the facts that reveal it.
    facts: &'static [&'static str],
}

const FAULTS: [Fault; 10] = [
    Fault {
        name: "wrong-id",
        scenarios: "plain",
        facts: &["id2.", "id."],
    },
    Fault {
        name: "swapped-side",
        scenarios: "plain",
        facts: &["id2.", "sni", "peer"],
    },
    Fault {
        name: "lost-byte",
        scenarios: "plain",
        facts: &["wire."],
    },
    Fault {
        name: "constant-id",
        scenarios: "plain",
        facts: &["id2.", "id."],
    },
    Fault {
        name: "omitted-default",
        scenarios: "plain",
        facts: &["call.", "verified"],
    },
    Fault {
        name: "wrong-byte",
        scenarios: "hash-",
        facts: &["hash.digest", "certificate.serial"],
    },
    Fault {
        name: "omitted-purpose",
        scenarios: "chain-purpose",
        facts: &["verification.status."],
    },
    Fault {
        name: "kept-datagram",
        scenarios: "cookie-",
        facts: &["call.", "wire."],
    },
    Fault {
        name: "any-cookie",
        scenarios: "cookie-",
        facts: &["call."],
    },
    Fault {
        name: "kept-level",
        scenarios: "quic-level-",
        facts: &["call."],
    },
];

/// The result of one fault.
pub struct Tried {
    pub fault: &'static str,
    pub outcome: Outcome,
}

/// The outcome of one fault.
pub enum Outcome {
    /// The comparison reports the fault: one of the differences reveals it.
    Caught {
        proof: Box<Difference>,
        differences: usize,
    },
    /// None of the differences reveals the fault.
    NotCaught { differences: usize },
    /// The library supports none of the scenarios that can reveal the fault, the first of which has this requirement.
    NotSupported { needs: String },
}

/// Runs with each fault the scenarios that can reveal it.
pub fn run(suite: &mut Suite, scenarios: &[Scenario]) -> Result<Vec<Tried>> {
    let honest = suite.rust.command.clone();
    let of_fault = |fault: &Fault| -> Vec<Scenario> {
        let scenarios = scenarios.iter();
        let scenarios = scenarios.filter(|scenario| matches(fault.scenarios, &scenario.name));
        scenarios.cloned().collect()
    };
    let can_reveal = |scenario: &&Scenario| {
        let mut faults = FAULTS.iter();
        faults.any(|fault| matches(fault.scenarios, &scenario.name))
    };
    let all: Vec<_> = scenarios.iter().filter(can_reveal).cloned().collect();
    let without = suite.run(&all, false, |_| {})?;
    let clean = without
        .iter()
        .all(|comparison| comparison.differences.is_empty());
    ensure!(
        clean,
        "there are differences without a fault; resolve them first"
    );
    let mut results = Vec::new();
    for fault in FAULTS {
        suite.rust.command = honest.clone();
        suite
            .rust
            .command
            .extend(["--fault".into(), fault.name.into()]);
        let comparisons = suite.run(&of_fault(&fault), false, |_| {})?;
        // From the C driver, which has no fault.
        let needs: Option<Vec<String>> = comparisons
            .iter()
            .map(|comparison| comparison.needs.clone())
            .collect();
        let needs = needs.and_then(|needs| needs.into_iter().next());
        let differences: Vec<Difference> = comparisons
            .into_iter()
            .flat_map(|comparison| comparison.differences)
            .collect();
        let gives_away = |difference: &&Difference| {
            let mut facts = fault.facts.iter();
            facts.any(|fact| difference.fact.starts_with(fact))
        };
        let proof = differences.iter().find(gives_away).cloned();
        let differences = differences.len();
        let outcome = match (needs, proof.map(Box::new)) {
            (Some(needs), _) => Outcome::NotSupported { needs },
            (None, Some(proof)) => Outcome::Caught { proof, differences },
            (None, None) => Outcome::NotCaught { differences },
        };
        results.push(Tried {
            fault: fault.name,
            outcome,
        });
    }
    suite.rust.command = honest;
    Ok(results)
}
