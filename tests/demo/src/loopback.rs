//! Our own server and client, over TCP on this machine.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::thread;

use gnutls::resumption::{MemoryCache, SessionData, TicketKey};
use gnutls::{ClientConfig, Identity, Priority, ServerConfig, Trust};

use crate::certificate::{NAME, SelfSigned};
use crate::exchange::{Failure, PATIENCE, Visit, While, connect, serve, visit};
use crate::expected::{Mode, Pair, Server};

/// The size of the session cache.
const CACHE: usize = 16;

/// Returns the priority string for only one protocol.
pub(crate) fn only(protocol: &str) -> gnutls::Result<Priority> {
    Priority::new(&format!("NORMAL:-VERS-ALL:+VERS-{protocol}"))
}

/// Returns a client that trusts this certificate and enables only one protocol.
pub(crate) fn client(certificate: &SelfSigned, protocol: &str) -> Result<ClientConfig, Failure> {
    let configure = || {
        let trust = Trust::pem(&certificate.certificate)?;
        ClientConfig::builder()
            .trust(trust)
            .priority(only(protocol)?)
            .build()
    };
    configure().during("configuring the client")
}

/// A full handshake, and one that resumes it.
pub(crate) fn run(mode: Mode, certificate: &SelfSigned) -> Result<[Pair; 2], Failure> {
    let protocol = if mode == Mode::Tls13Tickets {
        "TLS1.3"
    } else {
        "TLS1.2"
    };
    let client = client(certificate, protocol)?;
    let server = server(mode, certificate, protocol).during("configuring the server")?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).during("listening")?;
    let (full, saved) = connection(&listener, &client, &server, None)?;
    let saved = saved
        .ok_or("the server sent nothing to resume")
        .during("saving the session")?;
    let (resumed, _) = connection(&listener, &client, &server, Some(&saved))?;
    Ok([full, resumed])
}

fn server(mode: Mode, certificate: &SelfSigned, protocol: &str) -> gnutls::Result<ServerConfig> {
    let identity = Identity::from_pem(&certificate.certificate, &certificate.key)?;
    let builder = ServerConfig::builder()
        .identity(identity)
        .priority(only(protocol)?);
    match mode {
        Mode::Tls12Cache => builder.session_cache(MemoryCache::new(CACHE)),
        Mode::Tls12Tickets | Mode::Tls13Tickets => builder.tickets(TicketKey::generate()?),
    }
    .build()
}

/// One connection, with the server in a thread of its own.
fn connection(
    listener: &TcpListener,
    client: &ClientConfig,
    server: &ServerConfig,
    saved: Option<&SessionData>,
) -> Result<(Pair, Option<SessionData>), Failure> {
    let address: SocketAddr = listener.local_addr().during("listening")?;
    let near = connect(&[address]).during("connecting")?;
    let (far, _) = listener.accept().during("accepting")?;
    thread::scope(|scope| {
        let server = scope.spawn(|| serve(server, far));
        let visit = visit(client, NAME, near, saved, b"hello", PATIENCE);
        let served = server
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        // If both fail, the error of the client has the reason.
        let Visit {
            observation,
            answer,
            saved,
        } = visit?;
        let server = served?;
        if answer? != b"hello" {
            return Err("the answer is not what was sent").during("receiving");
        }
        Ok((
            Pair {
                client: observation,
                server: Server::Observed(server),
            },
            saved,
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::self_signed;
    use crate::expected::unexpected;

    #[test]
    fn every_mode_is_as_expected() {
        let certificate = self_signed().unwrap();
        let running = gnutls::version().running;
        for mode in [Mode::Tls13Tickets, Mode::Tls12Tickets, Mode::Tls12Cache] {
            match run(mode, &certificate) {
                Ok([full, resumed]) => assert_eq!(
                    unexpected(mode, running, &full, &resumed),
                    [""; 0],
                    "{mode:?}"
                ),
                Err(failure) => assert!(
                    failure.required_release() > Some(running),
                    "{mode:?}: {failure}"
                ),
            }
        }
    }
}
