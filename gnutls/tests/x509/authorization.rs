//! Authorization of peers by the contents of their certificates, as known programs decide.

use std::ffi::c_char;
use std::fmt::Write;

use gnutls::crypto::Digest;
use gnutls::verify::{PeerVerification, VerificationStatus};
use gnutls::x509::{Certificate, GeneralName, oid};
use gnutls::{ClientAuth, ErrorKind, SessionRef};
use gnutls_testing::fixtures::{client_identity, fixture_path, identity, trust};
use gnutls_testing::pair::{Pair, client, protocols, resumable_protocols, server};

use crate::compared_with_c;

/// A decision about the certificate of a peer.
type Permits = fn(&Certificate, &[String]) -> bool;

fn certificate(name: &str) -> Certificate {
    Certificate::from_pem_file(fixture_path(&format!("{name}.pem"))).unwrap()
}

/// Connects a client whose name is "client" to a server with this list, with each protocol, and returns `true` if it is
/// permitted.
fn connects(permits: Permits, list: &[&str]) -> bool {
    let list: Vec<_> = list.iter().map(|&entry| entry.to_owned()).collect();
    let decisions = protocols().into_iter().map(|(priority, datagram)| {
        let list = list.clone();
        let verifier = move |peer: &PeerVerification<'_>| {
            let session: &SessionRef = peer.session();
            let certificate = session.peer_x509_certificate().unwrap().unwrap();
            // Names, fingerprints and all other values are those of C.
            compared_with_c::compare(&certificate, "the peer");
            if permits(&certificate, &list) {
                Ok(())
            } else {
                Err(VerificationStatus::MISMATCH.into())
            }
        };
        let server = server(priority)
            .client_auth(ClientAuth::Required(trust()))
            .verifier(verifier)
            .build()
            .unwrap();
        let client = client(priority)
            .identity(client_identity())
            .build()
            .unwrap();
        let mut pair = Pair::open(&client, &server, datagram);
        match pair.handshake_both().1 {
            Ok(()) => true,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Verification, "{error}");
                assert!(
                    error
                        .verification()
                        .unwrap()
                        .contains(VerificationStatus::MISMATCH)
                );
                false
            }
        }
    });
    let decisions: Vec<_> = decisions.collect();
    assert!(
        decisions.iter().all(|&decision| decision == decisions[0]),
        "{decisions:?}"
    );
    decisions[0]
}

/// libvirt: the text of the name matches a pattern, in which `*` stands for any characters.
fn libvirt(certificate: &Certificate, list: &[String]) -> bool {
    fn matches(pattern: &str, text: &str) -> bool {
        match pattern.split_once('*') {
            None => pattern == text,
            Some((start, rest)) => text
                .strip_prefix(start)
                .is_some_and(|text| (0..=text.len()).any(|at| matches(rest, &text[at..]))),
        }
    }
    let name = certificate
        .subject()
        .and_then(|name| name.to_compatible_text())
        .unwrap();
    list.iter().any(|pattern| matches(pattern, &name))
}

#[test]
fn libvirt_permits_names_of_a_list() {
    assert!(connects(libvirt, &["CN=other", "CN=client"]));
    assert!(connects(libvirt, &["CN=c*t"]));
    assert!(!connects(libvirt, &["CN=other", "CN=clien", "cn=client"]));
    assert!(!connects(libvirt, &[]));
    let fields = [r"C=DE,O=Example,*,CN=all\, of them".to_owned()];
    assert!(libvirt(&certificate("fields"), &fields));
    let reversed = [r"CN=all\, of them,*,C=DE".to_owned()];
    assert!(!libvirt(&certificate("fields"), &reversed));
}

/// Returns the text that a C program gets for the peer of a session.
fn text_in_c(session: &SessionRef) -> String {
    let mut text = vec![0_u8; 1024];
    let mut length = text.len();
    let mut count = 0;
    let certificate = session.peer_x509_certificate().unwrap().unwrap();
    // SAFETY: the session lives, and the first certificate of its peer has the length that C returns. The object is
    // initialised and only read, and the buffer has the length that is passed.
    unsafe {
        let chain = gnutls_sys::gnutls_certificate_get_peers(session.as_ptr(), &mut count);
        assert_eq!(count, 1);
        assert_eq!((*chain).size as usize, certificate.to_der().unwrap().len());
        let text: *mut c_char = text.as_mut_ptr().cast();
        let raw = certificate.as_ptr();
        assert_eq!(
            gnutls_sys::gnutls_x509_crt_get_dn(raw, text, &mut length),
            0
        );
    }
    text.truncate(length);
    String::from_utf8(text).unwrap()
}

#[test]
fn the_name_is_that_of_c_also_after_a_resumption() {
    for (priority, datagram) in resumable_protocols() {
        let server = server(priority)
            .client_auth(ClientAuth::Required(trust()))
            .tickets(gnutls::resumption::TicketKey::generate().unwrap())
            .build()
            .unwrap();
        let client = client(priority)
            .identity(client_identity())
            .build()
            .unwrap();
        let mut pair = Pair::connect(&client, &server, datagram);
        let data = pair.save();
        let mut resumed = Pair::resuming(&client, &server, &data, datagram);
        resumed.handshake().unwrap();
        assert!(resumed.server.is_resumed());
        for pair in [&pair, &resumed] {
            for (session, name) in [(&pair.server, "CN=client"), (&pair.client, "CN=server")] {
                let own = session.peer_x509_certificate().unwrap().unwrap();
                assert_eq!(own.subject().unwrap().to_compatible_text().unwrap(), name);
                assert_eq!(text_in_c(session), name);
                assert_eq!(own.to_der().unwrap(), session.peer_certificate().unwrap());
                assert_eq!(session.peer_x509_chain().unwrap(), [own]);
            }
        }
    }
}

/// rsyslog: the fingerprint, in the form `SHA1:12:34:...` or `SHA256:12:34:...`.
fn rsyslog_fingerprint(certificate: &Certificate, list: &[String]) -> bool {
    [("SHA1", Digest::SHA1), ("SHA256", Digest::SHA256)]
        .iter()
        .any(|&(name, digest)| {
            let mut text = name.to_owned();
            for byte in certificate.fingerprint(digest).unwrap() {
                write!(text, ":{byte:02X}").unwrap();
            }
            list.contains(&text)
        })
}

#[test]
fn rsyslog_permits_fingerprints() {
    // As openssl and certtool print them.
    let fingerprint = |name: &str, digest| {
        let bytes = certificate(name).fingerprint(digest).unwrap();
        let bytes: Vec<_> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
        bytes.join(":")
    };
    let sha1 = format!("SHA1:{}", fingerprint("client", Digest::SHA1));
    let sha256 = format!("SHA256:{}", fingerprint("client", Digest::SHA256));
    let other = format!("SHA256:{}", fingerprint("server", Digest::SHA256));
    assert!(connects(rsyslog_fingerprint, &[&other, &sha1]));
    assert!(connects(rsyslog_fingerprint, &[&sha256]));
    assert!(!connects(rsyslog_fingerprint, &[&other, &sha256[..40]]));
}

/// Returns `true` if a name matches an entry of rsyslog, in which `*` stands for a label, or for its beginning or end.
fn matches_labels(entry: &str, name: &str) -> bool {
    if !entry.contains('*') {
        return entry == name;
    }
    let matches =
        |pattern: &str, label: &str| match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
            (Some(end), _) => label.ends_with(end),
            (None, Some(start)) => label.starts_with(start),
            (None, None) => pattern == label,
        };
    let (entry, name): (Vec<_>, Vec<_>) = (entry.split('.').collect(), name.split('.').collect());
    entry.len() == name.len()
        && entry
            .iter()
            .zip(name)
            .all(|(entry, name)| matches(entry, name))
}

/// rsyslog: one of the DNS names, or the common name. The latter is ignored beside alternative names if these have
/// priority (`StreamDriver.PrioritizeSAN`).
fn rsyslog_names(certificate: &Certificate, list: &[String], prioritize_alt_names: bool) -> bool {
    let permitted = |name: &str| list.iter().any(|entry| matches_labels(entry, name));
    let names = certificate.subject_alt_names().unwrap();
    let mut dns = names.iter().filter_map(|name| match name {
        GeneralName::Dns(name) => Some(name),
        _ => None,
    });
    if dns.any(|name| permitted(name)) {
        return true;
    }
    if prioritize_alt_names && !names.is_empty() {
        return false;
    }
    let common_name = certificate.subject().unwrap().value(oid::COMMON_NAME);
    common_name.unwrap().is_some_and(|name| permitted(&name))
}

fn rsyslog_name(certificate: &Certificate, list: &[String]) -> bool {
    rsyslog_names(certificate, list, false)
}

#[test]
fn rsyslog_permits_names() {
    // The client has no alternative name.
    assert!(connects(rsyslog_name, &["client"]));
    assert!(connects(rsyslog_name, &["other", "cli*"]));
    assert!(!connects(
        rsyslog_name,
        &["CN=client", "other", "*.client", "Client"]
    ));
    assert!(!connects(rsyslog_name, &[]));

    // The certificate has the names one.example and two.example, and the common name "names".
    let names = certificate("names");
    for (entry, permitted) in [
        ("two.example", true),
        ("*.example", true),
        ("*", false),
        ("*.*", true),
        ("tw*.example", true),
        ("*o.example", true),
        ("*x.example", false),
        ("two.*", true),
        ("*.two.example", false),
        ("*.*.example", false),
        ("TWO.example", false),
        ("three.example", false),
    ] {
        for prioritize_alt_names in [true, false] {
            let list = [entry.to_owned()];
            let result = rsyslog_names(&names, &list, prioritize_alt_names);
            // "*" permits the common name, which has one label.
            let expected = permitted || entry == "*" && !prioritize_alt_names;
            assert_eq!(result, expected, "{entry}");
        }
    }
    let common_name = ["names".to_owned()];
    assert!(rsyslog_names(&names, &common_name, false));
    assert!(!rsyslog_names(&names, &common_name, true));
}

#[test]
fn the_chain_of_the_peer_is_a_list() {
    for (priority, datagram) in protocols() {
        let server = server(priority)
            .identity(identity("chain"))
            .build()
            .unwrap();
        let client = client(priority).build().unwrap();
        let mut pair = Pair::open(&client, &server, datagram);
        assert_eq!(pair.client.peer_x509_certificate().unwrap(), None);
        assert_eq!(pair.client.peer_x509_chain().unwrap(), []);
        pair.handshake().unwrap();
        let chain = pair.client.peer_x509_chain().unwrap();
        let certificates = pair.client.peer_certificates().unwrap().map(<[u8]>::to_vec);
        let certificates: Vec<_> = certificates.collect();
        let der: Vec<_> = chain.iter().map(|entry| entry.to_der().unwrap()).collect();
        assert_eq!(der, certificates);
        // They outlive the session.
        drop(pair);
        assert!(chain.last().unwrap().subject().is_ok());
    }
}
