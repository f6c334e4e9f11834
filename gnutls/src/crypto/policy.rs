//! Changes of the system's policy for algorithms, which affect the whole process.

use gnutls_macros::corresponds;

use crate::crypto::parameters::Protocol;
use crate::crypto::public_key::{Curve, Digest, SignatureAlgorithm};
use crate::error::Result;
use crate::error::unsupported::requires;

/// Declares both directions of a switch in C.
macro_rules! switch {
    (
        $type:ident: $function:ident;
        $off:ident, $off_doc:literal;
        $on:ident, $on_doc:literal;
    ) => {
        impl $type {
            #[doc = $off_doc]
            /// The change affects the whole process.
            ///
            /// # Errors
            ///
            /// Returns an error of kind [`InvalidState`](crate::ErrorKind::InvalidState) if the system's configuration
            /// is not an allowlist (`override-mode = allowlist`), or if a [`Priority`](crate::Priority), configuration
            /// or session has already been created. Returns an error of kind
            /// [`Unsupported`](crate::ErrorKind::Unsupported) before GnuTLS 3.7.3.
            ///
            /// # Safety
            ///
            /// No other thread may use GnuTLS during the call, through this crate or otherwise: GnuTLS reads the tables
            /// without a lock. Call it when the program starts.
            #[corresponds($function)]
            pub unsafe fn $off(self) -> Result<()> {
                // SAFETY: no other thread uses GnuTLS during the call, by the contract of this function.
                unsafe { self.$function(0) }
            }

            #[doc = $on_doc]
            #[doc = concat!("Otherwise like [`", stringify!($off), "`](Self::", stringify!($off), ").")]
            ///
            /// # Errors
            ///
            #[doc = concat!("Returns the same errors as [`", stringify!($off), "`](Self::", stringify!($off), ").")]
            ///
            /// # Safety
            ///
            #[doc = concat!("The requirements of [`", stringify!($off), "`](Self::", stringify!($off), ") apply.")]
            #[corresponds($function)]
            pub unsafe fn $on(self) -> Result<()> {
                // SAFETY: no other thread uses GnuTLS during the call, by the contract of this function.
                unsafe { self.$function(1) }
            }

            #[cfg_attr(not(gnutls_3_7_3), allow(unused_variables, reason = "an older library has no such function"))]
            unsafe fn $function(self, value: std::ffi::c_uint) -> Result<()> {
                requires!(gnutls_3_7_3, "changing the system's policy",
                    // SAFETY: changes a table of the library or returns an error. No other thread reads the table
                    // meanwhile: both callers require that no other thread uses GnuTLS.
                    changed(unsafe { gnutls_sys::$function(self.as_raw(), value) })
                )
            }
        }
    };
}

#[cfg(gnutls_3_7_3)]
fn changed(code: std::ffi::c_int) -> Result<()> {
    use crate::error::ErrorKind;
    crate::error::check(code).map_err(|error| {
        error
            .with_kind(ErrorKind::InvalidState)
            .with_message(
                "the policy can be changed only if the system's configuration has `override-mode = allowlist`, and \
                 before the first priority, configuration or session is created",
            )
            .not_fatal()
    })?;
    Ok(())
}

switch! {
    Protocol: gnutls_protocol_set_enabled;
    disable, "Removes this version from those that the system's policy allows.";
    dangerous_enable, "Adds this version to those that the system's policy allows.";
}

switch! {
    Curve: gnutls_ecc_curve_set_enabled;
    disable, "Removes this curve from those that the system's policy allows.";
    dangerous_enable, "Adds this curve to those that the system's policy allows.";
}

switch! {
    Digest: gnutls_digest_set_secure;
    mark_insecure, "Removes this digest from those that the system's policy considers secure.";
    dangerous_mark_secure, "Adds this digest to those that the system's policy considers secure.";
}

switch! {
    SignatureAlgorithm: gnutls_sign_set_secure;
    mark_insecure, "Removes this algorithm from those that the system's policy considers secure.";
    dangerous_mark_secure, "Adds this algorithm to those that the system's policy considers secure, except in certificates.";
}

switch! {
    SignatureAlgorithm: gnutls_sign_set_secure_for_certs;
    mark_insecure_for_certificates, "Removes this algorithm from those that the system's policy considers secure in certificates.";
    dangerous_mark_secure_for_certificates, "Adds this algorithm to those that the system's policy considers secure, also in certificates.";
}
