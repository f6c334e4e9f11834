//! The entries of an OCSP response (RFC 6960).
//!
//! From GnuTLS 3.8.8 to 3.8.12, the entry of a certificate decides whether a response is about it, but its first entry
//! decides about the revocation (CVE-2026-3832).

use std::ptr;

use gnutls_sys as sys;

use crate::error::Result;
use crate::ocsp::response::Response;
use crate::version::{Version, version};
use crate::x509::certificate::Certificate;

/// Returns `true` if the running library may read another entry than that of the certificate.
pub(crate) fn are_confused() -> bool {
    (Version::new(3, 8, 8)..Version::new(3, 8, 13)).contains(&version().running)
}

/// Returns `true` if a response, in DER, has an entry that revokes the certificate, in DER. The signature of the response is
/// not verified. Returns an error if one of them cannot be parsed.
pub(crate) fn revoke(response: &[u8], certificate: &[u8]) -> Result<bool> {
    let certificate = Certificate::from_der(certificate)?;
    let response = Response::from_der(response)?;
    for index in 0.. {
        let mut status = 0;
        // SAFETY: the response is live. The function stores the status; it accepts NULL for the other outputs
        // (lib/x509/ocsp.c).
        let code = unsafe {
            sys::gnutls_ocsp_resp_get_single(
                response.as_ptr(),
                index,
                ptr::null_mut(),
                ptr::null_mut(),
                ptr::null_mut(),
                ptr::null_mut(),
                &mut status,
                ptr::null_mut(),
                ptr::null_mut(),
                ptr::null_mut(),
                ptr::null_mut(),
            )
        };
        if code < 0 {
            break;
        }
        // SAFETY: the response and the certificate are live, and the function only reads them.
        let is_about = unsafe {
            sys::gnutls_ocsp_resp_check_crt(response.as_ptr(), index, certificate.as_ptr()) == 0
        };
        if is_about && status == sys::GNUTLS_OCSP_CERT_REVOKED {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRIES: &[u8] = include_bytes!("../../tests/fixtures/ocsp-entries.der");
    const REVOKED: &[u8] = include_bytes!("../../tests/fixtures/ocsp-revoked.der");
    const GOOD: &[u8] = include_bytes!("../../tests/fixtures/ocsp-good.der");
    const SERVER: &str = include_str!("../../tests/fixtures/server.pem");
    const MUST_STAPLE: &str = include_str!("../../tests/fixtures/must-staple.pem");

    fn der(pem: &str) -> Vec<u8> {
        let pem = format!("{pem}\0");
        let list = Certificate::list(pem.as_bytes(), sys::GNUTLS_X509_FMT_PEM).unwrap();
        list[0].to_der().unwrap()
    }

    #[test]
    fn cve_2026_3832_the_entry_of_the_certificate_decides() {
        assert!(revoke(ENTRIES, &der(MUST_STAPLE)).unwrap());
        assert!(!revoke(ENTRIES, &der(SERVER)).unwrap());
        assert!(revoke(REVOKED, &der(MUST_STAPLE)).unwrap());
        assert!(!revoke(REVOKED, &der(SERVER)).unwrap());
        assert!(!revoke(GOOD, &der(MUST_STAPLE)).unwrap());
        assert!(revoke(b"no response", &der(SERVER)).is_err());
    }
}
