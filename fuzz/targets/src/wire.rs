//! A transport whose content the target controls, and readers of records.

use std::collections::VecDeque;
use std::io;

use gnutls::Transport;

/// One end of a connection: what it can receive, and what it has sent.
#[derive(Default)]
pub(crate) struct Wire {
    pub(crate) incoming: VecDeque<Vec<u8>>,
    pub(crate) outgoing: VecDeque<Vec<u8>>,
    pub(crate) datagram: bool,
    /// The stream ends after `incoming`.
    pub(crate) ended: bool,
    /// `true` after a call that found nothing to receive.
    pub(crate) blocked: bool,
    /// `true` after a call that found the end of the stream.
    pub(crate) found_end: bool,
}

impl Wire {
    /// Creates an end without content.
    pub(crate) fn new(datagram: bool) -> Self {
        Self {
            datagram,
            ..Self::default()
        }
    }

    /// Returns the number of bytes that can be received.
    pub(crate) fn available(&self) -> usize {
        self.incoming.iter().map(Vec::len).sum()
    }
}

impl Transport for Wire {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.outgoing.push_back(bytes.to_vec());
        Ok(bytes.len())
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.incoming.front().is_some_and(Vec::is_empty) {
            self.incoming.pop_front();
        }
        let Some(chunk) = self.incoming.front_mut() else {
            if self.ended && !self.datagram {
                self.found_end = true;
                return Ok(0);
            }
            self.blocked = true;
            return Err(io::ErrorKind::WouldBlock.into());
        };
        let length = chunk.len().min(buffer.len());
        buffer[..length].copy_from_slice(&chunk[..length]);
        if self.datagram {
            self.incoming.pop_front();
        } else {
            chunk.drain(..length);
        }
        Ok(length)
    }
}

/// Returns the length of the session identifier in a record with a TLS ClientHello.
pub(crate) fn hello_session_id(records: &[u8]) -> Option<usize> {
    // The headers of the record and of the message, the version and the random value.
    let is_hello = records.first() == Some(&22) && records.get(5) == Some(&1);
    is_hello.then(|| records.get(5 + 4 + 2 + 32).copied().map(usize::from))?
}
