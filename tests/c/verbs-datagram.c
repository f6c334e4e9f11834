/* The verbs about datagrams: cookies, the network between the sides, sizes and timers. */
#include "verbs.h"

#include <gnutls/dtls.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "connection.h"
#include "cookie.h"
#include "endpoint.h"
#include "listing.h"

#define MINIMUM_MTU 128       /* a fragment of a handshake message fits into it */
#define TOTAL_TIME 60000      /* of a handshake, in milliseconds */
#define NOTHING_TO_SEND 65536 /* is listed instead of a time */

/* A datagram that was stored. */
struct datagram {
    size_t length;
    unsigned char bytes[];
};

/* Returns the endpoint of a datagram session, or NULL. */
static struct endpoint *datagram_endpoint(const struct words *words)
{
    struct endpoint *endpoint = find_endpoint(words, words->word[1]);

    return endpoint == NULL || !endpoint->transport.datagram ? NULL : endpoint;
}

enum status verb_rotate(const struct words *words)
{
    struct cookie_key *key = named(COOKIE_KEY, words->word[1]);

    check_name(words, words->word[1]);
    if (key == NULL)
        return SKIPPED;
    cookie_key_rotate(key);
    return DONE;
}

enum status verb_greet(const struct words *words)
{
    const struct cookie_key *key;
    struct endpoint *endpoint;
    uint16_t port = 5000;

    check_name(words, words->word[2]);
    if (words->count == 4)
        port = (uint16_t)number_of(words, words->word[3], 0, 65535);
    key = named(COOKIE_KEY, words->word[2]);
    endpoint = datagram_endpoint(words);
    if (key == NULL || endpoint == NULL || endpoint->client || endpoint->begun || endpoint->finished || endpoint->failed)
        return SKIPPED;
    while (transport_waiting(&endpoint->transport)) {
        size_t length, waiting = transport_datagrams(&endpoint->transport), rest[64], i;
        unsigned char *datagram = transport_datagram(&endpoint->transport, 1, &length);
        struct greeting greeting = greeting_read(datagram, length, port);
        bool valid = cookie_verify(key, &greeting, endpoint->session);

        list_count(endpoint, "cookie_verify", valid, NULL);
        /* The session receives the hello. */
        if (valid)
            break;
        list_count(endpoint, "cookie_send", cookie_send(key, &greeting, &endpoint->transport), NULL);
        for (i = 0; i < 64 && i + 1 < waiting; i++)
            rest[i] = i + 2;
        transport_select(&endpoint->transport, rest, i);
    }
    return DONE;
}

enum status verb_deliver(const struct words *words)
{
    size_t numbers[MAX_WORDS], count = numbers_of(words, 2, numbers);
    struct endpoint *quic = find_quic_endpoint(words, words->word[1]);
    struct endpoint *endpoint = datagram_endpoint(words);

    if (quic != NULL) {
        quic_select(quic->quic, numbers, count);
        return DONE;
    }
    if (endpoint == NULL)
        return SKIPPED;
    transport_select(&endpoint->transport, numbers, count);
    return DONE;
}

enum status verb_corrupt(const struct words *words)
{
    size_t number = (size_t)number_of(words, words->word[2], 0, 4294967295LL), length;
    size_t at = (size_t)number_of(words, words->word[3], 0, 4294967295LL);
    unsigned char mask = (unsigned char)number_of(words, words->word[4], 1, 255);
    struct endpoint *quic = find_quic_endpoint(words, words->word[1]);
    struct endpoint *endpoint = datagram_endpoint(words);
    unsigned char *datagram = endpoint == NULL ? NULL : transport_datagram(&endpoint->transport, number, &length);
    struct quic_message *message = quic == NULL ? NULL : quic_message(quic->quic, number);

    if (message != NULL) {
        datagram = message->bytes;
        length = message->length;
    }
    if (datagram == NULL)
        return SKIPPED;
    datagram[at % length] ^= mask;
    return DONE;
}

enum status verb_truncate(const struct words *words)
{
    size_t number = (size_t)number_of(words, words->word[2], 0, 4294967295LL), old;
    size_t length = (size_t)number_of(words, words->word[3], 1, 65535);
    struct endpoint *endpoint = datagram_endpoint(words);

    if (endpoint == NULL || transport_datagram(&endpoint->transport, number, &old) == NULL)
        return SKIPPED;
    transport_truncate(&endpoint->transport, number, length);
    return DONE;
}

enum status verb_capture(const struct words *words)
{
    size_t number = (size_t)number_of(words, words->word[2], 0, 4294967295LL), length;
    struct endpoint *endpoint = datagram_endpoint(words);
    const unsigned char *bytes;
    struct datagram *datagram;

    check_name(words, words->word[3]);
    bytes = endpoint == NULL ? NULL : transport_datagram(&endpoint->transport, number, &length);
    if (bytes == NULL)
        return SKIPPED;
    datagram = allocate(sizeof(*datagram) + length);
    datagram->length = length;
    memcpy(datagram->bytes, bytes, length);
    name_object(DATAGRAM, words->word[3], datagram);
    return DONE;
}

enum status verb_inject(const struct words *words)
{
    struct endpoint *endpoint = datagram_endpoint(words);
    const struct datagram *datagram;

    check_name(words, words->word[2]);
    datagram = named(DATAGRAM, words->word[2]);
    if (endpoint == NULL || datagram == NULL)
        return SKIPPED;
    transport_inject(&endpoint->transport, datagram->bytes, datagram->length);
    return DONE;
}

enum status verb_path(const struct words *words)
{
    size_t size = (size_t)number_of(words, words->word[2], 0, 65535);
    struct endpoint *endpoint = datagram_endpoint(words);

    if (endpoint == NULL)
        return SKIPPED;
    endpoint->transport.path = size;
    return DONE;
}

enum status verb_mtu(const struct words *words)
{
    unsigned int size = (unsigned int)number_of(words, words->word[2], 0, 65535);
    struct endpoint *endpoint = datagram_endpoint(words);

    if (endpoint == NULL)
        return SKIPPED;
    /* GnuTLS computes a negative length of fragments. */
    if (size < MINIMUM_MTU) {
        list_guarded(endpoint, "set_mtu");
        return DONE;
    }
    gnutls_dtls_set_mtu(endpoint->session, size);
    list_code(endpoint, "set_mtu", GNUTLS_E_SUCCESS);
    return DONE;
}

/* Returns whether the overhead of a datagram is known. */
static bool has_cipher(const struct endpoint *endpoint)
{
    return endpoint->finished && !endpoint->underway && !endpoint->keyless;
}

enum status verb_datamtu(const struct words *words)
{
    unsigned int size = (unsigned int)number_of(words, words->word[2], 0, 65535);
    struct endpoint *endpoint = datagram_endpoint(words);

    if (endpoint == NULL)
        return SKIPPED;
    if (has_cipher(endpoint) ? size < MINIMUM_MTU : endpoint->finished)
        list_guarded(endpoint, "set_data_mtu");
    else
        list_code(endpoint, "set_data_mtu", gnutls_dtls_set_data_mtu(endpoint->session, size));
    return DONE;
}

enum status verb_mtus(const struct words *words)
{
    struct endpoint *endpoint = datagram_endpoint(words);

    if (endpoint == NULL)
        return SKIPPED;
    list_count(endpoint, "mtu", gnutls_dtls_get_mtu(endpoint->session), NULL);
    if (has_cipher(endpoint))
        list_count(endpoint, "data_mtu", gnutls_dtls_get_data_mtu(endpoint->session), NULL);
    return DONE;
}

enum status verb_timers(const struct words *words)
{
    unsigned int time = (unsigned int)number_of(words, words->word[2], 0, 4294967295LL);
    struct endpoint *endpoint = datagram_endpoint(words);

    if (endpoint == NULL)
        return SKIPPED;
    /* 0 sends without a pause, and more is never reached. */
    if (time == 0 || time > TOTAL_TIME) {
        list_guarded(endpoint, "set_timeouts");
        return DONE;
    }
    gnutls_dtls_set_timeouts(endpoint->session, time, TOTAL_TIME);
    list_code(endpoint, "set_timeouts", GNUTLS_E_SUCCESS);
    return DONE;
}

enum status verb_timeout(const struct words *words)
{
    struct endpoint *endpoint = datagram_endpoint(words);
    unsigned int time = NOTHING_TO_SEND;

    if (endpoint == NULL || endpoint->failed)
        return SKIPPED;
    /* GnuTLS returns 0 before it has sent anything. */
    if (endpoint->underway && endpoint->begun && (int)gnutls_handshake_get_last_out(endpoint->session) != -1)
        time = gnutls_dtls_get_timeout(endpoint->session);
    list_count(endpoint, "timeout", time, NULL);
    return DONE;
}

enum status verb_discarded(const struct words *words)
{
    struct endpoint *endpoint = datagram_endpoint(words);

    if (endpoint == NULL)
        return SKIPPED;
    list_count(endpoint, "discarded", gnutls_record_get_discarded(endpoint->session), NULL);
    return DONE;
}
