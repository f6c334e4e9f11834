/* The choice of a server's configuration by the name that its client requests. */
#ifndef CONFORMANCE_HELLO_H
#define CONFORMANCE_HELLO_H

#include <gnutls/gnutls.h>

#include "words.h"

struct hello_choice;

/* Reads NAME:SERVER,...; a SERVER is the name of a configuration, or `refuse`. NULL if one is undefined. */
struct hello_choice *hello_make(const struct words *words, const char *list);
void hello_free(struct hello_choice *choice);

/* Enables the choice on a session whose pointer is its endpoint, before any part of the hello is processed. */
void hello_watch(gnutls_session_t session);

#endif
