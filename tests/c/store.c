/* The store of the sessions that a client resumes automatically. */
#include "store.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "endpoint.h"
#include "saved.h"

#define MAX_TICKETS 4 /* of one server */
#define MAX_SESSIONS 256

/* Newest last. */
struct store {
    struct saved *sessions[MAX_SESSIONS];
    size_t count;
};

struct store *store_make(void)
{
    return allocate(sizeof(struct store));
}

void store_drop(struct saved *saved)
{
    if (saved == NULL)
        return;
    gnutls_free(saved->data.data);
    free(saved->parameters.bytes);
    free(saved->host);
    free(saved);
}

void store_free(struct store *store)
{
    if (store == NULL)
        return;
    while (store->count > 0)
        store_drop(store->sessions[--store->count]);
    free(store);
}

static bool is_with(const struct saved *saved, const char *host, bool datagram)
{
    if (saved->datagram != datagram || (saved->host == NULL) != (host == NULL))
        return false;
    return host == NULL || strcasecmp(saved->host, host) == 0;
}

static struct saved *take_at(struct store *store, size_t i)
{
    struct saved *saved = store->sessions[i];

    store->count--;
    memmove(&store->sessions[i], &store->sessions[i + 1], (store->count - i) * sizeof(store->sessions[0]));
    return saved;
}

struct saved *store_take(struct store *store, const char *host, bool datagram)
{
    size_t i;

    for (i = store->count; i > 0; i--)
        if (is_with(store->sessions[i - 1], host, datagram))
            return take_at(store, i - 1);
    return NULL;
}

static void insert(struct store *store, struct saved *saved)
{
    size_t allowed = saved->tls13 ? MAX_TICKETS : 1;
    size_t same = 0;
    size_t i;

    for (i = 0; i < store->count; i++)
        same += is_with(store->sessions[i], saved->host, saved->datagram);
    for (i = 0; i < store->count;) {
        if (same >= allowed && is_with(store->sessions[i], saved->host, saved->datagram)) {
            store_drop(take_at(store, i));
            same--;
        } else {
            i++;
        }
    }
    if (store->count == MAX_SESSIONS)
        store_drop(take_at(store, 0));
    store->sessions[store->count++] = saved;
}

static int note_ticket(gnutls_session_t session, unsigned int type, unsigned int when, unsigned int incoming,
                       const gnutls_datum_t *message)
{
    struct endpoint *endpoint = gnutls_session_get_ptr(session);

    (void)type;
    (void)when;
    (void)message;
    if (incoming)
        endpoint->ticket_came = true;
    return 0;
}

void store_watch(gnutls_session_t session)
{
    gnutls_handshake_set_hook_function(session, GNUTLS_HANDSHAKE_NEW_SESSION_TICKET, GNUTLS_HOOK_POST, note_ticket);
}

static bool is_tls13(const struct endpoint *endpoint)
{
    const char *name = gnutls_protocol_get_name(gnutls_protocol_get_version(endpoint->session));

    return name != NULL && strcmp(name, "TLS1.3") == 0;
}

void store_note_handshake(struct endpoint *endpoint)
{
    if (endpoint->client && !is_tls13(endpoint))
        endpoint->ticket_came = true;
    store_keep(endpoint);
}

void store_keep(struct endpoint *endpoint)
{
    struct saved *saved;

    if (!endpoint->client || endpoint->config->store == NULL || !endpoint->ticket_came || !endpoint->finished ||
        endpoint->underway || endpoint->failed)
        return;
    endpoint->ticket_came = false;
    if (!config_resumes(endpoint->config, true, is_tls13(endpoint)))
        return;
    saved = allocate(sizeof(*saved));
    if (gnutls_session_get_data2(endpoint->session, &saved->data) < 0) {
        free(saved);
        return;
    }
    saved->host = endpoint->has_host ? copy_string(endpoint->host) : NULL;
    saved->datagram = endpoint->transport.datagram;
    saved->tls13 = is_tls13(endpoint);
    saved->config = endpoint->config;
    quic_save(endpoint, saved);
    insert(endpoint->config->store, saved);
}
