//! The values that a program stores in a session.

use std::any::Any;

use gnutls_macros::corresponds;

use crate::session_core::session_ref::SessionRef;

/// The values of a session, at most one of each type.
#[derive(Default)]
pub(crate) struct Values(Vec<Box<dyn Any + Send + Sync>>);

impl Values {
    fn get<T: Any>(&self) -> Option<&T> {
        self.0.iter().find_map(|value| value.downcast_ref())
    }

    pub(crate) fn get_mut<T: Any>(&mut self) -> Option<&mut T> {
        self.0.iter_mut().find_map(|value| value.downcast_mut())
    }

    pub(crate) fn remove<T: Any>(&mut self) -> Option<T> {
        let place = self.0.iter().position(|value| value.is::<T>())?;
        let value = self.0.swap_remove(place).downcast().ok()?;
        Some(*value)
    }

    pub(crate) fn insert<T: Any + Send + Sync>(&mut self, value: T) -> Option<T> {
        let before = self.remove();
        self.0.push(Box::new(value));
        before
    }
}

impl SessionRef {
    /// Returns the value of this type that [`insert_data`](crate::Session::insert_data) has stored in the session.
    ///
    /// ```
    /// use gnutls::psk;
    ///
    /// /// The interface on which the server has accepted the connection.
    /// struct Interface(u32);
    ///
    /// let keys = psk::Server::lookup(|session, _identity| match session.data() {
    ///     Some(Interface(1)) => psk::Key::new([7; 32]).ok(),
    ///     _ => None,
    /// });
    /// # drop(keys);
    /// ```
    #[corresponds(gnutls_session_get_ptr)]
    pub fn data<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.core().values.get()
    }
}
