//! The fuzz targets. Each is a function that panics if a property is violated, so that libFuzzer (`fuzz_targets`) and the
//! smoke run (`main.rs`) call the same code.

pub mod client;
pub mod client_hello;
pub mod differential;
pub mod hostile;
mod input;
pub mod key_files;
pub mod known_hosts;
mod native;
pub mod parsers;
pub mod password_files;
pub mod pkcs11_url;
pub mod priority;
pub mod scenario;
pub mod server;
pub mod server_name;
pub mod session_data;
mod wire;

/// A fuzz target.
pub struct Target {
    /// The name of the program in `fuzz_targets`, and of the directory of its corpus.
    pub name: &'static str,
    pub run: fn(&[u8]),
    /// The number of mutations in the smoke run.
    pub mutations: u32,
}

macro_rules! targets {
    ($($name:ident $(of $module:ident)?: $mutations:literal,)*) => {
        /// All targets.
        pub const TARGETS: &[Target] = &[$(Target {
            name: stringify!($name),
            run: targets!(@run $name $($module)?),
            mutations: $mutations,
        }),*];
    };
    (@run $name:ident) => { $name::run };
    (@run $name:ident $module:ident) => { $module::$name };
}

targets! {
    certificate of parsers: 1000,
    revocation_list of parsers: 1000,
    certificate_request of parsers: 1000,
    ocsp_request of parsers: 1000,
    ocsp_response of parsers: 1000,
    pkcs7 of parsers: 1000,
    pkcs8 of parsers: 1000,
    pkcs12 of parsers: 1000,
    public_key of parsers: 1000,
    client: 500,
    client_hello: 1000,
    differential: 300,
    key_files: 500,
    known_hosts: 500,
    password_files: 500,
    pkcs11_url: 500,
    priority: 1000,
    scenario: 20_000,
    server: 500,
    server_name: 1000,
    session_data: 300,
}
