/* What a scenario names: ticket keys, caches, configurations of clients and servers, saved sessions. */
#ifndef CONFORMANCE_CONFIG_H
#define CONFORMANCE_CONFIG_H

#include <gnutls/gnutls.h>
#include <stdbool.h>

#include "cache.h"
#include "extension.h"
#include "words.h"

#define MAX_ALPN 8
#define TICKET_KEY_SIZE 64

enum kind { TICKET_KEY, CACHE, REPLAY, CLIENT, SERVER, SAVED, KINDS };

struct ticket_key {
    unsigned char bytes[TICKET_KEY_SIZE];
};

/* What a program says of a peer that the library has verified. */
enum judge { NO_JUDGE, JUDGE_REFUSES, JUDGE_ACCEPTS };

struct config {
    bool defaults; /* the library's own priorities */
    gnutls_priority_t priority;
    gnutls_certificate_credentials_t credentials;
    gnutls_datum_t alpn[MAX_ALPN];
    unsigned int alpn_count;
    char *alpn_text;
    bool renegotiation;
    struct psk *psk; /* NULL: none */
    struct srp *srp; /* NULL: none */
    struct anonymous *anonymous; /* NULL: not */
    struct raw *raw; /* raw public keys of the peer, NULL: none are trusted */
    unsigned int raw_flags; /* for gnutls_init */
    struct extensions extensions;
    bool key_only; /* certificates are of no use */
    unsigned int profile; /* as flags, 0: that of the priorities */
    const char *purpose;  /* of certificates, NULL: the usual one */
    char *purpose_text;
    enum judge judge;
    /* Of a client. */
    bool verify;
    bool false_start;
    bool tickets;
    bool post_auth; /* may be asked for a certificate later */
    struct store *store; /* what is resumed by itself, NULL: nothing */
    /* Of a server. */
    gnutls_certificate_request_t client_auth;
    bool later; /* clients are asked after the handshake alone */
    int lifetime; /* of sessions in seconds, 0: the library's own */
    bool no_tickets; /* none is sent but by `tickets` */
    struct hello_choice *hello; /* by which another configuration is chosen, NULL: none */
    bool hide_authorities;
    const struct ticket_key *ticket_key;
    struct cache *cache;
    size_t early; /* the most bytes of early data, 0: none */
    struct window *window;
};

/* The directory of the certificates and keys. */
void config_set_fixtures(const char *directory);

/* Finds what is named so, or NULL. */
void *named(enum kind kind, const char *name);

/* Names an object, which stays alive until config_forget also where the name is given anew. */
void name_object(enum kind kind, const char *name, void *object);

/* Frees all that is named. */
void config_forget(void);

/* Frees the certificates and keys, at the end of the program. */
void config_unload(void);

struct ticket_key *ticket_key_make(unsigned char seed);

/*
 * Builds a configuration from key=value words, beginning with the third. NULL where GnuTLS refuses, with its code and
 * the name of what failed in `call`. `missing` is set where a word names something undefined.
 */
struct config *config_build(const struct words *words, enum kind kind, bool *missing, int *code, const char **call);

#endif
