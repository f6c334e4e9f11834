//! Extensions of the hello messages that a program defines (RFC 8446, section 4.2), supplemental data (RFC 4680), and
//! the compression of certificates (RFC 8879).
//!
//! The module is needed for extensions that GnuTLS does not have itself. See
//! [`ConfigBuilder::extension`](crate::ConfigBuilder::extension) and
//! [`ConfigBuilder::compress_certificates`](crate::ConfigBuilder::compress_certificates).
//!
//! ```
//! use gnutls::extension::{self, HelloExtension};
//! use gnutls::{ClientConfig, ErrorKind, Trust};
//!
//! let config = ClientConfig::builder()
//!     .trust(Trust::none())
//!     .extension(HelloExtension::new(0xfe00).on_send(|_, message| match message {
//!         extension::Message::ClientHello => Ok(Some(b"data".to_vec())),
//!         _ => Ok(None),
//!     }))
//!     .build();
//! assert!(config.is_ok() || config.is_err_and(|error| error.kind() == ErrorKind::Unsupported));
//! ```

pub(crate) mod certificate_compression;
pub(crate) mod supplemental;

use std::ffi::{CString, c_int, c_uint};
use std::fmt;
use std::sync::Arc;

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::{gnutls_buffer_t, gnutls_session_t};

pub use self::certificate_compression::CompressionMethod;
pub use self::supplemental::SupplementalData;
use crate::alert::Alert;
use crate::error::unsupported::requires;
use crate::error::{Error, ErrorKind, Result, argument};
#[cfg(gnutls_3_6_3)]
use crate::session_core::scratch::with_scratch_session;
use crate::session_core::session_ref::SessionRef;
use crate::support::datum::constant;

/// A handshake message that can contain an extension (RFC 8446, section 4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Message {
    /// The ClientHello.
    #[doc(alias = "GNUTLS_EXT_FLAG_CLIENT_HELLO")]
    ClientHello,
    /// The TLS 1.2 ServerHello, also used by older protocols.
    #[doc(alias = "GNUTLS_EXT_FLAG_TLS12_SERVER_HELLO")]
    Tls12ServerHello,
    /// The TLS 1.3 ServerHello, which is not encrypted.
    #[doc(alias = "GNUTLS_EXT_FLAG_TLS13_SERVER_HELLO")]
    Tls13ServerHello,
    /// The TLS 1.3 EncryptedExtensions message, for extensions that concern the whole connection.
    #[doc(alias = "GNUTLS_EXT_FLAG_EE")]
    EncryptedExtensions,
    /// The TLS 1.3 HelloRetryRequest, which requests another ClientHello.
    #[doc(alias = "GNUTLS_EXT_FLAG_HRR")]
    HelloRetryRequest,
}

impl Message {
    const fn flag(self) -> c_uint {
        (match self {
            Self::ClientHello => sys::GNUTLS_EXT_FLAG_CLIENT_HELLO,
            Self::Tls12ServerHello => sys::GNUTLS_EXT_FLAG_TLS12_SERVER_HELLO,
            Self::Tls13ServerHello => sys::GNUTLS_EXT_FLAG_TLS13_SERVER_HELLO,
            Self::EncryptedExtensions => sys::GNUTLS_EXT_FLAG_EE,
            Self::HelloRetryRequest => sys::GNUTLS_EXT_FLAG_HRR,
        }) as c_uint
    }

    /// Returns the message with this flag.
    #[cfg(gnutls_3_6_3)]
    pub(crate) fn from_flag(flag: c_uint) -> Option<Self> {
        [
            Self::ClientHello,
            Self::Tls12ServerHello,
            Self::Tls13ServerHello,
            Self::EncryptedExtensions,
            Self::HelloRetryRequest,
        ]
        .into_iter()
        .find(|message| message.flag() == flag)
    }
}

type Send = dyn Fn(&SessionRef, Message) -> Result<Option<Vec<u8>>, Alert>
    + std::marker::Send
    + Sync
    + 'static;
type Receive =
    dyn Fn(&SessionRef, Message, &[u8]) -> Result<(), Alert> + std::marker::Send + Sync + 'static;

/// A TLS extension that the program implements. See
/// [`ClientConfigBuilder::extension`](crate::ClientConfigBuilder::extension).
///
/// A client sends the extension in its ClientHello. A server that has received it and also implements it can answer. An
/// unsolicited answer ends the handshake. The session stores the content that it received last;
/// [`received_extension`](SessionRef::received_extension) returns it at any time. A closure is required only for
/// decisions during the handshake.
///
/// ```
/// # if gnutls::version().built < gnutls::library::Version::new(3, 6, 3) { return Ok(()); }
/// use gnutls::{Alert, ClientConfig, Identity, ServerConfig, Trust, extension};
/// use gnutls::transport::MemoryTransport;
///
/// // An unassigned number; IANA reserves 65282 and higher for private use.
/// const NUMBER: u16 = 65_300;
/// # let pem = |name: &str| std::fs::read(format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
/// # let identity = Identity::from_pem(&pem("server"), &pem("server-key"))?;
/// # let trust = Trust::pem(&pem("ca"))?;
/// let client = ClientConfig::builder()
///     .trust(trust)
///     .extension(extension::HelloExtension::new(NUMBER).on_send(|_, _| Ok(Some(b"question".to_vec()))))
///     .build()?;
/// let server = ServerConfig::builder()
///     .identity(identity)
///     .extension(
///         extension::HelloExtension::new(NUMBER)
///             .on_receive(|_, _, data| match data {
///                 b"question" => Ok(()),
///                 _ => Err(Alert::ILLEGAL_PARAMETER),
///             })
///             .on_send(|_, _| Ok(Some(b"answer".to_vec()))),
///     )
///     .build()?;
///
/// let (mut client_io, mut server_io) = MemoryTransport::stream();
/// let mut client = client.session("localhost")?;
/// let mut server = server.session()?;
/// while client.handshake(&mut client_io)?.is_pending() | server.handshake(&mut server_io)?.is_pending() {}
/// assert_eq!(client.received_extension(NUMBER), Some(&b"answer"[..]));
/// # Ok::<(), gnutls::Error>(())
/// ```
#[corresponds(alias(gnutls_ext_register))]
#[derive(Clone)]
pub struct HelloExtension {
    pub(crate) number: u16,
    pub(crate) name: Box<str>,
    pub(crate) messages: c_uint,
    pub(crate) when_resumed: bool,
    pub(crate) overrides: bool,
    pub(crate) send: Option<Arc<Send>>,
    pub(crate) receive: Option<Arc<Receive>>,
    pub(crate) supplemental: Option<SupplementalData>,
}

/// The default messages of an extension.
const MESSAGES: [Message; 3] = [
    Message::ClientHello,
    Message::Tls12ServerHello,
    Message::EncryptedExtensions,
];

impl HelloExtension {
    /// Creates the extension with this number (IANA's registry of TLS extensions), for the ClientHello, the ServerHello
    /// of TLS up to 1.2, and the TLS 1.3 EncryptedExtensions. It sends nothing, and accepts any content.
    pub fn new(number: u16) -> Self {
        Self {
            number,
            name: "extension of the program".into(),
            messages: 0,
            when_resumed: false,
            overrides: false,
            send: None,
            receive: None,
            supplemental: None,
        }
        .in_messages(MESSAGES)
    }

    /// Sets the name, for the log of GnuTLS and [`SessionRef::extension_name`].
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.name = name.into();
        self
    }

    /// Restricts the extension to these messages. In any other received message it is refused with the alert
    /// `unsupported_extension`.
    #[must_use]
    pub fn in_messages(mut self, messages: impl IntoIterator<Item = Message>) -> Self {
        self.messages = messages
            .into_iter()
            .fold(0, |flags, message| flags | message.flag());
        self
    }

    /// Sets whether the extension applies to resumed sessions of TLS up to 1.2. The default is `false`: the server does
    /// not answer it in them, as is usual (RFC 5246, section 7.4.1.4), and receives it only if the session is resumed
    /// by a ticket. With `true`, it is processed earlier, before the server name and most other extensions. In TLS 1.3
    /// it applies to every session.
    #[must_use]
    pub fn when_resumed(mut self, counts: bool) -> Self {
        self.when_resumed = counts;
        self
    }

    /// Sets the closure that returns the content to send in a message: bytes (which can be empty), `None` to omit the
    /// extension, or an alert that ends the handshake. On a client it is called for every ClientHello; a TLS 1.3 server
    /// can request a second one with another key share. On a server it is called if the client has sent the extension.
    ///
    /// The session is in the middle of the handshake when the closure is called. A panic ends the session and resumes
    /// in the call that runs the handshake. More than 65,535 bytes, the maximum length of an extension, end the session
    /// with an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput).
    #[must_use]
    #[corresponds(
        gnutls_ext_send_func,
        gnutls_buffer_append_data,
        gnutls_ext_get_current_msg
    )]
    pub fn on_send(
        mut self,
        send: impl Fn(&SessionRef, Message) -> Result<Option<Vec<u8>>, Alert>
        + std::marker::Send
        + Sync
        + 'static,
    ) -> Self {
        self.send = Some(Arc::new(send));
        self
    }

    /// Sets the closure that processes the content from the peer: `Ok` continues, and an alert ends the handshake. As
    /// in [`on_send`](Self::on_send), the session is in the middle of the handshake; the content is not authenticated
    /// yet.
    #[must_use]
    #[corresponds(gnutls_ext_recv_func, alias(gnutls_ext_get_current_msg))]
    pub fn on_receive(
        mut self,
        receive: impl Fn(&SessionRef, Message, &[u8]) -> Result<(), Alert>
        + std::marker::Send
        + Sync
        + 'static,
    ) -> Self {
        self.receive = Some(Arc::new(receive));
        self
    }

    /// Exchanges supplemental data (RFC 4680) if both sides have negotiated this extension: the client has sent it, and
    /// the server has answered it. It is for TLS up to 1.2 and disables TLS 1.3 in the session. GnuTLS cannot complete
    /// such a handshake in DTLS: creating a DTLS session fails with an error of kind
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput).
    #[must_use]
    #[corresponds(
        gnutls_session_supplemental_register,
        alias(gnutls_supplemental_register)
    )]
    pub fn supplemental_data(mut self, data: SupplementalData) -> Self {
        self.supplemental = Some(data);
        self
    }

    /// Replaces an extension that GnuTLS implements: the program then processes its content and sends it, and GnuTLS'
    /// features that depend on it do not work. Only extensions that were added after GnuTLS 3.6.0 and do not change the
    /// protocol can be replaced; for any other extension [`build`](crate::ClientConfigBuilder::build) fails as it does
    /// without this option. A GnuTLS client still sends the extensions that are enabled by default, and a ClientHello
    /// with a duplicate extension is refused. Therefore this is only useful for extensions that the library does not
    /// send by default.
    #[must_use]
    #[corresponds(GNUTLS_EXT_FLAG_OVERRIDE_INTERNAL)]
    pub fn dangerous_override(mut self) -> Self {
        self.overrides = true;
        self
    }
}

impl fmt::Debug for HelloExtension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HelloExtension")
            .field("number", &self.number)
            .field("name", &self.name)
            .field("supplemental", &self.supplemental)
            .finish_non_exhaustive()
    }
}

/// The maximum number of extensions in a configuration: GnuTLS passes only the session to a callback, so any extension
/// requires a separate function.
pub(crate) const SLOTS: usize = 16;

/// The callbacks of one extension.
pub(crate) struct ExtensionFunctions {
    pub(crate) receive: unsafe extern "C" fn(gnutls_session_t, *const u8, usize) -> c_int,
    pub(crate) send: unsafe extern "C" fn(gnutls_session_t, gnutls_buffer_t) -> c_int,
    pub(crate) receive_supplemental:
        unsafe extern "C" fn(gnutls_session_t, *const u8, usize) -> c_int,
    pub(crate) send_supplemental: unsafe extern "C" fn(gnutls_session_t, gnutls_buffer_t) -> c_int,
}

/// Callbacks for a session that runs no handshake.
#[cfg(gnutls_3_6_3)]
const UNCALLED: ExtensionFunctions = {
    unsafe extern "C" fn receive(_: gnutls_session_t, _: *const u8, _: usize) -> c_int {
        0
    }
    unsafe extern "C" fn send(_: gnutls_session_t, _: gnutls_buffer_t) -> c_int {
        0
    }
    ExtensionFunctions {
        receive,
        send,
        receive_supplemental: receive,
        send_supplemental: send,
    }
};

/// Registers extensions in a session, each with the functions of the same index.
///
/// # Safety
///
/// `session` must be live and not have started a handshake. The functions must be callable with it.
pub(crate) unsafe fn register(
    session: gnutls_session_t,
    extensions: &[HelloExtension],
    functions: &[ExtensionFunctions],
) -> Result<()> {
    for (extension, functions) in extensions.iter().zip(functions) {
        let name = extension.c_name();
        let point = if extension.when_resumed {
            sys::GNUTLS_EXT_MANDATORY
        } else {
            sys::GNUTLS_EXT_APPLICATION
        };
        let overrides = if extension.overrides {
            sys::GNUTLS_EXT_FLAG_OVERRIDE_INTERNAL as c_uint
        } else {
            0
        };
        // SAFETY: `session` is live and has not started a handshake by the contract of this function, so nothing
        // iterates over its list of extensions. The function copies its arguments into this list (lib/hello_ext.c),
        // including the name since 3.6.14; older releases do not store it. The extension has no private data to free or
        // pack, so the other callbacks can be null.
        let code = unsafe {
            sys::gnutls_session_ext_register(
                session,
                name.as_ptr(),
                c_int::from(extension.number),
                point,
                Some(functions.receive),
                Some(functions.send),
                None,
                None,
                None,
                extension.messages | overrides,
            )
        };
        crate::error::check(code).map_err(|error| {
            let number = extension.number;
            match code {
                sys::GNUTLS_E_ALREADY_REGISTERED => error
                    .with_kind(ErrorKind::InvalidInput)
                    .with_message(format!("GnuTLS implements the extension {number}: remove it, or use `dangerous_override` if the library can replace it"))
                    .not_fatal(),
                // There is no other likely reason.
                sys::GNUTLS_E_MEMORY_ERROR => error.with_message("the library has no room for another extension: remove one"),
                _ => error,
            }
        })?;
        if let Some(supplemental) = &extension.supplemental {
            // SAFETY: `session` is live and has not started a handshake by the contract of this function, so nothing
            // iterates over its list of supplemental data. The function copies its arguments except for the name into
            // this list, and disables TLS 1.3 in the session (lib/supplemental.c).
            let code = unsafe {
                sys::gnutls_session_supplemental_register(
                    session,
                    name.as_ptr(),
                    supplemental.format().into(),
                    Some(functions.receive_supplemental),
                    Some(functions.send_supplemental),
                    0,
                )
            };
            crate::error::check(code)?;
        }
    }
    Ok(())
}

/// Fails if a session would refuse the extensions.
pub(crate) fn check(extensions: &[HelloExtension]) -> Result<()> {
    if extensions.is_empty() {
        return Ok(());
    }
    if extensions.len() > SLOTS {
        return Err(Error::invalid_input(format!(
            "{} extensions of the program are too many: use at most {SLOTS}",
            extensions.len()
        )));
    }
    for (at, extension) in extensions.iter().enumerate() {
        argument::refuse_nul(extension.name.as_bytes(), "the name of an extension")?;
        let before = &extensions[..at];
        if before.iter().any(|other| other.number == extension.number) {
            return Err(Error::invalid_input(format!(
                "the number {} is used by two extensions: remove one of them",
                extension.number
            )));
        }
        if let Some(format) = extension.format() {
            if before.iter().any(|other| other.format() == Some(format)) {
                return Err(Error::invalid_input(format!(
                    "the number {format} is used by two formats of supplemental data: remove one of them"
                )));
            }
        }
    }
    requires!(
        gnutls_3_6_3,
        "extensions of the program",
        with_scratch_session(|session| {
            // SAFETY: the session is live and new, and runs no handshake, so no callback is called.
            unsafe { register(session, extensions, &[UNCALLED; SLOTS]) }
        })?
    )
}

impl HelloExtension {
    pub(crate) fn has_supplemental_data(&self) -> bool {
        self.supplemental.is_some()
    }

    pub(crate) fn format(&self) -> Option<u16> {
        self.supplemental.as_ref().map(SupplementalData::format)
    }

    pub(crate) fn c_name(&self) -> CString {
        CString::new(&*self.name).unwrap_or_default()
    }
}

/// Returns GnuTLS' name of an extension by its IANA number, if GnuTLS implements it.
///
/// ```
/// assert_eq!(gnutls::extension::name(16).as_deref(), Some("ALPN"));
/// ```
#[corresponds(gnutls_ext_get_name)]
pub fn name(number: u16) -> Option<String> {
    // SAFETY: looks the number up in a table and returns NULL or a string. The string is copied at once, because a C
    // program that has registered an extension can free it by gnutls_global_deinit.
    constant(unsafe { sys::gnutls_ext_get_name(number.into()) }).map(str::to_owned)
}

impl SessionRef {
    /// Returns GnuTLS' name of an extension in this session: one of [the
    /// program](crate::extension::HelloExtension::name) or of the library.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) if the library is too old.
    #[corresponds(gnutls_ext_get_name2)]
    #[cfg_attr(not(gnutls_3_6_14), allow(unused_variables, reason = "refused"))]
    pub fn extension_name(&self, number: u16) -> Result<Option<&str>> {
        requires!(gnutls_3_6_14, "the name of an extension in a session", {
            // SAFETY: looks the number up in a list of the session and in a table, which do not change while the
            // session is borrowed. It returns NULL or a string that lives as long as the list or the table.
            let name = unsafe {
                sys::gnutls_ext_get_name2(self.as_ptr(), number.into(), sys::GNUTLS_EXT_ANY)
            };
            Ok(constant(name))
        })
    }
}
