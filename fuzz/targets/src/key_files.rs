//! Files with keys, certificates, revocation lists and OCSP responses.

use std::sync::OnceLock;

use gnutls::psk::Key;
use gnutls::srp::{base64_decode, base64_encode};
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
        ]
    })
}

/// Builds a configuration with an identity, which the library then owns.
fn with_identity(identity: gnutls::Result<Identity>) {
    let Ok(identity) = identity else { return };
    assert!(identity.is_raw_public_key() || identity.certificates().len() > 0);
    let _ = ServerConfig::builder().identity(identity).build();
}
