/* Raw public keys (RFC 7250): identities without a certificate, and keys that are trusted as they are. */
#ifndef CONFORMANCE_RAW_H
#define CONFORMANCE_RAW_H

#include <gnutls/gnutls.h>
#include <stdbool.h>

#include "json.h"
#include "words.h"

struct endpoint;
struct raw;

/* Takes a word of a configuration that is about raw public keys; `raw` begins as NULL. */
bool raw_option(const struct words *words, struct raw **raw, const char *word);
void raw_free(struct raw *raw);

/* Whether the name of an identity is that of a raw public key, and of whose. */
const char *raw_identity(const char *name);

/* Adds the key of a fixture to credentials. What is missing in an old library is asked for by `requires raw-public-keys`. */
void raw_use_identity(gnutls_certificate_credentials_t credentials, const char *path);

/*
 * The priorities with the types of certificates that a side may show, and to be freed: a raw public key of its own, and
 * those of the peer, where `raw` is not NULL; `only` where no certificate of the peer would be trusted.
 */
char *raw_priority(const char *priority, bool client, const char *identities, const struct raw *raw, bool only);

/* Flags for gnutls_init with these priorities. */
unsigned int raw_flags(gnutls_priority_t priority);

/* Whether the peer shows a raw public key, and then what is to be said of it, as of a certificate. */
bool raw_verify(gnutls_session_t session, const struct raw *raw, unsigned int *status);

bool probe_raw_public_keys(void);

/* The types of what both sides show, unless these are certificates. */
void raw_observe(const struct endpoint *endpoint, struct text *text);

#endif
