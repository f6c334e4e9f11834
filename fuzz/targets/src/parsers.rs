//! A target for each parser: the same codes, texts and encodings as in C.

use gnutls_parsers as parsers;

macro_rules! targets {
    ($($name:ident: $parser:ident,)*) => {
        $(#[doc = concat!("Parses DER with `", stringify!($parser), "`.")]
        pub fn $name(data: &[u8]) {
            if let Err(differences) = parsers::$parser.compare(data) {
                panic!("{differences}");
            }
        })*
    };
}

targets! {
    certificate: CERTIFICATE,
    revocation_list: REVOCATION_LIST,
    certificate_request: CERTIFICATE_REQUEST,
    ocsp_request: OCSP_REQUEST,
    ocsp_response: OCSP_RESPONSE,
    pkcs7: PKCS7,
    pkcs8: PKCS8,
    pkcs12: PKCS12,
    public_key: PUBLIC_KEY,
}
