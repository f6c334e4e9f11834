//! The encodings of the values of extensions.

use std::ffi::{CString, c_int, c_uint};
use std::ptr;

use gnutls_sys as sys;

use crate::error::argument::bytes;
use crate::error::{Error, Result, check};
use crate::support::datum::Output;
use crate::support::time;
use crate::x509::der;
use crate::x509::der::{object_identifier, tag};
use crate::x509::extension::{
    AccessDescription, AuthorityKeyId, BasicConstraints, DistributionPoint, Extension, KeyUsage,
    NameConstraints, Policy, PolicyQualifier, PrivateKeyUsagePeriod, ProxyInfo, RevocationReasons,
    object,
};
use crate::x509::general_name::GeneralName;

/// Returns the bytes that a function of C writes.
fn written(fill: impl FnOnce(*mut sys::gnutls_datum_t) -> c_int) -> Result<Vec<u8>> {
    Output::filled_by(fill).map(|output| output.as_bytes().to_vec())
}

/// Returns the number of certificates for C.
fn path_length(length: Option<u32>) -> Result<c_int> {
    length.map_or(Ok(-1), |length| {
        c_int::try_from(length).map_err(|_| {
            Error::invalid_input(format!(
                "the number of certificates {length} exceeds {}, the maximum of GnuTLS",
                c_int::MAX
            ))
        })
    })
}

/// Returns an object identifier for C, which ends in NUL.
pub(crate) fn c_oid(oid: &str) -> Result<CString> {
    let valid = object_identifier(oid).and_then(|_| CString::new(oid).ok());
    valid.ok_or_else(|| {
        Error::invalid_input(format!(
            "{oid:?} is no object identifier: use numbers with dots, such as those in `x509::oid`"
        ))
    })
}

impl BasicConstraints {
    pub(crate) fn encode(self) -> Result<Vec<u8>> {
        let path_length = path_length(self.path_length)?;
        // SAFETY: the output is owned by the caller after success.
        written(|output| unsafe {
            sys::gnutls_x509_ext_export_basic_constraints(self.ca.into(), path_length, output)
        })
    }
}

impl KeyUsage {
    /// Returns the encoding, which has no trailing zeros: old releases write them.
    pub(crate) fn encode(self) -> Result<Vec<u8>> {
        Ok(named_bits(tag::BIT_STRING, self.0))
    }
}

impl Extension {
    pub(crate) fn encode_key_purposes(purposes: &[&str]) -> Result<Vec<u8>> {
        let list = object!(gnutls_x509_key_purpose_init, gnutls_x509_key_purpose_deinit);
        for purpose in purposes {
            let purpose = c_oid(purpose)?;
            // SAFETY: the object is initialised and used by nothing else; C copies the text, which ends in NUL.
            check(unsafe { sys::gnutls_x509_key_purpose_set(list.0, purpose.as_ptr()) })?;
        }
        // SAFETY: the object is initialised and only read. The output is owned by the caller after success.
        written(|output| unsafe { sys::gnutls_x509_ext_export_key_purposes(list.0, output) })
    }

    pub(crate) fn encode_subject_key_id(id: &[u8]) -> Result<Vec<u8>> {
        let id = bytes(id)?;
        // SAFETY: the identifier is only read. The output is owned by the caller after success.
        written(|output| unsafe { sys::gnutls_x509_ext_export_subject_key_id(&id, output) })
    }

    pub(crate) fn encode_tls_features(features: &[u16]) -> Result<Vec<u8>> {
        let list = object!(gnutls_x509_tlsfeatures_init, gnutls_x509_tlsfeatures_deinit);
        for &feature in features {
            // SAFETY: the object is initialised and used by nothing else.
            check(unsafe { sys::gnutls_x509_tlsfeatures_add(list.0, feature.into()) })?;
        }
        // SAFETY: the object is initialised and only read. The output is owned by the caller after success.
        written(|output| unsafe { sys::gnutls_x509_ext_export_tlsfeatures(list.0, output) })
    }

    pub(crate) fn encode_inhibit_any_policy(count: u32) -> Result<Vec<u8>> {
        // C does not read a larger number.
        let count = path_length(Some(count))?.unsigned_abs();
        // SAFETY: the output is owned by the caller after success.
        written(|output| unsafe { sys::gnutls_x509_ext_export_inhibit_anypolicy(count, output) })
    }
}

impl AuthorityKeyId {
    /// Returns the encoding. `gnutls_x509_aki_set_cert_issuer` follows a null pointer for the first name.
    pub(crate) fn encode(&self) -> Result<Vec<u8>> {
        let mut content = Vec::new();
        if let Some(id) = &self.id {
            content.extend(der::encode(tag::CONTEXT, id));
        }
        if self.issuer.is_empty() != self.serial.is_none() {
            return Err(Error::invalid_input(
                "the identification of the issuer's key has either names or a serial number: set both or none",
            ));
        }
        if let Some(serial) = &self.serial {
            let names = GeneralName::encode_all(&self.issuer)?;
            content.extend(der::encode(tag::CONTEXT_CONSTRUCTED | 1, &names));
            content.extend(der::encode(tag::CONTEXT | 2, positive(serial)?));
        }
        Ok(der::encode(tag::SEQUENCE, &content))
    }
}

/// Returns the shortest encoding of a positive number. The first bit of such a number is not set.
pub(crate) fn positive(number: &[u8]) -> Result<&[u8]> {
    let zeros = number.iter().take_while(|&&byte| byte == 0).count();
    let Some(first) = number.get(zeros) else {
        return Err(Error::invalid_input(
            "a serial number must be positive: use a number above 0",
        ));
    };
    match (zeros, first) {
        (0, 0x80..) => Err(Error::invalid_input(
            "the first bit of a serial number must be 0: prepend a byte 0",
        )),
        (_, 0x80..) => Ok(&number[zeros - 1..]),
        _ => Ok(&number[zeros..]),
    }
}

impl DistributionPoint {
    /// Returns the encoding. `gnutls_x509_ext_export_crl_dist_points` omits all reasons except the first.
    pub(crate) fn encode_list(points: &[Self]) -> Result<Vec<u8>> {
        let mut list = Vec::new();
        // Points with the same reasons are one point with several names, as in C.
        for points in points.chunk_by(|one, other| one.reasons == other.reasons) {
            let names = points.iter().map(|point| point.name.encode());
            let names = names.collect::<Result<Vec<_>>>()?.concat();
            let names = der::encode(tag::CONTEXT_CONSTRUCTED, &names);
            let mut content = der::encode(tag::CONTEXT_CONSTRUCTED, &names);
            content.extend(points[0].reasons.encode());
            list.extend(der::encode(tag::SEQUENCE, &content));
        }
        Ok(der::encode(tag::SEQUENCE, &list))
    }
}

impl RevocationReasons {
    /// Returns the bits, or nothing if no flag is set.
    fn encode(self) -> Vec<u8> {
        if self.is_empty() {
            return Vec::new();
        }
        named_bits(tag::CONTEXT | 1, self.0)
    }
}

/// Returns a list of named bits without trailing zeros. The bits of the first byte in C are those of the encoding, and the
/// next bit is that of the second byte.
fn named_bits(tag: u8, flags: c_uint) -> Vec<u8> {
    let [first, second] = (flags as u16).to_le_bytes();
    let bits = match (first, second) {
        (0, 0) => &[][..],
        (_, 0) => &[first],
        _ => &[first, second],
    };
    let unused = bits.last().map_or(0, |byte| byte.trailing_zeros() as u8);
    der::encode(tag, &[&[unused], bits].concat())
}

impl AccessDescription {
    pub(crate) fn encode_list(list: &[Self]) -> Result<Vec<u8>> {
        let mut content = Vec::new();
        for access in list {
            let method = object_identifier(&access.method);
            let method = method.ok_or_else(|| {
                Error::invalid_input(format!(
                    "the access method {:?} is no object identifier: use `oid::OCSP`, for example",
                    access.method
                ))
            })?;
            let mut access_content = der::encode(tag::OBJECT_IDENTIFIER, &method);
            access_content.extend(access.location.encode()?);
            content.extend(der::encode(tag::SEQUENCE, &access_content));
        }
        Ok(der::encode(tag::SEQUENCE, &content))
    }
}

impl NameConstraints {
    pub(crate) fn encode(&self) -> Result<Vec<u8>> {
        let mut content = Vec::new();
        for (number, names) in [(0, &self.permitted), (1, &self.excluded)] {
            if names.is_empty() {
                continue;
            }
            let mut subtrees = Vec::new();
            for name in names {
                subtrees.extend(der::encode(tag::SEQUENCE, &name.encode()?));
            }
            content.extend(der::encode(tag::CONTEXT_CONSTRUCTED | number, &subtrees));
        }
        if content.is_empty() {
            return Err(Error::invalid_input(
                "name constraints without a name: add a permitted or an excluded name",
            ));
        }
        Ok(der::encode(tag::SEQUENCE, &content))
    }
}

impl Policy {
    /// Returns the encoding. C supports 8 qualifiers, and old releases write an empty list of qualifiers, which is not valid.
    pub(crate) fn encode_list(policies: &[Self]) -> Result<Vec<u8>> {
        let mut list = Vec::new();
        for policy in policies {
            let oid = object_identifier(&policy.oid).ok_or_else(|| {
                Error::invalid_input(format!(
                    "the policy {:?} is no object identifier: use numbers with dots",
                    policy.oid
                ))
            })?;
            let mut content = der::encode(tag::OBJECT_IDENTIFIER, &oid);
            let qualifiers = policy.qualifiers.iter().map(PolicyQualifier::encode);
            let qualifiers = qualifiers.collect::<Result<Vec<_>>>()?.concat();
            if !qualifiers.is_empty() {
                content.extend(der::encode(tag::SEQUENCE, &qualifiers));
            }
            list.extend(der::encode(tag::SEQUENCE, &content));
        }
        Ok(der::encode(tag::SEQUENCE, &list))
    }
}

impl PolicyQualifier {
    fn encode(&self) -> Result<Vec<u8>> {
        // id-qt-cps and id-qt-unotice (RFC 5280, section 4.2.1.4).
        const STATEMENT: [u8; 8] = [0x2b, 6, 1, 5, 5, 7, 2, 1];
        const NOTICE: [u8; 8] = [0x2b, 6, 1, 5, 5, 7, 2, 2];
        const MAX_NOTICE: usize = 200;

        let (oid, value) = match self {
            Self::Uri(uri) if uri.is_ascii() => {
                (STATEMENT, der::encode(tag::IA5_STRING, uri.as_bytes()))
            }
            Self::Notice(text) if text.chars().count() <= MAX_NOTICE => {
                let text = der::encode(tag::UTF8_STRING, text.as_bytes());
                (NOTICE, der::encode(tag::SEQUENCE, &text))
            }
            Self::Uri(_) => {
                return Err(Error::invalid_input(
                    "the URI of a policy must consist of ASCII characters",
                ));
            }
            Self::Notice(_) => {
                return Err(Error::invalid_input(format!(
                    "the notice of a policy has more than {MAX_NOTICE} characters, which RFC 5280 does not permit"
                )));
            }
            Self::Unknown => {
                return Err(Error::invalid_input(
                    "GnuTLS does not support the qualifier of the policy: remove it, or add the extension in its encoding",
                ));
            }
        };
        let oid = der::encode(tag::OBJECT_IDENTIFIER, &oid);
        Ok(der::encode(tag::SEQUENCE, &[oid, value].concat()))
    }
}

impl PrivateKeyUsagePeriod {
    pub(crate) fn encode(self) -> Result<Vec<u8>> {
        let (Some(not_before), Some(not_after)) = (self.not_before, self.not_after) else {
            return Err(Error::invalid_input(
                "the period of the private key has no begin or no end: set both, which GnuTLS requires",
            ));
        };
        let (not_before, not_after) = (
            time::to_c_exactly(not_before)?,
            time::to_c_exactly(not_after)?,
        );
        // SAFETY: the output is owned by the caller after success.
        written(|output| unsafe {
            sys::gnutls_x509_ext_export_private_key_usage_period(not_before, not_after, output)
        })
    }
}

impl ProxyInfo {
    pub(crate) fn encode(&self) -> Result<Vec<u8>> {
        let path_length = path_length(self.path_length)?;
        let language = c_oid(&self.policy_language)?;
        let (policy, size) = match &self.policy {
            Some(policy) => (policy.as_ptr(), policy.len()),
            None => (ptr::null(), 0),
        };
        // SAFETY: the language, which ends in NUL, and `size` bytes of the policy, or NULL, are only read. The output is
        // owned by the caller after success.
        written(|output| unsafe {
            sys::gnutls_x509_ext_export_proxy(
                path_length,
                language.as_ptr(),
                policy.cast(),
                size,
                output,
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;
    use crate::ErrorKind;

    #[test]
    fn hazard_51_values_are_those_that_are_read() {
        let dns = |text: &str| GeneralName::Dns(text.into());
        let uri = |text: &str| GeneralName::Uri(text.into());
        for value in [
            BasicConstraints::END_ENTITY,
            BasicConstraints::authority(None),
            BasicConstraints::authority(Some(0)),
            BasicConstraints::authority(Some(300)),
        ] {
            assert_eq!(
                BasicConstraints::parse(&value.encode().unwrap()).unwrap(),
                value
            );
        }
        for value in [
            KeyUsage::DIGITAL_SIGNATURE,
            KeyUsage::KEY_CERT_SIGN | KeyUsage::CRL_SIGN,
            KeyUsage::DECIPHER_ONLY | KeyUsage::KEY_AGREEMENT,
        ] {
            assert_eq!(KeyUsage::parse(&value.encode().unwrap()).unwrap(), value);
        }
        for value in [
            AuthorityKeyId::new([1, 2, 3]),
            AuthorityKeyId::from_issuer(
                vec![dns("a"), GeneralName::DirectoryName("CN=b".into())],
                [7],
            ),
        ] {
            assert_eq!(
                AuthorityKeyId::parse(&value.encode().unwrap()).unwrap(),
                value
            );
        }
        let points = [
            DistributionPoint::new(uri("http://a/"), RevocationReasons::default()),
            DistributionPoint::new(uri("http://b/"), RevocationReasons::default()),
            DistributionPoint::new(
                uri("http://c/"),
                RevocationReasons::SUPERSEDED | RevocationReasons::CERTIFICATE_HOLD,
            ),
        ];
        let encoded = DistributionPoint::encode_list(&points).unwrap();
        assert_eq!(DistributionPoint::parse_list(&encoded).unwrap(), points);
        let access = [
            AccessDescription::new("1.3.6.1.5.5.7.48.1", uri("http://a/")),
            AccessDescription::new("1.2.3", dns("b")),
        ];
        let encoded = AccessDescription::encode_list(&access).unwrap();
        assert_eq!(AccessDescription::parse_list(&encoded).unwrap(), access);
        let constraints =
            NameConstraints::new(vec![dns("example"), dns("")], vec![dns("a.example")]);
        let encoded = constraints.encode().unwrap();
        assert_eq!(NameConstraints::parse(&encoded).unwrap(), constraints);
        let policies = [
            Policy::new("1.2.3", vec![]),
            Policy::new(
                "1.2.4",
                vec![
                    PolicyQualifier::Uri("http://a/".into()),
                    PolicyQualifier::Notice("n\u{f6}tice".into()),
                ],
            ),
        ];
        let encoded = Policy::encode_list(&policies).unwrap();
        assert_eq!(Policy::parse_list(&encoded).unwrap(), policies);
        let time = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let period = PrivateKeyUsagePeriod::new(time(0), time(1_000_000_000));
        assert_eq!(
            PrivateKeyUsagePeriod::parse(&period.encode().unwrap()).unwrap(),
            period
        );
        for value in [
            ProxyInfo::new("1.3.6.1.5.5.7.21.1", None, None),
            ProxyInfo::new("1.2.3", Some(b"policy".to_vec()), Some(2)),
        ] {
            assert_eq!(ProxyInfo::parse(&value.encode().unwrap()).unwrap(), value);
        }
        let features = [5, 17, 0xffff];
        let encoded = Extension::encode_tls_features(&features).unwrap();
        assert_eq!(Extension::parse_tls_features(&encoded).unwrap(), features);
        for count in [0, 127, 128, c_int::MAX.unsigned_abs()] {
            let encoded = Extension::encode_inhibit_any_policy(count).unwrap();
            assert_eq!(
                Extension::parse_inhibit_any_policy(&encoded).unwrap(),
                count
            );
        }
        let purposes = ["1.3.6.1.5.5.7.3.1", "1.2.3"];
        let encoded = Extension::encode_key_purposes(&purposes).unwrap();
        assert_eq!(Extension::parse_key_purposes(&encoded).unwrap(), purposes);
        let encoded = Extension::encode_subject_key_id(b"id").unwrap();
        assert_eq!(Extension::parse_subject_key_id(&encoded).unwrap(), b"id");
    }

    #[test]
    fn values_that_c_cannot_encode_are_refused() {
        let notice = PolicyQualifier::Notice("a".repeat(201));
        let period = PrivateKeyUsagePeriod {
            not_before: None,
            not_after: None,
        };
        let half = AuthorityKeyId {
            serial: Some(vec![1]),
            ..AuthorityKeyId::default()
        };
        for (number, result) in [
            BasicConstraints::authority(Some(u32::MAX)).encode(),
            Extension::encode_inhibit_any_policy(1 << 31),
            Extension::encode_key_purposes(&["serverAuth"]),
            half.encode(),
            AuthorityKeyId::from_issuer(vec![GeneralName::Dns("a".into())], [0]).encode(),
            AuthorityKeyId::from_issuer(vec![GeneralName::Dns("a".into())], [0x80]).encode(),
            AccessDescription::encode_list(&[AccessDescription::new(
                "ocsp",
                GeneralName::Dns("a".into()),
            )]),
            NameConstraints::default().encode(),
            Policy::encode_list(&[Policy::new("1.2.3", vec![notice])]),
            Policy::encode_list(&[Policy::new("1.2.3", vec![PolicyQualifier::Unknown])]),
            Policy::encode_list(&[Policy::new("1.2.3\0", vec![])]),
            period.encode(),
            ProxyInfo::new("", None, None).encode(),
        ]
        .into_iter()
        .enumerate()
        {
            let kind = result.map_err(|error| error.kind());
            assert_eq!(kind, Err(ErrorKind::InvalidInput), "{number}");
        }
        let before_1970 = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
        let period = PrivateKeyUsagePeriod::new(before_1970, SystemTime::UNIX_EPOCH);
        assert_eq!(period.encode().unwrap_err().kind(), ErrorKind::Limit);
    }

    #[test]
    fn hazard_51_every_flag_is_encoded() {
        let encoded = |bits| RevocationReasons::from_raw(bits).encode();
        assert_eq!(encoded(0), []);
        let usage = |bits| KeyUsage::from_raw(bits).encode().unwrap();
        assert_eq!(usage(0), [3, 1, 0]);
        assert_eq!(usage(128), [3, 2, 7, 128]);
        assert_eq!(encoded(64), [0x81, 2, 6, 64]);
        assert_eq!(encoded(64 | 1), [0x81, 2, 0, 65]);
        assert_eq!(encoded(32768), [0x81, 3, 7, 0, 128]);
    }
}
