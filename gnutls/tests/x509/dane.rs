//! DANE: verification with TLSA records, compared with calls of C.

use std::ffi::c_int;
use std::process::Command;
use std::{ptr, thread};

use gnutls::dane::{
    CertificateUsage, DnssecStatus, ErrorCode, MatchingType, ResolverOptions, Selector, TlsaRecord,
    TlsaRecords, VerificationStatus, VerifyFlags,
};
use gnutls::x509::Certificate;
use gnutls::{ClientConfig, ErrorKind, ServerConfig, Trust};
use gnutls_sys as sys;
use gnutls_testing::fixtures::{fixture_path, identity, server_identity, trust};
use gnutls_testing::pair::Pair;
use gnutls_testing::{requirement, skip_unless};

const USAGES: [CertificateUsage; 4] = [
    CertificateUsage::CA,
    CertificateUsage::END_ENTITY,
    CertificateUsage::LOCAL_CA,
    CertificateUsage::LOCAL_END_ENTITY,
];
const SELECTORS: [Selector; 2] = [Selector::CERTIFICATE, Selector::PUBLIC_KEY];
const MATCHING_TYPES: [MatchingType; 3] = [
    MatchingType::EXACT,
    MatchingType::SHA256,
    MatchingType::SHA512,
];

fn certificate(name: &str) -> Certificate {
    Certificate::from_pem_file(fixture_path(&format!("{name}.pem"))).unwrap()
}

fn chain(names: &[&str]) -> Vec<Certificate> {
    names.iter().map(|name| certificate(name)).collect()
}

/// The record about a fixture.
fn record(usage: CertificateUsage, name: &str) -> TlsaRecord {
    TlsaRecord::from_certificate(
        usage,
        Selector::PUBLIC_KEY,
        MatchingType::SHA256,
        &certificate(name),
    )
    .unwrap()
}

fn verified(records: &[TlsaRecord]) -> TlsaRecords {
    TlsaRecords::from_records(records, DnssecStatus::VERIFIED).unwrap()
}

fn code<T>(result: gnutls::Result<T>) -> Option<ErrorCode> {
    ErrorCode::of(&result.err()?)
}

/// The code and the status of the same calls in C.
fn in_c(records: &[TlsaRecord], chain: &[Certificate], flags: VerifyFlags) -> (c_int, u32) {
    let mut data: Vec<*mut std::ffi::c_char> = records
        .iter()
        .map(|record| record.rdata().as_ptr().cast_mut().cast())
        .collect();
    data.push(ptr::null_mut());
    let mut lengths: Vec<c_int> = records
        .iter()
        .map(|record| record.rdata().len() as c_int)
        .collect();
    lengths.push(0);
    let der: Vec<_> = chain.iter().map(|one| one.to_der().unwrap()).collect();
    let chain: Vec<_> = der
        .iter()
        .map(|der| sys::gnutls_datum_t {
            data: der.as_ptr().cast_mut(),
            size: der.len() as u32,
        })
        .collect();
    let mut status = 0;
    // SAFETY: the arrays end with NULL and have the same lengths, and everything lives until both objects are released.
    unsafe {
        let (mut state, mut query) = (ptr::null_mut(), ptr::null_mut());
        assert_eq!(
            sys::dane_state_init(
                &mut state,
                sys::DANE_F_IGNORE_LOCAL_RESOLVER | sys::DANE_F_IGNORE_DNSSEC
            ),
            0
        );
        let supplied = sys::dane_raw_tlsa(state, &mut query, data.as_ptr(), lengths.as_ptr(), 1, 0);
        assert_eq!(supplied, 0);
        let code = sys::dane_verify_crt_raw(
            state,
            chain.as_ptr(),
            chain.len() as u32,
            sys::GNUTLS_CRT_X509,
            query,
            0,
            flags.as_raw(),
            &mut status,
        );
        sys::dane_query_deinit(query);
        sys::dane_state_deinit(state);
        (code, status)
    }
}

/// Compares a verification with C, and returns its result.
fn compared(
    records: &[TlsaRecord],
    chain: &[Certificate],
    flags: VerifyFlags,
) -> gnutls::Result<VerificationStatus> {
    let result = verified(records).verify(chain, flags);
    let (code_in_c, status_in_c) = in_c(records, chain, flags);
    match &result {
        Ok(status) => {
            assert_eq!(status.as_raw(), status_in_c, "{records:?}");
            // C returns the code together with this status.
            let expected = match *status {
                VerificationStatus::UNKNOWN_DANE_INFO => sys::DANE_E_REQUESTED_DATA_NOT_AVAILABLE,
                _ => 0,
            };
            assert_eq!(code_in_c, expected, "{records:?}");
        }
        Err(error) => assert_eq!(
            ErrorCode::of(error).map(ErrorCode::as_raw),
            Some(code_in_c),
            "{records:?}: {error}"
        ),
    }
    result
}

#[test]
fn every_form_of_record_matches_its_certificate_only() {
    let chain = chain(&["below", "intermediate", "ca"]);
    let mut compared_results = 0;
    for usage in USAGES {
        for selector in SELECTORS {
            for matching_type in MATCHING_TYPES {
                for name in ["below", "intermediate", "ca", "server", "other-ca"] {
                    let subject = certificate(name);
                    let record =
                        TlsaRecord::from_certificate(usage, selector, matching_type, &subject)
                            .unwrap();
                    let is_authority =
                        matches!(usage, CertificateUsage::CA | CertificateUsage::LOCAL_CA);
                    let expected = match (is_authority, name) {
                        (true, "intermediate" | "ca") | (false, "below") => {
                            VerificationStatus::default()
                        }
                        (true, _) => VerificationStatus::CA_CONSTRAINTS_VIOLATED,
                        (false, _) => VerificationStatus::CERT_DIFFERS,
                    };
                    let status = compared(
                        std::slice::from_ref(&record),
                        &chain,
                        VerifyFlags::default(),
                    );
                    assert_eq!(status.unwrap(), expected, "{record}");
                    let (only, ignored) = match is_authority {
                        true => (
                            VerifyFlags::ONLY_CHECK_CA_USAGE,
                            VerifyFlags::ONLY_CHECK_EE_USAGE,
                        ),
                        false => (
                            VerifyFlags::ONLY_CHECK_EE_USAGE,
                            VerifyFlags::ONLY_CHECK_CA_USAGE,
                        ),
                    };
                    let records = [record];
                    assert_eq!(compared(&records, &chain, only).unwrap(), expected);
                    assert_eq!(
                        compared(&records, &chain, ignored).unwrap(),
                        VerificationStatus::UNKNOWN_DANE_INFO
                    );
                    compared_results += 3;
                }
            }
        }
    }
    assert_eq!(compared_results, 4 * 2 * 3 * 5 * 3);
}

#[test]
fn one_record_of_several_suffices() {
    let wrong = record(CertificateUsage::LOCAL_END_ENTITY, "server-ecdsa");
    let right = record(CertificateUsage::LOCAL_END_ENTITY, "server");
    let authority = record(CertificateUsage::LOCAL_CA, "other-ca");
    let chain = chain(&["server", "ca"]);
    let flags = VerifyFlags::default();
    for records in [
        vec![right.clone()],
        vec![wrong.clone(), right.clone()],
        vec![authority.clone(), wrong.clone(), right.clone()],
    ] {
        assert!(compared(&records, &chain, flags).unwrap().is_match());
    }
    let status = compared(&[wrong, authority], &chain, flags).unwrap();
    assert_eq!(
        status,
        VerificationStatus::CERT_DIFFERS | VerificationStatus::CA_CONSTRAINTS_VIOLATED
    );
    assert!(status.contains(VerificationStatus::CERT_DIFFERS));
    assert_eq!(
        status.to_string(),
        "Verification failed. CA constrains were violated. The certificate differs."
    );
}

#[test]
fn unusable_records_are_no_match() {
    let server = chain(&["server"]);
    let unusable = [
        // A private usage, an unknown selector, and an authority that the chain cannot contain.
        "255 0 1 00",
        "128 0 1 00",
        "3 7 1 00",
    ]
    .map(|text| text.parse::<TlsaRecord>().unwrap());
    let authority = record(CertificateUsage::LOCAL_CA, "ca");
    for records in [&unusable[..], &[], &[authority]] {
        let status = compared(records, &server, VerifyFlags::default()).unwrap();
        assert_eq!(status, VerificationStatus::UNKNOWN_DANE_INFO);
        let result = compared(records, &server, VerifyFlags::FAIL_IF_NOT_CHECKED);
        assert_eq!(code(result), Some(ErrorCode::REQUESTED_DATA_NOT_AVAILABLE));
    }
    // A matching type that is unknown, or that does not fit the length of the data.
    for text in ["3 1 9 00", "3 1 1 00", "3 1 2 00"] {
        let records = [text.parse().unwrap()];
        let status = compared(&records, &server, VerifyFlags::default()).unwrap();
        assert_eq!(status, VerificationStatus::CERT_DIFFERS, "{text}");
    }
    assert_eq!(
        code(verified(&[]).verify(&[], VerifyFlags::default())),
        Some(ErrorCode::NO_CERT)
    );
}

/// C accepts the certificate of any authority that the server appends to its chain.
#[test]
fn hazard_68_an_appended_authority_does_not_match() {
    let records = [record(CertificateUsage::LOCAL_CA, "other-ca")];
    let forged = chain(&["server", "ca", "other-ca"]);
    assert_eq!(in_c(&records, &forged, VerifyFlags::default()), (0, 0));
    let status = verified(&records)
        .verify(&forged, VerifyFlags::default())
        .unwrap();
    assert_eq!(status, VerificationStatus::CA_CONSTRAINTS_VIOLATED);

    // The order of a real chain does not matter to C, and it does here.
    let records = [record(CertificateUsage::LOCAL_CA, "ca")];
    for (names, expected) in [
        (&["below", "intermediate", "ca"][..], true),
        (&["below", "intermediate", "ca", "other-ca"], true),
        (&["below", "intermediate", "other-ca", "ca"], false),
        (&["below", "ca", "intermediate"], false),
    ] {
        let status = verified(&records).verify(&chain(names), VerifyFlags::default());
        assert_eq!(status.unwrap().is_match(), expected, "{names:?}");
    }
}

/// Only authenticated records are accepted, and the status of others survives.
#[test]
fn hazard_69_insecure_records_are_never_reported_as_secure() {
    let records = [record(CertificateUsage::LOCAL_END_ENTITY, "server")];
    for (status, expected) in [
        (DnssecStatus::VERIFIED, None),
        (DnssecStatus::BOGUS, Some(ErrorCode::INVALID_DNSSEC_SIG)),
        (DnssecStatus::INSECURE, Some(ErrorCode::NO_DNSSEC_SIG)),
        (DnssecStatus::from_raw(0), Some(ErrorCode::NO_DNSSEC_SIG)),
    ] {
        let result = TlsaRecords::from_records(&records, status);
        let kind = result.as_ref().err().map(gnutls::Error::kind);
        assert_eq!(kind.is_some(), expected.is_some());
        assert!(kind.is_none_or(|kind| kind == ErrorKind::Verification));
        assert_eq!(code(result), expected, "{status}");
    }
    for status in [
        DnssecStatus::VERIFIED,
        DnssecStatus::BOGUS,
        DnssecStatus::INSECURE,
    ] {
        let insecure = TlsaRecords::dangerous_from_insecure_records(&records, status).unwrap();
        assert_eq!(insecure.status(), status);
        assert_eq!(insecure.records().unwrap(), records);
    }
    // C reports both flags for an insecure result.
    let insecure =
        TlsaRecords::dangerous_from_insecure_records(&records, DnssecStatus::INSECURE).unwrap();
    let (mut count, mut secure, mut bogus) = (0, 0, 0);
    let (mut data, mut lengths) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: the object lives, and the arrays are released once.
    unsafe {
        let code = sys::dane_query_to_raw_tlsa(
            insecure.as_ptr(),
            &mut count,
            &mut data,
            &mut lengths,
            &mut secure,
            &mut bogus,
        );
        assert_eq!((code, count), (0, 1));
        let free = sys::gnutls_free.unwrap();
        free(data.cast());
        free(lengths.cast());
    }
    assert_eq!((secure, bogus), (1, 1));
}

/// The object of C has pointers to the records.
#[test]
fn hazard_69_supplied_records_live_as_long_as_the_object() {
    let records: Vec<TlsaRecord> = (0..100u8)
        .map(|byte| TlsaRecord::from_rdata(&[byte, 1, 255, byte, 2, 3]).unwrap())
        .collect();
    let mut given = records.clone();
    let supplied = verified(&given);
    // Overwrites and releases the records of the program.
    for record in &mut given {
        *record = TlsaRecord::from_rdata(&[9; 6]).unwrap();
    }
    drop(given);
    let moved = thread::spawn(move || {
        assert_eq!(supplied.len(), 100);
        supplied
    });
    let supplied = moved.join().unwrap();
    assert!(!supplied.is_empty());
    assert_eq!(supplied.records().unwrap(), records);

    // C would ignore the last one.
    let more = [&records[..], &records[..1]].concat();
    let error = TlsaRecords::from_records(&more, DnssecStatus::VERIFIED).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
    assert!(error.to_string().contains("101"), "{error}");
}

#[test]
fn the_chain_of_a_session_is_verified_with_the_trusted_issuer() {
    let client = ClientConfig::builder().trust(trust()).build().unwrap();
    let anyone = ClientConfig::builder()
        .trust(Trust::none())
        .dangerous_verifier(|_| Ok(()))
        .build()
        .unwrap();
    let server = |name: Option<&str>| {
        let identity = name.map_or_else(server_identity, identity);
        ServerConfig::builder().identity(identity).build().unwrap()
    };
    let verify = |client: &ClientConfig, name: Option<&str>, record: TlsaRecord| {
        let mut pair = Pair::open_with_name(client, &server(name), "localhost", false);
        pair.handshake().unwrap();
        verified(&[record])
            .verify_session(&pair.client, VerifyFlags::default())
            .unwrap()
    };
    let leaf = record(CertificateUsage::LOCAL_END_ENTITY, "server");
    let authority = record(CertificateUsage::CA, "ca");
    let other = record(CertificateUsage::CA, "other-ca");
    assert!(verify(&client, None, leaf.clone()).is_match());
    assert!(verify(&client, None, authority.clone()).is_match());
    assert_eq!(
        verify(&client, None, other),
        VerificationStatus::CA_CONSTRAINTS_VIOLATED
    );
    // The server sends no issuer, and the client trusts none.
    assert!(verify(&anyone, None, leaf.clone()).is_match());
    assert_eq!(
        verify(&anyone, None, authority),
        VerificationStatus::UNKNOWN_DANE_INFO
    );
    assert_eq!(
        verify(&client, Some("server-ecdsa"), leaf),
        VerificationStatus::CERT_DIFFERS
    );

    // Before the handshake there is no certificate.
    let fresh = client.session("localhost").unwrap();
    let result = verified(&[]).verify_session(&fresh, VerifyFlags::default());
    assert_eq!(code(result), Some(ErrorCode::NO_CERT));
}

#[test]
fn a_record_ends_a_handshake_in_a_verifier() {
    use gnutls::verify::VerificationStatus as CertificateStatus;
    for (name, accepted) in [("server", true), ("server-ecdsa", false)] {
        let records = verified(&[record(CertificateUsage::LOCAL_END_ENTITY, name)]);
        let client = ClientConfig::builder()
            .trust(Trust::none())
            .dangerous_verifier(move |peer| {
                let flags = VerifyFlags::ONLY_CHECK_EE_USAGE;
                match records.verify_session(peer.session(), flags) {
                    Ok(status) if status.is_match() => Ok(()),
                    _ => Err(CertificateStatus::MISMATCH.into()),
                }
            })
            .build()
            .unwrap();
        let server = ServerConfig::builder()
            .identity(server_identity())
            .build()
            .unwrap();
        let mut pair = Pair::open_with_name(&client, &server, "other.example", false);
        let (result, _) = pair.handshake_both();
        assert_eq!(result.is_ok(), accepted, "{result:?}");
    }
}

/// The names below `invalid` are answered without a network.
#[test]
fn a_service_without_records_is_an_error() {
    let options = ResolverOptions::new()
        .ignore_local_resolver()
        .dangerous_ignore_dnssec();
    for options in [options, options.dangerous_accept_insecure()] {
        let resolver = options.resolver().unwrap();
        let result = resolver.query("service.invalid", "tcp", 443);
        assert_eq!(code(result), Some(ErrorCode::NO_DANE_DATA));
        for (host, protocol) in [
            ("", "tcp"),
            ("host.invalid", ""),
            ("host\0.invalid", "tcp"),
            ("h\u{f6}st.invalid", "tcp"),
            ("host .invalid", "tcp"),
            (&*"a.".repeat(127), "tcp"),
            ("host.invalid", "t\0cp"),
        ] {
            let error = resolver.query(host, protocol, 443).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{host:?}");
        }
    }
}

#[test]
fn a_file_for_lookaside_validation_is_a_path() {
    // The files of the system, such as /etc/hosts, are not required.
    let options = ResolverOptions::new().ignore_local_resolver();
    let mut resolver = options.resolver().unwrap();
    let error = resolver.set_dlv_file("a\0file").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    // Releases of libunbound differ in the result, since the protocol was retired.
    let result = resolver.set_dlv_file("file");
    assert!(result.is_ok() || code(result) == Some(ErrorCode::FILE_ERROR));
}

#[test]
fn records_are_those_of_danetool() {
    skip_unless!(requirement::DANETOOL);
    let path = fixture_path("server.pem");
    for (selector, arguments) in [
        (Selector::PUBLIC_KEY, &[][..]),
        (Selector::CERTIFICATE, &["--x509"][..]),
    ] {
        let output = Command::new("danetool")
            .args(["--tlsa-rr", "--host", "localhost", "--load-certificate"])
            .arg(&path)
            .args(arguments)
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let (_, record) = text.split_once('(').unwrap();
        let record: TlsaRecord = record.trim().trim_end_matches(')').parse().unwrap();
        assert_eq!(record.usage(), CertificateUsage::LOCAL_END_ENTITY);
        let expected = TlsaRecord::from_certificate(
            record.usage(),
            selector,
            MatchingType::SHA256,
            &certificate("server"),
        );
        assert_eq!(record, expected.unwrap());
    }
}
