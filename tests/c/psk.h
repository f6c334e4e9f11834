/* Pre-shared keys of a configuration. */
#ifndef CONFORMANCE_PSK_H
#define CONFORMANCE_PSK_H

#include <gnutls/gnutls.h>
#include <stdbool.h>

#include "json.h"
#include "words.h"

struct endpoint;
struct psk;

/* Takes a word of a configuration that is about pre-shared keys; `psk` begins as NULL. */
bool psk_option(const struct words *words, struct psk **psk, const char *word);

/* Makes the credentials. What is missing in an old library is asked for by `requires psk`. */
int psk_build(struct psk *psk, bool client);
void psk_free(struct psk *psk);

/* The priorities with key exchanges for pre-shared keys, unless they name some. To be freed. */
char *psk_priority(const char *priority);

/* Gives the keys to a session whose pointer is its endpoint. */
int psk_apply(gnutls_session_t session, const struct psk *psk, bool client);

/* Whether the handshake was one with a pre-shared key, or resumed such a session. */
bool psk_proven(gnutls_session_t session);

bool probe_psk(void);

/* Whether keys can be imported into TLS 1.3 (RFC 9258). */
bool probe_psk_import(void);

void psk_observe(const struct endpoint *endpoint, struct text *text);

#endif
