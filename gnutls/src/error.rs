//! Errors: what failed, GnuTLS' own code for it, and what is known besides (alert, verdict, release, I/O error).

pub(crate) mod argument;
pub(crate) mod code;
pub(crate) mod unsupported;

use std::borrow::Cow;
use std::ffi::c_int;
use std::sync::Arc;
use std::{error, fmt, io};

use gnutls_macros::corresponds;

use crate::alert::Alert;
use crate::error::code::ErrorCode;
use crate::verify::status::VerificationStatus;
use crate::version::{LibraryVersions, Version};

/// The result of the functions of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of failure an [`Error`] is: what a program decides on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The transport failed. The [source](std::error::Error::source) is the I/O error.
    Io,
    /// The transport would block: repeat the call once the transport is ready. Not fatal.
    WouldBlock,
    /// The session has been closed, or an earlier failure has made it unusable.
    Closed,
    /// The transport ended without a close_notify alert. What was received may have been cut off by an attacker
    /// (RFC 8446, section 6.1).
    UnexpectedEof,
    /// The certificate of the peer is missing or not trusted. [`Error::verification`] has the reasons.
    Verification,
    /// The peer sent an alert, see [`Error::alert`].
    Alert,
    /// The peer asks for a new handshake and the configuration allows it: call `handshake` again. Not fatal.
    Rehandshake,
    /// The library is too old, see [`Error::required_release`], or was built without this feature.
    Unsupported,
    /// An argument is not acceptable.
    InvalidInput,
    /// The call does not fit the state of the session, its side or its protocol.
    InvalidState,
    /// A priority string cannot be parsed, or it enables nothing that can be used.
    Priority,
    /// A certificate, private key or trust anchor cannot be used.
    Certificate,
    /// The peer broke the protocol, or the two sides have nothing in common.
    Protocol,
    /// A limit was reached: time, memory, number of packets or their size.
    Limit,
    /// Anything else, see [`Error::code`].
    Other,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Io => "transport failure",
            Self::WouldBlock => "the transport would block",
            Self::Closed => "session closed",
            Self::UnexpectedEof => "unexpected end of the transport",
            Self::Verification => "peer not trusted",
            Self::Alert => "alert received",
            Self::Rehandshake => "new handshake requested",
            Self::Unsupported => "unsupported by the library",
            Self::InvalidInput => "invalid argument",
            Self::InvalidState => "invalid state",
            Self::Priority => "invalid priority string",
            Self::Certificate => "unusable certificate or key",
            Self::Protocol => "protocol error",
            Self::Limit => "limit exceeded",
            Self::Other => "other error",
        })
    }
}

/// A failure.
///
/// The text says what failed and why, and ends with the name of GnuTLS' own code where there is one.
///
/// An error converts into an [`io::Error`] and back without loss, so that code which speaks `io::Result` can get at the
/// details:
///
/// ```
/// use std::io;
///
/// let error = gnutls::Priority::new("NORMAL:+NO-SUCH-THING").unwrap_err();
/// let error: io::Error = error.into();
/// assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
/// let error = gnutls::Error::from(error);
/// assert_eq!(error.kind(), gnutls::ErrorKind::Priority);
/// ```
#[corresponds(alias(gnutls_perror, gnutls_strerror))]
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    fatal: bool,
    message: Cow<'static, str>,
    code: Option<ErrorCode>,
    alert: Option<Alert>,
    verification: Option<VerificationStatus>,
    release: Option<Version>,
    position: Option<usize>,
    source: Option<Arc<io::Error>>,
}

impl Error {
    /// What kind of failure this is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// GnuTLS' own code, if the failure came from GnuTLS.
    pub fn code(&self) -> Option<ErrorCode> {
        self.0.code
    }

    /// Whether the session is of no further use.
    ///
    /// A failure that came from GnuTLS is fatal if its [`ErrorCode`] is, except if the call has changed nothing in the session.
    /// A call that was refused before it reached GnuTLS is not fatal.
    #[corresponds(alias(gnutls_error_is_fatal))]
    pub fn is_fatal(&self) -> bool {
        self.0.fatal
    }

    /// The alert that was received from the peer (kind [`Alert`](ErrorKind::Alert)), or that was sent to it because of
    /// this failure.
    pub fn alert(&self) -> Option<Alert> {
        self.0.alert
    }

    /// The alert that tells the peer about this failure, see [`ErrorCode::alert_to_send`]. A session has sent it by itself
    /// when it gives a fatal error; this is for failures of other kinds.
    #[corresponds(alias(gnutls_alert_send_appropriate))]
    pub fn alert_to_send(&self) -> Option<Alert> {
        self.0.code?.alert_to_send()
    }

    /// Where GnuTLS stopped in a priority string (kind [`Priority`](ErrorKind::Priority)): the first byte of the word that
    /// it does not take, if it is for one word. What [`Priority::append`](crate::Priority::append) was given is counted
    /// with what it was appended to, but for the system's own string.
    pub fn position(&self) -> Option<usize> {
        self.0.position
    }

    /// The verdict on the certificate of the peer (kind [`Verification`](ErrorKind::Verification)).
    pub fn verification(&self) -> Option<VerificationStatus> {
        self.0.verification
    }

    /// The release that is needed (kind [`Unsupported`](ErrorKind::Unsupported)).
    pub fn required_release(&self) -> Option<Version> {
        self.0.release
    }

    /// A failure without a code of GnuTLS.
    pub(crate) fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        use ErrorKind::*;
        Self(Box::new(Inner {
            kind,
            fatal: !matches!(
                kind,
                WouldBlock | Rehandshake | Unsupported | InvalidInput | InvalidState | Priority
            ),
            message: message.into(),
            code: None,
            alert: None,
            verification: None,
            release: None,
            position: None,
            source: None,
        }))
    }

    pub(crate) fn invalid_input(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::InvalidInput, message)
    }

    pub(crate) fn invalid_state(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::InvalidState, message)
    }

    /// `what` needs a `release` newer than the library.
    pub(crate) fn unsupported(what: &'static str, release: Version) -> Self {
        let mut error = Self::new(ErrorKind::Unsupported, what);
        error.0.release = Some(release);
        error
    }

    /// What the transport reported.
    pub(crate) fn io(source: io::Error) -> Self {
        let kind = match source.kind() {
            io::ErrorKind::WouldBlock => ErrorKind::WouldBlock,
            _ => ErrorKind::Io,
        };
        let mut error = Self::new(kind, "");
        error.0.source = Some(Arc::new(source));
        error
    }

    /// A code that a function of GnuTLS returned; the message is GnuTLS' own.
    pub(crate) fn from_code(code: c_int) -> Self {
        let code = ErrorCode(code);
        let mut error = Self::new(code.kind(), "");
        error.0.fatal = code.is_fatal();
        error.0.code = Some(code);
        error
    }

    /// The certificate of the peer is not trusted, for the reasons in `status`.
    pub(crate) fn untrusted(status: VerificationStatus) -> Self {
        Self::from_code(gnutls_sys::GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR)
            .with_verification(status)
            .with_message("the certificate of the peer is not trusted")
    }

    /// Puts a text before the reason.
    pub(crate) fn with_message(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.0.message = message.into();
        self
    }

    /// The text that was put before the reason.
    pub(crate) fn message(&self) -> Option<&str> {
        Some(&*self.0.message).filter(|message| !message.is_empty())
    }

    /// Says that the session is as good as before, whatever the code.
    pub(crate) fn not_fatal(mut self) -> Self {
        self.0.fatal = false;
        self
    }

    /// Says that the session is of no further use, whatever the kind.
    pub(crate) fn fatal(mut self) -> Self {
        self.0.fatal = true;
        self
    }

    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    pub(crate) fn with_position(mut self, position: Option<usize>) -> Self {
        self.0.position = position;
        self
    }

    pub(crate) fn with_alert(mut self, alert: Alert) -> Self {
        self.0.alert = Some(alert);
        self
    }

    pub(crate) fn with_verification(mut self, status: VerificationStatus) -> Self {
        self.0.verification = Some(status);
        self
    }

    pub(crate) fn with_source(mut self, source: io::Error) -> Self {
        self.0.source = Some(Arc::new(source));
        self
    }

    /// Whether this is nothing but an I/O error in other clothes.
    fn is_bare_io(&self) -> bool {
        let inner = &*self.0;
        matches!(inner.kind, ErrorKind::Io | ErrorKind::WouldBlock)
            && inner.message.is_empty()
            && inner.code.is_none()
            && inner.alert.is_none()
    }
}

/// Makes an error of each negative return value.
pub(crate) fn check(code: c_int) -> Result<c_int> {
    if code < 0 {
        Err(Error::from_code(code))
    } else {
        Ok(code)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner {
            message,
            code,
            alert,
            verification,
            release,
            source,
            ..
        } = &*self.0;
        f.write_str(message)?;
        let reason = match (release, verification, source, code) {
            (Some(release), ..) => {
                let LibraryVersions { built, running } = crate::version();
                format!("needs GnuTLS {release} (built for {built}, running {running})")
            }
            (_, Some(status), ..) => status.to_string(),
            (_, _, Some(source), _) => source.to_string(),
            // GnuTLS' texts are sentences of their own; this one goes on.
            (_, _, _, Some(code)) => code.description().trim_end_matches('.').to_owned(),
            _ => String::new(),
        };
        if !message.is_empty() && !reason.is_empty() {
            f.write_str(": ")?;
        }
        f.write_str(&reason)?;
        if let Some(text) = alert.and_then(Alert::description) {
            write!(f, ": {text}")?;
        }
        match (code, alert) {
            (Some(code), Some(alert)) => write!(f, " ({code}, {alert})"),
            (Some(code), None) => write!(f, " ({code})"),
            (None, Some(alert)) => write!(f, " ({alert})"),
            (None, None) => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner {
            kind,
            fatal: _,
            message,
            code,
            alert,
            verification,
            release,
            position,
            source,
        } = &*self.0;
        let mut debug = f.debug_struct("Error");
        debug.field("kind", kind);
        if !message.is_empty() {
            debug.field("message", message);
        }
        macro_rules! optional {
            ($($field:ident)*) => {
                $(if let Some($field) = $field { debug.field(stringify!($field), $field); })*
            };
        }
        optional!(code alert verification release position source);
        debug.finish()
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        let source = self.0.source.as_deref()?;
        Some(source)
    }
}

impl From<io::Error> for Error {
    /// Wraps an I/O error as kind [`Io`](ErrorKind::Io), or takes out the [`Error`] that is inside it.
    fn from(error: io::Error) -> Self {
        error.downcast::<Error>().unwrap_or_else(Self::io)
    }
}

impl From<Error> for io::Error {
    /// Gives back the I/O error that this error was made from, or puts this error into one of the nearest kind.
    fn from(mut error: Error) -> Self {
        if error.is_bare_io() {
            match error.0.source.take().map(Arc::try_unwrap) {
                Some(Ok(source)) => return source,
                // A clone of this error has the source as well.
                Some(Err(source)) => error.0.source = Some(source),
                None => {}
            }
        }
        let kind = match error.kind() {
            ErrorKind::Io | ErrorKind::WouldBlock => {
                let source = error.0.source.as_deref();
                source.map_or(io::ErrorKind::Other, io::Error::kind)
            }
            ErrorKind::Closed => io::ErrorKind::BrokenPipe,
            ErrorKind::UnexpectedEof => io::ErrorKind::UnexpectedEof,
            ErrorKind::Verification | ErrorKind::Certificate | ErrorKind::Protocol => {
                io::ErrorKind::InvalidData
            }
            ErrorKind::Alert => io::ErrorKind::ConnectionAborted,
            ErrorKind::Unsupported => io::ErrorKind::Unsupported,
            ErrorKind::InvalidInput | ErrorKind::Priority => io::ErrorKind::InvalidInput,
            ErrorKind::Limit if error.code() == Some(ErrorCode::TIMEDOUT) => {
                io::ErrorKind::TimedOut
            }
            ErrorKind::Limit if error.code() == Some(ErrorCode::MEMORY_ERROR) => {
                io::ErrorKind::OutOfMemory
            }
            ErrorKind::Rehandshake
            | ErrorKind::InvalidState
            | ErrorKind::Limit
            | ErrorKind::Other => io::ErrorKind::Other,
        };
        io::Error::new(kind, error)
    }
}

#[cfg(test)]
mod tests {
    use gnutls_sys as sys;

    use super::*;

    #[test]
    fn the_text_gives_the_reason_and_the_names() {
        let status = VerificationStatus::INVALID | VerificationStatus::UNEXPECTED_OWNER;
        assert_eq!(
            Error::untrusted(status).to_string(),
            "the certificate of the peer is not trusted: the name does not match \
             (GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR)"
        );
        assert_eq!(Error::untrusted(status).verification(), Some(status));
        assert_eq!(
            Error::from_code(sys::GNUTLS_E_FATAL_ALERT_RECEIVED)
                .with_alert(Alert::UNKNOWN_CA)
                .to_string(),
            "A TLS fatal alert has been received: CA is unknown (GNUTLS_E_FATAL_ALERT_RECEIVED, GNUTLS_A_UNKNOWN_CA)"
        );
        let source = io::Error::new(io::ErrorKind::BrokenPipe, "pipe");
        assert_eq!(
            Error::from_code(sys::GNUTLS_E_PUSH_ERROR)
                .with_source(source)
                .to_string(),
            "pipe (GNUTLS_E_PUSH_ERROR)"
        );
        assert_eq!(Error::invalid_state("not now").to_string(), "not now");
        let text = Error::unsupported("early data", Version::new(3, 6, 5)).to_string();
        assert!(
            text.starts_with("early data: needs GnuTLS 3.6.5 (built for "),
            "{text}"
        );
    }

    #[test]
    fn kinds_follow_from_codes() {
        for (code, kind) in [
            (sys::GNUTLS_E_PUSH_ERROR, ErrorKind::Io),
            (sys::GNUTLS_E_INVALID_SESSION, ErrorKind::Closed),
            (
                sys::GNUTLS_E_PREMATURE_TERMINATION,
                ErrorKind::UnexpectedEof,
            ),
            (
                sys::GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR,
                ErrorKind::Verification,
            ),
            (sys::GNUTLS_E_FATAL_ALERT_RECEIVED, ErrorKind::Alert),
            (sys::GNUTLS_E_REHANDSHAKE, ErrorKind::Rehandshake),
            (sys::GNUTLS_E_UNIMPLEMENTED_FEATURE, ErrorKind::Unsupported),
            (sys::GNUTLS_E_INVALID_REQUEST, ErrorKind::InvalidInput),
            (
                sys::GNUTLS_E_UNAVAILABLE_DURING_HANDSHAKE,
                ErrorKind::InvalidState,
            ),
            (sys::GNUTLS_E_NO_PRIORITIES_WERE_SET, ErrorKind::Priority),
            (
                sys::GNUTLS_E_CERTIFICATE_KEY_MISMATCH,
                ErrorKind::Certificate,
            ),
            (sys::GNUTLS_E_NO_CIPHER_SUITES, ErrorKind::Protocol),
            (sys::GNUTLS_E_TIMEDOUT, ErrorKind::Limit),
            (-64_999, ErrorKind::Other),
        ] {
            let error = Error::from_code(code);
            assert_eq!(error.kind(), kind, "{error}");
            assert_eq!(check(code).unwrap_err().code(), Some(ErrorCode(code)));
        }
        assert!(Error::from_code(sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE).is_fatal());
        assert!(
            !Error::from_code(sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
                .not_fatal()
                .is_fatal()
        );
        assert_eq!(check(0).unwrap(), 0);
        assert_eq!(check(7).unwrap(), 7);
    }

    #[test]
    fn each_kind_has_one_for_io() {
        let kind = |error: Error| io::Error::from(error).kind();
        assert_eq!(
            kind(Error::from_code(sys::GNUTLS_E_TIMEDOUT)),
            io::ErrorKind::TimedOut
        );
        assert_eq!(
            kind(Error::from_code(sys::GNUTLS_E_MEMORY_ERROR)),
            io::ErrorKind::OutOfMemory
        );
        assert_eq!(
            kind(Error::from_code(sys::GNUTLS_E_PREMATURE_TERMINATION)),
            io::ErrorKind::UnexpectedEof
        );
        assert_eq!(
            kind(Error::from_code(sys::GNUTLS_E_INVALID_SESSION)),
            io::ErrorKind::BrokenPipe
        );
        assert_eq!(
            kind(Error::from_code(sys::GNUTLS_E_BAD_COOKIE)),
            io::ErrorKind::InvalidData
        );
        assert_eq!(
            kind(Error::unsupported("it", Version::new(9, 0, 0))),
            io::ErrorKind::Unsupported
        );
        assert_eq!(kind(Error::invalid_state("not now")), io::ErrorKind::Other);
    }

    #[test]
    fn an_io_error_with_more_to_it_keeps_all_of_it() {
        let source = io::Error::from_raw_os_error(32);
        let error = Error::from_code(sys::GNUTLS_E_PUSH_ERROR).with_source(source);
        let wrapped = io::Error::from(error);
        assert_eq!(wrapped.kind(), io::ErrorKind::BrokenPipe);
        let back = Error::from(wrapped);
        assert_eq!(back.code(), Some(ErrorCode::PUSH_ERROR));
        assert_eq!(back.0.source.unwrap().raw_os_error(), Some(32));
    }
}
