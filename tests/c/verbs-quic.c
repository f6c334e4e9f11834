/* The verbs about QUIC. */
#include "verbs.h"

#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "connection.h"
#include "endpoint.h"
#include "listing.h"
#include "quic.h"

#define PARAMETERS 20         /* the length of those of a client, and a server has one byte more */
#define MAX_PARAMETERS 65535
#define NO_PARAMETERS 65536   /* is listed instead of a length */
#define MAX_BYTES 4096        /* of a message in a scenario */

static enum quic_level level_of(const struct words *words, const char *word)
{
    static const char *const names[] = { "initial", "early", "handshake", "application" };
    int level;

    for (level = 0; level < QUIC_LEVELS; level++)
        if (strcmp(word, names[level]) == 0)
            return (enum quic_level)level;
    fail(words, "the level is initial, early, handshake or application");
}

/* The optional size of pieces, 0: none. */
static size_t size_of(const struct words *words)
{
    return words->count == 3 ? (size_t)number_of(words, words->word[2], 0, 1000000) : 0;
}

/* Creates both sessions, of which the client has begun. Returns NULL after a failure, and its code. */
static struct connection *make_pair(const char *number, const struct config *const configs[2],
                                    const struct opening *opening, size_t parameters, bool early, int *code, int *resumed)
{
    struct connection *connection = connection_make(number);
    size_t listed = listed_wire.length;
    int unused;

    connection->client.quic = quic_make(&connection->server, parameters);
    connection->client.quic->renounces = !early;
    connection->server.quic = quic_make(&connection->client, parameters + 1);
    *code = endpoint_open(&connection->client, configs[0], true, opening, resumed);
    if (*code >= 0)
        *code = endpoint_open(&connection->server, configs[1], false, opening, &unused);
    if (*code >= 0)
        *code = quic_handshake(&connection->client);
    if (*code >= 0)
        return connection;
    connection_close(connection);
    /* The messages of a session that could not begin are not sent. */
    text_cut(&listed_wire, listed);
    return NULL;
}

enum status verb_quic(const struct words *words)
{
    static const char *const keys[] = { QUIC_KEYS NULL };
    struct opening opening = { .host = "localhost", .network = { .state = 1 } };
    struct connection *connection;
    const struct config *configs[2];
    size_t parameters = PARAMETERS, i;
    bool missing = false, refused;
    int code, resumed;
    const char *value;

    need_keys(words, 4, keys);
    configs[0] = named(CLIENT, words->word[2]);
    configs[1] = named(SERVER, words->word[3]);
    for (i = 4; i < words->count; i++) {
        if ((value = value_of(words->word[i], "name")) != NULL)
            opening.host = strcmp(value, "none") == 0 ? NULL : value;
        else if ((value = value_of(words->word[i], "resume")) != NULL) {
            opening.resume = named(SAVED, value);
            missing |= opening.resume == NULL;
        } else if ((value = value_of(words->word[i], "parameters")) != NULL)
            parameters = (size_t)number_of(words, value, 0, 1000000);
        else
            fail(words, "a key that this driver does not implement");
    }
    if (opening.host != NULL && strlen(opening.host) >= MAX_HOST)
        fail(words, "the name is too long");
    if (missing || configs[0] == NULL || configs[1] == NULL || find_any_connection(words, words->word[1]) != NULL)
        return SKIPPED;
    if (!probe_quic()) {
        needs = "3.7.2";
        return UNSUPPORTED;
    }
    if (!config_enables_tls13(configs[0]) || !config_enables_tls13(configs[1]) || parameters > MAX_PARAMETERS) {
        list_guarded(NULL, "quic");
        return DONE;
    }
    refused = opening.resume != NULL && !opening_fits(&opening, opening.resume);
    if (refused)
        opening.resume = NULL;

    connection = make_pair(words->word[1], configs, &opening, parameters, true, &code, &resumed);
    /* GnuTLS fails if it announces early data and the ticket has expired. */
    if (connection == NULL)
        connection = make_pair(words->word[1], configs, &opening, parameters, false, &code, &resumed);
    if (connection == NULL) {
        list_code(NULL, "quic", code);
        return DONE;
    }
    quic_take_secrets(connection->client.quic);
    if (refused)
        list_guarded(&connection->client, "set_data");
    else if (opening.resume != NULL)
        list_code(&connection->client, "set_data", resumed);
    touched_connection = connection;
    return DONE;
}

/* Removes the waiting messages of the first level, and returns their bytes. */
static unsigned char *take_level(struct quic *quic, enum quic_level *level, size_t *length)
{
    unsigned char *bytes = NULL;
    struct quic_message *message;

    *level = quic->waiting->level;
    *length = 0;
    while ((message = quic->waiting) != NULL && message->level == *level) {
        bytes = realloc(bytes, *length + message->length + 1);
        if (bytes == NULL)
            fail_setup("messages of QUIC", "out of memory");
        memcpy(bytes + *length, message->bytes, message->length);
        *length += message->length;
        quic->waiting = message->next;
        free(message);
    }
    return bytes;
}

/* Delivers all messages that wait. */
static void deliver(struct endpoint *endpoint, size_t size)
{
    struct quic *quic = endpoint->quic;

    while (quic->waiting != NULL) {
        enum quic_level level;
        size_t length, at, piece;
        unsigned char *bytes;
        int code = 0;

        if (endpoint->failed) {
            quic_select(quic, NULL, 0);
            list_guarded(endpoint, "crypto");
            return;
        }
        bytes = take_level(quic, &level, &length);
        for (at = 0; at < length && code >= 0; at += piece) {
            piece = size == 0 || length - at < size ? length - at : size;
            code = quic_receive(endpoint, level, bytes + at, piece);
        }
        free(bytes);
        if (code >= 0) {
            list_count(endpoint, "crypto", length, NULL);
            continue;
        }
        quic_select(quic, NULL, 0);
        list_code(endpoint, "crypto", code);
        if (quic->alerted) {
            list_count(endpoint, "alert_sent", (size_t)quic->alert, NULL);
            list_count(endpoint, "alert_level", (size_t)quic->alert_level, NULL);
        }
    }
}

enum status verb_crypto(const struct words *words)
{
    size_t size = size_of(words);
    struct endpoint *endpoint = find_quic_endpoint(words, words->word[1]);

    if (endpoint == NULL || endpoint->quic->waiting == NULL)
        return SKIPPED;
    deliver(endpoint, size);
    return DONE;
}

enum status verb_exchange(const struct words *words)
{
    size_t size = size_of(words);
    struct connection *connection = find_quic_connection(words, words->word[1]);

    if (connection == NULL)
        return SKIPPED;
    touched_connection = connection;
    while (connection->client.quic->waiting != NULL || connection->server.quic->waiting != NULL) {
        deliver(&connection->client, size);
        deliver(&connection->server, size);
    }
    return DONE;
}

enum status verb_level(const struct words *words)
{
    size_t number = (size_t)number_of(words, words->word[2], 0, 4294967295LL);
    enum quic_level level = level_of(words, words->word[3]);
    struct endpoint *endpoint = find_quic_endpoint(words, words->word[1]);
    struct quic_message *message = endpoint == NULL ? NULL : quic_message(endpoint->quic, number);

    if (message == NULL)
        return SKIPPED;
    message->level = level;
    return DONE;
}

enum status verb_message(const struct words *words)
{
    unsigned char bytes[MAX_BYTES];
    enum quic_level level = level_of(words, words->word[2]);
    size_t length = bytes_of(words, words->word[3], bytes, sizeof(bytes));
    struct endpoint *endpoint = find_quic_endpoint(words, words->word[1]);

    if (endpoint == NULL)
        return SKIPPED;
    quic_wait(endpoint->quic, level, bytes, length);
    return DONE;
}

enum status verb_strip(const struct words *words)
{
    struct endpoint *endpoint = find_quic_endpoint(words, words->word[1]);

    if (endpoint == NULL)
        return SKIPPED;
    quic_strip(endpoint->quic);
    return DONE;
}

static bool has_secrets(const struct endpoint *endpoint, enum quic_level level)
{
    return endpoint->quic->known[level].of[0].size > 0;
}

enum status verb_secrets(const struct words *words)
{
    static const struct {
        enum quic_level level;
        const char *has, *same;
    } levels[] = {
        { QUIC_EARLY, "early_keys", "early_same" },
        { QUIC_HANDSHAKE, "handshake_keys", "handshake_same" },
        { QUIC_APPLICATION, "application_keys", "application_same" },
    };
    struct connection *connection = find_quic_connection(words, words->word[1]);
    struct endpoint *client, *server;
    size_t i;

    if (connection == NULL)
        return SKIPPED;
    touched_connection = connection;
    client = &connection->client;
    server = &connection->server;
    for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        enum quic_level level = levels[i].level;
        bool same = has_secrets(client, level) && has_secrets(server, level) &&
                    memcmp(&client->quic->known[level], &server->quic->known[level], sizeof(struct quic_secrets)) == 0;

        list_count(client, levels[i].has, has_secrets(client, level), NULL);
        list_count(server, levels[i].has, has_secrets(server, level), NULL);
        list_count(client, levels[i].same, same, NULL);
        /* The secrets of later keys are derived from these (RFC 9001, section 6.1). */
        if (level == QUIC_APPLICATION)
            list_count(client, "updated_same", same, NULL);
    }
    return DONE;
}

static void list_parameters(struct endpoint *endpoint, const char *call, const struct received *parameters)
{
    if (parameters->present)
        list_count(endpoint, call, parameters->length, parameters->bytes);
    else
        list_count(endpoint, call, NO_PARAMETERS, NULL);
}

enum status verb_parameters(const struct words *words)
{
    struct endpoint *endpoint = find_quic_endpoint(words, words->word[1]);

    if (endpoint == NULL)
        return SKIPPED;
    list_parameters(endpoint, "parameters", &endpoint->quic->peer_parameters);
    list_parameters(endpoint, "remembered", &endpoint->quic->remembered);
    return DONE;
}
