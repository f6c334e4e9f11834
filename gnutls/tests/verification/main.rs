//! Verification of the peer: trust, certificates and their status.

mod known_hosts;
mod ocsp;
mod status;
mod trust;
mod verification_steps;
mod verifier;
