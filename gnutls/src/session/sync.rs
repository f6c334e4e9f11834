//! The reasons why sessions are `Sync`: the C functions that methods with `&self` call, and what each of them does.
//!
//! No method that changes a session can run while there is a shared reference: I/O, handshakes and setters take `&mut
//! self`. A session is `Sync` if the other methods only read, or use a lock. This was verified in the source of 3.6.0,
//! 3.6.3, 3.6.8, 3.6.16, 3.7.1, 3.7.9, 3.8.3, 3.8.9 and 3.8.13; and if these differ, in each of them. A test compares
//! this table with the functions that are called.
//!
//! | function | what it does, in `lib/` |
//! |---|---|
//! | `gnutls_alpn_get_selected_protocol` | reads the extension's data (ext/alpn.c) |
//! | `gnutls_auth_client_get_type`, `gnutls_auth_get_type`, `gnutls_auth_server_get_type` | read a field; up to 3.6.2 the cipher suite's entry (auth.c) |
//! | `gnutls_certificate_activation_time_peers`, `gnutls_certificate_expiration_time_peers` | parse the peer's certificate into an object of their own (cert.c, cert-session.c) |
//! | `gnutls_certificate_client_get_request_status` | reads a flag (cert-session.c) |
//! | `gnutls_certificate_get_ours` | reads the list that was selected (cert-session.c) |
//! | `gnutls_certificate_get_peers` | reads the list of the peer (cert-session.c) |
//! | `gnutls_certificate_type_get`, `gnutls_certificate_type_get2` | read a field (state.c; gnutls_int.h) |
//! | `gnutls_cipher_get`, `gnutls_mac_get` | look an epoch up, since 3.6.8 at the latest under the session's epoch lock; the entry's algorithms never change (state.c, constate.c) |
//! | `gnutls_ciphersuite_get` | reads the cipher suite's entry (state.c) |
//! | `gnutls_compress_certificate_get_selected_method` | reads a field (ext/compress_certificate.c) |
//! | `gnutls_dh_get_group`, `gnutls_dh_get_peers_public_bits`, `gnutls_dh_get_prime_bits`, `gnutls_dh_get_pubkey`, `gnutls_dh_get_secret_bits` | copy or read what the handshake kept (dh-session.c) |
//! | `gnutls_dtls_get_data_mtu` | as `gnutls_cipher_get`, and computes (dtls.c) |
//! | `gnutls_dtls_get_mtu` | reads a field (dtls.c) |
//! | `gnutls_dtls_get_timeout` | reads the clock and a field (dtls.c) |
//! | `gnutls_early_cipher_get`, `gnutls_early_prf_hash_get` | read a flag and the cipher suite or hash of the session that is resumed (state.c) |
//! | `gnutls_ext_get_name2` | looks a list of the session and a table up, which no handshake changes (hello_ext.c) |
//! | `gnutls_group_get`, `gnutls_kx_get` | read the group, the version and the cipher suite's entry (state.c) |
//! | `gnutls_handshake_get_last_in`, `gnutls_handshake_get_last_out` | read a field (handshake.c) |
//! | `gnutls_heartbeat_allowed`, `gnutls_heartbeat_get_timeout` | read the extension's data, or the clock and fields (ext/heartbeat.c) |
//! | `gnutls_ocsp_status_request_get`, `gnutls_ocsp_status_request_get2` | read the extension's data, since 3.6.3 the list of the peer (ext/status_request.c, ocsp-api.c) |
//! | `gnutls_ocsp_status_request_is_checked` | as those, or reads a field (ext/status_request.c) |
//! | `gnutls_prf`, `gnutls_prf_early`, `gnutls_prf_raw`, `gnutls_prf_rfc5705` | compute with the secrets, in memory of their own (prf.c) |
//! | `gnutls_prf_hash_get` | reads a field (state.c) |
//! | `gnutls_protocol_get_version` | reads a field (state.c) |
//! | `gnutls_psk_client_get_hint`, `gnutls_psk_server_get_username2` | read what the handshake kept (psk.c) |
//! | `gnutls_range_split` | as `gnutls_cipher_get`, and computes (range.c) |
//! | `gnutls_record_can_use_length_hiding` | as `gnutls_cipher_get` (range.c) |
//! | `gnutls_record_check_pending` | reads the length of a buffer (buffers.c) |
//! | `gnutls_record_get_discarded` | reads a field (dtls.c) |
//! | `gnutls_record_get_max_early_data_size`, `gnutls_record_get_max_send_size`, `gnutls_record_get_max_size` | read fields (ext/early_data.c, ext/max_record.c) |
//! | `gnutls_record_get_state` | looks an epoch up like `gnutls_cipher_get`, and stores addresses of fields (state.c) |
//! | `gnutls_record_overhead_size` | as `gnutls_cipher_get`, and computes (dtls.c) |
//! | `gnutls_safe_renegotiation_status` | reads the extension's data (ext/safe_renegotiation.c) |
//! | `gnutls_server_name_get` | copies the extension's data (ext/server_name.c) |
//! | `gnutls_session_channel_binding` | copies a field, or computes a fingerprint or a secret in memory of its own (state.c) |
//! | `gnutls_session_etm_status`, `gnutls_session_ext_master_secret_status` | read a field (ext/etm.c, ext/ext_master_secret.c) |
//! | `gnutls_session_get_desc` | the getters of the algorithms, into memory that it allocates (session.c) |
//! | `gnutls_session_get_flags` | reads fields and the extensions' data (state.c) |
//! | `gnutls_session_get_id2` | stores the address and the length of a field (session.c) |
//! | `gnutls_session_get_master_secret`, `gnutls_session_get_random` | store addresses of fields (state.c) |
//! | `gnutls_session_get_ptr` | reads a field (state.c) |
//! | `gnutls_session_is_resumed` | compares fields (state.c) |
//! | `gnutls_session_resumption_requested` | reads a field (state.c) |
//! | `gnutls_sign_algorithm_get`, `gnutls_sign_algorithm_get_client` | read a field (ext/signature.c) |
//! | `gnutls_srp_server_get_username` | reads what the handshake kept (srp.c) |
//! | `gnutls_srtp_get_keys` | as `gnutls_prf`, with the extension's data (ext/srtp.c) |
//! | `gnutls_srtp_get_mki`, `gnutls_srtp_get_selected_profile` | read the extension's data (ext/srtp.c) |
//! | `gnutls_transport_is_ktls_enabled` | reads two fields (system/ktls.c) |
//!
//! None of them writes anything that is read later. In addition to the session they share constant tables, the
//! allocator, the log, and the FIPS state of the library, which is thread-local.

use crate::session::Session;
use crate::session_core::session_ref::{PeerCertificates, SessionRef};

// SAFETY: the methods of a shared reference only read, in C according to the table of this module, and in the state
// only fields that are written by methods which take the session exclusively. The closures of the program, which need
// not be `Sync`, are called only by GnuTLS, during calls that have the session exclusively.
unsafe impl Sync for Session {}

// SAFETY: the methods only read, in C according to the table of this module. A session that is borrowed by a callback
// does not change until the callback has returned, and the reference ends with it, in any thread.
unsafe impl Sync for SessionRef {}

// SAFETY: reads an array of the session that nothing changes while the iterator borrows the session, which is `Sync`.
unsafe impl Send for PeerCertificates<'_> {}

// SAFETY: a shared reference to the iterator only reads a pointer and a number; the array does not change while the
// iterator borrows the session, which is `Sync`.
unsafe impl Sync for PeerCertificates<'_> {}
