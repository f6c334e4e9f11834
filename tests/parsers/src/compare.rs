//! The comparison of each kind of file: the import, and if it succeeds, the printed text, the encoding and other values.

use std::ffi::{c_int, c_uint};
use std::ptr;

use gnutls::key::{EncryptionInfo, PrivateKey, PublicKey};
use gnutls::ocsp::{Request, Response};
use gnutls::pkcs7::Pkcs7;
use gnutls::pkcs12::Pkcs12;
use gnutls::x509::{Certificate, CertificateRequest, CertificateRevocationList, PrintFormat};
use gnutls_sys as sys;
use gnutls_sys::{GNUTLS_CRT_PRINT_FULL, GNUTLS_OCSP_PRINT_FULL, GNUTLS_X509_FMT_DER};

use crate::check::Check;
use crate::native::{Native, datum, output, text};
use crate::samples::PASSWORD;

/// The most iterations of a derivation of a key that a comparison waits for.
const MAX_ITERATIONS: u32 = 10_000;

pub(crate) fn certificate(der: &[u8], check: &mut Check) {
    // SAFETY: the functions are those of certificates.
    let c = unsafe { Native::new(sys::gnutls_x509_crt_init, sys::gnutls_x509_crt_deinit) };
    // SAFETY: the object is initialised, and the data is only read.
    let c = c.import(|raw| unsafe {
        sys::gnutls_x509_crt_import(raw, &datum(der), GNUTLS_X509_FMT_DER)
    });
    let Some((rust, c)) = check.import(Certificate::from_der(der), c) else {
        return;
    };
    // SAFETY: the object is initialised, and each function writes an output.
    unsafe {
        check.equal("text", rust.print(PrintFormat::FULL).map(known), || {
            text(|out| sys::gnutls_x509_crt_print(c.raw, GNUTLS_CRT_PRINT_FULL, out)).map(known)
        });
        check.equal("encoding", rust.to_der(), || {
            output(|out| sys::gnutls_x509_crt_export2(c.raw, GNUTLS_X509_FMT_DER, out))
        });
        check.equal(
            "subject",
            rust.subject().map(|name| name.to_string()),
            || or_empty(text(|out| sys::gnutls_x509_crt_get_dn3(c.raw, out, 0))),
        );
        check.equal("issuer", rust.issuer().map(|name| name.to_string()), || {
            or_empty(text(|out| {
                sys::gnutls_x509_crt_get_issuer_dn3(c.raw, out, 0)
            }))
        });
        check.equal("hostname", Ok(rust.matches_hostname("localhost")), || {
            let name = c"localhost".as_ptr();
            Ok(sys::gnutls_x509_crt_check_hostname(c.raw, name) != 0)
        });
    }
}

pub(crate) fn revocation_list(der: &[u8], check: &mut Check) {
    // SAFETY: the functions are those of revocation lists.
    let c = unsafe { Native::new(sys::gnutls_x509_crl_init, sys::gnutls_x509_crl_deinit) };
    // SAFETY: the object is initialised, and the data is only read.
    let c = c.import(|raw| unsafe {
        sys::gnutls_x509_crl_import(raw, &datum(der), GNUTLS_X509_FMT_DER)
    });
    let Some((rust, c)) = check.import(CertificateRevocationList::from_der(der), c) else {
        return;
    };
    // SAFETY: the object is initialised, and each function writes an output.
    unsafe {
        check.equal("text", rust.print(PrintFormat::FULL), || {
            text(|out| sys::gnutls_x509_crl_print(c.raw, GNUTLS_CRT_PRINT_FULL, out))
        });
        check.equal("encoding", rust.to_der(), || {
            output(|out| sys::gnutls_x509_crl_export2(c.raw, GNUTLS_X509_FMT_DER, out))
        });
        check.equal("issuer", rust.issuer().map(|name| name.to_string()), || {
            or_empty(text(|out| {
                sys::gnutls_x509_crl_get_issuer_dn3(c.raw, out, 0)
            }))
        });
        check.equal("count", Ok(rust.revoked_count()), || {
            Ok(sys::gnutls_x509_crl_get_crt_count(c.raw).max(0) as usize)
        });
    }
}

pub(crate) fn certificate_request(der: &[u8], check: &mut Check) {
    // SAFETY: the functions are those of certificate requests.
    let c = unsafe { Native::new(sys::gnutls_x509_crq_init, sys::gnutls_x509_crq_deinit) };
    // SAFETY: the object is initialised, and the data is only read.
    let c = c.import(|raw| unsafe {
        sys::gnutls_x509_crq_import(raw, &datum(der), GNUTLS_X509_FMT_DER)
    });
    let rust = CertificateRequest::from_der(der);
    // C accepts a request without contents, which the safe crate rejects: it has neither a name nor a key.
    let c = c.and_then(|c| {
        // SAFETY: the object is initialised, and the function writes an output.
        let name = text(|out| unsafe { sys::gnutls_x509_crq_get_dn3(c.raw, out, 0) });
        // SAFETY: the object is initialised, and the number of bits is not requested.
        let key = unsafe { sys::gnutls_x509_crq_get_pk_algorithm(c.raw, ptr::null_mut()) };
        match (&rust, name) {
            (Err(_), Err(sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)) if key < 0 => {
                Err(sys::GNUTLS_E_ASN1_DER_ERROR)
            }
            (_, name) => or_empty(name).map(|_| c),
        }
    });
    let Some((rust, c)) = check.import(rust, c) else {
        return;
    };
    // SAFETY: the object is initialised, and each function writes an output.
    unsafe {
        check.equal("text", rust.print(PrintFormat::FULL), || {
            text(|out| sys::gnutls_x509_crq_print(c.raw, GNUTLS_CRT_PRINT_FULL, out))
        });
        check.equal("encoding", rust.to_der(), || {
            output(|out| sys::gnutls_x509_crq_export2(c.raw, GNUTLS_X509_FMT_DER, out))
        });
        check.equal("signature", rust.verify(Default::default()), || {
            done(sys::gnutls_x509_crq_verify(c.raw, 0))
        });
    }
}

pub(crate) fn ocsp_request(der: &[u8], check: &mut Check) {
    // SAFETY: the functions are those of OCSP requests.
    let c = unsafe { Native::new(sys::gnutls_ocsp_req_init, sys::gnutls_ocsp_req_deinit) };
    // SAFETY: the object is initialised, and the data is only read.
    let c = c.import(|raw| unsafe { sys::gnutls_ocsp_req_import(raw, &datum(der)) });
    let Some((rust, c)) = check.import(Request::from_der(der), c) else {
        return;
    };
    // SAFETY: the object is initialised, and each function writes an output.
    unsafe {
        check.equal("text", rust.print(gnutls::ocsp::PrintFormat::FULL), || {
            text(|out| sys::gnutls_ocsp_req_print(c.raw, GNUTLS_OCSP_PRINT_FULL, out))
        });
        check.equal("encoding", rust.to_der(), || {
            output(|out| sys::gnutls_ocsp_req_export(c.raw, out))
        });
    }
}

pub(crate) fn ocsp_response(der: &[u8], check: &mut Check) {
    // SAFETY: the functions are those of OCSP responses.
    let c = unsafe { Native::new(sys::gnutls_ocsp_resp_init, sys::gnutls_ocsp_resp_deinit) };
    // SAFETY: the object is initialised, and the data is only read.
    let c = c.import(|raw| unsafe { sys::gnutls_ocsp_resp_import(raw, &datum(der)) });
    let Some((rust, c)) = check.import(Response::from_der(der), c) else {
        return;
    };
    // SAFETY: the object is initialised, and each function writes an output.
    unsafe {
        check.equal("text", rust.print(gnutls::ocsp::PrintFormat::FULL), || {
            text(|out| sys::gnutls_ocsp_resp_print(c.raw, GNUTLS_OCSP_PRINT_FULL, out))
        });
        check.equal("encoding", rust.to_der(), || {
            output(|out| sys::gnutls_ocsp_resp_export(c.raw, out))
        });
        check.equal(
            "status",
            rust.status().map(|status| status.as_raw() as c_int),
            || match sys::gnutls_ocsp_resp_get_status(c.raw) {
                code if code < 0 => Err(code),
                status => Ok(status),
            },
        );
    }
}

pub(crate) fn pkcs7(der: &[u8], check: &mut Check) {
    // SAFETY: the functions are those of PKCS #7.
    let c = unsafe { Native::new(sys::gnutls_pkcs7_init, sys::gnutls_pkcs7_deinit) };
    // SAFETY: the object is initialised, and the data is only read.
    let c =
        c.import(|raw| unsafe { sys::gnutls_pkcs7_import(raw, &datum(der), GNUTLS_X509_FMT_DER) });
    let Some((rust, c)) = check.import(Pkcs7::from_der(der), c) else {
        return;
    };
    // SAFETY: the object is initialised, and each function writes an output.
    unsafe {
        check.equal("text", rust.print(PrintFormat::FULL), || {
            text(|out| sys::gnutls_pkcs7_print(c.raw, GNUTLS_CRT_PRINT_FULL, out))
        });
        check.equal("embedded data", rust.embedded_data(), || {
            match output(|out| sys::gnutls_pkcs7_get_embedded_data(c.raw, 0, out)) {
                Err(sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE) => Ok(None),
                data => data.map(Some),
            }
        });
    }
}

pub(crate) fn pkcs8(der: &[u8], check: &mut Check) {
    let encryption = EncryptionInfo::from_der(der);
    let is_slow = encryption
        .as_ref()
        .is_ok_and(|info| info.iterations > MAX_ITERATIONS);
    check.equal("iterations", encryption.map(|info| info.iterations), || {
        encryption_in_c(der)
    });
    if is_slow {
        return;
    }
    for password in [None, Some(PASSWORD)] {
        // SAFETY: the functions are those of private keys.
        let c = unsafe {
            Native::new(
                sys::gnutls_x509_privkey_init,
                sys::gnutls_x509_privkey_deinit,
            )
        };
        let text_in_c = password.map_or(ptr::null(), |_| c"secret".as_ptr());
        // SAFETY: the object is initialised; the data and the password, which is NULL or ends in NUL, are only read.
        let c = c.import(|raw| unsafe {
            sys::gnutls_x509_privkey_import2(raw, &datum(der), GNUTLS_X509_FMT_DER, text_in_c, 0)
        });
        let Some((rust, c)) = check.import(PrivateKey::from_der(der, password), c) else {
            continue;
        };
        check.equal("encoding", rust.to_der(None), || encoding_in_c(&c));
    }
}

/// Returns the encoding of a key, which is exported from an abstract one.
fn encoding_in_c(key: &Native<sys::gnutls_x509_privkey_int>) -> Result<Vec<u8>, c_int> {
    // SAFETY: all objects are initialised, and the exported one is released.
    unsafe {
        let all = Native::new(sys::gnutls_privkey_init, sys::gnutls_privkey_deinit);
        done(sys::gnutls_privkey_import_x509(all.raw, key.raw, 0))?;
        let mut copy = ptr::null_mut();
        done(sys::gnutls_privkey_export_x509(all.raw, &mut copy))?;
        let plain = sys::GNUTLS_PKCS_PLAIN as c_uint;
        let encoding = output(|out| {
            let format = GNUTLS_X509_FMT_DER;
            sys::gnutls_x509_privkey_export2_pkcs8(copy, format, ptr::null(), plain, out)
        });
        sys::gnutls_x509_privkey_deinit(copy);
        encoding
    }
}

/// Returns the iterations of the encryption of a private key.
fn encryption_in_c(der: &[u8]) -> Result<u32, c_int> {
    let mut salt = [0u8; 256];
    let (mut scheme, mut length, mut iterations) = (0, salt.len() as c_uint, 0);
    let mut oid = ptr::null_mut();
    // SAFETY: the data is only read. C writes the numbers, at most `length` bytes, and a string, which is released.
    unsafe {
        let code = sys::gnutls_pkcs8_info(
            &datum(der),
            GNUTLS_X509_FMT_DER,
            &mut scheme,
            ptr::null_mut(),
            salt.as_mut_ptr().cast(),
            &mut length,
            &mut iterations,
            &mut oid,
        );
        if code >= 0 || code == sys::GNUTLS_E_UNKNOWN_CIPHER_TYPE {
            sys::gnutls_free.unwrap()(oid.cast());
        }
        if code < 0 { Err(code) } else { Ok(iterations) }
    }
}

pub(crate) fn pkcs12(der: &[u8], check: &mut Check) {
    // SAFETY: the functions are those of PKCS #12.
    let c = unsafe { Native::new(sys::gnutls_pkcs12_init, sys::gnutls_pkcs12_deinit) };
    // SAFETY: the object is initialised, and the data is only read.
    let c = c.import(|raw| unsafe {
        sys::gnutls_pkcs12_import(raw, &datum(der), GNUTLS_X509_FMT_DER, 0)
    });
    // The safe crate also reads all bags.
    let c = c.and_then(|c| bags(&c).map(|bags| (c, bags)));
    let Some((rust, (c, bags))) = check.import(Pkcs12::from_der(der), c) else {
        return;
    };
    check.equal(
        "bags",
        rust.bags().map(|bags| bags.len()),
        || Ok(bags.len()),
    );
    let bags_in_rust = rust.bags().unwrap_or_default();
    for (rust, c) in bags_in_rust.into_iter().zip(&bags) {
        compare_bags(rust, c, check);
    }
    if rust
        .mac()
        .is_ok_and(|mac| mac.is_some_and(|mac| mac.iterations <= MAX_ITERATIONS))
    {
        check.equal("MAC", rust.verify_mac(PASSWORD), || {
            // SAFETY: the object is initialised, and the password ends in NUL.
            done(unsafe { sys::gnutls_pkcs12_verify_mac(c.raw, c"secret".as_ptr()) })
        });
    }
}

type NativeBag = Native<sys::gnutls_pkcs12_bag_int>;

fn bags(container: &Native<sys::gnutls_pkcs12_int>) -> Result<Vec<NativeBag>, c_int> {
    let mut bags = Vec::new();
    loop {
        // SAFETY: the functions are those of bags.
        let bag =
            unsafe { Native::new(sys::gnutls_pkcs12_bag_init, sys::gnutls_pkcs12_bag_deinit) };
        // SAFETY: both objects are initialised, and the bag is empty.
        match bag.import(|raw| unsafe {
            sys::gnutls_pkcs12_get_bag(container.raw, bags.len() as c_int, raw)
        }) {
            Err(sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE) => return Ok(bags),
            bag => bags.push(bag?),
        }
    }
}

fn compare_bags(rust: gnutls::pkcs12::Bag, c: &NativeBag, check: &mut Check) {
    // SAFETY: the object is initialised.
    let kind = unsafe { sys::gnutls_pkcs12_bag_get_type(c.raw, 0) };
    let is_encrypted = kind == sys::GNUTLS_BAG_ENCRYPTED as c_int;
    check.equal("encrypted", Ok(rust.is_encrypted()), || Ok(is_encrypted));
    if rust.is_encrypted() && is_encrypted {
        let info = rust.encryption();
        if !info.is_ok_and(|info| info.is_some_and(|info| info.iterations <= MAX_ITERATIONS)) {
            return;
        }
        check.equal(
            "decryption",
            rust.decrypt(PASSWORD).map(|bag| bag.len()),
            || {
                // SAFETY: the object is initialised, and the password ends in NUL.
                unsafe {
                    done(sys::gnutls_pkcs12_bag_decrypt(c.raw, c"secret".as_ptr()))?;
                    Ok(sys::gnutls_pkcs12_bag_get_count(c.raw).max(0) as usize)
                }
            },
        );
    }
}

pub(crate) fn public_key(der: &[u8], check: &mut Check) {
    // SAFETY: the functions are those of public keys.
    let c = unsafe { Native::new(sys::gnutls_pubkey_init, sys::gnutls_pubkey_deinit) };
    // SAFETY: the object is initialised, and the data is only read.
    let c =
        c.import(|raw| unsafe { sys::gnutls_pubkey_import(raw, &datum(der), GNUTLS_X509_FMT_DER) });
    let Some((rust, c)) = check.import(PublicKey::from_der(der), c) else {
        return;
    };
    // SAFETY: the object is initialised, and each function writes an output.
    unsafe {
        check.equal("text", rust.print(PrintFormat::FULL), || {
            text(|out| sys::gnutls_pubkey_print(c.raw, GNUTLS_CRT_PRINT_FULL, out))
        });
        check.equal("encoding", rust.to_der(), || {
            output(|out| sys::gnutls_pubkey_export2(c.raw, GNUTLS_X509_FMT_DER, out))
        });
    }
}

/// Returns the text without the versions of timestamps that C does not recognize: it prints uninitialised memory for them.
fn known(text: String) -> String {
    let lines = text.lines();
    let known = lines.filter(|line| !line.ends_with("(unknown SCT version)"));
    known.collect::<Vec<_>>().join("\n")
}

/// Returns an empty text for a name without attributes, as the safe crate does.
fn or_empty(name: Result<String, c_int>) -> Result<String, c_int> {
    match name {
        Err(sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE) => Ok(String::new()),
        name => name,
    }
}

fn done(code: c_int) -> Result<(), c_int> {
    if code < 0 { Err(code) } else { Ok(()) }
}
