/* Anonymous key exchange of a configuration. */
#ifndef CONFORMANCE_ANONYMOUS_H
#define CONFORMANCE_ANONYMOUS_H

#include <gnutls/gnutls.h>
#include <stdbool.h>

struct anonymous;

/* Creates the credentials of one side; NULL if there is no memory. */
struct anonymous *anonymous_make(bool client);
void anonymous_free(struct anonymous *anonymous);

/* Returns the priorities with anonymous key exchanges, unless they have some. The caller frees them. */
char *anonymous_priority(const char *priority);

int anonymous_apply(gnutls_session_t session, const struct anonymous *anonymous);

/* Returns whether the handshake was anonymous, or resumed such a session. */
bool anonymous_was(gnutls_session_t session);

#endif
