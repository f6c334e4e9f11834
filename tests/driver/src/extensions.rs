//! Extensions of a configuration: compression of certificates, SRTP, heartbeats, one of the driver's own, supplemental
//! data.

use gnutls::extension::{CompressionMethod, SupplementalData};
use gnutls::{
    Alert, ClientConfigBuilder, Result as Done, ServerConfigBuilder, SessionRef, extension,
    heartbeat, srtp,
};
use gnutls_conformance_scenario::Options;
use serde::Serialize;

use crate::outcome::digest;

const OWN_NUMBER: u16 = 65_300;
const SUPPLEMENTAL_FORMAT: u16 = 65_301;

fn methods(options: &Options) -> Result<Vec<CompressionMethod>, String> {
    options
        .list("compress")
        .into_iter()
        .map(|name| match name {
            "zlib" => Ok(CompressionMethod::ZLIB),
            "brotli" => Ok(CompressionMethod::BROTLI),
            "zstd" => Ok(CompressionMethod::ZSTD),
            _ => Err(format!("compress is zlib, brotli or zstd, not {name:?}")),
        })
        .collect()
}

fn srtp(options: &Options) -> Result<Option<srtp::Config>, String> {
    if options.get("srtp").is_none() {
        return Ok(None);
    }
    let profiles = options
        .list("srtp")
        .into_iter()
        .map(|name| srtp::Profile::from_name(name).ok_or_else(|| format!("{name:?} is no profile")))
        .collect::<Result<Vec<_>, _>>()?;
    let srtp = srtp::Config::new(profiles);
    Ok(Some(match options.get("mki") {
        Some(mki) => srtp.mki(&hex::decode(mki).map_err(|error| error.to_string())?),
        None => srtp,
    }))
}

fn heartbeat(options: &Options) -> Result<Option<heartbeat::Mode>, String> {
    match options.get("heartbeat") {
        None => Ok(None),
        Some("answer") => Ok(Some(heartbeat::Mode::AnswerPings)),
        Some("send") => Ok(Some(heartbeat::Mode::SendOnly)),
        Some(value) => Err(format!("heartbeat is answer or send, not {value:?}")),
    }
}

/// Returns the bytes that the driver sends.
fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i % 251) as u8).collect()
}

fn own(options: &Options) -> Result<Option<extension::HelloExtension>, String> {
    let length = match options.get("extension") {
        None => return Ok(None),
        Some("none") => None,
        Some(_) => options.number::<usize>("extension")?,
    };
    let refuse = options.get("refuse").unwrap_or_default().to_owned();
    if !["", "send", "receive", "send-data", "receive-data"].contains(&&*refuse) {
        return Err("refuse is send, receive, send-data or receive-data".into());
    }
    // The alert of C for GNUTLS_E_RECEIVED_ILLEGAL_PARAMETER.
    let answer = |refused: bool| {
        if refused {
            Err(Alert::ILLEGAL_PARAMETER)
        } else {
            Ok(())
        }
    };
    let (send, receive) = (refuse == "send", refuse == "receive");
    let mut extension = extension::HelloExtension::new(OWN_NUMBER)
        .when_resumed(options.switch("when_resumed")? == Some(true))
        .on_send(move |_, _| answer(send).map(|()| length.map(pattern)))
        .on_receive(move |_, _, _| answer(receive));
    if let Some(length) = options.number::<usize>("supplemental")? {
        let (send, receive) = (refuse == "send-data", refuse == "receive-data");
        let mut data =
            SupplementalData::new(SUPPLEMENTAL_FORMAT).on_receive(move |_, _| answer(receive));
        if length > 0 {
            data = data.on_send(move |_| answer(send).map(|()| pattern(length)));
        }
        extension = extension.supplemental_data(data);
    }
    Ok(Some(extension))
}

macro_rules! apply {
    ($builder:ident, $options:expr) => {{
        let mut builder = $builder.compress_certificates(methods($options)?);
        if let Some(srtp) = srtp($options)? {
            builder = builder.srtp(srtp);
        }
        if let Some(heartbeat) = heartbeat($options)? {
            builder = builder.heartbeat(heartbeat);
        }
        if let Some(extension) = own($options)? {
            builder = builder.extension(extension);
        }
        Ok(builder)
    }};
}

/// Adds the options of a line to a client.
pub fn client(
    builder: ClientConfigBuilder,
    options: &Options,
) -> Result<ClientConfigBuilder, String> {
    apply!(builder, options)
}

/// Adds the options of a line to a server.
pub fn server(
    builder: ServerConfigBuilder,
    options: &Options,
) -> Result<ServerConfigBuilder, String> {
    apply!(builder, options)
}

/// The facts about extensions.
#[derive(Debug, Serialize)]
pub struct Seen {
    compression: Option<&'static str>,
    srtp: Option<&'static str>,
    srtp_mki: Option<String>,
    srtp_keys: Option<Keys>,
    can_ping: bool,
    ponged: bool,
    extension: Option<String>,
    supplemental: Option<String>,
}

#[derive(Debug, Serialize)]
struct Keys {
    client: Bytes,
    client_salt: Bytes,
    server: Bytes,
    server_salt: Bytes,
    lengths: [usize; 2],
}

/// Bytes that the comparer replaces by the place where they were first seen.
#[derive(Debug, Serialize)]
struct Bytes {
    bytes: String,
}

impl Bytes {
    fn of(bytes: &[u8]) -> Self {
        Self {
            bytes: hex::encode(bytes),
        }
    }
}

impl Keys {
    fn of(keys: &srtp::Keys) -> Self {
        Self {
            client: Bytes::of(keys.client_key()),
            client_salt: Bytes::of(keys.client_salt()),
            server: Bytes::of(keys.server_key()),
            server_salt: Bytes::of(keys.server_salt()),
            lengths: [keys.client_key().len(), keys.client_salt().len()],
        }
    }
}

impl Seen {
    /// Reads all facts. `failed` is whether a handshake failed.
    pub fn of(session: &SessionRef, failed: bool) -> Self {
        let received = |data: Option<&[u8]>| {
            data.filter(|_| !failed)
                .map(|data| format!("{}:{}", data.len(), digest(data)))
        };
        let compression: Done<_> = session.certificate_compression();
        Self {
            compression: compression.ok().flatten().and_then(CompressionMethod::name),
            srtp: session.srtp_profile().and_then(srtp::Profile::name),
            srtp_mki: session.srtp_mki().map(hex::encode),
            srtp_keys: session.srtp_keys().ok().flatten().as_ref().map(Keys::of),
            can_ping: session.can_ping(),
            ponged: session.ping_answered(),
            extension: received(session.received_extension(OWN_NUMBER)),
            supplemental: received(session.received_supplemental_data(SUPPLEMENTAL_FORMAT)),
        }
    }
}
