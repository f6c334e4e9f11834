//! The name of a server, which a client sends and verifies.

use std::borrow::Cow;
use std::ffi::CString;
use std::net::IpAddr;

use crate::error::{Error, Result};

/// The name of the server that a session is opened for.
///
/// A `&str` or `&String` converts into it, as does an [`IpAddr`]. The name is a host name, which is sent to the server (SNI,
/// RFC 6066, section 3), or an address, which is not. The certificate of the server has to be issued for it.
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
    /// No name, for a configuration that accepts any certificate or requires none.
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
    /// A DNS name.
    Dns(CString),
    /// An IP address, which is verified and never sent (RFC 6066, section 3).
    Address(IpAddr),
}

impl ServerName {
    /// Returns the name without a trailing dot, or the address in its usual form.
    pub(crate) fn as_text(&self) -> Cow<'_, str> {
        match self {
            // The name was created from a string.
            Self::Dns(name) => name.to_string_lossy(),
            Self::Address(address) => Cow::Owned(address.to_string()),
        }
    }

    /// Returns `true` if both name the same server. Names are compared without regard to the case of ASCII letters.
    pub(crate) fn matches(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Dns(name), Self::Dns(other)) => {
                name.as_bytes().eq_ignore_ascii_case(other.as_bytes())
            }
            _ => self == other,
        }
    }

    /// Parses a name or an address. Any other text is an error, since GnuTLS would compare it with the certificate
    /// unchanged.
    pub(crate) fn parse(name: &str) -> Result<Self> {
        if let Ok(address) = name.parse() {
            return Ok(Self::Address(address));
        }
        // A trailing dot, for the root label, is neither sent nor compared.
        let host = name.strip_suffix('.').unwrap_or(name);
        // An address with a trailing dot would be sent as a name, but GnuTLS would compare it with addresses in a
        // certificate.
        let address = host.parse::<IpAddr>().is_ok();
        let letter = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_' || !c.is_ascii();
        if host.is_empty()
            || address
            || host.len() > 253
            || !host
                .split('.')
                .all(|label| !label.is_empty() && label.chars().all(letter))
        {
            return Err(Error::invalid_input(format!(
                "{name:?} is neither a host name nor an address"
            )));
        }
        // No label has a NUL.
        CString::new(host)
            .map(Self::Dns)
            .map_err(|_| Error::invalid_input("a host name with a NUL byte"))
    }
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
        assert!(ServerName::parse("xn--bcher-kva.example").is_ok());
        assert!(ServerName::parse("bücher.example").is_ok());
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
        ] {
            let error = ServerName::parse(name).unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::InvalidInput, "{name:?}");
        }
        assert!(ServerName::parse(&"a".repeat(254)).is_err());
    }
}
