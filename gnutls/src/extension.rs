//! Extensions that the program brings along (RFC 8446, section 4.2), and supplemental data that go with them (RFC 4680).

pub(crate) mod certificate_compression;
pub(crate) mod supplemental;

use std::ffi::{CString, c_int, c_uint};
use std::fmt;
use std::sync::Arc;

use gnutls_sys as sys;
use gnutls_sys::{gnutls_buffer_t, gnutls_session_t};

use crate::alert::Alert;
use crate::error::unsupported::requires;
use crate::error::{Error, ErrorKind, Result, argument};
use crate::extension::supplemental::SupplementalData;
#[cfg(gnutls_3_6_3)]
use crate::session_core::scratch::with_scratch_session;
use crate::session_core::session_ref::SessionRef;
use crate::support::datum::constant;

/// A handshake message that an extension can be in (RFC 8446, section 4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExtensionMessage {
    /// The hello of the client.
    #[doc(alias = "GNUTLS_EXT_FLAG_CLIENT_HELLO")]
    ClientHello,
    /// The hello of a server up to TLS 1.2.
    #[doc(alias = "GNUTLS_EXT_FLAG_TLS12_SERVER_HELLO")]
    Tls12ServerHello,
    /// The hello of a server of TLS 1.3, which is not encrypted.
    #[doc(alias = "GNUTLS_EXT_FLAG_TLS13_SERVER_HELLO")]
    Tls13ServerHello,
    /// The message of a server of TLS 1.3 for what concerns the connection as a whole.
    #[doc(alias = "GNUTLS_EXT_FLAG_EE")]
    EncryptedExtensions,
    /// The hello of a server of TLS 1.3 that asks the client for another hello.
    #[doc(alias = "GNUTLS_EXT_FLAG_HRR")]
    HelloRetryRequest,
}

impl ExtensionMessage {
    const fn flag(self) -> c_uint {
        (match self {
            Self::ClientHello => sys::GNUTLS_EXT_FLAG_CLIENT_HELLO,
            Self::Tls12ServerHello => sys::GNUTLS_EXT_FLAG_TLS12_SERVER_HELLO,
            Self::Tls13ServerHello => sys::GNUTLS_EXT_FLAG_TLS13_SERVER_HELLO,
            Self::EncryptedExtensions => sys::GNUTLS_EXT_FLAG_EE,
            Self::HelloRetryRequest => sys::GNUTLS_EXT_FLAG_HRR,
        }) as c_uint
    }

    /// The message with this flag.
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

type Send = dyn Fn(&SessionRef, ExtensionMessage) -> Result<Option<Vec<u8>>, Alert>
    + std::marker::Send
    + Sync
    + 'static;
type Receive = dyn Fn(&SessionRef, ExtensionMessage, &[u8]) -> Result<(), Alert>
    + std::marker::Send
    + Sync
    + 'static;

/// An extension of TLS that the program brings along, for what GnuTLS knows nothing of. See
/// [`ClientConfigBuilder::extension`](crate::ClientConfigBuilder::extension).
///
/// A client sends it in its hello; a server that has it too, and got it, may answer it. An answer that the client did not
/// ask for ends the handshake. What came last is kept with the session, to be read by
/// [`received_extension`](SessionRef::received_extension) at any time: a closure is needed only for what is decided during
/// the handshake.
///
/// ```
/// use gnutls::{Alert, ClientConfig, Extension, Identity, MemoryTransport, ServerConfig, Trust};
///
/// // A number that is not assigned; IANA keeps 65282 and higher for private use.
/// const NUMBER: u16 = 65_300;
/// # let pem = |name: &str| std::fs::read(format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
/// # let identity = Identity::from_pem(&pem("server"), &pem("server-key"))?;
/// # let trust = Trust::pem(&pem("ca"))?;
/// let client = ClientConfig::builder()
///     .trust(trust)
///     .extension(Extension::new(NUMBER).on_send(|_, _| Ok(Some(b"question".to_vec()))))
///     .build()?;
/// let server = ServerConfig::builder()
///     .identity(identity)
///     .extension(
///         Extension::new(NUMBER)
///             .on_receive(|_, _, data| match data {
///                 b"question" => Ok(()),
///                 _ => Err(Alert::ILLEGAL_PARAMETER),
///             })
///             .on_send(|_, _| Ok(Some(b"answer".to_vec()))),
///     )
///     .build()?;
///
/// let (mut near, mut far) = MemoryTransport::stream();
/// let mut one = client.session("localhost")?;
/// let mut other = server.session()?;
/// while one.handshake(&mut near)?.is_pending() | other.handshake(&mut far)?.is_pending() {}
/// assert_eq!(one.received_extension(NUMBER), Some(&b"answer"[..]));
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone)]
pub struct Extension {
    pub(crate) number: u16,
    pub(crate) name: Box<str>,
    pub(crate) messages: c_uint,
    pub(crate) when_resumed: bool,
    pub(crate) overrides: bool,
    pub(crate) send: Option<Arc<Send>>,
    pub(crate) receive: Option<Arc<Receive>>,
    pub(crate) supplemental: Option<SupplementalData>,
}

/// Where an extension is unless it says otherwise.
const MESSAGES: [ExtensionMessage; 3] = [
    ExtensionMessage::ClientHello,
    ExtensionMessage::Tls12ServerHello,
    ExtensionMessage::EncryptedExtensions,
];

impl Extension {
    /// The extension with this number (IANA's registry of TLS extensions), in the hello of the client, that of a server up to
    /// TLS 1.2, and the encrypted extensions of TLS 1.3. It sends nothing, and takes whatever comes.
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

    /// Gives it a name, for the log of GnuTLS and [`SessionRef::extension_name`].
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.name = name.into();
        self
    }

    /// Puts it into these messages alone. In others it is refused when it comes, with `unsupported_extension`.
    #[must_use]
    pub fn in_messages(mut self, messages: impl IntoIterator<Item = ExtensionMessage>) -> Self {
        self.messages = messages
            .into_iter()
            .fold(0, |flags, message| flags | message.flag());
        self
    }

    /// Whether it counts in resumed sessions of TLS up to 1.2 as well. By default it does not: the server does not answer it
    /// there, as is usual (RFC 5246, section 7.4.1.4), and sees it only where a ticket is what resumes. If it counts, it is
    /// looked at earlier, before the name that the client asks for and most else is known. In TLS 1.3 it counts in each
    /// session.
    #[must_use]
    pub fn when_resumed(mut self, counts: bool) -> Self {
        self.when_resumed = counts;
        self
    }

    /// What to send in a message: bytes (none are an empty extension), `None` for no such extension, or an alert that ends
    /// the handshake. A client is asked for each of its hellos; there is a second one where the server of TLS 1.3 wants
    /// another key. A server is asked where the client has sent the extension.
    ///
    /// The session is lent as it stands in the middle of the handshake. A panic ends the session and goes on in the call that
    /// ran the handshake; more than 65,535 bytes end it with the error [`InvalidInput`](crate::ErrorKind::InvalidInput), as
    /// there is no room for more.
    ///
    /// C: `gnutls_ext_send_func`,
    /// [`gnutls_buffer_append_data`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fbuffer_005fappend_005fdata),
    /// [`gnutls_ext_get_current_msg`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fext_005fget_005fcurrent_005fmsg).
    #[must_use]
    #[doc(alias = "gnutls_ext_get_current_msg")]
    #[doc(alias = "gnutls_buffer_append_data")]
    pub fn on_send(
        mut self,
        send: impl Fn(&SessionRef, ExtensionMessage) -> Result<Option<Vec<u8>>, Alert>
        + std::marker::Send
        + Sync
        + 'static,
    ) -> Self {
        self.send = Some(Arc::new(send));
        self
    }

    /// What to make of what the peer has sent: `Ok` to go on, or an alert that ends the handshake. As for
    /// [`on_send`](Self::on_send), and nothing of it is proven yet.
    ///
    /// C: `gnutls_ext_recv_func`.
    #[must_use]
    #[doc(alias = "gnutls_ext_get_current_msg")]
    pub fn on_receive(
        mut self,
        receive: impl Fn(&SessionRef, ExtensionMessage, &[u8]) -> Result<(), Alert>
        + std::marker::Send
        + Sync
        + 'static,
    ) -> Self {
        self.receive = Some(Arc::new(receive));
        self
    }

    /// Has supplemental data exchanged (RFC 4680) where both sides have agreed on this extension: the client has sent it, and
    /// the server answered it. This is for protocols up to TLS 1.2, so that the session does not speak TLS 1.3. It is not for
    /// DTLS, in which GnuTLS does not get through such a handshake: a session of it is refused with the error
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput).
    ///
    /// C: [`gnutls_session_supplemental_register`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fsession_005fsupplemental_005fregister).
    #[must_use]
    #[doc(alias = "gnutls_session_supplemental_register")]
    pub fn supplemental_data(mut self, data: SupplementalData) -> Self {
        self.supplemental = Some(data);
        self
    }

    /// Puts the extension in the place of one that GnuTLS has itself: what the library would have read of it or sent in it is
    /// up to the program then, and whatever in the library relies on it is not served. It takes the place of those only that
    /// came after GnuTLS 3.6.0 and change nothing of the protocol; for others [`build`](crate::ClientConfigBuilder::build)
    /// fails as without this. What a client of GnuTLS sends of it by itself is not left out, and a hello with two of a kind
    /// is refused: so it is of use only for what the library does not send unless it is told to.
    ///
    /// C: `GNUTLS_EXT_FLAG_OVERRIDE_INTERNAL`.
    #[must_use]
    #[doc(alias = "GNUTLS_EXT_FLAG_OVERRIDE_INTERNAL")]
    pub fn dangerous_override(mut self) -> Self {
        self.overrides = true;
        self
    }
}

impl fmt::Debug for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Extension")
            .field("number", &self.number)
            .field("name", &self.name)
            .field("supplemental", &self.supplemental)
            .finish_non_exhaustive()
    }
}

/// The most extensions that a configuration can have: GnuTLS calls a function with nothing but the session, so that each of
/// them needs a function of its own.
pub(crate) const SLOTS: usize = 16;

/// The functions that GnuTLS calls for one extension.
pub(crate) struct ExtensionFunctions {
    pub(crate) receive: unsafe extern "C" fn(gnutls_session_t, *const u8, usize) -> c_int,
    pub(crate) send: unsafe extern "C" fn(gnutls_session_t, gnutls_buffer_t) -> c_int,
    pub(crate) receive_supplemental:
        unsafe extern "C" fn(gnutls_session_t, *const u8, usize) -> c_int,
    pub(crate) send_supplemental: unsafe extern "C" fn(gnutls_session_t, gnutls_buffer_t) -> c_int,
}

/// Functions for a session in which no handshake is run.
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
/// `session` is live, and no handshake has begun in it. The functions can be called with it.
pub(crate) unsafe fn register(
    session: gnutls_session_t,
    extensions: &[Extension],
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
        // SAFETY: copies all that it is given into a list of the session (lib/hello_ext.c): the name since 3.6.14, while
        // older releases do not keep it. Nothing walks the list now. There are no data of the extension to be released or
        // packed, so that no other function is needed.
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
                    .with_message(format!("GnuTLS has the extension {number} itself"))
                    .not_fatal(),
                // There is no other reason that is at all likely.
                sys::GNUTLS_E_MEMORY_ERROR => error.with_message("too many extensions"),
                _ => error,
            }
        })?;
        if let Some(supplemental) = &extension.supplemental {
            // SAFETY: copies all but the name into a list of the session, which nothing walks now, and takes TLS 1.3 from it
            // (lib/supplemental.c).
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

/// Fails for what a session would not be given.
pub(crate) fn check(extensions: &[Extension]) -> Result<()> {
    if extensions.is_empty() {
        return Ok(());
    }
    if extensions.len() > SLOTS {
        return Err(Error::invalid_input(format!(
            "{} extensions of the program; there can be {SLOTS}",
            extensions.len()
        )));
    }
    for (at, extension) in extensions.iter().enumerate() {
        argument::refuse_nul(extension.name.as_bytes(), "the name of an extension")?;
        let before = &extensions[..at];
        if before.iter().any(|other| other.number == extension.number) {
            return Err(Error::invalid_input(format!(
                "two extensions with the number {}",
                extension.number
            )));
        }
        if let Some(format) = extension.format() {
            if before.iter().any(|other| other.format() == Some(format)) {
                return Err(Error::invalid_input(format!(
                    "two kinds of supplemental data with the number {format}"
                )));
            }
        }
    }
    requires!(
        gnutls_3_6_3,
        "extensions of the program",
        with_scratch_session(|session| {
            // SAFETY: the session is live and new, and no handshake is run with it, so that nothing is called back.
            unsafe { register(session, extensions, &[UNCALLED; SLOTS]) }
        })?
    )
}

impl Extension {
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

/// GnuTLS' name of an extension, by the number that IANA has given it: one that the library has itself.
///
/// C: [`gnutls_ext_get_name`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fext_005fget_005fname).
///
/// ```
/// assert_eq!(gnutls::extension_name(16).as_deref(), Some("ALPN"));
/// ```
#[doc(alias = "gnutls_ext_get_name")]
pub fn extension_name(number: u16) -> Option<String> {
    // SAFETY: looks the number up in a table; returns NULL or a string that lives as long as the library, unless a program
    // that has registered it in C calls gnutls_global_deinit: so it is copied.
    constant(unsafe { sys::gnutls_ext_get_name(number.into()) }).map(str::to_owned)
}

impl SessionRef {
    /// GnuTLS' name of an extension in this session, be it one of [the program's](Extension::name) or of the library's own.
    ///
    /// C: [`gnutls_ext_get_name2`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fext_005fget_005fname2), since
    /// 3.6.14.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::ErrorKind::Unsupported) with a library that is too old.
    #[doc(alias = "gnutls_ext_get_name2")]
    #[cfg_attr(not(gnutls_3_6_14), allow(unused_variables, reason = "refused"))]
    pub fn extension_name(&self, number: u16) -> Result<Option<&str>> {
        requires!(gnutls_3_6_14, "the name of an extension in a session", {
            // SAFETY: looks the number up in a list of the session and in a table, which nothing changes while the
            // session is borrowed; returns NULL or a string that lives as long as either.
            let name = unsafe {
                sys::gnutls_ext_get_name2(self.as_ptr(), number.into(), sys::GNUTLS_EXT_ANY)
            };
            Ok(constant(name))
        })
    }
}
