/* Early data of TLS 1.3: the store of a server against replays, and the condition for a client to send some. */
#ifndef CONFORMANCE_EARLY_H
#define CONFORMANCE_EARLY_H

#include <gnutls/gnutls.h>
#include <stdbool.h>

#include "config.h"

struct endpoint;
struct replay;

bool probe_early_data(void);

/* A store of first messages, which servers can share. */
struct replay *replay_make(void);
void replay_free(struct replay *replay);

/* A window of time of one server, over a store. */
struct window *window_make(struct replay *replay);
void window_free(struct window *window);

/* Enables early data of at most this many bytes on a new session of a server. */
int early_accept(gnutls_session_t session, size_t size, struct window *window);

/* Returns whether a careful client may send early data: it resumes a session of its own configuration, whose ticket permits it. */
bool early_allowed(const struct endpoint *endpoint);

#endif
