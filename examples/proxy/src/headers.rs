//! The header fields that a proxy adds and removes.

use std::net::SocketAddr;

use anyhow::Result;
use base64::prelude::*;
use hyper::Request;
use hyper::header::{
    CONNECTION, FORWARDED, HOST, HeaderMap, HeaderName, HeaderValue, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE,
};
use hyper::http::uri::Authority;
use tokio_gnutls::ConnectionInfo;

/// The certificate of the client (RFC 9440).
const CLIENT_CERT: HeaderName = HeaderName::from_static("client-cert");

/// Removes the fields that are for one connection, with those that `Connection` lists (RFC 9110, section 7.6.1).
pub(crate) fn remove_of_connection(headers: &mut HeaderMap) {
    let listed: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    let own = [CONNECTION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE];
    let others = ["keep-alive", "proxy-connection", "proxy-authorization"];
    let others = others.map(HeaderName::from_static);
    for name in listed.into_iter().chain(own).chain(others) {
        headers.remove(name);
    }
}

/// Replaces the fields of a request about the connection of the client, which a client could forge.
pub(crate) fn forwarded<B>(
    request: &mut Request<B>,
    info: &ConnectionInfo,
    peer: SocketAddr,
) -> Result<()> {
    let host = request.uri().authority().cloned();
    let headers = request.headers_mut();
    remove_of_connection(headers);
    headers.remove(CLIENT_CERT);
    // HTTP/2 has the host in the URI. The client of hyper adds that of the server.
    let field = headers.remove(HOST);
    let host = host.or_else(|| Authority::try_from(field?.as_bytes()).ok());
    let host = host
        .map(|host| format!(";host=\"{host}\""))
        .unwrap_or_default();
    let text = format!("for=\"{peer}\"{host};proto=https");
    headers.insert(FORWARDED, HeaderValue::from_str(&text)?);
    if let Some(certificate) = info.peer_certificates().and_then(|chain| chain.first()) {
        let text = format!(":{}:", BASE64_STANDARD.encode(certificate));
        headers.insert(CLIENT_CERT, HeaderValue::from_str(&text)?);
    }
    Ok(())
}
