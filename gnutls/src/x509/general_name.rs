//! General names (RFC 5280, section 4.2.1.6): the subject alternative names of a certificate, and similar fields.

use std::ffi::{CString, c_uint};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::{fmt, ptr};

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::gnutls_datum_t;

use crate::error::argument::{bytes, items, refuse_nul};
use crate::error::{Error, ErrorKind, Result, check};
use crate::support::datum;
use crate::support::datum::Output;
use crate::x509::der;
use crate::x509::der::{object_identifier, tag};
use crate::x509::name::Name;

/// The object identifier of Microsoft user principal names.
const USER_PRINCIPAL_NAME: &str = "1.3.6.1.4.1.311.20.2.3";

/// A name of a subject or an issuer, or of a location.
///
/// ```
/// use gnutls::x509::{Certificate, GeneralName};
///
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/server.pem");
/// let certificate = Certificate::from_pem_file(path)?;
/// for name in certificate.subject_alt_names()? {
///     match name {
///         GeneralName::Dns(name) => println!("DNS name {name}"),
///         GeneralName::Ip(address) => println!("address {address}"),
///         other => println!("{other}"),
///     }
/// }
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[corresponds(alias(gnutls_x509_subject_alt_name_t))]
#[non_exhaustive]
pub enum GeneralName {
    /// A DNS name, which may contain a wildcard.
    #[corresponds(alias(GNUTLS_SAN_DNSNAME))]
    Dns(String),
    /// An e-mail address.
    #[corresponds(alias(GNUTLS_SAN_RFC822NAME))]
    Email(String),
    /// A URI.
    #[corresponds(alias(GNUTLS_SAN_URI))]
    Uri(String),
    /// An IP address.
    #[corresponds(alias(GNUTLS_SAN_IPADDRESS))]
    Ip(IpAddr),
    /// The addresses of a network, in name constraints: an address and a mask.
    #[corresponds(alias(GNUTLS_SAN_IPADDRESS))]
    Network(IpAddr, IpAddr),
    /// The RFC 4514 text of a distinguished name.
    #[corresponds(alias(GNUTLS_SAN_DN))]
    DirectoryName(String),
    /// An object identifier.
    #[corresponds(alias(GNUTLS_SAN_REGISTERED_ID))]
    RegisteredId(String),
    /// A name of another type; see [`text`](Self::text).
    #[corresponds(alias(GNUTLS_SAN_OTHERNAME))]
    Other {
        /// The object identifier of the type, or an empty string if GnuTLS does not return it in this field.
        oid: String,
        /// The value in DER.
        value: Vec<u8>,
    },
    /// A name whose value does not have the form of its type, such as an address with five bytes.
    Malformed {
        /// The number of the type in C.
        kind: u32,
        /// The bytes of the value.
        value: Vec<u8>,
    },
}

impl GeneralName {
    /// Returns the text of a name, if it has one. For other names, this is the text of an XMPP address, a Kerberos
    /// principal, or, since GnuTLS 3.7.5, a Microsoft user principal name (UPN).
    #[corresponds(gnutls_x509_othername_to_virtual)]
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Dns(text)
            | Self::Email(text)
            | Self::Uri(text)
            | Self::DirectoryName(text)
            | Self::RegisteredId(text) => Some(text.clone()),
            Self::Ip(address) => Some(address.to_string()),
            Self::Network(address, mask) => Some(format!("{address}/{mask}")),
            Self::Other { oid, value } => {
                let oid = CString::new(oid.as_str()).ok()?;
                let value = bytes(value).ok()?;
                // SAFETY: the object identifier, which ends in NUL, and the value are only read. The output is owned by
                // the caller after success. The type is not returned.
                let text = Output::fill(|output| unsafe {
                    sys::gnutls_x509_othername_to_virtual(
                        oid.as_ptr(),
                        &value,
                        ptr::null_mut(),
                        output,
                    )
                });
                text.ok().map(|text| text.to_text())
            }
            Self::Malformed { .. } => None,
        }
    }

    /// Returns the name of an XMPP address (RFC 6120, section 13.7.1.4). GnuTLS converts its domain to ASCII.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if the address is not valid.
    ///
    /// ```
    /// use gnutls::x509::GeneralName;
    ///
    /// let name = GeneralName::xmpp("user.example")?;
    /// assert_eq!(name.text().as_deref(), Some("user.example"));
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[corresponds(gnutls_subject_alt_names_set, alias(GNUTLS_SAN_OTHERNAME_XMPP))]
    pub fn xmpp(address: &str) -> Result<Self> {
        Self::of_virtual_type(sys::GNUTLS_SAN_OTHERNAME_XMPP, address, "an XMPP address")
    }

    /// Returns the name of a Kerberos principal (RFC 4556, section 3.2.2), such as `user@REALM`.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if the name is not valid.
    #[corresponds(
        gnutls_subject_alt_names_set,
        alias(GNUTLS_SAN_OTHERNAME_KRB5PRINCIPAL)
    )]
    pub fn kerberos_principal(name: &str) -> Result<Self> {
        Self::of_virtual_type(
            sys::GNUTLS_SAN_OTHERNAME_KRB5PRINCIPAL,
            name,
            "a Kerberos principal",
        )
    }

    /// Returns a Microsoft user principal name (UPN).
    #[corresponds(alias(GNUTLS_SAN_OTHERNAME_MSUSERPRINCIPAL))]
    pub fn user_principal_name(name: &str) -> Self {
        Self::Other {
            oid: USER_PRINCIPAL_NAME.to_owned(),
            value: der::encode(tag::UTF8_STRING, name.as_bytes()),
        }
    }

    /// Returns the addresses of a network for name constraints. The bits of the address after the prefix are ignored.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if the prefix is longer than the address.
    ///
    /// ```
    /// use gnutls::x509::GeneralName;
    ///
    /// let network = GeneralName::network("10.1.2.3".parse()?, 8)?;
    /// assert_eq!(network.to_string(), "IP:10.0.0.0/255.0.0.0");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[corresponds(alias(gnutls_x509_cidr_to_rfc5280))]
    pub fn network(address: IpAddr, prefix_length: u32) -> Result<Self> {
        let too_long = || {
            Error::invalid_input(format!(
                "the prefix length {prefix_length} exceeds the length of the address {address}"
            ))
        };
        Ok(match address {
            IpAddr::V4(address) => {
                let host = u32::BITS.checked_sub(prefix_length).ok_or_else(too_long)?;
                let mask = u32::MAX.checked_shl(host).unwrap_or(0);
                let address = Ipv4Addr::from(u32::from(address) & mask);
                Self::Network(address.into(), Ipv4Addr::from(mask).into())
            }
            IpAddr::V6(address) => {
                let host = u128::BITS.checked_sub(prefix_length).ok_or_else(too_long)?;
                let mask = u128::MAX.checked_shl(host).unwrap_or(0);
                let address = Ipv6Addr::from(u128::from(address) & mask);
                Self::Network(address.into(), Ipv6Addr::from(mask).into())
            }
        })
    }

    /// Converts the text of an other name with the parser of C.
    fn of_virtual_type(kind: c_uint, text: &str, what: &str) -> Result<Self> {
        let invalid = |error: Error| {
            error
                .with_kind(ErrorKind::InvalidInput)
                .with_message(format!("{text:?} is not {what}"))
        };
        refuse_nul(text.as_bytes(), what)?;
        let data = bytes(text.as_bytes())?;
        let names = AlternativeNames::new()?;
        // SAFETY: the object is initialised and used by nothing else. C copies the text, and appends a NUL to the copy.
        let code =
            unsafe { sys::gnutls_subject_alt_names_set(names.raw, kind, &data, ptr::null()) };
        check(code).map_err(invalid)?;
        let mut list = names.list()?;
        list.pop()
            .ok_or_else(|| Error::from_code(sys::GNUTLS_E_INTERNAL_ERROR))
    }

    /// Returns the encoding. It is not that of C, which supports no directory names, and which releases an object twice if
    /// an object identifier is not valid (CVE-2025-32988).
    pub(crate) fn encode(&self) -> Result<Vec<u8>> {
        let ia5 = |number: u8, text: &str| {
            if text.is_ascii() && !text.contains('\0') {
                Ok(der::encode(tag::CONTEXT | number, text.as_bytes()))
            } else {
                Err(Error::invalid_input(format!(
                    "the name {self} must consist of ASCII characters: convert an internationalized name first, for \
                     example with the crate `idna`"
                )))
            }
        };
        let invalid = |problem: &str| Error::invalid_input(format!("the name {self} {problem}"));
        let oid = |text: &str| {
            object_identifier(text).ok_or_else(|| invalid("has no valid object identifier"))
        };
        match self {
            Self::Email(text) => ia5(1, text),
            Self::Dns(text) => ia5(2, text),
            Self::Uri(text) => ia5(6, text),
            Self::Ip(IpAddr::V4(address)) => Ok(der::encode(tag::CONTEXT | 7, &address.octets())),
            Self::Ip(IpAddr::V6(address)) => Ok(der::encode(tag::CONTEXT | 7, &address.octets())),
            Self::Network(address, mask) => {
                let octets = match (address, mask) {
                    (IpAddr::V4(address), IpAddr::V4(mask)) if is_mask(&mask.octets()) => {
                        [address.octets(), mask.octets()].concat()
                    }
                    (IpAddr::V6(address), IpAddr::V6(mask)) if is_mask(&mask.octets()) => {
                        [address.octets(), mask.octets()].concat()
                    }
                    _ => return Err(invalid("has a mask that is not a prefix of the address")),
                };
                Ok(der::encode(tag::CONTEXT | 7, &octets))
            }
            Self::DirectoryName(text) => {
                let name = Name::from_text(text)?;
                Ok(der::encode(tag::CONTEXT_CONSTRUCTED | 4, name.as_der()))
            }
            Self::RegisteredId(text) => Ok(der::encode(tag::CONTEXT | 8, &oid(text)?)),
            Self::Other { oid: kind, value } => {
                if der::element(value).is_none_or(|(_, _, rest)| !rest.is_empty()) {
                    return Err(invalid("has a value that is not DER"));
                }
                let kind = der::encode(tag::OBJECT_IDENTIFIER, &oid(kind)?);
                let value = der::encode(tag::CONTEXT_CONSTRUCTED, value);
                Ok(der::encode(
                    tag::CONTEXT_CONSTRUCTED,
                    &[kind, value].concat(),
                ))
            }
            Self::Malformed { .. } => Err(invalid("has a value without the form of its type")),
        }
    }

    /// Returns the encoding of names, one after the other.
    pub(crate) fn encode_all(names: &[Self]) -> Result<Vec<u8>> {
        let names = names.iter().map(Self::encode).collect::<Result<Vec<_>>>()?;
        Ok(names.concat())
    }

    /// Returns the type and the value in C, for a comparison with constraints.
    pub(crate) fn as_kind_and_value(&self) -> Option<(c_uint, Vec<u8>)> {
        Some(match self {
            Self::Dns(text) => (sys::GNUTLS_SAN_DNSNAME, text.as_bytes().to_vec()),
            Self::Email(text) => (sys::GNUTLS_SAN_RFC822NAME, text.as_bytes().to_vec()),
            Self::Uri(text) => (sys::GNUTLS_SAN_URI, text.as_bytes().to_vec()),
            Self::Ip(IpAddr::V4(address)) => (sys::GNUTLS_SAN_IPADDRESS, address.octets().to_vec()),
            Self::Ip(IpAddr::V6(address)) => (sys::GNUTLS_SAN_IPADDRESS, address.octets().to_vec()),
            _ => return None,
        })
    }

    /// Converts a name that C returned.
    pub(crate) fn new(kind: c_uint, value: &[u8], oid: &[u8]) -> Self {
        let malformed = || Self::Malformed {
            kind,
            value: value.to_vec(),
        };
        let text = |name: fn(String) -> Self| {
            String::from_utf8(without_nul(value).to_vec()).map_or_else(|_| malformed(), name)
        };
        match kind {
            sys::GNUTLS_SAN_DNSNAME => text(Self::Dns),
            sys::GNUTLS_SAN_RFC822NAME => text(Self::Email),
            sys::GNUTLS_SAN_URI => text(Self::Uri),
            sys::GNUTLS_SAN_DN => text(Self::DirectoryName),
            sys::GNUTLS_SAN_REGISTERED_ID => text(Self::RegisteredId),
            sys::GNUTLS_SAN_OTHERNAME => Self::Other {
                oid: String::from_utf8_lossy(without_nul(oid)).into_owned(),
                value: value.to_vec(),
            },
            sys::GNUTLS_SAN_IPADDRESS => {
                let halves = value.split_at(value.len() / 2);
                match (ip(value), ip(halves.0), ip(halves.1)) {
                    (Some(address), ..) => Self::Ip(address),
                    (None, Some(address), Some(mask)) => Self::Network(address, mask),
                    _ => malformed(),
                }
            }
            _ => malformed(),
        }
    }

    /// Returns the names that `get` returns for the numbers from 0: it writes the type, the value and the object
    /// identifier of a name, whose memory lives during the call of this function.
    pub(crate) fn list(
        mut get: impl FnMut(c_uint, &mut c_uint, &mut gnutls_datum_t, &mut gnutls_datum_t) -> Result<()>,
    ) -> Result<Vec<Self>> {
        items(|index| {
            let (mut kind, mut value, mut oid) = (0, datum::empty(), datum::empty());
            get(index, &mut kind, &mut value, &mut oid)?;
            // SAFETY: after success the data is NULL or belongs to an object that lives during the call of this function
            // and is not modified.
            let (value, oid) = unsafe {
                (
                    datum::slice(value.data, value.size as usize),
                    datum::slice(oid.data, oid.size as usize),
                )
            };
            Ok(Self::new(kind, value, oid))
        })
    }

    /// Parses an extension that consists of names.
    pub(crate) fn parse_list(extension: &[u8]) -> Result<Vec<Self>> {
        let data = bytes(extension)?;
        let names = AlternativeNames::new()?;
        // SAFETY: the object is initialised and used by nothing else; the data is only read during the call.
        check(unsafe { sys::gnutls_x509_ext_import_subject_alt_names(&data, names.raw, 0) })?;
        names.list()
    }
}

impl fmt::Display for GeneralName {
    /// Writes the type and the text, such as `DNS:localhost`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Self::Dns(_) => "DNS",
            Self::Email(_) => "email",
            Self::Uri(_) => "URI",
            Self::Ip(_) | Self::Network(..) => "IP",
            Self::DirectoryName(_) => "directory name",
            Self::RegisteredId(_) => "registered id",
            Self::Other { oid, .. } => oid,
            Self::Malformed { .. } => "malformed",
        };
        write!(f, "{kind}:{}", self.text().unwrap_or_default())
    }
}

/// Returns an address of 4 or 16 bytes.
fn ip(bytes: &[u8]) -> Option<IpAddr> {
    match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes)
            .ok()
            .map(|bytes| IpAddr::V4(Ipv4Addr::from(bytes))),
        16 => <[u8; 16]>::try_from(bytes)
            .ok()
            .map(|bytes| IpAddr::V6(Ipv6Addr::from(bytes))),
        _ => None,
    }
}

/// Returns `true` if no bit that is set follows one that is not.
fn is_mask(octets: &[u8]) -> bool {
    let set = octets.iter().map(|octet| octet.count_ones()).sum::<u32>();
    let leading = octets.iter().position(|&octet| octet != 0xff);
    let leading = leading.map_or(8 * octets.len() as u32, |index| {
        8 * index as u32 + octets[index].leading_ones()
    });
    set == leading
}

/// Removes the NUL that C appends to some texts.
fn without_nul(text: &[u8]) -> &[u8] {
    text.strip_suffix(b"\0").unwrap_or(text)
}

/// A parsed list of names.
struct AlternativeNames {
    /// Never NULL.
    raw: sys::gnutls_subject_alt_names_t,
}

impl AlternativeNames {
    fn new() -> Result<Self> {
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_subject_alt_names_init(&mut raw) })?;
        Ok(Self { raw })
    }

    fn list(&self) -> Result<Vec<GeneralName>> {
        GeneralName::list(|index, kind, value, oid| {
            // SAFETY: the object is initialised and only read. After success the data belongs to it, and it lives until
            // the end of the function.
            check(unsafe { sys::gnutls_subject_alt_names_get(self.raw, index, kind, value, oid) })
                .map(drop)
        })
    }
}

impl Drop for AlternativeNames {
    fn drop(&mut self) {
        // SAFETY: the object is initialised, owned by this value, and released once.
        unsafe { sys::gnutls_subject_alt_names_deinit(self.raw) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_without_the_form_of_their_type_survive() {
        for (kind, value) in [
            (sys::GNUTLS_SAN_IPADDRESS, &b"12345"[..]),
            (sys::GNUTLS_SAN_IPADDRESS, b""),
            (sys::GNUTLS_SAN_DNSNAME, b"\xff"),
            (99, b"new"),
        ] {
            let value = value.to_vec();
            let name = GeneralName::new(kind, &value, b"");
            assert_eq!(name, GeneralName::Malformed { kind, value });
            assert_eq!(name.text(), None);
        }
    }

    #[test]
    fn a_name_with_a_nul_byte_is_not_cut_off() {
        let name = GeneralName::new(sys::GNUTLS_SAN_DNSNAME, b"good\0.evil", b"");
        assert_eq!(name, GeneralName::Dns("good\0.evil".into()));
    }

    #[test]
    fn addresses_are_those_of_networks_in_constraints() {
        let network =
            GeneralName::new(sys::GNUTLS_SAN_IPADDRESS, &[10, 0, 0, 0, 255, 0, 0, 0], b"");
        assert_eq!(network.to_string(), "IP:10.0.0.0/255.0.0.0");
        let address = GeneralName::new(sys::GNUTLS_SAN_IPADDRESS, &[0; 16], b"");
        assert_eq!(address.to_string(), "IP:::");
    }

    #[test]
    fn encoded_names_are_those_that_are_read() {
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        let names = [
            GeneralName::Dns("*.example".into()),
            GeneralName::Email("user@example".into()),
            GeneralName::Uri("https://example/".into()),
            GeneralName::Ip(address("10.1.2.3")),
            GeneralName::Ip(address("2001:db8::1")),
            GeneralName::Network(address("10.0.0.0"), address("255.254.0.0")),
            GeneralName::DirectoryName("CN=a\\, b,O=c".into()),
            GeneralName::Other {
                oid: "1.2.3".into(),
                value: vec![4, 1, 7],
            },
            GeneralName::user_principal_name("user@example"),
            GeneralName::kerberos_principal("user@EXAMPLE").unwrap(),
            GeneralName::xmpp("example").unwrap(),
        ];
        let list = der::encode(tag::SEQUENCE, &GeneralName::encode_all(&names).unwrap());
        assert_eq!(GeneralName::parse_list(&list).unwrap(), names);
    }

    #[test]
    fn a_network_has_a_prefix() {
        let network = |address: &str, length| {
            let network = GeneralName::network(address.parse().unwrap(), length);
            network.map(|network| network.to_string())
        };
        for (address, length, text) in [
            ("10.1.2.3", 0, "IP:0.0.0.0/0.0.0.0"),
            ("10.255.2.3", 12, "IP:10.240.0.0/255.240.0.0"),
            ("10.1.2.3", 32, "IP:10.1.2.3/255.255.255.255"),
            ("2001:db8::1", 0, "IP:::/::"),
            ("2001:db8::1", 32, "IP:2001:db8::/ffff:ffff::"),
        ] {
            assert_eq!(network(address, length).unwrap(), text);
        }
        assert!(network("10.1.2.3", 33).is_err() && network("::", 129).is_err());
    }

    #[test]
    fn names_without_an_encoding_are_refused() {
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        for name in [
            GeneralName::Dns("b\u{fc}cher.example".into()),
            GeneralName::Dns("good\0.evil".into()),
            GeneralName::Network(address("10.0.0.0"), address("255.0.255.0")),
            GeneralName::Network(address("10.0.0.0"), address("ffff::")),
            GeneralName::DirectoryName("no name".into()),
            GeneralName::RegisteredId("1.2.x".into()),
            GeneralName::Malformed {
                kind: 7,
                value: vec![1],
            },
            GeneralName::Other {
                oid: "1.2.3".into(),
                value: vec![4, 2, 7],
            },
        ] {
            let error = name.encode().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{name}: {error}");
        }
        assert!(GeneralName::kerberos_principal("a\0b").is_err());
    }

    #[test]
    fn cve_2025_32988_an_invalid_identifier_does_not_reach_c() {
        let name = GeneralName::Other {
            oid: "not an identifier".into(),
            value: vec![4, 1, 7],
        };
        assert!(GeneralName::encode_all(&[name.clone(), name]).is_err());
    }

    #[test]
    fn a_damaged_list_is_an_error() {
        for extension in [&b""[..], &[0x30], &[0x30, 3, 0x82, 5, b'a'], b"text"] {
            assert!(GeneralName::parse_list(extension).is_err(), "{extension:?}");
        }
    }
}
