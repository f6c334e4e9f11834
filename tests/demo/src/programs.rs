//! The servers of other projects, if they are installed: gnutls-serv and openssl s_server. They run as children of this
//! program, and end with it.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use gnutls::SessionId;

use crate::certificate::{NAME, SelfSigned};
use crate::exchange::{self, Failure, While, connect, visit};
use crate::expected::{Pair, Server};
use crate::loopback;

/// The time within which a server must accept connections.
const PATIENCE: Duration = Duration::from_secs(5);

/// A server that answers HTTP requests with a page about the session.
pub(crate) struct Program {
    pub(crate) name: &'static str,
    program: &'static str,
    /// The arguments before the address.
    arguments: &'static [&'static str],
    /// The argument with the address. gnutls-serv accepts only a port, and listens on every address.
    place: fn(SocketAddr) -> String,
    /// The text before the server's own identifier in its page.
    mark: &'static str,
}

pub(crate) const PROGRAMS: &[Program] = &[
    Program {
        name: "gnutls-serv",
        program: "gnutls-serv",
        arguments: &[
            "--http",
            "--disable-client-cert",
            "--x509certfile",
            "cert.pem",
            "--x509keyfile",
            "key.pem",
            "--port",
        ],
        place: |address| address.port().to_string(),
        mark: "Session ID: <i>",
    },
    Program {
        name: "openssl s_server",
        program: "openssl",
        arguments: &[
            "s_server", "-quiet", "-www", "-cert", "cert.pem", "-key", "key.pem", "-accept",
        ],
        place: |address| address.to_string(),
        mark: "Session-ID: ",
    },
];

impl Program {
    /// Returns whether it is installed.
    pub(crate) fn is_installed(&self) -> bool {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).any(|folder| folder.join(self.program).is_file())
    }

    /// Returns the command that starts the server. A library path that selects the GnuTLS of this program is not for
    /// the server, which was built for the one of the system.
    fn command(&self, address: SocketAddr) -> Command {
        let mut command = Command::new(self.program);
        command
            .args(self.arguments)
            .arg((self.place)(address))
            .env_remove("LD_LIBRARY_PATH")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// Starts the server, and connects to it twice: a full handshake, and one that resumes it if the server permits it.
    pub(crate) fn run(
        &self,
        protocol: &str,
        certificate: &SelfSigned,
    ) -> Result<(Pair, Option<Pair>), Failure> {
        let client = loopback::client(certificate, protocol)?;
        let files = Files::write(certificate).during("writing the certificate")?;
        let server = Running::start(self, &files).during("starting the server")?;
        let once = |saved| {
            let io = connect(&[server.address]).during("connecting")?;
            let visit = visit(
                &client,
                NAME,
                io,
                saved,
                b"GET / HTTP/1.0\r\n\r\n",
                exchange::PATIENCE,
            )?;
            let reported = self.identifier(&String::from_utf8_lossy(&visit.answer?));
            Ok((
                Pair {
                    client: visit.observation,
                    server: Server::Reported(reported),
                },
                visit.saved,
            ))
        };
        let (full, saved) = once(None)?;
        let resumed = saved.as_ref().map(|saved| once(Some(saved))).transpose()?;
        Ok((full, resumed.map(|(pair, _)| pair)))
    }

    /// Returns the identifier in the server's page.
    fn identifier(&self, page: &str) -> Option<SessionId> {
        let (_, rest) = page.split_once(self.mark)?;
        let end = rest
            .find(|c: char| !c.is_ascii_hexdigit())
            .unwrap_or(rest.len());
        rest[..end].parse().ok()
    }
}

/// A running server, which ends when this is dropped.
struct Running {
    child: Child,
    address: SocketAddr,
}

impl Running {
    fn start(program: &Program, files: &Files) -> io::Result<Self> {
        // Another program may take the port before the server starts: then another one is used.
        let mut attempts = 3;
        loop {
            let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
            let child = program.command(address).current_dir(&files.0).spawn()?;
            let mut running = Self { child, address };
            match running.wait_until_it_accepts() {
                Ok(()) => return Ok(running),
                Err(error) if attempts == 1 => return Err(error),
                Err(_) => attempts -= 1,
            }
        }
    }

    fn wait_until_it_accepts(&mut self) -> io::Result<()> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                return Err(io::Error::other(format!("it ended with {status}")));
            }
            if TcpStream::connect(self.address).is_ok() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Err(io::Error::new(
            io::ErrorKind::TimedOut,
            "it accepts no connections",
        ))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A folder for the certificate and the key, which is removed when this is dropped.
struct Files(PathBuf);

impl Files {
    fn write(certificate: &SelfSigned) -> io::Result<Self> {
        let folder = std::env::temp_dir().join(format!("gnutls-demo-{}", std::process::id()));
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder)?;
        let files = Self(folder);
        fs::write(files.0.join("cert.pem"), &certificate.certificate)?;
        fs::write(files.0.join("key.pem"), &certificate.key)?;
        Ok(files)
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        // A certificate that remains in the folder for temporary files expires within a day.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_has_the_libraries_of_the_system() {
        for program in PROGRAMS {
            let command = program.command(SocketAddr::from((Ipv4Addr::LOCALHOST, 1)));
            let removed = ("LD_LIBRARY_PATH".as_ref(), None);
            assert!(command.get_envs().any(|variable| variable == removed));
        }
    }

    #[test]
    fn identifiers_are_found_in_pages() {
        let page = "<p>Session ID: <i>0AFF</i></p>  \n  Session-ID: 0102\n    Session-ID-ctx: 01\n";
        let found: Vec<_> = PROGRAMS
            .iter()
            .map(|program| program.identifier(page).unwrap().to_string())
            .collect();
        assert_eq!(found, ["0aff", "0102"]);
        assert_eq!(PROGRAMS[0].identifier("nothing of that kind"), None);
        assert!(
            PROGRAMS[1]
                .identifier("Session-ID: \n")
                .is_some_and(|id| id.is_empty())
        );
    }
}
