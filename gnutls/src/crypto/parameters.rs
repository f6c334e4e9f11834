//! The parameters of a session: protocol version, cipher, authentication code, key exchange, group and certificate
//! type.

use gnutls_macros::corresponds;

use crate::crypto::numbers;
use crate::crypto::numbers::by_oid;

numbers! {
    /// A version of TLS or DTLS.
    ///
    /// ```
    /// use gnutls::Protocol;
    /// use gnutls::crypto::Cipher;
    ///
    /// assert_eq!(Protocol::from_name("TLS1.2"), Some(Protocol::TLS1_2));
    /// assert!(Cipher::list().contains(&Cipher::AES_256_GCM));
    /// assert_eq!(Cipher::AES_256_GCM.key_size(), 32);
    /// ```
    Protocol(gnutls_sys::gnutls_protocol_t);
    name: gnutls_protocol_get_name;
    id: gnutls_protocol_get_id, GNUTLS_VERSION_UNKNOWN;
    list: gnutls_protocol_list;
    values:
    SSL3_0 = GNUTLS_SSL3;
    TLS1_0 = GNUTLS_TLS1_0;
    TLS1_1 = GNUTLS_TLS1_1;
    TLS1_2 = GNUTLS_TLS1_2;
    TLS1_3 = GNUTLS_TLS1_3;
    DTLS0_9 = GNUTLS_DTLS0_9;
    DTLS1_0 = GNUTLS_DTLS1_0;
    DTLS1_2 = GNUTLS_DTLS1_2;
}

numbers! {
    /// A cipher.
    Cipher(gnutls_sys::gnutls_cipher_algorithm_t);
    name: gnutls_cipher_get_name;
    id: gnutls_cipher_get_id, GNUTLS_CIPHER_UNKNOWN;
    list: gnutls_cipher_list;
    values:
    NULL = GNUTLS_CIPHER_NULL;
    THREE_DES_CBC = GNUTLS_CIPHER_3DES_CBC;
    AES_128_CBC = GNUTLS_CIPHER_AES_128_CBC;
    AES_256_CBC = GNUTLS_CIPHER_AES_256_CBC;
    AES_128_GCM = GNUTLS_CIPHER_AES_128_GCM;
    AES_192_GCM = GNUTLS_CIPHER_AES_192_GCM;
    AES_256_GCM = GNUTLS_CIPHER_AES_256_GCM;
    AES_128_CCM = GNUTLS_CIPHER_AES_128_CCM;
    AES_256_CCM = GNUTLS_CIPHER_AES_256_CCM;
    AES_128_CCM_8 = GNUTLS_CIPHER_AES_128_CCM_8;
    AES_256_CCM_8 = GNUTLS_CIPHER_AES_256_CCM_8;
    CAMELLIA_128_CBC = GNUTLS_CIPHER_CAMELLIA_128_CBC;
    CAMELLIA_256_CBC = GNUTLS_CIPHER_CAMELLIA_256_CBC;
    CAMELLIA_128_GCM = GNUTLS_CIPHER_CAMELLIA_128_GCM;
    CAMELLIA_256_GCM = GNUTLS_CIPHER_CAMELLIA_256_GCM;
    CHACHA20_POLY1305 = GNUTLS_CIPHER_CHACHA20_POLY1305;
    AES_128_SIV = GNUTLS_CIPHER_AES_128_SIV;
    AES_256_SIV = GNUTLS_CIPHER_AES_256_SIV;
    AES_128_SIV_GCM = GNUTLS_CIPHER_AES_128_SIV_GCM;
    AES_256_SIV_GCM = GNUTLS_CIPHER_AES_256_SIV_GCM;
    AES_192_CBC = GNUTLS_CIPHER_AES_192_CBC;
    CAMELLIA_192_CBC = GNUTLS_CIPHER_CAMELLIA_192_CBC;
    AES_128_CFB8 = GNUTLS_CIPHER_AES_128_CFB8;
    AES_192_CFB8 = GNUTLS_CIPHER_AES_192_CFB8;
    AES_256_CFB8 = GNUTLS_CIPHER_AES_256_CFB8;
    AES_128_XTS = GNUTLS_CIPHER_AES_128_XTS;
    AES_256_XTS = GNUTLS_CIPHER_AES_256_XTS;
    ARCFOUR_128 = GNUTLS_CIPHER_ARCFOUR_128;
    CHACHA20_32 = GNUTLS_CIPHER_CHACHA20_32;
    CHACHA20_64 = GNUTLS_CIPHER_CHACHA20_64;
    SALSA20_256 = GNUTLS_CIPHER_SALSA20_256;
}

numbers! {
    /// A message authentication code, or [`AEAD`](Mac::AEAD) if the cipher includes authentication.
    Mac(gnutls_sys::gnutls_mac_algorithm_t);
    name: gnutls_mac_get_name;
    id: gnutls_mac_get_id, GNUTLS_MAC_UNKNOWN;
    list: gnutls_mac_list;
    values:
    NULL = GNUTLS_MAC_NULL;
    MD5 = GNUTLS_MAC_MD5;
    SHA1 = GNUTLS_MAC_SHA1;
    SHA256 = GNUTLS_MAC_SHA256;
    SHA384 = GNUTLS_MAC_SHA384;
    SHA512 = GNUTLS_MAC_SHA512;
    SHA224 = GNUTLS_MAC_SHA224;
    RMD160 = GNUTLS_MAC_RMD160;
    UMAC_96 = GNUTLS_MAC_UMAC_96;
    UMAC_128 = GNUTLS_MAC_UMAC_128;
    AES_CMAC_128 = GNUTLS_MAC_AES_CMAC_128;
    AES_CMAC_256 = GNUTLS_MAC_AES_CMAC_256;
    AES_GMAC_128 = GNUTLS_MAC_AES_GMAC_128;
    AES_GMAC_192 = GNUTLS_MAC_AES_GMAC_192;
    AES_GMAC_256 = GNUTLS_MAC_AES_GMAC_256;
    AEAD = GNUTLS_MAC_AEAD;
}

numbers! {
    /// A key exchange of TLS up to 1.2. GnuTLS reports the key exchange of TLS 1.3 as the most similar of these.
    KeyExchange(gnutls_sys::gnutls_kx_algorithm_t);
    name: gnutls_kx_get_name;
    id: gnutls_kx_get_id, GNUTLS_KX_UNKNOWN;
    list: gnutls_kx_list;
    values:
    RSA = GNUTLS_KX_RSA;
    DHE_RSA = GNUTLS_KX_DHE_RSA;
    ECDHE_RSA = GNUTLS_KX_ECDHE_RSA;
    ECDHE_ECDSA = GNUTLS_KX_ECDHE_ECDSA;
    ANON_DH = GNUTLS_KX_ANON_DH;
    ANON_ECDH = GNUTLS_KX_ANON_ECDH;
    PSK = GNUTLS_KX_PSK;
    RSA_PSK = GNUTLS_KX_RSA_PSK;
    DHE_PSK = GNUTLS_KX_DHE_PSK;
    ECDHE_PSK = GNUTLS_KX_ECDHE_PSK;
    SRP = GNUTLS_KX_SRP;
    SRP_RSA = GNUTLS_KX_SRP_RSA;
}

numbers! {
    /// A group for the key exchange: an elliptic curve or a finite field.
    Group(gnutls_sys::gnutls_group_t);
    name: gnutls_group_get_name;
    id: gnutls_group_get_id, GNUTLS_GROUP_INVALID;
    list: gnutls_group_list;
    values:
    SECP256R1 = GNUTLS_GROUP_SECP256R1;
    SECP384R1 = GNUTLS_GROUP_SECP384R1;
    SECP521R1 = GNUTLS_GROUP_SECP521R1;
    X25519 = GNUTLS_GROUP_X25519;
    X448 = GNUTLS_GROUP_X448;
    FFDHE2048 = GNUTLS_GROUP_FFDHE2048;
    FFDHE3072 = GNUTLS_GROUP_FFDHE3072;
    FFDHE4096 = GNUTLS_GROUP_FFDHE4096;
    FFDHE6144 = GNUTLS_GROUP_FFDHE6144;
    FFDHE8192 = GNUTLS_GROUP_FFDHE8192;
}

numbers! {
    /// The type of the certificate that authenticates a peer (RFC 7250).
    CertificateType(gnutls_sys::gnutls_certificate_type_t);
    name: gnutls_certificate_type_get_name;
    id: gnutls_certificate_type_get_id, GNUTLS_CRT_UNKNOWN;
    list: gnutls_certificate_type_list;
    values:
    X509 = GNUTLS_CRT_X509;
    RAW_PUBLIC_KEY = GNUTLS_CRT_RAWPK;
}

impl Cipher {
    /// Returns the length of the key in bytes, or 0 for an unknown cipher, like the other methods of this type.
    #[corresponds(gnutls_cipher_get_key_size)]
    pub fn key_size(self) -> usize {
        // SAFETY: looks the number up in a constant table.
        unsafe { gnutls_sys::gnutls_cipher_get_key_size(self.0) }
    }

    /// Returns the length of a block in bytes, or 1 for a stream cipher.
    #[corresponds(gnutls_cipher_get_block_size)]
    pub fn block_size(self) -> usize {
        // SAFETY: looks the number up in a constant table.
        unsafe { gnutls_sys::gnutls_cipher_get_block_size(self.0) as usize }
    }

    /// Returns the length of the initialization vector in bytes.
    #[corresponds(gnutls_cipher_get_iv_size)]
    pub fn iv_size(self) -> usize {
        // SAFETY: looks the number up in a constant table.
        unsafe { gnutls_sys::gnutls_cipher_get_iv_size(self.0) as usize }
    }

    /// Returns the length of the tag in bytes, or 0 if the cipher is not an AEAD cipher.
    #[corresponds(gnutls_cipher_get_tag_size)]
    pub fn tag_size(self) -> usize {
        // SAFETY: looks the number up in a constant table.
        unsafe { gnutls_sys::gnutls_cipher_get_tag_size(self.0) as usize }
    }
}

impl Mac {
    /// Returns the length of the key in bytes, or 0 for an unknown algorithm, like the other methods of this type.
    #[corresponds(gnutls_mac_get_key_size)]
    pub fn key_size(self) -> usize {
        // SAFETY: looks the number up in a constant table.
        unsafe { gnutls_sys::gnutls_mac_get_key_size(self.0) }
    }

    /// Returns the length of the nonce in bytes, or 0 for an algorithm without one.
    #[corresponds(gnutls_mac_get_nonce_size)]
    pub fn nonce_size(self) -> usize {
        // SAFETY: looks the number up in a constant table.
        unsafe { gnutls_sys::gnutls_mac_get_nonce_size(self.0) }
    }

    /// Returns the length of the authentication code in bytes.
    #[corresponds(gnutls_hmac_get_len)]
    pub fn output_size(self) -> usize {
        // SAFETY: looks the number up in a constant table.
        unsafe { gnutls_sys::gnutls_hmac_get_len(self.0) as usize }
    }

    /// Returns the algorithm with this object identifier.
    #[corresponds(gnutls_oid_to_mac)]
    pub fn from_oid(oid: &str) -> Option<Self> {
        // SAFETY: compares the string, which ends with NUL, with those of a constant table.
        by_oid(oid, |oid| unsafe {
            gnutls_sys::gnutls_oid_to_mac(oid.as_ptr())
        })
        .map(Self)
    }
}
