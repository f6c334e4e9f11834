//! The OCSP responses that go along with the certificates of an identity.

use std::ffi::{c_int, c_uint};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use gnutls_sys as sys;
use gnutls_sys::gnutls_ocsp_data_st;

use crate::credentials::Credentials;
use crate::error::code::ErrorCode;
use crate::error::unsupported::requires;
use crate::error::{Error, ErrorKind, Result, argument};
use crate::support::datum;

/// The most responses that GnuTLS keeps for a chain (`MAX_OCSP_RESPONSES`, every release since 3.6.3).
const MOST: usize = 8;

/// Responses for the certificates of one chain, each at the place of its certificate.
#[derive(Clone, Default)]
pub(crate) struct OcspResponses {
    /// What C sees: it points into the bytes of `given`, and is empty where there is no response.
    placed: Vec<gnutls_ocsp_data_st>,
    given: Vec<Response>,
}

/// One response in DER.
#[derive(Clone)]
struct Response {
    der: Arc<[u8]>,
    place: usize,
    /// When it is too old, in seconds since 1970; 0 where it does not say.
    expiration: sys::time_t,
}

// SAFETY: the pointers are into memory that `given` shares and nobody changes.
unsafe impl Send for OcspResponses {}
// SAFETY: as above.
unsafe impl Sync for OcspResponses {}

impl OcspResponses {
    /// These and those in `data`, DER or PEM. `empty` makes credentials that hold the chain alone.
    pub(crate) fn with(
        &self,
        data: &[u8],
        empty: impl Fn() -> Result<(Credentials, c_uint)>,
    ) -> Result<Self> {
        let mut given = self.given.clone();
        for der in split(data)? {
            let (credentials, index) = empty()?;
            add(&credentials, index, &der).map_err(explain)?;
            let found = (0..MOST).find_map(|place| {
                let expiration = expiration(&credentials, index, place as c_int);
                (expiration >= 0).then_some((place, expiration))
            });
            // A response that does not say when it is too old is passed over by GnuTLS once it is old.
            let (place, expiration) =
                found.ok_or_else(|| explain(Error::from_code(sys::GNUTLS_E_EXPIRED)))?;
            given.retain(|response| response.place != place);
            given.push(Response {
                der: der.into(),
                place,
                expiration,
            });
        }
        Ok(Self {
            placed: place(&given),
            given,
        })
    }

    pub(crate) fn add_to(&self, credentials: &Credentials, index: c_uint) -> Result<()> {
        self.given
            .iter()
            .try_for_each(|response| match add(credentials, index, &response.der) {
                // It was good when it was given. Now it would not be sent any more.
                Err(error) if error.code() == Some(ErrorCode::EXPIRED) => Ok(()),
                result => result,
            })
    }

    #[cfg_attr(
        not(gnutls_3_6_3),
        allow(dead_code, reason = "only a callback of newer libraries asks")
    )]
    pub(crate) fn as_slice(&self) -> &[gnutls_ocsp_data_st] {
        &self.placed
    }

    pub(crate) fn expiration(&self) -> Option<SystemTime> {
        self.given
            .iter()
            .filter_map(|response| u64::try_from(response.expiration).ok())
            .filter(|&seconds| seconds > 0)
            .min()
            .and_then(|seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)))
    }
}

/// The list for C.
fn place(given: &[Response]) -> Vec<gnutls_ocsp_data_st> {
    let length = given.iter().map(|response| response.place + 1).max();
    let mut placed = vec![
        gnutls_ocsp_data_st {
            version: 0,
            response: datum::empty(),
            exptime: 0,
            padding: [0; 32],
        };
        length.unwrap_or(0)
    ];
    for response in given {
        placed[response.place].exptime = response.expiration;
        // A response came from C, which counts it in as many bits.
        if let Ok(data) = argument::bytes(&response.der) {
            placed[response.place].response = data;
        }
    }
    placed
}

/// Each response of PEM text, or the one in DER.
fn split(data: &[u8]) -> Result<Vec<Vec<u8>>> {
    const BEGIN: &[u8] = b"-----BEGIN OCSP RESPONSE";
    // DER of a response is a sequence.
    if data.first() == Some(&0x30) {
        return Ok(vec![data.to_vec()]);
    }
    let mut responses = Vec::new();
    let mut rest = data;
    while let Some(at) = rest.windows(BEGIN.len()).position(|window| window == BEGIN) {
        rest = &rest[at..];
        let text = argument::bytes(rest)?;
        // SAFETY: reads the text to the length that is given; the output is ours after success.
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

/// Adds a response to the chain at `index`.
#[cfg_attr(
    not(gnutls_3_6_3),
    allow(unused_variables, reason = "refused, whatever they are")
)]
fn add(credentials: &Credentials, index: c_uint, der: &[u8]) -> Result<()> {
    requires!(gnutls_3_6_3, "stapling an OCSP response", {
        let data = argument::bytes(der)?;
        // SAFETY: copies the data; the credentials are still being built, by one thread, and have a chain at this index.
        crate::error::check(unsafe {
            sys::gnutls_certificate_set_ocsp_status_request_mem(
                credentials.as_ptr(),
                &data,
                index,
                sys::GNUTLS_X509_FMT_DER,
            )
        })
        .map(drop)
    })
}

/// When the response at `place` is too old, 0 if it does not say, negative if there is none.
#[cfg(gnutls_3_6_3)]
fn expiration(credentials: &Credentials, index: c_uint, place: c_int) -> sys::time_t {
    // SAFETY: reads the credentials.
    unsafe { sys::gnutls_certificate_get_ocsp_expiration(credentials.as_ptr(), index, place, 0) }
}

/// Without the function that adds responses there is none.
#[cfg(not(gnutls_3_6_3))]
fn expiration(_credentials: &Credentials, _index: c_uint, _place: c_int) -> sys::time_t {
    -1
}

fn explain(error: Error) -> Error {
    if error.kind() == ErrorKind::Unsupported {
        return error;
    }
    let text = match error.code() {
        Some(ErrorCode::EXPIRED) => {
            "the OCSP response has expired, or says that the certificate is revoked"
        }
        _ => "the OCSP response",
    };
    error.with_kind(ErrorKind::Certificate).with_message(text)
}
