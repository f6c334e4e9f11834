//! The loops of blocking operations, which a stream and its halves share.

use std::task::Poll;
use std::time::{Duration, Instant};

use crate::alert::Alert;
use crate::error::code::ErrorCode;
use crate::error::{Error, ErrorKind, Result};
use crate::session::Session;
use crate::transport::Transport;

/// The first retransmission timeout of GnuTLS (RFC 6347, section 4.2.4.1).
const RETRANSMISSION: Duration = Duration::from_secs(1);

/// The events for which a pending operation waits, whichever comes first.
#[derive(Clone, Copy)]
pub(crate) struct Waits {
    pub(crate) read: bool,
    pub(crate) write: bool,
    pub(crate) until: Option<Instant>,
}

/// Returns the events for which the last, pending operation of a session waits. `None` means that it only yielded.
pub(crate) fn waits(session: &Session) -> Option<Waits> {
    let (read, write) = (session.wants_read(), session.wants_write());
    if !read && !write {
        return None;
    }
    // As long as output waits for the transport, nothing is sent again. Only GnuTLS's time limit of the handshake is
    // then to be checked from time to time.
    let retransmission = session.datagram_timeout().and_then(|time| {
        let minimum = if write {
            RETRANSMISSION
        } else {
            Duration::ZERO
        };
        Instant::now().checked_add(time.max(minimum))
    });
    let until = [session.handshake_deadline(), retransmission];
    Some(Waits {
        read,
        write,
        until: until.into_iter().flatten().min(),
    })
}

/// A session with a transport, and a way to wait for it.
pub(crate) trait Blocking {
    type Io: Transport;

    /// Calls an operation of the session once.
    fn step<R>(
        &mut self,
        operation: &mut impl FnMut(&mut Session, &mut Self::Io) -> Result<Poll<R>>,
    ) -> Result<Poll<R>>;

    /// Waits for the events for which the last step waits. It returns at once if the operation only yielded.
    fn block(&mut self) -> Result<()>;

    /// Waits until the data is read that prevents a handshake from completing. By default it fails with the error of
    /// the handshake, because no other thread reads.
    fn wait_for_reader(&mut self, error: Error) -> Result<()> {
        Err(error)
    }

    /// Repeats an operation until it is ready, and waits for the transport in between.
    fn complete<R>(
        &mut self,
        mut operation: impl FnMut(&mut Session, &mut Self::Io) -> Result<Poll<R>>,
    ) -> Result<R> {
        loop {
            match self.step(&mut operation)? {
                Poll::Ready(value) => return Ok(value),
                Poll::Pending => self.block()?,
            }
        }
    }

    /// Performs the handshake, or the rest of it.
    fn complete_handshake(&mut self) -> Result<()> {
        match self.complete(|session, io| session.handshake(io)) {
            // The peer continues without a new handshake.
            Err(error) if is_refusal(&error) => Ok(()),
            result => result,
        }
    }

    /// Repeats an operation that sends data until it is ready. It performs the handshake first.
    fn complete_send<R>(
        &mut self,
        mut operation: impl FnMut(&mut Session, &mut Self::Io) -> Result<Poll<R>>,
    ) -> Result<R> {
        loop {
            let sent = self.step(&mut |session, io| {
                if !session.handshake_done() {
                    return Ok(Poll::Ready(None));
                }
                Ok(operation(session, io)?.map(Some))
            })?;
            match sent {
                Poll::Ready(Some(value)) => return Ok(value),
                Poll::Ready(None) => match self.complete_handshake() {
                    Err(error) if has_data_first(&error) => self.wait_for_reader(error)?,
                    result => result?,
                },
                Poll::Pending => self.block()?,
            }
        }
    }

    /// Repeats an operation that receives data until it is ready. It performs the handshake first, and a new one if the
    /// peer requests it.
    fn complete_receive<R>(
        &mut self,
        mut operation: impl FnMut(&mut Session, &mut Self::Io) -> Result<Poll<R>>,
    ) -> Result<R> {
        loop {
            let received = self.step(&mut |session, io| {
                if !session.core().lifecycle.has_opened() {
                    return Ok(Poll::Ready(None));
                }
                Ok(operation(session, io)?.map(Some))
            });
            match received {
                Ok(Poll::Ready(Some(value))) => return Ok(value),
                Ok(Poll::Ready(None)) => self.complete_handshake()?,
                Ok(Poll::Pending) => self.block()?,
                Err(error) if error.kind() == ErrorKind::Rehandshake => {
                    // Reading continues before the last message is sent: the peer may not read before it has sent data.
                    let handshake = self.complete(|session, io| {
                        if session.handshake_done() {
                            return Ok(Poll::Ready(()));
                        }
                        session.handshake(io)
                    });
                    match handshake {
                        // The handshake continues once the data in front of it has been read.
                        Err(error) if has_data_first(&error) || is_refusal(&error) => {}
                        result => result?,
                    }
                }
                Err(error) if is_refusal(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Returns `true` if the peer continues without a new handshake.
pub(crate) fn is_refusal(error: &Error) -> bool {
    error.kind() == ErrorKind::Alert
        && !error.is_fatal()
        && error.alert() == Some(Alert::NO_RENEGOTIATION)
}

/// Returns `true` if a handshake continues once the data in front of it has been read.
pub(crate) fn has_data_first(error: &Error) -> bool {
    error.code() == Some(ErrorCode::GOT_APPLICATION_DATA)
}
