//! Receiving without a copy: a record as GnuTLS has decrypted it.

use std::marker::PhantomData;
use std::ops::Deref;
use std::task::Poll;
use std::{fmt, ptr};

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::gnutls_packet_t;

use crate::error::{Error, Result};
use crate::session::{Session, ready};
use crate::session_core::lifecycle::Operation;
use crate::session_core::session_ref::SessionRef;
use crate::support::datum;
use crate::transport::Transport;

/// The data of one record, in the memory into which GnuTLS has decrypted it. See [`Session::read_packet`].
///
/// It borrows the session. Drop the packet to read and write again. Meanwhile [`session`](Self::session) permits shared
/// access.
#[corresponds(alias(gnutls_packet_t, gnutls_packet_deinit))]
pub struct Packet<'a> {
    packet: Owned,
    session: &'a SessionRef,
    /// The exclusive borrow of the session, so that nothing changes it during the life of the packet.
    exclusive: PhantomData<&'a mut Session>,
}

/// A `gnutls_packet_t`, or NULL.
pub(crate) struct Owned(gnutls_packet_t);

impl Drop for Owned {
    fn drop(&mut self) {
        // SAFETY: the pointer is NULL, or a packet that gnutls_record_recv_packet has returned and that this value
        // owns.
        unsafe { sys::gnutls_packet_deinit(self.0) }
    }
}

impl Session {
    /// Reads one record without copying it. Returns `Ready` with its data, or with `None` once the peer has sent
    /// close_notify, and `Pending` while the transport blocks. Otherwise it is like [`read`](Self::read), and both can
    /// be combined: after a record was read in part, this returns the rest of it.
    ///
    /// With [kTLS](SessionRef::kernel_tls) it is an error of kind [`InvalidState`](crate::ErrorKind::InvalidState): use
    /// `read`.
    ///
    /// ```
    /// # use gnutls::{Session, Transport};
    /// # use std::task::Poll;
    /// /// Adds up all available bytes.
    /// fn sum<T: Transport>(session: &mut Session, io: &mut T) -> gnutls::Result<u64> {
    ///     let mut sum = 0;
    ///     while let Poll::Ready(Some(packet)) = session.read_packet(io)? {
    ///         sum += packet.iter().map(|byte| u64::from(*byte)).sum::<u64>();
    ///     }
    ///     Ok(sum)
    /// }
    /// ```
    #[corresponds(gnutls_record_recv_packet)]
    pub fn read_packet<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
    ) -> Result<Poll<Option<Packet<'_>>>> {
        let packet = ready!(self.receive_packet(io));
        Ok(Poll::Ready(packet.into_packet(self)))
    }

    /// Receives a packet that does not borrow the session yet.
    pub(crate) fn receive_packet<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
    ) -> Result<Poll<Owned>> {
        ready!(self.begin(io, Operation::Read));
        if let Some(packet) = self.state_mut().kept.take() {
            self.core_mut().kept_bytes = 0;
            return Ok(Poll::Ready(packet));
        }
        if self.kernel_tls().receive {
            // GnuTLS would treat the decrypted data from the kernel as records.
            return Err(Error::invalid_state(
                "packets cannot be read with kTLS: use `read` instead",
            ));
        }
        let mut packet = Owned(ptr::null_mut());
        ready!(self.receive(io, |session| {
            // SAFETY: stores an object that the caller must free if it returns more than 0. It requires a complete
            // handshake, which `begin` has checked. It may run handshake code and all callbacks of the session. The
            // exclusive reference to the session excludes other borrows of it.
            unsafe { sys::gnutls_record_recv_packet(session, &mut packet.0) }
        }));
        Ok(Poll::Ready(packet))
    }
}

impl Owned {
    /// Returns the data, which is empty for the end of the stream.
    pub(crate) fn data(&self) -> &[u8] {
        let mut data = datum::empty();
        // SAFETY: stores the address and the length of the data, which is inside the packet and never changes
        // (lib/record.c). NULL is accepted, and has no data.
        unsafe {
            sys::gnutls_packet_get(self.0, &mut data, ptr::null_mut());
            datum::slice(data.data, data.size as usize)
        }
    }

    /// Returns the packet, which borrows `session`, or `None` for the end of the stream.
    pub(crate) fn into_packet(self, session: &mut Session) -> Option<Packet<'_>> {
        (!self.0.is_null()).then_some(Packet {
            packet: self,
            session,
            exclusive: PhantomData,
        })
    }
}

impl Packet<'_> {
    /// Returns the sequence number of the record. In DTLS its upper 16 bits are the epoch, and sequence numbers may be
    /// missing or out of order (RFC 6347, section 4.1).
    #[corresponds(gnutls_packet_get, alias(gnutls_record_recv_seq))]
    pub fn sequence_number(&self) -> u64 {
        let mut number = [0; 8];
        // SAFETY: writes 8 bytes to `number`. The data pointer may be NULL.
        unsafe { sys::gnutls_packet_get(self.packet.0, ptr::null_mut(), number.as_mut_ptr()) };
        u64::from_be_bytes(number)
    }

    /// Returns the session that received the packet.
    pub fn session(&self) -> &SessionRef {
        self.session
    }
}

impl Deref for Packet<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.packet.data()
    }
}

impl AsRef<[u8]> for Packet<'_> {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl fmt::Debug for Packet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Packet")
            .field("sequence_number", &self.sequence_number())
            .field("length", &self.len())
            .finish_non_exhaustive()
    }
}
