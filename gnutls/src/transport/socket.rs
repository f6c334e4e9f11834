//! The sockets of the standard library among the transports.

use std::any::TypeId;
use std::marker::PhantomData;
use std::mem;
use std::net::TcpStream;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::ptr;

/// Returns the socket that the transport is, if it is a socket of the standard library. A read from one is a `recv`
/// without flags, which does not require initialized memory.
pub(crate) fn of<T: ?Sized>(transport: &T) -> Option<BorrowedFd<'_>> {
    // SAFETY: a type with the identity of this one, which contains no lifetime, is this type.
    unsafe {
        if is::<T, TcpStream>() {
            return Some((*ptr::from_ref(transport).cast::<TcpStream>()).as_fd());
        }
        if is::<T, UnixStream>() {
            return Some((*ptr::from_ref(transport).cast::<UnixStream>()).as_fd());
        }
    }
    None
}

fn is<T: ?Sized, U: 'static>() -> bool {
    identity::<T>() == TypeId::of::<U>()
}

/// Returns the identity of a type, in which all lifetimes count as `'static`.
fn identity<T: ?Sized>() -> TypeId {
    trait Identity {
        fn identity(&self) -> TypeId
        where
            Self: 'static;
    }

    impl<T: ?Sized> Identity for PhantomData<T> {
        fn identity(&self) -> TypeId
        where
            Self: 'static,
        {
            TypeId::of::<T>()
        }
    }

    let value = PhantomData::<T>;
    let value: &dyn Identity = &value;
    // SAFETY: the types differ only in the lifetime bound of the trait object. The method reads no data of `T`, and
    // returns a value without lifetimes.
    let value = unsafe { mem::transmute::<&dyn Identity, &(dyn Identity + 'static)>(value) };
    value.identity()
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;
    use crate::transport::{ReceiveBuffer, Transport};

    #[test]
    fn only_sockets_of_the_standard_library_are_sockets() {
        let (near, far) = UnixStream::pair().unwrap();
        assert!(of(&near).is_some());
        assert!(of(&&far).is_none());
        assert!(of(&[0u8][..]).is_none());
        let unsized_socket: &dyn AsFd = &near;
        assert!(of(unsized_socket).is_none());
    }

    #[test]
    fn a_socket_receives_into_uninitialized_memory() {
        let (mut near, mut far) = UnixStream::pair().unwrap();
        near.write_all(b"abc").unwrap();
        let mut memory = [mem::MaybeUninit::uninit(); 2];
        let mut buffer = ReceiveBuffer::new(&mut memory);
        far.receive_into(&mut buffer).unwrap();
        assert_eq!(buffer.filled(), b"ab");
        let mut rest = [0; 2];
        assert_eq!(far.read(&mut rest).unwrap(), 1);
        far.set_nonblocking(true).unwrap();
        let mut memory = [mem::MaybeUninit::uninit(); 2];
        let mut buffer = ReceiveBuffer::new(&mut memory);
        let error = far.receive_into(&mut buffer).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock);
        drop(near);
        far.receive_into(&mut buffer).unwrap();
        assert!(buffer.filled().is_empty(), "the end of the stream");
    }
}
