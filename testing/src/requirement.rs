//! The features of the library and the programs of the machine that tests require, and their detection.
//!
//! The detection does not use the tested crates. Versions come from the build script of `gnutls-sys` and from the
//! library itself, and the table below is the only place that relates features to releases. A feature that is disabled
//! in the library's build is detected by a query of the C interface that is independent of the tested calls.

use std::ffi::{CStr, c_int, c_uint, c_void};
use std::ptr;
use std::sync::OnceLock;

use gnutls::library::Version;

use crate::process::system_program;

/// The numbers of a release.
pub type Release = (u16, u16, u16);

/// A missing requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The reason for skipping a test.
    pub reason: String,
    /// `true` if the library or the kernel lacks the feature, so that a test can be skipped on any machine.
    pub by_library: bool,
}

/// A requirement of a test.
pub trait Requirement {
    /// Returns the missing requirement, if any.
    fn missing(&self) -> Option<Missing>;

    /// Returns `true` if nothing is missing.
    fn is_present(&self) -> bool {
        self.missing().is_none()
    }
}

/// A feature of the library.
#[derive(Debug)]
pub struct Feature {
    name: &'static str,
    /// The release for which the crates must be built, because it added the functions.
    built: Release,
    /// The release that must run, if the functions are older than their behavior.
    running: Release,
    /// The first release with a defect that makes the feature unusable, and the release that corrects it.
    except: Option<(Release, Release)>,
    /// A function that returns `true` if the library was built with the feature.
    configured: Option<fn() -> bool>,
}

impl Feature {
    /// Returns a feature with functions that a release added.
    const fn functions(name: &'static str, release: Release) -> Self {
        Self {
            name,
            built: release,
            running: release,
            except: None,
            configured: None,
        }
    }

    /// Returns a feature of the running library, with functions that every release has.
    const fn behaviour(name: &'static str, release: Release) -> Self {
        Self {
            built: OLDEST,
            ..Self::functions(name, release)
        }
    }

    /// Returns a feature that requires TLS 1.3 and functions.
    const fn of_tls1_3(name: &'static str, release: Release) -> Self {
        Self {
            running: TLS1_3.running,
            ..Self::functions(name, release)
        }
    }

    const fn except(mut self, defective: Release, corrected: Release) -> Self {
        self.except = Some((defective, corrected));
        self
    }

    const fn if_configured(mut self, configured: fn() -> bool) -> Self {
        self.configured = Some(configured);
        self
    }

    /// Returns the release in an error about this feature.
    pub fn release(&self) -> Version {
        let (major, minor, patch) = self.built.max(self.running);
        Version::new(major, minor, patch)
    }

    /// Returns `true` if the crates are built with the functions, even if the library lacks their feature.
    pub fn has_functions(&self) -> bool {
        built() >= self.built
    }

    /// Returns the reason why the feature is missing with a `running` library and crates built for the `built` release.
    fn missing_in(&self, built: Release, running: Release) -> Option<String> {
        let Self { name, .. } = self;
        let number = |(major, minor, patch): Release| format!("{major}.{minor}.{patch}");
        if running < self.running {
            let (needed, running) = (number(self.running), number(running));
            Some(format!(
                "needs GnuTLS {needed} for {name}, but {running} is running"
            ))
        } else if built < self.built {
            let (needed, built) = (number(self.built), number(built));
            Some(format!(
                "needs crates built for GnuTLS {needed} for {name}, but they are built for {built}"
            ))
        } else if self
            .except
            .is_some_and(|(defective, corrected)| (defective..corrected).contains(&running))
        {
            Some(format!(
                "{name} cannot be used with GnuTLS {}",
                number(running)
            ))
        } else {
            None
        }
    }
}

impl Requirement for Feature {
    fn missing(&self) -> Option<Missing> {
        let reason = self.missing_in(built(), running()).or_else(|| {
            let configured = self.configured.is_none_or(|configured| configured());
            (!configured).then(|| format!("the library was configured without {}", self.name))
        })?;
        Some(Missing {
            reason,
            by_library: true,
        })
    }
}

/// A process without AddressSanitizer, which keeps memory that has been released, and reports what GnuTLS itself does not
/// release.
#[derive(Debug)]
pub struct Uninstrumented;

impl Requirement for Uninstrumented {
    fn missing(&self) -> Option<Missing> {
        let instrumented = std::env::var_os("ASAN_OPTIONS").is_some();
        instrumented.then(|| Missing {
            reason: "needs a process without AddressSanitizer".to_owned(),
            by_library: true,
        })
    }
}

/// The oldest release for which the crates can be built.
const OLDEST: Release = (3, 6, 0);

/// TLS 1.3. Older releases implement drafts.
pub const TLS1_3: Feature = Feature::behaviour("TLS 1.3", (3, 6, 4));
/// Key updates.
pub const KEY_UPDATE: Feature = Feature::of_tls1_3("updating keys", (3, 6, 3));
/// More than one key update per second: older releases end the session.
pub const REPEATED_KEY_UPDATES: Feature =
    Feature::behaviour("several key updates per second", (3, 6, 8));
/// Record padding.
pub const RECORD_PADDING: Feature = Feature::of_tls1_3("padding records", (3, 6, 3));
/// Post-handshake authentication.
pub const POST_HANDSHAKE_AUTH: Feature =
    Feature::of_tls1_3("authentication after the handshake", (3, 6, 3));
/// Tickets that a server sends on request of the program.
pub const SENDING_TICKETS: Feature = Feature::of_tls1_3("sending tickets", (3, 6, 3));
/// Servers that send no tickets automatically.
pub const AUTOMATIC_TICKETS: Feature =
    Feature::functions("sending no tickets automatically", (3, 6, 14));
/// Early data on the server. Older releases accept it with unknown tickets.
pub const EARLY_DATA: Feature = Feature {
    running: (3, 7, 2),
    ..Feature::functions("accepting early data", (3, 6, 5))
};
/// Updating the key of the receiving direction.
pub const RECEIVING_KEY_UPDATE: Feature =
    Feature::of_tls1_3("updating the receiving key", (3, 8, 11));
/// QUIC.
pub const QUIC: Feature = Feature::functions("QUIC", (3, 7, 2));
/// Early data on a QUIC server.
pub const QUIC_EARLY_DATA: Feature = Feature {
    running: (3, 8, 4),
    ..Feature::functions("accepting early data of QUIC", (3, 7, 2))
};
/// A QUIC client that has announced early data and receives a request for a second hello.
pub const QUIC_SECOND_HELLO: Feature =
    Feature::behaviour("a second QUIC hello after early data", (3, 8, 11));
/// The early exporter.
pub const EARLY_EXPORTER: Feature =
    Feature::functions("exporting early keying material", (3, 6, 8)).except((3, 7, 1), (3, 7, 2));
/// The cipher and the hash function of early data.
pub const EARLY_CIPHER: Feature = Feature::functions("the cipher of early data", (3, 7, 2));
/// A library that cannot save a session after a key update.
pub const KEY_UPDATE_PREVENTS_SAVING: Feature =
    Feature::behaviour("refusing to save a session with updated keys", (3, 8, 11));
/// Pre-shared keys.
pub const PSK: Feature = Feature::functions("pre-shared keys", (3, 6, 13));
/// Imported pre-shared keys (RFC 9258).
pub const IMPORTED_PSK: Feature = Feature::functions("importing pre-shared keys", (3, 8, 1));
/// Pre-shared keys with a hash function other than SHA-256.
pub const PSK_HASH: Feature = Feature::functions("pre-shared keys with SHA-384", (3, 8, 11));
/// The log of secrets.
pub const KEY_LOG: Feature = Feature::functions("logging keys", (3, 6, 13));
/// The hash function of a session.
pub const PRF_HASH: Feature =
    Feature::functions("the hash of the pseudo-random function", (3, 6, 13));
/// Channel bindings other than the oldest one.
pub const CHANNEL_BINDINGS: Feature =
    Feature::functions("channel bindings other than tls-unique", (3, 7, 2));
/// The certificate types of a priority string. Older releases list those of their default only.
pub const CERTIFICATE_TYPES: Feature =
    Feature::behaviour("the certificate types of priorities", (3, 6, 4));
/// Raw public keys.
pub const RAW_PUBLIC_KEYS: Feature = Feature::functions("raw public keys", (3, 6, 6));
/// The reports of verification steps.
pub const VERIFICATION_STEPS: Feature =
    Feature::functions("reporting the steps of a verification", (3, 7, 0));
/// The names of verification profiles.
pub const PROFILE_NAMES: Feature =
    Feature::functions("the name of a verification profile", (3, 6, 12));
/// Keying material for a context of any length in TLS up to 1.2.
pub const LONG_CONTEXTS: Feature = Feature::behaviour("exporting with a long context", (3, 7, 0));
/// Extensions and supplemental data of the program.
pub const EXTENSIONS: Feature = Feature::functions("extensions of the program", (3, 6, 3));
/// Room for as many extensions of the program as a configuration can have.
pub const SIXTEEN_EXTENSIONS: Feature =
    Feature::functions("16 extensions of the program", (3, 6, 13));
/// The names of a session's extensions.
pub const EXTENSION_NAMES: Feature =
    Feature::functions("the name of an extension in a session", (3, 6, 14));
/// PINs in the URLs of objects on tokens. Older releases try a wrong one endlessly.
pub const PIN_IN_URL: Feature = Feature::behaviour("PINs in PKCS #11 URLs", (3, 6, 3));
/// Identities that a callback chooses.
pub const IDENTITY_RESOLVER: Feature =
    Feature::functions("choosing the identity in a callback", (3, 6, 3));
/// Stapled OCSP responses.
pub const OCSP_STAPLING: Feature = Feature::functions("stapling an OCSP response", (3, 6, 3));
/// OCSP responses that the authority itself signs.
pub const OCSP_BY_AUTHORITY: Feature =
    Feature::behaviour("OCSP responses signed by an authority itself", (3, 7, 3));
/// Key usages without trailing zeros, as DER requires.
pub const KEY_USAGE_IN_DER: Feature = Feature::behaviour("key usages in DER", (3, 7, 2));
/// The code for a server name with invalid characters.
pub const DISALLOWED_NAME: Feature =
    Feature::behaviour("the code for a disallowed name", (3, 6, 7));
/// The code for peers without a common key exchange. Older releases return that of RFC 7919.
pub const NO_COMMON_KEY_EXCHANGE: Feature =
    Feature::behaviour("the code for key exchanges that differ", (3, 6, 8));
/// A server that refuses to resume a session with another name.
pub const RESUMPTION_BY_NAME: Feature =
    Feature::behaviour("resuming sessions by their name only", (3, 6, 1));
/// Limits for the size of received records.
pub const MAX_RECEIVE_SIZE: Feature =
    Feature::functions("limiting the size of received records", (3, 6, 8));
/// Limits below 512 bytes, which priorities permit.
pub const SMALL_RECORDS: Feature = Feature::functions("records below 512 bytes", (3, 6, 8));
/// Profiles of SRTP with AES-GCM.
pub const SRTP_GCM: Feature = Feature::behaviour("SRTP profiles with AES-GCM", (3, 8, 0));
/// The compression of certificates, with zlib.
pub const CERTIFICATE_COMPRESSION: Feature =
    Feature::functions("compressing certificates", (3, 7, 4))
        .if_configured(|| accepts_compression(gnutls_sys::GNUTLS_COMP_ZLIB as c_int));
/// The heartbeat extension.
pub const HEARTBEAT: Feature = Feature::behaviour("heartbeats", OLDEST)
    // SAFETY: returns NULL or a string constant of the library.
    .if_configured(|| !unsafe { gnutls_sys::gnutls_ext_get_name(15) }.is_null());
/// Authentication by SRP.
pub const SRP: Feature = Feature::behaviour("SRP", OLDEST).if_configured(|| {
    // SAFETY: reads a string that ends with NUL.
    let exchange = unsafe { gnutls_sys::gnutls_kx_get_id(c"SRP".as_ptr()) };
    exchange != gnutls_sys::GNUTLS_KX_UNKNOWN
});
/// SRP users with names of 128 bytes.
pub const SRP_LONG_NAMES: Feature = Feature::behaviour("SRP names of 128 bytes", (3, 7, 7));
/// PKCS #11.
pub const PKCS11: Feature = Feature::functions("certificates on tokens", (3, 6, 3))
    .if_configured(|| function(c"gnutls_pkcs11_init").is_some());
/// The name of the system's configuration file.
pub const SYSTEM_CONFIG_FILE: Feature =
    Feature::functions("the name of the system's configuration file", (3, 6, 9));
/// The configuration of the library's build.
pub const LIBRARY_CONFIG: Feature =
    Feature::functions("the configuration of the library", (3, 7, 3));
/// Changes to the system's policy.
pub const POLICY_CHANGES: Feature = Feature::functions("changing the system's policy", (3, 7, 3));
/// The approval of operations under FIPS 140.
pub const FIPS_OPERATIONS: Feature =
    Feature::functions("the state of FIPS 140 operations", (3, 7, 3))
        .if_configured(accepts_fips_context);
/// HKDF and PBKDF2.
pub const HKDF: Feature = Feature::functions("HKDF and PBKDF2", (3, 6, 13));
/// Copies of the state of a digest.
pub const COPIED_HASHES: Feature = Feature::functions("copying the state of a digest", (3, 6, 9));
/// Digests of any length.
pub const SHAKE: Feature = Feature::functions("digests of any length", (3, 8, 6));
/// The SIV mode of AES.
pub const SIV: Feature = Feature::behaviour("AES-SIV", (3, 6, 14)).if_configured(|| {
    // SAFETY: looks the number up in a constant table.
    unsafe { gnutls_sys::gnutls_cipher_get_key_size(gnutls_sys::GNUTLS_CIPHER_AES_128_SIV) != 0 }
});
/// Audit contexts.
pub const AUDIT_CONTEXTS: Feature = Feature::functions("audit contexts", (3, 8, 11));
/// Words appended to the system's priorities.
pub const APPENDED_PRIORITIES: Feature =
    Feature::functions("appending to the default priorities", (3, 6, 3));
/// The ticket extension in every ClientHello.
pub const TICKET_EXTENSION: Feature =
    Feature::behaviour("requesting a ticket for a session without one", (3, 6, 3));
/// A client that is resumed before the peer is verified, up to TLS 1.2.
pub const RESUMED_BEFORE_VERIFICATION: Feature =
    Feature::behaviour("a resumed session during its verification", (3, 6, 3));
/// RSA-PSS signature algorithms that distinguish the type of the key.
pub const RSA_PSS_RSAE: Feature = Feature::behaviour("RSA-PSS with RSA keys", (3, 6, 3));
/// The verification of resumed TLS 1.3 sessions. GnuTLS 3.6.4 loses the type of their certificates.
pub const VERIFIED_RESUMPTION: Feature =
    Feature::behaviour("verifying resumed TLS 1.3 sessions", OLDEST).except((3, 6, 4), (3, 6, 5));
/// Tickets that cannot be forged (CVE-2020-13777). Releases before TLS 1.3 are not affected.
pub const UNFORGEABLE_TICKETS: Feature =
    Feature::behaviour("tickets that cannot be forged", OLDEST).except((3, 6, 4), (3, 6, 14));
/// The largest group of SRP.
pub const SRP_8192: Feature = Feature::functions("the SRP group of 8192 bits", (3, 6, 2));
/// The timestamps of certificate transparency logs in certificates.
pub const SCTS: Feature = Feature::functions("signed certificate timestamps", (3, 7, 3));
/// Alternative names that are object identifiers.
pub const REGISTERED_ID: Feature =
    Feature::behaviour("names that are object identifiers", (3, 6, 9));
/// ECDSA public keys without their certificates, of which older releases lose the curve.
pub const ECDSA_PUBLIC_KEYS: Feature = Feature::behaviour("ECDSA public keys", (3, 6, 4));
/// Ciphers that encrypt several buffers.
pub const VECTORED_CIPHERS: Feature = Feature::functions("encrypting several buffers", (3, 6, 10));
/// The padding of CBC.
pub const PADDING: Feature = Feature::functions("padding of PKCS #7", (3, 7, 7));
/// Self-tests of derived keys.
pub const DERIVATION_SELF_TESTS: Feature =
    Feature::functions("self-tests of derived keys", (3, 7, 0));
/// The FIPS 140 mode of a thread.
pub const FIPS_THREAD_MODE: Feature =
    Feature::functions("the FIPS 140 mode of a thread", (3, 6, 3));
/// The parameters of RSA-OAEP keys.
pub const RSA_OAEP: Feature = Feature::functions("the parameters of RSA-OAEP keys", (3, 8, 4));
/// The algorithms of objects on tokens.
pub const TOKEN_OBJECT_ALGORITHMS: Feature =
    Feature::functions("the algorithm of an object on a token", (3, 8, 13));
/// Ed448 keys.
pub const ED448: Feature = Feature::behaviour("Ed448", (3, 6, 12)).if_configured(|| {
    // SAFETY: looks the number up in a constant table; returns NULL or a string constant.
    !unsafe { gnutls_sys::gnutls_pk_get_oid(gnutls_sys::GNUTLS_PK_EDDSA_ED448) }.is_null()
});
/// The numbers of GOST keys.
pub const GOST: Feature =
    Feature::functions("the numbers of GOST keys", (3, 6, 3)).if_configured(|| {
        // SAFETY: reads a string that ends with NUL.
        let curve = unsafe { gnutls_sys::gnutls_ecc_curve_get_id(c"CryptoPro-A".as_ptr()) };
        curve != gnutls_sys::GNUTLS_ECC_CURVE_INVALID
    });
/// Decryption in constant time.
pub const CONSTANT_TIME_DECRYPTION: Feature =
    Feature::functions("decrypting in constant time", (3, 6, 5));
/// Shared secrets of two keys.
pub const DERIVED_SECRETS: Feature = Feature::functions("deriving a shared secret", (3, 8, 2));
/// Importing private X25519 and X448 keys from their numbers.
pub const PRIVATE_MODERN_ECDH: Feature =
    Feature::behaviour("the numbers of X25519 and X448 keys", (3, 8, 13));
/// Signatures of ECDSA and DSA that are reproducible.
pub const REPRODUCIBLE_SIGNATURES: Feature =
    Feature::behaviour("reproducible signatures", (3, 6, 10));
/// The text of Microsoft user principal names.
pub const UPN: Feature = Feature::behaviour("user principal names", (3, 7, 5));
/// The text of a signature in PKCS #7 data.
pub const PKCS7_SIGNATURE_TEXT: Feature =
    Feature::functions("the description of a signature", (3, 6, 14));
/// PBMAC1 in PKCS #12.
pub const PBMAC1: Feature = Feature::functions("PBMAC1 in PKCS #12", (3, 8, 6));
/// A replaceable clock.
pub const TIME_FUNCTION: Feature = Feature::functions("a clock of the program", (3, 8, 1));

/// A program on the machine. `cargo xtask test --install` installs all of them.
#[derive(Debug)]
pub struct Program {
    name: &'static str,
    probe: fn() -> bool,
}

impl Requirement for Program {
    fn missing(&self) -> Option<Missing> {
        (!(self.probe)()).then(|| Missing {
            reason: format!("{} is not installed", self.name),
            by_library: false,
        })
    }
}

/// curl, built with HTTP/2.
pub const CURL: Program = Program {
    name: "curl with HTTP/2",
    probe: || prints("curl", "--version", "HTTP2"),
};
/// The program that creates named pipes.
pub const MKFIFO: Program = Program {
    name: "mkfifo",
    probe: || prints("mkfifo", "--version", ""),
};
/// The program that creates SoftHSM tokens.
pub const SOFTHSM: Program = Program {
    name: "SoftHSM 2",
    probe: || crate::token::module().is_some() && prints("softhsm2-util", "--version", ""),
};
/// GnuTLS's program for PKCS #11 tokens.
pub const P11TOOL: Program = Program {
    name: "p11tool",
    probe: || prints("p11tool", "--version", ""),
};
/// GnuTLS's program for certificates.
pub const CERTTOOL: Program = Program {
    name: "certtool",
    probe: || prints("certtool", "--version", ""),
};
/// GnuTLS's program for TLSA records.
pub const DANETOOL: Program = Program {
    name: "danetool",
    probe: || prints("danetool", "--version", ""),
};
/// A p11tool that can store a key which requires the PIN for every use.
pub const P11TOOL_ALWAYS_AUTHENTICATE: Program = Program {
    name: "p11tool with --mark-always-authenticate",
    probe: || prints("p11tool", "--help", "mark-always-authenticate"),
};
/// The release whose p11tool has that option.
pub const ALWAYS_AUTHENTICATE: Feature =
    Feature::behaviour("p11tool --mark-always-authenticate", (3, 7, 3));

/// Runs a program with one argument, and returns `true` if its output contains `words`.
fn prints(program: &str, argument: &str, words: &str) -> bool {
    let output = system_program(program).arg(argument).output();
    output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(words))
}

/// Returns the release for which the crates are built.
pub fn built() -> Release {
    parse(gnutls_sys::BUILT_FOR)
}

/// Returns the running release of the library.
pub fn running() -> Release {
    static RUNNING: OnceLock<Release> = OnceLock::new();
    *RUNNING.get_or_init(|| {
        // SAFETY: for NULL, gnutls_check_version returns a string constant of the library, which ends with NUL.
        let text = unsafe { CStr::from_ptr(gnutls_sys::gnutls_check_version(ptr::null())) };
        parse(text.to_str().expect("a version is ASCII"))
    })
}

/// Parses a version and ignores any suffix added by a distribution.
fn parse(text: &str) -> Release {
    let mut numbers = text.splitn(3, '.').map(|part| {
        let end = part.find(|sign: char| !sign.is_ascii_digit());
        let digits = &part[..end.unwrap_or(part.len())];
        digits
            .parse()
            .unwrap_or_else(|error| panic!("{text}: {error}"))
    });
    let mut next = || numbers.next().unwrap_or(0);
    (next(), next(), next())
}

/// Returns `true` if certificates can be compressed with a method, given by its number in GnuTLS.
pub fn compresses_with(method: c_uint) -> bool {
    let release = CERTIFICATE_COMPRESSION.missing_in(built(), running());
    release.is_none() && accepts_compression(method as c_int)
}

/// Returns `true` if a session accepts a certificate compression method.
fn accepts_compression(method: c_int) -> bool {
    type SetMethods =
        unsafe extern "C" fn(gnutls_sys::gnutls_session_t, *const c_int, usize) -> c_int;
    let Some(set_methods) = function(c"gnutls_compress_certificate_set_methods") else {
        return false;
    };
    // SAFETY: the function has this type (gnutls/gnutls.h): the C enum is an `int`.
    let set_methods: SetMethods = unsafe { std::mem::transmute(set_methods) };
    let mut session = ptr::null_mut();
    // SAFETY: the session is created, used only by this thread, and released. The list has one element.
    unsafe {
        let flags = gnutls_sys::GNUTLS_CLIENT;
        assert_eq!(gnutls_sys::gnutls_init(&mut session, flags as _), 0);
        let code = set_methods(session, &method, 1);
        gnutls_sys::gnutls_deinit(session);
        code >= 0
    }
}

/// Returns `true` if a thread can have a FIPS 140 context.
fn accepts_fips_context() -> bool {
    type Init = unsafe extern "C" fn(*mut *mut c_void) -> c_int;
    type Push = unsafe extern "C" fn(*mut c_void) -> c_int;
    type Pop = unsafe extern "C" fn() -> c_int;
    type Deinit = unsafe extern "C" fn(*mut c_void);
    let [Some(init), Some(push), Some(pop), Some(deinit)] = [
        c"gnutls_fips140_context_init",
        c"gnutls_fips140_push_context",
        c"gnutls_fips140_pop_context",
        c"gnutls_fips140_context_deinit",
    ]
    .map(function) else {
        return false;
    };
    let mut context = ptr::null_mut();
    // SAFETY: the functions have these types (gnutls/gnutls.h). The context is created, pushed and popped in this
    // thread, and then released.
    unsafe {
        let init: Init = std::mem::transmute(init);
        let push: Push = std::mem::transmute(push);
        let pop: Pop = std::mem::transmute(pop);
        let deinit: Deinit = std::mem::transmute(deinit);
        assert_eq!(init(&mut context), 0);
        let pushed = push(context) >= 0;
        if pushed {
            pop();
        }
        deinit(context);
        pushed
    }
}

/// Returns a function of the library, or `None` if the library was built without it.
pub(crate) fn function(name: &CStr) -> Option<*mut c_void> {
    // The call ensures that the program is linked with the library.
    running();
    // SAFETY: searches the loaded libraries for a name that ends with NUL.
    let address = unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) };
    (!address.is_null()).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEWEST: Release = (99, 0, 0);

    #[test]
    fn versions_are_read_with_what_distributions_add() {
        assert_eq!(parse("3.6.10"), (3, 6, 10));
        assert_eq!(parse("3.8.13-dev"), (3, 8, 13));
        assert_eq!(parse("3.9"), (3, 9, 0));
        assert!(parse("3.6.10") > parse("3.6.9"));
    }

    #[test]
    fn the_crates_run_with_the_library_they_were_built_for_or_a_newer_one() {
        assert!((OLDEST..=running()).contains(&built()), "{:?}", built());
    }

    #[test]
    fn what_a_feature_needs_of_the_library_depends_on_releases() {
        let in_one = |feature: &Feature, release| feature.missing_in(release, release);
        assert_eq!(
            in_one(&TLS1_3, (3, 6, 3)).as_deref(),
            Some("needs GnuTLS 3.6.4 for TLS 1.3, but 3.6.3 is running")
        );
        assert_eq!(in_one(&TLS1_3, (3, 6, 4)), None);
        assert_eq!(TLS1_3.missing_in(OLDEST, NEWEST), None);
        assert_eq!(
            KEY_UPDATE.missing_in((3, 6, 2), NEWEST).as_deref(),
            Some(
                "needs crates built for GnuTLS 3.6.3 for updating keys, but they are built for 3.6.2"
            )
        );
        assert!(in_one(&KEY_UPDATE, (3, 6, 3)).is_some());
        assert!(in_one(&EARLY_DATA, (3, 7, 1)).is_some());
        assert!(EARLY_DATA.missing_in((3, 7, 1), (3, 7, 2)).is_none());
        assert!(in_one(&VERIFIED_RESUMPTION, (3, 6, 3)).is_none());
        assert!(in_one(&VERIFIED_RESUMPTION, (3, 6, 4)).is_some());
        assert!(in_one(&VERIFIED_RESUMPTION, (3, 6, 5)).is_none());
    }

    /// Debian's GnuTLS has had these features for as long as the crates support it.
    #[test]
    fn a_feature_that_the_release_has_is_present() {
        for feature in [&TLS1_3, &PSK, &KEY_UPDATE, &EXTENSIONS, &RAW_PUBLIC_KEYS] {
            let old = built() < feature.built || running() < feature.running;
            assert_eq!(feature.is_present(), !old, "{feature:?}");
        }
    }

    #[test]
    fn a_program_that_is_missing_is_not_the_librarys_fault() {
        let program = Program {
            name: "no-such-program",
            probe: || prints("no-such-program", "--version", ""),
        };
        let missing = program.missing().expect("there is no such program");
        assert_eq!(missing.reason, "no-such-program is not installed");
        assert!(!missing.by_library);
    }
}
