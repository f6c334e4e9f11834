//! The examples `client` and `server`, with each other.

#[allow(dead_code, unreachable_pub, reason = "its main function is not called")]
#[path = "../../examples/client.rs"]
mod client;
#[allow(dead_code, unreachable_pub, reason = "its main function is not called")]
#[path = "../../examples/server.rs"]
mod server;

use std::net::TcpStream;
use std::thread;

use gnutls_testing::pair;

use crate::over_loopback;

#[test]
fn the_examples_close_their_connections_in_order() {
    for priority in pair::stream_protocols() {
        let (client, server, listener) = over_loopback(priority);
        let address = listener.local_addr().unwrap();
        for connection in 0..40 {
            let (there, here) = thread::scope(|scope| {
                let server = scope.spawn(|| {
                    let result = server::echo(&server, listener.accept().map(|(tcp, _)| tcp));
                    result.map_err(|error| error.to_string())
                });
                let tcp = TcpStream::connect(address).unwrap();
                let result = client::describe(&client, "localhost", tcp);
                (
                    result.map_err(|error| error.to_string()),
                    server.join().unwrap(),
                )
            });
            assert_eq!(
                (there, here),
                (Ok(()), Ok(())),
                "connection {connection}, {priority}"
            );
        }
    }
}
