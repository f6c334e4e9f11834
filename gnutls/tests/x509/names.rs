//! Distinguished names, and lists of permitted names as programs compare them.

use gnutls::x509::{Certificate, Name, oid};
use gnutls_testing::fixtures::fixture_path;

fn certificate(name: &str) -> Certificate {
    Certificate::from_pem_file(fixture_path(&format!("{name}.pem"))).unwrap()
}

#[test]
fn both_texts_are_those_of_gnutls() {
    let subject = certificate("fields").subject().unwrap();
    assert_eq!(
        subject.to_string(),
        r"CN=all\, of them,OU=two,OU=one,O=Example,C=DE"
    );
    let compatible = subject.to_compatible_text().unwrap();
    assert_eq!(compatible, r"C=DE,O=Example,OU=one,OU=two,CN=all\, of them");
    assert_eq!(
        format!("{subject:?}"),
        format!("Name({:?})", subject.to_string())
    );
    assert_eq!(
        certificate("fields").issuer().unwrap().to_string(),
        "CN=gnutls test ca"
    );
}

#[test]
fn attributes_are_found_by_their_identifiers() {
    let subject = certificate("fields").subject().unwrap();
    assert_eq!(
        subject.value(oid::COMMON_NAME).unwrap().as_deref(),
        Some(r"all\, of them")
    );
    assert_eq!(
        subject.values(oid::ORGANIZATIONAL_UNIT).unwrap(),
        ["one", "two"]
    );
    assert_eq!(subject.value(oid::EMAIL).unwrap(), None);
    assert_eq!(subject.value("no identifier").unwrap(), None);
    assert_eq!(subject.value("2.5.4.3\0").unwrap(), None);
    assert_eq!(
        subject.oids().unwrap(),
        [
            oid::COUNTRY,
            oid::ORGANIZATION,
            oid::ORGANIZATIONAL_UNIT,
            oid::ORGANIZATIONAL_UNIT,
            oid::COMMON_NAME,
        ]
    );
    let components = subject.components().unwrap();
    assert_eq!(components.len(), 5);
    assert!(components.iter().all(|component| component.len() == 1));
    assert_eq!(components[0][0].oid, oid::COUNTRY);
    // A PrintableString, and a UTF8String.
    assert_eq!(
        (components[0][0].tag, &components[0][0].value[..]),
        (19, &b"DE"[..])
    );
    assert_eq!(
        (components[4][0].tag, &components[4][0].value[..]),
        (12, &b"all, of them"[..])
    );
}

/// A relative distinguished name with two attributes, and an attribute that GnuTLS does not recognize.
#[test]
fn several_attributes_of_one_component_are_one_component() {
    let der = [
        &[0x30, 40][..],
        &[0x31, 24],
        &[0x30, 10, 6, 3, 0x55, 4, 3, 12, 3, b'o', b'n', b'e'],
        &[0x30, 10, 6, 3, 0x55, 4, 11, 12, 3, b't', b'w', b'o'],
        &[
            0x31, 12, 0x30, 10, 6, 3, 0x2a, 3, 4, 12, 3, b'x', b'y', b'z',
        ],
    ]
    .concat();
    let name = Name::from_der(&der).unwrap();
    assert_eq!(name.as_der(), der);
    let components = name.components().unwrap();
    assert_eq!(components.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(name.oids().unwrap(), ["2.5.4.3", "2.5.4.11", "1.2.3.4"]);
    assert_eq!(name.to_string(), "1.2.3.4=#0c0378797a,CN=one+OU=two");
    assert_eq!(
        name.value("1.2.3.4").unwrap().as_deref(),
        Some("#0c0378797a")
    );
}

#[test]
fn names_are_equal_if_their_encodings_are() {
    assert_eq!(
        certificate("server").issuer().unwrap(),
        certificate("ca").subject().unwrap()
    );
    assert_ne!(
        certificate("server").subject().unwrap(),
        certificate("ca").subject().unwrap()
    );
}
