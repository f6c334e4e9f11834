/* The verbs about early data. */
#include "verbs.h"

#include <gnutls/gnutls.h>
#include <stdlib.h>

#include "connection.h"
#include "early.h"
#include "endpoint.h"
#include "listing.h"

#define MAX_READS 64

enum status verb_early(const struct words *words)
{
    struct endpoint *endpoint;
    unsigned char *data;
    size_t length, i;

    length = (size_t)number_of(words, words->word[2], 1, 1000000);
    endpoint = find_endpoint(words, words->word[1]);
    if (endpoint == NULL)
        return SKIPPED;
    if (!early_allowed(endpoint)) {
        list_guarded(endpoint, "early");
        return DONE;
    }
    data = allocate(length);
    for (i = 0; i < length; i++)
        data[i] = (unsigned char)(i % 251);
#if GNUTLS_VERSION_NUMBER >= 0x030605
    list_code(endpoint, "early", (int)gnutls_record_send_early_data(endpoint->session, data, length));
#endif
    free(data);
    return DONE;
}

/* Reads all early data. Before the handshake is over a careful server does so only if it accepts every client. */
enum status verb_readearly(const struct words *words)
{
    static unsigned char buffer[RECEIVE_SIZE];
    struct endpoint *endpoint;
    bool over;
    int reads;

    endpoint = find_endpoint(words, words->word[1]);
    if (endpoint == NULL)
        return SKIPPED;
    over = endpoint->finished && !endpoint->underway && !endpoint->keyless;
    if (endpoint->client || !(over || (endpoint->begun && !endpoint->finished && !endpoint_verifies(endpoint)))) {
        list_guarded(endpoint, "readearly");
        return DONE;
    }
    for (reads = 0; reads < MAX_READS; reads++) {
        ssize_t code = GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE;

#if GNUTLS_VERSION_NUMBER >= 0x030605
        code = gnutls_record_recv_early_data(endpoint->session, buffer, sizeof(buffer));
#endif
        if (code > 0) {
            list_count(endpoint, "readearly", (size_t)code, buffer);
            continue;
        }
        if (code == 0 || code == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
            list_count(endpoint, "readearly", 0, NULL);
        else
            list_code(endpoint, "readearly", (int)code);
        break;
    }
    return DONE;
}

/* Delivers the bytes that another client sent before it received anything to this server once more. */
enum status verb_replay(const struct words *words)
{
    struct endpoint *endpoint;
    struct connection *from = find_connection(words, words->word[2]);

    endpoint = find_endpoint(words, words->word[1]);
    if (endpoint == NULL || from == NULL || endpoint->client || endpoint->transport.datagram)
        return SKIPPED;
    transport_replay(&endpoint->transport, &from->client.transport);
    return DONE;
}
