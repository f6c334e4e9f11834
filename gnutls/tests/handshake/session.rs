//! Handshakes and data over a transport in memory.

use std::cell::RefCell;
use std::task::Poll;
use std::thread;

use gnutls::crypto::PublicKeyAlgorithm;
use gnutls::{ClientAuth, ErrorKind, Priority, Protocol, ServerConfig, Side, Trust};
use gnutls_testing::fixtures::{client_identity, fixture, identity};
use gnutls_testing::pair::*;
use gnutls_testing::process::is_alone;
use gnutls_testing::requirement::{self, Requirement};
use gnutls_testing::test_name;

#[test]
fn a_session_of_every_protocol_transfers_data() {
    for (priority, datagram) in protocols() {
        let mut pair = Pair::connected(priority, datagram);
        assert_eq!(pair.there(b"hello"), b"hello", "{priority}");
        assert_eq!(pair.back(b"hello to you"), b"hello to you", "{priority}");
        for (session, side) in [(&pair.client, Side::Client), (&pair.server, Side::Server)] {
            assert_eq!(session.side(), side);
            assert!(session.handshake_done());
            assert!(!session.is_resumed());
            assert!(session.description().unwrap().starts_with('('));
            assert_eq!(session.id2(), session.id().as_bytes());
        }
        assert_eq!(pair.client.peer_certificates().unwrap().len(), 1);
        assert!(pair.server.peer_certificates().is_none());
        assert_eq!(pair.server.server_name().as_deref(), Some("localhost"));
        assert_eq!(
            pair.client
                .verification_status()
                .map(|status| status.is_trusted()),
            Some(true)
        );
        assert_eq!(pair.client.close(&mut pair.near).unwrap(), Poll::Ready(()));
        assert_eq!(
            pair.server.read(&mut pair.far, &mut [0; 10]).unwrap(),
            Poll::Ready(0)
        );
        assert_eq!(
            pair.client
                .write(&mut pair.near, b"more")
                .unwrap_err()
                .kind(),
            ErrorKind::Closed
        );
        // The other direction is still open.
        assert_eq!(pair.back(b"and good bye"), b"and good bye");
    }
}

#[test]
fn the_algorithms_of_signatures_are_those_of_both_keys() {
    let trusted = || Trust::pem(&fixture("ca.pem")).unwrap();
    for priority in ["NORMAL:-VERS-ALL:+VERS-TLS1.2", "NORMAL"] {
        let client = client(priority).identity(client_identity());
        let server = ServerConfig::builder()
            .priority(Priority::new(priority).unwrap())
            .identity(identity("server-ecdsa"))
            .client_auth(ClientAuth::Required(trusted()));
        let mut pair = Pair::build(client, server, false);
        assert_eq!(pair.client.server_signature_algorithm(), None);
        pair.handshake().unwrap();
        for session in [&pair.client, &pair.server] {
            let algorithms = [
                session.server_signature_algorithm(),
                session.client_signature_algorithm(),
            ];
            let keys = algorithms.map(|algorithm| algorithm.unwrap().public_key().unwrap());
            assert_eq!(keys[0], PublicKeyAlgorithm::ECDSA, "{priority}");
            assert!(
                [PublicKeyAlgorithm::RSA, PublicKeyAlgorithm::RSA_PSS].contains(&keys[1]),
                "{priority}"
            );
        }
        // The client signs nothing without an identity.
        let anonymous = Pair::connected(priority, false);
        assert!(anonymous.server.server_signature_algorithm().is_some());
        assert_eq!(anonymous.server.client_signature_algorithm(), None);
    }
}

#[test]
fn the_priorities_determine_the_protocol() {
    assert_eq!(
        Pair::connected(TLS1_2, false).client.protocol(),
        Some(Protocol::TLS1_2)
    );
    assert_eq!(
        Pair::connected(DTLS1_2, true).server.protocol(),
        Some(Protocol::DTLS1_2)
    );
    if requirement::TLS1_3.is_present() {
        assert_eq!(
            Pair::connected(TLS1_3, false).server.protocol(),
            Some(Protocol::TLS1_3)
        );
    }
}

/// A connection that closes itself when it is dropped.
struct Closing(Pair);

impl Drop for Closing {
    fn drop(&mut self) {
        assert!(self.0.client.close(&mut self.0.near).unwrap().is_ready());
    }
}

#[test]
fn a_session_can_be_closed_while_its_thread_ends() {
    thread_local! {
        static CONNECTION: RefCell<Option<Closing>> = const { RefCell::new(None) };
    }
    // A panic in the destructor of a thread-local value aborts the process.
    if is_alone(&test_name!(), &[]) {
        let connect = || {
            // The connection is registered first and dropped last: the values that it uses are gone by then.
            CONNECTION.with(|connection| {
                let client = client(TLS1_2).build().unwrap();
                let server = server(TLS1_2).build().unwrap();
                let pair = Pair::connect(&client, &server, false);
                *connection.borrow_mut() = Some(Closing(pair));
            });
        };
        thread::spawn(connect).join().unwrap();
    }
}
