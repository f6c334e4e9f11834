//! The protection of QUIC packets and of their headers (RFC 9001, sections 5.3 and 5.4).

use std::fmt;

use gnutls_macros::corresponds;

use crate::crypto::aead::Aead;
use crate::crypto::low_level::CipherState;
use crate::crypto::parameters::Cipher;
use crate::error::{Error, ErrorKind, Result};
use crate::support::secret::Secret;

fn unsupported(cipher: Cipher) -> Error {
    Error::new(
        ErrorKind::Unsupported,
        format!("QUIC does not use {cipher}: disable it in the priorities"),
    )
}

/// A key that protects the content of packets.
///
/// ```
/// use gnutls::Side;
/// use gnutls::quic::{Keys, Version};
///
/// # if gnutls::version().built < gnutls::library::Version::new(3, 6, 13) { return Ok(()); }
/// let mut keys = Keys::initial(Version::V1, Side::Client, b"identifier")?;
/// // A header with the packet number 2, the frames, and the place of the tag.
/// let mut packet = [0x43, 0, 0, 0, 2].to_vec();
/// let header_len = packet.len();
/// packet.extend(b"some frames");
/// packet.resize(packet.len() + keys.local.packet.tag_len(), 0);
///
/// let (header, payload) = packet.split_at_mut(header_len);
/// keys.local.packet.seal(2, header, payload)?;
/// // The sample begins four bytes after the packet number.
/// let sample = &payload[..keys.local.header.sample_len()];
/// let (first, packet_number) = header.split_first_mut().unwrap();
/// keys.local.header.encrypt_in_place(sample, first, packet_number)?;
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct PacketKey {
    aead: Aead,
    cipher: Cipher,
    iv: Secret,
}

impl fmt::Debug for PacketKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PacketKey").field(&self.cipher).finish()
    }
}

impl PacketKey {
    /// The length of the initialization vector.
    pub(crate) const IV: usize = 12;

    /// Creates a key. The initialization vector has [`IV`](Self::IV) bytes.
    pub(crate) fn new(cipher: Cipher, key: &[u8], iv: Secret) -> Result<Self> {
        Self::limits(cipher)?;
        Ok(Self {
            aead: Aead::new(cipher, key)?,
            cipher,
            iv,
        })
    }

    /// Returns the limits for encryption and for decryption (RFC 9001, section 6.6).
    fn limits(cipher: Cipher) -> Result<(u64, u64)> {
        match cipher {
            Cipher::AES_128_GCM | Cipher::AES_256_GCM => Ok((1 << 23, 1 << 52)),
            // 2 to the power of 21.5.
            Cipher::AES_128_CCM => Ok((2_965_820, 2_965_820)),
            // More than there are packet numbers.
            Cipher::CHACHA20_POLY1305 => Ok((u64::MAX, 1 << 36)),
            _ => Err(unsupported(cipher)),
        }
    }

    fn nonce(&self, packet_number: u64) -> [u8; Self::IV] {
        let mut nonce = [0; Self::IV];
        nonce.copy_from_slice(&self.iv);
        for (byte, number) in nonce[4..].iter_mut().zip(packet_number.to_be_bytes()) {
            *byte ^= number;
        }
        nonce
    }

    /// Encrypts the payload of a packet, and returns the tag that follows it. The header is authenticated too; it ends with
    /// the packet number, and its protection is applied afterwards.
    ///
    /// **A packet number must be used only once with a key.**
    ///
    /// # Errors
    ///
    /// Returns an error if the library fails to encrypt. The payload is then overwritten.
    #[corresponds(gnutls_aead_cipher_encrypt)]
    pub fn encrypt_in_place(
        &mut self,
        packet_number: u64,
        header: &[u8],
        payload: &mut [u8],
    ) -> Result<[u8; 16]> {
        let mut buffer = Vec::with_capacity(payload.len() + self.tag_len());
        buffer.extend_from_slice(payload);
        buffer.resize(payload.len() + self.tag_len(), 0);
        let sealed = self.seal(packet_number, header, &mut buffer);
        let (encrypted, tag) = buffer.split_at(payload.len());
        payload.copy_from_slice(encrypted);
        sealed?;
        let mut output = [0; 16];
        output.copy_from_slice(tag);
        Ok(output)
    }

    /// Encrypts the payload of a packet in a buffer whose last [`tag_len`](Self::tag_len) bytes are the place of the tag. See
    /// [`encrypt_in_place`](Self::encrypt_in_place), which returns the tag instead.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if the buffer has no place for the tag, and an error
    /// if the library fails to encrypt. The buffer is then overwritten.
    #[corresponds(gnutls_aead_cipher_encrypt)]
    pub fn seal(&mut self, packet_number: u64, header: &[u8], buffer: &mut [u8]) -> Result<()> {
        let nonce = self.nonce(packet_number);
        self.aead.seal_slice(&nonce, header, buffer)
    }

    /// Decrypts the payload of a packet, which ends with the tag, and returns it without the tag. The header is that after
    /// its protection was removed.
    ///
    /// # Errors
    ///
    /// Returns an error with the code [`DECRYPTION_FAILED`](crate::ErrorCode::DECRYPTION_FAILED) if the packet is not
    /// authentic. The payload is then overwritten, and the packet must be discarded.
    #[corresponds(gnutls_aead_cipher_decrypt)]
    pub fn decrypt_in_place<'a>(
        &mut self,
        packet_number: u64,
        header: &[u8],
        payload: &'a mut [u8],
    ) -> Result<&'a mut [u8]> {
        let nonce = self.nonce(packet_number);
        let length = self.aead.open_slice(&nonce, header, payload)?;
        Ok(&mut payload[..length])
    }

    /// Returns the length of the tag, by which packets grow.
    pub fn tag_len(&self) -> usize {
        self.cipher.tag_size()
    }

    /// Returns the number of packets after which the key must not encrypt any more (RFC 9001, section 6.6).
    pub fn confidentiality_limit(&self) -> u64 {
        Self::limits(self.cipher).map_or(0, |(encrypted, _)| encrypted)
    }

    /// Returns the number of packets without authenticity after which the connection must be closed (RFC 9001, section 6.6).
    pub fn integrity_limit(&self) -> u64 {
        Self::limits(self.cipher).map_or(0, |(_, rejected)| rejected)
    }
}

/// A key that protects the headers of packets: parts of the first byte, and the packet number.
#[derive(Debug)]
pub struct HeaderProtectionKey(Mask);

/// The computation of masks from samples.
#[derive(Debug)]
enum Mask {
    /// The encryption of a block, by CBC with a vector of zeros.
    Aes(CipherState),
    /// The stream of ChaCha20, with the sample as counter and nonce.
    ChaCha20(CipherState),
}

impl HeaderProtectionKey {
    /// The length of a sample.
    const SAMPLE: usize = 16;

    pub(crate) fn new(cipher: Cipher, key: &Secret) -> Result<Self> {
        let zero = [0; Self::SAMPLE];
        let state = |cipher| CipherState::new(cipher, key, &zero);
        Ok(Self(match cipher {
            Cipher::AES_128_GCM | Cipher::AES_128_CCM => Mask::Aes(state(Cipher::AES_128_CBC)?),
            Cipher::AES_256_GCM => Mask::Aes(state(Cipher::AES_256_CBC)?),
            Cipher::CHACHA20_POLY1305 => Mask::ChaCha20(state(Cipher::CHACHA20_32)?),
            _ => return Err(unsupported(cipher)),
        }))
    }

    /// Returns the length of the sample: bytes of the encrypted packet, from the fourth byte after the beginning of the
    /// packet number.
    pub fn sample_len(&self) -> usize {
        Self::SAMPLE
    }

    fn mask(&mut self, sample: &[u8]) -> Result<[u8; 5]> {
        let Ok(sample) = <[u8; Self::SAMPLE]>::try_from(sample) else {
            return Err(Error::invalid_input(format!(
                "the sample has {} bytes: it requires {}",
                sample.len(),
                Self::SAMPLE
            )));
        };
        match &mut self.0 {
            Mask::Aes(state) => {
                let mut block = sample;
                state.set_iv(&[0; Self::SAMPLE])?;
                state.encrypt(&mut block)?;
                let [a, b, c, d, e, ..] = block;
                Ok([a, b, c, d, e])
            }
            Mask::ChaCha20(state) => {
                let mut mask = [0; 5];
                state.set_iv(&sample)?;
                state.encrypt(&mut mask)?;
                Ok(mask)
            }
        }
    }

    /// Returns the protected bits of the first byte, which depend on the form of the header.
    fn protected_bits(first: u8) -> u8 {
        if first & 0x80 == 0 { 0x1f } else { 0x0f }
    }

    /// Applies the protection to the header of an encrypted packet: to its first byte, and to its packet number.
    /// `packet_number` has up to four bytes from the beginning of the packet number, of which the first byte states how many
    /// belong to it. The other ones are unchanged.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if the sample does not have
    /// [`sample_len`](Self::sample_len) bytes, or if the packet number does not have all its bytes. The header is then
    /// unchanged.
    #[corresponds(alias(gnutls_cipher_encrypt))]
    pub fn encrypt_in_place(
        &mut self,
        sample: &[u8],
        first: &mut u8,
        packet_number: &mut [u8],
    ) -> Result<()> {
        let mask = self.mask(sample)?;
        let plain = *first;
        Self::apply(mask, plain, first, packet_number)
    }

    /// Removes the protection from the header of a received packet. `packet_number` has up to four bytes from the beginning of
    /// the packet number, of which the first byte states how many belong to it. The other ones are unchanged.
    ///
    /// The result is not authentic before the packet has been decrypted.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if the sample does not have
    /// [`sample_len`](Self::sample_len) bytes, or if the packet number does not have all its bytes. The header is then
    /// unchanged.
    #[corresponds(alias(gnutls_cipher_encrypt))]
    pub fn decrypt_in_place(
        &mut self,
        sample: &[u8],
        first: &mut u8,
        packet_number: &mut [u8],
    ) -> Result<()> {
        let mask = self.mask(sample)?;
        let plain = *first ^ mask[0] & Self::protected_bits(*first);
        Self::apply(mask, plain, first, packet_number)
    }

    /// Applies the mask to the first byte and to the packet number, whose length the `plain` first byte states.
    fn apply(mask: [u8; 5], plain: u8, first: &mut u8, packet_number: &mut [u8]) -> Result<()> {
        let length = usize::from(plain & 3) + 1;
        let available = packet_number.len();
        let Some(packet_number) = packet_number.get_mut(..length) else {
            return Err(Error::invalid_input(format!(
                "the packet number has {available} bytes: the first byte of the header states {length}"
            )));
        };
        let [first_mask, number_mask @ ..] = mask;
        *first ^= first_mask & Self::protected_bits(*first);
        for (byte, mask) in packet_number.iter_mut().zip(number_mask) {
            *byte ^= mask;
        }
        Ok(())
    }
}
