//! Streams for tokio: whole connections, single calls, calls that are dropped, and wakers.

mod calls;
mod cancel;
mod drivers;
mod https;
mod many;
mod stream;
mod wakers;
