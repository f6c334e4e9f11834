//! X.509 objects: certificates, and private keys as they are encoded in files.

pub(crate) mod certificate;
pub(crate) mod private_key;
