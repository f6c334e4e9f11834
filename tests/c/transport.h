/* The memory transport between two sessions, and the record of its bytes. */
#ifndef CONFORMANCE_TRANSPORT_H
#define CONFORMANCE_TRANSPORT_H

#include <gnutls/gnutls.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "json.h"

/* The bytes that are waiting for one endpoint. */
struct inbox {
    unsigned char *bytes;
    size_t begin, end, capacity;
    /* Datagrams: the lengths of the waiting messages, in order. */
    size_t *messages;
    size_t first_message, message_count, message_capacity;
};

/* A network that treats datagrams badly, with the same result in each run. */
struct network {
    unsigned int lose, repeat, swap, spoil; /* percent of the datagrams */
    uint32_t state; /* of the generator, not 0 */
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
    struct network network; /* on the way to the peer */
    size_t path; /* the maximum size of a sent datagram; 0: none */
    bool absorbs; /* a datagram that is too large counts as sent, and is noted */
    bool rejected; /* such a datagram was sent */
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

/* Returns the number of waiting datagrams. */
size_t transport_datagrams(const struct transport *transport);

/* Returns the waiting datagram with this number, from 1 on, or NULL. */
unsigned char *transport_datagram(const struct transport *transport, size_t number, size_t *length);

/* Replaces the waiting datagrams by those with these numbers. */
void transport_select(struct transport *transport, const size_t *numbers, size_t count);

/* Cuts a waiting datagram after this many bytes, unless it is shorter. */
void transport_truncate(struct transport *transport, size_t number, size_t length);

/* Delivers a datagram, behind those that wait. */
void transport_inject(struct transport *transport, const void *bytes, size_t length);

/* Sends a datagram as the endpoint of this transport. */
ssize_t transport_send(struct transport *transport, const void *bytes, size_t length);

void transport_free(struct transport *transport);

/* Returns whether bytes wait for this endpoint. */
bool transport_waiting(struct transport *transport);

#endif
