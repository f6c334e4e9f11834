//! Streams for tokio: whole connections, single calls, calls that are dropped, and wakers.

#[cfg(feature = "rt-multi-thread")]
mod block_in_place;
mod calls;
mod cancel;
#[cfg(feature = "hyper")]
mod connector;
mod drivers;
mod https;
#[cfg(feature = "listener")]
mod listener;
mod many;
mod stream;
mod wakers;
