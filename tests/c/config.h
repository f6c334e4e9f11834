/* The named objects of a scenario: ticket keys, caches, configurations of clients and servers, saved sessions,
   bytes. */
#ifndef CONFORMANCE_CONFIG_H
#define CONFORMANCE_CONFIG_H

#include <gnutls/gnutls.h>
#include <stdbool.h>

#include "cache.h"
#include "extension.h"
#include "words.h"

#define MAX_ALPN 8
#define TICKET_KEY_SIZE 64

enum kind { TICKET_KEY, CACHE, REPLAY, COOKIE_KEY, CLIENT, SERVER, SAVED, BUFFER, DATAGRAM, KINDS };

struct ticket_key {
    unsigned char bytes[TICKET_KEY_SIZE];
};

/* The verdict of the program on a peer that the library has verified. */
enum judge { NO_JUDGE, JUDGE_REFUSES, JUDGE_ACCEPTS };

struct config {
    bool defaults; /* the library's own priorities */
    gnutls_priority_t priority;
    char *priority_text; /* NULL with the library's own */
    gnutls_certificate_credentials_t credentials;
    gnutls_datum_t alpn[MAX_ALPN];
    unsigned int alpn_count;
    char *alpn_text;
    bool renegotiation;
    struct psk *psk; /* NULL: none */
    struct srp *srp; /* NULL: none */
    struct anonymous *anonymous; /* NULL: none */
    struct raw *raw; /* raw public keys of the peer, NULL: none are trusted */
    unsigned int raw_flags; /* for gnutls_init */
    struct extensions extensions;
    bool key_only; /* there are no certificates */
    unsigned int profile; /* as flags, 0: that of the priorities */
    const char *purpose;  /* of certificates, NULL: the usual one */
    char *purpose_text;
    enum judge judge;
    /* Of a client. */
    bool verify;
    bool false_start;
    bool tickets;
    bool post_auth; /* offers post-handshake authentication */
    struct store *store; /* sessions that are resumed automatically, NULL: none */
    /* Of a server. */
    gnutls_certificate_request_t client_auth;
    bool later; /* certificates are requested only after the handshake */
    int lifetime; /* of sessions in seconds, 0: the library's own */
    bool no_tickets; /* only `tickets` sends any */
    struct hello_choice *hello; /* the choice of another configuration, NULL: none */
    bool hide_authorities;
    const struct ticket_key *ticket_key;
    struct cache *cache;
    size_t early; /* the maximum of early data in bytes, 0: none */
    struct window *window;
};

/* Sets the directory of the certificates and keys. */
void config_set_fixtures(const char *directory);

/* Returns the object with this name, or NULL. */
void *named(enum kind kind, const char *name);

/* Names an object, which stays alive until config_forget even if the name is given to another one. */
void name_object(enum kind kind, const char *name, void *object);

/* Frees all named objects. */
void config_forget(void);

/* Frees the certificates and keys, at the end of the program. */
void config_unload(void);

struct ticket_key *ticket_key_make(unsigned char seed);

/*
 * Builds a configuration from key=value words, beginning with the third. NULL if GnuTLS refuses, with its code, and the name
 * of the failed call in `call`. `missing` is set if a word names an undefined object.
 */
struct config *config_build(const struct words *words, enum kind kind, bool *missing, int *code, const char **call);

/* Returns whether TLS 1.3 is enabled. */
bool config_enables_tls13(const struct config *config);

/*
 * Returns whether sessions that are resumed in TLS 1.3, or not, can be verified as this configuration requires. Up to 3.6.4
 * they lack the type of the certificate, and gnutls_certificate_verify_peers fails.
 */
bool config_resumes(const struct config *config, bool client, bool tls13);

#endif
