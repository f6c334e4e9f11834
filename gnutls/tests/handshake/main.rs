//! Handshakes: the negotiated parameters and the exchanged messages.

mod alert;
mod certificate_compression;
mod client_hello;
mod data;
mod every_step;
mod extension;
mod handshake;
mod renegotiation;
mod secrets;
mod selected_config;
mod session;
mod srtp;
mod supplemental;
