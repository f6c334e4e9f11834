//! The example `token`, on a software token.

#[allow(dead_code, unreachable_pub, reason = "its main function is not called")]
#[path = "../../examples/token.rs"]
mod token;

use gnutls::pkcs11::{Pin, PinSource};
use gnutls::{ClientConfig, Trust};
use gnutls_testing::pair::Pair;
use gnutls_testing::test_name;
use gnutls_testing::token::{PIN, with_token};

#[test]
fn the_example_creates_an_identity_on_a_token() {
    with_token(&test_name!(), || {
        let url = "pkcs11:token=test";
        let pin = || PinSource::from(Pin::new(PIN).unwrap());
        let certificate = token::create(url, "localhost", pin()).unwrap();
        let server = token::config(url, "localhost", pin()).unwrap();
        let trust = Trust::pem(certificate.to_pem().unwrap().as_bytes()).unwrap();
        let client = ClientConfig::builder().trust(trust).build().unwrap();
        let mut pair = Pair::connect(&client, &server, false);
        assert_eq!(pair.there(b"request"), b"request");
        let chain = pair.client.peer_x509_chain().unwrap();
        assert_eq!(chain, [certificate]);
        // There is no such object.
        assert!(token::config(url, "elsewhere", pin()).is_err());
    });
}
