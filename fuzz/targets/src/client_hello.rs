//! ClientHello messages, as a server reads them before and during the handshake.

use std::sync::{Arc, Mutex, OnceLock};
use std::task::Poll;

use gnutls::{ErrorKind, HelloAnswer, ServerConfig};
use gnutls_testing::fixtures::server_identity;
use gnutls_testing::pair::{DTLS1_2, client};

use crate::input::Input;
use crate::wire::Wire;

/// The body of a ClientHello that the callback of the configuration has received.
type Received = Arc<Mutex<Option<Vec<u8>>>>;

struct Setup {
    /// A configuration with a callback for the ClientHello, and one without.
    with_callback: ServerConfig,
    without: ServerConfig,
    received: Received,
    /// The records of a ClientHello, of TLS and of DTLS.
    valid: [Vec<u8>; 2],
}

fn setup() -> &'static Setup {
    static SETUP: OnceLock<Setup> = OnceLock::new();
    SETUP.get_or_init(|| {
        let received = Received::default();
        let of_callback = Arc::clone(&received);
        let builder = || {
            ServerConfig::builder()
                .identity(server_identity())
                .alpn(["h2", "http/1.1"])
        };
        let with_callback = builder().on_client_hello(move |_, hello| {
            // All that a getter returns is within the message.
            let _ = format!("{hello:?}");
            let _ = (hello.server_name(), hello.versions());
            let count = hello.alpn().count() + hello.cipher_suites().count();
            assert!(count <= hello.as_bytes().len());
            for (number, content) in hello.extensions() {
                assert!(content.len() <= hello.as_bytes().len());
                assert!(hello.extension(number).is_some());
            }
            assert!(hello.session_id().len() <= 32 && hello.random().len() == 32);
            *of_callback.lock().unwrap() = Some(hello.as_bytes().to_vec());
            HelloAnswer::Continue
        });
        let valid = [("NORMAL", false), (DTLS1_2, true)].map(|(priority, datagram)| {
            let client = client(priority).alpn(["h2"]).build().unwrap();
            let session = match datagram {
                true => client.datagram_session("localhost"),
                false => client.session("localhost"),
            };
            let mut wire = Wire::new(datagram);
            assert!(session.unwrap().handshake(&mut wire).unwrap().is_pending());
            wire.outgoing.into_iter().flatten().collect()
        });
        Setup {
            with_callback: with_callback.build().unwrap(),
            without: builder().build().unwrap(),
            received,
            valid,
        }
    })
}

/// Gives records to a server. The first byte chooses the protocol, and the size of the pieces that arrive; with its
/// highest bit set, the rest changes valid records.
///
/// A ClientHello that is read before the handshake is the one that the callback receives. After an error no server
/// continues.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let choice = input.byte();
    let setup = setup();
    let datagram = choice & 1 != 0;
    let piece = match choice & 2 {
        0 => usize::MAX,
        _ => 1 + usize::from(choice >> 2 & 0x0f),
    };
    let mut bytes = input.0.to_vec();
    if choice & 0x80 != 0 {
        bytes.clone_from(&setup.valid[usize::from(datagram)]);
        input.change(&mut bytes);
    }
    let wire = || {
        let mut wire = Wire::new(datagram);
        let pieces = bytes.chunks(if datagram { usize::MAX } else { piece });
        wire.incoming.extend(pieces.map(<[u8]>::to_vec));
        wire
    };

    let received = || setup.received.lock().unwrap().take();
    received();
    let session = |config: &ServerConfig| match datagram {
        true => config.datagram_session().unwrap(),
        false => config.session().unwrap(),
    };
    let mut io = wire();
    let _ = session(&setup.with_callback).handshake(&mut io);
    let by_callback = received();
    if datagram {
        return;
    }

    let (mut io, mut server) = (wire(), session(&setup.without));
    let read_before = match server.client_hello(&mut io) {
        Ok(Poll::Ready(hello)) => Some(hello.as_bytes().to_vec()),
        Ok(Poll::Pending) => None,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
            io.ended = true;
            for _ in 0..1000 {
                match server.handshake(&mut io) {
                    Ok(Poll::Ready(())) => panic!("a server accepted {bytes:?}"),
                    Ok(Poll::Pending) => {}
                    Err(_) => return,
                }
            }
            panic!("the handshake did not end after {bytes:?}");
        }
    };
    if let (Some(one), Some(other)) = (&by_callback, &read_before) {
        assert_eq!(one, other, "{bytes:?}");
    }
    let _ = server.handshake(&mut io);
}
