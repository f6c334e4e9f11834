//! The values that a program stores in a session, and their use by the closures of a configuration.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use gnutls::psk::{self, PreSharedKey};
use gnutls::{Alert, ClientAuth, HelloAnswer, Session};
use gnutls_testing::fixtures::{client_identity, trust};
use gnutls_testing::pair::{Pair, TLS1_2, client, protocols, server};
use gnutls_testing::requirement::{self, Requirement};
use gnutls_testing::skip_unless;

/// The address of a client.
#[derive(Debug, PartialEq)]
struct Address(u8);

/// The number of calls of a connection.
#[derive(Default)]
struct Calls(AtomicU32);

fn session() -> Session {
    server(TLS1_2).build().unwrap().session().unwrap()
}

#[test]
fn a_session_has_one_value_of_each_type() {
    let mut session = session();
    assert_eq!(session.data::<Address>(), None);
    assert_eq!(session.insert_data(Address(1)), None);
    assert_eq!(session.insert_data("a string"), None);
    assert_eq!(session.insert_data(Address(2)), Some(Address(1)));
    assert_eq!(session.data(), Some(&Address(2)));
    session.data_mut::<Address>().unwrap().0 += 1;
    assert_eq!(session.remove_data(), Some(Address(3)));
    assert_eq!(session.remove_data::<Address>(), None);
    assert_eq!(session.data(), Some(&"a string"));
    assert!(session.data_mut::<Address>().is_none());
}

#[test]
fn bug_class_2_values_are_dropped_once_with_the_session() {
    let value = Arc::new(());
    let mut first = session();
    first.insert_data(Arc::clone(&value));
    let replaced = first.insert_data(Arc::clone(&value));
    assert_eq!(Arc::strong_count(&value), 3);
    drop(replaced);
    assert_eq!(Arc::strong_count(&value), 2);
    // A session can move to another thread with its values.
    std::thread::spawn(move || drop(first)).join().unwrap();
    assert_eq!(Arc::strong_count(&value), 1);
}

#[test]
fn bug_class_13_a_value_that_panics_when_dropped_leaves_the_process_sound() {
    struct Panics;
    impl Drop for Panics {
        fn drop(&mut self) {
            panic!("in the destructor");
        }
    }
    let mut session = session();
    session.insert_data(Panics);
    let payload = catch_unwind(AssertUnwindSafe(move || drop(session))).unwrap_err();
    assert_eq!(payload.downcast_ref(), Some(&"in the destructor"));
    let (client, server) = (client(TLS1_2), server(TLS1_2));
    Pair::build(client, server, false).handshake().unwrap();
}

#[test]
fn closures_of_one_configuration_find_the_data_of_each_connection() {
    for (priority, datagram) in protocols() {
        let steps = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&steps);
        let mut builder = server(priority)
            .client_auth(ClientAuth::Required(trust()))
            .on_client_hello(|session, _| match session.data() {
                Some(Address(0)) => HelloAnswer::Refuse(Alert::ACCESS_DENIED),
                _ => HelloAnswer::Continue,
            })
            .verifier(|peer| {
                let calls: &Calls = peer.session().data().unwrap();
                calls.0.fetch_add(1, Ordering::Relaxed);
                match peer.session().data() {
                    Some(Address(1)) => Ok(()),
                    _ => Err(Alert::ACCESS_DENIED.into()),
                }
            });
        let observes = requirement::VERIFICATION_STEPS.is_present();
        if observes {
            builder = builder.on_verification_step(move |step| {
                let address: &Address = step.session().data().unwrap();
                seen.lock().unwrap().push(address.0);
            });
        }
        let server = builder.build().unwrap();
        let client = client(priority)
            .identity(client_identity())
            .build()
            .unwrap();
        for (number, calls) in [(0, 0), (1, 1), (2, 1)] {
            let mut pair = Pair::open(&client, &server, datagram);
            pair.server.insert_data(Address(number));
            pair.server.insert_data(Calls::default());
            let (_, result) = pair.handshake_both();
            let expected = (number != 1).then_some(Alert::ACCESS_DENIED);
            assert_eq!(result.err().and_then(|error| error.alert()), expected);
            let count = &pair.server.data::<Calls>().unwrap().0;
            assert_eq!(count.load(Ordering::Relaxed), calls);
        }
        let mut steps = steps.lock().unwrap().clone();
        steps.dedup();
        assert_eq!(steps, if observes { vec![1, 2] } else { Vec::new() });
    }
}

#[test]
fn keys_are_looked_up_by_the_data_of_the_connection() {
    skip_unless!(requirement::PSK);
    let key = |number| psk::Key::new([number; 32]).unwrap();
    for (priority, datagram) in protocols() {
        let server = gnutls::ServerConfig::builder()
            .priority(gnutls::Priority::new(priority).unwrap())
            .psk(psk::Server::lookup(move |session, identity| {
                let Address(number) = session.data()?;
                (identity == b"device").then(|| key(*number))
            }));
        let client = gnutls::ClientConfig::builder()
            .priority(gnutls::Priority::new(priority).unwrap())
            .psk(psk::Client::lookup(move |session, _| {
                let Address(number) = session.data()?;
                PreSharedKey::new("device", key(*number)).ok()
            }));
        let (client, server) = (client.build().unwrap(), server.build().unwrap());
        for (own, other) in [(1, 1), (2, 2), (1, 2)] {
            let mut pair = Pair::open(&client, &server, datagram);
            pair.client.insert_data(Address(own));
            pair.server.insert_data(Address(other));
            // Datagrams that cannot be decrypted are dropped, so that the handshake with another key never ends.
            for _ in 0..10 {
                let _ = pair.step();
            }
            let same = own == other;
            assert_eq!(pair.server.handshake_done(), same);
            assert_eq!(pair.server.psk_identity(), same.then_some(&b"device"[..]));
        }
    }
}
