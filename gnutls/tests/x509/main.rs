//! Certificates and keys outside a session.

mod authorization;
mod certtool;
mod compared_with_c;
mod create;
#[cfg(feature = "dane")]
mod dane;
mod examples;
mod fields;
mod import;
mod key_material;
mod keys;
mod matching;
mod names;
mod ocsp;
mod other_keys;
mod pkcs12;
mod pkcs7;
mod qemu;
mod request;
mod revocation_list;
mod threads;
mod timestamps;
mod trust_list;
