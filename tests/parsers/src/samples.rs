//! Valid files of each kind, in DER: the fixtures of the crates, and objects that are created from them.

use gnutls::key::{PrivateKey, PublicKey};
use gnutls::ocsp::Request;
use gnutls::pkcs7::{Pkcs7Builder, Signer};
use gnutls::x509::{
    Certificate, CertificateRequestBuilder, CertificateRevocationList, Extensions, GeneralName,
};
use gnutls_testing::fixtures::fixture;

/// The password of all encrypted files.
pub(crate) const PASSWORD: &str = "secret";

fn parsed(name: &str) -> Certificate {
    Certificate::from_pem(&fixture(&format!("{name}.pem"))).unwrap()
}

fn key(name: &str) -> PrivateKey {
    PrivateKey::from_pem(&fixture(&format!("{name}-key.pem")), None).unwrap()
}

pub(crate) fn certificate() -> Vec<Vec<u8>> {
    [
        "fields",
        "ca",
        "server",
        "server-ecdsa",
        "server-ed25519",
        "names",
        "registered-id",
        "must-staple",
        "purpose",
        "uri-name",
        "long-name",
    ]
    .map(|name| parsed(name).to_der().unwrap())
    .into()
}

pub(crate) fn revocation_list() -> Vec<Vec<u8>> {
    let list = CertificateRevocationList::from_pem(&fixture("crl.pem")).unwrap();
    vec![list.to_der().unwrap()]
}

pub(crate) fn certificate_request() -> Vec<Vec<u8>> {
    let names = [GeneralName::Dns("localhost".into())];
    ["server", "server-ecdsa"]
        .map(|name| {
            let request = CertificateRequestBuilder::new(&"CN=server,O=Test".parse().unwrap())
                .extensions(Extensions::new().subject_alt_names(&names))
                .challenge_password(PASSWORD)
                .signed_by(&key(name))
                .unwrap();
            request.to_der().unwrap()
        })
        .into()
}

pub(crate) fn ocsp_request() -> Vec<Vec<u8>> {
    let mut request = Request::new().unwrap();
    request
        .add_certificate(
            gnutls::crypto::Digest::SHA1,
            &parsed("ca"),
            &parsed("server"),
        )
        .unwrap();
    request.set_nonce(b"0123456789", false).unwrap();
    vec![request.to_der().unwrap()]
}

pub(crate) fn ocsp_response() -> Vec<Vec<u8>> {
    ["ocsp-good", "ocsp-revoked", "ocsp-expired", "ocsp-entries"]
        .map(|name| fixture(&format!("{name}.der")))
        .into()
}

pub(crate) fn pkcs7() -> Vec<Vec<u8>> {
    let (certificate, key) = (parsed("client"), key("client"));
    let list = CertificateRevocationList::from_pem(&fixture("crl.pem")).unwrap();
    let signed = Pkcs7Builder::new()
        .certificate(&parsed("ca"))
        .revocation_list(&list)
        .embedded_data(b"message")
        .signer(Signer::new(&certificate, &key))
        .build()
        .unwrap();
    vec![fixture("signed-by-key-id.der"), signed.as_der().to_vec()]
}

pub(crate) fn pkcs8() -> Vec<Vec<u8>> {
    let mut keys: Vec<Vec<u8>> = ["server", "server-ecdsa", "server-ed25519"]
        .map(|name| key(name).to_der(None).unwrap())
        .into();
    keys.push(include_bytes!("../files/key.der").to_vec());
    keys
}

pub(crate) fn pkcs12() -> Vec<Vec<u8>> {
    vec![include_bytes!("../files/container.p12").to_vec()]
}

pub(crate) fn public_key() -> Vec<Vec<u8>> {
    ["server", "server-ecdsa", "server-ed25519"]
        .map(|name| {
            let key = PublicKey::from_certificate(&parsed(name)).unwrap();
            key.to_der().unwrap()
        })
        .into()
}
