//! Errors: the kind of a failure, GnuTLS's code and details such as the alert, verification status, release or I/O
//! error.

pub(crate) mod argument;
pub(crate) mod callback;
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

/// The kind of an [`Error`], on which a program bases its reaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The transport failed; the [source](std::error::Error::source) is the I/O error.
    Io,
    /// The transport would block: repeat the call when the transport is ready. This error is not fatal.
    WouldBlock,
    /// The session is closed, or an earlier failure made it unusable. The text repeats that failure, and the
    /// [source](std::error::Error::source) is its [`Error`].
    Closed,
    /// The transport ended without a close_notify alert, so an attacker may have truncated the data (RFC 8446, section
    /// 6.1).
    UnexpectedEof,
    /// The peer's certificate is missing or not trusted; [`Error::verification`] returns the reasons.
    Verification,
    /// The peer sent an alert, which [`Error::alert`] returns.
    Alert,
    /// The peer requested a new handshake, which the configuration allows: call `handshake` again. This error is not
    /// fatal.
    Rehandshake,
    /// The library is too old (see [`Error::required_release`]) or was built without the feature.
    Unsupported,
    /// An argument is invalid.
    InvalidInput,
    /// The call is not valid in this state of the session, or for its side or protocol.
    InvalidState,
    /// A priority string is invalid, or enables no usable algorithms.
    Priority,
    /// A certificate, private key or trust anchor is not usable.
    Certificate,
    /// The peer violated the protocol, or both sides have no parameters in common.
    Protocol,
    /// A limit was reached, for example a timeout, memory, the number or size of packets, or the end of the library's
    /// clock.
    Limit,
    /// Any other failure; see [`Error::code`].
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

/// An error of this crate.
///
/// The text describes the failure and its reason. It ends with the name of GnuTLS's code, if any.
///
/// An error converts into an [`io::Error`] and back without loss, so that code which uses `io::Result` can access the
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
    /// The earlier error that has ended the session.
    cause: Option<Error>,
}

impl Error {
    /// Returns the kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns GnuTLS's code if GnuTLS returned the error.
    pub fn code(&self) -> Option<ErrorCode> {
        self.0.code
    }

    /// Returns `true` if the session is no longer usable. After a failure to send, an open session can still be read
    /// from.
    ///
    /// An error from GnuTLS is fatal if its [`ErrorCode`] is, unless the call left the session unchanged. An error that
    /// this crate returns before it calls GnuTLS is not fatal.
    #[corresponds(alias(gnutls_error_is_fatal))]
    pub fn is_fatal(&self) -> bool {
        self.0.fatal
    }

    /// Returns the alert received from the peer (kind [`Alert`](ErrorKind::Alert)), or the alert sent to the peer
    /// because of this error.
    pub fn alert(&self) -> Option<Alert> {
        self.0.alert
    }

    /// Returns the alert that reports this error to the peer, see [`ErrorCode::alert_to_send`]. A session sends it
    /// automatically when it returns a fatal error; use this method for other errors.
    #[corresponds(alias(gnutls_alert_send_appropriate))]
    pub fn alert_to_send(&self) -> Option<Alert> {
        self.0.code?.alert_to_send()
    }

    /// Returns the index of the first byte that GnuTLS rejected in a priority string (kind
    /// [`Priority`](ErrorKind::Priority)), if a single word is the reason. The index includes the string to which
    /// [`Priority::append`](crate::Priority::append) appended, except the system's own string.
    pub fn position(&self) -> Option<usize> {
        self.0.position
    }

    /// Returns the verification status of the peer's certificate (kind [`Verification`](ErrorKind::Verification)).
    pub fn verification(&self) -> Option<VerificationStatus> {
        self.0.verification
    }

    /// Returns the required release (kind [`Unsupported`](ErrorKind::Unsupported)).
    pub fn required_release(&self) -> Option<Version> {
        self.0.release
    }

    /// Creates an error without a GnuTLS code.
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
            cause: None,
        }))
    }

    pub(crate) fn invalid_input(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::InvalidInput, message)
    }

    pub(crate) fn invalid_state(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::InvalidState, message)
    }

    /// Returns `true` if this crate has refused the call because of its state, and GnuTLS was not called.
    pub(crate) fn is_refused_call(&self) -> bool {
        self.kind() == ErrorKind::InvalidState && self.code().is_none()
    }

    /// Creates the error for a feature that requires a newer `release` than the library's.
    pub(crate) fn unsupported(what: &'static str, release: Version) -> Self {
        let mut error = Self::new(ErrorKind::Unsupported, what);
        error.0.release = Some(release);
        error
    }

    /// Creates the error of a session that an earlier error has ended.
    pub(crate) fn ended(cause: &Self) -> Self {
        let message = format!("an earlier failure has ended the session: {cause}");
        let mut error = Self::new(ErrorKind::Closed, message);
        error.0.cause = Some(cause.clone());
        error
    }

    /// Creates an error for an I/O error of the transport.
    pub(crate) fn io(source: io::Error) -> Self {
        let kind = match source.kind() {
            io::ErrorKind::WouldBlock => ErrorKind::WouldBlock,
            _ => ErrorKind::Io,
        };
        let mut error = Self::new(kind, "");
        error.0.source = Some(Arc::new(source));
        error
    }

    /// Creates an error from a GnuTLS code; the reason is GnuTLS's own text.
    pub(crate) fn from_code(code: c_int) -> Self {
        let code = ErrorCode(code);
        let mut error = Self::new(code.kind(), "");
        error.0.fatal = code.is_fatal();
        error.0.code = Some(code);
        error
    }

    /// Creates the error for an untrusted certificate of the peer, for the reasons in `status`.
    pub(crate) fn untrusted(status: VerificationStatus) -> Self {
        Self::from_code(gnutls_sys::GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR)
            .with_verification(status)
            .with_message("the certificate of the peer is not trusted")
    }

    /// Sets the text before the reason.
    pub(crate) fn with_message(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.0.message = message.into();
        self
    }

    /// Returns the text before the reason.
    pub(crate) fn message(&self) -> Option<&str> {
        Some(&*self.0.message).filter(|message| !message.is_empty())
    }

    /// Marks the session as still usable, regardless of the code.
    pub(crate) fn not_fatal(mut self) -> Self {
        self.0.fatal = false;
        self
    }

    /// Marks the session as no longer usable, regardless of the kind.
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

    pub(crate) fn with_source(mut self, source: impl Into<Arc<io::Error>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Returns `true` if the error only wraps an I/O error.
    fn is_bare_io(&self) -> bool {
        let inner = &*self.0;
        matches!(inner.kind, ErrorKind::Io | ErrorKind::WouldBlock)
            && inner.message.is_empty()
            && inner.code.is_none()
            && inner.alert.is_none()
    }
}

/// Converts a negative return value into an error.
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
                format!("requires GnuTLS {release} (built for {built}, running {running})")
            }
            (_, Some(status), ..) => status.to_string(),
            (_, _, Some(source), _) => source.to_string(),
            // GnuTLS's texts are complete sentences, but the name of the code follows here.
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
            cause,
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
        optional!(code alert verification release position source cause);
        debug.finish()
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        if let Some(cause) = &self.0.cause {
            return Some(cause);
        }
        let source = self.0.source.as_deref()?;
        Some(source)
    }
}

impl From<io::Error> for Error {
    /// Wraps an I/O error in an error of kind [`Io`](ErrorKind::Io), or extracts the [`Error`] that it contains.
    fn from(error: io::Error) -> Self {
        error.downcast::<Error>().unwrap_or_else(Self::io)
    }
}

impl From<Error> for io::Error {
    /// Extracts the original I/O error, or wraps this error in an I/O error of the most similar kind.
    fn from(mut error: Error) -> Self {
        if error.is_bare_io() {
            match error.0.source.take().map(Arc::try_unwrap) {
                Some(Ok(source)) => return source,
                // A clone of this error shares the source.
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
            text.starts_with("early data: requires GnuTLS 3.6.5 (built for "),
            "{text}"
        );
    }

    #[test]
    fn a_clone_has_the_same_content() {
        let error = Error::from_code(sys::GNUTLS_E_FATAL_ALERT_RECEIVED)
            .with_alert(Alert::UNKNOWN_CA)
            .with_source(io::Error::from(io::ErrorKind::BrokenPipe));
        let clone = error.clone();
        assert_eq!(format!("{clone:?}"), format!("{error:?}"));
        assert_eq!(clone.to_string(), error.to_string());
    }

    #[test]
    fn an_io_error_that_was_cloned_keeps_its_kind() {
        for kind in [io::ErrorKind::BrokenPipe, io::ErrorKind::WouldBlock] {
            let error = Error::io(kind.into());
            let clone = error.clone();
            // The source belongs to both, and then to the last one only.
            let converted = io::Error::from(error);
            assert_eq!(converted.kind(), kind);
            assert!(converted.get_ref().is_some_and(|inner| inner.is::<Error>()));
            let converted = io::Error::from(clone);
            assert_eq!(
                (converted.kind(), converted.get_ref().is_none()),
                (kind, false)
            );
            let error = Error::from(io::Error::from(Error::io(kind.into())));
            assert_eq!(error.is_fatal(), kind != io::ErrorKind::WouldBlock);
        }
    }

    #[test]
    fn kinds_have_texts() {
        assert_eq!(
            ErrorKind::WouldBlock.to_string(),
            "the transport would block"
        );
        assert_eq!(format!("{:>6}", ErrorKind::Io), "transport failure");
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
