/* Pre-shared keys of a configuration. */
#ifndef CONFORMANCE_PSK_H
#define CONFORMANCE_PSK_H

#include <gnutls/gnutls.h>
#include <stdbool.h>

#include "json.h"
#include "words.h"

struct endpoint;
struct psk;

/* Applies a word of a configuration if it is about pre-shared keys; `psk` begins as NULL. */
bool psk_option(const struct words *words, struct psk **psk, const char *word);

/* Creates the credentials. `requires psk` checks for the functions that an old library lacks. */
int psk_build(struct psk *psk, bool client);
void psk_free(struct psk *psk);

/* Returns the priorities with key exchanges for pre-shared keys, unless they have some. The caller frees them. */
char *psk_priority(const char *priority);

/* Applies the keys to a session whose pointer is its endpoint. */
int psk_apply(gnutls_session_t session, const struct psk *psk, bool client);

/* Returns whether the handshake was one with a pre-shared key, or resumed such a session. */
bool psk_proven(gnutls_session_t session);

bool probe_psk(void);

/* Returns whether keys can be imported into TLS 1.3 (RFC 9258). */
bool probe_psk_import(void);

void psk_observe(const struct endpoint *endpoint, struct text *text);

#endif
