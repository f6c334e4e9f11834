/* Raw public keys (RFC 7250): identities without a certificate, and keys that are trusted as they are. */
#ifndef CONFORMANCE_RAW_H
#define CONFORMANCE_RAW_H

#include <gnutls/gnutls.h>
#include <stdbool.h>

#include "json.h"
#include "words.h"

struct endpoint;
struct raw;

/* Applies a word of a configuration if it is about raw public keys; `raw` begins as NULL. */
bool raw_option(const struct words *words, struct raw **raw, const char *word);
void raw_free(struct raw *raw);

/* Returns whether an identity is a raw public key, and the name of its fixture. */
const char *raw_identity(const char *name);

/* Adds the key of a fixture to credentials. `requires raw-public-keys` checks for the functions that an old library lacks. */
void raw_use_identity(gnutls_certificate_credentials_t credentials, const char *path);

/*
 * Returns the priorities, which the caller frees, with the certificate types of a side: of its own raw public key, and of the
 * peer's if `raw` is not NULL. `only` excludes X.509 certificates of the peer.
 */
char *raw_priority(const char *priority, bool client, const char *identities, const struct raw *raw, bool only);

/* Returns the flags for gnutls_init with these priorities. */
unsigned int raw_flags(gnutls_priority_t priority);

/* Returns whether the peer presented a raw public key, and its verification status. */
bool raw_verify(gnutls_session_t session, const struct raw *raw, unsigned int *status);

bool probe_raw_public_keys(void);

/* Adds the types of both certificates, unless they are X.509. */
void raw_observe(const struct endpoint *endpoint, struct text *text);

#endif
