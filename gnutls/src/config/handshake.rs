//! The handshake options of a configuration: time and size limits, the key log, and post-handshake authentication.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use gnutls_macros::corresponds;

use crate::config::builder::{ClientConfigBuilder, ConfigBuilder};
use crate::error::Result;
use crate::error::unsupported::requires;
use crate::key_log;
use crate::key_log::KeyLogCallback;
use crate::session_core::session_ref::SessionRef;

/// The default maximum size of a handshake message (`MAX_HANDSHAKE_PACKET_SIZE` in lib/gnutls_int.h, every release since
/// 3.6.0).
pub(crate) const MAX_MESSAGE: usize = 128 * 1024;

/// The handshake options; the methods of the builders describe them.
#[derive(Clone, Default)]
pub(crate) struct HandshakeOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) max_message: Option<usize>,
    pub(crate) key_log: Option<Arc<KeyLogCallback>>,
    pub(crate) post_handshake_auth: bool,
}

impl HandshakeOptions {
    pub(crate) fn max_message(&self) -> usize {
        self.max_message.unwrap_or(MAX_MESSAGE)
    }

    /// Fails if the library is too old for an option, which it would ignore.
    pub(crate) fn checked(self) -> Result<Self> {
        if self.post_handshake_auth {
            requires!(gnutls_3_6_3, "authentication after the handshake", Ok(()))?;
        }
        if self.key_log.is_some() {
            requires!(gnutls_3_6_13, "logging keys", Ok(()))?;
        }
        Ok(self)
    }
}

impl fmt::Debug for HandshakeOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandshakeOptions")
            .field("timeout", &self.timeout)
            .field("max_message", &self.max_message)
            .field("key_log", &self.key_log.is_some())
            .field("post_handshake_auth", &self.post_handshake_auth)
            .finish()
    }
}

impl<S> ConfigBuilder<S> {
    /// Limits the duration of the first handshake of a session. If it takes longer, it fails with the error code
    /// `GNUTLS_E_TIMEDOUT` (kind [`Limit`](crate::ErrorKind::Limit)). By default there is no limit.
    ///
    /// The time starts with the first call of [`Session::handshake`](crate::Session::handshake), and every call checks
    /// it. A call that blocks in the transport cannot be interrupted: configure a timeout of the transport too. A
    /// program that waits itself uses [`Session::handshake_deadline`](crate::Session::handshake_deadline).
    ///
    /// The C function has no effect on a nonblocking session, as all sessions of this crate are.
    #[corresponds(instead(gnutls_handshake_set_timeout))]
    pub fn handshake_timeout(mut self, timeout: Duration) -> Self {
        self.common.handshake.timeout = Some(timeout);
        self
    }

    /// Sets the maximum size of a handshake message in bytes. The default is 128 KiB.
    ///
    /// A limit of 0, which is no limit in C, refuses every message.
    #[corresponds(gnutls_handshake_set_max_packet_length)]
    pub fn max_handshake_message(mut self, bytes: usize) -> Self {
        self.common.handshake.max_message = Some(bytes.max(1));
        self
    }

    /// Sets a callback that receives the secrets of a connection. With them anybody can read and modify all data: use
    /// it only for debugging, for example with Wireshark.
    ///
    /// Independently, GnuTLS writes the secrets to the file in the environment variable `SSLKEYLOGFILE`, for all
    /// protocols since 3.6.13. It reads the variable when it computes the first secret of the process, and ignores it
    /// in a program with privileges that its user lacks.
    ///
    /// The callback runs during handshakes and key updates. A panic ends the session and resumes in the call that runs
    /// the callback.
    ///
    /// ```
    /// use gnutls::{ClientConfig, Trust};
    ///
    /// let config = ClientConfig::builder()
    ///     .trust(Trust::none())
    ///     .dangerous_key_log(|_, line| eprintln!("{line}"))
    ///     .build();
    /// # drop(config);
    /// ```
    #[corresponds(gnutls_session_set_keylog_function)]
    #[doc(alias = "SSLKEYLOGFILE")]
    pub fn dangerous_key_log(
        mut self,
        callback: impl Fn(&SessionRef, &key_log::Line<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.common.handshake.key_log = Some(Arc::new(callback));
        self
    }
}

impl ClientConfigBuilder {
    /// Sets whether a TLS 1.3 server can request a certificate after the handshake (RFC 8446, section 4.6.2). The
    /// default is `false`. [`read`](crate::Session::read) responds with a matching [`identity`](Self::identity), or
    /// with an empty certificate message.
    #[corresponds(gnutls_init(GNUTLS_POST_HANDSHAKE_AUTH))]
    pub fn post_handshake_auth(mut self, allow: bool) -> Self {
        self.common.handshake.post_handshake_auth = allow;
        self
    }
}
