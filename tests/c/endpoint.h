/* One side of a connection, and the calls that a careful C program makes on it. */
#ifndef CONFORMANCE_ENDPOINT_H
#define CONFORMANCE_ENDPOINT_H

#include <gnutls/gnutls.h>
#include <stdbool.h>

#include "config.h"
#include "json.h"
#include "saved.h"
#include "transport.h"

#define MAX_HOST 256
#define RECEIVE_SIZE 16384

/* What `open` says about both sides. */
struct opening {
    const char *host; /* NULL: none */
    const struct saved *resume;
    bool datagram;
    size_t chunk;
    unsigned int mtu;
};

struct endpoint {
    char name[16]; /* "1c" */
    bool client;
    const struct config *config;
    gnutls_session_t session;
    struct transport transport;
    char host[MAX_HOST];
    bool has_host;
    bool underway; /* a handshake is wanted or has begun */
    bool begun; /* the handshake was called at least once since it was wanted */
    bool finished; /* a handshake has been through, at least one */
    bool failed; /* the last handshake failed for good */
    bool closed; /* bye was sent */
    bool verified; /* the status below is of a verification that GnuTLS did not make by itself */
    unsigned int status;
    const unsigned char *id_pointer; /* where id2 pointed at first sight */
    bool id_seen;
    size_t id_size; /* at the last call */
};

/* Makes a session. A refusal of saved data is returned in `resumed`; another session is made then. */
int endpoint_open(struct endpoint *endpoint, const struct config *config, bool client, const struct opening *opening,
                  int *resumed);
void endpoint_close(struct endpoint *endpoint);

/*
 * Each repeats a call that returned GNUTLS_E_AGAIN although the transport did not block, or GNUTLS_E_INTERRUPTED, and
 * returns what the last one returned.
 */
int endpoint_handshake(struct endpoint *endpoint);
ssize_t endpoint_receive(struct endpoint *endpoint, void *buffer, size_t size);

#endif
