//! The features of the library, probed through the safe crate.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use gnutls::early_data::{AntiReplay, MemoryReplayStore};
use gnutls::extension::CompressionMethod;
use gnutls::library::Version;
use gnutls::pkcs11::{Token, use_modules};
use gnutls::psk::{PreSharedKey, imported_identity};
use gnutls::quic::{self, Connection};
use gnutls::resumption::TicketKey;
use gnutls::{
    ClientConfig, ClientConfigBuilder, ErrorKind, Priority, ServerConfig, Session, Trust,
    extension, heartbeat, psk, srtp,
};
use gnutls_conformance_scenario::Feature;
use serde::Serialize;

/// Returns whether there is this feature.
pub fn has(feature: Feature) -> bool {
    match feature {
        Feature::Tls13 => tls13(),
        Feature::CompatOff => compat_off(),
        Feature::Psk => psk(),
        Feature::Srp => srp(),
        Feature::EarlyData => early_data(),
        Feature::Choose => choose(),
        Feature::PostAuth => post_auth(),
        Feature::QuietTickets => quiet_tickets(),
        Feature::EarlyExport => early_export(),
        Feature::EarlyNames => early_names(),
        Feature::PskImport => psk_import(),
        Feature::RawPublicKeys => raw_public_keys(),
        Feature::Extensions => extensions(),
        Feature::Zlib => CompressionMethod::ZLIB.is_available(),
        Feature::Brotli => CompressionMethod::BROTLI.is_available(),
        Feature::Zstd => CompressionMethod::ZSTD.is_available(),
        Feature::SrtpGcm => srtp_gcm(),
        Feature::Quic => quic(),
        Feature::Heartbeat => heartbeat(),
        Feature::Token => token(),
    }
}

/// 3.6.3 implements a draft of TLS 1.3, which no other release supports.
fn tls13() -> bool {
    Priority::new("NORMAL:-VERS-ALL:+VERS-TLS1.3").is_ok()
        && gnutls::version().running != Version::new(3, 6, 3)
}

fn compat_off() -> bool {
    Priority::new("NORMAL:%DISABLE_TLS13_COMPAT_MODE").is_ok()
}

/// Identities of pre-shared keys became byte strings in 3.6.13.
fn psk() -> bool {
    psk::Key::new([1; 32])
        .and_then(|key| PreSharedKey::new("identity", key))
        .and_then(|key| {
            ClientConfig::builder()
                .trust(Trust::none())
                .psk(key)
                .build()
        })
        .is_ok()
}

/// The library can be built without SRP.
fn srp() -> bool {
    gnutls::srp::base64_encode(b"").is_ok()
}

/// Servers accept early data safely since 3.7.2. This one needs no certificate, and an empty file of keys is enough.
fn early_data() -> bool {
    let built = TicketKey::generate().and_then(|key| {
        ServerConfig::builder()
            .dangerous_allow_forgeable_tickets()
            .psk(psk::Server::file("/dev/null"))
            .tickets(key)
            .early_data(1, AntiReplay::new(MemoryReplayStore::new(1)))
            .build()
    });
    built.is_ok()
}

/// Before 3.6.3 the safe crate calls no identity resolver.
fn choose() -> bool {
    gnutls::ServerConfig::builder()
        .identity_resolver(|_| None)
        .build()
        .is_ok()
}

/// Post-handshake authentication, and tickets that the program sends.
fn post_auth() -> bool {
    let client = ClientConfig::builder().trust(Trust::none());
    client.post_handshake_auth(true).build().is_ok() && tls13()
}

/// Servers that send tickets only on request of the program.
fn quiet_tickets() -> bool {
    ServerConfig::builder()
        .psk(psk::Server::file("/dev/null"))
        .automatic_tickets(false)
        .build()
        .is_ok()
}

/// Returns a session that has not begun.
fn session() -> gnutls::Result<Session> {
    ClientConfig::builder()
        .trust(Trust::none())
        .build()?
        .session("localhost")
}

/// This early nothing is exported, but a library without the function returns a different error.
fn early_export() -> bool {
    session().is_ok_and(|session| {
        let result = session.export_early_keying_material("EXPERIMENTAL", None, &mut [0]);
        result.is_err_and(|error| error.kind() != ErrorKind::Unsupported)
    })
}

/// The cipher and the hash of early data have names since 3.7.2.
fn early_names() -> bool {
    session().is_ok_and(|session| session.early_cipher().is_ok())
}

/// Keys that are imported into TLS 1.3.
fn psk_import() -> bool {
    imported_identity(b"identity", b"", psk::Hash::Sha256).is_ok()
}

/// Raw public keys came with 3.6.6.
fn raw_public_keys() -> bool {
    Trust::none().and_negotiate_raw_public_keys().is_ok()
}

/// Builds a client without trust anchors, with an addition.
fn builds(add: impl FnOnce(ClientConfigBuilder) -> ClientConfigBuilder) -> gnutls::Result<()> {
    add(ClientConfig::builder().trust(Trust::none()))
        .build()
        .map(drop)
}

/// Callbacks of the program's own extensions receive the message since 3.6.3.
fn extensions() -> bool {
    builds(|builder| builder.extension(extension::HelloExtension::new(65_300))).is_ok()
}

fn srtp_gcm() -> bool {
    builds(|builder| builder.srtp(srtp::Config::new([srtp::Profile::AEAD_AES_128_GCM]))).is_ok()
}

/// The functions of QUIC are complete since 3.7.2.
fn quic() -> bool {
    let config = ClientConfig::builder().trust(Trust::none()).build();
    let open = |config| Connection::client(&config, quic::Version::V1, "localhost", b"");
    config.and_then(open).is_ok()
}

/// A library can be built without heartbeats.
fn heartbeat() -> bool {
    builds(|builder| builder.heartbeat(heartbeat::Mode::AnswerPings)).is_ok()
}

/// True if the only module is that of the option `--token`.
static HAS_MODULE: AtomicBool = AtomicBool::new(false);

/// Uses only this PKCS #11 module, unless the library was built without PKCS #11.
pub fn load_module(path: &str) -> Result<(), String> {
    if Token::from_url("pkcs11:").is_ok() {
        // SAFETY: the driver has one thread, which uses no token before.
        unsafe { use_modules(&[(path, true)]) }.map_err(|error| format!("{path}: {error}"))?;
        HAS_MODULE.store(true, Ordering::Relaxed);
    }
    Ok(())
}

fn token() -> bool {
    HAS_MODULE.load(Ordering::Relaxed)
}

/// The output of `--probe`.
#[derive(Serialize)]
pub struct Probe {
    built: String,
    running: String,
    library: Option<String>,
    features: BTreeMap<&'static str, bool>,
}

impl Probe {
    /// Probes all features.
    pub fn new() -> Self {
        let versions = gnutls::version();
        Self {
            built: versions.built.to_string(),
            running: versions.running.to_string(),
            library: library(),
            features: Feature::ALL
                .iter()
                .map(|feature| (feature.name(), has(*feature)))
                .collect(),
        }
    }
}

/// Returns the file of the loaded library.
fn library() -> Option<String> {
    let maps = std::fs::read_to_string("/proc/self/maps").ok()?;
    maps.lines()
        .filter_map(|line| line.split_ascii_whitespace().nth(5))
        .find(|path| path.contains("/libgnutls.so"))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_that_is_loaded_is_found() {
        assert!(library().is_some_and(|path| path.contains("libgnutls.so.30")));
    }
}
