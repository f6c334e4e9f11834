//! Verification of the peer: trust, certificates and their status.

mod common_name;
mod known_hosts;
mod ocsp;
mod pinned_key;
mod status;
mod trust;
mod unnamed;
mod verification_steps;
mod verifier;
