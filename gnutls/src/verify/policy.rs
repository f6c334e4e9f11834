//! The policy for the verification of peers, except for the trust anchors.

use std::ffi::{CString, c_uint};
use std::sync::Arc;

use crate::verify::status::VerificationStatus;
use crate::verify::step::VerificationStepCallback;
use crate::verify::verifier::Verifier;
use crate::x509::certificate::Certificate;

/// The options of a configuration for the verification of peers.
#[derive(Default)]
pub(crate) struct PeerPolicy {
    /// The required purpose of certificates, or `None` for the default.
    pub(crate) purpose: Option<CString>,
    /// The verification profile as flags, or 0 for that of the priorities.
    pub(crate) profile: c_uint,
    /// The trusted raw public keys, in DER.
    pub(crate) raw_public_keys: Vec<Arc<[u8]>>,
    /// The pins of the public keys whose certificates are trusted without any other check.
    pub(crate) pinned_keys: Vec<Arc<str>>,
    /// The verifier callback.
    pub(crate) verifier: Option<Verifier>,
    /// The callback for each step of the verification.
    pub(crate) on_step: Option<Arc<VerificationStepCallback>>,
}

impl PeerPolicy {
    /// Returns the verification status of a peer with this raw public key.
    pub(crate) fn judge_raw_public_key(&self, key: &[u8]) -> VerificationStatus {
        // The keys are public: the comparison does not have to take constant time.
        if self.raw_public_keys.iter().any(|known| **known == *key) {
            VerificationStatus::default()
        } else {
            // The status of a certificate without a trusted issuer.
            VerificationStatus::INVALID | VerificationStatus::SIGNER_NOT_FOUND
        }
    }

    /// Returns `true` if the public key of a certificate in DER is pinned.
    pub(crate) fn is_pinned(&self, certificate: &[u8]) -> bool {
        if self.pinned_keys.is_empty() {
            return false;
        }
        let pin = Certificate::from_der(certificate).and_then(|certificate| certificate.pin());
        pin.is_ok_and(|pin| self.pinned_keys.iter().any(|known| **known == *pin))
    }
}
