//! The policy for peers: everything that their certificates and keys are measured against besides the trust anchors.

use std::ffi::{CString, c_uint};
use std::sync::Arc;

use crate::verify::status::VerificationStatus;
use crate::verify::step::VerificationStepCallback;
use crate::verify::verifier::Verifier;

/// The options of a configuration for the verification of peers.
#[derive(Default)]
pub(crate) struct PeerPolicy {
    /// The purpose that certificates must be for, instead of the usual one.
    pub(crate) purpose: Option<CString>,
    /// The verification profile as flags, 0 if it is left to the priorities.
    pub(crate) profile: c_uint,
    /// Public keys of peers that need no certificate, in DER.
    pub(crate) raw_public_keys: Vec<Arc<[u8]>>,
    /// The closure that verifies after GnuTLS.
    pub(crate) verifier: Option<Verifier>,
    /// The closure that is called with each step of the verification.
    pub(crate) on_step: Option<Arc<VerificationStepCallback>>,
}

impl PeerPolicy {
    /// Returns the status of a peer that shows this raw public key.
    pub(crate) fn judge_raw_public_key(&self, key: &[u8]) -> VerificationStatus {
        // The keys are public: the comparison need not take the same time for each.
        if self.raw_public_keys.iter().any(|known| **known == *key) {
            VerificationStatus::default()
        } else {
            // As for a certificate that no trusted authority has issued.
            VerificationStatus::INVALID | VerificationStatus::SIGNER_NOT_FOUND
        }
    }
}
