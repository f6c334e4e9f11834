//! What an identity is made of: a certificate chain and a private key, in the form that GnuTLS takes them over.

use std::ffi::{CStr, CString, c_char, c_int, c_uint};
use std::ptr;

use gnutls_sys as sys;
use gnutls_sys::{
    GNUTLS_X509_FMT_DER, gnutls_pcert_st, gnutls_privkey_t, gnutls_x509_crt_fmt_t,
    gnutls_x509_crt_t, gnutls_x509_privkey_t,
};

use crate::credentials::Credentials;
#[cfg(gnutls_3_6_3)]
use crate::error::code::ErrorCode;
use crate::error::unsupported::requires;
use crate::error::{Error, Result, argument, check};
use crate::pkcs11;
use crate::pkcs11::PinSource;
use crate::support::datum;
use crate::support::secret::Secret;

/// A chain and its key, owned.
pub(crate) struct Material {
    chain: Chain,
    key: Key,
}

impl Material {
    pub(crate) fn new(chain: Chain, key: Key) -> Self {
        Self { chain, key }
    }

    /// The chain, its own certificate first. GnuTLS only reads what is behind the pointers.
    pub(crate) fn chain(&self) -> &[gnutls_pcert_st] {
        &self.chain.0
    }

    /// Whether there is a public key in the place of a chain.
    pub(crate) fn is_raw_public_key(&self) -> bool {
        let own = self.chain.0.first();
        own.is_some_and(|own| own.type_ == sys::GNUTLS_CRT_RAWPK)
    }

    /// The key. GnuTLS only reads it.
    #[cfg_attr(
        not(gnutls_3_6_3),
        allow(dead_code, reason = "only a callback of newer libraries asks")
    )]
    pub(crate) fn key(&self) -> gnutls_privkey_t {
        self.key.raw
    }

    /// Adds a copy to credentials that are being built, for these names or, without any, for those in the certificate.
    /// Gives the index of the chain in there.
    pub(crate) fn add_to(&self, credentials: &Credentials, names: &[CString]) -> Result<c_uint> {
        let mut chain = self.chain.copy()?;
        let mut key = self.key.copy()?;
        if let Some(token) = &key.token {
            credentials.keep(token.pin.clone());
        }
        let mut names: Vec<*const c_char> = names.iter().map(|name| name.as_ptr()).collect();
        let list = if names.is_empty() {
            ptr::null_mut()
        } else {
            names.as_mut_ptr()
        };
        let (Ok(count), Ok(length)) =
            (c_int::try_from(names.len()), c_int::try_from(chain.0.len()))
        else {
            return Err(Error::invalid_input("too many names or certificates"));
        };
        // SAFETY: copies the names, and the elements of the chain with the pointers in them: it takes over what these
        // point to and the key, but only after a success. After a failure both are still the caller's (lib/cert-cred.c,
        // and lib/x509.c in 3.6.0). The credentials are still being built, by one thread, and keep the source of the PIN.
        let index = check(unsafe {
            sys::gnutls_certificate_set_key(
                credentials.as_ptr(),
                list,
                count,
                chain.0.as_mut_ptr(),
                length,
                key.raw,
            )
        });
        if index.is_ok() {
            // Taken over; of the chain the array itself is left.
            chain.0.clear();
            key.raw = ptr::null_mut();
        }
        // It has signed something, to see whether the two belong together.
        pkcs11::resume_panic();
        let index = index?;
        // Never negative, and with GNUTLS_CERTIFICATE_API_V2 the index.
        Ok(index as c_uint)
    }
}

/// Certificates in the order in which they are sent.
pub(crate) struct Chain(Vec<gnutls_pcert_st>);

// SAFETY: owned memory without ties to a thread. It is not changed after it was made: GnuTLS reads the data and the public
// key, as it does for all sessions of shared credentials.
unsafe impl Send for Chain {}
// SAFETY: as above.
unsafe impl Sync for Chain {}

impl Chain {
    /// Parses PEM text that ends in NUL, or one certificate in DER.
    pub(crate) fn parse(data: &[u8], format: gnutls_x509_crt_fmt_t) -> Result<Self> {
        let data = if format == GNUTLS_X509_FMT_DER {
            argument::bytes(data)?
        } else {
            argument::string(data)?
        };
        let mut list = Certificates::none();
        // SAFETY: the data are only read; on success GnuTLS has allocated a list of `count` certificates, and on failure
        // nothing. (It reads no further than the length says; PEM still ends in NUL, for those of its functions that do.)
        check(unsafe {
            sys::gnutls_x509_crt_list_import2(&mut list.list, &mut list.count, &data, format, 0)
        })
        .inspect_err(|_| list.forget())?;
        Self::of(&list)
    }

    /// The certificate on a token that a URL names, with those of its issuers that are on the token as well.
    #[cfg_attr(
        not(gnutls_3_6_3),
        allow(unused_variables, reason = "only newer libraries can")
    )]
    pub(crate) fn from_url(url: &CStr, pin: &PinSource) -> Result<Self> {
        requires!(gnutls_3_6_3, "certificates on tokens", {
            let import = |list: &mut Certificates, flags| {
                // SAFETY: on success GnuTLS has allocated a list of `count` certificates, and on failure nothing. The
                // certificates keep the source of the PIN, which lives longer than the list; they are asked for no more
                // than their data.
                let code = unsafe {
                    sys::gnutls_x509_crt_list_import_url(
                        &mut list.list,
                        &mut list.count,
                        url.as_ptr(),
                        Some(pkcs11::ask),
                        pin.as_userdata(),
                        flags,
                    )
                };
                pkcs11::resume_panic();
                check(code).inspect_err(|_| list.forget())
            };
            let mut list = Certificates::none();
            match import(&mut list, 0) {
                // It may be a private object, which shows only to those who have logged in.
                Err(error) if error.code() == Some(ErrorCode::REQUESTED_DATA_NOT_AVAILABLE) => {
                    import(&mut list, sys::GNUTLS_PKCS11_OBJ_FLAG_LOGIN as c_uint)?;
                }
                result => {
                    result?;
                }
            }
            Self::of(&list)
        })
    }

    /// Copies of certificates, brought into order.
    fn of(certificates: &Certificates) -> Result<Self> {
        let mut count = certificates.count;
        if count == 0 || certificates.list.is_null() {
            return Err(Error::from_code(sys::GNUTLS_E_NO_CERTIFICATE_FOUND));
        }
        let mut chain = vec![
            gnutls_pcert_st {
                pubkey: ptr::null_mut(),
                cert: datum::empty(),
                type_: sys::GNUTLS_CRT_X509,
            };
            count as usize
        ];
        // SAFETY: fills in up to `count` elements, of which there are as many, from certificates that are only read, and
        // sets the count to what is left after sorting. After a failure it has released what it had made. Flags are an
        // integer in C.
        check(unsafe {
            sys::gnutls_pcert_import_x509_list(
                chain.as_mut_ptr(),
                certificates.list,
                &mut count,
                sys::GNUTLS_X509_CRT_LIST_SORT as c_uint,
            )
        })?;
        chain.truncate(count as usize);
        Ok(Self(chain))
    }

    /// The public key of a private one, in the place of a chain.
    #[cfg_attr(
        not(gnutls_3_6_6),
        allow(unused_variables, reason = "only newer libraries can")
    )]
    pub(crate) fn of_key(key: &Key) -> Result<Self> {
        requires!(gnutls_3_6_6, "raw public keys", {
            let result = raw_public_key(|public| {
                // SAFETY: `public` is new; what is public of the key is copied, out of the token where it is on one. Without a
                // usage it is good for all.
                unsafe { sys::gnutls_pubkey_import_privkey(public, key.raw, 0, 0) }
            });
            pkcs11::resume_panic();
            result.map(|element| Self(vec![element]))
        })
    }

    fn copy(&self) -> Result<Self> {
        let mut copy = Self(Vec::with_capacity(self.0.len()));
        for certificate in &self.0 {
            #[cfg(gnutls_3_6_6)]
            if certificate.type_ == sys::GNUTLS_CRT_RAWPK {
                copy.0.push(raw_public_key(|public| {
                    // SAFETY: `public` is new; the DER is only read.
                    unsafe {
                        sys::gnutls_pubkey_import(public, &certificate.cert, GNUTLS_X509_FMT_DER)
                    }
                })?);
                continue;
            }
            let mut element = gnutls_pcert_st {
                pubkey: ptr::null_mut(),
                cert: datum::empty(),
                type_: certificate.type_,
            };
            // SAFETY: reads the DER and fills in the element; after a failure there is nothing to release.
            check(unsafe {
                sys::gnutls_pcert_import_x509_raw(
                    &mut element,
                    &certificate.cert,
                    GNUTLS_X509_FMT_DER,
                    0,
                )
            })?;
            copy.0.push(element);
        }
        Ok(copy)
    }
}

/// A public key in the form of a certificate: one that `import` fills in. (`gnutls_pcert_import_rawpk_raw` would leave a key
/// behind where it fails, or the address of one that is gone.)
#[cfg(gnutls_3_6_6)]
fn raw_public_key(import: impl FnOnce(sys::gnutls_pubkey_t) -> c_int) -> Result<gnutls_pcert_st> {
    let mut public = ptr::null_mut();
    // SAFETY: writes the pointer on success; on failure there is nothing to release.
    check(unsafe { sys::gnutls_pubkey_init(&mut public) })?;
    let mut element = gnutls_pcert_st {
        pubkey: ptr::null_mut(),
        cert: datum::empty(),
        type_: sys::GNUTLS_CRT_RAWPK,
    };
    let mut code = import(public);
    if code >= 0 {
        // SAFETY: fills in the element, which owns the key from then on; after a failure the key is still ours, and there is
        // nothing else to release (lib/pcert.c).
        code = unsafe { sys::gnutls_pcert_import_rawpk(&mut element, public, 0) };
    }
    if let Err(error) = check(code) {
        // SAFETY: initialised above, not taken over, and released once.
        unsafe { sys::gnutls_pubkey_deinit(public) };
        return Err(error);
    }
    Ok(element)
}

impl Drop for Chain {
    fn drop(&mut self) {
        for certificate in &mut self.0 {
            // SAFETY: each was filled in by an import, and is released once.
            unsafe { sys::gnutls_pcert_deinit(certificate) }
        }
    }
}

/// A private key. GnuTLS overwrites one in memory before it gives the memory back.
pub(crate) struct Key {
    /// NULL once credentials have taken it over.
    raw: gnutls_privkey_t,
    /// Where it is, unless it is in memory. GnuTLS has a pointer to the source of the PIN.
    token: Option<Token>,
}

/// A key on a token.
#[derive(Clone)]
struct Token {
    url: CString,
    pin: PinSource,
}

// SAFETY: owned memory without ties to a thread. It is not changed after it was made: signing and decrypting read it, as
// they do for all sessions of shared credentials. A key on a token has a session there, which each use locks (`mutex` in
// lib/pkcs11_privkey.c, since 3.5.11); after a fork, whoever is first to use tokens makes new ones under a lock of the
// library. The source of the PIN is `Send` and `Sync`.
unsafe impl Send for Key {}
// SAFETY: as above.
unsafe impl Sync for Key {}

impl Key {
    /// Parses PEM that ends in NUL, or DER; plain, or encrypted with a password that ends in NUL.
    pub(crate) fn parse(
        data: &[u8],
        format: gnutls_x509_crt_fmt_t,
        password: Option<&Secret>,
    ) -> Result<Self> {
        let data = if format == GNUTLS_X509_FMT_DER {
            argument::bytes(data)?
        } else {
            argument::string(data)?
        };
        let password = match password {
            None => ptr::null(),
            Some(password) => argument::string(password)?.data.cast_const().cast(),
        };
        let mut key = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_x509_privkey_init(&mut key) })?;
        // SAFETY: key is initialised; data and password (NULL, or ending in NUL) are only read during the call.
        let code = unsafe { sys::gnutls_x509_privkey_import2(key, &data, format, password, 0) };
        if let Err(error) = check(code) {
            // SAFETY: initialised above and released once.
            unsafe { sys::gnutls_x509_privkey_deinit(key) };
            return Err(error);
        }
        Self::of(key)
    }

    /// Takes over an X.509 key.
    fn of(key: gnutls_x509_privkey_t) -> Result<Self> {
        let mut abstract_key = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        let mut code = unsafe { sys::gnutls_privkey_init(&mut abstract_key) };
        if code >= 0 {
            // SAFETY: both are initialised. With AUTO_RELEASE the abstract key owns the other from now on; it fails for
            // one that is in use alone (lib/privkey.c), and this one is new.
            code = unsafe {
                sys::gnutls_privkey_import_x509(
                    abstract_key,
                    key,
                    sys::GNUTLS_PRIVKEY_IMPORT_AUTO_RELEASE as c_uint,
                )
            };
            if code >= 0 {
                return Ok(Self {
                    raw: abstract_key,
                    token: None,
                });
            }
            // SAFETY: initialised above, without a key in it, and released once.
            unsafe { sys::gnutls_privkey_deinit(abstract_key) };
        }
        // SAFETY: was not taken over, and is released once.
        unsafe { sys::gnutls_x509_privkey_deinit(key) };
        check(code)?;
        Err(Error::from_code(sys::GNUTLS_E_INTERNAL_ERROR))
    }

    /// The key on a token that a URL names.
    pub(crate) fn from_url(url: CString, pin: PinSource) -> Result<Self> {
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_privkey_init(&mut raw) })?;
        let key = Self {
            raw,
            token: Some(Token { url, pin }),
        };
        let token = key.token.as_ref();
        let code = token.map_or(sys::GNUTLS_E_INTERNAL_ERROR, |token| {
            // SAFETY: the key is new. It keeps the function and the pointer, which is good for as long as the source lives: the
            // key has it, and goes first. The URL is copied.
            unsafe {
                let source = token.pin.as_userdata();
                sys::gnutls_privkey_set_pin_function(key.raw, Some(pkcs11::ask), source);
                sys::gnutls_privkey_import_url(key.raw, token.url.as_ptr(), 0)
            }
        });
        pkcs11::resume_panic();
        check(code)?;
        Ok(key)
    }

    fn copy(&self) -> Result<Self> {
        // What is on a token stays there: the copy is a further session with it. While there is one that is logged in, which
        // this is, PKCS #11 asks for no PIN.
        if let Some(Token { url, pin }) = self.token.clone() {
            return Self::from_url(url, pin);
        }
        let mut key = ptr::null_mut();
        // SAFETY: makes a copy of the X.509 key inside; after a failure there is nothing to release.
        check(unsafe { sys::gnutls_privkey_export_x509(self.raw, &mut key) })?;
        Self::of(key)
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        if !self.raw.is_null() {
            // SAFETY: initialised by a constructor, and released once. The source of the PIN goes after it.
            unsafe { sys::gnutls_privkey_deinit(self.raw) }
        }
    }
}

/// Takes chain and key out of PKCS #12; the password ends in NUL.
pub(crate) fn parse_pkcs12(
    data: &[u8],
    format: gnutls_x509_crt_fmt_t,
    password: &Secret,
) -> Result<Material> {
    let data = argument::bytes(data)?;
    let password = argument::string(password)?.data.cast_const().cast();
    let mut container = ptr::null_mut();
    // SAFETY: writes the pointer on success; on failure there is nothing to release.
    check(unsafe { sys::gnutls_pkcs12_init(&mut container) })?;
    let (mut key, mut chain) = (ptr::null_mut(), Certificates::none());
    // SAFETY: the container is initialised; data and password are only read. The chain comes without the root, and
    // nothing else is asked for. What was found is ours after success alone; the container is released once.
    let code = unsafe {
        let mut code = sys::gnutls_pkcs12_import(container, &data, format, 0);
        if code >= 0 {
            code = sys::gnutls_pkcs12_verify_mac(container, password);
        }
        if code >= 0 {
            code = sys::gnutls_pkcs12_simple_parse(
                container,
                password,
                &mut key,
                &mut chain.list,
                &mut chain.count,
                ptr::null_mut(),
                ptr::null_mut(),
                ptr::null_mut(),
                0,
            );
        }
        sys::gnutls_pkcs12_deinit(container);
        code
    };
    if let Err(error) = check(code) {
        chain.forget();
        return Err(error);
    }
    let key = if key.is_null() {
        Err(Error::from_code(sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE))
    } else {
        Key::of(key)
    }?;
    Ok(Material::new(Chain::of(&chain)?, key))
}

/// A list of certificates from GnuTLS' allocator.
struct Certificates {
    list: *mut gnutls_x509_crt_t,
    count: c_uint,
}

impl Certificates {
    fn none() -> Self {
        Self {
            list: ptr::null_mut(),
            count: 0,
        }
    }

    /// After a failure what is in here is undefined.
    fn forget(&mut self) {
        *self = Self::none();
    }
}

impl Drop for Certificates {
    fn drop(&mut self) {
        // SAFETY: `count` pointers from GnuTLS, unchanged until they are freed below.
        for certificate in unsafe { datum::array(self.list.cast_const(), self.count as usize) } {
            // SAFETY: each was initialised by GnuTLS and is released once.
            unsafe { sys::gnutls_x509_crt_deinit(*certificate) }
        }
        // SAFETY: the list itself came from gnutls_malloc, as the manual says, and is not used any more.
        unsafe { datum::free(self.list.cast()) };
    }
}
