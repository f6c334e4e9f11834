//! Receiving without a copy: a record as GnuTLS has decrypted it.

use std::marker::PhantomData;
use std::ops::Deref;
use std::task::Poll;
use std::{fmt, ptr};

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
/// It borrows the session, which can be [asked](Self::session) meanwhile, and be read from or written to again once the
/// packet has been dropped.
#[doc(alias = "gnutls_packet_t")]
#[doc(alias = "gnutls_packet_deinit")]
pub struct Packet<'a> {
    packet: Owned,
    session: &'a SessionRef,
    /// As long as there is a packet, nobody changes the session.
    exclusive: PhantomData<&'a mut Session>,
}

/// A `gnutls_packet_t`, or NULL.
pub(crate) struct Owned(gnutls_packet_t);

impl Drop for Owned {
    fn drop(&mut self) {
        // SAFETY: NULL, or what gnutls_record_recv_packet has handed over, and nobody has released before.
        unsafe { sys::gnutls_packet_deinit(self.0) }
    }
}

impl Session {
    /// Reads one record without copying it: `Ready` with its data, or with `None` once the peer has closed its side, or
    /// `Pending` while the transport blocks. Everything else is as with [`read`](Self::read), with which it can be mixed: a
    /// record that was read in part is given with the rest of it.
    ///
    /// With [kTLS](SessionRef::kernel_tls) it is an error (`InvalidState`): use `read`.
    ///
    /// C: [`gnutls_record_recv_packet`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005frecord_005frecv_005fpacket).
    ///
    /// ```
    /// # use gnutls::{Session, Transport};
    /// # use std::task::Poll;
    /// /// Adds up what there is to be read.
    /// fn sum<T: Transport>(session: &mut Session, io: &mut T) -> gnutls::Result<u64> {
    ///     let mut sum = 0;
    ///     while let Poll::Ready(Some(packet)) = session.read_packet(io)? {
    ///         sum += packet.iter().map(|byte| u64::from(*byte)).sum::<u64>();
    ///     }
    ///     Ok(sum)
    /// }
    /// ```
    #[doc(alias = "gnutls_record_recv_packet")]
    pub fn read_packet<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
    ) -> Result<Poll<Option<Packet<'_>>>> {
        let packet = ready!(self.receive_packet(io));
        Ok(Poll::Ready(packet.lent_by(self)))
    }

    /// A packet that does not borrow the session yet.
    pub(crate) fn receive_packet<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
    ) -> Result<Poll<Owned>> {
        ready!(self.begin(io, Operation::Read));
        if self.kernel_tls().receive {
            // C would take what the kernel has decrypted for records.
            return Err(Error::invalid_state(
                "with kTLS there are no records: use read",
            ));
        }
        let mut packet = Owned(ptr::null_mut());
        ready!(self.receive(io, |session| {
            // SAFETY: stores an object that is the caller's to release, where it returns more than 0. The handshake is over;
            // C does not look. It may run handshake code and all callbacks; this has the session exclusively.
            unsafe { sys::gnutls_record_recv_packet(session, &mut packet.0) }
        }));
        Ok(Poll::Ready(packet))
    }
}

impl Owned {
    /// The packet as long as `session` is borrowed, or `None` for the end of the stream.
    pub(crate) fn lent_by(self, session: &mut Session) -> Option<Packet<'_>> {
        (!self.0.is_null()).then_some(Packet {
            packet: self,
            session,
            exclusive: PhantomData,
        })
    }
}

impl Packet<'_> {
    /// The number of the record, by which the peer counts what it sends. In DTLS its upper 16 bits are the epoch, and
    /// numbers may be missing or come in another order (RFC 6347, section 4.1).
    ///
    /// C: [`gnutls_packet_get`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fpacket_005fget).
    #[doc(alias = "gnutls_packet_get")]
    #[doc(alias = "gnutls_record_recv_seq")]
    pub fn sequence_number(&self) -> u64 {
        let mut number = [0; 8];
        // SAFETY: writes 8 bytes; the data are not asked for.
        unsafe { sys::gnutls_packet_get(self.packet.0, ptr::null_mut(), number.as_mut_ptr()) };
        u64::from_be_bytes(number)
    }

    /// The session that received it.
    pub fn session(&self) -> &SessionRef {
        self.session
    }
}

impl Deref for Packet<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        let mut data = sys::gnutls_datum_t {
            data: ptr::null_mut(),
            size: 0,
        };
        // SAFETY: stores the address and the length of the data, which are inside the packet and never change
        // (lib/record.c).
        unsafe {
            sys::gnutls_packet_get(self.packet.0, &mut data, ptr::null_mut());
            datum::slice(data.data, data.size as usize)
        }
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
