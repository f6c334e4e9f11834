/* The memory transport between two sessions, and the record of what went over it. */
#ifndef CONFORMANCE_TRANSPORT_H
#define CONFORMANCE_TRANSPORT_H

#include <gnutls/gnutls.h>
#include <stdbool.h>
#include <stddef.h>

#include "json.h"

/* What waits for one endpoint. */
struct inbox {
    unsigned char *bytes;
    size_t begin, end, capacity;
    /* Datagrams: the lengths of the messages that wait, in order. */
    size_t *messages;
    size_t first_message, message_count, message_capacity;
};

struct transport {
    struct inbox inbox;
    struct inbox first_flight; /* what was sent before anything was received */
    bool heard;
    struct transport *peer;
    const char *name; /* "1c": whose transport this is */
    struct text *wire; /* what it sends is listed here */
    unsigned long *moved; /* counts what is sent or received */
    bool datagram;
    size_t chunk; /* the most bytes that a receive moves; 0: any number */
    bool pause; /* the next receive blocks, because of chunk */
    bool blocked; /* a receive has blocked since this was last cleared */
    bool ended; /* nothing follows what waits */
    bool descriptor; /* GnuTLS itself uses the first of these sockets, and the second is on our side */
    int inner, outer;
};

void transport_install(gnutls_session_t session, struct transport *transport);
/* Delivers the first flight of another one. */
void transport_replay(struct transport *to, const struct transport *from);

/* Has GnuTLS itself use a socket. */
void transport_install_descriptor(gnutls_session_t session, struct transport *transport);

/* Carries what both sides have written to their sockets to the other one, as far as that takes it. */
void transport_relay(struct transport *transport);

/* Nothing follows what waits for this endpoint: its stream ends there. */
void transport_cut(struct transport *transport);

/* Whether a call that returned GNUTLS_E_AGAIN is to be made again later, and not at once. */
bool transport_blocked(gnutls_session_t session, struct transport *transport);

void transport_free(struct transport *transport);

/* Whether bytes wait for this endpoint. */
bool transport_waiting(struct transport *transport);

#endif
