//! The values of certificate extensions (RFC 5280, section 4.2), and their parsers.

pub(crate) mod encode;
pub(crate) mod list;

use std::ffi::{CStr, c_char, c_int, c_uint, c_void};
use std::fmt;
use std::ptr;
use std::time::SystemTime;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::numbers::raw;
use crate::crypto::public_key::SignatureAlgorithm;
use crate::error::argument::{bytes, items, optional, text_filled_by};
use crate::error::unsupported::requires;
use crate::error::{Error, ErrorKind, Result, check};
use crate::support::datum::Output;
use crate::support::flag_set::flag_set;
use crate::support::{datum, time};
use crate::version::{Version, version};
use crate::x509::certificate::Certificate;
use crate::x509::der::{element, expect, tag};
use crate::x509::general_name::GeneralName;
use crate::x509::oid;

/// An extension in its encoding.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Extension {
    /// The object identifier, such as [`SUBJECT_ALT_NAME`](crate::x509::oid::SUBJECT_ALT_NAME).
    pub oid: String,
    /// If `true`, a program that does not support the extension must reject the certificate.
    pub critical: bool,
    /// The value in DER.
    pub value: Vec<u8>,
}

/// The basic constraints of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct BasicConstraints {
    /// If `true`, the certificate is that of an authority.
    pub ca: bool,
    /// The maximum number of intermediate certificates below it.
    pub path_length: Option<u32>,
}

/// Creates a C object that is released at the end of the scope.
macro_rules! object {
    ($init:ident, $deinit:ident) => {{
        struct ExtensionObject<T>(T, unsafe extern "C" fn(T))
        where
            T: Copy;

        impl<T: Copy> Drop for ExtensionObject<T> {
            fn drop(&mut self) {
                // SAFETY: the object is initialised, owned by this value, and released once, by the function for objects
                // of its type.
                unsafe { (self.1)(self.0) }
            }
        }

        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::$init(&mut raw) })?;
        ExtensionObject(raw, sys::$deinit)
    }};
}
use object;

/// Parses an extension into a C object that is released at the end of the scope.
macro_rules! parsed {
    ($extension:expr, $init:ident, $import:ident, $deinit:ident) => {{
        let data = bytes($extension)?;
        let object = object!($init, $deinit);
        // SAFETY: the object is initialised and used by nothing else; the data is only read during the call.
        check(unsafe { sys::$import(&data, object.0, 0) })?;
        object
    }};
}

impl Extension {
    /// Reads all extensions of an object. `info` fills in the object identifier and the criticality of an extension, and
    /// `data` its value.
    pub(crate) fn read_all(
        mut info: impl FnMut(c_uint, *mut c_void, *mut usize, &mut c_uint) -> c_int,
        mut data: impl FnMut(c_uint, *mut sys::gnutls_datum_t) -> c_int,
    ) -> Result<Vec<Self>> {
        items(|index| {
            let mut critical: c_uint = 0;
            let oid = text_filled_by(|buffer, length| info(index, buffer, length, &mut critical))?;
            let value = Output::filled_by(|output| data(index, output))?;
            Ok(Self::new(oid, critical != 0, value.as_bytes()))
        })
    }

    /// Returns an error if GnuTLS must not print an object because of one of its extensions, which `info` and `data` read.
    /// C prints the extensions up to the first one whose identifier cannot be read, and a value that cannot be read as an
    /// empty one.
    pub(crate) fn check_before_print(
        mut info: impl FnMut(c_uint, *mut c_void, *mut usize, &mut c_uint) -> c_int,
        mut data: impl FnMut(c_uint, *mut sys::gnutls_datum_t) -> c_int,
    ) -> Result<()> {
        for index in 0.. {
            let mut critical: c_uint = 0;
            let Ok(oid) =
                text_filled_by(|buffer, length| info(index, buffer, length, &mut critical))
            else {
                break;
            };
            let value = Output::filled_by(|output| data(index, output));
            let value = value.map(|value| value.as_bytes().to_vec());
            let extension = Self::new(oid, critical != 0, value.unwrap_or_default());
            SignedCertificateTimestamp::check_before_print(&extension)?;
        }
        Ok(())
    }

    /// Creates an extension from its encoding.
    pub fn new(oid: impl Into<String>, critical: bool, value: impl Into<Vec<u8>>) -> Self {
        Self {
            oid: oid.into(),
            critical,
            value: value.into(),
        }
    }
}

impl BasicConstraints {
    /// The constraints of a certificate that issues no others.
    pub const END_ENTITY: Self = Self {
        ca: false,
        path_length: None,
    };

    /// Returns the constraints of an authority, with the maximum number of intermediate certificates below it.
    pub const fn authority(path_length: Option<u32>) -> Self {
        Self {
            ca: true,
            path_length,
        }
    }

    pub(crate) fn parse(extension: &[u8]) -> Result<Self> {
        let data = bytes(extension)?;
        let (mut ca, mut path_length) = (0, -1);
        // SAFETY: the data is only read; both numbers are written on success.
        check(unsafe {
            sys::gnutls_x509_ext_import_basic_constraints(&data, &mut ca, &mut path_length)
        })?;
        Ok(Self {
            ca: ca != 0,
            path_length: u32::try_from(path_length).ok(),
        })
    }
}

/// The uses of a key that its certificate permits.
///
/// Bits that this crate does not define are preserved.
///
/// ```
/// use gnutls::x509::{Certificate, KeyUsage};
///
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/ca.pem");
/// let usage = Certificate::from_pem_file(path)?.key_usage()?;
/// assert_eq!(usage, Some(KeyUsage::KEY_CERT_SIGN));
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct KeyUsage(c_uint);

/// The reasons of revocations for which a distribution point publishes lists.
///
/// Bits that this crate does not define are preserved.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
#[corresponds(alias(gnutls_x509_crl_reason_flags_t))]
pub struct RevocationReasons(c_uint);

macro_rules! flags {
    ($type:ident: $($constant:ident = $value:ident;)*) => {
        impl $type {
            $(#[doc = concat!("`", stringify!($value), "`")]
            pub const $constant: Self = Self(sys::$value as c_uint);)*

            /// Returns `true` if no flag is set.
            pub const fn is_empty(self) -> bool {
                self.0 == 0
            }
        }

        raw!($type(c_uint): "Returns the flags with these bits in C.", "Returns the bits in C.");
        flag_set!($type);

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({:#x}", stringify!($type), self.0)?;
                $(if !Self::$constant.is_empty() && self.contains(Self::$constant) {
                    write!(f, " {}", stringify!($constant))?;
                })*
                f.write_str(")")
            }
        }
    };
}

flags! {
    KeyUsage:
    DIGITAL_SIGNATURE = GNUTLS_KEY_DIGITAL_SIGNATURE;
    NON_REPUDIATION = GNUTLS_KEY_NON_REPUDIATION;
    KEY_ENCIPHERMENT = GNUTLS_KEY_KEY_ENCIPHERMENT;
    DATA_ENCIPHERMENT = GNUTLS_KEY_DATA_ENCIPHERMENT;
    KEY_AGREEMENT = GNUTLS_KEY_KEY_AGREEMENT;
    KEY_CERT_SIGN = GNUTLS_KEY_KEY_CERT_SIGN;
    CRL_SIGN = GNUTLS_KEY_CRL_SIGN;
    ENCIPHER_ONLY = GNUTLS_KEY_ENCIPHER_ONLY;
    DECIPHER_ONLY = GNUTLS_KEY_DECIPHER_ONLY;
}

flags! {
    RevocationReasons:
    KEY_COMPROMISE = GNUTLS_CRL_REASON_KEY_COMPROMISE;
    CA_COMPROMISE = GNUTLS_CRL_REASON_CA_COMPROMISE;
    AFFILIATION_CHANGED = GNUTLS_CRL_REASON_AFFILIATION_CHANGED;
    SUPERSEDED = GNUTLS_CRL_REASON_SUPERSEDED;
    CESSATION_OF_OPERATION = GNUTLS_CRL_REASON_CESSATION_OF_OPERATION;
    CERTIFICATE_HOLD = GNUTLS_CRL_REASON_CERTIFICATE_HOLD;
    PRIVILEGE_WITHDRAWN = GNUTLS_CRL_REASON_PRIVILEGE_WITHDRAWN;
}

impl KeyUsage {
    pub(crate) fn parse(extension: &[u8]) -> Result<Self> {
        let data = bytes(extension)?;
        let mut usage = 0;
        // SAFETY: the data is only read; the number is written on success.
        check(unsafe { sys::gnutls_x509_ext_import_key_usage(&data, &mut usage) })?;
        Ok(Self(usage))
    }
}

impl Extension {
    /// Parses the purposes of a key, which are object identifiers.
    pub(crate) fn parse_key_purposes(extension: &[u8]) -> Result<Vec<String>> {
        let purposes = parsed!(
            extension,
            gnutls_x509_key_purpose_init,
            gnutls_x509_ext_import_key_purposes,
            gnutls_x509_key_purpose_deinit
        );
        items(|index| {
            let mut oid = datum::empty();
            // SAFETY: the object is initialised and only read.
            check(unsafe { sys::gnutls_x509_key_purpose_get(purposes.0, index, &mut oid) })?;
            // SAFETY: after success the data belongs to the object, which lives until the end of the function.
            Ok(unsafe { text(&oid) })
        })
    }
}

impl Extension {
    /// Parses the identifier of the subject's key.
    pub(crate) fn parse_subject_key_id(extension: &[u8]) -> Result<Vec<u8>> {
        let data = bytes(extension)?;
        // SAFETY: the data is only read, and the output is owned by the caller after success.
        Output::filled_by(|id| unsafe { sys::gnutls_x509_ext_import_subject_key_id(&data, id) })
            .map(|id| id.as_bytes().to_vec())
    }
}

/// The identification of the issuer's key, by its identifier or by its certificate.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct AuthorityKeyId {
    /// The identifier, which the issuer's certificate contains as its
    /// [subject key identifier](crate::x509::Certificate::subject_key_id).
    pub id: Option<Vec<u8>>,
    /// The names of the issuer of the issuer's certificate.
    pub issuer: Vec<GeneralName>,
    /// The serial number of the issuer's certificate.
    pub serial: Option<Vec<u8>>,
}

impl AuthorityKeyId {
    /// Identifies the key by its identifier.
    pub fn new(id: impl Into<Vec<u8>>) -> Self {
        Self {
            id: Some(id.into()),
            ..Self::default()
        }
    }

    /// Identifies the key by the issuer's certificate: the names of that certificate's issuer, and its serial number.
    pub fn from_issuer(issuer: Vec<GeneralName>, serial: impl Into<Vec<u8>>) -> Self {
        Self {
            id: None,
            issuer,
            serial: Some(serial.into()),
        }
    }

    pub(crate) fn parse(extension: &[u8]) -> Result<Self> {
        let aki = parsed!(
            extension,
            gnutls_x509_aki_init,
            gnutls_x509_ext_import_authority_key_id,
            gnutls_x509_aki_deinit
        );
        let (mut id, mut serial) = (datum::empty(), datum::empty());
        // SAFETY: the object is initialised and only read.
        let found = optional(check(unsafe {
            sys::gnutls_x509_aki_get_id(aki.0, &mut id)
        }))?;
        let issuer = GeneralName::list(|index, kind, value, oid| {
            // SAFETY: the object is initialised and only read. After success the data belongs to it, and it lives until
            // the end of the function.
            check(unsafe {
                sys::gnutls_x509_aki_get_cert_issuer(aki.0, index, kind, value, oid, &mut serial)
            })
            .map(drop)
        })?;
        // SAFETY: both data are empty or belong to the object, which lives until the end of the function.
        let (id, serial) = unsafe {
            (
                datum::slice(id.data, id.size as usize),
                datum::slice(serial.data, serial.size as usize),
            )
        };
        Ok(Self {
            id: found.map(|_| id.to_vec()),
            serial: (!issuer.is_empty()).then(|| serial.to_vec()),
            issuer,
        })
    }
}

/// A location of certificate revocation lists (CRLs).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct DistributionPoint {
    /// The location. GnuTLS returns a point with several names as several points.
    pub name: GeneralName,
    /// The reasons that the lists include, or no flags if they include all.
    pub reasons: RevocationReasons,
}

impl DistributionPoint {
    /// Creates a point for lists with these reasons, or with all reasons if there are no flags.
    pub fn new(name: GeneralName, reasons: RevocationReasons) -> Self {
        Self { name, reasons }
    }

    /// Parses the locations of revocation lists.
    pub(crate) fn parse_list(extension: &[u8]) -> Result<Vec<DistributionPoint>> {
        let points = parsed!(
            extension,
            gnutls_x509_crl_dist_points_init,
            gnutls_x509_ext_import_crl_dist_points,
            gnutls_x509_crl_dist_points_deinit
        );
        let mut reasons = Vec::new();
        let names = GeneralName::list(|index, kind, value, _| {
            let mut flags = 0;
            // SAFETY: the object is initialised and only read. After success the data belongs to it, and it lives until the
            // end of the function.
            check(unsafe {
                sys::gnutls_x509_crl_dist_points_get(points.0, index, kind, value, &mut flags)
            })?;
            // C leaves the second byte undefined if the certificate contains only one. The only flag in it is the compromise
            // of an attribute authority.
            reasons.push(RevocationReasons(flags & 0xff));
            Ok(())
        })?;
        let points = names.into_iter().zip(reasons);
        Ok(points
            .map(|(name, reasons)| DistributionPoint { name, reasons })
            .collect())
    }
}

/// A description of how to get information about the issuer, such as the address of its OCSP responder.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct AccessDescription {
    /// The object identifier of the kind of information, such as [`OCSP`](crate::x509::oid::OCSP).
    pub method: String,
    /// The location.
    pub location: GeneralName,
}

impl AccessDescription {
    /// Creates a description. The method is an object identifier, such as [`OCSP`](crate::x509::oid::OCSP).
    pub fn new(method: impl Into<String>, location: GeneralName) -> Self {
        Self {
            method: method.into(),
            location,
        }
    }

    /// Parses the access to information about the issuer.
    pub(crate) fn parse_list(extension: &[u8]) -> Result<Vec<AccessDescription>> {
        let access = parsed!(
            extension,
            gnutls_x509_aia_init,
            gnutls_x509_ext_import_aia,
            gnutls_x509_aia_deinit
        );
        let mut methods = Vec::new();
        let locations = GeneralName::list(|index, kind, value, _| {
            let mut oid = datum::empty();
            // SAFETY: the object is initialised and only read. After success the data belongs to it, and it lives until the
            // end of the function.
            check(unsafe { sys::gnutls_x509_aia_get(access.0, index, &mut oid, kind, value) })?;
            // SAFETY: after success the data belongs to the object, which lives until the end of the function.
            methods.push(unsafe { text(&oid) });
            Ok(())
        })?;
        let access = methods.into_iter().zip(locations);
        Ok(access
            .map(|(method, location)| AccessDescription { method, location })
            .collect())
    }
}

/// The names that an authority may certify.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct NameConstraints {
    /// The permitted names of each type that the list contains.
    pub permitted: Vec<GeneralName>,
    /// The names that are not permitted.
    pub excluded: Vec<GeneralName>,
}

impl NameConstraints {
    /// Creates constraints. A type of name without a permitted name is not restricted, except by the excluded names.
    pub fn new(permitted: Vec<GeneralName>, excluded: Vec<GeneralName>) -> Self {
        Self {
            permitted,
            excluded,
        }
    }

    pub(crate) fn parse(extension: &[u8]) -> Result<Self> {
        let constraints = parsed!(
            extension,
            gnutls_x509_name_constraints_init,
            gnutls_x509_ext_import_name_constraints,
            gnutls_x509_name_constraints_deinit
        );
        let permitted = GeneralName::list(|index, kind, value, _| {
            // SAFETY: the object is initialised and only read. After success the data belongs to it, and it lives until
            // the end of the function.
            check(unsafe {
                sys::gnutls_x509_name_constraints_get_permitted(constraints.0, index, kind, value)
            })
            .map(drop)
        })?;
        let excluded = GeneralName::list(|index, kind, value, _| {
            // SAFETY: the object is initialised and only read. After success the data belongs to it, and it lives until
            // the end of the function.
            check(unsafe {
                sys::gnutls_x509_name_constraints_get_excluded(constraints.0, index, kind, value)
            })
            .map(drop)
        })?;
        Ok(Self {
            permitted,
            excluded,
        })
    }

    /// Returns `true` if the constraints permit a DNS name, an e-mail address or an IP address. A name of any other type is
    /// permitted only if no constraint is about its type.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if the constraints or the name have no encoding,
    /// or if the name is of a type that GnuTLS does not compare.
    ///
    /// ```
    /// use gnutls::x509::{GeneralName, NameConstraints};
    ///
    /// let name = |name: &str| GeneralName::Dns(name.into());
    /// let constraints = NameConstraints::new(vec![name("example")], vec![name("secret.example")]);
    /// assert!(constraints.permits(&name("www.example"))?);
    /// assert!(!constraints.permits(&name("a.secret.example"))?);
    /// assert!(!constraints.permits(&name("www.test"))?);
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[corresponds(
        gnutls_x509_name_constraints_check,
        gnutls_x509_ext_import_name_constraints,
        gnutls_x509_name_constraints_init,
        gnutls_x509_name_constraints_deinit
    )]
    pub fn permits(&self, name: &GeneralName) -> Result<bool> {
        let Some((kind, value)) = name.as_kind_and_value() else {
            return Err(Error::invalid_input(format!(
                "GnuTLS does not compare the name {name} with constraints: use a DNS name, an e-mail address, a URI or an IP \
                 address"
            )));
        };
        let value = bytes(&value)?;
        let constraints = self.encode()?;
        let constraints = parsed!(
            &constraints,
            gnutls_x509_name_constraints_init,
            gnutls_x509_ext_import_name_constraints,
            gnutls_x509_name_constraints_deinit
        );
        // SAFETY: the object is initialised and only read, as is the name.
        let permitted =
            unsafe { sys::gnutls_x509_name_constraints_check(constraints.0, kind, &value) };
        Ok(permitted != 0)
    }

    /// Returns `true` if the constraints permit all names of a type in a certificate, for example the DNS names of a
    /// [`GeneralName::Dns`]; only the type of `kind` is used. For DNS names and e-mail addresses, this includes those in the
    /// subject of a certificate that has no alternative names of this type.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if the constraints have no encoding, or if the type
    /// is one that GnuTLS does not compare.
    #[corresponds(
        gnutls_x509_name_constraints_check_crt,
        gnutls_x509_ext_import_name_constraints,
        gnutls_x509_name_constraints_init,
        gnutls_x509_name_constraints_deinit
    )]
    pub fn permits_certificate(
        &self,
        kind: &GeneralName,
        certificate: &Certificate,
    ) -> Result<bool> {
        let Some((kind, _)) = kind.as_kind_and_value() else {
            return Err(Error::invalid_input(format!(
                "GnuTLS does not compare names such as {kind} with constraints: use a DNS name, an e-mail address, a URI or \
                 an IP address"
            )));
        };
        let constraints = self.encode()?;
        let constraints = parsed!(
            &constraints,
            gnutls_x509_name_constraints_init,
            gnutls_x509_ext_import_name_constraints,
            gnutls_x509_name_constraints_deinit
        );
        // SAFETY: both objects are initialised and only read.
        let permitted = unsafe {
            sys::gnutls_x509_name_constraints_check_crt(constraints.0, kind, certificate.as_ptr())
        };
        Ok(permitted != 0)
    }
}

/// A policy under which a certificate was issued.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Policy {
    /// The object identifier.
    pub oid: String,
    /// The remarks.
    pub qualifiers: Vec<PolicyQualifier>,
}

/// A remark about a policy.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[corresponds(alias(gnutls_x509_qualifier_t))]
#[non_exhaustive]
pub enum PolicyQualifier {
    /// The URI of a certification practice statement.
    #[corresponds(alias(GNUTLS_X509_QUALIFIER_URI))]
    Uri(String),
    /// A notice for users.
    #[corresponds(alias(GNUTLS_X509_QUALIFIER_NOTICE))]
    Notice(String),
    /// A qualifier that GnuTLS does not support.
    #[corresponds(alias(GNUTLS_X509_QUALIFIER_UNKNOWN))]
    Unknown,
}

impl Policy {
    /// Creates a policy with this object identifier.
    pub fn new(oid: impl Into<String>, qualifiers: Vec<PolicyQualifier>) -> Self {
        Self {
            oid: oid.into(),
            qualifiers,
        }
    }

    /// Parses the policies of a certificate.
    pub(crate) fn parse_list(extension: &[u8]) -> Result<Vec<Policy>> {
        let policies = parsed!(
            extension,
            gnutls_x509_policies_init,
            gnutls_x509_ext_import_policies,
            gnutls_x509_policies_deinit
        );
        items(|index| {
            let empty = sys::gnutls_x509_policy_st__bindgen_ty_1 {
                type_: sys::GNUTLS_X509_QUALIFIER_UNKNOWN,
                data: ptr::null_mut(),
                size: 0,
            };
            let mut policy = sys::gnutls_x509_policy_st {
                oid: ptr::null_mut(),
                qualifiers: 0,
                qualifier: [empty; sys::GNUTLS_MAX_QUALIFIERS as usize],
            };
            // SAFETY: the object is initialised and only read. After success the policy contains pointers into it.
            check(unsafe { sys::gnutls_x509_policies_get(policies.0, index, &mut policy) })?;
            let qualifiers = policy.qualifier.iter().take(policy.qualifiers as usize);
            let qualifiers = qualifiers.map(|qualifier| {
                // SAFETY: the data is NULL, or belongs to the object, which lives until the end of the function.
                let text = unsafe { datum::slice(qualifier.data.cast(), qualifier.size as usize) };
                let text = String::from_utf8_lossy(text).into_owned();
                match qualifier.type_ {
                    sys::GNUTLS_X509_QUALIFIER_URI => PolicyQualifier::Uri(text),
                    sys::GNUTLS_X509_QUALIFIER_NOTICE => PolicyQualifier::Notice(text),
                    _ => PolicyQualifier::Unknown,
                }
            });
            Ok(Policy {
                // SAFETY: the text is NULL, or ends in NUL and belongs to the object, which lives until the end of the
                // function.
                oid: unsafe { c_text(policy.oid) },
                qualifiers: qualifiers.collect(),
            })
        })
    }
}

/// The time during which a private key may be used, which can be shorter than that of its certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct PrivateKeyUsagePeriod {
    /// The time of the first use.
    pub not_before: Option<SystemTime>,
    /// The time of the last use.
    pub not_after: Option<SystemTime>,
}

impl PrivateKeyUsagePeriod {
    /// Creates a period.
    pub fn new(not_before: SystemTime, not_after: SystemTime) -> Self {
        Self {
            not_before: Some(not_before),
            not_after: Some(not_after),
        }
    }

    pub(crate) fn parse(extension: &[u8]) -> Result<Self> {
        let data = bytes(extension)?;
        let (mut activation, mut expiration) = (-1, -1);
        // SAFETY: the data is only read; the times are written on success.
        check(unsafe {
            sys::gnutls_x509_ext_import_private_key_usage_period(
                &data,
                &mut activation,
                &mut expiration,
            )
        })?;
        Ok(Self {
            not_before: time::from_c(activation)?,
            not_after: time::from_c(expiration)?,
        })
    }
}

impl Extension {
    /// Parses the TLS features, which are the numbers of TLS extensions.
    pub(crate) fn parse_tls_features(extension: &[u8]) -> Result<Vec<u16>> {
        let features = parsed!(
            extension,
            gnutls_x509_tlsfeatures_init,
            gnutls_x509_ext_import_tlsfeatures,
            gnutls_x509_tlsfeatures_deinit
        );
        items(|index| {
            let mut feature = 0;
            // SAFETY: the object is initialised and only read.
            check(unsafe { sys::gnutls_x509_tlsfeatures_get(features.0, index, &mut feature) })?;
            u16::try_from(feature)
                .map_err(|_| crate::error::Error::from_code(sys::GNUTLS_E_ASN1_VALUE_NOT_VALID))
        })
    }
}

impl Extension {
    /// Parses the number of certificates that may follow until the policy "any" is no longer permitted.
    pub(crate) fn parse_inhibit_any_policy(extension: &[u8]) -> Result<u32> {
        let data = bytes(extension)?;
        let mut count = 0;
        // SAFETY: the data is only read; the number is written on success.
        check(unsafe { sys::gnutls_x509_ext_import_inhibit_anypolicy(&data, &mut count) })?;
        Ok(count)
    }
}

/// The delegation by which a proxy certificate (RFC 3820) acts for its issuer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ProxyInfo {
    /// The maximum number of proxy certificates below it.
    pub path_length: Option<u32>,
    /// The object identifier of the language of the policy.
    pub policy_language: String,
    /// The policy.
    pub policy: Option<Vec<u8>>,
}

impl ProxyInfo {
    /// Creates a delegation. The language of the policy is an object identifier, such as
    /// [`PROXY_INHERIT_ALL`](crate::x509::oid::PROXY_INHERIT_ALL), which has no policy.
    pub fn new(
        policy_language: impl Into<String>,
        policy: Option<Vec<u8>>,
        path_length: Option<u32>,
    ) -> Self {
        Self {
            path_length,
            policy_language: policy_language.into(),
            policy,
        }
    }

    pub(crate) fn parse(extension: &[u8]) -> Result<Self> {
        let data = bytes(extension)?;
        let (mut path_length, mut size) = (-1, 0);
        let (mut language, mut policy) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: the data is only read. On success the numbers and the pointers are written; on failure nothing has to
        // be released, since the last statements of C that can fail precede the assignments (lib/x509/x509_ext.c).
        check(unsafe {
            sys::gnutls_x509_ext_import_proxy(
                &data,
                &mut path_length,
                &mut language,
                &mut policy,
                &mut size,
            )
        })?;
        // SAFETY: after success both pointers are NULL or own memory of GnuTLS's allocator, the language ends in NUL,
        // and the policy has `size` bytes. They are released once, and not used afterwards.
        unsafe {
            let info = Self {
                path_length: u32::try_from(path_length).ok(),
                policy_language: c_text(language),
                policy: (!policy.is_null()).then(|| datum::slice(policy.cast(), size).to_vec()),
            };
            datum::free(language.cast());
            datum::free(policy.cast());
            Ok(info)
        }
    }
}

/// The promise of a log to publish a certificate (certificate transparency, RFC 6962).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct SignedCertificateTimestamp {
    /// The identifier of the log.
    pub log_id: Vec<u8>,
    /// The time of the promise, in seconds.
    pub timestamp: SystemTime,
    /// The algorithm of the signature.
    pub algorithm: SignatureAlgorithm,
    /// The signature of the log.
    pub signature: Vec<u8>,
}

impl SignedCertificateTimestamp {
    /// The number of version 1 in the encoding, the only version of RFC 6962.
    const VERSION_1: u8 = 0;

    /// Returns an error if the lengths in a list of timestamps (RFC 6962, section 3.3) exceed the data, which GnuTLS reads
    /// nevertheless before 3.8.13.
    pub(crate) fn check_lengths(extension: &[u8]) -> Result<()> {
        let valid = || {
            let (list, _) = expect(extension, tag::OCTET_STRING)?;
            let timestamps = Self::split(list)?;
            let lengths = timestamps.iter().map(|timestamp| 2 + timestamp.len());
            (2 + lengths.sum::<usize>() == list.len()).then_some(())
        };
        valid().ok_or_else(Self::wrong_lengths)
    }

    /// Returns an error if the version of a timestamp is unknown, in place of which GnuTLS prints an undefined number.
    fn check_versions(extension: &[u8]) -> Result<()> {
        let (tag, list, _) = element(extension).ok_or_else(Self::wrong_lengths)?;
        // GnuTLS prints an error in place of any other list.
        let timestamps = Self::split(list).filter(|_| tag == tag::OCTET_STRING);
        let mut versions = timestamps.iter().flatten().filter_map(|data| data.first());
        match versions.find(|version| **version != Self::VERSION_1) {
            None => Ok(()),
            Some(version) => Err(Error::new(
                ErrorKind::Certificate,
                format!(
                    "the certificate has a signed certificate timestamp of the version {}, which GnuTLS cannot print: \
                     read the fields of the certificate",
                    u32::from(*version) + 1
                ),
            )),
        }
    }

    /// Returns the timestamps of a list (RFC 6962, section 3.3), or `None` if a length exceeds the data. Like C, ignores data
    /// after the list.
    fn split(list: &[u8]) -> Option<Vec<&[u8]>> {
        let (length, rest) = list.split_first_chunk()?;
        let mut list = rest.get(..usize::from(u16::from_be_bytes(*length)))?;
        let mut timestamps = Vec::new();
        while !list.is_empty() {
            let (length, rest) = list.split_first_chunk()?;
            let (timestamp, rest) =
                rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
            timestamps.push(timestamp);
            list = rest;
        }
        Some(timestamps)
    }

    fn wrong_lengths() -> Error {
        Error::new(
            ErrorKind::Certificate,
            "the lengths in the list of signed certificate timestamps are wrong: the certificate is damaged",
        )
    }

    /// Returns an error if GnuTLS must not print the extension because it contains timestamps with wrong lengths, or of an
    /// unknown version.
    pub(crate) fn check_before_print(extension: &Extension) -> Result<()> {
        if extension.oid != oid::SIGNED_CERTIFICATE_TIMESTAMPS {
            return Ok(());
        }
        let running = version().running;
        if running < Version::new(3, 8, 13) {
            Self::check_lengths(&extension.value)?;
        }
        // Older releases print the bytes of the extension.
        if running >= Version::new(3, 7, 3) {
            Self::check_versions(&extension.value)?;
        }
        Ok(())
    }

    /// Parses the timestamps of logs. As RFC 6962 (section 3.3) requires, skips those of unknown versions.
    #[cfg_attr(
        not(gnutls_3_7_3),
        allow(unused_variables, reason = "only newer libraries have the function")
    )]
    pub(crate) fn parse_list(extension: &[u8]) -> Result<Vec<SignedCertificateTimestamp>> {
        requires!(gnutls_3_7_3, "signed certificate timestamps", {
            Self::check_lengths(extension)?;
            let scts = parsed!(
                extension,
                gnutls_x509_ext_ct_scts_init,
                gnutls_x509_ext_ct_import_scts,
                gnutls_x509_ext_ct_scts_deinit
            );
            let timestamps = items(|index| {
                let mut version = 0;
                // SAFETY: the object is initialised and only read; the number is written on success.
                match unsafe { sys::gnutls_x509_ct_sct_get_version(scts.0, index, &mut version) } {
                    sys::GNUTLS_E_INVALID_REQUEST => return Ok(None),
                    code => check(code)?,
                };
                let (mut timestamp, mut algorithm) = (0, 0);
                let mut signature = None;
                let log_id = Output::filled_by(|log_id| {
                    let result = Output::fill(|output| {
                        // SAFETY: the object is initialised and only read. After success the caller owns both outputs.
                        unsafe {
                            sys::gnutls_x509_ct_sct_get(
                                scts.0,
                                index,
                                &mut timestamp,
                                log_id,
                                &mut algorithm,
                                output,
                            )
                        }
                    });
                    match result {
                        Ok(output) => {
                            signature = Some(output.as_bytes().to_vec());
                            0
                        }
                        Err(code) => code,
                    }
                })?;
                let timestamp = time::required_from_c(timestamp)?;
                Ok(Some(SignedCertificateTimestamp {
                    log_id: log_id.as_bytes().to_vec(),
                    timestamp,
                    algorithm: SignatureAlgorithm::from_raw(algorithm),
                    signature: signature.unwrap_or_default(),
                }))
            })?;
            Ok(timestamps.into_iter().flatten().collect())
        })
    }
}

/// Copies a text, without a NUL at its end.
///
/// # Safety
///
/// The data is empty, or its bytes do not change during the call.
unsafe fn text(data: &sys::gnutls_datum_t) -> String {
    // SAFETY: by the contract of this function the bytes do not change during the call.
    let text = unsafe { datum::slice(data.data, data.size as usize) };
    String::from_utf8_lossy(text.strip_suffix(b"\0").unwrap_or(text)).into_owned()
}

/// Copies a C string. NULL becomes an empty string.
///
/// # Safety
///
/// Unless `text` is NULL, it ends in NUL and does not change during the call.
unsafe fn c_text(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: `text` is not NULL; by the contract of this function it ends in NUL and does not change.
    unsafe { CStr::from_ptr(text) }
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x509::der::encode;

    #[test]
    fn cve_2025_32989_lengths_of_timestamps_do_not_exceed_the_list() {
        let check = |list: &[u8]| {
            let extension = [&[4, list.len() as u8], list].concat();
            SignedCertificateTimestamp::check_lengths(&extension)
        };
        check(&[0, 5, 0, 3, 1, 2, 3]).unwrap();
        check(&[0, 6, 0, 1, 1, 0, 1, 2]).unwrap();
        check(&[0, 0]).unwrap();
        for damaged in [
            &[0, 6, 0, 3, 1, 2, 3][..],
            &[0, 4, 0, 3, 1, 2, 3],
            &[0, 5, 0, 4, 1, 2, 3],
            &[0, 6, 0, 2, 1, 2, 0, 1],
            &[0, 1, 0],
            &[0],
            &[],
        ] {
            assert!(check(damaged).is_err(), "{damaged:?}");
        }
        assert!(SignedCertificateTimestamp::check_lengths(&[0x30, 0]).is_err());
    }

    /// Returns an extension with a list of timestamps of these versions.
    fn timestamps(versions: &[u8]) -> Extension {
        let timestamps = versions.iter().map(|version| {
            // The identifier of the log, the time, no extensions, and a signature.
            [
                &[0, 51, *version][..],
                &[7; 32],
                &[0; 10],
                &[4, 3, 0, 4],
                &[9; 4],
            ]
            .concat()
        });
        let timestamps: Vec<u8> = timestamps.flatten().collect();
        let length = (timestamps.len() as u16).to_be_bytes();
        let list = encode(tag::OCTET_STRING, &[&length[..], &timestamps].concat());
        Extension::new(oid::SIGNED_CERTIFICATE_TIMESTAMPS, false, list)
    }

    #[test]
    fn hazard_73_timestamps_of_unknown_versions_are_not_printed() {
        let prints = version().running >= Version::new(3, 7, 3);
        for (versions, known) in [
            (&[0][..], true),
            (&[0, 0], true),
            (&[1], false),
            (&[0, 255], false),
            (&[2, 0], false),
        ] {
            let extension = timestamps(versions);
            let checked = SignedCertificateTimestamp::check_before_print(&extension);
            assert_eq!(checked.is_ok(), known || !prints, "{versions:?}");
            if let Err(error) = checked {
                assert_eq!(error.kind(), ErrorKind::Certificate);
            }
        }
        // Data after the list, which C ignores.
        let mut extension = timestamps(&[1]);
        extension.value[1] += 1;
        extension.value.push(0);
        let checked = SignedCertificateTimestamp::check_versions(&extension.value);
        let text = checked.unwrap_err().to_string();
        assert!(text.contains("version 2"), "{text}");
        for damaged in [&[][..], &[4, 9], &[4, 0x84, 0, 0, 0, 2, 0, 0]] {
            assert!(SignedCertificateTimestamp::check_versions(damaged).is_err());
        }
        for other in [&[0x30, 0][..], &[4, 0], &[4, 7, 0, 6, 0, 5, 1, 2, 3]] {
            SignedCertificateTimestamp::check_versions(other).unwrap();
        }
    }

    #[test]
    fn damaged_extensions_are_errors() {
        type Parse = fn(&[u8]) -> Option<crate::ErrorKind>;
        macro_rules! kind {
            ($parse:expr) => {
                |bytes| $parse(bytes).err().map(|error| error.kind())
            };
        }
        let parsers: &[Parse] = &[
            kind!(BasicConstraints::parse),
            kind!(KeyUsage::parse),
            kind!(Extension::parse_key_purposes),
            kind!(Extension::parse_subject_key_id),
            kind!(AuthorityKeyId::parse),
            kind!(DistributionPoint::parse_list),
            kind!(AccessDescription::parse_list),
            kind!(NameConstraints::parse),
            kind!(Policy::parse_list),
            kind!(PrivateKeyUsagePeriod::parse),
            kind!(Extension::parse_tls_features),
            kind!(Extension::parse_inhibit_any_policy),
            kind!(ProxyInfo::parse),
        ];
        for (number, parse) in parsers.iter().enumerate() {
            for bytes in [&[0x30][..], &[0x30, 9, 1], b"\xff\xff\xff\xff"] {
                let kind = parse(bytes);
                assert_eq!(
                    kind,
                    Some(crate::ErrorKind::Certificate),
                    "{number} {bytes:?}"
                );
            }
        }
    }

    #[test]
    fn bug_class_18_unknown_flags_survive() {
        let usage = KeyUsage::from_raw(1 << 20) | KeyUsage::CRL_SIGN;
        assert_eq!(usage.as_raw(), 1 << 20 | 2);
        assert_eq!(format!("{usage:?}"), "KeyUsage(0x100002 CRL_SIGN)");
    }
}
