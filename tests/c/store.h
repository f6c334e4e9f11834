/* Where a client keeps the sessions that it resumes by itself. */
#ifndef CONFORMANCE_STORE_H
#define CONFORMANCE_STORE_H

#include <gnutls/gnutls.h>
#include <stdbool.h>

struct endpoint;
struct saved;
struct store;

struct store *store_make(void);
void store_free(struct store *store);

/* The newest session with this server, which is no longer in the store; NULL: none. To be given to store_drop. */
struct saved *store_take(struct store *store, const char *host, bool datagram);
void store_drop(struct saved *saved);

/* Has a client's session, whose pointer is its endpoint, notice the tickets of TLS 1.3. */
void store_watch(gnutls_session_t session);

/* After a handshake: up to TLS 1.2 there is something to be resumed. */
void store_note_handshake(struct endpoint *endpoint);

/* Keeps what is new. */
void store_keep(struct endpoint *endpoint);

#endif
