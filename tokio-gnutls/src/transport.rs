//! An asynchronous transport as a `Transport`, for the duration of one poll.

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

/// A transport and the task that uses it. An operation that is not ready returns `WouldBlock`, and the task is woken
/// later.
pub(crate) struct Polled<'a, T> {
    io: &'a mut T,
    directions: &'a Directions,
    role: Role,
    waker: &'a Waker,
    /// Data was received, which the other task may wait for.
    received: bool,
    /// Data was sent, which the other task may wait for.
    sent: bool,
    /// The task waits for an event outside the session.
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

    /// Calls a poll function of the transport in one direction.
    fn poll<R>(
        &mut self,
        direction: &'a Direction,
        poll: impl FnOnce(Pin<&mut T>, &mut Context<'_>) -> Poll<io::Result<R>>,
    ) -> Poll<io::Result<R>> {
        direction.wait(self.role, self.waker);
        let mut context = Context::from_waker(direction.waker());
        let result = poll(Pin::new(&mut *self.io), &mut context);
        if result.is_ready() {
            direction.stop_waiting(self.role);
        }
        result
    }

    /// Shuts down the sending side of the transport, unless it is no longer connected.
    pub(crate) fn shut_down(&mut self) -> gnutls::Result<Poll<()>> {
        let directions = self.directions;
        match self.poll(&directions.sending, |io, context| io.poll_shutdown(context)) {
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

    /// Yields to other tasks.
    pub(crate) fn yield_now(&mut self) {
        self.waker.wake_by_ref();
    }

    /// Records a change that the other task must see in any case.
    pub(crate) fn wakes_all(&mut self) {
        (self.received, self.sent) = (true, true);
    }

    pub(crate) fn waits_elsewhere(&self) -> bool {
        self.waits_elsewhere
    }

    /// Wakes the other task if it waits for a recorded event.
    pub(crate) fn wake_other(&self) {
        if self.received {
            self.directions.receiving.wake_other(self.role);
        }
        if self.sent {
            self.directions.sending.wake_other(self.role);
        }
    }
}

/// Turns a pending poll into `WouldBlock`.
fn would_block<R>(poll: Poll<io::Result<R>>) -> io::Result<R> {
    match poll {
        Poll::Ready(result) => result,
        Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> Transport for Polled<'_, T> {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let directions = self.directions;
        let sent = self.poll(&directions.sending, |io, context| {
            io.poll_write(context, bytes)
        });
        // The other task has to return the error too.
        self.sent |= sent.is_ready();
        would_block(sent)
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let directions = self.directions;
        let mut buffer = ReadBuf::new(buffer);
        would_block(self.poll(&directions.receiving, |io, context| {
            io.poll_read(context, &mut buffer)
        }))?;
        self.received = true;
        Ok(buffer.filled().len())
    }

    fn receives_ahead(&self) -> bool {
        true
    }

    fn flush_buffer(&mut self) -> io::Result<()> {
        let directions = self.directions;
        let flushed = self.poll(&directions.sending, |io, context| io.poll_flush(context));
        self.sent |= flushed.is_ready();
        would_block(flushed)
    }
}
