//! A transport that moves few bytes at a time, blocks between any two calls, and can be stopped.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Moves at most `limit` bytes a call, and blocks before each.
#[derive(Debug)]
pub struct Choppy<T> {
    io: T,
    limit: usize,
    read_blocks: bool,
    write_blocks: bool,
}

impl<T> Choppy<T> {
    pub fn new(io: T, limit: usize) -> Self {
        Self {
            io,
            limit,
            read_blocks: true,
            write_blocks: true,
        }
    }
}

/// Returns true for every other call, which blocks.
fn blocks(flag: &mut bool, context: &Context<'_>) -> bool {
    let blocks = *flag;
    *flag = !blocks;
    if blocks {
        context.waker().wake_by_ref();
    }
    blocks
}

impl<T: AsyncRead + Unpin> AsyncRead for Choppy<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if blocks(&mut self.read_blocks, context) {
            return Poll::Pending;
        }
        let limit = self.limit.min(buffer.remaining());
        let mut part = vec![0; limit];
        let mut part = ReadBuf::new(&mut part);
        let result = Pin::new(&mut self.io).poll_read(context, &mut part);
        buffer.put_slice(part.filled());
        result
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Choppy<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        if blocks(&mut self.write_blocks, context) {
            return Poll::Pending;
        }
        let limit = self.limit.min(data.len());
        Pin::new(&mut self.io).poll_write(context, &data[..limit])
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if blocks(&mut self.write_blocks, context) {
            return Poll::Pending;
        }
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if blocks(&mut self.write_blocks, context) {
            return Poll::Pending;
        }
        Pin::new(&mut self.io).poll_shutdown(context)
    }
}

/// A waker that counts.
#[derive(Debug, Default)]
pub struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Wakes {
    pub fn new() -> (Arc<Self>, Waker) {
        let wakes = Arc::<Self>::default();
        (wakes.clone(), Waker::from(wakes))
    }

    pub fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// A gate before the writing side of a transport. It keeps no more than the waker it was given last, as a transport
/// may.
#[derive(Clone, Debug, Default)]
pub struct Gate(Arc<Mutex<GateState>>);

#[derive(Debug, Default)]
struct GateState {
    closed: bool,
    broken: bool,
    waker: Option<Waker>,
}

impl Gate {
    /// Nothing gets through any more.
    pub fn close(&self) {
        self.0.lock().unwrap().closed = true;
    }

    /// Everything gets through again. A waiting task is not woken, and has to poll.
    pub fn open_silently(&self) {
        self.0.lock().unwrap().closed = false;
    }

    /// Everything gets through again, and who asked last is woken.
    pub fn open(&self) {
        self.open_silently();
        let waker = self.0.lock().unwrap().waker.take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Writing fails from now on.
    pub fn break_down(&self) {
        self.0.lock().unwrap().broken = true;
        self.open_silently();
    }

    fn pass(&self, context: &Context<'_>) -> Poll<io::Result<()>> {
        let mut state = self.0.lock().unwrap();
        if state.broken {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        if state.closed {
            state.waker = Some(context.waker().clone());
            return Poll::Pending;
        }
        state.waker = None;
        Poll::Ready(Ok(()))
    }
}

/// A transport whose writing side goes through a gate.
#[derive(Debug)]
pub struct Gated<T> {
    pub io: T,
    pub gate: Gate,
}

impl<T: AsyncRead + Unpin> AsyncRead for Gated<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(context, buffer)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Gated<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.gate.pass(context)? {
            Poll::Ready(()) => Pin::new(&mut self.io).poll_write(context, data),
            Poll::Pending => Poll::Pending,
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.gate.pass(context)? {
            Poll::Ready(()) => Pin::new(&mut self.io).poll_flush(context),
            Poll::Pending => Poll::Pending,
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.gate.pass(context)? {
            Poll::Ready(()) => Pin::new(&mut self.io).poll_shutdown(context),
            Poll::Pending => Poll::Pending,
        }
    }
}
