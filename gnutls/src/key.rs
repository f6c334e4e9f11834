//! Private and public keys, in memory, on a token, or wherever the program keeps them.
//!
//! Use this module to generate, store and convert keys, and to sign, verify, encrypt and decrypt with them. A key in an agent, in
//! another process or in a device that GnuTLS does not support implements [`ExternalKey`]. [`PrivateParameters`] and
//! [`PublicParameters`] are the numbers of keys.
//!
//! ```
//! use gnutls::crypto::{PublicKeyAlgorithm, SecurityLevel, SignatureAlgorithm};
//! use gnutls::key::{PrivateKey, PublicKey};
//!
//! let key = PrivateKey::generate(PublicKeyAlgorithm::ED25519, SecurityLevel::HIGH)?;
//! let stored = key.to_pem(Some("password"))?;
//! let public = key.public_key()?.to_pem()?;
//!
//! let key = PrivateKey::from_pem(stored.as_bytes(), Some("password"))?;
//! let signature = key.sign(SignatureAlgorithm::ED25519, b"message")?;
//! let public = PublicKey::from_pem(public.as_bytes())?;
//! public.verify(SignatureAlgorithm::ED25519, b"message", &signature)?;
//! assert!(public.verify(SignatureAlgorithm::ED25519, b"other", &signature).is_err());
//! # Ok::<(), gnutls::Error>(())
//! ```
//!
//! # Sign with a key on a token
//!
//! The private key stays on the token. The signature is verified with the public key in a certificate file:
//!
//! ```no_run
//! use gnutls::crypto::SignatureAlgorithm;
//! use gnutls::key::{PrivateKey, PublicKey};
//! use gnutls::pkcs11::PinSource;
//! use gnutls::x509::Certificate;
//!
//! # fn prompt(_: &str) -> Option<gnutls::pkcs11::Pin> { None }
//! let pin = PinSource::ask(|request| prompt(request.token_label()));
//! let key = PrivateKey::from_pkcs11("pkcs11:token=signer;object=release;type=private", pin)?;
//! let file = std::fs::read("release.tar")?;
//! let signature = key.sign(SignatureAlgorithm::ECDSA_SHA256, &file)?;
//!
//! let public = PublicKey::from_certificate(&Certificate::from_pem_file("release.pem")?)?;
//! public.verify(SignatureAlgorithm::ECDSA_SHA256, &file, &signature)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub(crate) mod external;
pub(crate) mod parameters;
pub(crate) mod pkcs8;
pub(crate) mod private_key;
pub(crate) mod provable;
pub(crate) mod public_key;
pub(crate) mod signature;
pub(crate) mod spki;

pub use self::external::{ExternalKey, SignInput};
pub use self::parameters::{GostParameterSet, PrivateParameters, PublicParameters};
pub use self::pkcs8::{EncryptionInfo, EncryptionScheme};
pub use self::private_key::{PrivateKey, normalize_password};
pub use self::public_key::PublicKey;
pub use self::signature::{
    decode_digest_info, decode_rs_value, encode_digest_info, encode_rs_value,
};
pub use self::spki::RsaOaepParameters;
