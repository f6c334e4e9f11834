//! Reading and writing records allocates no memory with Rust's allocator: only GnuTLS allocates.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::task::Poll;

use gnutls::{Session, Transport};
use gnutls_testing::pair::*;

/// Counts the allocations of this thread.
struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: all calls are forwarded to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller upholds the contract of `GlobalAlloc::alloc`, which is the same for `System`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller upholds the contract of `GlobalAlloc::dealloc`: `memory` was allocated by `alloc`, and so
        // by `System`, with this layout.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// One end of a connection, with preallocated buffers.
struct End<'a> {
    outgoing: &'a RefCell<VecDeque<Vec<u8>>>,
    incoming: &'a RefCell<VecDeque<Vec<u8>>>,
    /// The empty buffers.
    spare: &'a RefCell<Vec<Vec<u8>>>,
    /// The number of bytes read from the first buffer of `incoming`.
    read: usize,
}

impl Transport for End<'_> {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut buffer = self.spare.borrow_mut().pop().unwrap_or_default();
        buffer.extend_from_slice(bytes);
        self.outgoing.borrow_mut().push_back(buffer);
        Ok(bytes.len())
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut incoming = self.incoming.borrow_mut();
        let Some(first) = incoming.front() else {
            return Err(io::ErrorKind::WouldBlock.into());
        };
        let length = buffer.len().min(first.len() - self.read);
        buffer[..length].copy_from_slice(&first[self.read..self.read + length]);
        self.read += length;
        if self.read == first.len() {
            self.read = 0;
            let mut spare = incoming.pop_front().unwrap();
            spare.clear();
            self.spare.borrow_mut().push(spare);
        }
        Ok(length)
    }
}

fn exchange(
    one: &mut Session,
    near: &mut End<'_>,
    other: &mut Session,
    far: &mut End<'_>,
    data: &[u8],
    into: &mut [u8],
) {
    assert_eq!(one.write(near, data).unwrap(), Poll::Ready(data.len()));
    assert_eq!(other.read(far, into).unwrap(), Poll::Ready(data.len()));
    assert_eq!(&into[..data.len()], data);
    assert!(other.read(far, into).unwrap().is_pending());
    assert!(!one.id2().is_empty() || !other.id2().is_empty());
}

/// Like [`exchange`], but with packets, several buffers and corking.
fn exchange_otherwise(
    one: &mut Session,
    near: &mut End<'_>,
    other: &mut Session,
    far: &mut End<'_>,
    data: &[u8],
) {
    let expect = |other: &mut Session, far: &mut End<'_>| {
        let Poll::Ready(Some(packet)) = other.read_packet(far).unwrap() else {
            panic!("no packet");
        };
        assert_eq!(&*packet, data);
    };
    assert_eq!(one.write(near, data).unwrap(), Poll::Ready(data.len()));
    expect(other, far);
    let (head, tail) = data.split_at(100);
    let buffers = [IoSlice::new(head), IoSlice::new(tail)];
    let written = one.write_vectored(near, &buffers).unwrap();
    assert_eq!(written, Poll::Ready(data.len()));
    expect(other, far);
    one.cork();
    for part in [head, tail] {
        assert_eq!(one.write(near, part).unwrap(), Poll::Ready(part.len()));
    }
    assert!(one.uncork(near).unwrap().is_ready());
    expect(other, far);
}

#[test]
fn records_are_written_and_read_without_an_allocation() {
    for (priority, datagram) in protocols() {
        let client = client(priority).build().unwrap();
        let server = server(priority).build().unwrap();
        let Pair {
            client: mut one,
            server: mut other,
            ..
        } = Pair::open(&client, &server, datagram);
        let (there, back, spare) = (RefCell::default(), RefCell::default(), RefCell::default());
        let mut near = End {
            outgoing: &there,
            incoming: &back,
            spare: &spare,
            read: 0,
        };
        let mut far = End {
            outgoing: &back,
            incoming: &there,
            spare: &spare,
            read: 0,
        };
        handshake(&mut one, &mut near, &mut other, &mut far).unwrap();
        let data = vec![7; if datagram { 1000 } else { 16_384 }];
        let mut into = vec![0; data.len()];
        for _ in 0..3 {
            exchange(&mut one, &mut near, &mut other, &mut far, &data, &mut into);
            exchange(&mut other, &mut far, &mut one, &mut near, &data, &mut into);
            exchange_otherwise(&mut one, &mut near, &mut other, &mut far, &data);
        }
        let before = COUNT.with(Cell::get);
        for _ in 0..100 {
            exchange(&mut one, &mut near, &mut other, &mut far, &data, &mut into);
            exchange(&mut other, &mut far, &mut one, &mut near, &data, &mut into);
            exchange_otherwise(&mut one, &mut near, &mut other, &mut far, &data);
        }
        let allocations = COUNT.with(Cell::get) - before;
        // The counter works.
        drop(vec![0_u8; 10]);
        assert_eq!(COUNT.with(Cell::get) - before, allocations + 1);
        assert_eq!(allocations, 0, "{priority}");
    }
}
