//! Trust lists: chains verified outside a session.

use std::net::Ipv4Addr;
use std::thread;
use std::time::{Duration, SystemTime};

use gnutls::verify::{VerificationFlags, VerificationProfile, VerificationStatus};
use gnutls::x509::{Certificate, TrustList, VerifyOptions, oid};
use gnutls::{ClientConfig, ErrorKind, Trust};
use gnutls_testing::directory::TemporaryDirectory;
use gnutls_testing::fixtures::{fixture, fixture_path, identity};
use gnutls_testing::pair::{Pair, server};

fn certificate(name: &str) -> Certificate {
    Certificate::from_pem_file(fixture_path(&format!("{name}.pem"))).unwrap()
}

fn chain(name: &str) -> Vec<Certificate> {
    Certificate::list_from_pem_file(fixture_path(&format!("{name}.pem"))).unwrap()
}

/// A list with the authority of the fixtures.
fn authorities() -> TrustList {
    let mut list = TrustList::new().unwrap();
    assert_eq!(list.add_pem_file(fixture_path("ca.pem")).unwrap(), 1);
    list
}

fn status(list: &TrustList, chain: &[Certificate], options: &VerifyOptions) -> VerificationStatus {
    list.verify(chain, options).unwrap().status()
}

fn names(path: &[Certificate]) -> Vec<String> {
    path.iter()
        .map(|entry| entry.subject().unwrap().to_string())
        .collect()
}

#[test]
fn a_chain_is_verified_without_a_name() {
    let list = authorities();
    let result = list
        .verify(&chain("server"), &VerifyOptions::new())
        .unwrap();
    assert!(result.status().is_trusted(), "{}", result.status());
    assert_eq!(names(result.path()), ["CN=server", "CN=gnutls test ca"]);
    assert_eq!(result.issuer(), Some(&certificate("ca")));
    assert_eq!(result.into_result().unwrap().len(), 2);

    let empty = TrustList::new().unwrap();
    let result = empty
        .verify(&chain("server"), &VerifyOptions::new())
        .unwrap();
    assert!(
        result
            .status()
            .contains(VerificationStatus::SIGNER_NOT_FOUND)
    );
    assert_eq!(names(result.path()), ["CN=server"]);
    assert_eq!(result.issuer(), None);
    let error = result.clone().into_result().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Verification);
    assert_eq!(error.verification(), Some(result.status()));
}

#[test]
fn the_order_of_a_chain_does_not_matter() {
    let list = authorities();
    let options = VerifyOptions::new();
    let mut sent = chain("chain");
    let path = ["CN=below", "CN=intermediate", "CN=gnutls test ca"];
    assert_eq!(names(list.verify(&sent, &options).unwrap().path()), path);
    // The anchor can be part of the chain, and so can an unrelated certificate.
    sent.insert(1, certificate("ca"));
    sent.insert(1, certificate("client"));
    let result = list.verify(&sent, &options).unwrap();
    assert!(result.status().is_trusted(), "{}", result.status());
    assert_eq!(names(result.path()), path);
    // Without the intermediate certificate, no issuer is found.
    let result = list.verify(&sent[..1], &options).unwrap();
    assert!(
        result
            .status()
            .contains(VerificationStatus::SIGNER_NOT_FOUND)
    );
    assert_eq!(names(result.path()), path[..1]);
    // An authority below the root can be trusted, too.
    let mut lower = TrustList::new().unwrap();
    lower
        .add_certificates(&[certificate("intermediate")])
        .unwrap();
    let result = lower.verify(&chain("below"), &options).unwrap();
    assert!(result.status().is_trusted(), "{}", result.status());
    assert_eq!(names(result.path()), path[..2]);
}

#[test]
fn a_name_and_a_purpose_are_required_if_they_are_options() {
    let list = authorities();
    let sent = chain("server");
    let trusted = |options: VerifyOptions| status(&list, &sent, &options).is_trusted();
    assert!(trusted(VerifyOptions::new().hostname("localhost")));
    assert!(trusted(VerifyOptions::new().hostname("127.0.0.1")));
    assert!(trusted(VerifyOptions::new().ip(Ipv4Addr::LOCALHOST.into())));
    assert!(trusted(VerifyOptions::new().purpose(oid::PURPOSE_SERVER)));
    let wrong = [
        VerifyOptions::new().hostname("example.org"),
        VerifyOptions::new().hostname(""),
        VerifyOptions::new().ip(Ipv4Addr::BROADCAST.into()),
        VerifyOptions::new().ip("::1".parse().unwrap()),
        VerifyOptions::new().email("user@localhost"),
    ];
    for options in wrong {
        let status = status(&list, &sent, &options);
        assert!(
            status.contains(VerificationStatus::UNEXPECTED_OWNER),
            "{options:?} {status}"
        );
    }
    let options = VerifyOptions::new().purpose(oid::PURPOSE_CLIENT);
    let status = status(&list, &sent, &options);
    assert!(
        status.contains(VerificationStatus::PURPOSE_MISMATCH),
        "{status}"
    );
}

#[test]
fn hazard_9_options_with_a_nul_byte_are_refused() {
    let (list, sent) = (authorities(), chain("server"));
    for options in [
        VerifyOptions::new().hostname("localhost\0"),
        VerifyOptions::new().email("a\0"),
        VerifyOptions::new().purpose("1.2\0"),
    ] {
        let error = list.verify(&sent, &options).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{options:?}");
    }
}

/// C copies the chain to an array of 16 certificates on its stack.
#[test]
fn hazard_49_cve_2024_28835_a_long_chain_is_refused() {
    let list = authorities();
    let sent = vec![certificate("server"); 16];
    assert!(status(&list, &sent, &VerifyOptions::new()).is_trusted());
    for count in [17, 1000] {
        let error = list.verify(&vec![certificate("server"); count], &VerifyOptions::new());
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains("at most 16"), "{error}");
    }
    let error = list.verify(&[], &VerifyOptions::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

fn at(seconds: u64) -> VerifyOptions {
    VerifyOptions::new().at(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
}

#[test]
fn dates_are_those_of_the_given_time() {
    let list = authorities();
    let expired = chain("expired");
    let now = status(&list, &expired, &VerifyOptions::new());
    assert!(now.contains(VerificationStatus::EXPIRED), "{now}");
    // From 2024-01-01 00:00:00 to 2024-12-31 00:00:00.
    let (begin, end) = (1_704_067_200, 1_735_603_200);
    for (time, reason) in [
        (begin - 1, VerificationStatus::NOT_ACTIVATED),
        (end + 1, VerificationStatus::EXPIRED),
    ] {
        let status = status(&list, &expired, &at(time));
        assert_eq!(status, reason | VerificationStatus::INVALID, "{time}");
    }
    for time in [begin, end] {
        let status = status(&list, &expired, &at(time));
        assert!(status.is_trusted(), "{time} {status}");
    }
    // The flags of C apply.
    let flags = VerificationFlags::DANGEROUS_DISABLE_TIME_CHECKS;
    assert!(status(&list, &expired, &VerifyOptions::new().flags(flags)).is_trusted());
    assert!(status(&list, &expired, &at(end + 1).flags(flags)).is_trusted());
    // The anchor has expired, too: 2037-12-31.
    let late = at(2_145_830_401);
    let trusted = VerificationFlags::DANGEROUS_DISABLE_TRUSTED_TIME_CHECKS;
    assert!(!status(&list, &[certificate("ca")], &late).is_trusted());
    assert!(status(&list, &[certificate("ca")], &late.flags(trusted)).is_trusted());
}

#[test]
fn a_profile_refuses_weak_keys() {
    let (list, sent) = (authorities(), chain("server"));
    let medium = VerifyOptions::new().profile(VerificationProfile::MEDIUM);
    assert!(status(&list, &sent, &medium).is_trusted());
    let status = status(
        &list,
        &sent,
        &VerifyOptions::new().profile(VerificationProfile::ULTRA),
    );
    assert!(
        status.contains(VerificationStatus::INSECURE_ALGORITHM),
        "{status}"
    );
}

#[test]
fn revocation_lists_are_verified_and_applied() {
    let mut list = authorities();
    let revoked = chain("revoked");
    let options = VerifyOptions::new();
    assert!(status(&list, &revoked, &options).is_trusted());
    // The authority lacks the usage for revocation lists.
    let crl = fixture("crl.pem");
    let error = list.add_crl_pem(&crl, VerificationFlags::default());
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Verification);
    assert!(status(&list, &revoked, &options).is_trusted());
    let any_usage = VerificationFlags::DANGEROUS_DISABLE_CA_SIGN;
    assert_eq!(list.add_crl_pem(&crl, any_usage).unwrap(), 1);
    let with_list = status(&list, &revoked, &options);
    assert_eq!(
        with_list,
        VerificationStatus::REVOKED | VerificationStatus::INVALID
    );
    assert!(status(&list, &chain("server"), &options).is_trusted());
    let ignored = VerificationFlags::DANGEROUS_DISABLE_CRL_CHECKS;
    assert!(status(&list, &revoked, &options.clone().flags(ignored)).is_trusted());

    // A list of an unknown authority is not accepted.
    let mut other = TrustList::new().unwrap();
    other.add_pem(&fixture("other-ca.pem")).unwrap();
    let error = other.add_crl_pem(&crl, any_usage).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Verification);
    let mut unverified = authorities();
    assert_eq!(
        unverified.dangerous_add_unverified_crl_pem(&crl).unwrap(),
        1
    );
    let with_list = status(&unverified, &revoked, &options);
    assert!(
        with_list.contains(VerificationStatus::REVOKED),
        "{with_list}"
    );
    for data in [&b""[..], b"text", &fixture("ca.pem")] {
        assert!(
            list.add_crl_pem(data, VerificationFlags::default())
                .is_err()
        );
        assert!(
            list.add_crl_der(data, VerificationFlags::default())
                .is_err()
        );
    }
}

/// The list has its own objects: certificates that are added, removed, or added twice remain usable.
#[test]
fn hazard_7_the_list_and_the_program_own_different_certificates() {
    let (ca, server, names_) = (
        certificate("ca"),
        certificate("server"),
        certificate("names"),
    );
    let mut list = TrustList::new().unwrap();
    assert_eq!(list.add_certificates(&[ca.clone(), ca.clone()]).unwrap(), 2);
    assert_eq!(names(&list.authorities().unwrap()), ["CN=gnutls test ca"]);
    assert_eq!(list.find_issuer(&server).unwrap(), Some(ca.clone()));
    list.add_named_certificate(&names_, "any.example").unwrap();
    list.add_named_certificate(&names_, "any.example").unwrap();
    assert_eq!(list.distrust(&[ca.clone(), server.clone()]).unwrap(), 1);
    assert_eq!(list.authorities().unwrap(), []);
    assert_eq!(list.find_issuer(&server).unwrap(), None);
    let options = VerifyOptions::new().hostname("any.example");
    let result = list.verify(&[names_], &options).unwrap();
    drop(list);
    assert!(result.status().is_trusted(), "{}", result.status());
    assert_eq!(names(result.path()), ["CN=names"]);
    assert_eq!(ca.subject().unwrap().to_string(), "CN=gnutls test ca");
    assert_eq!(server.subject().unwrap().to_string(), "CN=server");
}

#[test]
fn a_named_certificate_is_trusted_for_its_name_only() {
    let mut list = TrustList::new().unwrap();
    let server = certificate("server");
    list.add_named_certificate(&server, "pinned.example")
        .unwrap();
    let sent = [server.clone()];
    assert!(
        status(
            &list,
            &sent,
            &VerifyOptions::new().hostname("pinned.example")
        )
        .is_trusted()
    );
    for options in [
        VerifyOptions::new().hostname("localhost"),
        VerifyOptions::new(),
    ] {
        assert!(!status(&list, &sent, &options).is_trusted());
    }
    let error = list
        .add_named_certificate(&server, &"a".repeat(256))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[test]
fn distrusted_certificates_are_refused_in_any_chain() {
    let mut list = authorities();
    let options = VerifyOptions::new();
    assert!(status(&list, &chain("chain"), &options).is_trusted());
    assert_eq!(list.distrust(&[certificate("intermediate")]).unwrap(), 0);
    let refused = status(&list, &chain("chain"), &options);
    assert!(refused.contains(VerificationStatus::REVOKED), "{refused}");
    assert!(status(&list, &chain("server"), &options).is_trusted());
}

#[test]
fn authorities_come_from_files_directories_and_memory() {
    let directory = TemporaryDirectory::new();
    let path = directory.path();
    let mut list = TrustList::new().unwrap();
    assert_eq!(list.add_pem_directory(path).unwrap(), 0);
    std::fs::write(path.join("a.pem"), fixture("ca.pem")).unwrap();
    std::fs::write(path.join("b.txt"), fixture("other-ca.pem")).unwrap();
    std::fs::write(path.join("c"), "no certificate").unwrap();
    std::fs::create_dir(path.join("d")).unwrap();
    assert_eq!(list.add_pem_directory(path).unwrap(), 2);
    let mut found = names(&list.authorities().unwrap());
    found.sort();
    assert_eq!(found, ["CN=gnutls test ca", "CN=gnutls test other-ca"]);

    assert_eq!(
        list.add_pem_file(path.join("none")).unwrap_err().kind(),
        ErrorKind::Io
    );
    assert_eq!(
        list.add_pem_directory(path.join("none"))
            .unwrap_err()
            .kind(),
        ErrorKind::Io
    );
    for text in [&b""[..], b"text", b"\0", &fixture("server.der")] {
        assert_eq!(
            list.add_pem(text).unwrap_err().kind(),
            ErrorKind::Certificate
        );
    }
    assert_eq!(
        list.add_url("ca.pem").unwrap_err().kind(),
        ErrorKind::InvalidInput
    );
    let error = list.add_pem(&fixture("server-key.pem")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Certificate);
}

/// The store of the system, if there is one, is the same for sessions and for lists.
#[test]
fn the_store_of_the_system_is_a_list() {
    let sessions = ClientConfig::builder().build();
    let mut list = TrustList::new().unwrap();
    let added = list.add_system();
    assert_eq!(added.is_ok_and(|count| count > 0), sessions.is_ok());
    let result = list
        .verify(&chain("server"), &VerifyOptions::new())
        .unwrap();
    assert!(
        result
            .status()
            .contains(VerificationStatus::SIGNER_NOT_FOUND)
    );
}

#[test]
fn the_status_is_that_of_a_session() {
    let mut list = authorities();
    list.dangerous_add_unverified_crl_pem(&fixture("crl.pem"))
        .unwrap();
    let priority = gnutls_testing::pair::protocols()[0].0;
    for name in [
        "server",
        "server-ed25519",
        "expired",
        "revoked",
        "names",
        "purpose",
        "chain",
    ] {
        let trust = Trust::pem(&fixture("ca.pem"))
            .unwrap()
            .and_crl_pem(&fixture("crl.pem"))
            .unwrap();
        let client = gnutls_testing::pair::client(priority)
            .trust(trust)
            .build()
            .unwrap();
        let server = server(priority).identity(identity(name)).build().unwrap();
        let mut pair = Pair::open(&client, &server, false);
        let _ = pair.handshake_both();
        let sent = pair.client.peer_x509_chain().unwrap();
        let options = VerifyOptions::new()
            .hostname("localhost")
            .purpose(oid::PURPOSE_SERVER);
        let own = status(&list, &sent, &options);
        assert_eq!(Some(own), pair.client.verification_status(), "{name}");
    }
}

#[test]
fn bug_class_5_threads_verify_with_one_list() {
    let list = authorities();
    let (sent, other) = (chain("chain"), chain("expired"));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..20 {
                    let result = list.verify(&sent, &VerifyOptions::new()).unwrap();
                    assert_eq!(result.path().len(), 3);
                    let result = list.verify(&other, &VerifyOptions::new()).unwrap();
                    assert!(result.status().contains(VerificationStatus::EXPIRED));
                }
            });
        }
    });
}

#[test]
fn authorities_are_found_by_name_and_key() {
    let ca = Certificate::from_pem_file(fixture_path("ca.pem")).unwrap();
    let mut list = TrustList::new().unwrap();
    let name = ca.subject().unwrap();
    assert_eq!(list.find_authority(&name, None).unwrap(), None);
    list.add_certificates(std::slice::from_ref(&ca)).unwrap();
    let id = ca.subject_key_id().unwrap().unwrap();
    assert_eq!(
        list.find_authority(&name, None).unwrap().as_ref(),
        Some(&ca)
    );
    assert_eq!(
        list.find_authority(&name, Some(&id)).unwrap().as_ref(),
        Some(&ca)
    );
    assert_eq!(list.find_authority(&name, Some(b"other")).unwrap(), None);
    let other = "CN=other".parse().unwrap();
    assert_eq!(list.find_authority(&other, Some(&id)).unwrap(), None);
}
