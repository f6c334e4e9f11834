//! Safe TLS and DTLS over the GnuTLS of the system.
