/* The cookies of a DTLS server that stores nothing about a client before it has returned one (RFC 6347, section 4.2.1). */
#ifndef CONFORMANCE_COOKIE_H
#define CONFORMANCE_COOKIE_H

#include <gnutls/gnutls.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "transport.h"

/* A key, and the one before. */
struct cookie_key;

struct cookie_key *cookie_key_make(void);

/* Replaces the key. Cookies of the replaced one remain valid until the next replacement. */
void cookie_key_rotate(struct cookie_key *key);

/* The source of a datagram and, if it is a ClientHello, the position of its cookie. */
struct greeting {
    const unsigned char *datagram;
    size_t length;
    uint16_t port;
    size_t cookie; /* 0: the datagram is no hello */
};

struct greeting greeting_read(const unsigned char *datagram, size_t length, uint16_t port);

/* Returns whether the cookie is valid, and begins the session of the server then. */
bool cookie_verify(const struct cookie_key *key, const struct greeting *greeting, gnutls_session_t session);

/* Answers a hello with a cookie. Returns the number of bytes that were sent. */
size_t cookie_send(const struct cookie_key *key, const struct greeting *greeting, struct transport *transport);

#endif
