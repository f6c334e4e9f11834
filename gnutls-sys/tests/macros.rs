//! The function-like macros have the values that they have in C.

use gnutls_sys::*;

#[test]
fn signature_algorithms_go_into_flags_and_out() {
    assert_eq!(GNUTLS_SIGN_ALGO_TO_FLAGS(GNUTLS_SIGN_RSA_SHA256), 6 << 20);
    assert_eq!(
        GNUTLS_FLAGS_TO_SIGN_ALGO(6 << 20 | 0xF_FFFF),
        GNUTLS_SIGN_RSA_SHA256
    );
}

#[test]
fn sizes_of_subgroups_go_into_bits_and_out() {
    let bits = GNUTLS_SUBGROUP_TO_BITS(3072, 256);
    assert_eq!(bits, 0x0100_0C00);
    assert_eq!(GNUTLS_BITS_TO_GROUP(bits), 3072);
    assert_eq!(GNUTLS_BITS_TO_SUBGROUP(bits), 256);
    assert_ne!(GNUTLS_BITS_HAVE_SUBGROUP(bits), 0);
    assert_eq!(GNUTLS_BITS_HAVE_SUBGROUP(3072), 0);
}

#[test]
fn curves_go_into_bits_and_out() {
    let bits = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1);
    assert_eq!(bits, 0x8000_0002);
    assert_eq!(GNUTLS_BITS_TO_CURVE(bits), GNUTLS_ECC_CURVE_SECP256R1);
    assert_ne!(GNUTLS_BITS_ARE_CURVE(bits), 0);
    assert_eq!(GNUTLS_BITS_ARE_CURVE(2048), 0);
}

#[test]
fn profiles_go_into_verification_flags_and_out() {
    let flags = GNUTLS_PROFILE_TO_VFLAGS(GNUTLS_PROFILE_HIGH) | GNUTLS_VERIFY_DISABLE_CA_SIGN;
    assert_eq!(flags, 0x0600_0001);
    assert_eq!(GNUTLS_VFLAGS_TO_PROFILE(flags), GNUTLS_PROFILE_HIGH);
    assert_eq!(flags & GNUTLS_VFLAGS_PROFILE_MASK, 0x0600_0000);
}

#[test]
fn the_cipher_mask_drops_the_null_password_only() {
    assert_eq!(GNUTLS_PKCS_CIPHER_MASK(GNUTLS_PKCS_NULL_PASSWORD | 1), 1);
    assert_eq!(GNUTLS_PKCS_CIPHER_MASK(0xFFFF_FFFF), 0xFFFF_FEFF);
}

#[test]
fn expressions_keep_their_sign_and_width() {
    assert_eq!(GNUTLS_INDEFINITE_TIMEOUT, 0xFFFF_FFFE);
    assert_eq!(GNUTLS_HANDSHAKE_ANY, u32::MAX);
    assert_eq!(GNUTLS_E_SUCCESS, 0i32);
    #[cfg(target_pointer_width = "64")]
    assert_eq!(GNUTLS_X509_NO_WELL_DEFINED_EXPIRATION, 4_294_197_631);
    assert_eq!(GNUTLS_OID_X520_COMMON_NAME, c"2.5.4.3");
}

/// Each wrapper of a PKCS #11 function gives its arguments on in order: the URL comes first, and a
/// wrong one is refused.
#[test]
fn urls_are_refused_by_the_functions_behind_the_macros() {
    use std::ptr::{null, null_mut};
    let url = c"file:/nowhere".as_ptr();
    // SAFETY: the keys are initialised before they are used and freed once; the URL is refused
    // before anything else is read.
    unsafe {
        let (mut public, mut private) = (null_mut(), null_mut());
        assert_eq!(gnutls_pubkey_init(&raw mut public), 0);
        assert_eq!(gnutls_privkey_init(&raw mut private), 0);
        assert!(gnutls_pubkey_import_pkcs11_url(public, url, 0) < 0);
        assert!(gnutls_privkey_import_pkcs11_url(private, url) < 0);
        let (mut list, mut count) = (null_mut(), 0);
        assert!(gnutls_pkcs11_obj_list_import_url2(&raw mut list, &raw mut count, url, 0, 0) < 0);
        assert!(gnutls_pkcs11_obj_list_import_url(null_mut(), &raw mut count, url, 0, 0) < 0);
        assert!(gnutls_pkcs11_privkey_generate(url, GNUTLS_PK_RSA, 2048, null(), 0) < 0);
        let format = GNUTLS_X509_FMT_PEM;
        let mut key = gnutls_datum_t {
            data: null_mut(),
            size: 0,
        };
        let out = &raw mut key;
        assert!(
            gnutls_pkcs11_privkey_generate2(url, GNUTLS_PK_RSA, 2048, null(), format, out, 0) < 0
        );
        assert!(gnutls_pkcs11_copy_x509_crt(url, null_mut(), null(), 0) < 0);
        assert!(gnutls_pkcs11_copy_x509_privkey(url, null_mut(), null(), 0, 0) < 0);
        gnutls_privkey_deinit(private);
        gnutls_pubkey_deinit(public);
    }
}
