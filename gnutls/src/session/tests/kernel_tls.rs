//! Interrupted calls on descriptors if the kernel encrypts or decrypts, which not every system permits.

use std::os::unix::net::UnixStream;
use std::task::Poll;

use super::{TLS1_2, configs};
use crate::session::descriptor_io::has_send_rest;
use crate::session_core::core::CallState;
use crate::session_core::kernel_tls::KernelTls;
use crate::transport::Descriptors;

#[test]
fn a_call_has_a_rest_to_send_only_if_gnutls_itself_was_sending() {
    for (sent_last, receives_data, receive, send, rest) in [
        (false, true, false, false, false),
        (true, true, false, false, true),
        (true, false, false, false, true),
        // The kernel takes a whole record or nothing.
        (true, false, false, true, false),
        (true, false, true, true, false),
        (true, true, true, true, false),
        // GnuTLS sends by itself, and the kernel receives.
        (true, false, true, false, true),
        (true, true, true, false, false),
        (false, true, true, false, false),
    ] {
        let kernel = KernelTls { receive, send };
        assert_eq!(
            has_send_rest(sent_last, receives_data, kernel),
            rest,
            "{sent_last}, {receives_data}, {kernel:?}"
        );
    }
}

/// If only the kernel receives, GnuTLS does not change the direction when it receives: the session must not wait for a
/// socket that can be written to, which would end the wait immediately and forever.
#[test]
fn hazard_22_a_read_by_the_kernel_waits_for_data_only() {
    let (client, server) = configs(TLS1_2);
    let (near, far) = UnixStream::pair().unwrap();
    let mut near = Descriptors::new(near).unwrap();
    let mut far = Descriptors::new(far).unwrap();
    let mut client = client.session("localhost").unwrap();
    let mut server = server.session().unwrap();
    while client.handshake(&mut near).unwrap().is_pending()
        | server.handshake(&mut far).unwrap().is_pending()
    {}
    assert!(client.read(&mut near, &mut [0; 9]).unwrap().is_pending());
    let received = client.core().call.receives_data;
    let written = client.write(&mut near, b"x").unwrap();
    assert_eq!(written, Poll::Ready(1));
    assert!(received && !client.core().call.receives_data);

    // The last direction is that of the write, as it is after any call if the kernel receives.
    let kernel = KernelTls {
        receive: true,
        send: false,
    };
    for receives_data in [true, false] {
        client.core_mut().call = CallState {
            receives_data,
            ..CallState::default()
        };
        client.note_interruption(&mut near, gnutls_sys::GNUTLS_E_AGAIN, kernel);
        let waits = (client.wants_read(), client.wants_write());
        assert_eq!(waits, (receives_data, !receives_data));
    }
}
