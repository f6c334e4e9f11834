//! The keys of quinn on `gnutls::quic` and `gnutls::crypto`. quinn shares its keys between threads, so that a lock protects
//! each: nothing waits for it, because one thread at a time drives a connection.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::BytesMut;
use gnutls::crypto::{Aead, Cipher, Digest, Hmac, Mac, constant_time_eq, hkdf_expand, random_key};
use gnutls::quic;
use quinn_proto::crypto::{
    AeadKey, CryptoError, HandshakeTokenKey, HeaderKey, HmacKey, KeyPair, Keys, PacketKey,
};

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn header(key: quic::HeaderProtectionKey) -> Box<dyn HeaderKey> {
    Box::new(Header(Mutex::new(key)))
}

pub(crate) fn packet(key: quic::PacketKey) -> Box<dyn PacketKey> {
    Box::new(Packet {
        tag_len: key.tag_len(),
        confidentiality_limit: key.confidentiality_limit(),
        integrity_limit: key.integrity_limit(),
        key: Mutex::new(key),
    })
}

pub(crate) fn pairs(keys: quic::Keys) -> Keys {
    let (local, remote) = (keys.local, keys.remote);
    Keys {
        header: KeyPair {
            local: header(local.header),
            remote: header(remote.header),
        },
        packet: KeyPair {
            local: packet(local.packet),
            remote: packet(remote.packet),
        },
    }
}

struct Header(Mutex<quic::HeaderProtectionKey>);

/// Splits a packet into its first byte, the four bytes from the beginning of the packet number, and the sample.
fn parts(packet: &mut [u8], number: usize, sample: usize) -> (&mut u8, &mut [u8], &[u8]) {
    let (header, rest) = packet.split_at_mut(number + 4);
    let (first, header) = header.split_first_mut().expect("a header is not empty");
    (first, &mut header[number - 1..], &rest[..sample])
}

impl HeaderKey for Header {
    fn decrypt(&self, number: usize, packet: &mut [u8]) {
        let (first, number, sample) = parts(packet, number, self.sample_size());
        let result = lock(&self.0).decrypt_in_place(sample, first, number);
        result.expect("the parts have the right lengths");
    }

    fn encrypt(&self, number: usize, packet: &mut [u8]) {
        let (first, number, sample) = parts(packet, number, self.sample_size());
        let result = lock(&self.0).encrypt_in_place(sample, first, number);
        result.expect("the parts have the right lengths");
    }

    fn sample_size(&self) -> usize {
        lock(&self.0).sample_len()
    }
}

struct Packet {
    key: Mutex<quic::PacketKey>,
    tag_len: usize,
    confidentiality_limit: u64,
    integrity_limit: u64,
}

impl PacketKey for Packet {
    fn encrypt(&self, number: u64, packet: &mut [u8], header_len: usize) {
        let (header, payload) = packet.split_at_mut(header_len);
        let result = lock(&self.key).seal(number, header, payload);
        result.expect("the payload has a place for the tag");
    }

    fn decrypt(
        &self,
        number: u64,
        header: &[u8],
        payload: &mut BytesMut,
    ) -> Result<(), CryptoError> {
        let mut key = lock(&self.key);
        let plain = key.decrypt_in_place(number, header, payload);
        let length = plain.map_err(|_| CryptoError)?.len();
        payload.truncate(length);
        Ok(())
    }

    fn tag_len(&self) -> usize {
        self.tag_len
    }

    fn confidentiality_limit(&self) -> u64 {
        self.confidentiality_limit
    }

    fn integrity_limit(&self) -> u64 {
        self.integrity_limit
    }
}

/// A random key for the tokens of stateless resets and of Retry packets.
pub(crate) struct TokenKey([u8; 32]);

impl TokenKey {
    pub(crate) fn generate() -> gnutls::Result<Self> {
        let mut key = [0; 32];
        random_key(&mut key)?;
        Ok(Self(key))
    }
}

impl HmacKey for TokenKey {
    fn sign(&self, data: &[u8], signature: &mut [u8]) {
        let mut hmac = Hmac::new(Mac::SHA256, &self.0).expect("HMAC accepts any key");
        hmac.update(data).expect("HMAC accepts any data");
        signature.copy_from_slice(&hmac.finish());
    }

    fn signature_len(&self) -> usize {
        Mac::SHA256.output_size()
    }

    fn verify(&self, data: &[u8], signature: &[u8]) -> Result<(), CryptoError> {
        let mut expected = vec![0; self.signature_len()];
        self.sign(data, &mut expected);
        let is_equal = constant_time_eq(&expected, signature);
        is_equal.then_some(()).ok_or(CryptoError)
    }
}

impl HandshakeTokenKey for TokenKey {
    fn aead_from_hkdf(&self, random_bytes: &[u8]) -> Box<dyn AeadKey> {
        let mut key = [0; 32];
        hkdf_expand(Digest::SHA256, &self.0, random_bytes, &mut key)
            .expect("the library has the algorithms of QUIC");
        let aead = Aead::new(Cipher::AES_256_GCM, &key);
        Box::new(Token(Mutex::new(
            aead.expect("the library has the algorithms of QUIC"),
        )))
    }
}

/// A key for one token, so that the nonce can be constant.
struct Token(Mutex<Aead>);

const NONCE: [u8; 12] = [0; 12];

impl AeadKey for Token {
    fn seal(&self, data: &mut Vec<u8>, associated: &[u8]) -> Result<(), CryptoError> {
        let sealed = lock(&self.0).seal_in_place(&NONCE, associated, data);
        sealed.map_err(|_| CryptoError)
    }

    fn open<'a>(&self, data: &'a mut [u8], associated: &[u8]) -> Result<&'a mut [u8], CryptoError> {
        let opened = lock(&self.0).open(&NONCE, associated, data);
        let opened = opened.map_err(|_| CryptoError)?;
        let place = &mut data[..opened.len()];
        place.copy_from_slice(&opened);
        Ok(place)
    }
}
