//! Credentials: how each side authenticates itself.

mod anonymous;
mod authentication;
mod dh;
mod examples;
mod external_keys;
mod identity;
mod ownership;
mod psk;
mod raw_public_keys;
mod resolver;
mod srp;
mod token_objects;
mod tokens;
