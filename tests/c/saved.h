/* The saved data of a client's session, with the peer and configuration for which it is valid. */
#ifndef CONFORMANCE_SAVED_H
#define CONFORMANCE_SAVED_H

#include <gnutls/gnutls.h>
#include <stdbool.h>

#include "extension.h"

struct config;

struct saved {
    gnutls_datum_t data; /* freed with gnutls_free */
    char *host; /* of the server, or NULL */
    bool datagram;
    bool damaged;
    bool tls13;
    bool permits_early;          /* of QUIC: the ticket permits early data */
    struct received parameters;  /* of QUIC: the transport parameters of the server */
    const struct config *config; /* of the session */
};

#endif
