/* The memory transport between two sessions, and the record of its bytes. */
#ifndef CONFORMANCE_TRANSPORT_H
#define CONFORMANCE_TRANSPORT_H

#include <gnutls/gnutls.h>
#include <stdbool.h>
#include <stddef.h>

#include "json.h"

/* The bytes that are waiting for one endpoint. */
struct inbox {
    unsigned char *bytes;
    size_t begin, end, capacity;
    /* Datagrams: the lengths of the waiting messages, in order. */
    size_t *messages;
    size_t first_message, message_count, message_capacity;
};

struct transport {
    struct inbox inbox;
    struct inbox first_flight; /* bytes sent before any were received */
    bool heard;
    struct transport *peer;
    const char *name; /* of the endpoint, "1c" */
    struct text *wire; /* the list of the sent bytes */
    unsigned long *moved; /* the count of sent and received bytes */
    bool datagram;
    size_t chunk; /* the maximum of one receive in bytes; 0: none */
    bool pause; /* the next receive blocks, because of chunk */
    bool blocked; /* a receive has blocked since this was last cleared */
    bool ended; /* nothing follows the waiting bytes */
    bool descriptor; /* GnuTLS itself uses the first of these sockets, and the second is on our side */
    int inner, outer;
};

void transport_install(gnutls_session_t session, struct transport *transport);
/* Delivers the first flight of another endpoint. */
void transport_replay(struct transport *to, const struct transport *from);

/* Configures GnuTLS itself to use a socket. */
void transport_install_descriptor(gnutls_session_t session, struct transport *transport);

/* Moves the bytes that both sides have written to their sockets to the other one, as far as it accepts them. */
void transport_relay(struct transport *transport);

/* Ends the stream behind the bytes that are waiting for this endpoint. */
void transport_cut(struct transport *transport);

/* Returns whether a call that returned GNUTLS_E_AGAIN is repeated later, and not at once. */
bool transport_blocked(gnutls_session_t session, struct transport *transport);

void transport_free(struct transport *transport);

/* Returns whether bytes wait for this endpoint. */
bool transport_waiting(struct transport *transport);

#endif
