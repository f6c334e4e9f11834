//! The facts of a session, each by its getter, and compared with the result of C for the same session.

use std::time::SystemTime;

use gnutls::crypto::CertificateType;
use gnutls::session::ChannelBinding;
use gnutls::{SessionRef, Side, handshake};
use serde::Serialize;

use crate::extensions::Seen;
use crate::outcome::digest;
use crate::shim::Answers;

const EXPORTER_LABEL: &str = "EXPERIMENTAL conformance";
const EXPORTER_LEN: usize = 16;

/// All facts of one endpoint.
#[derive(Debug, Serialize)]
pub struct Observation {
    id2: Id2,
    id: Id,
    resumed: bool,
    version: Option<&'static str>,
    suite: Option<Suite>,
    desc: Option<String>,
    alpn: Option<String>,
    sni: Option<String>,
    peer: Option<Peer>,
    ours: Option<String>,
    /// The types of the client's and the server's certificate, unless both are X.509.
    types: Option<[u32; 2]>,
    asked: bool,
    valid: Option<[u64; 2]>,
    ocsp: Option<String>,
    ocsp_checked: bool,
    verified: Option<Vec<&'static str>>,
    psk: Option<String>,
    srp: Option<String>,
    #[serde(flatten)]
    extensions: Seen,
    pending: usize,
    etm: Option<bool>,
    ems: Option<bool>,
    safe_renegotiation: Option<bool>,
    exporter: Option<String>,
    client_random: Option<String>,
    server_random: Option<String>,
    /// The channel binding `tls-unique`.
    unique: Option<String>,
    /// The bits of the flags.
    flags: Option<u32>,
    credentials: Option<[u32; 2]>,
    last_in: Option<&'static str>,
    last_out: Option<&'static str>,
    /// The disagreement of Rust and C about this session. The C driver has no such fact, so it is a difference.
    #[serde(skip_serializing_if = "Option::is_none")]
    shim: Option<String>,
}

#[derive(Debug, Serialize)]
struct Id2 {
    code: String,
    size: usize,
    null: bool,
    bytes: String,
    stable: bool,
}

#[derive(Debug, Serialize)]
struct Id {
    query: usize,
    exact: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    short: Option<String>,
}

#[derive(Debug, Serialize)]
struct Suite {
    cipher: Option<&'static str>,
    mac: Option<&'static str>,
    kx: Option<&'static str>,
    group: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct Peer {
    n: usize,
    sha256: String,
}

impl Observation {
    /// Reads all facts. `first` is the address of the identifier when it was first seen. `failed` is whether a
    /// handshake failed: the part of a hello that was read before depends on the order of the extensions, which is
    /// random.
    pub fn of(session: &SessionRef, first: &mut Option<*const u8>, failed: bool) -> Self {
        let (id2, id) = (session.id2(), session.id());
        let answers = Answers::of(session);
        let mut exported = [0; EXPORTER_LEN];
        Self {
            id2: Id2 {
                code: answers.code.clone(),
                size: id2.len(),
                null: answers.is_null(),
                bytes: hex::encode(id2),
                stable: *first.get_or_insert(id2.as_ptr()) == id2.as_ptr(),
            },
            id: Id {
                query: id.len(),
                exact: hex::encode(id),
                short: answers.short.clone(),
            },
            resumed: session.is_resumed(),
            version: session.protocol().and_then(|protocol| protocol.name()),
            suite: session.cipher().map(|cipher| Suite {
                cipher: cipher.name(),
                mac: session.mac().and_then(|mac| mac.name()),
                kx: session.key_exchange().and_then(|exchange| exchange.name()),
                group: session.group().and_then(|group| group.name()),
            }),
            desc: session.description(),
            alpn: session
                .alpn()
                .map(|protocol| String::from_utf8_lossy(protocol).into_owned()),
            sni: if session.side() == Side::Server && !failed {
                session.server_name()
            } else {
                None
            },
            peer: match session.peer_raw_public_key() {
                Some(key) => Some(Peer {
                    n: 1,
                    sha256: digest(key),
                }),
                None => session.peer_certificates().and_then(|mut chain| {
                    let n = chain.len();
                    chain.next().map(|certificate| Peer {
                        n,
                        sha256: digest(certificate),
                    })
                }),
            },
            ours: session.own_certificate().map(digest),
            types: Some([Side::Client, Side::Server].map(|side| session.certificate_type(side)))
                .filter(|types| session.handshake_done() && *types != [CertificateType::X509; 2])
                .map(|types| types.map(CertificateType::as_raw)),
            asked: session.certificate_requested(),
            valid: session
                .peer_activation_time()
                .and_then(|from| Ok(from.zip(session.peer_expiration_time()?)))
                .expect("the times of the fixtures are representable")
                .map(|(from, to)| [seconds(from), seconds(to)]),
            ocsp: session.ocsp_response().map(digest),
            ocsp_checked: session.ocsp_checked(),
            verified: session.verification_status().map(|status| {
                let mut names: Vec<_> = status.names().collect();
                names.sort_unstable();
                names
            }),
            psk: session.psk_identity().map(hex::encode).or_else(|| {
                session
                    .psk_hint()
                    .map(|hint| hint.to_string_lossy().into_owned())
            }),
            srp: session.srp_username().map(str::to_owned),
            extensions: Seen::of(session, failed),
            pending: session.pending_bytes(),
            etm: (!failed).then(|| session.uses_encrypt_then_mac()),
            ems: (!failed).then(|| session.uses_extended_master_secret()),
            safe_renegotiation: (!failed).then(|| session.uses_safe_renegotiation()),
            exporter: session
                .export_keying_material(EXPORTER_LABEL, None, &mut exported)
                .ok()
                .map(|()| hex::encode(exported)),
            client_random: session.client_random().map(hex::encode),
            server_random: session.server_random().map(hex::encode),
            unique: session
                .channel_binding(ChannelBinding::Unique)
                .ok()
                .map(hex::encode),
            flags: session.handshake_done().then(|| session.flags().as_raw()),
            credentials: session
                .client_credentials_type()
                .zip(session.server_credentials_type())
                .map(|(client, server)| [client.as_raw(), server.as_raw()]),
            last_in: session
                .last_handshake_in()
                .and_then(handshake::MessageType::name),
            last_out: session
                .last_handshake_out()
                .and_then(handshake::MessageType::name),
            shim: answers.disagreement(id2, id.as_ref()),
        }
    }

    /// Falsifies the identifier.
    pub fn change_id(&mut self, change: impl Fn(&mut [u8])) {
        for digits in [&mut self.id2.bytes, &mut self.id.exact] {
            let mut bytes = hex::decode(&*digits).unwrap_or_default();
            change(&mut bytes);
            *digits = hex::encode(bytes);
        }
    }
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |duration| duration.as_secs())
}
