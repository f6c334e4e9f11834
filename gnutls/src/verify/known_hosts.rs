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
use crate::key::public_key::PublicKey;
use crate::library::logging::refuse_inside;
use crate::support::time;

/// A file with the public keys of hosts at their first connection, in the format of GnuTLS and `gnutls-cli`. It
/// authenticates hosts without a certificate authority, like the known hosts of SSH.
///
/// ```no_run
/// use gnutls::ClientConfig;
/// use gnutls::verify::{KnownHost, KnownHosts, VerificationStatus};
///
/// let hosts = KnownHosts::file("known_hosts")?;
/// let config = ClientConfig::builder()
///     .dangerous_verifier(move |peer| {
///         let refused = Err(peer.status().into());
///         let (Some(name), Some(certificate)) = (peer.server_name(), peer.session().peer_certificate()) else {
///             return refused;
///         };
///         match hosts.verify(name, None, certificate) {
///             Ok(KnownHost::Known) => Ok(()),
///             Ok(KnownHost::Changed) => Err(VerificationStatus::MISMATCH.into()),
///             // The first connection: a program should ask the user whether to trust this key.
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

/// The result of the search for a host and its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KnownHost {
    /// The host is known with this key.
    Known,
    /// The host is not known, or its entry has expired.
    Unknown,
    /// The host is known with another key: it has a new key, or there is a man-in-the-middle.
    Changed,
}

/// Serialises all access, since only some of the C functions use a lock (lib/verify-tofu.c).
static LOCK: Mutex<()> = Mutex::new(());

impl KnownHosts {
    /// Uses the file at this path, which may not exist yet.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if the path contains a NUL byte.
    pub fn file(path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        let name = CString::new(path.as_os_str().as_bytes()).map_err(|_| {
            Error::invalid_input("the path of the known hosts file contains a NUL byte")
        })?;
        Ok(Self { path, name })
    }

    /// Uses the file of the user, `.gnutls/known_hosts` in the home directory, which `gnutls-cli --tofu` also uses.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if the environment variable `HOME` is
    /// unset or empty.
    pub fn user() -> Result<Self> {
        let home = std::env::var_os("HOME").filter(|home| !home.is_empty());
        let home = home.ok_or_else(|| {
            Error::invalid_input(
                "the environment variable HOME is unset or empty (use KnownHosts::file)",
            )
        })?;
        Self::file(PathBuf::from(home).join(".gnutls/known_hosts"))
    }

    /// Compares the public key of a certificate (in DER) with those of a host. If a service is specified, by name or by
    /// number such as `443`, only entries for this service or for all services match.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Io`](crate::ErrorKind::Io) if the file exists and cannot be read, of kind
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if a name cannot be part of the file, and of kind
    /// [`Certificate`](crate::ErrorKind::Certificate) if the certificate cannot be used.
    #[corresponds(gnutls_verify_stored_pubkey)]
    pub fn verify(
        &self,
        host: &str,
        service: Option<&str>,
        certificate: &[u8],
    ) -> Result<KnownHost> {
        self.verify_key(host, service, CertificateType::X509, certificate)
    }

    /// Compares a [raw public key](crate::SessionRef::peer_raw_public_key) (RFC 7250) with those of a host. It is equal
    /// to the same key in a certificate.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`verify`](Self::verify).
    pub fn verify_raw_public_key(
        &self,
        host: &str,
        service: Option<&str>,
        key: &[u8],
    ) -> Result<KnownHost> {
        self.verify_key(host, service, CertificateType::RAW_PUBLIC_KEY, key)
    }

    fn verify_key(
        &self,
        host: &str,
        service: Option<&str>,
        kind: CertificateType,
        data: &[u8],
    ) -> Result<KnownHost> {
        let (host, service) = names(host, service)?;
        let _guard = lock()?;
        // GnuTLS treats a file that it cannot read like one without the host.
        let found = OpenOptions::new()
            .read(true)
            .custom_flags(libc::O_NONBLOCK)
            .open(&self.path);
        match found.and_then(length) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(KnownHost::Unknown),
            Err(error) => return Err(self.failed(error)),
        }
        match check(self.look_up(&host, service.as_ref(), kind, data)?) {
            Ok(_) => Ok(KnownHost::Known),
            Err(error) => match error.code().map(crate::error::code::ErrorCode::as_raw) {
                Some(sys::GNUTLS_E_CERTIFICATE_KEY_MISMATCH) => Ok(KnownHost::Changed),
                Some(sys::GNUTLS_E_NO_CERTIFICATE_FOUND) => Ok(KnownHost::Unknown),
                _ => Err(error.with_kind(crate::error::ErrorKind::Certificate)),
            },
        }
    }

    /// Stores the public key of a certificate (in DER) for a host, and for this service or all its services, until it
    /// expires. Earlier entries remain valid: after [`Changed`](KnownHost::Changed), the old lines of the host must be
    /// removed from the file. A new file can be read and written only by its owner.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Io`](crate::ErrorKind::Io) if the file cannot be written, an error of kind
    /// [`Limit`](crate::ErrorKind::Limit) if the clock of GnuTLS ends before the expiration, as a 32-bit one does in 2038,
    /// and the errors of [`verify`](Self::verify).
    #[corresponds(gnutls_store_pubkey)]
    pub fn store(
        &self,
        host: &str,
        service: Option<&str>,
        certificate: &[u8],
        expiration: Option<SystemTime>,
    ) -> Result<()> {
        let kind = CertificateType::X509;
        self.store_key(host, service, kind, certificate, expiration)
    }

    /// Stores the [raw public key](crate::SessionRef::peer_raw_public_key) (RFC 7250) of a host; see
    /// [`store`](Self::store).
    ///
    /// # Errors
    ///
    /// Returns the errors of [`store`](Self::store).
    pub fn store_raw_public_key(
        &self,
        host: &str,
        service: Option<&str>,
        key: &[u8],
        expiration: Option<SystemTime>,
    ) -> Result<()> {
        // GnuTLS stores data that is not a public key without an error.
        PublicKey::import(&argument::bytes(key)?, sys::GNUTLS_X509_FMT_DER)
            .map_err(|error| error.with_kind(crate::error::ErrorKind::Certificate))?;
        let kind = CertificateType::RAW_PUBLIC_KEY;
        self.store_key(host, service, kind, key, expiration)
    }

    fn store_key(
        &self,
        host: &str,
        service: Option<&str>,
        kind: CertificateType,
        data: &[u8],
        expiration: Option<SystemTime>,
    ) -> Result<()> {
        let (host, service) = names(host, service)?;
        let expiration = seconds(expiration)?;
        let datum = argument::bytes(data)?;
        let _guard = lock()?;
        self.create()?;
        // SAFETY: the strings end in NUL, and they and the data are only read during the call. NULL means the default
        // storage, and all services.
        check(unsafe {
            sys::gnutls_store_pubkey(
                self.name.as_ptr(),
                std::ptr::null_mut(),
                host.as_ptr(),
                pointer(service.as_ref()),
                kind.as_raw(),
                &datum,
                expiration,
                0,
            )
        })
        .map_err(|error| error.with_kind(crate::error::ErrorKind::Certificate))?;
        // GnuTLS does not check that it could write (lib/verify-tofu.c). An entry that has already expired is not
        // found.
        let now = time::to_c(SystemTime::now())?;
        let valid = expiration == 0 || expiration > now;
        if valid && self.look_up(&host, service.as_ref(), kind, data)? < 0 {
            return Err(self.failed(io::ErrorKind::WriteZero.into()));
        }
        Ok(())
    }

    /// Stores the hash of a public key (of the SubjectPublicKeyInfo in DER) for a host, until it expires. The host is
    /// then known with this key before the first connection.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`store`](Self::store), and an error of kind
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if the hash does not have the length of the algorithm or the
    /// algorithm is not secure.
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
        let _guard = lock()?;
        let length = self.create()?;
        // SAFETY: the strings end in NUL, and they and the hash are only read during the call, the hash only if it has
        // the length of the algorithm. NULL means the default storage, and all services.
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

    /// Searches the file for a key. Returns the code of C.
    fn look_up(
        &self,
        host: &CString,
        service: Option<&CString>,
        kind: CertificateType,
        data: &[u8],
    ) -> Result<c_int> {
        let datum = argument::bytes(data)?;
        // SAFETY: the strings end in NUL, and they and the data are only read during the call. NULL means the default
        // storage, and all services.
        Ok(unsafe {
            sys::gnutls_verify_stored_pubkey(
                self.name.as_ptr(),
                std::ptr::null_mut(),
                host.as_ptr(),
                pointer(service),
                kind.as_raw(),
                &datum,
                0,
            )
        })
    }

    /// Creates the file, accessible only by its owner, unless it exists. Returns its length.
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

    /// Adds the path of the file to an error.
    fn failed(&self, error: io::Error) -> Error {
        Error::io(io::Error::new(
            error.kind(),
            format!("known hosts {}: {error}", self.path.display()),
        ))
    }
}

/// Returns the length of a regular file. Reading a line from any other file may never end. (Opening a pipe may also
/// block, so that files are opened without blocking.)
fn length(file: File) -> io::Result<u64> {
    let metadata = file.metadata()?;
    if metadata.is_file() {
        Ok(metadata.len())
    } else {
        Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "not a regular file",
        ))
    }
}

/// Acquires [`LOCK`]. It is held while C logs, so that a log function cannot acquire it.
fn lock() -> Result<MutexGuard<'static, ()>> {
    refuse_inside("using known hosts")?;
    Ok(LOCK.lock().unwrap_or_else(PoisonError::into_inner))
}

fn pointer(service: Option<&CString>) -> *const std::ffi::c_char {
    service.map_or(std::ptr::null(), |service| service.as_ptr())
}

/// Converts names for C. In a line of the file, `|` separates the fields and `*` matches anything.
fn names(host: &str, service: Option<&str>) -> Result<(CString, Option<CString>)> {
    let name = |name: &str| {
        let plain = !name.is_empty()
            && !name.starts_with('*')
            && !name.contains(|c: char| c == '|' || c.is_whitespace() || c.is_control());
        CString::new(name).ok().filter(|_| plain).ok_or_else(|| {
            Error::invalid_input(format!(
                "{name:?} is not valid in a known hosts file (a name must not be empty, start with '*', or contain '|' or \
                 white space)"
            ))
        })
    };
    Ok((name(host)?, service.map(name).transpose()?))
}

/// Converts a time to seconds since 1970 for C, where 0 means never.
fn seconds(time: Option<SystemTime>) -> Result<sys::time_t> {
    time.map_or(Ok(0), |time| Ok(time::to_c(time)?.max(1)))
}
