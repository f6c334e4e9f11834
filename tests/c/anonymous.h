/* Anonymous key exchange of a configuration. */
#ifndef CONFORMANCE_ANONYMOUS_H
#define CONFORMANCE_ANONYMOUS_H

#include <gnutls/gnutls.h>
#include <stdbool.h>

struct anonymous;

/* The credentials of one side; NULL where there is no memory. */
struct anonymous *anonymous_make(bool client);
void anonymous_free(struct anonymous *anonymous);

/* The priorities with anonymous key exchanges, unless they name some. To be freed. */
char *anonymous_priority(const char *priority);

int anonymous_apply(gnutls_session_t session, const struct anonymous *anonymous);

/* Whether the handshake was anonymous, or resumed such a session. */
bool anonymous_was(gnutls_session_t session);

#endif
