//! The format in which GnuTLS packs a session, walked before the library sees it.
//!
//! `gnutls_session_set_data` trusts what it is given: several releases copy a session identifier of any length into an
//! array of 32 bytes, and arrays of extensions are filled to whatever length the data say. So everything that has a
//! length is looked at here, and everything that is not known is refused. The layouts are those of `lib/session_pack.c`
//! and of the extensions that pack something (`pack_func` in `lib/ext`).
#[cfg(test)]
mod tests;

use crate::crypto::Side;
use crate::crypto::parameters::Protocol;
use crate::version;
use crate::version::Version;

/// What the walk finds out.
#[cfg_attr(test, derive(Debug))]
pub(crate) struct Packed {
    pub(crate) protocol: Protocol,
}

/// Walks data that were packed by `side` of the running library; `None` unless everything is in its place.
pub(crate) fn walk(data: &[u8], side: Side) -> Option<Packed> {
    walk_as(data, side, version().running)
}

fn walk_as(data: &[u8], side: Side, running: Version) -> Option<Packed> {
    // Debian has taken the change of 3.7.2 into its 3.7.1.
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
        .find_map(|layout| layout.walk(data, side, running))
}

/// Whether data that a server's cache returns may be given to the library.
pub(crate) fn is_sound_for_server(data: &[u8]) -> bool {
    walk(data, Side::Server).is_some()
}

/// What a release packs.
#[derive(Clone, Copy)]
struct Layout {
    /// The lifetime behind the time: since 3.6.5.
    lifetime: bool,
    /// Status responses (OCSP) behind the certificates, the hash function of the key derivation, no secrets for TLS 1.3,
    /// and extensions by numbers of the library's own: since 3.6.3.
    tls13: bool,
    /// The session identifier before the version: since 3.6.4.
    id_first: bool,
    /// The types of both certificates before the rest: since 3.6.5; behind the cipher suite in 3.6.4.
    certificate_types_always: bool,
    /// A raw public key may stand for a certificate: since 3.6.6.
    raw_public_keys: bool,
    /// The cipher suite also for TLS 1.3: since 3.7.2.
    suite_always: bool,
    /// The length of the identity of a pre-shared key without a NUL: since 3.6.13. Older ones are not walked, since this
    /// crate uses no such keys there.
    psk: bool,
    extensions: Extensions,
}

/// The numbers of the extensions that pack something. The one that this crate never uses (SRTP) is left out.
#[derive(Clone, Copy)]
struct Extensions {
    /// A status response: a string with a length of 4 bytes; up to 3.6.2.
    status_request: Option<u32>,
    /// A number; up to 3.6.2.
    max_record_size: Option<u32>,
    server_name: u32,
    /// A string with a length of 2 bytes each; since 3.6.4.
    certificate_types: [Option<u32>; 2],
    signature_algorithms: u32,
    /// Right before the signature algorithms, in each release as in TLS itself.
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
            certificate_types_always: since(5),
            raw_public_keys: since(6),
            suite_always: release >= Version::new(3, 7, 2),
            psk: since(13),
            extensions,
        }
    }

    fn walk(&self, data: &[u8], side: Side, running: Version) -> Option<Packed> {
        let mut reader = Reader(data);
        reader.exactly(magic(running))?;
        // The time.
        reader.number()?;
        if self.lifetime {
            reader.number()?;
        }
        // There is a layout for each kind of credentials.
        let credentials = u32::from(reader.bytes(1)?[0]);
        let learnt = reader.string4()?;
        match credentials {
            gnutls_sys::GNUTLS_CRD_CERTIFICATE => self.walk_certificates(learnt)?,
            gnutls_sys::GNUTLS_CRD_PSK if self.psk => walk_psk(learnt)?,
            gnutls_sys::GNUTLS_CRD_SRP => walk_srp(learnt)?,
            gnutls_sys::GNUTLS_CRD_ANON => walk_anonymous(learnt)?,
            _ => return None,
        }
        let protocol = self.walk_parameters(reader.string4()?, side, credentials)?;
        if self.is_tls13(protocol) {
            self.walk_ticket(reader.string4()?)?;
        } else {
            for _ in 0..reader.number()? {
                let extension = reader.number()?;
                self.walk_extension(extension, reader.string4()?)?;
            }
        }
        reader.is_empty().then_some(Packed { protocol })
    }

    fn is_tls13(&self, protocol: Protocol) -> bool {
        self.tls13 && protocol == Protocol::TLS1_3
    }

    /// What was learnt of the peer: a Diffie-Hellman key, certificates, status responses. Nothing at all is fine too.
    fn walk_certificates(&self, data: &[u8]) -> Option<()> {
        let mut reader = Reader(data);
        if reader.is_empty() {
            return Some(());
        }
        // The bits of the secret; prime, generator and public key.
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

    /// What was agreed on.
    fn walk_parameters(&self, data: &[u8], side: Side, credentials: u32) -> Option<Protocol> {
        let mut reader = Reader(data);
        reader.exactly(match side {
            Side::Client => gnutls_sys::GNUTLS_CLIENT,
            Side::Server => gnutls_sys::GNUTLS_SERVER,
        })?;
        if !self.tls13 {
            // The cipher suite, the type of the certificate.
            reader.bytes(2)?;
            reader.exactly(X509)?;
            let protocol = protocol(reader.number()?)?;
            // The master secret and both random values.
            reader.bytes(48 + 32 + 32)?;
            reader.session_id()?;
            reader.record_parameters()?;
            return reader.is_empty().then_some(protocol);
        }
        // The hash function, and how client and server were authenticated.
        reader.number()?;
        let (client, server) = (reader.number()?, reader.number()?);
        let peer = match side {
            Side::Client => server,
            Side::Server => client,
        };
        // A key or password of the client and a certificate of the server go together.
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
            // The master secret and both random values. The library takes zeros for what has another length.
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

    /// A ticket of TLS 1.3.
    fn walk_ticket(&self, data: &[u8]) -> Option<()> {
        let mut reader = Reader(data);
        // Lifetime and age; the time before them up to 3.6.4.
        reader.bytes(if self.lifetime { 8 } else { 12 })?;
        // A nonce and the ticket.
        reader.string1()?;
        if reader.string4()?.is_empty() {
            return None;
        }
        // The secret: as long as the hash function's output, which the library compares.
        if !(1..=64).contains(&reader.string1()?.len()) {
            return None;
        }
        if self.lifetime {
            // When it came, in seconds and nanoseconds, and how much early data may be sent.
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

    fn walk_extension(&self, extension: u32, data: &[u8]) -> Option<()> {
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
            // The name, and on a client the password.
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

/// What was learnt with a pre-shared key: its identity and the hint, which ends in NUL, both copied into arrays by some
/// releases; a Diffie-Hellman key.
fn walk_psk(data: &[u8]) -> Option<()> {
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

/// What was learnt with a password: on a server the name of the user, which ends in NUL.
fn walk_srp(data: &[u8]) -> Option<()> {
    let mut reader = Reader(data);
    let name = reader.string4()?;
    if name.len() > PSK_NAME + 1 || name.last().is_some_and(|&last| last != 0) {
        return None;
    }
    reader.is_empty().then_some(())
}

/// What was learnt in an anonymous handshake: a Diffie-Hellman key, or nothing.
fn walk_anonymous(data: &[u8]) -> Option<()> {
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
    /// Server name, types of the client's and the server's certificate, signature algorithms, heartbeat, session ticket.
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

/// The longest identity of a pre-shared key, and the longest hint (`MAX_USERNAME_SIZE`).
const PSK_NAME: usize = 128;

/// The type of a certificate.
const X509: u32 = gnutls_sys::GNUTLS_CRT_X509;
const RAW_PUBLIC_KEY: u32 = gnutls_sys::GNUTLS_CRT_RAWPK;

/// As many the library keeps (`MAX_ALGOS`; more since 3.7.4, which nobody sends).
const SIGNATURE_ALGORITHMS: u32 = 64;

/// The first number: it changes with each release, so that no release reads what another has packed.
const fn magic(release: Version) -> u32 {
    0xfade_badd
        + ((release.major as u32) << 16 | (release.minor as u32) << 8 | release.patch as u32)
}

/// A protocol that can be resumed.
fn protocol(number: u32) -> Option<Protocol> {
    use gnutls_sys::*;
    match number {
        GNUTLS_TLS1_0..=GNUTLS_TLS1_3 | GNUTLS_DTLS0_9 | GNUTLS_DTLS1_0 | GNUTLS_DTLS1_2 => {
            Some(Protocol::from_raw(number))
        }
        _ => None,
    }
}

/// Reads from the front; numbers are big-endian.
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

    /// A string behind its length of 1 byte.
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

    /// The largest records of both directions, the group, two signature algorithms, and two switches.
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
