/* Users and passwords (SRP) of a configuration. */
#ifndef CONFORMANCE_SRP_H
#define CONFORMANCE_SRP_H

#include <gnutls/gnutls.h>
#include <stdbool.h>

#include "json.h"
#include "words.h"

struct endpoint;
struct srp;

/* Applies a word of a configuration if it is about passwords; `srp` begins as NULL. */
bool srp_option(const struct words *words, struct srp **srp, const char *word);

/* Creates the credentials. `requires srp` checks for a library with SRP. */
int srp_build(struct srp *srp, bool client);
void srp_free(struct srp *srp);

/* Returns the priorities with key exchanges for passwords, unless they have some. The caller frees them. */
char *srp_priority(const char *priority, bool certificates);

/* Applies the users to a session whose pointer is its endpoint. */
int srp_apply(gnutls_session_t session, const struct srp *srp, bool client);

/* Returns whether the peer has proven the password, in this session or in the resumed one. */
bool srp_proven(gnutls_session_t session);

void srp_observe(const struct endpoint *endpoint, struct text *text);

#endif
