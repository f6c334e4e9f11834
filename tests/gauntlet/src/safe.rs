//! The side of a connection that the safe crate runs.

use std::task::Poll;
use std::time::Duration;

use anyhow::Result;
use gnutls::early_data::{AntiReplay, ReplayStore};
use gnutls::psk::{self, PreSharedKey};
use gnutls::record::KeyUpdate;
use gnutls::resumption::{SessionData, TicketKey};
use gnutls::{ClientAuth, ClientConfig, Error, ServerConfig, Session};
use gnutls_testing::fixtures::{client_identity, trust};
use gnutls_testing::pair;

use crate::endpoint::{Endpoint, Failure, Step};
use crate::scenario::Scenario;
use crate::wire::End;

/// The configurations of both sides.
pub(crate) struct Setup {
    client: ClientConfig,
    server: ServerConfig,
    datagram: bool,
    saved: Option<SessionData>,
}

impl Setup {
    pub(crate) fn new(scenario: &Scenario) -> Result<Self> {
        let priority = scenario.priority();
        let mut client = pair::client(&priority);
        let mut server = pair::server(&priority).tickets(TicketKey::generate()?);
        if scenario.has_client_certificate() {
            client = client.identity(client_identity());
            server = server.client_auth(ClientAuth::Required(trust()));
        }
        if scenario.has_psk() {
            let key = || -> Result<_> { Ok(psk::Key::new([7; 16])?) };
            client = ClientConfig::builder()
                .without_resumption()
                .priority(gnutls::Priority::new(&priority)?)
                .psk(PreSharedKey::new("client", key()?)?);
            server = server.psk(psk::Server::keys([PreSharedKey::new("client", key()?)?]));
        }
        if scenario.has_early_data() {
            server = server.early_data(4096, AntiReplay::new(EveryHello));
        }
        if scenario.renegotiates() {
            client = client.dangerous_allow_renegotiation();
            server = server.dangerous_allow_renegotiation();
        }
        Ok(Self {
            client: client.build()?,
            server: server.build()?,
            datagram: scenario.is_datagram(),
            saved: None,
        })
    }

    pub(crate) fn client(&self, end: End) -> Result<Safe> {
        let session = match (&self.saved, self.datagram) {
            (Some(saved), false) => self.client.resume("localhost", saved)?,
            (Some(saved), true) => self.client.resume_datagram("localhost", saved)?,
            (None, false) => self.client.session("localhost")?,
            (None, true) => self.client.datagram_session("localhost")?,
        };
        Ok(Safe { session, end })
    }

    pub(crate) fn server(&self, end: End) -> Result<Safe> {
        let session = match self.datagram {
            false => self.server.session()?,
            true => self.server.datagram_session()?,
        };
        Ok(Safe { session, end })
    }

    /// Saves the client's session, which the next client resumes.
    pub(crate) fn save(&mut self, client: &mut Safe) -> Result<()> {
        self.saved = Some(client.session.session_data()?);
        Ok(())
    }
}

/// Accepts each ClientHello.
struct EveryHello;

impl ReplayStore for EveryHello {
    fn add(&self, _key: &[u8], _lifetime: Duration) -> bool {
        true
    }
}

/// A session of the safe crate.
pub(crate) struct Safe {
    pub(crate) session: Session,
    end: End,
}

fn step<T>(result: gnutls::Result<Poll<T>>, count: impl FnOnce(T) -> usize) -> Step {
    match result {
        Ok(poll) => Ok(poll.map(count)),
        Err(error) => Err(failure(&error)),
    }
}

fn failure(error: &Error) -> Failure {
    let code = error.code().map(|code| code.as_raw());
    let alerts = [
        gnutls_sys::GNUTLS_E_FATAL_ALERT_RECEIVED,
        gnutls_sys::GNUTLS_E_WARNING_ALERT_RECEIVED,
    ];
    Failure {
        code,
        alert: error
            .alert()
            .filter(|_| code.is_some_and(|code| alerts.contains(&code)))
            .map(|alert| alert.as_raw()),
        fatal: error.is_fatal(),
        kind: format!("{:?}", error.kind()),
    }
}

impl Endpoint for Safe {
    fn handshake(&mut self) -> Step {
        step(self.session.handshake(&mut self.end), |()| 0)
    }

    fn write(&mut self, data: &[u8]) -> Step {
        step(self.session.write(&mut self.end, data), |count| count)
    }

    fn flush(&mut self) -> Step {
        step(self.session.flush(&mut self.end), |()| 0)
    }

    fn read(&mut self, buffer: &mut [u8]) -> Step {
        step(self.session.read(&mut self.end, buffer), |count| count)
    }

    fn close(&mut self) -> Step {
        step(self.session.close(&mut self.end), |()| 0)
    }

    fn update_key(&mut self, request: bool) -> Step {
        let update = match request {
            true => KeyUpdate::Requested,
            false => KeyUpdate::NotRequested,
        };
        step(self.session.update_key(&mut self.end, update), |()| 0)
    }

    fn rehandshake(&mut self) -> Step {
        step(self.session.rehandshake(&mut self.end), |()| 0)
    }

    fn write_early(&mut self, data: &[u8]) -> Step {
        let result = self.session.write_early_data(data);
        step(result.map(Poll::Ready), |()| 0)
    }

    fn read_early(&mut self, buffer: &mut [u8]) -> Step {
        let result = self.session.read_early_data(buffer);
        step(result.map(Poll::Ready), |count| count)
    }

    fn is_resumed(&self) -> bool {
        self.session.is_resumed()
    }

    fn end(&self) -> &End {
        &self.end
    }
}
