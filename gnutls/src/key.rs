//! Private and public keys, in memory or on a token.

pub(crate) mod private_key;
pub(crate) mod public_key;
