//! Generates a self-signed certificate for `localhost` and 127.0.0.1 with its key, valid for a day.
//!
//! It uses the raw bindings, since the safe crate does not generate certificates.

use std::ffi::{c_int, c_uint, c_void};
use std::ptr;
use std::time::{SystemTime, UNIX_EPOCH};

use gnutls_sys as sys;

/// The name that the certificate is for.
pub(crate) const NAME: &str = "localhost";

/// A certificate and its key, as PEM.
pub(crate) struct SelfSigned {
    pub(crate) certificate: Vec<u8>,
    pub(crate) key: Vec<u8>,
}

/// Generates a key and a certificate for it.
pub(crate) fn self_signed() -> Result<SelfSigned, String> {
    let key = Key::generate()?;
    let certificate = Certificate::new()?;
    certificate.fill(&key)?;
    let certificate = export(|data, size| {
        // SAFETY: the object is live; at most `size` bytes are written to `data`.
        unsafe { sys::gnutls_x509_crt_export(certificate.0, sys::GNUTLS_X509_FMT_PEM, data, size) }
    })?;
    let key = export(|data, size| {
        // SAFETY: the object is live; at most `size` bytes are written to `data`.
        unsafe { sys::gnutls_x509_privkey_export(key.0, sys::GNUTLS_X509_FMT_PEM, data, size) }
    })?;
    Ok(SelfSigned { certificate, key })
}

struct Key(sys::gnutls_x509_privkey_t);

impl Key {
    fn generate() -> Result<Self, String> {
        let mut key = ptr::null_mut();
        // SAFETY: the function writes the pointer, or fails and leaves nothing to release.
        check("gnutls_x509_privkey_init", unsafe {
            sys::gnutls_x509_privkey_init(&mut key)
        })?;
        let key = Self(key);
        // SAFETY: the object is live and empty. The curve P-256 is chosen by its number of bits.
        let code =
            unsafe { sys::gnutls_x509_privkey_generate(key.0, sys::GNUTLS_PK_ECDSA, 256, 0) };
        check("gnutls_x509_privkey_generate", code)?;
        Ok(key)
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        // SAFETY: `generate` created the object, which is released once.
        unsafe { sys::gnutls_x509_privkey_deinit(self.0) }
    }
}

struct Certificate(sys::gnutls_x509_crt_t);

impl Certificate {
    fn new() -> Result<Self, String> {
        let mut certificate = ptr::null_mut();
        // SAFETY: the function writes the pointer, or fails and leaves nothing to release.
        check("gnutls_x509_crt_init", unsafe {
            sys::gnutls_x509_crt_init(&mut certificate)
        })?;
        Ok(Self(certificate))
    }

    fn fill(&self, key: &Key) -> Result<(), String> {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_err(|_| "the clock is before 1970")?
            .as_secs();
        let time = |seconds: u64| {
            sys::time_t::try_from(seconds)
                .map_err(|_| "the time of the clock does not fit into time_t")
        };
        let (begin, end) = (time(now - 3600)?, time(now + 24 * 3600)?);
        let address = [127u8, 0, 0, 1];
        let data = |bytes: &[u8]| (bytes.as_ptr().cast::<c_void>(), bytes.len() as c_uint);
        let ((serial, _), (name, name_length)) = (data(&[1]), data(NAME.as_bytes()));
        let ((ip, ip_length), (common_name, _)) = (data(&address), data(NAME.as_bytes()));
        let append = sys::GNUTLS_FSAN_APPEND as c_uint;
        let usage = (sys::GNUTLS_KEY_DIGITAL_SIGNATURE | sys::GNUTLS_KEY_KEY_CERT_SIGN) as c_uint;
        // SAFETY: both objects are live; everything is copied into the certificate, and each length is that of its
        // data. It is its own issuer, so that it can be a trust anchor.
        unsafe {
            check(
                "gnutls_x509_crt_set_version",
                sys::gnutls_x509_crt_set_version(self.0, 3),
            )?;
            check(
                "gnutls_x509_crt_set_serial",
                sys::gnutls_x509_crt_set_serial(self.0, serial, 1),
            )?;
            check(
                "gnutls_x509_crt_set_activation_time",
                sys::gnutls_x509_crt_set_activation_time(self.0, begin),
            )?;
            check(
                "gnutls_x509_crt_set_expiration_time",
                sys::gnutls_x509_crt_set_expiration_time(self.0, end),
            )?;
            let oid = sys::GNUTLS_OID_X520_COMMON_NAME.as_ptr().cast();
            let code = sys::gnutls_x509_crt_set_dn_by_oid(self.0, oid, 0, common_name, name_length);
            check("gnutls_x509_crt_set_dn_by_oid", code)?;
            for (kind, data, length) in [
                (sys::GNUTLS_SAN_DNSNAME, name, name_length),
                (sys::GNUTLS_SAN_IPADDRESS, ip, ip_length),
            ] {
                let code =
                    sys::gnutls_x509_crt_set_subject_alt_name(self.0, kind, data, length, append);
                check("gnutls_x509_crt_set_subject_alt_name", code)?;
            }
            check(
                "gnutls_x509_crt_set_key_usage",
                sys::gnutls_x509_crt_set_key_usage(self.0, usage),
            )?;
            check(
                "gnutls_x509_crt_set_basic_constraints",
                sys::gnutls_x509_crt_set_basic_constraints(self.0, 1, -1),
            )?;
            check(
                "gnutls_x509_crt_set_key",
                sys::gnutls_x509_crt_set_key(self.0, key.0),
            )?;
            let code = sys::gnutls_x509_crt_sign2(self.0, self.0, key.0, sys::GNUTLS_DIG_SHA256, 0);
            check("gnutls_x509_crt_sign2", code)
        }
    }
}

impl Drop for Certificate {
    fn drop(&mut self) {
        // SAFETY: `new` created the object, which is released once.
        unsafe { sys::gnutls_x509_crt_deinit(self.0) }
    }
}

/// Returns the bytes that an exporting function writes.
fn export(function: impl FnOnce(*mut c_void, *mut usize) -> c_int) -> Result<Vec<u8>, String> {
    let mut bytes = vec![0; 8192];
    let mut size = bytes.len();
    check("exporting", function(bytes.as_mut_ptr().cast(), &mut size))?;
    bytes.truncate(size);
    Ok(bytes)
}

fn check(function: &str, code: c_int) -> Result<(), String> {
    if code >= 0 {
        return Ok(());
    }
    Err(format!(
        "{function}: {}",
        gnutls::ErrorCode::from_raw(code).description()
    ))
}
