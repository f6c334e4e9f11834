//! Every value compared with that of a call of C, for the fixtures and for all authorities that the system trusts.

use std::ffi::{CStr, CString, c_int, c_uint, c_void};
use std::path::PathBuf;
use std::ptr;
use std::time::{Duration, SystemTime};

use gnutls::crypto::Digest;
use gnutls::x509::{Certificate, GeneralName, PrintFormat};
use gnutls_sys as sys;
use gnutls_testing::fixtures::fixture_path;

/// Calls a function that fills a buffer, which is always large enough.
fn buffer(fill: impl FnOnce(*mut c_void, *mut usize) -> c_int) -> Result<Vec<u8>, c_int> {
    let mut buffer = vec![0; 20_000];
    let mut length = buffer.len();
    let code = fill(buffer.as_mut_ptr().cast(), &mut length);
    buffer.truncate(length);
    if code < 0 { Err(code) } else { Ok(buffer) }
}

/// Calls a function that allocates a datum.
fn datum(fill: impl FnOnce(*mut sys::gnutls_datum_t) -> c_int) -> Result<Vec<u8>, c_int> {
    let mut datum = sys::gnutls_datum_t {
        data: ptr::null_mut(),
        size: 0,
    };
    let code = fill(&mut datum);
    if code < 0 {
        return Err(code);
    }
    let mut copy = vec![0; datum.size as usize];
    // SAFETY: after success the datum has `size` bytes, which gnutls_malloc has allocated.
    unsafe {
        ptr::copy_nonoverlapping(datum.data, copy.as_mut_ptr(), copy.len());
        sys::gnutls_free.unwrap()(datum.data.cast());
    }
    Ok(copy)
}

fn text(bytes: Result<Vec<u8>, c_int>) -> Result<String, c_int> {
    bytes.map(|bytes| {
        String::from_utf8(bytes)
            .unwrap()
            .trim_end_matches('\0')
            .to_owned()
    })
}

/// The code of an error, or the value.
fn coded<T>(result: gnutls::Result<T>) -> Result<T, c_int> {
    result.map_err(|error| error.code().unwrap().as_raw())
}

/// `None` becomes the code of missing data.
fn found<T>(result: gnutls::Result<Option<T>>) -> Result<T, c_int> {
    coded(result)?.ok_or(sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
}

fn seconds(time: gnutls::Result<SystemTime>) -> i64 {
    time.map_or(-1, |time| {
        let since = time
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or(Duration::ZERO);
        i64::try_from(since.as_secs()).unwrap()
    })
}

/// Compares the values of one certificate.
pub(crate) fn compare(certificate: &Certificate, name: &str) {
    let raw = certificate.as_ptr();
    let none = ptr::null_mut::<c_uint>();
    // SAFETY: the certificate lives and is only read; the buffers have the lengths that are passed, outputs are released
    // once, and all strings end in NUL.
    unsafe {
        let version = sys::gnutls_x509_crt_get_version(raw);
        assert_eq!(
            coded(certificate.version()),
            Ok(version.unsigned_abs()),
            "{name}"
        );
        let serial = buffer(|to, length| sys::gnutls_x509_crt_get_serial(raw, to, length));
        assert_eq!(coded(certificate.serial()), serial, "{name}");
        let (begin, end) = (
            sys::gnutls_x509_crt_get_activation_time(raw),
            sys::gnutls_x509_crt_get_expiration_time(raw),
        );
        #[allow(
            clippy::useless_conversion,
            reason = "time_t has 32 bits on some systems"
        )]
        let times = (i64::from(begin), i64::from(end));
        assert_eq!(
            (
                seconds(certificate.not_before()),
                seconds(certificate.not_after())
            ),
            times,
            "{name}"
        );

        let (subject, issuer) = (
            certificate.subject().unwrap(),
            certificate.issuer().unwrap(),
        );
        let c = text(datum(|dn| sys::gnutls_x509_crt_get_dn3(raw, dn, 0)));
        assert_eq!(c.unwrap_or_default(), subject.to_string(), "{name}");
        let c = text(datum(|dn| sys::gnutls_x509_crt_get_issuer_dn3(raw, dn, 0)));
        assert_eq!(c.unwrap_or_default(), issuer.to_string(), "{name}");
        // The functions that libvirt and qemu call.
        let c = text(buffer(|to, length| {
            sys::gnutls_x509_crt_get_dn(raw, to.cast(), length)
        }));
        assert_eq!(
            c.unwrap_or_default(),
            subject.to_compatible_text().unwrap(),
            "{name}"
        );
        let c = text(buffer(|to, length| {
            sys::gnutls_x509_crt_get_issuer_dn(raw, to.cast(), length)
        }));
        assert_eq!(
            c.unwrap_or_default(),
            issuer.to_compatible_text().unwrap(),
            "{name}"
        );
        let mut oids = Vec::new();
        while let Ok(oid) = text(buffer(|to, length| {
            sys::gnutls_x509_crt_get_dn_oid(raw, oids.len() as c_uint, to, length)
        })) {
            oids.push(oid);
        }
        assert_eq!(subject.oids().unwrap(), oids, "{name}");
        for oid in &oids {
            let c_oid = CString::new(oid.as_str()).unwrap();
            let c = text(buffer(|to, length| {
                sys::gnutls_x509_crt_get_dn_by_oid(raw, c_oid.as_ptr(), 0, 0, to, length)
            }));
            assert_eq!(found(subject.value(oid)), c, "{name} {oid}");
        }

        compare_names(
            name,
            certificate.subject_alt_names(),
            |seq, to, length, kind| {
                sys::gnutls_x509_crt_get_subject_alt_name2(raw, seq, to, length, kind, none)
            },
        );
        compare_names(
            name,
            certificate.issuer_alt_names(),
            |seq, to, length, kind| {
                sys::gnutls_x509_crt_get_issuer_alt_name2(raw, seq, to, length, kind, none)
            },
        );

        let (mut ca, mut path_length) = (0, -1);
        let code = sys::gnutls_x509_crt_get_basic_constraints(raw, none, &mut ca, &mut path_length);
        let constraints = found(certificate.basic_constraints()).map(|own| {
            (
                c_uint::from(own.ca),
                own.path_length.map_or(-1, |own| own as c_int),
            )
        });
        let c = if code < 0 {
            Err(code)
        } else {
            Ok((ca, path_length))
        };
        assert_eq!(constraints, c, "{name}");
        let mut usage = 0;
        let code = sys::gnutls_x509_crt_get_key_usage(raw, &mut usage, none);
        let c = if code < 0 { Err(code) } else { Ok(usage) };
        assert_eq!(
            found(certificate.key_usage()).map(|usage| usage.as_raw()),
            c,
            "{name}"
        );
        let mut purposes = Vec::new();
        while let Ok(purpose) = text(buffer(|to, length| {
            sys::gnutls_x509_crt_get_key_purpose_oid(
                raw,
                purposes.len() as c_uint,
                to,
                length,
                none,
            )
        })) {
            purposes.push(purpose);
        }
        assert_eq!(
            coded(certificate.key_purposes())
                .unwrap()
                .unwrap_or_default(),
            purposes,
            "{name}"
        );
        let c = buffer(|to, length| sys::gnutls_x509_crt_get_subject_key_id(raw, to, length, none));
        assert_eq!(found(certificate.subject_key_id()), c, "{name}");
        let c =
            buffer(|to, length| sys::gnutls_x509_crt_get_authority_key_id(raw, to, length, none));
        let own = certificate
            .authority_key_id()
            .map(|own| own.and_then(|own| own.id));
        assert_eq!(found(own), c, "{name}");

        let points = certificate.crl_distribution_points().unwrap();
        for (seq, point) in points.iter().enumerate() {
            let c = text(buffer(|to, length| {
                let reasons = ptr::null_mut();
                sys::gnutls_x509_crt_get_crl_dist_points(
                    raw,
                    seq as c_uint,
                    to,
                    length,
                    reasons,
                    none,
                )
            }));
            assert_eq!(point.name.text(), c.ok(), "{name}");
        }
        let access = certificate.authority_info_access().unwrap();
        for (seq, access) in access.iter().enumerate() {
            let what = sys::GNUTLS_IA_ACCESSMETHOD_OID as c_int;
            let c = text(datum(|to| {
                sys::gnutls_x509_crt_get_authority_info_access(raw, seq as c_uint, what, to, none)
            }));
            assert_eq!(Ok(access.method.clone()), c, "{name}");
            let what = sys::GNUTLS_IA_URI as c_int;
            let c = text(datum(|to| {
                sys::gnutls_x509_crt_get_authority_info_access(raw, seq as c_uint, what, to, none)
            }));
            if let GeneralName::Uri(uri) = &access.location {
                assert_eq!(Ok(uri.clone()), c, "{name}");
            }
        }
        for (seq, policy) in certificate.policies().unwrap().iter().enumerate() {
            let mut c = std::mem::zeroed::<sys::gnutls_x509_policy_st>();
            let code = sys::gnutls_x509_crt_get_policy(raw, seq as c_uint, &mut c, none);
            assert_eq!(code, 0, "{name}");
            assert_eq!(
                CStr::from_ptr(c.oid).to_str().unwrap(),
                policy.oid,
                "{name}"
            );
            assert_eq!(c.qualifiers as usize, policy.qualifiers.len(), "{name}");
            sys::gnutls_x509_policy_release(&mut c);
        }

        for digest in [Digest::SHA1, Digest::SHA256] {
            let c = buffer(|to, length| {
                sys::gnutls_x509_crt_get_fingerprint(raw, digest.as_raw(), to, length)
            });
            assert_eq!(coded(certificate.fingerprint(digest)), c, "{name}");
        }
        let flags = sys::GNUTLS_KEYID_USE_SHA256 as c_uint;
        let c = buffer(|to, length| sys::gnutls_x509_crt_get_key_id(raw, flags, to.cast(), length));
        assert_eq!(coded(certificate.key_id(Digest::SHA256)), c, "{name}");
        let c = buffer(|to, length| sys::gnutls_x509_crt_get_signature(raw, to.cast(), length));
        assert_eq!(coded(certificate.signature()), c, "{name}");
        let c = sys::gnutls_x509_crt_get_signature_algorithm(raw);
        let own = certificate
            .signature_algorithm()
            .map_or(0, |own| own.as_raw());
        assert_eq!(c_uint::try_from(c), Ok(own), "{name}");
        let mut bits = 0;
        let c = sys::gnutls_x509_crt_get_pk_algorithm(raw, &mut bits);
        let own = certificate
            .public_key_algorithm()
            .map_or(0, |own| own.as_raw());
        assert_eq!(c_uint::try_from(c), Ok(own), "{name}");
        assert_eq!(certificate.public_key_bits(), Some(bits), "{name}");
        let formats = [
            PrintFormat::FULL,
            PrintFormat::ONE_LINE,
            PrintFormat::COMPACT,
        ];
        for format in formats {
            let c = datum(|to| sys::gnutls_x509_crt_print(raw, format.as_raw(), to));
            let c = c.map(|text| String::from_utf8_lossy(&text).into_owned());
            assert_eq!(coded(certificate.print(format)), c, "{name}");
        }
        let mut extensions = Vec::new();
        loop {
            let seq = extensions.len() as c_uint;
            let mut critical = 0;
            let Ok(oid) = text(buffer(|to, length| {
                sys::gnutls_x509_crt_get_extension_info(raw, seq, to, length, &mut critical)
            })) else {
                break;
            };
            let value = datum(|to| sys::gnutls_x509_crt_get_extension_data2(raw, seq, to));
            extensions.push((oid, critical != 0, value.unwrap()));
        }
        let own = certificate.extensions().unwrap().into_iter();
        let own: Vec<_> = own.map(|own| (own.oid, own.critical, own.value)).collect();
        assert_eq!(own, extensions, "{name}");
    }
}

/// Compares a list of names with what C returns for each index.
fn compare_names(
    name: &str,
    names: gnutls::Result<Vec<GeneralName>>,
    get: impl Fn(c_uint, *mut c_void, *mut usize, *mut c_uint) -> c_int,
) {
    let names = names.unwrap();
    let mut count = 0;
    loop {
        let mut kind = 0;
        let c = buffer(|to, length| get(count as c_uint, to, length, &mut kind));
        let Ok(c) = c else { break };
        let own = &names[count];
        let other_name = matches!(own, GeneralName::Other { .. });
        assert_eq!(
            other_name,
            kind >= sys::GNUTLS_SAN_OTHERNAME_XMPP || kind == sys::GNUTLS_SAN_OTHERNAME,
            "{name}"
        );
        if let GeneralName::Ip(address) = own {
            let bytes = match address {
                std::net::IpAddr::V4(address) => address.octets().to_vec(),
                std::net::IpAddr::V6(address) => address.octets().to_vec(),
            };
            assert_eq!(bytes, c, "{name}");
        } else if let (sys::GNUTLS_SAN_OTHERNAME, GeneralName::Other { value, .. }) = (kind, own) {
            // Older releases return no text of such a name.
            assert_eq!(*value, c, "{name}");
        } else if let Some(own) = own.text() {
            assert_eq!(Ok(own), text(Ok(c)), "{name}");
        }
        count += 1;
    }
    assert_eq!(count, names.len(), "{name}");
}

#[test]
fn fixtures_have_the_values_of_c() {
    for name in [
        "below",
        "ca",
        "client",
        "expired",
        "fields",
        "intermediate",
        "must-staple",
        "names",
        "other-ca",
        "purpose",
        "revoked",
        "server",
        "server-ed25519",
    ] {
        let certificate = Certificate::from_pem_file(fixture_path(&format!("{name}.pem")));
        compare(&certificate.unwrap(), name);
    }
}

/// Systems without the directory have no certificates to compare.
#[test]
fn authorities_of_the_system_have_the_values_of_c() {
    let entries = std::fs::read_dir("/etc/ssl/certs")
        .into_iter()
        .flatten()
        .flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "pem"));
    paths.sort();
    for path in paths {
        for certificate in Certificate::list_from_pem_file(&path).unwrap() {
            compare(&certificate, &path.display().to_string());
        }
    }
}
