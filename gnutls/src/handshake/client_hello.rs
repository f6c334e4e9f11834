//! The ClientHello as it was received, by which a server decides before it continues the handshake.

use gnutls_macros::corresponds;

use crate::crypto::parameters::Protocol;

/// The offers and requests of a client, before the server has processed them (RFC 8446, section 4.1.2).
///
/// Nothing in it is authenticated: a man-in-the-middle can have written it. The session has the parameters that both
/// sides negotiate.
///
/// ```
/// use gnutls::handshake::ClientHello;
///
/// /// Returns `true` if the client offers HTTP/2.
/// fn offers_http2(hello: &ClientHello<'_>) -> bool {
///     hello.alpn().any(|protocol| protocol == b"h2")
/// }
/// # let _ = offers_http2;
/// ```
#[derive(Clone, Copy)]
pub struct ClientHello<'a> {
    body: &'a [u8],
    legacy_version: [u8; 2],
    random: &'a [u8],
    session_id: &'a [u8],
    cipher_suites: &'a [u8],
    extensions: &'a [u8],
    server_name: Option<&'a str>,
    alpn: &'a [u8],
}

const SERVER_NAME: u16 = 0;
const ALPN: u16 = 16;
#[cfg(gnutls_3_6_5)]
const EARLY_DATA: u16 = 42;
const SUPPORTED_VERSIONS: u16 = 43;

impl<'a> ClientHello<'a> {
    /// Parses the body of a ClientHello, the message without its header of 4 bytes (12 in DTLS). Returns `None` if a
    /// part that this crate reads is malformed, or if an extension that it reads is duplicate.
    pub(crate) fn parse(body: &'a [u8], datagram: bool) -> Option<Self> {
        let mut rest = body;
        let legacy_version = take(&mut rest, 2)?.try_into().ok()?;
        let random = take(&mut rest, 32)?;
        let session_id = vector(&mut rest, 1)?;
        if session_id.len() > crate::session_id::SessionId::MAX_LEN {
            return None;
        }
        if datagram {
            // The cookie (RFC 6347, section 4.2.1).
            vector(&mut rest, 1)?;
        }
        let cipher_suites = vector(&mut rest, 2)?;
        if cipher_suites.len() % 2 != 0 {
            return None;
        }
        // Compression methods.
        vector(&mut rest, 1)?;
        // A ClientHello without extensions ends here (RFC 5246, section 7.4.1.2).
        let extensions = if rest.is_empty() {
            rest
        } else {
            let extensions = vector(&mut rest, 2)?;
            if !rest.is_empty() {
                return None;
            }
            extensions
        };
        let mut hello = Self {
            body,
            legacy_version,
            random,
            session_id,
            cipher_suites,
            extensions,
            server_name: None,
            alpn: &[],
        };
        let (mut names, mut protocols, mut versions) = (None, None, None);
        let mut rest = extensions;
        while !rest.is_empty() {
            let (kind, content) = extension(&mut rest)?;
            let slot = match kind {
                SERVER_NAME => &mut names,
                ALPN => &mut protocols,
                SUPPORTED_VERSIONS => &mut versions,
                _ => continue,
            };
            if slot.replace(content).is_some() {
                return None;
            }
        }
        if let Some(names) = names {
            hello.server_name = host_name(names)?;
        }
        if let Some(mut content) = protocols {
            hello.alpn = vector(&mut content, 2).filter(|_| content.is_empty())?;
            let mut list = hello.alpn;
            while !list.is_empty() {
                vector(&mut list, 1).filter(|name| !name.is_empty())?;
            }
        }
        if let Some(mut content) = versions {
            vector(&mut content, 1).filter(|list| content.is_empty() && list.len() % 2 == 0)?;
        }
        Some(hello)
    }

    /// Returns the server name that the client requests (SNI, RFC 6066, section 3).
    pub fn server_name(&self) -> Option<&'a str> {
        self.server_name
    }

    /// Returns the application protocols of the client (RFC 7301), in order of preference.
    pub fn alpn(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let mut list = self.alpn;
        std::iter::from_fn(move || vector(&mut list, 1))
    }

    /// Returns the IANA numbers of the client's cipher suites, in order of preference.
    /// [`CipherSuite::from_id`](crate::crypto::CipherSuite::from_id) returns those that the library supports.
    pub fn cipher_suites(&self) -> impl Iterator<Item = [u8; 2]> + use<'a> {
        self.cipher_suites
            .chunks_exact(2)
            .map(|suite| [suite[0], suite[1]])
    }

    /// Returns the protocol versions of the client that this crate supports. A client without a list of versions (RFC
    /// 8446, section 4.2.1) supports the version in its ClientHello and older ones.
    pub fn versions(&self) -> Vec<Protocol> {
        match self.extension(SUPPORTED_VERSIONS) {
            Some(mut content) => vector(&mut content, 1)
                .unwrap_or_default()
                .chunks_exact(2)
                .filter_map(|version| protocol([version[0], version[1]]))
                .collect(),
            None => protocol(self.legacy_version).into_iter().collect(),
        }
    }

    /// Returns the client random.
    pub fn random(&self) -> &'a [u8] {
        self.random
    }

    /// Returns the session identifier of the client, up to 32 bytes.
    pub fn session_id(&self) -> &'a [u8] {
        self.session_id
    }

    /// Returns all extensions with their numbers (IANA's registry of TLS extensions), in the order of the ClientHello.
    ///
    /// The ClientHello is parsed in Rust, with any release of GnuTLS.
    #[corresponds(instead(gnutls_ext_raw_parse))]
    pub fn extensions(&self) -> impl Iterator<Item = (u16, &'a [u8])> + use<'a> {
        let mut rest = self.extensions;
        std::iter::from_fn(move || extension(&mut rest))
    }

    /// Returns the content of an extension, or `None` if the client did not send it.
    pub fn extension(&self, number: u16) -> Option<&'a [u8]> {
        self.extensions()
            .find(|&(kind, _)| kind == number)
            .map(|(_, content)| content)
    }

    /// Returns the ClientHello without the header of the handshake message.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.body
    }

    #[cfg(gnutls_3_6_5)]
    pub(crate) fn offers_early_data(&self) -> bool {
        self.extension(EARLY_DATA).is_some()
    }

    /// Returns the parts that a second ClientHello must repeat.
    pub(crate) fn requested_names(&self) -> RequestedNames {
        RequestedNames {
            server_name: self.server_name.map(Box::from),
            alpn: self.alpn.into(),
        }
    }
}

impl std::fmt::Debug for ClientHello<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientHello")
            .field("server_name", &self.server_name)
            .field(
                "alpn",
                &self.alpn().map(String::from_utf8_lossy).collect::<Vec<_>>(),
            )
            .field("versions", &self.versions())
            .finish_non_exhaustive()
    }
}

/// The parts of a ClientHello that a configuration was chosen by.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RequestedNames {
    server_name: Option<Box<str>>,
    alpn: Box<[u8]>,
}

/// Returns the first host name of the extension. An invalid host name is malformed.
fn host_name(mut content: &[u8]) -> Option<Option<&str>> {
    let mut list = vector(&mut content, 2)?;
    if !content.is_empty() || list.is_empty() {
        return None;
    }
    let mut first = None;
    while !list.is_empty() {
        let kind = take(&mut list, 1)?[0];
        let name = vector(&mut list, 2)?;
        let printable = !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
        match (kind, first) {
            (0, None) if printable => first = std::str::from_utf8(name).ok(),
            // Two names of one type are not allowed.
            (0, _) => return None,
            _ => {}
        }
    }
    Some(first)
}

fn protocol(version: [u8; 2]) -> Option<Protocol> {
    Some(match version {
        [3, 0] => Protocol::SSL3_0,
        [3, 1] => Protocol::TLS1_0,
        [3, 2] => Protocol::TLS1_1,
        [3, 3] => Protocol::TLS1_2,
        [3, 4] => Protocol::TLS1_3,
        [254, 255] => Protocol::DTLS1_0,
        [254, 253] => Protocol::DTLS1_2,
        _ => return None,
    })
}

fn extension<'a>(rest: &mut &'a [u8]) -> Option<(u16, &'a [u8])> {
    let kind = take(rest, 2)?;
    Some((u16::from_be_bytes([kind[0], kind[1]]), vector(rest, 2)?))
}

/// Returns the bytes after a length of `size` bytes.
fn vector<'a>(rest: &mut &'a [u8], size: usize) -> Option<&'a [u8]> {
    let length = take(rest, size)?
        .iter()
        .fold(0, |length, &byte| length << 8 | usize::from(byte));
    take(rest, length)
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(size: usize, content: &[u8]) -> Vec<u8> {
        let length = content.len().to_be_bytes();
        [&length[length.len() - size..], content].concat()
    }

    fn with_extensions(extensions: &[u8]) -> Vec<u8> {
        [
            &[3, 3][..],
            &[7; 32],
            &counted(1, &[9; 32]),
            &counted(2, &[0x13, 1, 0xc0, 0x2f]),
            &counted(1, &[0]),
            &counted(2, extensions),
        ]
        .concat()
    }

    fn extension_of(kind: u16, content: &[u8]) -> Vec<u8> {
        [&kind.to_be_bytes()[..], &counted(2, content)].concat()
    }

    fn name(kind: u8, name: &[u8]) -> Vec<u8> {
        [&[kind][..], &counted(2, name)].concat()
    }

    #[test]
    fn everything_is_found() {
        let body = with_extensions(
            &[
                extension_of(SERVER_NAME, &counted(2, &name(0, b"example.org"))),
                extension_of(ALPN, &counted(2, b"\x02h2\x08http/1.1")),
                extension_of(SUPPORTED_VERSIONS, &counted(1, &[0x1a, 0x1a, 3, 4, 3, 3])),
                extension_of(4711, b"own"),
            ]
            .concat(),
        );
        let hello = ClientHello::parse(&body, false).unwrap();
        assert_eq!(hello.server_name(), Some("example.org"));
        assert_eq!(hello.alpn().collect::<Vec<_>>(), [&b"h2"[..], b"http/1.1"]);
        assert_eq!(hello.versions(), [Protocol::TLS1_3, Protocol::TLS1_2]);
        assert_eq!(
            hello.cipher_suites().collect::<Vec<_>>(),
            [[0x13, 1], [0xc0, 0x2f]]
        );
        assert_eq!(hello.random(), [7; 32]);
        assert_eq!(hello.session_id(), [9; 32]);
        assert_eq!(hello.extension(4711), Some(&b"own"[..]));
        assert_eq!(hello.extensions().count(), 4);
        assert_eq!(hello.as_bytes(), body);
    }

    #[test]
    fn a_hello_may_have_no_extensions() {
        let mut body = with_extensions(b"");
        body.truncate(body.len() - 2);
        let hello = ClientHello::parse(&body, false).unwrap();
        assert_eq!((hello.server_name(), hello.alpn().count()), (None, 0));
        assert_eq!(hello.versions(), [Protocol::TLS1_2]);
    }

    #[test]
    fn bug_class_19_no_cut_and_no_wrong_byte_makes_it_panic() {
        let extensions = [
            extension_of(SERVER_NAME, &counted(2, &name(0, b"a"))),
            extension_of(ALPN, &counted(2, b"\x02h2")),
            extension_of(SUPPORTED_VERSIONS, &counted(1, &[3, 4])),
        ]
        .concat();
        let body = with_extensions(&extensions);
        let without = body.len() - extensions.len() - 2;
        let read = |body: &[u8], datagram| {
            if let Some(hello) = ClientHello::parse(body, datagram) {
                let _ = format!("{hello:?} {:?}", hello.extensions().collect::<Vec<_>>());
            }
        };
        for length in 0..body.len() {
            // The rest after the compression methods makes a complete ClientHello.
            assert!(ClientHello::parse(&body[..length], false).is_none() || length == without);
            read(&body[..length], true);
        }
        for at in 0..body.len() {
            for byte in [0, 1, 3, 255] {
                let mut wrong = body.clone();
                wrong[at] = byte;
                read(&wrong, false);
                read(&wrong, true);
            }
        }
    }

    #[test]
    fn bug_class_11_names_that_are_none_and_second_ones_are_refused() {
        let one = extension_of(SERVER_NAME, &counted(2, &name(0, b"a")));
        let parses =
            |extensions: &[u8]| ClientHello::parse(&with_extensions(extensions), false).is_some();
        assert!(parses(&one));
        assert!(!parses(&[&one[..], &one].concat()));
        for names in [
            name(0, b""),
            name(0, b"a\0b"),
            name(0, b"\xff"),
            [name(0, b"a"), name(0, b"b")].concat(),
            Vec::new(),
        ] {
            assert!(!parses(&extension_of(SERVER_NAME, &counted(2, &names))));
        }
        assert!(!parses(&extension_of(ALPN, &counted(2, b"\0"))));
        assert!(!parses(&extension_of(
            SUPPORTED_VERSIONS,
            &counted(1, &[3])
        )));
    }
}
