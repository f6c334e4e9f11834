//! Objects that keys outside the memory of GnuTLS sign: those of the program, and those on tokens.

use std::error::Error as _;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, SystemTime};

use gnutls::crypto::SignatureAlgorithm;
use gnutls::key::{PrivateKey, SignInput};
use gnutls::pkcs7::{Pkcs7Builder, Signer};
use gnutls::pkcs11::Pin;
use gnutls::verify::VerificationFlags;
use gnutls::x509::{
    Certificate, CertificateBuilder, CertificateRequestBuilder, Extensions, KeyUsage,
    RevocationListBuilder,
};
use gnutls_testing::fixtures::fixture_path;
use gnutls_testing::test_name;
use gnutls_testing::token::{PIN, with_token};

fn key(name: &str) -> PrivateKey {
    PrivateKey::from_pem_file(fixture_path(&format!("{name}-key.pem")), None).unwrap()
}

/// Creates one object of each type. The result is the same each time with RSA and EdDSA keys.
fn created_with(key: &PrivateKey) -> gnutls::Result<[Vec<u8>; 4]> {
    let time = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    let (from, until) = (time(1_704_067_200), time(2_145_830_400));
    let name = "CN=a".parse()?;
    let extensions = Extensions::new().key_usage(KeyUsage::KEY_CERT_SIGN | KeyUsage::CRL_SIGN);
    let certificate = CertificateBuilder::new(&name)
        .serial(&[1])
        .validity(from, until)
        .extensions(extensions)
        .self_signed(key)?;
    let list = RevocationListBuilder::new(from).signed_by(&certificate, key)?;
    let request = CertificateRequestBuilder::new(&name).signed_by(key)?;
    let signer = Signer::new(&certificate, key);
    let signed = Pkcs7Builder::new()
        .detached_data(b"message")
        .signer(signer)
        .build()?;
    request.verify(VerificationFlags::default())?;
    Ok([
        certificate.to_der()?,
        list.to_der()?,
        request.to_der()?,
        signed.as_der().to_vec(),
    ])
}

#[test]
fn keys_of_the_program_sign_as_those_of_gnutls() {
    for name in ["server", "server-ed25519"] {
        let own = key(name);
        let expected = created_with(&own).unwrap();
        let public = own.public_key().unwrap();
        let sign = move |algorithm: SignatureAlgorithm, input: SignInput<'_>| {
            let signature = match (input, input.digest()) {
                (_, Some(digest)) => own.sign_hash(algorithm, &digest),
                (SignInput::Message(message), None) => own.sign(algorithm, message),
                other => panic!("{other:?}"),
            };
            signature.map_err(io::Error::from)
        };
        let external = PrivateKey::external(&public, sign).unwrap();
        assert_eq!(created_with(&external).unwrap(), expected, "{name}");
    }
}

#[test]
fn the_error_and_the_panic_of_a_key_reach_the_caller() {
    let public = key("server").public_key().unwrap();
    let failing = |_: SignatureAlgorithm, _: SignInput<'_>| -> io::Result<Vec<u8>> {
        Err(io::Error::other("the module is locked"))
    };
    let failing = PrivateKey::external(&public, failing).unwrap();
    let error = created_with(&failing).unwrap_err();
    assert_eq!(error.source().unwrap().to_string(), "the module is locked");
    let panicking = |_: SignatureAlgorithm, _: SignInput<'_>| -> io::Result<Vec<u8>> {
        panic!("the panic of the key")
    };
    let panicking = PrivateKey::external(&public, panicking).unwrap();
    let panic = catch_unwind(AssertUnwindSafe(|| created_with(&panicking))).unwrap_err();
    assert_eq!(
        *panic.downcast_ref::<&str>().unwrap(),
        "the panic of the key"
    );
}

#[test]
fn keys_on_tokens_sign_as_those_of_gnutls() {
    with_token(&test_name!(), || {
        let url = "pkcs11:token=test;object=server;type=private";
        let token = PrivateKey::from_pkcs11(url, Pin::new(PIN).unwrap()).unwrap();
        assert_eq!(
            created_with(&token).unwrap(),
            created_with(&key("server")).unwrap()
        );
        let ca = Certificate::from_pem_file(fixture_path("ca.pem")).unwrap();
        let name = "CN=a".parse().unwrap();
        let below = CertificateBuilder::new(&name)
            .validity(SystemTime::UNIX_EPOCH, SystemTime::now())
            .public_key(token.public_key().unwrap())
            .signed_by(&ca, &key("ca"))
            .unwrap();
        assert_eq!(below.public_key_bits(), Some(2048));
    });
}
