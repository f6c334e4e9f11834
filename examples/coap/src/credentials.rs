//! The credentials of CoAP over DTLS: a pre-shared key, raw public keys or certificates (RFC 7252, section 9.1.3).

use std::fs;

use anyhow::{Result, bail};
use gnutls::psk::{self, PreSharedKey};
use gnutls::{ClientAuth, ClientConfig, Identity, Priority, ServerConfig, SessionRef, Trust};

/// Enables the cipher that RFC 7252 requires, and the key exchange with pre-shared keys.
const PRIORITY: &str = "+AES-128-CCM-8:+ECDHE-PSK:+PSK";

pub(crate) enum Credentials<'a> {
    PreSharedKey {
        identity: &'a str,
        key: &'a str,
    },
    RawPublicKey {
        key: &'a str,
        peer: &'a str,
    },
    Certificate {
        authorities: &'a str,
        certificate: &'a str,
        key: &'a str,
    },
}

impl<'a> Credentials<'a> {
    pub(crate) fn parse(arguments: &[&'a str]) -> Result<Self> {
        Ok(match *arguments {
            ["psk", identity, key] => Self::PreSharedKey { identity, key },
            ["raw-key", key, peer] => Self::RawPublicKey { key, peer },
            ["certificate", authorities, certificate, key] => Self::Certificate {
                authorities,
                certificate,
                key,
            },
            _ => bail!(
                "the credentials must be psk IDENTITY HEX-KEY, raw-key KEY.pem PEER-PUBLIC-KEY.pem, or \
                 certificate AUTHORITIES.pem CERTIFICATE.pem KEY.pem"
            ),
        })
    }

    pub(crate) fn client(&self) -> Result<ClientConfig> {
        let builder = ClientConfig::builder().priority(Priority::system().append(PRIORITY)?);
        let builder = match *self {
            Self::PreSharedKey { identity, key } => builder.psk(pre_shared_key(identity, key)?),
            Self::RawPublicKey { key, peer } => builder
                .identity(Identity::raw_public_key_pem_file(key, None)?)
                .trust(raw_public_key(peer)?),
            Self::Certificate {
                authorities,
                certificate,
                key,
            } => builder
                .trust(Trust::pem_file(authorities)?)
                .identity(Identity::from_pem_files(certificate, key)?),
        };
        Ok(builder.build()?)
    }

    /// Returns a configuration that requires the client to authenticate.
    pub(crate) fn server(&self) -> Result<ServerConfig> {
        let builder = ServerConfig::builder().priority(Priority::system().append(PRIORITY)?);
        let builder = match *self {
            Self::PreSharedKey { identity, key } => {
                builder.psk(psk::Server::keys([pre_shared_key(identity, key)?]))
            }
            Self::RawPublicKey { key, peer } => builder
                .identity(Identity::raw_public_key_pem_file(key, None)?)
                .client_auth(ClientAuth::Required(raw_public_key(peer)?)),
            Self::Certificate {
                authorities,
                certificate,
                key,
            } => builder
                .identity(Identity::from_pem_files(certificate, key)?)
                .client_auth(ClientAuth::Required(Trust::pem_file(authorities)?)),
        };
        Ok(builder.build()?)
    }
}

fn pre_shared_key(identity: &str, key: &str) -> Result<PreSharedKey> {
    Ok(PreSharedKey::new(identity, psk::Key::from_hex(key)?)?)
}

fn raw_public_key(file: &str) -> Result<Trust> {
    Ok(Trust::none().and_raw_public_key_pem(&fs::read(file)?)?)
}

/// Returns the name by which a client has authenticated.
pub(crate) fn name(session: &SessionRef) -> Result<String> {
    if let Some(identity) = session.psk_identity() {
        return Ok(String::from_utf8_lossy(identity).into_owned());
    }
    Ok(match session.peer_x509_certificate()? {
        Some(certificate) => certificate.subject()?.to_string(),
        None => "a raw public key".to_owned(),
    })
}
