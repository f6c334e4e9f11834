//! Panics of callbacks that GnuTLS does not notice.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{Pair, TLS1_2, configs};
use crate::error::ErrorKind;

#[test]
fn bug_class_13_a_panic_comes_after_the_data_of_its_call() {
    let (client, server) = configs(TLS1_2);
    for (code, deferred) in [(5, true), (0, false), (-28, false)] {
        let mut pair = Pair::open(&client, &server, false);
        pair.handshake();
        let Pair {
            client, client_io, ..
        } = &mut pair;
        let panics = client.state().panics();
        let called = catch_unwind(AssertUnwindSafe(|| {
            client.call(client_io, |_| {
                // SAFETY: the slot lives as long as the session.
                unsafe { (*panics).catch((), || panic!("in a callback")) };
                code
            })
        }));
        let payload = if deferred {
            assert_eq!(called.unwrap(), code);
            catch_unwind(AssertUnwindSafe(|| client.flush(client_io))).unwrap_err()
        } else {
            called.unwrap_err()
        };
        assert_eq!(payload.downcast_ref(), Some(&"in a callback"), "{code}");
        let error = client.flush(client_io).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Closed, "{code}");
    }
}
