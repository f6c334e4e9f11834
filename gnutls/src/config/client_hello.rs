//! The choice of a configuration by a client's hello.

use std::sync::Arc;

use crate::alert::Alert;
use crate::config::ServerConfig;
use crate::config::builder::ServerConfigBuilder;
use crate::handshake::client_hello::ClientHello;

/// What a server does about a hello, see [`ServerConfigBuilder::on_client_hello`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum HelloAnswer {
    /// Goes on with the configuration that the session was made from.
    Continue,
    /// Goes on with this one.
    Use(ServerConfig),
    /// Ends the handshake with this alert, such as [`Alert::UNRECOGNIZED_NAME`].
    Refuse(Alert),
}

/// What is called with each hello.
pub(crate) type ClientHelloCallback =
    dyn Fn(&ClientHello<'_>) -> HelloAnswer + Send + Sync + 'static;

/// The numbers of extensions that are looked into (IANA's registry of TLS extensions).
impl ServerConfigBuilder {
    /// Lets `callback` choose by the client's hello how its handshake goes on: as configured, by another configuration, or
    /// not at all. It runs before anything of the hello has been looked at, so that the other configuration counts for all
    /// of it: identities, client authentication, priorities, application protocols, tickets, session cache, keys. The
    /// callback of that other configuration is not called.
    ///
    /// It is called once for each session. A client that sends a second hello, as it may have to under TLS 1.3 and for
    /// a renegotiation, has to ask for the same name and protocols again, and is refused otherwise.
    ///
    /// A panic ends the session and goes on in the call that ran the handshake. A callback cannot wait; where the choice
    /// takes time, see [`Session::client_hello`](crate::Session::client_hello).
    ///
    /// C: [`gnutls_handshake_set_hook_function`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fhandshake_005fset_005fhook_005ffunction)
    /// for the ClientHello. The function for this purpose,
    /// [`gnutls_handshake_set_post_client_hello_function`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fhandshake_005fset_005fpost_005fclient_005fhello_005ffunction),
    /// is called after the protocol, the application protocol and a session of TLS 1.2 to be resumed have been settled.
    ///
    /// ```
    /// use gnutls::{Alert, HelloAnswer, Identity, ServerConfig};
    ///
    /// # let pem = |name: &str| std::fs::read(format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
    /// # let identity = Identity::from_pem(&pem("server"), &pem("server-key"))?;
    /// let intranet = ServerConfig::builder().identity(identity.clone()).alpn(["h2"]).build()?;
    /// let config = ServerConfig::builder()
    ///     .identity(identity)
    ///     .on_client_hello(move |hello| match hello.server_name() {
    ///         None | Some("www.example.org") => HelloAnswer::Continue,
    ///         Some("intranet.example.org") => HelloAnswer::Use(intranet.clone()),
    ///         Some(_) => HelloAnswer::Refuse(Alert::UNRECOGNIZED_NAME),
    ///     })
    ///     .build()?;
    /// # let _ = config;
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[doc(alias = "gnutls_handshake_set_post_client_hello_function")]
    pub fn on_client_hello(
        mut self,
        callback: impl Fn(&ClientHello<'_>) -> HelloAnswer + Send + Sync + 'static,
    ) -> Self {
        self.side.on_hello = Some(Arc::new(callback));
        self
    }
}
