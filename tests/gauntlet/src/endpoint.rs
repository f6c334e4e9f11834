//! One side of a connection, in the safe crate or in C, and the program that both run.

use std::fmt;
use std::task::Poll;

use crate::wire::End;

/// The failure of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The code of GnuTLS, if it returned the failure.
    pub(crate) code: Option<i32>,
    /// The alert that was received.
    pub(crate) alert: Option<u32>,
    /// The session cannot be used any more.
    pub(crate) fatal: bool,
    /// The kind of the error in the safe crate.
    pub(crate) kind: String,
}

/// The result of a call: a count, or that it blocked.
pub(crate) type Step = Result<Poll<usize>, Failure>;

/// A session with its transport.
pub(crate) trait Endpoint {
    fn handshake(&mut self) -> Step;
    fn write(&mut self, data: &[u8]) -> Step;
    fn flush(&mut self) -> Step;
    fn read(&mut self, buffer: &mut [u8]) -> Step;
    fn close(&mut self) -> Step;
    fn update_key(&mut self, request: bool) -> Step;
    /// Begins a new handshake, and completes it.
    fn rehandshake(&mut self) -> Step;
    fn write_early(&mut self, data: &[u8]) -> Step;
    fn read_early(&mut self, buffer: &mut [u8]) -> Step;
    fn is_resumed(&self) -> bool;
    fn end(&self) -> &End;
}

/// An operation of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Handshake,
    /// Writes the following bytes of the pattern, and flushes.
    Write(usize),
    /// Reads this many bytes.
    Read(usize),
    UpdateKey {
        request: bool,
    },
    Rehandshake,
    /// Reads until the peer begins a new handshake, and completes it.
    AwaitRehandshake,
    WriteEarly(usize),
    /// Reads this many bytes of early data.
    ReadEarly(usize),
    Close,
    /// Reads the end of the peer's data.
    ReadEnd,
}

impl Operation {
    /// Returns the number of bytes that the operation receives.
    pub(crate) fn received(&self) -> usize {
        match self {
            Self::Read(length) | Self::ReadEarly(length) => *length,
            _ => 0,
        }
    }
}

/// The calls of an operation that may fail without ending the session.
const WARNINGS: usize = 50;

/// The result of a program.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// The operation that was the last.
    pub(crate) operation: Option<Operation>,
    pub(crate) end: Ended,
    /// The number of received bytes, with those of early data.
    pub(crate) received: usize,
    /// The received bytes differ from those that were sent.
    pub(crate) damaged: bool,
}

/// The end of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    Done,
    Failed(Failure),
    /// Neither side continued.
    Stalled,
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Outcome {
            operation,
            end,
            received,
            damaged,
        } = self;
        if let Some(operation) = operation {
            write!(f, "{operation:?} ")?;
        }
        match end {
            Ended::Failed(failure) => write!(
                f,
                "failed with {} alert {:?} {}",
                failure.code.map_or("no code".to_owned(), |code| {
                    gnutls::ErrorCode::from_raw(code).to_string()
                }),
                failure.alert,
                failure.kind
            )?,
            end => write!(f, "{end:?}")?,
        }
        write!(f, " after {received} bytes")?;
        if *damaged {
            f.write_str(", which are wrong")?;
        }
        Ok(())
    }
}

/// A side that runs its program.
pub(crate) struct Runner<E> {
    pub(crate) endpoint: E,
    program: Vec<Operation>,
    position: usize,
    /// The bytes of the current operation that are done.
    done: usize,
    written: usize,
    received: usize,
    early: usize,
    damaged: bool,
    awaits: bool,
    warnings: usize,
    failed: Option<Failure>,
}

/// Returns the byte of the pattern at a position.
fn pattern(position: usize) -> u8 {
    (position % 251) as u8
}

impl<E: Endpoint> Runner<E> {
    pub(crate) fn new(endpoint: E, program: Vec<Operation>) -> Self {
        Self {
            endpoint,
            program,
            position: 0,
            done: 0,
            written: 0,
            received: 0,
            early: 0,
            damaged: false,
            awaits: false,
            warnings: 0,
            failed: None,
        }
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.failed.is_some() || self.position == self.program.len()
    }

    pub(crate) fn outcome(&self) -> Outcome {
        Outcome {
            operation: self.program.get(self.position).copied(),
            end: match &self.failed {
                Some(failure) => Ended::Failed(failure.clone()),
                None if self.is_finished() => Ended::Done,
                None => Ended::Stalled,
            },
            received: self.received + self.early,
            damaged: self.damaged,
        }
    }

    /// Runs the program until it blocks. Returns whether it did anything but block.
    pub(crate) fn turn(&mut self) -> bool {
        if self.is_finished() {
            return false;
        }
        self.endpoint.end().begin_turn();
        let start = (self.position, self.done, self.received, self.warnings);
        while let Some(operation) = self.program.get(self.position).copied() {
            match self.run(operation) {
                Ok(Poll::Ready(true)) => {
                    self.position += 1;
                    self.done = 0;
                    self.warnings = 0;
                }
                Ok(Poll::Ready(false)) => {}
                Ok(Poll::Pending) => break,
                Err(failure) if !failure.fatal && self.warnings < WARNINGS => {
                    self.warnings += 1;
                    break;
                }
                Err(failure) => {
                    self.failed = Some(failure);
                    break;
                }
            }
        }
        if self.is_finished() {
            self.endpoint.end().shut_down();
        }
        (self.position, self.done, self.received, self.warnings) != start
    }

    /// Runs a part of an operation. Returns `true` after the last one.
    fn run(&mut self, operation: Operation) -> Result<Poll<bool>, Failure> {
        let ready = |step: Step| step.map(|poll| poll.map(|_| true));
        match operation {
            Operation::Handshake => ready(self.endpoint.handshake()),
            Operation::UpdateKey { request } => ready(self.endpoint.update_key(request)),
            Operation::Rehandshake => ready(self.endpoint.rehandshake()),
            Operation::Close => ready(self.endpoint.close()),
            Operation::Write(length) => {
                if self.done == length {
                    return ready(self.endpoint.flush());
                }
                let data: Vec<u8> = (self.written..)
                    .take(length - self.done)
                    .map(pattern)
                    .collect();
                Ok(self.endpoint.write(&data)?.map(|count| {
                    self.written += count;
                    self.done += count;
                    false
                }))
            }
            Operation::WriteEarly(length) => {
                let data: Vec<u8> = (0..length).map(pattern).collect();
                ready(self.endpoint.write_early(&data))
            }
            Operation::ReadEarly(length) => {
                let mut buffer = vec![0; length + 1];
                let step = self.endpoint.read_early(&mut buffer);
                if let Ok(Poll::Ready(count)) = step {
                    // The server accepts all of it or nothing.
                    let expected = (0..length).map(pattern);
                    self.early = count;
                    self.damaged |= count > 0 && !buffer[..count].iter().copied().eq(expected);
                }
                ready(step)
            }
            Operation::Read(length) => {
                let mut buffer = vec![0; length - self.done];
                let Poll::Ready(count) = self.endpoint.read(&mut buffer)? else {
                    return Ok(Poll::Pending);
                };
                if count == 0 {
                    return Err(Failure::new("the end of the data"));
                }
                self.take(&buffer[..count]);
                self.done += count;
                Ok(Poll::Ready(self.done == length))
            }
            Operation::ReadEnd => {
                let mut buffer = [0; 64];
                let Poll::Ready(count) = self.endpoint.read(&mut buffer)? else {
                    return Ok(Poll::Pending);
                };
                if count > 0 {
                    self.take(&buffer[..count]);
                    self.damaged = true;
                }
                Ok(Poll::Ready(count == 0))
            }
            Operation::AwaitRehandshake => {
                if self.awaits {
                    let step = self.endpoint.handshake()?;
                    self.awaits = step.is_pending();
                    return Ok(step.map(|_| true));
                }
                match self.endpoint.read(&mut [0]) {
                    Err(failure) if failure.is_rehandshake() => {
                        self.awaits = true;
                        Ok(Poll::Ready(false))
                    }
                    Ok(Poll::Ready(_)) => Err(Failure::new("data instead of a handshake")),
                    Ok(Poll::Pending) => Ok(Poll::Pending),
                    Err(failure) => Err(failure),
                }
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        let expected = (self.received..).map(pattern);
        self.damaged |= !bytes.iter().copied().eq(expected.take(bytes.len()));
        self.received += bytes.len();
    }
}

impl Failure {
    /// A failure that the program detects.
    fn new(kind: &str) -> Self {
        Self {
            code: None,
            alert: None,
            fatal: true,
            kind: kind.to_owned(),
        }
    }

    fn is_rehandshake(&self) -> bool {
        self.code == Some(gnutls_sys::GNUTLS_E_REHANDSHAKE) || self.kind == "Rehandshake"
    }
}
