//! The client and the server of the README, with each other.

use std::error::Error;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::thread;

use gnutls::{ClientConfig, ServerConfig};
use gnutls_testing::pair;

use crate::over_loopback;

/// The body of the client, after its configuration and connection.
fn request(config: &ClientConfig, tcp: TcpStream) -> Result<String, Box<dyn Error>> {
    let mut client = config.connect("localhost", tcp)?;
    println!("{}", client.session().description().unwrap_or_default());
    println!("session identifier: {:02x?}", client.session().id2());

    client.write_all(b"GET / HTTP/1.0\r\nHost: example.org\r\n\r\n")?;
    let mut response = String::new();
    client.read_to_string(&mut response)?;
    client.close_both()?;
    println!("{response}");
    Ok(response)
}

/// Sends the first message of a client back.
fn answer(config: &ServerConfig, client: io::Result<TcpStream>) -> Result<(), Box<dyn Error>> {
    let mut server = config.accept(client?)?;
    let session = server.session();
    println!("{}, resumed: {}", session.id(), session.is_resumed());

    let mut buffer = [0; 1024];
    let length = server.read(&mut buffer)?;
    server.write_all(&buffer[..length])?;
    server.close_both()?;
    Ok(())
}

#[test]
fn the_client_and_the_server_of_the_readme_work_together() {
    for priority in pair::stream_protocols() {
        let (client, server, listener) = over_loopback(priority);
        let address = listener.local_addr().unwrap();
        thread::scope(|scope| {
            // As in the README, the server continues after a client that fails.
            let server = scope.spawn(|| {
                let clients = (0..5).map(|_| listener.accept().map(|(tcp, _)| tcp));
                let results = clients.map(|client| answer(&server, client).is_ok());
                results.collect::<Vec<_>>()
            });
            let connect = || TcpStream::connect(address).unwrap();
            for first in [true, false] {
                let response = request(&client, connect()).unwrap();
                assert!(response.starts_with("GET / HTTP/1.0\r\n"), "{response}");
                if first {
                    connect().write_all(b"This is not TLS.\r\n\r\n").unwrap();
                }
            }
            request(&client, connect()).unwrap();
            // The server reads only the beginning of this request. The rest must not make the system reset the connection.
            let mut long = client.connect("localhost", connect()).unwrap();
            long.write_all(&[b'x'; 40_000]).unwrap();
            let mut response = Vec::new();
            long.read_to_end(&mut response).unwrap();
            assert_eq!(response, [b'x'; 1024]);
            long.close_both().unwrap();
            assert_eq!(server.join().unwrap(), [true, false, true, true, true]);
        });
    }
}

/// The functions above are those of the README, except for the result of the client, its name and its address.
#[test]
fn the_programs_are_those_of_the_readme() {
    let readme = include_str!("../../README.md");
    let lines: Vec<&str> = readme.lines().map(str::trim).collect();
    let (_, functions) = include_str!("readme.rs")
        .split_once("\nfn request(")
        .unwrap();
    let (functions, _) = functions.split_once("\n#[test]").unwrap();
    let of_the_readme = |line: &&str| lines.contains(line);
    let others: Vec<&str> = functions
        .lines()
        .skip(2)
        .map(str::trim)
        .filter(|line| !line.is_empty() && !of_the_readme(line))
        .collect();
    assert_eq!(others, ["Ok(response)"]);
}
