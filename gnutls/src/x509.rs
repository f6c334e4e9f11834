//! X.509: certificates, requests and revocation lists, their contents, verification and creation.
//!
//! Use this module to read the certificate of a peer or of a file, to decide by its names, purposes and fingerprint, and
//! to verify a chain outside a session with a [`TrustList`].
//!
//! ```
//! use gnutls::crypto::Digest;
//! use gnutls::x509::Certificate;
//!
//! # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/server.pem");
//! for certificate in Certificate::list_from_pem_file(path)? {
//!     println!("{} by {}", certificate.subject()?, certificate.issuer()?);
//!     println!("valid until {:?}", certificate.not_after()?);
//!     for name in certificate.subject_alt_names()? {
//!         println!("name {name}");
//!     }
//!     println!("fingerprint {:02x?}", certificate.fingerprint(Digest::SHA256)?);
//!     println!("pin {}", certificate.pin()?);
//! }
//! # Ok::<(), gnutls::Error>(())
//! ```
//!
//! # Verify a file
//!
//! The chain in a file is verified with the authorities in another, for the name of a server:
//!
//! ```
//! use gnutls::x509::{Certificate, TrustList, VerifyOptions, oid};
//!
//! # let file = |name| format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"));
//! let mut authorities = TrustList::new()?;
//! authorities.add_pem_file(file("ca"))?;
//! let chain = Certificate::list_from_pem_file(file("server"))?;
//! let options = VerifyOptions::new().hostname("localhost").purpose(oid::PURPOSE_SERVER);
//! let result = authorities.verify(&chain, &options)?;
//! assert!(result.status().is_trusted(), "{}", result.status());
//! for certificate in result.path() {
//!     println!("{}", certificate.subject()?);
//! }
//! # Ok::<(), gnutls::Error>(())
//! ```
//!
//! [`CertificateBuilder`], [`CertificateRequestBuilder`] and [`RevocationListBuilder`] create objects. The directory
//! `examples` of the source contains programs that show, verify and create certificates, requests and
//! [PKCS #12](crate::pkcs12) files as certtool does.

pub(crate) mod certificate;
pub(crate) mod common_name;
pub(crate) mod der;
pub(crate) mod extension;
pub(crate) mod general_name;
pub(crate) mod name;
pub mod oid;
pub(crate) mod private_key;
pub(crate) mod request;
pub(crate) mod revocation_list;
pub(crate) mod signing;
pub(crate) mod spki;
pub(crate) mod trust_list;

pub use self::certificate::Certificate;
pub use self::certificate::builder::CertificateBuilder;
pub use self::certificate::fields::PrintFormat;
pub use self::extension::list::Extensions;
pub use self::extension::{
    AccessDescription, AuthorityKeyId, BasicConstraints, DistributionPoint, Extension, KeyUsage,
    NameConstraints, Policy, PolicyQualifier, PrivateKeyUsagePeriod, ProxyInfo, RevocationReasons,
    SignedCertificateTimestamp,
};
pub use self::general_name::GeneralName;
pub use self::name::{Name, NameAttribute};
pub use self::request::builder::CertificateRequestBuilder;
pub use self::request::{Attribute, CertificateRequest};
pub use self::revocation_list::builder::RevocationListBuilder;
pub use self::revocation_list::{CertificateRevocationList, Revoked, RevokedCertificate};
pub use self::spki::RsaPssParameters;
pub use self::trust_list::options::VerifyOptions;
pub use self::trust_list::{ChainVerification, TrustList};
