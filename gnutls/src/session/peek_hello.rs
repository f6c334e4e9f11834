//! Reading the ClientHello before the handshake, so that a configuration can be selected asynchronously.

use std::io;
use std::task::Poll;

use crate::error::{Error, ErrorKind, Result};
use crate::handshake::client_hello::{ClientHello, RequestedNames};
use crate::session::{Session, ready};
use crate::session_core::lifecycle::Operation;
use crate::transport;
use crate::transport::Transport;

/// The maximum length of a ClientHello, which is the default of GnuTLS for handshake messages.
const HELLO: usize = 128 * 1024;

/// The data that a server has read before the handshake.
#[derive(Default)]
pub(crate) struct PeekedHello {
    /// The records, which the handshake receives first.
    pub(crate) records: Vec<u8>,
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
        loop {
            match message(&self.state().peeked.records) {
                Message::Whole => break,
                Message::Other => {
                    self.keep_hello(Vec::new());
                    return Err(no_hello());
                }
                Message::Cut => {}
            }
            let state = self.state_mut();
            let filled = state.peeked.records.len();
            state.peeked.records.resize(filled + 4096, 0);
            let received = transport::receive(io, &mut state.peeked.records[filled..]);
            let length = match received {
                Ok(Poll::Ready(length)) => length,
                _ => 0,
            };
            state.peeked.records.truncate(filled + length);
            state.core.call.would_block = matches!(received, Ok(Poll::Pending));
            let error = match received {
                Ok(Poll::Pending) => return Ok(Poll::Pending),
                Ok(Poll::Ready(0)) => Error::from(io::Error::from(io::ErrorKind::UnexpectedEof))
                    .with_kind(ErrorKind::UnexpectedEof),
                Ok(Poll::Ready(_)) => continue,
                Err(error) => Error::io(error),
            };
            return Err(self.core_mut().lifecycle.end_with(error));
        }
        let hello = body(&self.state().peeked.records);
        self.keep_hello(hello);
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

enum Message {
    /// The whole ClientHello has been received.
    Whole,
    /// The ClientHello is incomplete.
    Cut,
    /// The records contain another message.
    Other,
}

/// Classifies the first received records, which may contain a fragmented ClientHello (RFC 8446, section 5.1).
fn message(records: &[u8]) -> Message {
    let mut length = 0;
    let mut header = Vec::with_capacity(4);
    let mut rest = records;
    loop {
        let Some((head, tail)) = rest.split_at_checked(5) else {
            // The first byte is sufficient to determine that this is not a handshake record.
            return if rest.first().is_some_and(|&kind| kind != 22) {
                Message::Other
            } else {
                Message::Cut
            };
        };
        let size = usize::from(u16::from_be_bytes([head[3], head[4]]));
        if head[0] != 22 || head[1] != 3 || !(1..=16_384).contains(&size) {
            return Message::Other;
        }
        let content = &tail[..size.min(tail.len())];
        header.extend(content.iter().take(4 - header.len()));
        length += content.len();
        if header.first().is_some_and(|&kind| kind != 1) {
            return Message::Other;
        }
        if let [_, high, middle, low] = header[..] {
            let whole = 4 + u32::from_be_bytes([0, high, middle, low]) as usize;
            if whole > HELLO {
                return Message::Other;
            }
            if length >= whole {
                return Message::Whole;
            }
        }
        if content.len() < size {
            return Message::Cut;
        }
        rest = &tail[size..];
    }
}

/// Returns the body of a ClientHello that [`message`] has found complete.
fn body(records: &[u8]) -> Vec<u8> {
    let mut content = Vec::new();
    let mut rest = records;
    while let Some((head, tail)) = rest.split_at_checked(5) {
        let size = usize::from(u16::from_be_bytes([head[3], head[4]])).min(tail.len());
        content.extend_from_slice(&tail[..size]);
        rest = &tail[size..];
    }
    let length = content.get(1..4).map_or(0, |length| {
        u32::from_be_bytes([0, length[0], length[1], length[2]]) as usize
    });
    content.drain(..4.min(content.len()));
    content.truncate(length);
    content
}

#[cfg(test)]
mod tests {
    use super::*;

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
            for length in 0..records.len() {
                assert!(matches!(message(&records[..length]), Message::Cut));
            }
            assert!(matches!(message(&records), Message::Whole));
            let followed = [&records[..], b"more"].concat();
            assert!(matches!(message(&followed), Message::Whole));
            assert_eq!(body(&followed), b"hello");
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
            assert!(matches!(message(&records), Message::Other), "{records:?}");
        }
    }
}
