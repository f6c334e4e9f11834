//! The verdicts on the chains of servers, for handshakes that resume a session.
//!
//! A handshake that resumes a session verifies the saved chain of the server (hazard 27), which takes longer than the
//! rest of it. The result for the same chain and name under the same configuration only depends on the time and on the
//! system's policy, unless trust can change. It is reused until the validity of a certificate begins or ends, and while
//! the file with the policy is unchanged.

use std::collections::VecDeque;
use std::ops::RangeInclusive;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::UNIX_EPOCH;

use crate::credentials::Credentials;
use crate::library;
use crate::library::clock;
use crate::session_core::server_name::ServerName;
use crate::x509::certificate::Certificate;

/// The maximum number of verdicts of a configuration.
const CAPACITY: usize = 32;

/// The verdicts of a client configuration. Only trusted chains have one.
pub(crate) struct Verdicts {
    /// The verdicts, the latest last.
    known: Mutex<VecDeque<Verdict>>,
    /// The validity of each trust anchor, or `None` if it cannot be determined.
    anchors: OnceLock<Option<Vec<Seconds>>>,
}

struct Verdict {
    server_name: ServerName,
    /// The certificates in DER.
    chain: Vec<Box<[u8]>>,
    /// The time in which the same certificates are valid as in the verification.
    period: Seconds,
}

/// Seconds since 1970.
type Seconds = RangeInclusive<i64>;

impl Verdicts {
    /// Creates an empty list before the first session of a configuration.
    pub(crate) fn new() -> Self {
        // The file is compared with its state at the first call.
        library::system_policy_is_unchanged();
        Self {
            known: Mutex::default(),
            anchors: OnceLock::new(),
        }
    }

    /// Returns `true` if this chain is trusted for this name at this time.
    pub(crate) fn is_trusted<'a>(
        &self,
        time: i64,
        server_name: &ServerName,
        chain: impl Iterator<Item = &'a [u8]>,
    ) -> bool {
        let verdicts = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut verdicts = verdicts.iter();
        verdicts
            .rfind(|verdict| verdict.server_name == *server_name)
            .is_some_and(|verdict| {
                let certificates = verdict.chain.iter().map(|certificate| &**certificate);
                verdict.period.contains(&time) && certificates.eq(chain)
            })
    }

    /// Adds the verdict of a verification that began at this time: the chain is trusted for this name. It is not added
    /// if the validity of a certificate cannot be determined.
    pub(crate) fn add<'a>(
        &self,
        time: i64,
        server_name: &ServerName,
        chain: impl Iterator<Item = &'a [u8]>,
        credentials: &Credentials,
    ) {
        let anchors = self.anchors.get().unwrap_or_else(|| {
            // The library logs: the log function may run a handshake of the same configuration.
            let anchors = credentials.trust_anchors().ok();
            let validity =
                anchors.and_then(|anchors| validity_of(anchors.iter().map(Vec::as_slice)));
            self.anchors.get_or_init(|| validity)
        });
        let chain: Vec<Box<[u8]>> = chain.map(Box::from).collect();
        let validity = validity_of(chain.iter().map(|certificate| &**certificate));
        if let (Some(anchors), Some(validity)) = (anchors, validity) {
            self.insert(Verdict {
                server_name: server_name.clone(),
                chain,
                period: steady_period(time, anchors.iter().chain(&validity)),
            });
        }
    }

    /// Adds a verdict without a verification.
    #[cfg(test)]
    pub(crate) fn add_for<'a>(
        &self,
        server_name: &ServerName,
        chain: impl Iterator<Item = &'a [u8]>,
        period: Seconds,
    ) {
        self.insert(Verdict {
            server_name: server_name.clone(),
            chain: chain.map(Box::from).collect(),
            period,
        });
    }

    /// Returns the period of the verdict on this name.
    #[cfg(test)]
    pub(crate) fn period(&self, server_name: &ServerName) -> Option<Seconds> {
        let verdicts = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let verdict = verdicts
            .iter()
            .find(|verdict| verdict.server_name == *server_name);
        verdict.map(|verdict| verdict.period.clone())
    }

    fn insert(&self, verdict: Verdict) {
        let mut verdicts = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        verdicts.retain(|known| known.server_name != verdict.server_name);
        if verdicts.len() == CAPACITY {
            verdicts.pop_front();
        }
        verdicts.push_back(verdict);
    }
}

/// Returns the validity of each certificate, which is in DER.
fn validity_of<'a>(certificates: impl Iterator<Item = &'a [u8]>) -> Option<Vec<Seconds>> {
    certificates
        .map(|certificate| Certificate::from_der(certificate).ok()?.validity())
        .collect()
}

/// Returns the longest period that contains `time` and in which no validity begins or ends.
fn steady_period<'a>(time: i64, validities: impl Iterator<Item = &'a Seconds>) -> Seconds {
    let (mut start, mut end) = (i64::MIN, i64::MAX);
    for validity in validities {
        if time < *validity.start() {
            end = end.min(validity.start() - 1);
        } else if time > *validity.end() {
            start = start.max(validity.end() + 1);
        } else {
            start = start.max(*validity.start());
            end = end.min(*validity.end());
        }
    }
    start..=end
}

/// Returns the time of GnuTLS in seconds since 1970.
pub(crate) fn now() -> i64 {
    let elapsed = clock::now().duration_since(UNIX_EPOCH);
    elapsed.map_or(0, |time| i64::try_from(time.as_secs()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> ServerName {
        ServerName::Dns(std::ffi::CString::new(text).unwrap())
    }

    fn verdict(server_name: &str, chain: &[&[u8]], period: Seconds) -> Verdict {
        Verdict {
            server_name: name(server_name),
            chain: chain
                .iter()
                .map(|certificate| (*certificate).into())
                .collect(),
            period,
        }
    }

    #[test]
    fn a_verdict_is_for_one_name_and_one_chain_and_while_it_is_valid() {
        let verdicts = Verdicts::new();
        let chain: [&[u8]; 2] = [b"leaf", b"issuer"];
        verdicts.insert(verdict("a", &chain, 10..=20));
        let trusts = |time, server_name, chain: &[&[u8]]| {
            verdicts.is_trusted(time, &name(server_name), chain.iter().copied())
        };
        assert!(trusts(10, "a", &chain) && trusts(20, "a", &chain));
        assert!(!trusts(9, "a", &chain), "not valid yet");
        assert!(!trusts(21, "a", &chain), "expired");
        assert!(!trusts(15, "b", &chain), "another name");
        assert!(!trusts(15, "a", &chain[..1]), "a part of the chain");
        assert!(
            !trusts(15, "a", &[b"leaf", b"issuer", b"root"]),
            "a longer chain"
        );
        assert!(!trusts(15, "a", &[b"leaf", b"Issuer"]), "another issuer");
        assert!(!trusts(15, "a", &[]));
    }

    #[test]
    fn bug_class_19_old_verdicts_are_replaced() {
        let verdicts = Verdicts::new();
        for number in 0..2 * CAPACITY {
            for chain in [b"old", b"new"] {
                verdicts.insert(verdict(&number.to_string(), &[chain], 0..=1));
            }
        }
        assert_eq!(verdicts.known.lock().unwrap().len(), CAPACITY);
        let trusts = |number: usize, chain: &[u8]| {
            verdicts.is_trusted(1, &name(&number.to_string()), [chain].into_iter())
        };
        assert!(trusts(CAPACITY, b"new") && !trusts(CAPACITY, b"old"));
        assert!(!trusts(CAPACITY - 1, b"new"), "the oldest are dropped");
    }

    #[test]
    fn a_period_ends_where_the_validity_of_any_certificate_changes() {
        let period = |time, validities: &[Seconds]| steady_period(time, validities.iter());
        assert_eq!(period(5, &[]), i64::MIN..=i64::MAX);
        assert_eq!(period(5, &[1..=9, 3..=20]), 3..=9);
        assert_eq!(period(5, &[5..=5]), 5..=5);
        assert_eq!(period(5, &[1..=9, 0..=4]), 5..=9, "an expired certificate");
        assert_eq!(
            period(5, &[1..=9, 6..=20]),
            1..=5,
            "one that is not valid yet"
        );
    }
}
