/* The verbs that prepare: named objects, configurations, connections, the clock. */
#include "verbs.h"

#include <gnutls/gnutls.h>
#include <string.h>
#include <strings.h>

#include "clock.h"
#include "config.h"
#include "connection.h"
#include "cookie.h"
#include "early.h"
#include "endpoint.h"
#include "features.h"
#include "listing.h"

const char *needs;

enum status verb_requires(const struct words *words)
{
    size_t i;

    for (i = 1; i < words->count; i++) {
        int has = feature(words->word[i]);

        if (has < 0)
            fail(words, "there is no such feature");
        if (has == 0 && needs == NULL)
            needs = words->word[i];
    }
    return needs != NULL ? UNSUPPORTED : DONE;
}

enum status verb_make(const struct words *words)
{
    const char *value;

    check_name(words, words->word[2]);
    if (strcmp(words->word[1], "ticketkey") == 0) {
        unsigned char seed = 1;

        if (words->count == 4) {
            value = value_of(words->word[3], "seed");
            if (value == NULL)
                fail(words, "the verb has no such key");
            seed = (unsigned char)number_of(words, value, 0, 255);
        }
        name_object(TICKET_KEY, words->word[2], ticket_key_make(seed));
    } else if (strcmp(words->word[1], "cache") == 0) {
        size_t size = 64;

        if (words->count == 4) {
            value = value_of(words->word[3], "size");
            if (value == NULL)
                fail(words, "the verb has no such key");
            size = (size_t)number_of(words, value, 0, 1000000);
        }
        name_object(CACHE, words->word[2], cache_make(size));
    } else if (strcmp(words->word[1], "replay") == 0) {
        need_words(words, 3, 3);
        name_object(REPLAY, words->word[2], replay_make());
    } else if (strcmp(words->word[1], "cookiekey") == 0) {
        need_words(words, 3, 3);
        name_object(COOKIE_KEY, words->word[2], cookie_key_make());
    } else {
        fail(words, "make is followed by ticketkey, cache, replay or cookiekey");
    }
    return DONE;
}

static enum status verb_config(const struct words *words, enum kind kind)
{
    struct config *config;
    const char *call;
    bool missing;
    int code;

    check_name(words, words->word[1]);
    config = config_build(words, kind, &missing, &code, &call);
    if (missing)
        return SKIPPED;
    if (needs != NULL)
        return UNSUPPORTED;
    if (config == NULL)
        list_code(NULL, call, code);
    else
        name_object(kind, words->word[1], config);
    return DONE;
}

/* Saved data is valid only for the server from which it came: resumption verifies nothing. */
bool opening_fits(const struct opening *opening, const struct saved *saved)
{
    if (saved->datagram != opening->datagram || (saved->host == NULL) != (opening->host == NULL))
        return false;
    return saved->host == NULL || strcasecmp(saved->host, opening->host) == 0;
}

enum status verb_open(const struct words *words)
{
    static const char *const keys[] = { OPEN_KEYS NULL };
    struct opening opening = { .host = "localhost", .network = { .state = 1 } };
    struct connection *connection;
    const struct config *client, *server;
    const char *value;
    bool missing = false;
    bool refused;
    int code, resumed, unused;
    size_t i;

    need_keys(words, 4, keys);
    client = named(CLIENT, words->word[2]);
    server = named(SERVER, words->word[3]);
    for (i = 4; i < words->count; i++) {
        const char *word = words->word[i];

        if ((value = value_of(word, "name")) != NULL)
            opening.host = strcmp(value, "none") == 0 ? NULL : value;
        else if ((value = value_of(word, "resume")) != NULL) {
            opening.resume = named(SAVED, value);
            missing |= opening.resume == NULL;
        } else if ((value = value_of(word, "datagram")) != NULL)
            opening.datagram = switch_of(words, value);
        else if ((value = value_of(word, "descriptor")) != NULL)
            opening.descriptor = switch_of(words, value);
        else if ((value = value_of(word, "chunk")) != NULL)
            opening.chunk = (size_t)number_of(words, value, 1, 1000000);
        else if ((value = value_of(word, "mtu")) != NULL)
            opening.mtu = (unsigned int)number_of(words, value, 1, 65535);
        else if ((value = value_of(word, "lose")) != NULL)
            opening.network.lose = (unsigned int)number_of(words, value, 0, 100);
        else if ((value = value_of(word, "repeat")) != NULL)
            opening.network.repeat = (unsigned int)number_of(words, value, 0, 100);
        else if ((value = value_of(word, "swap")) != NULL)
            opening.network.swap = (unsigned int)number_of(words, value, 0, 100);
        else if ((value = value_of(word, "spoil")) != NULL)
            opening.network.spoil = (unsigned int)number_of(words, value, 0, 100);
        else if ((value = value_of(word, "seed")) != NULL)
            opening.network.state = (uint32_t)number_of(words, value, 0, 1000000);
        else
            fail(words, "a key that this driver does not implement");
    }
    if (opening.host != NULL && strlen(opening.host) >= MAX_HOST)
        fail(words, "the name is too long");
    if (missing || client == NULL || server == NULL || find_any_connection(words, words->word[1]) != NULL)
        return SKIPPED;

    refused = opening.resume != NULL &&
              !(opening_fits(&opening, opening.resume) && config_resumes(client, true, opening.resume->tls13));
    if (refused)
        opening.resume = NULL;

    connection = connection_make(words->word[1]);
    code = endpoint_open(&connection->client, client, true, &opening, &resumed);
    if (code >= 0)
        code = endpoint_open(&connection->server, server, false, &opening, &unused);
    if (code < 0) {
        list_code(NULL, "open", code);
        connection_close(connection);
        return DONE;
    }
    if (refused)
        list_guarded(&connection->client, "set_data");
    else if (opening.resume != NULL)
        list_code(&connection->client, "set_data", resumed);
    touched_connection = connection;
    return DONE;
}

enum status verb_damage(const struct words *words)
{
    struct saved *saved;
    unsigned long long at;
    unsigned char mask;

    at = (unsigned long long)number_of(words, words->word[2], 0, 4294967295LL);
    mask = (unsigned char)number_of(words, words->word[3], 1, 255);
    saved = named(SAVED, words->word[1]);
    if (saved == NULL)
        return SKIPPED;
    saved->data.data[at % saved->data.size] ^= mask;
    saved->damaged = true;
    return DONE;
}

enum status verb_advance(const struct words *words)
{
    conformance_clock_advance(number_of(words, words->word[1], 0, 1000000000LL));
    return DONE;
}

enum status verb_wait(const struct words *words)
{
    conformance_clock_wait(number_of(words, words->word[1], 0, 4294967295LL));
    return DONE;
}

enum status verb_close(const struct words *words)
{
    struct connection *connection = find_any_connection(words, words->word[1]);

    if (connection == NULL)
        return SKIPPED;
    connection_close(connection);
    return DONE;
}

enum status verb_observe(const struct words *words)
{
    return find_any_endpoint(words, words->word[1]) == NULL ? SKIPPED : DONE;
}

enum status verb_client(const struct words *words)
{
    return verb_config(words, CLIENT);
}

enum status verb_server(const struct words *words)
{
    return verb_config(words, SERVER);
}
