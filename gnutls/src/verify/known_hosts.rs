//! Trust on first use: a file with the public keys of hosts.

use std::ffi::{CString, c_int};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::parameters::CertificateType;
use crate::crypto::public_key::Digest;
use crate::error::{Error, Result, argument, check};

/// A file with the public keys that hosts had when they were first met, in the form that GnuTLS and `gnutls-cli` have for
/// it. With it a program can recognise a host that no authority vouches for, as SSH does it.
///
/// ```no_run
/// use gnutls::ClientConfig;
/// use gnutls::verify::{KnownHost, KnownHosts, VerificationStatus};
///
/// let hosts = KnownHosts::file("known_hosts")?;
/// let config = ClientConfig::builder()
///     .dangerous_verifier(move |peer| {
///         let refused = Err(peer.status());
///         let (Some(name), Some(mut chain)) = (peer.server_name(), peer.session().peer_certificates()) else {
///             return refused;
///         };
///         let Some(certificate) = chain.next() else { return refused };
///         match hosts.verify(name, None, certificate) {
///             Ok(KnownHost::Known) => Ok(()),
///             Ok(KnownHost::Changed) => Err(VerificationStatus::MISMATCH),
///             // The first time: ask the user, whether to trust this key from now on.
///             Ok(KnownHost::Unknown) => hosts.store(name, None, certificate, None).or(refused),
///             Err(_) => refused,
///         }
///     })
///     .build()?;
/// # let _ = config;
/// # Ok::<(), gnutls::Error>(())
/// ```
#[corresponds(gnutls_verify_stored_pubkey)]
#[derive(Clone, Debug)]
pub struct KnownHosts {
    path: PathBuf,
    name: CString,
}

/// What a file says of a host and its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KnownHost {
    /// The host has this key.
    Known,
    /// Nothing is known of the host, or what was known has expired.
    Unknown,
    /// The host has another key: either it has got a new one, or it is somebody else.
    Changed,
}

/// GnuTLS locks for some of its functions and not for others (lib/verify-tofu.c).
static LOCK: Mutex<()> = Mutex::new(());

impl KnownHosts {
    /// The file at this path, which need not be there yet.
    ///
    /// # Errors
    ///
    /// Of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) for a path with a NUL byte.
    pub fn file(path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        let name = CString::new(path.as_os_str().as_bytes())
            .map_err(|_| Error::invalid_input("the path of known hosts contains a NUL byte"))?;
        Ok(Self { path, name })
    }

    /// The file of the user, `.gnutls/known_hosts` in the home directory, which `gnutls-cli --tofu` uses too.
    ///
    /// # Errors
    ///
    /// Of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) where the environment does not tell the home directory.
    pub fn user() -> Result<Self> {
        let home = std::env::var_os("HOME").filter(|home| !home.is_empty());
        let home = home.ok_or_else(|| Error::invalid_input("no home directory for known hosts"))?;
        Self::file(PathBuf::from(home).join(".gnutls/known_hosts"))
    }

    /// Looks for the public key of a certificate (in DER) among those of a host. With a service, a name or a number such as
    /// `443`, only what was stored for it, or for all services, counts.
    ///
    /// # Errors
    ///
    /// Of kind [`Io`](crate::ErrorKind::Io) for a file that is there and cannot be read, of kind
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for names that cannot stand in the file; otherwise what GnuTLS says
    /// of the certificate.
    #[corresponds(gnutls_verify_stored_pubkey)]
    pub fn verify(
        &self,
        host: &str,
        service: Option<&str>,
        certificate: &[u8],
    ) -> Result<KnownHost> {
        self.verify_shown(host, service, CertificateType::X509, certificate)
    }

    /// Looks a host up by the [raw public key](crate::SessionRef::peer_raw_public_key) (RFC 7250) that it has shown instead of
    /// a certificate. It is the same as the key in a certificate.
    ///
    /// # Errors
    ///
    /// As for [`verify`](Self::verify).
    pub fn verify_raw_public_key(
        &self,
        host: &str,
        service: Option<&str>,
        key: &[u8],
    ) -> Result<KnownHost> {
        self.verify_shown(host, service, CertificateType::RAW_PUBLIC_KEY, key)
    }

    fn verify_shown(
        &self,
        host: &str,
        service: Option<&str>,
        kind: CertificateType,
        shown: &[u8],
    ) -> Result<KnownHost> {
        let (host, service) = names(host, service)?;
        let _guard = lock();
        // GnuTLS takes a file that it cannot read for one that does not know the host.
        let found = OpenOptions::new()
            .read(true)
            .custom_flags(libc::O_NONBLOCK)
            .open(&self.path);
        match found.and_then(length) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(KnownHost::Unknown),
            Err(error) => return Err(self.failed(error)),
        }
        match check(self.look_up(&host, service.as_ref(), kind, shown)?) {
            Ok(_) => Ok(KnownHost::Known),
            Err(error) => match error.code().map(crate::error::code::ErrorCode::as_raw) {
                Some(sys::GNUTLS_E_CERTIFICATE_KEY_MISMATCH) => Ok(KnownHost::Changed),
                Some(sys::GNUTLS_E_NO_CERTIFICATE_FOUND) => Ok(KnownHost::Unknown),
                _ => Err(error.with_kind(crate::error::ErrorKind::Certificate)),
            },
        }
    }

    /// Stores the public key of a certificate (in DER) for a host, and for all its services or this one, until it expires.
    /// What was stored before stays, and is as good: after a host was [`Changed`](KnownHost::Changed), its old lines are to
    /// be taken out of the file. A new file can be read and written by its owner alone.
    ///
    /// # Errors
    ///
    /// Of kind [`Io`](crate::ErrorKind::Io) for a file that cannot be written; otherwise as for [`verify`](Self::verify).
    #[corresponds(gnutls_store_pubkey)]
    pub fn store(
        &self,
        host: &str,
        service: Option<&str>,
        certificate: &[u8],
        expiration: Option<SystemTime>,
    ) -> Result<()> {
        let kind = CertificateType::X509;
        self.store_shown(host, service, kind, certificate, expiration)
    }

    /// Stores the [raw public key](crate::SessionRef::peer_raw_public_key) (RFC 7250) of a host, as [`store`](Self::store)
    /// that of a certificate.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn store_raw_public_key(
        &self,
        host: &str,
        service: Option<&str>,
        key: &[u8],
        expiration: Option<SystemTime>,
    ) -> Result<()> {
        // GnuTLS would store whatever it is.
        crate::identity::raw_public_key::check_public_key(key)
            .map_err(|error| error.with_kind(crate::error::ErrorKind::Certificate))?;
        let kind = CertificateType::RAW_PUBLIC_KEY;
        self.store_shown(host, service, kind, key, expiration)
    }

    fn store_shown(
        &self,
        host: &str,
        service: Option<&str>,
        kind: CertificateType,
        shown: &[u8],
        expiration: Option<SystemTime>,
    ) -> Result<()> {
        let (host, service) = names(host, service)?;
        let expiration = seconds(expiration)?;
        let data = argument::bytes(shown)?;
        let _guard = lock();
        self.create()?;
        // SAFETY: the strings end in NUL and are only read, as is the certificate; NULL stands for the library's own form of
        // storage, and for all services. The file is appended to.
        check(unsafe {
            sys::gnutls_store_pubkey(
                self.name.as_ptr(),
                std::ptr::null_mut(),
                host.as_ptr(),
                pointer(service.as_ref()),
                kind.as_raw(),
                &data,
                expiration,
                0,
            )
        })
        .map_err(|error| error.with_kind(crate::error::ErrorKind::Certificate))?;
        // GnuTLS does not look whether it could write (lib/verify-tofu.c). What expired at once is not found either.
        let now = seconds(Some(SystemTime::now()))?;
        let valid = expiration == 0 || expiration > now;
        if valid && self.look_up(&host, service.as_ref(), kind, shown)? < 0 {
            return Err(self.failed(io::ErrorKind::WriteZero.into()));
        }
        Ok(())
    }

    /// Stores the hash of a public key (of the SubjectPublicKeyInfo in DER) that a host is going to have, until it expires:
    /// the host is known by it without that anybody has met it.
    ///
    /// # Errors
    ///
    /// As for [`store`](Self::store), and where the hash is not as long as it should be or the algorithm is broken.
    #[corresponds(gnutls_store_commitment)]
    pub fn store_commitment(
        &self,
        host: &str,
        service: Option<&str>,
        digest: Digest,
        hash: &[u8],
        expiration: Option<SystemTime>,
    ) -> Result<()> {
        let (host, service) = names(host, service)?;
        let expiration = seconds(expiration)?;
        let data = argument::bytes(hash)?;
        let _guard = lock();
        let length = self.create()?;
        // SAFETY: as for a key. The hash is only read, and only if it is as long as the algorithm says.
        check(unsafe {
            sys::gnutls_store_commitment(
                self.name.as_ptr(),
                std::ptr::null_mut(),
                host.as_ptr(),
                pointer(service.as_ref()),
                digest.as_raw(),
                &data,
                expiration,
                0,
            )
        })
        .map_err(|error| error.with_kind(crate::error::ErrorKind::InvalidInput))?;
        if self.create()? <= length {
            return Err(self.failed(io::ErrorKind::WriteZero.into()));
        }
        Ok(())
    }

    fn look_up(
        &self,
        host: &CString,
        service: Option<&CString>,
        kind: CertificateType,
        shown: &[u8],
    ) -> Result<c_int> {
        let data = argument::bytes(shown)?;
        // SAFETY: as for storing; the file is read.
        Ok(unsafe {
            sys::gnutls_verify_stored_pubkey(
                self.name.as_ptr(),
                std::ptr::null_mut(),
                host.as_ptr(),
                pointer(service),
                kind.as_raw(),
                &data,
                0,
            )
        })
    }

    /// Makes the file, for nobody but its owner. Gives its length.
    fn create(&self) -> Result<u64> {
        let parent = self.path.parent().filter(|parent| *parent != Path::new(""));
        if let Some(parent) = parent {
            std::fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(parent)
                .map_err(|error| self.failed(error))?;
        }
        OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .custom_flags(libc::O_NONBLOCK)
            .open(&self.path)
            .and_then(length)
            .map_err(|error| self.failed(error))
    }

    fn failed(&self, error: io::Error) -> Error {
        Error::io(io::Error::new(
            error.kind(),
            format!("known hosts {}: {error}", self.path.display()),
        ))
    }
}

/// The length of a regular file: to read a line of another one may never end, and neither may to open a pipe, unless it is
/// opened without blocking.
fn length(file: File) -> io::Result<u64> {
    let metadata = file.metadata()?;
    if metadata.is_file() {
        Ok(metadata.len())
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"))
    }
}

fn lock() -> MutexGuard<'static, ()> {
    LOCK.lock().unwrap_or_else(PoisonError::into_inner)
}

fn pointer(service: Option<&CString>) -> *const std::ffi::c_char {
    service.map_or(std::ptr::null(), |service| service.as_ptr())
}

/// The names, if they can stand in a line of the file: it has `|` between its fields, and `*` for everything.
fn names(host: &str, service: Option<&str>) -> Result<(CString, Option<CString>)> {
    let name = |name: &str| {
        let plain = !name.is_empty()
            && !name.starts_with('*')
            && !name.contains(|c: char| c == '|' || c.is_whitespace() || c.is_control());
        CString::new(name).ok().filter(|_| plain).ok_or_else(|| {
            Error::invalid_input(format!("{name:?} cannot stand in a file of known hosts"))
        })
    };
    Ok((name(host)?, service.map(name).transpose()?))
}

/// Seconds since 1970 as C has them; 0 is never.
fn seconds(time: Option<SystemTime>) -> Result<sys::time_t> {
    let Some(time) = time else { return Ok(0) };
    let seconds = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(1, |duration| duration.as_secs().max(1));
    sys::time_t::try_from(seconds).map_err(|_| Error::invalid_input("too far in the future"))
}
