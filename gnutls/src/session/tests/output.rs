//! Output that is left, and errors of sending it.

use std::task::Poll;

use super::{DTLS1_2, Pair, configs};
use crate::error::ErrorKind;

#[test]
fn corked_data_that_no_longer_fits_into_a_datagram_does_not_end_the_session() {
    let (client, server) = configs(DTLS1_2);
    let mut pair = Pair::open(&client, &server, true);
    pair.handshake();
    pair.client.cork();
    let written = pair.client.write(&mut pair.client_io, &[7; 1000]).unwrap();
    assert_eq!(written, Poll::Ready(1000));
    pair.client.set_mtu(500).unwrap();
    let error = pair.client.flush(&mut pair.client_io).unwrap_err();
    assert_eq!(
        (error.kind(), error.is_fatal()),
        (ErrorKind::Limit, false),
        "{error}"
    );
    assert!(pair.client.uncork(&mut pair.client_io).unwrap().is_ready());
    let written = pair.client.write(&mut pair.client_io, b"x").unwrap();
    assert_eq!(written, Poll::Ready(1));
    let mut buffer = [0; 9];
    let read = pair.server.read(&mut pair.server_io, &mut buffer).unwrap();
    assert_eq!((read, buffer[0]), (Poll::Ready(1), b'x'));
}
