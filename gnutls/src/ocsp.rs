//! OCSP: requests for the status of certificates, and the responses (RFC 6960).
//!
//! A session verifies and sends stapled responses by itself; see
//! [`Identity::with_ocsp_response`](crate::Identity::with_ocsp_response). Use this module to create requests, and to read and
//! verify responses. The transport, usually HTTP, is that of the program.
//!
//! ```no_run
//! use gnutls::crypto::Digest;
//! use gnutls::ocsp::{CertificateStatus, Request, Response};
//! use gnutls::verify::VerificationFlags;
//! use gnutls::x509::Certificate;
//!
//! # fn post(_: &[u8]) -> Vec<u8> { Vec::new() }
//! let certificate = Certificate::from_pem_file("server.pem")?;
//! let issuer = Certificate::from_pem_file("ca.pem")?;
//! let mut request = Request::new()?;
//! request.add_certificate(Digest::SHA256, &issuer, &certificate)?;
//! request.set_random_nonce()?;
//!
//! let response = Response::from_der(&post(&request.to_der()?))?;
//! let status = response.verify_direct(&issuer, VerificationFlags::default())?;
//! assert!(status.is_valid(), "{status:?}");
//! // A response without a nonce can be an old one.
//! assert!(response.nonce()?.is_none() || response.nonce()? == request.nonce()?);
//! let entry = response.entry_for(&certificate)?.expect("the response is about the certificate");
//! assert_eq!(entry.status, CertificateStatus::Good);
//! // Until this time no further response is required.
//! println!("{:?}", entry.next_update);
//! # Ok::<(), gnutls::Error>(())
//! ```

pub(crate) mod request;
pub(crate) mod response;

use std::ffi::c_uint;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

pub use self::request::Request;
pub use self::response::{
    CertificateStatus, Entry, Response, ResponseStatus, RevocationReason, VerifyStatus,
};
use crate::crypto::numbers::raw;
use crate::crypto::public_key::Digest;

/// The format of [`Request::print`] and [`Response::print`].
#[corresponds(alias(gnutls_ocsp_print_formats_t))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PrintFormat(sys::gnutls_ocsp_print_formats_t);

raw!(PrintFormat(sys::gnutls_ocsp_print_formats_t):
    "Returns the format with this number in C.", "Returns the number in C.");

impl PrintFormat {
    /// `GNUTLS_OCSP_PRINT_FULL`: all fields.
    pub const FULL: Self = Self(sys::GNUTLS_OCSP_PRINT_FULL);
    /// `GNUTLS_OCSP_PRINT_COMPACT`: the most important fields.
    pub const COMPACT: Self = Self(sys::GNUTLS_OCSP_PRINT_COMPACT);
}

/// The identifier of a certificate in a request or response.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct CertificateId {
    /// The algorithm of both digests.
    pub digest: Digest,
    /// The digest of the name of the issuer.
    pub issuer_name_hash: Vec<u8>,
    /// The digest of the public key of the issuer.
    pub issuer_key_hash: Vec<u8>,
    /// The serial number, as the bytes of an integer in two's complement.
    pub serial: Vec<u8>,
}

impl CertificateId {
    /// Creates an identifier from its parts.
    pub fn new(
        digest: Digest,
        issuer_name_hash: impl Into<Vec<u8>>,
        issuer_key_hash: impl Into<Vec<u8>>,
        serial: impl Into<Vec<u8>>,
    ) -> Self {
        Self {
            digest,
            issuer_name_hash: issuer_name_hash.into(),
            issuer_key_hash: issuer_key_hash.into(),
            serial: serial.into(),
        }
    }
}

/// An extension of a request or response.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Extension {
    /// The object identifier.
    pub oid: String,
    /// The mark for an extension that must not be ignored.
    pub critical: bool,
    /// The value in DER.
    pub value: Vec<u8>,
}

/// Converts a C flag for a critical extension.
fn is_critical(flag: c_uint) -> bool {
    flag != 0
}
