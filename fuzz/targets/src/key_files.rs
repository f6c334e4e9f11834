//! Files with keys, certificates, requests, revocation lists, signed data and OCSP responses.

use std::sync::OnceLock;

use gnutls::key::PrivateKey;
use gnutls::pkcs7::Pkcs7;
use gnutls::pkcs12::Pkcs12;
use gnutls::psk::Key;
use gnutls::srp::{base64_decode, base64_encode};
use gnutls::verify::VerificationFlags;
use gnutls::x509::{
    Certificate, CertificateRequest, CertificateRequestBuilder, CertificateRevocationList,
    Extensions, GeneralName, PrintFormat, TrustList, VerifyOptions,
};
use gnutls::{ClientConfig, Identity, ServerConfig, Trust};
use gnutls_testing::fixtures::{certificate, fixture};

use crate::input::Input;

/// Parses the data as one kind of file. The first byte chooses the kind; with its highest bit set, the rest changes a
/// valid file of this kind.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let choice = input.byte();
    let kinds = kinds();
    let (valid, parse) = &kinds[usize::from(choice & 0x7f) % kinds.len()];
    if choice & 0x80 == 0 {
        parse(input.0);
    } else {
        let mut file = valid.clone();
        input.change(&mut file);
        parse(&file);
    }
}

type Parse = fn(&[u8]);

/// Returns a valid file of each kind, and the function that parses it.
fn kinds() -> &'static [(Vec<u8>, Parse)] {
    static KINDS: OnceLock<Vec<(Vec<u8>, Parse)>> = OnceLock::new();
    KINDS.get_or_init(|| {
        let identity = [fixture("server.pem"), fixture("server-key.pem")].concat();
        let pem: Parse = |file| with_identity(Identity::from_pem(file, file));
        let encrypted: Parse = |file| {
            with_identity(Identity::from_pem_with_password(
                &fixture("server.pem"),
                file,
                "secret",
            ));
        };
        let der: Parse = |file| with_identity(Identity::from_der(&certificate("server"), file));
        let pkcs12: Parse = |file| with_identity(Identity::from_pkcs12(file, "secret"));
        let anchors: Parse = |file| {
            for trust in [Trust::pem(file), Trust::der(file)].into_iter().flatten() {
                let config = ClientConfig::builder().trust(trust).build();
                let _ = config.map(|config| config.trust_anchors());
            }
        };
        let lists: Parse = |file| {
            for trust in [
                Trust::none().and_crl_pem(file),
                Trust::none().and_crl_der(file),
            ] {
                let _ = trust.map(|trust| ClientConfig::builder().trust(trust).build());
            }
        };
        let responses: Parse = |file| {
            let identity = Identity::from_pem(&fixture("server.pem"), &fixture("server-key.pem"));
            let _ = identity.unwrap().with_ocsp_response(file).map(|identity| {
                let _ = identity.ocsp_expiration();
                with_identity(Ok(identity));
            });
        };
        let raw: Parse = |file| {
            with_identity(Identity::raw_public_key_pem(file, Some("secret")));
            with_identity(Identity::raw_public_key_der(file));
        };
        let text: Parse = |file| {
            let text = String::from_utf8_lossy(file);
            let _ = Key::from_hex(&text);
            // The encoding is that of a number, which loses leading zeros.
            let number = |bytes: &[u8]| {
                bytes
                    .iter()
                    .copied()
                    .skip_while(|byte| *byte == 0)
                    .collect()
            };
            if let Ok(decoded) = base64_decode(&text) {
                let encoded = base64_encode(&decoded).unwrap();
                let again: Vec<u8> = number(&base64_decode(&encoded).unwrap());
                assert_eq!(again, number(&decoded), "{text:?}");
            }
        };
        vec![
            (identity, pem),
            (fixture("server-key-encrypted.pem"), encrypted),
            (fixture("server-key.der"), der),
            (fixture("server.p12"), pkcs12),
            (fixture("ca.pem"), anchors),
            (certificate("server"), anchors),
            (fixture("crl.pem"), lists),
            (fixture("ocsp-good.der"), responses),
            (fixture("server-key.pem"), raw),
            (b"0102030405060708090a0b0c0d0e0f10".to_vec(), text),
            (fields(), certificate_object),
            (fixture("crl.pem"), revocation_list),
            (request(), certificate_request),
            (fixture("signed-by-key-id.der"), signed_data),
            (fixture("server.p12"), container),
        ]
    })
}

/// Returns a certificate with every extension.
fn fields() -> Vec<u8> {
    Certificate::from_pem(&fixture("fields.pem"))
        .and_then(|certificate| certificate.to_der())
        .unwrap()
}

/// Returns a request with extensions and attributes.
fn request() -> Vec<u8> {
    let key = PrivateKey::from_pem(&fixture("server-key.pem"), None).unwrap();
    let names = [GeneralName::Dns("localhost".into())];
    CertificateRequestBuilder::new(&"CN=server".parse().unwrap())
        .extensions(Extensions::new().subject_alt_names(&names))
        .challenge_password("secret")
        .signed_by(&key)
        .and_then(|request| request.to_der())
        .unwrap()
}

/// Reads every value of a certificate, and creates one with the same extensions.
fn certificate_object(file: &[u8]) {
    let Ok(certificate) = Certificate::from_der(file) else {
        return;
    };
    let der = certificate.to_der().unwrap();
    assert_eq!(Certificate::from_der(&der).unwrap(), certificate);
    let _ = (
        certificate.subject(),
        certificate.issuer(),
        certificate.serial(),
    );
    let _ = (
        certificate.subject_alt_names(),
        certificate.policies(),
        certificate.proxy_info(),
    );
    let _ = (
        certificate.name_constraints(),
        certificate.authority_key_id(),
    );
    let _ = (
        certificate.crl_distribution_points(),
        certificate.rsa_pss_parameters(),
    );
    let _ = certificate.print(PrintFormat::FULL);
    if let Ok(list) = certificate.extensions() {
        let extensions: Extensions = list.into_iter().collect();
        let _ = extensions.print(PrintFormat::FULL);
    }
    // A name that can be read can be encoded, or is refused.
    for names in [
        certificate.subject_alt_names(),
        certificate.issuer_alt_names(),
    ]
    .into_iter()
    .flatten()
    {
        let _ = Extensions::new().subject_alt_names(&names).to_vec();
    }
}

fn revocation_list(file: &[u8]) {
    for list in [
        CertificateRevocationList::from_der(file),
        CertificateRevocationList::from_pem(file),
    ]
    .into_iter()
    .flatten()
    {
        let der = list.to_der().unwrap();
        assert_eq!(CertificateRevocationList::from_der(&der).unwrap(), list);
        let _ = (
            list.issuer(),
            list.number(),
            list.authority_key_id(),
            list.signature(),
        );
        assert!(list.revoked().count() <= list.revoked_count() + 1);
        let _ = list.print(PrintFormat::FULL);
        let _ = list.verify(
            &[Certificate::from_pem(&fixture("ca.pem")).unwrap()],
            VerificationFlags::default(),
        );
    }
    let _ = CertificateRevocationList::list_from_pem(file);
}

fn certificate_request(file: &[u8]) {
    for request in [
        CertificateRequest::from_der(file),
        CertificateRequest::from_pem(file),
    ]
    .into_iter()
    .flatten()
    {
        let der = request.to_der().unwrap();
        assert_eq!(CertificateRequest::from_der(&der).unwrap(), request);
        let _ = (
            request.attributes(),
            request.challenge_password(),
            request.public_key(),
        );
        let _ = (
            request.extensions(),
            request.subject_alt_names(),
            request.key_purposes(),
        );
        let _ = (
            request.print(PrintFormat::FULL),
            request.verify(VerificationFlags::default()),
        );
    }
}

fn signed_data(file: &[u8]) {
    for signed in [Pkcs7::from_der(file), Pkcs7::from_pem(file)]
        .into_iter()
        .flatten()
    {
        let _ = (
            signed.certificates(),
            signed.revocation_lists(),
            signed.embedded_data_oid(),
        );
        let _ = signed.print(PrintFormat::FULL);
        let authorities = TrustList::new().unwrap();
        for index in 0..signed.signature_count().min(4) {
            let _ = signed.signature(index);
            // Nobody is trusted.
            let result = signed.verify(index, None, &authorities, &VerifyOptions::new());
            assert!(result.is_err() || !result.unwrap().status().is_trusted());
        }
    }
}

/// The values that are readable without the password: the derivation of keys takes too long.
fn container(file: &[u8]) {
    if let Ok(container) = Pkcs12::from_der(file) {
        let _ = (container.mac(), container.to_der());
        for bag in container.bags().unwrap() {
            let _ = (bag.len(), bag.encryption());
        }
    }
}

/// Builds a configuration with an identity, which the library then owns.
fn with_identity(identity: gnutls::Result<Identity>) {
    let Ok(identity) = identity else { return };
    assert!(identity.is_raw_public_key() || identity.certificates().len() > 0);
    let _ = ServerConfig::builder().identity(identity).build();
}
