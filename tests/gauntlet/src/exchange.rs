//! Connections with a fault, of two sessions of the safe crate or of two sessions in C.

use std::panic::{self, AssertUnwindSafe};
use std::rc::Rc;

use anyhow::{Context, Result, bail, ensure};
use gnutls::Side;

use crate::endpoint::{Ended, Endpoint, Operation, Outcome, Runner};
use crate::native::{self, Native};
use crate::safe::{self, Safe};
use crate::scenario::Scenario;
use crate::wire::{End, Fault, INJECTED, Wire};

/// The turns after which a connection does not end any more.
const TURNS: usize = 100_000;

/// The seconds that the virtual clock advances for retransmissions: more than the timeout of a handshake.
const SECONDS: usize = 90;

unsafe extern "C" {
    fn conformance_clock_reset();
    fn conformance_clock_advance(seconds: std::ffi::c_longlong);
}

/// An implementation: the configurations of both sides.
pub(crate) trait Implementation: Sized {
    type Session: Endpoint;
    fn new(scenario: &Scenario) -> Result<Self>;
    /// Creates the sessions of a client and a server.
    fn open(&self, near: End, far: End) -> Result<(Self::Session, Self::Session)>;
    /// Saves the client's session, which later clients resume.
    fn save(&mut self, client: &mut Self::Session) -> Result<()>;
}

/// The safe crate.
pub(crate) struct InRust(safe::Setup);

impl Implementation for InRust {
    type Session = Safe;

    fn new(scenario: &Scenario) -> Result<Self> {
        Ok(Self(safe::Setup::new(scenario)?))
    }

    fn open(&self, near: End, far: End) -> Result<(Safe, Safe)> {
        Ok((self.0.client(near)?, self.0.server(far)?))
    }

    fn save(&mut self, client: &mut Safe) -> Result<()> {
        self.0.save(client)
    }
}

/// GnuTLS as a C program uses it.
pub(crate) struct InC {
    setup: Rc<native::Setup>,
    resumes: bool,
}

impl Implementation for InC {
    type Session = Native;

    fn new(scenario: &Scenario) -> Result<Self> {
        let setup = native::Setup::new(scenario)?;
        let resumes = false;
        Ok(Self { setup, resumes })
    }

    fn open(&self, near: End, far: End) -> Result<(Native, Native)> {
        Ok((
            Native::new(&self.setup, false, self.resumes, near)?,
            Native::new(&self.setup, true, false, far)?,
        ))
    }

    fn save(&mut self, client: &mut Native) -> Result<()> {
        self.resumes = true;
        self.setup.save(client)
    }
}

/// The result of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Exchange {
    pub(crate) client: Outcome,
    pub(crate) server: Outcome,
    /// The client resumed the earlier session.
    pub(crate) resumed: bool,
    /// A fault that happens once has happened.
    pub(crate) spent: bool,
    /// The lengths of the sends of the client and of the server.
    pub(crate) lengths: [Vec<usize>; 2],
}

/// A scenario in an implementation, ready for connections.
pub(crate) struct Prepared<I> {
    scenario: Scenario,
    implementation: I,
}

impl<I: Implementation> Prepared<I> {
    /// Prepares a scenario: it completes the connection that is resumed later.
    pub(crate) fn new(scenario: Scenario) -> Result<Self> {
        let mut prepared = Self {
            scenario,
            implementation: I::new(&scenario)?,
        };
        if scenario.resumes() {
            prepared.renew()?;
        }
        let exchange = prepared.connect(Side::Client, Fault::None)?;
        for outcome in [&exchange.client, &exchange.server] {
            ensure!(
                outcome.end == Ended::Done && !outcome.damaged,
                "{scenario} without a fault: {exchange:?}"
            );
        }
        ensure!(
            exchange.resumed == scenario.resumes(),
            "{scenario} does not resume"
        );
        let (_, server) = scenario.programs(false);
        let expected: usize = server.iter().map(Operation::received).sum();
        ensure!(
            exchange.server.received == expected,
            "{scenario}: the server has not received {expected} bytes"
        );
        Ok(prepared)
    }

    fn renew(&mut self) -> Result<()> {
        let (near, far) = Wire::connect(self.scenario.is_datagram(), Side::Client, Fault::None);
        let (client, server) = self.implementation.open(near, far)?;
        let (client_program, server_program) = self.scenario.programs(true);
        let mut client = Runner::new(client, client_program);
        let mut server = Runner::new(server, server_program);
        run(&mut client, &mut server, self.scenario.is_datagram())?;
        self.implementation.save(&mut client.endpoint)
    }

    /// Runs the scenario with a fault in the direction to a side.
    pub(crate) fn connect(&self, to: Side, fault: Fault) -> Result<Exchange> {
        let datagram = self.scenario.is_datagram();
        let (near, far) = Wire::connect(datagram, to, fault);
        let (client, server) = self.implementation.open(near, far)?;
        let (client_program, server_program) = self.scenario.programs(false);
        let mut client = Runner::new(client, client_program);
        let mut server = Runner::new(server, server_program);
        run(&mut client, &mut server, datagram)?;
        Ok(Exchange {
            client: client.outcome(),
            server: server.outcome(),
            resumed: client.endpoint.is_resumed(),
            spent: client.endpoint.end().is_spent(),
            lengths: [&client.endpoint, &server.endpoint].map(|end| end.end().lengths()),
        })
    }
}

/// Runs both programs in alternation, until both are finished or neither continues.
fn run<E: Endpoint>(client: &mut Runner<E>, server: &mut Runner<E>, datagram: bool) -> Result<()> {
    reset_clock();
    let mut seconds = 0;
    for _ in 0..TURNS {
        let before = client.endpoint.end().progress();
        let continued = client.turn() | server.turn();
        if client.endpoint.end().was_busy() {
            bail!(
                "a busy loop: {:?}, {:?}",
                client.outcome(),
                server.outcome()
            );
        }
        if client.is_finished() && server.is_finished() {
            return Ok(());
        }
        if continued || client.endpoint.end().progress() != before {
            continue;
        }
        if !datagram || seconds == SECONDS {
            return Ok(());
        }
        seconds += 1;
        advance_clock();
    }
    bail!(
        "no end after {TURNS} turns: {:?}, {:?}",
        client.outcome(),
        server.outcome()
    )
}

/// Sets the virtual clock back to its start.
pub(crate) fn reset_clock() {
    // SAFETY: sets a number, which only this thread reads.
    unsafe { conformance_clock_reset() };
}

/// Advances the virtual clock by a second.
pub(crate) fn advance_clock() {
    // SAFETY: adds to a number, which only this thread reads.
    unsafe { conformance_clock_advance(1) };
}

/// Runs `body` and returns its result, or the message of its panic. Injected panics print nothing.
pub(crate) fn catch<R>(body: impl FnOnce() -> R) -> Result<R, String> {
    panic::catch_unwind(AssertUnwindSafe(body)).map_err(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
        text.unwrap_or_else(|| "a panic without a message".to_owned())
    })
}

/// Prints no message for injected panics.
pub(crate) fn silence_injected_panics() {
    let default = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let text = info.payload().downcast_ref::<&str>().copied();
        let text = text.or_else(|| info.payload().downcast_ref::<String>().map(String::as_str));
        if text != Some(INJECTED) {
            default(info);
        }
    }));
}

/// Returns both implementations of a scenario.
pub(crate) fn prepare(scenario: Scenario) -> Result<(Prepared<InRust>, Prepared<InC>)> {
    let rust = Prepared::new(scenario).with_context(|| format!("{scenario} in Rust"))?;
    let c = Prepared::new(scenario).with_context(|| format!("{scenario} in C"))?;
    Ok((rust, c))
}
