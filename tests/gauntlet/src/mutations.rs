//! Mutated files for each parser: the same codes, texts and encodings as in C.

use std::collections::BTreeMap;

use anyhow::Result;
use gnutls_parsers::{PARSERS, Verdict, mutation};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::Options;
use crate::report::{Report, result};

/// The number of mutations of each kind of file.
const MUTATIONS: u64 = 12_000;

/// The same, in a quick run.
const SAMPLE: u64 = 1000;

/// The number of mutations in a case.
const BATCH: u64 = 100;

pub(crate) fn run(options: &Options, report: &mut Report) -> Result<()> {
    let count = if options.quick { SAMPLE } else { MUTATIONS };
    let mut accepted: BTreeMap<&str, usize> = BTreeMap::new();
    for parser in PARSERS {
        let samples = parser.samples();
        for batch in 0..count / BATCH {
            let case = format!("{} {}..", parser.name, batch * BATCH);
            report.case(&case, || {
                for number in batch * BATCH..(batch + 1) * BATCH {
                    // A seed for each mutation, so that a case does not depend on the others.
                    let mut random = ChaCha8Rng::seed_from_u64(options.seed << 32 | number);
                    let file = mutation::mutated(&samples, &mut random);
                    let verdict = parser.compare(&file).map_err(|differences| {
                        let name = format!("gnutls-mutation-{}-{number}.der", parser.name);
                        let path = std::env::temp_dir().join(name);
                        let written = fs_err::write(&path, &file);
                        let place = written.map_or_else(
                            |error| error.to_string(),
                            |()| path.display().to_string(),
                        );
                        format!("{place}: {differences}")
                    })?;
                    *accepted.entry(parser.name).or_default() +=
                        usize::from(verdict == Verdict::Accepted);
                }
                Ok(())
            });
        }
    }
    let accepted: Vec<_> = accepted
        .iter()
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    result(format_args!(
        "{} mutations; accepted by both: {}",
        count * PARSERS.len() as u64,
        accepted.join(", ")
    ));
    Ok(())
}
