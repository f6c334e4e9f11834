//! TLSA records (RFC 6698), and the numbers in them.

use std::fmt;
use std::str::FromStr;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::hash::hash;
use crate::crypto::numbers::numbers;
use crate::crypto::public_key::Digest;
use crate::error::{Error, Result};
use crate::key::public_key::PublicKey;
use crate::x509::certificate::Certificate;

numbers! {
    /// The purpose of a TLSA record.
    ///
    /// ```
    /// use gnutls::dane::CertificateUsage;
    ///
    /// assert_eq!(CertificateUsage::LOCAL_END_ENTITY.as_raw(), 3);
    /// assert_eq!(CertificateUsage::LOCAL_END_ENTITY.to_string(), "Local end-entity");
    /// ```
    #[corresponds(alias(dane_cert_usage_t))]
    CertificateUsage(sys::dane_cert_usage_t);
    name: dane_cert_usage_name;
    values:
    /// An authority of the chain, which must be trusted, too (PKIX-TA):
    CA = DANE_CERT_USAGE_CA;
    /// The certificate of the server, whose chain must be trusted, too (PKIX-EE):
    END_ENTITY = DANE_CERT_USAGE_EE;
    /// An authority of the chain, which need not be trusted otherwise (DANE-TA):
    LOCAL_CA = DANE_CERT_USAGE_LOCAL_CA;
    /// The certificate of the server, which need not be trusted otherwise (DANE-EE):
    LOCAL_END_ENTITY = DANE_CERT_USAGE_LOCAL_EE;
}

numbers! {
    /// The part of a certificate that a TLSA record refers to.
    ///
    /// ```
    /// use gnutls::dane::Selector;
    ///
    /// assert_eq!(Selector::PUBLIC_KEY.to_string(), "SubjectPublicKeyInfo");
    /// ```
    #[corresponds(alias(dane_cert_type_t))]
    Selector(sys::dane_cert_type_t);
    name: dane_cert_type_name;
    values:
    /// The complete certificate:
    CERTIFICATE = DANE_CERT_X509;
    /// The public key, with its algorithm:
    PUBLIC_KEY = DANE_CERT_PK;
}

numbers! {
    /// The representation of a certificate or key in a TLSA record.
    ///
    /// ```
    /// use gnutls::dane::MatchingType;
    ///
    /// assert_eq!(MatchingType::SHA256.to_string(), "SHA2-256 hash");
    /// ```
    #[corresponds(alias(dane_match_type_t))]
    MatchingType(sys::dane_match_type_t);
    name: dane_match_type_name;
    values:
    /// The complete encoding:
    EXACT = DANE_MATCH_EXACT;
    /// The SHA-256 hash:
    SHA256 = DANE_MATCH_SHA2_256;
    /// The SHA-512 hash:
    SHA512 = DANE_MATCH_SHA2_512;
}

/// A TLSA record (RFC 6698, section 2): the certificate or key that a server has, or that issues its certificate.
///
/// The text is that of a zone file, which can also be parsed:
///
/// ```
/// use gnutls::dane::{CertificateUsage, TlsaRecord};
///
/// let text = "3 1 1 8CB0FC6C527506A053F4F14C8464BEBBD6DEDE2738D11468DD953D7D6A3021F1";
/// let record: TlsaRecord = text.parse()?;
/// assert_eq!(record.usage(), CertificateUsage::LOCAL_END_ENTITY);
/// assert_eq!(record.to_string(), text.to_lowercase());
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TlsaRecord {
    /// The data of the record in the DNS: three numbers, and at least one byte.
    rdata: Vec<u8>,
}

impl TlsaRecord {
    /// Creates a record.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if the data is empty, or if a number is
    /// larger than 255.
    pub fn new(
        usage: CertificateUsage,
        selector: Selector,
        matching_type: MatchingType,
        data: &[u8],
    ) -> Result<Self> {
        let mut rdata = Vec::with_capacity(3 + data.len());
        for number in [usage.as_raw(), selector.as_raw(), matching_type.as_raw()] {
            rdata.push(u8::try_from(number).map_err(|_| {
                Error::invalid_input(format!(
                    "the number {number} exceeds 255, the maximum in a TLSA record"
                ))
            })?);
        }
        rdata.extend_from_slice(data);
        Self::from_rdata(&rdata)
    }

    /// Creates the record that matches a certificate, as `danetool --tlsa-rr` does.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if a number is unknown, and of kind
    /// [`Certificate`](crate::ErrorKind::Certificate) if the key of the certificate is not supported.
    pub fn from_certificate(
        usage: CertificateUsage,
        selector: Selector,
        matching_type: MatchingType,
        certificate: &Certificate,
    ) -> Result<Self> {
        let encoding = match selector {
            Selector::CERTIFICATE => certificate.to_der()?,
            Selector::PUBLIC_KEY => PublicKey::from_certificate(certificate)?.to_der()?,
            _ => return Err(unknown("selector", selector)),
        };
        let data = match matching_type {
            MatchingType::EXACT => encoding,
            MatchingType::SHA256 => hash(Digest::SHA256, &encoding)?,
            MatchingType::SHA512 => hash(Digest::SHA512, &encoding)?,
            _ => return Err(unknown("matching type", matching_type)),
        };
        Self::new(usage, selector, matching_type, &data)
    }

    /// Creates a record from its data in the DNS (RFC 6698, section 2.1).
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if the data has fewer than 4 bytes, or
    /// more than 65,535.
    pub fn from_rdata(rdata: &[u8]) -> Result<Self> {
        match rdata.len() {
            4..=0xffff => Ok(Self {
                rdata: rdata.to_vec(),
            }),
            length => Err(Error::invalid_input(format!(
                "a TLSA record has 4 to 65535 bytes, not {length}"
            ))),
        }
    }

    /// Returns the data in the DNS: the three numbers, and [`data`](Self::data).
    pub fn rdata(&self) -> &[u8] {
        &self.rdata
    }

    /// Returns the purpose of the record.
    pub fn usage(&self) -> CertificateUsage {
        CertificateUsage::from_raw(self.rdata[0].into())
    }

    /// Returns the part of the certificate that the record refers to.
    pub fn selector(&self) -> Selector {
        Selector::from_raw(self.rdata[1].into())
    }

    /// Returns the representation of this part.
    pub fn matching_type(&self) -> MatchingType {
        MatchingType::from_raw(self.rdata[2].into())
    }

    /// Returns the certificate, the public key, or the hash.
    pub fn data(&self) -> &[u8] {
        &self.rdata[3..]
    }
}

fn unknown(name: &str, number: impl fmt::Display) -> Error {
    Error::invalid_input(format!(
        "{name} {number}: pass the data of the record to `TlsaRecord::new`"
    ))
}

impl fmt::Display for TlsaRecord {
    /// Writes the record as in a zone file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [usage, selector, matching_type, data @ ..] = &self.rdata[..] else {
            return Ok(());
        };
        write!(f, "{usage} {selector} {matching_type} ")?;
        data.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for TlsaRecord {
    type Err = Error;

    /// Parses the record as in a zone file: three numbers, and digits in base 16, which spaces can separate.
    fn from_str(text: &str) -> Result<Self> {
        let mut fields = text.split_ascii_whitespace();
        let mut rdata = Vec::new();
        for field in fields.by_ref().take(3) {
            rdata.push(field.parse().map_err(|_| {
                Error::invalid_input(format!("{field:?} is no number from 0 to 255"))
            })?);
        }
        let digits: String = fields.collect();
        let is_hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        if rdata.len() < 3 || !is_hexadecimal || digits.len() % 2 != 0 {
            return Err(Error::invalid_input(format!(
                "{text:?} is no TLSA record: expected three numbers, and pairs of digits in base 16"
            )));
        }
        let pairs = (0..digits.len()).step_by(2).map(|at| &digits[at..at + 2]);
        rdata.extend(pairs.filter_map(|pair| u8::from_str_radix(pair, 16).ok()));
        Self::from_rdata(&rdata)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn a_record_is_written_as_it_is_parsed() {
        let record: TlsaRecord = "0 1 2 00ff 10".parse().unwrap();
        assert_eq!(record.rdata(), [0, 1, 2, 0, 0xff, 0x10]);
        assert_eq!(record.usage(), CertificateUsage::CA);
        assert_eq!(record.selector(), Selector::PUBLIC_KEY);
        assert_eq!(record.matching_type(), MatchingType::SHA512);
        assert_eq!(record.data(), [0, 0xff, 0x10]);
        assert_eq!(record.to_string(), "0 1 2 00ff10");
        assert_eq!(record.to_string().parse::<TlsaRecord>().unwrap(), record);
        for text in [
            "",
            "3 1",
            "3 1 1",
            "3 1 256 00",
            "3 1 -1 00",
            "3 1 1 0",
            "3 1 1 0g",
            "3 1 1 é",
        ] {
            let error = text.parse::<TlsaRecord>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{text}");
        }
    }

    #[test]
    fn the_lengths_and_numbers_of_a_record_are_limited() {
        let [usage, selector, matching_type] = [
            CertificateUsage::from_raw(255),
            CertificateUsage::from_raw(256),
            CertificateUsage::from_raw(u32::MAX),
        ]
        .map(|usage| TlsaRecord::new(usage, Selector::CERTIFICATE, MatchingType::EXACT, b"x"));
        assert_eq!(usage.unwrap().usage().as_raw(), 255);
        assert!(selector.is_err() && matching_type.is_err());
        assert!(TlsaRecord::from_rdata(&[3, 1, 1]).is_err());
        assert!(TlsaRecord::from_rdata(&[3; 0xffff]).is_ok());
        assert!(TlsaRecord::from_rdata(&[3; 0x10000]).is_err());
    }
}
