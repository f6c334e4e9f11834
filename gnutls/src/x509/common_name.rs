//! The common name of a certificate whose alternative names exclude it (CVE-2026-42012, CVE-2026-42013).
//!
//! RFC 6125, section 6.4.4, permits the common name as the name of a server only if the certificate has no alternative name
//! of a kind that identifies one. Before 3.8.13, GnuTLS uses it although there is a URI or SRV name, and if it comes to an
//! alternative name that exceeds its buffer before a DNS name or an address.

use crate::library::vulnerability;
use crate::x509::certificate::Certificate;
use crate::x509::der::{element, expect};
use crate::x509::general_name::GeneralName;

/// The size of the buffer of GnuTLS for a name, including the NUL at the end (`MAX_CN` in lib/x509/x509_int.h).
const BUFFER: usize = 256;

/// The object identifier id-on-dnsSRV (RFC 4985).
const SRV_NAME: &str = "1.3.6.1.5.5.7.8.7";

/// The tags of the general names that GnuTLS compares with the name of a server (RFC 5280, section 4.2.1.6).
const DNS_NAME: u8 = 0x82;
const ADDRESS: u8 = 0x87;

/// Returns `true` if the running library accepts a server only by the common name of this certificate, in DER, although its
/// alternative names exclude that.
pub(crate) fn is_accepted_wrongly(der: &[u8]) -> bool {
    // Nearly all certificates are decided without the state of the library and another parser run of GnuTLS.
    !begins_with_server_name(der).unwrap_or(false)
        && vulnerability::common_name_is_accepted_wrongly()
        && Certificate::from_der(der).map_or(true, |certificate| excludes_common_name(&certificate))
}

impl Certificate {
    /// Returns `true` if the running library accepts a server only by the common name of this certificate, although its
    /// alternative names exclude that.
    pub(crate) fn common_name_is_accepted_wrongly(&self) -> bool {
        vulnerability::common_name_is_accepted_wrongly() && excludes_common_name(self)
    }
}

/// Returns `true` if there are no alternative names, or if the first is a DNS name or an address that fits into the buffer,
/// so that GnuTLS does not use the common name. `None` if the certificate has another structure than that of version 3.
fn begins_with_server_name(certificate: &[u8]) -> Option<bool> {
    const SEQUENCE: u8 = 0x30;
    const OBJECT_IDENTIFIER: u8 = 0x06;
    const OCTET_STRING: u8 = 0x04;
    const EXTENSIONS: u8 = 0xa3;
    const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];

    let (certificate, _) = expect(certificate, SEQUENCE)?;
    let (mut fields, _) = expect(certificate, SEQUENCE)?;
    let extensions = loop {
        if fields.is_empty() {
            return Some(true);
        }
        let (tag, content, rest) = element(fields)?;
        if tag == EXTENSIONS {
            break content;
        }
        fields = rest;
    };
    let (mut extensions, _) = expect(extensions, SEQUENCE)?;
    while !extensions.is_empty() {
        let (extension, rest) = expect(extensions, SEQUENCE)?;
        extensions = rest;
        let (identifier, mut values) = expect(extension, OBJECT_IDENTIFIER)?;
        if identifier != SUBJECT_ALT_NAME {
            continue;
        }
        // The flag "critical" precedes the value.
        let value = loop {
            let (tag, content, rest) = element(values)?;
            if tag == OCTET_STRING {
                break content;
            }
            values = rest;
        };
        let (names, _) = expect(value, SEQUENCE)?;
        let (tag, name, _) = element(names)?;
        return Some(matches!(tag, DNS_NAME | ADDRESS) && name.len() < BUFFER);
    }
    Some(true)
}

/// Returns `true` if GnuTLS uses the common name although an alternative name excludes it. Visits the names like
/// `gnutls_x509_crt_check_hostname2`.
fn excludes_common_name(certificate: &Certificate) -> bool {
    let Ok(names) = certificate.subject_alt_names() else {
        return true;
    };
    let mut excluded = false;
    for name in &names {
        let length = match name {
            GeneralName::Dns(text)
            | GeneralName::Email(text)
            | GeneralName::Uri(text)
            | GeneralName::DirectoryName(text)
            | GeneralName::RegisteredId(text) => text.len(),
            GeneralName::Other { value, .. } | GeneralName::Malformed { value, .. } => value.len(),
            GeneralName::Ip(_) | GeneralName::Network(..) => 0,
        };
        match name {
            _ if length >= BUFFER => return true,
            GeneralName::Dns(_) | GeneralName::Ip(_) | GeneralName::Network(..) => return false,
            GeneralName::Uri(_) => excluded = true,
            GeneralName::Other { oid, .. } => excluded |= oid == SRV_NAME,
            _ => {}
        }
    }
    excluded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequence(tag: u8, content: &[u8]) -> Vec<u8> {
        let mut element = vec![tag, 0x82];
        element.extend(u16::try_from(content.len()).unwrap().to_be_bytes());
        element.extend(content);
        element
    }

    /// Returns the skeleton of a certificate with these alternative names.
    fn certificate(names: &[u8]) -> Vec<u8> {
        let mut extension = vec![0x06, 3, 0x55, 0x1d, 0x11, 0x01, 1, 0xff];
        extension.extend(sequence(0x04, &sequence(0x30, names)));
        let extensions = sequence(0x30, &sequence(0x30, &extension));
        let mut fields = vec![0x02, 1, 1];
        fields.extend(sequence(0xa3, &extensions));
        sequence(0x30, &sequence(0x30, &fields))
    }

    #[test]
    fn the_first_alternative_name_decides() {
        let of = |names: &[u8]| begins_with_server_name(&certificate(names));
        assert_eq!(of(&[0x82, 1, b'a', 0x86, 1, b'u']), Some(true));
        assert_eq!(of(&[0x87, 4, 127, 0, 0, 1]), Some(true));
        assert_eq!(of(&[0x86, 1, b'u', 0x82, 1, b'a']), Some(false));
        let long = [&[0x82, 0x82, 1, 0][..], &[b'a'; 256]].concat();
        assert_eq!(of(&long), Some(false));
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn another_structure_is_left_to_gnutls() {
        let whole = certificate(&[0x82, 1, b'a']);
        for length in 0..whole.len() {
            assert_eq!(begins_with_server_name(&whole[..length]), None, "{length}");
        }
    }
}
