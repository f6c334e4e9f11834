//! Object identifiers of the attributes of names, of extensions, of the purposes of keys and of access methods.
//!
//! Any other identifier can be passed as text, too.
//!
//! ```
//! use gnutls::x509::oid;
//!
//! assert_eq!(oid::COMMON_NAME, "2.5.4.3");
//! assert_eq!(oid::attribute_name("2.5.4.3"), Some("CN"));
//! assert_eq!(oid::attribute_name("1.2.3"), None);
//! ```

use std::ffi::{CStr, CString};

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::support::datum::constant;

const fn text(oid: &'static CStr) -> &'static str {
    match oid.to_str() {
        Ok(text) => text,
        Err(_) => panic!("an object identifier is ASCII"),
    }
}

macro_rules! oids {
    ($($constant:ident = $value:ident;)*) => {
        $(#[doc = concat!("`", stringify!($value), "`")]
        pub const $constant: &str = text(sys::$value);)*
    };
}

oids! {
    COUNTRY = GNUTLS_OID_X520_COUNTRY_NAME;
    ORGANIZATION = GNUTLS_OID_X520_ORGANIZATION_NAME;
    ORGANIZATIONAL_UNIT = GNUTLS_OID_X520_ORGANIZATIONAL_UNIT_NAME;
    COMMON_NAME = GNUTLS_OID_X520_COMMON_NAME;
    LOCALITY = GNUTLS_OID_X520_LOCALITY_NAME;
    STATE_OR_PROVINCE = GNUTLS_OID_X520_STATE_OR_PROVINCE_NAME;
    SURNAME = GNUTLS_OID_X520_SURNAME;
    GIVEN_NAME = GNUTLS_OID_X520_GIVEN_NAME;
    DOMAIN_COMPONENT = GNUTLS_OID_LDAP_DC;
    USER_ID = GNUTLS_OID_LDAP_UID;
    EMAIL = GNUTLS_OID_PKCS9_EMAIL;
    SUBJECT_KEY_ID = GNUTLS_X509EXT_OID_SUBJECT_KEY_ID;
    KEY_USAGE = GNUTLS_X509EXT_OID_KEY_USAGE;
    PRIVATE_KEY_USAGE_PERIOD = GNUTLS_X509EXT_OID_PRIVATE_KEY_USAGE_PERIOD;
    SUBJECT_ALT_NAME = GNUTLS_X509EXT_OID_SAN;
    ISSUER_ALT_NAME = GNUTLS_X509EXT_OID_IAN;
    BASIC_CONSTRAINTS = GNUTLS_X509EXT_OID_BASIC_CONSTRAINTS;
    NAME_CONSTRAINTS = GNUTLS_X509EXT_OID_NAME_CONSTRAINTS;
    CRL_DISTRIBUTION_POINTS = GNUTLS_X509EXT_OID_CRL_DIST_POINTS;
    CERTIFICATE_POLICIES = GNUTLS_X509EXT_OID_CRT_POLICY;
    AUTHORITY_KEY_ID = GNUTLS_X509EXT_OID_AUTHORITY_KEY_ID;
    EXTENDED_KEY_USAGE = GNUTLS_X509EXT_OID_EXTENDED_KEY_USAGE;
    AUTHORITY_INFO_ACCESS = GNUTLS_X509EXT_OID_AUTHORITY_INFO_ACCESS;
    PROXY_CERT_INFO = GNUTLS_X509EXT_OID_PROXY_CRT_INFO;
    TLS_FEATURES = GNUTLS_X509EXT_OID_TLSFEATURES;
    SIGNED_CERTIFICATE_TIMESTAMPS = GNUTLS_X509EXT_OID_CT_SCT_V1;
    PURPOSE_SERVER = GNUTLS_KP_TLS_WWW_SERVER;
    PURPOSE_CLIENT = GNUTLS_KP_TLS_WWW_CLIENT;
    PURPOSE_CODE_SIGNING = GNUTLS_KP_CODE_SIGNING;
    PURPOSE_EMAIL_PROTECTION = GNUTLS_KP_EMAIL_PROTECTION;
    PURPOSE_TIME_STAMPING = GNUTLS_KP_TIME_STAMPING;
    PURPOSE_OCSP_SIGNING = GNUTLS_KP_OCSP_SIGNING;
    PURPOSE_IPSEC_IKE = GNUTLS_KP_IPSEC_IKE;
    PURPOSE_ANY = GNUTLS_KP_ANY;
    OCSP = GNUTLS_OID_AD_OCSP;
    CA_ISSUERS = GNUTLS_OID_AD_CAISSUERS;
}

/// The identifier of inhibitAnyPolicy (RFC 5280, section 4.2.1.14). The constant in the headers of GnuTLS has another
/// number.
pub const INHIBIT_ANY_POLICY: &str = "2.5.29.54";

/// The language of the policy of a proxy certificate that has all rights of its issuer (id-ppl-inheritAll, RFC 3820,
/// section 3.8.2).
pub const PROXY_INHERIT_ALL: &str = "1.3.6.1.5.5.7.21.1";

/// Returns the name of the type of an attribute in the text of a [`Name`](crate::x509::Name), such as `CN`, or `None` if
/// GnuTLS does not recognize it.
#[corresponds(gnutls_x509_dn_oid_name, alias(gnutls_x509_dn_oid_known))]
pub fn attribute_name(oid: &str) -> Option<&'static str> {
    let oid = CString::new(oid).ok()?;
    // SAFETY: compares the string, which ends in NUL, with those of a constant table. Without flags, the result is NULL
    // or a string constant.
    constant(unsafe { sys::gnutls_x509_dn_oid_name(oid.as_ptr(), 0) })
}
