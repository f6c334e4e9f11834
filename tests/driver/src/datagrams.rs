//! The verbs about datagrams: cookies, the network between the sides, sizes and timers.

use std::task::Poll;
use std::time::Duration;

use gnutls::dtls::CookieKey;
use gnutls::{Error, Result, Transport};

use crate::connection::{Connection, Endpoint};
use crate::outcome::Call;

/// The number that `timeout` lists if there is nothing to send again.
const NOTHING_TO_SEND: usize = 65_536;

fn count(call: &'static str, n: usize) -> Call {
    Call::counted(call, &Ok::<_, Error>(Poll::Ready(n)))
}

impl Endpoint {
    /// Returns whether this is a datagram session whose handshake has not begun.
    pub fn is_datagram_before_the_handshake(&self) -> bool {
        self.end.is_datagram() && !self.has_begun() && !self.failed
    }

    /// Replaces the waiting datagrams by those with these numbers.
    pub fn deliver(&self, numbers: &[usize]) {
        self.end.with_waiting(|queue| {
            let at = |number: &usize| number.checked_sub(1).and_then(|at| queue.get(at));
            *queue = numbers.iter().filter_map(at).cloned().collect();
        });
    }

    /// Changes a waiting datagram. Returns `false` if there is none with this number.
    pub fn change_datagram(&self, number: usize, change: impl FnOnce(&mut Vec<u8>)) -> bool {
        self.end.with_waiting(|queue| {
            let datagram = number.checked_sub(1).and_then(|at| queue.get_mut(at));
            datagram.map(change).is_some()
        })
    }

    /// Limits the datagrams that are sent here; 0 is no limit.
    pub fn set_path(&mut self, size: usize) {
        self.end.set_path((size > 0).then_some(size));
    }

    pub fn set_mtu(&mut self, calls: &mut Vec<Call>, size: u16) {
        let result = self.session.set_mtu(size);
        self.list(calls, Call::done("set_mtu", &result));
    }

    pub fn set_data_mtu(&mut self, calls: &mut Vec<Call>, size: u16) {
        let result = self.session.set_data_mtu(size);
        self.list(calls, Call::done("set_data_mtu", &result));
    }

    pub fn mtus(&mut self, calls: &mut Vec<Call>) {
        let sizes = [
            ("mtu", self.session.mtu()),
            ("data_mtu", self.session.data_mtu()),
        ];
        for (call, size) in sizes {
            if let Some(size) = size {
                self.list(calls, count(call, size));
            }
        }
    }

    pub fn set_timers(&mut self, calls: &mut Vec<Call>, milliseconds: u32) {
        let time = Duration::from_millis(milliseconds.into());
        let result = self.session.set_retransmission_timeout(time);
        self.list(calls, Call::done("set_timeouts", &result));
    }

    pub fn timeout(&mut self, calls: &mut Vec<Call>) {
        let time = self.session.datagram_timeout();
        let time = time.map_or(NOTHING_TO_SEND, |time| time.as_millis() as usize);
        self.list(calls, count("timeout", time));
    }

    pub fn discarded(&mut self, calls: &mut Vec<Call>) {
        let records = self.session.discarded_records();
        self.list(calls, count("discarded", records as usize));
    }
}

impl Connection {
    /// Examines the datagrams that wait for the server, which all come from one address, until one has a valid cookie.
    /// With `any` every cookie is valid.
    pub fn greet(
        &mut self,
        calls: &mut Vec<Call>,
        key: &CookieKey,
        port: u16,
        any: bool,
    ) -> Result<()> {
        let server = &mut self.server;
        let address = ([192, 0, 2, 1], port).into();
        while let Some(datagram) = server.end.with_waiting(|queue| queue.front().cloned()) {
            let mut session = key.session(&self.config, address, &datagram)?;
            if any && session.is_none() {
                session = Some(self.config.datagram_session()?);
            }
            server.list(
                calls,
                count("cookie_verify", usize::from(session.is_some())),
            );
            if let Some(mut session) = session {
                if let Some(mtu) = self.mtu {
                    session.set_mtu(mtu)?;
                }
                server.replace(session);
                break;
            }
            server.end.with_waiting(|queue| queue.pop_front());
            let reply = key.reply(address, &datagram)?;
            if let Some(reply) = &reply {
                // The datagram fits, unless the scenario has chosen a smaller path.
                let _ = server.end.send(reply);
            }
            server.list(
                calls,
                count("cookie_send", reply.map_or(0, |reply| reply.len())),
            );
        }
        Ok(())
    }
}
