//! The parts of signatures (public keys, digests and curves) and the strength of keys.

use std::ffi::c_int;

use gnutls_macros::corresponds;

use crate::crypto::numbers;
use crate::crypto::numbers::by_oid;
use crate::support::datum::constant;

numbers! {
    /// The algorithm of a public key.
    ///
    /// ```
    /// use gnutls::crypto::{Digest, PublicKeyAlgorithm, SecurityLevel, SignatureAlgorithm};
    ///
    /// let signature = PublicKeyAlgorithm::RSA.with_digest(Digest::SHA256);
    /// assert_eq!(signature, Some(SignatureAlgorithm::RSA_SHA256));
    /// assert!(PublicKeyAlgorithm::RSA.bits_for(SecurityLevel::MEDIUM) >= 2048);
    /// ```
    PublicKeyAlgorithm(gnutls_sys::gnutls_pk_algorithm_t);
    name: gnutls_pk_get_name;
    id: gnutls_pk_get_id, GNUTLS_PK_UNKNOWN;
    list: gnutls_pk_list;
    values:
    RSA = GNUTLS_PK_RSA;
    RSA_PSS = GNUTLS_PK_RSA_PSS;
    RSA_OAEP = GNUTLS_PK_RSA_OAEP;
    DSA = GNUTLS_PK_DSA;
    DH = GNUTLS_PK_DH;
    ECDSA = GNUTLS_PK_ECDSA;
    ECDH_X25519 = GNUTLS_PK_ECDH_X25519;
    ECDH_X448 = GNUTLS_PK_ECDH_X448;
    ED25519 = GNUTLS_PK_EDDSA_ED25519;
    ED448 = GNUTLS_PK_EDDSA_ED448;
    GOST_01 = GNUTLS_PK_GOST_01;
    GOST_12_256 = GNUTLS_PK_GOST_12_256;
    GOST_12_512 = GNUTLS_PK_GOST_12_512;
    ML_DSA_44 = GNUTLS_PK_MLDSA44;
    ML_DSA_65 = GNUTLS_PK_MLDSA65;
    ML_DSA_87 = GNUTLS_PK_MLDSA87;
    ML_KEM_768 = GNUTLS_PK_MLKEM768;
    ML_KEM_1024 = GNUTLS_PK_MLKEM1024;
}

impl PublicKeyAlgorithm {
    /// Returns the algorithm that a function of C returns, or `None` for a code or an algorithm that GnuTLS does not recognize.
    pub(crate) fn from_result(number: c_int) -> Option<Self> {
        let number = gnutls_sys::gnutls_pk_algorithm_t::try_from(number).ok()?;
        (number != gnutls_sys::GNUTLS_PK_UNKNOWN).then_some(Self(number))
    }

    /// Returns the object identifier, for example `1.2.840.113549.1.1.1`.
    #[corresponds(gnutls_pk_get_oid)]
    pub fn oid(self) -> Option<&'static str> {
        // SAFETY: looks the number up in a constant table; returns NULL or a string constant.
        constant(unsafe { gnutls_sys::gnutls_pk_get_oid(self.0) })
    }

    /// Returns the algorithm with this object identifier.
    #[corresponds(gnutls_oid_to_pk)]
    pub fn from_oid(oid: &str) -> Option<Self> {
        // SAFETY: compares the string, which ends with NUL, with those of a constant table.
        by_oid(oid, |oid| unsafe {
            gnutls_sys::gnutls_oid_to_pk(oid.as_ptr())
        })
        .map(Self)
    }

    /// Returns the signature algorithm that combines this key algorithm with a digest.
    #[corresponds(gnutls_pk_to_sign)]
    pub fn with_digest(self, digest: Digest) -> Option<SignatureAlgorithm> {
        // SAFETY: searches a constant table.
        let sign = unsafe { gnutls_sys::gnutls_pk_to_sign(self.0, digest.0) };
        (sign != gnutls_sys::GNUTLS_SIGN_UNKNOWN).then_some(SignatureAlgorithm(sign))
    }

    /// Returns the number of bits that a key requires for this security level.
    #[corresponds(gnutls_sec_param_to_pk_bits)]
    pub fn bits_for(self, level: SecurityLevel) -> u32 {
        // SAFETY: searches a constant table.
        unsafe { gnutls_sys::gnutls_sec_param_to_pk_bits(self.0, level.0) }
    }

    /// Returns the security level of a key with this number of bits.
    #[corresponds(gnutls_pk_bits_to_sec_param)]
    pub fn level_of(self, bits: u32) -> SecurityLevel {
        // SAFETY: searches a constant table.
        SecurityLevel(unsafe { gnutls_sys::gnutls_pk_bits_to_sec_param(self.0, bits) })
    }
}

numbers! {
    /// A digest (hash) algorithm.
    Digest(gnutls_sys::gnutls_digest_algorithm_t);
    name: gnutls_digest_get_name;
    id: gnutls_digest_get_id, GNUTLS_DIG_UNKNOWN;
    list: gnutls_digest_list;
    values:
    MD5 = GNUTLS_DIG_MD5;
    SHA1 = GNUTLS_DIG_SHA1;
    SHA224 = GNUTLS_DIG_SHA224;
    SHA256 = GNUTLS_DIG_SHA256;
    SHA384 = GNUTLS_DIG_SHA384;
    SHA512 = GNUTLS_DIG_SHA512;
    SHA3_224 = GNUTLS_DIG_SHA3_224;
    SHA3_256 = GNUTLS_DIG_SHA3_256;
    SHA3_384 = GNUTLS_DIG_SHA3_384;
    SHA3_512 = GNUTLS_DIG_SHA3_512;
    SHAKE_128 = GNUTLS_DIG_SHAKE_128;
    SHAKE_256 = GNUTLS_DIG_SHAKE_256;
    RMD160 = GNUTLS_DIG_RMD160;
    GOSTR_94 = GNUTLS_DIG_GOSTR_94;
    STREEBOG_256 = GNUTLS_DIG_STREEBOG_256;
    STREEBOG_512 = GNUTLS_DIG_STREEBOG_512;
}

impl Digest {
    /// Returns the object identifier, for example `2.16.840.1.101.3.4.2.1`.
    #[corresponds(gnutls_digest_get_oid)]
    pub fn oid(self) -> Option<&'static str> {
        // SAFETY: looks the number up in a constant table; returns NULL or a string constant.
        constant(unsafe { gnutls_sys::gnutls_digest_get_oid(self.0) })
    }

    /// Returns the algorithm with this object identifier.
    #[corresponds(gnutls_oid_to_digest)]
    pub fn from_oid(oid: &str) -> Option<Self> {
        // SAFETY: compares the string, which ends with NUL, with those of a constant table.
        by_oid(oid, |oid| unsafe {
            gnutls_sys::gnutls_oid_to_digest(oid.as_ptr())
        })
        .map(Self)
    }

    /// Returns the length of the digest in bytes, or 0 for an unknown algorithm.
    #[corresponds(gnutls_hash_get_len)]
    pub fn output_size(self) -> usize {
        // SAFETY: looks the number up in a constant table.
        unsafe { gnutls_sys::gnutls_hash_get_len(self.0) as usize }
    }
}

numbers! {
    /// A signature algorithm, called a signature scheme in TLS 1.3 (RFC 8446, section 4.2.3).
    SignatureAlgorithm(gnutls_sys::gnutls_sign_algorithm_t);
    name: gnutls_sign_get_name;
    id: gnutls_sign_get_id, GNUTLS_SIGN_UNKNOWN;
    list: gnutls_sign_list;
    values:
    RSA_MD5 = GNUTLS_SIGN_RSA_MD5;
    RSA_SHA1 = GNUTLS_SIGN_RSA_SHA1;
    RSA_SHA224 = GNUTLS_SIGN_RSA_SHA224;
    RSA_SHA256 = GNUTLS_SIGN_RSA_SHA256;
    RSA_SHA384 = GNUTLS_SIGN_RSA_SHA384;
    RSA_SHA512 = GNUTLS_SIGN_RSA_SHA512;
    RSA_PSS_SHA256 = GNUTLS_SIGN_RSA_PSS_SHA256;
    RSA_PSS_SHA384 = GNUTLS_SIGN_RSA_PSS_SHA384;
    RSA_PSS_SHA512 = GNUTLS_SIGN_RSA_PSS_SHA512;
    RSA_PSS_RSAE_SHA256 = GNUTLS_SIGN_RSA_PSS_RSAE_SHA256;
    RSA_PSS_RSAE_SHA384 = GNUTLS_SIGN_RSA_PSS_RSAE_SHA384;
    RSA_PSS_RSAE_SHA512 = GNUTLS_SIGN_RSA_PSS_RSAE_SHA512;
    DSA_SHA1 = GNUTLS_SIGN_DSA_SHA1;
    DSA_SHA256 = GNUTLS_SIGN_DSA_SHA256;
    ECDSA_SHA1 = GNUTLS_SIGN_ECDSA_SHA1;
    ECDSA_SHA224 = GNUTLS_SIGN_ECDSA_SHA224;
    ECDSA_SHA256 = GNUTLS_SIGN_ECDSA_SHA256;
    ECDSA_SHA384 = GNUTLS_SIGN_ECDSA_SHA384;
    ECDSA_SHA512 = GNUTLS_SIGN_ECDSA_SHA512;
    ECDSA_SECP256R1_SHA256 = GNUTLS_SIGN_ECDSA_SECP256R1_SHA256;
    ECDSA_SECP384R1_SHA384 = GNUTLS_SIGN_ECDSA_SECP384R1_SHA384;
    ECDSA_SECP521R1_SHA512 = GNUTLS_SIGN_ECDSA_SECP521R1_SHA512;
    ED25519 = GNUTLS_SIGN_EDDSA_ED25519;
    ED448 = GNUTLS_SIGN_EDDSA_ED448;
    ML_DSA_44 = GNUTLS_SIGN_MLDSA44;
    ML_DSA_65 = GNUTLS_SIGN_MLDSA65;
    ML_DSA_87 = GNUTLS_SIGN_MLDSA87;
}

impl SignatureAlgorithm {
    /// Returns the algorithm that a function of C returns, or `None` for a code or an algorithm that GnuTLS does not recognize.
    pub(crate) fn from_result(number: c_int) -> Option<Self> {
        let number = gnutls_sys::gnutls_sign_algorithm_t::try_from(number).ok()?;
        (number != gnutls_sys::GNUTLS_SIGN_UNKNOWN).then_some(Self(number))
    }

    /// Returns the object identifier, for example `1.2.840.113549.1.1.11`.
    #[corresponds(gnutls_sign_get_oid)]
    pub fn oid(self) -> Option<&'static str> {
        // SAFETY: looks the number up in a constant table; returns NULL or a string constant.
        constant(unsafe { gnutls_sys::gnutls_sign_get_oid(self.0) })
    }

    /// Returns the algorithm with this object identifier.
    #[corresponds(gnutls_oid_to_sign)]
    pub fn from_oid(oid: &str) -> Option<Self> {
        // SAFETY: compares the string, which ends with NUL, with those of a constant table.
        by_oid(oid, |oid| unsafe {
            gnutls_sys::gnutls_oid_to_sign(oid.as_ptr())
        })
        .map(Self)
    }

    /// Returns the digest that is signed, or `None` if the algorithm signs the message itself.
    #[corresponds(gnutls_sign_get_hash_algorithm)]
    pub fn digest(self) -> Option<Digest> {
        // SAFETY: looks the number up in a constant table.
        let digest = unsafe { gnutls_sys::gnutls_sign_get_hash_algorithm(self.0) };
        (digest != gnutls_sys::GNUTLS_DIG_UNKNOWN).then_some(Digest(digest))
    }

    /// Returns the public key algorithm of the signing key.
    #[corresponds(gnutls_sign_get_pk_algorithm)]
    pub fn public_key(self) -> Option<PublicKeyAlgorithm> {
        // SAFETY: looks the number up in a constant table.
        let key = unsafe { gnutls_sys::gnutls_sign_get_pk_algorithm(self.0) };
        (key != gnutls_sys::GNUTLS_PK_UNKNOWN).then_some(PublicKeyAlgorithm(key))
    }

    /// Returns `true` if a key of this algorithm can create such signatures.
    #[corresponds(gnutls_sign_supports_pk_algorithm)]
    pub fn supports(self, key: PublicKeyAlgorithm) -> bool {
        // SAFETY: searches a constant table.
        unsafe { gnutls_sys::gnutls_sign_supports_pk_algorithm(self.0, key.0) != 0 }
    }

    /// Returns `true` if GnuTLS and the system's policy consider the algorithm secure.
    #[corresponds(gnutls_sign_is_secure)]
    pub fn is_secure(self) -> bool {
        // SAFETY: reads entries of tables in the library. GnuTLS changes their levels of security, without a lock for
        // readers, only if it loads the policy of the system again because the file has changed. Every handshake reads
        // them in the same way: a reader sees the old level or the new one.
        unsafe { gnutls_sys::gnutls_sign_is_secure(self.0) != 0 }
    }

    /// Returns `true` if the algorithm is considered secure in certificates, which has stricter requirements.
    #[corresponds(gnutls_sign_is_secure2)]
    pub fn is_secure_for_certificates(self) -> bool {
        let flags = gnutls_sys::GNUTLS_SIGN_FLAG_SECURE_FOR_CERTS;
        // SAFETY: reads entries of tables in the library. GnuTLS changes their levels of security, without a lock for
        // readers, only if it loads the policy of the system again because the file has changed. Every handshake reads
        // them in the same way: a reader sees the old level or the new one.
        unsafe { gnutls_sys::gnutls_sign_is_secure2(self.0, flags) != 0 }
    }
}

numbers! {
    /// An elliptic curve.
    Curve(gnutls_sys::gnutls_ecc_curve_t);
    name: gnutls_ecc_curve_get_name;
    id: gnutls_ecc_curve_get_id, GNUTLS_ECC_CURVE_INVALID;
    list: gnutls_ecc_curve_list;
    values:
    SECP192R1 = GNUTLS_ECC_CURVE_SECP192R1;
    SECP224R1 = GNUTLS_ECC_CURVE_SECP224R1;
    SECP256R1 = GNUTLS_ECC_CURVE_SECP256R1;
    SECP384R1 = GNUTLS_ECC_CURVE_SECP384R1;
    SECP521R1 = GNUTLS_ECC_CURVE_SECP521R1;
    X25519 = GNUTLS_ECC_CURVE_X25519;
    ED25519 = GNUTLS_ECC_CURVE_ED25519;
    X448 = GNUTLS_ECC_CURVE_X448;
    ED448 = GNUTLS_ECC_CURVE_ED448;
}

impl Curve {
    /// Returns the object identifier, for example `1.2.840.10045.3.1.7`.
    #[corresponds(gnutls_ecc_curve_get_oid)]
    pub fn oid(self) -> Option<&'static str> {
        // SAFETY: looks the number up in a constant table; returns NULL or a string constant.
        constant(unsafe { gnutls_sys::gnutls_ecc_curve_get_oid(self.0) })
    }

    /// Returns the curve with this object identifier.
    #[corresponds(gnutls_oid_to_ecc_curve)]
    pub fn from_oid(oid: &str) -> Option<Self> {
        // SAFETY: compares the string, which ends with NUL, with those of a constant table.
        by_oid(oid, |oid| unsafe {
            gnutls_sys::gnutls_oid_to_ecc_curve(oid.as_ptr())
        })
        .map(Self)
    }

    /// Returns the length of a coordinate in bytes, or 0 for an unknown curve.
    #[corresponds(gnutls_ecc_curve_get_size)]
    pub fn size(self) -> usize {
        // SAFETY: looks the number up in a constant table.
        let size = unsafe { gnutls_sys::gnutls_ecc_curve_get_size(self.0) };
        usize::try_from(size).unwrap_or(0)
    }

    /// Returns the public key algorithm of keys on this curve.
    #[corresponds(gnutls_ecc_curve_get_pk)]
    pub fn public_key(self) -> Option<PublicKeyAlgorithm> {
        // SAFETY: looks the number up in a constant table.
        let key = unsafe { gnutls_sys::gnutls_ecc_curve_get_pk(self.0) };
        (key != gnutls_sys::GNUTLS_PK_UNKNOWN).then_some(PublicKeyAlgorithm(key))
    }
}

numbers! {
    /// The strength of a key, in the levels of GnuTLS (see [selecting cryptographic key
    /// sizes](https://www.gnutls.org/manual/gnutls.html#Selecting-cryptographic-key-sizes) in the manual).
    SecurityLevel(gnutls_sys::gnutls_sec_param_t);
    name: gnutls_sec_param_get_name;
    values:
    INSECURE = GNUTLS_SEC_PARAM_INSECURE;
    EXPORT = GNUTLS_SEC_PARAM_EXPORT;
    VERY_WEAK = GNUTLS_SEC_PARAM_VERY_WEAK;
    WEAK = GNUTLS_SEC_PARAM_WEAK;
    LOW = GNUTLS_SEC_PARAM_LOW;
    LEGACY = GNUTLS_SEC_PARAM_LEGACY;
    MEDIUM = GNUTLS_SEC_PARAM_MEDIUM;
    HIGH = GNUTLS_SEC_PARAM_HIGH;
    ULTRA = GNUTLS_SEC_PARAM_ULTRA;
    FUTURE = GNUTLS_SEC_PARAM_FUTURE;
}

impl SecurityLevel {
    /// Returns the number of bits of a symmetric key with the same strength.
    #[corresponds(gnutls_sec_param_to_symmetric_bits)]
    pub fn symmetric_bits(self) -> u32 {
        // SAFETY: looks the number up in a constant table.
        unsafe { gnutls_sys::gnutls_sec_param_to_symmetric_bits(self.0) }
    }
}
