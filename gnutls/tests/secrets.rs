//! Memory that contained a secret is overwritten before it is freed: memory of Rust's allocator, and memory of GnuTLS
//! that it has given to the crate.

use std::alloc::{GlobalAlloc, Layout, System};
use std::ffi::{CString, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use gnutls::pkcs11::{Pin, PinSource};
use gnutls::psk::PreSharedKey;
use gnutls::quic::{self, Connection, KeyChange};
use gnutls::record::Direction;
use gnutls::{ClientConfig, Identity, Priority, ServerConfig, Trust, psk, srp};
use gnutls_testing::directory::TemporaryDirectory;
use gnutls_testing::fixtures::{fixture, fixture_path};
use gnutls_testing::pair::*;
use gnutls_testing::{requirement, skip_unless};

/// Searches the memory that is freed for a secret.
struct Inspecting;

/// The secret, or NULL, and its length.
static SECRET: AtomicPtr<u8> = AtomicPtr::new(ptr::null_mut());
static LENGTH: AtomicUsize = AtomicUsize::new(0);
/// The number of freed blocks with the secret.
static FOUND: AtomicUsize = AtomicUsize::new(0);
static FOUND_BY_GNUTLS: AtomicUsize = AtomicUsize::new(0);

/// # Safety
///
/// `memory` is a block of `size` bytes.
unsafe fn inspect(memory: *const c_void, size: usize, found: &AtomicUsize) {
    let secret = SECRET.load(Ordering::Relaxed);
    let is_inside = !secret.is_null() && {
        // SAFETY: searches the bytes of the block for those of the secret, which lives as long as the pointer is set.
        let place =
            unsafe { libc::memmem(memory, size, secret.cast(), LENGTH.load(Ordering::Relaxed)) };
        !place.is_null()
    };
    if is_inside {
        found.fetch_add(1, Ordering::Relaxed);
    }
}

// SAFETY: all calls are forwarded to the system's allocator.
unsafe impl GlobalAlloc for Inspecting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller upholds the contract of `GlobalAlloc::alloc`, which is the same for `System`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller upholds the contract of `GlobalAlloc::dealloc`: `memory` was allocated by `alloc`, and so
        // by `System`, with this layout.
        unsafe {
            inspect(memory.cast(), layout.size(), &FOUND);
            System.dealloc(memory, layout);
        }
    }
}

#[global_allocator]
static ALLOCATOR: Inspecting = Inspecting;

/// The function for the memory of GnuTLS.
unsafe extern "C" fn inspecting_free(memory: *mut c_void) {
    // SAFETY: GnuTLS frees memory that `malloc` has allocated, or NULL, whose usable size is 0.
    unsafe {
        inspect(memory, libc::malloc_usable_size(memory), &FOUND_BY_GNUTLS);
        libc::free(memory);
    }
}

/// Returns the numbers of the blocks of Rust and of GnuTLS that contained the secret when `body` freed them.
fn leaks(secret: &[u8], body: impl FnOnce()) -> (usize, usize) {
    // SAFETY: only one test runs at a time, and the thread that it starts uses no memory of GnuTLS.
    unsafe { gnutls_sys::gnutls_free = Some(inspecting_free) };
    FOUND.store(0, Ordering::Relaxed);
    FOUND_BY_GNUTLS.store(0, Ordering::Relaxed);
    LENGTH.store(secret.len(), Ordering::Relaxed);
    SECRET.store(secret.as_ptr().cast_mut(), Ordering::Relaxed);
    body();
    SECRET.store(ptr::null_mut(), Ordering::Relaxed);
    (
        FOUND.load(Ordering::Relaxed),
        FOUND_BY_GNUTLS.load(Ordering::Relaxed),
    )
}

/// Lets one test run at a time: the inspection is shared by the process.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes a file with the certificate and the private key of the fixtures' server. Returns a part of the key.
fn combined(path: &Path) -> Vec<u8> {
    let key = fixture("server-key.pem");
    std::fs::write(path, [fixture("server.pem"), key.clone()].concat()).unwrap();
    key[100..140].to_vec()
}

#[test]
fn the_inspection_finds_what_is_freed() {
    let _turn = turn();
    let secret = b"a secret that is easy to find";
    let found = leaks(secret, || drop(secret.to_vec()));
    assert_eq!(found, (1, 0));
    let found = leaks(secret, || {
        // SAFETY: allocates and frees memory of GnuTLS, which is filled in between.
        unsafe {
            let memory = gnutls_sys::gnutls_malloc.unwrap()(secret.len());
            memory.cast::<u8>().copy_from(secret.as_ptr(), secret.len());
            gnutls_sys::gnutls_free.unwrap()(memory);
        }
    });
    assert_eq!(found, (0, 1));
}

#[test]
fn a_private_key_beside_the_certificates_is_overwritten() {
    let _turn = turn();
    let directory = TemporaryDirectory::new();
    let path = directory.path().join("combined.pem");
    let secret = combined(&path);
    let content = std::fs::read(&path).unwrap();

    let damaged = [&content[..], b"-----BEGIN CERTIFICATE-----\n"].concat();
    let (rust, _) = leaks(&secret, || {
        drop(Identity::from_pem_files(&path, &path).unwrap());
        drop(Identity::from_pem(&content, &content).unwrap());
        drop(Trust::pem_file(&path).unwrap());
        drop(Trust::pem(&content).unwrap());
        drop(Trust::pem_directory(directory.path()).unwrap());
        // The entries are parsed one by one to find the damaged one.
        std::fs::write(&path, &damaged).unwrap();
        assert!(Identity::from_pem_files(&path, fixture_path("ca-key.pem")).is_err());
        assert!(Trust::pem_file(&path).is_err());
    });
    assert_eq!(rust, 0);
}

/// A pipe has no length in advance, so that its content is read into buffers that grow.
#[test]
fn a_private_key_from_a_pipe_is_overwritten() {
    let _turn = turn();
    let directory = TemporaryDirectory::new();
    let (path, pipe) = (directory.path().join("file"), directory.path().join("pipe"));
    let secret = combined(&path);
    let name = CString::new(pipe.as_os_str().as_bytes()).unwrap();
    // SAFETY: reads a string that ends with NUL.
    assert_eq!(unsafe { libc::mkfifo(name.as_ptr(), 0o600) }, 0);
    let mut content = std::fs::read(&path).unwrap();
    // More than a pipe holds at once.
    content.extend(b"# a comment\n".repeat(20_000));
    let writer = {
        let pipe = pipe.clone();
        thread::spawn(move || {
            std::fs::write(pipe, &content).unwrap();
            content
        })
    };
    let (rust, _) = leaks(&secret, || {
        let certificate = fixture_path("server.pem");
        drop(Identity::from_pem_files(certificate, &pipe).unwrap());
    });
    drop(writer.join().unwrap());
    assert_eq!(rust, 0);
}

#[test]
fn pins_and_urls_with_pins_are_overwritten() {
    skip_unless!(requirement::PIN_IN_URL);
    let _turn = turn();
    const PIN: &str = "20394857203948572039485720394857";
    let url = |kind| format!("pkcs11:token=none;object=none;type={kind}?pin-value={PIN}");
    let (certificate, key) = (url("cert"), url("private"));
    let pin = String::from(PIN);
    let (rust, _) = leaks(PIN.as_bytes(), || {
        drop(Pin::new(pin).unwrap());
        assert!(Identity::from_pkcs11(&certificate, &key, PinSource::none()).is_err());
        assert!(Trust::pkcs11(&certificate).is_err());
    });
    assert_eq!(rust, 0);
}

#[test]
fn pre_shared_keys_are_overwritten() {
    skip_unless!(requirement::PSK);
    let _turn = turn();
    let directory = TemporaryDirectory::new();
    let path = directory.path().join("keys.psk");
    let bytes = *b"0123456789abcdef~~~~~~~~~~~~~~~~";
    let digits = bytes.map(|byte| format!("{byte:02x}")).concat();
    std::fs::write(&path, format!("alice:{digits}\n")).unwrap();
    for secret in [&bytes[..], digits.as_bytes()] {
        for (priority, datagram) in protocols() {
            let found = leaks(secret, || {
                let priority = Priority::new(priority).unwrap();
                let key = psk::Key::from_hex(&digits).unwrap();
                let client = ClientConfig::builder()
                    .psk(PreSharedKey::new("alice", key).unwrap())
                    .priority(priority.clone());
                let server = ServerConfig::builder()
                    .psk(psk::Server::file(&path))
                    .priority(priority);
                let (client, server) = (client.build().unwrap(), server.build().unwrap());
                drop(Pair::connect(&client, &server, datagram));
            });
            assert_eq!(found.0, 0);
        }
    }
}

#[test]
fn passwords_and_verifiers_are_overwritten() {
    skip_unless!(requirement::SRP);
    let _turn = turn();
    const PASSWORD: &str = "a password that is easy to find";
    let group = srp::Group::BITS_2048;
    let verifier = srp::Verifier::with_salt("alice", PASSWORD, b"salt", group).unwrap();
    let encoded = srp::base64_encode(verifier.verifier()).unwrap();
    let salt = srp::base64_encode(verifier.salt()).unwrap();
    let directory = TemporaryDirectory::new();
    let path = directory.path().join("users.srp");
    std::fs::write(&path, format!("alice:{encoded}:{salt}:3\n")).unwrap();
    for secret in [PASSWORD.as_bytes(), verifier.verifier(), encoded.as_bytes()] {
        let mut results = Vec::with_capacity(2);
        let found = leaks(secret, || {
            drop(srp::Verifier::with_salt("alice", PASSWORD, b"salt", group).unwrap());
            results.push(
                srp::base64_encode(verifier.verifier())
                    .unwrap()
                    .into_bytes(),
            );
            results.push(srp::base64_decode(&encoded).unwrap());
            let priority = Priority::new(TLS1_2).unwrap();
            let user = srp::User::new("alice", PASSWORD).unwrap();
            let client = ClientConfig::builder()
                .without_resumption()
                .srp(user)
                .priority(priority.clone());
            let server = ServerConfig::builder()
                .srp(srp::Server::file(&path, fixture_path("groups.srp")))
                .priority(priority);
            let (client, server) = (client.build().unwrap(), server.build().unwrap());
            drop(Pair::connect(&client, &server, false));
        });
        assert_eq!(found.0, 0, "{:?}", String::from_utf8_lossy(secret));
        // GnuTLS itself frees the password that it gets from the callback.
        if secret != PASSWORD.as_bytes() {
            assert_eq!(found.1, 0, "{:?}", String::from_utf8_lossy(secret));
        }
    }
}

#[test]
fn saved_sessions_are_overwritten() {
    let _turn = turn();
    let client = client(TLS1_2).build().unwrap();
    let mut pair = Pair::connect(&client, &server(TLS1_2).build().unwrap(), false);
    let secret = pair.client.dangerous_master_secret().unwrap().to_vec();
    let found = leaks(&secret, || {
        let saved = pair.client.session_data().unwrap();
        drop(saved.clone());
        drop(client.resume("localhost", &saved).unwrap());
    });
    assert_eq!(found.0, 0);
}

#[test]
fn the_keys_of_records_are_overwritten() {
    let _turn = turn();
    let (client, server) = (client(TLS1_2).build(), server(TLS1_2).build());
    let pair = Pair::connect(&client.unwrap(), &server.unwrap(), false);
    let state = pair.client.record_state(Direction::Send).unwrap();
    let found = leaks(state.cipher_key(), || {
        let state = pair.client.record_state(Direction::Send).unwrap();
        drop(state.clone());
    });
    assert_eq!(found, (0, 0));
}

#[test]
fn the_secrets_of_quic_are_overwritten() {
    skip_unless!(requirement::QUIC);
    let _turn = turn();
    for label in [
        "SERVER_HANDSHAKE_TRAFFIC_SECRET",
        "CLIENT_TRAFFIC_SECRET_0",
        "SERVER_TRAFFIC_SECRET_0",
    ] {
        for returned in [false, true] {
            let secret = Arc::new(Mutex::new(Vec::new()));
            let logged = Arc::clone(&secret);
            let client = client("NORMAL").dangerous_key_log(move |_, line| {
                if line.label == label {
                    *logged.lock().unwrap() = line.secret.to_vec();
                }
            });
            let (client, server) = (client.build().unwrap(), server("NORMAL").build().unwrap());
            let version = quic::Version::V1;
            let mut client = Connection::client(&client, version, "localhost", b"").unwrap();
            let mut server = Connection::server(&server, version, b"").unwrap();
            while client.is_handshaking() {
                while let Some((level, bytes)) = client.write_handshake() {
                    server.read_handshake(level, &bytes).unwrap();
                }
                while let Some((level, bytes)) = server.write_handshake() {
                    client.read_handshake(level, &bytes).unwrap();
                }
            }
            let secret = std::mem::take(&mut *secret.lock().unwrap());
            let found = leaks(&secret, || {
                while let Some(keys) = returned.then(|| client.key_change().unwrap()).flatten() {
                    if let KeyChange::Application { mut next, .. } = keys {
                        drop(next.next_packet_keys().unwrap());
                    }
                }
                drop((client, server));
            });
            assert_eq!(found.0, 0, "{label}, {returned}");
        }
    }
}
