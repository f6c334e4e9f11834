//! Private keys that the program implements.

use std::ffi::{c_int, c_uint, c_void};
use std::io;
use std::sync::Arc;

use gnutls_sys as sys;
use gnutls_sys::{gnutls_datum_t, gnutls_privkey_t};

use crate::crypto::public_key::{PublicKeyAlgorithm, SignatureAlgorithm};
use crate::error::{Error, Result, callback, check};
use crate::key::public_key::PublicKey;
use crate::key::signature::decode_digest_info;
use crate::support::{datum, panic};

/// A private key that the program implements: in a hardware security module, an agent, another process or another
/// machine. [`PrivateKey::external`](crate::key::PrivateKey::external) makes it usable with GnuTLS.
///
/// A closure with the parameters of [`sign`](Self::sign) implements the trait, too.
///
/// The methods are called by the thread that uses the key, such as that of a handshake, which waits for the result.
/// Several threads may call them at the same time. The error that a method returns is the
/// [source](std::error::Error::source) of the error of the call that uses the key, and a panic is resumed in that call.
/// A panic of its destructor is discarded if GnuTLS drops the key.
///
/// ```
/// use gnutls::crypto::SignatureAlgorithm;
/// use gnutls::key::{PrivateKey, PublicKey, SignInput};
/// use gnutls::x509::Certificate;
/// use gnutls::{Identity, ServerConfig};
/// use std::io;
///
/// # fn request_signature(_: SignatureAlgorithm, _: SignInput<'_>) -> io::Result<Vec<u8>> {
/// #     panic!("the server has no clients")
/// # }
/// # fn serve(chain: &[Certificate]) -> Result<ServerConfig, Box<dyn std::error::Error>> {
/// // The certificate contains the public key.
/// let key = PrivateKey::external(
///     &PublicKey::from_certificate(&chain[0])?,
///     // Sends the request to the process that has the key.
///     |algorithm: SignatureAlgorithm, input: SignInput<'_>| request_signature(algorithm, input),
/// )?;
/// let config = ServerConfig::builder()
///     .identity(Identity::from_objects(chain, key)?)
///     .build()?;
/// # Ok(config)
/// # }
/// # let _ = serve;
/// ```
pub trait ExternalKey: Send + Sync + 'static {
    /// Signs the input, and returns the signature in the form that X.509 and TLS use: for ECDSA and DSA a DER sequence of
    /// two numbers, which [`encode_rs_value`](crate::key::encode_rs_value) creates, and for all other algorithms the
    /// bytes of the algorithm. The salt of RSA-PSS is as long as the digest.
    ///
    /// # Errors
    ///
    /// Returns an error if the key cannot sign.
    fn sign(&self, algorithm: SignatureAlgorithm, input: SignInput<'_>) -> io::Result<Vec<u8>>;

    /// Returns `true` if the key supports a signature algorithm. Sessions negotiate no other. By default these are all
    /// algorithms of the public key.
    fn supports(&self, algorithm: SignatureAlgorithm) -> bool {
        let _ = algorithm;
        true
    }

    /// Decrypts data that was encrypted with the public key (RSA with the padding of PKCS #1 version 1.5). By default no
    /// decryption is supported.
    ///
    /// Sessions require it for key exchanges without forward secrecy, which TLS 1.3 has removed, and replace the error
    /// with a random key. Such a key exchange leaks the validity of the padding by the time that this method takes.
    ///
    /// # Errors
    ///
    /// Returns an error if the key does not support decryption, or if the data cannot be decrypted.
    fn decrypt(&self, encrypted: &[u8]) -> io::Result<Vec<u8>> {
        let _ = encrypted;
        Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "the external key does not decrypt",
        ))
    }
}

impl<F> ExternalKey for F
where
    F: Fn(SignatureAlgorithm, SignInput<'_>) -> io::Result<Vec<u8>> + Send + Sync + 'static,
{
    fn sign(&self, algorithm: SignatureAlgorithm, input: SignInput<'_>) -> io::Result<Vec<u8>> {
        self(algorithm, input)
    }
}

/// The input of a signature, see [`ExternalKey::sign`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignInput<'a> {
    /// The message itself, for algorithms without a separate digest such as Ed25519.
    Message(&'a [u8]),
    /// The digest of the message, for ECDSA, DSA, GOST and RSA-PSS.
    Digest(&'a [u8]),
    /// The DigestInfo of the message (RFC 8017, section 9.2), which RSA pads and encrypts (PKCS #1 version 1.5). TLS
    /// before 1.2 signs 36 bytes instead; the algorithm has no name then.
    DigestInfo(&'a [u8]),
}

impl SignInput<'_> {
    /// Returns the digest of the message, or `None` for a message and for the signatures of TLS before 1.2.
    pub fn digest(&self) -> Option<Vec<u8>> {
        match self {
            Self::Message(_) => None,
            Self::Digest(digest) => Some(digest.to_vec()),
            Self::DigestInfo(info) => decode_digest_info(info).ok().map(|(_, digest)| digest),
        }
    }
}

/// An external key and its public key.
pub(crate) struct External {
    pub(crate) public: PublicKey,
    algorithm: PublicKeyAlgorithm,
    bits: c_int,
    key: Box<dyn ExternalKey>,
}

impl External {
    pub(crate) fn new(public: &PublicKey, key: impl ExternalKey) -> Result<Self> {
        let (Some(algorithm), Some(bits)) = (public.algorithm(), public.bits()) else {
            return Err(Error::invalid_input(
                "GnuTLS does not recognize the algorithm of the public key: use another key",
            ));
        };
        Ok(Self {
            public: public.try_clone()?,
            algorithm,
            bits: c_int::try_from(bits).unwrap_or(c_int::MAX),
            key: Box::new(key),
        })
    }

    /// Signs for C.
    fn sign(&self, algorithm: SignatureAlgorithm, input: SignInput<'_>) -> Result<Vec<u8>, c_int> {
        if !self.key.supports(algorithm) {
            return Err(sys::GNUTLS_E_UNSUPPORTED_SIGNATURE_ALGORITHM);
        }
        let signature = self.key.sign(algorithm, input).and_then(|signature| {
            // C has no empty output.
            if signature.is_empty() {
                return Err(io::Error::other(
                    "the external key returned an empty signature",
                ));
            }
            Ok(signature)
        });
        signature.map_err(|error| {
            callback::store_error(error);
            sys::GNUTLS_E_PK_SIGN_FAILED
        })
    }
}

/// Sets the operations of a C object, which owns a reference to the key.
///
/// # Safety
///
/// `raw` is initialised, contains no key, and is used by nothing else.
pub(crate) unsafe fn import(raw: gnutls_privkey_t, key: &Arc<External>) -> Result<()> {
    let userdata = Arc::into_raw(Arc::clone(key)).cast_mut().cast();
    // SAFETY: by the contract of this function the object is initialised and contains no key. It stores the functions and
    // the reference, which `release` drops with the object.
    let code = unsafe {
        sys::gnutls_privkey_import_ext4(
            raw,
            userdata,
            Some(sign_data),
            Some(sign_hash),
            Some(decrypt),
            Some(release),
            Some(info),
            0,
        )
    };
    check(code).map(drop).inspect_err(|_| {
        // SAFETY: after a failure, which is possible only before anything is stored, nothing else owns the reference.
        drop(unsafe { Arc::from_raw(userdata.cast::<External>()) });
    })
}

/// Runs a callback with the key and writes its result to `output`, which C releases.
///
/// # Safety
///
/// `userdata` is the reference of a live C object. `input` is valid during the call, and `output` can be written.
unsafe fn answer(
    userdata: *mut c_void,
    input: *const gnutls_datum_t,
    output: *mut gnutls_datum_t,
    run: impl FnOnce(&External, &[u8]) -> Result<Vec<u8>, c_int>,
) -> c_int {
    // SAFETY: by the contract of this function, `output` can be written. gnutls_privkey_decrypt_data2 releases it after a
    // failure, too.
    unsafe { output.write(datum::empty()) };
    callback::catch(sys::GNUTLS_E_PK_SIGN_FAILED, || {
        // SAFETY: by the contract of this function the key lives as long as the calling object, and the input is valid
        // during the call.
        let (key, input) = unsafe {
            let input = &*input;
            (
                &*userdata.cast::<External>(),
                datum::slice(input.data, input.size as usize),
            )
        };
        match run(key, input) {
            Err(code) => code,
            Ok(result) => match datum::hand_over(&result) {
                None => sys::GNUTLS_E_MEMORY_ERROR,
                Some(copy) => {
                    // SAFETY: by the contract of this function, `output` can be written.
                    unsafe { output.write(copy) };
                    0
                }
            },
        }
    })
}

/// Signs a message, for algorithms without a separate digest.
unsafe extern "C" fn sign_data(
    _: gnutls_privkey_t,
    algorithm: sys::gnutls_sign_algorithm_t,
    userdata: *mut c_void,
    _: c_uint,
    data: *const gnutls_datum_t,
    signature: *mut gnutls_datum_t,
) -> c_int {
    // SAFETY: C passes the reference that `import` has stored, valid input, and an output that can be written.
    unsafe {
        answer(userdata, data, signature, |key, message| {
            key.sign(
                SignatureAlgorithm::from_raw(algorithm),
                SignInput::Message(message),
            )
        })
    }
}

/// Signs a digest, or a DigestInfo for the algorithm `GNUTLS_SIGN_RSA_RAW`.
unsafe extern "C" fn sign_hash(
    _: gnutls_privkey_t,
    algorithm: sys::gnutls_sign_algorithm_t,
    userdata: *mut c_void,
    _: c_uint,
    hash: *const gnutls_datum_t,
    signature: *mut gnutls_datum_t,
) -> c_int {
    // SAFETY: C passes the reference that `import` has stored, valid input, and an output that can be written.
    unsafe {
        answer(userdata, hash, signature, |key, hash| {
            if algorithm != sys::GNUTLS_SIGN_RSA_RAW {
                let algorithm = SignatureAlgorithm::from_raw(algorithm);
                return key.sign(algorithm, SignInput::Digest(hash));
            }
            let algorithm = decode_digest_info(hash)
                .ok()
                .and_then(|(digest, _)| PublicKeyAlgorithm::RSA.with_digest(digest))
                .unwrap_or(SignatureAlgorithm::from_raw(algorithm));
            key.sign(algorithm, SignInput::DigestInfo(hash))
        })
    }
}

/// Decrypts data.
unsafe extern "C" fn decrypt(
    _: gnutls_privkey_t,
    userdata: *mut c_void,
    ciphertext: *const gnutls_datum_t,
    plaintext: *mut gnutls_datum_t,
) -> c_int {
    // SAFETY: C passes the reference that `import` has stored, valid input, and an output that can be written.
    unsafe {
        answer(userdata, ciphertext, plaintext, |external, encrypted| {
            external.key.decrypt(encrypted).map_err(|error| {
                callback::store_error(error);
                sys::GNUTLS_E_DECRYPTION_FAILED
            })
        })
    }
}

/// Returns a property of the key, or -1 for one that is unknown.
unsafe extern "C" fn info(_: gnutls_privkey_t, flags: c_uint, userdata: *mut c_void) -> c_int {
    // SAFETY: C passes the reference that `import` has stored, which lives as long as the calling object.
    let key = unsafe { &*userdata.cast::<External>() };
    if flags & sys::GNUTLS_PRIVKEY_INFO_PK_ALGO != 0 {
        return key.algorithm.as_raw() as c_int;
    }
    if flags & sys::GNUTLS_PRIVKEY_INFO_PK_ALGO_BITS != 0 {
        return key.bits;
    }
    if flags & sys::GNUTLS_PRIVKEY_INFO_HAVE_SIGN_ALGO != 0 {
        let algorithm = SignatureAlgorithm::from_raw(sys::GNUTLS_FLAGS_TO_SIGN_ALGO(flags));
        return callback::catch(0, || c_int::from(key.key.supports(algorithm)));
    }
    -1
}

/// Drops the reference of a C object.
unsafe extern "C" fn release(_: gnutls_privkey_t, userdata: *mut c_void) {
    // SAFETY: C passes the reference that `import` has stored, once, when it releases the object.
    let key = unsafe { Arc::from_raw(userdata.cast::<External>()) };
    panic::contain(|| drop(key));
}
