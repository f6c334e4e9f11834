//! The choice of a server's configuration by the ClientHello.

use std::sync::Arc;

use gnutls_macros::corresponds;

use crate::alert::Alert;
use crate::config::ServerConfig;
use crate::config::builder::ServerConfigBuilder;
use crate::handshake::client_hello::ClientHello;
use crate::session_core::session_ref::SessionRef;

/// The response of a server to a ClientHello, see [`ServerConfigBuilder::on_client_hello`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum HelloAnswer {
    /// Continues with the configuration of the session.
    Continue,
    /// Continues with this configuration.
    Use(ServerConfig),
    /// Ends the handshake with this alert, such as [`Alert::UNRECOGNIZED_NAME`].
    Refuse(Alert),
}

/// The callback for a ClientHello.
pub(crate) type ClientHelloCallback =
    dyn Fn(&SessionRef, &ClientHello<'_>) -> HelloAnswer + Send + Sync + 'static;

impl ServerConfigBuilder {
    /// Sets a callback that chooses by the ClientHello, and the [data](SessionRef::data) of the session, to continue the handshake with this configuration, to continue
    /// with another one, or to refuse it. It runs before GnuTLS processes the ClientHello, so that the other
    /// configuration applies completely: identities, client authentication, priorities, application protocols, tickets,
    /// session cache and keys. The callback of the other configuration is not called. A
    /// [time limit](Self::handshake_timeout) of the other configuration includes the time before.
    ///
    /// The handshake fails with an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if the configurations
    /// differ in a setting that a session cannot change: [`automatic_tickets`](Self::automatic_tickets),
    /// [`early_data`](Self::early_data), or the use of raw public keys; or if only the other one uses
    /// [`ClientAuth::AfterHandshake`](crate::ClientAuth::AfterHandshake). Configure these settings equally in both.
    ///
    /// The callback is called once per session. A second ClientHello, which TLS 1.3 or a renegotiation can require,
    /// must have the same server name and application protocols; otherwise it is refused.
    ///
    /// A panic ends the session and resumes in the call that runs the handshake. A callback cannot wait; if the choice
    /// takes time, use [`Session::client_hello`](crate::Session::client_hello).
    ///
    /// GnuTLS calls the function of `gnutls_handshake_set_post_client_hello_function` only after the protocol, the
    /// application protocol and a TLS 1.2 session to be resumed have been settled.
    ///
    /// ```
    /// use gnutls::{Alert, HelloAnswer, Identity, ServerConfig};
    ///
    /// # let pem = |name: &str| std::fs::read(format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
    /// # let identity = Identity::from_pem(&pem("server"), &pem("server-key"))?;
    /// let intranet = ServerConfig::builder().identity(identity.clone()).alpn(["h2"]).build()?;
    /// let config = ServerConfig::builder()
    ///     .identity(identity)
    ///     .on_client_hello(move |_, hello| match hello.server_name() {
    ///         None | Some("www.example.org") => HelloAnswer::Continue,
    ///         Some("intranet.example.org") => HelloAnswer::Use(intranet.clone()),
    ///         Some(_) => HelloAnswer::Refuse(Alert::UNRECOGNIZED_NAME),
    ///     })
    ///     .build()?;
    /// # let _ = config;
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[corresponds(
        gnutls_handshake_set_hook_function,
        instead(gnutls_handshake_set_post_client_hello_function)
    )]
    pub fn on_client_hello(
        mut self,
        callback: impl Fn(&SessionRef, &ClientHello<'_>) -> HelloAnswer + Send + Sync + 'static,
    ) -> Self {
        self.side.on_hello = Some(Arc::new(callback));
        self
    }
}
