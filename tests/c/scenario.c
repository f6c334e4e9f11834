/* Runs scenarios: one line, one verb, one JSON object. */
#include "scenario.h"

#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "clock.h"
#include "config.h"
#include "endpoint.h"
#include "features.h"
#include "json.h"
#include "observe.h"
#include "words.h"

#define MAX_NAME 200
#define MAX_TURN 16      /* calls of a handshake in one turn after errors that are not fatal */
#define MAX_RECEIVES 64  /* calls of recv that did not block */
#define DUMMY_SIZE 4     /* saved data in TLS 1.3 without a ticket, which resumes nothing */

struct connection {
    struct connection *next;
    char number[MAX_NAME];
    struct endpoint client;
    struct endpoint server;
    unsigned long moved; /* bytes sent or received by either side */
};

enum status { DONE, SKIPPED, UNSUPPORTED };

/* The scenario that runs. */
static char scenario[MAX_NAME];
static unsigned long verb_count;
static bool ended; /* by a feature that is missing */
static struct connection *connections;

/* What the verb at hand has listed. */
static struct text calls;
static struct text wire;
static const char *needs;
static struct connection *touched;

static void list_begin(const struct endpoint *endpoint, const char *call)
{
    text_add(&calls, "%s{", calls.length == 0 ? "" : ",");
    if (endpoint != NULL) {
        json_name(&calls, "e");
        json_string(&calls, endpoint->name);
    }
    json_name(&calls, "call");
    json_string(&calls, call);
}

static void list_end(struct endpoint *endpoint)
{
    if (endpoint != NULL) {
        size_t size = endpoint_id_size(endpoint);

        if (size != endpoint->id_size) {
            json_name(&calls, "size");
            text_add(&calls, "%zu", size);
            endpoint->id_size = size;
        }
    }
    text_add(&calls, "}");
}

static void list_code(struct endpoint *endpoint, const char *call, int code)
{
    list_begin(endpoint, call);
    json_name(&calls, "code");
    json_string(&calls, code_name(code));
    if (endpoint != NULL && (code == GNUTLS_E_FATAL_ALERT_RECEIVED || code == GNUTLS_E_WARNING_ALERT_RECEIVED)) {
        json_name(&calls, "alert");
        text_add(&calls, "%d", (int)gnutls_alert_get(endpoint->session));
    }
    list_end(endpoint);
}

static void list_count(struct endpoint *endpoint, const char *call, size_t count, const void *data)
{
    list_begin(endpoint, call);
    json_name(&calls, "n");
    text_add(&calls, "%zu", count);
    if (data != NULL) {
        struct text digest = { NULL, 0, 0 };

        json_digest(&digest, data, count);
        json_name(&calls, "data");
        /* The digest is in quotes already; the length goes in front of it. */
        text_add(&calls, "\"%zu:", count);
        text_add_bytes(&calls, digest.bytes + 1, digest.length - 1);
        text_free(&digest);
    }
    list_end(endpoint);
}

static void list_guarded(struct endpoint *endpoint, const char *call)
{
    list_begin(endpoint, call);
    json_name(&calls, "code");
    json_string(&calls, "guarded");
    list_end(endpoint);
}

/*
 * Whether a call is one that a careful program does not make: before the first handshake is over the library follows null
 * pointers, and a session that failed or was closed is done with.
 */
static bool guarded(struct endpoint *endpoint, const char *call)
{
    if (endpoint->finished && !endpoint->failed && !endpoint->closed)
        return false;
    list_guarded(endpoint, call);
    return true;
}

static struct connection *find_connection(const char *number)
{
    struct connection *connection;

    for (connection = connections; connection != NULL; connection = connection->next)
        if (strcmp(connection->number, number) == 0)
            return connection;
    return NULL;
}

static void check_number(const struct words *words, const char *number)
{
    number_of(words, number, 0, 4294967295LL);
    if (strlen(number) >= 10 || number[0] < '0' || number[0] > '9')
        fail(words, "not the number of a connection");
}

/* The endpoint that a word such as 1c names, or NULL. */
static struct endpoint *find_endpoint(const struct words *words, const char *word)
{
    size_t length = strlen(word);
    char number[MAX_NAME];
    struct connection *connection;

    if (length < 2 || length >= sizeof(number) || (word[length - 1] != 'c' && word[length - 1] != 's'))
        fail(words, "not an endpoint such as 1c or 1s");
    memcpy(number, word, length - 1);
    number[length - 1] = '\0';
    check_number(words, number);
    connection = find_connection(number);
    if (connection == NULL)
        return NULL;
    touched = connection;
    return word[length - 1] == 'c' ? &connection->client : &connection->server;
}

static void connection_close(struct connection *connection)
{
    struct connection **place = &connections;

    while (*place != connection)
        place = &(*place)->next;
    *place = connection->next;
    endpoint_close(&connection->client);
    endpoint_close(&connection->server);
    free(connection);
}

static void need_words(const struct words *words, size_t least, size_t most)
{
    if (words->count < least || words->count > most)
        fail(words, "this verb has another number of words");
}

static void check_name(const struct words *words, const char *name)
{
    size_t length = strlen(name);

    if (length == 0 || length >= MAX_NAME ||
        strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != length)
        fail(words, "not a name");
}

static enum status verb_requires(const struct words *words)
{
    size_t i;

    need_words(words, 2, MAX_WORDS);
    for (i = 1; i < words->count; i++) {
        int has = feature(words->word[i]);

        if (has < 0)
            fail(words, "no such feature");
        if (has == 0 && needs == NULL)
            needs = words->word[i];
    }
    ended = needs != NULL;
    return ended ? UNSUPPORTED : DONE;
}

static enum status verb_make(const struct words *words)
{
    const char *value;

    need_words(words, 3, 4);
    check_name(words, words->word[2]);
    if (strcmp(words->word[1], "ticketkey") == 0) {
        unsigned char seed = 1;

        if (words->count == 4) {
            value = value_of(words->word[3], "seed");
            if (value == NULL)
                fail(words, "a key that the verb does not know");
            seed = (unsigned char)number_of(words, value, 0, 255);
        }
        name_object(TICKET_KEY, words->word[2], ticket_key_make(seed));
    } else if (strcmp(words->word[1], "cache") == 0) {
        size_t size = 64;

        if (words->count == 4) {
            value = value_of(words->word[3], "size");
            if (value == NULL)
                fail(words, "a key that the verb does not know");
            size = (size_t)number_of(words, value, 0, 1000000);
        }
        name_object(CACHE, words->word[2], cache_make(size));
    } else {
        fail(words, "make what?");
    }
    return DONE;
}

static enum status verb_config(const struct words *words, enum kind kind)
{
    struct config *config;
    const char *call;
    bool missing;
    int code;

    need_words(words, 2, MAX_WORDS);
    check_name(words, words->word[1]);
    config = config_build(words, kind, &missing, &code, &call);
    if (missing)
        return SKIPPED;
    if (config == NULL)
        list_code(NULL, call, code);
    else
        name_object(kind, words->word[1], config);
    return DONE;
}

static void connect_endpoints(struct connection *connection)
{
    struct endpoint *sides[2] = { &connection->client, &connection->server };
    int i;

    for (i = 0; i < 2; i++) {
        struct transport *transport = &sides[i]->transport;

        strcpy(sides[i]->name, connection->number);
        strcat(sides[i]->name, i == 0 ? "c" : "s");
        transport->name = sides[i]->name;
        transport->peer = &sides[1 - i]->transport;
        transport->wire = &wire;
        transport->moved = &connection->moved;
    }
}

/* Saved data are good for the server that they came from: resumption verifies nothing. */
static bool is_for(const struct saved *saved, const struct opening *opening)
{
    if (saved->datagram != opening->datagram || (saved->host == NULL) != (opening->host == NULL))
        return false;
    return saved->host == NULL || strcasecmp(saved->host, opening->host) == 0;
}

static enum status verb_open(const struct words *words)
{
    struct opening opening = { "localhost", NULL, false, 0, 0 };
    struct connection *connection;
    const struct config *client, *server;
    const char *value;
    bool missing = false;
    bool refused;
    int code, resumed, unused;
    size_t i;

    need_words(words, 4, MAX_WORDS);
    check_number(words, words->word[1]);
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
        else if ((value = value_of(word, "chunk")) != NULL)
            opening.chunk = (size_t)number_of(words, value, 1, 1000000);
        else if ((value = value_of(word, "mtu")) != NULL)
            opening.mtu = (unsigned int)number_of(words, value, 1, 65535);
        else
            fail(words, "a key that the verb does not know");
    }
    if (opening.host != NULL && strlen(opening.host) >= MAX_HOST)
        fail(words, "too long a name");
    if (missing || client == NULL || server == NULL || find_connection(words->word[1]) != NULL)
        return SKIPPED;

    refused = opening.resume != NULL && !is_for(opening.resume, &opening);
    if (refused)
        opening.resume = NULL;

    connection = allocate(sizeof(*connection));
    strcpy(connection->number, words->word[1]);
    connect_endpoints(connection);
    connection->next = connections;
    connections = connection;
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
    touched = connection;
    return DONE;
}

static int digit_of(const struct words *words, char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    fail(words, "not hexadecimal");
}

static enum status verb_set(const struct words *words)
{
    struct endpoint *endpoint;
    unsigned char bytes[256];
    gnutls_datum_t id = { bytes, 0 };
    const char *digits;

    need_words(words, 3, 3);
    digits = value_of(words->word[2], "id");
    if (digits == NULL)
        fail(words, "set needs id=");
    if (strlen(digits) % 2 != 0 || strlen(digits) / 2 > sizeof(bytes))
        fail(words, "not hexadecimal");
    for (; *digits != '\0'; digits += 2)
        bytes[id.size++] = (unsigned char)(digit_of(words, digits[0]) * 16 + digit_of(words, digits[1]));
    endpoint = find_endpoint(words, words->word[1]);
    if (endpoint == NULL)
        return SKIPPED;
    /* It would replace what the session is to resume or has agreed on: the handshake then finds no priorities. */
    if (endpoint->client && (endpoint->resumes || endpoint->begun || endpoint->finished || endpoint->failed || id.size == 0))
        list_guarded(endpoint, "set_id");
    else
        list_code(endpoint, "set_id", gnutls_session_set_id(endpoint->session, &id));
    return DONE;
}

/* No handshake goes on after closing. */
static bool gives_up(struct endpoint *endpoint)
{
    if (!endpoint->closed || !endpoint->underway)
        return false;
    endpoint->underway = false;
    endpoint->keyless = true;
    list_guarded(endpoint, "handshake");
    return true;
}

/* Calls the handshake until it ends, fails, or would block with nothing there. Lists only what is worth it. */
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

static enum status verb_step(const struct words *words)
{
    struct endpoint *endpoint;
    int code;

    need_words(words, 2, 2);
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

static enum status verb_handshake(const struct words *words)
{
    struct connection *connection;
    unsigned long before;

    need_words(words, 2, 2);
    check_number(words, words->word[1]);
    connection = find_connection(words->word[1]);
    if (connection == NULL)
        return SKIPPED;
    touched = connection;
    do {
        before = connection->moved;
        turn(&connection->client);
        turn(&connection->server);
    } while (connection->moved != before);
    return DONE;
}

static enum status verb_send(const struct words *words)
{
    struct endpoint *endpoint;
    unsigned char *data;
    size_t length, i;
    ssize_t code;

    need_words(words, 3, 3);
    length = (size_t)number_of(words, words->word[2], 0, 10000000);
    endpoint = find_endpoint(words, words->word[1]);
    if (endpoint == NULL)
        return SKIPPED;
    if (endpoint->failed || endpoint->closed) {
        list_guarded(endpoint, "send");
        return DONE;
    }
    if (length == 0 && endpoint->finished && !endpoint->underway) {
        /* GnuTLS takes an empty send for the retry of another one. */
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

static enum status verb_recv(const struct words *words)
{
    static unsigned char buffer[RECEIVE_SIZE];
    struct endpoint *endpoint;
    int receives = 0;

    need_words(words, 2, 2);
    endpoint = find_endpoint(words, words->word[1]);
    if (endpoint == NULL)
        return SKIPPED;
    if (endpoint->failed) {
        list_guarded(endpoint, "recv");
        return DONE;
    }
    while (receives < MAX_RECEIVES) {
        ssize_t code = endpoint_receive(endpoint, buffer, sizeof(buffer));

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

static enum status verb_rekey(const struct words *words)
{
    struct endpoint *endpoint;

    need_words(words, 2, 3);
    if (words->count == 3 && strcmp(words->word[2], "peer") != 0)
        fail(words, "rekey knows only the word peer");
    endpoint = find_endpoint(words, words->word[1]);
    if (endpoint == NULL)
        return SKIPPED;
#if GNUTLS_VERSION_NUMBER >= 0x030603
    if (!guarded(endpoint, "rekey")) {
        int code = gnutls_session_key_update(endpoint->session, words->count == 3 ? GNUTLS_KU_PEER : 0);

        /* In TLS 1.2 it is the caller that is wrong. */
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

static enum status verb_rehandshake(const struct words *words)
{
    struct endpoint *endpoint;
    int code;

    need_words(words, 2, 2);
    endpoint = find_endpoint(words, words->word[1]);
    if (endpoint == NULL)
        return SKIPPED;
    if (guarded(endpoint, "rehandshake"))
        return DONE;
    if (is_tls13(endpoint) || (!endpoint->client && endpoint->transport.datagram)) {
        /*
         * GnuTLS would update keys instead, which is not what was asked for. With datagrams it waits for the client's
         * hello in gnutls_rehandshake; where another call receives it, gnutls_handshake returns 0 and has done nothing.
         */
        list_guarded(endpoint, "rehandshake");
        return DONE;
    }
    /* A client that has begun goes on. */
    code = endpoint->underway ? endpoint_handshake(endpoint) : endpoint_rehandshake(endpoint);
    list_code(endpoint, "rehandshake", code);
    return DONE;
}

static enum status verb_save(const struct words *words)
{
    struct endpoint *endpoint;
    struct saved *saved;
    int code;

    need_words(words, 3, 3);
    check_name(words, words->word[2]);
    endpoint = find_endpoint(words, words->word[1]);
    if (endpoint == NULL || !endpoint->client)
        return SKIPPED;
    /* What is saved of a closed session, or of one that failed later, resumes as well. */
    if (!endpoint->finished || endpoint->keyless || endpoint->underway) {
        list_guarded(endpoint, "save");
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
    name_object(SAVED, words->word[2], saved);
    return DONE;
}

static enum status verb_damage(const struct words *words)
{
    struct saved *saved;
    unsigned long long at;
    unsigned char mask;

    need_words(words, 4, 4);
    at = (unsigned long long)number_of(words, words->word[2], 0, 4294967295LL);
    mask = (unsigned char)number_of(words, words->word[3], 1, 255);
    saved = named(SAVED, words->word[1]);
    if (saved == NULL)
        return SKIPPED;
    saved->data.data[at % saved->data.size] ^= mask;
    return DONE;
}

static enum status verb_advance(const struct words *words)
{
    need_words(words, 2, 2);
    conformance_clock_advance(number_of(words, words->word[1], 0, 1000000000LL));
    return DONE;
}

static enum status verb_bye(const struct words *words)
{
    struct endpoint *endpoint;

    need_words(words, 2, 2);
    endpoint = find_endpoint(words, words->word[1]);
    if (endpoint == NULL || endpoint->closed)
        return SKIPPED;
    if (guarded(endpoint, "bye"))
        return DONE;
    list_code(endpoint, "bye", endpoint_bye(endpoint));
    return DONE;
}

static enum status verb_close(const struct words *words)
{
    struct connection *connection;

    need_words(words, 2, 2);
    check_number(words, words->word[1]);
    connection = find_connection(words->word[1]);
    if (connection == NULL)
        return SKIPPED;
    connection_close(connection);
    return DONE;
}

static enum status verb_observe(const struct words *words)
{
    need_words(words, 2, 2);
    return find_endpoint(words, words->word[1]) == NULL ? SKIPPED : DONE;
}

static enum status verb_client(const struct words *words)
{
    return verb_config(words, CLIENT);
}

static enum status verb_server(const struct words *words)
{
    return verb_config(words, SERVER);
}

static const struct {
    const char *name;
    enum status (*run)(const struct words *words);
} verbs[] = {
    { "requires", verb_requires }, { "make", verb_make },       { "client", verb_client },
    { "server", verb_server },     { "open", verb_open },       { "set", verb_set },
    { "step", verb_step },         { "handshake", verb_handshake }, { "send", verb_send },
    { "recv", verb_recv },         { "rekey", verb_rekey },     { "rehandshake", verb_rehandshake },
    { "save", verb_save },         { "damage", verb_damage },   { "advance", verb_advance },
    { "bye", verb_bye },           { "close", verb_close },     { "observe", verb_observe },
};

static void print_line(const char *verb, enum status status)
{
    static const char *const names[] = { "done", "skipped", "unsupported" };
    struct text line = { NULL, 0, 0 };

    text_add(&line, "{");
    json_name(&line, "scenario");
    json_string(&line, scenario);
    json_name(&line, "line");
    text_add(&line, "%lu", verb_count);
    json_name(&line, "verb");
    json_string(&line, verb);
    json_name(&line, "status");
    json_string(&line, names[status]);
    if (status == UNSUPPORTED) {
        json_name(&line, "needs");
        json_string(&line, needs);
    }
    if (status == DONE) {
        json_name(&line, "calls");
        text_add(&line, "[");
        text_add_bytes(&line, calls.bytes, calls.length);
        text_add(&line, "]");
        if (touched != NULL) {
            json_name(&line, "observations");
            text_add(&line, "{");
            json_name(&line, touched->client.name);
            endpoint_observe(&touched->client, &line);
            json_name(&line, touched->server.name);
            endpoint_observe(&touched->server, &line);
            text_add(&line, "}");
            json_name(&line, "wire");
            text_add(&line, "[");
            text_add_bytes(&line, wire.bytes, wire.length);
            text_add(&line, "]");
        }
    }
    text_add(&line, "}\n");
    fwrite(line.bytes, 1, line.length, stdout);
    fflush(stdout);
    text_free(&line);
}

static void run_verb(const struct words *words)
{
    size_t i;

    if (scenario[0] == '\0')
        fail(words, "no scenario has begun");
    verb_count++;
    if (ended)
        return;
    text_clear(&calls);
    text_clear(&wire);
    needs = NULL;
    touched = NULL;
    for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        if (strcmp(verbs[i].name, words->word[0]) == 0) {
            enum status status = verbs[i].run(words);

            print_line(verbs[i].name, status);
            return;
        }
    }
    fail(words, "no such verb");
}

static void end_scenario(void)
{
    struct text line = { NULL, 0, 0 };

    while (connections != NULL)
        connection_close(connections);
    config_forget();
    conformance_clock_reset();
    if (scenario[0] == '\0')
        return;
    text_add(&line, "{");
    json_name(&line, "scenario");
    json_string(&line, scenario);
    text_add(&line, ",\"end\":1}\n");
    fwrite(line.bytes, 1, line.length, stdout);
    fflush(stdout);
    text_free(&line);
    scenario[0] = '\0';
}

void scenarios_run(FILE *input)
{
    struct words words = { .line = 0 };
    char *line = NULL;
    size_t capacity = 0;

    while (getline(&line, &capacity, input) >= 0) {
        words.line++;
        words_split(&words, line);
        if (words.count == 0)
            continue;
        if (strcmp(words.word[0], "scenario") != 0) {
            run_verb(&words);
            continue;
        }
        need_words(&words, 2, 2);
        if (strlen(words.word[1]) >= sizeof(scenario))
            fail(&words, "too long a name");
        end_scenario();
        strcpy(scenario, words.word[1]);
        verb_count = 0;
        ended = false;
    }
    end_scenario();
    free(line);
    text_free(&calls);
    text_free(&wire);
}
