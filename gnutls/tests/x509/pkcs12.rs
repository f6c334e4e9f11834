//! PKCS #12 containers.

use std::ptr;

use gnutls::crypto::{Digest, Mac};
use gnutls::key::{EncryptionScheme, PrivateKey};
use gnutls::pkcs12::{Attributes, Content, Element, Pkcs12, Pkcs12Builder};
use gnutls::x509::{Certificate, CertificateRevocationList};
use gnutls::{ErrorKind, Identity};
use gnutls_sys as sys;
use gnutls_testing::fixtures::{fixture, fixture_path};
use gnutls_testing::requirement::{self, PBMAC1, Requirement};
use gnutls_testing::skip_unless;

fn certificate(name: &str) -> Certificate {
    Certificate::from_pem_file(fixture_path(&format!("{name}.pem"))).unwrap()
}

fn key(name: &str) -> PrivateKey {
    PrivateKey::from_pem_file(fixture_path(&format!("{name}-key.pem")), None).unwrap()
}

fn server() -> Attributes {
    Attributes::new()
        .friendly_name("b\u{fc}cher")
        .key_id([1, 2, 3])
}

fn list() -> CertificateRevocationList {
    CertificateRevocationList::from_pem(&fixture("crl.pem")).unwrap()
}

/// A container with every type of element.
fn complete(key: &PrivateKey) -> Pkcs12Builder<'_> {
    Pkcs12Builder::new()
        .private_key(key, server())
        .certificate(&certificate("server"), server())
        .certificate(&certificate("ca"), Attributes::new())
        .revocation_list(&list(), Attributes::new())
        .secret(b"secret", Attributes::new().friendly_name("bytes"))
}

/// The elements in a text.
fn described(elements: &[Element]) -> Vec<String> {
    let described = elements.iter().map(
        |Element {
             content,
             attributes,
             ..
         }| {
            let content = match content {
                Content::PrivateKey(key) => {
                    let id = key.public_key().unwrap().key_id(Digest::SHA256).unwrap();
                    assert_eq!(id, certificate("server").key_id(Digest::SHA256).unwrap());
                    "key".to_owned()
                }
                Content::Certificate(certificate) => certificate.subject().unwrap().to_string(),
                Content::RevocationList(read) => {
                    assert_eq!(*read, list());
                    "list".to_owned()
                }
                Content::Secret(bytes) => String::from_utf8(bytes.clone()).unwrap(),
                _ => "unknown".to_owned(),
            };
            let name = attributes.friendly_name.as_deref();
            format!("{content} {name:?} {:?}", attributes.key_id)
        },
    );
    described.collect()
}

#[test]
fn hazard_56_every_element_is_read() {
    let key = key("server");
    for (scheme, mac) in [
        (EncryptionScheme::PBES2_AES_256, Mac::SHA256),
        (EncryptionScheme::PBES2_AES_128, Mac::SHA512),
        (EncryptionScheme::PKCS12_3DES, Mac::SHA1),
    ] {
        let built = complete(&key)
            .encryption(scheme)
            .mac(mac)
            .build("password")
            .unwrap();
        let container = Pkcs12::from_der(&built.to_der().unwrap()).unwrap();
        assert_eq!(container.mac().unwrap().unwrap().mac, mac);
        assert!(container.mac().unwrap().unwrap().iterations >= 1024);
        container.verify_mac("password").unwrap();
        let elements = container.open("password").unwrap();
        let server = "Some(\"b\u{fc}cher\") Some([1, 2, 3])";
        assert_eq!(
            described(&elements),
            [
                format!("CN=server {server}"),
                "CN=gnutls test ca None None".to_owned(),
                "list None None".to_owned(),
                "secret Some(\"bytes\") None".to_owned(),
                format!("key {server}"),
            ]
        );
        let bags = container.bags().unwrap();
        assert_eq!(bags.len(), 2);
        assert_eq!(bags[0].encryption().unwrap().unwrap().scheme, scheme);
        assert!(bags[0].is_encrypted() && !bags[1].is_encrypted());
        assert_eq!(bags[1].encryption().unwrap(), None);
        assert_eq!((bags[0].len(), bags[1].len()), (1, 1));
    }
}

#[test]
fn hazard_54_a_wrong_password_is_refused() {
    let key = key("server-ed25519");
    let container = Pkcs12Builder::new()
        .private_key(&key, Attributes::new())
        .certificate(&certificate("server-ed25519"), Attributes::new())
        .build("password")
        .unwrap();
    for password in ["", "Password", "password "] {
        assert_eq!(
            container.verify_mac(password).unwrap_err().kind(),
            ErrorKind::Certificate
        );
        assert_eq!(
            container.open(password).unwrap_err().kind(),
            ErrorKind::Certificate
        );
        let error = container.dangerous_open_without_mac(password).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate, "{error}");
    }
    assert_eq!(
        container.open("pass\0word").unwrap_err().kind(),
        ErrorKind::InvalidInput
    );
    let bag = container.bags().unwrap().remove(1);
    assert_eq!(
        bag.decrypt("password").unwrap_err().kind(),
        ErrorKind::InvalidInput
    );
    let bag = &container.bags().unwrap()[0];
    assert_eq!(
        bag.elements("password").unwrap_err().kind(),
        ErrorKind::InvalidInput
    );
}

#[test]
fn a_container_without_a_mac_is_recognized() {
    let der = Pkcs12Builder::new()
        .private_key(&key("server"), Attributes::new())
        .build("password")
        .and_then(|container| container.to_der())
        .unwrap();
    // The version and the contents, both with lengths of two bytes, without the MAC that follows.
    let contents = 4 + 3;
    assert_eq!((der[1], der[contents + 1]), (0x82, 0x82));
    let length = u16::from_be_bytes([der[contents + 2], der[contents + 3]]);
    let parts = &der[4..contents + 4 + usize::from(length)];
    let length = u16::try_from(parts.len()).unwrap().to_be_bytes();
    let without = [&[0x30, 0x82], &length[..], parts].concat();

    let container = Pkcs12::from_der(&without).unwrap();
    assert_eq!(container.mac().unwrap(), None);
    assert!(container.open("password").is_err());
    let elements = container.dangerous_open_without_mac("password").unwrap();
    assert_eq!(elements.len(), 1);
}

#[test]
fn hazard_54_modified_containers_are_refused() {
    // GnuTLS 3.7.9 does not release all parts of a container that it refuses.
    skip_unless!(requirement::Uninstrumented);
    let container = Pkcs12Builder::new()
        .private_key(&key("server-ed25519"), Attributes::new())
        .certificate(&certificate("server-ed25519"), Attributes::new())
        .build("password")
        .unwrap();
    let der = container.to_der().unwrap();
    for position in (0..der.len()).step_by(37) {
        let mut der = der.clone();
        der[position] ^= 0x55;
        if let Ok(container) = Pkcs12::from_der(&der) {
            let _ = (
                container.mac(),
                container.bags().map(|bags| bags.len()),
                container.to_der(),
            );
            if let Ok(elements) = container.open("password") {
                // A byte that the MAC does not include.
                assert_eq!(elements.len(), 2, "{position}");
            }
        }
    }
    for length in 0..der.len().min(300) {
        assert_eq!(
            Pkcs12::from_der(&der[..length]).unwrap_err().kind(),
            ErrorKind::Certificate,
            "{length}"
        );
    }
    assert_eq!(
        Pkcs12::from_der_file("/nowhere").unwrap_err().kind(),
        ErrorKind::Io
    );
}

#[test]
fn a_created_container_is_an_identity() {
    let key = key("server");
    let der = complete(&key).build("password").unwrap().to_der().unwrap();
    let identity = Identity::from_pkcs12(&der, "password").unwrap();
    let certificate = identity.certificates().next().unwrap().to_vec();
    assert_eq!(certificate, self::certificate("server").to_der().unwrap());
}

#[test]
fn hazard_56_bags_with_many_elements_are_divided() {
    let many = |count: u8| {
        let mut builder = Pkcs12Builder::new();
        for number in 0..count {
            builder = builder.secret(&[number], Attributes::new());
        }
        builder.build("password").unwrap()
    };
    for count in [1, 30, 31, 32, 33, 100] {
        let secrets: Vec<_> = many(count)
            .open("password")
            .unwrap()
            .into_iter()
            .map(|element| match element.content {
                Content::Secret(secret) => secret[0],
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(secrets, (0..count).collect::<Vec<_>>());
    }
}

#[test]
fn names_and_passwords_with_nul_are_refused() {
    let key = key("server-ed25519");
    let build = |attributes, password| {
        let built = Pkcs12Builder::new()
            .private_key(&key, attributes)
            .build(password);
        built.map(drop).map_err(|error| error.kind())
    };
    assert_eq!(
        build(Attributes::new(), "a\0b"),
        Err(ErrorKind::InvalidInput)
    );
    for name in ["a\0b", "", "\u{394}"] {
        let attributes = Attributes::new().friendly_name(name);
        assert_eq!(
            build(attributes, "password"),
            Err(ErrorKind::InvalidInput),
            "{name}"
        );
    }
    assert_eq!(
        Pkcs12Builder::new().build("a").unwrap_err().kind(),
        ErrorKind::InvalidInput
    );
    assert_eq!(build(Attributes::new(), ""), Ok(()));
    let unknown = EncryptionScheme::from_raw(1 << 30);
    let built = Pkcs12Builder::new()
        .private_key(&key, Attributes::new())
        .encryption(unknown)
        .build("a");
    assert_eq!(built.unwrap_err().kind(), ErrorKind::Unsupported);
}

#[test]
fn pbmac1_requires_a_new_library() {
    let key = key("server-ed25519");
    let built = Pkcs12Builder::new()
        .private_key(&key, Attributes::new())
        .pbmac1()
        .build("password");
    if PBMAC1.is_present() {
        let container = built.unwrap();
        container.verify_mac("password").unwrap();
        assert!(container.verify_mac("other").is_err());
    } else {
        assert_eq!(
            built.unwrap_err().required_release(),
            Some(PBMAC1.release())
        );
    }
}

#[test]
fn a_container_of_certtool_is_read() {
    let container = Pkcs12::from_der_file(fixture_path("server.p12")).unwrap();
    let elements = container
        .open("secret")
        .or_else(|_| container.open("password"))
        .unwrap();
    let keys = elements
        .iter()
        .filter(|element| matches!(element.content, Content::PrivateKey(_)));
    assert_eq!(keys.count(), 1);
}

#[test]
fn hazard_7_a_container_of_c_has_one_owner() {
    let der = fixture("server.p12");
    let data = sys::gnutls_datum_t {
        data: der.as_ptr().cast_mut(),
        size: der.len() as u32,
    };
    let mut raw = ptr::null_mut();
    // SAFETY: the object is created and filled here, and ownership is transferred once.
    let container = unsafe {
        assert_eq!(sys::gnutls_pkcs12_init(&mut raw), 0);
        assert_eq!(
            sys::gnutls_pkcs12_import(raw, &data, sys::GNUTLS_X509_FMT_DER, 0),
            0
        );
        Pkcs12::from_raw(raw)
    };
    assert_eq!(container.as_ptr(), raw);
    let bags = container.bags().unwrap();
    // Bags are copies.
    drop(container);
    assert!(bags.iter().all(|bag| !bag.is_empty()));
    let mut raw = ptr::null_mut();
    // SAFETY: the object is created here, and ownership is transferred once.
    let bag = unsafe {
        assert_eq!(sys::gnutls_pkcs12_bag_init(&mut raw), 0);
        gnutls::pkcs12::Bag::from_raw(raw)
    };
    assert_eq!((bag.as_ptr(), bag.len()), (raw, 0));
    // C reads beyond the elements of an empty bag.
    assert!(bag.elements("").unwrap().is_empty() && !bag.is_encrypted());
}

#[test]
fn secrets_are_not_printed() {
    let key = key("server");
    let container = complete(&key).build("password").unwrap();
    let text = format!(
        "{container:?} {:?} {:?}",
        container.open("password").unwrap(),
        complete(&key)
    );
    assert!(text.contains("Secret(..)"), "{text}");
}

#[test]
fn threads_share_a_container() {
    let key = key("server");
    let container = complete(&key).build("password").unwrap();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| assert_eq!(container.open("password").unwrap().len(), 5));
        }
    });
}
