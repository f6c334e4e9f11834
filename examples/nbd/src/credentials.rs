//! The credentials of NBD over TLS: a pre-shared key, or certificates.

use anyhow::{Result, bail};
use gnutls::psk::{self, PreSharedKey};
use gnutls::{ClientAuth, ClientConfig, Identity, Priority, ServerConfig, Trust};

/// Enables the key exchange with pre-shared keys.
const PRE_SHARED_KEYS: &str = "+ECDHE-PSK:+DHE-PSK:+PSK";

/// Returns the configuration of a client: `psk IDENTITY HEX-KEY`, or `tls AUTHORITIES [CERTIFICATE KEY]`.
pub(crate) fn client(credentials: &[&str]) -> Result<ClientConfig> {
    let builder = ClientConfig::builder();
    let builder = match *credentials {
        ["psk", identity, key] => builder
            .priority(Priority::system().append(PRE_SHARED_KEYS)?)
            .psk(PreSharedKey::new(identity, psk::Key::from_hex(key)?)?),
        ["tls", authorities] => builder.trust(Trust::pem_file(authorities)?),
        ["tls", authorities, certificate, key] => builder
            .trust(Trust::pem_file(authorities)?)
            .identity(Identity::from_pem_files(certificate, key)?),
        _ => bail!(
            "the credentials of a client must be psk IDENTITY HEX-KEY, or tls AUTHORITIES.pem [CERTIFICATE.pem KEY.pem]"
        ),
    };
    Ok(builder.build()?)
}

/// Returns the configuration of a server: `psk IDENTITY HEX-KEY`, or `tls CERTIFICATE KEY [AUTHORITIES]`, of which the
/// last ones make client certificates mandatory.
pub(crate) fn server(credentials: &[&str]) -> Result<ServerConfig> {
    let builder = ServerConfig::builder();
    let builder = match *credentials {
        ["psk", identity, key] => {
            let key = PreSharedKey::new(identity, psk::Key::from_hex(key)?)?;
            builder
                .priority(Priority::system().append(PRE_SHARED_KEYS)?)
                .psk(psk::Server::keys([key]))
        }
        ["tls", certificate, key] => builder.identity(Identity::from_pem_files(certificate, key)?),
        ["tls", certificate, key, authorities] => builder
            .identity(Identity::from_pem_files(certificate, key)?)
            .client_auth(ClientAuth::Required(Trust::pem_file(authorities)?)),
        _ => bail!(
            "the credentials of a server must be psk IDENTITY HEX-KEY, or tls CERTIFICATE.pem KEY.pem [AUTHORITIES.pem]"
        ),
    };
    Ok(builder.build()?)
}
