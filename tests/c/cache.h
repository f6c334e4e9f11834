/* A server's session cache with a maximum number of sessions, which drops the oldest first. */
#ifndef CONFORMANCE_CACHE_H
#define CONFORMANCE_CACHE_H

#include <gnutls/gnutls.h>
#include <stddef.h>

struct cache;

struct cache *cache_make(size_t capacity);
void cache_free(struct cache *cache);
void cache_install(gnutls_session_t session, struct cache *cache);

#endif
