/* The verbs that call a session. */
#include "verbs.h"

#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "connection.h"
#include "endpoint.h"
#include "listing.h"
#include "observe.h"

#define MAX_TURN 16     /* calls of a handshake in one turn after errors that are not fatal */
#define MAX_RECEIVES 64 /* calls of recv that did not block */
#define DUMMY_SIZE 4    /* saved data in TLS 1.3 without a ticket, which resumes nothing */

enum status verb_set(const struct words *words)
{
    struct endpoint *endpoint;
    unsigned char bytes[256];
    gnutls_datum_t id = { bytes, 0 };
    const char *digits;

    digits = value_of(words->word[2], "id");
    if (digits == NULL)
        fail(words, "set requires id=HEX");
    id.size = (unsigned int)bytes_of(words, digits, bytes, sizeof(bytes));
    endpoint = find_endpoint(words, words->word[1]);
    if (endpoint == NULL)
        return SKIPPED;
    /* It would replace the parameters to resume or those agreed on: the handshake then finds no priorities. */
    if (endpoint->client && (endpoint->resumes || endpoint->begun || endpoint->finished || endpoint->failed || id.size == 0))
        list_guarded(endpoint, "set_id");
    else
        list_code(endpoint, "set_id", gnutls_session_set_id(endpoint->session, &id));
    return DONE;
}

/* Ends a handshake that is under way after closing. */
static bool gives_up(struct endpoint *endpoint)
{
    if (!endpoint->closed || !endpoint->underway)
        return false;
    endpoint->underway = false;
    endpoint->keyless = true;
    list_guarded(endpoint, "handshake");
    return true;
}

/* Calls the handshake until it ends, fails, or would block with no bytes waiting. Lists only the calls that FORMAT.md requires. */
static void turn(struct endpoint *endpoint)
{
    int calls_left = MAX_TURN;

    if (gives_up(endpoint))
        return;
    while (endpoint->underway && calls_left > 0) {
        int code = endpoint_handshake(endpoint);
        bool again = code == GNUTLS_E_AGAIN && transport_waiting(&endpoint->transport);

        if (!again || endpoint_id_size(endpoint) != endpoint->id_size)
            list_code(endpoint, "handshake", code);
        if (code == GNUTLS_E_AGAIN && !again)
            break;
        if (!again)
            calls_left--;
    }
}

enum status verb_step(const struct words *words)
{
    struct endpoint *endpoint;
    int code;

    endpoint = find_endpoint(words, words->word[1]);
    if (endpoint == NULL || !endpoint->underway)
        return SKIPPED;
    if (gives_up(endpoint))
        return DONE;
    do {
        code = endpoint_handshake(endpoint);
        if (code == GNUTLS_E_AGAIN && transport_waiting(&endpoint->transport) &&
            endpoint_id_size(endpoint) != endpoint->id_size)
            list_code(endpoint, "handshake", code);
    } while (code == GNUTLS_E_AGAIN && transport_waiting(&endpoint->transport));
    list_code(endpoint, "handshake", code);
    return DONE;
}

enum status verb_handshake(const struct words *words)
{
    struct connection *connection;
    unsigned long before;

    connection = find_connection(words, words->word[1]);
    if (connection == NULL)
        return SKIPPED;
    touched_connection = connection;
    do {
        before = connection->moved;
        turn(&connection->client);
        turn(&connection->server);
    } while (connection->moved != before);
    return DONE;
}

enum status verb_send(const struct words *words)
{
    struct endpoint *endpoint;
    unsigned char *data;
    size_t length, i;
    ssize_t code;

    length = (size_t)number_of(words, words->word[2], 0, 10000000);
    endpoint = find_endpoint(words, words->word[1]);
    if (endpoint == NULL)
        return SKIPPED;
    if (endpoint->failed || endpoint->closed) {
        list_guarded(endpoint, "send");
        return DONE;
    }
    if (length == 0 && endpoint->finished && !endpoint->underway) {
        /* GnuTLS interprets an empty send as the retry of another one. */
        list_count(endpoint, "send", 0, NULL);
        return DONE;
    }
    data = allocate(length + 1);
    for (i = 0; i < length; i++)
        data[i] = (unsigned char)(i % 251);
    code = endpoint_send(endpoint, data, length);
    free(data);
    if (code < 0)
        list_code(endpoint, "send", (int)code);
    else
        list_count(endpoint, "send", (size_t)code, NULL);
    return DONE;
}

enum status verb_recv(const struct words *words)
{
    static unsigned char buffer[RECEIVE_SIZE];
    struct endpoint *endpoint;
    int receives = 0;

    endpoint = find_endpoint(words, words->word[1]);
    if (endpoint == NULL)
        return SKIPPED;
    if (endpoint->failed) {
        list_guarded(endpoint, "recv");
        return DONE;
    }
    while (receives < MAX_RECEIVES) {
        ssize_t code;

        /* After a request the next message may be the client's certificate. Data that came before can be read. */
        if (endpoint->certificate_wanted &&
            !(endpoint->data_first && gnutls_record_check_pending(endpoint->session) > 0)) {
            list_guarded(endpoint, "recv");
            return DONE;
        }
        code = endpoint_receive(endpoint, buffer, sizeof(buffer));

        if (code == GNUTLS_E_AGAIN && transport_waiting(&endpoint->transport)) {
            if (endpoint_id_size(endpoint) != endpoint->id_size)
                list_code(endpoint, "recv", (int)code);
            continue;
        }
        receives++;
        if (code > 0) {
            list_count(endpoint, "recv", (size_t)code, buffer);
            continue;
        }
        if (code == 0)
            list_count(endpoint, "recv", 0, NULL);
        else
            list_code(endpoint, "recv", (int)code);
        if (code == 0 || code == GNUTLS_E_AGAIN || code == GNUTLS_E_REHANDSHAKE || gnutls_error_is_fatal((int)code))
            break;
    }
    return DONE;
}

static bool is_tls13(const struct endpoint *endpoint)
{
    const char *name = gnutls_protocol_get_name(gnutls_protocol_get_version(endpoint->session));

    return name != NULL && strcmp(name, "TLS1.3") == 0;
}

enum status verb_rekey(const struct words *words)
{
    struct endpoint *endpoint;

    if (words->count == 3 && strcmp(words->word[2], "peer") != 0)
        fail(words, "rekey ends with the word peer, or with the endpoint");
    endpoint = find_endpoint(words, words->word[1]);
    if (endpoint == NULL)
        return SKIPPED;
#if GNUTLS_VERSION_NUMBER >= 0x030603
    if (!guarded(endpoint, "rekey")) {
        int code;

        do {
            transport_relay(&endpoint->transport);
            code = gnutls_session_key_update(endpoint->session, words->count == 3 ? GNUTLS_KU_PEER : 0);
        } while (endpoint->transport.descriptor && code == GNUTLS_E_AGAIN);

        /* In TLS 1.2 this is an error of the caller. */
        if (code < 0 && is_tls13(endpoint))
            endpoint_fail(endpoint, code);
        list_code(endpoint, "rekey", code);
    }
    return DONE;
#else
    needs = "3.6.3";
    return UNSUPPORTED;
#endif
}

enum status verb_rehandshake(const struct words *words)
{
    struct endpoint *endpoint;
    int code;

    endpoint = find_endpoint(words, words->word[1]);
    if (endpoint == NULL)
        return SKIPPED;
    if (guarded(endpoint, "rehandshake"))
        return DONE;
    if (is_tls13(endpoint) || (!endpoint->client && endpoint->transport.datagram)) {
        /*
         * GnuTLS would update keys instead, which is something else. With datagrams it waits for the client's hello in
         * gnutls_rehandshake; if another call receives it, gnutls_handshake returns 0 without a handshake.
         */
        list_guarded(endpoint, "rehandshake");
        return DONE;
    }
    /* GnuTLS would begin a handshake that it cannot complete. */
    if (endpoint->refused_by_peer) {
        list_guarded(endpoint, "rehandshake");
        return DONE;
    }
    /* A client that has begun continues. */
    code = endpoint->underway ? endpoint_handshake(endpoint) : endpoint_rehandshake(endpoint);
    list_code(endpoint, "rehandshake", code);
    return DONE;
}

/* Up to 3.6.9 gnutls_session_get_data2 then receives, and can fail half-way through a record. */
static bool lacks_ticket(const struct endpoint *endpoint)
{
#if GNUTLS_VERSION_NUMBER >= 0x030603
    return is_tls13(endpoint) && gnutls_check_version("3.6.10") == NULL &&
           (gnutls_session_get_flags(endpoint->session) & GNUTLS_SFLAGS_SESSION_TICKET) == 0;
#else
    (void)endpoint;
    return false;
#endif
}

enum status verb_save(const struct words *words)
{
    struct endpoint *endpoint;
    struct saved *saved;
    int code;

    check_name(words, words->word[2]);
    endpoint = find_any_endpoint(words, words->word[1]);
    if (endpoint == NULL || !endpoint->client)
        return SKIPPED;
    /* The saved data of a closed session, or of one that failed later, can be resumed too. */
    if (!endpoint->finished || endpoint->keyless || endpoint->underway) {
        list_guarded(endpoint, "save");
        return DONE;
    }
    if (!extension_resumable(&endpoint->config->extensions, endpoint->transport.datagram)) {
        list_guarded(endpoint, "save");
        return DONE;
    }
    if (lacks_ticket(endpoint)) {
        list_code(endpoint, "save", GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE);
        return DONE;
    }
    saved = allocate(sizeof(*saved));
    code = gnutls_session_get_data2(endpoint->session, &saved->data);
    if (code < 0) {
        free(saved);
        list_code(endpoint, "save", code);
        return DONE;
    }
    if (saved->data.size <= DUMMY_SIZE) {
        list_code(endpoint, "save", GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE);
        gnutls_free(saved->data.data);
        free(saved);
        return DONE;
    }
    list_count(endpoint, "save", saved->data.size, NULL);
    saved->host = endpoint->has_host ? copy_string(endpoint->host) : NULL;
    saved->datagram = endpoint->transport.datagram;
    saved->tls13 = is_tls13(endpoint);
    saved->config = endpoint->config;
    quic_save(endpoint, saved);
    name_object(SAVED, words->word[2], saved);
    return DONE;
}

enum status verb_bye(const struct words *words)
{
    struct endpoint *endpoint = find_endpoint(words, words->word[1]);

    if (endpoint == NULL || endpoint->closed)
        return SKIPPED;
    if (guarded(endpoint, "bye"))
        return DONE;
    list_code(endpoint, "bye", endpoint_bye(endpoint));
    return DONE;
}
