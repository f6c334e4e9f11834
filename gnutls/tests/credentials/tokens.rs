//! Keys and certificates on PKCS #11 tokens: signatures of handshakes by a token, and requests for its PIN.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use gnutls::library::{Version, set_log_function};
use gnutls::pkcs11::{Pin, PinSource};
use gnutls::{
    ClientAuth, ClientConfig, ErrorCode, ErrorKind, Identity, Priority, ServerConfig, Trust,
};
use gnutls_testing::fixtures::{self, fixture, trust};
use gnutls_testing::pair::{Pair, client, protocols, server};
use gnutls_testing::token::{PIN, with_token};
use gnutls_testing::{requirement, skip_unless, test_name};

const CERTIFICATE: &str = "pkcs11:token=test;object=server;type=cert";
const KEY: &str = "pkcs11:token=test;object=server;type=private";

fn pin() -> Pin {
    Pin::new(PIN).unwrap()
}

/// Returns the fixtures' server identity, on the token.
fn identity(pin: impl Into<PinSource>) -> gnutls::Result<Identity> {
    Identity::from_pkcs11(CERTIFICATE, KEY, pin)
}

fn server_with(identity: Identity, priority: &str) -> ServerConfig {
    ServerConfig::builder()
        .identity(identity)
        .priority(Priority::new(priority).unwrap())
        .build()
        .unwrap()
}

/// Returns a source that counts its calls.
fn counting(pin: &'static str) -> (PinSource, Arc<AtomicU32>) {
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    let source = PinSource::ask(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        Pin::new(pin).ok()
    });
    (source, asked)
}

#[test]
fn a_token_signs_handshakes() {
    with_token(&test_name!(), || {
        let (source, asked) = counting(PIN);
        let identity = identity(source).unwrap();
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        // The token also contains the issuer.
        assert_eq!(identity.certificates().len(), 2);
        assert_eq!(
            identity.certificates().next(),
            Some(&fixture("server.der")[..])
        );
        for (priority, datagram) in protocols() {
            let config = server_with(identity.clone(), priority);
            for _ in 0..2 {
                let client = client(priority).build().unwrap();
                let mut pair = Pair::connect(&client, &config, datagram);
                assert_eq!(pair.there(b"signed"), b"signed");
            }
        }
        assert_eq!(asked.load(Ordering::Relaxed), 1, "one login is sufficient");
    });
}

#[test]
fn a_token_authenticates_a_client() {
    with_token(&test_name!(), || {
        let url = |kind| format!("pkcs11:token=test;object=client;type={kind}");
        let identity = Identity::from_pkcs11(&url("cert"), &url("private"), pin()).unwrap();
        for (priority, datagram) in protocols() {
            let client = client(priority).identity(identity.clone()).build().unwrap();
            let server = server(priority).client_auth(ClientAuth::Required(trust()));
            Pair::connect(&client, &server.build().unwrap(), datagram);
        }
    });
}

#[test]
fn a_resolver_can_return_an_identity_on_a_token() {
    with_token(&test_name!(), || {
        let identity = identity(pin()).unwrap();
        for (priority, datagram) in protocols() {
            let identity = identity.clone();
            let server = ServerConfig::builder()
                .identity_resolver(move |_| Some(identity.clone()))
                .priority(Priority::new(priority).unwrap());
            let client = client(priority).build().unwrap();
            Pair::connect(&client, &server.build().unwrap(), datagram);
        }
    });
}

#[test]
fn bug_class_2_configurations_outlive_the_identity() {
    with_token(&test_name!(), || {
        let (source, asked) = counting(PIN);
        let place = Arc::downgrade(&asked);
        let identity = identity(source).unwrap();
        drop(asked);
        let (priority, datagram) = protocols()[0];
        let config = server_with(identity, priority);
        // GnuTLS stores a pointer to the source in the key of the configuration.
        assert!(place.upgrade().is_some());
        Pair::connect(&client(priority).build().unwrap(), &config, datagram);
        drop(config);
        assert!(place.upgrade().is_none(), "the source was not dropped");
    });
}

#[test]
fn threads_share_a_key_on_a_token() {
    with_token(&test_name!(), || {
        let identity = identity(pin()).unwrap();
        let (priority, datagram) = protocols()[0];
        let config = server_with(identity, priority);
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let config = config.clone();
                thread::spawn(move || {
                    for _ in 0..5 {
                        let client = client(priority).build().unwrap();
                        Pair::connect(&client, &config, datagram);
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
    });
}

#[test]
fn a_wrong_pin_is_requested_again_until_the_closure_refuses() {
    with_token(&test_name!(), || {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        let source = PinSource::ask(move |request| {
            assert_eq!(request.token_label(), "test");
            assert!(request.token_url().starts_with("pkcs11:"), "{request:?}");
            assert!(!request.is_for_security_officer() && !request.is_for_one_use());
            log.lock()
                .unwrap()
                .push((request.attempt(), request.is_wrong()));
            match request.attempt() {
                0 => Pin::new("wrong-pin").ok(),
                _ => None,
            }
        });
        let error = identity(source).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate, "{error}");
        assert_eq!(*seen.lock().unwrap(), [(0, false), (1, true)]);
        // After one wrong PIN, the correct PIN is accepted.
        let tries = AtomicU32::new(0);
        identity(PinSource::ask(move |_| {
            let right = tries.fetch_add(1, Ordering::Relaxed) == 1;
            Pin::new(if right { PIN } else { "wrong-pin" }).ok()
        }))
        .unwrap();
    });
}

#[test]
fn a_wrong_fixed_pin_is_tried_once() {
    with_token(&test_name!(), || {
        let error = identity(Pin::new("wrong-pin").unwrap()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate, "{error}");
        assert!(error.to_string().contains(KEY), "{error}");
        assert_eq!(
            error.code().and_then(ErrorCode::name),
            Some("GNUTLS_E_PKCS11_PIN_ERROR")
        );
        let error = identity(PinSource::none()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate, "{error}");
        // The PIN is longer than GnuTLS allows, so no part of it is sent to the token.
        let error = identity(Pin::new(PIN.to_owned() + &"0".repeat(300)).unwrap()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate, "{error}");
        identity(pin()).unwrap();
    });
}

#[test]
fn bug_class_19_a_pin_that_stays_wrong_is_given_up() {
    with_token(&test_name!(), || {
        let (source, asked) = counting("wrong-pin");
        let error = identity(source).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate, "{error}");
        assert!((1..=16).contains(&asked.load(Ordering::Relaxed)));
    });
}

#[test]
fn bug_class_13_a_panic_of_the_pin_closure_goes_on_in_the_caller() {
    with_token(&test_name!(), || {
        let result = catch_unwind(AssertUnwindSafe(|| {
            identity(PinSource::ask(|_| panic!("no PIN for you")))
        }));
        let payload = result.expect_err("the panic is resumed");
        assert_eq!(payload.downcast_ref(), Some(&"no PIN for you"));
        identity(pin()).unwrap();
    });
}

#[test]
fn a_pin_in_the_url_is_used_and_never_printed() {
    skip_unless!(requirement::PIN_IN_URL);
    with_token(&test_name!(), || {
        let with_pin = format!("{KEY}?pin-value={PIN}");
        Identity::from_pkcs11(CERTIFICATE, &with_pin, PinSource::none()).unwrap();
        let (missing, wrong) = (
            format!("pkcs11:token=test;object=nobody;type=private?pin-value={PIN}"),
            "pkcs11:token=test;object=nobody;type=cert?pin-value=secret-pin",
        );
        for (certificate, key) in [(CERTIFICATE, &missing[..]), (wrong, KEY)] {
            let error = Identity::from_pkcs11(certificate, key, PinSource::none()).unwrap_err();
            let text = format!("{error} {error:?}");
            assert_eq!(error.kind(), ErrorKind::Certificate, "{text}");
            assert!(text.contains("object=nobody"), "{text}");
            assert!(
                !text.contains(PIN) && !text.contains("secret-pin"),
                "{text}"
            );
        }
    });
}

#[test]
fn hazard_74_a_wrong_pin_in_the_url_is_tried_once() {
    with_token(&test_name!(), || {
        let key = format!("{KEY}?pin-value=wrong");
        let error = Identity::from_pkcs11(CERTIFICATE, &key, PinSource::none()).unwrap_err();
        let expected = match gnutls::version().running < Version::new(3, 6, 3) {
            true => ErrorKind::Unsupported,
            false => ErrorKind::Certificate,
        };
        assert_eq!(error.kind(), expected, "{error}");
        identity(pin()).unwrap();
    });
}

#[test]
fn a_key_of_another_certificate_is_refused() {
    with_token(&test_name!(), || {
        let other = "pkcs11:token=test;object=client;type=private";
        let error = Identity::from_pkcs11(CERTIFICATE, other, pin()).unwrap_err();
        assert_eq!(error.code(), Some(ErrorCode::CERTIFICATE_KEY_MISMATCH));
        assert_eq!(error.kind(), ErrorKind::Certificate);
    });
}

#[test]
fn certificates_on_a_token_are_trusted() {
    with_token(&test_name!(), || {
        // The object is loaded once, but a whole token is queried during every verification.
        for url in [
            "pkcs11:token=test;object=authority;type=cert",
            "pkcs11:token=test",
        ] {
            let trust = Trust::pkcs11(url).unwrap();
            let config = client(protocols()[0].0)
                .trust(trust.clone())
                .build()
                .unwrap();
            assert_eq!(config.trust_anchors().unwrap().len(), 1);
            for (priority, datagram) in protocols() {
                let client = client(priority).trust(trust.clone()).build().unwrap();
                let server = server(priority).build().unwrap();
                Pair::connect(&client, &server, datagram);
                // The issuer is not on a token and is not sent.
                let other = server_with(fixtures::identity("below"), priority);
                let error = Pair::open(&client, &other, datagram)
                    .handshake()
                    .unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Verification, "{url}");
            }
        }
        // No certificate that is marked as trusted matches the URL.
        for url in [
            "pkcs11:token=test;object=server;type=cert",
            "pkcs11:token=nobody",
        ] {
            let error = Trust::pkcs11(url).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Certificate, "{url}: {error}");
            assert!(error.to_string().contains(url), "{error}");
        }
    });
}

/// Returns the fixtures' server identity, with a key that requires the PIN for every use.
fn asking_each_time(pin: impl Into<PinSource>) -> gnutls::Result<Identity> {
    let key = "pkcs11:token=test;object=each;type=private";
    Identity::from_pkcs11(CERTIFICATE, key, pin)
}

#[test]
fn a_key_can_require_the_pin_for_every_use() {
    skip_unless!(
        requirement::ALWAYS_AUTHENTICATE,
        requirement::P11TOOL,
        requirement::P11TOOL_ALWAYS_AUTHENTICATE
    );
    with_token(&test_name!(), || {
        let asked = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&asked);
        let source = PinSource::ask(move |request| {
            count.fetch_add(u32::from(request.is_for_one_use()), Ordering::Relaxed);
            Some(pin())
        });
        let (priority, datagram) = protocols()[0];
        let identity = asking_each_time(source);
        let config = server_with(identity.unwrap(), priority);
        let client = client(priority).build().unwrap();
        for _ in 0..2 {
            let before = asked.load(Ordering::Relaxed);
            Pair::connect(&client, &config, datagram);
            assert!(asked.load(Ordering::Relaxed) > before);
        }
        // A fixed PIN is not considered refused when the token requests it again.
        let config = server_with(asking_each_time(pin()).unwrap(), priority);
        Pair::connect(&client, &config, datagram);
    });
}

#[test]
fn bug_class_13_a_panic_of_the_pin_closure_ends_the_session() {
    skip_unless!(
        requirement::ALWAYS_AUTHENTICATE,
        requirement::P11TOOL,
        requirement::P11TOOL_ALWAYS_AUTHENTICATE
    );
    with_token(&test_name!(), || {
        let left = AtomicU32::new(u32::MAX);
        let left = Arc::new(left);
        let uses = Arc::clone(&left);
        let source = PinSource::ask(move |request| {
            assert!(
                !request.is_for_one_use() || uses.load(Ordering::Relaxed) > 0,
                "not in a handshake"
            );
            Some(pin())
        });
        let (priority, datagram) = protocols()[0];
        let identity = asking_each_time(source);
        let config = server_with(identity.unwrap(), priority);
        let client = client(priority).build().unwrap();
        left.store(0, Ordering::Relaxed);
        let mut pair = Pair::open(&client, &config, datagram);
        let payload = catch_unwind(AssertUnwindSafe(|| pair.handshake())).unwrap_err();
        assert_eq!(payload.downcast_ref(), Some(&"not in a handshake"));
        assert!(pair.server.handshake(&mut pair.far).is_err());
        left.store(1, Ordering::Relaxed);
        let _pair = Pair::connect(&client, &config, datagram);
    });
}

#[test]
fn a_child_process_uses_the_key_as_well() {
    with_token(&test_name!(), || {
        let (source, asked) = counting(PIN);
        let (priority, datagram) = protocols()[0];
        let config = server_with(identity(source).unwrap(), priority);
        let client = client(priority).build().unwrap();
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        // SAFETY: the child process has only this thread and ends with _exit. No other thread of this process holds a
        // lock that the child needs: the main thread only waits for the thread of the test.
        match unsafe { libc::fork() } {
            0 => {
                let works = catch_unwind(AssertUnwindSafe(|| {
                    Pair::connect(&client, &config, datagram);
                    asked.load(Ordering::Relaxed)
                }));
                // SAFETY: ends the child process immediately.
                unsafe { libc::_exit(works.map_or(99, |asked| asked as i32)) }
            }
            child => {
                let mut status = 0;
                // SAFETY: waits for the child process and writes its exit status into `status`.
                assert_eq!(unsafe { libc::waitpid(child, &mut status, 0) }, child);
                assert!(libc::WIFEXITED(status));
                // The PKCS #11 module determines if the child must log in again.
                let asked = libc::WEXITSTATUS(status);
                assert!((1..=2).contains(&asked), "{asked}");
            }
        }
        Pair::connect(&client, &config, datagram);
        assert_eq!(asked.load(Ordering::Relaxed), 1);
    });
}

#[test]
fn bug_class_17_what_is_no_url_of_a_token_is_refused() {
    for text in [
        "",
        "server.pem",
        "/etc/passwd",
        "file:a",
        "tpmkey:file=a",
        "system:id=1",
    ] {
        let error = Identity::from_pkcs11(text, KEY, PinSource::none()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{text}");
        assert_eq!(
            Trust::pkcs11(text).unwrap_err().kind(),
            ErrorKind::InvalidInput
        );
    }
}

/// Runs `body` in a thread, and fails if the thread waits for itself.
fn without_deadlock(body: impl FnOnce() + Send + 'static) {
    let (done, wait) = mpsc::channel();
    let thread = thread::spawn(move || {
        body();
        drop(done);
    });
    let waited: Result<(), _> = wait.recv_timeout(Duration::from_secs(60));
    assert_eq!(waited, Err(mpsc::RecvTimeoutError::Disconnected));
    thread.join().unwrap();
}

/// Operations that use the token.
struct Uses {
    identity: Identity,
    /// The server has its key on the token.
    signing: Pair,
    /// The server chooses a key on the token.
    choosing: Pair,
    /// The client has its trust anchors on the token.
    verifying: Pair,
    anchors: ClientConfig,
}

impl Uses {
    fn new() -> Self {
        let identity = identity(pin()).unwrap();
        let (priority, datagram) = protocols()[0];
        let chosen = identity.clone();
        let resolver = ServerConfig::builder()
            .identity_resolver(move |_| Some(chosen.clone()))
            .priority(Priority::new(priority).unwrap())
            .build()
            .unwrap();
        let anchors = client(priority)
            .trust(Trust::pkcs11("pkcs11:token=test").unwrap())
            .build()
            .unwrap();
        let (client, server) = (
            client(priority).build().unwrap(),
            server(priority).build().unwrap(),
        );
        let signing = server_with(identity.clone(), priority);
        Self {
            signing: Pair::open(&client, &signing, datagram),
            choosing: Pair::open(&client, &resolver, datagram),
            verifying: Pair::open(&anchors, &server, datagram),
            identity,
            anchors,
        }
    }

    /// Attempts all operations. Returns the kinds of their errors.
    fn attempt(&mut self) -> Vec<ErrorKind> {
        let names = self.identity.clone().with_names(["localhost"]);
        let server = ServerConfig::builder()
            .identity(self.identity.clone())
            .build();
        let url = "pkcs11:token=test;object=authority;type=cert";
        let errors = [
            identity(pin()).err(),
            Trust::pkcs11(url).err(),
            names.err(),
            server.err(),
            self.anchors.trust_anchors().err(),
            self.signing.handshake().err(),
            self.choosing.handshake().err(),
            self.verifying.handshake().err(),
        ];
        let errors = errors.into_iter().flatten();
        errors.map(|error| error.kind()).collect()
    }
}

#[test]
fn hazard_46_a_log_function_cannot_use_a_token() {
    with_token(&test_name!(), || {
        without_deadlock(|| {
            let uses = Arc::new(Mutex::new((Uses::new(), Vec::new())));
            let log = Arc::clone(&uses);
            set_log_function(9, move |_, _| {
                let (uses, errors) = &mut *log.lock().unwrap();
                if errors.is_empty() {
                    *errors = uses.attempt();
                }
            });
            identity(pin()).unwrap();
            set_log_function(0, |_, _| {});
            let (uses, errors) = &mut *uses.lock().unwrap();
            assert_eq!(*errors, [ErrorKind::InvalidState; 8]);
            // The session has not begun its handshake.
            uses.signing.handshake().unwrap();
        });
    });
}

#[test]
fn bug_class_19_a_pin_closure_cannot_use_a_token() {
    skip_unless!(
        requirement::ALWAYS_AUTHENTICATE,
        requirement::P11TOOL,
        requirement::P11TOOL_ALWAYS_AUTHENTICATE
    );
    with_token(&test_name!(), || {
        without_deadlock(|| {
            let inner = Arc::new(Mutex::new(None::<(Uses, Pair)>));
            let errors = Arc::new(Mutex::new(Vec::new()));
            let (uses, seen) = (Arc::clone(&inner), Arc::clone(&errors));
            let source = PinSource::ask(move |_| {
                if let Some((uses, same_key)) = &mut *uses.lock().unwrap() {
                    let mut seen = seen.lock().unwrap();
                    *seen = uses.attempt();
                    seen.push(same_key.handshake().unwrap_err().kind());
                }
                Some(pin())
            });
            let (priority, datagram) = protocols()[0];
            let config = server_with(asking_each_time(source).unwrap(), priority);
            let client = client(priority).build().unwrap();
            let same_key = Pair::open(&client, &config, datagram);
            *inner.lock().unwrap() = Some((Uses::new(), same_key));
            Pair::connect(&client, &config, datagram);
            assert_eq!(*errors.lock().unwrap(), [ErrorKind::InvalidState; 9]);
            // The session has not begun its handshake.
            let (_, mut same_key) = inner.lock().unwrap().take().unwrap();
            same_key.handshake().unwrap();
        });
    });
}
