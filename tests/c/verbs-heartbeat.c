/* The verb about heartbeats. */
#include "verbs.h"

#include <gnutls/gnutls.h>

#include "connection.h"
#include "endpoint.h"
#include "listing.h"

/* A message has 19 more bytes, and is one record. */
#define MAX_PING 16365

enum status verb_ping(const struct words *words)
{
    struct endpoint *endpoint;
    size_t length;

    length = (size_t)number_of(words, words->word[2], 1, MAX_PING);
    endpoint = find_endpoint(words, words->word[1]);
    if (endpoint == NULL || !endpoint->finished || endpoint->failed || endpoint->closed || endpoint->underway)
        return SKIPPED;
    list_code(endpoint, "ping", endpoint_ping(endpoint, length));
    return DONE;
}
