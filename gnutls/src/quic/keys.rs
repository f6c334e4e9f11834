//! The keys of QUIC packets, derived from secrets (RFC 9001, section 5.1; RFC 9369).

use std::fmt;

use gnutls_macros::corresponds;

use crate::crypto::Side;
use crate::crypto::aead::Aead;
use crate::crypto::kdf::{hkdf_expand, hkdf_extract};
use crate::crypto::parameters::Cipher;
use crate::crypto::public_key::Digest;
use crate::error::{Error, Result};
use crate::quic::protection::{HeaderProtectionKey, PacketKey};
use crate::support::secret::Secret;

/// A version of QUIC, which determines the derivation of its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Version {
    /// Version 1 (RFC 9000), 0x00000001.
    V1,
    /// Version 2 (RFC 9369), 0x6b3343cf.
    V2,
}

/// The constants of a version.
struct Constants {
    salt: [u8; 20],
    key: &'static str,
    iv: &'static str,
    header: &'static str,
    update: &'static str,
    retry_key: [u8; 16],
    retry_nonce: [u8; 12],
}

/// The constants of version 1 (RFC 9001, sections 5.1, 5.2, 5.8 and 6.1).
const V1: Constants = Constants {
    salt: [
        0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c,
        0xad, 0xcc, 0xbb, 0x7f, 0x0a,
    ],
    key: "quic key",
    iv: "quic iv",
    header: "quic hp",
    update: "quic ku",
    retry_key: [
        0xbe, 0x0c, 0x69, 0x0b, 0x9f, 0x66, 0x57, 0x5a, 0x1d, 0x76, 0x6b, 0x54, 0xe3, 0x68, 0xc8,
        0x4e,
    ],
    retry_nonce: [
        0x46, 0x15, 0x99, 0xd3, 0x5d, 0x63, 0x2b, 0xf2, 0x23, 0x98, 0x25, 0xbb,
    ],
};

/// The constants of version 2 (RFC 9369, section 3.3).
const V2: Constants = Constants {
    salt: [
        0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26, 0x9d,
        0xcb, 0xf9, 0xbd, 0x2e, 0xd9,
    ],
    key: "quicv2 key",
    iv: "quicv2 iv",
    header: "quicv2 hp",
    update: "quicv2 ku",
    retry_key: [
        0x8f, 0xb4, 0xb0, 0x1b, 0x56, 0xac, 0x48, 0xe2, 0x60, 0xfb, 0xcb, 0xce, 0xad, 0x7c, 0xcc,
        0x92,
    ],
    retry_nonce: [
        0xd8, 0x69, 0x69, 0xbc, 0x2d, 0x7c, 0x6d, 0x99, 0x90, 0xef, 0xb0, 0x4a,
    ],
};

impl Version {
    fn constants(self) -> &'static Constants {
        match self {
            Self::V1 => &V1,
            Self::V2 => &V2,
        }
    }
}

/// Derives a secret for a label (HKDF-Expand-Label with an empty context, RFC 8446, section 7.1).
#[corresponds(gnutls_hkdf_expand)]
fn expand_label(digest: Digest, secret: &[u8], label: &str, length: u8) -> Result<Secret> {
    let label = ["tls13 ", label].concat();
    let mut info = vec![0, length, label.len() as u8];
    info.extend_from_slice(label.as_bytes());
    info.push(0);
    let mut output = vec![0; usize::from(length)];
    hkdf_expand(digest, secret, &info, &mut output)?;
    Ok(Secret::from_vec(output))
}

/// The version and the algorithms with which keys are derived.
#[derive(Clone, Copy)]
pub(crate) struct Algorithms {
    pub(crate) version: Version,
    pub(crate) cipher: Cipher,
    pub(crate) digest: Digest,
}

impl Algorithms {
    fn packet_key(&self, secret: &[u8]) -> Result<PacketKey> {
        let constants = self.version.constants();
        let key = expand_label(
            self.digest,
            secret,
            constants.key,
            self.cipher.key_size() as u8,
        )?;
        let iv = expand_label(self.digest, secret, constants.iv, PacketKey::IV as u8)?;
        PacketKey::new(self.cipher, &key, iv)
    }

    pub(crate) fn directional_keys(&self, secret: &[u8]) -> Result<DirectionalKeys> {
        let label = self.version.constants().header;
        let length = self.cipher.key_size() as u8;
        let header = expand_label(self.digest, secret, label, length)?;
        Ok(DirectionalKeys {
            packet: self.packet_key(secret)?,
            header: HeaderProtectionKey::new(self.cipher, &header)?,
        })
    }

    /// Returns the keys of both directions for this side.
    pub(crate) fn keys(&self, side: Side, client: &[u8], server: &[u8]) -> Result<Keys> {
        let client = self.directional_keys(client)?;
        let server = self.directional_keys(server)?;
        Ok(match side {
            Side::Client => Keys {
                local: client,
                remote: server,
            },
            Side::Server => Keys {
                local: server,
                remote: client,
            },
        })
    }
}

/// The keys that protect packets in one direction.
#[derive(Debug)]
pub struct DirectionalKeys {
    /// The key that protects the header of packets.
    pub header: HeaderProtectionKey,
    /// The key that protects the content of packets.
    pub packet: PacketKey,
}

/// The keys that protect the packets of one encryption level.
#[derive(Debug)]
pub struct Keys {
    /// The keys of packets that this side sends.
    pub local: DirectionalKeys,
    /// The keys of packets that the peer sends.
    pub remote: DirectionalKeys,
}

impl Keys {
    /// Derives the keys of Initial packets from the connection identifier to which the client has sent its first packet (RFC
    /// 9001, section 5.2). **Anybody who observes the packet can derive them.**
    ///
    /// ```
    /// use gnutls::Side;
    /// use gnutls::quic::{Keys, Version};
    ///
    /// # if gnutls::version().built < gnutls::library::Version::new(3, 6, 13) { return Ok(()); }
    /// let mut client = Keys::initial(Version::V1, Side::Client, b"identifier")?;
    /// let mut server = Keys::initial(Version::V1, Side::Server, b"identifier")?;
    /// let mut payload = b"CRYPTO frame".to_vec();
    /// let tag = client.local.packet.encrypt_in_place(0, b"header", &mut payload)?;
    /// payload.extend(tag);
    /// assert_eq!(server.remote.packet.decrypt_in_place(0, b"header", &mut payload)?, b"CRYPTO frame");
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) if the library is too old.
    #[corresponds(gnutls_hkdf_extract, gnutls_hkdf_expand)]
    pub fn initial(version: Version, side: Side, client_destination_id: &[u8]) -> Result<Self> {
        let algorithms = Algorithms {
            version,
            cipher: Cipher::AES_128_GCM,
            digest: Digest::SHA256,
        };
        let salt = &version.constants().salt;
        let initial = Secret::from_vec(hkdf_extract(Digest::SHA256, client_destination_id, salt)?);
        let client = expand_label(Digest::SHA256, &initial, "client in", 32)?;
        let server = expand_label(Digest::SHA256, &initial, "server in", 32)?;
        algorithms.keys(side, &client, &server)
    }
}

/// The secrets of the application's packets, from which the keys of key updates are derived (RFC 9001, section 6). They are
/// overwritten when they are dropped.
pub struct Secrets {
    algorithms: Algorithms,
    local: Secret,
    remote: Secret,
}

impl Secrets {
    pub(crate) fn new(algorithms: Algorithms, local: Secret, remote: Secret) -> Self {
        Self {
            algorithms,
            local,
            remote,
        }
    }

    /// Derives the packet keys after the next key update. The keys that protect headers are not updated.
    ///
    /// ```
    /// use gnutls::Result;
    /// use gnutls::quic::{Keys, Secrets};
    ///
    /// /// Updates the keys of the packets, after which the Key Phase bit is inverted.
    /// fn update(keys: &mut Keys, secrets: &mut Secrets) -> Result<()> {
    ///     let next = secrets.next_packet_keys()?;
    ///     keys.local.packet = next.local;
    ///     keys.remote.packet = next.remote;
    ///     Ok(())
    /// }
    /// # let _ = update;
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the library refuses an algorithm. The secrets are then unchanged.
    #[corresponds(gnutls_hkdf_expand)]
    pub fn next_packet_keys(&mut self) -> Result<PacketKeySet> {
        let Algorithms {
            version, digest, ..
        } = self.algorithms;
        let next = |secret: &Secret| {
            expand_label(
                digest,
                secret,
                version.constants().update,
                secret.len() as u8,
            )
        };
        let (local, remote) = (next(&self.local)?, next(&self.remote)?);
        let keys = PacketKeySet {
            local: self.algorithms.packet_key(&local)?,
            remote: self.algorithms.packet_key(&remote)?,
        };
        (self.local, self.remote) = (local, remote);
        Ok(keys)
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets")
            .field("cipher", &self.algorithms.cipher)
            .finish_non_exhaustive()
    }
}

/// The packet keys of both directions after a key update.
#[derive(Debug)]
pub struct PacketKeySet {
    /// The key of packets that this side sends.
    pub local: PacketKey,
    /// The key of packets that the peer sends.
    pub remote: PacketKey,
}

/// Returns the integrity tag of a Retry packet (RFC 9001, section 5.8): of the bytes before the tag, and the connection
/// identifier to which the client has sent its first packet. It detects damage, but no attacker.
///
/// ```
/// use gnutls::crypto::constant_time_eq;
/// use gnutls::quic::{Version, retry_integrity_tag};
///
/// /// Returns `true` if a client may accept a Retry packet.
/// fn is_valid_retry(version: Version, destination_id: &[u8], packet: &[u8]) -> gnutls::Result<bool> {
///     let Some((packet, tag)) = packet.split_last_chunk::<16>() else { return Ok(false) };
///     Ok(constant_time_eq(tag, &retry_integrity_tag(version, destination_id, packet)?))
/// }
/// # let _ = is_valid_retry;
/// ```
///
/// # Errors
///
/// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if the identifier is longer than 255 bytes.
#[corresponds(gnutls_aead_cipher_encrypt)]
pub fn retry_integrity_tag(
    version: Version,
    original_destination_id: &[u8],
    packet: &[u8],
) -> Result<[u8; 16]> {
    let length = u8::try_from(original_destination_id.len()).map_err(|_| {
        Error::invalid_input(format!(
            "the connection identifier has {} bytes: it can have at most 255",
            original_destination_id.len()
        ))
    })?;
    let constants = version.constants();
    let pseudo_packet = [&[length][..], original_destination_id, packet].concat();
    let mut tag = [0; 16];
    Aead::new(Cipher::AES_128_GCM, &constants.retry_key)?.seal_slice(
        &constants.retry_nonce,
        &pseudo_packet,
        &mut tag,
    )?;
    Ok(tag)
}

#[cfg(all(test, gnutls_3_6_13))]
mod tests {
    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        let pairs = (0..hex.len()).step_by(2);
        pairs
            .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
            .collect()
    }

    /// The packets of RFC 9001, appendix A.5, and RFC 9369, appendix A.5.
    #[test]
    fn short_headers_with_chacha20_are_those_of_the_vectors() {
        let secret = bytes("9ac312a7f877468ebe69422748ad00a15443f18203a07d6060f688f30f21632b");
        for (version, expected) in [
            (Version::V1, "4cfe4189655e5cd55c41f69080575d7999c25a5bfb"),
            (Version::V2, "5558b1c60ae7b6b932bc27d786f4bc2bb20f2162ba"),
        ] {
            let algorithms = Algorithms {
                version,
                cipher: Cipher::CHACHA20_POLY1305,
                digest: Digest::SHA256,
            };
            let mut keys = algorithms.directional_keys(&secret).unwrap();
            let (mut first, mut number, mut payload) = (0x42, [0, 0xbf, 0xf4], vec![1]);
            let header = [&[first][..], &number].concat();
            let packet = &mut keys.packet;
            let tag = packet
                .encrypt_in_place(654_360_564, &header, &mut payload)
                .unwrap();
            payload.extend(tag);
            let sample = &payload[1..17];
            keys.header
                .encrypt_in_place(sample, &mut first, &mut number)
                .unwrap();
            let packet = [&[first][..], &number, &payload].concat();
            assert_eq!(packet, bytes(expected), "{version:?}");
        }
    }

    /// The secret after an update in RFC 9001, appendix A.5.
    #[test]
    fn the_secret_of_a_key_update_is_that_of_the_vector() {
        let secret = bytes("9ac312a7f877468ebe69422748ad00a15443f18203a07d6060f688f30f21632b");
        let algorithms = Algorithms {
            version: Version::V1,
            cipher: Cipher::CHACHA20_POLY1305,
            digest: Digest::SHA256,
        };
        let other = Secret::new(&[7; 32]);
        let mut secrets = Secrets::new(algorithms, Secret::new(&secret), other);
        secrets.next_packet_keys().unwrap();
        assert_eq!(
            secrets.local.to_vec(),
            bytes("1223504755036d556342ee9361d253421a826c9ecdf3c7148684b36b714881f9")
        );
    }
}
