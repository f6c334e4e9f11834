//! A parser for GnuTLS' format of packed sessions, which validates them before the library reads them.
//!
//! `gnutls_session_set_data` trusts its input: several releases copy a session identifier of any length into an array
//! of 32 bytes, and fill arrays of extensions up to the length in the data. Therefore this parser checks every length
//! and refuses anything unknown. The layouts are those of `lib/session_pack.c` and of the extensions with packed data
//! (`pack_func` in `lib/ext`).
#[cfg(test)]
mod tests;

use crate::crypto::Side;
use crate::crypto::parameters::Protocol;
use crate::version;
use crate::version::Version;

/// The release that packs the types of the certificates also with TLS 1.3. GnuTLS 3.6.4 resumes a TLS 1.3 session
/// without them, and then verifies no certificate (gnutls_certificate_verify_peers in lib/cert-session.c).
pub(crate) const CERTIFICATE_TYPES_ALWAYS: Version = Version::new(3, 6, 5);

/// The result of parsing.
#[cfg_attr(test, derive(Debug))]
pub(crate) struct Packed {
    pub(crate) protocol: Protocol,
}

/// Parses data that `side` of the running library has packed. Returns `None` if anything is invalid.
pub(crate) fn parse(data: &[u8], side: Side) -> Option<Packed> {
    parse_as(data, side, version().running)
}

fn parse_as(data: &[u8], side: Side, running: Version) -> Option<Packed> {
    // Debian's 3.7.1 contains this change of 3.7.2.
    let layouts = if running == Version::new(3, 7, 1) {
        &[
            Layout {
                suite_always: true,
                ..Layout::of(running)
            },
            Layout::of(running),
        ][..]
    } else {
        &[Layout::of(running)][..]
    };
    layouts
        .iter()
        .find_map(|layout| layout.parse(data, side, running))
}

/// Returns `true` if data from a server's cache can be passed to the library.
pub(crate) fn is_sound_for_server(data: &[u8]) -> bool {
    parse(data, Side::Server).is_some()
}

/// The layout of a release.
#[derive(Clone, Copy)]
struct Layout {
    /// `true` if the lifetime follows the time, since 3.6.5.
    lifetime: bool,
    /// `true` for TLS 1.3, since 3.6.3: OCSP responses follow the certificates, the hash function of the key derivation
    /// is included, TLS 1.3 has no secrets, and extensions have internal numbers.
    tls13: bool,
    /// `true` if the session identifier precedes the version, since 3.6.4.
    id_first: bool,
    /// `true` if the types of both certificates precede the other parameters, since 3.6.5; in 3.6.4 they follow the
    /// cipher suite.
    certificate_types_always: bool,
    /// `true` if a raw public key can replace a certificate, since 3.6.6.
    raw_public_keys: bool,
    /// `true` if TLS 1.3 includes the cipher suite too, since 3.7.2.
    suite_always: bool,
    /// `true` if the length of a PSK identity does not include a NUL, since 3.6.13. Older formats are refused, because
    /// this crate requires 3.6.13 for PSK.
    psk: bool,
    extensions: Extensions,
}

/// The numbers of the extensions with packed data, except SRTP, whose sessions are never resumed.
#[derive(Clone, Copy)]
struct Extensions {
    /// The OCSP response, a string with a length of 4 bytes, up to 3.6.2.
    status_request: Option<u32>,
    /// A number, up to 3.6.2.
    max_record_size: Option<u32>,
    server_name: u32,
    /// Strings with a length of 2 bytes, since 3.6.4.
    certificate_types: [Option<u32>; 2],
    signature_algorithms: u32,
    /// The number before that of the signature algorithms, in any release as in TLS itself.
    srp: u32,
    heartbeat: u32,
    session_ticket: u32,
}

impl Layout {
    fn of(release: Version) -> Self {
        let since = |patch| release >= Version::new(3, 6, patch);
        let extensions = if since(7) {
            Extensions::own([18, 2, 3, 7, 9, 13])
        } else if since(4) {
            Extensions::own([19, 3, 4, 8, 10, 14])
        } else if since(3) {
            Extensions {
                certificate_types: [None, None],
                ..Extensions::own([17, 0, 0, 6, 8, 12])
            }
        } else {
            Extensions {
                status_request: Some(5),
                max_record_size: Some(1),
                certificate_types: [None, None],
                ..Extensions::own([0, 0, 0, 13, 15, 35])
            }
        };
        Self {
            lifetime: since(5),
            tls13: since(3),
            id_first: since(4),
            certificate_types_always: release >= CERTIFICATE_TYPES_ALWAYS,
            raw_public_keys: since(6),
            suite_always: release >= Version::new(3, 7, 2),
            psk: since(13),
            extensions,
        }
    }

    fn parse(&self, data: &[u8], side: Side, running: Version) -> Option<Packed> {
        let mut reader = Reader(data);
        reader.exactly(magic(running))?;
        // The time.
        reader.number()?;
        if self.lifetime {
            reader.number()?;
        }
        // The layout depends on the type of the credentials.
        let credentials = u32::from(reader.bytes(1)?[0]);
        let auth_info = reader.string4()?;
        match credentials {
            gnutls_sys::GNUTLS_CRD_CERTIFICATE => self.parse_certificates(auth_info)?,
            gnutls_sys::GNUTLS_CRD_PSK if self.psk => parse_psk(auth_info)?,
            gnutls_sys::GNUTLS_CRD_SRP => parse_srp(auth_info)?,
            gnutls_sys::GNUTLS_CRD_ANON => parse_anonymous(auth_info)?,
            _ => return None,
        }
        let protocol = self.parse_parameters(reader.string4()?, side, credentials)?;
        if self.is_tls13(protocol) {
            self.parse_ticket(reader.string4()?)?;
        } else {
            for _ in 0..reader.number()? {
                let extension = reader.number()?;
                self.parse_extension(extension, reader.string4()?)?;
            }
        }
        reader.is_empty().then_some(Packed { protocol })
    }

    fn is_tls13(&self, protocol: Protocol) -> bool {
        self.tls13 && protocol == Protocol::TLS1_3
    }

    /// Parses the information about the peer: a Diffie-Hellman key, certificates and OCSP responses. It can be empty.
    fn parse_certificates(&self, data: &[u8]) -> Option<()> {
        let mut reader = Reader(data);
        if reader.is_empty() {
            return Some(());
        }
        // The bits of the secret, followed by prime, generator and public key.
        reader.number()?;
        for _ in 0..3 {
            reader.string4()?;
        }
        for _ in 0..if self.tls13 { 2 } else { 1 } {
            for _ in 0..reader.number()? {
                reader.string4()?;
            }
        }
        reader.is_empty().then_some(())
    }

    /// Parses the negotiated parameters.
    fn parse_parameters(&self, data: &[u8], side: Side, credentials: u32) -> Option<Protocol> {
        let mut reader = Reader(data);
        reader.exactly(match side {
            Side::Client => gnutls_sys::GNUTLS_CLIENT,
            Side::Server => gnutls_sys::GNUTLS_SERVER,
        })?;
        if !self.tls13 {
            // The cipher suite, followed by the type of the certificate.
            reader.bytes(2)?;
            reader.exactly(X509)?;
            let protocol = protocol(reader.number()?)?;
            // The master secret and both random values.
            reader.bytes(48 + 32 + 32)?;
            reader.session_id()?;
            reader.record_parameters()?;
            return reader.is_empty().then_some(protocol);
        }
        // The hash function, followed by the authentication of client and server.
        reader.number()?;
        let (client, server) = (reader.number()?, reader.number()?);
        let peer = match side {
            Side::Client => server,
            Side::Server => client,
        };
        // A client with a key or password can be combined with a server with a certificate.
        let both = server == gnutls_sys::GNUTLS_CRD_CERTIFICATE
            && matches!(
                client,
                gnutls_sys::GNUTLS_CRD_PSK | gnutls_sys::GNUTLS_CRD_SRP
            );
        if peer != credentials || client != server && !both {
            return None;
        }
        if self.id_first {
            reader.session_id()?;
        }
        let protocol = protocol(reader.number()?)?;
        let older = !self.is_tls13(protocol);
        if self.certificate_types_always {
            for _ in 0..2 {
                let kind = reader.number()?;
                if kind != X509 && !(self.raw_public_keys && kind == RAW_PUBLIC_KEY) {
                    return None;
                }
            }
        }
        if self.suite_always || older {
            reader.bytes(2)?;
        }
        if older {
            if !self.certificate_types_always {
                reader.exactly(X509)?;
                if self.id_first {
                    reader.exactly(X509)?;
                }
            }
            // The master secret and both random values. The library replaces any other length by zeros.
            for length in [48, 32, 32] {
                if reader.string1()?.len() != length {
                    return None;
                }
            }
            if !self.id_first {
                reader.session_id()?;
            }
            reader.record_parameters()?;
        }
        reader.is_empty().then_some(protocol)
    }

    /// Parses a TLS 1.3 ticket.
    fn parse_ticket(&self, data: &[u8]) -> Option<()> {
        let mut reader = Reader(data);
        // The lifetime and the age, preceded by the time up to 3.6.4.
        reader.bytes(if self.lifetime { 8 } else { 12 })?;
        // The nonce and the ticket.
        reader.string1()?;
        if reader.string4()?.is_empty() {
            return None;
        }
        // The secret, as long as the output of the hash function, which the library checks.
        if !(1..=64).contains(&reader.string1()?.len()) {
            return None;
        }
        if self.lifetime {
            // The arrival time in seconds and nanoseconds, and the maximum size of early data.
            if reader.number()? != 0 {
                return None;
            }
            reader.number()?;
            if reader.number()? >= 1_000_000_000 {
                return None;
            }
            reader.number()?;
        }
        reader.is_empty().then_some(())
    }

    fn parse_extension(&self, extension: u32, data: &[u8]) -> Option<()> {
        let mut reader = Reader(data);
        let Extensions {
            status_request,
            max_record_size,
            server_name,
            certificate_types,
            signature_algorithms,
            srp,
            heartbeat,
            session_ticket,
        } = self.extensions;
        if extension == session_ticket {
            // RFC 5077, section 3.3.
            if reader.string4()?.len() > 65_535 {
                return None;
            }
            if !self.tls13 {
                reader.number()?;
            }
        } else if extension == server_name {
            if self.tls13 {
                reader.string2()?;
            } else {
                reader.number()?;
                if reader.string4()?.len() > 255 {
                    return None;
                }
            }
        } else if extension == signature_algorithms {
            let count = reader.number()?;
            if count > SIGNATURE_ALGORITHMS {
                return None;
            }
            for _ in 0..count {
                reader.number()?;
            }
        } else if certificate_types.contains(&Some(extension)) {
            reader.string2()?;
        } else if extension == srp {
            // The user name and, on a client, the password.
            reader.string4()?;
            reader.string4()?;
        } else if extension == heartbeat || Some(extension) == max_record_size {
            reader.number()?;
        } else if Some(extension) == status_request {
            reader.string4()?;
        } else {
            return None;
        }
        reader.is_empty().then_some(())
    }
}

/// Parses the information about a pre-shared key: its identity, the hint with its NUL, and a Diffie-Hellman key. Some
/// releases copy identity and hint into arrays.
fn parse_psk(data: &[u8]) -> Option<()> {
    let mut reader = Reader(data);
    if reader.string4()?.len() > PSK_NAME {
        return None;
    }
    let hint = reader.string4()?;
    if hint.len() > PSK_NAME + 1 || hint.last() != Some(&0) {
        return None;
    }
    reader.number()?;
    for _ in 0..3 {
        reader.string4()?;
    }
    reader.is_empty().then_some(())
}

/// Parses the information about SRP: on a server the user name with its NUL.
fn parse_srp(data: &[u8]) -> Option<()> {
    let mut reader = Reader(data);
    let name = reader.string4()?;
    if name.len() > PSK_NAME + 1 || name.last().is_some_and(|&last| last != 0) {
        return None;
    }
    reader.is_empty().then_some(())
}

/// Parses the information about an anonymous handshake: a Diffie-Hellman key, or nothing.
fn parse_anonymous(data: &[u8]) -> Option<()> {
    let mut reader = Reader(data);
    if !reader.is_empty() {
        reader.number()?;
        for _ in 0..3 {
            reader.string4()?;
        }
    }
    reader.is_empty().then_some(())
}

impl Extensions {
    /// Creates the numbers from those of the server name, the types of the client's and the server's certificate, the
    /// signature algorithms, heartbeat and the session ticket.
    const fn own(numbers: [u32; 6]) -> Self {
        let [
            server_name,
            client,
            server,
            signature_algorithms,
            heartbeat,
            session_ticket,
        ] = numbers;
        Self {
            status_request: None,
            max_record_size: None,
            server_name,
            certificate_types: [Some(client), Some(server)],
            signature_algorithms,
            srp: signature_algorithms - 1,
            heartbeat,
            session_ticket,
        }
    }
}

/// The maximum length of a PSK identity and of a hint (`MAX_USERNAME_SIZE`).
const PSK_NAME: usize = 128;

/// The certificate types.
const X509: u32 = gnutls_sys::GNUTLS_CRT_X509;
const RAW_PUBLIC_KEY: u32 = gnutls_sys::GNUTLS_CRT_RAWPK;

/// The maximum number of signature algorithms in the library (`MAX_ALGOS`; more since 3.7.4, which no peer sends).
const SIGNATURE_ALGORITHMS: u32 = 64;

/// Returns the first number, which changes with every release, so that no release reads the data of another.
const fn magic(release: Version) -> u32 {
    0xfade_badd
        + ((release.major as u32) << 16 | (release.minor as u32) << 8 | release.patch as u32)
}

/// Returns the protocol if its sessions can be resumed.
fn protocol(number: u32) -> Option<Protocol> {
    use gnutls_sys::*;
    match number {
        GNUTLS_TLS1_0..=GNUTLS_TLS1_3 | GNUTLS_DTLS0_9 | GNUTLS_DTLS1_0 | GNUTLS_DTLS1_2 => {
            Some(Protocol::from_raw(number))
        }
        _ => None,
    }
}

/// Reads from the front. Numbers are big-endian.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    fn number(&mut self) -> Option<u32> {
        self.bytes(4)?.try_into().ok().map(u32::from_be_bytes)
    }

    fn exactly(&mut self, number: u32) -> Option<()> {
        (self.number()? == number).then_some(())
    }

    /// Reads a string after its length of 1 byte.
    fn string1(&mut self) -> Option<&'a [u8]> {
        let length = self.bytes(1)?[0];
        self.bytes(length.into())
    }

    fn string2(&mut self) -> Option<&'a [u8]> {
        let length = u16::from_be_bytes(self.bytes(2)?.try_into().ok()?);
        self.bytes(length.into())
    }

    fn string4(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        self.bytes(usize::try_from(length).ok()?)
    }

    fn session_id(&mut self) -> Option<()> {
        (self.string1()?.len() <= crate::session_id::SessionId::MAX_LEN).then_some(())
    }

    /// Reads the maximum record sizes of both directions, the group, two signature algorithms and two booleans.
    fn record_parameters(&mut self) -> Option<()> {
        for _ in 0..2 {
            // RFC 8449, section 4; RFC 8446, section 5.1.
            if !(64..=16_384).contains(&self.number()?) {
                return None;
            }
        }
        self.bytes(12)?;
        for _ in 0..2 {
            if self.number()? > 1 {
                return None;
            }
        }
        Some(())
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
