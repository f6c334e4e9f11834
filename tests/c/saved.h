/* The saved data of a client's session. */
#ifndef CONFORMANCE_SAVED_H
#define CONFORMANCE_SAVED_H

#include <gnutls/gnutls.h>

struct saved {
    gnutls_datum_t data; /* freed with gnutls_free */
};

#endif
