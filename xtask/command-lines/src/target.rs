//! The server of `cargo xtask demo --connect`.

use std::str::FromStr;

/// A host name or address, and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The host, without brackets.
    pub host: String,
    pub port: u16,
}

impl FromStr for Target {
    type Err = String;

    /// Reads `HOST:PORT`, with an IPv6 address in brackets.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "the form is HOST:PORT, with an IPv6 address in brackets".to_owned();
        let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
        let bare = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        let host = bare.unwrap_or(host);
        let port = port.parse().map_err(|_| wrong())?;
        if host.is_empty() || bare.is_none() && host.contains([':', '[', ']']) {
            return Err(wrong());
        }
        Ok(Self {
            host: host.into(),
            port,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets() {
        let target = |host: &str, port| {
            Ok(Target {
                host: host.into(),
                port,
            })
        };
        assert_eq!("example.org:443".parse(), target("example.org", 443));
        assert_eq!("192.0.2.1:1".parse(), target("192.0.2.1", 1));
        assert_eq!("[2001:db8::1]:443".parse(), target("2001:db8::1", 443));
        for wrong in [
            "example.org",
            ":443",
            "example.org:",
            "example.org:99999",
            "2001:db8::1:443",
            "[]:443",
            "[x:1",
        ] {
            assert!(wrong.parse::<Target>().is_err(), "{wrong}");
        }
    }
}
