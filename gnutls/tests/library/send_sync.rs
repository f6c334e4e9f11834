//! Bug class 5: the types that threads can send and share. A change breaks the build.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use gnutls::*;
use gnutls_testing::pair::{Pair, protocols};

const fn shared<T: Send + Sync + 'static>() {}
const fn clone<T: Clone>() {}
const fn copy<T: Copy>() {}
const fn object<T: resumption::SessionCache + ?Sized>() {}
const fn store<T: resumption::SessionStore + ?Sized>() {}

const _: () = {
    shared::<Alert>();
    shared::<crypto::Cipher>();
    shared::<early_data::AntiReplay>();
    shared::<early_data::MemoryReplayStore>();
    shared::<ClientAuth>();
    shared::<psk::Client>();
    shared::<psk::PreSharedKey>();
    shared::<psk::Hash>();
    shared::<psk::Key>();
    shared::<psk::Server>();
    shared::<srp::Client>();
    shared::<srp::Server>();
    shared::<srp::Group>();
    shared::<srp::User>();
    shared::<srp::Verifier>();
    shared::<ClientConfig>();
    shared::<ClientConfigBuilder>();
    shared::<Error>();
    shared::<ErrorCode>();
    shared::<ErrorKind>();
    shared::<crypto::Group>();
    shared::<Identity>();
    shared::<crypto::KeyExchange>();
    shared::<library::LibraryVersions>();
    shared::<crypto::Mac>();
    shared::<resumption::MemoryCache>();
    shared::<resumption::MemoryStore>();
    shared::<resumption::StoreKey>();
    shared::<pkcs11::Pin>();
    shared::<pkcs11::PinSource>();
    shared::<Priority>();
    shared::<Protocol>();
    shared::<ServerConfig>();
    shared::<ServerConfigBuilder>();
    shared::<SessionId>();
    shared::<Side>();
    shared::<resumption::TicketKey>();
    shared::<Trust>();
    shared::<verify::VerificationStatus>();
    shared::<library::Version>();
    shared::<quic::Connection>();
    shared::<quic::DirectionalKeys>();
    shared::<quic::EncryptionLevel>();
    shared::<quic::KeyChange>();
    shared::<quic::Keys>();
    shared::<quic::PacketKeySet>();
    shared::<quic::Secrets>();
    shared::<quic::Version>();
    shared::<record::Direction>();
    shared::<record::KeyUpdate>();
    shared::<record::RecordState>();
    shared::<stream::ReadHalf<std::net::TcpStream>>();
    shared::<stream::WriteHalf<std::net::TcpStream>>();
    shared::<stream::UnsplitError<std::net::TcpStream>>();
    shared::<resumption::SessionData>();
    shared::<Session>();
    shared::<&'static SessionRef>();
    shared::<session::PeerCertificates<'static>>();
    shared::<transport::MemoryTransport>();
    shared::<gnutls::extension::CompressionMethod>();
    shared::<gnutls::extension::HelloExtension>();
    shared::<gnutls::heartbeat::Mode>();
    shared::<gnutls::srtp::Config>();
    shared::<gnutls::srtp::Keys>();
    shared::<gnutls::extension::SupplementalData>();
    shared::<Stream<std::net::TcpStream>>();

    clone::<ClientConfig>();
    clone::<ServerConfig>();
    clone::<Priority>();
    clone::<Identity>();
    clone::<Trust>();
    clone::<resumption::TicketKey>();
    copy::<SessionId>();
    copy::<verify::VerificationStatus>();
    copy::<ErrorCode>();

    store::<dyn resumption::SessionStore>();
    store::<std::sync::Arc<dyn resumption::SessionStore>>();
    object::<dyn resumption::SessionCache>();
};

/// Compiles only if `T` is not `Sync` (or not `Send`): otherwise both implementations apply.
macro_rules! is_not {
    ($trait:ident, $type:ty) => {
        const _: fn() = || {
            trait Ambiguous<A> {
                fn item() {}
            }
            impl<T: ?Sized> Ambiguous<()> for T {}
            struct Has;
            impl<T: ?Sized + $trait> Ambiguous<Has> for T {}
            <$type as Ambiguous<_>>::item()
        };
    };
}

is_not!(Send, SessionRef);

#[test]
fn an_error_is_one_pointer() {
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    assert_eq!(size_of::<Result<()>>(), size_of::<usize>());
}

#[test]
fn a_session_id_is_held_inline() {
    assert_eq!(size_of::<SessionId>(), SessionId::MAX_LEN + 1);
}

#[test]
fn many_threads_can_read_a_session() {
    for (priority, datagram) in protocols() {
        let mut pair = Pair::connected(priority, datagram);
        pair.there(b"hello");
        for session in [&pair.client, &pair.server] {
            let ask = || {
                let mut keys = [0; 32];
                session
                    .export_keying_material("EXPERIMENTAL threads", None, &mut keys)
                    .unwrap();
                let certificates = session.peer_certificates().map(Vec::from_iter);
                let negotiated = (session.cipher(), session.mac(), session.group());
                let text = (session.description(), session.server_name());
                (session.id(), keys, certificates, negotiated, text)
            };
            let expected = ask();
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        for _ in 0..200 {
                            assert_eq!(ask(), expected);
                        }
                    });
                }
            });
        }
    }
}

/// Collects all source files of the crate.
fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// Returns the GnuTLS functions that a text calls.
fn called(text: &str) -> impl Iterator<Item = &str> {
    text.split("sys::gnutls_").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
        rest[end..].starts_with('(').then(|| &rest[..end])
    })
}

/// Returns the GnuTLS functions that are called by session methods with `&self`, and these methods.
fn called_through_shared_references() -> BTreeMap<String, BTreeSet<String>> {
    let mut files = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut files,
    );
    let mut found = BTreeMap::<_, BTreeSet<_>>::new();
    for text in files.iter().map(|file| fs::read_to_string(file).unwrap()) {
        // Blocks start and end in the first column, and methods are indented by four columns.
        for block in text.split("\nimpl").skip(1) {
            let (header, body) = block.split_once('\n').unwrap();
            let body = body.split("\n}").next().unwrap();
            if !matches!(
                header.trim_end_matches(" {"),
                " Session" | " SessionRef" | " fmt::Debug for SessionRef" | " Deref for Session"
            ) {
                continue;
            }
            for method in body.split("\n    }") {
                let Some((_, method)) = method.rsplit_once("\n    pub fn ").or_else(|| {
                    method
                        .rsplit_once("fn ")
                        .filter(|(_, rest)| rest.contains('{'))
                }) else {
                    continue;
                };
                let signature = method.split('{').next().unwrap();
                if signature.contains("&self") || signature.contains("&'a self") {
                    let name = method.split(['(', '<']).next().unwrap();
                    for function in called(method) {
                        found
                            .entry(format!("gnutls_{function}"))
                            .or_default()
                            .insert(name.to_owned());
                    }
                }
            }
        }
    }
    found
}

#[test]
fn bug_class_5_every_function_behind_a_shared_reference_was_looked_up() {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/session/sync.rs");
    let table = fs::read_to_string(table).unwrap();
    let audited: BTreeSet<String> = table
        .lines()
        .filter_map(|line| line.strip_prefix("//! | `"))
        .flat_map(|row| row.split(" | ").next().unwrap().split("`, `"))
        .map(|name| name.trim_end_matches('`').to_owned())
        .collect();
    let called = called_through_shared_references();
    assert!(
        called.len() > 30 && called.contains_key("gnutls_session_get_id2"),
        "incomplete list of functions: {called:?}"
    );
    for (function, methods) in &called {
        assert!(
            audited.contains(function),
            "{methods:?} call {function}: see in every release that it only reads, and add it to session/sync.rs; \
             otherwise the methods have to take `&mut self`"
        );
    }
    let stale: Vec<_> = audited
        .iter()
        .filter(|function| !called.contains_key(*function))
        .collect();
    assert!(stale.is_empty(), "no longer called: {stale:?}");
}
