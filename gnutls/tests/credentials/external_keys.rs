//! Private keys that the program implements: in another process, or in a closure.

use std::error::Error as _;
use std::io::{self, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::{env, thread};

use gnutls::crypto::{Digest, SignatureAlgorithm, hash};
use gnutls::key::{ExternalKey, PrivateKey, PublicKey, SignInput};
use gnutls::x509::Certificate;
use gnutls::{ErrorKind, Identity, Priority, ServerConfig};
use gnutls_testing::directory::TemporaryDirectory;
use gnutls_testing::fixtures::fixture_path;
use gnutls_testing::pair::{Pair, TLS1_2, TLS1_3, client, protocols};
use gnutls_testing::process::this_program;
use gnutls_testing::requirement::{self, Requirement, TLS1_3 as HAS_TLS1_3};
use gnutls_testing::{skip_unless, test_name};

fn key(name: &str) -> PrivateKey {
    PrivateKey::from_pem_file(fixture_path(&format!("{name}-key.pem")), None).unwrap()
}

fn certificate(name: &str) -> Certificate {
    Certificate::from_pem_file(fixture_path(&format!("{name}.pem"))).unwrap()
}

fn public_key(name: &str) -> PublicKey {
    PublicKey::from_certificate(&certificate(name)).unwrap()
}

/// Signs with a key in memory.
fn sign(
    key: &PrivateKey,
    algorithm: SignatureAlgorithm,
    input: SignInput<'_>,
) -> gnutls::Result<Vec<u8>> {
    match input {
        SignInput::Message(message) => key.sign(algorithm, message),
        _ => key.sign_hash(algorithm, &input.digest().expect("the input has a digest")),
    }
}

fn server(identity: Identity, priority: &str) -> ServerConfig {
    ServerConfig::builder()
        .identity(identity)
        .priority(Priority::new(priority).unwrap())
        .build()
        .unwrap()
}

fn identity(name: &str, key: impl ExternalKey) -> gnutls::Result<Identity> {
    let key = PrivateKey::external(&public_key(name), key)?;
    Identity::from_objects(&[certificate(name)], key)
}

/// Runs the other process of a test: signs with the key in this variable over the socket in the other one.
const KEY: &str = "GNUTLS_TEST_SIGNER_KEY";
const SOCKET: &str = "GNUTLS_TEST_SIGNER_SOCKET";

/// Reads a number and as many bytes.
fn receive(stream: &mut UnixStream) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let mut bytes = vec![0; u32::from_be_bytes(length) as usize];
    stream.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn send(stream: &mut UnixStream, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(&(bytes.len() as u32).to_be_bytes())?;
    stream.write_all(bytes)
}

/// Answers requests until the other side closes the socket.
fn serve_signatures() {
    let key = key(&env::var(KEY).unwrap());
    let mut stream = UnixStream::connect(env::var(SOCKET).unwrap()).unwrap();
    while let Ok(request) = receive(&mut stream) {
        let (algorithm, input) = request.split_at(4);
        let algorithm = u32::from_be_bytes(algorithm.try_into().unwrap());
        let algorithm = SignatureAlgorithm::from_raw(algorithm);
        let input = match input[0] {
            0 => SignInput::Message(&input[1..]),
            1 => SignInput::Digest(&input[1..]),
            _ => SignInput::DigestInfo(&input[1..]),
        };
        send(&mut stream, &sign(&key, algorithm, input).unwrap()).unwrap();
    }
}

/// A key in another process.
struct Remote {
    stream: Mutex<UnixStream>,
    process: Child,
    used: Mutex<Vec<SignatureAlgorithm>>,
}

impl Remote {
    fn start(name: &str, test: &str) -> Arc<Self> {
        let directory = TemporaryDirectory::new();
        let socket = directory.path().join("signer");
        let listener = UnixListener::bind(&socket).unwrap();
        let process = this_program()
            .args(["--exact", test, "--nocapture"])
            .env(KEY, name)
            .env(SOCKET, &socket)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let (stream, _) = listener.accept().unwrap();
        Arc::new(Self {
            stream: Mutex::new(stream),
            process,
            used: Mutex::default(),
        })
    }

    fn sign(&self, algorithm: SignatureAlgorithm, input: SignInput<'_>) -> io::Result<Vec<u8>> {
        self.used.lock().unwrap().push(algorithm);
        let (kind, data) = match input {
            SignInput::Message(data) => (0, data),
            SignInput::Digest(data) => (1, data),
            SignInput::DigestInfo(data) => (2, data),
            _ => return Err(io::ErrorKind::Unsupported.into()),
        };
        let mut request = algorithm.as_raw().to_be_bytes().to_vec();
        request.push(kind);
        request.extend(data);
        let mut stream = self.stream.lock().unwrap();
        send(&mut stream, &request)?;
        receive(&mut stream)
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        self.stream
            .lock()
            .unwrap()
            .shutdown(std::net::Shutdown::Both)
            .unwrap();
        assert!(self.process.wait().unwrap().success());
    }
}

#[test]
fn a_server_uses_a_key_of_another_process() {
    skip_unless!(requirement::ECDSA_PUBLIC_KEYS, requirement::RSA_PSS_RSAE);
    if env::var_os(SOCKET).is_some() {
        serve_signatures();
    } else {
        connect_with_remote_keys(&test_name!());
    }
}

fn connect_with_remote_keys(test: &str) {
    let only = |priority, signatures| format!("{priority}:-SIGN-ALL:+SIGN-{signatures}");
    let cases = [
        (
            "server",
            TLS1_2,
            "RSA-SHA256",
            SignatureAlgorithm::RSA_SHA256,
        ),
        (
            "server",
            TLS1_2,
            "RSA-PSS-RSAE-SHA384",
            SignatureAlgorithm::RSA_PSS_RSAE_SHA384,
        ),
        (
            "server",
            TLS1_3,
            "RSA-PSS-RSAE-SHA256",
            SignatureAlgorithm::RSA_PSS_RSAE_SHA256,
        ),
        (
            "server-ecdsa",
            TLS1_2,
            "ECDSA-SHA256",
            SignatureAlgorithm::ECDSA_SHA256,
        ),
        (
            "server-ecdsa",
            TLS1_3,
            "ECDSA-SECP256R1-SHA256",
            SignatureAlgorithm::ECDSA_SECP256R1_SHA256,
        ),
        (
            "server-ed25519",
            TLS1_2,
            "EDDSA-ED25519",
            SignatureAlgorithm::ED25519,
        ),
        (
            "server-ed25519",
            TLS1_3,
            "EDDSA-ED25519",
            SignatureAlgorithm::ED25519,
        ),
    ];
    for (name, priority, signatures, algorithm) in cases {
        if priority == TLS1_3 && !HAS_TLS1_3.is_present() {
            continue;
        }
        let remote = Remote::start(name, test);
        let shared = Arc::clone(&remote);
        let identity = identity(
            name,
            move |algorithm: SignatureAlgorithm, input: SignInput<'_>| {
                shared.sign(algorithm, input)
            },
        );
        let server = server(identity.unwrap(), &only(priority, signatures));
        remote.used.lock().unwrap().clear();
        // The certificates themselves are signed with RSA.
        let client = client(&format!("{}:+SIGN-RSA-SHA256", only(priority, signatures)));
        let mut pair = Pair::connect(&client.build().unwrap(), &server, false);
        assert_eq!(pair.there(b"request"), b"request");
        assert_eq!(pair.back(b"response"), b"response");
        assert_eq!(
            *remote.used.lock().unwrap(),
            [algorithm],
            "{name} {priority}"
        );
        let peer = pair.client.peer_x509_certificate().unwrap().unwrap();
        assert_eq!(peer, certificate(name));
    }
}

/// A key in memory that records its use.
struct Recorder {
    key: PrivateKey,
    supports: fn(SignatureAlgorithm) -> bool,
    signatures: AtomicUsize,
    decryptions: AtomicUsize,
    failing: AtomicBool,
}

impl Recorder {
    fn new(name: &str, supports: fn(SignatureAlgorithm) -> bool) -> Arc<Self> {
        Arc::new(Self {
            key: key(name),
            supports,
            signatures: AtomicUsize::new(0),
            decryptions: AtomicUsize::new(0),
            failing: AtomicBool::new(false),
        })
    }
}

struct Recorded(Arc<Recorder>);

impl ExternalKey for Recorded {
    fn sign(&self, algorithm: SignatureAlgorithm, input: SignInput<'_>) -> io::Result<Vec<u8>> {
        if self.0.failing.load(Ordering::Relaxed) {
            return Err(io::Error::new(
                io::ErrorKind::NotConnected,
                "the agent is gone",
            ));
        }
        self.0.signatures.fetch_add(1, Ordering::Relaxed);
        Ok(sign(&self.0.key, algorithm, input)?)
    }

    fn supports(&self, algorithm: SignatureAlgorithm) -> bool {
        (self.0.supports)(algorithm)
    }

    fn decrypt(&self, encrypted: &[u8]) -> io::Result<Vec<u8>> {
        self.0.decryptions.fetch_add(1, Ordering::Relaxed);
        Ok(self.0.key.decrypt(encrypted)?)
    }
}

fn external(name: &str, recorder: &Arc<Recorder>) -> PrivateKey {
    PrivateKey::external(&public_key(name), Recorded(Arc::clone(recorder))).unwrap()
}

/// The algorithms of a fixture's key, and the input that the key receives for each.
fn algorithms(name: &str) -> Vec<SignatureAlgorithm> {
    match name {
        "server" => vec![
            SignatureAlgorithm::RSA_SHA256,
            SignatureAlgorithm::RSA_SHA512,
            SignatureAlgorithm::RSA_PSS_SHA384,
        ],
        "server-ecdsa" => vec![
            SignatureAlgorithm::ECDSA_SHA256,
            SignatureAlgorithm::ECDSA_SHA384,
        ],
        _ => vec![SignatureAlgorithm::ED25519],
    }
}

#[test]
fn an_external_key_signs_messages_and_digests() {
    skip_unless!(requirement::ECDSA_PUBLIC_KEYS);
    for name in ["server", "server-ecdsa", "server-ed25519"] {
        let recorder = Recorder::new(name, |_| true);
        let key = external(name, &recorder);
        let public = public_key(name);
        assert_eq!(key.algorithm(), public.algorithm());
        assert_eq!(
            key.public_key().unwrap().to_der().unwrap(),
            public.to_der().unwrap()
        );
        for algorithm in algorithms(name) {
            let signature = key.sign(algorithm, b"message").unwrap();
            public.verify(algorithm, b"message", &signature).unwrap();
            if algorithm != SignatureAlgorithm::ED25519 {
                let digest = algorithm.digest().unwrap();
                let hashed = hash(digest, b"message").unwrap();
                let signature = key.sign_hash(algorithm, &hashed).unwrap();
                public.verify(algorithm, b"message", &signature).unwrap();
            }
        }
        assert!(recorder.signatures.load(Ordering::Relaxed) > 0);
        // The key is not in memory.
        assert!(key.to_pem(None).is_err() && key.to_der(None).is_err());
        assert!(key.verify_parameters().is_err());
        assert!(format!("{key:?}").contains("external: true"));
        // Algorithms of other keys do not reach it.
        let count = recorder.signatures.load(Ordering::Relaxed);
        assert!(
            key.sign(SignatureAlgorithm::DSA_SHA256, b"message")
                .is_err()
        );
        assert_eq!(recorder.signatures.load(Ordering::Relaxed), count);
    }
}

#[test]
fn the_input_contains_the_digest() {
    type Input = (SignatureAlgorithm, Vec<u8>, Option<Vec<u8>>);
    let inputs: Arc<Mutex<Vec<Input>>> = Arc::default();
    let seen = Arc::clone(&inputs);
    let key = PrivateKey::external(
        &public_key("server"),
        move |algorithm: SignatureAlgorithm, input: SignInput<'_>| {
            let data = match input {
                SignInput::Message(data)
                | SignInput::Digest(data)
                | SignInput::DigestInfo(data) => data.to_vec(),
                _ => Vec::new(),
            };
            seen.lock().unwrap().push((algorithm, data, input.digest()));
            Ok(b"signature".to_vec())
        },
    )
    .unwrap();
    let (sha256, sha384) = (
        hash(Digest::SHA256, b"message").unwrap(),
        hash(Digest::SHA384, b"message").unwrap(),
    );
    assert_eq!(
        key.sign(SignatureAlgorithm::RSA_SHA256, b"message")
            .unwrap(),
        b"signature"
    );
    key.sign_hash(SignatureAlgorithm::RSA_SHA256, &sha256)
        .unwrap();
    key.sign(SignatureAlgorithm::RSA_PSS_SHA384, b"message")
        .unwrap();
    let inputs = inputs.lock().unwrap();
    // RFC 8017, section 9.2, note 1.
    let prefix = [
        0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
        0x05, 0x00, 0x04, 0x20,
    ];
    let info = [&prefix[..], &sha256].concat();
    let pkcs1 = (SignatureAlgorithm::RSA_SHA256, info, Some(sha256));
    let pss = (
        SignatureAlgorithm::RSA_PSS_SHA384,
        sha384.clone(),
        Some(sha384),
    );
    assert_eq!(*inputs, [pkcs1.clone(), pkcs1, pss]);
    assert_eq!(SignInput::Message(b"message").digest(), None);
    // TLS before 1.2 signs two digests.
    assert_eq!(SignInput::DigestInfo(&[0x30; 36]).digest(), None);
}

#[test]
fn sessions_negotiate_only_algorithms_that_the_key_supports() {
    skip_unless!(requirement::RSA_PSS_RSAE);
    for (priority, datagram) in protocols() {
        let only_pss = |algorithm| algorithm == SignatureAlgorithm::RSA_PSS_RSAE_SHA512;
        let recorder = Recorder::new("server", only_pss);
        let identity =
            Identity::from_objects(&[certificate("server")], external("server", &recorder));
        let server = server(identity.unwrap(), priority);
        // The test signature with another algorithm was refused before it reached the key.
        assert_eq!(recorder.signatures.load(Ordering::Relaxed), 0);
        Pair::connect(&client(priority).build().unwrap(), &server, datagram);
        assert_eq!(recorder.signatures.load(Ordering::Relaxed), 1);
        let other = client(&format!("{priority}:-RSA:-SIGN-RSA-PSS-RSAE-SHA512"))
            .build()
            .unwrap();
        let mut pair = Pair::open(&other, &server, datagram);
        assert!(pair.handshake().is_err());
        assert_eq!(recorder.signatures.load(Ordering::Relaxed), 1);
    }
}

#[test]
fn a_key_that_fails_is_the_source_of_the_error() {
    let recorder = Recorder::new("server", |_| true);
    let gone = |error: &gnutls::Error| {
        let source = error
            .source()
            .unwrap_or_else(|| panic!("{error:?} has no source"));
        let source: &io::Error = source.downcast_ref().unwrap();
        assert_eq!(source.kind(), io::ErrorKind::NotConnected);
        assert!(error.to_string().contains("the agent is gone"), "{error}");
    };
    let chain = [certificate("server")];
    let identity = Identity::from_objects(&chain, external("server", &recorder)).unwrap();
    for (priority, datagram) in protocols() {
        recorder.failing.store(false, Ordering::Relaxed);
        let server = server(identity.clone(), priority);
        recorder.failing.store(true, Ordering::Relaxed);
        // A suite without a signature of the server would not use the key.
        let mut pair = Pair::open(&client(priority).build().unwrap(), &server, datagram);
        let error = loop {
            let _ = pair.client.handshake(&mut pair.near);
            match pair.server.handshake(&mut pair.far) {
                Ok(ready) => assert!(ready.is_pending()),
                Err(error) => break error,
            }
        };
        gone(&error);
        assert!(error.is_fatal());
        // The peer receives an alert.
        assert!(pair.client.handshake(&mut pair.near).is_err());
        recorder.failing.store(false, Ordering::Relaxed);
        Pair::connect(&client(priority).build().unwrap(), &server, datagram);
    }
    recorder.failing.store(true, Ordering::Relaxed);
    let key = external("server", &recorder);
    gone(
        &key.sign(SignatureAlgorithm::RSA_SHA256, b"message")
            .unwrap_err(),
    );
    // GnuTLS itself ignores a key that cannot sign.
    gone(&Identity::from_objects(&chain, key).unwrap_err());
    // The error is reported once.
    recorder.failing.store(false, Ordering::Relaxed);
    let error = external("server", &recorder)
        .sign(SignatureAlgorithm::DSA_SHA256, b"message")
        .unwrap_err();
    assert!(error.source().is_none());
}

#[test]
fn bug_class_13_a_panic_of_an_external_key_goes_on_in_the_caller() {
    let panicking = Arc::new(AtomicBool::new(false));
    let (flag, memory) = (Arc::clone(&panicking), key("server"));
    let identity = identity(
        "server",
        move |algorithm: SignatureAlgorithm, input: SignInput<'_>| {
            assert!(!flag.load(Ordering::Relaxed), "the key panics");
            Ok(sign(&memory, algorithm, input)?)
        },
    )
    .unwrap();
    for (priority, datagram) in protocols() {
        panicking.store(false, Ordering::Relaxed);
        let server = server(identity.clone(), priority);
        panicking.store(true, Ordering::Relaxed);
        let mut pair = Pair::open(&client(priority).build().unwrap(), &server, datagram);
        let run = catch_unwind(AssertUnwindSafe(|| {
            loop {
                let _ = pair.client.handshake(&mut pair.near);
                assert!(pair.server.handshake(&mut pair.far).unwrap().is_pending());
            }
        }));
        let payload: Box<dyn std::any::Any + Send> = run.map(|never: ()| never).unwrap_err();
        assert!(
            payload
                .downcast_ref::<String>()
                .is_some_and(|text| text == "the key panics")
                || payload.downcast_ref::<&str>() == Some(&"the key panics")
        );
        let error = pair.server.handshake(&mut pair.far).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Closed);
    }
    let key = PrivateKey::external(
        &public_key("server"),
        |_: SignatureAlgorithm, _: SignInput<'_>| -> io::Result<Vec<u8>> { panic!("always") },
    )
    .unwrap();
    for _ in 0..2 {
        let run = catch_unwind(AssertUnwindSafe(|| {
            key.sign(SignatureAlgorithm::RSA_SHA256, b"m")
        }));
        assert_eq!(run.unwrap_err().downcast_ref(), Some(&"always"));
    }
}

#[test]
fn hazard_7_an_external_key_is_dropped_with_its_last_user() {
    let recorder = Recorder::new("server", |_| true);
    let alive = || Arc::strong_count(&recorder) > 1;
    let identity =
        Identity::from_objects(&[certificate("server")], external("server", &recorder)).unwrap();
    let configs = [
        server(identity.clone(), TLS1_2),
        server(identity.clone(), TLS1_2),
    ];
    drop(identity);
    let session = configs[0].session().unwrap();
    drop(configs);
    assert!(alive());
    drop(session);
    assert!(!alive());
    // A failure drops the key, too.
    assert!(
        Identity::from_objects(&[certificate("client")], external("server", &recorder)).is_err()
    );
    assert!(!alive());
    let key = external("server", &recorder);
    assert_eq!(Arc::strong_count(&recorder), 2);
    drop(key);
    assert!(!alive());
}

/// A key whose destructor panics.
struct Bomb(PrivateKey);

impl ExternalKey for Bomb {
    fn sign(&self, algorithm: SignatureAlgorithm, input: SignInput<'_>) -> io::Result<Vec<u8>> {
        Ok(sign(&self.0, algorithm, input)?)
    }
}

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("the destructor panics");
    }
}

#[test]
fn bug_class_13_a_destructor_that_panics_reaches_no_c_frame() {
    let identity = identity("server", Bomb(key("server"))).unwrap();
    let server = server(identity.clone(), TLS1_2);
    // Credentials own the last reference, and release it in C.
    drop(identity);
    drop(server);
    let key = PrivateKey::external(&public_key("server"), Bomb(self::key("server"))).unwrap();
    let dropped = catch_unwind(AssertUnwindSafe(|| drop(key)));
    assert_eq!(
        dropped.unwrap_err().downcast_ref(),
        Some(&"the destructor panics")
    );
}

#[test]
fn another_signature_is_refused() {
    // A key that belongs to another certificate.
    let other = Recorder::new("client", |_| true);
    let error =
        Identity::from_objects(&[certificate("server")], external("server", &other)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Certificate);
    // Bytes that are no signature.
    for signature in [vec![], vec![0; 256], vec![1; 100_000]] {
        let wrong = move |_: SignatureAlgorithm, _: SignInput<'_>| Ok(signature.clone());
        assert!(identity("server", wrong).is_err());
    }
}

#[test]
fn hazard_58_an_external_key_decrypts() {
    let recorder = Recorder::new("server", |_| true);
    let key = external("server", &recorder);
    let encrypted = public_key("server").encrypt(b"secret").unwrap();
    assert_eq!(key.decrypt(&encrypted).unwrap(), b"secret");
    assert!(key.decrypt(&encrypted[1..]).is_err());
    // The key exchange without forward secrecy.
    let chain = [certificate("server")];
    let priority = format!("{TLS1_2}:-KX-ALL:+RSA");
    let before = recorder.decryptions.load(Ordering::Relaxed);
    let server = self::server(Identity::from_objects(&chain, key).unwrap(), &priority);
    Pair::connect(&client(&priority).build().unwrap(), &server, false);
    assert_eq!(recorder.decryptions.load(Ordering::Relaxed), before + 1);

    let memory = self::key("server");
    let signing = move |algorithm: SignatureAlgorithm, input: SignInput<'_>| {
        Ok(sign(&memory, algorithm, input)?)
    };
    let key = PrivateKey::external(&public_key("server"), signing).unwrap();
    let error = key.decrypt(&encrypted).unwrap_err();
    let source: &io::Error = error.source().unwrap().downcast_ref().unwrap();
    assert_eq!(source.kind(), io::ErrorKind::Unsupported);
    // C replaces a secret that cannot be decrypted, and the handshake fails without a crash.
    let server = self::server(Identity::from_objects(&chain, key).unwrap(), &priority);
    let mut pair = Pair::open(&client(&priority).build().unwrap(), &server, false);
    assert!(pair.handshake().is_err());
}

#[test]
fn bug_class_5_threads_share_an_external_key() {
    let recorder = Recorder::new("server-ed25519", |_| true);
    let chain = [certificate("server-ed25519")];
    let identity = Identity::from_objects(&chain, external("server-ed25519", &recorder)).unwrap();
    let server = server(identity, TLS1_2);
    recorder.signatures.store(0, Ordering::Relaxed);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..5 {
                    Pair::connect(&client(TLS1_2).build().unwrap(), &server, false);
                }
            });
        }
    });
    assert_eq!(recorder.signatures.load(Ordering::Relaxed), 20);
}

/// A key that uses a session of its own, for example with a machine that has the key.
#[test]
fn an_external_key_runs_another_session() {
    let memory = key("server");
    let identity = identity(
        "server",
        move |algorithm: SignatureAlgorithm, input: SignInput<'_>| {
            let server = gnutls_testing::pair::server(TLS1_2)
                .build()
                .map_err(io::Error::from)?;
            let mut pair = Pair::connect(&client(TLS1_2).build().unwrap(), &server, false);
            assert_eq!(pair.there(b"sign"), b"sign");
            Ok(sign(&memory, algorithm, input)?)
        },
    )
    .unwrap();
    for (priority, datagram) in protocols() {
        let server = server(identity.clone(), priority);
        Pair::connect(&client(priority).build().unwrap(), &server, datagram);
    }
}
