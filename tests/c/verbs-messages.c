/* The verbs about messages other than data (alerts, tickets, certificate requests), and about early keys. */
#include "verbs.h"

#include <gnutls/socket.h>

#include <gnutls/gnutls.h>
#include <string.h>

#include "connection.h"
#include "endpoint.h"
#include "listing.h"

#define NO_ALERT 256
#define EARLY_LABEL "EXPERIMENTAL conformance early"
#define EARLY_SIZE 16

enum status verb_alert(const struct words *words)
{
    struct endpoint *endpoint;
    gnutls_alert_description_t alert;
    bool fatal;

    fatal = strcmp(words->word[2], "fatal") == 0;
    if (!fatal && strcmp(words->word[2], "warning") != 0)
        fail(words, "the level is warning or fatal");
    alert = (gnutls_alert_description_t)number_of(words, words->word[3], 0, 255);
    endpoint = find_endpoint(words, words->word[1]);
    if (endpoint == NULL)
        return SKIPPED;
    /* Before the handshake an alert has no meaning, and close_notify is for bye. */
    if (endpoint->failed || endpoint->closed || alert == GNUTLS_A_CLOSE_NOTIFY ||
        !(endpoint->begun || endpoint->finished))
        list_guarded(endpoint, "alert");
    else
        list_code(endpoint, "alert", endpoint_alert(endpoint, fatal ? GNUTLS_AL_FATAL : GNUTLS_AL_WARNING, alert));
    return DONE;
}

enum status verb_heard(const struct words *words)
{
    struct endpoint *endpoint = find_endpoint(words, words->word[1]);

    if (endpoint == NULL)
        return SKIPPED;
    list_count(endpoint, "heard", endpoint->heard ? (size_t)gnutls_alert_get(endpoint->session) : NO_ALERT, NULL);
    return DONE;
}

enum status verb_kernel(const struct words *words)
{
    struct endpoint *endpoint;
    size_t directions = 0;

    endpoint = find_endpoint(words, words->word[1]);
    if (endpoint == NULL)
        return SKIPPED;
#if GNUTLS_VERSION_NUMBER >= 0x030703
    directions = (size_t)gnutls_transport_is_ktls_enabled(endpoint->session);
#endif
    list_count(endpoint, "kernel", directions, NULL);
    return DONE;
}

enum status verb_cut(const struct words *words)
{
    struct endpoint *endpoint = find_endpoint(words, words->word[1]);

    if (endpoint == NULL || endpoint->transport.datagram)
        return SKIPPED;
    transport_cut(&endpoint->transport);
    return DONE;
}

enum status verb_tickets(const struct words *words)
{
    struct endpoint *endpoint;
    unsigned int count;

    count = (unsigned int)number_of(words, words->word[2], 1, 31);
    endpoint = find_any_endpoint(words, words->word[1]);
    if (endpoint == NULL)
        return SKIPPED;
#if GNUTLS_VERSION_NUMBER >= 0x030603
    if (guarded(endpoint, "tickets"))
        return DONE;
    /* Without a key C fails half-way. */
    if (!endpoint->client && endpoint->config->ticket_key == NULL) {
        list_guarded(endpoint, "tickets");
    } else {
        int code = gnutls_session_ticket_send(endpoint->session, count, 0);

        /* On a client and in TLS 1.2 this is an error of the caller. */
        list_code(endpoint, "tickets",
                  code < 0 && code != GNUTLS_E_INVALID_REQUEST ? endpoint_fail(endpoint, code) : code);
    }
    return DONE;
#else
    (void)count;
    needs = "3.6.3";
    return UNSUPPORTED;
#endif
}

enum status verb_authenticate(const struct words *words)
{
    struct endpoint *endpoint = find_endpoint(words, words->word[1]);

    if (endpoint == NULL)
        return SKIPPED;
#if GNUTLS_VERSION_NUMBER >= 0x030603
    if (!guarded(endpoint, "authenticate")) {
        int code;

        do
            code = endpoint_authenticate(endpoint);
        while (code == GNUTLS_E_AGAIN && transport_waiting(&endpoint->transport));
        if (code == 0)
            list_count(endpoint, "authenticate", gnutls_certificate_get_peers(endpoint->session, NULL) != NULL, NULL);
        else
            list_code(endpoint, "authenticate", code);
    }
    return DONE;
#else
    needs = "3.6.3";
    return UNSUPPORTED;
#endif
}

#if GNUTLS_VERSION_NUMBER >= 0x030608
/* Valid from the client's hello on until later secrets replace the early ones, which C does not check. */
static bool early_time(const struct endpoint *endpoint)
{
    if (!endpoint->begun || endpoint->finished || endpoint->failed)
        return false;
    if (endpoint->client)
        return gnutls_handshake_get_last_out(endpoint->session) == GNUTLS_HANDSHAKE_CLIENT_HELLO;
    return (gnutls_session_get_flags(endpoint->session) & GNUTLS_SFLAGS_EARLY_DATA) != 0 &&
           gnutls_handshake_get_last_in(endpoint->session) == GNUTLS_HANDSHAKE_CLIENT_HELLO;
}

static bool export_early(struct endpoint *endpoint, char *output)
{
    int code;

    if (!early_time(endpoint)) {
        list_guarded(endpoint, "early_export");
        return false;
    }
    code = gnutls_prf_early(endpoint->session, strlen(EARLY_LABEL), EARLY_LABEL, 0, NULL, EARLY_SIZE, output);
    list_code(endpoint, "early_export", code);
    return code >= 0;
}
#endif

/* Exports from both sides after only the client's hello. */
enum status verb_earlyexport(const struct words *words)
{
    struct connection *connection = find_connection(words, words->word[1]);

    if (connection == NULL)
        return SKIPPED;
    touched_connection = connection;
#if GNUTLS_VERSION_NUMBER >= 0x030608
    {
        char client[EARLY_SIZE], server[EARLY_SIZE];
        bool by_client = export_early(&connection->client, client);
        bool by_server = export_early(&connection->server, server);

        if (by_client && by_server)
            list_count(&connection->client, "early_same", memcmp(client, server, EARLY_SIZE) == 0, NULL);
    }
    return DONE;
#else
    needs = "3.6.8";
    return UNSUPPORTED;
#endif
}

/* Lists the cipher and the hash of early data, as long as there is any. */
enum status verb_earlynames(const struct words *words)
{
    struct endpoint *endpoint = find_endpoint(words, words->word[1]);

    if (endpoint == NULL)
        return SKIPPED;
#if GNUTLS_VERSION_NUMBER >= 0x030702
    list_count(endpoint, "early_cipher", (size_t)gnutls_early_cipher_get(endpoint->session), NULL);
    list_count(endpoint, "early_hash", (size_t)gnutls_early_prf_hash_get(endpoint->session), NULL);
    return DONE;
#else
    needs = "3.7.2";
    return UNSUPPORTED;
#endif
}
