//! A fault at each place of each scenario: the safe crate ends as C does, and leaves nothing behind.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use gnutls::Side;
use rand::SeedableRng;
use rand::seq::IteratorRandom;
use rand_chacha::ChaCha8Rng;

use crate::Options;
use crate::allocations::live;
use crate::endpoint::{Ended, Failure, Outcome};
use crate::exchange::{self, Exchange, InC, InRust, Prepared};
use crate::report::{Report, result};
use crate::scenario::Scenario;
use crate::wire::{Fault, INJECTED};

/// The sampled places of each fault in each direction of a scenario.
const SAMPLES: usize = 3;

/// The attempts to find equal results, if they depend on random values.
const ATTEMPTS: usize = 12;

/// Both implementations of a scenario.
struct Pair {
    scenario: Scenario,
    rust: Prepared<InRust>,
    c: Prepared<InC>,
    /// Allocations that C left behind, too.
    leaks_in_c: usize,
    /// Faults that lose nothing, and for which only C fails.
    fails_in_c: usize,
    last: Option<Exchange>,
}

pub(crate) fn run(options: &Options, report: &mut Report) -> Result<()> {
    exchange::silence_injected_panics();
    let mut random = ChaCha8Rng::seed_from_u64(options.seed);
    for scenario in Scenario::all() {
        let (rust, c) = exchange::prepare(scenario)?;
        let clean = c.connect(Side::Client, Fault::None)?;
        let mut pair = Pair {
            scenario,
            rust,
            c,
            leaks_in_c: 0,
            fails_in_c: 0,
            last: None,
        };
        for to in [Side::Client, Side::Server] {
            // The lengths of the sends of C, each of which is a record or a datagram.
            let [client, server] = &clean.lengths;
            let lengths = if to == Side::Client { server } else { client };
            for faults in faults(scenario, lengths) {
                let faults = match options.quick {
                    true => faults.into_iter().choose_multiple(&mut random, SAMPLES),
                    false => faults,
                };
                for fault in faults {
                    let case = format!("{scenario}/to-{to:?}/{fault:?}");
                    if report.selects(&case) {
                        let checked = pair.check(to, fault).with_context(|| case.clone())?;
                        report.add(&case, checked);
                    }
                }
            }
        }
        if pair.leaks_in_c > 0 {
            let count = pair.leaks_in_c;
            result(format_args!("{scenario}: {count} cases leak in C too"));
        }
        if pair.fails_in_c > 0 {
            let count = pair.fails_in_c;
            result(format_args!(
                "{scenario}: {count} connections that lose nothing fail only in C"
            ));
        }
    }
    Ok(())
}

/// Returns the faults of a scenario in a direction: a list for each kind.
fn faults(scenario: Scenario, lengths: &[usize]) -> Vec<Vec<Fault>> {
    let mut kinds: Vec<Vec<Fault>> = Vec::new();
    let total: usize = lengths.iter().sum();
    if scenario.is_datagram() {
        let numbers = 0..lengths.len();
        let bytes = || {
            lengths
                .iter()
                .enumerate()
                .flat_map(|(at, length)| (0..*length).map(move |byte| (at, byte)))
        };
        let each = |fault: fn(usize) -> Fault| numbers.clone().map(fault).collect();
        kinds.push(
            bytes()
                .map(|(at, byte)| Fault::ModifyDatagram(at, byte))
                .collect(),
        );
        kinds.push(
            bytes()
                .map(|(at, byte)| Fault::TruncateDatagram(at, byte))
                .collect(),
        );
        kinds.push(each(Fault::LoseDatagram));
        kinds.push(each(Fault::RepeatDatagram));
        kinds.push(each(Fault::DelayDatagram));
        kinds.push(each(Fault::ReceiveDatagramBlocks));
        kinds.push(each(Fault::EmptyDatagram));
        for distance in [1, 2, 5] {
            kinds.push(
                numbers
                    .clone()
                    .map(|at| Fault::ReplayDatagram(at, distance))
                    .collect(),
            );
        }
        for number in [libc::EINTR, libc::EMSGSIZE, libc::ECONNREFUSED, libc::EPIPE] {
            kinds.push(
                numbers
                    .clone()
                    .map(|at| Fault::SendDatagramFails(at, number))
                    .collect(),
            );
            kinds.push(
                numbers
                    .clone()
                    .map(|at| Fault::ReceiveDatagramFails(at, number))
                    .collect(),
            );
        }
        return kinds;
    }
    let each = |fault: fn(usize) -> Fault| (0..total).map(fault).collect();
    kinds.push(vec![
        Fault::SmallSends(false),
        Fault::SmallSends(true),
        Fault::SmallReceives(false),
        Fault::SmallReceives(true),
    ]);
    for fault in [
        Fault::SendBlocks,
        Fault::ReceiveBlocks,
        Fault::End,
        Fault::Modify,
        Fault::Flip,
        Fault::Drop,
        Fault::Duplicate,
        |at| Fault::Insert(at, 0),
        |at| Fault::Insert(at, 22),
    ] {
        kinds.push(each(fault));
    }
    // Errors before, behind and within each record.
    let starts = lengths.iter().scan(0, |start, length| {
        let this = *start;
        *start += length;
        Some(this)
    });
    let places: BTreeSet<usize> = starts
        .flat_map(|start| [start, start + 1, start + 5])
        .collect();
    let places = || places.iter().copied();
    kinds.push(places().map(Fault::SendInterrupted).collect());
    for number in [libc::EMSGSIZE, libc::ECONNREFUSED, libc::EPIPE] {
        kinds.push(places().map(|at| Fault::SendFails(at, number)).collect());
    }
    for number in [libc::EINTR, libc::ECONNRESET, libc::EIO] {
        kinds.push(places().map(|at| Fault::ReceiveFails(at, number)).collect());
    }
    kinds.push(places().map(Fault::SendsTooMuch).collect());
    kinds.push(places().map(Fault::ReceivesTooMuch).collect());
    kinds.push(places().map(Fault::SendPanics).collect());
    kinds.push(places().map(Fault::ReceivePanics).collect());
    kinds.push(places().map(Fault::FlushPanics).collect());
    kinds
}

impl Pair {
    /// Runs both implementations with the fault. `Err` contains the difference.
    fn check(&mut self, to: Side, fault: Fault) -> Result<Result<(), String>> {
        let before = live();
        let rust = exchange::catch(|| self.rust.connect(to, fault));
        let mut leaked = live_since(before);
        // A call may allocate something once for the process.
        for _ in 0..2 {
            if leaked == 0 {
                break;
            }
            let before = live();
            let _ = exchange::catch(|| self.rust.connect(to, fault).map(drop));
            leaked = live_since(before);
        }
        let rust = match rust {
            Ok(exchange) => exchange?,
            Err(text) if text == INJECTED && panics(fault) => {
                return Ok(self.leaks(to, fault, leaked));
            }
            Err(text) => return Ok(Err(format!("panic: {text}"))),
        };
        if panics(fault) && rust.spent {
            return Ok(Err(format!("the panic is lost: {rust:?}")));
        }
        if let Err(text) = self.agrees(to, fault, &rust) {
            return Ok(Err(text));
        }
        Ok(self.leaks(to, fault, leaked))
    }

    /// Fails if Rust left allocations behind, and C did not.
    fn leaks(&mut self, to: Side, fault: Fault, leaked: isize) -> Result<(), String> {
        if leaked == 0 {
            return Ok(());
        }
        if !panics(fault) {
            let _ = self.c.connect(to, fault);
            let before = live();
            let _ = self.c.connect(to, fault);
            if live_since(before) == leaked {
                self.leaks_in_c += 1;
                return Ok(());
            }
        }
        Err(format!("{leaked} allocations are left behind"))
    }

    /// Fails unless Rust ends as C does under the same fault.
    fn agrees(&mut self, to: Side, fault: Fault, rust: &Exchange) -> Result<(), String> {
        if rust.client.damaged || rust.server.damaged {
            return Err(format!("wrong data: {rust:?}"));
        }
        if let Some(side) = broken(to, fault) {
            let (outcome, _) = sides(rust, side);
            if matches!(outcome.end, Ended::Done | Ended::Stalled) {
                return Err(format!("the failure of the transport is lost: {rust:?}"));
            }
        }
        let fails = matches!(
            fault,
            Fault::SendDatagramFails(_, libc::EPIPE) | Fault::ReceiveDatagramFails(_, libc::EPIPE)
        );
        if returns_too_much(fault) || panics(fault) || fails {
            // C would read beyond its buffer, cannot panic, and ignores some failures to send a datagram.
            return Ok(());
        }
        let mut rust = rust.clone();
        let fault_in_c = match fault {
            // C ends the session. Here the datagram is lost.
            Fault::SendDatagramFails(at, libc::EMSGSIZE | libc::ECONNREFUSED) => {
                Fault::LoseDatagram(at)
            }
            // C takes an empty datagram for the end of the stream. Here it is ignored.
            Fault::TruncateDatagram(at, 0) => Fault::LoseDatagram(at),
            fault => fault,
        };
        // A fault can have results that depend on random values.
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                // Some of them are those of the tickets.
                let prepared = exchange::prepare(self.scenario);
                (self.rust, self.c) = prepared.map_err(|error| format!("{error:#}"))?;
                rust = exchange::catch(|| self.rust.connect(to, fault))?
                    .map_err(|error| format!("{error:#}"))?;
            }
            let c = self
                .c
                .connect(to, fault_in_c)
                .map_err(|error| format!("in C: {error:#}"))?;
            // The program has written rejected data again.
            let repeated = matches!(
                fault,
                Fault::SendDatagramFails(_, libc::EMSGSIZE | libc::ECONNREFUSED)
            );
            // C completes a record that a datagram cuts with the beginning of the next datagram. Here the part is discarded,
            // and the peer sends the flight again.
            let joined = matches!(fault, Fault::TruncateDatagram(..));
            if (is_harmless(fault) || repeated || joined) && is_done(&rust) && !is_done(&c) {
                self.fails_in_c += 1;
                return Ok(());
            }
            if is_same(to, fault, &rust, &c) {
                return Ok(());
            }
            self.last = Some(c);
        }
        let c = self.last.take().expect("an attempt was made");
        Err(format!(
            "\n    Rust: client {:?}, server {:?}\n    C:    client {:?}, server {:?}",
            rust.client, rust.server, c.client, c.server
        ))
    }
}

/// Returns the side whose transport breaks.
fn broken(to: Side, fault: Fault) -> Option<Side> {
    let sender = match to {
        Side::Client => Side::Server,
        _ => Side::Client,
    };
    match fault {
        Fault::ReceivesTooMuch(_) | Fault::ReceivePanics(_) => Some(to),
        Fault::ReceiveDatagramFails(_, libc::EPIPE) => Some(to),
        Fault::SendsTooMuch(_) | Fault::SendFails(..) | Fault::SendPanics(_) => Some(sender),
        Fault::SendDatagramFails(_, libc::EPIPE) => Some(sender),
        _ => None,
    }
}

/// Returns the outcome of a side, and that of its peer.
fn sides(exchange: &Exchange, side: Side) -> (&Outcome, &Outcome) {
    match side {
        Side::Client => (&exchange.client, &exchange.server),
        _ => (&exchange.server, &exchange.client),
    }
}

fn is_done(exchange: &Exchange) -> bool {
    exchange.client.end == Ended::Done && exchange.server.end == Ended::Done
}

/// Returns whether a fault changes no byte, so that the connection must succeed.
fn is_harmless(fault: Fault) -> bool {
    matches!(
        fault,
        Fault::SendBlocks(_)
            | Fault::ReceiveBlocks(_)
            | Fault::SmallSends(_)
            | Fault::SmallReceives(_)
            | Fault::SendInterrupted(_)
            | Fault::ReceiveFails(_, libc::EINTR)
            | Fault::ReceiveDatagramBlocks(_)
            | Fault::EmptyDatagram(_)
            | Fault::SendDatagramFails(_, libc::EINTR)
            | Fault::ReceiveDatagramFails(_, libc::EINTR | libc::EMSGSIZE | libc::ECONNREFUSED)
    )
}

fn panics(fault: Fault) -> bool {
    matches!(
        fault,
        Fault::SendPanics(_) | Fault::ReceivePanics(_) | Fault::FlushPanics(_)
    )
}

fn returns_too_much(fault: Fault) -> bool {
    matches!(fault, Fault::SendsTooMuch(_) | Fault::ReceivesTooMuch(_))
}

/// Returns whether Rust ends as C does.
fn is_same(to: Side, fault: Fault, rust: &Exchange, c: &Exchange) -> bool {
    if let Some(side) = broken(to, fault) {
        // C returns at once. Rust first reads what the peer has sent, such as an alert, and fails in that call or in
        // the next one that writes.
        return sides(rust, side).0.end != Ended::Done
            && is_same_outcome(sides(rust, side).1, sides(c, side).1);
    }
    is_same_outcome(&rust.client, &c.client)
        && is_same_outcome(&rust.server, &c.server)
        && rust.resumed == c.resumed
}

fn is_same_outcome(rust: &Outcome, c: &Outcome) -> bool {
    let ends = match (&rust.end, &c.end) {
        (Ended::Failed(rust), Ended::Failed(c)) => is_same_failure(rust, c),
        (rust, c) => rust == c,
    };
    ends && rust.operation == c.operation && rust.received == c.received
}

fn is_same_failure(rust: &Failure, c: &Failure) -> bool {
    // A server whose configuration depends on the ClientHello refuses a malformed one before GnuTLS does. The alert is
    // that of C, as the outcome of the client shows.
    let refused = rust.code.is_none() && rust.kind == "Protocol";
    (refused || rust.code == c.code) && rust.alert == c.alert
}

fn live_since(before: isize) -> isize {
    live() - before
}
