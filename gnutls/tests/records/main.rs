//! The data of a session: records, datagrams and transports.

mod datagram;
mod descriptors;
mod examples;
mod heartbeat;
mod readme;
mod record;
mod stream;
mod transport;
