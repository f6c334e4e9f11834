//! What a configuration says about handshakes: how long and how large they may be, who learns of their keys, and whether a
//! client can be asked for a certificate later.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::config::builder::{ClientConfigBuilder, ConfigBuilder};
use crate::error::Result;
use crate::error::unsupported::requires;
use crate::key_log::{KeyLogCallback, KeyLogLine};
use crate::session_core::session_ref::SessionRef;

/// See the methods of the builders.
#[derive(Clone, Default)]
pub(crate) struct HandshakeOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) max_message: Option<usize>,
    pub(crate) key_log: Option<Arc<KeyLogCallback>>,
    pub(crate) post_handshake_auth: bool,
}

impl HandshakeOptions {
    /// Fails for what the library is too old for, and would ignore or lacks.
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
    /// Ends the first handshake of a session with the error code `GNUTLS_E_TIMEDOUT` (kind
    /// [`Limit`](crate::ErrorKind::Limit)) where it takes longer than this. There is no limit by default.
    ///
    /// The time begins with the first call of [`Session::handshake`](crate::Session::handshake) and is looked at in
    /// each. A call that waits in a blocking transport cannot be interrupted: give the transport a timeout of its own
    /// as well. A program that waits by itself asks
    /// [`Session::handshake_deadline`](crate::Session::handshake_deadline) how long.
    ///
    /// C: [`gnutls_handshake_set_timeout`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fhandshake_005fset_005ftimeout),
    /// which does nothing for a session that never blocks, as all of these are.
    #[doc(alias = "gnutls_handshake_set_timeout")]
    pub fn handshake_timeout(mut self, timeout: Duration) -> Self {
        self.common.handshake.timeout = Some(timeout);
        self
    }

    /// Refuses handshake messages of more than so many bytes. By default these are 128 KiB.
    ///
    /// C: [`gnutls_handshake_set_max_packet_length`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fhandshake_005fset_005fmax_005fpacket_005flength).
    /// 0, which stands for no limit there, refuses every message here.
    #[doc(alias = "gnutls_handshake_set_max_packet_length")]
    pub fn max_handshake_message(mut self, bytes: usize) -> Self {
        self.common.handshake.max_message = Some(bytes.max(1));
        self
    }

    /// Calls `callback` with each secret that protects a connection. Whoever has them can read and change everything:
    /// for debugging, with a program such as Wireshark.
    ///
    /// GnuTLS itself writes them to the file that the environment variable `SSLKEYLOGFILE` names, since 3.6.13 for all
    /// protocols; it reads the variable when the first secret of the process is there, and not in a program with
    /// privileges that its user lacks. That goes on besides.
    ///
    /// The callback runs during handshakes and when keys are updated. A panic ends the session and goes on in the call
    /// that ran it.
    ///
    /// C: [`gnutls_session_set_keylog_function`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fsession_005fset_005fkeylog_005ffunction),
    /// since 3.6.13.
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
    #[doc(alias = "gnutls_session_set_keylog_function")]
    #[doc(alias = "SSLKEYLOGFILE")]
    pub fn dangerous_key_log(
        mut self,
        callback: impl Fn(&SessionRef, &KeyLogLine<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.common.handshake.key_log = Some(Arc::new(callback));
        self
    }
}

impl ClientConfigBuilder {
    /// Whether a server of TLS 1.3 may ask for a certificate after the handshake (RFC 8446, section 4.6.2). It may not by
    /// default. [`read`](crate::Session::read) then answers it with an [`identity`](Self::identity) that fits, or with none.
    ///
    /// C: `GNUTLS_POST_HANDSHAKE_AUTH` of [`gnutls_init`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005finit),
    /// since 3.6.3.
    #[doc(alias = "GNUTLS_POST_HANDSHAKE_AUTH")]
    pub fn post_handshake_auth(mut self, allow: bool) -> Self {
        self.common.handshake.post_handshake_auth = allow;
        self
    }
}
