//! The server of `--connect`.

use std::net::ToSocketAddrs;
use std::path::PathBuf;
use std::time::Duration;

use gnutls::{ClientConfig, Trust};
use gnutls_command_lines::Target;

pub(crate) use crate::exchange::Visit;
use crate::exchange::{Failure, While, connect, visit};

/// The time to wait for an answer, which may not come.
const PATIENCE: Duration = Duration::from_secs(3);

/// Connects twice: a full handshake, and one that resumes it if the server permits it.
pub(crate) fn run(target: &Target, ca: Option<PathBuf>) -> Result<(Visit, Option<Visit>), Failure> {
    let trust = match ca {
        Some(file) => Trust::pem_file(file).during("reading the trusted certificates")?,
        None => Trust::system(),
    };
    let config = ClientConfig::builder()
        .trust(trust)
        .build()
        .during("configuring the client")?;
    let addresses: Vec<_> = (target.host.as_str(), target.port)
        .to_socket_addrs()
        .during("looking the host up")?
        .collect();
    let request = request(target);
    let once = |saved| {
        let io = connect(&addresses).during("connecting")?;
        visit(
            &config,
            &target.host,
            io,
            saved,
            request.as_bytes(),
            PATIENCE,
        )
    };
    let full = once(None)?;
    let again = full
        .saved
        .as_ref()
        .map(|saved| once(Some(saved)))
        .transpose()?;
    Ok((full, again))
}

/// Returns a request of HTTP, since most servers answer it: the ticket of a TLS 1.3 server arrives before the answer.
fn request(target: &Target) -> String {
    let host = match target.host.contains(':') {
        true => format!("[{}]", target.host),
        false => target.host.clone(),
    };
    format!("HEAD / HTTP/1.0\r\nHost: {host}\r\n\r\n")
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::{Ipv4Addr, TcpListener};
    use std::{fs, thread};

    use gnutls::resumption::TicketKey;
    use gnutls::{Identity, ServerConfig};

    use super::*;
    use crate::certificate::{NAME, self_signed};

    /// Runs the demonstration against a server that never answers: it waits for the client to close, or closes at once.
    fn run_without_answer(waits: bool) -> (Visit, Option<Visit>) {
        let certificate = self_signed().unwrap();
        let identity = Identity::from_pem(&certificate.certificate, &certificate.key).unwrap();
        let builder = ServerConfig::builder().identity(identity);
        let builder = builder.tickets(TicketKey::generate().unwrap());
        let server = builder.build().unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let file = format!("gnutls-demo-silent-{}-{port}.pem", std::process::id());
        let file = std::env::temp_dir().join(file);
        fs::write(&file, &certificate.certificate).unwrap();
        let target = Target {
            host: NAME.into(),
            port,
        };
        // If the client fails, the server waits for its second connection, and the test does not wait for the server.
        let server = thread::spawn(move || {
            for _ in 0..2 {
                let mut stream = server.accept(listener.accept().unwrap().0).unwrap();
                if waits {
                    let _ = stream.read_to_end(&mut Vec::new());
                } else {
                    stream.close_both().unwrap();
                }
            }
        });
        let result = run(&target, Some(file.clone()));
        fs::remove_file(&file).unwrap();
        let visits = result.unwrap();
        server.join().unwrap();
        visits
    }

    #[test]
    fn a_server_need_not_speak_http() {
        for waits in [true, false] {
            let (full, again) = run_without_answer(waits);
            assert!(full.observation.agrees && !full.observation.id.is_empty());
            assert!(again.unwrap().observation.agrees);
            assert_eq!(full.answer.is_err(), waits, "{:?}", full.answer);
        }
    }

    #[test]
    fn an_ipv6_address_has_brackets_in_the_request() {
        let host = |address: &str| request(&address.parse().unwrap());
        assert!(host("[::1]:443").contains("\r\nHost: [::1]\r\n"));
        assert!(host("192.0.2.1:443").contains("\r\nHost: 192.0.2.1\r\n"));
    }
}
