//! Data of a session: records, datagrams, and the transports that move them.

mod datagram;
mod descriptors;
mod heartbeat;
mod record;
mod stream;
mod transport;
