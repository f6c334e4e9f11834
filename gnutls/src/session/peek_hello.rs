//! Reading the ClientHello before the handshake, so that a configuration can be selected asynchronously.

use std::collections::VecDeque;
use std::io;
use std::task::Poll;

use crate::error::{Error, ErrorKind, Result};
use crate::handshake::client_hello::{ClientHello, RequestedNames};
use crate::session::handshake::ROUNDS;
use crate::session::{Session, ready};
use crate::session_core::lifecycle::Operation;
use crate::transport;
use crate::transport::Transport;

/// The data that a server has read before the handshake.
#[derive(Default)]
pub(crate) struct PeekedHello {
    /// The records, which the handshake receives first.
    pub(crate) records: VecDeque<u8>,
    pub(super) assembly: Assembly,
    /// The ClientHello in the records, which is empty if they contain another message, so that no ClientHello matches
    /// it.
    pub(crate) hello: Option<Vec<u8>>,
    /// The names that the first ClientHello of the session requested.
    pub(crate) requested: Option<RequestedNames>,
}

impl Session {
    /// Reads the ClientHello on a TLS server before its handshake, so that a configuration can be selected by it and
    /// set with [`set_config`](Self::set_config). The selection may be asynchronous. Returns `Pending` while the
    /// transport blocks.
    ///
    /// The handshake then runs as usual and begins with this ClientHello. To select a configuration synchronously, and
    /// with DTLS, use [`ServerConfigBuilder::on_client_hello`](crate::ServerConfigBuilder::on_client_hello).
    ///
    /// ```
    /// use gnutls::{ClientConfig, Identity, ServerConfig, Trust};
    /// use gnutls::transport::MemoryTransport;
    ///
    /// # let pem = |name: &str| std::fs::read(format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
    /// # let identity = Identity::from_pem(&pem("server"), &pem("server-key"))?;
    /// # let (mut client_io, mut server_io) = MemoryTransport::stream();
    /// # let mut client = ClientConfig::builder().trust(Trust::pem(&pem("ca"))?).build()?.session("localhost")?;
    /// # let _ = client.handshake(&mut client_io)?;
    /// let config = ServerConfig::builder().identity(identity.clone()).build()?;
    /// let mut server = config.session()?;
    /// if let std::task::Poll::Ready(hello) = server.client_hello(&mut server_io)? {
    ///     let name = hello.server_name().map(str::to_owned);
    ///     // ... look up the name ...
    ///     assert_eq!(name.as_deref(), Some("localhost"));
    ///     let selected = ServerConfig::builder().identity(identity).alpn(["h2"]).build()?;
    ///     server.set_config(&selected)?;
    /// }
    /// # while client.handshake(&mut client_io)?.is_pending() | server.handshake(&mut server_io)?.is_pending() {}
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidState`](ErrorKind::InvalidState) on a client, with DTLS, on
    /// [descriptors](crate::transport::Descriptors), and once the handshake has begun. The kind is
    /// [`Protocol`](ErrorKind::Protocol) if the received data is not a TLS ClientHello; this error is not fatal, and
    /// the handshake then fails and sends the alert. The kind is [`UnexpectedEof`](ErrorKind::UnexpectedEof) or
    /// [`Io`](ErrorKind::Io) if the transport fails.
    pub fn client_hello<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
    ) -> Result<Poll<ClientHello<'_>>> {
        ready!(self.begin_call(io));
        self.permit_choice(Operation::ReadClientHello)?;
        if self.is_datagram() {
            return Err(Error::invalid_state(
                "a DTLS ClientHello cannot be read before the handshake: use `on_client_hello`",
            ));
        }
        if self.uses_descriptors() {
            return Err(Error::invalid_state(
                "a ClientHello cannot be read from descriptors before the handshake: use `on_client_hello`",
            ));
        }
        let mut interruptions = 0;
        while self.state().peeked.hello.is_none() {
            let assembly = &mut self.state_mut().peeked.assembly;
            if assembly.progress != Progress::Cut {
                let hello = std::mem::take(assembly).into_body();
                self.keep_hello(hello);
                break;
            }
            let mut buffer = [0; 4096];
            let received = transport::receive(io, &mut buffer);
            let state = self.state_mut();
            state.core.call.would_block = received.as_ref().is_err_and(transport::is_blocked);
            let error = match received {
                Err(error) if transport::is_blocked(&error) => return Ok(Poll::Pending),
                Ok(0) => Error::from(io::Error::from(io::ErrorKind::UnexpectedEof))
                    .with_kind(ErrorKind::UnexpectedEof),
                Ok(length) => {
                    let max = state.config.common().handshake.max_message();
                    state.peeked.assembly.add(&buffer[..length], max);
                    state.peeked.records.extend(&buffer[..length]);
                    continue;
                }
                Err(error) if transport::is_interruption(&error) => {
                    interruptions += 1;
                    if interruptions < ROUNDS {
                        continue;
                    }
                    return self.yield_now();
                }
                Err(error) => Error::io(error),
            };
            return Err(self.core_mut().lifecycle.end_with(error));
        }
        let hello = self.state().peeked.hello.as_deref().unwrap_or_default();
        match ClientHello::parse(hello, false) {
            Some(hello) => Ok(Poll::Ready(hello)),
            None => Err(no_hello()),
        }
    }

    /// Stores the ClientHello for the handshake, which fails if GnuTLS receives another one, or if a second ClientHello
    /// requests other names.
    fn keep_hello(&mut self, hello: Vec<u8>) {
        crate::session::callbacks::handshake_hook::install(self.handle());
        self.state_mut().peeked.hello = Some(hello);
    }
}

fn no_hello() -> Error {
    Error::new(
        ErrorKind::Protocol,
        "the received data is not a TLS ClientHello: call `handshake` to send the alert",
    )
    .not_fatal()
}

/// The message in the records that have been received.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Progress {
    /// The ClientHello is incomplete.
    #[default]
    Cut,
    /// The whole ClientHello has been received.
    Whole,
    /// The records contain another message.
    Other,
}

/// Combines the fragments of a ClientHello (RFC 8446, section 5.1). It receives every byte once, so that the work does
/// not depend on the sizes in which the bytes arrive.
#[derive(Default)]
pub(super) struct Assembly {
    progress: Progress,
    /// The received part of a record header.
    header: Vec<u8>,
    /// The number of bytes of the current record that have not been received.
    missing: usize,
    /// The received part of the message, with its header of 4 bytes.
    pub(super) message: Vec<u8>,
    /// The number of times that received bytes were processed.
    #[cfg(test)]
    pub(super) steps: usize,
}

impl Assembly {
    /// Adds received bytes, and ignores those after the message, which must have at most `max` bytes.
    fn add(&mut self, mut received: &[u8], max: usize) {
        while self.progress == Progress::Cut && !received.is_empty() {
            #[cfg(test)]
            {
                self.steps += 1;
            }
            if self.missing > 0 {
                let (content, rest) = received.split_at(received.len().min(self.missing));
                self.message.extend_from_slice(content);
                self.missing -= content.len();
                received = rest;
                self.progress = self.progress_of_message(max);
                continue;
            }
            let (header, rest) = received.split_at(received.len().min(5 - self.header.len()));
            self.header.extend_from_slice(header);
            received = rest;
            self.progress = self.begin_record();
        }
    }

    /// Begins a record if its header is complete. The first byte is sufficient to determine that it is not a handshake
    /// record.
    fn begin_record(&mut self) -> Progress {
        if self.header.first() != Some(&22) {
            return Progress::Other;
        }
        if let [_, version, _, high, low] = self.header[..] {
            self.missing = u16::from_be_bytes([high, low]).into();
            self.header.clear();
            if version != 3 || !(1..=16_384).contains(&self.missing) {
                return Progress::Other;
            }
        }
        Progress::Cut
    }

    fn progress_of_message(&self, max: usize) -> Progress {
        if self.message.first() != Some(&1) {
            return Progress::Other;
        }
        match self.length() {
            Some(length) if length > max => Progress::Other,
            Some(length) if length <= self.message.len() => Progress::Whole,
            _ => Progress::Cut,
        }
    }

    /// Returns the length of the whole message, once its header has been received.
    fn length(&self) -> Option<usize> {
        let header = self.message.get(1..4)?;
        Some(4 + u32::from_be_bytes([0, header[0], header[1], header[2]]) as usize)
    }

    /// Returns the body of the ClientHello, which is empty if the message is another one.
    fn into_body(mut self) -> Vec<u8> {
        if self.progress == Progress::Other {
            return Vec::new();
        }
        self.message.truncate(self.length().unwrap_or_default());
        self.message.drain(..4);
        self.message
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::handshake::MAX_MESSAGE;

    fn record(content: &[u8]) -> Vec<u8> {
        [
            &[22, 3, 1],
            &(content.len() as u16).to_be_bytes()[..],
            content,
        ]
        .concat()
    }

    #[test]
    fn a_hello_is_put_together_from_its_records() {
        let hello = [&[1, 0, 0, 5][..], b"hello"].concat();
        for size in 1..=hello.len() {
            let records: Vec<u8> = hello.chunks(size).flat_map(record).collect();
            let followed = [&records[..], b"more"].concat();
            for piece in 1..=followed.len() {
                let mut assembly = Assembly::default();
                for (index, bytes) in followed.chunks(piece).enumerate() {
                    assembly.add(bytes, MAX_MESSAGE);
                    let whole = index * piece + bytes.len() >= records.len();
                    let expected = if whole {
                        Progress::Whole
                    } else {
                        Progress::Cut
                    };
                    assert_eq!(assembly.progress, expected, "{size}, {piece}");
                }
                assert_eq!(assembly.into_body(), b"hello");
            }
        }
    }

    #[test]
    fn bug_class_19_what_is_no_hello_is_not_waited_for() {
        for records in [
            b"GET / HTTP/1.0".to_vec(),
            record(&[2, 0, 0, 5]),
            record(&[]),
            record(&[1, 255, 255, 255]),
            vec![22, 3, 1, 255, 255],
            vec![21],
        ] {
            for piece in 1..=records.len() {
                let mut assembly = Assembly::default();
                for bytes in records.chunks(piece) {
                    assembly.add(bytes, MAX_MESSAGE);
                }
                assert_eq!(assembly.progress, Progress::Other, "{records:?}");
            }
        }
    }
}
