//! The smoke run of the fuzz targets: the corpus, and a fixed number of seeded mutations of it, on any compiler.

use std::collections::BTreeMap;
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use gnutls_fuzz_targets::{TARGETS, Target};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const USAGE: &str =
    "usage: gnutls-fuzz-targets [TARGET [FILE...]]: without files, the corpus and mutations of it";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let chosen: Vec<&Target> = TARGETS
        .iter()
        .filter(|target| words.first().is_none_or(|name| name == target.name))
        .collect();
    if chosen.is_empty() {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    }
    if let [_, files @ ..] = &words[..] {
        for file in files {
            (chosen[0].run)(&fs::read(file).unwrap_or_else(|error| panic!("{file}: {error}")));
        }
        if !files.is_empty() {
            return ExitCode::SUCCESS;
        }
    }
    let (mut inputs, mut failures) = (0, 0);
    for target in &chosen {
        let start = Instant::now();
        let (ran, failed) = smoke(target);
        println!(
            "{:<15} {ran:>6} inputs, {failed} failed, {:.1} s",
            target.name,
            start.elapsed().as_secs_f64()
        );
        inputs += ran;
        failures += failed;
    }
    // In the format of cargo's test runner, which `cargo xtask` counts.
    println!(
        "test result: {}. {} passed; {failures} failed; 0 ignored; 0 measured; 0 filtered out",
        if failures == 0 { "ok" } else { "FAILED" },
        inputs - failures
    );
    ExitCode::from(u8::from(failures > 0))
}

/// Runs a target on its corpus and on mutations. Returns the number of inputs and of failures.
fn smoke(target: &Target) -> (u32, u32) {
    let corpus = corpus(target.name);
    assert!(!corpus.is_empty(), "{} has no corpus", target.name);
    let (mut ran, mut failed) = (0, 0);
    for (name, input) in &corpus {
        ran += 1;
        failed += u32::from(!survives(target, input, name));
    }
    let inputs: Vec<&Vec<u8>> = corpus.values().collect();
    for seed in 0..target.mutations {
        let mut random = ChaCha8Rng::seed_from_u64(seed.into());
        let input = mutated(&inputs, &mut random);
        ran += 1;
        failed += u32::from(!survives(target, &input, &format!("mutation {seed}")));
    }
    (ran, failed)
}

/// Returns the inputs of a target by their names. Each has a reason in `reasons.tsv`.
fn corpus(target: &str) -> BTreeMap<String, Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus");
    let read = |path: PathBuf| {
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let reasons = String::from_utf8(read(folder.join("reasons.tsv"))).unwrap();
    let reasons = reasons.lines().filter_map(|line| line.split_once('\t'));
    let names = reasons.filter_map(|(path, reason)| {
        assert!(!reason.is_empty(), "{path} has no reason");
        path.strip_prefix(target)?.strip_prefix('/')
    });
    let corpus: BTreeMap<_, _> = names
        .map(|name| (name.to_owned(), read(folder.join(target).join(name))))
        .collect();
    for entry in fs::read_dir(folder.join(target)).unwrap() {
        let name = entry.unwrap().file_name();
        let known = name.to_str().is_some_and(|name| corpus.contains_key(name));
        assert!(known, "{target}/{name:?} has no reason in reasons.tsv");
    }
    corpus
}

/// Runs a target. After a failure, the input is written to a file.
fn survives(target: &Target, input: &[u8], name: &str) -> bool {
    let run = target.run;
    let owned = input.to_vec();
    if catch_unwind(move || run(&owned)).is_ok() {
        return true;
    }
    let path = artifact(target.name, name);
    match fs::write(&path, input) {
        Ok(()) => println!(
            "{} failed for {name}: the input is in {}",
            target.name,
            path.display()
        ),
        Err(error) => println!(
            "{} failed for {name}: {}: {error}",
            target.name,
            path.display()
        ),
    }
    false
}

fn artifact(target: &str, name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("fuzz-{target}-{}", name.replace(' ', "-")))
}

/// Returns a mutation of one of the inputs.
fn mutated(inputs: &[&Vec<u8>], random: &mut ChaCha8Rng) -> Vec<u8> {
    let mut input = inputs[random.random_range(0..inputs.len())].clone();
    for _ in 0..random.random_range(1..=4) {
        let at = random.random_range(0..=input.len());
        let end = (at + random.random_range(0..=8)).min(input.len());
        match random.random_range(0..6) {
            0 if at < input.len() => input[at] ^= 1 << random.random_range(0..8),
            1 if at < input.len() => {
                input[at] = [0, 1, 0x7f, 0x80, 0xff][random.random_range(0..5)]
            }
            2 => drop(input.drain(at..end)),
            3 => {
                let inserted: Vec<u8> = (0..random.random_range(1..=8))
                    .map(|_| random.random())
                    .collect();
                input.splice(at..at, inserted);
            }
            4 => {
                let repeated = input[at..end].to_vec();
                input.splice(at..at, repeated);
            }
            _ => {
                let other = inputs[random.random_range(0..inputs.len())];
                let from = random.random_range(0..=other.len());
                input.truncate(at);
                input.extend_from_slice(&other[from..]);
            }
        }
    }
    input
}
