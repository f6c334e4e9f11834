//! DANE: certificates verified with TLSA records of the DNS (RFC 6698), with libgnutls-dane.
//!
//! Requires the feature `dane`, and libgnutls-dane with its headers.
//!
//! Use this module to verify the certificates of a server with records that a [`Resolver`] looks up and DNSSEC
//! authenticates, or that the program supplies. The usage of a record states its purpose: a record with the usage
//! [`LOCAL_END_ENTITY`](CertificateUsage::LOCAL_END_ENTITY) replaces the verification with authorities, and one with the
//! usage [`CA`](CertificateUsage::CA) or [`END_ENTITY`](CertificateUsage::END_ENTITY) is required in addition to it.
//!
//! ```
//! use gnutls::dane::{
//!     CertificateUsage, DnssecStatus, MatchingType, Selector, TlsaRecord, TlsaRecords, VerifyFlags,
//! };
//! use gnutls::verify::VerificationStatus;
//! use gnutls::{ClientConfig, Trust};
//!
//! # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/server.pem");
//! // The record that the owner of the server publishes for `_443._tcp.localhost`.
//! let certificate = gnutls::x509::Certificate::from_pem_file(path)?;
//! let record = TlsaRecord::from_certificate(
//!     CertificateUsage::LOCAL_END_ENTITY,
//!     Selector::PUBLIC_KEY,
//!     MatchingType::SHA256,
//!     &certificate,
//! )?;
//! println!("_443._tcp.localhost. IN TLSA {record}");
//!
//! // A client verifies with it. `Resolver::query` looks records up instead.
//! let records = TlsaRecords::from_records(&[record], DnssecStatus::VERIFIED)?;
//! assert!(records.verify(&[certificate], VerifyFlags::default())?.is_match());
//! let client = ClientConfig::builder()
//!     .trust(Trust::none())
//!     .dangerous_verifier(move |peer| {
//!         match records.verify_session(peer.session(), VerifyFlags::ONLY_CHECK_EE_USAGE) {
//!             Ok(status) if status.is_match() => Ok(()),
//!             _ => Err(VerificationStatus::MISMATCH.into()),
//!         }
//!     })
//!     .build()?;
//! # Ok::<(), gnutls::Error>(())
//! ```

mod error_code;
mod record;
mod resolver;
mod status;
mod tlsa;

pub use self::error_code::ErrorCode;
pub use self::record::{CertificateUsage, MatchingType, Selector, TlsaRecord};
pub use self::resolver::{Resolver, ResolverOptions};
pub use self::status::{DnssecStatus, VerificationStatus, VerifyFlags};
pub use self::tlsa::TlsaRecords;
