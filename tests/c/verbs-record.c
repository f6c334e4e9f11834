/* The verbs about records: packets, several writes in one, padding, sizes. Each needs a session that is open. */
#include "verbs.h"

#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>

#include "connection.h"
#include "endpoint.h"
#include "listing.h"

#define MAX_PACKETS 64
#define MAX_LENGTH 10000000

/* Returns the endpoint if data can be sent and received now, or NULL. */
static struct endpoint *open_endpoint(const struct words *words)
{
    struct endpoint *endpoint = find_endpoint(words, words->word[1]);

    if (endpoint == NULL || !endpoint->finished || endpoint->failed || endpoint->closed || endpoint->underway)
        return NULL;
    return endpoint;
}

static unsigned char *pattern(size_t length)
{
    unsigned char *data = allocate(length + 1);
    size_t i;

    for (i = 0; i < length; i++)
        data[i] = (unsigned char)(i % 251);
    return data;
}

static void list_sent(struct endpoint *endpoint, const char *call, ssize_t code)
{
    if (code >= 0)
        list_count(endpoint, call, (size_t)code, NULL);
    else
        list_code(endpoint, call, (int)code);
}

enum status verb_packet(const struct words *words)
{
    struct endpoint *endpoint;
    int packets = 0;

    endpoint = open_endpoint(words);
    if (endpoint == NULL)
        return SKIPPED;
    while (packets < MAX_PACKETS) {
        gnutls_packet_t packet = NULL;
        unsigned char number[8];
        gnutls_datum_t data;
        ssize_t code;

        endpoint->transport.blocked = false;
        code = gnutls_record_recv_packet(endpoint->session, &packet);
        /* Tickets, key updates: no result, and more bytes may be waiting. */
        if (code == GNUTLS_E_AGAIN && (!transport_blocked(endpoint->session, &endpoint->transport) || transport_waiting(&endpoint->transport)))
            continue;
        packets++;
        if (code <= 0) {
            if (code < 0 && gnutls_error_is_fatal((int)code))
                endpoint_fail(endpoint, (int)code);
            list_sent(endpoint, "packet", code);
            break;
        }
        gnutls_packet_get(packet, &data, number);
        list_count(endpoint, "packet", data.size, data.data);
        list_count(endpoint, "sequence", (size_t)number[6] * 256 + number[7], NULL);
        gnutls_packet_deinit(packet);
    }
    return DONE;
}

/* Reads the lengths after the endpoint, and creates all of their bytes. */
static size_t lengths(const struct words *words, size_t length[MAX_WORDS])
{
    size_t i, all = 0;

    for (i = 2; i < words->count; i++) {
        length[i] = (size_t)number_of(words, words->word[i], 1, MAX_LENGTH);
        all += length[i];
    }
    return all;
}

/* Several buffers are sent as one record of their content. */
enum status verb_gather(const struct words *words)
{
    size_t length[MAX_WORDS], all = lengths(words, length);
    struct endpoint *endpoint = open_endpoint(words);
    unsigned char *data;

    if (endpoint == NULL)
        return SKIPPED;
    data = pattern(all);
    list_sent(endpoint, "gather", endpoint_send(endpoint, data, all));
    free(data);
    return DONE;
}

enum status verb_corked(const struct words *words)
{
    size_t length[MAX_WORDS], all = lengths(words, length), i, at = 0;
    struct endpoint *endpoint = open_endpoint(words);
    unsigned char *data;
    int code;

    if (endpoint == NULL)
        return SKIPPED;
    data = pattern(all);
    gnutls_record_cork(endpoint->session);
    for (i = 2; i < words->count; i++) {
        list_sent(endpoint, "send", gnutls_record_send(endpoint->session, data + at, length[i]));
        at += length[i];
    }
    code = gnutls_record_uncork(endpoint->session, 0);
    list_code(endpoint, "uncork", code < 0 ? code : GNUTLS_E_SUCCESS);
    free(data);
    return DONE;
}

enum status verb_hide(const struct words *words)
{
    struct endpoint *endpoint;
    gnutls_range_st range;
    unsigned char *data;
    size_t length;

    length = (size_t)number_of(words, words->word[2], 0, MAX_LENGTH);
    range.low = (size_t)number_of(words, words->word[3], 0, MAX_LENGTH);
    range.high = (size_t)number_of(words, words->word[4], 0, MAX_LENGTH);
    endpoint = open_endpoint(words);
    if (endpoint == NULL)
        return SKIPPED;
    data = pattern(length);
    list_sent(endpoint, "hide", gnutls_record_send_range(endpoint->session, data, length, &range));
    free(data);
    return DONE;
}

enum status verb_pad(const struct words *words)
{
    struct endpoint *endpoint;
    size_t length, padding;

    length = (size_t)number_of(words, words->word[2], 1, MAX_LENGTH);
    padding = (size_t)number_of(words, words->word[3], 0, MAX_LENGTH);
    endpoint = open_endpoint(words);
    if (endpoint == NULL)
        return SKIPPED;
#if GNUTLS_VERSION_NUMBER >= 0x030603
    {
        /* Data and padding must fit into a record: the peer refuses a longer one. */
        gnutls_range_st long_range = { 65536, 65536 }, next, rest;
        unsigned char *data = pattern(length);

        if (gnutls_range_split(endpoint->session, &long_range, &next, &rest) == 0 && padding < next.high &&
            length > next.high - padding)
            length = next.high - padding;
        list_sent(endpoint, "pad", gnutls_record_send2(endpoint->session, data, length, padding, 0));
        free(data);
    }
    return DONE;
#else
    (void)padding;
    (void)length;
    needs = "3.6.3";
    return UNSUPPORTED;
#endif
}

enum status verb_limit(const struct words *words)
{
    struct endpoint *endpoint;
    size_t size;
    bool receive;

    size = (size_t)number_of(words, words->word[2], 0, MAX_LENGTH);
    receive = words->count == 4;
    if (receive && strcmp(words->word[3], "receive") != 0)
        fail(words, "limit ends with the word receive, or with the size");
    endpoint = find_endpoint(words, words->word[1]);
    /* It affects the peer only before the handshake. */
    if (endpoint == NULL || endpoint->begun || endpoint->finished)
        return SKIPPED;
    if (!receive) {
        list_code(endpoint, "limit", (int)gnutls_record_set_max_size(endpoint->session, size));
        return DONE;
    }
#if GNUTLS_VERSION_NUMBER >= 0x030608
    list_code(endpoint, "limit", (int)gnutls_record_set_max_recv_size(endpoint->session, size));
    return DONE;
#else
    needs = "3.6.8";
    return UNSUPPORTED;
#endif
}

/* The keys and the number of the records in one direction. The keys are parts of the session. */
struct state {
    gnutls_datum_t part[3]; /* the key of the MAC, the initialization vector, the key of the cipher */
    unsigned char number[8];
};

/* Lists the state of one direction. Returns whether there is one. */
static bool list_state(struct endpoint *endpoint, bool receives, struct state *state)
{
    static const char *const names[2][4] = { { "send_mac", "send_iv", "send_key", "send_number" },
                                             { "receive_mac", "receive_iv", "receive_key", "receive_number" } };
    size_t i;
    int code;

    memset(state, 0, sizeof(*state));
    if (!endpoint->finished || endpoint->underway || endpoint->keyless) {
        list_guarded(endpoint, "record_state");
        return false;
    }
    code = gnutls_record_get_state(endpoint->session, receives, &state->part[0], &state->part[1], &state->part[2],
                                   state->number);
    if (code < 0) {
        list_code(endpoint, "record_state", code);
        return false;
    }
    for (i = 0; i < 3; i++)
        list_count(endpoint, names[receives][i], state->part[i].size, NULL);
    list_count(endpoint, names[receives][3], state->number[6] * 256u + state->number[7], NULL);
    return true;
}

static bool same_keys(const struct state *one, const struct state *other)
{
    size_t i;

    for (i = 0; i < 3; i++)
        if (one->part[i].size != other->part[i].size ||
            (one->part[i].size != 0 && memcmp(one->part[i].data, other->part[i].data, one->part[i].size) != 0))
            return false;
    return true;
}

enum status verb_keys(const struct words *words)
{
    struct connection *connection = find_connection(words, words->word[1]);
    struct state state[2][2];
    bool all = true;
    int i;

    if (connection == NULL)
        return SKIPPED;
    touched_connection = connection;
    for (i = 0; i < 4; i++)
        all &= list_state(i < 2 ? &connection->client : &connection->server, i % 2 != 0, &state[i / 2][i % 2]);
    if (all)
        list_count(&connection->client, "keys_same",
                   same_keys(&state[0][0], &state[1][1]) && same_keys(&state[0][1], &state[1][0]), NULL);
    return DONE;
}

enum status verb_renumber(const struct words *words)
{
    unsigned int by = (unsigned int)number_of(words, words->word[2], 0, 65535);
    struct endpoint *endpoint = open_endpoint(words);
    bool receives = words->count == 4;
    unsigned char number[8];
    int code, i;

    if (receives && strcmp(words->word[3], "receive") != 0)
        fail(words, "renumber ends with the word receive, or with the number");
    if (endpoint == NULL)
        return SKIPPED;
    code = gnutls_record_get_state(endpoint->session, receives, NULL, NULL, NULL, number);
    for (i = 7; i >= 0; i--) {
        by += number[i];
        number[i] = (unsigned char)by;
        by >>= 8;
    }
    if (code >= 0)
        code = gnutls_record_set_state(endpoint->session, receives, number);
    list_code(endpoint, "set_number", code);
    return DONE;
}

enum status verb_sizes(const struct words *words)
{
    struct endpoint *endpoint;

    endpoint = open_endpoint(words);
    if (endpoint == NULL)
        return SKIPPED;
    list_count(endpoint, "max_receive", gnutls_record_get_max_size(endpoint->session), NULL);
    list_count(endpoint, "max_send", endpoint_max_send(endpoint), NULL);
    list_count(endpoint, "overhead", gnutls_record_overhead_size(endpoint->session), NULL);
    list_count(endpoint, "hides", gnutls_record_can_use_length_hiding(endpoint->session) != 0, NULL);
    return DONE;
}
