//! Distinguished names (RFC 5280, section 4.1.2.4), with the texts of GnuTLS.

use std::ffi::{CString, c_int, c_uint};
use std::str::FromStr;
use std::{fmt, ptr};

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::GNUTLS_X509_FMT_DER;

use crate::error::argument::{bytes, items, optional, refuse_nul, text_filled_by};
use crate::error::{Error, ErrorKind, Result, check};
use crate::support::datum;
use crate::support::datum::Output;
use crate::x509::certificate::Certificate;
use crate::x509::der;
use crate::x509::der::{expect, object_identifier, tag};

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

    /// Parses the text of RFC 4514, such as `CN=server,O=Example`, with the last component first, as
    /// [`Display`](fmt::Display) writes it.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if the text is no name, if it contains a line
    /// break, or if it contains a component with several attributes, which GnuTLS does not support.
    ///
    /// ```
    /// use gnutls::x509::{Name, oid};
    ///
    /// let name = Name::from_text("CN=server,O=Example")?;
    /// assert_eq!(name.to_string(), "CN=server,O=Example");
    /// assert_eq!(name.oids()?, [oid::ORGANIZATION, oid::COMMON_NAME]);
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[corresponds(
        gnutls_x509_dn_set_str,
        gnutls_x509_dn_export2,
        alias(
            gnutls_x509_crt_set_dn,
            gnutls_x509_crt_set_issuer_dn,
            gnutls_x509_crq_set_dn,
            gnutls_x509_dn_export
        )
    )]
    pub fn from_text(text: &str) -> Result<Self> {
        let invalid = || Error::invalid_input(format!("{text:?} is no distinguished name"));
        // C ignores the text after a line break.
        if text.contains(['\n', '\r', '\0']) {
            return Err(invalid());
        }
        let c_text = CString::new(text).map_err(|_| invalid())?;
        let name = NameObject::new()?;
        // SAFETY: the object is initialised and used by nothing else, and the text ends in NUL. The position of an error
        // is not returned.
        let code =
            unsafe { sys::gnutls_x509_dn_set_str(name.raw, c_text.as_ptr(), ptr::null_mut()) };
        check(code).map_err(|error| {
            error
                .with_kind(ErrorKind::InvalidInput)
                .with_message(format!("{text:?} is no distinguished name"))
        })?;
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        // SAFETY: the object is initialised and only read. The output is owned by the caller after success.
        let der = Output::filled_by(|der| unsafe {
            sys::gnutls_x509_dn_export2(name.raw, GNUTLS_X509_FMT_DER, der)
        })?;
        Self::from_der(der.as_bytes())
    }

    /// Returns the name with one more attribute after the others, in the order of the encoding. The value is plain text
    /// without escapes.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if the object identifier is not valid, or if the
    /// value is empty, contains a NUL byte or is not valid for this attribute.
    ///
    /// ```
    /// use gnutls::x509::{Name, oid};
    ///
    /// let name = Name::default()
    ///     .with_attribute(oid::COUNTRY, "DE")?
    ///     .with_attribute(oid::COMMON_NAME, "a, b")?;
    /// assert_eq!(name.to_string(), "CN=a\\, b,C=DE");
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[corresponds(
        gnutls_x509_crt_set_dn_by_oid,
        gnutls_x509_crt_get_subject,
        gnutls_x509_dn_oid_known,
        gnutls_x509_dn_export2,
        gnutls_x509_crt_init,
        alias(
            gnutls_x509_crq_set_dn_by_oid,
            gnutls_x509_crt_set_issuer_dn_by_oid,
            gnutls_x509_crt_set_proxy_dn
        )
    )]
    pub fn with_attribute(self, oid: &str, value: &str) -> Result<Self> {
        let message = || format!("{value:?} is no value of the attribute {oid}");
        let invalid = |_| Error::invalid_input(message());
        let c_oid = CString::new(oid).map_err(invalid)?;
        if object_identifier(oid).is_none() {
            return Err(Error::invalid_input(format!(
                "{oid:?} is no object identifier: use numbers with dots, such as those in `x509::oid`"
            )));
        }
        refuse_nul(value.as_bytes(), "the value of the attribute")?;
        // SAFETY: compares the string, which ends in NUL, with those of a constant table.
        let is_known = unsafe { sys::gnutls_x509_dn_oid_known(c_oid.as_ptr()) != 0 };
        // C requires the encoding of the value of other attributes.
        let (raw_value, flag) = if is_known {
            (value.as_bytes().to_vec(), 0)
        } else {
            (der::encode(tag::UTF8_STRING, value.as_bytes()), 1)
        };
        let length = bytes(&raw_value)?.size;
        // The only function of C that encodes an attribute belongs to certificates.
        let mut certificate = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_x509_crt_init(&mut certificate) })?;
        // SAFETY: the call above succeeded and created the object, which nothing else uses.
        let certificate = unsafe { Certificate::from_raw(certificate) };
        // SAFETY: the object is initialised and used by nothing else. The identifier, which ends in NUL, and `length` bytes
        // of the value are only read during the call.
        let code = unsafe {
            sys::gnutls_x509_crt_set_dn_by_oid(
                certificate.as_ptr(),
                c_oid.as_ptr(),
                flag,
                raw_value.as_ptr().cast(),
                length,
            )
        };
        check(code).map_err(|error| {
            error
                .with_kind(ErrorKind::InvalidInput)
                .with_message(message())
        })?;
        let mut subject = ptr::null_mut();
        // SAFETY: the certificate is initialised and used by nothing else, so that C may write to it. After success the
        // name belongs to the certificate, which lives until the end of the function.
        check(unsafe { sys::gnutls_x509_crt_get_subject(certificate.as_ptr(), &mut subject) })?;
        // SAFETY: the name is part of the certificate, which lives until the end of the function, and only read. The
        // output is owned by the caller after success.
        let attribute = Output::filled_by(|der| unsafe {
            sys::gnutls_x509_dn_export2(subject, GNUTLS_X509_FMT_DER, der)
        })?;
        let content = |name| {
            expect(name, tag::SEQUENCE)
                .map(|(content, _)| content)
                .ok_or_else(|| Error::from_code(sys::GNUTLS_E_ASN1_DER_ERROR))
        };
        let components = [content(&self.der)?, content(attribute.as_bytes())?].concat();
        Self::from_der(&der::encode(tag::SEQUENCE, &components))
    }

    /// Returns the object identifier and the encoded value of each attribute, in the order of the encoding, or an error if a
    /// component has several attributes.
    pub(crate) fn single_attributes(&self) -> Result<Vec<(String, Vec<u8>)>> {
        let mut attributes = Vec::new();
        for component in self.components()? {
            let [attribute] = component.as_slice() else {
                return Err(Error::invalid_input(format!(
                    "a component of the name {self} has several attributes, which GnuTLS does not write: use one attribute \
                     for each component"
                )));
            };
            // The tags of the types of strings are below 31.
            let value = der::encode(attribute.tag as u8, &attribute.value);
            attributes.push((attribute.oid.clone(), value));
        }
        Ok(attributes)
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
        let name = NameObject::parse(&self.der)?;
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

impl Default for Name {
    /// Returns the name without components.
    fn default() -> Self {
        Self {
            der: der::encode(tag::SEQUENCE, &[]),
            text: String::new(),
        }
    }
}

impl FromStr for Name {
    type Err = Error;

    /// Parses the text of RFC 4514; see [`from_text`](Self::from_text).
    fn from_str(text: &str) -> Result<Self> {
        Self::from_text(text)
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

fn not_available() -> Error {
    Error::from_code(sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
}

/// A parsed name.
struct NameObject {
    /// Never NULL.
    raw: sys::gnutls_x509_dn_t,
}

impl NameObject {
    fn new() -> Result<Self> {
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_x509_dn_init(&mut raw) })?;
        Ok(Self { raw })
    }

    fn parse(der: &[u8]) -> Result<Self> {
        let data = bytes(der)?;
        let name = Self::new()?;
        // SAFETY: the object is initialised and used by nothing else; the data is only read during the call.
        check(unsafe { sys::gnutls_x509_dn_import(name.raw, &data) })?;
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
    fn texts_that_are_no_names_are_refused() {
        for text in [
            "CN",
            "=a",
            "CN=",
            "CN=a\nCN=b",
            "CN=a\0",
            "CN=a+O=b",
            "NO-SUCH-TYPE=a",
        ] {
            let error = Name::from_text(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{text:?}: {error}");
        }
        assert_eq!(Name::from_text("").unwrap(), Name::default());
    }

    #[test]
    fn values_of_attributes_need_no_escapes() {
        for value in [
            "a",
            " a ",
            "a,b=c+d;\"<>\\#",
            "#0c01",
            "b\u{fc}cher",
            "two\nlines",
        ] {
            let name = Name::default().with_attribute("2.5.4.3", value).unwrap();
            let components = name.components().unwrap();
            assert_eq!(components[0][0].value, value.as_bytes(), "{name}");
            // A type that C does not recognize.
            let name = name.with_attribute("1.2.3.4", value).unwrap();
            assert_eq!(name.components().unwrap()[1][0].value, value.as_bytes());
            assert_eq!(name.single_attributes().unwrap().len(), 2);
        }
        for (oid, value) in [
            ("2.5.4.3", ""),
            ("2.5.4.3", "a\0"),
            ("CN", "a"),
            ("1.2", "\0"),
        ] {
            let error = Name::default().with_attribute(oid, value).unwrap_err();
            assert_eq!(
                error.kind(),
                ErrorKind::InvalidInput,
                "{oid} {value:?} {error}"
            );
        }
    }

    #[test]
    fn the_text_of_a_name_is_that_name() {
        for text in [
            "CN=a",
            "CN=a\\, b,O=c,C=DE",
            "1.2.3.4=#0c0161,CN=a",
            "EMAIL=a@b,DC=b",
        ] {
            assert_eq!(text.parse::<Name>().unwrap().to_string(), text);
        }
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
