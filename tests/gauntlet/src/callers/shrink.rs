//! Finding the shortest part of a sequence that still fails.

use crate::callers::model::World;
use crate::callers::operation::Sequence;

/// The most runs for one sequence.
const RUNS: usize = 600;

/// Removes calls, first in large groups, while the rest fails. Returns the rest with its fault.
pub(crate) fn shrink(sequence: &Sequence, fault: String) -> (Sequence, String) {
    let (mut shortest, mut fault) = (sequence.clone(), fault);
    let (mut runs, mut size) = (0, sequence.calls.len().div_ceil(2));
    while size > 0 && runs < RUNS {
        let mut at = 0;
        let before = shortest.calls.len();
        while at < shortest.calls.len() && runs < RUNS {
            let mut shorter = shortest.clone();
            let end = (at + size).min(shorter.calls.len());
            shorter.calls.drain(at..end);
            runs += 1;
            match World::run(&shorter) {
                Err(error) => (shortest, fault) = (shorter, error),
                Ok(()) => at += size,
            }
        }
        // Single calls are removed until no further one can be.
        if size > 1 || shortest.calls.len() == before {
            size /= 2;
        }
    }
    (shortest, fault)
}
