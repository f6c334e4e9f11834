/* The store of the sessions that a client resumes automatically. */
#ifndef CONFORMANCE_STORE_H
#define CONFORMANCE_STORE_H

#include <gnutls/gnutls.h>
#include <stdbool.h>

struct endpoint;
struct saved;
struct store;

struct store *store_make(void);
void store_free(struct store *store);

/* Takes the newest session with this server out of the store; NULL if there is none. The caller passes it to store_drop. */
struct saved *store_take(struct store *store, const char *host, bool datagram);
void store_drop(struct saved *saved);

/* Enables the detection of TLS 1.3 tickets on a client's session whose pointer is its endpoint. */
void store_watch(gnutls_session_t session);

/* Records after a handshake that a session up to TLS 1.2 can be resumed. */
void store_note_handshake(struct endpoint *endpoint);

/* Stores the new session. */
void store_keep(struct endpoint *endpoint);

#endif
