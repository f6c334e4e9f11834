//! Random callers: seeded sequences of public calls on both sides, in any order, checked against a model, and tasks on
//! streams of `tokio-gnutls` whose futures are dropped.

mod model;
mod operation;
mod shrink;
mod tasks;

use anyhow::Result;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::Options;
use crate::callers::model::World;
use crate::callers::operation::{Profile, Sequence};
use crate::report::{Report, result};

/// The number of sequences of each profile.
const SEQUENCES: u64 = 4000;
const SEQUENCES_OF_QUICK_RUN: u64 = 100;

pub(crate) fn run(options: &Options, report: &mut Report) -> Result<()> {
    let count = if options.quick {
        SEQUENCES_OF_QUICK_RUN
    } else {
        SEQUENCES
    };
    let mut calls = 0;
    for profile in Profile::all() {
        for number in 0..count {
            // `-` ends the number, so that a filter selects one sequence.
            let name = format!("{}/{number}-", profile.name);
            report.case(&name, || {
                let sequence = sequence(&profile, options.seed, number);
                calls += sequence.calls.len();
                check(&sequence)
            });
        }
    }
    for (name, priority, halves) in tasks::protocols() {
        for number in 0..count {
            report.case(&format!("{name}/{number}-"), || {
                tasks::run(priority, halves, options.seed, number)
            });
        }
    }
    result(format_args!("{calls} random calls"));
    Ok(())
}

/// Returns the sequence with this number.
fn sequence(profile: &Profile, seed: u64, number: u64) -> Sequence {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(number);
    Sequence::generate(profile, &mut random)
}

/// Runs a sequence. If it fails, the fault is that of the shortest part of it that fails.
fn check(sequence: &Sequence) -> Result<(), String> {
    let Err(fault) = World::run(sequence) else {
        return Ok(());
    };
    let (shortest, fault) = shrink::shrink(sequence, fault);
    Err(format!("{fault}\n{shortest}"))
}
