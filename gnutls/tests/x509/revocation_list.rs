//! Certificate revocation lists.

use std::ptr;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, SystemTime};

use gnutls::ErrorKind;
use gnutls::crypto::{Curve, Digest, SignatureAlgorithm};
use gnutls::key::PrivateKey;
use gnutls::verify::{VerificationFlags, VerificationStatus};
use gnutls::x509::{
    Certificate, CertificateBuilder, CertificateRevocationList, Extensions, KeyUsage, PrintFormat,
    RevocationListBuilder, TrustList, VerifyOptions,
};
use gnutls_sys as sys;
use gnutls_testing::fixtures::{fixture, fixture_path};

fn time(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// 2024-01-01, and a time that 32-bit clocks can represent.
const ISSUED: u64 = 1_704_067_200;
const NEXT: u64 = 2_145_830_400;

fn certificate(name: &str) -> Certificate {
    Certificate::from_pem_file(fixture_path(&format!("{name}.pem"))).unwrap()
}

fn key(name: &str) -> PrivateKey {
    PrivateKey::from_pem_file(fixture_path(&format!("{name}-key.pem")), None).unwrap()
}

/// An authority that may sign revocation lists.
fn authority(key: &PrivateKey) -> Certificate {
    let extensions = Extensions::new()
        .basic_constraints(gnutls::x509::BasicConstraints::authority(None))
        .key_usage(KeyUsage::CRL_SIGN | KeyUsage::KEY_CERT_SIGN);
    CertificateBuilder::new(&"CN=list authority".parse().unwrap())
        .validity(time(ISSUED), time(NEXT))
        .serial(&[1])
        .extensions(extensions)
        .key_ids()
        .self_signed(key)
        .unwrap()
}

fn list() -> RevocationListBuilder {
    RevocationListBuilder::new(time(ISSUED))
        .next_update(time(NEXT))
        .number(&[1, 0])
        .key_id()
        .revoke_serial(&[5], time(ISSUED - 10))
        .revoke_serial(&[0x7f; 100], time(ISSUED - 20))
        .revoke_serial(&[6], time(0))
}

#[test]
fn a_list_of_certtool_is_read() {
    let list = CertificateRevocationList::from_pem(&fixture("crl.pem")).unwrap();
    let ca = certificate("ca");
    assert_eq!(list.issuer().unwrap(), ca.subject().unwrap());
    assert!(list.is_issued_by(&ca) && !list.is_issued_by(&certificate("other-ca")));
    assert_eq!(list.version().unwrap(), 2);
    assert_eq!(list.revoked_count(), 1);
    let revoked: Vec<_> = list.revoked().map(Result::unwrap).collect();
    assert_eq!(revoked.len(), 1);
    assert_eq!(revoked[0].serial, certificate("revoked").serial().unwrap());
    assert!(list.next_update().unwrap().unwrap() > list.this_update().unwrap());
    assert!(
        certificate("revoked")
            .is_revoked_by(std::slice::from_ref(&list))
            .unwrap()
    );
    assert!(
        !certificate("server")
            .is_revoked_by(std::slice::from_ref(&list))
            .unwrap()
    );
    assert!(!certificate("revoked").is_revoked_by(&[]).unwrap());
    assert_eq!(
        list.to_pem().unwrap().trim(),
        String::from_utf8(fixture("crl.pem")).unwrap().trim()
    );
    assert_eq!(
        CertificateRevocationList::from_der(&list.to_der().unwrap()).unwrap(),
        list
    );
}

#[test]
fn every_value_of_a_created_list_is_read() {
    let key = key("server");
    let issuer = authority(&key);
    let created = list().signed_by(&issuer, &key).unwrap();
    assert_eq!(created.issuer().unwrap().to_string(), "CN=list authority");
    assert_eq!(created.this_update().unwrap(), time(ISSUED));
    assert_eq!(created.next_update().unwrap(), Some(time(NEXT)));
    assert_eq!(created.number().unwrap().as_deref(), Some(&[1, 0][..]));
    let id = created.authority_key_id().unwrap().unwrap();
    assert_eq!(id.id, issuer.subject_key_id().unwrap());
    let extensions = created.extensions().unwrap();
    let oids: Vec<_> = extensions.iter().map(|extension| &*extension.oid).collect();
    assert_eq!(oids, ["2.5.29.35", "2.5.29.20"]);
    assert_eq!(
        created.extension("2.5.29.20").unwrap().unwrap().value,
        [2, 2, 1, 0]
    );
    assert_eq!(created.extension("1.2.3").unwrap(), None);
    let revoked: Vec<_> = created.revoked().map(Result::unwrap).collect();
    let serials: Vec<_> = revoked
        .iter()
        .map(|revoked| revoked.serial.clone())
        .collect();
    assert_eq!(serials, [vec![5], vec![0x7f; 100], vec![6]]);
    let times = revoked.iter().map(|revoked| revoked.time.unwrap());
    assert!(times.eq([time(ISSUED - 10), time(ISSUED - 20), time(0)]));
    assert_eq!(created.revoked_count(), 3);
    assert_eq!(
        created.signature_algorithm(),
        Some(SignatureAlgorithm::RSA_SHA256)
    );
    assert_eq!(created.signature_oid().unwrap(), "1.2.840.113549.1.1.11");
    assert_eq!(created.signature().unwrap().len(), 256);
    let text = created.print(PrintFormat::FULL).unwrap();
    assert!(text.contains("Revoked certificates (3):"), "{text}");

    let status = created
        .verify(std::slice::from_ref(&issuer), VerificationFlags::default())
        .unwrap();
    assert!(status.is_trusted(), "{status}");
    let status = created
        .verify(&[certificate("ca")], VerificationFlags::default())
        .unwrap();
    assert!(
        status.contains(VerificationStatus::SIGNER_NOT_FOUND),
        "{status}"
    );
}

#[test]
fn hazard_53_the_signature_has_its_own_length() {
    // C writes no length if the buffer is larger than the signature.
    let key = PrivateKey::generate_on_curve(Curve::SECP192R1)
        .or_else(|_| PrivateKey::generate_on_curve(Curve::SECP256R1))
        .unwrap();
    let created = list().signed_by(&authority(&key), &key).unwrap();
    let (der, signature) = (created.to_der().unwrap(), created.signature().unwrap());
    assert!(der.ends_with(&signature));
    // An ECDSA signature is a sequence.
    assert_eq!(
        (signature[0], usize::from(signature[1]) + 2),
        (0x30, signature.len())
    );
}

#[test]
fn hazard_53_the_iterator_ends_once() {
    let key = key("server-ed25519");
    let created = list().signed_by(&authority(&key), &key).unwrap();
    let mut revoked = created.revoked();
    assert_eq!(revoked.by_ref().count(), 3);
    assert!(revoked.next().is_none() && revoked.next().is_none());
    // Several iterators have their own positions.
    let (mut one, mut other) = (created.revoked(), created.revoked());
    one.next();
    assert_ne!(one.next().unwrap().unwrap(), other.next().unwrap().unwrap());
    let empty = RevocationListBuilder::new(time(ISSUED))
        .signed_by(&authority(&key), &key)
        .unwrap();
    assert_eq!((empty.revoked().count(), empty.revoked_count()), (0, 0));
    assert_eq!(empty.next_update().unwrap(), None);
    assert_eq!(empty.number().unwrap(), None);
    assert_eq!(empty.authority_key_id().unwrap(), None);
    assert_eq!(empty.extensions().unwrap(), []);
}

/// Creates the list of [`list`] with the functions of C.
fn created_by_c(issuer: &Certificate, key: &PrivateKey) -> Vec<u8> {
    let ok = |code: i32| assert!(code >= 0, "{code}");
    let id = issuer.subject_key_id().unwrap().unwrap();
    // SAFETY: all objects are initialised and used only here; lengths are those of the data.
    unsafe {
        let mut raw = ptr::null_mut();
        ok(sys::gnutls_x509_crl_init(&mut raw));
        ok(sys::gnutls_x509_crl_set_version(raw, 2));
        ok(sys::gnutls_x509_crl_set_this_update(
            raw,
            ISSUED as sys::time_t,
        ));
        ok(sys::gnutls_x509_crl_set_next_update(
            raw,
            NEXT as sys::time_t,
        ));
        for (serial, seconds) in [
            (&[5_u8][..], ISSUED - 10),
            (&[0x7f; 100], ISSUED - 20),
            (&[6], 0),
        ] {
            let seconds = seconds as sys::time_t;
            ok(sys::gnutls_x509_crl_set_crt_serial(
                raw,
                serial.as_ptr().cast(),
                serial.len(),
                seconds,
            ));
        }
        ok(sys::gnutls_x509_crl_set_authority_key_id(
            raw,
            id.as_ptr().cast(),
            id.len(),
        ));
        ok(sys::gnutls_x509_crl_set_number(
            raw,
            [1u8, 0].as_ptr().cast(),
            2,
        ));
        let (issuer, key) = (issuer.as_ptr(), key.as_ptr());
        ok(sys::gnutls_x509_crl_privkey_sign(
            raw,
            issuer,
            key,
            sys::GNUTLS_DIG_SHA512,
            0,
        ));
        CertificateRevocationList::from_raw(raw).to_der().unwrap()
    }
}

#[test]
fn the_bytes_are_those_of_c_and_the_same_each_time() {
    for name in ["server", "server-ed25519"] {
        let key = key(name);
        let issuer = authority(&key);
        let create = || {
            list()
                .digest(Digest::SHA512)
                .signed_by(&issuer, &key)
                .unwrap()
        };
        let der = create().to_der().unwrap();
        assert_eq!(der, created_by_c(&issuer, &key), "{name}");
        assert_eq!(der, create().to_der().unwrap());
    }
}

#[test]
fn a_trust_list_accepts_only_valid_lists() {
    let key = key("server-ed25519");
    let issuer = authority(&key);
    let server_key = self::key("server");
    let server = CertificateBuilder::new(&"CN=server".parse().unwrap())
        .validity(time(ISSUED), time(NEXT))
        .public_key(server_key.public_key().unwrap())
        .signed_by(&issuer, &key)
        .unwrap();
    let created = list()
        .revoke(&server, time(ISSUED))
        .unwrap()
        .signed_by(&issuer, &key)
        .unwrap();
    let mut trust = TrustList::new().unwrap();
    trust
        .add_certificates(std::slice::from_ref(&issuer))
        .unwrap();
    let status = |trust: &TrustList| {
        let result = trust.verify(std::slice::from_ref(&server), &VerifyOptions::new());
        result.unwrap().status()
    };
    assert!(status(&trust).is_trusted());
    trust
        .add_revocation_list(&created, VerificationFlags::default())
        .unwrap();
    assert!(status(&trust).contains(VerificationStatus::REVOKED));
    // The object is still that of the program.
    assert_eq!(created.revoked_count(), 4);

    // Another key with the same name.
    let other = authority(&server_key);
    let forged = list().signed_by(&other, &server_key).unwrap();
    let mut trust = TrustList::new().unwrap();
    trust.add_certificates(&[issuer]).unwrap();
    let error = trust
        .add_revocation_list(&forged, VerificationFlags::default())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Verification, "{error}");
}

#[test]
fn values_that_are_not_valid_are_errors() {
    let key = key("server-ed25519");
    let issuer = authority(&key);
    let kind =
        |builder: RevocationListBuilder| builder.signed_by(&issuer, &key).unwrap_err().kind();
    let before_1970 = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
    assert_eq!(
        kind(RevocationListBuilder::new(before_1970)),
        ErrorKind::Limit
    );
    assert_eq!(
        kind(list().revoke_serial(&[1], before_1970)),
        ErrorKind::Limit
    );
    assert_eq!(kind(list().next_update(time(0))), ErrorKind::InvalidInput);
    assert_eq!(
        kind(list().revoke_serial(&[], time(0))),
        ErrorKind::InvalidInput
    );
    for number in [&[][..], &[0], &[0x80]] {
        assert_eq!(
            kind(list().number(number)),
            ErrorKind::InvalidInput,
            "{number:?}"
        );
    }
    let error = list().signed_by(&issuer, &self::key("server")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    for seconds in [2_147_483_648, 2_524_608_000] {
        match list().next_update(time(seconds)).signed_by(&issuer, &key) {
            Ok(list) => assert_eq!(list.next_update().unwrap(), Some(time(seconds))),
            Err(error) => assert_eq!((sys::time_t::BITS, error.kind()), (32, ErrorKind::Limit)),
        }
    }
}

#[test]
fn damaged_lists_are_errors() {
    let der = CertificateRevocationList::from_pem(&fixture("crl.pem"))
        .unwrap()
        .to_der()
        .unwrap();
    for length in 0..der.len() {
        let error = CertificateRevocationList::from_der(&der[..length]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate, "{length} {error}");
    }
    // Every getter returns, whatever the bytes are.
    for position in 0..der.len() {
        let mut der = der.clone();
        der[position] ^= 0x55;
        if let Ok(list) = CertificateRevocationList::from_der(&der) {
            let _ = (
                list.issuer(),
                list.this_update(),
                list.next_update(),
                list.number(),
            );
            let _ = (
                list.extensions(),
                list.authority_key_id(),
                list.signature(),
                list.version(),
            );
            let _ = (
                list.revoked().take(100).count(),
                list.print(PrintFormat::FULL),
                list.to_der(),
            );
            let _ = list.verify(&[certificate("ca")], VerificationFlags::default());
        }
    }
    for pem in [&b"no PEM"[..], b"", b"\0", &fixture("server.pem")] {
        let error = CertificateRevocationList::from_pem(pem).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate, "{error}");
        assert_eq!(
            CertificateRevocationList::list_from_pem(pem)
                .unwrap_err()
                .kind(),
            ErrorKind::Certificate
        );
    }
    let error = CertificateRevocationList::from_pem_file("/nowhere").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    let error = CertificateRevocationList::from_pem_file(fixture_path("server.pem")).unwrap_err();
    assert!(error.to_string().contains("server.pem"), "{error}");
}

#[test]
fn text_with_several_lists_is_read_in_its_order() {
    let key = key("server-ed25519");
    let issuer = authority(&key);
    let lists: Vec<_> = (1..=3)
        .map(|number| list().number(&[number]).signed_by(&issuer, &key).unwrap())
        .collect();
    let text: String = lists.iter().map(|list| list.to_pem().unwrap()).collect();
    assert_eq!(
        CertificateRevocationList::list_from_pem(text.as_bytes()).unwrap(),
        lists
    );
    assert_eq!(
        CertificateRevocationList::from_pem(text.as_bytes()).unwrap(),
        lists[0]
    );
}

#[test]
fn hazard_7_a_revocation_list_of_c_has_one_owner() {
    let created = CertificateRevocationList::from_pem(&fixture("crl.pem")).unwrap();
    let der = created.to_der().unwrap();
    let data = sys::gnutls_datum_t {
        data: der.as_ptr().cast_mut(),
        size: der.len() as u32,
    };
    let mut raw = ptr::null_mut();
    // SAFETY: the object is created and filled here, and ownership is transferred once.
    let list = unsafe {
        assert_eq!(sys::gnutls_x509_crl_init(&mut raw), 0);
        assert_eq!(
            sys::gnutls_x509_crl_import(raw, &data, sys::GNUTLS_X509_FMT_DER),
            0
        );
        CertificateRevocationList::from_raw(raw)
    };
    assert_eq!(list.as_ptr(), raw);
    let clone = list.clone();
    drop(list);
    assert_eq!(clone.as_ptr(), raw);
    assert_eq!(clone, created);
}

#[test]
fn bug_class_5_threads_share_a_revocation_list() {
    const THREADS: usize = 4;
    let key = key("server-ed25519");
    let created = list().signed_by(&authority(&key), &key).unwrap();
    let start = Barrier::new(THREADS);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                start.wait();
                for _ in 0..50 {
                    let serials = created
                        .revoked()
                        .map(|revoked| revoked.unwrap().serial.len());
                    assert_eq!(serials.sum::<usize>(), 102);
                    assert_eq!(created.number().unwrap().as_deref(), Some(&[1, 0][..]));
                    assert!(created.print(PrintFormat::FULL).is_ok());
                    assert_eq!(created.clone().extensions().unwrap().len(), 2);
                }
            });
        }
    });
}
