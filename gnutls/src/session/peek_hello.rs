//! Reading the hello of a client ahead of the handshake, so that the choice of a configuration can take its time.

use std::io;
use std::task::Poll;

use crate::error::{Error, ErrorKind, Result};
use crate::handshake::client_hello::{ClientHello, RequestedNames};
use crate::session::{Session, ready};
use crate::session_core::lifecycle::Operation;
use crate::transport;
use crate::transport::Transport;

/// The longest hello that is waited for: what GnuTLS accepts of any handshake message by default.
const HELLO: usize = 128 * 1024;

/// What was read before the handshake of a server.
#[derive(Default)]
pub(crate) struct PeekedHello {
    /// The records, which the handshake receives first.
    pub(crate) records: Vec<u8>,
    /// The hello in them. It is empty if they hold something else, so that no hello matches it.
    pub(crate) hello: Option<Vec<u8>>,
    /// What the first hello of the session requested.
    pub(crate) requested: Option<RequestedNames>,
}

impl Session {
    /// On a server of TLS, before its handshake: reads the client's hello, so that [`set_config`](Self::set_config) can
    /// be given what was chosen by it. The choice may take its time, and can be made by asking others. `Pending` while the
    /// transport blocks.
    ///
    /// The handshake is then run as ever and begins with this hello. Where a choice is made at once, and with DTLS, see
    /// [`ServerConfigBuilder::on_client_hello`](crate::ServerConfigBuilder::on_client_hello).
    ///
    /// ```
    /// use gnutls::{Identity, MemoryTransport, ServerConfig, ClientConfig, Trust};
    ///
    /// # let pem = |name: &str| std::fs::read(format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
    /// # let identity = Identity::from_pem(&pem("server"), &pem("server-key"))?;
    /// # let (mut near, mut far) = MemoryTransport::stream();
    /// # let mut client = ClientConfig::builder().trust(Trust::pem(&pem("ca"))?).build()?.session("localhost")?;
    /// # let _ = client.handshake(&mut near)?;
    /// let config = ServerConfig::builder().identity(identity.clone()).build()?;
    /// let mut session = config.session()?;
    /// if let std::task::Poll::Ready(hello) = session.client_hello(&mut far)? {
    ///     let name = hello.server_name().map(str::to_owned);
    ///     // ... look the name up ...
    ///     assert_eq!(name.as_deref(), Some("localhost"));
    ///     let chosen = ServerConfig::builder().identity(identity).alpn(["h2"]).build()?;
    ///     session.set_config(&chosen)?;
    /// }
    /// # while client.handshake(&mut near)?.is_pending() | session.handshake(&mut far)?.is_pending() {}
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidState`](ErrorKind::InvalidState) on a client, with DTLS, on [descriptors](crate::Descriptors), and once the handshake has begun.
    /// [`Protocol`](ErrorKind::Protocol), not fatal, where what came is no hello of TLS: the handshake then fails, and tells
    /// the client why. [`UnexpectedEof`](ErrorKind::UnexpectedEof) and [`Io`](ErrorKind::Io) for the transport.
    pub fn client_hello<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
    ) -> Result<Poll<ClientHello<'_>>> {
        ready!(self.begin_call(io));
        self.permit_choice(Operation::ReadClientHello)?;
        if self.is_datagram() {
            return Err(Error::invalid_state(
                "a hello of DTLS cannot be read ahead of the handshake",
            ));
        }
        if self.uses_descriptors() {
            return Err(Error::invalid_state(
                "GnuTLS itself reads from descriptors: choose by on_client_hello",
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
            match received {
                Ok(Poll::Pending) => return Ok(Poll::Pending),
                Ok(Poll::Ready(0)) => {
                    self.core_mut().lifecycle.end();
                    return Err(Error::from(io::Error::from(io::ErrorKind::UnexpectedEof))
                        .with_kind(ErrorKind::UnexpectedEof));
                }
                Ok(Poll::Ready(_)) => {}
                Err(error) => {
                    self.core_mut().lifecycle.end();
                    return Err(Error::io(error));
                }
            }
        }
        let hello = body(&self.state().peeked.records);
        self.keep_hello(hello);
        let hello = self.state().peeked.hello.as_deref().unwrap_or_default();
        match ClientHello::parse(hello, false) {
            Some(hello) => Ok(Poll::Ready(hello)),
            None => Err(no_hello()),
        }
    }

    /// Whatever is chosen by it, also to go on as configured: GnuTLS has to find the same hello, and a further one has to ask
    /// for the same.
    fn keep_hello(&mut self, hello: Vec<u8>) {
        crate::session::callbacks::handshake_hook::install(self.handle());
        self.state_mut().peeked.hello = Some(hello);
    }
}

fn no_hello() -> Error {
    Error::new(ErrorKind::Protocol, "what came is no hello of TLS").not_fatal()
}

enum Message {
    /// The hello is there,
    Whole,
    /// more is to come,
    Cut,
    /// it is something else.
    Other,
}

/// What the records hold that came first: a hello may be spread over several (RFC 8446, section 5.1).
fn message(records: &[u8]) -> Message {
    let mut length = 0;
    let mut header = Vec::with_capacity(4);
    let mut rest = records;
    loop {
        let Some((head, tail)) = rest.split_at_checked(5) else {
            // The first byte is enough to know that it is no handshake.
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

/// The body of the hello that [`message`] has found whole.
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
