//! The transport of tokio as the session sees it for the time of one poll.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use gnutls::Transport;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::wakers::{Direction, Role};

/// The wakers of a stream, one for each direction of its transport.
pub(crate) struct Directions {
    receiving: Direction,
    sending: Direction,
}

impl Directions {
    pub(crate) fn new() -> Self {
        Self {
            receiving: Direction::new(),
            sending: Direction::new(),
        }
    }
}

/// A transport, and the task that uses it now. What is not ready would block; the task is woken when that changes.
pub(crate) struct Polled<'a, T> {
    io: &'a mut T,
    directions: &'a Directions,
    role: Role,
    waker: &'a Waker,
    /// What the other task may wait for has come about: something was received, or sent.
    received: bool,
    sent: bool,
    /// This task waits for something that the session knows nothing of.
    waits_elsewhere: bool,
}

impl<'a, T: AsyncRead + AsyncWrite + Unpin> Polled<'a, T> {
    pub(crate) fn new(
        io: &'a mut T,
        directions: &'a Directions,
        role: Role,
        waker: &'a Waker,
    ) -> Self {
        Self {
            io,
            directions,
            role,
            waker,
            received: false,
            sent: false,
            waits_elsewhere: false,
        }
    }

    /// Asks the transport for something that needs this direction of it.
    fn ask<R>(
        &mut self,
        direction: &'a Direction,
        ask: impl FnOnce(Pin<&mut T>, &mut Context<'_>) -> Poll<io::Result<R>>,
    ) -> Poll<io::Result<R>> {
        direction.wait(self.role, self.waker);
        let mut context = Context::from_waker(direction.waker());
        let result = ask(Pin::new(&mut *self.io), &mut context);
        if result.is_ready() {
            direction.go_on(self.role);
        }
        result
    }

    /// Shuts the sending side of the transport down. One that is not connected any more needs no more of it.
    pub(crate) fn shut_down(&mut self) -> gnutls::Result<Poll<()>> {
        let directions = self.directions;
        match self.ask(&directions.sending, |io, context| io.poll_shutdown(context)) {
            Poll::Ready(Err(error)) if error.kind() != io::ErrorKind::NotConnected => {
                Err(error.into())
            }
            Poll::Ready(_) => Ok(Poll::Ready(())),
            Poll::Pending => {
                self.waits_elsewhere = true;
                Ok(Poll::Pending)
            }
        }
    }

    /// Makes this task wait until the other one, which is woken, has read.
    pub(crate) fn wait_for_other(&mut self) {
        self.waits_elsewhere = true;
        self.received = true;
        self.directions.receiving.wait(self.role, self.waker);
    }

    /// Lets others have their turn.
    pub(crate) fn give_way(&mut self) {
        self.waker.wake_by_ref();
    }

    /// The other task may go on if it waits for this one to read.
    pub(crate) fn has_read(&mut self) {
        self.received = true;
    }

    /// The other task has to look again, whatever it waits for.
    pub(crate) fn changes_everything(&mut self) {
        (self.received, self.sent) = (true, true);
    }

    pub(crate) fn waits_elsewhere(&self) -> bool {
        self.waits_elsewhere
    }

    /// Wakes the other task if it waits for what this one has done.
    pub(crate) fn tell_other(&self) {
        if self.received {
            self.directions.receiving.wake_other(self.role);
        }
        if self.sent {
            self.directions.sending.wake_other(self.role);
        }
    }
}

/// A poll as the session knows it.
fn would_block<R>(poll: Poll<io::Result<R>>) -> io::Result<R> {
    match poll {
        Poll::Ready(result) => result,
        Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> Transport for Polled<'_, T> {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let directions = self.directions;
        let length = would_block(self.ask(&directions.sending, |io, context| {
            io.poll_write(context, bytes)
        }))?;
        self.sent = true;
        Ok(length)
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let directions = self.directions;
        let mut buffer = ReadBuf::new(buffer);
        would_block(self.ask(&directions.receiving, |io, context| {
            io.poll_read(context, &mut buffer)
        }))?;
        self.received = true;
        Ok(buffer.filled().len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let directions = self.directions;
        would_block(self.ask(&directions.sending, |io, context| io.poll_flush(context)))?;
        self.sent = true;
        Ok(())
    }
}
