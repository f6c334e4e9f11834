//! Distinguished names (RFC 5280, section 4.1.2.4), with the texts of GnuTLS.

use std::ffi::{CString, c_int, c_uint};
use std::{fmt, ptr};

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::error::argument::{bytes, items, optional, text_filled_by};
use crate::error::{Result, check};
use crate::support::datum;
use crate::support::datum::Output;

/// A distinguished name, such as the subject of a certificate.
///
/// [`Display`](fmt::Display) writes the text of RFC 4514, with the last component first. Two names are equal if their
/// encodings are.
///
/// ```
/// use gnutls::x509::{Certificate, oid};
///
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/fields.pem");
/// let subject = Certificate::from_pem_file(path)?.subject()?;
/// assert_eq!(subject.to_string(), "CN=all\\, of them,OU=two,OU=one,O=Example,C=DE");
/// // libvirt and qemu compare this text with their list of permitted names.
/// assert_eq!(subject.to_compatible_text()?, "C=DE,O=Example,OU=one,OU=two,CN=all\\, of them");
/// // The value is escaped as in the text.
/// assert_eq!(subject.value(oid::COMMON_NAME)?.as_deref(), Some("all\\, of them"));
/// assert_eq!(subject.values(oid::ORGANIZATIONAL_UNIT)?, ["one", "two"]);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[corresponds(alias(gnutls_x509_dn_t))]
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Name {
    der: Vec<u8>,
    text: String,
}

/// One attribute of a [`Name`], in its encoding.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct NameAttribute {
    /// The object identifier of the type, such as [`COMMON_NAME`](crate::x509::oid::COMMON_NAME).
    pub oid: String,
    /// The ASN.1 tag of the value, such as 12 for a UTF-8 string.
    pub tag: u32,
    /// The bytes of the value.
    pub value: Vec<u8>,
}

impl Name {
    /// Parses a name in DER: a sequence of relative distinguished names.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](crate::ErrorKind::Certificate) if the data is no name.
    #[corresponds(gnutls_x509_rdn_get2, alias(gnutls_x509_dn_get_str2))]
    pub fn from_der(der: &[u8]) -> Result<Self> {
        let text = text_of(der, 0)?;
        Ok(Self {
            der: der.to_vec(),
            text,
        })
    }

    /// Returns the name in DER.
    #[corresponds(alias(
        gnutls_x509_crt_get_raw_dn,
        gnutls_x509_crt_get_raw_issuer_dn,
        gnutls_x509_dn_export2
    ))]
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// Returns the text in the order of the encoding, as `gnutls_x509_crt_get_dn` writes it. Programs with lists of
    /// permitted names, such as libvirt and qemu, compare this text.
    ///
    /// # Errors
    ///
    /// Returns an error if memory is exhausted.
    #[corresponds(
        gnutls_x509_rdn_get2(GNUTLS_X509_DN_FLAG_COMPAT),
        alias(
            gnutls_x509_crt_get_dn,
            gnutls_x509_crt_get_dn2,
            gnutls_x509_crt_get_issuer_dn,
            gnutls_x509_crt_get_issuer_dn2,
            gnutls_x509_rdn_get,
            gnutls_x509_dn_get_str
        )
    )]
    pub fn to_compatible_text(&self) -> Result<String> {
        text_of(&self.der, sys::GNUTLS_X509_DN_FLAG_COMPAT as c_uint)
    }

    /// Returns `true` if the name has no components.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Returns the text of the first attribute with this object identifier; see [`values`](Self::values).
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](crate::ErrorKind::Certificate) if the value is damaged.
    #[corresponds(
        gnutls_x509_rdn_get_by_oid,
        alias(gnutls_x509_crt_get_dn_by_oid, gnutls_x509_crt_get_issuer_dn_by_oid)
    )]
    pub fn value(&self, oid: &str) -> Result<Option<String>> {
        optional(self.value_at(oid, 0))
    }

    /// Returns the texts of all attributes with this object identifier, in the order of the encoding. Special characters
    /// are escaped as in RFC 4514, and the text of a value whose type GnuTLS does not recognize is `#` and its encoding in
    /// hexadecimal digits; [`components`](Self::components) returns the bytes of the values.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](crate::ErrorKind::Certificate) if a value is damaged.
    #[corresponds(gnutls_x509_rdn_get_by_oid)]
    pub fn values(&self, oid: &str) -> Result<Vec<String>> {
        items(|index| self.value_at(oid, index))
    }

    fn value_at(&self, oid: &str, index: c_uint) -> Result<String> {
        let name = bytes(&self.der)?;
        let oid = CString::new(oid).map_err(|_| not_available())?;
        text_filled_by(|buffer, length| {
            // SAFETY: the name and the object identifier, which ends in NUL, are only read. C writes at most `*length`
            // bytes to the buffer, and the length of the value.
            unsafe {
                sys::gnutls_x509_rdn_get_by_oid(&name, oid.as_ptr(), index, 0, buffer, length)
            }
        })
    }

    /// Returns the object identifiers of all attributes, in the order of the encoding.
    ///
    /// # Errors
    ///
    /// Returns an error if memory is exhausted.
    #[corresponds(
        gnutls_x509_rdn_get_oid,
        alias(gnutls_x509_crt_get_dn_oid, gnutls_x509_crt_get_issuer_dn_oid)
    )]
    pub fn oids(&self) -> Result<Vec<String>> {
        let name = bytes(&self.der)?;
        items(|index| {
            text_filled_by(|buffer, length| {
                // SAFETY: the name is only read. C writes at most `*length` bytes to the buffer, and the length of the
                // object identifier.
                unsafe { sys::gnutls_x509_rdn_get_oid(&name, index, buffer, length) }
            })
        })
    }

    /// Returns the relative distinguished names in the order of the encoding. Each has one attribute in most names.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](crate::ErrorKind::Certificate) if the name is damaged.
    ///
    /// ```
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/server.pem");
    /// let subject = gnutls::x509::Certificate::from_pem_file(path)?.subject()?;
    /// let components = subject.components()?;
    /// assert_eq!(components[0][0].oid, gnutls::x509::oid::COMMON_NAME);
    /// assert_eq!(components[0][0].value, b"server");
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[corresponds(
        gnutls_x509_dn_get_rdn_ava,
        gnutls_x509_dn_init,
        gnutls_x509_dn_import,
        alias(gnutls_x509_dn_deinit)
    )]
    pub fn components(&self) -> Result<Vec<Vec<NameAttribute>>> {
        let name = NameObject::new(&self.der)?;
        let mut components = Vec::new();
        for index in 0.. {
            let attributes = items(|attribute| name.attribute(index, attribute as c_int))?;
            if attributes.is_empty() {
                break;
            }
            components.push(attributes);
        }
        Ok(components)
    }
}

impl fmt::Display for Name {
    /// Writes the text of RFC 4514, as `gnutls_x509_crt_get_dn3` does.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({:?})", self.text)
    }
}

/// Returns GnuTLS's text of a name.
fn text_of(der: &[u8], flags: c_uint) -> Result<String> {
    let name = bytes(der)?;
    // SAFETY: the name is only read, and the output is owned by the caller after success.
    let text =
        Output::filled_by(|output| unsafe { sys::gnutls_x509_rdn_get2(&name, output, flags) });
    // An empty name has no text.
    Ok(optional(text)?.map_or_else(String::new, |text| text.to_text()))
}

fn not_available() -> crate::error::Error {
    crate::error::Error::from_code(sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
}

/// A parsed name.
struct NameObject {
    /// Never NULL.
    raw: sys::gnutls_x509_dn_t,
}

impl NameObject {
    fn new(der: &[u8]) -> Result<Self> {
        let data = bytes(der)?;
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_x509_dn_init(&mut raw) })?;
        let name = Self { raw };
        // SAFETY: the object is initialised and used by nothing else; the data is only read during the call.
        check(unsafe { sys::gnutls_x509_dn_import(raw, &data) })?;
        Ok(name)
    }

    fn attribute(&self, component: c_int, attribute: c_int) -> Result<NameAttribute> {
        let mut ava = sys::gnutls_x509_ava_st {
            oid: datum::empty(),
            value: datum::empty(),
            value_tag: 0,
        };
        // SAFETY: the object is initialised and only read. After success `ava` contains pointers into it.
        let code =
            unsafe { sys::gnutls_x509_dn_get_rdn_ava(self.raw, component, attribute, &mut ava) };
        if code == sys::GNUTLS_E_ASN1_ELEMENT_NOT_FOUND {
            return Err(not_available());
        }
        check(code)?;
        // SAFETY: both data belong to the object, which lives until the end of the function and is not modified.
        let (oid, value) = unsafe {
            (
                datum::slice(ava.oid.data, ava.oid.size as usize),
                datum::slice(ava.value.data, ava.value.size as usize),
            )
        };
        let oid = oid.strip_suffix(b"\0").unwrap_or(oid);
        Ok(NameAttribute {
            oid: String::from_utf8_lossy(oid).into_owned(),
            tag: u32::try_from(ava.value_tag).unwrap_or(u32::MAX),
            value: value.to_vec(),
        })
    }
}

impl Drop for NameObject {
    fn drop(&mut self) {
        // SAFETY: the object is initialised, owned by this value, and released once.
        unsafe { sys::gnutls_x509_dn_deinit(self.raw) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_name_has_no_text_and_no_components() {
        let name = Name::from_der(&[0x30, 0]).unwrap();
        assert!(name.is_empty());
        assert_eq!(name.to_string(), "");
        assert_eq!(name.to_compatible_text().unwrap(), "");
        assert_eq!(name.oids().unwrap(), [""; 0]);
        assert_eq!(name.components().unwrap().len(), 0);
        assert_eq!(name.value("2.5.4.3").unwrap(), None);
    }

    #[test]
    fn damaged_names_are_errors() {
        for der in [
            &b""[..],
            &[0x30],
            &[0x30, 5],
            b"CN=no DER",
            &[0x30, 2, 0x31],
        ] {
            assert!(Name::from_der(der).is_err(), "{der:?}");
        }
    }
}
