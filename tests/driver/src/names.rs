//! The named objects of a scenario: ticket keys, caches, configurations and saved sessions.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use gnutls::dtls::CookieKey;
use gnutls::early_data::{AntiReplay, MemoryReplayStore};
use gnutls::resumption::{MemoryCache, SessionData, TicketKey};
use gnutls::verify::{VerificationProfile, VerificationStatus};
use gnutls::{
    Alert, ClientAuth, ClientConfig, HelloAnswer, Identity, Priority, ServerConfig, Session, Trust,
    handshake,
};
use gnutls_conformance_scenario::Options;

use crate::extensions;
use crate::outcome::Call;
use crate::psk;
use crate::srp;

/// The certificates, each of which is read once.
pub struct Fixtures {
    directory: PathBuf,
    identities: HashMap<String, Identity>,
}

impl Fixtures {
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
            identities: HashMap::new(),
        }
    }

    fn identity(&mut self, name: &str) -> Result<Identity, String> {
        if let Some(identity) = self.identities.get(name) {
            return Ok(identity.clone());
        }
        let identity = match name.strip_prefix(RAW) {
            Some(of) => Identity::raw_public_key_pem_file(self.key(of), None),
            None => {
                let chain = self.directory.join(format!("{name}.pem"));
                Identity::from_pem_files(chain, self.key(name))
            }
        };
        let identity = identity.map_err(text)?;
        self.identities.insert(name.to_owned(), identity.clone());
        Ok(identity)
    }

    /// Returns the directory of the files.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Returns the file with the key of an identity.
    fn key(&self, name: &str) -> PathBuf {
        self.directory.join(format!("{name}-key.pem"))
    }

    /// Adds the raw public keys of a list, which are trusted as they are.
    fn raw_public_keys(&self, mut trust: Trust, options: &Options) -> Result<Trust, String> {
        match options.list("raw")[..] {
            [] => return Ok(trust),
            _ if options.switch("defaults")? == Some(true) => {
                return Err("raw public keys require a priority string".into());
            }
            ["any"] => return trust.and_negotiate_raw_public_keys().map_err(text),
            _ => {}
        }
        for name in options.list("raw") {
            if !IDENTITIES.contains(&name) {
                return Err(format!("there is no identity {name:?}"));
            }
            let key = Identity::raw_public_key_pem_file(self.key(name), None)
                .and_then(|identity| identity.public_key())
                .map_err(text)?;
            trust = trust.and_raw_public_key_der(&key).map_err(text)?;
        }
        Ok(trust)
    }

    /// Returns the identities of a list, all of which must exist.
    fn identities(&mut self, list: &[&str]) -> Result<Vec<Identity>, String> {
        list.iter()
            .map(|name| {
                if IDENTITIES.contains(&name.strip_prefix(RAW).unwrap_or(name)) {
                    self.identity(name)
                } else {
                    Err(format!("there is no identity {name:?}"))
                }
            })
            .collect()
    }

    /// Returns the trust of a line with its limits.
    fn trust(&self, options: &Options) -> Result<Trust, String> {
        let file = |name: &str| Path::join(&self.directory, name);
        let trust = match options.get("trust") {
            None | Some("ca") => Trust::pem_file(file("ca.pem")),
            Some("other") => Trust::pem_file(file("other-ca.pem")),
            Some("none") => Ok(Trust::none()),
            Some(name) => return Err(format!("trust is ca, other or none, not {name:?}")),
        };
        let strict = |mut trust: Trust| {
            if options.switch("crl")? == Some(true) {
                trust = trust.and_crl_pem_file(file("crl.pem")).map_err(text)?;
            }
            if let Some(limit) = options.number("limit")? {
                trust = trust.verify_limits(0, limit);
            }
            if let Some(purpose) = options.get("purpose") {
                trust = trust.key_purpose(purpose).map_err(text)?;
            }
            Ok(match options.get("profile") {
                None => trust,
                Some("medium") => trust.profile(VerificationProfile::MEDIUM),
                Some("high") => trust.profile(VerificationProfile::HIGH),
                Some("ultra") => trust.profile(VerificationProfile::ULTRA),
                Some(name) => {
                    return Err(format!("profile is medium, high or ultra, not {name:?}"));
                }
            })
        };
        let trust = trust.map_err(text).and_then(strict)?;
        self.raw_public_keys(trust, options)
    }

    /// Returns the OCSP response of a server.
    fn response(&self, name: &str) -> Result<Vec<u8>, String> {
        let path = self.directory.join(format!("ocsp-{name}.der"));
        std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))
    }
}

fn text(error: gnutls::Error) -> String {
    error.to_string()
}

/// The prefix of an identity that is a key without a certificate.
const RAW: &str = "raw-";

/// The names of all identities.
const IDENTITIES: [&str; 11] = [
    "server",
    "server-ed25519",
    "wrong-host",
    "expired",
    "other",
    "client",
    "chain",
    "revoked",
    "must-staple",
    "names",
    "purpose",
];

/// Chooses the second identity on a server whose client requests a name, else the first; on a client the first if the
/// server names its authorities, else none.
fn choose(identities: &[Identity], request: &handshake::IdentityRequest<'_>) -> Option<Identity> {
    let place = match identities.len() {
        2.. => usize::from(request.session().server_name().is_some()),
        _ if request.authorities().len() > 0 => 0,
        _ => return None,
    };
    identities.get(place).cloned()
}

/// Applies the options about certificates to a builder of either side.
macro_rules! certificates {
    ($builder:ident, $options:expr, $identities:expr) => {
        if $options.switch("choose")? == Some(true) {
            let identities = $identities;
            $builder = $builder.identity_resolver(move |request| choose(&identities, request));
        } else {
            for identity in $identities {
                $builder = $builder.identity(identity);
            }
        }
        match $options.get("judge") {
            None => {}
            Some("refuse") => {
                $builder = $builder.verifier(|_| Err(VerificationStatus::MISMATCH.into()));
            }
            Some("accept") => $builder = $builder.dangerous_verifier(|_| Ok(())),
            Some(name) => return Err(format!("judge is refuse or accept, not {name:?}")),
        }
    };
}

/// A saved session of a client.
pub struct Saved {
    server_name: Option<String>,
    bytes: Vec<u8>,
    /// The saved session, unless it was damaged.
    intact: Option<SessionData>,
}

impl Saved {
    pub fn new(data: SessionData) -> Self {
        Self {
            server_name: data.server_name().map(str::to_owned),
            bytes: data.as_bytes().to_vec(),
            intact: Some(data),
        }
    }

    pub fn damage(&mut self, at: usize, xor: u8) {
        let at = at % self.bytes.len();
        self.bytes[at] ^= xor;
        self.intact = None;
    }

    /// Returns the saved session, as it is now.
    pub fn data(&self) -> gnutls::Result<Cow<'_, SessionData>> {
        match &self.intact {
            Some(data) => Ok(Cow::Borrowed(data)),
            None => {
                let name = self.server_name.as_deref().unwrap_or("localhost");
                SessionData::from_bytes(name, &self.bytes).map(Cow::Owned)
            }
        }
    }

    /// Returns a session of `client` that resumes this one.
    pub fn resume(
        &self,
        client: &ClientConfig,
        name: Option<&str>,
        datagram: bool,
    ) -> gnutls::Result<Session> {
        let data = &*self.data()?;
        match (name, datagram) {
            (Some(name), false) => client.resume(name, data),
            (Some(name), true) => client.resume_datagram(name, data),
            (None, false) => client.resume(gnutls::session::PeerName::Unnamed, data),
            (None, true) => client.resume_datagram(gnutls::session::PeerName::Unnamed, data),
        }
    }
}

/// All named objects.
#[derive(Default)]
pub struct Names {
    pub ticket_keys: HashMap<String, TicketKey>,
    pub caches: HashMap<String, Arc<MemoryCache>>,
    pub replays: HashMap<String, Arc<MemoryReplayStore>>,
    pub clients: HashMap<String, ClientConfig>,
    pub servers: HashMap<String, ServerConfig>,
    pub saved: HashMap<String, Saved>,
    pub cookie_keys: HashMap<String, CookieKey>,
    pub datagrams: HashMap<String, Vec<u8>>,
}

/// The result of a line that builds a configuration.
pub enum Built<T> {
    Config(T),
    /// It names an undefined object.
    Missing,
    /// The library or the crate refused it.
    Failed(Call),
    /// It requires this release.
    Unsupported(String),
}

macro_rules! try_build {
    ($call:literal, $result:expr) => {
        match $result {
            Ok(value) => value,
            Err(error) => {
                return Ok(match error.required_release() {
                    Some(release) => Built::Unsupported(release.to_string()),
                    None => Built::Failed(Call::error($call, &error)),
                });
            }
        }
    };
}

fn priority(options: &Options) -> Result<Option<gnutls::Result<Priority>>, String> {
    let defaults = options.switch("defaults")?.unwrap_or(false);
    Ok((!defaults).then(|| Priority::new(options.get("priority").unwrap_or("NORMAL"))))
}

/// Builds a client configuration. `verifies` is the default of `verify`.
pub fn client(
    options: &Options,
    fixtures: &mut Fixtures,
    verifies: bool,
) -> Result<Built<ClientConfig>, String> {
    let mut builder = ClientConfig::builder();
    // Without a store only the scenario determines the resumed session.
    if options.switch("store")? != Some(true) {
        builder = builder.without_resumption();
    }
    if let Some(allow) = options.switch("post_auth")? {
        builder = builder.post_handshake_auth(allow);
    }
    let psk = psk::client(options)?;
    let srp = srp::client(options)?;
    let anonymous = options.switch("anonymous")? == Some(true);
    if options.get("trust").is_some() || psk.is_none() && srp.is_none() && !anonymous {
        builder = builder.trust(fixtures.trust(options)?);
    }
    if let Some(psk) = psk {
        builder = builder.psk(psk);
    }
    if let Some(srp) = srp {
        builder = builder.srp(srp);
    }
    if anonymous {
        builder = builder.dangerous_anonymous();
    }
    if let Some(priority) = priority(options)? {
        builder = builder.priority(try_build!("priority", priority));
    }
    if options.get("verify") == Some("chain") {
        builder = builder.allow_unnamed_servers();
    } else if !options.switch("verify")?.unwrap_or(verifies) {
        builder = builder.dangerous_accept_any_certificate();
    }
    let identities = fixtures.identities(&options.list("identity"))?;
    certificates!(builder, options, identities);
    builder = builder.alpn(options.list("alpn"));
    if let Some(allow) = options.switch("false_start")? {
        builder = builder.false_start(allow);
    }
    if let Some(accept) = options.switch("tickets")? {
        builder = builder.tickets(accept);
    }
    if options.switch("renegotiation")? == Some(true) {
        builder = builder.dangerous_allow_renegotiation();
    }
    builder = extensions::client(builder, options)?;
    Ok(Built::Config(try_build!("client", builder.build())))
}

/// Builds a server configuration.
pub fn server(
    options: &Options,
    names: &Names,
    fixtures: &mut Fixtures,
) -> Result<Built<ServerConfig>, String> {
    let mut builder = ServerConfig::builder();
    let list = match options.get("identity") {
        None => vec!["server"],
        Some("none") => Vec::new(),
        Some(_) => options.list("identity"),
    };
    let identities = fixtures.identities(&list)?;
    certificates!(builder, options, identities);
    if let Some(name @ ("good" | "revoked" | "expired")) = options.get("ocsp") {
        let response = fixtures.response(name)?;
        builder = builder.ocsp_responder(move |_| Some(response.clone()));
    } else if options.get("ocsp").is_some() {
        return Err("ocsp is good, revoked or expired".into());
    }
    if let Some(name) = options.switch("authorities")? {
        builder = builder.name_authorities(name);
    }
    if let Some(psk) = psk::server(options)? {
        builder = builder.psk(psk);
    }
    if let Some(srp) = srp::server(options)? {
        builder = builder.srp(srp);
    }
    if options.switch("anonymous")? == Some(true) {
        builder = builder.dangerous_anonymous();
    }
    let trust = fixtures.trust(options)?;
    builder = builder.client_auth(match options.get("client_auth") {
        None | Some("none") => ClientAuth::None,
        Some("request") => ClientAuth::Requested(trust),
        Some("require") => ClientAuth::Required(trust),
        Some("later") => ClientAuth::AfterHandshake(trust),
        Some(value) => {
            return Err(format!(
                "client_auth is none, request, require or later, not {value:?}"
            ));
        }
    });
    if let Some(name) = options.get("tickets") {
        match names.ticket_keys.get(name) {
            Some(key) => {
                // The C driver enables them with every release.
                builder = builder
                    .dangerous_allow_forgeable_tickets()
                    .tickets(key.clone());
            }
            None => return Ok(Built::Missing),
        }
    }
    if let Some(seconds) = options.number("lifetime")? {
        builder = builder.session_lifetime(Duration::from_secs(seconds));
    }
    if let Some(send) = options.switch("auto_tickets")? {
        builder = builder.automatic_tickets(send);
    }
    if options.get("hello").is_some() {
        match choices(&options.list("hello"), names)? {
            Some(choices) => {
                builder = builder.on_client_hello(move |_, hello| {
                    let name = hello.server_name().unwrap_or_default();
                    let mut known = choices.iter();
                    known
                        .find(|(known, _)| known.eq_ignore_ascii_case(name))
                        .map_or(HelloAnswer::Continue, |(_, answer)| answer.clone())
                });
            }
            None => return Ok(Built::Missing),
        }
    }
    if let Some(name) = options.get("replay") {
        let Some(store) = names.replays.get(name) else {
            return Ok(Built::Missing);
        };
        if let (Some(size), true) = (options.number("early")?, options.get("tickets").is_some()) {
            builder = builder.early_data(size, AntiReplay::new(Arc::clone(store)));
        }
    }
    if let Some(name) = options.get("cache") {
        match names.caches.get(name) {
            Some(cache) => builder = builder.session_cache(Arc::clone(cache)),
            None => return Ok(Built::Missing),
        }
    }
    if let Some(priority) = priority(options)? {
        builder = builder.priority(try_build!("priority", priority));
    }
    builder = builder.alpn(options.list("alpn"));
    if options.switch("renegotiation")? == Some(true) {
        builder = builder.dangerous_allow_renegotiation();
    }
    builder = extensions::server(builder, options)?;
    Ok(Built::Config(try_build!("server", builder.build())))
}

/// Reads `NAME:SERVER,...`. A server was defined before, or is `refuse`; `None` if one is undefined.
fn choices(list: &[&str], names: &Names) -> Result<Option<Vec<(String, HelloAnswer)>>, String> {
    let mut choices = Vec::new();
    for entry in list {
        let (name, server) = entry
            .split_once(':')
            .ok_or_else(|| format!("a choice is NAME:SERVER, not {entry:?}"))?;
        let answer = match (server, names.servers.get(server)) {
            ("refuse", _) => HelloAnswer::Refuse(Alert::UNRECOGNIZED_NAME),
            (_, Some(config)) => HelloAnswer::Use(config.clone()),
            (_, None) => return Ok(None),
        };
        choices.push((name.to_owned(), answer));
    }
    Ok(Some(choices))
}

/// Returns a ticket key, the same as that of the C driver.
pub fn ticket_key(seed: u8) -> Result<TicketKey, String> {
    let bytes: Vec<u8> = (0..TicketKey::LEN)
        .map(|i| seed.wrapping_add((7 * i) as u8))
        .collect();
    TicketKey::from_bytes(&bytes).map_err(|error| error.to_string())
}

/// Helpers for the tests of other modules.
#[cfg(test)]
pub mod testing {
    use super::*;
    use crate::transport;

    pub const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures");

    /// Returns a client session that has not begun.
    pub fn client(fixtures: &mut Fixtures) -> Session {
        let Ok(Built::Config(config)) = super::client(&Options::default(), fixtures, true) else {
            panic!("a client without options is made");
        };
        config.session("localhost").expect("the name is one")
    }

    /// Returns a client and a server whose handshake is over.
    pub fn handshaken(fixtures: &mut Fixtures) -> (Session, Session) {
        let Ok(Built::Config(config)) = server(&Options::default(), &Names::default(), fixtures)
        else {
            panic!("a server without options is made");
        };
        let mut sessions = (
            client(fixtures),
            config.session().expect("a session is made"),
        );
        let (mut near, mut far) = transport::pair(false, None);
        while !(sessions.0.handshake_done() && sessions.1.handshake_done()) {
            let _pending = sessions
                .0
                .handshake(&mut near)
                .expect("the server is trusted");
            let _pending = sessions
                .1
                .handshake(&mut far)
                .expect("the client is welcome");
        }
        sessions
    }
}
