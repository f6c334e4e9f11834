//! Verification of the peer's certificate: its status and steps, profiles, verifiers, known hosts.

pub(crate) mod known_hosts;
pub(crate) mod policy;
pub(crate) mod profile;
pub(crate) mod status;
pub(crate) mod step;
pub(crate) mod verifier;
