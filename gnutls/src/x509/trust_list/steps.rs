//! The steps of a verification: the certificates that C compares.

use std::cell::Cell;
use std::ffi::{c_int, c_uint};

use gnutls_sys::{GNUTLS_X509_FMT_DER, gnutls_x509_crl_t, gnutls_x509_crt_t};

use crate::x509::certificate::export;

/// A certificate that was verified with that of an issuer, both in DER.
pub(super) struct Step {
    pub(super) certificate: Vec<u8>,
    pub(super) issuer: Vec<u8>,
    pub(super) status: c_uint,
}

thread_local! {
    /// C passes no user pointer to its callback. It calls it during the verification, in the same thread.
    static STEPS: Cell<Vec<Step>> = const { Cell::new(Vec::new()) };
}

/// Calls `verify`, to which [`record`] must be passed. Returns the result, and the steps.
pub(super) fn observed(verify: impl FnOnce() -> c_int) -> (c_int, Vec<Step>) {
    // A log function can verify another chain meanwhile. In a thread that is ending, the variable may be gone.
    let outer = STEPS.try_with(Cell::take).unwrap_or_default();
    let code = verify();
    let steps = STEPS.try_with(|steps| steps.replace(outer));
    (code, steps.unwrap_or_default())
}

/// The callback for C.
pub(super) unsafe extern "C" fn record(
    certificate: gnutls_x509_crt_t,
    issuer: gnutls_x509_crt_t,
    _list: gnutls_x509_crl_t,
    status: c_uint,
) -> c_int {
    if certificate.is_null() || issuer.is_null() {
        return 0;
    }
    // SAFETY: both are objects of C that live during the callback, and nothing writes to them.
    let encodings = unsafe {
        (
            export(certificate, GNUTLS_X509_FMT_DER),
            export(issuer, GNUTLS_X509_FMT_DER),
        )
    };
    if let (Ok(certificate), Ok(issuer)) = encodings {
        let step = Step {
            certificate: certificate.as_bytes().to_vec(),
            issuer: issuer.as_bytes().to_vec(),
            status,
        };
        // In a thread that is ending, the variable may be gone, and the path remains unknown.
        let _ = STEPS.try_with(|steps| {
            let mut list = steps.take();
            list.push(step);
            steps.set(list);
        });
    }
    0
}
