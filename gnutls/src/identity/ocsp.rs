//! The OCSP responses that are stapled to the certificates of an identity.

use std::ffi::{c_int, c_uint};
use std::sync::Arc;
use std::time::SystemTime;

use gnutls_sys as sys;
use gnutls_sys::gnutls_ocsp_data_st;

use crate::credentials::Credentials;
use crate::error::code::ErrorCode;
use crate::error::unsupported::requires;
use crate::error::{Error, ErrorKind, Result, argument};
use crate::support::{datum, time};

/// The maximum number of responses that GnuTLS stores for a chain (`MAX_OCSP_RESPONSES` in every release since 3.6.3).
const MAX_RESPONSES: usize = 8;

/// Responses for the certificates of one chain.
#[derive(Clone, Default)]
pub(crate) struct OcspResponses {
    /// The list for C: one element for each certificate, empty if there is no response for it. It points into
    /// `responses`.
    list: Vec<gnutls_ocsp_data_st>,
    responses: Vec<Response>,
}

/// One response in DER.
#[derive(Clone)]
struct Response {
    der: Arc<[u8]>,
    /// The index of the certificate in the chain.
    index: usize,
    /// The time of expiration in seconds since 1970, or 0 if the response does not specify it.
    expiration: sys::time_t,
}

// SAFETY: the pointers in `list` point into memory that `responses` owns or shares and that nothing writes to.
unsafe impl Send for OcspResponses {}
// SAFETY: nothing writes to the list or to the memory that it points to after its creation.
unsafe impl Sync for OcspResponses {}

impl OcspResponses {
    /// Returns these responses and those in `data`, which is DER or PEM. `create` returns credentials that contain only
    /// the chain, and its index.
    pub(crate) fn with(
        &self,
        data: &[u8],
        create: impl Fn() -> Result<(Credentials, c_uint)>,
    ) -> Result<Self> {
        let mut responses = self.responses.clone();
        for der in split(data)? {
            let (credentials, chain) = create()?;
            add(&credentials, chain, &der).map_err(explain)?;
            let found = (0..MAX_RESPONSES).find_map(|index| {
                let expiration = expiration(&credentials, chain, index as c_int);
                (expiration >= 0).then_some((index, expiration))
            });
            // GnuTLS ignores an old response that does not specify its expiration.
            let (index, expiration) =
                found.ok_or_else(|| explain(Error::from_code(sys::GNUTLS_E_EXPIRED)))?;
            responses.retain(|response| response.index != index);
            responses.push(Response {
                der: der.into(),
                index,
                expiration,
            });
        }
        Ok(Self {
            list: list(&responses),
            responses,
        })
    }

    /// Adds the responses to the chain at index `chain` of credentials that are being built.
    pub(crate) fn add_to(&self, credentials: &Credentials, chain: c_uint) -> Result<()> {
        self.responses.iter().try_for_each(|response| {
            match add(credentials, chain, &response.der) {
                // The response has expired since it was added, and would not be sent.
                Err(error) if error.code() == Some(ErrorCode::EXPIRED) => Ok(()),
                result => result,
            }
        })
    }

    /// Returns the list for C.
    #[cfg_attr(
        not(gnutls_3_6_3),
        allow(dead_code, reason = "only a callback of newer libraries uses it")
    )]
    pub(crate) fn as_slice(&self) -> &[gnutls_ocsp_data_st] {
        &self.list
    }

    /// Returns the time when the first response expires.
    pub(crate) fn expiration(&self) -> Result<Option<SystemTime>> {
        let times = self.responses.iter().map(|response| response.expiration);
        let first = times.filter(|&seconds| seconds > 0).min();
        first.map_or(Ok(None), time::from_c)
    }
}

/// Creates the list for C.
fn list(responses: &[Response]) -> Vec<gnutls_ocsp_data_st> {
    let length = responses.iter().map(|response| response.index + 1).max();
    let mut list = vec![
        gnutls_ocsp_data_st {
            version: 0,
            response: datum::empty(),
            exptime: 0,
            padding: [0; 32],
        };
        length.unwrap_or(0)
    ];
    for response in responses {
        list[response.index].exptime = response.expiration;
        // C has already accepted the response, so that its length fits.
        if let Ok(data) = argument::bytes(&response.der) {
            list[response.index].response = data;
        }
    }
    list
}

/// Returns the responses in PEM text, or the single one in DER.
fn split(data: &[u8]) -> Result<Vec<Vec<u8>>> {
    const BEGIN: &[u8] = b"-----BEGIN OCSP RESPONSE";
    // A response in DER is a SEQUENCE.
    if data.first() == Some(&0x30) {
        return Ok(vec![data.to_vec()]);
    }
    let mut responses = Vec::new();
    let mut rest = data;
    while let Some(at) = rest.windows(BEGIN.len()).position(|window| window == BEGIN) {
        rest = &rest[at..];
        let text = argument::bytes(rest)?;
        // SAFETY: reads the text up to its length, and a header that ends in NUL; writes the output on success, which
        // is then owned by `Output`.
        let der = datum::Output::filled_by(|output| unsafe {
            sys::gnutls_pem_base64_decode2(c"OCSP RESPONSE".as_ptr(), &text, output)
        })
        .map_err(explain)?;
        responses.push(der.as_bytes().to_vec());
        rest = &rest[BEGIN.len()..];
    }
    if responses.is_empty() {
        return Err(explain(Error::from_code(
            sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE,
        )));
    }
    Ok(responses)
}

/// Adds a response to the chain at index `chain`.
#[cfg_attr(
    not(gnutls_3_6_3),
    allow(unused_variables, reason = "older libraries lack the function")
)]
fn add(credentials: &Credentials, chain: c_uint, der: &[u8]) -> Result<()> {
    requires!(gnutls_3_6_3, "stapling an OCSP response", {
        let data = argument::bytes(der)?;
        // SAFETY: copies the data. The credentials are still being built, by one thread, and contain a chain at this
        // index.
        crate::error::check(unsafe {
            sys::gnutls_certificate_set_ocsp_status_request_mem(
                credentials.as_ptr(),
                &data,
                chain,
                sys::GNUTLS_X509_FMT_DER,
            )
        })
        .map(drop)
    })
}

/// Returns the time of expiration of the response for certificate `index` of a chain, 0 if the response does not
/// specify it, or a negative number if there is no response.
#[cfg(gnutls_3_6_3)]
fn expiration(credentials: &Credentials, chain: c_uint, index: c_int) -> sys::time_t {
    // SAFETY: reads the credentials, which live as long as the reference.
    unsafe { sys::gnutls_certificate_get_ocsp_expiration(credentials.as_ptr(), chain, index, 0) }
}

/// Returns "no response": without the function that adds responses there are none.
#[cfg(not(gnutls_3_6_3))]
fn expiration(_credentials: &Credentials, _chain: c_uint, _index: c_int) -> sys::time_t {
    -1
}

fn explain(error: Error) -> Error {
    if error.kind() == ErrorKind::Unsupported {
        return error;
    }
    let text = match error.code() {
        Some(ErrorCode::EXPIRED) => {
            "the OCSP response has expired, or states that the certificate is revoked"
        }
        _ => "the OCSP response",
    };
    error.with_kind(ErrorKind::Certificate).with_message(text)
}
