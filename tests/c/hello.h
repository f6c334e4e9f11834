/* How a server chooses a configuration by the name that its client asks for. */
#ifndef CONFORMANCE_HELLO_H
#define CONFORMANCE_HELLO_H

#include <gnutls/gnutls.h>

#include "words.h"

struct hello_choice;

/* Reads NAME:SERVER,... where a SERVER is the name of a configuration, or `refuse`. NULL where one is not known. */
struct hello_choice *hello_make(const struct words *words, const char *list);
void hello_free(struct hello_choice *choice);

/* Has a session, whose pointer is its endpoint, choose before anything of the hello is looked at. */
void hello_watch(gnutls_session_t session);

#endif
