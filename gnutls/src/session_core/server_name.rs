//! The name of a server, which a client sends and verifies.

use std::borrow::Cow;
use std::ffi::{CString, c_uint};
use std::net::IpAddr;

use gnutls_sys::GNUTLS_E_INVALID_REQUEST;

use crate::error::{Error, ErrorKind, Result};
use crate::support::datum::Output;

/// The name of the server that a session is opened for.
///
/// A `&str` or `&String` converts into it, as does an [`IpAddr`]. The name is a host name, which is sent to the server
/// (SNI, RFC 6066, section 3), or an address, which is not. The certificate of the server has to be issued for it.
///
/// ```
/// use gnutls::ClientConfig;
/// use gnutls::session::PeerName;
///
/// let config = ClientConfig::builder().dangerous_accept_any_certificate().build()?;
/// let by_name = config.session("example.org")?;
/// let by_address = config.session(std::net::IpAddr::from([192, 0, 2, 1]))?;
/// let unnamed = config.session(PeerName::Unnamed)?;
/// # let _ = (by_name, by_address, unnamed);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PeerName<'a> {
    /// A host name, or an address in text form.
    Host(&'a str),
    /// An address.
    Address(IpAddr),
    /// No name, for a configuration that identifies the server by its [key](crate::Trust::pinned_key), that [permits
    /// it](crate::ClientConfigBuilder::allow_unnamed_servers), that accepts any certificate, or that requires none.
    Unnamed,
}

impl<'a> From<&'a str> for PeerName<'a> {
    fn from(name: &'a str) -> Self {
        Self::Host(name)
    }
}

impl<'a> From<&'a String> for PeerName<'a> {
    fn from(name: &'a String) -> Self {
        Self::Host(name)
    }
}

impl From<IpAddr> for PeerName<'_> {
    fn from(address: IpAddr) -> Self {
        Self::Address(address)
    }
}

impl PeerName<'_> {
    /// Parses the name.
    pub(crate) fn parse(self) -> Result<Option<ServerName>> {
        match self {
            Self::Host(name) => ServerName::parse(name).map(Some),
            Self::Address(address) => Ok(Some(ServerName::Address(address))),
            Self::Unnamed => Ok(None),
        }
    }
}

/// The name of a server, as it is sent to it and looked for in its certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ServerName {
    /// A DNS name: A-labels in lower case, without a trailing dot.
    Dns(CString),
    /// An IP address, which is verified and never sent (RFC 6066, section 3).
    Address(IpAddr),
}

impl ServerName {
    /// Returns the name in lower case without a trailing dot, or the address in its usual form.
    pub(crate) fn as_text(&self) -> Cow<'_, str> {
        match self {
            // The name was created from a string.
            Self::Dns(name) => name.to_string_lossy(),
            Self::Address(address) => Cow::Owned(address.to_string()),
        }
    }

    /// Parses a name or an address. Any other text is an error, since GnuTLS would compare it with the certificate
    /// unchanged.
    ///
    /// The result is final: GnuTLS would map a name that is not ASCII after the checks, and sends the case of the
    /// caller, although servers select their identity by the exact bytes.
    pub(crate) fn parse(name: &str) -> Result<Self> {
        if let Ok(address) = name.parse() {
            return Ok(Self::Address(address));
        }
        let invalid =
            || Error::invalid_input(format!("{name:?} is neither a host name nor an address"));
        // The mapping drops ASCII characters that are not allowed in a host name.
        let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
        let mapped = if name.is_ascii() {
            name.to_ascii_lowercase()
        } else if name.chars().all(|c| letter(c) || !c.is_ascii()) {
            a_labels(name)?
        } else {
            return Err(invalid());
        };
        // A trailing dot, for the root label, is neither sent nor compared.
        let host = mapped.strip_suffix('.').unwrap_or(&mapped);
        if host.len() > 253
            || ends_in_a_number(host)
            || host.split('.').any(str::is_empty)
            || !host.chars().all(|c| letter(c) || c == '_')
        {
            return Err(invalid());
        }
        CString::new(host).map(Self::Dns).map_err(|_| invalid())
    }
}

/// Converts a host name into A-labels in lower case (IDNA).
fn a_labels(name: &str) -> Result<String> {
    let rejected = |code| {
        Error::from_code(code)
            .with_kind(ErrorKind::InvalidInput)
            .with_message(format!(
                "GnuTLS rejects the server name {name:?}: use its A-labels (`xn--`)"
            ))
    };
    let length = c_uint::try_from(name.len()).map_err(|_| rejected(GNUTLS_E_INVALID_REQUEST))?;
    // SAFETY: reads `length` bytes at `name` and stores a new string in the datum.
    let mapped = Output::fill(|output| unsafe {
        gnutls_sys::gnutls_idna_map(name.as_ptr().cast(), length, output, 0)
    })
    .map_err(rejected)?;
    Ok(String::from_utf8_lossy(mapped.as_bytes()).to_ascii_lowercase())
}

/// Returns `true` if the last label is a number. GnuTLS compares such a name with the addresses in a certificate:
/// `inet_aton` also accepts fewer than four numbers, and hexadecimal ones.
fn ends_in_a_number(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or(host);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    let hexadecimal = |text: &str| text.bytes().all(|c| c.is_ascii_hexdigit());
    digits(last) || last.strip_prefix("0x").is_some_and(hexadecimal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_names_are_told_apart() {
        assert_eq!(
            ServerName::parse("127.0.0.1").unwrap(),
            ServerName::Address([127, 0, 0, 1].into())
        );
        assert!(matches!(
            ServerName::parse("::1").unwrap(),
            ServerName::Address(IpAddr::V6(_))
        ));
        assert_eq!(
            ServerName::parse("example.org.").unwrap(),
            ServerName::Dns(c"example.org".into())
        );
        assert!(ServerName::parse("host_name.example").is_ok());
    }

    #[test]
    fn a_name_is_normalised() {
        for (name, normal) in [
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("BÜCHER.Example.", "xn--bcher-kva.example"),
            ("XN--BCHER-KVA.EXAMPLE", "xn--bcher-kva.example"),
            ("EXAMPLE.org", "example.org"),
            ("ｅｘａｍｐｌｅ.org", "example.org"),
            // Each kind of full stop separates labels, and ends the name.
            ("example\u{3002}org\u{ff61}", "example.org"),
            ("example\u{ff0e}org\u{3002}", "example.org"),
        ] {
            let parsed = ServerName::parse(name).unwrap();
            assert_eq!(parsed.as_text(), normal, "{name:?}");
        }
    }

    #[test]
    fn bug_class_8_and_11_what_is_no_name_is_refused() {
        for name in [
            "",
            ".",
            "a..b",
            "example.org\0.evil",
            "*.example.org",
            "[::1]",
            "a b",
            "https://a",
            "a:443",
            "127.0.0.1.",
            // Numbers that `inet_aton` accepts.
            "127.1",
            "2130706433",
            "0x7f000001",
            "127.0.0.0X1.",
            // The mapping would result in an address, an empty label, or a name without the character.
            "１２７.0.0.1",
            "127\u{3002}0\u{ff0e}0\u{ff61}1",
            "⑧.8.8.8",
            "example.org\u{3002}\u{3002}",
            "example.org.\u{ff0e}",
            "\u{3002}",
            "a\u{3002}\u{ff61}b",
            "host_name.bücher.example",
            "bücher example",
            "*.bücher.example",
        ] {
            let error = ServerName::parse(name).unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::InvalidInput, "{name:?}");
        }
        assert!(ServerName::parse(&"a".repeat(254)).is_err());
    }
}
