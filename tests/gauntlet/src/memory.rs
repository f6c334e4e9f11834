//! Each allocation of libgnutls fails once: the safe crate returns an error or succeeds, as C does, and does not crash.
//!
//! Each case runs in a child process, since GnuTLS itself does not survive all of them.

use std::collections::BTreeMap;
use std::ffi::c_int;
use std::fs;
use std::io;

use anyhow::{Context, Result, bail, ensure};
use gnutls::Side;
use rand::SeedableRng;
use rand::seq::IteratorRandom;
use rand_chacha::ChaCha8Rng;

use crate::Options;
use crate::allocations;
use crate::endpoint::{Ended, Outcome};
use crate::exchange::{self, Exchange, Implementation, InC, Prepared};
use crate::report::{Report, result};
use crate::scenario::{Kind, Scenario};
use crate::wire::Fault;

/// The sampled allocations of a scenario.
const SAMPLES: usize = 25;
/// More allocations than any connection makes.
const ALLOCATIONS: usize = 100_000;
/// The seconds after which a child is ended.
const SECONDS: u32 = 30;

/// An allocation: a digest of the calls in libgnutls that led to it, and its number among those of the same calls.
type Site = (usize, usize);

/// The end of a child.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Child {
    /// The outcomes of client and server, and the allocations that were left behind.
    Ended(String, isize),
    Panicked(String),
    /// The signal.
    Crashed(c_int),
}

pub(crate) fn run(options: &Options, report: &mut Report) -> Result<()> {
    let library = library()?;
    let mut random = ChaCha8Rng::seed_from_u64(options.seed);
    let mut found = Found::default();
    for scenario in Scenario::all() {
        let (rust, c) = exchange::prepare(scenario)?;
        let in_rust = sites(&rust, library)?;
        let in_c = sites(&c, library)?;
        let cases = in_rust.iter().enumerate();
        let cases: Vec<(usize, &Site)> = match options.quick {
            true => cases.choose_multiple(&mut random, SAMPLES),
            false => cases.collect(),
        };
        for (at, site) in cases {
            let (path, occurrence) = site;
            let case = format!("{scenario}/allocation-{at}-path-{path:x}-{occurrence}");
            if !report.selects(&case) {
                continue;
            }
            let rust = in_child(|| with_failure(&rust, library, at + 1))?;
            let number = in_c.iter().position(|other| other == site);
            let c = match number {
                Some(number) => Some(in_child(|| with_failure(&c, library, number + 1))?),
                None => None,
            };
            report.add(
                &case,
                found.check(scenario, library, site.0, &rust, c.as_ref())?,
            );
        }
    }
    let Found {
        crashes,
        leaks,
        others,
    } = found;
    result(format_args!(
        "GnuTLS crashes or frees memory twice in C too in {crashes} cases, and leaks in {leaks}; in {others} cases the crate ends otherwise, \
         since it makes other calls"
    ));
    Ok(())
}

/// The cases in which GnuTLS itself fails, and those that end in another way in C.
#[derive(Default)]
struct Found {
    crashes: usize,
    leaks: usize,
    others: usize,
}

impl Found {
    /// Checks the end of a case in Rust, and compares it with that in C if C makes the same allocation.
    fn check(
        &mut self,
        scenario: Scenario,
        library: (usize, usize),
        path: usize,
        rust: &Child,
        c: Option<&Child>,
    ) -> Result<Result<(), String>> {
        let fault = || Ok(Err(format!("Rust: {rust:?}, C: {c:?}")));
        match rust {
            Child::Panicked(_) => fault(),
            // The allocator does not detect each memory that is freed twice.
            Child::Crashed(_) | Child::Ended(_, ..0) => {
                let corrupted =
                    |child: &Child| matches!(child, Child::Crashed(_) | Child::Ended(_, ..0));
                if !c.is_some_and(corrupted) && !fails_in_c(scenario, library, path, corrupted)? {
                    return fault();
                }
                self.crashes += 1;
                Ok(Ok(()))
            }
            Child::Ended(outcome, leaked) => {
                let (same, leaked_in_c) = match c {
                    Some(Child::Ended(in_c, leaked)) => (in_c == outcome, *leaked),
                    _ => (false, 0),
                };
                let hangs = outcome.contains("Stalled") && !same;
                let leaks = |child: &Child| matches!(child, Child::Ended(_, leaked) if *leaked > 0);
                let leaked =
                    *leaked > leaked_in_c.max(0) && !fails_in_c(scenario, library, path, leaks)?;
                if outcome.contains("damaged") || hangs || leaked {
                    return fault();
                }
                self.leaks += usize::from(leaks(rust));
                self.others += usize::from(!same);
                Ok(Ok(()))
            }
        }
    }
}

/// Returns whether the failure of an allocation after these calls ends in this way in C in another connection, in which
/// certificates are verified. C does not verify them again in a resumed session.
fn fails_in_c(
    scenario: Scenario,
    library: (usize, usize),
    path: usize,
    matches: impl Fn(&Child) -> bool,
) -> Result<bool> {
    for kind in [scenario.kind, Kind::Full, Kind::ClientCertificate] {
        let prepared = Prepared::<InC>::new(Scenario { kind, ..scenario })?;
        for (number, site) in sites(&prepared, library)?.iter().enumerate() {
            if site.0 == path
                && matches(&in_child(|| with_failure(&prepared, library, number + 1))?)
            {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Returns the addresses of the code of libgnutls.
fn library() -> Result<(usize, usize)> {
    let maps = fs::read_to_string("/proc/self/maps")?;
    for line in maps.lines() {
        let mut words = line.split_whitespace();
        let (range, permissions) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let name = line.rsplit('/').next().unwrap_or("");
        if permissions.contains('x') && name.starts_with("libgnutls.so") {
            let (low, high) = range.split_once('-').context("a range of addresses")?;
            return Ok((
                usize::from_str_radix(low, 16)?,
                usize::from_str_radix(high, 16)?,
            ));
        }
    }
    bail!("libgnutls is not a shared library of this process")
}

/// Returns the allocations of a connection.
fn sites<I: Implementation>(prepared: &Prepared<I>, library: (usize, usize)) -> Result<Vec<Site>> {
    let mut paths = vec![0; ALLOCATIONS];
    let (exchange, seen) = allocations::failing(library, 0, &mut paths, || {
        prepared.connect(Side::Client, Fault::None)
    });
    exchange?;
    ensure!(seen > 0 && seen <= ALLOCATIONS, "{seen} allocations");
    let mut counts = BTreeMap::new();
    let site = |path: &usize| {
        let count = counts.entry(*path).or_insert(0);
        *count += 1;
        (*path, *count)
    };
    Ok(paths[..seen].iter().map(site).collect())
}

/// Runs a connection in which an allocation fails.
fn with_failure<I: Implementation>(
    prepared: &Prepared<I>,
    library: (usize, usize),
    fails_at: usize,
) -> Child {
    let live = allocations::live();
    let ended = exchange::catch(|| {
        let (exchange, _) = allocations::failing(library, fails_at, &mut [], || {
            prepared.connect(Side::Client, Fault::None)
        });
        match exchange {
            Ok(exchange) => describe(&exchange),
            // A session could not be created.
            Err(error) => format!("{error:#}"),
        }
    });
    match ended {
        Ok(text) => {
            let length = text.capacity().min(1) as isize;
            Child::Ended(text, allocations::live() - live - length)
        }
        Err(text) => Child::Panicked(text),
    }
}

fn describe(exchange: &Exchange) -> String {
    let side = |outcome: &Outcome| match &outcome.end {
        Ended::Failed(failure) => {
            format!(
                "{:?} {:?} {:?}",
                outcome.operation, failure.code, failure.alert
            )
        }
        end => format!("{:?} {end:?}", outcome.operation),
    };
    let damaged = exchange.client.damaged || exchange.server.damaged;
    let damaged = if damaged { " damaged" } else { "" };
    format!(
        "{}, {}{damaged}",
        side(&exchange.client),
        side(&exchange.server)
    )
}

/// Runs `body` in a child process, and returns its result.
fn in_child(body: impl FnOnce() -> Child) -> Result<Child> {
    let mut ends = [0; 2];
    // SAFETY: the array is writable.
    ensure!(unsafe { libc::pipe(ends.as_mut_ptr()) } == 0, "no pipe");
    let [reader, writer] = ends;
    // SAFETY: the process has one thread.
    let child = unsafe { libc::fork() };
    ensure!(child >= 0, "cannot fork: {}", io::Error::last_os_error());
    if child == 0 {
        // SAFETY: ends this process after the time.
        unsafe { libc::alarm(SECONDS) };
        let text = match body() {
            Child::Ended(text, leaked) => format!("{leaked} {text}"),
            Child::Panicked(text) => format!("panic {text}"),
            Child::Crashed(_) => "crashed".to_owned(),
        };
        // SAFETY: the bytes are readable, and fit into the buffer of the pipe. The process ends without destructors,
        // since those of the parent must not run.
        unsafe {
            libc::write(writer, text.as_ptr().cast(), text.len().min(4096));
            libc::_exit(0);
        }
    }
    // SAFETY: the descriptors belong to this function.
    unsafe { libc::close(writer) };
    let mut text = vec![0_u8; 4096];
    let (mut filled, mut status) = (0, 0);
    loop {
        let free = &mut text[filled..];
        // SAFETY: the bytes are writable.
        match unsafe { libc::read(reader, free.as_mut_ptr().cast(), free.len()) } {
            count @ 1.. => filled += count as usize,
            _ => break,
        }
    }
    // SAFETY: the descriptor belongs to this function, the child to this process, and the status is writable.
    unsafe {
        libc::close(reader);
        libc::waitpid(child, &mut status, 0);
    }
    if libc::WIFSIGNALED(status) {
        return Ok(Child::Crashed(libc::WTERMSIG(status)));
    }
    let text = String::from_utf8_lossy(&text[..filled]).into_owned();
    let (first, rest) = text.split_once(' ').context("the child wrote nothing")?;
    Ok(match first {
        "panic" => Child::Panicked(rest.to_owned()),
        leaked => Child::Ended(rest.to_owned(), leaked.parse()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_reports_its_end() {
        let ended = Child::Ended("text".to_owned(), 3);
        assert_eq!(in_child(|| ended.clone()).unwrap(), ended);
        let panicked = Child::Panicked("a message".to_owned());
        assert_eq!(in_child(|| panicked.clone()).unwrap(), panicked);
        let crashed = in_child(|| {
            // SAFETY: sends a signal to this process.
            unsafe { libc::raise(libc::SIGKILL) };
            Child::Ended("not killed".to_owned(), 0)
        });
        assert_eq!(crashed.unwrap(), Child::Crashed(libc::SIGKILL));
    }

    #[test]
    #[cfg(not(feature = "sanitized"))]
    fn a_failed_allocation_of_gnutls_is_an_error() {
        let library = library().unwrap();
        let (priority, seen) = allocations::failing(library, 1, &mut [], || {
            gnutls::Priority::new("NORMAL").map(drop)
        });
        let error = priority.unwrap_err();
        assert_eq!(error.code(), Some(gnutls::ErrorCode::MEMORY_ERROR));
        assert!(seen > 0);
    }

    #[test]
    #[cfg(not(feature = "sanitized"))]
    fn a_leak_is_counted() {
        let before = allocations::live();
        let kept = Box::new(7_u64);
        // SAFETY: allocates bytes, which are not used.
        let leaked = unsafe { gnutls_sys::gnutls_malloc.expect("GnuTLS sets it")(10) };
        assert!(!leaked.is_null() && allocations::live() - before == 2);
        drop(kept);
        assert_eq!(allocations::live() - before, 1);
    }
}
