//! Tokens and the objects on them: listed, generated, copied, changed and deleted.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use gnutls::crypto::{PublicKeyAlgorithm, SignatureAlgorithm};
use gnutls::key::{PrivateKey, PublicKey};
use gnutls::pkcs11::{
    Object, ObjectFlags, ObjectOptions, ObjectType, Pin, PinSource, Token, TokenFlags,
};
use gnutls::x509::{Certificate, CertificateBuilder, Extensions, GeneralName, KeyUsage};
use gnutls::{ErrorCode, ErrorKind, Identity, Priority, ServerConfig};
use gnutls_testing::fixtures::fixture_path;
use gnutls_testing::pair::{Pair, client, protocols};
use gnutls_testing::requirement::{self, Requirement};
use gnutls_testing::test_name;
use gnutls_testing::token::{PIN, SECURITY_OFFICER, with_token};

const URL: &str = "pkcs11:token=test";

fn pin() -> Pin {
    Pin::new(PIN).unwrap()
}

fn token() -> Token {
    Token::from_url(URL).unwrap().with_pin(pin())
}

fn certificate(name: &str) -> Certificate {
    Certificate::from_pem_file(fixture_path(&format!("{name}.pem"))).unwrap()
}

fn objects(flags: ObjectFlags) -> Vec<Object> {
    Object::list(URL, flags, pin()).unwrap()
}

fn private_keys(label: &str) -> Vec<Object> {
    let flags = ObjectFlags::LOGIN | ObjectFlags::PRIVATE_KEY;
    let mut keys = objects(flags);
    keys.retain(|key| key.label().unwrap() == label);
    keys
}

/// C lists all objects of a token that has any private key.
#[test]
fn hazard_75_a_list_is_limited_to_objects_with_a_private_key() {
    with_token(&test_name!(), || {
        let (with, without) = (certificate("ca"), certificate("server"));
        let options = |label: &str, id| ObjectOptions::new().label(label).id([id]);
        let copy = |certificate, label, id| {
            let options = options(label, id);
            token().copy_certificate(certificate, &options).unwrap();
        };
        let key = PrivateKey::from_pem_file(fixture_path("ca-key.pem"), None).unwrap();
        key.copy_to_token(&token(), &options("key", 42)).unwrap();
        copy(&with, "with", 42);
        copy(&without, "without", 43);
        let flags = ObjectFlags::CERTIFICATE | ObjectFlags::WITH_PRIVATE_KEY;
        let labels = |url, flags| {
            let objects = Object::list(url, flags, pin()).unwrap();
            let labels = objects.iter().map(|object| object.label().unwrap());
            labels.collect::<Vec<_>>()
        };
        let with_login = labels(URL, flags | ObjectFlags::LOGIN);
        assert!(with_login.contains(&"with".to_owned()), "{with_login:?}");
        assert!(
            !with_login.contains(&"without".to_owned()),
            "{with_login:?}"
        );
        for (url, expected) in [
            ("pkcs11:token=test;object=with", vec!["with"]),
            ("pkcs11:token=test;id=%2A;type=cert", vec!["with"]),
            ("pkcs11:token=test;object=without", vec![]),
            ("pkcs11:token=another", vec![]),
        ] {
            assert_eq!(labels(url, flags | ObjectFlags::LOGIN), expected, "{url}");
        }
        // Private keys are visible after a login.
        assert!(labels(URL, flags).is_empty());
        // One list requires the PIN once.
        let count = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&count);
        let source = PinSource::ask(move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
            Some(pin())
        });
        let listed = Object::list(URL, flags | ObjectFlags::LOGIN, source).unwrap();
        assert_eq!(
            (listed.len(), count.load(Ordering::SeqCst)),
            (with_login.len(), 1)
        );
    });
}

/// C returns NUL bytes.
#[test]
fn hazard_72_an_attribute_that_a_url_lacks_is_empty() {
    with_token(&test_name!(), || {
        let token = token();
        assert_eq!(token.label().unwrap(), "test");
        for attribute in [token.serial(), token.manufacturer(), token.model()] {
            assert_eq!(attribute.unwrap(), "");
        }
        let any = Token::from_url("pkcs11:model=SoftHSM%20v2").unwrap();
        assert_eq!(any.label().unwrap(), "");
        assert_eq!(any.model().unwrap(), "SoftHSM v2");
    });
}

#[test]
fn tokens_have_properties() {
    with_token(&test_name!(), || {
        let tokens = Token::list().unwrap();
        let token = tokens
            .iter()
            .find(|token| token.label().unwrap() == "test")
            .unwrap();
        assert!(token.url().starts_with("pkcs11:") && token.url().contains("token=test"));
        assert_eq!(token.manufacturer().unwrap(), "SoftHSM project");
        assert_eq!(token.model().unwrap(), "SoftHSM v2");
        assert_eq!(token.serial().unwrap().len(), 16);
        // The module is not in the configuration of p11-kit, which would name it.
        assert!(!token.module_name().unwrap().contains('\0'));
        let flags = token.flags().unwrap();
        let expected = TokenFlags::INITIALIZED | TokenFlags::LOGIN_REQUIRED | TokenFlags::RNG;
        assert!(flags.contains(expected), "{flags:?}");
        assert!(!flags.contains(TokenFlags::USER_PIN_LOCKED));
        // CKM_RSA_PKCS_KEY_PAIR_GEN, and a number that does not exist.
        assert!(token.mechanisms().unwrap().contains(&0));
        assert!(token.supports_mechanism(0) && !token.supports_mechanism(0x7fff_fff0));
        let [mut one, mut two] = [[0; 32]; 2];
        token.random(&mut one).unwrap();
        token.random(&mut two).unwrap();
        assert!(one != two && one != [0; 32]);
        let missing = Token::from_url("pkcs11:token=nowhere").unwrap();
        assert!(missing.flags().is_err() && missing.random(&mut one).is_err());
        assert!(missing.mechanisms().is_err() && !missing.supports_mechanism(0));
        assert_eq!(
            Token::from_url("file:token").unwrap_err().kind(),
            ErrorKind::InvalidInput
        );
        let with_pin = Token::from_url("pkcs11:token=t?pin-value=9");
        assert!(!format!("{with_pin:?}").contains('9'));
    });
}

#[test]
fn objects_are_listed() {
    with_token(&test_name!(), || {
        let all = objects(ObjectFlags::LOGIN);
        let count = |kind: ObjectType| all.iter().filter(|object| object.kind() == kind).count();
        assert_eq!(count(ObjectType::CERTIFICATE), 3);
        assert!(count(ObjectType::PRIVATE_KEY) >= 2);
        // Without a login, private keys are not visible.
        let public = objects(ObjectFlags::default());
        assert!(
            public
                .iter()
                .all(|object| object.kind() != ObjectType::PRIVATE_KEY)
        );
        let certificates = objects(ObjectFlags::CERTIFICATE);
        let server = certificates
            .iter()
            .find(|object| object.label().unwrap() == "server")
            .unwrap();
        assert_eq!(server.id().unwrap(), [1]);
        assert_eq!(server.token_label().unwrap(), "test");
        assert_eq!(
            server.to_der().unwrap(),
            certificate("server").to_der().unwrap()
        );
        assert_eq!(server.kind().name(), Some("X.509 Certificate"));
        let url = server.url().unwrap();
        assert!(
            url.contains("object=server") && url.contains("type=cert"),
            "{url}"
        );
        assert_eq!(
            Certificate::from_url(&url, pin()).unwrap(),
            certificate("server")
        );
        let trusted = objects(ObjectFlags::CERTIFICATE | ObjectFlags::MARK_TRUSTED);
        assert_eq!(trusted.len(), 1);
        assert_eq!(trusted[0].label().unwrap(), "authority");
        assert!(
            trusted[0]
                .flags()
                .unwrap()
                .contains(ObjectFlags::MARK_TRUSTED)
        );

        let key = Object::find(
            "pkcs11:token=test;object=server;type=private",
            ObjectFlags::LOGIN,
            pin(),
        )
        .unwrap();
        assert_eq!(
            (key.kind(), key.id().unwrap()),
            (ObjectType::PRIVATE_KEY, vec![1])
        );
        assert!(key.to_der().is_err());
        let algorithm = key.algorithm();
        if requirement::TOKEN_OBJECT_ALGORITHMS.is_present() {
            assert_eq!(algorithm.unwrap(), (PublicKeyAlgorithm::RSA, 2048));
        } else {
            assert_eq!(algorithm.unwrap_err().kind(), ErrorKind::Unsupported);
        }
        let error = Object::find(
            "pkcs11:token=test;object=nothing",
            ObjectFlags::LOGIN,
            pin(),
        )
        .unwrap_err();
        assert_eq!(error.code(), Some(ErrorCode::REQUESTED_DATA_NOT_AVAILABLE));
        assert!(Object::list("file:", ObjectFlags::LOGIN, pin()).is_err());
        assert!(format!("{key:?} {:?}", key.flags().unwrap()).contains("PRIVATE"));
    });
}

/// Issues a certificate for `localhost` and a public key.
fn issue(public: PublicKey) -> Certificate {
    let key = PrivateKey::from_pem_file(fixture_path("ca-key.pem"), None).unwrap();
    let begin = SystemTime::UNIX_EPOCH + Duration::from_secs(1_704_067_200);
    let names = [GeneralName::Dns("localhost".into())];
    CertificateBuilder::new(&"CN=localhost".parse().unwrap())
        .public_key(public)
        .validity(
            begin,
            SystemTime::UNIX_EPOCH + Duration::from_secs(2_145_830_400),
        )
        .extensions(Extensions::new().subject_alt_names(&names))
        .signed_by(&certificate("ca"), &key)
        .unwrap()
}

/// The key is generated on the token, and cannot be exported.
#[test]
fn a_server_uses_a_key_that_never_leaves_the_token() {
    with_token(&test_name!(), || {
        for (algorithm, bits, signature) in [
            (
                PublicKeyAlgorithm::RSA,
                2048,
                SignatureAlgorithm::RSA_SHA256,
            ),
            (
                PublicKeyAlgorithm::ECDSA,
                256,
                SignatureAlgorithm::ECDSA_SHA256,
            ),
        ] {
            let label = format!("generated-{bits}");
            let options = ObjectOptions::new().label(&label).id([7, bits as u8]);
            let public = token().generate_key(algorithm, bits, &options).unwrap();
            if algorithm == PublicKeyAlgorithm::ECDSA
                && !requirement::ECDSA_PUBLIC_KEYS.is_present()
            {
                continue;
            }
            let public = PublicKey::from_der(&public).unwrap();
            assert_eq!(public.algorithm(), Some(algorithm));
            let keys = private_keys(&label);
            assert_eq!(keys.len(), 1);
            assert_eq!(keys[0].id().unwrap(), [7, bits as u8]);
            let flags = keys[0].flags().unwrap();
            assert!(
                flags.contains(ObjectFlags::MARK_SENSITIVE | ObjectFlags::NEVER_EXTRACTABLE),
                "{flags:?}"
            );
            let url = keys[0].url().unwrap();
            let key = PrivateKey::from_pkcs11(&url, pin()).unwrap();
            assert!(key.is_available());
            assert!(key.to_pem(None).is_err() && key.parameters().is_err());
            let signed = key.sign(signature, b"message").unwrap();
            public.verify(signature, b"message", &signed).unwrap();
            let read =
                PublicKey::from_pkcs11(&url.replace("type=private", "type=public"), pin()).unwrap();
            assert_eq!(read.to_der().unwrap(), public.to_der().unwrap());

            let chain = [issue(public)];
            token().copy_certificate(&chain[0], &options).unwrap();
            let identity = Identity::from_objects(&chain, key).unwrap();
            for (priority, datagram) in protocols() {
                let server = ServerConfig::builder()
                    .identity(identity.clone())
                    .priority(Priority::new(priority).unwrap())
                    .build()
                    .unwrap();
                let mut pair = Pair::connect(&client(priority).build().unwrap(), &server, datagram);
                assert_eq!(pair.there(b"request"), b"request");
                assert_eq!(pair.client.peer_x509_chain().unwrap(), chain);
            }
        }
    });
}

#[test]
fn objects_are_copied_changed_and_deleted() {
    with_token(&test_name!(), || {
        let (key, certificate) = (
            PrivateKey::from_pem_file(fixture_path("ca-key.pem"), None).unwrap(),
            certificate("ca"),
        );
        let options = ObjectOptions::new()
            .label("copy")
            .id([42])
            .usage(KeyUsage::DIGITAL_SIGNATURE);
        key.copy_to_token(&token(), &options).unwrap();
        key.public_key()
            .unwrap()
            .copy_to_token(&token(), &options)
            .unwrap();
        token().copy_certificate(&certificate, &options).unwrap();
        token()
            .copy_secret_key(&[7; 16], &ObjectOptions::new().label("secret"))
            .unwrap();
        let copies =
            Object::list("pkcs11:token=test;object=copy", ObjectFlags::LOGIN, pin()).unwrap();
        let kinds: Vec<_> = copies.iter().map(Object::kind).collect();
        for kind in [
            ObjectType::PRIVATE_KEY,
            ObjectType::PUBLIC_KEY,
            ObjectType::CERTIFICATE,
        ] {
            assert!(kinds.contains(&kind), "{kinds:?}");
        }
        assert!(copies.iter().all(|object| object.id().unwrap() == [42]));
        let on_token =
            PrivateKey::from_pkcs11("pkcs11:token=test;object=copy;type=private", pin()).unwrap();
        let signature = on_token
            .sign(SignatureAlgorithm::RSA_SHA256, b"message")
            .unwrap();
        assert_eq!(
            signature,
            key.sign(SignatureAlgorithm::RSA_SHA256, b"message")
                .unwrap()
        );
        // A key on a token is not copied.
        assert_eq!(
            on_token
                .copy_to_token(&token(), &options)
                .unwrap_err()
                .kind(),
            ErrorKind::InvalidInput
        );

        let mut secret = Object::find(
            "pkcs11:token=test;object=secret;type=secret-key",
            ObjectFlags::LOGIN,
            pin(),
        )
        .unwrap();
        assert_eq!(secret.kind(), ObjectType::SECRET_KEY);
        secret.set_id(&[9, 9]).unwrap();
        let mut secret = Object::find(
            "pkcs11:token=test;id=%09%09;type=secret-key",
            ObjectFlags::LOGIN,
            pin(),
        )
        .unwrap();
        secret.set_label("renamed").unwrap();
        let secret = Object::find(
            "pkcs11:token=test;object=renamed;type=secret-key",
            ObjectFlags::LOGIN,
            pin(),
        )
        .unwrap();
        assert_eq!(secret.id().unwrap(), [9, 9]);
        secret.delete().unwrap();
        assert!(
            Object::find(
                "pkcs11:token=test;object=renamed;type=secret-key",
                ObjectFlags::LOGIN,
                pin()
            )
            .is_err()
        );
        let before = objects(ObjectFlags::LOGIN).len();
        for object in copies {
            object.delete().unwrap();
        }
        assert_eq!(objects(ObjectFlags::LOGIN).len(), before - 3);
        // Other objects remain.
        let certificates = objects(ObjectFlags::CERTIFICATE);
        let client = || {
            certificates
                .iter()
                .position(|object| object.label().unwrap() == "client")
        };
        assert!(client().is_some());

        let error = token().copy_secret_key(&[], &options).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        let nul = ObjectOptions::new().label("nul\0");
        assert_eq!(
            token()
                .copy_certificate(&certificate, &nul)
                .unwrap_err()
                .kind(),
            ErrorKind::InvalidInput
        );
        assert!(
            token()
                .generate_key(PublicKeyAlgorithm::from_raw(9999), 2048, &options)
                .is_err()
        );
    });
}

#[test]
fn a_public_key_that_is_private_is_read_after_login() {
    with_token(&test_name!(), || {
        let key = PrivateKey::from_pem_file(fixture_path("ca-key.pem"), None).unwrap();
        let public = key.public_key().unwrap();
        let options = ObjectOptions::new()
            .label("hidden")
            .flags(ObjectFlags::MARK_PRIVATE);
        public.copy_to_token(&token(), &options).unwrap();
        let url = "pkcs11:token=test;object=hidden;type=public";
        let read = PublicKey::from_pkcs11(url, pin()).unwrap();
        assert_eq!(read.to_der().unwrap(), public.to_der().unwrap());
        assert!(PublicKey::from_pkcs11(url, PinSource::none()).is_err());
    });
}

/// C would delete every object of the kind.
#[test]
fn hazard_59_an_object_without_a_name_is_not_deleted() {
    with_token(&test_name!(), || {
        token()
            .copy_secret_key(&[7; 16], &ObjectOptions::new().label("first"))
            .unwrap();
        token()
            .copy_secret_key(&[8; 16], &ObjectOptions::new().label("second"))
            .unwrap();
        let url = "pkcs11:token=test;type=secret-key";
        let list = || Object::list(url, ObjectFlags::LOGIN, pin()).unwrap();
        for mut object in list() {
            object.set_id(&[]).unwrap();
        }
        for mut object in list() {
            if object.label().unwrap() == "first" {
                object.set_label("").unwrap();
            }
        }
        let mut nameless = list();
        nameless.retain(|object| object.label().unwrap().is_empty());
        assert_eq!(nameless.len(), 1);
        let error = nameless.pop().unwrap().delete().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(list().len(), 2);
    });
}

#[test]
fn hazard_59_pins_are_changed() {
    with_token(&test_name!(), || {
        let so = Pin::new(SECURITY_OFFICER).unwrap();
        let new = Pin::new("2345-test").unwrap();
        let login = |pin: &Pin| Object::list(URL, ObjectFlags::LOGIN, pin.clone()).is_ok();
        token().change_user_pin(&pin(), &new).unwrap();
        assert!(login(&new) && !login(&pin()));
        // The wrong old PIN is tried once.
        assert!(token().change_user_pin(&pin(), &new).is_err());
        Token::from_url(URL)
            .unwrap()
            .with_pin(so.clone())
            .reset_user_pin(&pin())
            .unwrap();
        assert!(login(&pin()) && !login(&new));
        let other = Pin::new("6789-test").unwrap();
        token().change_security_officer_pin(&so, &other).unwrap();
        assert!(token().change_security_officer_pin(&so, &other).is_err());
        assert!(
            Token::from_url(URL)
                .unwrap()
                .with_pin(so)
                .reset_user_pin(&new)
                .is_err()
        );

        // Initialisation deletes everything.
        for label in ["x".repeat(33), "x".repeat(1000), "nul\0".into()] {
            assert_eq!(
                token().initialize(&other, &label).unwrap_err().kind(),
                ErrorKind::InvalidInput
            );
        }
        assert!(!objects(ObjectFlags::CERTIFICATE).is_empty());
        token()
            .initialize(&other, "0123456789abcdef0123456789abcdef")
            .unwrap();
        let again = Token::from_url("pkcs11:token=0123456789abcdef0123456789abcdef").unwrap();
        assert!(again.flags().unwrap().contains(TokenFlags::INITIALIZED));
        assert!(
            !again
                .flags()
                .unwrap()
                .contains(TokenFlags::USER_PIN_INITIALIZED)
        );
        again.with_pin(other).reset_user_pin(&pin()).unwrap();
        assert!(
            Object::list(
                "pkcs11:token=0123456789abcdef0123456789abcdef",
                ObjectFlags::LOGIN,
                pin()
            )
            .unwrap()
            .is_empty()
        );
    });
}

#[test]
fn certificates_are_found_on_the_token() {
    with_token(&test_name!(), || {
        let (server, authority) = (certificate("server"), certificate("ca"));
        let none = ObjectFlags::default();
        assert_eq!(
            token().find_issuer(&server, none).unwrap(),
            Some(authority.clone())
        );
        assert_eq!(
            token().find_issuer(&certificate("other-ca"), none).unwrap(),
            None
        );
        let subject = authority.subject().unwrap().as_der().to_vec();
        assert_eq!(
            token().find_by_subject(&subject, None, none).unwrap(),
            Some(authority.clone())
        );
        let key_id = authority.subject_key_id().unwrap().unwrap();
        assert_eq!(
            token()
                .find_by_subject(&subject, Some(&key_id), none)
                .unwrap(),
            Some(authority.clone())
        );
        assert_eq!(token().find_by_subject(b"0\x00", None, none).unwrap(), None);
        assert!(
            token()
                .contains(&authority, ObjectFlags::MARK_TRUSTED)
                .unwrap()
        );
        assert!(token().contains(&server, none).unwrap());
        assert!(!token().contains(&certificate("other-ca"), none).unwrap());
    });
}

#[test]
fn bug_class_13_a_panic_of_the_pin_closure_of_a_token_goes_on_in_the_caller() {
    with_token(&test_name!(), || {
        let panicking = || PinSource::ask(|_| panic!("no PIN"));
        let list = || Object::list(URL, ObjectFlags::LOGIN, panicking());
        let run = catch_unwind(AssertUnwindSafe(list));
        assert_eq!(run.unwrap_err().downcast_ref(), Some(&"no PIN"));
        let panicking = Token::from_url(URL).unwrap().with_pin(panicking());
        let options = ObjectOptions::new().label("none");
        let generate = || panicking.generate_key(PublicKeyAlgorithm::RSA, 2048, &options);
        let run = catch_unwind(AssertUnwindSafe(generate));
        assert_eq!(run.unwrap_err().downcast_ref(), Some(&"no PIN"));
        // Neither the panic nor the source remains.
        assert!(Object::list(URL, ObjectFlags::LOGIN, PinSource::none()).is_err());
        assert!(!objects(ObjectFlags::LOGIN).is_empty());
    });
}

#[test]
fn bug_class_19_a_pin_closure_cannot_list_objects() {
    with_token(&test_name!(), || {
        let asked = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&asked);
        let source = PinSource::ask(move |request| {
            assert_eq!(request.token_label(), "test");
            for error in [
                Object::list(URL, ObjectFlags::LOGIN, pin()).unwrap_err(),
                Token::list().unwrap_err(),
                token().flags().unwrap_err(),
            ] {
                assert_eq!(error.kind(), ErrorKind::InvalidState);
            }
            count.fetch_add(1, Ordering::Relaxed);
            Some(pin())
        });
        assert!(
            !Object::list(URL, ObjectFlags::LOGIN, source)
                .unwrap()
                .is_empty()
        );
        assert_eq!(asked.load(Ordering::Relaxed), 1);
    });
}

/// The function of other code of the process is called in threads that do not use this crate for it.
#[test]
fn the_pin_function_of_the_process_remains() {
    use std::ffi::{c_char, c_int, c_uint, c_void};
    static CALLS: AtomicU32 = AtomicU32::new(0);
    unsafe extern "C" fn other(
        userdata: *mut c_void,
        _: c_int,
        _: *const c_char,
        _: *const c_char,
        _: c_uint,
        pin: *mut c_char,
        capacity: usize,
    ) -> c_int {
        assert_eq!(userdata.cast_const(), (&raw const CALLS).cast());
        CALLS.fetch_add(1, Ordering::Relaxed);
        assert!(capacity > PIN.len());
        // SAFETY: C passes a buffer of this capacity.
        unsafe {
            ptr::copy_nonoverlapping(PIN.as_ptr(), pin.cast(), PIN.len());
            pin.add(PIN.len()).write(0);
        }
        0
    }
    with_token(&test_name!(), || {
        // SAFETY: no other thread of this process uses tokens, and the function lives as long as the process.
        unsafe {
            let userdata = (&raw const CALLS).cast_mut().cast();
            gnutls_sys::gnutls_pkcs11_set_pin_function(Some(other), userdata);
        }
        let private = objects(ObjectFlags::LOGIN).len();
        assert_eq!(CALLS.load(Ordering::Relaxed), 0);
        let (mut list, mut count) = (ptr::null_mut(), 0);
        // SAFETY: the URL ends in NUL; the list and its elements are released once.
        unsafe {
            let (url, flags) = (
                c"pkcs11:token=test".as_ptr(),
                gnutls_sys::GNUTLS_PKCS11_OBJ_FLAG_LOGIN as c_uint,
            );
            assert_eq!(
                gnutls_sys::gnutls_pkcs11_obj_list_import_url4(&mut list, &mut count, url, flags),
                0
            );
            for index in 0..count as usize {
                gnutls_sys::gnutls_pkcs11_obj_deinit(*list.add(index));
            }
            gnutls_sys::gnutls_free.unwrap()(list.cast());
        }
        assert_eq!(count as usize, private);
        assert!(CALLS.load(Ordering::Relaxed) > 0);
    });
}
