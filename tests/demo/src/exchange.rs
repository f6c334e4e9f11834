//! One connection: a handshake, data in both directions, and a close, observed on each side.

use std::fmt;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use gnutls::library::Version;
use gnutls::resumption::SessionData;
use gnutls::{ClientConfig, ServerConfig, Session, SessionId, SessionRef, Stream};

use crate::native;

/// The timeout of each step of a connection.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// The greatest number of bytes that are read of an answer.
const ANSWER: u64 = 1 << 20;

/// The facts of a session on one side.
#[derive(Clone, Debug)]
pub(crate) struct Observation {
    /// The identifier after the handshake.
    pub(crate) id: SessionId,
    /// True if C returned the same: before and after the handshake, after data, and after the close.
    pub(crate) agrees: bool,
    /// True if the identifier was still the same at the end.
    pub(crate) steady: bool,
    pub(crate) resumed: bool,
    /// Protocol and cipher suite, as GnuTLS describes them.
    pub(crate) description: String,
}

impl Observation {
    fn before(session: &SessionRef) -> Self {
        Self {
            id: session.id(),
            agrees: native::agrees(session),
            steady: true,
            resumed: false,
            description: String::new(),
        }
    }

    fn after_handshake(&mut self, session: &SessionRef) {
        self.id = session.id();
        self.agrees &= native::agrees(session);
        self.resumed = session.is_resumed();
        self.description = session.description().unwrap_or_default();
    }

    fn later(&mut self, session: &SessionRef) {
        self.agrees &= native::agrees(session);
        self.steady &= session.id2() == self.id.as_ref();
    }
}

/// The reason why a connection failed.
#[derive(Debug)]
pub(crate) struct Failure {
    doing: &'static str,
    error: Box<dyn std::error::Error + Send + Sync>,
}

impl Failure {
    /// Returns the release of GnuTLS that this requires if the running one is too old.
    pub(crate) fn required_release(&self) -> Option<Version> {
        let error = self
            .error
            .downcast_ref::<io::Error>()
            .and_then(|error| error.get_ref()?.downcast_ref());
        error
            .or_else(|| self.error.downcast_ref::<gnutls::Error>())?
            .required_release()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let late = self
            .error
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::WouldBlock);
        if late {
            return write!(f, "{}: no answer in time", self.doing);
        }
        write!(f, "{}: {}", self.doing, self.error)
    }
}

/// Adds the operation to an error.
pub(crate) trait While<T> {
    fn during(self, doing: &'static str) -> Result<T, Failure>;
}

impl<T, E: Into<Box<dyn std::error::Error + Send + Sync>>> While<T> for Result<T, E> {
    fn during(self, doing: &'static str) -> Result<T, Failure> {
        self.map_err(|error| Failure {
            doing,
            error: error.into(),
        })
    }
}

/// The result of a client's connection.
pub(crate) struct Visit {
    pub(crate) observation: Observation,
    /// The answer of the server, or the reason why there is none.
    pub(crate) answer: Result<Vec<u8>, Failure>,
    /// The session to resume, if the server permits resumption.
    pub(crate) saved: Option<SessionData>,
}

/// Connects within the timeout.
pub(crate) fn connect(addresses: &[SocketAddr]) -> io::Result<TcpStream> {
    let mut error = io::Error::new(io::ErrorKind::NotFound, "no address");
    for address in addresses {
        match TcpStream::connect_timeout(address, PATIENCE) {
            Ok(io) => return Ok(io),
            Err(other) => error = other,
        }
    }
    Err(error)
}

/// Sends the request to the server of this name and waits that long for the answer, which a server of another protocol
/// does not send.
pub(crate) fn visit(
    config: &ClientConfig,
    name: &str,
    io: TcpStream,
    saved: Option<&SessionData>,
    request: &[u8],
    patience: Duration,
) -> Result<Visit, Failure> {
    let session = match saved {
        Some(saved) => config.resume(name, saved),
        None => config.session(name),
    };
    let mut stream = stream(session, io)?;
    let mut observation = Observation::before(stream.session());
    stream.handshake().during("handshake")?;
    observation.after_handshake(stream.session());
    let answer = ask(&mut stream, request, patience);
    observation.later(stream.session());
    // In TLS 1.3 the ticket that makes a session resumable arrives after the handshake.
    let saved = stream.save_session().ok();
    let answer = answer.and_then(|answer| {
        stream.close().during("closing")?;
        Ok(answer)
    });
    let answer = answer.map(|mut answer| {
        // Not every server closes its side properly, but the answer is complete.
        let _ = Read::by_ref(&mut stream)
            .take(ANSWER)
            .read_to_end(&mut answer);
        answer
    });
    observation.later(stream.session());
    Ok(Visit {
        observation,
        answer,
        saved,
    })
}

/// Sends the request and returns the first part of the answer, if it arrives in time.
fn ask(
    stream: &mut Stream<TcpStream>,
    request: &[u8],
    patience: Duration,
) -> Result<Vec<u8>, Failure> {
    stream
        .write_all(request)
        .and_then(|()| stream.flush())
        .during("sending")?;
    stream
        .get_ref()
        .set_read_timeout(Some(patience))
        .during("the socket")?;
    let mut answer = vec![0; 4096];
    let length = stream.read(&mut answer).during("receiving")?;
    answer.truncate(length);
    Ok(answer)
}

/// Serves one client, whose data is sent back.
pub(crate) fn serve(config: &ServerConfig, io: TcpStream) -> Result<Observation, Failure> {
    let mut stream = stream(config.session(), io)?;
    let mut observation = Observation::before(stream.session());
    stream.handshake().during("handshake of the server")?;
    observation.after_handshake(stream.session());
    let mut words = [0; 4096];
    loop {
        match stream.read(&mut words).during("receiving on the server")? {
            0 => break,
            length => stream
                .write_all(&words[..length])
                .and_then(|()| stream.flush())
                .during("sending on the server")?,
        }
        observation.later(stream.session());
    }
    stream.close().during("closing on the server")?;
    observation.later(stream.session());
    Ok(observation)
}

fn stream(session: gnutls::Result<Session>, io: TcpStream) -> Result<Stream<TcpStream>, Failure> {
    io.set_read_timeout(Some(PATIENCE))
        .and_then(|()| io.set_write_timeout(Some(PATIENCE)))
        .during("the socket")?;
    io.set_nodelay(true).during("the socket")?;
    Ok(Stream::new(session.during("making a session")?, io))
}
