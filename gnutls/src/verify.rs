//! Verification of the peer's certificate: statuses, profiles, flags, verifiers, known hosts.
//!
//! A client verifies its server by default, and a server its clients if [`ClientAuth`](crate::ClientAuth) requires it.
//! This module is needed to evaluate the result ([`VerificationStatus`]), to add checks ([`PeerVerification`]), to
//! trust keys on first use ([`KnownHosts`]), and to diagnose a chain ([`VerificationStep`]).
//!
//! # Pin a key
//!
//! A [pinned key](crate::Trust::pinned_key) identifies a peer without authorities and names. A verifier requires the key
//! in addition to a trusted chain:
//!
//! ```
//! use gnutls::verify::{Rejection, VerificationStatus};
//! use gnutls::{ClientConfig, Trust};
//!
//! # let ca = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/ca.pem");
//! let pin = "sha256//p2H1zKc3mOOGbYbNOIMmZ7WZHV7LqnP2JUyvxVYRLnA=";
//! // Only the key.
//! let config = ClientConfig::builder().trust(Trust::pinned_key(pin)?).build()?;
//! // A trusted chain for the name, and the key.
//! let both = ClientConfig::builder()
//!     .trust(Trust::pem_file(ca)?)
//!     .verifier(move |peer| match peer.session().peer_x509_certificate() {
//!         Ok(Some(certificate)) if certificate.pin().is_ok_and(|own| own == pin) => Ok(()),
//!         _ => Err(Rejection::new("the key of the server is not pinned")
//!             .with_status(VerificationStatus::MISMATCH)),
//!     })
//!     .build()?;
//! # let _ = (config, both);
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
