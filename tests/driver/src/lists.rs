//! The verbs that list the algorithms of the library, and those that a priority string enables.

use std::fmt::Display;

use gnutls::crypto::{
    Cipher, CipherSuite, Curve, Digest, Group, KeyExchange, Mac, PublicKeyAlgorithm,
    SignatureAlgorithm,
};
use gnutls::{ErrorCode, ErrorKind, Priority, Protocol};

use crate::outcome::Call;

/// Lists names, with commas between them.
fn list<T: Display>(calls: &mut Vec<Call>, call: &'static str, names: &[T]) {
    let text: Vec<_> = names.iter().map(T::to_string).collect();
    calls.push(Call {
        n: Some(names.len()),
        data: Some(text.join(",")),
        ..Call::ready(call)
    });
}

/// The verb `priority`. Returns the required release if the library is too old.
pub fn priority(calls: &mut Vec<Call>, text: &str) -> Option<String> {
    let result = match text.strip_prefix("SYSTEM:") {
        Some(appended) => Priority::system().append(appended),
        None if text == "SYSTEM" => Ok(Priority::system()),
        None => Priority::new(text),
    };
    if let Some(release) = result
        .as_ref()
        .err()
        .and_then(|error| error.required_release())
    {
        return Some(release.to_string());
    }
    let enabled = result.and_then(|priority| priority.enabled());
    calls.push(Call::done("priority", &enabled));
    match enabled {
        Err(error) => {
            debug_assert_eq!(error.kind(), ErrorKind::Priority);
            if let Some(position) = error.position() {
                calls.push(Call {
                    n: Some(position),
                    ..Call::ready("position")
                });
            }
        }
        Ok(enabled) => {
            list(calls, "protocols", &enabled.protocols);
            list(calls, "ciphers", &enabled.ciphers);
            list(calls, "macs", &enabled.macs);
            list(calls, "key_exchanges", &enabled.key_exchanges);
            list(calls, "groups", &enabled.groups);
            list(calls, "signatures", &enabled.signature_algorithms);
            list(calls, "client_types", &enabled.client_certificate_types);
            list(calls, "server_types", &enabled.server_certificate_types);
            list(calls, "suites", &enabled.cipher_suites);
        }
    }
    None
}

/// The verb `algorithms`.
pub fn algorithms(calls: &mut Vec<Call>) {
    list(calls, "protocols", Protocol::list());
    list(calls, "ciphers", Cipher::list());
    list(calls, "macs", Mac::list());
    list(calls, "key_exchanges", KeyExchange::list());
    list(calls, "groups", Group::list());
    list(calls, "signatures", SignatureAlgorithm::list());
    list(calls, "keys", PublicKeyAlgorithm::list());
    list(calls, "digests", Digest::list());
    list(calls, "curves", Curve::list());
    let suites: Vec<_> = CipherSuite::list()
        .iter()
        .map(|suite| format!("{suite}={}", hex::encode(suite.id())))
        .collect();
    list(calls, "suites", &suites);
    let ciphers = Cipher::list().iter().map(|cipher| {
        format!(
            "{}/{}/{}/{}",
            cipher.key_size(),
            cipher.block_size(),
            cipher.iv_size(),
            cipher.tag_size()
        )
    });
    let digests = Digest::list()
        .iter()
        .map(|digest| digest.output_size().to_string());
    list(
        calls,
        "lengths",
        &ciphers.chain(digests).collect::<Vec<_>>(),
    );
    let codes: Vec<_> = ErrorCode::list()
        .map(|code| match code.alert_to_send() {
            Some(alert) => format!("{code}={}", alert.as_raw()),
            None => code.to_string(),
        })
        .collect();
    list(calls, "codes", &codes);
}
