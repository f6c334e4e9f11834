//! Storing values of the program in a session.

use gnutls_macros::corresponds;

use crate::session::Session;

impl Session {
    /// Stores a value in the session, and returns the one of the same type that it replaces. A session has at most one
    /// value of each type, so that libraries with types of their own do not interfere.
    ///
    /// Closures of the configuration, which all sessions share, get the session as an argument and so the data of the
    /// connection. They can change it only by interior mutability, such as that of an atomic or a
    /// [`Mutex`](std::sync::Mutex). The values are dropped with the session.
    ///
    /// The C function stores one untyped pointer. This crate uses it for the state of the session.
    ///
    /// ```
    /// use std::net::SocketAddr;
    /// use gnutls::{Alert, ClientAuth, Identity, ServerConfig, Trust};
    ///
    /// # let pem = |name: &str| std::fs::read(format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
    /// # let identity = Identity::from_pem(&pem("server"), &pem("server-key"))?;
    /// # let trust = Trust::pem(&pem("ca"))?;
    /// let config = ServerConfig::builder()
    ///     .identity(identity)
    ///     .client_auth(ClientAuth::Required(trust))
    ///     .verifier(|peer| match peer.session().data::<SocketAddr>() {
    ///         Some(address) if address.ip().is_loopback() => Ok(()),
    ///         _ => Err(Alert::ACCESS_DENIED.into()),
    ///     })
    ///     .build()?;
    ///
    /// let mut session = config.session()?;
    /// session.insert_data(SocketAddr::from(([127, 0, 0, 1], 50_000)));
    /// assert_eq!(session.data::<SocketAddr>().map(SocketAddr::port), Some(50_000));
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[corresponds(alias(gnutls_session_set_ptr))]
    pub fn insert_data<T: Send + Sync + 'static>(&mut self, value: T) -> Option<T> {
        self.core_mut().values.insert(value)
    }

    /// Returns the value of this type for modification.
    pub fn data_mut<T: Send + Sync + 'static>(&mut self) -> Option<&mut T> {
        self.core_mut().values.get_mut()
    }

    /// Removes the value of this type from the session, and returns it.
    pub fn remove_data<T: Send + Sync + 'static>(&mut self) -> Option<T> {
        self.core_mut().values.remove()
    }
}
