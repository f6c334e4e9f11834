//! Verification of the peer's certificate: statuses, profiles, flags, verifiers, known hosts.
//!
//! A client verifies its server by default, and a server its clients if [`ClientAuth`](crate::ClientAuth) requires it.
//! This module is needed to evaluate the result ([`VerificationStatus`]), to add checks ([`PeerVerification`]), to
//! trust keys on first use ([`KnownHosts`]), and to diagnose a chain ([`VerificationStep`]).
//!
//! ```
//! use gnutls::verify::VerificationStatus;
//! use gnutls::ClientConfig;
//!
//! # let pinned = vec![0u8];
//! // The chain must be trusted and start with this certificate.
//! let config = ClientConfig::builder()
//!     .trust(gnutls::Trust::none())
//!     .verifier(move |peer| match peer.session().peer_certificate() {
//!         Some(certificate) if certificate == pinned => Ok(()),
//!         _ => Err(VerificationStatus::MISMATCH.into()),
//!     })
//!     .build()?;
//! # let _ = config;
//! # Ok::<(), gnutls::Error>(())
//! ```

pub(crate) mod known_hosts;
pub(crate) mod ocsp_entries;
pub(crate) mod policy;
pub(crate) mod profile;
pub(crate) mod status;
pub(crate) mod step;
pub(crate) mod verdicts;
pub(crate) mod verifier;

pub use self::known_hosts::{KnownHost, KnownHosts};
pub use self::profile::{VerificationFlags, VerificationProfile};
pub use self::status::VerificationStatus;
pub use self::step::VerificationStep;
pub use self::verifier::{PeerVerification, Rejection};
