//! General names (RFC 5280, section 4.2.1.6): the subject alternative names of a certificate, and similar fields.

use std::ffi::{CString, c_uint};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::{fmt, ptr};

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::gnutls_datum_t;

use crate::error::argument::{bytes, items};
use crate::error::{Result, check};
use crate::support::datum;
use crate::support::datum::Output;

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
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_subject_alt_names_init(&mut raw) })?;
        let names = AlternativeNames { raw };
        // SAFETY: the object is initialised and used by nothing else; the data is only read during the call.
        check(unsafe { sys::gnutls_x509_ext_import_subject_alt_names(&data, raw, 0) })?;
        Self::list(|index, kind, value, oid| {
            // SAFETY: the object is initialised and only read. After success the data belongs to it, and it lives until
            // the end of the function.
            check(unsafe { sys::gnutls_subject_alt_names_get(names.raw, index, kind, value, oid) })
                .map(drop)
        })
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

/// Removes the NUL that C appends to some texts.
fn without_nul(text: &[u8]) -> &[u8] {
    text.strip_suffix(b"\0").unwrap_or(text)
}

/// A parsed list of names.
struct AlternativeNames {
    /// Never NULL.
    raw: sys::gnutls_subject_alt_names_t,
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
    fn a_damaged_list_is_an_error() {
        for extension in [&b""[..], &[0x30], &[0x30, 3, 0x82, 5, b'a'], b"text"] {
            assert!(GeneralName::parse_list(extension).is_err(), "{extension:?}");
        }
    }
}
