//! The function-like macros and inline functions of the headers, which no generator can translate.

use core::ffi::{CStr, c_char, c_int, c_uint, c_void};
use core::ptr;

use crate::bindings::*;
use crate::{GNUTLS_VERSION_MAJOR, GNUTLS_VERSION_NUMBER};

/// The flags that request a signature with the algorithm `sig`.
#[must_use]
pub const fn GNUTLS_SIGN_ALGO_TO_FLAGS(sig: gnutls_sign_algorithm_t) -> c_uint {
    sig << 20
}

/// The signature algorithm in flags that [`GNUTLS_SIGN_ALGO_TO_FLAGS`] returned.
#[must_use]
pub const fn GNUTLS_FLAGS_TO_SIGN_ALGO(flags: c_uint) -> gnutls_sign_algorithm_t {
    flags >> 20
}

/// The size of a key whose subgroup has `subgroup` bits, for [`gnutls_privkey_generate`] and
/// [`gnutls_x509_privkey_generate`].
#[must_use]
pub const fn GNUTLS_SUBGROUP_TO_BITS(group: c_uint, subgroup: c_uint) -> c_uint {
    subgroup << 16 | group
}

/// The size of the subgroup in a size that [`GNUTLS_SUBGROUP_TO_BITS`] returned.
#[must_use]
pub const fn GNUTLS_BITS_TO_SUBGROUP(bits: c_uint) -> c_uint {
    bits >> 16 & 0xFFFF
}

/// The size of the group in a size that [`GNUTLS_SUBGROUP_TO_BITS`] returned.
#[must_use]
pub const fn GNUTLS_BITS_TO_GROUP(bits: c_uint) -> c_uint {
    bits & 0xFFFF
}

/// Returns a non-zero value if the size contains a subgroup.
#[must_use]
pub const fn GNUTLS_BITS_HAVE_SUBGROUP(bits: c_uint) -> c_uint {
    bits & 0xFFFF_0000
}

/// The size of a key on `curve`, for [`gnutls_privkey_generate`] and
/// [`gnutls_x509_privkey_generate`].
#[must_use]
pub const fn GNUTLS_CURVE_TO_BITS(curve: gnutls_ecc_curve_t) -> c_uint {
    1 << 31 | curve
}

/// The curve in a size that [`GNUTLS_CURVE_TO_BITS`] returned.
#[must_use]
pub const fn GNUTLS_BITS_TO_CURVE(bits: c_uint) -> gnutls_ecc_curve_t {
    bits & 0x7FFF_FFFF
}

/// Returns a non-zero value if the size names a curve.
#[must_use]
pub const fn GNUTLS_BITS_ARE_CURVE(bits: c_uint) -> c_uint {
    bits & 0x8000_0000
}

/// The verification flags that request the profile `x`.
#[must_use]
pub const fn GNUTLS_PROFILE_TO_VFLAGS(x: gnutls_certificate_verification_profiles_t) -> c_uint {
    x << 24
}

/// The profile in verification flags.
#[must_use]
pub const fn GNUTLS_VFLAGS_TO_PROFILE(x: c_uint) -> gnutls_certificate_verification_profiles_t {
    x >> 24 & 0xFF
}

/// Encryption flags of PKCS #8 and #12 without [`GNUTLS_PKCS_NULL_PASSWORD`].
#[must_use]
pub const fn GNUTLS_PKCS_CIPHER_MASK(x: c_uint) -> c_uint {
    x & !GNUTLS_PKCS_NULL_PASSWORD
}

/// Returns true if the running library has this version or a later one. The library is not called if
/// the version that the crate was built for suffices.
#[must_use]
pub fn gnutls_check_version_numeric(major: u8, minor: u8, patch: u8) -> bool {
    let [a, b, c] = [major, minor, patch].map(c_uint::from);
    if GNUTLS_VERSION_MAJOR < a {
        return false;
    }
    if GNUTLS_VERSION_NUMBER >= (a << 16) + (b << 8) + c {
        return true;
    }
    let mut buffer = [0; 12];
    let version = dotted([major, minor, patch], &mut buffer);
    // SAFETY: the function compares a string that ends in NUL and stores nothing.
    unsafe { !gnutls_check_version(version.as_ptr()).is_null() }
}

/// Formats three numbers as `255.255.255`, which with its NUL fills the buffer.
fn dotted(numbers: [u8; 3], buffer: &mut [u8; 12]) -> &CStr {
    let mut length = 0;
    for (index, number) in numbers.into_iter().enumerate() {
        let digits = [number / 100, number / 10 % 10, number % 10].map(|digit| b'0' + digit);
        let skipped = usize::from(number < 10) + usize::from(number < 100);
        for byte in [b'.'][..usize::from(index > 0)]
            .iter()
            .chain(&digits[skipped..])
        {
            buffer[length] = *byte;
            length += 1;
        }
    }
    buffer[length] = 0;
    CStr::from_bytes_until_nul(buffer).unwrap_or_default()
}

/// Another name of [`gnutls_deinit`].
///
/// # Safety
///
/// As for [`gnutls_deinit`].
pub unsafe fn _gnutls_deinit(session: gnutls_session_t) {
    // SAFETY: the contract of this function is that of `gnutls_deinit`.
    unsafe { gnutls_deinit(session) }
}

/// Has no effect: GnuTLS no longer limits empty records.
pub const fn gnutls_record_set_max_empty_records(_session: gnutls_session_t, _limit: c_uint) {}

/// Sets one descriptor for both directions, with [`gnutls_transport_set_int2`].
///
/// # Safety
///
/// As for [`gnutls_transport_set_int2`].
pub unsafe fn gnutls_transport_set_int(session: gnutls_session_t, fd: c_int) {
    // SAFETY: the contract of this function is that of `gnutls_transport_set_int2`.
    unsafe { gnutls_transport_set_int2(session, fd, fd) }
}

/// Permits all algorithms in this thread in FIPS 140 mode.
///
/// # Safety
///
/// As for [`gnutls_fips140_set_mode`].
#[cfg(gnutls_3_6_3)]
pub unsafe fn GNUTLS_FIPS140_SET_LAX_MODE() {
    // SAFETY: the contract of this function is that of `gnutls_fips140_set_mode`.
    unsafe { set_fips140_mode(GNUTLS_FIPS140_LAX) }
}

/// Permits only approved algorithms in this thread in FIPS 140 mode.
///
/// # Safety
///
/// As for [`gnutls_fips140_set_mode`].
#[cfg(gnutls_3_6_3)]
pub unsafe fn GNUTLS_FIPS140_SET_STRICT_MODE() {
    // SAFETY: the contract of this function is that of `gnutls_fips140_set_mode`.
    unsafe { set_fips140_mode(GNUTLS_FIPS140_STRICT) }
}

#[cfg(gnutls_3_6_3)]
unsafe fn set_fips140_mode(mode: gnutls_fips_mode_t) {
    // SAFETY: reads the mode of the process and sets that of this thread; neither takes a pointer.
    unsafe {
        if gnutls_fips140_mode_enabled() != 0 {
            gnutls_fips140_set_mode(mode, GNUTLS_FIPS140_SET_MODE_THREAD);
        }
    }
}

/// Another name of [`gnutls_pubkey_import_url`].
///
/// # Safety
///
/// As for [`gnutls_pubkey_import_url`].
pub unsafe fn gnutls_pubkey_import_pkcs11_url(
    key: gnutls_pubkey_t,
    url: *const c_char,
    flags: c_uint,
) -> c_int {
    // SAFETY: the contract of this function is that of `gnutls_pubkey_import_url`.
    unsafe { gnutls_pubkey_import_url(key, url, flags) }
}

/// Calls [`gnutls_privkey_import_url`] without flags.
///
/// # Safety
///
/// As for [`gnutls_privkey_import_url`].
pub unsafe fn gnutls_privkey_import_pkcs11_url(key: gnutls_privkey_t, url: *const c_char) -> c_int {
    // SAFETY: the contract of this function is that of `gnutls_privkey_import_url`.
    unsafe { gnutls_privkey_import_url(key, url, 0) }
}

/// Signs unmodified `data` with RSA by [`gnutls_privkey_sign_hash`]. The flags are not used.
///
/// # Safety
///
/// As for [`gnutls_privkey_sign_hash`].
pub unsafe fn gnutls_privkey_sign_raw_data(
    key: gnutls_privkey_t,
    _flags: c_uint,
    data: *const gnutls_datum_t,
    signature: *mut gnutls_datum_t,
) -> c_int {
    // SAFETY: the contract of this function is that of `gnutls_privkey_sign_hash`.
    unsafe { gnutls_privkey_sign_hash(key, 0, GNUTLS_PRIVKEY_SIGN_FLAG_TLS1_RSA, data, signature) }
}

/// Calls [`gnutls_pkcs11_copy_x509_crt2`] without an identifier.
///
/// # Safety
///
/// As for [`gnutls_pkcs11_copy_x509_crt2`].
pub unsafe fn gnutls_pkcs11_copy_x509_crt(
    token_url: *const c_char,
    crt: gnutls_x509_crt_t,
    label: *const c_char,
    flags: c_uint,
) -> c_int {
    // SAFETY: the contract of this function is that of `gnutls_pkcs11_copy_x509_crt2`. The identifier may be NULL.
    unsafe { gnutls_pkcs11_copy_x509_crt2(token_url, crt, label, ptr::null(), flags) }
}

/// Calls [`gnutls_pkcs11_copy_x509_privkey2`] without an identifier.
///
/// # Safety
///
/// As for [`gnutls_pkcs11_copy_x509_privkey2`].
pub unsafe fn gnutls_pkcs11_copy_x509_privkey(
    token_url: *const c_char,
    key: gnutls_x509_privkey_t,
    label: *const c_char,
    key_usage: c_uint,
    flags: c_uint,
) -> c_int {
    // SAFETY: the contract of this function is that of `gnutls_pkcs11_copy_x509_privkey2`. The identifier may be NULL.
    unsafe {
        gnutls_pkcs11_copy_x509_privkey2(token_url, key, label, ptr::null(), key_usage, flags)
    }
}

/// Calls [`gnutls_pkcs11_obj_list_import_url3`] with `attrs` as further flags.
///
/// # Safety
///
/// As for [`gnutls_pkcs11_obj_list_import_url3`].
pub unsafe fn gnutls_pkcs11_obj_list_import_url(
    p_list: *mut gnutls_pkcs11_obj_t,
    n_list: *mut c_uint,
    url: *const c_char,
    attrs: gnutls_pkcs11_obj_flags,
    flags: c_uint,
) -> c_int {
    // SAFETY: the contract of this function is that of `gnutls_pkcs11_obj_list_import_url3`.
    unsafe { gnutls_pkcs11_obj_list_import_url3(p_list, n_list, url, attrs | flags) }
}

/// Calls [`gnutls_pkcs11_obj_list_import_url4`] with `attrs` as further flags.
///
/// # Safety
///
/// As for [`gnutls_pkcs11_obj_list_import_url4`].
pub unsafe fn gnutls_pkcs11_obj_list_import_url2(
    p_list: *mut *mut gnutls_pkcs11_obj_t,
    n_list: *mut c_uint,
    url: *const c_char,
    attrs: gnutls_pkcs11_obj_flags,
    flags: c_uint,
) -> c_int {
    // SAFETY: the contract of this function is that of `gnutls_pkcs11_obj_list_import_url4`.
    unsafe { gnutls_pkcs11_obj_list_import_url4(p_list, n_list, url, attrs | flags) }
}

/// Calls [`gnutls_pkcs11_privkey_generate3`] without an identifier, key usage or public key.
///
/// # Safety
///
/// As for [`gnutls_pkcs11_privkey_generate3`].
pub unsafe fn gnutls_pkcs11_privkey_generate(
    url: *const c_char,
    pk: gnutls_pk_algorithm_t,
    bits: c_uint,
    label: *const c_char,
    flags: c_uint,
) -> c_int {
    // SAFETY: the contract of this function is that of `gnutls_pkcs11_privkey_generate3`. The identifier and the public
    // key may be NULL.
    unsafe {
        let (cid, pubkey) = (ptr::null(), ptr::null_mut());
        gnutls_pkcs11_privkey_generate3(url, pk, bits, label, cid, 0, pubkey, 0, flags)
    }
}

/// Calls [`gnutls_pkcs11_privkey_generate3`] without an identifier or key usage.
///
/// # Safety
///
/// As for [`gnutls_pkcs11_privkey_generate3`].
pub unsafe fn gnutls_pkcs11_privkey_generate2(
    url: *const c_char,
    pk: gnutls_pk_algorithm_t,
    bits: c_uint,
    label: *const c_char,
    fmt: gnutls_x509_crt_fmt_t,
    pubkey: *mut gnutls_datum_t,
    flags: c_uint,
) -> c_int {
    // SAFETY: the contract of this function is that of `gnutls_pkcs11_privkey_generate3`. The identifier may be NULL.
    unsafe {
        gnutls_pkcs11_privkey_generate3(url, pk, bits, label, ptr::null(), fmt, pubkey, 0, flags)
    }
}

/// Returns the random bytes of the client. C omits their length, which is 32.
///
/// # Safety
///
/// As for [`gnutls_session_get_random`].
pub unsafe fn gnutls_session_get_client_random(session: gnutls_session_t) -> *const c_void {
    let mut random = gnutls_datum_t {
        data: ptr::null_mut(),
        size: 0,
    };
    // SAFETY: the contract of this function is that of `gnutls_session_get_random`. A datum may be NULL.
    unsafe { gnutls_session_get_random(session, &raw mut random, ptr::null_mut()) };
    random.data.cast()
}

/// Returns the random bytes of the server. C omits their length, which is 32.
///
/// # Safety
///
/// As for [`gnutls_session_get_random`].
pub unsafe fn gnutls_session_get_server_random(session: gnutls_session_t) -> *const c_void {
    let mut random = gnutls_datum_t {
        data: ptr::null_mut(),
        size: 0,
    };
    // SAFETY: the contract of this function is that of `gnutls_session_get_random`. A datum may be NULL.
    unsafe { gnutls_session_get_random(session, ptr::null_mut(), &raw mut random) };
    random.data.cast()
}

/// Prevents GnuTLS from initializing itself at the start of the program, which then must call
/// [`gnutls_global_init`]. The macro defines a function that GnuTLS looks for, so use it once, in a
/// program and not in a library.
#[macro_export]
macro_rules! GNUTLS_SKIP_GLOBAL_INIT {
    () => {
        #[unsafe(no_mangle)]
        extern "C" fn _gnutls_global_init_skip() -> ::core::ffi::c_int {
            1
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_dotted() {
        let mut buffer = [0; 12];
        assert_eq!(dotted([3, 6, 0], &mut buffer), c"3.6.0");
        assert_eq!(dotted([3, 10, 109], &mut buffer), c"3.10.109");
        assert_eq!(dotted([255, 255, 255], &mut buffer), c"255.255.255");
    }
}
