//! The verbs about messages other than data (alerts, tickets, certificate requests), and about early exports.

use std::task::Poll;

use gnutls::{Alert, AlertLevel, ErrorKind, Result};

use crate::connection::{Connection, Endpoint};
use crate::outcome::{Call, count};

/// The number that `heard` lists if no alert was received.
const NO_ALERT: usize = 256;
const EARLY_LABEL: &str = "EXPERIMENTAL conformance early";
const EARLY_LEN: usize = 16;

/// Returns the release that a call requires if the library is too old for it.
pub fn needs<T>(result: &Result<T>) -> Option<String> {
    let error = result.as_ref().err()?;
    let release = error.required_release().map(|release| release.to_string());
    (error.kind() == ErrorKind::Unsupported).then(|| release.unwrap_or_default())
}

impl Endpoint {
    pub fn alert(&mut self, calls: &mut Vec<Call>, fatal: bool, number: u8) {
        let (level, alert) = (
            if fatal {
                AlertLevel::Fatal
            } else {
                AlertLevel::Warning
            },
            Alert::from_raw(number.into()),
        );
        let result = self.through(|session, end| session.send_alert(end, level, alert));
        if fatal && matches!(result, Ok(Poll::Ready(()))) {
            self.failed |= std::mem::take(&mut self.underway);
        }
        self.list(calls, Call::of("alert", &result));
    }

    pub fn heard(&mut self, calls: &mut Vec<Call>) {
        let alert = self.session.received_alert();
        let number = alert.map_or(NO_ALERT, |alert| alert.as_raw() as usize);
        self.list(calls, count("heard", number));
    }

    pub fn kernel(&mut self, calls: &mut Vec<Call>) {
        let kernel = self.session.kernel_tls();
        let directions = usize::from(kernel.receive) + 2 * usize::from(kernel.send);
        self.list(calls, count("kernel", directions));
    }

    pub fn tickets(&mut self, calls: &mut Vec<Call>, count: u8) -> Option<String> {
        let result = self.through(|session, end| session.send_tickets(end, count));
        let needs = needs(&result);
        if needs.is_none() {
            self.list(calls, Call::of("tickets", &result));
        }
        needs
    }

    pub fn authenticate(&mut self, calls: &mut Vec<Call>) -> Option<String> {
        loop {
            let result = self.through(|session, end| session.request_authentication(end));
            if needs(&result).is_some() {
                return needs(&result);
            }
            if self.is_again(&result) {
                continue;
            }
            let result = result.map(|poll| poll.map(usize::from));
            self.list(calls, Call::counted("authenticate", &result));
            return None;
        }
    }

    fn export_early(&mut self, calls: &mut Vec<Call>) -> Result<[u8; EARLY_LEN]> {
        let mut output = [0; EARLY_LEN];
        let result = self
            .session
            .export_early_keying_material(EARLY_LABEL, None, &mut output);
        self.list(calls, Call::done("early_export", &result));
        result.map(|()| output)
    }

    /// Lists the cipher and the hash of early data, as long as there is any.
    pub fn early_names(&mut self, calls: &mut Vec<Call>) -> Option<String> {
        let (cipher, hash) = (self.session.early_cipher(), self.session.early_prf_hash());
        let (Ok(cipher), Ok(hash)) = (&cipher, &hash) else {
            return needs(&cipher).or_else(|| needs(&hash));
        };
        let cipher = cipher.map_or(0, |cipher| cipher.as_raw() as usize);
        self.list(calls, count("early_cipher", cipher));
        let hash = hash.map_or(0, |hash| hash.as_raw() as usize);
        self.list(calls, count("early_hash", hash));
        None
    }
}

impl Connection {
    /// Exports from both sides after only the client's hello.
    pub fn early_export(&mut self, calls: &mut Vec<Call>) -> Option<String> {
        let both = [&mut self.client, &mut self.server].map(|side| side.export_early(calls));
        if let [Ok(client), Ok(server)] = both {
            let same = count("early_same", usize::from(client == server));
            self.client.list(calls, same);
            return None;
        }
        let needs = both.iter().find_map(needs);
        if needs.is_some() {
            calls.clear();
        }
        needs
    }
}
